"""The script of the action, run as a runner does: inputs are values in its environment."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")

ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
(STEP,) = ACTION["runs"]["steps"]
SPEC = "lenetcalc: 1\ninput: 784\nlayers: [{name: F, kind: dense, units: 10}]\nexpect: {parameters: 7851}\n"


def test_no_input_is_a_part_of_the_script() -> None:
    assert "${{" not in STEP["run"]
    assert {*STEP["env"].values()} == {f"${{{{ inputs.{name} }}}}" for name in ACTION["inputs"]}


def run(folder: Path, paths: str, strict: str = "false") -> "subprocess.CompletedProcess[str]":
    """Run the script with a pipx that stands for the installed command."""
    programs = folder / "bin"
    programs.mkdir()
    pipx = programs / "pipx"
    pipx.write_text(
        f'#!/bin/sh\n[ "$1 $2 $3 $4" = "run --spec {ROOT} lenetcalc" ] || exit 9\nshift 4\n'
        f'exec "{sys.executable}" -m lenetcalc "$@"\n',
        encoding="utf-8",
    )
    pipx.chmod(0o755)
    environment = {
        "INPUT_PATHS": paths,
        "INPUT_STRICT": strict,
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEP["run"]],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_finding_is_an_annotation_and_stands_in_the_summary_of_the_job(tmp_path: Path) -> None:
    (tmp_path / "a net.yaml").write_text(SPEC, encoding="utf-8")
    done = run(tmp_path, "\na net.yaml\n")
    assert done.returncode == 1, done.stderr
    assert "::error title=lenetcalc (figure-differs),file=a net.yaml,line=4,col=22" in done.stdout
    assert "figure-differs" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_a_path_is_never_a_command_nor_an_option(tmp_path: Path) -> None:
    done = run(tmp_path, "$(touch harmed)\n--exit-zero\n; touch harmed")
    assert done.returncode == 2
    assert not (tmp_path / "harmed").exists()
    assert "(touch harmed): there is no such file" in done.stderr
