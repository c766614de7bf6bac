"""For which inputs a network builds, and why not for others."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import gcd

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.errors import Fault, FitError, LayerError, SpecError
from lenetcalc.graph import Graph
from lenetcalc.measures import shape_of
from lenetcalc.shapes import Shape
from lenetcalc.text import harmless, times

MOST_LAID = 500_000
"""Layers whose shape is worked out in search of inputs that build."""

LEAST_TRIED, MOST_TRIED = 64, 4_096
"""Sizes that are tried of a network that is not too deep for it."""

MOST_ANALYSED = 50_000
"""Layers that are analysed to measure a network on several inputs, beside the one of its own."""

MOST_EXPLAINED = 6
"""Reasons that are told of why inputs do not build, those of the largest first."""

MEASURED = range(2, 9)
"""Quarters of the network's own size at which it is measured where nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """An input of a network, by name, and what the network is on it: its analysis, or its faults."""

    inputs: Mapping[str, Shape]
    analysis: Analysis | None
    faults: tuple[Fault, ...] = ()

    @property
    def outputs(self) -> tuple[Shape, ...]:
        """The shapes of the layers that no other reads."""
        return shape_of(self.analysis, None) if self.analysis else ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Square inputs that do not build for one reason: their sizes, and what is wrong with the smallest."""

    sizes: tuple[int, ...]
    fault: Fault


@dataclass(frozen=True, slots=True)
class Sizes:
    """Those of the sizes ``tried`` that build; those of them with as many weights as the network's own input.

    ``trials`` are what the network is on several inputs; unless those were given, ``refusals`` say why others
    do not build, and ``unexplained`` are the sizes of which they do not.
    """

    graph: Graph
    tried: range
    builds: tuple[int, ...]
    same_weights: tuple[int, ...]
    refusals: tuple[Refusal, ...]
    unexplained: tuple[int, ...]
    trials: tuple[Trial, ...]


def sizes(graph: Graph, given: Sequence[Mapping[str, Shape]] = ()) -> Sizes:
    """Try square inputs of a network up to twice its own size; measure it on some, or on those ``given``.

    Several inputs of different sizes keep their proportion; the size is that of the largest.

    >>> from lenetcalc import load, resolve
    >>> found = sizes(resolve(load("lenet5")))
    >>> found.builds[0], found.same_weights
    (32, (32, 33, 34, 35))
    >>> print(next(refusal.fault.hint for refusal in found.refusals if 28 in refusal.sizes))
    use a 32×32 input, or padding: 2 in C1
    """
    tried = _tried(graph)
    reasons = {size: _reason(graph, size) for size in tried}
    builds = tuple([size for size, reason in reasons.items() if reason is None])
    own = _trial(graph, graph.inputs)
    groups = [] if given else _groups(reasons)
    return Sizes(
        graph=graph,
        tried=tried,
        builds=builds,
        same_weights=_same_weights(graph, builds, own),
        refusals=tuple(_refusals(graph, groups[:MOST_EXPLAINED])),
        unexplained=tuple(sorted(size for each in groups[MOST_EXPLAINED:] for size in each)),
        trials=tuple(_trial(graph, inputs) for inputs in given) if given else _measured(graph, builds, own),
    )


def meant(graph: Graph, numbers: Shape) -> dict[str, Shape]:
    """The inputs that some numbers stand for: one size of all axes, the size along each, or a whole shape.

    >>> from lenetcalc import load, resolve
    >>> [meant(resolve(load("lenet5")), numbers)["input"] for numbers in ((28,), (28, 36), (3, 28, 36))]
    [(1, 28, 28), (1, 28, 36), (3, 28, 36)]

    Raises:
        ValueError: they are too few or too many, or they do not say the sizes of several inputs.
    """
    largest = _own(graph)
    if len(numbers) == 1 and largest:
        if numbers[0] % (largest // _unit(graph)):
            raise ValueError(f"at {numbers[0]:,} the inputs have no whole sizes in their proportion")
        return square(graph, numbers[0])
    if len(graph.inputs) > 1:
        raise ValueError("of several inputs one number says the size, that of the largest")
    ((name, own),) = graph.inputs.items()
    if len(numbers) == len(own):
        return {name: numbers}
    if len(numbers) == len(own) - 1:
        return {name: (own[0], *numbers)}
    raise ValueError(f"{harmless(name)} is {times(own)}; {len(numbers)} numbers do not say its size")


def square(graph: Graph, size: int) -> dict[str, Shape]:
    """The inputs of a network with all axes of one size, or in proportion where inputs differ; rows stay."""
    largest = _own(graph)
    return {
        name: (shape[0], *[size * max(shape[1:]) // largest] * (len(shape) - 1)) if shape[1:] else shape
        for name, shape in graph.inputs.items()
    }


def _own(graph: Graph) -> int:
    """The largest size along an axis of the network's own inputs; 0 where they are rows."""
    return max((size for shape in graph.inputs.values() for size in shape[1:]), default=0)


