"""The outcome as JUnit XML: a test suite for each file, and a test case for each expectation, kept or not."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from lenetcalc.findings import Checked, Finding, Outcome
from lenetcalc.reporters.documents import distinct
from lenetcalc.reporters.wording import LONGEST_PATH, path_of, plain, told, trail

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(outcome: Outcome, *, quiet: bool, strict: bool) -> str:
    """The document, in ASCII, so that it is the same in every encoding."""
    suites = Element("testsuites", name="lenetcalc check")
    for file in outcome.files:
        suites.append(_suite(file, strict=strict))
    _count(suites)
    ElementTree.indent(suites)
    text: bytes = ElementTree.tostring(suites, encoding="us-ascii", xml_declaration=True)
    return text.decode("ascii")


def _suite(file: Checked, *, strict: bool) -> Element:
    name = legal(plain(path_of(file.file), LONGEST_PATH))
    suite = Element("testsuite", name=name)
    cases = [*_cases(file)]
    for case, (_, finding) in zip(distinct(case for case, _ in cases), cases, strict=True):
        element = SubElement(suite, "testcase", name=case, classname=name)
        if finding is not None:
            _tell(element, finding, strict=strict)
    _count(suite)
    return suite


def _cases(file: Checked) -> Iterator[tuple[str, Finding | None]]:
    """What is a test of a file: its expectations, then each finding that belongs to none."""
    for held in file.expectations:
        yield legal(plain(held.name)), held.finding
    for finding in file.others:
        where = trail(finding.path) or finding.layer or ""
        yield legal(plain(f"{finding.rule}: {where}" if where else finding.rule)), finding


def _tell(case: Element, finding: Finding, *, strict: bool) -> None:
    text = legal(told(finding))
    if finding.level == "error" or (strict and finding.level == "warning"):
        message = legal(plain(finding.message))
        SubElement(case, "failure", type=finding.rule, message=message).text = text
    else:
        SubElement(case, "system-out").text = text


def _count(parent: Element) -> None:
    parent.set("tests", str(sum(1 for _ in parent.iter("testcase"))))
    parent.set("failures", str(sum(1 for _ in parent.iter("failure"))))
    parent.set("errors", "0")


def legal(text: str) -> str:
    """A text without the characters that XML 1.0 has not."""
    return _ILLEGAL.sub("", text)
