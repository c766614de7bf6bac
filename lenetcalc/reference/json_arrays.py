"""Arrays in JSON: lists in lists by name, or the document that a run of ours writes."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

from lenetcalc.reference.arrays import Array, ArrayError, Number, nested
from lenetcalc.text import harmless

DOCUMENT = "lenetcalc forward"
"""What the document of a run calls itself."""

MOST_ZEROS = 4_000
"""Zeros that the exponent of a number may stand for."""

_NUMBER = re.compile(
    r"(?P<odd>nan|-?inf)|(?P<dividend>[-+]?\d+(\.\d*)?([eE][-+]?\d{1,9})?)(/(?P<divisor>\d+))?", re.ASCII
)
"""A number as text: a decimal, or a fraction."""


def read_json(content: bytes) -> Mapping[str, Array]:
    """The arrays in a JSON text by name; a list without a name is called ``""``.

    A decimal is kept as it is written, so that 0.1 is a tenth in fractions.

    Raises:
        ArrayError: it is no JSON, or holds something else than numbers.
    """
    try:
        data = json.loads(content, parse_constant=float, parse_float=_decimal)
    except (ValueError, RecursionError) as error:
        raise ArrayError(f"this is no JSON: {harmless(error, 200)}") from None
    if isinstance(data, dict) and data.get("document") == DOCUMENT:
        return dict(_outputs(data.get("layers")))
    if isinstance(data, dict):
        return {name: _array(nested(value)) for name, value in data.items()}
    return {"": _array(nested(data))}


def _decimal(text: str) -> Number:
    """A number with a point or an exponent; beyond all floats as a float has it."""
    exact = Decimal(text)
    return exact if abs(exact.adjusted()) <= MOST_ZEROS + len(text) else float(text)


def _array(array: Array) -> Array:
    return replace(array, values=[*map(_value, array.values)])


def _outputs(layers: Any) -> Iterator[tuple[str, Array]]:
    """The outputs in the document of a run."""
    for layer in layers if isinstance(layers, list) else [None]:
        match layer:
            case {"name": str(name), "output": list(sizes), "values": list(values)} if len(values) == _count(
                sizes
            ):
                yield name, Array(tuple(sizes), [*map(_value, values)])
            case _:
                fault = f"{harmless(layer, 80)} is no layer of a run"
                raise ArrayError(fault, "each has its name, the sizes of its output, and as many values")


def _count(sizes: list[Any]) -> int:
    """How many values an output of some sizes has; −1 where they are none."""
    return prod(sizes) if all(type(size) is int and size > 0 for size in sizes) else -1


def _value(value: Any) -> Number:
    """A number, or one as text, as in ``1/3``."""
    if isinstance(value, str) and (match := _NUMBER.fullmatch(value)):
        if match["odd"]:
            return float(value)
        dividend, divisor = _decimal(match["dividend"]), Decimal(match["divisor"] or 1)
        if divisor and isinstance(dividend, Decimal):
            return Fraction(dividend) / Fraction(divisor)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return value
    shown = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    raise ArrayError(f"{harmless(shown, 40)} is no number", "an array holds numbers, or fractions as text")
