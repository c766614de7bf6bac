"""The reports that people read on a terminal: full and concise, and the line that sums up."""

from dataclasses import replace
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings

from lenetcalc.errors import Place
from lenetcalc.findings import Checked, Expectation, Finding, Outcome, Share
from lenetcalc.reporters import DEFAULT, IN_JSON, REPORTERS, reported
from lenetcalc.reporters.wording import path_of, summary, trail
from tests.reporters.outcomes import (
    BROKEN,
    DIFFERS,
    NOTHING,
    OVER,
    PUBLISHED,
    SMALL,
    UNMEASURED,
    WELL,
    alone,
    many,
    outcomes,
)

SUMMARY = (
    "3 errors, 1 warning and 1 note in 3 of 4 files; 2 of 5 expectations are kept; "
    "1 file not checked to the end"
)

TEXT = f"""\
broken.yaml: error[broken-network]: a 5×5 kernel does not fit a 4×4 map
nets/lenet5.yaml:8:2: note[published-wrong]: its source prints 60,000 parameters
nets/lenet5.yaml:21:11: error[figure-differs]: connections are 340,908, and 340,000 is stated
  hint: lenetcalc freeze writes the computed ones
nets/wide.yaml:30: warning[not-measured]: thop does not count rbf
policy.yaml:4:3: error[over-budget]: parameters of C5 are 61,706, above the max: of 60,000
  in nets/wide.yaml
  most in C5 48,120 (78.0 %), F6 10,164 (16.5 %)
  hint: give C5 fewer filters
{SUMMARY}"""

CONCISE = f"""\
broken.yaml: broken-network a 5×5 kernel does not fit a 4×4 map
nets/lenet5.yaml:8:2: published-wrong its source prints 60,000 parameters
nets/lenet5.yaml:21:11: figure-differs connections are 340,908, and 340,000 is stated
nets/wide.yaml:30: not-measured thop does not count rbf
policy.yaml:4:3: over-budget parameters of C5 are 61,706, above the max: of 60,000 (in nets/wide.yaml)
{SUMMARY}"""


@pytest.mark.parametrize(("form", "expected"), [("text", TEXT), ("concise", CONCISE)])
def test_the_whole_report(form: str, expected: str) -> None:
    assert reported(SMALL, form) == expected


@pytest.mark.parametrize(("form", "whole"), [("text", TEXT), ("concise", CONCISE)])
def test_a_quiet_report_has_neither_notes_nor_a_summary(form: str, whole: str) -> None:
    lines = [line for line in whole.splitlines()[:-1] if "published-wrong" not in line]
    assert reported(SMALL, form, quiet=True).splitlines() == lines


@pytest.mark.parametrize("form", ["text", "concise", "github"])
def test_nothing_is_said_quietly_where_all_is_well(form: str) -> None:
    assert reported(WELL, form, quiet=True) == ""


def one(*held: Finding | None, others: tuple[Finding, ...] = ()) -> Outcome:
    return Outcome(
        (Checked("a", "a", tuple(Expectation("x", Place("a", 1, 1), each) for each in held), others),)
    )


