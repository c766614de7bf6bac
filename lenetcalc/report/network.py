"""What a network costs, as a report: a row a layer, totals, the working of each number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import prod
from typing import Any

from lenetcalc.analysis import Analysis, BlockRecord, LayerRecord
from lenetcalc.formula import Working
from lenetcalc.ledger import OPERATIONS, QUANTITIES, Operation, Part
from lenetcalc.receptive import Axis, ReceptiveField
from lenetcalc.report.cells import byte_size, per_value, percent
from lenetcalc.report.model import Aside, Cell, Column, Report, Table
from lenetcalc.text import harmless, times

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""


ELEMENT_SIZE = 4
"""Bytes of one value where nothing else is said: single precision."""

MOST_LIVE = 6
"""Tensors of the peak that are named in the footer; JSON names all."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column of the report: how a layer fills it, what it sums to, its workings, and what it counts."""

    column: Column
    cell: Callable[[LayerRecord], Cell]
    total: Callable[[Analysis], Cell] = lambda analysis: ""
    workings: Callable[[LayerRecord], Sequence[Working]] = lambda record: ()
    meaning: str = ""
    share: Callable[[LayerRecord, Analysis], Cell] | None = None


def _counted(name: str, heading: str, meaning: str) -> Quantity:
    """A quantity that is one count a layer."""
    return Quantity(
        Column(heading, numeric=True),
        lambda record: _value(getattr(record.counts, name)),
        lambda analysis: int(getattr(analysis.totals, name)),
        lambda record: [getattr(record.counts, name)],
        meaning,
    )


def _operation(name: Operation) -> Quantity:
    """A column for an elementary operation, over all parts of the ledger."""
    return Quantity(
        Column(name.capitalize().replace("_", " "), numeric=True),
        lambda record: _value(record.counts.operation(name)),
        lambda analysis: sum(
            count for (_, operation), count in analysis.totals.operations.items() if operation == name
        ),
        lambda record: [record.counts.operation(name)],
        f"elementary {name.replace('_', ' ')}, of every part of a layer",
    )


def _value(working: Working) -> Cell:
    return working.value if working else None


def _parameters(record: LayerRecord) -> Cell:
    """Trainable parameters; those of a layer that only has fixed weights stand apart."""
    counts = record.counts
    return Aside(counts.fixed.value) if counts.fixed and not counts.parameters else _value(counts.parameters)


def _units(record: LayerRecord) -> Cell:
    return record.units.value if record.forms_units else Aside(record.units.value)


def _share(name: str, heading: str) -> Quantity:
    """A column for a layer's part of a total, in per cent."""

    def cell(record: LayerRecord, analysis: Analysis) -> Cell:
        total, part = getattr(analysis.totals, name), getattr(record.counts, name).value
        return percent(part, total) if part else None

    return Quantity(Column(heading, numeric=True), lambda record: None, lambda analysis: "", share=cell)


def _of_field(show: Callable[[Axis], object]) -> Callable[[LayerRecord], Cell]:
    """A cell for what is known of the receptive field: one number where all axes are alike."""

    def cell(record: LayerRecord) -> Cell:
        seen = []
        for name, field in record.fields.items():
            sizes = ["--" if show(axis) is None else str(show(axis)) for axis in field or ()]
            text = "×".join(sizes[:1] if len({*sizes}) == 1 else sizes) or "--"
            seen.append(f"{name} {text}" if len(record.fields) > 1 else text)
        return ", ".join(seen) if seen else None

    return cell


LAYER = Quantity(
    Column("Layer (type)"),
    lambda record: f"{harmless(record.name, 40)} ({record.label})",
    lambda analysis: "Total",
)
COLUMNS: Mapping[str, Quantity] = {
    "layer": LAYER,
    "from": Quantity(Column("Connected to"), lambda record: ", ".join(record.sources)),
    "input": Quantity(Column("Input Shape"), lambda record: " ".join(map(times, record.inputs))),
    "output": Quantity(
        Column("Output Shape"),
        lambda record: record.output,
        workings=lambda record: _axes(record.output_workings),
    ),
    "units": Quantity(
        Column("Units", numeric=True),
        _units,
        lambda analysis: analysis.totals.units,
        lambda record: [record.units],
        meaning="values of the output, in the total also of the input; in parentheses no new ones, but those "
        "of the layer before; of a block those that its layers form",
    ),
    "parameters": Quantity(
        Column("Param #", numeric=True),
        _parameters,
        lambda analysis: analysis.totals.parameters,
        lambda record: [record.counts.parameters],
        "trainable weights and biases; in parentheses fixed weights, which nobody trains",
    ),
    "biases": _counted("biases", "Biases", "those of the parameters that are added, not multiplied"),
    "fixed": _counted("fixed", "Fixed", "weights that nobody trains"),
    "buffers": _counted("buffers", "Buffers", "running statistics, kept beside the weights"),
    "connections": _counted(
        "connections",
        "Connections",
        "links between units (LeCun et al. 1998): real inputs, none on padding, and one bias line a unit",
    ),
    "macs": _counted(
        "macs", "MACs", "nominal multiply–accumulates into units, taps on padding included, biases apart"
    ),
    "parameters-share": _share("parameters", "Param %"),
    "macs-share": _share("macs", "MACs %"),
    "receptive-field": Quantity(
        Column("Receptive Field", numeric=True),
        _of_field(lambda axis: axis.size),
        meaning="inputs along an axis that a unit depends on, those on padding included",
    ),
    "stride": Quantity(
        Column("Stride", numeric=True),
        _of_field(lambda axis: axis.stride),
        meaning="inputs from the field of one unit to that of the next",
    ),
    "start": Quantity(
        Column("Start", numeric=True),
        _of_field(lambda axis: axis.start),
        meaning="where on the input the field of the first unit begins; below 0 on padding",
    ),
    "values": Quantity(
        Column("Values", numeric=True),
        lambda record: prod(record.output) if record.copies else None,
        meaning="values that the output keeps in memory until its last reader has run",
    ),
    **{name: _operation(name) for name in OPERATIONS},
}
"""Every column that a report can have, by name."""

