"""Conventions: what a tool, or a paper, calls the cost of a network, as sums of amounts of its layers.

They are data, in ``conventions.yaml``: adding one touches nothing else.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict

from lenetcalc.amounts import AMOUNTS, Amounts, parts_of
from lenetcalc.analysis import Analysis, LayerRecord
from lenetcalc.layers.base import Layer

Sum: TypeAlias = Mapping[str, int]
"""Amounts, each with how often it counts: ``2 macs + biases``."""

ANY = "*"
"""Every kind."""

_TABLE = Path(__file__).with_name("conventions.yaml")
_TERM = re.compile(r"\s*([+-]?)\s*(?:(\d+)\s+)?([a-z]+)")


def read_sum(text: str) -> Sum:
    """A sum of amounts, as in ``2 macs + biases``; raises `ValueError` for anything else.

    >>> dict(read_sum("sides + 2 outputs - windows"))
    {'sides': 1, 'outputs': 2, 'windows': -1}
    """
    found: dict[str, int] = {}
    at = 0
    while at < len(text):
        term = _TERM.match(text, at)
        if term is None or term[3] not in AMOUNTS or term[3] in found or bool(at) > bool(term[1]):
            raise ValueError(f"{text!r} is no sum of amounts")
        found[term[3]] = int(f"{term[1]}{term[2] or 1}")
        at = term.end()
    return MappingProxyType(found)


def _each(entry: Mapping[str, str]) -> dict[str, str]:
    """What stands for each kind, of keys that name several; raises `ValueError` for one that stands twice."""
    found: dict[str, str] = {}
    for kinds, text in entry.items():
        for kind in kinds.split(", "):
            if kind in found:
                raise ValueError(f"{kind} stands twice")
            found[kind] = text
    return found


def _sums(entry: Mapping[str, str]) -> dict[str, Sum]:
    return {kind: read_sum(text) for kind, text in _each(entry).items()}


def _flat(words: Iterable[Any]) -> Iterator[str]:
    for word in words:
        yield from [word] if isinstance(word, str) else _flat(word)


class Convention(BaseModel):
    """A way to count: what its authors call the number, and what a layer of each kind counts as.

    ``operations`` is false where the number is of something else, which neither a factor of two nor a batch
    changes. ``nothing`` are the kinds that it knows and counts as 0. ``mistakes`` say of a kind why the
    tool's own total has something else, and ``prints`` what it has beside, where that is known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    name: str
    tool: str
    version: str = ""
    calls: str
    source: str
    operations: bool = True
    counts: Annotated[Mapping[str, Any], BeforeValidator(_sums)]
    nothing: Annotated[frozenset[str], BeforeValidator(lambda words: frozenset(_flat(words)))] = frozenset()
    prints: Annotated[Mapping[str, Any], BeforeValidator(_sums)] = {}
    mistakes: Annotated[Mapping[str, str], BeforeValidator(_each)] = {}

    @property
    def title(self) -> str:
        """What the number is called, and by which tool, or paper, with its version."""
        return f"{self.calls} of {self.tool} {self.version}".strip()

    def of(self, kind: str, axes: int = 2) -> Sum | None:
        """What a kind counts as on maps with so many axes; `None` where the convention does not know it."""
        if kind in self.nothing:
            return {}
        return _stated(self.counts, kind, axes)

    def beside(self, kind: str, axes: int = 2) -> Sum | None:
        """What the tool's own total has beside that; `None` where nothing is said."""
        return _stated(self.prints, kind, axes)


