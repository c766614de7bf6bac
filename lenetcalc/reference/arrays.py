"""Arrays of numbers as they come from outside, before they are made scalars of one sort."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from lenetcalc.scalars import Floats, Integers, Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Scalar
from lenetcalc.text import times

Number: TypeAlias = int | float | Decimal | Fraction
"""A number from outside: a decimal stays what was written until it is known what is computed in."""

DEEPEST = 32
"""Lists that may stand in one another."""


class ArrayError(Exception):
    """Values that are no array, or not what they are said to be: what is wrong, the rule, what to do."""

    def __init__(self, fault: str, rule: str = "", hint: str = "") -> None:
        super().__init__(fault)
        self.fault, self.rule, self.hint = fault, rule, hint


@dataclass(frozen=True, slots=True)
class Array:
    """Values of a shape, the last axis fastest; as fractions of ``divisor`` in numbers that divide."""

    shape: Shape
    values: Sequence[Any]
    divisor: int = 1

    def scalars(self, numbers: Numbers) -> list[Scalar]:
        """The values in these numbers; raises `LayerError` for one that they do not have."""
        if isinstance(self.values, array) and self.values.typecode in "df" and isinstance(numbers, Floats):
            return self.values.tolist()
        values = [*map(numbers.number, self.values)]
        if self.divisor == 1 or isinstance(numbers, Integers):
            return values
        divisor = numbers.number(self.divisor)
        return [numbers.divide(value, divisor) for value in values]


def nested(data: Any) -> Array:
    """An array from a number, or from lists in lists of equal lengths.

    >>> nested([[1, 2, 3], [4, 5, 6]])
    Array(shape=(2, 3), values=[1, 2, 3, 4, 5, 6], divisor=1)

    Raises:
        ArrayError: the lists are of different lengths, empty or too deep.
    """
    shape: list[int] = []
    level = [data]
    while isinstance(level[0], list | tuple):
        lengths = {len(each) if isinstance(each, list | tuple) else -1 for each in level}
        if len(lengths) > 1 or 0 in lengths or len(shape) == DEEPEST:
            raise ArrayError("lists are of different lengths, empty, or too deep", "an array has equal rows")
        shape += lengths
        level = [each for row in level for each in row]
    return Array(tuple(shape) or (1,), level)


def bare(shape: Shape) -> list[int]:
    """A shape without sizes of 1: two arrays with the same hold their values in the same order."""
    return [size for size in shape if size != 1]


def values_of(shape: Shape) -> str:
    """How many values an array has, along each axis, as it is told in an error."""
    return "1 value" if shape in ((), (1,)) else f"{times(shape)} values"
