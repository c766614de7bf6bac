"""Two networks compared: which layer is which, what changed in each, and accounts that add up."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from math import prod
from typing import Any

from pydantic import ValidationError

from lenetcalc.analysis import Analysis
from lenetcalc.comparing.alignment import Member, align
from lenetcalc.comparing.changes import SUMMED, Change, Compared, Side, by_word, compared
from lenetcalc.errors import LayerError
from lenetcalc.graph import Graph
from lenetcalc.layers.base import Layer, Shapes
from lenetcalc.shapes import Shape

PEAK = "peak"
COMPARED: tuple[str, ...] = (*SUMMED, PEAK)
"""The quantities of which there is an account: sums over the layers, and the peak of live values."""

JUDGED = ("parameters", "connections", "macs", PEAK)
"""The quantities of which an increase is a cost, where nothing else is said."""

MOST_CAUSES = 3
"""Fields that are told as the cause of a difference; of more the layer alone is told."""

MOST_EXPLAINED = 2_000
"""Terms of an account of which the causes are looked for, the largest first."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A block that was added or removed with all its layers."""

    name: str
    layers: tuple[Compared, ...]

    @property
    def added(self) -> bool:
        """Whether it was added."""
        return self.layers[0].before is None


@dataclass(frozen=True, slots=True)
class Term:
    """What one layer, or input, adds to a quantity, and the fields that make it do so where they are few."""

    name: str
    causes: tuple[str, ...]
    difference: int


@dataclass(frozen=True, slots=True)
class Account:
    """How a quantity of one network becomes that of the other: ``start`` and the ``terms`` make ``end``."""

    quantity: str
    start: int
    terms: tuple[Term, ...]
    end: int

    @property
    def difference(self) -> int:
        """How much more there is afterwards."""
        return self.end - self.start


@dataclass(frozen=True)
class Comparison:
    """Two networks, layer by layer.

    ``layers`` are all of both, the same or not, in the order of the second network, with those of the first
    alone where they stood. ``inputs`` are only those whose shape changed, or that one network alone has.

    >>> from lenetcalc import analyze, load
    >>> found = compare(analyze(load("lenet5")), analyze(load("lenet5-textbook")))
    >>> account = found.account("parameters")
    >>> account.start, [term.difference for term in account.terms], account.end
    (60000, [900, -12, -32, 850], 61706)

    """

    before: Analysis
    after: Analysis
    layers: tuple[Compared, ...]
    inputs: tuple[Change, ...]

    @property
    def same(self) -> bool:
        """Whether the networks are the same, whatever they are called."""
        return not self.changed and not self.inputs

    @cached_property
    def changed(self) -> tuple[Compared, ...]:
        """The layers that are not the same."""
        return tuple([layer for layer in self.layers if not layer.same])

    @cached_property
    def folded(self) -> tuple[Compared | Whole, ...]:
        """The layers that changed, those of a block that was added or removed as a whole in one."""
        return tuple(_folded(self))

    @property
    def differing(self) -> tuple[str, ...]:
        """The quantities whose totals differ."""
        return tuple([name for name in COMPARED if total(self.before, name) != total(self.after, name)])

    def account(self, quantity: str) -> Account:
        """The terms that lead from the quantity of one network to that of the other.

        Layers that changed come first, then those of another kind, then what was added and removed. Raises
        `KeyError` for a quantity that is not compared.
        """
        if quantity not in COMPARED:
            raise KeyError(quantity)
        terms = _live_terms(self) if quantity == PEAK else _terms(self, quantity)
        return Account(quantity, total(self.before, quantity), terms, total(self.after, quantity))


def total(analysis: Analysis, quantity: str) -> int:
    """A quantity of a whole network."""
    value: int = analysis.memory.peak if quantity == PEAK else getattr(analysis.totals, quantity)
    return value


