"""A report as JSON: exact integers, the same keys whatever is shown, and the version of its schema."""

import json
import re
from typing import Any

from lenetcalc.report.model import Report
from lenetcalc.text import COMMAND

_DANGEROUS = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_ASCII = re.compile("[^\x00-\x7f]+")


def render(report: Report, *, width: int) -> str:
    """The report's document; JSON has no width."""
    return dumps(report.document())


def dumps(document: Any) -> str:
    """A document as JSON text that every program reads, and that steers neither a terminal nor a runner.

    A lone surrogate, which many refuse, is written out as it is in a table.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2)
    text = _SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", text)
    text = COMMAND.sub(r"##\1\\u005b", text)  # only a string of the document can hold this
    return _DANGEROUS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def in_ascii(text: str) -> str:
    """The same JSON text in ASCII alone."""
    return _NOT_ASCII.sub(lambda found: json.dumps(found[0])[1:-1], text)
