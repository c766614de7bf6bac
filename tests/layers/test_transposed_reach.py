"""What the units of a transposed convolution read, against every input scattered through every tap."""

from typing import Any

import pytest
from hypothesis import assume, given

from lenetcalc.entries import read_layer
from lenetcalc.receptive import Axis as FieldAxis
from lenetcalc.shapes import Reach
from tests.layers.test_transposed import Axis, axes_up_to, fields_of, scatter
from tests.test_receptive import field_of


def reads_of(axis: Axis) -> tuple[list[set[int]], list[set[int]]]:
    """What each unit reads, and everything of the map that lies between the ends of its reach."""
    output = read_layer(fields_of([axis])).output((1, axis.size))
    (reach,) = [each for each in output.reaches if isinstance(each, Reach)]
    scattered, places = scatter([axis], [[0]]), range(axis.left)
    ends = [reach.ends(place) for place in places]
    between = [{*range(low, high + 1)} & {*range(axis.size)} for low, high in ends]
    return [scattered.read_by(place) for place in places], between


@given(axes_up_to(9, 5, 1))
def test_a_unit_reads_only_what_lies_in_its_reach(axes: list[Axis]) -> None:
    read, between = reads_of(axes[0])
    assert [inputs - most for inputs, most in zip(read, between, strict=True)] == [set()] * len(read)


@given(axes_up_to(9, 7, 1))
def test_without_dilation_a_unit_reads_just_its_reach(axes: list[Axis]) -> None:
    dense = axes[0]._replace(dilation=1)
    assume(dense.left >= 1 and dense.more < dense.stride)
    read, between = reads_of(dense)
    assert between == read


@pytest.mark.parametrize("kernel", range(1, 8))
@pytest.mark.parametrize("stride", range(1, 5))
@pytest.mark.parametrize("before", range(3))
def test_the_reach_of_every_unit_is_what_lands_on_it(kernel: int, stride: int, before: int) -> None:
    read, between = reads_of(Axis(9, kernel, stride, before=before))
    assert between == read


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # the unit at o reads the inputs t with 0 ≤ o + 1 − 2t ≤ 3: −1 and 0, then 0 and 1, 0 and 1, 1 and 2
        pytest.param(
            {"kernel": 4, "stride": 2, "padding": 1}, FieldAxis(1, (-1, 0), (0, 1), 18), id="overlapping"
        ),
        # with 0 ≤ o − 2t ≤ 2: two where o is even, one where it is odd
        pytest.param({"kernel": 3, "stride": 2}, FieldAxis(1, (-1, 0), (0, 0), 19), id="overlapping by one"),
        pytest.param({"kernel": 3, "stride": 3}, FieldAxis(1, (0, 0, 0), (0, 0, 0), 27), id="side by side"),
        # with 0 ≤ o − t ≤ 4: t from o − 4
        pytest.param({"kernel": 5}, FieldAxis(1, (-4,), (0,), 13), id="stride 1"),
        # three of 12 places are cut off, one before, or two with same-lower: t from o + 1 − 3 or o + 2 − 3
        pytest.param({"kernel": 4, "padding": "same"}, FieldAxis(1, (-2,), (1,), 9), id="same"),
        pytest.param({"kernel": 4, "padding": "same-lower"}, FieldAxis(1, (-1,), (2,), 9), id="same-lower"),
        # with o − t = 0 or 3, both of which land on all of the units
        pytest.param({"kernel": 2, "dilation": 3}, FieldAxis(1, (-3,), (0,), 12), id="dilated"),
        # with o − 2t = 0 where o is even, o − 2t = 3 where it is odd: one input a unit
        pytest.param(
            {"kernel": 2, "dilation": 3, "stride": 2},
            FieldAxis(1, (0, -1), (0, -1), 20),
            id="dilated, with a stride that the taps miss in turn",
        ),
    ],
)
def test_the_field_of_a_unit_is_the_inputs_that_land_on_it(
    fields: dict[str, Any], expected: FieldAxis
) -> None:
    assert field_of((1, 9), {"kind": "transposed-conv", "filters": 2, **fields}) == (expected,)


def test_units_that_no_tap_reaches_widen_no_field() -> None:
    # inputs land on 0 1, 4 5, 8 9, …, and on nothing between
    stretched = {"kind": "transposed-conv", "filters": 1, "kernel": 2, "stride": 4}
    (axis,) = field_of((1, 9), stretched, {"kind": "conv", "filters": 1, "kernel": 3}) or ()
    # units 0–2 and 1–3 read input 0; 2–4 and 3–5 read input 1 alone
    assert [axis.ends(unit) for unit in range(6)] == [(0, 0), (0, 0), (1, 1), (1, 1), (1, 1), (1, 1)]
    assert axis.size == 1


def test_steps_beyond_16384_have_no_field() -> None:
    widened = {"kind": "transposed-conv", "filters": 1, "kernel": 1}
    assert field_of((1, 2), {**widened, "stride": 2**14}) is not None
    assert field_of((1, 2), {**widened, "stride": 2**14 + 1}) is None
