"""Up-sampling, against a walk that works out where every unit lies between its neighbours."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError
from lenetcalc.receptive import Axis
from lenetcalc.shapes import Reach, Shape
from tests.layers.test_base import counted, faults, made, numbers, shown
from tests.test_receptive import field_of
from tests.test_resizing import linear_reads, nearest_reads, on_the_map, reached

BILINEAR = {"mode": "bilinear"}
ALIGNED = {"mode": "bilinear", "align_corners": True}


@pytest.mark.parametrize(
    ("fields", "shape", "expected"),
    [
        pytest.param({"factor": 2}, (3, 5, 8), (3, 10, 16), id="2-D"),
        pytest.param({"factor": [3, 1]}, (3, 5, 8), (3, 15, 8), id="a factor for each axis"),
        pytest.param({"factor": 4}, (2, 7), (2, 28), id="1-D"),
        pytest.param({"factor": [1, 2, 3]}, (2, 3, 4, 5), (2, 3, 8, 15), id="3-D"),
        pytest.param({"factor": 1}, (2, 3, 4), (2, 3, 4), id="as large"),
        pytest.param({"output_size": [7, 11]}, (3, 5, 8), (3, 7, 11), id="no whole factor"),
        pytest.param({"output_size": "4x3"}, (3, 5, 8), (3, 4, 3), id="smaller"),
        pytest.param({"output_size": 9}, (3, 5, 8), (3, 9, 9), id="one size for all axes"),
        pytest.param({"output_size": 5}, (3, 1, 1), (3, 5, 5), id="from a single unit"),
    ],
)
@pytest.mark.parametrize("mode", [{}, BILINEAR, ALIGNED], ids=["nearest", "bilinear", "aligned"])
def test_each_axis_has_the_size_that_is_said(
    mode: dict[str, Any], fields: dict[str, Any], shape: Shape, expected: Shape
) -> None:
    assert made({"kind": "upsample", **mode, **fields}, shape) == expected


@pytest.mark.parametrize(
    ("fields", "shape", "workings"),
    [
        pytest.param(
            {"factor": [2, 3]},
            (5, 3, 4),
            {
                "connections": "6×12×5 = 360",
                "interpolation: multiplications": "0",
                "interpolation: additions": "0",
            },
            id="nearest: one line a unit, and no operation",
        ),
        pytest.param(
            {"factor": 2, **BILINEAR},
            (5, 3, 4),
            {
                # rows at −1/4, 1/4, …, 9/4 read 1 2 2 2 2 1, columns 1 2 2 2 2 2 2 1
                "connections": "10×14×5 = 700",
                "interpolation: multiplications": "1×2×2×5×6×8 = 960",
                "interpolation: additions": "(2×2 − 1)×5×6×8 = 720",
            },
            id="bilinear",
        ),
        pytest.param(
            {"output_size": [5, 7], **ALIGNED},
            (2, 3, 4),
            {
                # rows at 0, 1/2, 1, 3/2, 2 read 1 2 1 2 1, columns at 0, 1/2, …, 3 read 1 2 1 2 1 2 1
                "connections": "7×10×2 = 140",
                "interpolation: multiplications": "1×2×2×2×5×7 = 280",
                "interpolation: additions": "(2×2 − 1)×2×5×7 = 210",
            },
            id="corners aligned",
        ),
        pytest.param(
            {"factor": 3, "mode": "linear"},
            (4, 5),
            {
                # at (o − 1)/3: one beyond each end, and one in three on an input
                "connections": "23×4 = 92",
                "interpolation: multiplications": "1×2×4×15 = 120",
                "interpolation: additions": "(2 − 1)×4×15 = 60",
            },
            id="1-D",
        ),
        pytest.param(
            {"factor": 2, "mode": "trilinear"},
            (1, 2, 3, 1),
            {
                "connections": "6×10×2×1 = 120",  # 1 2 2 1, 1 2 2 2 2 1, and 1 1 from a single plane
                "interpolation: multiplications": "1×2×2×2×1×4×6×2 = 384",
                "interpolation: additions": "(2×2×2 − 1)×1×4×6×2 = 336",
            },
            id="3-D",
        ),
        pytest.param(
            {"output_size": [1, 3], **BILINEAR},
            (2, 4, 9),
            {
                # the row at 3/2 reads two; columns at 1, 4 and 7 read one each
                "connections": "2×3×2 = 12",
                "interpolation: multiplications": "1×2×2×2×1×3 = 24",
                "interpolation: additions": "(2×2 − 1)×2×1×3 = 18",
            },
            id="smaller",
        ),
    ],
)
def test_every_count_shows_its_working(
    fields: dict[str, Any], shape: Shape, workings: dict[str, str]
) -> None:
    assert shown(counted({"kind": "upsample", **fields}, shape)) == workings


def test_the_working_of_a_size_is_shown() -> None:
    output = read_layer({"kind": "upsample", "factor": [2, 3]}).output((1, 5, 7))
    assert [*map(str, output.workings)] == ["5×2 = 10", "7×3 = 21"]


modes = st.sampled_from([{}, BILINEAR, ALIGNED])


def reads_along(size: int, stops: int, mode: dict[str, Any]) -> list[set[int]]:
    """The inputs that each unit along an axis reads."""
    if not mode:
        return nearest_reads(size, stops)
    return linear_reads(size, stops, aligned=mode is ALIGNED)


def lines(reads: Sequence[list[set[int]]]) -> int:
    """Pairs of a unit and an input that it reads, one by one over all axes."""
    return sum(len([*product(*unit)]) for unit in product(*reads))


some_sizes = st.lists(
    st.tuples(st.integers(1, 6), st.integers(1, 7)), min_size=1, max_size=3, unique_by=lambda axis: axis[0]
)


@given(some_sizes, st.integers(1, 3), modes)
def test_connections_are_the_inputs_with_a_weight(
    axes: list[tuple[int, int]], channels: int, mode: dict[str, Any]
) -> None:
    before, after = zip(*axes, strict=True)
    counts = counted({"kind": "upsample", "output_size": [*after], **mode}, (channels, *before))
    assert counts.connections.value == channels * lines([reads_along(*axis, mode) for axis in axes])


@given(some_sizes, st.integers(1, 3), modes)
def test_a_factor_counts_as_the_size_that_it_makes(
    axes: list[tuple[int, int]], channels: int, mode: dict[str, Any]
) -> None:
    before, factor = zip(*axes, strict=True)
    shape, size = (channels, *before), [one * other for one, other in axes]
    by_factor = counted({"kind": "upsample", "factor": [*factor], **mode}, shape)
    by_size = counted({"kind": "upsample", "output_size": size, **mode}, shape)
    assert (by_factor.connections.value, numbers(by_factor)) == (by_size.connections.value, numbers(by_size))


@given(some_sizes, modes)
def test_what_units_read_is_just_their_reach_on_the_map(
    axes: list[tuple[int, int]], mode: dict[str, Any]
) -> None:
    before, after = zip(*axes, strict=True)
    reaches = read_layer({"kind": "upsample", "output_size": [*after], **mode}).output((1, *before)).reaches
    along = [each for each in reaches if isinstance(each, Reach)]
    found = [reached(reach, stops) for reach, stops in zip(along, after, strict=True)]
    on_maps = [on_the_map(reads, size) for reads, size in zip(found, before, strict=True)]
    assert on_maps == [reads_along(*axis, mode) for axis in axes]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"factor": 2}, Axis(1, (0, 0), (0, 0), 14), id="nearest"),
        pytest.param({"output_size": 3}, Axis(7, (0, 2, 4), (0, 2, 4), 3), id="nearest, smaller"),
        # at −1/4, between the input 0 and one that is not there, and 1/4
        pytest.param({"factor": 2, **BILINEAR}, Axis(1, (-1, 0), (0, 1), 14), id="bilinear"),
        # at −1/3, 0 and 1/3: one in three falls on an input
        pytest.param({"factor": 3, **BILINEAR}, Axis(1, (-1, 0, 0), (0, 0, 1), 21), id="onto an input"),
        # at 0 and 1/2
        pytest.param({"output_size": 13, **ALIGNED}, Axis(1, (0, 0), (0, 1), 13), id="corners aligned"),
        pytest.param(
            {"output_size": 4, **ALIGNED}, Axis(2, (0,), (0,), 4), id="corners aligned, every other input"
        ),
        # at (7 − 2)/4 = 5/4 and 19/4
        pytest.param({"output_size": 2, **BILINEAR}, Axis(7, (1, 4), (2, 5), 2), id="smaller"),
    ],
)
def test_the_field_of_a_unit_is_its_neighbours(fields: dict[str, Any], expected: Axis) -> None:
    assert field_of((2, 7), {"kind": "upsample", **fields}) == (expected,)


@pytest.mark.parametrize("mode", [{}, BILINEAR, ALIGNED], ids=["nearest", "bilinear", "aligned"])
def test_all_units_see_the_only_input(mode: dict[str, Any]) -> None:
    (axis,) = field_of((2, 1), {"kind": "upsample", "factor": 5, **mode}) or ()
    assert [axis.ends(unit) for unit in range(axis.positions)] == [(0, 0)] * 5


@pytest.mark.parametrize("mode", [{}, BILINEAR, ALIGNED], ids=["nearest", "bilinear", "aligned"])
def test_units_that_repeat_after_more_than_16384_have_no_field(mode: dict[str, Any]) -> None:
    fields = {"kind": "upsample", "output_size": 2**14 + 2, **mode}
    assert field_of((2, 2**14 + 1), fields) is None


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"kind": "upsample", "factor": 2}, id="nearest"),
        pytest.param({"kind": "upsample", "factor": 2, **BILINEAR}, id="bilinear"),
        pytest.param({"kind": "UpsamplingBilinear2d", "output_size": 5}, id="another word"),
    ],
)
def test_every_upsample_layer_is_called_so(fields: dict[str, Any]) -> None:
    assert read_layer(fields).label == "upsample"


FACTOR_OR_SIZE = "one of them says how large the output is"


@pytest.mark.parametrize(
    ("fields", "shape", "sentence"),
    [
        pytest.param(
            {},
            (3, 5, 8),
            ("neither factor nor output_size is given", FACTOR_OR_SIZE, "write factor: 2", "factor"),
            id="no size",
        ),
        pytest.param(
            {"factor": 2, "output_size": [10, 16]},
            (3, 5, 8),
            ("both factor and output_size are given", FACTOR_OR_SIZE, "write factor: 2", "factor"),
            id="two sizes, though they agree",
        ),
        pytest.param(
            {"factor": 2, "align_corners": True},
            (3, 5, 8),
            (
                "align_corners is given for mode nearest",
                "it says where a bilinear unit lies between its neighbours",
                "leave it out, or write mode: bilinear",
                "align_corners",
            ),
            id="corners of the nearest",
        ),
        pytest.param(
            {"factor": [2, 3, 4]},
            (3, 5, 8),
            (
                "factor has 3 numbers, but the maps have 2 axes",
                "it needs one number for all axes or one for each, channels apart",
                "write factor with 2 numbers, or one for all",
                "factor",
            ),
            id="a factor for 3-D on 2-D",
        ),
        pytest.param(
            {"output_size": [3, 10, 16]},  # as torch.Size has it, the channels among them
            (3, 5, 8),
            (
                "output_size has 3 numbers, but the maps have 2 axes",
                "it needs one number for all axes or one for each, channels apart",
                "write output_size with 2 numbers, or one for all",
                "output_size",
            ),
            id="a size with its channels",
        ),
        pytest.param(
            {"factor": 2},
            (84,),
            (
                "an upsample layer reads maps, but its input is a row of 84 units",
                "it needs channels and at least one spatial axis",
                "put it before the flatten or dense layer, or reshape the row into maps",
                None,
            ),
            id="a row",
        ),
    ],
)
def test_a_size_that_cannot_be_is_refused(
    fields: dict[str, Any], shape: Shape, sentence: tuple[str, str, str, str | None]
) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": "upsample", **fields}, shape)
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == sentence


WHOLE = "it must be a whole number of at least 1, or one for each axis, as in 5, [5, 3] or 5x3"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"factor": 1.5}, ("factor", WHOLE), id="a fraction"),
        pytest.param({"factor": 0}, ("factor", WHOLE), id="no size at all"),
        pytest.param({"output_size": [4, 0]}, ("output_size", WHOLE), id="a size of zero"),
        pytest.param(
            {"factor": 2, "mode": "bicubic"}, ("mode", "it must be nearest or bilinear"), id="bicubic"
        ),
        pytest.param({"factor": 2, "mode": True}, ("mode", "it must be nearest or bilinear"), id="true"),
        pytest.param(
            {"factor": 2, "align_corners": 1}, ("align_corners", "Input should be a valid boolean"), id="1"
        ),
        pytest.param({"factor": 2, "stride": 2}, ("stride", "Extra inputs are not permitted"), id="a stride"),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults({"kind": "upsample", **fields}) == [expected]


@pytest.mark.parametrize(
    ("words", "same"),
    [
        pytest.param({"kind": "Upsample", "scale_factor": 2}, {"factor": 2}, id="PyTorch"),
        pytest.param(
            {"kind": "interpolate", "scale_factor": 2, "mode": "linear"},
            {"factor": 2, **BILINEAR},
            id="PyTorch's function",
        ),
        pytest.param({"kind": "UpsamplingNearest2d", "scale_factor": 3}, {"factor": 3}, id="nearest by name"),
        pytest.param(
            {"kind": "UpsamplingBilinear2d", "scale_factor": 2},
            {"factor": 2, **ALIGNED},
            id="bilinear by name, whose corners are aligned",
        ),
        pytest.param(
            {"kind": "UpSampling2D", "factor": [2, 3], "interpolation": "bilinear"},
            {"factor": [2, 3], **BILINEAR},
            id="Keras",
        ),
    ],
)
def test_words_of_other_tools_mean_the_same(words: dict[str, Any], same: dict[str, Any]) -> None:
    assert read_layer(words).rules == read_layer({"kind": "upsample", **same}).rules
