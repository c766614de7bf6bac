"""Workflow commands: what the runner of GitHub's workflows reads is what was meant, and nothing else."""

import re
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings

from lenetcalc.errors import Place
from lenetcalc.findings import LEVELS, Checked, Finding, Outcome
from lenetcalc.reporters import reported
from tests.reporters.outcomes import NOTHING, OVER, SMALL, alone, many, outcomes

OURS = {"error": "error", "warning": "warning", "note": "notice"}


class Command(NamedTuple):
    name: str
    properties: dict[str, str]
    data: str


def unescaped(text: str, *more: str) -> str:
    for escape, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, sign) if sign in {"\r", "\n", "%", *more} else text
    return text


def parsed(line: str) -> Command | None:
    """A line as a runner reads it: ``::`` after blanks, or else ``##[`` anywhere; of whatever name."""
    if found := re.match("::(.*?)::(.*)", line.lstrip(), re.DOTALL):
        name, _, rest = found[1].partition(" ")
        pairs = [pair.partition("=") for pair in rest.strip().split(",") if pair]
        return Command(name, {key: unescaped(text, ":", ",") for key, _, text in pairs}, unescaped(found[2]))
    if found := re.search(r"##(?:vso|teamcity)?\[(.*?)\](.*)", line, re.DOTALL):
        return Command(found[1].split(" ")[0], {}, found[2])
    return None


def commands(text: str) -> list[Command]:
    """All that the runner obeys; it ends lines where .NET does."""
    read = [parsed(line) for line in re.split("\r\n|\r|\n", text)]
    return [command for command in read if command]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("::error::x", "error"),
        ("  ::error file=a::x", "error"),
        ("a.yaml: ##[add-mask]x", "add-mask"),
        ("a.yaml: ##vso[task.complete]x", "task.complete"),
        ("a ::error::x", None),
    ],
)
def test_the_parser_of_these_tests_finds_commands(line: str, name: str | None) -> None:
    command = parsed(line)
    assert (command and command.name) == name


EXPECTED = (
    "::error title=lenetcalc (broken-network),file=broken.yaml::"
    "broken.yaml: error[broken-network]: a 5×5 kernel does not fit a 4×4 map\n"
    "::error title=lenetcalc (figure-differs),file=nets/lenet5.yaml,line=21,col=11::"
    "nets/lenet5.yaml:21:11: error[figure-differs]: connections are 340,908, and 340,000 is stated%0A"
    "hint: lenetcalc freeze writes the computed ones\n"
    "::error title=lenetcalc (over-budget),file=policy.yaml,line=4,col=3::"
    "policy.yaml:4:3: error[over-budget]: parameters of C5 are 61,706, above the max: of 60,000%0A"
    "in nets/wide.yaml%0Amost in C5 48,120 (78.0 %25), F6 10,164 (16.5 %25)%0A"
    "hint: give C5 fewer filters\n"
    "::warning title=lenetcalc (not-measured),file=nets/wide.yaml,line=30::"
    "nets/wide.yaml:30: warning[not-measured]: thop does not count rbf\n"
    "::notice title=lenetcalc (published-wrong),file=nets/lenet5.yaml,line=8,col=2::"
    "nets/lenet5.yaml:8:2: note[published-wrong]: its source prints 60,000 parameters\n"
    "3 errors, 1 warning and 1 note in 3 of 4 files; 2 of 5 expectations are kept; "
    "1 file not checked to the end"
)


def test_a_file_is_seen_from_the_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whichever folder of it the job runs in."""
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "a.yaml").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "nets")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    text = reported(alone(replace(OVER, place=Place("a.yaml", 1, 2))), "github")
    assert ",file=nets/a.yaml,line=1,col=2::a.yaml:1:2: " in text
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "other"))
    assert ",file=a.yaml,line=1," in reported(alone(replace(OVER, place=Place("a.yaml", 1, 2))), "github")


def test_the_gravest_come_first() -> None:
    assert reported(SMALL, "github") == EXPECTED


def test_a_quiet_report_has_neither_notices_nor_a_summary() -> None:
    assert reported(SMALL, "github", quiet=True).splitlines() == EXPECTED.splitlines()[:4]


def test_a_check_of_nothing_has_no_commands() -> None:
    assert reported(NOTHING, "github") == "no file was checked"


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (9, "finding 8"),
        (10, "finding 9"),
        (11, "finding 9\nand 1 more error, see the job summary"),
        (1000, "finding 9\nand 990 more errors, see the job summary"),
    ],
)
def test_the_tenth_of_a_level_says_how_many_more_there_are(count: int, last: str) -> None:
    found = commands(reported(many(count), "github"))
    assert len(found) == min(count, 10)
    assert found[-1].data.endswith(f"error[figure-differs]: {last}")


def test_each_level_has_ten_of_its_own() -> None:
    files = [file for rule in ("not-measured", "figure-differs") for file in many(12, rule).files]
    found = commands(reported(Outcome(tuple(files)), "github"))
    assert [command.name for command in found] == ["error"] * 10 + ["warning"] * 10


@pytest.mark.parametrize(
    ("file", "escaped"),
    [
        ("a,b:c%.yaml", "a%2Cb%3Ac%25.yaml"),
        ("a%0A.yaml", "a%250A.yaml"),
        ("a\n::error::b", r"a\n\x3a%3Aerror%3A%3Ab"),
    ],
)
def test_properties_are_escaped_as_the_toolkit_does(file: str, escaped: str) -> None:
    text = reported(alone(replace(OVER, place=Place(file, 1, 2))), "github")
    assert f"file={escaped},line=1,col=2::" in text


@pytest.mark.parametrize("form", ["text", "concise", "github"])
@pytest.mark.parametrize(
    "file", [":", "::error::a", "  ::error::a", "##[error]a", "a ##[error]b", "\n::error::a"]
)
def test_no_file_begins_a_command(file: str, form: str) -> None:
    for line in (0, 1):
        outcome = Outcome((Checked(file, file, (), (replace(OVER, place=Place(file, line, 1), file="x"),)),))
        found = [command.name for command in commands(reported(outcome, form))]
        assert found == (["error"] if form == "github" else [])


@given(outcomes)
@settings(max_examples=150, deadline=None)
def test_the_runner_reads_the_commands_that_were_meant(outcome: Outcome) -> None:
    found = commands(reported(outcome, "github"))
    meant = [finding for level in LEVELS for finding in [*_of(outcome, level)][:10]]
    assert [command.name for command in found] == [OURS[finding.level] for finding in meant]
    for command, finding in zip(found, meant, strict=True):
        line = str(finding.place.line) if finding.place.line else None
        assert command.properties.keys() <= {"title", "file", "line", "col"}
        assert command.properties["title"] == f"lenetcalc ({finding.rule})"
        assert command.properties.get("line") == line
        assert f"{finding.level}[{finding.rule}]: " in command.data


def _of(outcome: Outcome, level: str) -> list[Finding]:
    return [finding for finding in outcome.findings if finding.level == level]


@given(outcomes)
@settings(max_examples=100, deadline=None)
def test_other_reports_in_a_log_hold_no_commands(outcome: Outcome) -> None:
    for form in ("text", "concise", "json", "gitlab", "sarif"):
        assert commands(reported(outcome, form)) == []
