"""A spec as a git revision has it; the repositories are made here."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from lenetcalc.comparing import revisions
from lenetcalc.comparing.revisions import load_at
from lenetcalc.errors import SpecError
from lenetcalc.source import MOST_BYTES

SPEC = "{{lenetcalc: 1, input: 784, layers: [{{kind: dense, units: {units}}}]}}"
FILES = (
    "net.yaml",
    "sub/net.yaml",
    "a folder/my net.yaml",
    "网络/模型.yaml",
    "gone/net.yaml",
    "at@home.yaml",
)


def git(folder: Path, *arguments: str) -> str:
    """Call git as somebody."""
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.invalid", "-c", "commit.gpgsign=false")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose tag has 10 units in every file, and its working tree 20, or no file."""
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "--quiet", "--initial-branch=main")
    for name in FILES:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(SPEC.format(units=10), encoding="utf-8")
    (folder / "broken.yaml").write_text("lenetcalc: 1\ninput: 784\nlayers: [{kind: dens, units: 10}]\n")
    (folder / "large.yaml").write_text("#" * (MOST_BYTES + 1))
    (folder / "linked.yaml").symlink_to("net.yaml")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "ten")
    git(folder, "tag", "v1")
    git(folder, "branch", "topic/ten")
    for name in FILES:
        (folder / name).write_text(SPEC.format(units=20), encoding="utf-8")
    (folder / "gone" / "net.yaml").unlink()
    (folder / "gone").rmdir()
    (folder / "odd.yaml@v1").write_text(SPEC.format(units=30))
    return folder


