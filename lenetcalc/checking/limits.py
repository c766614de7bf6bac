"""Whether a network keeps the limits that are set for it under ``budget:``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal, TypeAlias

from pydantic_core import PydanticCustomError

from lenetcalc.analysis import analyze
from lenetcalc.checking.statements import Measures, Stated, Statement, decimal, number, stated, statements
from lenetcalc.errors import SpecError
from lenetcalc.expectations import ELEMENT_SIZE, Budget, LimitsOnInput, NetworkLimits
from lenetcalc.figures import Figure
from lenetcalc.findings import Expectation, Finding
from lenetcalc.measures import Measured
from lenetcalc.shapes import Shape
from lenetcalc.source import Path
from lenetcalc.text import harmless, listed, plural, times

End: TypeAlias = Literal["min", "max"]

MOST_BROKEN = 100
"""Layers that are told of which a limit of every layer is broken, those that break it most first."""

MOST_ANALYSED = 300_000
"""Layers that are analysed on other inputs than the network's own, over all of them."""

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
    element_size: int = ELEMENT_SIZE

    @property
    def key(self) -> tuple[object, ...]:
        """What the limit is of, the same in all documents."""
        about = self.statement
        in_bytes = self.element_size if about.quantity.endswith("_memory") else None
        return (self.on, self.each, about.layer, about.quantity, about.convention, in_bytes)

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

    def value(self, found: Measured) -> int | Fraction | None:
        """The value that the end is held against; `None` where it is not known."""
        return found.most if self.end == "max" else found.least

    @property
    def path(self) -> Path:
        """Where the end stands."""
        return (*self.statement.path, self.end)


def held(budget: Budget, measures: Measures, document: Stated) -> Iterator[tuple[Bound | None, Expectation]]:
    """Every limit that is set, on the network's own input and on others, with what breaks it."""
    yield from _held_on(budget, ("budget",), measures, document, "")
    for index, limits in enumerate(budget.inputs):
        path: Path = ("budget", "inputs", index)
        if len(measures.analysis.layers) * (index + 1) > MOST_ANALYSED:
            yield None, _too_much(limits, path, measures, document)
            return
        yield from _on_input(limits, path, measures, document)


def _too_much(limits: LimitsOnInput, path: Path, measures: Measures, document: Stated) -> Expectation:
    """That this input and those behind it are not looked at."""
    statement = Statement(None, "input", limits.input, (*path, "input"))
    message = (
        f"at most {MOST_ANALYSED:,} layers are analysed on other inputs: from this one on none is checked"
    )
    finding = measures.finding("not-measured", message, statement, document)
    return Expectation("builds on other inputs", finding.place, finding)


def _on_input(
    limits: LimitsOnInput, path: Path, measures: Measures, document: Stated
) -> Iterator[tuple[Bound | None, Expectation]]:
    graph, named = measures.analysis.graph, limits.input
    if not isinstance(named, Mapping):
        named = dict(zip(graph.inputs, [named], strict=False))
    on = _input_words({**graph.inputs, **named})
    if {**graph.inputs, **named} == graph.inputs:
        yield from _held_on(limits, path, measures, document, "")
        return
    statement = Statement(None, "input", limits.input, (*path, "input"))
    wrong = None
    try:
        analysis = analyze(graph.on(named))
    except SpecError as error:
        fault = error.faults[0]
        message = f"on the input {on} the network does not build: {fault.sentence}"
        wrong = measures.finding("broken-network", message, statement, document, hint=fault.hint)
    except PydanticCustomError:
        message = f"budget names inputs that the network does not have: it has {listed(graph.inputs)}"
        wrong = measures.finding("unknown-input", message, statement, document)
    if wrong:
        yield None, Expectation(f"builds on {on}", wrong.place, wrong)
        return
    yield from _held_on(limits, path, Measures(analysis, measures.file, measures.element_size), document, on)


def _input_words(inputs: Mapping[str, Shape]) -> str:
    if len(inputs) == 1:
        return times(next(iter(inputs.values())))
    return ", ".join(f"{harmless(name)} {times(shape)}" for name, shape in inputs.items())


def _held_on(
    limits: NetworkLimits, path: Path, measures: Measures, document: Stated, on: str
) -> Iterator[tuple[Bound | None, Expectation]]:
    for unknown_layer in measures.unknown_layers(limits, path, document):
        yield None, unknown_layer
    for statement in statements(limits, path, measures.names):
        if unknown := measures.unknown_convention(statement, document):
            yield None, Expectation(f"limits of {statement.about}", unknown.place, unknown)
            continue
        for bound in _bounds(statement, document, on, measures.element_size):
            place = measures.where(document, bound.path)
            yield bound, Expectation(bound.name, place, _broken(bound, measures))
    if limits.each_layer is not None:
        for statement in stated(limits.each_layer, None, (*path, "each_layer")):
            if unknown := measures.unknown_convention(statement, document):
                yield None, Expectation(f"limits of {statement.about}", unknown.place, unknown)
                continue
            for bound in _bounds(statement, document, on, measures.element_size):
                several = [*_held_by_each(bound, measures)]
                yield replace(bound, each=True), several[0]
                yield from ((None, each) for each in several[1:])


