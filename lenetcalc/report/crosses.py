"""A table of connections drawn as its paper drew it: a cross where an output map reads an input map."""

from collections.abc import Iterator, Sequence

from lenetcalc.report.model import Cell, Column, Table
from lenetcalc.text import harmless

MOST_MAPS = 64
"""Maps of a side that are drawn; a larger table is said in numbers."""

WHOLE, ABREAST = 16, 12
"""Columns that fit a page, as those of Table I of LeCun et al. (1998) do, and columns of a piece of more."""


def crosses(reading: Sequence[Sequence[int]], maps: int, source: str, name: str) -> Iterator[Table]:
    """The input maps by row, the output maps by column, a cross where they are joined.

    ``reading`` holds for every output map the input maps that it reads. Nothing where the table is too large.

    >>> [table.rows for table in crosses([[0, 1], [1]], 2, "S2", "C3")]
    [(('0', 'X', ''), ('1', 'X', 'X'))]
    """
    if max(maps, len(reading)) > MOST_MAPS:
        return
    told = f"Which maps of {harmless(source, 40)} (rows) the maps of {harmless(name, 40)} (columns) read"
    abreast = WHOLE if len(reading) <= WHOLE else ABREAST
    for start in range(0, len(reading), abreast):
        some = reading[start : start + abreast]
        columns = [Column(str(start + number), numeric=True) for number in range(len(some))]
        rows = [(str(row), *("X" if row in each else "" for each in some)) for row in range(maps)]
        total: tuple[Cell, ...] = ("reads", *map(len, some))
        yield Table((Column("Map"), *columns), tuple(rows), total, title="" if start else told)
