"""A report as Markdown, for a comment or the summary of a CI job (GitHub's flavour).

What Markdown, or the site that shows it, could read in another way stands in a code span: there is no markup,
no link and no mention in one.
"""

from collections.abc import Iterable, Iterator

from lenetcalc.report.cells import cell
from lenetcalc.report.escaping import code, readable, row
from lenetcalc.report.model import Cell, Report, Table
from lenetcalc.text import harmless


def render(report: Report, *, width: int) -> str:
    """The report's title, facts, tables, accounts and notes; Markdown has no width."""
    blocks = [
        [f"## {_text(report.title)}"],
        _lines(report.facts.items()),
        *([*_table(table)] for table in report.tables),
        _lines(report.footer.items()),
        _lines(("note", note) for note in report.notes),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _lines(named: Iterable[tuple[str, str]]) -> list[str]:
    return [f"- **{_text(name)}:** {_text(text)}" for name, text in named]


def _table(table: Table) -> Iterator[str]:
    if table.title:
        yield f"### {_text(table.title)}"
        yield ""
    yield row(readable(harmless(column.heading)) for column in table.columns)
    yield row("---:" if column.numeric else "---" for column in table.columns)
    for values in table.rows:
        yield row(_cell(value, name=index == 0) for index, value in enumerate(values))
    if table.total:
        yield row(f"**{text}**" if (text := _cell(value)) else "" for value in table.total)


def _cell(value: Cell, *, name: bool = False) -> str:
    """A cell; a name, which is what stands first in a row, is always in a code span."""
    text = cell(value)
    return code(text) if name and isinstance(value, str) and text else readable(text)


def _text(text: str) -> str:
    """A text outside of a table."""
    return readable(harmless(text, longest=2000), in_table=False)
