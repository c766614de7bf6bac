"""What the documents for programs share: their text, and by what a finding is known again."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

from lenetcalc.findings import Finding
from lenetcalc.report.json import dumps
from lenetcalc.reporters.wording import COMMAND, path_of

_SURROGATE = re.compile("[\ud800-\udfff]")


def dumped(document: Any) -> str:
    """A document as JSON that every program can read, and in which no runner finds a command.

    A lone surrogate, which many refuse, is written out as it is elsewhere.
    """
    text = _SURROGATE.sub(lambda found: f"\\\\u{ord(found[0]):04x}", dumps(document))
    return COMMAND.sub(r"##\1\\u005b", text)  # only a string of the document can hold this


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """By what each finding is known again when lines above it have changed; no two are equal."""
    return [sha256(name.encode()).hexdigest() for name in distinct(map(_identity, findings))]


def distinct(names: Iterable[str]) -> list[str]:
    """Names of which the second and later ones that are equal carry a number, as in ``a (2)``."""
    met: Counter[str] = Counter()
    chosen: dict[str, None] = {}
    for name in names:
        each = name
        while each in chosen or met[name] == 0:
            met[name] += 1
            each = name if met[name] == 1 else f"{name} ({met[name]})"
        chosen[each] = None
    return [*chosen]


def _identity(finding: Finding) -> str:
    files = [path_of(finding.file), path_of(finding.place.file)]
    return json.dumps([finding.rule, *files, list(finding.path), finding.layer, finding.quantity])
