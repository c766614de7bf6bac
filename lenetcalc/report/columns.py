"""The columns that a report of a network can have: how each is filled, what it sums to, what it counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from lenetcalc.analysis import Analysis, LayerRecord
from lenetcalc.formula import Working
from lenetcalc.ledger import OPERATIONS, Operation
from lenetcalc.receptive import Axis
from lenetcalc.report.cells import percent
from lenetcalc.report.model import Aside, Cell, Column
from lenetcalc.text import harmless, times


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


def _axes(sizes: Sequence[Working]) -> Sequence[Working]:
    """The workings along the axes; one where they are all the same."""
    return sizes[:1] if len({str(size) for size in sizes}) == 1 else sizes


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
SHORT_COLUMNS = ("layer", "output")
"""The columns where nothing else is said; the short ones where those of conventions stand beside them."""
