"""From a graph to its analysis: one record a layer, with every count and its working."""

import gc
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from types import MappingProxyType

from lenetcalc.errors import MOST_FAULTS, Fault, FitError, LayerError, MergeError, SpecError
from lenetcalc.expansion import MOST_LAYERS, Node
from lenetcalc.formula import Formula, Working
from lenetcalc.graph import Graph, resolve
from lenetcalc.layers.base import Layer, Output, Shapes
from lenetcalc.ledger import NOTHING, OPERATIONS, PARTS, QUANTITIES, Counts, Operation, Part
from lenetcalc.memory import Memory, live_memory
from lenetcalc.network import NetworkSpec
from lenetcalc.receptive import Fields, seen, whole
from lenetcalc.repair import history, repairs
from lenetcalc.shapes import Shape

MOST_UNITS = 10**1000
"""Units that a layer may have, so that every count has fewer digits than Python prints (4,300)."""

MOST_REMEMBERED = 1000
"""Measured layers that are remembered in case that equal ones follow."""

UNITS = Formula("channels × positions")


@dataclass(frozen=True, slots=True)
class LayerRecord:
    """What is known of one layer of a network on its input.

    ``output`` is its shape, channels first, and ``output_workings`` how its sizes came about. ``forms_units``
    is false where the outputs are units of the layer before in another form, and ``copies`` where they
    take no memory of their own. ``fields`` are the receptive fields on the inputs, ``blocks`` the names of
    the blocks around the layer, the outermost first.
    """

    name: str
    kind: str
    label: str
    sources: tuple[str, ...]
    inputs: Shapes
    output: Shape
    output_workings: tuple[Working, ...]
    counts: Counts
    forms_units: bool
    copies: bool
    fields: Fields
    notes: tuple[str, ...]
    blocks: tuple[str, ...] = ()

    @property
    def units(self) -> Working:
        """LeCun's neurons: the product of the output's shape."""
        return UNITS.work({"channels": self.output[0], "positions": self.output[1:]})