DEFAULT_COLUMNS = ("layer", "output", "parameters", "connections", "macs")


def network_report(
    analysis: Analysis,
    *,
    columns: Sequence[str] = DEFAULT_COLUMNS,
    working: bool = False,
    complete: bool = True,
    depth: int = 0,
    element_size: int = ELEMENT_SIZE,
) -> Report:
    """The report of a network with the chosen columns, and on request the working of each of their numbers.

    One that is not ``complete``, because a layer could not be worked out, has rows but no totals. Blocks that
    stand ``depth`` deep are folded into one row each; 0 unfolds all. ``element_size`` is that of one value in
    bytes.

    >>> from lenetcalc import analyze, load
    >>> network_report(analyze(load("lenet5"))).tables[0].total
    ('Total', '', 60000, 340908, 326520)
    """
    spec = analysis.spec
    quantities = [COLUMNS[name] for name in columns]
    inputs = {name: times(shape) for name, shape in spec.inputs.items()}
    shown = " · ".join(
        inputs.values() if len(inputs) == 1 else [f"{name} {size}" for name, size in inputs.items()]
    )
    records = analysis.folded(depth)
    tables = [_table(analysis, records, quantities, complete)]
    if working and (rows := tuple(_workings(records, dict(zip(columns, quantities, strict=True))))):
        tables.append(
            Table((Column("Layer"), Column("Quantity"), Column("Working", folds=True)), rows, title="Working")
        )
    return Report(
        title=spec.title,
        facts={"input": shown} | ({"source": spec.source} if spec.source else {}),
        tables=tuple(tables),
        footer=_footer(analysis, columns, element_size) if complete else {},
        notes=tuple(f"{record.name}: {note}" for record in analysis.layers for note in record.notes),
        document=partial(_document, analysis, element_size),
    )


def _table(
    analysis: Analysis, rows: Sequence[LayerRecord], quantities: Sequence[Quantity], complete: bool
) -> Table:
    return Table(
        columns=tuple(quantity.column for quantity in quantities),
        rows=tuple(
            tuple(
                quantity.share(record, analysis) if quantity.share else quantity.cell(record)
                for quantity in quantities
            )
            for record in rows
        ),
        total=tuple(quantity.total(analysis) for quantity in quantities) if complete else (),
    )


def _workings(
    records: Sequence[LayerRecord], quantities: Mapping[str, Quantity]
) -> Iterator[tuple[str, str, str]]:
    """A row for every number that has a working: layer, quantity, working."""
    for record in records:
        for name, quantity in quantities.items():
            workings = [_shown(record, working) for working in quantity.workings(record) if working]
            if name == "parameters" and record.counts.fixed and not record.counts.parameters:
                name, workings = "fixed", [str(record.counts.fixed)]
            if workings:
                yield record.name, name, " · ".join(workings)


def _shown(record: LayerRecord, working: Working) -> str:
    """The working of a number; of a block that of its layers stands with them."""
    if isinstance(record, BlockRecord) and working.formula is None:
        return f"the sum over its layers = {working.value:,}"
    return str(working)


def _axes(sizes: Sequence[Working]) -> Sequence[Working]:
    """The workings along the axes; one where they are all the same."""
    return sizes[:1] if len({str(size) for size in sizes}) == 1 else sizes