def compare(before: Analysis, after: Analysis) -> Comparison:
    """Compare two networks layer by layer."""
    one, other = [*_sides(before)], [*_sides(after)]
    alignment = align([*map(_member, one)], [*map(_member, other)])
    partners = {one[first].name: other[second].name for first, second in alignment.pairs}
    inputs = _inputs(before.graph, after.graph)
    partners |= dict(inputs)
    paired = {second: (first, (first, second) in alignment.moved) for first, second in alignment.pairs}
    layers = tuple(
        [
            compared(before_side, after_side, moved, partners)
            for before_side, after_side, moved in _in_order(one, other, paired)
        ]
    )
    shapes = [
        Change(new or old, before.graph.inputs.get(old), after.graph.inputs.get(new)) for old, new in inputs
    ]
    changed = [each for each in shapes if each.before != each.after]
    return Comparison(before, after, layers, tuple(changed))


def _sides(analysis: Analysis) -> Iterator[Side]:
    homes: dict[str, tuple[str, ...]] = {}
    for name, block in analysis.graph.blocks.items():
        parent, _, own = name.rpartition(".")
        numbered = own.removeprefix(block.label).isdecimal()  # the block has no name of its own
        homes[name] = (*homes.get(parent, ()), f"{block.label}#" if numbered else own)
    for place, record in enumerate(analysis.layers, start=1):
        node = analysis.graph.nodes[place - 1]
        home = homes[node.blocks[-1]] if node.blocks else ()
        yield Side(place, node, record, (*home, node.layer.name))


def _member(side: Side) -> Member:
    """What a layer is paired by: its blocks, name and rules; these and its kind; rules; kind; units."""
    layer, given = side.node.layer, side.given
    by_person = given[-1] is not None and not any(str(home).endswith("#") for home in given[:-1])
    kind, rules = layer.kind, layer.rules
    keys = ((given, rules), (given, kind), rules, kind, prod(side.record.output))
    return Member(side.name, by_person, (given[:-1], kind), keys)


def _inputs(before: Graph, after: Graph) -> tuple[tuple[str, str], ...]:
    """The inputs in pairs: by name, and the others in order; "" for one that has no partner."""
    old = [name for name in before.inputs if name not in after.inputs]
    new = [name for name in after.inputs if name not in before.inputs]
    left = [*zip(old, new, strict=False)]
    alone = [(name, "") for name in old[len(left) :]] + [("", name) for name in new[len(left) :]]
    return (*((name, name) for name in before.inputs if name in after.inputs), *left, *alone)


def _in_order(
    one: Sequence[Side], other: Sequence[Side], paired: Mapping[int, tuple[int, bool]]
) -> Iterator[tuple[Side | None, Side | None, bool]]:
    """The layers in the order of the second network, with those of the first alone where they stood."""
    kept = {first for first, _ in paired.values()}
    reached = 0
    for place, side in enumerate(other):
        first, moved = paired.get(place, (None, False))
        if first is not None and not moved:
            yield from ((each, None, False) for each in _alone(one, kept, reached, first))
            reached = first
        yield None if first is None else one[first], side, moved
    yield from ((each, None, False) for each in _alone(one, kept, reached, len(one)))


def _alone(sides: Sequence[Side], kept: set[int], start: int, stop: int) -> Iterator[Side]:
    return (sides[index] for index in range(start, stop) if index not in kept)


def _terms(comparison: Comparison, quantity: str) -> tuple[Term, ...]:
    inputs = [
        Term(each.what, (), prod(each.after or (0,)) - prod(each.before or (0,)))
        for each in comparison.inputs
        if quantity == "units"
    ]
    found = [(each, _more(each, quantity)) for each in sorted(comparison.folded, key=_group)]
    differing = [(each, more) for each, more in found if more]
    least = sorted((abs(more) for _, more in differing), reverse=True)[:MOST_EXPLAINED]
    known: dict[object, tuple[str, ...]] = {}
    layers = [
        Term(each.name, _causes(each, quantity, known) if abs(more) >= least[-1] else (), more)
        for each, more in differing
    ]
    return (*[term for term in inputs if term.difference], *layers)


def _folded(comparison: Comparison) -> Iterator[Compared | Whole]:
    whole = {side: _whole_blocks(comparison, side) for side in ("before", "after")}
    for name, layers in groupby(comparison.changed, key=lambda layer: _block(layer, whole)):
        if name is None:
            yield from layers
        else:
            yield Whole(name[1], tuple(layers))


