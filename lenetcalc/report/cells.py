"""How one cell of a table reads; rounding and thousands marks are made here and nowhere else."""

from collections.abc import Iterable, Sequence
from unicodedata import category, east_asian_width

from lenetcalc.report.model import Aside, Cell, Column
from lenetcalc.text import harmless, plural, times

FOLDED, FOLDED_BESIDE = 20, 14
"""The least that a column of long text is folded to, alone and beside others."""


def cell(value: Cell) -> str:
    """A cell as text: ``1,516`` a count, ``6×28×28`` a shape, ``(840)`` a number apart, ``--`` nothing.

    >>> [cell(value) for value in ("C1", 1516, (6, 28, 28), Aside(840), None)]
    ['C1', '1,516', '6×28×28', '(840)', '--']
    """
    match value:
        case None:
            return "--"
        case int():
            return f"{value:,}"
        case tuple():
            return times(value)
        case Aside():
            return f"({value.number:,})"
    return harmless(value, longest=2000)


def percent(part: int, total: int) -> str:
    """A part of a total with one decimal, rounded half up.

    >>> percent(1, 8)
    '12.5 %'
    """
    return f"{_tenths(100 * part, total)} %"


def byte_size(count: int) -> str:
    """A number of bytes, exact and in the unit that suits it.

    >>> byte_size(241040)
    '241,040 bytes (235.4 KiB)'
    """
    unit = next((unit for unit in range(len(_UNITS), 0, -1) if count >= 1024**unit), 0)
    exact = plural(count, "byte")
    return f"{exact} ({_tenths(count, 1024**unit)} {_UNITS[unit - 1]})" if unit else exact


def per_value(element_size: int) -> str:
    """How large a value is taken to be: ``at 4 bytes a value``."""
    return f"at {plural(element_size, 'byte')} a value"


_UNITS = ("KiB", "MiB", "GiB", "TiB")


def _tenths(dividend: int, divisor: int) -> str:
    tenths = (20 * dividend + divisor) // (2 * divisor)
    return f"{tenths // 10:,}.{tenths % 10}"


def displayed(text: str) -> int:
    """The columns of a terminal that a text takes: two for a wide character, none for a mark on another."""
    if text.isascii():
        return len(text)
    return sum(
        0 if category(character) in ("Mn", "Me", "Cf") else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


def longest_word(texts: Iterable[str]) -> int:
    """The columns of a terminal that the longest word takes, which a folded cell should not break.

    >>> longest_word(["local-response-norm, 96×55×55", "--"])
    20
    """
    return max((displayed(word) for text in texts for word in text.split()), default=0)


def widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    """The columns of a terminal that each column of a table needs to show its cells whole, in one line."""
    return [
        max(displayed(text) for text in (column.heading, *(row[index] for row in rows)))
        for index, column in enumerate(columns)
    ]
