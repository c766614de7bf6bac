"""``lenetcalc check`` and ``lenetcalc rules``: options, exit codes, and where the output goes."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click import ClickException
from click.testing import CliRunner, Result

from lenetcalc.cli import command
from lenetcalc.findings import RULES, Outcome
from lenetcalc.reporters import REPORTERS
from tests.conftest import ROOT, Run

SPEC = "lenetcalc: 1\ninput: 784\nlayers: [{name: F, kind: dense, units: 10}]\n"  # 784·10 + 10 = 7,850
OVER = SPEC + "budget: {parameters: {max: 7k}}\n"
NOTED = SPEC + "expect:\n  published:\n    - {parameters: 9k, verdict: wrong, right: 7850, why: a slip}\n"
UNCOUNTED = SPEC.replace("}]", "}, tanh]") + "budget: {conventions: {fvcore: {max: 1M}}}\n"

FILES = {
    "good.yaml": SPEC + "expect: {parameters: 7850}\n",
    "over.yaml": OVER,
    "noted.yaml": NOTED,
    "uncounted.yaml": UNCOUNTED,
    "broken.yaml": "lenetcalc: 1\nlayers: [\n",
    "other/a.yaml": "a: 1\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_STEP_SUMMARY", "LENETCALC_FORMAT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(*arguments: str, stdin: str | None = None) -> Result:
    """Run the command within this process."""
    return CliRunner().invoke(command, arguments, input=stdin, standalone_mode=False)


def code(result: Result) -> int:
    """The exit code: what the command returned, or that of an error of click's."""
    if isinstance(result.exception, ClickException):
        return result.exception.exit_code
    return int(result.return_value)


CODES: Mapping[str, tuple[list[str], int]] = {
    "all holds": (["good.yaml"], 0),
    "a note": (["noted.yaml"], 0),
    "a note, strictly": (["--strict", "noted.yaml"], 0),
    "a limit that is broken": (["over.yaml"], 1),
    "a spec that does not parse": (["broken.yaml"], 1),
    "a file that is no spec": (["other/a.yaml"], 1),
    "a broken one among good ones": (["good.yaml", "broken.yaml"], 1),
    "everything": (["."], 1),
    "everything, by itself": ([], 1),
    "exit with zero": (["--exit-zero", "."], 0),
    "a warning": (["uncounted.yaml"], 0),
    "a warning, strictly": (["--strict", "uncounted.yaml"], 1),
    "the rule ignored": (["--ignore", "over-budget", "over.yaml"], 0),
    "another rule selected": (["--select", "figure-differs,unknown-layer", "over.yaml"], 0),
    "selected and ignored": (["--select", "over-budget", "--ignore", "over-budget", "over.yaml"], 0),
    "a spec that does not parse, another rule selected": (["--select", "over-budget", "broken.yaml"], 1),
    "a spec that does not parse, ignored": (["--ignore", "invalid-spec", "broken.yaml"], 0),
    "selected": (["--select", "over-budget", "over.yaml"], 1),
    "no specs": (["other"], 2),
    "a directory without specs among others": (["good.yaml", "other"], 2),
    "a glob that matches nothing": (["*.yml"], 2),
    "no file": (["missing.yaml"], 2),
    "an unknown rule": (["--select", "over-budge", "good.yaml"], 2),
    "an unknown format": (["--format", "xml", "good.yaml"], 2),
    "a file in no folder": (["-o", "nowhere/a.json", "good.yaml"], 2),
    "a spec as the file to write": (["-o", "good.yaml", "good.yaml"], 2),
    "a spec as the file of the summary": (["--summary", "over.yaml", "good.yaml"], 2),
    "standard input among others": (["-", "good.yaml"], 2),
}


@pytest.mark.parametrize(
    ("arguments", "expected"), [pytest.param(*row, id=name) for name, row in CODES.items()]
)
def test_the_exit_code_says_how_it_went(project: Path, arguments: list[str], expected: int) -> None:
    assert code(run("check", *arguments)) == expected


def test_a_bug_exits_with_3_and_says_so(lenetcalc: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import lenetcalc.checking.run as run\n"
        "def broken(*a, **k): raise RuntimeError('x')\n"
        "run.check = broken\n",
        encoding="utf-8",
    )
    done = lenetcalc("check", "lenet5", PYTHONPATH=f"{tmp_path}:{ROOT}")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("internal error: RuntimeError")


def test_the_whole_command_prints_findings_and_a_summary(project: Path, lenetcalc: Run) -> None:
    done = lenetcalc("check", "over.yaml", "noted.yaml", cwd=project)
    assert done.returncode == 1
    assert done.stdout == (
        "noted.yaml:6:20: note[published-wrong]: parameters are 7,850, not 9k as published: a slip\n"
        "over.yaml:4:28: error[over-budget]: parameters are 7,850: 850 above the limit of 7k\n"
        "  most in F 7,850 (100.0 %)\n"
        "1 error and 1 note in 2 files; 1 of 2 expectations is kept\n"
    )


