"""The forward pass of layers without windows, against ONNX's reference evaluator."""

from itertools import accumulate
from math import prod
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st
from onnx import TensorProto

from lenetcalc.shapes import Shape
from tests.reference.onnx_drawn import FLAGS, Groups, groups, layers, shapes
from tests.reference.onnx_models import Block, Ran, agree, normalised_locally, operator, resized, run, whole

Edges: TypeAlias = list[tuple[int, int]]

Larger: TypeAlias = tuple[Shape, dict[str, Any], list[int]]

EPSILONS = st.sampled_from([1e-5, 1e-3, 0.25])


def filled(ran: Ran, name: str, value: float, shape: Shape) -> Block:
    """A weight, or the number that stands for one that the layer does not have."""
    return ran.weights.get(name, np.full(shape, value))


@layers(shape=shapes(), units=st.integers(1, 6), bias=FLAGS)
def test_full_connection_is_gemm_of_onnx(shape: Shape, units: int, bias: bool, seed: int) -> None:
    ran = run({"kind": "dense", "units": units, "bias": bias}, shape, seed=seed)
    row = operator("Flatten", ran.input)
    agree(ran, operator("Gemm", row, ran.weights["weight"], ran.weights.get("bias"), transB=1))


@layers(shape=shapes(), units=st.integers(1, 6))
def test_radial_basis_functions_are_sums_of_squared_differences(shape: Shape, units: int, seed: int) -> None:
    ran = run({"kind": "rbf", "units": units}, shape, seed=seed)
    apart = operator("Sub", operator("Flatten", ran.input), ran.weights["weight"])
    agree(ran, operator("ReduceSumSquare", apart, whole(1), keepdims=0)[np.newaxis])


@layers(shape=shapes(), scale=FLAGS, shift=FLAGS, epsilon=EPSILONS)
def test_batch_normalisation_is_that_of_onnx(
    shape: Shape, scale: bool, shift: bool, epsilon: float, seed: int
) -> None:
    layer = {"kind": "batch-norm", "scale": scale, "shift": shift, "epsilon": epsilon}
    ran = run(layer, shape, seed=seed)
    trained = filled(ran, "weight", 1, shape[:1]), filled(ran, "bias", 0, shape[:1])
    measured = ran.weights["running_mean"], ran.weights["running_var"]
    agree(ran, operator("BatchNormalization", ran.input, *trained, *measured, epsilon=epsilon))


@layers(shape=shapes(), scale=FLAGS, shift=FLAGS, epsilon=EPSILONS)
def test_layer_normalisation_of_all_units_is_that_of_onnx(
    shape: Shape, scale: bool, shift: bool, epsilon: float, seed: int
) -> None:
    ran = run({"kind": "layer-norm", "scale": scale, "shift": shift, "epsilon": epsilon}, shape, seed=seed)
    trained = filled(ran, "weight", 1, shape), ran.weights.get("bias")
    agree(ran, operator("LayerNormalization", ran.input, *trained, axis=1, epsilon=epsilon))


@layers(shape=shapes(), scale=FLAGS, shift=FLAGS, epsilon=EPSILONS)
def test_layer_normalisation_of_channels_is_that_of_onnx_with_channels_last(
    shape: Shape, scale: bool, shift: bool, epsilon: float, seed: int
) -> None:
    layer = {"kind": "layer-norm", "over": "channels", "scale": scale, "shift": shift, "epsilon": epsilon}
    ran = run(layer, shape, seed=seed)
    trained = filled(ran, "weight", 1, shape[:1]), ran.weights.get("bias")
    last = np.moveaxis(ran.input, 1, -1)
    normalised = operator("LayerNormalization", last, *trained, axis=-1, epsilon=epsilon)
    agree(ran, np.moveaxis(normalised, -1, 1))


