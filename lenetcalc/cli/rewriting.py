"""Files that are rewritten: what would change in them, and how it is done so that nothing is lost."""

import os
from collections.abc import Iterator
from contextlib import suppress
from difflib import unified_diff
from pathlib import Path
from shutil import copymode
from tempfile import mkstemp

from lenetcalc.errors import Fault, Place, SpecError
from lenetcalc.text import harmless

LONGEST_LINE = 1000
"""Characters of a line that a difference shows."""


def difference(file: str, old: str, new: str) -> str:
    """The lines of a text that change, as a unified diff without control characters."""
    name = str(Place(file))
    before, after = [text.removesuffix("\n").split("\n") for text in (old, new)]
    return "\n".join(_shown(line) for line in unified_diff(before, after, name, name, lineterm=""))


def _shown(line: str) -> str:
    return "\t".join(harmless(part, LONGEST_LINE) for part in line.removesuffix("\r").split("\t"))


def rewrite(file: str, old: bytes, new: bytes) -> None:
    """Put a new content in the place of the old one at once; raises `SpecError` where it cannot be done.

    A link is followed; permissions stay. A file that has changed since it was read is left as it is.
    """
    path = Path(os.path.realpath(file))
    try:
        for why in _hindrances(path):
            raise _refused(file, why)
        _replace(path, file, old, new)
    except OSError as error:
        raise _refused(file, (error.strerror or str(error)).lower()) from None


def _refused(file: str, why: str) -> SpecError:
    return SpecError([Fault(f"the file cannot be written: {why}", place=Place(file))])


def _hindrances(path: Path) -> Iterator[str]:
    if not path.is_file():
        yield "it is no regular file"
    elif not (path.stat().st_mode & 0o222 and os.access(path, os.W_OK)):  # also for those who may do anything
        yield "it is read-only"


def _replace(path: Path, file: str, old: bytes, new: bytes) -> None:
    handle, name = mkstemp(prefix=".lenetcalc-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as temporary:
            temporary.write(new)
            temporary.flush()
            os.fsync(temporary.fileno())
        status = path.stat()
        with suppress(OSError, AttributeError):  # not everyone may, nor does every system know owners
            os.chown(name, status.st_uid, status.st_gid)
        copymode(path, name)
        if path.read_bytes() != old:
            raise _refused(file, "it has changed since it was read")
        os.replace(name, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)
