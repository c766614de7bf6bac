"""Whether a network has the figures that are stated of it under ``expect:``."""

from collections.abc import Iterator

from lenetcalc.checking.statements import Measures, Stated, Statement, number, statements
from lenetcalc.expectations import Expect, Published
from lenetcalc.figures import Figure
from lenetcalc.findings import Expectation, Finding
from lenetcalc.measures import FIELDS, Measured, shape_of
from lenetcalc.source import Path
from lenetcalc.text import harmless, times


def held(expect: Expect, measures: Measures, document: Stated) -> Iterator[Expectation]:
    """Every figure that is stated, with what is wrong with it."""
    yield from measures.unknown_layers(expect, ("expect",), document)
    for statement in statements(expect, ("expect",), measures.names):
        unknown = measures.unknown_convention(statement, document)
        yield _held(statement, unknown or _differs(statement, measures, document), document, measures)
    for index, published in enumerate(expect.published):
        ((quantity, figure),) = published.figures.items()
        path: Path = ("expect", "published", index)
        statement = Statement(published.layer, quantity, figure, (*path, quantity))
        wrong = measures.unknown(statement, document, (*path, "layer"))
        wrong = wrong or _verdict(published, statement, measures, document)
        yield _held(statement, wrong, document, measures, f"published {_shown(statement)}")


def _held(
    statement: Statement, wrong: Finding | None, document: Stated, measures: Measures, name: str = ""
) -> Expectation:
    return Expectation(name or _shown(statement), measures.where(document, statement.path), wrong)


def _shown(statement: Statement) -> str:
    """A statement as a sentence: ``C3: parameters are 1,516``."""
    return f"{statement.about} {statement.verb} {_stated(statement)}"


def _stated(statement: Statement) -> str:
    """What is stated, as it is shown."""
    match statement.value:
        case Figure() as figure:
            return number(figure.value, statement.quantity) if figure.exact else harmless(figure.text)
        case tuple() as sizes:
            return times(sizes)
    return str(statement.value)


def _differs(statement: Statement, measures: Measures, document: Stated) -> Finding | None:
    """What is wrong with a figure, `None` where the network has it."""
    if statement.quantity == "output":
        return _shape_differs(statement, measures, document)
    found = measures.of(statement)
    if statement.quantity in FIELDS:
        return _field_differs(statement, found, measures, document)
    figure: Figure = statement.value
    candidates = [each for each in (*found.values, found.also) if isinstance(each, int)]
    if not found.lower_bound and any(figure.rounds_to(each) for each in candidates):
        return None
    nearest = min(candidates, key=lambda each: abs(each - figure.number))
    shown, stated = number(nearest, statement.quantity), _stated(statement)
    about, rule = f"{statement.about} {statement.verb}", "figure-differs"
    if found.lower_bound:
        is_below = all(figure.number + figure.step / 2 < each for each in candidates)
        rule = "figure-differs" if is_below else "not-measured"
        message = f"{about} at least {shown}, of {stated} stated: not every kind of layer is counted"
    elif figure.exact:
        difference, more = abs(nearest - figure.value), "more" if nearest > figure.value else "less"
        message = f"{about} {shown}: {difference:,} {more} than the {stated} stated"
    else:
        message = f"{about} {shown}, which does not round to the {stated} stated"
    return measures.finding(
        rule,
        message,
        statement,
        document,
        found=shown,
        found_number=nearest,
        stated=stated,
        stated_number=figure.value,
        shares=measures.shares(found),
    )


def _shape_differs(statement: Statement, measures: Measures, document: Stated) -> Finding | None:
    shapes = shape_of(measures.analysis, statement.layer)
    if statement.value in shapes:
        return None
    shown, stated = " and ".join(map(times, shapes)), times(statement.value)
    message = f"{statement.about} is {shown}, not the {stated} stated"
    return measures.finding("figure-differs", message, statement, document, found=shown, stated=stated)


def _field_differs(
    statement: Statement, found: Measured, measures: Measures, document: Stated
) -> Finding | None:
    """What is wrong with a size along every axis, or along each; it is the same on every input."""
    sizes = found.values
    alike = {statement.value} if isinstance(statement.value, int) else statement.value
    if sizes and (set(sizes) == alike or sizes == alike):
        return None
    stated = _stated(statement)
    if not sizes or None in sizes:
        message = f"{statement.about} is not defined here, but {stated} is stated"
        return measures.finding("not-measured", message, statement, document, stated=stated)
    shown = "×".join(map(str, sizes if len({*sizes}) > 1 else sizes[:1]))
    message = f"{statement.about} is {shown}, not the {stated} stated"
    return measures.finding("figure-differs", message, statement, document, found=shown, stated=stated)


def _verdict(
    published: Published, statement: Statement, measures: Measures, document: Stated
) -> Finding | None:
    """What a published figure tells: that its verdict is not deserved, or that it is a wrong one."""
    value = measures.count(statement)
    figure: Figure = statement.value
    deserved = "right" if figure.rounds_to(value) else "truncated" if figure.cut_from(value) else "wrong"
    shown, stated, at = number(value, statement.quantity), _stated(statement), statement.path
    about = f"{statement.about} {statement.verb}"
    rule = "verdict-differs"
    if published.verdict != deserved:
        message = f"{about} {shown}, so that the published {stated} is {deserved}, not {published.verdict}"
    elif published.right is not None and published.right != value:
        message = f"{about} {shown}, not the {published.right:,} stated to be right"
        at = (*statement.path[:-1], "right")
    elif deserved == "wrong":
        rule = "published-wrong"
        why = f": {harmless(published.why, longest=200)}" if published.why else ""
        message = f"{about} {shown}, not {stated} as published{why}"
    else:
        return None
    return measures.finding(
        rule,
        message,
        statement,
        document,
        at=at,
        found=shown,
        found_number=value,
        stated=stated,
        stated_number=figure.value,
    )
