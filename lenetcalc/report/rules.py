"""The rules of findings as a report."""

from collections.abc import Mapping, Sequence
from typing import Any

from lenetcalc.findings import Rule
from lenetcalc.report.model import Column, Report, Table

SCHEMA_VERSION = 1
"""The version of the document."""


def rules_report(rules: Sequence[Rule], *, whole: bool) -> Report:
    """What rules say, and on request the ``whole`` of it: what they mean and what to do about it."""
    columns = [Column("Rule"), Column("Level"), Column("Found", folds=True)]
    rows = tuple([(rule.name, rule.level, rule.summary) for rule in rules])
    return Report(
        title="Rules of lenetcalc check",
        facts={},
        tables=(Table(tuple(columns), rows),),
        footer={rule.name: rule.explanation for rule in rules} if whole else {},
        notes=(),
        document=lambda: _document(rules),
    )


def _document(rules: Sequence[Rule]) -> Mapping[str, Any]:
    return {
        "document": "lenetcalc rules",
        "schema_version": SCHEMA_VERSION,
        "rules": [
            {
                "name": rule.name,
                "level": rule.level,
                "summary": rule.summary,
                "explanation": rule.explanation,
            }
            for rule in rules
        ],
    }
