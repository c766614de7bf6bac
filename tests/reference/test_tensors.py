"""Values in maps, and windows walked over them, against stops and taps written down by hand."""

from typing import Any

import pytest

from lenetcalc.tensors import Tensor, Walk, both_ends, each_axis, flat, from_maps, same_ends, walk


def stops(size: int, **fields: Any) -> list[list[int]]:
    """The taps of a window at each of its stops along one axis."""
    (axis,) = walk([size], **{"stride": 1, **fields}).stops
    return axis


@pytest.mark.parametrize(
    ("shape", "values", "maps"),
    [
        pytest.param((2, 1, 3), [1, 2, 3, 4, 5, 6], [[1, 2, 3], [4, 5, 6]], id="2-D"),
        pytest.param((3, 2), [1, 2, 3, 4, 5, 6], [[1, 2], [3, 4], [5, 6]], id="1-D"),
        pytest.param((3,), [1, 2, 3], [[1], [2], [3]], id="row"),
    ],
)
def test_a_map_is_the_values_of_a_channel(shape: tuple[int, ...], values: list[int], maps: object) -> None:
    assert Tensor(shape, values).channels() == maps


def test_maps_make_a_tensor_again() -> None:
    tensor = Tensor((2, 3, 2), [*range(12)])
    assert from_maps(tensor.channels(), (3, 2)) == tensor


@pytest.mark.parametrize(("value", "axes"), [(3, [3, 3]), ((3, 5), [3, 5]), ([3, 5], [3, 5])])
def test_a_field_says_one_thing_for_all_axes_or_one_for_each(value: Any, axes: list[int]) -> None:
    assert each_axis(value, 2) == axes


@pytest.mark.parametrize(
    ("padding", "ends"),
    [
        pytest.param(2, [(2, 2), (2, 2)], id="all edges"),
        pytest.param((1, 2), [(1, 1), (2, 2)], id="each axis"),
        pytest.param(((0, 1), (2, 3)), [(0, 1), (2, 3)], id="each edge"),
        pytest.param((1, (2, 3)), [(1, 1), (2, 3)], id="mixed"),
    ],
)
def test_padding_lies_at_both_ends(padding: Any, ends: list[tuple[int, int]]) -> None:
    assert both_ends(padding, 2) == ends


@pytest.mark.parametrize(
    ("size", "span", "stride", "same", "lower"),
    [
        pytest.param(5, 3, 1, (1, 1), (1, 1), id="odd kernel"),
        pytest.param(5, 4, 1, (1, 2), (2, 1), id="even kernel"),
        pytest.param(5, 3, 2, (1, 1), (1, 1), id="3 stops 2 apart span 7"),
        pytest.param(6, 3, 2, (0, 1), (1, 0), id="3 stops 2 apart on an even map"),
        pytest.param(7, 2, 3, (0, 1), (1, 0), id="3 stops 3 apart span 8"),
        pytest.param(6, 1, 3, (0, 0), (0, 0), id="a kernel smaller than its stride"),
        pytest.param(1, 5, 1, (2, 2), (2, 2), id="a map of one"),
    ],
)
def test_same_padding_has_a_stop_for_every_stride(
    size: int, span: int, stride: int, same: tuple[int, int], lower: tuple[int, int]
) -> None:
    """As TensorFlow defines it for SAME, and ONNX for SAME_LOWER: an odd zero lies behind, or before."""
    found = [same_ends(size, span, stride, lower=flag) for flag in (False, True)]
    assert found == [same, lower]


@pytest.mark.parametrize(
    ("taps", "size", "indexes"),
    [
        pytest.param([[0, 2]], (3,), [0, 2], id="1-D"),
        pytest.param([[-1, 0, 2, 3]], (3,), [-1, 0, 2, -1], id="beside the map"),
        pytest.param([[0, 1], [1, 2]], (2, 4), [1, 2, 5, 6], id="2-D"),
        pytest.param([[-1, 1], [2, 4]], (2, 4), [-1, -1, 6, -1], id="beside it along either axis"),
        pytest.param([[1], [0, 1], [3]], (2, 3, 5), [18, 23], id="3-D"),
        pytest.param([[], [0, 1]], (2, 3), [], id="none"),
    ],
)
def test_places_are_indexes_of_values(taps: list[list[int]], size: tuple[int, ...], indexes: object) -> None:
    assert flat(taps, size) == indexes


