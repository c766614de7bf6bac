"""The hook for pre-commit, run by pre-commit itself on a repository that the test makes."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

pytestmark = pytest.mark.skipif(find_spec("pre_commit") is None, reason="needs pre-commit")

SPEC = "lenetcalc: 1\ninput: 784\nlayers: [{name: F, kind: dense, units: 10}]\n"  # 784·10 + 10 = 7,850
CONFIGURATION = "repos: [{repo: %s, rev: %s, hooks: [{id: lenetcalc}]}]\n"


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it is in the working tree, as a repository that has hooks."""
    folder = tmp_path_factory.mktemp("hooks")
    tracked = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "-z", "lenetcalc", "specs")
    for name in [*tracked.split("\0"), "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"]:
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes((ROOT / name).read_bytes())
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "hooks")
    return folder


@pytest.fixture(scope="module")
def commit(hooks: Path, tmp_path_factory: pytest.TempPathFactory) -> "Commit":
    folder = tmp_path_factory.mktemp("project")
    git(folder, "init", "-q")
    text = CONFIGURATION % (hooks, git(hooks, "rev-parse", "HEAD"))
    (folder / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
    return Commit(folder, {**os.environ, "PRE_COMMIT_HOME": str(tmp_path_factory.mktemp("cache"))})


class Commit:
    """A project in which files are staged and its hooks run."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.environment = {name: text for name, text in environment.items() if name != "PYTHONPATH"}

    def __call__(self, **files: str) -> "subprocess.CompletedProcess[str]":
        for name, text in files.items():
            (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        git(self.folder, "add", "-A")
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def test_the_hook_runs_only_where_yaml_or_json_changed_and_lets_kept_figures_pass(commit: Commit) -> None:
    done = commit(net=SPEC + "expect: {parameters: 7850}\n", other="a: 1\n")
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_the_hook_stops_a_commit_that_breaks_a_figure(commit: Commit) -> None:
    done = commit(net=SPEC + "expect: {parameters: 7851}\n")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "net.yaml:4:22: error[figure-differs]" in done.stdout


def test_the_hook_holds_a_policy_against_specs_that_did_not_change(commit: Commit) -> None:
    commit(net=SPEC)
    git(commit.folder, "commit", "-qnm", "before")
    done = commit(policy="lenetcalc-policy: 1\nspecs: net.yaml\nbudget: {parameters: {max: 7k}}\n")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "policy.yaml:3:28: error[over-budget]" in done.stdout


def test_the_hook_is_declared_as_pre_commit_wants_it() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {"id", "name", "entry", "language"} <= hook.keys()
