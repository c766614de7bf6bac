"""What is known of each quantity that a figure or limit may be about, and which layers contribute to it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TypeAlias

from lenetcalc.analysis import Analysis, BlockRecord, LayerRecord
from lenetcalc.counting import Counted
from lenetcalc.expectations import ELEMENT_SIZE
from lenetcalc.ledger import OPERATIONS, QUANTITIES
from lenetcalc.receptive import Axis
from lenetcalc.shapes import Shape

Part: TypeAlias = tuple[str, int]
"""A layer, or a tensor that is alive, and what it contributes."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The values of a quantity: one number, for a receptive field one along each axis of every input.

    ``lower_bound`` says that something was not counted; ``also`` is what the tool of a convention prints
    where that is another number; ``shares`` are the layers that contribute, the largest first.
    """

    values: tuple[int | Fraction | None, ...]
    shares: tuple[Part, ...] = ()
    lower_bound: bool = False
    also: int | None = None

    @property
    def least(self) -> int | Fraction | None:
        """The least of the values; `None` where one is not known."""
        known = [value for value in self.values if value is not None]
        return min(known) if known and len(known) == len(self.values) else None

    @property
    def most(self) -> int | Fraction | None:
        """The most of the values; `None` where one is not known."""
        known = [value for value in self.values if value is not None]
        return max(known) if known and len(known) == len(self.values) else None


def measured(
    analysis: Analysis, layer: str | None, quantity: str, *, element_size: int = ELEMENT_SIZE
) -> Measured:
    """A quantity of a layer or block by name, or where that is `None` of the whole network.

    >>> from lenetcalc import analyze, load
    >>> measured(analyze(load("lenet5")), None, "parameters")
    Measured(values=(60000,), shares=(('C5', 48120), ('F6', 10164), ('C3', 1516), ('C1', 156), ('S4', 32), \
('S2', 12)), lower_bound=False, also=None)

    Raises:
        KeyError: there is no such layer or quantity.
    """
    record = analysis[layer] if layer is not None else None
    if quantity in FIELDS:
        ends = [record] if record else outputs(analysis)
        axes = [axis for end in ends for axis in _axes(end)]
        return Measured(tuple([FIELDS[quantity](axis) if axis else None for axis in axes]))
    if quantity == "peak_memory":
        live = {name: prod(shape) * element_size for name, shape in analysis.memory.live.items()}
        return Measured((analysis.memory.peak * element_size,), _largest(live.items()))
    times = element_size if quantity == "weight_memory" else 1
    parts = [part for part in _parts(analysis, record) if part.forms_units or quantity != "units"]
    shares = _largest(
        [
            *_units_of_inputs(analysis, record, quantity),
            *((each.name, count(each, quantity) * times) for each in parts),
        ]
    )
    if record is not None:
        return Measured((count(record, quantity) * times,), shares)
    return Measured((_total(analysis, quantity) * times,), shares)


def measured_by(analysis: Analysis, layer: str | None, counted: Counted) -> Measured:
    """What a convention counts of a layer or block by name, or where that is `None` of the network."""
    if layer is None:
        shares = _largest((name, row.number) for name, row in counted.rows.items())
        return Measured((counted.total,), shares, bool(counted.unknown), counted.printed)
    record = analysis[layer]
    rows = [counted.rows[part.name] for part in _parts(analysis, record) or [record]]
    number = sum(row.number for row in rows)
    beside = sum(term.value for row in rows for term in row.beside)
    printed = None if any(row.mistaken for row in rows) else number + beside
    shares = _largest((row.name, row.number) for row in rows) if isinstance(record, BlockRecord) else ()
    return Measured((number,), shares, any(row.unknown for row in rows), printed)


def shape_of(analysis: Analysis, layer: str | None) -> tuple[Shape, ...]:
    """The output shape of a layer or block, or of every layer that no other reads."""
    return tuple([record.output for record in ([analysis[layer]] if layer else outputs(analysis))])


def outputs(analysis: Analysis) -> Sequence[LayerRecord]:
    """The layers that no other reads."""
    read = {source for record in analysis.layers for source in record.sources}
    return [record for record in analysis.layers if record.name not in read]


def count(record: LayerRecord, quantity: str) -> int:
    """A quantity of one record that is a number; raises `KeyError` for others."""
    if quantity == "units":
        return record.units.value
    if quantity == "weight_memory":
        return sum(count(record, name) for name in ("parameters", "fixed", "buffers"))
    if quantity == "weights":
        return record.counts.weights
    if quantity in QUANTITIES:
        return int(getattr(record.counts, quantity).value)
    for operation in OPERATIONS:
        if operation == quantity:
            return record.counts.operation(operation).value
    raise KeyError(quantity)


def _total(analysis: Analysis, quantity: str) -> int:
    totals = analysis.totals
    if quantity == "weight_memory":
        return totals.parameters + totals.fixed + totals.buffers
    if quantity in OPERATIONS:
        return sum(value for (_, operation), value in totals.operations.items() if operation == quantity)
    return int(getattr(totals, quantity))


def _parts(analysis: Analysis, record: LayerRecord | None) -> Iterable[LayerRecord]:
    """The layers of a block, or of the network; none of a layer, which has no parts."""
    if record is None:
        return analysis.layers
    return record.layers if isinstance(record, BlockRecord) else ()


def _units_of_inputs(analysis: Analysis, record: LayerRecord | None, quantity: str) -> Iterator[Part]:
    if quantity == "units" and record is None:
        yield from ((name, prod(shape)) for name, shape in analysis.spec.inputs.items())


def _largest(shares: Iterable[Part]) -> tuple[Part, ...]:
    return tuple(sorted([each for each in shares if each[1]], key=lambda each: -each[1]))


def _axes(record: LayerRecord) -> Iterator[Axis | None]:
    """The field along every axis of each input; `None` for an input of which it is not known."""
    for field in record.fields.values():
        yield from field if field is not None else (None,)


FIELDS: Mapping[str, Callable[[Axis], int | Fraction | None]] = {
    "receptive_field": lambda axis: axis.size,
    "stride": lambda axis: axis.stride,
}
"""The quantities that a network has along every axis of its inputs."""
