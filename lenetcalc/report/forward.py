"""The values that a network computes, as a report: a summary for people, every value for programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction
from functools import partial
from math import isfinite, prod
from typing import Any

from lenetcalc.reference.arrays import ArrayError
from lenetcalc.reference.compare import Departure, Misshapen
from lenetcalc.reference.files import refused
from lenetcalc.reference.forward import Step
from lenetcalc.reference.json_arrays import DOCUMENT
from lenetcalc.reference.safetensors_arrays import safetensors_of
from lenetcalc.report.model import Cell, Column, Report, Table
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Scalar, Tensor
from lenetcalc.text import harmless, plural, times

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""

MOST_BITS = 14_000
"""Bits up to which Python turns every whole number into text and back: it stops at 4,300 digits."""

SHOWN = 4
"""Values of a layer that a table shows."""

LONGEST = 80
"""Bits of a whole number or a fraction that a table shows digit by digit."""

_WIDE = Context(prec=12, Emax=MAX_EMAX, Emin=MIN_EMIN)

_COLUMNS = (
    Column("Layer (type)"),
    Column("Output Shape"),
    Column("Min", numeric=True),
    Column("Max", numeric=True),
    Column("First values", folds=True),
)


@dataclass(frozen=True, slots=True)
class Summary:
    """What a table says of an output, and all its values where they are asked for."""

    name: str
    label: str
    shape: Shape
    least: Scalar
    most: Scalar
    first: Sequence[Scalar]
    odd: int
    values: Sequence[Scalar] | None


def summary(name: str, label: str, tensor: Tensor, numbers: Numbers, *, whole: bool) -> Summary:
    """A summary of a tensor; with every value where it is wanted ``whole``."""
    values = tensor.values
    least, most = numbers.smallest(values), numbers.largest(values)
    odd = sum(1 for value in values if isinstance(value, float) and not isfinite(value))
    return Summary(name, label, tensor.shape, least, most, values[:SHOWN], odd, values if whole else None)


@dataclass(frozen=True, slots=True)
class Call:
    """What was asked for: weights, input and numbers by word, what is expected and within which tolerance."""

    weights: str
    input: str
    numbers: str
    expected: str | None
    tolerance: float


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a run came to: its inputs and outputs, how much was compared, and where it first departs."""

    inputs: Sequence[Summary]
    layers: Sequence[Summary]
    compared: Mapping[str, int]
    departure: Departure | Misshapen | None


def collected(
    steps: Iterable[Step],
    inputs: Mapping[str, Tensor],
    numbers: Numbers,
    *,
    only: str | None = None,
    whole: bool = False,
) -> Outputs:
    """The outputs of a run, or of the ``only`` layer wanted; with every value where they are wanted whole."""
    layers, compared, departure = [], {}, None
    for step in steps:
        name, departure = step.node.name, step.departure
        if only in (None, name) or departure:
            layers.append(summary(name, step.node.layer.label, step.tensor, numbers, whole=whole))
        if step.compared:
            compared[name] = len(step.tensor.values)
    read = [summary(name, "input", tensor, numbers, whole=False) for name, tensor in inputs.items()]
    return Outputs(read, layers, compared, departure)


def forward_report(title: str, call: Call, outputs: Outputs) -> Report:
    """A report of outputs; with a departure, where they first differ from what was expected."""
    notes = [
        f"{harmless(each.name)}: {plural(each.odd, 'value')} not finite"
        for each in (*outputs.inputs, *outputs.layers)
        if each.odd
    ]
    if outputs.departure:
        notes.append(_told(outputs.departure))
    facts = {"weights": call.weights, "input": call.input, "numbers": call.numbers}
    footer = {}
    if call.expected is not None:
        facts["expected"] = f"{call.expected}, within {call.tolerance:g}"
        values = plural(sum(outputs.compared.values()), "value")
        footer["Compared"] = f"{values} of {plural(len(outputs.compared), 'layer')}"
    return Report(
        title=title,
        facts=facts,
        tables=(Table(_COLUMNS, tuple(map(_row, outputs.layers))),),
        footer=footer,
        notes=tuple(notes),
        document=partial(_document, title, call, outputs),
    )


def as_safetensors(outputs: Outputs, path: str) -> bytes:
    """Every value of a run as safetensors, to be written to a path; raises `SpecError` where it cannot be."""
    try:
        return safetensors_of([(each.name, Tensor(each.shape, each.values or ())) for each in outputs.layers])
    except ArrayError as error:
        raise refused(path, error.fault, error.rule, error.hint) from None


def _told(departure: Departure | Misshapen) -> str:
    layer = harmless(departure.layer)
    if isinstance(departure, Misshapen):
        computed, expected = times(departure.computed), times(departure.expected)
        return f"{layer} has the shape {computed}, and {expected} is expected"
    place = f"{layer}[{', '.join(map(str, departure.index))}]"
    computed, expected = number(departure.computed), number(departure.expected)
    return f"{place} is {computed}, and {expected} is expected; it is the first value that differs"


def number(value: Scalar) -> str:
    """A value, shortened; a whole number or a fraction as it is unless it is long."""
    if isinstance(value, float | Decimal):
        return f"{value:.6g}"
    if value.numerator.bit_length() + value.denominator.bit_length() <= LONGEST:
        return f"{value.numerator:,}" if value.denominator == 1 else str(value)
    return f"≈{_WIDE.divide(Decimal(value.numerator), Decimal(value.denominator)):.6g}"


def _row(each: Summary) -> tuple[Cell, ...]:
    first = ", ".join(map(number, each.first)) + (", …" if len(each.first) < prod(each.shape) else "")
    name = f"{harmless(each.name, 40)} ({each.label})"
    return name, each.shape, number(each.least), number(each.most), first


def _document(title: str, call: Call, outputs: Outputs) -> dict[str, Any]:
    return {
        "document": DOCUMENT,
        "schema_version": SCHEMA_VERSION,
        "network": title,
        "weights": call.weights,
        "input": call.input,
        "numbers": call.numbers,
        "expected": call.expected,
        "tolerance": call.tolerance if call.expected is not None else None,
        "compared": outputs.compared,
        "departure": _departure(outputs.departure),
        "layers": [
            {
                "name": each.name,
                "type": each.label,
                "output": list(each.shape),
                "values": [*map(exact, each.values or ())],
            }
            for each in outputs.layers
        ],
    }


def _departure(departure: Departure | Misshapen | None) -> dict[str, Any] | None:
    """A finding with its rule; of another shape there is no index."""
    match departure:
        case None:
            return None
        case Misshapen(layer, expected, computed):
            found = {"index": None, "expected": list(expected), "computed": list(computed)}
            return {"rule": "forward/shape", "layer": layer, **found}
        case Departure(layer, index, expected, computed):
            found = {"index": list(index), "expected": exact(expected), "computed": exact(computed)}
            return {"rule": "forward/value", "layer": layer, **found}


def exact(value: Any) -> Any:
    """A value as JSON has it: as text a fraction, what is not finite, and digits beyond Python's limit."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Fraction):
        dividend, divisor = map(_digits, value.as_integer_ratio())
        return dividend if divisor == "1" else f"{dividend}/{divisor}"
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return value if value.bit_length() < MOST_BITS else _digits(value)


def _digits(value: int) -> str:
    """All digits of a whole number, also of one that Python does not turn into text."""
    return str(value) if value.bit_length() < MOST_BITS else f"{Decimal(value):f}"
