"""What a network costs, as a report: a row a layer, totals, the working of each number."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from lenetcalc.analysis import Analysis, BlockRecord, LayerRecord
from lenetcalc.formula import Working
from lenetcalc.ledger import QUANTITIES, Operation, Part
from lenetcalc.network import NetworkSpec
from lenetcalc.receptive import ReceptiveField
from lenetcalc.report.cells import byte_size, per_value
from lenetcalc.report.columns import COLUMNS, DEFAULT_COLUMNS, Quantity
from lenetcalc.report.conventions import convention_document, convention_facts, quantity_of
from lenetcalc.report.model import Column, Report, Table
from lenetcalc.text import harmless, times

if TYPE_CHECKING:
    from lenetcalc.counting import Counted

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""


ELEMENT_SIZE = 4
"""Bytes of one value where nothing else is said: single precision."""

MOST_LIVE = 6
"""Tensors of the peak that are named in the footer; JSON names all."""


def network_report(
    analysis: Analysis,
    *,
    columns: Sequence[str] = DEFAULT_COLUMNS,
    working: bool = False,
    complete: bool = True,
    depth: int = 0,
    element_size: int = ELEMENT_SIZE,
    conventions: "Sequence[Counted]" = (),
) -> Report:
    """The report of a network with the chosen columns, and on request the working of each of their numbers.

    One that is not ``complete``, because a layer could not be worked out, has rows but no totals. Blocks that
    stand ``depth`` deep are folded into one row each; 0 unfolds all. ``element_size`` is that of one value in
    bytes. Behind the columns stands one for each of the ``conventions`` that the network was counted by.

    >>> from lenetcalc import analyze, load
    >>> network_report(analyze(load("lenet5"))).tables[0].total
    ('Total', '', 60000, 340908, 326520)
    """
    quantities = {name: COLUMNS[name] for name in columns}
    quantities |= {each.convention.title: quantity_of(each) for each in conventions}
    records = analysis.folded(depth)
    tables = [_table(analysis, records, [*quantities.values()], complete)]
    if working and (rows := tuple(_workings(records, quantities))):
        tables.append(
            Table((Column("Layer"), Column("Quantity"), Column("Working", folds=True)), rows, title="Working")
        )
    return Report(
        title=analysis.spec.title,
        facts=_facts(analysis.spec) | convention_facts(conventions),
        tables=tuple(tables),
        footer=_footer(analysis, quantities, element_size) if complete else {},
        notes=tuple(f"{record.name}: {note}" for record in analysis.layers for note in record.notes),
        document=partial(_document, analysis, element_size, conventions),
    )


def _facts(spec: NetworkSpec) -> dict[str, str]:
    """The inputs of a network, and where it is from."""
    inputs = {name: times(shape) for name, shape in spec.inputs.items()}
    named = [f"{name} {size}" for name, size in inputs.items()]
    shown = " · ".join(named if len(inputs) > 1 else inputs.values())
    return {"input": shown} | ({"source": spec.source} if spec.source else {})


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


def _footer(analysis: Analysis, quantities: Mapping[str, Quantity], element_size: int) -> Mapping[str, str]:
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
    return lines | {
        f"{quantity.column.heading} counts": quantity.meaning
        for quantity in quantities.values()
        if quantity.meaning
    }


def _document(analysis: Analysis, element_size: int, conventions: "Sequence[Counted]") -> dict[str, Any]:
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
        "conventions": [*map(convention_document, conventions)],
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
    operations = {key: working_as_data(working) for key, working in record.counts.operations.items()}
    return {
        **{name: working_as_data(getattr(record.counts, name)) for name in QUANTITIES},
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
        "output_working": [working_as_data(size) for size in record.output_workings],
        "units": working_as_data(record.units),
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


def working_as_data(working: Working) -> dict[str, Any]:
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
