"""JUnit XML, held against the schema of Jenkins' xUnit plugin."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings
from xmlschema import XMLSchema

from lenetcalc.findings import Checked, Expectation, Outcome
from lenetcalc.reporters import reported
from lenetcalc.reporters.junit import legal
from tests.reporters.outcomes import (
    BROKEN,
    NOTHING,
    OVER,
    PUBLISHED,
    SMALL,
    UNMEASURED,
    alone,
    many,
    outcomes,
)

SCHEMA = XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")

EXPECTED = """\
<?xml version='1.0' encoding='us-ascii'?>
<testsuites name="lenetcalc check" tests="7" failures="3" errors="0">
  <testsuite name="nets/lenet5.yaml" tests="3" failures="1" errors="0">
    <testcase name="parameters" classname="nets/lenet5.yaml" />
    <testcase name="connections" classname="nets/lenet5.yaml">
      <failure type="figure-differs" message="connections are 340,908, and 340,000 is stated">\
nets/lenet5.yaml:21:11: error[figure-differs]: connections are 340,908, and 340,000 is stated
  hint: lenetcalc freeze writes the computed ones</failure>
    </testcase>
    <testcase name="published-wrong" classname="nets/lenet5.yaml">
      <system-out>nets/lenet5.yaml:8:2: note[published-wrong]: its source prints 60,000 parameters\
</system-out>
    </testcase>
  </testsuite>
  <testsuite name="nets/wide.yaml" tests="2" failures="1" errors="0">
    <testcase name="parameters at most 60,000" classname="nets/wide.yaml">
      <failure type="over-budget" message="parameters of C5 are 61,706, above the max: of 60,000">\
policy.yaml:4:3: error[over-budget]: parameters of C5 are 61,706, above the max: of 60,000
  in nets/wide.yaml
  most in C5 48,120 (78.0 %), F6 10,164 (16.5 %)
  hint: give C5 fewer filters</failure>
    </testcase>
    <testcase name="thop" classname="nets/wide.yaml">
      <system-out>nets/wide.yaml:30: warning[not-measured]: thop does not count rbf</system-out>
    </testcase>
  </testsuite>
  <testsuite name="broken.yaml" tests="1" failures="1" errors="0">
    <testcase name="broken-network" classname="broken.yaml">
      <failure type="broken-network" message="a 5&#215;5 kernel does not fit a 4&#215;4 map">\
broken.yaml: error[broken-network]: a 5&#215;5 kernel does not fit a 4&#215;4 map</failure>
    </testcase>
  </testsuite>
  <testsuite name="kept.yaml" tests="1" failures="0" errors="0">
    <testcase name="macs" classname="kept.yaml" />
  </testsuite>
</testsuites>"""


def suites(outcome: Outcome, *, strict: bool = False) -> Element:
    return ElementTree.fromstring(reported(outcome, "junit", strict=strict))


def test_the_whole_report() -> None:
    assert reported(SMALL, "junit") == EXPECTED


@pytest.mark.parametrize(
    ("finding", "strict", "tag"),
    [
        (OVER, False, "failure"),
        (UNMEASURED, False, "system-out"),
        (UNMEASURED, True, "failure"),
        (PUBLISHED, True, "system-out"),
    ],
    ids=["error", "warning", "strict warning", "strict note"],
)
@pytest.mark.parametrize("held", [True, False], ids=["of an expectation", "of none"])
def test_what_fails(finding: object, strict: bool, tag: str, held: bool) -> None:
    assert isinstance(finding, type(OVER))
    file = (
        Checked("a", "a", (Expectation("x", finding.place, finding),))
        if held
        else Checked("a", "a", (), (finding,))
    )
    root = suites(Outcome((file,)), strict=strict)
    assert [child.tag for case in root.iter("testcase") for child in case] == [tag]
    assert root.attrib["failures"] == str(int(tag == "failure"))


@pytest.mark.parametrize(
    ("finding", "name"),
    [
        (BROKEN, "broken-network"),
        (replace(BROKEN, layer="C5"), "broken-network: C5"),
        (replace(BROKEN, layer="C5", path=("layers", 3)), "broken-network: layers[3]"),
    ],
)
def test_a_finding_of_no_expectation_is_a_case_of_its_own(finding: object, name: str) -> None:
    assert isinstance(finding, type(OVER))
    assert [case.attrib["name"] for case in suites(alone(finding)).iter("testcase")] == [name]


def test_a_thousand_cases_have_names_of_their_own() -> None:
    cases = [*suites(many(1000)).iter("testcase")]
    assert len({case.attrib["name"] for case in cases}) == 1000


@pytest.mark.parametrize("outcome", [NOTHING, SMALL, many(100)], ids=["nothing", "small", "hundred"])
def test_it_keeps_to_the_published_schema(outcome: Outcome) -> None:
    SCHEMA.validate(reported(outcome, "junit"))


def test_the_published_schema_refuses_what_it_must() -> None:
    assert not SCHEMA.is_valid(EXPECTED.replace(' name="thop"', ""))


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\x00\x1bb", "ab"), ("\ufffe\uffff\ud800", ""), ("\t\n\r é🙂\ufffd", "\t\n\r é🙂\ufffd")],
    ids=["controls", "no characters", "legal"],
)
def test_what_xml_has_not_is_removed(text: str, kept: str) -> None:
    assert legal(text) == kept


@given(outcomes)
@settings(max_examples=60, deadline=None)
def test_whatever_the_names_it_keeps_to_the_published_schema(outcome: Outcome) -> None:
    text = reported(outcome, "junit")
    SCHEMA.validate(text)
    root = ElementTree.fromstring(text)
    others = sum(len(file.others) for file in outcome.files)
    assert root.attrib["tests"] == str(len(outcome.expectations) + others)
    assert root.attrib["failures"] == str(outcome.count("error"))
    for suite, file in zip(root, outcome.files, strict=True):
        assert len(suite) == int(suite.attrib["tests"]) == len(file.expectations) + len(file.others)
        assert len([*suite.iter("failure")]) == int(suite.attrib["failures"])


@given(outcomes)
@settings(max_examples=60, deadline=None)
def test_a_strict_check_counts_warnings_as_failures(outcome: Outcome) -> None:
    failures = outcome.count("error") + outcome.count("warning")
    assert suites(outcome, strict=True).attrib["failures"] == str(failures)
