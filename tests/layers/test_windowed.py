"""What all layers with a sliding window share, and an oracle that slides it by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import pytest
from hypothesis import strategies as st

from lenetcalc.entries import read_layer
from lenetcalc.errors import FitError, LayerError
from lenetcalc.shapes import Shape
from tests.layers.test_base import made
from tests.test_shapes import Line, span_of, walked

# The oracle: every window of every map is slid over its inputs, and every link is written down.

Unit: TypeAlias = tuple[int, tuple[int, ...]]
"""A unit: its map, and where it stands in it."""


@dataclass(frozen=True)
class Slid:
    """What a layer with a window reads: the inputs of every output unit, and the taps of its kernel."""

    inputs: dict[Unit, set[Unit]]
    taps: int

    @property
    def links(self) -> int:
        """Pairs of an output unit and an input unit that it reads."""
        return sum(len(read) for read in self.inputs.values())

    @property
    def combined(self) -> int:
        """Operations that combine the real inputs of every unit, two by two."""
        return sum(len(read) - 1 for read in self.inputs.values() if read)


def slide(lines: Sequence[Line], rows: Sequence[Sequence[int]]) -> Slid:
    """Slide windows over maps: ``rows`` says which input maps every output map reads."""
    stops = [*product(*(line.starts for line in lines))]
    kernel = [*product(*(range(line.kernel) for line in lines))]
    inputs = {
        (number, stop): {
            (channel, place)
            for channel in row
            for place in product(*(line.inputs_of(start) for line, start in zip(lines, stop, strict=True)))
        }
        for number, row in enumerate(rows)
        for stop in stops
    }
    return Slid(inputs, sum(len(kernel) * len(row) * len(stops) for row in rows))


Axis: TypeAlias = tuple[int, int, int, int, int, int]
"""An axis: size, kernel, stride, dilation, zeros before and after."""


def fits(axis: Axis) -> bool:
    """Whether the window fits the padded axis."""
    size, kernel, _, dilation, before, after = axis
    return span_of(kernel, dilation) <= before + size + after


def axes_up_to(largest: int, rank: int) -> st.SearchStrategy[list[Axis]]:
    """As many axes as ``rank``, each with its own window."""
    size, kernel, step, zeros = (
        st.integers(1, largest),
        st.integers(1, 3),
        st.integers(1, 3),
        st.integers(0, 3),
    )
    axis = st.tuples(size, kernel, step, st.integers(1, 2), zeros, zeros).filter(fits)
    return st.lists(axis, min_size=rank, max_size=rank)


some_axes = axes_up_to(9, 1) | axes_up_to(5, 2) | axes_up_to(3, 3)


def window_fields(axes: Sequence[Axis]) -> dict[str, Any]:
    """The fields of a spec that lay these windows."""
    _, kernel, stride, dilation, before, after = zip(*axes, strict=True)
    ends = [list(pair) for pair in zip(before, after, strict=True)]
    return {"kernel": [*kernel], "stride": [*stride], "dilation": [*dilation], "padding": ends}


def lines_of(axes: Sequence[Axis]) -> list[Line]:
    """The axes as the oracle draws them."""
    return [walked(*axis) for axis in axes]


def test_the_oracle_slides_as_a_person_does() -> None:
    # 4 inputs with a zero at either end, kernel 3, stride 2: one window reads a zero and 0 1, the other 1 2 3
    slid = slide([walked(4, 3, 2, 1, 1, 1)], [[0], [0, 2]])
    assert slid.inputs[1, (2,)] == {(0, (1,)), (0, (2,)), (0, (3,)), (2, (1,)), (2, (2,)), (2, (3,))}
    assert (slid.links, slid.taps, slid.combined) == (5 + 10, 6 + 12, 3 + 8)


ROW = "it needs channels and at least one spatial axis"
ROW_HINT = "put it before the flatten or dense layer, or reshape the row into maps"
AXES = "it needs one number for all axes or one for each, channels apart"
CONV = {"kind": "conv", "filters": 3, "kernel": 3}


@pytest.mark.parametrize(
    ("fields", "shape", "fault", "hint"),
    [
        pytest.param(
            CONV, (400,), "a conv layer reads maps, but its input is a row of 400 units", ROW_HINT, id="a row"
        ),
        pytest.param(
            {"kind": "max-pool", "kernel": 2},
            (1,),
            "a max-pool layer reads maps, but its input is a row of 1 unit",
            ROW_HINT,
            id="a single unit",
        ),
        pytest.param(
            CONV | {"kernel": [3, 3, 2]},
            (1, 9, 8),
            "kernel has 3 numbers, but the maps have 2 axes",
            "write kernel with 2 numbers, or one for all",
            id="a kernel for 3-D on 2-D",
        ),
        pytest.param(
            CONV | {"stride": [2, 1]},
            (1, 9),
            "stride has 2 numbers, but the maps have 1 axis",
            "write stride with 1 number, or one for all",
            id="a stride for 2-D on 1-D",
        ),
        pytest.param(
            CONV | {"dilation": [2]},
            (1, 9, 8, 7),
            "dilation has 1 number, but the maps have 3 axes",
            "write dilation with 3 numbers, or one for all",
            id="a dilation for 1-D on 3-D",
        ),
        pytest.param(
            CONV | {"padding": [[1, 2], [0, 0], 1]},
            (1, 9, 8),
            "padding has 3 numbers, but the maps have 2 axes",
            "write padding with 2 numbers, or one for all",
            id="a padding for 3-D on 2-D",
        ),
        pytest.param(
            {"kind": "subsample", "kernel": [2, 2]},
            (6, 28),
            "kernel has 2 numbers, but the maps have 1 axis",
            "write kernel with 1 number, or one for all",
            id="a pooling whose stride is its kernel",
        ),
    ],
)
def test_an_input_of_another_rank_is_refused(
    fields: dict[str, Any], shape: Shape, fault: str, hint: str
) -> None:
    with pytest.raises(LayerError) as error:
        made(fields, shape)
    rule, field = (ROW, None) if hint == ROW_HINT else (AXES, fault.split()[0])
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == (
        fault,
        rule,
        hint,
        field,
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"kernel": 5}, "a 5×5 kernel does not fit a 4×9 map", id="kernel"),
        pytest.param({"kernel": 5, "padding": "valid"}, "a 5×5 kernel does not fit a 4×9 map", id="valid"),
        pytest.param(
            {"kernel": [2, 7], "dilation": [5, 1]},
            "a 2×7 kernel dilated to 6×7 does not fit a 4×9 map",
            id="dilation",
        ),
    ],
)
def test_a_window_that_does_not_fit_is_refused(fields: dict[str, Any], sentence: str) -> None:
    with pytest.raises(FitError) as error:
        made({"kind": "conv", "filters": 2, **fields}, (3, 4, 9))
    assert error.value.fault == sentence


@pytest.mark.parametrize(
    ("fields", "shape", "notes"),
    [
        pytest.param({"kernel": 2}, (1, 28, 14), (), id="nothing is left"),
        pytest.param(
            {"kernel": 2}, (1, 13), ("no window reads the last 1 of 13 positions of its input",), id="1-D"
        ),
        pytest.param(
            {"kernel": 3, "stride": 2},
            (1, 28, 29),  # 12.5 and 13 steps of 2: 27 of 28 and all of 29 are read
            ("no window reads the last 1 of 28 rows of its input",),
            id="2-D, one axis",
        ),
        pytest.param(
            {"kernel": 4},
            (1, 14, 11),  # 3 × 4 and 2 × 4 are read
            ("no window reads the last 2 of 14 rows and the last 3 of 11 columns of its input",),
            id="2-D, both axes",
        ),
        pytest.param(
            {"kernel": 3},
            (1, 5, 7, 9),  # 3, 6 and 9 are read
            (
                "no window reads the last 2 of 5 planes along axis 1 "
                "and the last 1 of 7 planes along axis 2 of its input",
            ),
            id="3-D",
        ),
        pytest.param(
            {"kernel": 4},
            (1, 10003),
            ("no window reads the last 3 of 10,003 positions of its input",),
            id="long",
        ),
        pytest.param(
            {"kernel": 2, "stride": 5, "padding": [[5, 0]]},
            (1, 1),  # the one window, at 0, reads zeros alone; a second one would begin at the input
            ("no window reads the last 1 of 1 position of its input",),
            id="nothing is read",
        ),
        pytest.param({"kernel": 1, "stride": 3}, (1, 9), (), id="skipped by the stride, not cut off"),
        pytest.param({"kernel": 2, "padding": "same"}, (1, 13), (), id="same reads all"),
        pytest.param({"kernel": 2, "ceil_mode": True}, (1, 13), (), id="rounded up reads all"),
    ],
)
def test_inputs_that_no_window_reads_are_noted(
    fields: dict[str, Any], shape: Shape, notes: tuple[str, ...]
) -> None:
    assert read_layer({"kind": "max-pool", **fields}).output(shape).notes == notes


@pytest.mark.parametrize(
    ("fields", "changes"),
    [
        pytest.param({"kernel": 5}, ["padding: 1", "padding: 2"], id="up to half of the kernel"),
        pytest.param({"kernel": 4, "padding": "valid"}, ["padding: 1", "padding: 2"], id="valid is none"),
        pytest.param({"kernel": 1}, [], id="nothing helps a kernel of one"),
        pytest.param({"kernel": 5, "padding": 1}, [], id="padding is stated"),
        pytest.param({"kernel": 5, "padding": "same"}, [], id="same always fits"),
        pytest.param({"kernel": [5, 3]}, [], id="a kernel for each axis"),
        pytest.param({"kernel": 99}, [f"padding: {zeros}" for zeros in range(1, 17)], id="no more than 16"),
    ],
)
def test_more_padding_is_tried_where_none_is_stated(fields: dict[str, Any], changes: list[str]) -> None:
    assert [words for words, _ in read_layer({"kind": "conv", "filters": 2, **fields}).repairs()] == changes


def test_a_repaired_layer_has_the_padding_it_says() -> None:
    (_, one), (_, two) = read_layer({"kind": "conv", "filters": 2, "kernel": 5}).repairs()
    assert (one.output((3, 4, 9)).shape, two.output((3, 4, 9)).shape) == ((2, 2, 7), (2, 4, 9))


@pytest.mark.parametrize(
    ("fields", "shape", "expected"),
    [
        pytest.param({"kernel": 3}, (6, 28, 13), (6, 9, 4), id="side by side where no stride is given"),
        pytest.param({"kernel": 3, "stride": 2}, (6, 28, 13), (6, 13, 6), id="overlapping"),
        pytest.param({"kernel": [3, 2]}, (6, 28, 13), (6, 9, 6), id="a stride for each axis"),
        pytest.param({"pool_size": 2, "strides": 1}, (6, 5), (6, 4), id="words of Keras"),
        pytest.param({"kernel_size": 2, "pad": 1}, (6, 5, 7), (6, 3, 4), id="words of PyTorch and Caffe"),
        pytest.param({"kernel": 2, "dilation_rate": 3, "stride": 1}, (6, 5, 7), (6, 2, 4), id="dilated"),
        pytest.param({"kernel": 2, "padding": "same"}, (6, 5, 7, 9), (6, 3, 4, 5), id="same in 3-D"),
        pytest.param({"kernel": 2, "padding": "same-lower"}, (6, 5, 8), (6, 3, 4), id="same-lower"),
        pytest.param({"kernel": 1, "stride": 3, "ceil_mode": "pytorch"}, (6, 5), (6, 2), id="dropped"),
        pytest.param({"kernel": 1, "stride": 3, "ceil_mode": "caffe"}, (6, 5), (6, 3), id="kept by Caffe"),
        pytest.param(
            {"kernel": 1, "stride": 3, "ceil_mode": "caffe", "padding": [[0, 0], [0, 1]]},
            (6, 5, 6),  # rows 0 3 (6 dropped), columns 0 3 (6 dropped), because a column of zeros is added
            (6, 2, 2),
            id="dropped by Caffe where any axis is padded",
        ),
    ],
)
def test_a_pooling_keeps_the_channels_and_has_a_unit_at_every_stop(
    fields: dict[str, Any], shape: Shape, expected: Shape
) -> None:
    assert made({"kind": "average-pool", **fields}, shape) == expected
