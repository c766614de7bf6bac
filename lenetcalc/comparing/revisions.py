"""A spec as a git revision has it: ``specs/net.yaml@main``.

Git is asked for the bytes of one file and nothing else: no filter or text conversion is applied to them, no
pager, hook or network is used, and a file that is not in the clone is not fetched.
"""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from shutil import which

from lenetcalc.errors import Fault, Place, SpecError
from lenetcalc.network import NetworkSpec
from lenetcalc.source import MOST_BYTES
from lenetcalc.spec import load, loads
from lenetcalc.text import harmless

SECONDS = 10
"""How long git may take for one answer."""

LONGEST_REVISION = 200
"""Characters that a revision may have."""

_QUIET = {
    "LC_ALL": "C",
    "GIT_ALLOW_PROTOCOL": "",  # a partial clone would fetch what it lacks
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}

_OF_A_HOOK = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE"}
"""What git tells its hooks of the repository that they run in; the file may be in another."""


def load_at(spec: str) -> NetworkSpec:
    """Read a network from a file, a packaged network's name, or a file as a git revision has it.

    A file of exactly that name is meant first; otherwise the text behind the last @ is a revision.

    >>> load_at("lenet5").title
    'LeNet-5'

    Raises:
        SpecError: the file or the revision cannot be read, or is no valid spec.
    """
    path, at, revision = spec.rpartition("@")
    if not at or not path or os.path.lexists(spec):
        return load(spec)
    return loads(content_at(path, revision), file=spec)


def content_at(path: str, revision: str) -> bytes:
    """The bytes of a file in a revision; raises `SpecError` where it cannot be had."""
    file = _File(path, revision)
    file.check()
    commit = file.ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if commit is None:
        raise file.fault(
            f"there is no such file, and no revision {harmless(revision)}",
            "it must be a branch, tag or commit that this clone has",
            "a shallow clone has few: fetch it first",
        )
    blob = file.ask("rev-parse", "--verify", "--quiet", f"{_word(commit)}:./{file.name}")
    if blob is None:
        raise file.fault(f"there is no such file in revision {harmless(revision)}", hint="look at its path")
    size = file.ask("cat-file", "-s", _word(blob))
    if size is None:
        raise file.fault("this clone lacks the file", "it must be there without a network", "fetch it first")
    if int(size) > MOST_BYTES:
        raise file.fault(f"the file has over {MOST_BYTES:,} bytes", "a spec has at most 1 MiB")
    content = file.ask("cat-file", "blob", _word(blob))
    if content is None:
        raise file.fault("this is a directory there", "a spec is a file", "name the file in it")
    return content


def _word(answer: bytes) -> str:
    return answer.decode("ascii", "replace").strip()


class _File:
    """A file in a revision, and the folder in which git is asked for it."""

    def __init__(self, path: str, revision: str) -> None:
        self.path, self.revision = path, revision
        self.folder, self.name = _split(path)

    def check(self) -> None:
        """Refuse a revision that git could take for something else."""
        revision = self.revision
        if not revision:
            raise self.fault("there is no revision behind the @", hint="write it as net.yaml@main")
        if not f"{self.path}{revision}".isprintable() or len(revision) > LONGEST_REVISION:
            raise self.fault("the name is too long, or holds control characters", "a revision is a name")
        if revision.startswith("-") or ":" in revision:
            rule = "it begins with no dash and holds no colon"
            raise self.fault(f"{harmless(revision)} is no revision", rule, "name a branch, tag or commit")

    def fault(self, fault: str, rule: str = "", hint: str = "") -> SpecError:
        """What is wrong, with the place."""
        return SpecError([Fault(fault, rule, hint, Place(f"{self.path}@{self.revision}"))])

    def ask(self, *arguments: str) -> bytes | None:
        """What git answers; `None` where it says that there is no such thing."""
        program = which("git")
        if program is None:
            raise self.fault("git is not installed", "a revision is read with git", "install it")
        try:
            done = _run([program, "--no-pager", *arguments], self.folder)
        except subprocess.TimeoutExpired:
            raise self.fault(f"git did not answer within {SECONDS} seconds") from None
        except OSError as error:
            raise self.fault(f"git cannot be run: {(error.strerror or str(error)).lower()}") from None
        if done.returncode and b"not a git repository" in done.stderr:
            there = "there is no such file, and its folder is in no git repository"
            raise self.fault(there, hint="name a file, or one of a repository with its revision")
        if b"dubious ownership" in done.stderr:
            rule = "git reads those of others only where safe.directory names them"
            raise self.fault("the repository belongs to somebody else", rule)
        return None if done.returncode else done.stdout


def _split(path: str) -> tuple[Path, str]:
    """The nearest folder of a file that is there, and the way to the file from it as git writes it."""
    folder, names = Path(path).parent, [Path(path).name]
    while not folder.is_dir() and folder != folder.parent:
        folder, names = folder.parent, [folder.name, *names]
    return folder, "/".join(names)


def _run(command: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 — a list of arguments that are checked, never a shell
        command,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name not in _OF_A_HOOK} | _QUIET,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