@pytest.fixture
def inside(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The repository as the current folder."""
    monkeypatch.chdir(repository)
    return repository


def units(spec: str) -> object:
    """The units of the one layer."""
    (layer,) = load_at(spec).layers
    return getattr(layer, "units")  # noqa: B009


def fault(spec: str) -> str:
    """What is said of a spec that cannot be read."""
    with pytest.raises(SpecError) as caught:
        load_at(spec)
    assert len(caught.value.faults) == 1
    return str(caught.value)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        *((f"{name}@v1", 10) for name in FILES),
        ("net.yaml@main", 10),
        ("net.yaml@HEAD", 10),
        ("net.yaml@topic/ten", 10),
        ("./sub/../net.yaml@v1", 10),
        ("net.yaml@v1^{commit}", 10),
        ("net.yaml", 20),
        ("at@home.yaml", 20),
        pytest.param("odd.yaml@v1", 30, id="a file of exactly that name"),
    ],
)
@pytest.mark.usefixtures("inside")
def test_a_file_as_a_revision_has_it(spec: str, expected: int) -> None:
    assert units(spec) == expected


def test_a_commit_and_a_whole_path(repository: Path) -> None:
    commit = git(repository, "rev-parse", "--short", "HEAD")
    assert units(f"{repository / 'sub' / 'net.yaml'}@{commit}") == 10


def test_a_packaged_network_by_its_name() -> None:
    assert load_at("lenet5").title == "LeNet-5"


@pytest.mark.usefixtures("inside")
def test_a_network_without_a_name_is_called_by_its_file_and_revision() -> None:
    assert load_at("sub/net.yaml@v1").title == "sub/net.yaml@v1"


NO_REVISION = (
    "there is no such file, and no revision {}: it must be a branch, tag or commit that this clone has; "
)
NO_REVISION += "a shallow clone has few: fetch it first"
REFUSED = "{} is no revision: it begins with no dash and holds no colon; name a branch, tag or commit"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("net.yaml@nowhere", NO_REVISION.format("nowhere")),
        ("net.yaml@v1^{tree}", NO_REVISION.format("v1^{tree}")),
        ("net.yaml@main..v1", NO_REVISION.format("main..v1")),
        ("net.yaml@--help", REFUSED.format("--help")),
        ("net.yaml@-h", REFUSED.format("-h")),
        ("net.yaml@HEAD:../../etc", REFUSED.format("HEAD:../../etc")),
        ("net.yaml@:/ten", REFUSED.format(":/ten")),
        ("net.yaml@", "there is no revision behind the @; write it as net.yaml@main"),
        ("new.yaml@v1", "there is no such file in revision v1; look at its path"),
        ("../net.yaml@v1", "there is no such file in revision v1; look at its path"),
        ("a folder@v1", "this is a directory there: a spec is a file; name the file in it"),
        ("large.yaml@v1", "the file has over 1,048,576 bytes: a spec has at most 1 MiB"),
    ],
)
@pytest.mark.usefixtures("inside")
def test_what_cannot_be_read_is_told_with_its_place(spec: str, expected: str) -> None:
    told = fault(spec)
    if spec.startswith("../"):  # another folder, which is in no repository
        assert "no git repository" in told
    else:
        assert told == f"{spec}: {expected}"


@pytest.mark.usefixtures("inside")
def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, run = list[str](), revisions._run

    def watched(command: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[bytes]":
        asked.extend(command)
        return run(command, folder)

    monkeypatch.setattr(revisions, "_run", watched)
    assert "over 1,048,576 bytes" in fault("large.yaml@v1")
    assert "-s" in asked
    assert "blob" not in asked


@pytest.mark.parametrize("revision", ["a\nb", "a\0b", "\x1b[31m", "x" * 201])
@pytest.mark.usefixtures("inside")
def test_a_name_that_is_none_is_refused(revision: str) -> None:
    told = fault(f"net.yaml@{revision}")
    assert "is too long, or holds control characters" in told
    assert told.isprintable()


@pytest.mark.usefixtures("inside")
def test_a_broken_spec_is_told_with_its_place_in_the_revision() -> None:
    assert fault("broken.yaml@v1").startswith("broken.yaml@v1:3:17: ")


@pytest.mark.usefixtures("inside")
def test_a_link_is_not_followed() -> None:
    """Git keeps where it leads, which is no spec."""
    assert "the document is" in fault("linked.yaml@v1")


def test_a_folder_in_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "its folder is in no git repository" in fault(f"{tmp_path / 'net.yaml'}@main")


def test_the_repository_is_that_of_the_file_in_a_hook_of_another_too(
    repository: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert units(f"{repository / 'sub' / 'net.yaml'}@v1") == 10


@pytest.mark.usefixtures("inside")
def test_git_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "which", lambda name: None)
    assert "git is not installed: a revision is read with git; install it" in fault("net.yaml@v1")


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (subprocess.TimeoutExpired("git", 10), "git did not answer within 10 seconds"),
        (PermissionError(13, "Permission denied"), "git cannot be run: permission denied"),
    ],
)
@pytest.mark.usefixtures("inside")
def test_git_that_does_not_answer(raised: Exception, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: Sequence[str], folder: Path) -> None:
        raise raised

    monkeypatch.setattr(revisions, "_run", run)
    assert told in fault("net.yaml@v1")


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        pytest.param("-s", "this clone lacks the file", id="a partial clone"),
        pytest.param("--verify", "the repository belongs to somebody else", id="another owner"),
    ],
)
@pytest.mark.usefixtures("inside")
def test_what_git_refuses(failing: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = revisions._run

    def refused(command: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[bytes]":
        if failing in command:
            return subprocess.CompletedProcess(
                command, 128, b"", b"fatal: detected dubious ownership" * (failing != "-s")
            )
        return run(command, folder)

    monkeypatch.setattr(revisions, "_run", refused)
    assert told in fault("net.yaml@v1")


def test_filters_of_the_repository_are_not_run(tmp_path: Path) -> None:
    """A repository may name programs in its settings: none of them is called."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / ".gitattributes").write_text("*.yaml diff=evil filter=evil\n")
    (tmp_path / "net.yaml").write_text(SPEC.format(units=10))
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "ten")
    called = tmp_path / "called"
    for key in (
        "diff.evil.textconv",
        "filter.evil.smudge",
        "filter.evil.process",
        "core.pager",
        "core.fsmonitor",
    ):
        git(tmp_path, "config", key, f"touch '{called}' && cat")
    assert units(f"{tmp_path / 'net.yaml'}@HEAD") == 10
    assert not called.exists()
