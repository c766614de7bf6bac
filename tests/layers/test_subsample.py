"""LeCun's trainable sub-sampling: published figures, and every window slid by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.layers import SPELLINGS
from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made, numbers, shown
from tests.layers.test_windowed import Axis, lines_of, slide, some_axes, window_fields


@pytest.mark.parametrize(
    ("fields", "shape", "output", "figures"),
    [
        pytest.param({}, (6, 28, 28), (6, 14, 14), (12, 5_880), id="LeNet-5 S2"),
        pytest.param({}, (16, 10, 10), (16, 5, 5), (32, 2_000), id="LeNet-5 S4"),
        pytest.param({}, (4, 24, 24), (4, 12, 12), (8, 2_880), id="LeNet-1 H2"),
        pytest.param({}, (12, 8, 8), (12, 4, 4), (24, 960), id="LeNet-1 H4"),
        pytest.param(
            {"bias": False}, (6, 28, 28), (6, 14, 14), (6, 4_704), id="without bias: 4 lines a unit"
        ),
        pytest.param({}, (3, 9), (3, 4), (6, 36), id="1-D: (2 + 1) × 3 × 4"),
        pytest.param({}, (3, 4, 7, 9), (3, 2, 3, 4), (6, 648), id="3-D: (8 + 1) × 3 × 24"),
        pytest.param({"padding": 1}, (3, 4), (3, 3), (6, 21), id="padded: 1 + 2 + 1 lines and 3 biases, × 3"),
    ],
)
def test_figures_are_those_published_or_worked_out_by_hand(
    fields: dict[str, Any], shape: Shape, output: Shape, figures: tuple[int, int]
) -> None:
    written = {"kind": "subsample", "kernel": 2, **fields}
    counts = counted(written, shape)
    assert made(written, shape) == output
    assert (counts.parameters.value, counts.connections.value) == figures


def test_every_count_shows_its_working() -> None:
    assert shown(counted({"kind": "subsample", "kernel": 2}, (6, 28, 28))) == {
        "parameters": "(1 + 1)×6 = 12",
        "connections": "(2×2 + 1)×6×14×14 = 5,880",
        "weights: multiplications": "6×14×14 = 1,176",
        "bias: additions": "1×6×14×14 = 1,176",
        "pooling: additions": "(2×2 − 1)×6×14×14 = 3,528",
    }


def test_a_coefficient_is_no_mac() -> None:
    assert not counted({"kind": "subsample", "kernel": 2}, (6, 28, 28)).macs


@given(some_axes, st.integers(1, 3), st.booleans())
def test_counts_are_those_of_windows_slid_by_hand(axes: list[Axis], channels: int, bias: bool) -> None:
    slid = slide(lines_of(axes), [[channel] for channel in range(channels)])
    units = len(slid.inputs)
    fields = {"kind": "subsample", "bias": bias, **window_fields(axes)}
    counts = counted(fields, (channels, *(axis[0] for axis in axes)))
    assert counts.parameters.value == len(range(channels)) * (2 if bias else 1)
    assert counts.connections.value == slid.links + (units if bias else 0)
    assert numbers(counts) == {
        "weights: multiplications": units,
        "bias: additions": units if bias else 0,
        "pooling: additions": slid.combined,
    }


@pytest.mark.parametrize("word", ["subsampling", "sub-sampling", "sub-sample"])
def test_other_words_name_the_kind(word: str) -> None:
    assert SPELLINGS[word] == SPELLINGS["subsample"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, [("kernel", "Field required")], id="no kernel"),
        pytest.param(
            {"kernel": 2, "filters": 6}, [("filters", "Extra inputs are not permitted")], id="filters"
        ),
        pytest.param(
            {"kernel": 2, "bias": "no"}, [("bias", "Input should be a valid boolean")], id="text for a bias"
        ),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults({"kind": "subsample", **fields}) == expected
