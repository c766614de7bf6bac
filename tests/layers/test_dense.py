"""Full connection."""

from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.shapes import Shape, lengths
from tests.layers.test_base import counted, faults, made, numbers, shown


@pytest.mark.parametrize(
    ("fields", "shape", "workings"),
    [
        pytest.param(
            {"units": 84},
            (120,),
            {
                "parameters": "(120 + 1)×84 = 10,164",
                "connections": "(120 + 1)×84 = 10,164",
                "macs": "120×84 = 10,080",
                "weights: multiplications": "120×84 = 10,080",
                "weights: additions": "(120 − 1)×84 = 9,996",
                "bias: additions": "1×84 = 84",
            },
            id="LeNet-5 F6",
        ),
        pytest.param(
            {"units": 10, "bias": False},
            (12, 4, 5),
            {
                "parameters": "12×4×5×10 = 2,400",
                "connections": "12×4×5×10 = 2,400",
                "macs": "12×4×5×10 = 2,400",
                "weights: multiplications": "12×4×5×10 = 2,400",
                "weights: additions": "(12×4×5 − 1)×10 = 2,390",
                "bias: additions": "0",
            },
            id="maps without bias",
        ),
        pytest.param(
            {"units": 3},
            (1, 1, 1),
            {
                "parameters": "(1 + 1)×3 = 6",
                "connections": "(1 + 1)×3 = 6",
                "macs": "1×3 = 3",
                "weights: multiplications": "1×3 = 3",
                "weights: additions": "0",
                "bias: additions": "1×3 = 3",
            },
            id="one input",
        ),
    ],
)
def test_every_count_shows_its_working(
    fields: dict[str, Any], shape: Shape, workings: dict[str, str]
) -> None:
    assert shown(counted({"kind": "dense", **fields}, shape)) == workings


@pytest.mark.parametrize(
    ("units", "shape", "parameters"),
    [
        pytest.param(10, (12, 4, 4), 1_930, id="LeNet-1's output: 193 × 10"),
        pytest.param(120, (400,), 48_120, id="LeNet-5 C5, dense"),
        pytest.param(84, (1_920,), 161_364, id="article 000's F6"),
        pytest.param(10**17, (10**17,), 10**34 + 10**17, id="huge"),
    ],
)
def test_published_parameters(units: int, shape: Shape, parameters: int) -> None:
    assert counted({"kind": "dense", "units": units}, shape).parameters.value == parameters


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(1, 5), st.booleans())
def test_counts_are_those_of_every_link_written_down(shape: list[int], units: int, bias: bool) -> None:
    links = [*product(range(units), product(*map(range, shape)))]
    counts = counted({"kind": "dense", "units": units, "bias": bias}, tuple(shape))
    lines = units if bias else 0
    assert counts.parameters.value == counts.connections.value == len(links) + lines
    assert counts.macs.value == len(links)
    assert numbers(counts) == {
        "weights: multiplications": len(links),
        "weights: additions": len(links) - units,
        "bias: additions": lines,
    }


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 5), (2, 3, 4, 5)], ids=["row", "1-D", "2-D", "3-D"])
def test_the_output_is_a_row_of_units_whatever_the_input(shape: Shape) -> None:
    assert made({"kind": "dense", "units": 84}, shape) == (84,)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((120, 1, 1), (120,)), ((1, 28, 29), (28, 29)), ((1,), (1,)), ((1, 1, 1), (1,)), ((6, 5), (6, 5))],
    ids=["one position", "one map", "one unit", "one unit as maps", "nothing to leave out"],
)
def test_sizes_of_one_are_not_shown(shape: Shape, expected: Shape) -> None:
    assert lengths(shape) == expected


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple))
def test_leaving_out_sizes_of_one_keeps_the_units(shape: Shape) -> None:
    assert prod(lengths(shape)) == prod(shape)


@pytest.mark.parametrize(
    "words",
    [
        {"kind": "Dense", "units": 7, "use_bias": False},
        {"kind": "Linear", "out_features": 7, "bias": False},
        {"kind": "linear", "out_features": 7, "bias": False},
        {"kind": "fc", "num_output": 7, "bias_term": False},
    ],
    ids=["Keras", "PyTorch", "small letters", "Caffe"],
)
def test_words_of_other_tools_mean_the_same(words: dict[str, Any]) -> None:
    assert counted(words, (5,)).parameters.value == 35


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, [("units", "Field required")], id="no units"),
        pytest.param({"units": 0}, [("units", "Input should be greater than or equal to 1")], id="zero"),
        pytest.param({"units": "84"}, [("units", "Input should be a valid integer")], id="text"),
        pytest.param({"units": 84.0}, [("units", "Input should be a valid integer")], id="fraction"),
        pytest.param(
            {"units": 84, "kernel": 1}, [("kernel", "Extra inputs are not permitted")], id="a field of others"
        ),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults({"kind": "dense", **fields}) == expected
