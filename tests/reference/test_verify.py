"""Formulas proved by running: every kind on random layers, whole networks, and layers that are too large."""

from collections.abc import Iterator
from functools import cache
from math import prod
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from lenetcalc import analyze, load, resolve
from lenetcalc.entries import read_layer
from lenetcalc.layers import KINDS
from lenetcalc.network import NetworkSpec
from lenetcalc.reference.verify import (
    LEAST_STOPS,
    MOST_REDUCED,
    MOST_WHOLE,
    Job,
    Proof,
    jobs,
    prove,
    reduced,
    verify,
)
from lenetcalc.shapes import Shape
from tests.reference.strategies import LAYERS

kinds = pytest.mark.parametrize("kind", LAYERS)

WITHOUT_EFFECT = {"kind", "name", "sources", "repeat"}
"""Fields of a layer that say nothing of what it computes."""


def fields_of_kinds() -> Iterator[tuple[str, str]]:
    """Every kind with each of the fields that it has for what it computes."""
    for kind, layer in KINDS.items():
        yield from ((kind, field) for field in layer.model_fields if field not in WITHOUT_EFFECT)


def test_every_kind_is_drawn() -> None:
    assert LAYERS.keys() == KINDS.keys()


@pytest.mark.parametrize(("kind", "field"), [*fields_of_kinds()])
def test_every_field_is_drawn(kind: str, field: str) -> None:
    drawing = settings(phases=[Phase.generate], max_examples=500, deadline=None)
    layer, _ = find(LAYERS[kind], lambda drawn: field in drawn[0].model_fields_set, settings=drawing)
    assert layer.kind == kind


@kinds
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_run_of_the_whole_layer_finds_no_difference(kind: str, data: st.DataObject) -> None:
    layer, inputs = data.draw(LAYERS[kind])
    proof = prove(Job((), layer, inputs), most=10**9)
    assert (proof.whole, proof.inputs, proof.differences) == (True, inputs, ())


@kinds
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_run_of_the_reduced_layer_finds_no_difference(kind: str, data: st.DataObject) -> None:
    layer, inputs = data.draw(LAYERS[kind])
    assert prove(Job((), layer, inputs), most=1).differences == ()


@cache
def proved(name: str) -> tuple[Proof, ...]:
    """What became of each layer of a packaged network; those of LeNet's size are run whole."""
    most = MOST_WHOLE if name.startswith("lenet") else MOST_REDUCED
    return tuple([prove(job, most=most) for job in jobs(analyze(load(name)))])


NETWORKS = ["lenet5", "lenet1", "alexnet", "resnet-18", "unet", "mobilenet-v1"]


@pytest.mark.parametrize("name", NETWORKS)
def test_the_formulas_of_a_packaged_network_hold(name: str) -> None:
    assert {proof.names: proof.differences for proof in proved(name) if proof.differences} == {}


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_of_a_network_is_proved_once(name: str) -> None:
    names = [layer for proof in proved(name) for layer in proof.names]
    assert sorted(names) == sorted(node.name for node in resolve(load(name)).nodes)


@pytest.mark.parametrize(
    ("name", "lines", "weights"),
    [
        # LeCun et al. 1998, II-B: 340,908 connections; 60,000 trained parameters, and 840 codes of the RBF
        pytest.param("lenet5", 340_908, 60_840, id="lenet5"),
        # Le Cun et al. 1990: 98,442 connections, 2,578 independent parameters
        pytest.param("lenet1", 98_442, 2_578, id="lenet1"),
    ],
)
def test_the_nets_of_the_papers_are_run_whole(name: str, lines: int, weights: int) -> None:
    proofs = proved(name)
    assert [proof.names for proof in proofs if not proof.whole] == []
    assert sum(proof.lines for proof in proofs) == lines
    assert sum(proof.weights for proof in proofs) == weights


def test_operations_are_those_that_were_executed() -> None:
    """2 units of 3 inputs: 6 products, 4 sums of products, 2 biases."""
    proof = prove(Job((), read_layer({"kind": "dense", "units": 2}), ((3,),)))
    assert (proof.operations, proof.lines, proof.weights, proof.output) == (6 + 4 + 2, 8, 8, (2,))


def network(shape: str, *layers: object) -> NetworkSpec:
    """A network of some layers."""
    return NetworkSpec.model_validate({"input": shape, "layers": [read_layer(layer) for layer in layers]})


def test_layers_that_are_equal_and_read_equal_shapes_are_run_once() -> None:
    conv = {"kind": "conv", "filters": 3, "kernel": 3, "padding": 1}
    named = [{**conv, "name": name} for name in "ABC"]
    other = {**conv, "kernel": 1, "name": "D"}
    proofs = verify(analyze(network("2x5x7", *named, other)))
    assert [proof.names for proof in proofs] == [("A",), ("B", "C"), ("D",)]


DEPTHWISE = {"kind": "conv", "filters": "same", "groups": "depthwise", "kernel": 3, "padding": "same"}
TABLE = [[row % 6, (row + 1) % 6, (row + 2) % 6] for row in range(11)]