def test_a_quiet_check_of_what_holds_prints_nothing(project: Path) -> None:
    assert run("check", "-q", "good.yaml", "noted.yaml").output == ""


def test_one_spec_may_come_from_standard_input(project: Path) -> None:
    result = run("check", "-", "--format", "concise", stdin=OVER)
    assert result.output.startswith("<stdin>:4:28: over-budget parameters are 7,850")
    assert code(result) == 1


@pytest.mark.parametrize("form", REPORTERS)
def test_every_format_is_printed_or_written_alike(project: Path, form: str) -> None:
    printed = run("check", "--format", form, ".")
    written = run("check", "--format", form, "-o", "out.txt", ".")
    assert code(printed) == code(written) == 1
    assert (project / "out.txt").read_text(encoding="utf-8") == printed.output
    assert written.stderr == (
        "2 errors, 1 warning and 1 note in 4 of 5 files; 2 of 4 expectations are kept; "
        "1 file not checked to the end\n"
    )
    assert written.stdout == ""


def test_paths_are_relative_wherever_a_file_was_named(project: Path) -> None:
    document = json.loads(run("check", "--format", "json", str(project / "over.yaml")).output)
    (finding,) = document["findings"]
    assert (document["schema_version"], finding["place"]["file"]) == (1, "over.yaml")


def test_the_environment_chooses_a_format(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LENETCALC_FORMAT", "concise")
    assert run("check", "over.yaml").output.startswith("over.yaml:4:28: over-budget ")


def test_a_job_has_all_findings_in_its_summary(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(project / "summary.md"))
    for index in range(12):
        (project / f"over{index}.yaml").write_text(OVER, encoding="utf-8")
    (project / "summary.md").write_text("before\n", encoding="utf-8")
    output = run("check", "--format", "github", "over*.yaml").output
    assert sum(line.startswith("::error ") for line in output.splitlines()) == 10
    assert "and 3 more errors, see the job summary" in output
    summary = (project / "summary.md").read_text(encoding="utf-8")
    assert summary.startswith("before\n")
    assert summary.count("over-budget") >= 13


def test_a_summary_is_written_where_it_is_asked_for(project: Path) -> None:
    run("check", "--summary", "all.md", "over.yaml")
    assert "over-budget" in (project / "all.md").read_text(encoding="utf-8")
    assert code(run("check", "--summary", "nowhere/all.md", "over.yaml")) == 2


def test_names_from_files_steer_nothing(project: Path) -> None:
    name = "x\n::warning file=a::b\x1b[31m"
    text = SPEC + f"expect: {{layers: {{{json.dumps(name)}: {{units: 3}}}}}}\n"
    (project / "odd\n::error::x.yaml").write_text(text, encoding="utf-8")
    for form in ("text", "concise", "github", "markdown"):
        output = run("check", "--format", form, "odd*").output
        assert "unknown-layer" in output
        assert "\x1b" not in output
        commands = [line for line in output.splitlines() if line.startswith(("::", "##["))]
        assert len(commands) == (form == "github")


def test_every_rule_is_listed_with_its_level() -> None:
    lines = run("rules").output.splitlines()
    for rule in RULES.values():
        assert any(line.split()[:2] == [rule.name, rule.level] for line in lines), rule.name


def test_a_rule_is_explained() -> None:
    output = " ".join(run("rules", "over-budget").output.split())
    assert RULES["over-budget"].explanation in output
    assert "under-budget" not in output


def test_rules_are_data_for_programs() -> None:
    document = json.loads(run("rules", "--format", "json").output)
    assert [rule["name"] for rule in document["rules"]] == [*RULES]


def test_an_unknown_rule_is_refused_with_the_nearest() -> None:
    result = run("rules", "over-budge")
    assert code(result) == 2
    assert "did you mean over-budget?" in str(result.exception)


def test_ignored_findings_were_not_checked(project: Path) -> None:
    output = run("check", "--ignore", "over-budget", "over.yaml", "good.yaml").output
    assert output == "2 files, 1 expectation kept; 1 finding of other rules not told\n"


def test_what_was_not_checked_is_told_though_its_finding_is_ignored(project: Path) -> None:
    output = run("check", "--ignore", "invalid-spec", "broken.yaml", "good.yaml").output
    assert (
        output
        == "2 files, 1 expectation kept; 1 file not checked to the end; 1 finding of other rules not told\n"
    )


def test_an_empty_outcome_fails_nothing() -> None:
    assert not Outcome(()).fails(strict=True)
