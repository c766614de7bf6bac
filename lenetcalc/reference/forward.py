"""A network computed from what a person gives: words, files, or numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.expansion import Node
from lenetcalc.graph import Graph
from lenetcalc.network import NetworkSpec
from lenetcalc.reference.arrays import Array
from lenetcalc.reference.compare import Departure, Misshapen, departure_of
from lenetcalc.reference.drawn import made
from lenetcalc.reference.given import given_inputs, given_weights
from lenetcalc.reference.run import WeightSource, run
from lenetcalc.scalars import NUMBERS, Numbers
from lenetcalc.tensors import Tensor


def forward(
    network: NetworkSpec | Graph, *, weights: str = "seed:0", inputs: str = "seed:0", numbers: str = "float"
) -> Mapping[str, Tensor]:
    """The output of every layer of a network.

    ``weights`` and ``inputs`` are ``seed:N``, ``ones``, ``ramp`` or the path of a file; ``numbers`` are
    ``float``, ``fraction`` or ``int``.

    >>> import lenetcalc
    >>> outputs = lenetcalc.forward(lenetcalc.load("lenet5"), weights="seed:1", inputs="ramp")
    >>> outputs["C1"].shape, len(outputs["C1"].values)
    ((6, 28, 28), 4704)

    Raises:
        SpecError: the network does not build, a file does not fit it, or the numbers cannot compute it.
        ValueError: a seed is none.
        KeyError: there are no such numbers.
    """
    analysis, sort = analyze(network), NUMBERS[numbers]()
    read = inputs_from(inputs, analysis, sort)
    layers = run(analysis.graph, read, weights_from(weights, analysis), sort)
    return {node.name: tensor for node, tensor in layers}


def weights_from(given: str, analysis: Analysis) -> WeightSource:
    """The weights that a word stands for, or in a file; raises `SpecError`, and `ValueError` for no seed."""
    return made(given, analysis) or given_weights(analysis, given)


def inputs_from(given: str, analysis: Analysis, numbers: Numbers) -> Mapping[str, Tensor]:
    """The inputs that a word stands for, or in a file; raises `SpecError`, and `ValueError` for no seed."""
    shapes, source = analysis.graph.inputs, made(given, analysis)
    if source is None:
        return given_inputs(shapes, given, numbers)
    return {name: source.input(index, shape, numbers) for index, (name, shape) in enumerate(shapes.items())}


@dataclass(frozen=True, slots=True)
class Step:
    """A layer with its output, and what became of a comparison, if something is expected of it."""

    node: Node
    tensor: Tensor
    compared: bool
    departure: Departure | Misshapen | None


def compared(
    running: Iterator[tuple[Node, Tensor]],
    expected: Mapping[str, Array],
    *,
    tolerance: float,
    last: str | None = None,
) -> Iterator[Step]:
    """The steps of a run to the first that departs, or to a ``last`` layer and all others expected."""
    waiting = {*expected, last} - {None}
    for node, tensor in running:
        waiting.discard(node.name)
        array = expected.get(node.name)
        departure = departure_of(node.name, tensor, array, tolerance) if array else None
        yield Step(node, tensor, array is not None, departure)
        if departure or (last is not None and not waiting):
            return
