"""From a spec to its layers one by one: every block in its place, every repetition written out and named."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from pydantic import ValidationError

from lenetcalc.arithmetic import CalculationError
from lenetcalc.entries import Arguments, Block, Call, Entry, LayerTemplate, Use
from lenetcalc.errors import MOST_FAULTS, Fault, SpecError
from lenetcalc.layers.base import Layer
from lenetcalc.network import NetworkSpec
from lenetcalc.source import KEY, Path
from lenetcalc.text import harmless, listed, nearest, plural
from lenetcalc.validation import value_faults

MOST_LAYERS = 100_000
"""Layers that a network may have once its blocks are written out, unless more are asked for."""

DEEPEST = 32
"""Blocks that may stand in one another."""


@dataclass(frozen=True, slots=True)
class Node:
    """A layer in its place: its name, the names of what it reads, and where the spec states it.

    ``blocks`` are the names of the blocks that it stands in, the outermost first, and ``uses`` the paths at
    which the spec uses them, the innermost first.
    """

    name: str
    layer: Layer
    sources: tuple[str, ...]
    path: Path
    uses: tuple[Path, ...] = ()
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """A block in its place: its name, that of its definition, what it reads, and where the spec uses it."""

    name: str
    label: str
    sources: tuple[str, ...]
    path: Path
    uses: tuple[Path, ...] = ()


@dataclass(slots=True)
class Expansion:
    """The layers of a network; ``outputs`` says for every block and chain which layer its name means."""

    nodes: list[Node] = field(default_factory=list)
    blocks: list[Placed] = field(default_factory=list)
    chains: list[Placed] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Scope:
    """The network, or one use of a block: what its names begin with and what they stand for."""

    path: Path = ()
    prefix: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    arguments: Arguments = field(default_factory=dict)
    uses: tuple[Path, ...] = ()
    blocks: tuple[str, ...] = ()

    def full(self, name: str) -> str:
        """A name of the scope as the whole network knows it."""
        return self.inputs.get(name, self.prefix + name)


def expand(spec: NetworkSpec, *, most: int = MOST_LAYERS) -> Expansion:
    """Write out the blocks and repetitions of a network.

    Raises:
        SpecError: blocks that are unknown or use each other in a circle, arguments that are unknown, missing
            or do not come out, or more than ``most`` layers.
    """
    if faults := [*islice(_nesting_faults(spec), MOST_FAULTS + 1)]:
        raise SpecError(faults)
    expander = _Expander(spec, most)
    expander.scope(spec.layers, _Scope(inputs={name: name for name in spec.inputs}))
    if expander.faults:
        raise SpecError(expander.faults)
    if not expander.done.nodes:
        rule = "a network has at least one once its repetitions are written out"
        raise SpecError(
            [Fault("there is no layer", rule, "repeat it at least once", spec.place(("layers",)))]
        )
    return expander.done


class _Expander:
    """Walks through the scopes of a network."""

    def __init__(self, spec: NetworkSpec, most: int) -> None:
        self.spec = spec
        self.most = most
        self.steps = 0
        self.done = Expansion()
        self.faults: list[Fault] = []
        self.given: dict[int, Arguments] = {}
        self.filled: dict[object, Layer | Call | None] = {}

    def scope(self, entries: tuple[Entry, ...], scope: _Scope) -> str:
        """Write out the entries of a scope; the name of the layer that is its output."""
        names, placed = _Names(entries, scope.inputs), len(self.done.nodes)
        before = tuple(scope.inputs.values())
        for index, entry in enumerate(entries):
            path = (*scope.path, "layers", index)
            if scope.uses and entry.name in scope.inputs:
                fault = f"the name {harmless(entry.name)} is taken"
                rule = "it is what the block calls what it reads"
                self.note(self.fault(scope, path, fault, rule, "choose another name", words=("name",)))
            filled = self.fill(entry, scope, path)
            if filled is not None:
                sources = tuple(map(scope.full, filled.sources)) or before
                before = self.place(filled, names, sources, scope, path)
        if len(self.done.nodes) == placed and len(before) > 1 and not self.faults:
            fault = f"it has no layer, so it is not known which of {listed(before)} it passes on"
            self.note(self.fault(scope, (*scope.path, "layers"), fault, "", "repeat a layer at least once"))
        return before[-1]

    def place(
        self, entry: Layer | Call, names: "_Names", sources: tuple[str, ...], scope: _Scope, path: Path
    ) -> tuple[str, ...]:
        """Put a layer or block in its place, as often as it is repeated; what the next entry reads."""
        times = 1 if entry.repeat is None else entry.repeat
        self.take(times, scope, path)
        for _ in range(times):
            name = scope.prefix + names.next(entry)
            if isinstance(entry, Call):
                self.call(entry, name, sources, scope, path)
            else:
                node = Node(name, entry, sources, path, scope.uses, scope.blocks)
                self.done.nodes.append(node)
            sources = (name,)
        if entry.repeat is not None and entry.name is not None:
            chain = scope.prefix + entry.name
            self.done.chains.append(Placed(chain, entry.label, sources, path, scope.uses))
            self.done.outputs[chain] = sources[-1]
        return sources

    def take(self, times: int, scope: _Scope, path: Path) -> None:
        """Count what is written out; raises `SpecError` beyond the limit."""
        self.steps += times
        if self.steps > self.most:
            rule = f"a network has at most {self.most:,} once its blocks are written out"
            fault = f"with {plural(times, 'repetition')} there are over {self.most:,} layers"
            hint = "repeat less, or raise the limit with --max-layers"
            raise SpecError([self.fault(scope, path, fault, rule, hint, words=("repeat", "block"))])

    def call(self, call: Call, name: str, sources: tuple[str, ...], scope: _Scope, path: Path) -> None:
        """Write out a block in its place."""
        block = self.spec.blocks[call.block]
        self.done.blocks.append(Placed(name, call.block, sources, path, scope.uses))
        if len(sources) != len(block.inputs):
            fault = f"the block {harmless(call.block)} reads {listed(block.inputs)}"
            rule = f"it is given {plural(len(sources), 'layer')}"
            hint = "name as many in from:, or say in the block's inputs: what it calls them"
            if call.repeat is not None and len(sources) == 1:
                rule, hint = "a chain passes on one output", "write it out, without repeat"
            self.note(self.fault(scope, path, fault, rule, hint, words=("repeat", "from")))
            return
        inner = _Scope(
            path=("blocks", call.block),
            prefix=f"{name}.",
            inputs=dict(zip(block.inputs, sources, strict=True)),
            arguments=self.arguments(block, call),
            uses=(path, *scope.uses),
            blocks=(*scope.blocks, name),
        )
        self.done.outputs[name] = self.scope(block.layers, inner)

    def arguments(self, block: Block, call: Call) -> Arguments:
        """What the parameters of a block stand for in a call, worked out once for all its repetitions."""
        if id(call) not in self.given:
            defaults = {name: value for name, value in block.parameters.items() if value is not None}
            self.given[id(call)] = {**defaults, **call.arguments}
        return self.given[id(call)]

    def fill(self, entry: Entry, scope: _Scope, path: Path) -> Layer | Call | None:
        """An entry with its arithmetic done, once for equal arguments; `None` where it does not come out."""
        if isinstance(entry, Layer):
            return entry
        known = (path, *[scope.arguments[name] for name in sorted(entry.reads)])
        if known not in self.filled:
            self.filled[known] = self.filled_anew(entry, scope, path)
        return self.filled[known]

    def filled_anew(self, entry: LayerTemplate | Use, scope: _Scope, path: Path) -> Layer | Call | None:
        try:
            filled = entry.filled(scope.arguments)
        except CalculationError as error:
            given = ", ".join(f"{name} {scope.arguments[name]}" for name in sorted(entry.reads)[:8])
            fault = f"arithmetic with {given} does not come out: {error.fault}"
            words = (error.field,) if error.field else ()
            self.note(self.fault(scope, path, fault, error.rule, "give other arguments", words=words))
            return None
        except ValidationError as error:
            for steps, fault, rule in value_faults(error):
                self.note(self.fault(scope, (*path, *steps), fault, rule, "give other arguments"))
            return None
        if isinstance(filled, Call) and (faults := [*self.argument_faults(filled, scope, path)]):
            for each in faults:
                self.note(each)
            return None
        return filled

    def argument_faults(self, call: Call, scope: _Scope, path: Path) -> Iterator[Fault]:
        """Arguments that the block does not know, and parameters without one; a repeat below zero."""
        known = self.spec.blocks[call.block].parameters
        for name in call.arguments:
            if name not in known:
                near = nearest(name, [*known, "from", "repeat", "name"])
                rule = f"the block {harmless(call.block)} has {listed(known) or 'no parameters'}"
                hint = f"did you mean {near}?" if near else f"take {harmless(name)} away"
                fault = f"the argument {harmless(name)} is unknown"
                yield self.fault(scope, (*path, name, KEY), fault, rule, hint)
        for name, default in known.items():
            if default is None and name not in call.arguments:
                rule = f"the block {harmless(call.block)} needs it"
                yield self.fault(scope, path, f"the argument {name} is missing", rule, f"add {name}: …")
        if call.repeat is not None and call.repeat < 0:
            fault = f"repeat is {call.repeat}"
            yield self.fault(scope, (*path, "repeat"), fault, "it must be at least 0", "give other arguments")

    def note(self, fault: Fault) -> None:
        """Keep a fault; raises `SpecError` with all of them when there are too many."""
        self.faults.append(fault)
        if len(self.faults) > MOST_FAULTS:
            raise SpecError(self.faults)

    def fault(
        self,
        scope: _Scope,
        path: Path,
        fault: str,
        rule: str = "",
        hint: str = "",
        *,
        words: tuple[str, ...] = (),
    ) -> Fault:
        """A fault with its place, and where the blocks around it are used."""
        used = tuple(place for use in scope.uses if (place := self.spec.place(use)))
        name = scope.prefix.removesuffix(".") or None
        return Fault(fault, rule, hint, self.spec.place(path, words=words), name, used)


class _Names:
    """The names of the entries of a scope: their own, or the label and the next free number."""

    def __init__(self, entries: tuple[Entry, ...], inputs: Mapping[str, str]) -> None:
        self.given = {entry.name for entry in entries if entry.name is not None} | {*inputs}
        self.numbers: Counter[str] = Counter()

    def next(self, entry: Layer | Call) -> str:
        """The name of an entry, or of its next repetition."""
        if entry.name is not None and entry.repeat is None:
            return entry.name
        base = entry.name or entry.label
        while True:
            self.numbers[base] += 1
            candidate = f"{base}{self.numbers[base]}"
            if candidate not in self.given:
                return candidate


def _uses(block: Block) -> Iterator[tuple[int, Use]]:
    for index, entry in enumerate(block.layers):
        if isinstance(entry, Use):
            yield index, entry


def _nesting_faults(spec: NetworkSpec) -> Iterator[Fault]:
    """Blocks that are used but not defined, or that use each other in a circle or too deep."""
    homes = [((), spec.layers), *((("blocks", name), block.layers) for name, block in spec.blocks.items())]
    unknown = False
    for home, entries in homes:
        for index, entry in enumerate(entries):
            if isinstance(entry, Use) and entry.block not in spec.blocks:
                unknown = True
                near = nearest(entry.block, spec.blocks)
                known = f"the blocks are {listed(spec.blocks)}" if spec.blocks else "the spec has no blocks"
                hint = f"did you mean {harmless(near)}?" if near else "define it under blocks:"
                place = spec.place((*home, "layers", index, "block"))
                yield Fault(f"there is no block {harmless(entry.block)}", known, hint, place)
    if not unknown:
        yield from _circles(spec)


def _circles(spec: NetworkSpec) -> Iterator[Fault]:
    """The first circle of blocks, or block in which others stand too deep; each block is looked at once."""
    heights: dict[str, int] = {}
    for start in spec.blocks:
        trail: list[str] = [] if start in heights else [start]
        waiting = [_uses(spec.blocks[start])] if trail else []
        while trail:
            index, use = next(waiting[-1], (0, None))
            place = spec.place(("blocks", trail[-1], "layers", index, "block"))
            if use is None:
                waiting.pop()
                name = trail.pop()
                inner = (heights[each.block] for _, each in _uses(spec.blocks[name]))
                heights[name] = 1 + max(inner, default=0)
                if heights[name] > DEEPEST:
                    fault = f"blocks stand over {DEEPEST} deep in one another"
                    yield Fault(fault, "a spec nests less", place=place)
                    return
            elif use.block in trail:
                circle = [*trail[trail.index(use.block) :], use.block]
                path = " → ".join(map(harmless, circle if len(circle) < 12 else [*circle[:8], "…"]))
                yield Fault(f"blocks use each other in a circle: {path}", "they nest", "end it", place)
                return
            elif use.block not in heights:
                trail.append(use.block)
                waiting.append(_uses(spec.blocks[use.block]))
