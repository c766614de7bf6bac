"""From the paths of a call to the files that are checked: specs and policies, other YAML left alone."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, TypeAlias

import yaml

from lenetcalc.errors import LenetcalcError, Place
from lenetcalc.findings import Finding
from lenetcalc.policy import POLICY
from lenetcalc.source import MOST_BYTES, raw_events
from lenetcalc.spec import SPEC, packaged
from lenetcalc.text import harmless, nearest

Kind: TypeAlias = Literal["spec", "policy"]

ENDINGS = (".yaml", ".yml", ".json")
"""How the names of files end that are looked into where a directory is searched."""

OWN_ENDINGS = tuple(f".lenetcalc{ending}" for ending in ENDINGS)
"""How the names of files end that are specs, or policies, whatever they hold."""

PASSED_OVER = frozenset({"node_modules", "__pycache__", "site-packages"})
"""Directories that are not searched, beside hidden ones and virtual environments."""

_KINDS: Mapping[str, Kind] = {SPEC: "spec", POLICY: "policy"}
"""What a file is by the key that it begins with."""

_KEY = rb"""(["']?)lenetcalc(?P<policy>-policy)?\1[ \t]{0,20}:[ \t]{0,20}"""
_LATER = re.compile(rb"^" + _KEY + rb"\d{1,9}[ \t]{0,99}(?:#[^\r\n]*)?\r?$", re.MULTILINE)
_PARTS = re.compile(rb"^(?:layers|input|specs)[ \t]{0,20}:", re.MULTILINE)
_IN_JSON = re.compile(rb'"lenetcalc(?P<policy>-policy)?"\s{0,20}:\s{0,20}\d{1,9}\s{0,20}[,}]')
_PARTS_IN_JSON = re.compile(rb'"(?:layers|specs)"\s{0,20}:')
"""The key further down, and what must stand beside it, in a file that is to be told of its order."""


class CallError(LenetcalcError):
    """A path of a call that leads to nothing that can be checked."""


@dataclass(frozen=True, slots=True)
class FileToCheck:
    """A file to check: what it is, where it is, and how it is called in what is printed."""

    kind: Kind
    path: Path
    file: str


def files_to_check(paths: Sequence[str]) -> tuple[list[FileToCheck], list[Finding]]:
    """The specs and policies that files, directories, globs and names of packaged networks lead to.

    Each is there once. With them, what could not be read on the way.

    Raises:
        CallError: a path leads nowhere, or to no spec and no policy.
    """
    found: dict[Path, FileToCheck] = {}
    unread: dict[str, Finding] = {}
    for path in paths:
        here = [*_reached(path)]
        if not here:
            raise CallError(_nothing_at(path))
        for each in here:
            if isinstance(each, Finding):
                unread.setdefault(each.file, each)
            else:
                found.setdefault(each.path.resolve(), each)
    return [*found.values()], [*unread.values()]


def shown(path: Path) -> str:
    """How a file is called: seen from the working directory, with forward slashes."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # on another drive
        return path.as_posix()


def _reached(path: str) -> Iterator[FileToCheck | Finding]:
    if path and os.path.isdir(path):
        yield from searched(Path(path))
    elif "\0" not in path and os.path.lexists(path):
        yield _named(Path(path))
    elif path in packaged():
        yield _named(packaged()[path])
    else:
        yield from _known(matching(Path(), path))


def _nothing_at(path: str) -> str:
    name = harmless(path) or "''"
    if path and os.path.isdir(path):
        return f"{name}: there is no spec in this directory; a spec says lenetcalc: 1 in its first line"
    if has_wildcard(path):
        return f"{name}: no spec matches"
    near = nearest(path, packaged())
    hint = f"; did you mean {near}?" if near else ""
    return f"{name}: there is no such file or directory, and no packaged network of that name{hint}"


def has_wildcard(text: str) -> bool:
    """Whether a text stands for several names."""
    return any(sign in text for sign in "*?[")


def _named(path: Path) -> FileToCheck | Finding:
    """A file that is named itself: what does not say that it is a policy is taken for a spec."""
    kind = kind_of(path)
    return kind if isinstance(kind, Finding) else FileToCheck(kind or "spec", path, shown(path))


def _known(paths: Iterable[Path]) -> Iterator[FileToCheck | Finding]:
    """Those of the files that say what they are, and those that cannot be read."""
    for path in paths:
        kind = kind_of(path)
        if isinstance(kind, Finding):
            yield kind
        elif kind:
            yield FileToCheck(kind, path, shown(path))


def searched(folder: Path) -> Iterator[FileToCheck | Finding]:
    """The specs and policies in a directory, however deep, in the order of their names."""
    unread: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=unread.append):
        folders[:] = sorted([name for name in folders if _is_searched(Path(parent, name))])
        yield from _known(Path(parent, name) for name in sorted(files) if name.lower().endswith(ENDINGS))
    yield from (_unreadable(Path(error.filename), error) for error in unread)


def _is_searched(folder: Path) -> bool:
    hidden = folder.name.startswith(".") or folder.name in PASSED_OVER
    return not hidden and not os.path.exists(folder / "pyvenv.cfg")


def matching(folder: Path, pattern: str) -> list[Path]:
    """The files that a pattern means, seen from a folder; nothing where it cannot be one."""
    wanted = Path(pattern)
    if wanted.is_absolute():
        folder, wanted = Path(wanted.anchor), wanted.relative_to(wanted.anchor)
    if not wanted.parts:
        return []
    if wanted.name == "**":  # of which pathlib means the files from Python 3.13 on
        wanted /= "*"
    try:
        return sorted([path for path in folder.glob(wanted.as_posix()) if not path.is_dir()])
    except (OSError, ValueError):  # a name that is too long, or with a NUL
        return []


def kind_of(path: Path) -> Kind | None | Finding:
    """What a file says that it is, `None` for other files; a finding where it cannot be read."""
    try:
        if not path.is_file():  # a pipe would never end
            return (
                None
                if path.exists()
                else _unreadable(path, FileNotFoundError(2, "no such file or directory"))
            )
        with path.open("rb") as file:
            head = file.read(MOST_BYTES)
    except OSError as error:
        return _unreadable(path, error)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):  # a spec that was saved as UTF-16 is one that is broken
        head = head.decode("utf-16", "replace").encode()
    return (
        _kind_first(head)
        or _kind_later(head)
        or ("spec" if path.name.lower().endswith(OWN_ENDINGS) else None)
    )


def _kind_first(head: bytes) -> Kind | None:
    """What a file is by its first key, where that has a plain value."""
    try:
        events = [*islice(raw_events(head.decode("utf-8-sig", "replace")), 5)]
    except (yaml.YAMLError, ValueError):
        return None
    match events:
        case [_, _, yaml.MappingStartEvent(), yaml.ScalarEvent(value=key), yaml.ScalarEvent(value=value)] if (
            value
        ):
            return _KINDS.get(key)
    return None


def _kind_later(head: bytes) -> Kind | None:
    """What a file is by a key that does not stand first, as it should."""
    said = _LATER.search(head) if _PARTS.search(head) else None
    if not said and head.lstrip()[:1] == b"{" and _PARTS_IN_JSON.search(head):
        said = _IN_JSON.search(head)
    if not said:
        return None
    return "policy" if said["policy"] else "spec"


def _unreadable(path: Path, error: OSError) -> Finding:
    file = shown(path)
    reason = (error.strerror or str(error)).lower()
    return Finding("unreadable-file", f"the file cannot be read: {harmless(reason)}", Place(file), file)
