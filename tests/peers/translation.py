"""A network of a spec as a module of PyTorch, for the tools that count such modules.

Each layer, and each function of an output, becomes the module that a user of PyTorch would write for it; a
sum and a product are operators.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from math import prod
from operator import add, mul
from typing import Any, TypeAlias

import torch
from torch import nn

from lenetcalc import Graph, analyze
from lenetcalc.layers.base import Layer, Shapes
from lenetcalc.layers.functions import Activation
from lenetcalc.shapes import Shape
from lenetcalc.tensors import both_ends, each_axis
from tests.peers.counting import UntranslatableError

Step: TypeAlias = Any
"""What makes an output of inputs, each with a batch of one: a module, or an operator on them."""

Maker: TypeAlias = Callable[[Any, Shapes], Step]


class Translated(nn.Module):
    """A network whose layers read what their sources made; its output is that of the last."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        (self.input,) = graph.inputs
        self.steps: list[tuple[str, tuple[str, ...], list[Step]]] = []
        shapes = dict(graph.inputs)
        for node, output in graph.walk(graph.inputs):
            assert not isinstance(output, Exception), output
            steps = translated(node.layer, tuple(shapes[source] for source in node.sources), output.shape)
            for index, step in enumerate(steps):
                if isinstance(step, nn.Module):  # not by the layer's name: fvcore takes a / in it for two
                    self.add_module(f"layer{len(self.steps)}_{index}", step)
            self.steps.append((node.name, node.sources, steps))
            shapes[node.name] = output.shape

    def forward(self, batch: Any) -> Any:
        """The output of the last layer."""
        return self.outputs(batch)[self.steps[-1][0]]

    def outputs(self, batch: Any) -> dict[str, Any]:
        """The output of every layer, by name, and the input."""
        made = {self.input: batch}
        for name, sources, steps in self.steps:
            made[name] = steps[0](*(made[source] for source in sources))
            for step in steps[1:]:
                made[name] = step(made[name])
        return made


def network(graph: Graph) -> tuple[Any, Any]:
    """A network in use, of weights left as memory happens to be, and a batch of one input.

    It is the network of the spec: each output has its shape, and there are as many parameters.
    """
    (shape,) = graph.inputs.values()
    analysis = analyze(graph)
    with torch.device("meta"):
        module = Translated(graph).eval()
        _, *outputs = module.outputs(torch.zeros(1, *shape)).values()
    assert [(1, *record.output) for record in analysis.layers] == [tuple(made.shape) for made in outputs]
    assert sum(weight.numel() for weight in module.parameters()) == analysis.totals.parameters
    return module.to_empty(device="cpu"), torch.zeros(1, *shape)


def translated(layer: Layer, inputs: Shapes, output: Shape) -> list[Step]:
    """What a layer is in PyTorch, one step after the other; raises `UntranslatableError`."""
    if layer.kind not in LAYERS:
        raise UntranslatableError(f"there is no {layer.kind} in PyTorch")
    steps = [LAYERS[layer.kind](layer, inputs)]
    if layer.kind == "dense" and len(inputs[0]) > 1:
        steps.insert(0, nn.Flatten())
    if layer.activation:
        steps.append(applied(layer.activation, output))
    return steps


def require(fact: bool, what: str) -> None:
    """Refuse a layer of which a fact does not hold."""
    if not fact:
        raise UntranslatableError(f"there is no {what} in PyTorch")


def ranked(name: str, shape: Shape) -> Any:
    """The class for maps with so many axes: ``Conv`` is ``Conv2d`` for two."""
    require(len(shape) in (2, 3, 4), f"{name} for {len(shape) - 1} axes")
    return getattr(nn, f"{name}{len(shape) - 1}d")


def even(padding: Any, rank: int) -> Any:
    """Padding as PyTorch takes it: a word, a number, or one for each axis."""
    if isinstance(padding, str):
        require(padding != "same-lower", "padding with the odd zero before")
        return padding
    ends = both_ends(padding, rank)
    require(all(before == after for before, after in ends), "uneven padding")
    return padding if isinstance(padding, int) else tuple(before for before, _ in ends)


