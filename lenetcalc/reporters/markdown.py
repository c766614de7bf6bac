"""The outcome as Markdown, for the summary of a job or a comment: a heading and a table of findings."""

import re
from collections.abc import Iterable, Iterator

from lenetcalc.findings import Finding, Outcome
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
_MARKUP = re.compile(r"""[\\`*_{}\[\]<>|~!&$^"'=@#]|:(?!\s|$)|(?<=[wW])\.""")
_BREAK = "&#8203;"  # a space of no width, so that no name is notified, no number linked and no picture drawn


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
        row = _row(_cells(finding))
        room -= len(row.encode()) + 1
        if room < 0:
            yield _row(["", "", "", "", f"and {plural(len(findings) - index, 'more finding')}"])
            return
        yield row


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(finding: Finding) -> list[str]:
    layer = "" if finding.layer is None else code(plain(finding.layer))
    return [finding.level, code(located(finding.place)), code(finding.rule), layer, _told(finding)]


def _told(finding: Finding) -> str:
    about = f"in {code(plain(path_of(finding.file), LONGEST_PATH))}" if elsewhere(finding) else ""
    hint = f"hint: {prose(plain(finding.hint))}" if finding.hint else ""
    return "<br>".join(filter(None, [prose(plain(finding.message)), about, prose(most(finding)), hint]))


def prose(text: str) -> str:
    """A text of which Markdown makes nothing but itself."""
    return _MARKUP.sub(_entity, text)


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};" + (_BREAK if found[0] in "@#:" else "")


def code(text: str) -> str:
    r"""A name as code in a cell of a table, between more backticks than it has in a row.

    A bar needs an odd number of backslashes before it: with an even one it ends the cell.

    >>> code("a`b|c")
    '``a`b\\|c``'
    """
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if not text.strip(" ") or text[0] in "` " or text[-1] in "` " else ""
    within = re.sub(r"(\\*)\|", lambda found: found[1] + "\\" * (1 + len(found[1]) % 2) + "|", text)
    return f"{fence}{padding}{within}{padding}{fence}"