@dataclass(frozen=True, slots=True)
class BlockRecord(LayerRecord):
    """A block of layers in one record: its counts are the sums over its ``layers``, its output their last."""

    layers: tuple[LayerRecord, ...] = ()

    @property
    def units(self) -> Working:
        """The units that its layers form."""
        return _sum([record.units for record in self.layers if record.forms_units])


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the layers of a network.

    ``units`` are those of the input and of every layer that forms units of its own: an activation,
    a flatten or a dropout passes on those before it.
    """

    units: int
    parameters: int
    biases: int
    fixed: int
    buffers: int
    connections: int
    macs: int
    operations: Mapping[tuple[Part, Operation], int]

    @property
    def weights(self) -> int:
        """The parameters without the biases."""
        return self.parameters - self.biases


@dataclass(frozen=True)
class Analysis:
    """A network measured: a record for every layer, each after those that it reads.

    >>> from lenetcalc.spec import load
    >>> analysis = analyze(load("lenet5"))
    >>> print(analysis["C3"].counts.parameters)
    (5×5×3+1)×6 + (5×5×4+1)×9 + (5×5×6+1)×1 = 1,516
    >>> analysis.totals.connections
    340908

    """

    graph: Graph = field(repr=False)
    layers: tuple[LayerRecord, ...]
    totals: Totals
    memory: Memory

    @property
    def spec(self) -> NetworkSpec:
        """The network as its spec states it."""
        return self.graph.spec

    @cached_property
    def blocks(self) -> Mapping[str, BlockRecord]:
        """A record for every use of a block, the outermost first."""
        return MappingProxyType(dict(_blocks(self.graph, self._by_name)))

    @cached_property
    def _by_name(self) -> Mapping[str, LayerRecord]:
        return {record.name: record for record in self.layers}

    def __getitem__(self, name: str) -> LayerRecord:
        """Return the record of a layer or block by its name, of a chain its last; raises `KeyError`."""
        if name in self._by_name:
            return self._by_name[name]
        if name in self.blocks or name not in self.graph.outputs:
            return self.blocks[name]
        return self[self.graph.outputs[name]]

    def folded(self, depth: int) -> tuple[LayerRecord, ...]:
        """The records with every block that stands ``depth`` blocks deep in one; 0 leaves none folded."""
        if not depth:
            return self.layers
        rows = [
            self.blocks.get(record.blocks[depth - 1], record) if len(record.blocks) >= depth else record
            for record in self.layers
        ]
        return tuple({row.name: row for row in rows}.values())


def analyze(network: NetworkSpec | Graph, *, max_layers: int = MOST_LAYERS) -> Analysis:
    """Work out the output and all counts of every layer, in time linear in their number.

    Raises:
        SpecError: a layer cannot take its input; every independent fault is told, and the rows that could
            be worked out are its ``analysis``.
    """
    graph = resolve(network, max_layers=max_layers) if isinstance(network, NetworkSpec) else network
    with _uncollected():
        return _analyzed(graph)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for cycles, of which an analysis makes none.

    Of 100,000 layers that are all different the search would take as long as the analysis itself.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _analyzed(graph: Graph) -> Analysis:
    records: dict[str, LayerRecord] = {}
    measured: dict[Hashable, tuple[Output, Counts]] = {}  # deep networks repeat a few layers many times
    shapes: dict[str, Shape] = dict(graph.inputs)
    fields = whole(graph.inputs)
    faults: list[Fault] = []
    for node in graph.nodes:
        if all(source in shapes for source in node.sources):
            inputs = tuple(shapes[source] for source in node.sources)
            try:
                alike = (node.layer.rules, inputs)
                if alike not in measured:
                    if len(measured) == MOST_REMEMBERED:
                        measured.clear()
                    measured[alike] = _measure(node.layer, inputs)
            except LayerError as error:
                faults.append(_located(graph, node, shapes, error, first=not faults))
                if len(faults) > MOST_FAULTS:
                    break
            else:
                output, counts = measured[alike]
                seen_by = seen([fields[source] for source in node.sources], output.reaches, output.shape)
                fields[node.name] = seen_by
                records[node.name] = _record(node, inputs, output, counts, seen_by)
                shapes[node.name] = output.shape
    layers = tuple(records.values())
    memory = live_memory(graph.inputs, layers)
    analysis = Analysis(graph, layers, _totals(graph.spec, layers), memory)
    if faults:
        raise SpecError(faults, analysis=analysis)
    return analysis


def _measure(layer: Layer, inputs: Shapes) -> tuple[Output, Counts]:
    output = layer.output(*inputs)
    if prod(output.shape) > MOST_UNITS:
        raise LayerError("the output has over 10^1000 units", rule="larger counts are not worked out")
    return output, layer.count(inputs, output)


def _record(node: Node, inputs: Shapes, output: Output, counts: Counts, fields: Fields) -> LayerRecord:
    return LayerRecord(
        name=node.name,
        kind=node.layer.kind,
        label=node.layer.label,
        sources=node.sources,
        inputs=inputs,
        output=output.shape,
        output_workings=output.workings,
        counts=counts,
        forms_units=node.layer.FORMS_UNITS,
        copies=node.layer.COPIES,
        fields=fields,
        notes=output.notes,
        blocks=node.blocks,
    )


def _blocks(graph: Graph, records: Mapping[str, LayerRecord]) -> Iterator[tuple[str, BlockRecord]]:
    """A record for every block whose output could be worked out, by name."""
    members: dict[str, list[LayerRecord]] = {name: [] for name in graph.blocks}
    for node in graph.nodes:
        for name in node.blocks:
            if node.name in records:
                members[name].append(records[node.name])
    for name, placed in graph.blocks.items():
        last = records.get(graph.meant(name))
        if last is not None and name in last.blocks:
            yield name, _block(name, placed.label, tuple(members[name]), last)


def _block(name: str, label: str, layers: tuple[LayerRecord, ...], last: LayerRecord) -> BlockRecord:
    inside = {record.name for record in layers}
    read = {
        source: shape
        for record in layers
        for source, shape in zip(record.sources, record.inputs, strict=True)
        if source not in inside
    }
    return BlockRecord(
        name=name,
        blocks=last.blocks[: last.blocks.index(name)],
        kind="block",
        label=label,
        sources=tuple(read),
        inputs=tuple(read.values()),
        output=last.output,
        output_workings=last.output_workings,
        counts=_summed([record.counts for record in layers]),
        forms_units=any(record.forms_units for record in layers),
        copies=any(record.copies for record in layers),
        fields=last.fields,
        notes=tuple(f"{record.name}: {note}" for record in layers for note in record.notes),
        layers=layers,
    )


def _summed(counts: Sequence[Counts]) -> Counts:
    entries = dict.fromkeys(entry for count in counts for entry in count.operations)
    return Counts(
        **{name: _sum([getattr(count, name) for count in counts]) for name in QUANTITIES},
        operations=MappingProxyType(
            {entry: _sum([count.operations.get(entry, NOTHING) for count in counts]) for entry in entries}
        ),
    )


def _sum(workings: Sequence[Working]) -> Working:
    """Many workings in one, side by side."""
    addends = tuple([working for working in workings if working])
    return Working(sum(working.value for working in addends), addends=addends)


def _located(
    graph: Graph, node: Node, shapes: Mapping[str, Shape], error: LayerError, *, first: bool
) -> Fault:
    """A layer's own fault with its place; for the first window that does not fit, why, and what would."""
    fault, hint = error.fault, error.hint
    if isinstance(error, MergeError):
        fault = error.between(node.sources)
    if first and isinstance(error, FitError):
        fault += history(graph, node, shapes)
        hint = ", or ".join(filter(None, (error.hint, repairs(graph, node))))
    return graph.fault(node, fault, rule=error.rule, hint=hint, field=error.field)


def _totals(spec: NetworkSpec, layers: tuple[LayerRecord, ...]) -> Totals:
    counts = [record.counts for record in layers]
    own_units = (prod(record.output) for record in layers if record.forms_units)
    return Totals(
        units=sum(map(prod, spec.inputs.values())) + sum(own_units),
        **{name: sum([getattr(count, name).value for count in counts]) for name in QUANTITIES},
        operations=_operations(counts),
    )


def _operations(counts: list[Counts]) -> Mapping[tuple[Part, Operation], int]:
    """The ledgers of all layers in one."""
    totals: Counter[tuple[Part, Operation]] = Counter()
    for count in counts:
        for entry, working in count.operations.items():
            totals[entry] += working.value
    entries = ((part, operation) for part in PARTS for operation in OPERATIONS)
    return MappingProxyType({entry: totals[entry] for entry in entries if entry in totals})
