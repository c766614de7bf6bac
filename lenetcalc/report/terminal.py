"""A report for a terminal, with rich; loaded only where one is attached."""

from io import StringIO

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from lenetcalc.report.cells import cell
from lenetcalc.report.model import Report, Table
from lenetcalc.text import harmless


def render(report: Report, *, width: int) -> str:
    """The report with colours, fitted to a terminal of ``width`` columns."""
    console = Console(file=StringIO(), force_terminal=True, width=width, highlight=False, markup=False)
    with console.capture() as capture:
        console.print(Text(harmless(report.title, longest=2000), style="bold"))
        for name, text in report.facts.items():
            console.print(Text.assemble((f"{name}: ", "dim"), harmless(text, longest=2000)))
        for table in report.tables:
            console.print(_table(table))
        for name, text in report.footer.items():
            console.print(Text.assemble((f"{name}: ", "bold"), text))
        for note in report.notes:
            console.print(Text.assemble(("note: ", "yellow"), harmless(note, longest=2000)))
    return capture.get().rstrip("\n")


def _table(table: Table) -> RichTable:
    drawn = RichTable(
        box=box.SIMPLE_HEAD,
        title=table.title or None,
        title_justify="left",
        show_footer=bool(table.total),
        pad_edge=False,
    )
    totals = table.total or [None] * len(table.columns)
    for index, (column, total) in enumerate(zip(table.columns, totals, strict=True)):
        drawn.add_column(
            Text(column.heading),
            footer=Text(cell(total) if table.total else ""),
            justify="right" if column.numeric else "left",
            style="cyan" if index == 0 else "",
            no_wrap=not column.folds and index > 0,
            overflow="fold",
        )
    for row in table.rows:
        drawn.add_row(*(Text(cell(value), style="dim" if value is None else "") for value in row))
    return drawn
