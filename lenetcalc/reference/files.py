"""Arrays in files, by what their ending says: safetensors, JSON, or a picture as PGM.

A file is input from anywhere: what it says of itself is held against what is in it before anything is made.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from lenetcalc.errors import Fault, Place, SpecError
from lenetcalc.reference.arrays import Array, ArrayError
from lenetcalc.reference.json_arrays import read_json
from lenetcalc.reference.pictures import read_pgm
from lenetcalc.reference.safetensors_arrays import read_safetensors

Reader: TypeAlias = Callable[[bytes], Mapping[str, Array]]

READERS: Mapping[str, Reader] = {
    ".safetensors": read_safetensors,
    ".json": read_json,
    ".pgm": lambda content: {"": read_pgm(content)},
}
"""What reads a file, by its ending."""

MOST_BYTES = 2**32
"""How large a file of arrays may be."""


def read_arrays(path: str | Path) -> Mapping[str, Array]:
    """The arrays of a file by name; one without a name is called ``""``.

    Raises:
        SpecError: the file cannot be read, or is not what its ending says.
    """
    content, ending = _content(path), Path(path).suffix.lower()
    if ending not in READERS:
        raise refused(path, "its ending is none of .safetensors, .json and .pgm", "it says what the file is")
    try:
        return READERS[ending](content)
    except ArrayError as error:
        raise refused(path, error.fault, error.rule, error.hint) from None


def refused(path: str | Path, fault: str, rule: str = "", hint: str = "") -> SpecError:
    """The error of a file that cannot be used."""
    return SpecError([Fault(fault, rule, hint, Place(str(path)))])


def _content(path: str | Path) -> bytes:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise refused(path, f"the file cannot be read: {reason}") from None
    if len(content) > MOST_BYTES:
        raise refused(path, f"the file has over {MOST_BYTES:,} bytes", "arrays take at most 4 GiB")
    return content
