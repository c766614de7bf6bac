"""A report as Markdown, for a comment or the summary of a CI job (GitHub's flavour).

What Markdown, or the site that shows it, could read in another way stands in a code span: there is no markup,
no link and no mention in one.
"""

import re
from collections.abc import Iterable, Iterator

from lenetcalc.report.cells import cell
from lenetcalc.report.model import Cell, Report, Table
from lenetcalc.text import harmless

_PLAIN = re.compile(r"[\w ×→−±–·…≥?.,;:()%+/='\"-]*")
_STEERING = re.compile(r"(?<![^\W_])_|_(?![^\W_])|:\S|//|www\.|GH-[0-9]|[0-9a-f]{7}|=.*=", re.IGNORECASE)
"""In a text of plain characters alone: emphasis, an emoji, an address, an issue, a commit."""


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
    yield _row(_in_cell(_text(column.heading)) for column in table.columns)
    yield _row("---:" if column.numeric else "---" for column in table.columns)
    for row in table.rows:
        yield _row(_cell(value, name=index == 0) for index, value in enumerate(row))
    if table.total:
        yield _row(f"**{text}**" if (text := _cell(value)) else "" for value in table.total)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Cell, *, name: bool = False) -> str:
    """A cell; a name, which is what stands first in a row, is always in a code span."""
    text = cell(value)
    return _in_cell(_code(text) if name and isinstance(value, str) and text else _text(text))


def _in_cell(text: str) -> str:
    """A text in a table: a bar would end its cell, in a code span too."""
    return text.replace("|", r"\|")


def _text(text: str) -> str:
    """A text as it stands, or in a code span."""
    shown = harmless(text, longest=2000)
    plain = _PLAIN.fullmatch(shown) and not _STEERING.search(shown)
    return shown if plain else _code(shown)


def _code(text: str) -> str:
    """A text in a code span, between more backticks than it has anywhere in a row."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"