def trained(layer: Any) -> bool:
    """Whether a normalisation is trained, in scale and shift at once."""
    require(layer.scale == layer.shift, "normalisation with one of scale and shift")
    return bool(layer.scale)


def window(layer: Any, shape: Shape) -> dict[str, Any]:
    """The window of a convolution."""
    return {
        "kernel_size": layer.kernel,
        "stride": layer.stride,
        "dilation": layer.dilation,
        "padding": even(layer.padding, len(shape) - 1),
    }


def weighted(layer: Any, shape: Shape) -> dict[str, Any]:
    """The channels of a convolution."""
    channels = shape[0]
    return {
        "in_channels": channels,
        "out_channels": channels if layer.filters == "same" else layer.filters,
        "groups": channels if layer.groups == "depthwise" else layer.groups,
        "bias": layer.bias,
    }


def conv(layer: Any, inputs: Shapes) -> Step:
    """A convolution."""
    (shape,) = inputs
    strides = layer.stride if isinstance(layer.stride, tuple) else (layer.stride,)
    require(layer.table is None, "convolution with a table")
    require(layer.padding != "same" or prod(strides) == 1, "same padding with a stride")
    return ranked("Conv", shape)(**weighted(layer, shape), **window(layer, shape))


def transposed(layer: Any, inputs: Shapes) -> Step:
    """A transposed convolution."""
    (shape,) = inputs
    require(not isinstance(layer.padding, str), "transposed convolution with padding in words")
    more = {"output_padding": layer.output_padding}
    return ranked("ConvTranspose", shape)(**weighted(layer, shape), **window(layer, shape), **more)


def pool(name: str, *fields: str) -> Maker:
    """Pooling by a window, with fields of its own."""

    def make(layer: Any, inputs: Shapes) -> Step:
        (shape,) = inputs
        require(not isinstance(layer.padding, str), "pooling with padding in words")
        require(layer.ceil_mode != "caffe", "pooling that rounds as Caffe does")
        require("dilation" in fields or layer.dilation == 1, f"dilated {name}")
        padding = even(layer.padding, len(shape) - 1)
        ends = zip(each_axis(padding, len(shape) - 1), each_axis(layer.kernel, len(shape) - 1), strict=True)
        require(all(2 * zeros <= kernel for zeros, kernel in ends), "pooling of windows half on padding")
        own = {PYTORCH.get(field, field): getattr(layer, field) for field in ("stride", *fields)}
        own |= {"padding": padding, "ceil_mode": bool(layer.ceil_mode)}
        return ranked(name, shape)(layer.kernel, **own)

    return make


PYTORCH = {"count_padding": "count_include_pad"}
"""What PyTorch calls a field, where it is another word."""


def adaptive(name: str) -> Maker:
    """Pooling to a stated size."""

    def make(layer: Any, inputs: Shapes) -> Step:
        return ranked(name, inputs[0])(layer.size)

    return make


def batch_norm(layer: Any, inputs: Shapes) -> Step:
    """Batch normalisation; of a row, that of maps with one axis."""
    (shape,) = inputs
    of_shape = ranked("BatchNorm", shape if len(shape) > 1 else (*shape, 1))
    return of_shape(shape[0], affine=trained(layer))


def layer_norm(layer: Any, inputs: Shapes) -> Step:
    """Layer normalisation."""
    (shape,) = inputs
    require(layer.over == "all" or len(shape) == 1, "layer normalisation of the channels of maps")
    return nn.LayerNorm(shape, elementwise_affine=trained(layer))


def local_response_norm(layer: Any, inputs: Shapes) -> Step:
    """Local response normalisation."""
    return nn.LocalResponseNorm(layer.size)


