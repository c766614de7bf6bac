"""Max and average pooling: hand calculations, and every window slid by hand."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.layers import SPELLINGS
from lenetcalc.ledger import NOTHING
from lenetcalc.scalars import Fractions
from lenetcalc.shapes import Ceil, Shape
from tests.layers.test_base import counted, faults, numbers, shown
from tests.layers.test_windowed import Axis, Slid, lines_of, slide, some_axes, window_fields
from tests.reference.test_by_hand import array, forward
from tests.test_shapes import walked


@pytest.mark.parametrize(
    ("fields", "shape", "connections", "combined", "units"),
    [
        pytest.param({"kernel": 2}, (6, 28, 28), 4_704, 3_528, 1_176, id="4 lines and 3 operations a unit"),
        pytest.param(
            {"kernel": 3, "stride": 2}, (16, 13, 11), 4_320, 3_840, 480, id="9 lines at 6 × 5 stops"
        ),
        pytest.param({"kernel": [4, 1]}, (3, 9, 5), 120, 90, 30, id="4 lines at 2 × 5 stops"),
        # zeros at both ends: 2, 3 and 2 real taps
        pytest.param({"kernel": 3, "stride": 2, "padding": 1}, (2, 5), 14, 8, 6, id="1-D, padded"),
        pytest.param({"kernel": [1, 2, 3]}, (2, 3, 5, 7), 144, 120, 24, id="3-D: 6 lines at 3 × 2 × 2 stops"),
        pytest.param({"kernel": 3, "dilation": 2, "stride": 1}, (1, 8), 12, 8, 4, id="dilated: 4 stops"),
        # starts 0, 3 and 6, the last behind the map
        pytest.param(
            {"kernel": 1, "stride": 3, "ceil_mode": "caffe"}, (2, 5), 4, 0, 6, id="a window without inputs"
        ),
        # starts 0, 2 and 4 of 5 inputs: 2, 2 and 1 real taps
        pytest.param({"kernel": 2, "ceil_mode": True}, (2, 5), 10, 4, 6, id="a partial window"),
        pytest.param({"kernel": 2, "padding": "same"}, (2, 5), 10, 4, 6, id="same: an odd zero behind"),
        # 4 zeros, 1 input: of windows of 2 at 0, 2 and 4 only the last has an input
        pytest.param({"kernel": 2, "padding": [[4, 1]]}, (2, 1), 2, 0, 6, id="windows on padding alone"),
    ],
)
def test_only_taps_on_the_map_are_counted(
    fields: dict[str, Any], shape: Shape, connections: int, combined: int, units: int
) -> None:
    largest = counted({"kind": "max-pool", **fields}, shape)
    average = counted({"kind": "average-pool", **fields}, shape)
    assert (largest.connections.value, average.connections.value) == (connections, connections)
    assert numbers(largest) == {"pooling: comparisons": combined}
    assert numbers(average) == {"pooling: additions": combined, "pooling: divisions": units}


@pytest.mark.parametrize(
    ("fields", "shape", "workings"),
    [
        pytest.param(
            {"kind": "max-pool", "kernel": 2},
            (6, 28, 28),
            {"connections": "2×2×6×14×14 = 4,704", "pooling: comparisons": "(2×2 − 1)×6×14×14 = 3,528"},
            id="max",
        ),
        pytest.param(
            {"kind": "average-pool", "kernel": 3, "stride": 2},
            (16, 13, 11),
            {
                "connections": "3×3×16×6×5 = 4,320",
                "pooling: additions": "(3×3 − 1)×16×6×5 = 3,840",
                "pooling: divisions": "16×6×5 = 480",
            },
            id="average",
        ),
        pytest.param(
            {"kind": "max-pool", "kernel": 3, "stride": 2, "padding": 1},
            (2, 5),
            {"connections": "3×2×3 − (3×3−7)×2 = 14", "pooling: comparisons": "(3−1)×2×3 − (3×3−7)×2 = 8"},
            id="padded",
        ),
    ],
)
def test_every_count_shows_its_working(
    fields: dict[str, Any], shape: Shape, workings: dict[str, str]
) -> None:
    assert shown(counted(fields, shape)) == workings


@pytest.mark.parametrize("kind", ["max-pool", "average-pool"])
def test_pooling_has_no_weights_and_no_macs(kind: str) -> None:
    counts = counted({"kind": kind, "kernel": 2}, (6, 28, 13))
    assert (counts.parameters, counts.fixed, counts.macs) == (NOTHING, NOTHING, NOTHING)


def each_map(axes: list[Axis], channels: int) -> Slid:
    """Windows slid over every map by itself."""
    return slide(lines_of(axes), [[channel] for channel in range(channels)])


@given(some_axes, st.integers(1, 3))
def test_max_pooling_compares_the_inputs_that_a_slid_window_reads(axes: list[Axis], channels: int) -> None:
    slid = each_map(axes, channels)
    shape = (channels, *(axis[0] for axis in axes))
    counts = counted({"kind": "max-pool", **window_fields(axes)}, shape)
    assert (counts.connections.value, numbers(counts)) == (
        slid.links,
        {"pooling: comparisons": slid.combined},
    )


@given(some_axes, st.integers(1, 3))
def test_average_pooling_adds_the_inputs_that_a_slid_window_reads(axes: list[Axis], channels: int) -> None:
    slid = each_map(axes, channels)
    shape = (channels, *(axis[0] for axis in axes))
    counts = counted({"kind": "average-pool", **window_fields(axes)}, shape)
    assert counts.connections.value == slid.links
    assert numbers(counts) == {"pooling: additions": slid.combined, "pooling: divisions": len(slid.inputs)}


small = st.integers(1, 9)


@given(small, small, st.integers(1, 4), st.integers(1, 4), st.sampled_from(["pytorch", "caffe"]))
def test_partial_windows_count_the_inputs_they_read(
    height: int, width: int, kernel: int, stride: int, ceil: Ceil
) -> None:
    sizes = (max(height, kernel), max(width, kernel))
    slid = slide([walked(size, kernel, stride, ceil=ceil) for size in sizes], [[0], [1]])
    fields = {"kind": "max-pool", "kernel": kernel, "stride": stride, "ceil_mode": ceil}
    counts = counted(fields, (2, *sizes))
    assert (counts.connections.value, numbers(counts)) == (
        slid.links,
        {"pooling: comparisons": slid.combined},
    )


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *(("MaxPool2d", "max-pool"), ("MaxPooling2D", "max-pool"), ("maxpool", "max-pool")),
        *(("AvgPool1d", "average-pool"), ("AveragePooling3D", "average-pool"), ("avg-pool", "average-pool")),
    ],
)
def test_words_of_other_tools_name_the_kind(word: str, kind: str) -> None:
    assert SPELLINGS[word].layer is SPELLINGS[kind].layer


SQUARE = [[[1, 1], [1, 1]]]
FRAMED = {"kernel": 2, "stride": 1, "padding": 1}
COUNTED = [[["1/4", "1/2", "1/4"], ["1/2", 1, "1/2"], ["1/4", "1/2", "1/4"]]]  # 1, 2 or 4 ones of 4 taps
UNCOUNTED = [[[1] * 3] * 3]


@pytest.mark.parametrize(
    ("fields", "x", "y"),
    [
        pytest.param({"kind": "AvgPool1d", **FRAMED}, [[1, 1]], [["1/2", 1, "1/2"]], id="PyTorch, 1-D"),
        pytest.param({"kind": "AvgPool2d", **FRAMED}, SQUARE, COUNTED, id="PyTorch, 2-D"),
        pytest.param(
            {"kind": "AvgPool3d", "kernel": 2, "padding": 1}, [[[[1]]]], [[[["1/8"]]]], id="PyTorch, 3-D"
        ),
        pytest.param(
            {"kind": "AvgPool2d", **FRAMED, "count_include_pad": False}, SQUARE, UNCOUNTED, id="PyTorch, told"
        ),
        pytest.param(
            {"kind": "AvgPool2d", **FRAMED, "count_padding": False}, SQUARE, UNCOUNTED, id="in our word"
        ),
        pytest.param({"kind": "AvgPool2D", **FRAMED}, SQUARE, UNCOUNTED, id="Keras"),
        pytest.param(
            {"kind": "AveragePooling2D", "pool_size": 2, "strides": 1, "padding": "same"},
            SQUARE,
            SQUARE,
            id="Keras, same: one row and one column of zeros behind",
        ),
        pytest.param({"kind": "average-pool", **FRAMED}, SQUARE, UNCOUNTED, id="ours"),
        pytest.param(
            {"kind": "average-pool", **FRAMED, "count_padding": True}, SQUARE, COUNTED, id="ours, told"
        ),
    ],
)
def test_the_divisor_counts_padding_where_it_does_in_the_tool(fields: dict[str, Any], x: Any, y: Any) -> None:
    assert forward(fields, x, {}, Fractions()).values == array(y, Fractions()).values


@pytest.mark.parametrize("kind", ["max-pool", "average-pool"])
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({}, "kernel", id="no kernel"),
        pytest.param({"kernel": 2, "stride": 0}, "stride", id="zero stride"),
        pytest.param({"kernel": 2, "ceil_mode": "keras"}, "ceil_mode", id="unknown rule"),
        pytest.param({"kernel": 2, "bias": True}, "bias", id="a bias"),
        pytest.param({"kernel": 2, "filters": 6}, "filters", id="filters"),
    ],
)
def test_wrong_fields_are_refused(kind: str, fields: dict[str, Any], field: str) -> None:
    assert [name for name, _ in faults({"kind": kind, **fields})] == [field]
