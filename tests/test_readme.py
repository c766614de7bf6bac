"""Every command and every example of the README is run."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from lenetcalc import analyze, loads
from lenetcalc.checking.network import check_text
from lenetcalc.cli import command
from lenetcalc.spec import loads_policy
from tests.conftest import ROOT, Run

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"(?:<!-- ([\w-]+) -->\n)?```(\w+)\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [line[2:] for _, kind, block in BLOCKS if kind == "console" for line in block.splitlines()]


def block(kind: str, containing: str) -> str:
    """The one block of a kind that contains a text."""
    found: list[str] = [text for _, each, text in BLOCKS if each == kind and containing in text]
    assert len(found) == 1
    return found[0]


def test_commands_are_found() -> None:
    assert len(COMMANDS) >= 8


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_runs(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within this process, which is what the command does but for its start."""
    monkeypatch.chdir(ROOT)
    *feeding, own = line.split(" | ")
    stdin = (ROOT / shlex.split(feeding[0])[1]).read_text(encoding="utf-8") if feeding else None
    program, *arguments = shlex.split(own)
    done = CliRunner().invoke(command, arguments, input=stdin, standalone_mode=False, catch_exceptions=False)
    assert program == "lenetcalc"
    assert done.stdout
    assert int(done.return_value or 0) == (2 if "1x28x28" in line else 1 if "over-budget.yaml" in line else 0)


def test_the_setup_commands_are_those_that_the_checks_run() -> None:
    marked = {marker: text for marker, kind, text in BLOCKS if marker}
    assert set(marked) == {"main-job", "tests"}
    assert "readme main-job" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_main_job_prints_what_it_says(lenetcalc: Run) -> None:
    assert block("text", "Param #") in lenetcalc("report", "specs/lenet5.yaml").stdout


def test_the_working_is_as_shown(lenetcalc: Run) -> None:
    assert block("text", "parameters   (5×5×3+1)") in lenetcalc("report", "lenet5", "--working").stdout


def test_the_error_is_as_shown(lenetcalc: Run) -> None:
    error = lenetcalc("report", "specs/lenet5.yaml", "--input", "1x28x28").stderr
    assert error == block("text", "does not fit")


def test_the_lesson_is_as_shown(lenetcalc: Run) -> None:
    assert block("text", "× filters") in lenetcalc("explain", "lenet5", "C3", "parameters").stdout


def test_the_sizes_are_as_shown(lenetcalc: Run) -> None:
    assert block("text", "builds on sizes") in lenetcalc("sizes", "lenet5").stdout


def test_the_account_is_as_shown(lenetcalc: Run) -> None:
    assert block("text", "Account") in lenetcalc("reconcile", "lenet5-textbook", "416520", "423038").stdout


def test_the_proof_is_as_shown(lenetcalc: Run) -> None:
    assert block("text", "Formulas") in lenetcalc("verify", "lenet5").stdout


def test_the_values_are_as_shown(lenetcalc: Run) -> None:
    call = ("forward", "lenet5", "--weights", "seed:1", "--input", "ramp", "--layer", "F6")
    assert block("text", "First values") in lenetcalc(*call).stdout


def test_the_finding_is_as_shown(lenetcalc: Run) -> None:
    assert (
        block("text", "error[over-budget]") == lenetcalc("check", "tests/integration/over-budget.yaml").stdout
    )


def test_the_differences_are_as_shown(lenetcalc: Run) -> None:
    assert (
        block("text", "59,956") == lenetcalc("diff", "specs/lenet5.yaml", "specs/lenet5-maxpool.yaml").stdout
    )
    assert (
        block("text", "C3 table")
        in lenetcalc("diff", "specs/lenet5.yaml", "specs/lenet5-textbook.yaml").stdout
    )


def test_revisions_are_compared_as_shown(lenetcalc: Run, tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    for name, tags in (("lenet5", ["v1.0"]), ("lenet5-textbook", ["v2.0", "origin/main"])):
        text = (ROOT / f"specs/{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / "specs/net.yaml").write_text(text, encoding="utf-8")
        steps = [
            ["init", "-qb", "main"],
            ["add", "."],
            ["commit", "-qm", name],
            *(["tag", tag] for tag in tags),
        ]
        for step in steps:
            identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
            subprocess.run(["git", *identity, *step], cwd=tmp_path, check=True, capture_output=True)
    for line in block("sh", "net.yaml@main").splitlines():
        _, *arguments = shlex.split(line.split(" >> ")[0])
        done = lenetcalc(*arguments, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert done.stdout


def test_what_is_frozen_is_as_shown(lenetcalc: Run, tmp_path: Path) -> None:
    text = (ROOT / "specs/lenet5.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.yaml").write_text(text.replace("parameters: 60000", "parameters: 61706"), encoding="utf-8")
    assert block("diff", "61706") in lenetcalc("freeze", "--diff", "a.yaml", cwd=tmp_path).stdout


def test_what_is_asked_for_is_valid_and_holds() -> None:
    text = (ROOT / "specs/lenet5-textbook.yaml").read_text(encoding="utf-8")
    asked = text[: text.index("expect:")] + block("yaml", "each_layer:")
    found = [each.rule for each in check_text(asked.encode(), "README").findings]
    assert found == ["published-wrong"]


def test_the_policy_is_valid() -> None:
    assert loads_policy(block("yaml", "lenetcalc-policy: 1")).specs == ("nets/*.yaml",)


def test_the_workflow_runs_the_action_and_the_hook_is_there() -> None:
    workflow = yaml.safe_load(block("yaml", "uses: OWNER"))
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert workflow["jobs"]["networks"]["steps"][-1]["with"].keys() <= inputs.keys()
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (repository,) = yaml.safe_load(block("yaml", "repos:"))["repos"]
    assert [each["id"] for each in repository["hooks"]] == [hook["id"]]


def test_the_spec_is_valid_and_meets_its_figure() -> None:
    spec = loads(block("yaml", "A small network"))
    assert spec.expect is not None
    assert spec.expect.parameters is not None
    assert analyze(spec).totals.parameters == spec.expect.parameters.value


def test_the_block_builds() -> None:
    spec = loads("lenetcalc: 1\ninput: 3x32x32\n" + block("yaml", "stage1_"))
    assert analyze(spec)["stage1_3"].output == (64, 13, 13)


def test_resnet_152_is_as_short_as_it_says() -> None:
    lines = len((ROOT / "specs/resnet-152.yaml").read_text(encoding="utf-8").splitlines())
    assert f"in {lines} lines" in README


def test_the_python_example_runs_and_prints_its_comments() -> None:
    code = block("python", "import lenetcalc")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.splitlines() == re.findall(r"# (.*)", code)
