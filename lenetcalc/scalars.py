"""Sorts of numbers that the reference forward pass can run on: floats, exact fractions, integers.

Operators add, multiply, subtract and compare them; what operators do not do alike for all is here.
"""

import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from operator import mul
from typing import ClassVar

from lenetcalc.errors import LayerError
from lenetcalc.tensors import Scalar

MOST_EXPONENT = 1_000
"""The highest power that exact numbers are raised to."""


class Numbers(ABC):
    """A sort of scalars: how they divide, and what functions they know."""

    name: ClassVar[str]
    article: ClassVar[str] = "a"
    zero: Scalar
    one: Scalar

    @abstractmethod
    def number(self, value: float | Fraction) -> Scalar:
        """A number from outside as a scalar."""

    def constant(self, value: float | Fraction) -> Scalar:
        """A constant of a layer as it is written."""
        return self.number(value)

    @abstractmethod
    def divide(self, dividend: Scalar, divisor: Scalar) -> Scalar:
        """A quotient."""

    def dot(self, left: Iterable[Scalar], right: Iterable[Scalar]) -> Scalar:
        """Σ left·right: as many multiplications as there are pairs, one addition less."""
        products = iter([one * other for one, other in zip(left, right, strict=True)])
        return sum(products, next(products))

    def largest(self, values: Sequence[Scalar]) -> Scalar:
        """The largest of some values."""
        return max(values)

    def smallest(self, values: Sequence[Scalar]) -> Scalar:
        """The smallest of some values."""
        return min(values)

    def total(self, values: Sequence[Scalar]) -> Scalar:
        """Σ values: one addition less than there are; 0 of none."""
        return sum(values[1:], values[0]) if values else self.zero

    def exp(self, value: Scalar) -> Scalar:
        """The exponential."""
        raise self.irrational("the exponential function")

    def log(self, value: Scalar) -> Scalar:
        """The natural logarithm."""
        raise self.irrational("the logarithm")

    def tanh(self, value: Scalar) -> Scalar:
        """The hyperbolic tangent."""
        raise self.irrational("tanh")

    def erf(self, value: Scalar) -> Scalar:
        """The error function."""
        raise self.irrational("the error function")

    def sqrt(self, value: Scalar) -> Scalar:
        """The square root."""
        raise self.irrational("a square root")

    def power(self, base: Scalar, exponent: float) -> Scalar:
        """A power with a real exponent."""
        if exponent == int(exponent) and abs(exponent) <= MOST_EXPONENT:
            power = base ** abs(int(exponent))
            return power if exponent >= 0 else self.divide(self.one, power)
        raise self.irrational("a power with a broken exponent")

    def absolute(self, value: Scalar) -> Scalar:
        """The absolute value."""
        return abs(value)

    def softplus(self, value: Scalar) -> Scalar:
        """ln(1 + exp(x))."""
        return self.log(self.one + self.exp(value))

    def shifted(self, values: Sequence[Scalar]) -> Sequence[Scalar]:
        """Exponents of which only differences matter, brought to where exponentials are finite."""
        return values

    def irrational(self, what: str) -> LayerError:
        """The error of a function that these numbers do not have."""
        return LayerError(
            f"{what} has no exact value as {self.article} {self.name}",
            rule=f"a run in {self.name}s takes sums, products, quotients and comparisons alone",
            hint="run it in floats",
        )