def _bounds(statement: Statement, document: Stated, on: str, element_size: int) -> Iterator[Bound]:
    ends: tuple[End, ...] = ("min", "max")
    for end in ends:
        figure = getattr(statement.value, end)
        if figure is not None:
            yield Bound(statement, end, figure, document, on, element_size=element_size)


def _held_by_each(bound: Bound, measures: Measures) -> Iterator[Expectation]:
    """A limit of every layer: what breaks it of each layer that does, else that it is kept."""
    statement = bound.statement
    place = measures.where(bound.document, bound.path)
    broken: dict[str, list[tuple[int | Fraction, str]]] = {}
    for record in measures.analysis.layers:
        found = measures.of(replace(statement, layer=record.name))
        if rule := _rule(bound, found):
            broken.setdefault(rule, []).append((bound.value(found) or 0, record.name))
    for rule, several in sorted(broken.items(), key=lambda each: each[0] == "not-measured"):
        several.sort(key=lambda each: each[0], reverse=bound.end == "max")
        for _, name in several[:MOST_BROKEN]:
            own = replace(bound, statement=replace(statement, layer=name))
            yield Expectation(own.name, place, _broken(own, measures))
        if len(several) > MOST_BROKEN:
            message = f"of {plural(len(several) - MOST_BROKEN, 'more layer')} the same is to be said"
            yield Expectation(f"more layers: {bound.name}", place, _finding(rule, message, bound, measures))
    if not broken:
        yield Expectation(f"every layer: {bound.name}", place)


def _rule(bound: Bound, found: Measured) -> str | None:
    """The rule of what breaks a limit, or makes it impossible to say; `None` where it is kept."""
    value = bound.value(found)
    if value is None:
        return "not-measured"
    is_broken = value > bound.figure.number if bound.end == "max" else value < bound.figure.number
    if found.lower_bound and is_broken != (bound.end == "max"):
        return "not-measured"
    return _WORDS[bound.end][0] if is_broken else None


def _broken(bound: Bound, measures: Measures) -> Finding | None:
    """What breaks a limit, or makes it impossible to say; `None` where it is kept."""
    statement = bound.statement
    found = measures.of(statement)
    rule = _rule(bound, found)
    if rule is None:
        return None
    value = bound.value(found)
    about = f"{statement.about} {statement.verb}"
    if value is None:
        return _finding(rule, f"{about} not defined here", bound, measures)
    shown = number(value, statement.quantity)
    if rule == "not-measured":
        message = f"{about} at least {shown}: not every kind of layer is counted"
        return _finding(rule, message, bound, measures, found)
    by = decimal(abs(value - bound.figure.number))
    least = "at least " if found.lower_bound else ""
    message = f"{about} {least}{shown}: {least}{by} {_WORDS[bound.end][2]} the limit of {bound.limit}"
    return _finding(rule, message, bound, measures, found, value)


def _finding(
    rule: str,
    message: str,
    bound: Bound,
    measures: Measures,
    found: Measured | None = None,
    value: int | Fraction | None = None,
) -> Finding:
    on = f"on the input {bound.on}: " if bound.on else ""
    message += f" ({harmless(why, longest=200)})" if (why := bound.statement.value.message) else ""
    finding = measures.finding(
        rule,
        on + message,
        bound.statement,
        bound.document,
        at=bound.path,
        found=number(value, bound.statement.quantity) if value is not None else None,
        found_number=value if isinstance(value, int) else None,
        stated=bound.limit,
        stated_number=bound.figure.value,
        shares=measures.shares(found) if found else (),
    )
    return replace(finding, path=bound.path)


def contradictions(bounds: Sequence[Bound], measures: Measures) -> Iterator[Finding]:
    """Limits of one thing, in one document or several, that no value can keep.

    A limit of each layer is also one of every layer by its name, but not of a block.
    """
    layers = {record.name for record in measures.analysis.layers}
    alike: dict[tuple[object, ...], list[Bound]] = {}
    for bound in bounds:
        alike.setdefault(bound.key, []).append(bound)
    for key, own in alike.items():
        several = [*own, *alike.get((key[0], True, None, *key[3:]), [])] if key[2] in layers else own
        pairs = ((_least(own), _most(several)), (_least(several), _most(own)))
        for least, most in pairs:
            if least and most and _value(least) > _value(most):
                yield _contradiction(least, most, measures)
                break


def _contradiction(least: Bound, most: Bound, measures: Measures) -> Finding:
    about = most if most.statement.layer is not None else least
    limits = f"{_WORDS['max'][1]} {most.limit} contradicts {_WORDS['min'][1]} {least.limit}"
    other = least.document.place(least.path)
    at = f", at {other}" if other else ""
    return _finding("contradicting-limits", f"{about.statement.about} {limits}{at}", most, measures)


def _least(bounds: Sequence[Bound]) -> Bound | None:
    return max([each for each in bounds if each.end == "min"], key=_value, default=None)


def _most(bounds: Sequence[Bound]) -> Bound | None:
    return min([each for each in bounds if each.end == "max"], key=_value, default=None)


def _value(bound: Bound) -> Fraction:
    return bound.figure.number
