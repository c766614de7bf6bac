"""Formulas proved by running: each layer on numbers that count, against what its rules say."""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from lenetcalc.analysis import Analysis
from lenetcalc.errors import LayerError
from lenetcalc.layers.base import Layer, Output, Shapes
from lenetcalc.ledger import Counts
from lenetcalc.reference.run import activate, combine
from lenetcalc.reference.tally import Counted, Tally, units
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor

MOST_WHOLE = 400_000
"""Operations and units up to which a layer is run whole."""

MOST_REDUCED = 40_000
"""Operations and units that a reduced copy may have, unless its smallest has more."""

MOST_RUN = 4_000_000
"""Operations and units beyond which a layer is not run at all."""

COPIES = ((12, 8), (12, 5), (12, 3), (12, 2), (4, 3), (4, 2), (1, 2), (1, 1))
"""Copies of a layer from large to small: by what multiple axes are cut short, and the channels of a group.

A stride that divides the multiple leaves as much over at the end of an axis as on the whole map.
"""

LEAST_STOPS = 3
"""Positions along each axis of a copy, where the layer has as many: one at each edge and one between."""

Quantity: TypeAlias = int | Shape


@dataclass(frozen=True, slots=True)
class Difference:
    """A quantity of which the rules say something else than the run."""

    quantity: str
    stated: Quantity
    executed: Quantity


@dataclass(frozen=True, slots=True)
class Job:
    """A layer on its inputs, for all that are equal to it, by name."""

    names: tuple[str, ...]
    layer: Layer
    inputs: Shapes


@dataclass(frozen=True, slots=True)
class Proof:
    """What became of a job.

    ``inputs`` are the shapes that the layer was run on; where it was not run ``whole`` they are those of a
    copy with fewer channels and positions, with the same window, stride, padding, dilation, groups and table.
    ``operations`` and ``lines`` were executed, ``weights`` touched. Where even the smallest copy is too large
    it was not ``run``, and nothing is proved.
    """

    names: tuple[str, ...]
    label: str
    run: bool
    whole: bool
    inputs: Shapes
    output: Shape
    operations: int = 0
    lines: int = 0
    weights: int = 0
    differences: tuple[Difference, ...] = ()


def jobs(analysis: Analysis) -> Sequence[Job]:
    """The layers of a network, those that are equal and read the same shapes as one."""
    alike: dict[Hashable, Job] = {}
    for node in analysis.graph.nodes:
        inputs = analysis[node.name].inputs
        names = alike[key].names if (key := (node.layer.rules, inputs)) in alike else ()
        alike[key] = Job((*names, node.name), node.layer, inputs)
    return tuple(alike.values())


def verify(analysis: Analysis) -> Iterator[Proof]:
    """Run every layer of a network, equal ones once.

    >>> from lenetcalc import analyze, load
    >>> proofs = [*verify(analyze(load("lenet1")))]
    >>> sum(proof.lines for proof in proofs), any(proof.differences for proof in proofs)
    (98442, False)
    """
    return map(prove, jobs(analysis))


def prove(job: Job, *, most: int = MOST_WHOLE) -> Proof:
    """Run one layer, or a reduced copy of it, and compare with its rules."""
    layer, inputs = reduced(job.layer, job.inputs, most)
    output, counts = _stated(layer, inputs)
    whole = (layer, inputs) == (job.layer, job.inputs)
    if _effort(layer, inputs) > max(MOST_RUN, most):
        return Proof(job.names, layer.label, run=False, whole=whole, inputs=inputs, output=output.shape)
    tally = Tally()
    result, lines = _executed(layer, inputs, tally)
    return Proof(
        names=job.names,
        label=layer.label,
        run=True,
        whole=whole,
        inputs=inputs,
        output=output.shape,
        operations=tally.operations.total(),
        lines=lines,
        weights=len(tally.touched),
        differences=tuple(_differences(layer, inputs, output, counts, tally, result, lines)),
    )


def _stated(layer: Layer, inputs: Shapes) -> tuple[Output, Counts]:
    output = layer.output(*inputs)
    return output, layer.count(inputs, output)


