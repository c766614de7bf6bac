"""One network under all that is asked of it, by its own spec and by policies."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.checking import figures, limits
from lenetcalc.checking.statements import Measures, Stated
from lenetcalc.errors import Place, SpecError
from lenetcalc.expansion import MOST_LAYERS
from lenetcalc.expectations import Budget, Expect
from lenetcalc.findings import Checked, Expectation, Finding
from lenetcalc.network import NetworkSpec
from lenetcalc.policy import Policy
from lenetcalc.spec import loads, read


def check_file(
    path: Path, file: str, policies: Sequence[Policy] = (), *, max_layers: int = MOST_LAYERS
) -> Checked:
    """Check the spec in a file, which is called ``file`` in what is found."""
    try:
        text = read(path)
    except SpecError as error:
        return Checked(file, file, others=tuple(findings_of(error, "unreadable-file", file)))
    return check_text(text, file, policies, max_layers=max_layers)


def check_text(
    text: bytes, file: str, policies: Sequence[Policy] = (), *, max_layers: int = MOST_LAYERS
) -> Checked:
    """Check the spec in a text."""
    try:
        spec = loads(text, file=file)
    except SpecError as error:
        return Checked(file, file, others=tuple(findings_of(error, "invalid-spec", file)))
    try:
        analysis = analyze(spec, max_layers=max_layers)
    except SpecError as error:
        return Checked(file, spec.title, others=tuple(findings_of(error, "broken-network", file)))
    return check_analysis(analysis, file, policies)


def check_analysis(analysis: Analysis, file: str, policies: Sequence[Policy] = ()) -> Checked:
    """Check a network that builds."""
    spec = analysis.spec
    documents: list[NetworkSpec | Policy] = [spec, *policies]
    held = [each for document in documents for each in _figures(document, analysis, file)]
    bounds: list[limits.Bound] = []
    for document in documents:
        for bound, each in _limits(document, analysis, file):
            bounds += [bound] if bound else []
            held.append(each)
    others = tuple(limits.contradictions(bounds, Measures(analysis, file)))
    others += () if held else (_nothing_stated(spec, file),)
    return Checked(file, spec.title, tuple(held), others)


def _figures(document: NetworkSpec | Policy, analysis: Analysis, file: str) -> Iterator[Expectation]:
    expect: Expect | None = document.expect
    if expect is not None:
        yield from figures.held(expect, Measures(analysis, file, expect.element_size), document)


def _limits(
    document: NetworkSpec | Policy, analysis: Analysis, file: str
) -> Iterator[tuple[limits.Bound | None, Expectation]]:
    budget: Budget | None = document.budget
    if budget is not None:
        yield from limits.held(budget, Measures(analysis, file, budget.element_size), document)


def _nothing_stated(spec: Stated, file: str) -> Finding:
    return Finding(
        "nothing-stated",
        "neither figures nor limits are stated",
        spec.place() or Place(file),
        file,
        hint="lenetcalc freeze writes the computed figures under expect:",
    )


def findings_of(error: SpecError, rule: str, file: str) -> Iterator[Finding]:
    """The faults of an error as findings."""
    for fault in error.faults:
        place = fault.place or Place(file)
        uses = ", ".join(f"{use.line}:{use.column}" for use in fault.used)
        message = f"{fault.sentence} (used at {uses})" if uses else fault.sentence
        yield Finding(rule, message, place, file, layer=fault.layer, hint=fault.hint)
