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
from lenetcalc.network import NetworkSpec
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
    return Expectation(f"builds on {_input_words(limits.input)}", finding.place, finding)


def _on_input(
    limits: LimitsOnInput, path: Path, measures: Measures, document: Stated
) -> Iterator[tuple[Bound | None, Expectation]]:
    spec, on = measures.analysis.spec, _input_words(limits.input)
    if _on_own(spec, limits.input):
        yield from _held_on(limits, path, measures, document, "")
        return
    statement = Statement(None, "input", limits.input, (*path, "input"))
    wrong = None
    try:
        analysis = analyze(_on(spec, limits.input))
    except SpecError as error:
        fault = error.faults[0]
        message = f"on the input {on} the network does not build: {fault.sentence}"
        wrong = measures.finding("broken-network", message, statement, document, hint=fault.hint)
    except PydanticCustomError:
        message = f"budget names inputs that the network does not have: it has {listed(spec.inputs)}"
        wrong = measures.finding("unknown-input", message, statement, document)
    if wrong:
        yield None, Expectation(f"builds on {on}", wrong.place, wrong)
        return
    yield from _held_on(limits, path, Measures(analysis, measures.file, measures.element_size), document, on)


def _on_own(spec: NetworkSpec, inputs: Shape | Mapping[str, Shape]) -> bool:
    """Whether inputs are the network's own."""
    named = inputs if isinstance(inputs, Mapping) else dict(zip(spec.inputs, [inputs], strict=False))
    return {**spec.inputs, **named} == spec.inputs


def _on(spec: NetworkSpec, inputs: Shape | Mapping[str, Shape]) -> NetworkSpec:
    return spec.with_input(**inputs) if isinstance(inputs, Mapping) else spec.with_input(inputs)


def _input_words(inputs: Shape | Mapping[str, Shape]) -> str:
    if isinstance(inputs, Mapping):
        return ", ".join(f"{harmless(name)} {times(shape)}" for name, shape in sorted(inputs.items()))
    return times(inputs)


def _held_on(
    limits: NetworkLimits, path: Path, measures: Measures, document: Stated, on: str
) -> Iterator[tuple[Bound | None, Expectation]]:
    for unknown_layer in measures.unknown_layers(limits, path, document):
        yield None, unknown_layer
    for statement in statements(limits, path, measures.names):
        unknown = measures.unknown_convention(statement, document)
        for bound in _bounds(statement, document, on, measures.element_size):
            place = measures.where(document, bound.path)
            yield bound, Expectation(bound.name, place, unknown or _broken(bound, measures))
    if limits.each_layer is not None:
        for statement in stated(limits.each_layer, None, (*path, "each_layer")):
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
    if unknown := measures.unknown_convention(statement, bound.document):
        yield Expectation(f"every layer: {bound.name}", place, unknown)
        return
    broken: dict[str, list[tuple[int | Fraction, str]]] = {}
    for record in measures.analysis.layers:
        found = measures.of(replace(statement, layer=record.name))
        value = found.most if bound.end == "max" else found.least
        if rule := _rule(bound, found):
            broken.setdefault(rule, []).append((value or 0, record.name))
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
    value = found.most if bound.end == "max" else found.least
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
    value = found.most if bound.end == "max" else found.least
    about = f"{statement.about} {statement.verb}"
    if value is None:
        return _finding(rule, f"{about} not defined here", bound, measures)
    shown = number(value, statement.quantity)
    if rule == "not-measured":
        message = f"{about} at least {shown}: not every kind of layer is counted"
        return _finding(rule, message, bound, measures, found)
    by = decimal(abs(value - bound.figure.number))
    message = f"{about} {shown}: {by} {_WORDS[bound.end][2]} the limit of {bound.limit}"
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
    """Limits of one thing, in one document or several, that no value can keep."""
    alike: dict[tuple[object, ...], list[Bound]] = {}
    for bound in bounds:
        alike.setdefault(bound.key, []).append(bound)
    for key, own in alike.items():
        several = [*own, *alike.get(key[:1] + (True, None) + key[3:], [])] if key[2] is not None else own
        least = max([each for each in several if each.end == "min"], key=_value, default=None)
        most = min([each for each in several if each.end == "max"], key=_value, default=None)
        if least and most and _value(least) > _value(most):
            other = least.document.place(least.path)
            about = most if most.statement.layer is not None else least
            limits = f"{_WORDS['max'][1]} {most.limit} contradicts {_WORDS['min'][1]} {least.limit}"
            message = f"{about.statement.about} {limits}, at {other}"
            yield _finding("contradicting-limits", message, most, measures)


def _value(bound: Bound) -> Fraction:
    return bound.figure.number
