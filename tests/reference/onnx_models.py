"""Layers that run on drawn numbers, and ONNX's reference evaluator as their judge.

The evaluator's faults are named where a test goes round them. They are those of onnx 1.23.2, read in its
source and seen to differ from ONNX's own text on an example. Before 1.23 it has more: convolution takes the
padding of SAME from the sizes of batch and channels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from random import Random
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from lenetcalc.entries import read_layer
from lenetcalc.layers.base import Weight
from lenetcalc.reference.arrays import Array
from lenetcalc.reference.given import Given
from lenetcalc.reference.run import SLOPES, compute
from lenetcalc.scalars import Floats
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor

Block: TypeAlias = npt.NDArray[Any]
"""An array of ONNX; inputs and outputs of layers are batches of one."""

OPSET = 21
"""The first in which group normalisation has a scale for each channel."""

TOLERANCE = 1e-5


def operator(name: str, *inputs: Block | None, **attributes: Any) -> Block:
    """What ONNX's reference evaluator makes of arrays by one operator; `None` is an input left out."""
    given = {f"x{index}": array for index, array in enumerate(inputs) if array is not None}
    names = [f"x{index}" if array is not None else "" for index, array in enumerate(inputs)]
    typed = [
        helper.make_tensor_value_info(each, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for each, array in given.items()
    ]
    node = helper.make_node(name, names, ["y"], **attributes)
    graph = helper.make_graph(
        [node], name, typed, [helper.make_tensor_value_info("y", TensorProto.DOUBLE, None)]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10)
    results = ReferenceEvaluator(model).run(None, given)
    assert isinstance(results, list)
    return np.asarray(results[0])


def whole(*numbers: int) -> Block:
    """A vector of integers, as many operators take for sizes and axes."""
    return np.array(numbers, dtype=np.int64)


@dataclass(frozen=True)
class Ran:
    """A layer that has run on drawn numbers: its inputs, its weights and what it made of them."""

    inputs: list[Block]
    weights: dict[str, Block]
    output: Block

    @property
    def input(self) -> Block:
        """The input of a layer that has one."""
        return self.inputs[0]


def run(fields: dict[str, Any], *shapes: Shape, seed: int, spread: float = 1) -> Ran:
    """Run a layer on inputs between −spread and spread, and weights between −1 and 1."""
    draw, layer = Random(seed), read_layer(fields)
    output = layer.output(*shapes).shape
    slopes = layer.activation.slopes(output) if layer.activation else ()
    kept = {**layer.weights(shapes), **({SLOPES: Weight(slopes)} if slopes else {})}
    weights = {name: _drawn(weight, draw) for name, weight in kept.items()}
    inputs = [spread * _drawn(Weight(shape), draw) for shape in shapes]
    result = compute(
        layer,
        "layer",
        [Tensor(array.shape, array.ravel().tolist()) for array in inputs],
        Given(
            {f"layer.{name}": Array(array.shape, array.ravel().tolist()) for name, array in weights.items()}
        ),
        Floats(),
    )
    assert result.shape == output
    return Ran([array[np.newaxis] for array in inputs], weights, np.reshape(result.values, (1, *output)))


def _drawn(weight: Weight, draw: Random) -> Block:
    values = [draw.uniform(-1, 1) for _ in range(prod(weight.shape))]
    if weight.role == "variance":
        values = [abs(value) + 0.5 for value in values]
    return np.reshape(values, weight.shape)


def agree(ran: Ran, judged: Block) -> None:
    """Hold a layer's output against the judge's."""
    assert ran.output.shape == judged.shape
    np.testing.assert_allclose(ran.output, judged, rtol=0, atol=TOLERANCE)


@dataclass(frozen=True)
class Axis:
    """A window along one axis, with the size of the map and the zeros around it."""

    size: int
    kernel: int
    stride: int
    dilation: int
    zeros: tuple[int, int]

    @property
    def span(self) -> int:
        """How far the window reaches."""
        return self.dilation * (self.kernel - 1) + 1


Axes: TypeAlias = list[Axis]


def sizes(axes: Axes) -> Shape:
    """The size of the map."""
    return tuple(axis.size for axis in axes)


def fields(axes: Axes) -> dict[str, Any]:
    """The window as a spec writes it: one number for all axes where they are alike."""
    return {
        "kernel": together([axis.kernel for axis in axes]),
        "stride": together([axis.stride for axis in axes]),
        "dilation": together([axis.dilation for axis in axes]),
        "padding": together([together([*axis.zeros]) for axis in axes]),
    }


def together(numbers: list[Any]) -> Any:
    """One number for all axes, or both ends of one, where they are alike."""
    alike = all(number == numbers[0] for number in numbers) and isinstance(numbers[0], int)
    return numbers[0] if alike else numbers


def window(axes: Axes) -> dict[str, Any]:
    """The window as ONNX's attributes, without its padding."""
    return {
        "kernel_shape": [axis.kernel for axis in axes],
        "strides": [axis.stride for axis in axes],
        "dilations": [axis.dilation for axis in axes],
    }


def pads(axes: Axes) -> dict[str, Any]:
    """The padding as ONNX's attribute: all beginnings, then all ends."""
    return {"pads": [axis.zeros[0] for axis in axes] + [axis.zeros[1] for axis in axes]}


def transposed(ran: Ran, groups: int, **attributes: Any) -> Block:
    """ConvTranspose, a node for each group and their outputs joined.

    With a ``group`` the evaluator divides the kernels by output instead of input channels, gives all groups
    the first biases and has place for one map of each.
    """
    weight, bias = ran.weights["weight"], ran.weights.get("bias")
    read, made = len(weight) // groups, weight.shape[1]
    parts = []
    for group in range(groups):
        own = slice(group * read, (group + 1) * read)
        shift = None if bias is None else bias[group * made : (group + 1) * made]
        parts.append(operator("ConvTranspose", ran.input[:, own], weight[own], shift, **attributes))
    return operator("Concat", *parts, axis=1)


def max_pooled(x: Block, axes: Axes, **attributes: Any) -> Block:
    """MaxPool, of an input padded beforehand where the evaluator does not read its padding as stated.

    Without strides and dilations it reads [top, left, bottom, right] as [top, bottom, left, right] in 2-D,
    and pads nothing in 1-D and 3-D.
    """
    if any(axis.stride > 1 or axis.dilation > 1 for axis in axes):
        return operator("MaxPool", x, **window(axes), **pads(axes), **attributes)
    around = [0, 0, *(axis.zeros[0] for axis in axes), 0, 0, *(axis.zeros[1] for axis in axes)]
    padded = operator("Pad", x, whole(*around), np.array(-np.inf))
    return operator("MaxPool", padded, **window(axes), **attributes)


def max_pooled_same(x: Block, axes: Axes, *, lower: bool) -> Block:
    """MaxPool with SAME_UPPER; with SAME_LOWER that of the map seen from its other end.

    The evaluator puts the odd position of SAME_LOWER at the end too, and rounds its output down.
    """
    turned = tuple(range(2, x.ndim)) if lower else ()
    return np.flip(operator("MaxPool", np.flip(x, turned), auto_pad="SAME_UPPER", **window(axes)), turned)


def averaged_same(x: Block, axes: Axes, *, lower: bool, count_padding: bool) -> Block:
    """AveragePool as the quotient of two convolutions: of the map, and of ones that count its inputs.

    The evaluator's AveragePool pads for a window without dilation, and cannot pad for one below its stride.
    """
    attributes = {"auto_pad": "SAME_LOWER" if lower else "SAME_UPPER", **window(axes)}
    ones = np.ones((x.shape[1], 1, *(axis.kernel for axis in axes)))
    total = operator("Conv", x, ones, group=x.shape[1], **attributes)
    count = operator("Conv", np.ones_like(x), ones, group=x.shape[1], **attributes)
    return operator("Div", total, np.full_like(count, ones[0].size) if count_padding else count)


def resized(x: Block, size: Sequence[int], **attributes: Any) -> Block:
    """Resize of the maps, not of batch and channels."""
    return operator("Resize", x, None, None, whole(*x.shape[:2], *size), **attributes)


def normalised_locally(x: Block, **attributes: Any) -> Block:
    """LRN in a batch of as many copies as channels, of a map with two axes.

    The evaluator sums squares around as many channels as the batch has members, and refuses other ranks.
    """
    flat = x.reshape(*x.shape[:2], -1, 1)
    batch = np.repeat(flat, x.shape[1], axis=0)
    return operator("LRN", batch, **attributes)[:1].reshape(x.shape)
