"""Receptive fields, against figures published for them and fields worked out by hand."""

import pytest

from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.network import NetworkSpec
from lenetcalc.receptive import Axis, ReceptiveField, seen, whole
from lenetcalc.shapes import Reach
from lenetcalc.spec import load


def field_of(shape: object, *layers: object) -> ReceptiveField:
    """The field of the last of some layers."""
    spec = NetworkSpec.model_validate({"input": shape, "layers": [read_layer(layer) for layer in layers]})
    (field,) = analyze(spec).layers[-1].fields.values()
    return field


@pytest.mark.parametrize(
    ("network", "layer", "size", "stride"),
    [
        ("alexnet", "conv1", 11, 4),
        ("alexnet", "pool5", 195, 32),
        ("vgg-d", "conv5_3", 196, 16),
        ("vgg-d", "pool5", 212, 32),
        ("resnet-50", "conv5", 483, 32),
        ("resnet-50-torchvision", "conv5", 427, 32),
        ("lenet5", "C5", 32, 4),
    ],
)
def test_fields_are_those_published(network: str, layer: str, size: int, stride: int) -> None:
    fields = analyze(load(network))[layer].fields
    assert [(axis.size, axis.stride) for axis in fields["input"] or ()] == [(size, stride)] * 2


def test_the_fields_of_u_net_have_188_or_204_inputs() -> None:
    """Followed by hand through Figure 1.

    At the bottom a unit sees 140 inputs (5 after two convolutions, 6, 14, 16, 32, 36, 68, 76, 140), 16 apart.
    On the way up two convolutions read five neighbours, which the up-convolution made of three units below
    where it stands, o//2 to (o + 4)//2. So the first place at the bottom that the unit at o depends on is
    o//16, and the last is ⌊((((o + 4)//2 + 4)//2 + 4)//2 + 4)/2⌋ = (o + 60)//16. The copies lie within.
    """
    rows, columns = analyze(load("unet"))["classes"].fields["input"] or ()
    expected = [(16 * (unit // 16), 16 * ((unit + 60) // 16) + 139) for unit in range(388)]
    sizes = [high - low + 1 for low, high in expected]
    assert sizes == [188 if unit % 16 < 4 else 204 for unit in range(388)]
    assert [rows.ends(unit) for unit in range(388)] == expected
    assert (rows.size, rows.stride, rows.start) == (204, 1, 0)
    assert rows.at_once() == (0, 571)
    assert columns == rows


@pytest.mark.parametrize("kernel", [1, 2, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1])
def test_a_field_holds_just_the_inputs_that_two_windows_read(kernel: int, stride: int, padding: int) -> None:
    first = {"kind": "conv", "filters": 2, "kernel": kernel, "stride": stride, "padding": padding}
    second = {"kind": "conv", "filters": 3, "kernel": 3, "stride": 2, "dilation": 2}
    (axis,) = field_of((1, 40), first, second) or ()
    read = {2 * 2 + 2 * tap for tap in range(3)}  # the taps of the unit at 2
    inputs = {unit * stride + tap - padding for unit in read for tap in range(kernel)}
    assert axis.ends(2) == (min(inputs), max(inputs))
    assert (axis.size, axis.stride) == (max(inputs) + 1 - min(inputs), 2 * stride)


@pytest.mark.parametrize("layer", [{"kind": "conv", "filters": 2, "kernel": 3}, "flatten", "relu"])
def test_behind_units_without_a_field_there_is_none(layer: object) -> None:
    assert field_of((4, 6), {"kind": "reshape", "shape": [2, 12]}, layer) is None


def test_a_gate_for_each_channel_sees_the_whole_input_at_every_place() -> None:
    gate = {"name": "gate", "kind": "global-average-pool"}
    (axis,) = field_of((4, 9), gate, {"kind": "multiply", "from": ["input", "gate"]}) or ()
    assert axis == Axis(1, (0,), (0,), 9, always=(0, 8))
    assert [axis.ends(unit) for unit in range(9)] == [(0, 8)] * 9
    assert (axis.size, axis.start) == (9, 0)


@pytest.mark.parametrize("times", [1, 3, 10])
def test_behind_a_gate_all_units_see_the_whole_input_and_what_moves_is_not_widened(times: int) -> None:
    gated = [{"name": "gate", "kind": "global-average-pool"}, {"kind": "multiply", "from": ["input", "gate"]}]
    same = {"kind": "conv", "filters": 4, "kernel": 3, "padding": 1}
    (axis,) = field_of((4, 9), *gated, *[same] * times) or ()
    moved = [(unit - times, unit + times) for unit in range(9)]
    assert [axis.moved(unit) for unit in range(9)] == moved
    assert [axis.ends(unit) for unit in range(9)] == [(min(low, 0), max(high, 8)) for low, high in moved]
    assert axis == Axis(1, (-times,), (times,), 9, always=(0, 8))


@pytest.mark.parametrize(
    ("times", "size"),
    [
        (1, 10),  # −1 to 8 at the first unit, 0 to 9 at the last
        (3, 12),  # −3 to 8
        (10, 21),  # −10 to 10, which holds the whole input
    ],
)
def test_the_size_behind_a_gate_is_that_of_the_widest_unit(times: int, size: int) -> None:
    gated = [{"name": "gate", "kind": "global-average-pool"}, {"kind": "multiply", "from": ["input", "gate"]}]
    same = {"kind": "conv", "filters": 4, "kernel": 3, "padding": 1}
    (axis,) = field_of((4, 9), *gated, *[same] * times) or ()
    assert (axis.size, axis.stride) == (size, 1)


def test_all_that_is_behind_a_gate_depends_on_the_whole_input() -> None:
    gated = [{"name": "gate", "kind": "global-average-pool"}, {"kind": "multiply", "from": ["input", "gate"]}]
    halving = {"kind": "conv", "filters": 4, "kernel": 3, "stride": 2, "padding": 1}
    (axis,) = field_of((4, 9), *gated, halving) or ()
    # from −1 to 1, 1 to 3, …, 7 to 9, and all of 0 to 8
    assert [axis.ends(unit) for unit in range(5)] == [(-1, 8), (0, 8), (0, 8), (0, 8), (0, 9)]
    assert axis.size == 10


def test_gates_on_gated_branches_hold_what_any_of_them_holds() -> None:
    cut = {"name": "cut", "kind": "crop", "cropping": [[2, 3]], "from": "input"}  # 2 to 5
    gates = [
        {"name": "some", "kind": "global-max-pool", "from": "cut"},
        {"name": "first", "kind": "multiply", "from": ["input", "some"]},
        {"name": "tail", "kind": "crop", "cropping": [[7, 0]], "from": "input"},  # 7 and 8
        {"name": "other", "kind": "global-max-pool", "from": "tail"},
    ]
    (axis,) = field_of((4, 9), cut, *gates, {"kind": "add", "from": ["first", "other"]}) or ()
    assert axis == Axis(1, (0,), (0,), 9, always=(2, 8))


def test_dense_units_see_all() -> None:
    convolved = {"kind": "conv", "filters": 2, "kernel": 3}
    field = field_of((1, 9, 8), convolved, "flatten", {"kind": "dense", "units": 5})
    assert field == (Axis(0, (0,), (8,), 1), Axis(0, (0,), (7,), 1))


def test_a_unit_that_sees_all_has_none_beside_it() -> None:
    (axis,) = field_of((1, 9), {"kind": "dense", "units": 5}) or ()
    assert (axis.stride, axis.size, axis.start, axis.at_once()) == (None, 9, 0, (0, 8))


def test_layers_with_several_inputs_have_a_field_on_each() -> None:
    spec = NetworkSpec.model_validate(
        {"input": {"a": (1, 8), "b": (1, 8)}, "layers": [read_layer({"kind": "add", "from": ["a", "b"]})]}
    )
    alone = (Axis(1, (0,), (0,), 8),)
    assert analyze(spec).layers[0].fields == {"a": alone, "b": alone}


def test_ranks_that_differ_have_no_field_together() -> None:
    one = whole({"x": (1, 4)})["x"]
    other = {"x": (Axis(1, (0,), (0,), 4),) * 2}
    assert seen([one, other], (), (1, 4)) == {"x": None}
    assert seen([one], (Reach(), Reach()), (1, 2, 2)) == {"x": None}


def test_steps_that_are_too_many_together_have_no_field() -> None:
    # 127 and 131 units until each repeats itself, 127 × 131 = 16,637 until both do
    many, apart = Reach(1, (0,) * 127, (0,) * 127), Reach(1, (0,) * 131, (0,) * 131)
    once = seen([whole({"x": (1, 9)})["x"]], (many,), (1, 1_143))
    assert once["x"] is not None
    assert seen([once], (apart,), (1, 149_733)) == {"x": None}
    twice = seen([once], (Reach(1, (0,) * 129, (0,) * 129),), (1, 147_447))  # 16,383 are not
    assert twice["x"] is not None


def test_branches_with_too_many_steps_together_have_no_field() -> None:
    inputs = whole({"x": (1, 131 * 127)})["x"]
    one, other = (
        seen([inputs], (Reach(units, (0,) * units, (0,) * units),), (1, 131 * 127)) for units in (127, 131)
    )
    assert seen([one, other], (), (1, 131 * 127)) == {"x": None}