def _stated(sums: Mapping[str, Sum], kind: str, axes: int) -> Sum | None:
    """The sum of a kind: that for so many axes, as in ``upsample 2d``, else that for any.

    >>> [_stated({"a 1d": {"macs": 1}, "a": {"macs": 2}}, "a", axes) for axes in (1, 2)]
    [{'macs': 1}, {'macs': 2}]
    """
    return sums.get(f"{kind} {axes}d", sums.get(kind, sums.get(ANY)))


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a count: so many times an amount, of a layer of some kind or of a function."""

    kind: str
    amount: str
    factor: int
    value: int


@dataclass(frozen=True, slots=True)
class Row:
    """What a layer counts as.

    ``terms`` are what is meant; ``beside`` what the tool prints beside them by mistake; ``mistaken`` the
    kinds of which it prints something else that is not worked out, ``unknown`` those that are not counted.
    """

    name: str
    terms: tuple[Term, ...]
    beside: tuple[Term, ...]
    mistaken: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def number(self) -> int:
        """The count, of what is counted of the layer."""
        return sum(term.value for term in self.terms)


@dataclass(frozen=True)
class Counted:
    """A network counted by a convention: a row for every layer, by name."""

    convention: Convention
    rows: Mapping[str, Row]

    @property
    def total(self) -> int:
        """What the convention means to count, of the layers that it knows."""
        return sum(row.number for row in self.rows.values())

    @property
    def printed(self) -> int | None:
        """What the tool prints, its mistakes included; `None` where one of them is not worked out."""
        if any(row.mistaken for row in self.rows.values()):
            return None
        return self.total + sum(term.value for row in self.rows.values() for term in row.beside)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The kinds that are not counted, for which the total is a lower bound."""
        return tuple(dict.fromkeys(kind for row in self.rows.values() for kind in row.unknown))

    @property
    def mistakes(self) -> tuple[str, ...]:
        """Why the tool prints something else, of the kinds that are in the network."""
        kinds = {term.kind for row in self.rows.values() for term in row.beside}
        kinds |= {kind for row in self.rows.values() for kind in row.mistaken}
        return tuple(dict.fromkeys(why for kind, why in self.convention.mistakes.items() if kind in kinds))

    def sums(self, *, printed: bool = False) -> Mapping[tuple[str, str], tuple[int, int]]:
        """How often each amount of each kind counts, and how much that is in all; on request as printed."""
        meant: dict[tuple[str, str], int] = {}
        mistaken: dict[tuple[str, str], int] = {}
        value: Counter[tuple[str, str]] = Counter()
        for row in self.rows.values():
            for term in row.terms:
                meant[term.kind, term.amount] = term.factor
                value[term.kind, term.amount] += term.value
            for term in row.beside if printed else ():
                mistaken[term.kind, term.amount] = term.factor
                value[term.kind, term.amount] += term.value
        return {key: (meant.get(key, 0) + mistaken.get(key, 0), value[key]) for key in value}


@cache
def conventions() -> Mapping[str, Convention]:
    """Every convention of the table, by name.

    >>> fvcore = conventions()["fvcore"]
    >>> fvcore.title, dict(fvcore.of("upsample", axes=2))
    ('flops of fvcore 0.1.5', {'outputs': 1, 'blended': 3})
    """
    table = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    entries = table["conventions"].items()
    return MappingProxyType(
        {name: Convention(**{"name": name, "tool": name, **entry}) for name, entry in entries}
    )


def counted(analysis: Analysis, convention: Convention) -> Counted:
    """A network as a convention counts it.

    >>> from lenetcalc import analyze, load
    >>> analysis = analyze(load("lenet5-textbook"))
    >>> {name: counted(analysis, conventions()[name]).total for name in ("fvcore", "torchinfo")}
    {'fvcore': 416520, 'torchinfo': 423038}
    """
    (found,) = counted_by(analysis, [convention])
    return found


def counted_by(analysis: Analysis, several: Iterable[Convention]) -> tuple[Counted, ...]:
    """A network as several conventions count it; its amounts are worked out once."""
    layers = {node.name: node.layer for node in analysis.graph.nodes}
    parts = {record.name: [*parts_of(layers[record.name], record)] for record in analysis.layers}
    return tuple(
        [
            Counted(each, {name: _row(name, amounts, each) for name, amounts in parts.items()})
            for each in several
        ]
    )


def row_of(layer: Layer, record: LayerRecord, convention: Convention) -> Row:
    """A layer as a convention counts it."""
    return _row(record.name, parts_of(layer, record), convention)


def _row(name: str, parts: Iterable[tuple[str, Amounts]], convention: Convention) -> Row:
    terms: list[Term] = []
    beside: list[Term] = []
    mistaken, unknown = [], []
    for kind, amounts in parts:
        counts, prints = convention.of(kind, amounts["axes"]), convention.beside(kind, amounts["axes"])
        if counts is None:
            unknown.append(kind)
        terms += _terms(kind, counts or {}, amounts)
        beside += _terms(kind, prints or {}, amounts)
        if prints is None and kind in convention.mistakes:
            mistaken.append(kind)
    return Row(name, tuple(terms), tuple(beside), tuple(mistaken), tuple(unknown))


def _terms(kind: str, counts: Sum, amounts: Amounts) -> Iterator[Term]:
    for amount, factor in counts.items():
        if amounts.get(amount):
            yield Term(kind, amount, factor, factor * amounts[amount])