@layers(grouped=groups(), size=shapes(largest=4, most=3), scale=FLAGS, shift=FLAGS, epsilon=EPSILONS)
def test_group_normalisation_is_that_of_onnx(
    grouped: Groups, size: Shape, scale: bool, shift: bool, epsilon: float, seed: int
) -> None:
    layer = {"kind": "group-norm", "groups": grouped.groups, "epsilon": epsilon}
    ran = run({**layer, "scale": scale, "shift": shift}, (grouped.channels, *size), seed=seed)
    channels = (grouped.channels,)
    trained = filled(ran, "weight", 1, channels), filled(ran, "bias", 0, channels)
    # a small variance needs more than the single precision that ONNX takes unasked
    stated = {"num_groups": grouped.groups, "epsilon": epsilon, "stash_type": TensorProto.DOUBLE}
    agree(ran, operator("GroupNormalization", ran.input, *trained, **stated))


# of even sizes ONNX sums one channel more behind the unit's own, PyTorch and we before it
@layers(
    shape=shapes(),
    size=st.sampled_from([1, 3, 5, 7]),
    k=st.floats(1, 2),
    alpha=st.floats(0, 1),
    beta=st.floats(0.25, 2),
    averaged=FLAGS,
)
def test_local_response_normalisation_is_that_of_onnx_which_divides_alpha(
    shape: Shape, size: int, k: float, alpha: float, beta: float, averaged: bool, seed: int
) -> None:
    layer = {"kind": "local-response-norm", "size": size, "k": k, "alpha": alpha, "beta": beta}
    ran = run({**layer, "averaged": averaged}, shape, seed=seed)
    divided = alpha if averaged else alpha * size
    agree(ran, normalised_locally(ran.input, size=size, bias=k, alpha=divided, beta=beta))


@st.composite
def broadcast(draw: st.DrawFn) -> list[Shape]:
    """Shapes that agree along every axis, or are 1 along it."""
    shape = draw(shapes())
    rows = draw(st.lists(st.tuples(*[FLAGS for _ in shape]), min_size=2, max_size=3))
    return [tuple(size if kept else 1 for size, kept in zip(shape, row, strict=True)) for row in rows]


@layers(merged=broadcast(), kind=st.sampled_from(["Add", "Mul"]))
def test_merging_with_repetition_is_that_of_onnx(merged: list[Shape], kind: str, seed: int) -> None:
    ran = run({"kind": {"Add": "add", "Mul": "multiply"}[kind]}, *merged, seed=seed)
    *_, judged = accumulate(ran.inputs, lambda one, other: operator(kind, one, other))
    agree(ran, judged)


@st.composite
def joined(draw: st.DrawFn) -> tuple[int, list[Shape]]:
    """An axis, and shapes that differ along it alone."""
    shape = draw(shapes())
    axis = draw(st.integers(0, len(shape) - 1))
    along = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    return axis, [(*shape[:axis], size, *shape[axis + 1 :]) for size in along]


@layers(stated=joined())
def test_concatenation_along_any_axis_is_that_of_onnx(stated: tuple[int, list[Shape]], seed: int) -> None:
    axis, several = stated
    ran = run({"kind": "concat", "axis": axis}, *several, seed=seed)
    agree(ran, operator("Concat", *ran.inputs, axis=axis + 1))


@layers(shape=shapes())
def test_flattening_is_that_of_onnx(shape: Shape, seed: int) -> None:
    ran = run({"kind": "flatten"}, shape, seed=seed)
    agree(ran, operator("Flatten", ran.input))


@st.composite
def regrouped(draw: st.DrawFn) -> tuple[Shape, list[int]]:
    """A shape, and another of as many units, of which one size may be open."""
    apart = draw(shapes(2))
    cut = draw(st.integers(1, len(apart)))
    before, after = draw(st.permutations([apart, (prod(apart[:cut]), *apart[cut:])]))
    target = draw(st.permutations(after))
    if draw(FLAGS):
        target[draw(st.integers(0, len(target) - 1))] = -1
    return before, target


@layers(stated=regrouped())
def test_reshaping_is_that_of_onnx(stated: tuple[Shape, list[int]], seed: int) -> None:
    shape, target = stated
    ran = run({"kind": "reshape", "shape": target}, shape, seed=seed)
    agree(ran, operator("Reshape", ran.input, whole(1, *target)))


