"""The same units in another order: permutation and channel shuffle."""

from itertools import permutations
from typing import Any

import pytest

from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError
from lenetcalc.network import NetworkSpec
from lenetcalc.receptive import Axis
from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made, shown
from tests.test_receptive import field_of


@pytest.mark.parametrize(
    ("order", "shape", "expected"),
    [
        pytest.param([1, 2, 0], (3, 32, 24), (32, 24, 3), id="channels last"),
        pytest.param([2, 0, 1], (32, 24, 3), (3, 32, 24), id="channels first again"),
        pytest.param([0, 2, 1], (3, 32, 24), (3, 24, 32), id="rows and columns change places"),
        pytest.param([1, 0], (3, 7), (7, 3), id="1-D"),
        pytest.param([3, 0, 2, 1], (2, 3, 5, 7), (7, 2, 5, 3), id="3-D"),
        pytest.param([0], (84,), (84,), id="a row"),
        pytest.param([0, 1, 2], (3, 32, 24), (3, 32, 24), id="as it was"),
    ],
)
def test_each_axis_is_the_one_that_the_order_names(order: list[int], shape: Shape, expected: Shape) -> None:
    assert made({"kind": "permute", "order": order}, shape) == expected


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_the_order_that_undoes_a_permutation_brings_back_the_shape(order: tuple[int, ...]) -> None:
    moved = made({"kind": "permute", "order": [*order]}, (3, 32, 24))
    back = [order.index(axis) for axis in range(3)]
    assert made({"kind": "permute", "order": back}, moved) == (3, 32, 24)


def shuffle(groups: int) -> dict[str, Any]:
    return {"kind": "channel-shuffle", "groups": groups}


@pytest.mark.parametrize(
    ("groups", "shape"),
    [
        pytest.param(3, (240, 28, 27), id="ShuffleNet"),
        pytest.param(1, (5, 7), id="one group"),
        pytest.param(6, (6, 3, 5, 7), id="a group for each channel"),
        pytest.param(4, (84,), id="a row"),
    ],
)
def test_a_shuffle_keeps_the_shape(groups: int, shape: Shape) -> None:
    assert made(shuffle(groups), shape) == shape


orders = pytest.mark.parametrize(
    "layer",
    [
        pytest.param({"kind": "permute", "order": [1, 2, 0]}, id="permute"),
        pytest.param({"kind": "permute", "order": [0, 1, 2]}, id="permute nothing"),
        pytest.param(shuffle(3), id="channel-shuffle"),
    ],
)


@orders
def test_nothing_is_counted(layer: dict[str, Any]) -> None:
    assert shown(counted(layer, (6, 5, 7))) == {}


@orders
def test_no_units_are_formed(layer: dict[str, Any]) -> None:
    spec = NetworkSpec.model_validate({"input": (6, 5, 7), "layers": [read_layer(layer)]})
    assert analyze(spec).totals.units == 6 * 5 * 7  # those of the input alone


CONV = {"kind": "conv", "filters": 6, "kernel": 3, "stride": 2}


def test_a_shuffle_leaves_every_field_where_it_was() -> None:
    # (9 − 3)/2 + 1 = 4 and ⌊(8 − 3)/2⌋ + 1 = 3 stops
    assert field_of((1, 9, 8), CONV, shuffle(2)) == (Axis(2, (0,), (2,), 4), Axis(2, (0,), (2,), 3))


@pytest.mark.parametrize("order", [[1, 2, 0], [1, 0, 2], [0, 2, 1]])
def test_units_of_a_permutation_have_no_field_along_the_axes_of_the_input(order: list[int]) -> None:
    assert field_of((1, 9, 8), CONV, {"kind": "permute", "order": order}) is None


def test_an_order_that_moves_nothing_keeps_the_fields() -> None:
    permute = {"kind": "permute", "order": [0, 1, 2]}
    assert field_of((1, 9, 8), CONV, permute) == (Axis(2, (0,), (2,), 4), Axis(2, (0,), (2,), 3))


def test_later_layers_read_the_axes_in_their_new_order() -> None:
    # 5×7×6 is five maps of 7×6: (3×5 + 1) × 2 parameters, stops 5×6
    moved = made({"kind": "permute", "order": [1, 2, 0]}, (6, 5, 7))
    conv = {"kind": "conv", "filters": 2, "kernel": [3, 1]}
    assert (made(conv, moved), counted(conv, moved).parameters.value) == ((2, 5, 6), 32)


