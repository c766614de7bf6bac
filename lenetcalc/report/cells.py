"""How one cell of a table reads; rounding and thousands marks are made here and nowhere else."""

from lenetcalc.report.model import Aside, Cell
from lenetcalc.text import harmless, times


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
