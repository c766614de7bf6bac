"""What the symbols of formulas stand for in one layer: in words, and in its numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from lenetcalc.formula import Formula, Working
from lenetcalc.notation import Case, Value, value_of
from lenetcalc.report.model import Column, Table
from lenetcalc.text import times

MOST_VALUES = 8
"""Values of a symbol that a table shows; JSON has all."""

_COLUMNS = (Column("Symbol"), Column("Here"), Column("Stands for", folds=True))


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of a layer's formulas: its words, and its value, or several that it has in turn."""

    name: str
    words: str
    values: tuple[Value, ...] = ()

    @property
    def shown(self) -> str:
        """The values as formulas show them, ``5×5``; of many the first and the last."""
        texts = [*map(_shown, self.values)]
        return ", ".join(texts if len(texts) <= MOST_VALUES else [*texts[: MOST_VALUES - 1], "…", texts[-1]])


def symbols_of(workings: Sequence[Working], words: Mapping[str, str]) -> tuple[Symbol, ...]:
    """Every symbol that workings use, in the order in which they stand, with its words.

    >>> from lenetcalc.layers.base import GLOSSARY
    >>> symbols_of([Formula("kernel × filters").work({"kernel": (5, 5), "filters": 6})], GLOSSARY)[0].shown
    '5×5'
    """
    found: dict[str, dict[tuple[str, ...], tuple[Value, ...]]] = {}
    for working in workings:
        for name, values in _met(working):
            found.setdefault(name, {}).setdefault(tuple(map(_shown, values)), values)
    sums = (Symbol("Σ", words["Σ"]),) if any(working.several for working in workings) else ()
    return sums + tuple(
        _symbol(name, words[name], tuple(chain.from_iterable(turns.values())))
        for name, turns in found.items()
    )


def symbols_table(symbols: Sequence[Symbol]) -> Table:
    """The symbols as a table: each with its value and its words."""
    return Table(_COLUMNS, tuple((symbol.name, symbol.shown, symbol.words) for symbol in symbols))


def symbol_as_data(symbol: Symbol) -> dict[str, Any]:
    """A symbol as data: its words, its values as formulas show them, and as integers."""
    return {
        "symbol": symbol.name,
        "stands_for": symbol.words,
        "shown": [_shown(value) for value in symbol.values],
        "values": [value_of(value) for value in symbol.values],
    }


def _met(working: Working) -> Iterator[tuple[str, tuple[Value, ...]]]:
    """Every symbol of a working with its values in turn, before those of the values' own workings."""
    cases: dict[Formula, list[Case]] = {}
    for formula, case in working.terms:
        cases.setdefault(formula, []).append(case)
    for formula, several in cases.items():
        for name in formula.symbols:
            values = tuple(case.symbols[name] for case in several)
            yield name, values[:1] if len({*map(_shown, values)}) == 1 else values
            yield from (met for value in values if isinstance(value, Working) for met in _met(value))


def _shown(value: Value) -> str:
    match value:
        case int():
            return f"{value:,}"
        case tuple():
            return times(value) or "1"
    return str(value)


def _symbol(name: str, words: str, values: tuple[Value, ...]) -> Symbol:
    """A symbol, with the formula that its value comes from where it has one."""
    formulas = dict.fromkeys(value.general for value in values if isinstance(value, Working))
    return Symbol(name, f"{words}: {' or '.join(formulas)}" if formulas else words, values)