LARGE: dict[str, tuple[dict[str, Any], Shape]] = {
    "kernel and stride": ({"kind": "conv", "filters": 96, "kernel": [11, 7], "stride": 4}, (3, 227, 227)),
    "padding": ({"kind": "conv", "filters": 64, "kernel": 3, "padding": [[2, 0], [1, 3]]}, (9, 96, 98)),
    "padding by a rule": ({"kind": "conv", "filters": 64, "kernel": 4, "padding": "same"}, (9, 96, 98)),
    "groups": ({"kind": "conv", "filters": 256, "kernel": 5, "groups": 2, "padding": 2}, (96, 27, 29)),
    "depthwise": (DEPTHWISE, (512, 14, 15)),
    "dilation": ({"kind": "conv", "filters": 21, "kernel": 3, "dilation": 12}, (512, 41, 43)),
    "table": ({"kind": "conv", "filters": 11, "kernel": 5, "table": TABLE}, (6, 140, 144)),
    "transposed": (
        {"kind": "transposed-conv", "filters": 64, "kernel": 4, "stride": [2, 3], "output_padding": [1, 2]},
        (128, 28, 30),
    ),
    "pooling": ({"kind": "max-pool", "kernel": 3, "stride": 2, "ceil_mode": "caffe"}, (192, 112, 114)),
    "volume": ({"kind": "conv", "filters": 64, "kernel": [3, 5, 7], "stride": [1, 2, 2]}, (3, 16, 56, 57)),
    "dense": ({"kind": "dense", "units": 4096, "bias": False}, (256, 6, 6)),
    "normalised groups": ({"kind": "group-norm", "groups": 32, "scale": False}, (256, 56, 57)),
    "shuffled groups": ({"kind": "channel-shuffle", "groups": 3}, (240, 128, 129)),
    "neighbouring channels": ({"kind": "local-response-norm", "size": 7}, (96, 55, 56)),
    "upsampling": ({"kind": "upsample", "factor": [2, 3], "mode": "bilinear"}, (64, 56, 57)),
}

large = pytest.mark.parametrize(
    ("fields", "shape"), [pytest.param(*row, id=name) for name, row in LARGE.items()]
)


@large
def test_a_layer_too_large_is_reduced_in_channels_and_positions_alone(
    fields: dict[str, Any], shape: Shape
) -> None:
    """Filters and units may be fewer; kernel, stride, padding, dilation, groups and table stay."""
    layer = read_layer(fields)
    smaller, (cut,) = reduced(layer, (shape,), MOST_WHOLE)
    amounts = {name: getattr(layer, name) for name in ("filters", "units") if hasattr(layer, name)}
    assert smaller.model_copy(update=amounts) == layer
    assert len(cut) == len(shape)
    assert prod(cut) < prod(shape)


@large
def test_a_reduced_layer_still_has_three_positions_along_each_axis(
    fields: dict[str, Any], shape: Shape
) -> None:
    proof = prove(Job((), read_layer(fields), (shape,)))
    assert (proof.whole, proof.differences) == (False, ())
    assert [size for size in proof.output[1:] if size < LEAST_STOPS] == []


@large
def test_a_reduced_layer_takes_a_moment(fields: dict[str, Any], shape: Shape) -> None:
    assert prove(Job((), read_layer(fields), (shape,))).operations <= MOST_REDUCED


@pytest.mark.parametrize(
    ("fields", "inputs", "channels"),
    [
        pytest.param({"filters": 96}, (48, 99, 99), (2, 2), id="as many as are not too many"),
        pytest.param({"filters": 96, "groups": 4}, (48, 99, 99), (12, 12), id="of each group"),
        pytest.param({"filters": 96, "groups": 48}, (48, 99, 99), (96, 48), id="groups of one"),
    ],
)
def test_a_reduced_convolution_has_few_channels(
    fields: dict[str, Any], inputs: Shape, channels: tuple[int, int]
) -> None:
    proof = prove(Job((), read_layer({"kind": "conv", "kernel": 3, **fields}), (inputs,)))
    assert (proof.output[0], proof.inputs[0][0]) == channels


@pytest.mark.parametrize(("most", "whole"), [(31, True), (30, False)])
def test_a_layer_is_run_whole_up_to_so_many_operations_and_units(most: int, whole: bool) -> None:
    """4 units of 3 inputs: 12 products, 8 sums of products and 4 biases; 3 units read and 4 made."""
    proof = prove(Job((), read_layer({"kind": "dense", "units": 4}), ((3,),)), most=most)
    assert (proof.whole, proof.output) == (whole, (4,) if whole else (3,))


def test_inputs_of_a_merge_are_reduced_alike() -> None:
    proof = prove(Job((), read_layer({"kind": "multiply"}), ((256, 64, 65), (256, 1, 1))))
    assert (proof.inputs, proof.differences) == (((8, 4, 17), (8, 1, 1)), ())


def test_what_cannot_be_smaller_is_run_whole() -> None:
    proof = prove(Job((), read_layer({"kind": "reshape", "shape": [49, 5, 5]}), ((25, 7, 7),)), most=1)
    assert (proof.whole, proof.output, proof.differences) == (True, (49, 5, 5), ())
