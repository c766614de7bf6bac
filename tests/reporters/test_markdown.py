"""Markdown: a table that stays one, in which names are names and text is text."""

import re
from dataclasses import replace

from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lenetcalc.findings import Outcome
from lenetcalc.reporters import reported
from lenetcalc.reporters.markdown import MOST_BYTES
from tests.reporters.outcomes import NOTHING, OVER, SMALL, alone, many, outcomes

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

EXPECTED = """\
### lenetcalc check: 3 errors, 1 warning and 1 note in 3 of 4 files; 2 of 5 expectations are kept; \
1 file not checked to the end

| Level | Place | Rule | Layer | Finding |
| --- | --- | --- | --- | --- |
| error | `broken.yaml` | `broken-network` |  | a 5×5 kernel does not fit a 4×4 map |
| note | `nets/lenet5.yaml:8:2` | `published-wrong` |  | its source prints 60,000 parameters |
| error | `nets/lenet5.yaml:21:11` | `figure-differs` |  | connections are 340,908, and 340,000 is stated<br>\
hint: lenetcalc freeze writes the computed ones |
| warning | `nets/wide.yaml:30` | `not-measured` |  | thop does not count rbf |
| error | `policy.yaml:4:3` | `over-budget` | `C5` | parameters of C5 are 61,706, above the max: of \
60,000<br>in `nets/wide.yaml`<br>most in C5 48,120 (78.0 %), F6 10,164 (16.5 %)<br>\
hint: give C5 fewer filters |"""


def test_the_whole_report() -> None:
    assert reported(SMALL, "markdown") == EXPECTED


def test_a_quiet_report_has_no_notes() -> None:
    assert "published-wrong" not in reported(SMALL, "markdown", quiet=True)
    assert reported(SMALL, "markdown", quiet=True).count("\n") == EXPECTED.count("\n") - 1


def test_a_check_of_nothing_has_no_table() -> None:
    assert reported(NOTHING, "markdown") == "### lenetcalc check: no file was checked"


def columns(row: str) -> set[int]:
    """How many cells a row has, where each backslash takes the sign after it, and where a bar looks back."""
    bars = re.findall(r"\\.|[^|\\]|(\|)", row)
    return {bars.count("|") - 1, len(re.findall(r"(?<!\\)\|", row)) - 1}


def inlines(text: str) -> list[Token]:
    return [child for token in PARSER.parse(text) for child in token.children or []]


@given(outcomes)
@settings(max_examples=150, deadline=None)
def test_a_table_keeps_its_columns_and_rows(outcome: Outcome) -> None:
    text = reported(outcome, "markdown")
    rows = text.split("\n")[2:]
    assert len(rows) == (len(outcome.findings) + 2 if outcome.findings else 0)
    assert {count for row in rows for count in columns(row)} <= {5}
    kinds = [token.type for token in PARSER.parse(text)]
    assert kinds.count("td_open") == 5 * len(outcome.findings)
    assert kinds.count("tr_open") == max(len(rows) - 1, 0)


@given(outcomes)
@settings(max_examples=100, deadline=None)
def test_nothing_becomes_markup_but_ours(outcome: Outcome) -> None:
    tokens = inlines(reported(outcome, "markdown"))
    assert {token.type for token in tokens} <= {"text", "text_special", "code_inline", "html_inline"}
    assert {token.content for token in tokens if token.type == "html_inline"} <= {"<br>"}


def test_a_long_report_is_cut_and_says_so() -> None:
    long = replace(OVER, message="|" * 2000, hint="@" * 2000)
    outcome = Outcome(tuple(file for _ in range(100) for file in alone(long).files))
    text = reported(outcome, "markdown")
    rows = text.splitlines()[4:]
    assert MOST_BYTES - 40_000 < len(text.encode()) < MOST_BYTES < 1024 * 1024
    assert rows[-1] == f"|  |  |  |  | and {100 - len(rows) + 1} more findings |"


def test_a_thousand_findings_fit() -> None:
    assert len(reported(many(1000), "markdown").splitlines()) == 1004
