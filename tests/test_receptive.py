"""Receptive fields, against figures published for them and a brute-force walk over the windows."""

from fractions import Fraction

import pytest

from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.network import NetworkSpec
from lenetcalc.receptive import Axis, Field, seen, whole
from lenetcalc.shapes import Reach
from lenetcalc.spec import load


def field_of(shape: object, *layers: object) -> Field:
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


@pytest.mark.parametrize("kernel", [1, 2, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1])
def test_a_field_holds_just_the_inputs_that_two_windows_read(kernel: int, stride: int, padding: int) -> None:
    first = {"kind": "conv", "filters": 2, "kernel": kernel, "stride": stride, "padding": padding}
    second = {"kind": "conv", "filters": 3, "kernel": 3, "stride": 2, "dilation": 2}
    (axis,) = field_of((1, 40), first, second) or ()
    read = {2 * 2 + 2 * tap for tap in range(3)}  # the taps of the unit at 2
    inputs = {unit * stride + tap - padding for unit in read for tap in range(kernel)}
    assert (min(inputs), max(inputs) + 1 - min(inputs)) == (axis.start + 2 * axis.stride, axis.size)


def test_branches_see_what_any_of_them_sees() -> None:
    wide = {"name": "wide", "kind": "conv", "filters": 2, "kernel": 7, "padding": [[1, 5]]}
    narrow = {
        "name": "narrow",
        "kind": "conv",
        "filters": 2,
        "kernel": 3,
        "padding": [[2, 0]],
        "from": "input",
    }
    (axis,) = field_of((1, 20), wide, narrow, {"kind": "add", "from": ["wide", "narrow"]}) or ()
    assert axis == Axis(8, 1, -2, 20)  # -1 to 5 and -2 to 0


def test_a_gate_for_each_channel_sees_the_whole_input_at_every_place() -> None:
    gate = {"name": "gate", "kind": "global-average-pool"}
    (axis,) = field_of((4, 9), gate, {"kind": "multiply", "from": ["input", "gate"]}) or ()
    assert (axis.size, axis.start) == (9, 0)


def test_dense_units_see_all() -> None:
    assert field_of(
        (1, 9, 8), {"kind": "conv", "filters": 2, "kernel": 3}, "flatten", {"kind": "dense", "units": 5}
    ) == (
        Axis(9, 1, 0, 1),
        Axis(8, 1, 0, 1),
    )


def test_units_in_another_order_have_no_field() -> None:
    assert (
        field_of((4, 6), {"kind": "reshape", "shape": [2, 12]}, {"kind": "conv", "filters": 2, "kernel": 3})
        is None
    )


def test_a_stride_may_lie_between_inputs() -> None:
    fields = seen([whole({"x": (1, 5)})["x"]], (Reach(1, Fraction(1, 2)),), (1, 10))
    after = seen([fields], (Reach(3, 1, -1),), (1, 10))["x"] or ()
    assert (after[0].extent, after[0].stride) == (2, Fraction(1, 2))


def test_layers_with_several_inputs_have_a_field_on_each() -> None:
    spec = NetworkSpec.model_validate(
        {"input": {"a": (1, 8), "b": (1, 8)}, "layers": [read_layer({"kind": "add", "from": ["a", "b"]})]}
    )
    assert {*analyze(spec).layers[0].fields} == {"a", "b"}


def test_ranks_that_differ_have_no_field_together() -> None:
    one = whole({"x": (1, 4)})["x"]
    other = {"x": (Axis(1, 1, 0, 4), Axis(1, 1, 0, 4))}
    assert seen([one, other], (), (1, 4)) == {"x": None}
    assert seen([one], (Reach(1), Reach(1)), (1, 2, 2)) == {"x": None}
