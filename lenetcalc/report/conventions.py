"""What conventions count, as columns of a report and as data."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lenetcalc.analysis import Analysis, BlockRecord, LayerRecord
from lenetcalc.report.columns import Quantity
from lenetcalc.report.model import Cell, Column
from lenetcalc.text import listed

if TYPE_CHECKING:  # not loaded by a report that counts by none
    from lenetcalc.counting import Convention, Counted, Row, Term

UNKNOWN = "?"
"""What stands where a convention does not know the kind."""


def count_of(rows: "Sequence[Row]") -> Cell:
    """What some layers count as together: at least so much where something of them is not known."""
    number, unknown = sum(row.number for row in rows), any(row.unknown for row in rows)
    if not any(row.terms for row in rows):
        return UNKNOWN if unknown else None
    return f"≥ {number:,}" if unknown else number


def quantity_of(counted: "Counted") -> Quantity:
    """A column for a convention; what it does not know is no zero, and the total then a lower bound."""

    def cell(record: LayerRecord) -> Cell:
        layers = record.layers if isinstance(record, BlockRecord) else (record,)
        return count_of([counted.rows[layer.name] for layer in layers])

    def total(analysis: Analysis) -> Cell:
        return f"≥ {counted.total:,}" if counted.unknown else counted.total

    heading = f"{counted.convention.tool} {counted.convention.calls}"
    return Quantity(Column(heading, numeric=True), cell, total, meaning=_meaning(counted))


def _meaning(counted: "Counted") -> str:
    unknown = f"{UNKNOWN} and ≥: {listed(counted.unknown)} not counted" if counted.unknown else ""
    return "; ".join(filter(None, [unknown, printed_of(counted)])) or "every kind of layer here"


def printed_of(counted: "Counted") -> str:
    """What the tool prints where it makes mistakes, and which; nothing where it makes none."""
    if counted.printed == counted.total:
        return ""
    printed = f"{counted.printed:,}" if counted.printed is not None else "something else"
    return f"the tool prints {printed}: {', and '.join(counted.mistakes)}"


def convention_facts(conventions: "Sequence[Counted]") -> dict[str, str]:
    """Which conventions a report counts by, each with the version of its tool and where that counts."""
    return {each.convention.title: each.convention.source for each in conventions}


def named(convention: "Convention") -> dict[str, Any]:
    """A convention as data: its name, the tool or paper, and what that calls the number."""
    return {
        "convention": convention.name,
        "tool": convention.tool,
        "version": convention.version or None,
        "calls": convention.calls,
    }


def convention_document(counted: "Counted") -> dict[str, Any]:
    """A network counted by a convention, with the terms of every layer."""
    convention = counted.convention
    return {
        **named(convention),
        "source": convention.source,
        "total": counted.total,
        "lower_bound": bool(counted.unknown),
        "not_counted": list(counted.unknown),
        "printed": counted.printed,
        "mistakes": list(counted.mistakes),
        "layers": {name: row_document(row) for name, row in counted.rows.items()},
    }


def row_document(row: "Row") -> dict[str, Any]:
    """What a layer counts as, with its terms."""
    return {
        "number": row.number,
        "not_counted": list(row.unknown),
        "terms": [*map(_term, row.terms)],
        "printed_beside": [*map(_term, row.beside)],
        "mistaken": list(row.mistaken),
    }


def _term(term: "Term") -> dict[str, Any]:
    return {"kind": term.kind, "factor": term.factor, "amount": term.amount, "value": term.value}
