"""Whether a network keeps the limits that are set for it under ``budget:``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

from lenetcalc.analysis import analyze
from lenetcalc.checking.statements import Measures, Stated, Statement, number, stated, statements
from lenetcalc.errors import SpecError
from lenetcalc.expectations import Budget, LimitsOnInput, NetworkLimits
from lenetcalc.figures import Figure
from lenetcalc.findings import Finding, Held
from lenetcalc.measures import Measured
from lenetcalc.network import NetworkSpec
from lenetcalc.shapes import Shape
from lenetcalc.source import Path
from lenetcalc.text import harmless, times

End: TypeAlias = Literal["min", "max"]

MOST_BROKEN = 100
"""Layers that are told of which a limit of every layer is broken, those that break it most first."""

_WORDS: Mapping[End, tuple[str, str, str]] = {
    "min": ("under-budget", "at least", "below"),
    "max": ("over-budget", "at most", "above"),
}


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of a limit, of the network, a layer or each layer, ``on`` another input, and who sets it."""

    statement: Statement
    end: End
    figure: Figure
    document: Stated
    on: str = ""
    each: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """What the limit is of, the same in all documents."""
        return (self.on, self.each, self.statement.layer, self.statement.quantity, self.statement.convention)

    @property
    def limit(self) -> str:
        """The limit as it is shown."""
        quantity = self.statement.quantity
        return number(self.figure.value, quantity) if self.figure.exact else harmless(self.figure.text)

    @property
    def name(self) -> str:
        """What is asked for: ``C3: parameters at most 2k``."""
        on = f"{self.on}: " if self.on else ""
        return f"{on}{self.statement.about} {_WORDS[self.end][1]} {self.limit}"

    @property
    def path(self) -> Path:
        """Where the end stands."""
        return (*self.statement.path, self.end)


def held(budget: Budget, measures: Measures, document: Stated) -> Iterator[tuple[Bound | None, Held]]:
    """Every limit that is set, on the network's own input and on others, with what breaks it."""
    yield from _held_on(budget, ("budget",), measures, document, "")
    for index, limits in enumerate(budget.inputs):
        path: Path = ("budget", "inputs", index)
        yield from _on_input(limits, path, measures, document)


def _on_input(
    limits: LimitsOnInput, path: Path, measures: Measures, document: Stated
) -> Iterator[tuple[Bound | None, Held]]:
    spec, on = measures.analysis.spec, _input_words(limits.input)
    try:
        analysis = analyze(_on(spec, limits.input))
    except (SpecError, ValueError) as error:  # ValueError: an input of another name
        fault = error.faults[0].fault if isinstance(error, SpecError) else str(error)
        layer = error.faults[0].layer if isinstance(error, SpecError) else None
        where = f"{harmless(layer)}: " if layer else ""
        statement = Statement(None, "input", limits.input, (*path, "input"))
        message = f"on the input {on} the network does not build: {where}{fault}"
        finding = measures.finding("broken-network", message, statement, document)
        yield None, Held(f"builds on {on}", finding.place, finding)
        return
    yield from _held_on(limits, path, Measures(analysis, measures.file, measures.element_size), document, on)


def _on(spec: NetworkSpec, inputs: Shape | Mapping[str, Shape]) -> NetworkSpec:
    return spec.with_input(**inputs) if isinstance(inputs, Mapping) else spec.with_input(inputs)


def _input_words(inputs: Shape | Mapping[str, Shape]) -> str:
    if isinstance(inputs, Mapping):
        return ", ".join(f"{harmless(name)} {times(shape)}" for name, shape in inputs.items())
    return times(inputs)


def _held_on(
    limits: NetworkLimits, path: Path, measures: Measures, document: Stated, on: str
) -> Iterator[tuple[Bound | None, Held]]:
    for unknown_layer in measures.unknown_layers(limits, path, document):
        yield None, unknown_layer
    for statement in statements(limits, path, measures.names):
        unknown = measures.unknown_convention(statement, document)
        for bound in _bounds(statement, document, on):
            place = measures.where(document, bound.path)
            yield bound, Held(bound.name, place, unknown or _broken(bound, measures))
    if limits.each_layer is not None:
        for statement in stated(limits.each_layer, None, (*path, "each_layer")):
            for bound in _bounds(statement, document, on):
                several = [*_held_by_each(bound, measures)]
                yield replace(bound, each=True), several[0]
                yield from ((None, each) for each in several[1:])


