"""The documents for programs: our own JSON, and GitLab's Code Quality."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings

from lenetcalc.errors import Place
from lenetcalc.findings import RULES, Outcome
from lenetcalc.reporters import reported
from lenetcalc.reporters.documents import distinct, fingerprints
from tests.reporters.outcomes import NOTHING, OVER, SMALL, UNMEASURED, alone, many, outcomes


def document(outcome: Outcome, form: str = "json", *, strict: bool = False) -> Any:
    return json.loads(reported(outcome, form, strict=strict))


def test_the_counts() -> None:
    head = document(SMALL)
    assert [*head] == [
        *("document", "schema_version", "summary", "strict", "fails", "counts", "files", "findings", "rules"),
    ]
    assert (head["document"], head["schema_version"], head["strict"], head["fails"]) == (
        "lenetcalc check",
        1,
        False,
        True,
    )
    assert head["counts"] == {
        "files": 4,
        "expectations": 5,
        "kept": 2,
        "unchecked_files": 1,
        "untold": 0,
        "errors": 3,
        "warnings": 1,
        "notes": 1,
    }
    assert head["files"][1] == {
        "file": "nets/wide.yaml",
        "title": "Wide",
        "expectations": 2,
        "kept": 0,
        "findings": 2,
    }


def test_a_finding() -> None:
    found = document(SMALL)["findings"][4]
    assert found.pop("fingerprint") == fingerprints([OVER])[0]
    assert found == {
        "rule": "over-budget",
        "level": "error",
        "message": "parameters of C5 are 61,706, above the max: of 60,000",
        "hint": "give C5 fewer filters",
        "file": "nets/wide.yaml",
        "place": {"file": "policy.yaml", "line": 4, "column": 3},
        "path": ["budget", 0, "max"],
        "layer": "C5",
        "quantity": "parameters",
        "found": "61,706",
        "found_number": 61706,
        "stated": "60,000",
        "stated_number": 60000,
        "shares": [
            {"layer": "C5", "value": 48120, "place": {"file": "nets/wide.yaml", "line": 9, "column": 5}},
            {"layer": "F6", "value": 10164, "place": None},
        ],
    }


def test_what_is_not_known_is_null() -> None:
    found = document(SMALL)["findings"][0]
    assert found["place"] == {"file": "broken.yaml", "line": None, "column": None}
    assert {found[key] for key in ("hint", "layer", "quantity", "found", "found_number")} == {None}


def test_the_rules_that_findings_are_of_are_explained() -> None:
    rules = document(SMALL)["rules"]
    assert [*rules] == sorted(finding.rule for finding in SMALL.findings)
    assert rules["over-budget"] == {
        "level": "error",
        "summary": RULES["over-budget"].summary,
        "explanation": RULES["over-budget"].explanation,
    }


def test_a_warning_fails_a_strict_check() -> None:
    warned = alone(UNMEASURED)
    assert (document(warned)["fails"], document(warned, strict=True)["fails"]) == (False, True)


def test_a_document_is_whole_however_quiet() -> None:
    for form in ("json", "gitlab", "sarif", "junit"):
        assert reported(SMALL, form, quiet=True) == reported(SMALL, form)


def test_a_check_of_nothing() -> None:
    empty = document(NOTHING)
    assert (empty["findings"], empty["files"], empty["rules"], empty["fails"]) == ([], [], {}, False)
    assert document(NOTHING, "gitlab") == []


@given(outcomes)
@settings(max_examples=100, deadline=None)
def test_what_was_put_in_comes_out(outcome: Outcome) -> None:
    text = reported(outcome, "json")
    text.encode()
    found = json.loads(text)["findings"]
    assert [each["message"] for each in found] == [written(each.message) for each in outcome.findings]
    assert [each["layer"] for each in found] == [written(each.layer) for each in outcome.findings]
    assert [each["path"] for each in found] == [[*map(written, each.path)] for each in outcome.findings]


def written(text: object) -> object:
    """A text with its lone surrogates written out."""
    return text.encode("utf-8", "backslashreplace").decode() if isinstance(text, str) else text


def test_gitlabs_report() -> None:
    first, *_, last = document(SMALL, "gitlab")
    assert first == {
        "description": "a 5×5 kernel does not fit a 4×4 map",
        "check_name": "broken-network",
        "fingerprint": first["fingerprint"],
        "severity": "major",
        "location": {"path": "broken.yaml", "lines": {"begin": 1}},
    }
    assert last["description"] == (
        "parameters of C5 are 61,706, above the max: of 60,000; in nets/wide.yaml; "
        "most in C5 48,120 (78.0 %), F6 10,164 (16.5 %); hint: give C5 fewer filters"
    )
    assert last["location"] == {"path": "policy.yaml", "lines": {"begin": 4}}
    assert [each["severity"] for each in document(SMALL, "gitlab")] == [
        "major",
        "info",
        "major",
        "minor",
        "major",
    ]


@given(outcomes)
@settings(max_examples=100, deadline=None)
def test_gitlab_can_read_every_report(outcome: Outcome) -> None:
    """What GitLab requires of each entry, by its documentation."""
    text = reported(outcome, "gitlab")
    text.encode()
    entries = json.loads(text)
    for entry in entries:
        assert all(isinstance(entry[key], str) for key in ("description", "check_name", "fingerprint"))
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert isinstance(entry["location"]["path"], str)
        assert entry["location"]["lines"]["begin"] >= 1
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == len(outcome.findings)


def test_a_finding_is_known_again_when_lines_above_it_change() -> None:
    moved = replace(OVER, place=Place("policy.yaml", 40, 30), message="other words", found="1", hint="")
    assert fingerprints([OVER]) == fingerprints([moved])


def test_another_finding_has_another_fingerprint() -> None:
    others = [
        replace(OVER, rule="under-budget"),
        replace(OVER, file="x.yaml"),
        replace(OVER, place=Place("other.yaml", 4, 3)),
        replace(OVER, path=("budget", "0", "max")),
        replace(OVER, layer="C6"),
        replace(OVER, layer=None),
        replace(OVER, quantity="macs"),
    ]
    assert len({*fingerprints([OVER, *others])}) == len(others) + 1


def test_equal_findings_are_told_apart_by_their_order() -> None:
    first, *_ = marks = fingerprints(many(1000).findings)
    assert len({*marks}) == 1000
    assert fingerprints(many(1).findings) == [first]


def test_names_are_made_distinct() -> None:
    assert distinct(["a", "b", "a", "a (2)", "a", "b"]) == ["a", "b", "a (2)", "a (2) (2)", "a (3)", "b (2)"]
    assert distinct(["a (2)", "a", "a"]) == ["a (2)", "a", "a (3)"]
