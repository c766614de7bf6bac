"""What changed in a layer from one network to another: its fields, its shape, its counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any, TypeAlias

from lenetcalc.analysis import LayerRecord
from lenetcalc.expansion import Node
from lenetcalc.layers.base import Layer, field_words
from lenetcalc.layers.functions import Activation
from lenetcalc.ledger import QUANTITIES

SUMMED: tuple[str, ...] = ("units", *(name for name in QUANTITIES if name != "biases"))
"""The quantities of a network that are sums over its layers, and are compared."""


@dataclass(frozen=True, slots=True)
class Change:
    """What differs, and its value on either side; `None` on the side that has none."""

    what: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Side:
    """A layer in one of the networks: its place among the layers, counted from 1, its node and record.

    ``given`` is what people gave of its name: of each block around it, and of itself.
    """

    place: int
    node: Node
    record: LayerRecord
    given: tuple[str | None, ...]

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.node.name

    def amount(self, quantity: str) -> int:
        """How much the layer has of a quantity; no units where it forms none of its own."""
        if quantity == "units":
            return prod(self.record.output) if self.record.forms_units else 0
        value: int = getattr(self.record.counts, quantity).value
        return value


@dataclass(frozen=True, slots=True)
class Compared:
    """A layer on both sides, or on the one that it stands on, and what changed.

    ``fields`` are those that a spec writes, the kind and ``from`` among them; ``output`` is there where the
    shape changed, ``counts`` are the quantities that did. ``moved`` is one that left the order of the others.
    """

    before: Side | None
    after: Side | None
    moved: bool = False
    fields: tuple[Change, ...] = ()
    output: Change | None = None
    counts: tuple[Change, ...] = ()

    @property
    def name(self) -> str:
        """What the layer is called, afterwards where it still stands."""
        side = self.after or self.before
        return side.name if side else ""

    @property
    def renamed(self) -> bool:
        """Whether a person gave it another name; numbers that count unnamed layers are none."""
        if not self.before or not self.after or self.before.name == self.after.name:
            return False
        return self.before.given != self.after.given

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        stayed = self.before and self.after and not self.moved and not self.renamed
        return bool(stayed) and not (self.fields or self.output or self.counts)

    @property
    def exchanged(self) -> bool:
        """Whether it is of another kind."""
        if not self.before or not self.after:
            return False
        return self.before.record.kind != self.after.record.kind


def compared(before: Side | None, after: Side | None, moved: bool, partners: Mapping[str, str]) -> Compared:
    """A layer on both sides, or one; ``partners`` are the names afterwards of the layers that stayed."""
    amounts = [
        Change(name, before.amount(name) if before else None, after.amount(name) if after else None)
        for name in SUMMED
    ]
    if not before or not after:
        return Compared(before, after, counts=tuple([each for each in amounts if each.before or each.after]))
    fields = [*_fields(before, after), *_read(before.node, after.node, partners)]
    shapes = Change("output", before.record.output, after.record.output)
    return Compared(
        before,
        after,
        moved,
        tuple(fields),
        shapes if shapes.before != shapes.after else None,
        tuple([each for each in amounts if each.before != each.after]),
    )


def _read(before: Node, after: Node, partners: Mapping[str, str]) -> Iterator[Change]:
    """What a layer reads, where a spec says so and it is no longer the same."""
    stated = before.layer.sources or after.layer.sources
    if stated and tuple([partners.get(name) for name in before.sources]) != after.sources:
        yield Change("from", before.sources, after.sources)


_ELSEWHERE = {"kind", "name", "sources", "repeat"}
"""Fields that say which layer it is rather than what it is."""


def _fields(before: Side, after: Side) -> Iterator[Change]:
    """The fields of two layers that differ; one that only one kind has where it is not the default."""
    one, other = before.node.layer, after.node.layer
    if one is other or one.rules == other.rules:
        return
    if one.kind != other.kind:
        yield Change("kind", one.kind, other.kind)
    old, new = by_word(type(one)), by_word(type(other))
    for word in dict.fromkeys([*old, *new]):
        if word in old and word in new:
            differs = _differs(before, after, word)
        else:
            differs = _unusual(before if word in old else after, word)
        if differs:
            yield Change(word, _said(one, old.get(word)), _said(other, new.get(word)))


def _differs(before: Side, after: Side, word: str) -> bool:
    """Whether a field that both have is stated otherwise, and comes to something else."""
    one, other = before.node.layer, after.node.layer
    old, new = by_word(type(one))[word], by_word(type(other))[word]
    if getattr(one, old) == getattr(other, new):
        return False
    return one.effective(old, before.record.inputs) != other.effective(new, after.record.inputs)


@cache
def by_word(layer: type[Layer]) -> Mapping[str, str]:
    """The fields of a kind of layer by the words of a spec, without those that say which layer it is."""
    words = zip(field_words(layer), layer.model_fields, strict=True)
    return {word: name for word, name in words if name not in _ELSEWHERE}


def _unusual(side: Side, word: str) -> bool:
    """Whether a field, which only this layer has, is not what it is by default."""
    layer, inputs = side.node.layer, side.record.inputs
    name = by_word(type(layer))[word]
    field = type(layer).model_fields[name]
    if field.is_required():
        return True
    usual = layer.model_copy(update={name: field.default})
    return layer.effective(name, inputs) != usual.effective(name, inputs)


Said: TypeAlias = Any
"""A value as a spec writes it, of plain data."""


def _said(layer: Layer, name: str | None) -> Said:
    """The value of a field as a spec writes it."""
    if name is None:
        return None
    value = layer.spelled(name)
    if not isinstance(value, Activation):
        return value
    usual = value.function.arguments
    given = {key: each for key, each in value.arguments.items() if each != usual[key]}
    return {"function": value.name, **given} if given else value.name
