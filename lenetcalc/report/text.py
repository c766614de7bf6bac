"""A report as plain, aligned text: for a pipe, a file, or a terminal without colours."""

from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from lenetcalc.report.cells import FOLDED, FOLDED_BESIDE, cell, displayed, longest_word, widths
from lenetcalc.report.model import Column, Report, Table
from lenetcalc.text import harmless

GAP = "  "


def render(report: Report, *, width: int) -> str:
    """The report in lines of at most ``width`` characters, unless a number or a name needs more."""
    blocks = [_head(report, width), *(_table(table, width) for table in report.tables)]
    footer = [line for name, text in report.footer.items() for line in _folded(f"{name}: {text}", width)]
    notes = [line for note in report.notes for line in _folded(f"note: {note}", width)]
    return "\n\n".join("\n".join(block) for block in (*blocks, footer, notes) if block)


def _head(report: Report, width: int) -> list[str]:
    facts = [line for name, text in report.facts.items() for line in _folded(f"{name}: {text}", width)]
    return [*_folded(report.title, width), *facts]


def _folded(text: str, width: int) -> list[str]:
    return wrap(harmless(text, longest=2000), width, subsequent_indent=GAP, break_on_hyphens=False)


def _table(table: Table, width: int) -> list[str]:
    rows = [[cell(value) for value in row] for row in (*table.rows, *([table.total] if table.total else []))]
    widths = _widths(table, rows, width)
    rule = "─" * (sum(widths) + len(GAP) * (len(widths) - 1))
    lines = [line for row in rows for line in _row(row, table.columns, widths)]
    if table.total:
        lines.insert(-1, rule)
    headings = _row([column.heading for column in table.columns], table.columns, widths)
    return [*_folded(table.title, width), *headings, rule, *lines]


def _widths(table: Table, rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The widest cell of each column; those that fold give way, the widest first.

    They break no word as long as there is room for it, and never a number.
    """
    found = widths(table.columns, rows)
    folding = [index for index, column in enumerate(table.columns) if column.folds]
    least = {index: _least(table, index, several=len(folding) > 1) for index in folding}
    words = {index: max(least[index], longest_word(row[index] for row in rows)) for index in folding}
    for limits in (words, least):
        _narrow(found, limits, width)
    return found


def _narrow(found: list[int], limits: Mapping[int, int], width: int) -> None:
    """Make columns narrower until they fit or are at their limits."""
    over = sum(found) + len(GAP) * (len(found) - 1) - width
    while over > 0 and (wider := [index for index, limit in limits.items() if found[index] > limit]):
        found[max(wider, key=found.__getitem__)] -= 1
        over -= 1


def _least(table: Table, index: int, *, several: bool) -> int:
    """The least that a column is folded to: the width of its numbers, or enough for a few words."""
    numbers = [displayed(cell(row[index])) for row in table.rows if not isinstance(row[index], str)]
    return max([FOLDED_BESIDE if several else FOLDED, *numbers])


def _row(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> Iterator[str]:
    """The lines of a row: one, or as many as its longest folded cell has."""
    folded = [
        wrap(text, width, break_on_hyphens=False) or [""] if column.folds else [text]
        for text, column, width in zip(row, columns, widths, strict=True)
    ]
    for line in range(max(map(len, folded))):
        cells = [part[line] if line < len(part) else "" for part in folded]
        aligned = (
            " " * (width - displayed(text)) + text
            if column.numeric
            else text + " " * (width - displayed(text))
            for text, column, width in zip(cells, columns, widths, strict=True)
        )
        yield GAP.join(aligned).rstrip()
