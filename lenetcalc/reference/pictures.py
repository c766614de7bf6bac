"""Grey pictures as inputs: PGM, plain (P2) or raw (P5), as Netpbm defines it."""

import re
from struct import calcsize, unpack

from lenetcalc.reference.arrays import Array, ArrayError
from lenetcalc.text import plural

LONGEST_HEADER = 10_000
"""Bytes in which a header, with its comments, must end."""

_SPACE = rb"(?:\s|#[^\n]*\n)+"
_NUMBER = rb"(\d{1,9})"
_HEADER = re.compile(rb"(P[25])" + (_SPACE + _NUMBER) * 3 + rb"\s")


def read_pgm(content: bytes) -> Array:
    """A picture as 1×height×width values, row by row, in parts of the largest that there can be.

    Raises:
        ArrayError: it is no such picture.
    """
    header = _HEADER.match(content[:LONGEST_HEADER])
    if header is None:
        raise ArrayError("this is no PGM picture", "it begins with P2 or P5, width, height and maximum")
    width, height, largest = (int(header[number]) for number in (2, 3, 4))
    if not (width and height and 0 < largest < 2**16):
        fault = f"a picture of {width:,}×{height:,} with values up to {largest:,}"
        raise ArrayError(fault, "it has pixels, and a maximum of at most 65,535")
    content = content[header.end() :]
    values = _plain(content) if header[1] == b"P2" else _raw(content, largest)
    if max(values, default=0) > largest:
        raise ArrayError(f"a value is {max(values):,}", f"the picture says that none is above {largest:,}")
    if len(values) != width * height:
        fault = f"it has {plural(len(values), 'value')} for {width:,}×{height:,} pixels"
        raise ArrayError(fault, "a picture has a value for each")
    return Array((1, height, width), values, divisor=largest)


def _plain(content: bytes) -> list[int]:
    """The numbers of a text; none where something else is in it."""
    words = content.split()
    return [int(word) for word in words] if all(re.fullmatch(_NUMBER, word) for word in words) else []


def _raw(content: bytes, largest: int) -> list[int]:
    """One byte a value, or two, the larger first; none where half a value is left over."""
    code = "B" if largest < 2**8 else "H"
    count, rest = divmod(len(content), calcsize(f">{code}"))
    return [] if rest else [*unpack(f">{count}{code}", content)]
