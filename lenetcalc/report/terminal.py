"""A report for a terminal, with rich; loaded only where one is attached."""

from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from lenetcalc.report.cells import FOLDED, cell, longest_word, widths
from lenetcalc.report.model import Report, Table
from lenetcalc.text import harmless


def render(report: Report, *, width: int) -> str:
    """The report with colours, fitted to ``width`` columns; a table that needs more gets more."""
    head = [Text(harmless(report.title, longest=2000), style="bold")]
    head += [_line(name, text, "dim") for name, text in report.facts.items()]
    foot = [_line(name, text, "bold") for name, text in report.footer.items()]
    foot += [_line("note", note, "yellow") for note in report.notes]
    tables = [_table(table, width) for table in report.tables]
    return "".join(
        [*(_printed(line, width) for line in head), *tables, *(_printed(line, width) for line in foot)]
    )[:-1]


def _line(name: str, text: str, style: str) -> Text:
    return Text.assemble((f"{name}: ", style), harmless(text, longest=2000))


def _printed(drawn: Text | RichTable, width: int) -> str:
    console = Console(file=StringIO(), force_terminal=True, width=width, highlight=False, markup=False)
    with console.capture() as capture:
        console.print(drawn)
    return capture.get()


def _table(table: Table, width: int) -> str:
    """A table with every number whole, and every word where there is room; wider where it must be."""
    whole = _drawn(table, words=True)
    drawn = whole if _needed(whole) <= width else _drawn(table, words=False)
    return _printed(drawn, max(width, _needed(drawn)))


def _needed(drawn: RichTable) -> int:
    return sum((column.min_width or 0) + 3 for column in drawn.columns)


def _drawn(table: Table, *, words: bool) -> RichTable:
    """A table for rich to fit in; with ``words`` none is broken where a cell is folded."""
    rows = [[cell(value) for value in row] for row in table.rows]
    total = [cell(value) for value in table.total]
    drawn = RichTable(
        box=box.SIMPLE_HEAD,
        title=table.title or None,
        title_justify="left",
        show_footer=bool(total),
        pad_edge=False,
    )
    needed = widths(table.columns, [*rows, total] if total else rows)
    for index, (column, width) in enumerate(zip(table.columns, needed, strict=True)):
        longest = longest_word(row[index] for row in rows) if words else 0
        drawn.add_column(
            Text(column.heading),
            footer=Text(total[index]) if total else "",
            justify="right" if column.numeric else "left",
            style="cyan" if index == 0 else "",
            no_wrap=not column.folds,
            min_width=min(width, max(FOLDED, longest)) if column.folds else width,
            overflow="fold",
        )
    for row in rows:
        drawn.add_row(*(Text(text, style="dim" if text == "--" else "") for text in row))
    return drawn
