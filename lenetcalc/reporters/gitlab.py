"""The outcome as a report of GitLab's Code Quality, which shows findings in a merge request."""

from collections.abc import Mapping
from typing import Any

from lenetcalc.findings import Finding, Level, Outcome
from lenetcalc.report.json import dumps
from lenetcalc.reporters.documents import fingerprints
from lenetcalc.reporters.wording import details, path_of, plain

_SEVERITIES: Mapping[Level, str] = {"error": "major", "warning": "minor", "note": "info"}


def render(outcome: Outcome, *, quiet: bool, strict: bool) -> str:
    """A list of findings; GitLab has no place for what was kept."""
    return dumps(list(map(_finding, outcome.findings, fingerprints(outcome.findings))))


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "description": "; ".join([plain(finding.message), *details(finding)]),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.level],
        "location": {"path": path_of(finding.place.file), "lines": {"begin": max(finding.place.line, 1)}},
    }
