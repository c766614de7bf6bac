"""A report as JSON: exact integers, the same keys whatever is shown, and the version of its schema."""

import json

from lenetcalc.report.model import Report


def render(report: Report) -> str:
    """The report's document."""
    return json.dumps(report.document, ensure_ascii=False, indent=2)
