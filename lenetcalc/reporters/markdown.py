"""The outcome as Markdown, for the summary of a job or a comment: a heading and a table of findings."""

from collections.abc import Iterator

from lenetcalc.findings import Finding, Outcome
from lenetcalc.report.escaping import code, prose, row
from lenetcalc.reporters.wording import (
    LONGEST_PATH,
    elsewhere,
    located,
    most,
    path_of,
    plain,
    summary,
    told_findings,
)
from lenetcalc.text import plural

MOST_BYTES = 1_000_000
"""Bytes of a summary; GitHub refuses one of more than 1024 KiB."""

_HEAD = ("| Level | Place | Rule | Layer | Finding |", "| --- | --- | --- | --- | --- |")
_LAST_ROW = 200


def render(outcome: Outcome, *, quiet: bool, strict: bool) -> str:
    """A heading that sums up and a row for each finding, below what GitHub takes."""
    findings = told_findings(outcome, quiet=quiet)
    heading = f"### lenetcalc check: {summary(outcome, strict=strict)}"
    if not findings:
        return heading
    room = MOST_BYTES - _LAST_ROW - sum(len(line.encode()) + 1 for line in (heading, "", *_HEAD))
    return "\n".join([heading, "", *_HEAD, *_bounded(findings, room)])


def _bounded(findings: list[Finding], room: int) -> Iterator[str]:
    for index, finding in enumerate(findings):
        line = row(_cells(finding))
        room -= len(line.encode()) + 1
        if room < 0:
            yield row(["", "", "", "", f"and {plural(len(findings) - index, 'more finding')}"])
            return
        yield line


def _cells(finding: Finding) -> list[str]:
    layer = "" if finding.layer is None else code(plain(finding.layer))
    return [finding.level, code(located(finding.place)), code(finding.rule), layer, _told(finding)]


def _told(finding: Finding) -> str:
    about = f"in {code(plain(path_of(finding.file), LONGEST_PATH))}" if elsewhere(finding) else ""
    hint = f"hint: {prose(plain(finding.hint))}" if finding.hint else ""
    return "<br>".join(filter(None, [prose(plain(finding.message)), about, prose(most(finding)), hint]))
