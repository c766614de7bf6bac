"""A report as neutral tables: what is said, not how it looks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Aside:
    """A number that is shown, but is no part of its column's total."""

    number: int


Cell: TypeAlias = str | int | tuple[int, ...] | Aside | None
"""What stands in a table: words, a count, a shape, a number apart, or nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers or text long enough to be folded."""

    heading: str
    numeric: bool = False
    folds: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns, and a last row of totals where there is one."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a command has to say: lines, tables and remarks for people, and the same as data for programs.

    The ``document`` is made when it is asked for: it holds the working of every number.
    """

    title: str
    facts: Mapping[str, str]
    tables: tuple[Table, ...]
    footer: Mapping[str, str]
    notes: tuple[str, ...]
    document: Callable[[], Mapping[str, Any]]
