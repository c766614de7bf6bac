"""For which inputs a network builds, and why not for others."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.errors import Fault, FitError, LayerError, SpecError
from lenetcalc.graph import Graph
from lenetcalc.shapes import Shape, along
from lenetcalc.text import harmless, times

MOST_LAID = 500_000
"""Layers whose shape is worked out in search of inputs that build."""

LEAST_TRIED, MOST_TRIED = 64, 4_096
"""Sizes that are tried of any network."""

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
        layers = self.analysis.layers if self.analysis else ()
        read = {source for record in layers for source in record.sources}
        return tuple(record.output for record in layers if record.name not in read)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Square inputs that do not build for one reason: their sizes, and what is wrong with the smallest."""

    sizes: tuple[int, ...]
    fault: Fault


@dataclass(frozen=True, slots=True)
class Sizes:
    """The square sizes of those ``tried`` that build; those of them on which the weights are as many.

    ``trials`` are what the network is on several inputs; unless those were given, ``refusals`` say why the
    others do not build.
    """

    graph: Graph
    tried: range
    builds: tuple[int, ...]
    same_weights: tuple[int, ...]
    refusals: tuple[Refusal, ...]
    trials: tuple[Trial, ...]


def sizes(graph: Graph, given: Sequence[Mapping[str, Shape]] = ()) -> Sizes:
    """Try square inputs of a network up to twice its own size; measure it on some, or on those ``given``.

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
    measured = given or [square(graph, size) for size in _spread(graph, builds)] or [graph.inputs]
    return Sizes(
        graph=graph,
        tried=tried,
        builds=builds,
        same_weights=_same_weights(graph, builds),
        refusals=() if given else tuple(_refusals(graph, reasons)),
        trials=tuple([_trial(graph, inputs) for inputs in measured]),
    )


def meant(graph: Graph, numbers: Shape) -> dict[str, Shape]:
    """The inputs that some numbers stand for: one size of all axes, the size along each, or a whole shape.

    >>> from lenetcalc import load, resolve
    >>> [meant(resolve(load("lenet5")), numbers)["input"] for numbers in ((28,), (28, 36), (3, 28, 36))]
    [(1, 28, 28), (1, 28, 36), (3, 28, 36)]

    Raises:
        ValueError: they are too few or too many for an input of the network.
    """
    inputs = {}
    for name, own in graph.inputs.items():
        if len(numbers) == len(own):
            inputs[name] = numbers
        elif len(numbers) in (1, len(own) - 1):
            inputs[name] = (own[0], *along(numbers if len(numbers) > 1 else numbers[0], len(own) - 1))
        else:
            raise ValueError(f"{harmless(name)} is {times(own)}; {len(numbers)} numbers do not say its size")
    return inputs


def square(graph: Graph, size: int) -> dict[str, Shape]:
    """The inputs of a network with every spatial axis of one size."""
    return {name: (shape[0], *[size] * (len(shape) - 1)) for name, shape in graph.inputs.items()}


def _own(graph: Graph) -> int:
    """The largest size along an axis of the network's own inputs; 0 where they are rows."""
    return max((size for shape in graph.inputs.values() for size in shape[1:]), default=0)


def _tried(graph: Graph) -> range:
    """The sizes to try: up to twice the network's own, or about it where those would be too many."""
    own = _own(graph)
    if not own:
        return range(0)
    affordable = max(MOST_LAID // len(graph.nodes), LEAST_TRIED)
    count = min(max(2 * own, LEAST_TRIED), MOST_TRIED, affordable)
    start = max(own - count // 2, 1)
    return range(start, start + count)


def _reason(graph: Graph, size: int) -> tuple[str, str] | None:
    """The layer at which a square input fails, and the rule or window that it breaks."""
    for node, output in graph.walk(square(graph, size)):
        if isinstance(output, LayerError):
            return node.name, output.fault if isinstance(output, FitError) else output.rule
    return None


def _spread(graph: Graph, builds: Sequence[int]) -> list[int]:
    """The smallest size that builds, the network's own, and the nearest below several parts of it."""
    own = _own(graph)
    wanted = (own * quarters // 4 for quarters in MEASURED)
    below = [builds[index - 1] for size in wanted if (index := bisect_left(builds, size + 1))]
    return sorted({*builds[:1], *below})


def _same_weights(graph: Graph, builds: Sequence[int]) -> tuple[int, ...]:
    """The sizes on which the network has as many weights as on its own: one stretch about it."""
    own = bisect_left(builds, _own(graph))
    if own == len(builds) or builds[own] != _own(graph):
        return ()

    def weights(index: int) -> tuple[int, int]:
        totals = analyze(graph.on(square(graph, builds[index]))).totals
        return totals.parameters, totals.fixed

    meant = weights(own)
    if weights(0) == weights(len(builds) - 1) == meant:
        return tuple(builds)
    first = bisect_left(range(own), True, key=lambda index: weights(index) == meant)
    last = bisect_left(range(own, len(builds)), True, key=lambda index: weights(index) != meant)
    return tuple(builds[first : own + last])


def _refusals(graph: Graph, reasons: Mapping[int, tuple[str, str] | None]) -> Iterator[Refusal]:
    """The reasons why sizes do not build, those of the largest sizes first."""
    groups: dict[tuple[str, str], list[int]] = {}
    for size, reason in reasons.items():
        if reason is not None:
            groups.setdefault(reason, []).append(size)
    largest = sorted(groups.values(), key=max, reverse=True)
    for found in largest[:MOST_EXPLAINED]:
        yield Refusal(tuple(found), _trial(graph, square(graph, found[0])).faults[0])


def _trial(graph: Graph, inputs: Mapping[str, Shape]) -> Trial:
    try:
        return Trial(inputs, analyze(graph.on(inputs)))
    except SpecError as error:
        return Trial(inputs, None, error.faults)