@pytest.mark.parametrize(
    ("outcome", "strict", "said"),
    [
        pytest.param(NOTHING, False, "no file was checked", id="no file"),
        pytest.param(WELL, True, "all well: 3 files, 6 expectations kept", id="well"),
        pytest.param(one(None), False, "all well: 1 file, 1 expectation kept", id="one"),
        pytest.param(one(), False, "all well: 1 file, no expectations", id="nothing stated"),
        pytest.param(
            one(DIFFERS), False, "1 error in 1 file; the one expectation is not kept", id="one error"
        ),
        pytest.param(one(PUBLISHED), False, "1 note in 1 file; the one expectation is kept", id="one note"),
        pytest.param(
            one(None, OVER), False, "1 error in 1 file; 1 of 2 expectations is kept", id="one of two"
        ),
        pytest.param(
            one(None, None, others=(PUBLISHED,)),
            False,
            "1 note in 1 file; all 2 expectations are kept",
            id="all kept",
        ),
        pytest.param(
            alone(BROKEN),
            False,
            "1 error in 1 file; no expectation was checked; 1 file not checked to the end",
            id="none checked",
        ),
        pytest.param(
            one(None, UNMEASURED), False, "1 warning in 1 file; 1 of 2 expectations is kept", id="warning"
        ),
        pytest.param(
            one(None, UNMEASURED),
            True,
            "1 warning in 1 file; 1 of 2 expectations is kept; the check is strict, and warnings fail it",
            id="strict",
        ),
        pytest.param(
            one(DIFFERS, UNMEASURED),
            True,
            "1 error and 1 warning in 1 file; 0 of 2 expectations are kept",
            id="strict with an error",
        ),
        pytest.param(
            many(1000), False, "1,000 errors in 1 file; 0 of 1,000 expectations are kept", id="thousand"
        ),
    ],
)
def test_the_line_that_sums_up(outcome: Outcome, strict: bool, said: str) -> None:
    assert summary(outcome, strict=strict) == said
    assert reported(outcome, "text", strict=strict).splitlines()[-1] == said


@pytest.mark.parametrize(
    ("found", "line"),
    [
        pytest.param(64, "most in a 48 (75.0 %), b 0 (0.0 %)", id="a whole"),
        pytest.param(47, "most in a 48, b 0 (0.0 %)", id="not a sum of its parts"),
        pytest.param(0, "most in a 48, b 0", id="nothing"),
        pytest.param(None, "most in a 48, b 0", id="unknown"),
    ],
)
def test_a_part_is_told_where_the_whole_is_known(found: int | None, line: str) -> None:
    finding = replace(OVER, found_number=found, shares=(Share("a", 48), Share("b", 0)))
    assert f"\n  {line}\n" in reported(alone(finding), "text")


@pytest.mark.parametrize(
    ("file", "told"),
    [("policy.yaml", False), ("x.yaml", True), ("./policy.yaml", False)],
    ids=["the same file", "another file", "the same file otherwise written"],
)
def test_the_file_of_the_network_is_told_where_it_is_another(file: str, told: bool) -> None:
    text = reported(alone(replace(OVER, file=file)), "text")
    assert (f"\n  in {file}\n" in text) == told


@pytest.mark.parametrize(
    ("path", "shown"),
    [((), ""), (("layers", 3, "filters"), "layers[3].filters"), ((0, "a"), "[0].a")],
)
def test_a_path_within_a_document(path: tuple[str | int, ...], shown: str) -> None:
    assert trail(path) == shown


def test_paths_are_seen_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    inside, outside = folder / "nets" / "a.yaml", tmp_path / "gone-too" / "a.yaml"
    expected = {
        str(inside): "nets/a.yaml",
        str(outside): str(outside),
        "./a//b": "a/b",
        "../a": "../a",
        "": "",
    }
    assert {file: path_of(file) for file in expected} == expected
    folder.rmdir()
    assert path_of(str(inside)) == str(inside)


@pytest.mark.parametrize("form", REPORTERS)
def test_every_reporter_is_there(form: str) -> None:
    assert isinstance(reported(NOTHING, form), str)
    assert {DEFAULT} | IN_JSON <= {*REPORTERS}


@given(outcomes)
@settings(max_examples=100, deadline=None)
def test_lines_hold_no_control_characters(outcome: Outcome) -> None:
    for form in ("text", "concise", "github", "markdown"):
        text = reported(outcome, form)
        assert not [
            sign for sign in text if category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and sign != "\n"
        ]


@given(outcomes)
@settings(max_examples=100, deadline=None)
def test_concise_has_a_line_for_each_finding_and_one_more(outcome: Outcome) -> None:
    assert reported(outcome, "concise").count("\n") == len(outcome.findings)
