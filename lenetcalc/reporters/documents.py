"""What the documents for programs share: by what a finding is known again."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from lenetcalc.findings import Finding
from lenetcalc.reporters.wording import path_of


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