def upsample(layer: Any, inputs: Shapes) -> Step:
    """Up-sampling, by a factor or to a size."""
    rank = len(inputs[0]) - 1
    require(rank in (1, 2, 3), f"up-sampling along {rank} axes")
    said = {"scale_factor": layer.factor} if layer.output_size is None else {"size": layer.output_size}
    if layer.mode == "nearest":
        return nn.Upsample(**said)
    mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[rank]
    return nn.Upsample(mode=mode, align_corners=layer.align_corners, **said)


def zero_pad(layer: Any, inputs: Shapes) -> Step:
    """Zeros around maps, those of the last axis first."""
    ends = both_ends(layer.padding, len(inputs[0]) - 1)
    return ranked("ZeroPad", inputs[0])(tuple(zeros for each in reversed(ends) for zeros in each))


def concat(layer: Any, inputs: Shapes) -> Step:
    """The inputs in one, behind the axis of the batch."""
    return lambda *made: torch.cat(made, dim=layer.axis + 1)


def permute(layer: Any, inputs: Shapes) -> Step:
    """The axes in another order."""
    return lambda made: made.permute(0, *(axis + 1 for axis in layer.order))


def crop(layer: Any, inputs: Shapes) -> Step:
    """Maps without their edges."""
    (shape,) = inputs
    ends = zip(both_ends(layer.cropping, len(shape) - 1), shape[1:], strict=True)
    kept = [slice(before, size - after) for (before, after), size in ends]
    return lambda made: made[:, :, *kept]


LAYERS: Mapping[str, Maker] = {
    "activation": lambda layer, inputs: applied(layer.function, inputs[0]),
    "adaptive-average-pool": adaptive("AdaptiveAvgPool"),
    "adaptive-max-pool": adaptive("AdaptiveMaxPool"),
    "add": lambda layer, inputs: lambda *made: reduce(add, made),
    "average-pool": pool("AvgPool", "count_padding"),
    "batch-norm": batch_norm,
    "channel-shuffle": lambda layer, inputs: nn.ChannelShuffle(layer.groups),
    "concat": concat,
    "conv": conv,
    "crop": crop,
    "dense": lambda layer, inputs: nn.Linear(prod(inputs[0]), layer.units, bias=layer.bias),
    "dropout": lambda layer, inputs: nn.Dropout(layer.rate),
    "flatten": lambda layer, inputs: nn.Flatten(),
    "group-norm": lambda layer, inputs: nn.GroupNorm(layer.groups, inputs[0][0], affine=trained(layer)),
    "layer-norm": layer_norm,
    "local-response-norm": local_response_norm,
    "max-pool": pool("MaxPool", "dilation"),
    "multiply": lambda layer, inputs: lambda *made: reduce(mul, made),
    "permute": permute,
    "reshape": lambda layer, inputs: lambda made: made.reshape(1, *layer.output(*inputs).shape),
    "transposed-conv": transposed,
    "upsample": upsample,
    "zero-pad": zero_pad,
}
"""How each kind is made; sub-sampling with a coefficient and radial basis functions have no module."""

FUNCTIONS: Mapping[str, str] = {
    "elu": "ELU",
    "gelu": "GELU",
    "hard-sigmoid": "Hardsigmoid",
    "hard-swish": "Hardswish",
    "hard-tanh": "Hardtanh",
    "leaky-relu": "LeakyReLU",
    "linear": "Identity",
    "mish": "Mish",
    "relu": "ReLU",
    "relu6": "ReLU6",
    "selu": "SELU",
    "sigmoid": "Sigmoid",
    "silu": "SiLU",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "tanh": "Tanh",
}
"""The modules of functions that need not know the shape."""


def applied(activation: Activation, shape: Shape) -> Step:
    """A function as a module; the argument of one that has any changes no count."""
    match activation.name:
        case "prelu":
            require(activation.arguments["slopes"] != "unit", "PReLU with a slope for each unit")
            return nn.PReLU(prod(activation.slopes(shape)))
        case "softmax":
            return nn.Softmax(dim=1)
        case "log-softmax":
            return nn.LogSoftmax(dim=1)
        case name:
            require(name in FUNCTIONS, name)
            return getattr(nn, FUNCTIONS[name])()