def _unit(graph: Graph) -> int:
    """What the largest sizes of all inputs are multiples of."""
    return gcd(*(max(shape[1:]) for shape in graph.inputs.values() if shape[1:]))


def _tried(graph: Graph) -> range:
    """The sizes to try: up to twice the network's own, or about it where those would be too many."""
    own = _own(graph)
    if not own:
        return range(0)
    step = own // _unit(graph)
    count = min(max(2 * own // step, LEAST_TRIED), MOST_TRIED, MOST_LAID // len(graph.nodes) + 1)
    start = max(own - count // 2 * step, step)
    return range(start, start + count * step, step)


def _reason(graph: Graph, size: int) -> tuple[str, str] | None:
    """The layer at which an input of this size fails, and the rule or window that it breaks."""
    for node, output in graph.walk(square(graph, size)):
        if isinstance(output, LayerError):
            return node.name, output.fault if isinstance(output, FitError) else output.rule
    return None


def _measured(graph: Graph, builds: Sequence[int], own: Trial) -> tuple[Trial, ...]:
    """The network on its own input, the smallest size that builds, and the nearest below parts of its own."""
    largest, affordable = _own(graph), MOST_ANALYSED // len(graph.nodes)
    wanted = (largest * quarters // 4 for quarters in MEASURED)
    below = [builds[index - 1] for size in wanted if (index := bisect_left(builds, size + 1))]
    squares = [square(graph, size) for size in sorted({*builds[:1], *below})[:affordable]]
    others = [_trial(graph, inputs) for inputs in squares if inputs != own.inputs]
    return tuple(sorted([own, *others], key=lambda trial: [*trial.inputs.values()]))


def _same_weights(graph: Graph, builds: Sequence[int], own: Trial) -> tuple[int, ...]:
    """The sizes on which the network has as many weights as on its own input; they grow with the size."""
    if own.analysis is None or not builds or len(graph.nodes) > MOST_ANALYSED // 20:
        return ()

    def weights(analysis: Analysis) -> int:
        return analysis.totals.parameters + analysis.totals.fixed

    def at(size: int) -> int:
        return weights(analyze(graph.on(square(graph, size))))

    meant = weights(own.analysis)
    if at(builds[0]) == at(builds[-1]) == meant:
        return tuple(builds)
    first = bisect_left(builds, meant, key=at)
    return tuple(builds[first : bisect_right(builds, meant, lo=first, key=at)])


def _groups(reasons: Mapping[int, tuple[str, str] | None]) -> list[list[int]]:
    """The sizes that do not build, those of one reason together, those with the largest first."""
    groups: dict[tuple[str, str], list[int]] = {}
    for size, reason in reasons.items():
        if reason is not None:
            groups.setdefault(reason, []).append(size)
    return sorted(groups.values(), key=max, reverse=True)


def _refusals(graph: Graph, groups: Sequence[Sequence[int]]) -> Iterator[Refusal]:
    for found in groups:
        yield Refusal(tuple(found), _trial(graph, square(graph, found[0])).faults[0])


def _trial(graph: Graph, inputs: Mapping[str, Shape]) -> Trial:
    try:
        return Trial(inputs, analyze(graph.on(inputs)))
    except SpecError as error:
        return Trial(inputs, None, error.faults)
