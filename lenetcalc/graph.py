"""From a spec to its graph: every layer joined to those that it reads, none before its inputs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from lenetcalc.errors import MOST_FAULTS, Fault, LayerError, SpecError
from lenetcalc.expansion import MOST_LAYERS, Expansion, Node, Placed, expand
from lenetcalc.layers.base import Layer, Output, field_words
from lenetcalc.network import NetworkSpec
from lenetcalc.shapes import Shape
from lenetcalc.text import harmless, listed, nearest


@dataclass(frozen=True, slots=True)
class Graph:
    """A network joined up: ``nodes`` in an order in which each comes after all that it reads.

    ``blocks`` are those that the nodes stand in, with the name of the layer that is the output of each.
    """

    spec: NetworkSpec
    nodes: tuple[Node, ...]
    blocks: Mapping[str, Placed]
    outputs: Mapping[str, str]

    @property
    def inputs(self) -> Mapping[str, Shape]:
        """The shape of every input, by name."""
        return self.spec.inputs

    def meant(self, name: str) -> str:
        """The layer or input that a name means, of a block or a chain its last."""
        seen = {name}
        while name in self.outputs and self.outputs[name] not in seen:
            name = self.outputs[name]
            seen.add(name)
        return name

    def on(self, inputs: Mapping[str, Shape]) -> "Graph":
        """The same graph on other inputs, by name."""
        return replace(self, spec=self.spec.with_input(**inputs))

    def walk(
        self, inputs: Mapping[str, Shape], changed: Mapping[str, Layer] | None = None
    ) -> Iterator[tuple[Node, Output | LayerError]]:
        """Every node with its output on these inputs, nothing counted; the last with the error it ends in.

        ``changed`` are layers to take in place of those of the graph, by name.
        """
        shapes = dict(inputs)
        laid: dict[object, Output] = {}  # a repeated layer is one object
        for node in self.nodes:
            layer = changed.get(node.name, node.layer) if changed else node.layer
            read = tuple([shapes[source] for source in node.sources])
            alike = (id(layer), read)
            try:
                output = laid[alike] if alike in laid else laid.setdefault(alike, layer.output(*read))
            except LayerError as error:
                yield node, error
                return
            yield node, output
            shapes[node.name] = output.shape

    def fault(
        self, node: Node | Placed, fault: str, *, rule: str = "", hint: str = "", field: str | None = None
    ) -> Fault:
        """A fault of a layer, with its name and place."""
        words: tuple[str, ...] = (field,) if field else ()
        if isinstance(node, Node) and field:
            words = field_words(type(node.layer)).get(field, ())
        used = tuple(place for use in node.uses if (place := self.spec.place(use)))
        return Fault(fault, rule, hint, self.spec.place(node.path, words=words), node.name, used)


def resolve(spec: NetworkSpec, *, max_layers: int = MOST_LAYERS) -> Graph:
    """Write out the blocks of a network, and name and join its layers.

    >>> from lenetcalc.spec import load
    >>> [node.sources for node in resolve(load("lenet5")).nodes][:2]
    [('input',), ('C1',)]

    Raises:
        SpecError: names that stand twice or nowhere, layers that read too many or each other in a circle,
            blocks that cannot be written out, or come to more than ``max_layers`` layers.
    """
    expansion = expand(spec, most=max_layers)
    blocks = {block.name: block for block in expansion.blocks}
    graph = Graph(spec, tuple(expansion.nodes), blocks, expansion.outputs)
    found = chain(
        _names_twice(graph, expansion),
        _unknown_sources(graph, expansion),
        _merging(graph),
    )
    if faults := list(islice(_each_once(found), MOST_FAULTS + 1)):
        raise SpecError(faults)
    return replace(graph, nodes=_in_order(replace(graph, nodes=tuple(_joined(graph)))))


def _each_once(faults: Iterator[Fault]) -> Iterator[Fault]:
    """Faults without those of one place in a block that are told of another use already."""
    told: set[object] = set()
    for fault in faults:
        layer = str(fault.layer)
        use = layer.removesuffix(layer.rsplit(".", 1)[-1])  # what the names of this use begin with
        where = (fault.place, fault.fault.replace(harmless(use), "")) if fault.used else id(fault)
        if where not in told:
            told.add(where)
            yield fault


def _joined(graph: Graph) -> Iterator[Node]:
    """The nodes with the names of layers for those of blocks; raises `SpecError` for one of no layer."""
    for node in graph.nodes:
        if graph.outputs.keys().isdisjoint(node.sources):
            yield node
            continue
        meant = tuple(map(graph.meant, node.sources))
        for name, layer in zip(node.sources, meant, strict=True):
            if layer in graph.outputs:
                fault = f"it reads {harmless(name)}, which has no layer and reads itself"
                raise SpecError([graph.fault(node, fault, rule="data flow one way", field="from")])
        yield replace(node, sources=meant)


def _names_twice(graph: Graph, expansion: Expansion) -> Iterator[Fault]:
    first: dict[str, Node | Placed | None] = dict.fromkeys(graph.inputs)
    placed: list[Node | Placed] = [*expansion.blocks, *expansion.chains, *graph.nodes]
    for node in placed:
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


def _unknown_sources(graph: Graph, expansion: Expansion) -> Iterator[Fault]:
    known = [*graph.inputs, *(node.name for node in graph.nodes), *graph.outputs]
    names = frozenset(known)
    placed: list[Node | Placed] = [*graph.nodes, *expansion.blocks]
    for node in placed:
        for source in node.sources:
            if source not in names:
                yield _unknown_source(graph, node, source, known)


def _unknown_source(graph: Graph, node: Node | Placed, source: str, known: Sequence[str]) -> Fault:
    """The fault of a name that is none, in the words of the block that the layer stands in."""
    around = node.name.removesuffix(node.name.rsplit(".", 1)[-1]) if node.uses else ""
    near = nearest(
        source.removeprefix(around),
        [name.removeprefix(around) for name in known if name.startswith(around) and name != node.name],
    )
    inputs = graph.spec.blocks[str(node.path[1])].inputs if node.uses else graph.inputs
    return graph.fault(
        node,
        f"from names {harmless(source.removeprefix(around))}",
        rule="there is no layer of that name" + " in the block" * bool(node.uses),
        hint=f"did you mean {harmless(near)}?"
        if near
        else f"name a layer, or {listed(inputs, last='or', most=8)}",
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
