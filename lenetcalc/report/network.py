"""What a network costs, as a report: a row a layer, totals, the working of each number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from lenetcalc.analysis import Analysis, LayerRecord
from lenetcalc.formula import Working
from lenetcalc.ledger import OPERATIONS, QUANTITIES, Operation, Part
from lenetcalc.report.model import Aside, Cell, Column, Report, Table
from lenetcalc.text import harmless, times

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column of the report: how a layer fills it, what it sums to, its workings, and what it counts."""

    column: Column
    cell: Callable[[LayerRecord], Cell]
    total: Callable[[Analysis], Cell] = lambda analysis: ""
    workings: Callable[[LayerRecord], Sequence[Working]] = lambda record: ()
    meaning: str = ""


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
        Column(name.capitalize(), numeric=True),
        lambda record: _value(record.counts.operation(name)),
        lambda analysis: sum(
            count for (_, operation), count in analysis.totals.operations.items() if operation == name
        ),
        lambda record: [record.counts.operation(name)],
        f"elementary {name}, of every part of a layer",
    )


def _value(working: Working) -> Cell:
    return working.value if working else None


def _parameters(record: LayerRecord) -> Cell:
    """Trainable parameters; those of a layer that only has fixed weights stand apart."""
    counts = record.counts
    return Aside(counts.fixed.value) if counts.fixed and not counts.parameters else _value(counts.parameters)


def _units(record: LayerRecord) -> Cell:
    return record.units.value if record.forms_units else Aside(record.units.value)


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
        "of the layer before",
    ),
    "parameters": Quantity(
        Column("Param #", numeric=True),
        _parameters,
        lambda analysis: analysis.totals.parameters,
        lambda record: [record.counts.parameters],
        "trainable weights and biases; in parentheses fixed weights, which nobody trains",
    ),
    "fixed": _counted("fixed", "Fixed", "weights that nobody trains"),
    "connections": _counted(
        "connections",
        "Connections",
        "links between units (LeCun et al. 1998): real inputs, none on padding, and one bias line a unit",
    ),
    "macs": _counted(
        "macs", "MACs", "nominal multiply–accumulates into units, taps on padding included, biases apart"
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
) -> Report:
    """The report of a network with the chosen columns, and on request the working of each of their numbers.

    One that is not ``complete``, because a layer could not be worked out, has rows but no totals.

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
    tables = [_table(analysis, quantities, complete)]
    if working and (rows := tuple(_workings(analysis, dict(zip(columns, quantities, strict=True))))):
        tables.append(
            Table((Column("Layer"), Column("Quantity"), Column("Working", folds=True)), rows, title="Working")
        )
    return Report(
        title=spec.title,
        facts={"input": shown} | ({"source": spec.source} if spec.source else {}),
        tables=tuple(tables),
        footer=_footer(analysis, columns) if complete else {},
        notes=tuple(f"{record.name}: {note}" for record in analysis.layers for note in record.notes),
        document=partial(_document, analysis),
    )


def _table(analysis: Analysis, quantities: Sequence[Quantity], complete: bool) -> Table:
    return Table(
        columns=tuple(quantity.column for quantity in quantities),
        rows=tuple(tuple(quantity.cell(record) for quantity in quantities) for record in analysis.layers),
        total=tuple(quantity.total(analysis) for quantity in quantities) if complete else (),
    )


def _workings(analysis: Analysis, quantities: Mapping[str, Quantity]) -> Iterator[tuple[str, str, str]]:
    """A row for every number that has a working: layer, quantity, working."""
    for record in analysis.layers:
        for name, quantity in quantities.items():
            workings = [str(working) for working in quantity.workings(record) if working]
            if name == "parameters" and record.counts.fixed and not record.counts.parameters:
                name, workings = "fixed", [str(record.counts.fixed)]
            if workings:
                yield record.name, name, " · ".join(workings)


def _axes(sizes: Sequence[Working]) -> Sequence[Working]:
    """The workings along the axes; one where they are all the same."""
    return sizes[:1] if len({str(size) for size in sizes}) == 1 else sizes


def _footer(analysis: Analysis, columns: Sequence[str]) -> Mapping[str, str]:
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
    meanings = {name: COLUMNS[name].meaning for name in columns if COLUMNS[name].meaning}
    return lines | {f"{COLUMNS[name].column.heading} counts": meaning for name, meaning in meanings.items()}


def _document(analysis: Analysis) -> dict[str, Any]:
    totals = analysis.totals
    return {
        "document": "lenetcalc report",
        "schema_version": SCHEMA_VERSION,
        "network": {
            "name": analysis.spec.title,
            "source": analysis.spec.source,
            "inputs": {name: list(shape) for name, shape in analysis.spec.inputs.items()},
        },
        "layers": [_layer(record) for record in analysis.layers],
        "totals": {
            **{name: getattr(totals, name) for name in ("units", *QUANTITIES)},
            "operations": _nested(totals.operations),
        },
        "counted": {name: quantity.meaning for name, quantity in COLUMNS.items() if quantity.meaning},
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
        **{name: _working(getattr(record.counts, name)) for name in QUANTITIES},
        "operations": _nested({key: _working(working) for key, working in record.counts.operations.items()}),
        "notes": list(record.notes),
    }


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