def _executed(layer: Layer, inputs: Shapes, tally: Tally) -> tuple[Tensor, int]:
    """What a layer makes when it runs, and the lines into its units."""
    source, tally.part = Counted(tally), layer.PART
    result = combine(layer, "", units(tally, inputs), source, tally)
    lines = sum(len(value.lines()) for value in result.values) if layer.FORMS_UNITS else 0
    tally.part = "activation"
    activate(layer, "", result, source, tally)
    return result, lines


def _differences(
    layer: Layer,
    inputs: Shapes,
    output: Output,
    counts: Counts,
    tally: Tally,
    result: Tensor,
    lines: int,
) -> Iterator[Difference]:
    kept = [*layer.weights(inputs).values()]
    slopes = prod(layer.activation.slopes(result.shape) or (0,)) if layer.activation else 0

    def numbers(*roles: str) -> int:
        return sum(prod(weight.shape) for weight in kept if weight.role in roles)

    compared: list[tuple[str, Quantity, Quantity]] = [
        ("output", output.shape, result.shape),
        ("units", prod(output.shape), len(result.values)),
        ("parameters", counts.parameters.value, numbers("weight", "bias") + slopes),
        ("biases", counts.biases.value, numbers("bias")),
        ("fixed", counts.fixed.value, numbers("fixed")),
        ("buffers", counts.buffers.value, numbers("mean", "variance")),
        ("weights touched", tally.weights, len(tally.touched)),
        ("connections", counts.connections.value, lines),
        ("macs", counts.macs.value, tally.macs),
    ]
    for part, operation in sorted(counts.operations.keys() | tally.operations.keys()):
        stated = counts.operations.get((part, operation))
        executed = tally.operations[part, operation]
        compared.append((f"{part}: {operation}", stated.value if stated else 0, executed))
    yield from (Difference(*each) for each in compared if each[1] != each[2])


def reduced(layer: Layer, inputs: Shapes, most: int) -> tuple[Layer, Shapes]:
    """A layer and its inputs as they are, or the copy with the most channels that is not too large."""
    if _effort(layer, inputs) <= most:
        return layer, inputs
    smaller, shapes = layer, inputs
    for period, few in COPIES:
        smaller, shapes = layer.narrowed(inputs, few)
        shapes = _shortened(smaller, shapes, period)
        if _effort(smaller, shapes) <= min(MOST_REDUCED, most):
            break
    return smaller, shapes


def _shortened(layer: Layer, inputs: Shapes, period: int) -> Shapes:
    """Inputs with the fewest positions on which a layer still has three along each axis."""
    whole = layer.output(*inputs).shape[1:]
    longest = max((size for shape in inputs for size in shape[1:]), default=0)
    more = 0
    while more <= longest // period:
        cut = tuple([_cut(shape, more, period) for shape in inputs])
        with suppress(LayerError):
            stops = layer.output(*cut).shape[1:]
            if all(
                now >= min(LEAST_STOPS, before) for now, before in zip(stops, whole, strict=True)
            ) and _regimes(cut[0][1:], stops) == _regimes(inputs[0][1:], whole):
                return cut
        more += max(1, more // 4)
    return inputs


def _regimes(sizes: Shape, stops: Shape) -> list[tuple[bool, bool]]:
    """Along each axis whether a layer makes a map smaller, and to less than its half."""
    return [(size > stop, size > 2 * stop) for size, stop in zip(sizes, stops, strict=False)]


def _cut(shape: Shape, more: int, period: int) -> Shape:
    """A shape cut short by a multiple of the period, less along one axis than along the one before."""
    least = [size % period or period for size in shape[1:]]
    return (
        shape[0],
        *[min(size, least[axis] + period * (more + axis)) for axis, size in enumerate(shape[1:])],
    )


def _effort(layer: Layer, inputs: Shapes) -> int:
    output, counts = _stated(layer, inputs)
    operations = sum(working.value for working in counts.operations.values())
    return operations + prod(output.shape) + sum(map(prod, inputs))
