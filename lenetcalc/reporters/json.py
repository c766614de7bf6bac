"""The outcome as a document for programs, whole whatever a person is told."""

from typing import Any

from lenetcalc.errors import Place
from lenetcalc.findings import RULES, Checked, Finding, Outcome
from lenetcalc.report.json import dumps
from lenetcalc.reporters.documents import fingerprints
from lenetcalc.reporters.wording import path_of, summary

SCHEMA_VERSION = 1
"""The version of the document; keys are added under the same version, never changed."""


def render(outcome: Outcome, *, quiet: bool, strict: bool) -> str:
    """The document as JSON."""
    return dumps(document(outcome, strict=strict))


def document(outcome: Outcome, *, strict: bool) -> dict[str, Any]:
    """Counts, files, findings and the rules that they are of; lines and columns are counted from 1."""
    findings = outcome.findings
    used = sorted({finding.rule for finding in findings})
    return {
        "document": "lenetcalc check",
        "schema_version": SCHEMA_VERSION,
        "summary": summary(outcome, strict=strict),
        "strict": strict,
        "fails": outcome.fails(strict=strict),
        "counts": _counts(outcome),
        "files": [_file(file) for file in outcome.files],
        "findings": list(map(_finding, findings, fingerprints(findings))),
        "rules": {name: _rule(name) for name in used},
    }


def _counts(outcome: Outcome) -> dict[str, int]:
    return {
        "files": len(outcome.files),
        "expectations": len(outcome.expectations),
        "kept": outcome.kept,
        "unchecked_files": outcome.unchecked,
        "untold": outcome.untold,
        "errors": outcome.count("error"),
        "warnings": outcome.count("warning"),
        "notes": outcome.count("note"),
    }


def _file(file: Checked) -> dict[str, Any]:
    part = Outcome((file,))
    return {
        "file": path_of(file.file),
        "title": file.title,
        "expectations": len(part.expectations),
        "kept": part.kept,
        "findings": len(part.findings),
    }


def _finding(finding: Finding, fingerprint: str) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "message": finding.message,
        "hint": finding.hint or None,
        "file": path_of(finding.file),
        "place": _place(finding.place),
        "path": list(finding.path),
        "layer": finding.layer,
        "quantity": finding.quantity,
        "found": finding.found,
        "found_number": finding.found_number,
        "stated": finding.stated,
        "stated_number": finding.stated_number,
        "shares": [
            {"layer": share.layer, "value": share.value, "place": share.place and _place(share.place)}
            for share in finding.shares
        ],
        "fingerprint": fingerprint,
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": path_of(place.file), "line": place.line or None, "column": place.column or None}


def _rule(name: str) -> dict[str, str]:
    rule = RULES[name]
    return {"level": rule.level, "summary": rule.summary, "explanation": rule.explanation}
