"""A network computed, layer by layer, on any sort of numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from lenetcalc.analysis import Analysis
from lenetcalc.errors import LayerError, SpecError
from lenetcalc.expansion import Node
from lenetcalc.graph import Graph
from lenetcalc.layers.base import Layer, Weight, Weights
from lenetcalc.scalars import Numbers
from lenetcalc.tensors import Tensor
from lenetcalc.text import harmless

SLOPES = "activation.weight"
"""What the trained slopes of a function are called that a layer applies to its output."""


class WeightSource(Protocol):
    """Where the weights of a network come from."""

    def weights(self, layer: str, kept: Mapping[str, Weight], numbers: Numbers) -> Weights:
        """Arrays of a layer by name, of which it is known how many numbers there are in each."""


def kept(analysis: Analysis) -> Mapping[str, Weight]:
    """The arrays of numbers that a network keeps, named as in a state dict of PyTorch: ``C1.weight``.

    Raises:
        SpecError: two of them have the same name.
    """
    arrays: dict[str, Weight] = {}
    for node in analysis.graph.nodes:
        record, layer = analysis[node.name], node.layer
        slopes = layer.activation.slopes(record.output) if layer.activation else ()
        own = {**layer.weights(record.inputs), **({SLOPES: Weight(slopes)} if slopes else {})}
        for name, weight in own.items():
            if (whole := f"{node.name}.{name}") in arrays:
                fault = analysis.graph.fault(node, f"another layer keeps an array called {harmless(whole)}")
                raise SpecError([fault])
            arrays[whole] = weight
    return arrays


def run(
    graph: Graph, inputs: Mapping[str, Tensor], source: WeightSource, numbers: Numbers
) -> Iterator[tuple[Node, Tensor]]:
    """Every layer with its output, in the order of the graph; outputs that nobody reads any more are let go.

    The graph has been analysed before: its layers fit their inputs.

    Raises:
        SpecError: a layer cannot be computed in these numbers.
    """
    last = {name: index for index, node in enumerate(graph.nodes) for name in node.sources}
    outputs = dict(inputs)
    for index, node in enumerate(graph.nodes):
        read = [outputs[name] for name in node.sources]
        try:
            outputs[node.name] = compute(node.layer, node.name, read, source, numbers)
        except LayerError as error:
            fault = graph.fault(node, error.fault, rule=error.rule, hint=error.hint, field=error.field)
            raise SpecError([fault]) from None
        yield node, outputs[node.name]
        for name in {*node.sources, node.name}:
            if last.get(name, -1) <= index:
                del outputs[name]


def compute(
    layer: Layer, name: str, inputs: Sequence[Tensor], source: WeightSource, numbers: Numbers
) -> Tensor:
    """The output of one layer; raises `LayerError` where these numbers cannot compute it."""
    return activate(layer, name, combine(layer, name, inputs, source, numbers), source, numbers)


def combine(
    layer: Layer, name: str, inputs: Sequence[Tensor], source: WeightSource, numbers: Numbers
) -> Tensor:
    """The output of one layer before its activation."""
    shapes = tuple([tensor.shape for tensor in inputs])
    return layer.forward(inputs, source.weights(name, layer.weights(shapes), numbers), numbers)


def activate(layer: Layer, name: str, result: Tensor, source: WeightSource, numbers: Numbers) -> Tensor:
    """An output with the layer's activation applied."""
    if layer.activation is None:
        return result
    slopes = layer.activation.slopes(result.shape)
    weights = source.weights(name, {SLOPES: Weight(slopes)} if slopes else {}, numbers)
    return layer.activation.applied(result, weights.get(SLOPES, ()), numbers)
