"""Outputs of a network against somebody else's, value by value."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite, isnan
from typing import Any

from lenetcalc.reference.arrays import Array, bare
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Scalar, Tensor


@dataclass(frozen=True, slots=True)
class Departure:
    """The first value at which an output differs: where it stands, what was expected, what was computed."""

    layer: str
    index: tuple[int, ...]
    expected: Any
    computed: Scalar


@dataclass(frozen=True, slots=True)
class Misshapen:
    """An output of another shape than was expected."""

    layer: str
    expected: Shape
    computed: Shape


def departure_of(layer: str, tensor: Tensor, array: Array, tolerance: float) -> Departure | Misshapen | None:
    """Where an output departs from what is expected of it; `None` where it does not.

    A value may differ by the tolerance, or by as large a part of what is expected where that is above 1;
    what is infinite or NaN must be the same. Sizes of 1 are no matter.
    """
    if bare(array.shape) != bare(tensor.shape):
        return Misshapen(layer, array.shape, tensor.shape)
    for at, (wanted, found) in enumerate(zip(array.values, tensor.values, strict=True)):
        if not _agree(wanted, found, tolerance):
            return Departure(layer, _index(at, tensor.shape), wanted, found)
    return None


def _agree(wanted: Any, found: Any, tolerance: Any) -> bool:
    if isinstance(wanted, Decimal) and isinstance(found, float):
        wanted = float(wanted)  # a decimal is what floats are written as
    if wanted == found:
        return True
    if not _finite(wanted) or not _finite(found):
        return _nan(wanted) and _nan(found)
    if not (isinstance(wanted, float) and isinstance(found, float)):
        wanted, found, tolerance = Fraction(wanted), Fraction(found), Fraction(tolerance)
    return bool(abs(wanted - found) <= tolerance * max(1, abs(wanted)))


def _finite(value: Any) -> bool:
    return not isinstance(value, float) or isfinite(value)


def _nan(value: Any) -> bool:
    return isinstance(value, float) and isnan(value)


def _index(at: int, shape: Shape) -> tuple[int, ...]:
    """The place of a value along each axis."""
    places: list[int] = []
    for size in reversed(shape):
        at, place = divmod(at, size)
        places.append(place)
    return tuple(reversed(places))
