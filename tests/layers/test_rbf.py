"""Euclidean radial basis functions with codes fixed by hand."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made, numbers, shown


def test_the_output_of_lenet_5_has_fixed_weights_and_no_parameters() -> None:
    assert shown(counted({"kind": "rbf", "units": 10}, (84,))) == {
        "fixed": "84×10 = 840",
        "connections": "84×10 = 840",
        "macs": "84×10 = 840",
        "weights: subtractions": "84×10 = 840",
        "weights: multiplications": "84×10 = 840",
        "weights: additions": "(84 − 1)×10 = 830",
    }


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 5))
def test_counts_are_those_of_every_link_written_down(shape: list[int], units: int) -> None:
    links = len([*product(range(units), product(*map(range, shape)))])
    counts = counted({"kind": "rbf", "units": units}, tuple(shape))
    assert (counts.fixed.value, counts.connections.value, counts.macs.value) == (links, links, links)
    assert numbers(counts) == {
        "weights: subtractions": links,
        "weights: multiplications": links,
        "weights: additions": links - units,
    }


@pytest.mark.parametrize("shape", [(84,), (3, 5), (2, 3, 5), (2, 3, 4, 5)], ids=["row", "1-D", "2-D", "3-D"])
def test_the_output_is_a_row_of_units_whatever_the_input(shape: Shape) -> None:
    assert made({"kind": "RBF", "out_features": 10}, shape) == (10,)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, [("units", "Field required")], id="no units"),
        pytest.param({"units": -1}, [("units", "Input should be greater than or equal to 1")], id="negative"),
        pytest.param({"units": 10, "bias": True}, [("bias", "Extra inputs are not permitted")], id="a bias"),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults({"kind": "rbf", **fields}) == expected