def _whole_blocks(comparison: Comparison, side: str) -> frozenset[str]:
    """The blocks of one of the networks of which the other has no layer."""
    sides: list[tuple[Compared, Side | None]] = [(each, getattr(each, side)) for each in comparison.layers]
    shared, blocks = set[str](), set[str]()
    for layer, placed in sides:
        if placed:
            blocks.update(placed.node.blocks)
            shared.update(placed.node.blocks if layer.before and layer.after else ())
    return frozenset(blocks - shared)


def _block(layer: Compared, whole: Mapping[str, frozenset[str]]) -> tuple[str, str] | None:
    """The outermost block that came or went with a layer."""
    if layer.before and layer.after:
        return None
    side, name = (layer.after, "after") if layer.after else (layer.before, "before")
    blocks = side.node.blocks if side else ()
    return next(((name, block) for block in blocks if block in whole[name]), None)


def _group(layer: Compared | Whole) -> int:
    """Where a layer stands in an account: changed, of another kind, added, removed."""
    if isinstance(layer, Whole):
        return 2 if layer.added else 3
    if layer.before and layer.after:
        return int(layer.exchanged)
    return 2 if layer.after else 3


def _more(layer: Compared | Whole, quantity: str) -> int:
    if isinstance(layer, Whole):
        return sum(_more(each, quantity) for each in layer.layers)
    after = layer.after.amount(quantity) if layer.after else 0
    return after - (layer.before.amount(quantity) if layer.before else 0)


def _live_terms(comparison: Comparison) -> tuple[Term, ...]:
    """The tensors alive at the peak of either network, where they are not equally large."""
    before, after = comparison.before.memory.live, comparison.after.memory.live
    pairs = [
        (layer.before.name if layer.before else "", layer.after.name if layer.after else "")
        for layer in comparison.layers
    ]
    terms = []
    for old, new in (*_inputs(comparison.before.graph, comparison.after.graph), *pairs):
        more = _values(after.get(new)) - _values(before.get(old))
        if more:
            terms.append(Term(new or old, (), more))
    return tuple(terms)


def _values(shape: Shape | None) -> int:
    return prod(shape) if shape else 0


def _causes(layer: Compared | Whole, quantity: str, known: dict[object, tuple[str, ...]]) -> tuple[str, ...]:
    """Which of the changes of a layer make the difference; none where they are many, or of another kind."""
    if isinstance(layer, Whole):
        return ("added",) if layer.added else ("removed",)
    before, after = layer.before, layer.after
    if not before or not after:
        return ("added",) if after else ("removed",)
    if layer.exchanged:
        return ()
    alike = (before.node.layer.rules, after.node.layer.rules, before.record.inputs, after.record.inputs)
    if alike not in known:
        fields = {change.what for change in layer.fields}
        known[alike] = tuple(_at_work(before, after, fields, quantity))
    return known[alike] if len(known[alike]) <= MOST_CAUSES else ()


def _at_work(before: Side, after: Side, fields: set[str], quantity: str) -> Iterator[str]:
    """The changes that alone make a difference, or that cannot be made alone; ``fields`` changed."""
    layer, inputs, usual = before.node.layer, before.record.inputs, before.amount(quantity)
    if inputs != after.record.inputs and _alone_with(layer, {}, after.record.inputs, quantity) != usual:
        yield "input"
    for word, name in by_word(type(layer)).items():
        value = getattr(after.node.layer, name)
        if word in fields and _alone_with(layer, {name: value}, inputs, quantity) != usual:
            yield word


def _alone_with(layer: Layer, changed: Mapping[str, Any], inputs: Shapes, quantity: str) -> int | None:
    """What a layer would count with some of its fields changed; `None` where it could not be built so."""
    try:
        fields = {name: getattr(layer, name) for name in by_word(type(layer)).values()}
        trial = type(layer).model_validate({**fields, **changed})
        output = trial.output(*inputs)
        if quantity == "units":
            return prod(output.shape)
        value: int = getattr(trial.count(inputs, output), quantity).value
    except (LayerError, ValidationError):
        return None
    return value