@pytest.mark.parametrize(
    ("size", "fields", "expected"),
    [
        pytest.param(4, {"kernel": 3}, [[0, 1, 2], [1, 2, 3]], id="side by side"),
        pytest.param(3, {"kernel": 3}, [[0, 1, 2]], id="one"),
        pytest.param(6, {"kernel": 2, "stride": 3}, [[0, 1], [3, 4]], id="a stride apart"),
        pytest.param(7, {"kernel": 3, "dilation": 2}, [[0, 2, 4], [1, 3, 5], [2, 4, 6]], id="dilated"),
        pytest.param(3, {"kernel": 2, "padding": 1}, [[-1, 0], [0, 1], [1, 2], [2, 3]], id="padded"),
        pytest.param(3, {"kernel": 2, "padding": ((0, 2),)}, [[0, 1], [1, 2], [2, 3], [3, 4]], id="behind"),
        pytest.param(
            3, {"kernel": 2, "padding": ((2, 0),)}, [[-2, -1], [-1, 0], [0, 1], [1, 2]], id="before"
        ),
        pytest.param(3, {"kernel": 2, "padding": "valid"}, [[0, 1], [1, 2]], id="valid"),
        pytest.param(4, {"kernel": 2, "stride": 2, "padding": "same"}, [[0, 1], [2, 3]], id="same, no zeros"),
        pytest.param(3, {"kernel": 2, "padding": "same"}, [[0, 1], [1, 2], [2, 3]], id="same"),
        pytest.param(3, {"kernel": 2, "padding": "same-lower"}, [[-1, 0], [0, 1], [1, 2]], id="same-lower"),
        pytest.param(
            3, {"kernel": 2, "dilation": 2, "padding": "same"}, [[-1, 1], [0, 2], [1, 3]], id="same, dilated"
        ),
        pytest.param(3, {"kernel": 4}, [], id="none where it does not fit"),
    ],
)
def test_a_window_stops_wherever_it_lies_on_the_padded_map(
    size: int, fields: dict[str, Any], expected: list[list[int]]
) -> None:
    assert stops(size, **fields) == expected


@pytest.mark.parametrize(
    ("size", "fields", "floor", "pytorch", "caffe"),
    [
        pytest.param(4, {"kernel": 2, "stride": 2}, [0, 2], [0, 2], [0, 2], id="it comes out even"),
        pytest.param(5, {"kernel": 2, "stride": 2}, [0, 2], [0, 2, 4], [0, 2, 4], id="it hangs over the end"),
        pytest.param(3, {"kernel": 1, "stride": 3}, [0], [0], [0, 3], id="it would begin behind the map"),
        pytest.param(
            3, {"kernel": 1, "stride": 3, "padding": ((0, 1),)}, [0, 3], [0], [0], id="or on its padding"
        ),
        pytest.param(
            4, {"kernel": 3, "stride": 2, "padding": 1}, [-1, 1], [-1, 1, 3], [-1, 1, 3], id="padded"
        ),
        pytest.param(2, {"kernel": 3, "stride": 2}, [], [0], [0], id="larger than the map"),
        pytest.param(3, {"kernel": 2, "stride": 2, "padding": "same"}, [0, 2], [0, 2], [0, 2], id="same"),
        pytest.param(3, {"kernel": 1, "stride": 3, "padding": "same"}, [0], [0], [0], id="same, with gaps"),
    ],
)
def test_a_last_partial_window_counts_where_it_is_asked_for(
    size: int, fields: dict[str, Any], floor: list[int], pytorch: list[int], caffe: list[int]
) -> None:
    """PyTorch drops one that begins behind the map, Caffe only where there is padding."""
    found = {ceil: [taps[0] for taps in stops(size, **fields, ceil=ceil)] for ceil in (False, True, "caffe")}
    assert found == {False: floor, True: pytorch, "caffe": caffe}
    assert [taps[0] for taps in stops(size, **fields, ceil="pytorch")] == pytorch


def test_each_axis_has_stops_of_its_own() -> None:
    way = walk([5, 4], kernel=[3, 2], stride=[2, 1], dilation=[1, 3], padding=[(0, 0), (1, 0)])
    assert way.stops == [[[0, 1, 2], [2, 3, 4]], [[-1, 2], [0, 3]]]
    assert way.size == [2, 2]


def test_a_stop_is_taken_along_all_axes_the_last_runs_fastest() -> None:
    way = walk([3, 2], kernel=[2, 1], stride=1)
    assert [*way.places([3, 2])] == [[0, 2], [1, 3], [2, 4], [3, 5]]


def test_taps_on_padding_are_told_apart_and_left_out() -> None:
    way = walk([2, 2], kernel=2, stride=2, padding=1)
    assert [*way.places([2, 2])] == [[-1, -1, -1, 0], [-1, -1, 1, -1], [-1, 2, -1, -1], [3, -1, -1, -1]]
    assert [*way.real([2, 2])] == [[0], [1], [2], [3]]


def test_taps_on_padding_count_in_a_window_and_those_beyond_do_not() -> None:
    """The last window of three lies on the map with one tap, on padding with one, and beyond with one."""
    way = walk([4], kernel=3, stride=2, padding=1, ceil=True)
    assert [*way.padded()] == [3, 3, 2]
    assert [*way.real([4])] == [[0, 1], [1, 2, 3], [3]]


def test_padding_counts_along_every_axis() -> None:
    """Windows of 2×2, 2 apart: of 3×4 positions the last along the rows hang over the end by one."""
    assert [*walk([3, 4], kernel=2, stride=2, ceil=True).padded()] == [4, 4, 2, 2]


def test_a_walk_without_stops_has_no_places() -> None:
    assert [*Walk([[], [[0]]], []).places([3, 2])] == []
