"""Convolution: published figures, hand calculations, and every link counted one by one."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.errors import LayerError, SpecError
from lenetcalc.layers.conv import TABLES
from lenetcalc.shapes import Shape
from lenetcalc.spec import loads
from tests.layers.test_base import counted, faults, made, numbers, shown
from tests.layers.test_windowed import Axis, lines_of, slide, some_axes, window_fields

C1 = {"kind": "conv", "filters": 6, "kernel": 5}
C3 = {"kind": "conv", "filters": 16, "kernel": 5, "table": "lenet5"}
C5 = {"kind": "conv", "filters": 120, "kernel": 5}
H3_ROWS = [[0], [0, 1], [0, 1], [1], [0, 1], [0, 1], [2], [2, 3], [2, 3], [3], [2, 3], [2, 3]]


@pytest.mark.parametrize(
    ("fields", "shape", "output", "figures"),
    [
        pytest.param(C1, (1, 32, 32), (6, 28, 28), (156, 122_304, 117_600), id="LeNet-5 C1"),
        pytest.param(C3, (6, 14, 14), (16, 10, 10), (1_516, 151_600, 150_000), id="LeNet-5 C3"),
        pytest.param(C5, (16, 5, 5), (120, 1, 1), (48_120, 48_120, 48_000), id="LeNet-5 C5"),
        pytest.param(
            {"kind": "conv", "filters": 4, "kernel": 5},
            (1, 28, 28),
            (4, 24, 24),
            (104, 59_904, 57_600),  # 26 × 4; × 576; 25 × 4 × 576
            id="LeNet-1 H1",
        ),
        pytest.param(
            {"kind": "conv", "filters": 12, "kernel": 5, "table": H3_ROWS},
            (4, 12, 12),
            (12, 8, 8),
            (512, 32_768, 32_000),  # 20 kernels × 25 + 12 biases; × 64; 500 × 64
            id="LeNet-1 H3",
        ),
        pytest.param(
            {"kind": "conv", "filters": 256, "kernel": 5, "padding": 2, "groups": 2},
            (96, 27, 27),
            (256, 27, 27),
            # per axis 27 × 5 taps less 2 + 1 at either end: 129² × 48 × 256 + 256 × 729
            (307_456, 129 * 129 * 48 * 256 + 186_624, 223_948_800),
            id="AlexNet conv2",
        ),
        pytest.param(
            {"kind": "conv", "filters": 8, "kernel": 3, "padding": 1, "bias": False},
            (4, 10, 10),
            (8, 10, 10),
            (288, 25_088, 28_800),  # 9 × 4 × 8; 28² real taps × 32; 9 × 4 × 8 × 100
            id="conventions.md: of 28,800 products 25,088 touch real inputs",
        ),
        pytest.param(
            {"kind": "conv", "filters": 6, "kernel": 3, "groups": 6},
            (6, 11, 8),
            (6, 9, 6),
            (60, 3_240, 2_916),  # (9 + 1) × 6; × 54; 9 × 6 × 54
            id="depthwise",
        ),
        pytest.param(
            {"kind": "conv", "filters": 3, "kernel": 4, "stride": 2, "padding": 1},
            (2, 19),
            (3, 9),
            (27, 237, 216),  # (4×2 + 1) × 3; of 36 taps one on padding: 35 × 6 + 27; 4 × 2 × 3 × 9
            id="1-D",
        ),
        pytest.param(
            {"kind": "conv", "filters": 3, "kernel": [2, 3, 4], "stride": [1, 2, 3], "dilation": [2, 1, 1]},
            (2, 5, 7, 9),
            (3, 3, 3, 2),
            (147, 2_646, 2_592),  # (24×2 + 1) × 3; × 18; 48 × 3 × 18
            id="3-D",
        ),
        pytest.param(
            {"kind": "conv", "filters": 5, "kernel": 2, "padding": 4, "stride": 8},
            (1, 2),
            (5, 2),
            (15, 10, 20),  # starts 0 and 8 see no input at all: only bias lines are left
            id="windows on padding alone",
        ),
    ],
)
def test_figures_are_those_published_or_worked_out_by_hand(
    fields: dict[str, Any], shape: Shape, output: Shape, figures: tuple[int, int, int]
) -> None:
    counts = counted(fields, shape)
    assert made(fields, shape) == output
    assert (counts.parameters.value, counts.connections.value, counts.macs.value) == figures


@pytest.mark.parametrize(
    ("fields", "shape", "workings"),
    [
        pytest.param(
            C1,
            (1, 32, 32),
            {
                "parameters": "(5×5×1 + 1)×6 = 156",
                "connections": "(5×5×1 + 1)×6×28×28 = 122,304",
                "macs": "5×5×1×6×28×28 = 117,600",
                "weights: multiplications": "5×5×1×6×28×28 = 117,600",
                "weights: additions": "(5×5×1 − 1)×6×28×28 = 112,896",
                "bias: additions": "1×6×28×28 = 4,704",
            },
            id="LeNet-5 C1",
        ),
        pytest.param(
            C3,
            (6, 14, 14),
            {
                "parameters": "(5×5×3+1)×6 + (5×5×4+1)×9 + (5×5×6+1)×1 = 1,516",
                "connections": "(5×5×3+1)×6×10×10 + (5×5×4+1)×9×10×10 + (5×5×6+1)×1×10×10 = 151,600",
                "macs": "5×5×3×6×10×10 + 5×5×4×9×10×10 + 5×5×6×1×10×10 = 150,000",
                "weights: multiplications": "5×5×3×6×10×10 + 5×5×4×9×10×10 + 5×5×6×1×10×10 = 150,000",
                # 60 × 25 products in 16 sums: 1,484 additions at 100 positions
                "weights: additions": "(5×5×3−1)×6×10×10 + (5×5×4−1)×9×10×10 + (5×5×6−1)×1×10×10 = 148,400",
                "bias: additions": "1×6×10×10 + 1×9×10×10 + 1×1×10×10 = 1,600",
            },
            id="LeNet-5 C3",
        ),
        pytest.param(
            {"kind": "conv", "filters": 4, "kernel": [3, 2], "padding": [1, 0], "groups": 2, "bias": False},
            (6, 5, 7),
            {
                "parameters": "3×2×6/2×4 = 72",
                # 13 of 15 row taps are real: 2 × 12 column taps are not
                "connections": "3×2×6/2×4×5×6 − (3×2×5×6−13×12)×6/2×4 = 1,872",
                "macs": "3×2×6/2×4×5×6 = 2,160",
                "weights: multiplications": "3×2×6/2×4×5×6 = 2,160",
                "weights: additions": "(3×2×6/2 − 1)×4×5×6 = 2,040",
                "bias: additions": "0",
            },
            id="groups and padding without bias",
        ),
    ],
)
def test_every_count_shows_its_working(
    fields: dict[str, Any], shape: Shape, workings: dict[str, str]
) -> None:
    assert shown(counted(fields, shape)) == workings


def assert_counts_are_those_of_a_walk(
    fields: dict[str, Any], channels: int, axes: list[Axis], rows: list[list[int]], bias: bool
) -> None:
    """Compare every count of a convolution with the links and taps of windows slid by hand."""
    slid = slide(lines_of(axes), rows)
    weights = {(number, channel) for number, row in enumerate(rows) for channel in row}
    kernel = len([*product(*(range(axis[1]) for axis in axes))])
    units, lines = len(slid.inputs), len(slid.inputs) * bias
    written = {"kind": "conv", "filters": len(rows), "bias": bias, **window_fields(axes), **fields}
    counts = counted(written, (channels, *(axis[0] for axis in axes)))
    assert counts.parameters.value == kernel * len(weights) + len(rows) * bias
    assert counts.connections.value == slid.links + lines
    assert counts.macs.value == slid.taps
    assert numbers(counts) == {
        "weights: multiplications": slid.taps,
        "weights: additions": slid.taps - units,
        "bias: additions": lines,
    }


few = st.integers(1, 3)


@given(some_axes, few, few, few, st.booleans())
def test_counts_of_groups_are_those_of_windows_slid_by_hand(
    axes: list[Axis], groups: int, inputs: int, outputs: int, bias: bool
) -> None:
    maps = [[*range(group * inputs, (group + 1) * inputs)] for group in range(groups)]
    rows = [maps[group] for group in range(groups) for _ in range(outputs)]
    assert_counts_are_those_of_a_walk({"groups": groups}, groups * inputs, axes, rows, bias)


rows_of_a_table = st.lists(st.sets(st.integers(0, 4), min_size=1).map(sorted), min_size=1, max_size=5)


@given(some_axes, rows_of_a_table, st.booleans())
def test_counts_of_a_table_are_those_of_windows_slid_by_hand(
    axes: list[Axis], rows: list[list[int]], bias: bool
) -> None:
    assert_counts_are_those_of_a_walk({"table": rows}, 5, axes, rows, bias)


def test_the_published_table_has_sixty_kernels() -> None:
    assert sum(map(len, TABLES["lenet5"])) == 60


@pytest.mark.parametrize("channel", range(6))
def test_every_map_of_s2_feeds_ten_maps_of_c3(channel: int) -> None:
    assert sum(1 for row in TABLES["lenet5"] if channel in row) == 10


def test_the_published_table_is_that_of_the_paper() -> None:
    # LeCun et al. 1998, Table I, column by column
    columns = "012 123 234 345 045 015 0123 1234 2345 0345 0145 0125 0134 1245 0235 012345"
    assert TABLES["lenet5"] == tuple(tuple(map(int, column)) for column in columns.split())


TABLE = (
    "it must be a name, or for every output map the list of the input maps it reads, counted from 0, "
    "each once"
)


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        pytest.param("lenet-5", "the named tables are lenet5", id="no published table"),
        pytest.param([], TABLE, id="no rows"),
        pytest.param([[0], []], TABLE, id="a row of nothing"),
        pytest.param([[0, 0]], TABLE, id="a map twice"),
        pytest.param([[-1]], TABLE, id="a map below 0"),
        pytest.param([[0, True]], TABLE, id="true"),
        pytest.param([0, 1], TABLE, id="rows that are numbers"),
        pytest.param(7, TABLE, id="a number"),
    ],
)
def test_a_table_that_is_none_is_refused(written: object, rule: str) -> None:
    assert faults({"kind": "conv", "filters": 2, "kernel": 3, "table": written}) == [("table", rule)]


@pytest.mark.parametrize(
    ("name", "hint"),
    [("lenet-5", "did you mean lenet5?"), ("dense", "or write the table out")],
    ids=["misspelt", "unknown"],
)
def test_a_misspelt_table_is_recognised(name: str, hint: str) -> None:
    layer = f"{{kind: conv, filters: 2, kernel: 3, table: {name}}}"
    with pytest.raises(SpecError) as error:
        loads(f"{{lenetcalc: 1, input: 1x5x5, layers: [{layer}]}}")
    assert [fault.hint for fault in error.value.faults] == [hint]


@pytest.mark.parametrize(
    ("fields", "channels", "sentence"),
    [
        pytest.param(
            {"filters": 2, "groups": 2, "table": [[0], [1]]},
            2,
            (
                "groups 2 are given beside a table",
                "the table alone says which map reads which",
                "leave out groups or the table",
                "groups",
            ),
            id="groups and a table",
        ),
        pytest.param(
            {"filters": 3, "table": [[0], [1]]},
            2,
            (
                "the table has 2 rows for 3 filters",
                "it needs a row for every filter",
                "write filters: 2, or mend the table",
                "table",
            ),
            id="too few rows",
        ),
        pytest.param(
            {"filters": 16, "table": "lenet5"},
            5,
            (
                "the table reads map 5, but the input has 5 maps",
                "its numbers go from 0 to 4",
                "count the maps from 0",
                "table",
            ),
            id="a map too many",
        ),
        pytest.param(
            {"filters": 1, "table": [[1]]},
            1,
            (
                "the table reads map 1, but the input has 1 map",
                "its numbers go from 0 to 0",
                "count the maps from 0",
                "table",
            ),
            id="counted from 1",
        ),
    ],
)
def test_maps_that_do_not_match_are_refused(
    fields: dict[str, Any], channels: int, sentence: tuple[str, str, str, str]
) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": "conv", "kernel": 2, **fields}, (channels, 5, 7))
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == sentence


@pytest.mark.parametrize(
    "words",
    [
        {
            "kind": "conv",
            "filters": 4,
            "kernel": [3, 5],
            "stride": 2,
            "padding": 1,
            "dilation": 2,
            "bias": False,
        },
        {
            **{"kind": "Conv2d", "out_channels": 4, "kernel_size": [3, 5], "stride": 2, "padding": 1},
            **{"dilation": 2, "bias": False},
        },
        {
            **{"kind": "Conv2D", "filters": 4, "kernel_size": "3x5", "strides": 2, "padding": [1, 1]},
            **{"dilation_rate": 2, "use_bias": False},
        },
        {
            **{"kind": "Convolution", "num_output": 4, "kernel_size": "3×5", "stride": 2, "pad": 1},
            **{"dilation": 2, "bias_term": False, "group": 1},
        },
    ],
    ids=["ours", "PyTorch", "Keras", "Caffe"],
)
def test_words_of_other_tools_mean_the_same(words: dict[str, Any]) -> None:
    # rows (12 + 2 − 5)/2 + 1 = 5, columns (17 + 2 − 9)/2 + 1 = 6; 15 × 3 × 4 weights
    assert (made(words, (3, 12, 17)), counted(words, (3, 12, 17)).parameters.value) == ((4, 5, 6), 180)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"kernel": 3}, [("filters", "Field required")], id="no filters"),
        pytest.param({"filters": 2}, [("kernel", "Field required")], id="no kernel"),
        pytest.param(
            {"filters": 0, "kernel": 3},
            [("filters", "it must be a whole number of at least 1, or same for as many as input channels")],
            id="zero filters",
        ),
        pytest.param(
            {"filters": 2, "kernel": 3, "groups": 0},
            [("groups", "it must be a whole number of at least 1, or depthwise for one per input channel")],
            id="zero groups",
        ),
        pytest.param(
            {"filters": 2, "kernel": 3, "ceil_mode": True},
            [("ceil_mode", "Extra inputs are not permitted")],
            id="ceil mode is for pooling",
        ),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults({"kind": "conv", **fields}) == expected


@pytest.mark.parametrize(
    ("fields", "shape", "output", "parameters", "macs"),
    [
        # 9 taps and a bias a map; 12 × 11 positions at stride 1
        pytest.param({"kernel": 3, "padding": 1}, (5, 12, 11), (5, 12, 11), 50, 9 * 5 * 132, id="stride 1"),
        pytest.param({"kernel": 3, "bias": False}, (4, 9), (4, 7), 12, 84, id="1-D, no bias"),
    ],
)
def test_depthwise_convolution_is_one_with_a_group_a_channel(
    fields: dict[str, Any], shape: Shape, output: Shape, parameters: int, macs: int
) -> None:
    for words in (
        {"kind": "depthwise-conv"},
        {"kind": "conv", "groups": "depthwise", "filters": "same"},
        {"kind": "conv", "groups": shape[0], "filters": shape[0]},
    ):
        counts = counted({**words, **fields}, shape)
        assert made({**words, **fields}, shape) == output
        assert (counts.parameters.value, counts.macs.value) == (parameters, macs)


def test_depthwise_filters_may_be_a_multiple_of_the_channels() -> None:
    assert made({"kind": "conv", "kernel": 1, "groups": "depthwise", "filters": 6}, (3, 5)) == (6, 5)
    with pytest.raises(LayerError, match="groups 3 do not divide 7 filters"):
        made({"kind": "conv", "kernel": 1, "groups": "depthwise", "filters": 7}, (3, 5))