@layers(stated=shapes().flatmap(lambda shape: st.tuples(st.just(shape), st.permutations(range(len(shape))))))
def test_permutation_is_transpose_of_onnx(stated: tuple[Shape, list[int]], seed: int) -> None:
    shape, order = stated
    ran = run({"kind": "permute", "order": order}, shape, seed=seed)
    agree(ran, operator("Transpose", ran.input, perm=[0, *(axis + 1 for axis in order)]))


@layers(grouped=groups(4), size=shapes(0, 3))
def test_a_channel_shuffle_is_a_transposition_of_groups(grouped: Groups, size: Shape, seed: int) -> None:
    ran = run({"kind": "channel-shuffle", "groups": grouped.groups}, (grouped.channels, *size), seed=seed)
    apart = operator("Reshape", ran.input, whole(grouped.groups, grouped.read, -1))
    dealt = operator("Transpose", apart, perm=[1, 0, 2])
    agree(ran, operator("Reshape", dealt, whole(*ran.input.shape)))


@st.composite
def edged(draw: st.DrawFn) -> tuple[Shape, Edges]:
    """A shape, and a number for both ends of each spatial axis."""
    shape = draw(shapes(2))
    ends = st.tuples(st.integers(0, 3), st.integers(0, 3))
    return shape, [draw(ends) for _ in shape[1:]]


@layers(stated=edged())
def test_zero_padding_is_pad_of_onnx(stated: tuple[Shape, Edges], seed: int) -> None:
    shape, edges = stated
    before, after = zip(*edges, strict=True)
    ran = run({"kind": "zero-pad", "padding": edges}, shape, seed=seed)
    agree(ran, operator("Pad", ran.input, whole(0, 0, *before, 0, 0, *after)))


@layers(stated=edged())
def test_cropping_is_slice_of_onnx(stated: tuple[Shape, Edges], seed: int) -> None:
    shape, edges = stated
    before, after = zip(*edges, strict=True)
    larger = [size + sum(ends) for size, ends in zip(shape[1:], edges, strict=True)]
    ran = run({"kind": "crop", "cropping": edges}, (shape[0], *larger), seed=seed)
    ends = [size - cut for size, cut in zip(larger, after, strict=True)]
    agree(ran, operator("Slice", ran.input, whole(*before), whole(*ends), whole(*range(2, len(ends) + 2))))


@layers(shape=shapes(), rate=st.floats(0, 0.9))
def test_dropout_in_use_is_that_of_onnx(shape: Shape, rate: float, seed: int) -> None:
    ran = run({"kind": "dropout", "rate": rate}, shape, seed=seed)
    agree(ran, operator("Dropout", ran.input, np.array(rate)))


@st.composite
def larger(draw: st.DrawFn, *, by_factor: bool) -> tuple[Shape, dict[str, Any], list[int]]:
    """A shape, the field that says how large it becomes, and the size that it becomes."""
    shape = draw(shapes(2))
    numbers = [draw(st.integers(1, 4 if by_factor else 9)) for _ in shape[1:]]
    if by_factor:
        grown = [size * factor for size, factor in zip(shape[1:], numbers, strict=True)]
        return shape, {"factor": numbers}, grown
    return shape, {"output_size": numbers}, numbers


LARGER = st.one_of(larger(by_factor=True), larger(by_factor=False))


@layers(stated=LARGER)
def test_repeating_the_nearest_input_is_resize_of_onnx(stated: Larger, seed: int) -> None:
    shape, said, size = stated
    ran = run({"kind": "upsample", **said}, shape, seed=seed)
    rule = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    agree(ran, resized(ran.input, size, mode="nearest", **rule))


@layers(stated=LARGER, aligned=FLAGS)
def test_linear_interpolation_is_resize_of_onnx(stated: Larger, aligned: bool, seed: int) -> None:
    shape, said, size = stated
    ran = run({"kind": "upsample", **said, "mode": "bilinear", "align_corners": aligned}, shape, seed=seed)
    rule = "align_corners" if aligned else "half_pixel"
    agree(ran, resized(ran.input, size, mode="linear", coordinate_transformation_mode=rule))
