"""A report as JSON: exact integers, the same keys whatever is shown, and the version of its schema."""

import json

from lenetcalc.report.model import Report


def render(report: Report, *, width: int) -> str:
    """The report's document; JSON has no width."""
    return json.dumps(report.document(), ensure_ascii=False, indent=2)