FROM_ZERO = "they are counted from 0, the channels, to 2"


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        pytest.param(
            [1, 0], ("order [1, 0] does not name each of 3 axes once", FROM_ZERO, "", "order"), id="too few"
        ),
        pytest.param(
            [0, 2, 3, 1],  # of PyTorch: the batch stays in front, channels become the last axis
            (
                "order [0, 2, 3, 1] does not name each of 3 axes once",
                FROM_ZERO,
                "write [1, 2, 0], without the batch's axis",
                "order",
            ),
            id="with the batch as axis 0",
        ),
        pytest.param(
            [1, 0, 3, 2],  # which moves the batch, so that no order without it means the same
            ("order [1, 0, 3, 2] does not name each of 3 axes once", FROM_ZERO, "", "order"),
            id="too many",
        ),
        pytest.param(
            [0, 1, 3],
            ("order [0, 1, 3] does not name each of 3 axes once", FROM_ZERO, "", "order"),
            id="a gap",
        ),
        pytest.param(
            [3, 1, 2],
            (
                "order [3, 1, 2] does not name each of 3 axes once",
                FROM_ZERO,
                "Keras counts from 1, and its channels are the last axis unless it is told otherwise",
                "order",
            ),
            id="counted from 1",
        ),
    ],
)
def test_an_order_of_other_axes_is_refused(order: list[int], sentence: tuple[str, str, str, str]) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": "permute", "order": order}, (3, 32, 24))
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == sentence


EQUAL = "each group has equally many channels"


@pytest.mark.parametrize(
    ("groups", "channels", "sentence"),
    [
        pytest.param(
            4,
            6,
            ("groups 4 do not divide 6 channels", EQUAL, "groups may be 1, 2, 3 or 6", "groups"),
            id="few",
        ),
        pytest.param(
            12,
            6,
            ("groups 12 do not divide 6 channels", EQUAL, "groups may be 1, 2, 3 or 6", "groups"),
            id="more groups than channels",
        ),
        pytest.param(
            2, 1, ("groups 2 do not divide 1 channel", EQUAL, "groups may be 1", "groups"), id="one channel"
        ),
        pytest.param(
            1_001,
            1_440,
            (
                "groups 1,001 do not divide 1,440 channels",
                EQUAL,
                "groups may be 1, 2, 3, 4, 5, 6, 8, 9 or …",
                "groups",
            ),
            id="many",
        ),
    ],
)
def test_groups_that_do_not_divide_the_channels_are_refused(
    groups: int, channels: int, sentence: tuple[str, str, str, str]
) -> None:
    with pytest.raises(LayerError) as error:
        made(shuffle(groups), (channels, 5, 7))
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == sentence


AXES = "it must be a list of axes, each once, counted from 0, the channels"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"kind": "permute"}, ("order", "Field required"), id="no order"),
        pytest.param({"kind": "permute", "order": [0, 0, 1]}, ("order", AXES), id="an axis twice"),
        pytest.param({"kind": "permute", "order": [0, -1]}, ("order", AXES), id="counted from the end"),
        pytest.param({"kind": "permute", "order": []}, ("order", AXES), id="no axis"),
        pytest.param({"kind": "permute", "order": 1}, ("order", AXES), id="a number"),
        pytest.param({"kind": "permute", "order": "1x2x0"}, ("order", AXES), id="spelled as a size"),
        pytest.param({"kind": "permute", "order": [True, 0]}, ("order", AXES), id="true"),
        pytest.param({"kind": "channel-shuffle"}, ("groups", "Field required"), id="no groups"),
        pytest.param(
            {"kind": "channel-shuffle", "groups": 0},
            ("groups", "Input should be greater than or equal to 1"),
            id="zero groups",
        ),
        pytest.param(
            {"kind": "channel-shuffle", "groups": "depthwise"},
            ("groups", "Input should be a valid integer"),
            id="a word of convolution",
        ),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(fields) == [expected]


@pytest.mark.parametrize(
    ("words", "same"),
    [
        pytest.param(
            {"kind": "Permute", "dims": [1, 0]},
            {"kind": "permute", "order": [1, 0]},
            id="Keras' and PyTorch's",
        ),
        pytest.param(
            {"kind": "Transpose", "perm": [1, 0]}, {"kind": "permute", "order": [1, 0]}, id="ONNX's transpose"
        ),
        pytest.param({"kind": "ChannelShuffle", "groups": 3}, shuffle(3), id="PyTorch's shuffle"),
        pytest.param({"kind": "shuffle", "group": 3}, shuffle(3), id="Caffe's group"),
    ],
)
def test_words_of_other_tools_mean_the_same(words: dict[str, Any], same: dict[str, Any]) -> None:
    assert read_layer(words).rules == read_layer(same).rules