def _bounds(statement: Statement, document: Stated, on: str) -> Iterator[Bound]:
    ends: tuple[End, ...] = ("min", "max")
    for end in ends:
        figure = getattr(statement.value, end)
        if figure is not None:
            yield Bound(statement, end, figure, document, on)


def _held_by_each(bound: Bound, measures: Measures) -> Iterator[Held]:
    """A limit of every layer: what breaks it of each layer that does, else that it is kept."""
    statement = bound.statement
    place = measures.where(bound.document, bound.path)
    if unknown := measures.unknown_convention(statement, bound.document):
        yield Held(f"every layer: {bound.name}", place, unknown)
        return
    broken: list[tuple[int, Held]] = []
    for record in measures.analysis.layers:
        own = replace(bound, statement=replace(statement, layer=record.name))
        if finding := _broken(own, measures):
            value = measures.of(own.statement).most
            broken.append((int(value or 0), Held(own.name, place, finding)))
    broken.sort(key=lambda each: each[0], reverse=bound.end == "max")
    told = [held for _, held in broken[:MOST_BROKEN]]
    yield from told or [Held(f"every layer: {bound.name}", place)]
    if len(broken) > MOST_BROKEN:
        message = f"{len(broken) - MOST_BROKEN:,} more layers break the limit of {bound.limit}"
        rule = told[-1].finding.rule if told[-1].finding else "over-budget"
        yield Held(f"more layers: {bound.name}", place, _finding(rule, message, bound, measures, None, None))


def _broken(bound: Bound, measures: Measures) -> Finding | None:
    """What breaks a limit, or makes it impossible to say; `None` where it is kept."""
    statement = bound.statement
    found = measures.of(statement)
    value = found.most if bound.end == "max" else found.least
    if value is None:
        return _not_measured(bound, measures, f"{statement.about} is not defined here")
    rule, _, side = _WORDS[bound.end]
    limit = bound.figure.value
    if (value > limit) if bound.end == "max" else (value < limit):
        shown = number(value, statement.quantity)
        over = abs(value - limit)
        off = f"{over:,}" if isinstance(over, int) else str(over)
        message = f"{statement.about} {statement.verb} {shown}, {off} {side} the limit of {bound.limit}"
        return _finding(rule, message, bound, measures, found, shown)
    if found.lower_bound and bound.end == "max":
        message = f"{statement.about} {statement.verb} a lower bound here: not every kind of layer is counted"
        return _not_measured(bound, measures, message)
    return None


def _not_measured(bound: Bound, measures: Measures, message: str) -> Finding:
    return _finding("not-measured", message, bound, measures, None, None)


def _finding(
    rule: str, message: str, bound: Bound, measures: Measures, found: Measured | None, shown: str | None
) -> Finding:
    on = f"on the input {bound.on}: " if bound.on else ""
    message += f" ({harmless(why, longest=200)})" if (why := bound.statement.value.message) else ""
    return replace(
        measures.finding(
            rule,
            on + message,
            bound.statement,
            bound.document,
            at=bound.path,
            found=shown,
            stated=bound.limit,
            shares=measures.shares(found) if found else (),
        ),
        path=bound.path,
    )


def contradictions(bounds: Sequence[Bound], measures: Measures) -> Iterator[Held]:
    """Limits of one thing, in one document or several, that no value can keep."""
    for key in dict.fromkeys(bound.key for bound in bounds):
        alike = [bound for bound in bounds if bound.key == key]
        least = max([each for each in alike if each.end == "min"], key=_value, default=None)
        most = min([each for each in alike if each.end == "max"], key=_value, default=None)
        if least and most and _value(least) > _value(most):
            other = least.document.place(least.path)
            message = f"{most.name} contradicts {_WORDS['min'][1]} {least.limit}, at {other}"
            finding = _finding("contradicting-limits", message, most, measures, None, None)
            yield Held(f"{most.name} and {_WORDS['min'][1]} {least.limit}", finding.place, finding)


def _value(bound: Bound) -> Any:
    return bound.figure.value
