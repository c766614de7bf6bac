"""The outcome as SARIF 2.1.0 (OASIS), which GitHub's code scanning and many viewers read."""

from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from lenetcalc import __version__
from lenetcalc.errors import Place
from lenetcalc.findings import RULES, Finding, Outcome, Rule
from lenetcalc.report.json import dumps
from lenetcalc.reporters.documents import fingerprints
from lenetcalc.reporters.wording import details, path_of, plain

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
"""The published schema that the document keeps to."""

_INDEX = {name: index for index, name in enumerate(RULES)}


def render(outcome: Outcome, *, quiet: bool, strict: bool) -> str:
    """One run with every rule, and a result for each finding."""
    findings = outcome.findings
    driver = {"name": "lenetcalc", "semanticVersion": __version__, "rules": [*map(_rule, RULES.values())]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": list(map(_result, findings, fingerprints(findings))),
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.name,
        "shortDescription": _message(rule.summary),
        "fullDescription": _message(rule.explanation),
        "help": _message(rule.explanation),
        "defaultConfiguration": {"level": rule.level},
    }


def _result(finding: Finding, fingerprint: str) -> dict[str, Any]:
    location = _location(finding.place)
    if finding.layer is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.layer, "kind": "member"}]
    related: list[dict[str, Any]] = []
    for share in finding.shares:
        if share.place is not None:
            where = _location(share.place)
            each = {**where, "message": _message(f"{plain(share.layer)}: {share.value:,}")}
            related += [each] if each not in related else []  # the schema wants no two alike
    known = {"network": path_of(finding.file), "quantity": finding.quantity}
    figures = {"found": finding.found, "stated": finding.stated}
    return {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": finding.level,
        "message": _message("\n".join([plain(finding.message), *details(finding)])),
        "locations": [location],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"lenetcalcFinding/v1": fingerprint},
        "properties": {name: text for name, text in {**known, **figures}.items() if text is not None},
    }


def _message(text: str) -> dict[str, str]:
    """A plain text in which nothing stands for an argument (3.11.5) or is a link (3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _location(place: Place) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(place.file)}}
    if place.line:
        column = {"startColumn": place.column} if place.column else {}
        physical["region"] = {"startLine": place.line, **column}
    return {"physicalLocation": physical}


def uri(file: str) -> str:
    """A file as seen from the current folder, percent-encoded; with ``file:`` where it lies elsewhere.

    >>> uri("nets/le net:5.yaml")
    'nets/le%20net%3A5.yaml'
    """
    path = path_of(file)
    try:
        raw = path.encode("utf-8", "surrogateescape")  # the bytes that a file system has
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "backslashreplace")
    quoted = quote(raw)
    return f"file:///{quoted.lstrip('/')}" if PurePath(path).is_absolute() else quoted
