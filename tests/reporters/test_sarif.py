"""SARIF 2.1.0, held against the schema that OASIS publishes."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import unquote, unquote_to_bytes

import pytest
from hypothesis import given, settings
from jsonschema_rs import Draft4Validator

from lenetcalc.errors import Place
from lenetcalc.findings import RULES, Outcome
from lenetcalc.reporters import reported
from lenetcalc.reporters.documents import fingerprints
from lenetcalc.reporters.sarif import SCHEMA, uri
from tests.reporters.outcomes import NOTHING, OVER, SMALL, alone, many, outcomes

SCHEMAS = Path(__file__).parent / "schemas"
PUBLISHED = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
VALIDATOR = Draft4Validator(PUBLISHED, validate_formats=True)


@pytest.mark.parametrize("name", ["sarif-schema-2.1.0.json", "junit-10.xsd"])
def test_a_published_schema_is_as_it_was_published(name: str) -> None:
    digest = sha256((SCHEMAS / name).read_bytes()).hexdigest()
    assert digest in (SCHEMAS / "README.md").read_text(encoding="utf-8")


def run(outcome: Outcome) -> Any:
    (only,) = json.loads(reported(outcome, "sarif"))["runs"]
    return only


def test_the_document_names_the_schema_that_it_keeps_to() -> None:
    document = json.loads(reported(SMALL, "sarif"))
    assert (document["$schema"], document["version"]) == (SCHEMA, "2.1.0")
    assert PUBLISHED["id"] == SCHEMA


def test_every_rule_is_told_with_its_help() -> None:
    rules = run(NOTHING)["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [*RULES]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == [
        rule.level for rule in RULES.values()
    ]
    assert all(rule["help"]["text"] and rule["shortDescription"]["text"] for rule in rules)


def test_a_result() -> None:
    found = run(SMALL)["results"][4]
    assert found == {
        "ruleId": "over-budget",
        "ruleIndex": [*RULES].index("over-budget"),
        "level": "error",
        "message": {
            "text": "parameters of C5 are 61,706, above the max: of 60,000\nin nets/wide.yaml\n"
            "most in C5 48,120 (78.0 %), F6 10,164 (16.5 %)\nhint: give C5 fewer filters"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "policy.yaml"},
                    "region": {"startLine": 4, "startColumn": 3},
                },
                "logicalLocations": [{"fullyQualifiedName": "C5", "kind": "member"}],
            }
        ],
        "relatedLocations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "nets/wide.yaml"},
                    "region": {"startLine": 9, "startColumn": 5},
                },
                "message": {"text": "C5: 48,120"},
            }
        ],
        "partialFingerprints": {"lenetcalcFinding/v1": fingerprints([OVER])[0]},
        "properties": {
            "network": "nets/wide.yaml",
            "quantity": "parameters",
            "found": "61,706",
            "stated": "60,000",
        },
    }


@pytest.mark.parametrize(
    ("line", "column", "region"),
    [(0, 0, None), (3, 0, {"startLine": 3}), (3, 7, {"startLine": 3, "startColumn": 7})],
)
def test_a_region_is_told_where_a_line_is_known(line: int, column: int, region: object) -> None:
    (found,) = run(alone(replace(OVER, place=Place("a", line, column))))["results"]
    assert found["locations"][0]["physicalLocation"].get("region") == region


@pytest.mark.parametrize(
    ("file", "reference"),
    [
        ("nets/a.yaml", "nets/a.yaml"),
        ("a b.yaml", "a%20b.yaml"),
        ("c:d#e?f%.yaml", "c%3Ad%23e%3Ff%25.yaml"),
        ("网.yaml", "%E7%BD%91.yaml"),
        ("\udcff", "%FF"),
        ("\ud800", "%5Cud800"),
        ("/elsewhere/a b.yaml", "file:///elsewhere/a%20b.yaml"),
        ("//host/a", "file:///host/a"),
    ],
)
def test_a_file_is_a_percent_encoded_reference(file: str, reference: str) -> None:
    assert uri(file) == reference


def test_a_reference_leads_back_to_its_file() -> None:
    assert unquote(uri("nets/é: ?.yaml")) == "nets/é: ?.yaml"
    assert unquote_to_bytes(uri("\udcff")) == b"\xff"


@pytest.mark.parametrize(
    ("message", "text"),
    [("{0} and {", "{{0}} and {{"), ("[here](http://a.b)", "[here] (http://a.b)")],
    ids=["placeholder", "link"],
)
def test_a_message_has_no_arguments_and_no_links(message: str, text: str) -> None:
    (found,) = run(alone(replace(OVER, message=message)))["results"]
    assert found["message"]["text"].startswith(f"{text}\n")


@pytest.mark.parametrize("outcome", [NOTHING, SMALL, many(1000)], ids=["nothing", "small", "thousand"])
def test_it_keeps_to_the_published_schema(outcome: Outcome) -> None:
    VALIDATOR.validate(json.loads(reported(outcome, "sarif")))


def test_the_published_schema_refuses_what_it_must() -> None:
    document = json.loads(reported(SMALL, "sarif"))
    document["runs"][0]["results"][4]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert not VALIDATOR.is_valid(document)


@given(outcomes)
@settings(max_examples=100, deadline=None)
def test_whatever_the_names_it_keeps_to_the_published_schema(outcome: Outcome) -> None:
    text = reported(outcome, "sarif")
    text.encode()
    VALIDATOR.validate(json.loads(text))
    assert len(json.loads(text)["runs"][0]["results"]) == len(outcome.findings)
