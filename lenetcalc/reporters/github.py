"""The outcome as commands of GitHub's workflows, which annotate the lines of a pull request."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lenetcalc.findings import LEVELS, Finding, Level, Outcome
from lenetcalc.reporters.wording import (
    LONGEST_PATH,
    details,
    headline,
    path_of,
    plain,
    summary,
    told_findings,
)
from lenetcalc.text import plural

MOST = 10
"""Annotations of a level that GitHub shows of one step."""

_COMMANDS: Mapping[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}
_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_DATA = str.maketrans(_IN_DATA)
_PROPERTY = str.maketrans({**_IN_DATA, ":": "%3A", ",": "%2C"})


def render(outcome: Outcome, *, quiet: bool, strict: bool) -> str:
    """At most ten annotations of each level, the gravest first, and a last line that sums up."""
    findings = told_findings(outcome, quiet=quiet)
    lines = [line for level in LEVELS for line in _annotations(level, findings)]
    return "\n".join(lines if quiet else [*lines, summary(outcome, strict=strict)])


def _annotations(level: Level, findings: Sequence[Finding]) -> Iterator[str]:
    chosen = [finding for finding in findings if finding.level == level]
    more = len(chosen) - MOST
    for index, finding in enumerate(chosen[:MOST], start=1):
        last = (
            [f"and {plural(more, f'more {level}')}, see the job summary"]
            if index == MOST < len(chosen)
            else []
        )
        yield _command(finding, [headline(finding), *details(finding), *last])


def _in_workspace(file: str) -> str:
    """A file as seen from the repository, where a job says which folder that is."""
    root = os.environ.get("GITHUB_WORKSPACE")
    if not root or not os.path.exists(file):
        return path_of(file)
    path, root = Path(os.path.realpath(file)), os.path.realpath(root)
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path_of(file)


def _command(finding: Finding, lines: Sequence[str]) -> str:
    place = finding.place
    properties = {
        "title": f"lenetcalc ({finding.rule})",
        "file": plain(_in_workspace(place.file), LONGEST_PATH),
        "line": str(place.line or ""),
        "col": str(place.column or "") if place.line else "",
    }
    stated = ",".join(f"{name}={text.translate(_PROPERTY)}" for name, text in properties.items() if text)
    return f"::{_COMMANDS[finding.level]} {stated}::" + "\n".join(lines).translate(_DATA)
