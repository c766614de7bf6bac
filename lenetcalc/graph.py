"""From a spec to its graph: every layer named, joined to those that it reads, none before its inputs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from lenetcalc.errors import MOST_FAULTS, Fault, SpecError
from lenetcalc.layers.base import Layer, field_words
from lenetcalc.network import NetworkSpec
from lenetcalc.shapes import Shape
from lenetcalc.source import KEY, Path
from lenetcalc.text import harmless, listed, nearest


@dataclass(frozen=True, slots=True)
class Node:
    """A layer in its place: its name, the names of what it reads, and where the spec states it."""

    name: str
    layer: Layer
    sources: tuple[str, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Graph:
    """A network joined up: ``nodes`` in an order in which each comes after all that it reads."""

    spec: NetworkSpec
    nodes: tuple[Node, ...]

    @property
    def inputs(self) -> Mapping[str, Shape]:
        """The shape of every input, by name."""
        return self.spec.inputs

    def fault(
        self, node: Node, fault: str, *, rule: str = "", hint: str = "", field: str | None = None
    ) -> Fault:
        """A fault of a layer, with its name and place."""
        words = field_words(type(node.layer)).get(field, ()) if field else ()
        return Fault(fault, rule, hint, self.spec.place(node.path, words=words), node.name)


def resolve(spec: NetworkSpec) -> Graph:
    """Name and join the layers of a network.

    >>> from lenetcalc.spec import load
    >>> [node.sources for node in resolve(load("lenet5")).nodes][:2]
    [('input',), ('C1',)]

    Raises:
        SpecError: names that stand twice or nowhere, layers that read too many or each other in a circle.
    """
    nodes = tuple(_joined(spec))
    graph = Graph(spec, nodes)
    found = chain(_names_twice(graph), _unknown_sources(graph), _merging(graph), _unknown_expectations(graph))
    if faults := list(islice(found, MOST_FAULTS + 1)):
        raise SpecError(faults)
    return Graph(spec, _in_order(graph))


def _joined(spec: NetworkSpec) -> Iterator[Node]:
    """The layers with their names, each reading the one before unless it says otherwise."""
    before = tuple(spec.inputs)
    for index, (name, layer) in enumerate(zip(_names(spec), spec.layers, strict=True)):
        yield Node(name, layer, layer.sources or before, ("layers", index))
        before = (name,)


def _names(spec: NetworkSpec) -> Iterator[str]:
    """The name of every layer: its own, or its kind and the next free number."""
    given = {layer.name for layer in spec.layers} | {*spec.inputs}
    numbers: Counter[str] = Counter()
    for layer in spec.layers:
        name = layer.name
        while name is None:
            numbers[layer.label] += 1
            candidate = f"{layer.label}{numbers[layer.label]}"
            name = None if candidate in given else candidate
        yield name


def _names_twice(graph: Graph) -> Iterator[Fault]:
    first: dict[str, Node | None] = dict.fromkeys(graph.inputs)
    for node in graph.nodes:
        if node.name not in first:
            first[node.name] = node
            continue
        other = first[node.name]
        place = graph.spec.place((*other.path, "name")) if other else None
        where = f"it is the name of another layer, at {place}" if place else "it is taken already"
        rule = where if other else "it is the name of the network's input"
        yield graph.fault(
            node,
            f"the name {harmless(node.name)} is taken",
            rule=rule,
            hint="choose another name",
            field="name",
        )


def _unknown_sources(graph: Graph) -> Iterator[Fault]:
    known = [*graph.inputs, *(node.name for node in graph.nodes)]
    names = frozenset(known)
    for node in graph.nodes:
        for source in node.sources:
            if source not in names:
                near = nearest(source, known)
                yield graph.fault(
                    node,
                    f"from names {harmless(source)}",
                    rule="there is no layer of that name",
                    hint=f"did you mean {harmless(near)}?"
                    if near
                    else f"name a layer, or {listed(graph.inputs, last='or', most=8)}",
                    field="from",
                )


def _merging(graph: Graph) -> Iterator[Fault]:
    for node in graph.nodes:
        if len(node.sources) > 1 and not node.layer.MERGES:
            yield graph.fault(
                node,
                f"it reads {listed(node.sources, most=8)}",
                rule=f"a layer of kind {node.layer.kind} reads one",
                hint="say which in from:",
                field="from",
            )


def _unknown_expectations(graph: Graph) -> Iterator[Fault]:
    names = {node.name: node for node in graph.nodes}
    for name in graph.spec.expect.layers if graph.spec.expect else ():
        if name not in names:
            near = nearest(name, names)
            yield Fault(
                f"expect names {harmless(name)}",
                "there is no layer of that name",
                f"did you mean {harmless(near)}?" if near else "take it away",
                graph.spec.place(("expect", "layers", name, KEY)),
            )


def _in_order(graph: Graph) -> tuple[Node, ...]:
    """The nodes sorted so that each follows its sources, otherwise as the spec has them."""
    nodes = {node.name: node for node in graph.nodes}
    done = {*graph.inputs}
    ordered: list[Node] = []
    for node in graph.nodes:
        trail = {} if node.name in done else {node.name: node}
        while trail:
            name, current = next(reversed(trail.items()))
            waiting = next((source for source in current.sources if source not in done), None)
            if waiting is None:
                del trail[name]
                done.add(name)
                ordered.append(current)
            elif waiting in trail:
                raise SpecError([_cycle(graph, list(trail.values()), waiting)])
            else:
                trail[waiting] = nodes[waiting]
    return tuple(ordered)


def _cycle(graph: Graph, trail: Sequence[Node], closing: str) -> Fault:
    """The fault of layers that read each other in a circle, shown as a path along the data."""
    circle = trail[[node.name for node in trail].index(closing) :]
    first = min(circle, key=lambda node: node.path)
    names = [node.name for node in reversed(circle)]
    start = names.index(first.name)
    names = [*names[start:], *names[:start], first.name]
    shown = names if len(names) <= 12 else [*names[:6], "…", *names[-5:]]
    path = " → ".join(map(harmless, shown))
    return graph.fault(
        first,
        f"it reads itself in a circle: {path}",
        rule="data flow one way",
        hint="let one of them read another layer",
        field="from",
    )