class Floats(Numbers):
    """Floating-point numbers of Python: IEEE 754, double precision."""

    name = "float"
    zero = 0.0
    one = 1.0

    def dot(self, left: Iterable[float], right: Iterable[float]) -> float:
        """Σ left·right, rounded once where Python has it."""
        if sys.version_info >= (3, 12):
            return float(math.sumprod(left, right))
        total: float = sum(map(mul, left, right))
        return total

    def largest(self, values: Sequence[float]) -> float:
        """The largest of some values; NaN where one of them is."""
        for value in values:
            if value != value:
                return value
        return max(values)

    def smallest(self, values: Sequence[float]) -> float:
        """The smallest of some values; NaN where one of them is."""
        for value in values:
            if value != value:
                return value
        return min(values)

    def number(self, value: float | Fraction) -> float:
        """The nearest float; infinity where a number is beyond all of them."""
        try:
            return float(value)
        except OverflowError:
            return math.inf if value > 0 else -math.inf

    def divide(self, dividend: float, divisor: float) -> float:
        """A quotient; by zero as IEEE 754 has it."""
        try:
            return dividend / divisor
        except ZeroDivisionError:
            if dividend == 0 or math.isnan(dividend):
                return math.nan
            return math.copysign(math.inf, dividend) * math.copysign(1, divisor)

    def exp(self, value: float) -> float:
        """The exponential; infinity where it overflows."""
        try:
            return math.exp(value)
        except OverflowError:
            return math.inf

    def log(self, value: float) -> float:
        """The natural logarithm; −infinity at 0."""
        if value > 0:
            return math.log(value)
        return -math.inf if value == 0 else math.nan

    def tanh(self, value: float) -> float:
        """The hyperbolic tangent."""
        return math.tanh(value)

    def erf(self, value: float) -> float:
        """The error function."""
        return math.erf(value)

    def sqrt(self, value: float) -> float:
        """The square root; NaN below 0."""
        return math.sqrt(value) if value >= 0 else math.nan

    def power(self, base: float, exponent: float) -> float:
        """A power; NaN for a negative base and a broken exponent."""
        try:
            return math.pow(base, exponent)
        except OverflowError:
            return math.inf if base > 0 or exponent % 2 == 0 else -math.inf
        except ValueError:
            return math.inf if base == 0 else math.nan

    def softplus(self, value: float) -> float:
        """ln(1 + exp(x)), without an exponential beyond all floats."""
        return max(value, 0.0) + math.log1p(math.exp(-abs(value))) if value == value else value

    def shifted(self, values: Sequence[float]) -> Sequence[float]:
        """The values less the largest of them."""
        largest = max(values)
        return [value - largest for value in values] if math.isfinite(largest) else values


class Fractions(Numbers):
    """Exact fractions."""

    name = "fraction"
    zero = Fraction(0)
    one = Fraction(1)

    def number(self, value: float | Fraction) -> Fraction:
        """The fraction that a number is; raises `LayerError` for infinity and NaN."""
        if isinstance(value, float) and not math.isfinite(value):
            raise LayerError(f"{value} is no fraction", rule="a fraction is finite", hint="run it in floats")
        return Fraction(value)

    def constant(self, value: float | Fraction) -> Fraction:
        """The decimal that was written: 0.01 is a hundredth."""
        return Fraction(str(value))

    def sqrt(self, value: Fraction) -> Fraction:
        """The square root of a fraction of squares; raises `LayerError` for any other."""
        if value >= 0:
            root = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
            if root * root == value:
                return root
        raise self.irrational("the square root of what is no square")

    def divide(self, dividend: Fraction, divisor: Scalar) -> Fraction:
        """A quotient."""
        if not divisor:
            raise LayerError("a division by zero", rule="a fraction has a divisor that is not 0")
        quotient: Fraction = dividend / divisor
        return quotient


class Integers(Numbers):
    """Whole numbers."""

    name, article = "integer", "an"
    zero = 0
    one = 1

    def number(self, value: float | Fraction) -> int:
        """A whole number; raises `LayerError` for any other."""
        if isinstance(value, float) and not math.isfinite(value) or value != int(value):
            raise self.broken(str(value))
        return int(value)

    def divide(self, dividend: int, divisor: int) -> int:
        """A quotient without rest."""
        if not divisor or dividend % divisor:
            raise self.broken(f"{dividend}/{divisor}")
        return dividend // divisor

    def broken(self, shown: str) -> LayerError:
        """The error of a number that is not whole."""
        return LayerError(
            f"{shown} is no whole number",
            rule="a run in integers takes whole numbers alone",
            hint="run it in fractions, which are exact too",
        )


NUMBERS: Mapping[str, type[Numbers]] = {"float": Floats, "fraction": Fractions, "int": Integers}
"""Every sort of numbers that a network can be computed in, by the name that one asks for it by."""