def _footer(analysis: Analysis, columns: Sequence[str], element_size: int) -> Mapping[str, str]:
    """Totals, trainable and fixed apart, and what the columns count."""
    totals = analysis.totals
    lines = {
        "Total weights": f"{totals.parameters + totals.fixed:,}",
        "Trainable parameters": f"{totals.parameters:,}",
        "Fixed weights": f"{totals.fixed:,}",
        "Connections": f"{totals.connections:,}",
        "MACs": f"{totals.macs:,}",
        "Units": f"{totals.units:,} with the input's",
    }
    if totals.buffers:
        lines["Buffers"] = f"{totals.buffers:,} running statistics, no parameters"
    peak = analysis.memory
    weights = totals.parameters + totals.fixed + totals.buffers
    live = [f"{harmless(name, 40)} {times(shape)}" for name, shape in peak.live.items()]
    shown = " + ".join(live[:MOST_LIVE] + (["…"] if len(live) > MOST_LIVE else []))
    lines["Weights in memory"] = f"{byte_size(weights * element_size)} {per_value(element_size)}"
    lines["Peak of activations"] = byte_size(peak.peak * element_size) + (
        f" while {harmless(peak.layer, 40)} runs: {shown}" if peak.layer else ""
    )
    meanings = {name: COLUMNS[name].meaning for name in columns if COLUMNS[name].meaning}
    return lines | {f"{COLUMNS[name].column.heading} counts": meaning for name, meaning in meanings.items()}


def _document(analysis: Analysis, element_size: int) -> dict[str, Any]:
    totals, memory = analysis.totals, analysis.memory
    weights = totals.parameters + totals.fixed + totals.buffers
    return {
        "document": "lenetcalc report",
        "schema_version": SCHEMA_VERSION,
        "network": {
            "name": analysis.spec.title,
            "source": analysis.spec.source,
            "inputs": {name: list(shape) for name, shape in analysis.spec.inputs.items()},
        },
        "layers": [*_layers(analysis.layers)],
        "blocks": [_block(record) for record in analysis.blocks.values()],
        "totals": {
            **{name: getattr(totals, name) for name in ("units", *QUANTITIES)},
            "operations": _nested(totals.operations),
        },
        "memory": {
            "weights": weights,
            "peak": memory.peak,
            "peak_layer": memory.layer or None,
            "live": {name: list(shape) for name, shape in memory.live.items()},
            "element_size": element_size,
            "weights_bytes": weights * element_size,
            "peak_bytes": memory.peak * element_size,
        },
        "counted": {name: quantity.meaning for name, quantity in COLUMNS.items() if quantity.meaning},
    }


def _layers(records: Sequence[LayerRecord]) -> Iterator[dict[str, Any]]:
    """Every layer; the counts of equal layers, which share them, are worked out once."""
    known: dict[int, dict[str, Any]] = {}
    for record in records:
        if id(record.counts) not in known:
            known[id(record.counts)] = _counted_in(record)
        yield {**_layer(record), **known[id(record.counts)]}


def _counted_in(record: LayerRecord) -> dict[str, Any]:
    operations = {key: _working(working) for key, working in record.counts.operations.items()}
    return {
        **{name: _working(getattr(record.counts, name)) for name in QUANTITIES},
        "operations": _nested(operations),
    }


def _layer(record: LayerRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "kind": record.kind,
        "type": record.label,
        "from": list(record.sources),
        "inputs": [list(shape) for shape in record.inputs],
        "output": list(record.output),
        "output_working": [_working(size) for size in record.output_workings],
        "units": _working(record.units),
        "forms_units": record.forms_units,
        "receptive_fields": {name: _field(field) for name, field in record.fields.items()},
        "values": prod(record.output) if record.copies else 0,
        "notes": list(record.notes),
    }


def _block(record: BlockRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "block": record.label,
        "from": list(record.sources),
        "inputs": [list(shape) for shape in record.inputs],
        "output": list(record.output),
        "layers": [layer.name for layer in record.layers],
        "units": record.units.value,
        **{name: getattr(record.counts, name).value for name in QUANTITIES},
    }


def _field(field: ReceptiveField) -> list[dict[str, Any]] | None:
    """A receptive field, axis by axis; a stride between inputs is a fraction as text."""
    if field is None:
        return None
    return [{"size": axis.size, "stride": _exact(axis.stride), "start": axis.start} for axis in field]


def _exact(number: int | Fraction | None) -> int | str | None:
    return str(number) if isinstance(number, Fraction) else number


def _working(working: Working) -> dict[str, Any]:
    """A count with its formula: general, substituted and evaluated."""
    if not working:
        return {"value": 0, "formula": None, "substituted": None}
    return {"value": working.value, "formula": working.general, "substituted": working.substituted}


def _nested(ledger: Mapping[tuple[Part, Operation], Any]) -> dict[str, dict[str, Any]]:
    """A ledger as operations within parts."""
    parts: dict[str, dict[str, Any]] = {}
    for (part, operation), entry in ledger.items():
        parts.setdefault(part, {})[operation] = entry
    return parts
