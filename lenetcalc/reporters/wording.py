"""What all reporters say alike: where a finding stands, what belongs to it, and how much was checked."""

from collections.abc import Sequence
from pathlib import Path, PurePath

from lenetcalc.errors import Place
from lenetcalc.findings import LEVELS, Finding, Outcome, Share
from lenetcalc.report.cells import percent
from lenetcalc.text import harmless, listed, plural

LONGEST = 2_000
"""Characters of a message that are shown."""

LONGEST_PATH = 4_096
"""Characters of a path that are shown: as many as Linux has in one."""


def plain(text: object, longest: int = LONGEST) -> str:
    """User text that is harmless, and may be longer than in a table."""
    return harmless(text, longest)


def path_of(file: str) -> str:
    """A file as seen from the current folder, with forward slashes; as it is where it lies elsewhere."""
    path = PurePath(file)
    if path.is_absolute():
        here = _here()
        path = path.relative_to(here) if here and path.is_relative_to(here) else path
    return path.as_posix() if file else file


def _here() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # the folder was removed meanwhile
        return None


def shown_path(file: str) -> str:
    """A path in a line of text, which no runner takes for a command."""
    shown = plain(path_of(file), LONGEST_PATH)
    return f"./{shown}" if shown.lstrip().startswith(":") else shown


def located(place: Place) -> str:
    """A place as editors and terminals follow it: ``file:line:column``, or the file alone."""
    numbers = [place.line, place.column] if place.column else [place.line]
    return ":".join([shown_path(place.file), *map(str, numbers if place.line else [])])


def elsewhere(finding: Finding) -> bool:
    """Whether a finding is about the network of another file than it stands in."""
    return path_of(finding.file) != path_of(finding.place.file)


def headline(finding: Finding) -> str:
    """The first line of what is told of a finding."""
    return f"{located(finding.place)}: {finding.level}[{finding.rule}]: {plain(finding.message)}"


def details(finding: Finding) -> list[str]:
    """The lines that follow: the file of the network, the layers that contribute most, the hint."""
    return [line for line in (_where(finding), most(finding), _hint(finding)) if line]


def told(finding: Finding) -> str:
    """All that is told of a finding, the details indented."""
    return "\n  ".join([headline(finding), *details(finding)])


def _where(finding: Finding) -> str:
    return f"in {shown_path(finding.file)}" if elsewhere(finding) else ""


def most(finding: Finding) -> str:
    """The layers that contribute most, each with its part of what was found where that is known."""
    total = finding.found_number
    parts = [f"{plain(share.layer)} {share.value:,}{_part(share, total)}" for share in finding.shares]
    return f"most in {', '.join(parts)}" if parts else ""


def _part(share: Share, total: int | None) -> str:
    return f" ({percent(share.value, total)})" if total and 0 <= share.value <= total else ""


def _hint(finding: Finding) -> str:
    return f"hint: {plain(finding.hint)}" if finding.hint else ""


def trail(path: Sequence[str | int]) -> str:
    """A path within a document: ``layers[3].filters``."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return steps.removeprefix(".")


def told_findings(outcome: Outcome, *, quiet: bool) -> list[Finding]:
    """The findings that a person is told, in the order of files and lines; notes only where not ``quiet``."""
    return [finding for finding in outcome.findings if not quiet or finding.level != "note"]


def summary(outcome: Outcome, *, strict: bool) -> str:
    """One line on what was found, among how much, and whether all of it was checked."""
    files = len(outcome.files)
    if not files:
        return "no file was checked"
    ends = [f"{plural(outcome.unchecked, 'file')} not checked to the end"] if outcome.unchecked else []
    ends += [f"{plural(outcome.untold, 'finding')} of other rules not told"] if outcome.untold else []
    if not outcome.findings:
        well = "" if ends else "all well: "
        return "; ".join([f"{well}{plural(files, 'file')}, {_expectations_kept(outcome)}", *ends])
    found = listed(plural(count, level) for level in LEVELS if (count := outcome.count(level)))
    concerned = sum(any(file.findings) for file in outcome.files)
    among = plural(files, "file") if concerned == files else f"{concerned:,} of {plural(files, 'file')}"
    failing = strict and outcome.count("warning") and not outcome.count("error")
    ends += ["the check is strict, and warnings fail it"] if failing else []
    return "; ".join([f"{found} in {among}", _of_expectations(outcome), *ends])


def _expectations_kept(outcome: Outcome) -> str:
    count = len(outcome.expectations)
    return f"{plural(count, 'expectation')} kept" if count else "no expectations"


def _of_expectations(outcome: Outcome) -> str:
    count, kept = len(outcome.expectations), outcome.kept
    if not count:
        return "no expectation was checked"
    if count == 1:
        return f"the one expectation is {'kept' if kept else 'not kept'}"
    if kept == count:
        return f"all {count:,} expectations are kept"
    return f"{kept:,} of {count:,} expectations {'is' if kept == 1 else 'are'} kept"
