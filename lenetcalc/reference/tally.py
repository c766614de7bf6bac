"""Numbers without a value, which count every operation done with them and remember where they came from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial, reduce
from math import prod
from typing import Any, Final, TypeAlias

from lenetcalc.layers.base import Role, Weight, Weights
from lenetcalc.ledger import Operation, Part
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor, in_rows

Origin: TypeAlias = Any
"""Where a number came from: the index of an input unit, `BIAS`, a pair of origins, or nowhere."""

BIAS: Final = "bias"
"""The origin of a bias line."""

_PARTS: Mapping[Role, Part] = {"weight": "weights", "fixed": "weights", "bias": "bias"}

_WEIGHTS: Final[Part] = "weights"
"""The part in which sums of products are what a layer is for."""

_UNDIVIDED: Final[Part] = "activation"
"""The part that all operations belong to which are done for it, those with trained slopes too."""


@dataclass(slots=True)
class Tally(Numbers):
    """A count of operations by the part that does them, of weights that were touched, and of MACs.

    A MAC is a pair of a sum of products that a layer is for, not of one that pools or normalises.

    ``part`` is what operations are for in which no weight or bias takes part. A comparison is answered with
    no, which is the way to the longer of two branches.
    """

    part: Part = "weights"
    operations: Counter[tuple[Part, Operation]] = field(default_factory=Counter)
    touched: set[int] = field(default_factory=set)
    weights: int = 0
    macs: int = 0

    name = "count"

    @property
    def zero(self) -> "Count":
        """A number from nowhere."""
        return Count(self, None)

    one = zero

    def number(self, value: float | Fraction) -> "Count":
        """A constant: a number from nowhere."""
        return Count(self, None)

    def unit(self, index: int) -> "Count":
        """An input unit."""
        return Count(self, index)

    def weight(self, role: Role) -> "Count":
        """A number that a layer keeps."""
        self.weights += 1
        return Count(self, BIAS if role == "bias" else None, role, self.weights)

    def count(self, operation: Operation, *operands: "Count") -> "Count":
        """The result of an operation, which is counted."""
        part = self.part
        for operand in operands:
            if operand.role is not None:
                self.touched.add(operand.number)
                if self.part != _UNDIVIDED:
                    part = _PARTS.get(operand.role, part)
        self.operations[part, operation] += 1
        origins = [operand.origin for operand in operands if operand.origin is not None]
        return Count(self, reduce(_pair, origins) if origins else None)

    def dot(self, left: Iterable["Count"], right: Iterable["Count"]) -> "Count":
        """A sum of products."""
        pairs = [*left]
        if self.part == _WEIGHTS:
            self.macs += len(pairs)
        total: Count = super(Tally, self).dot(pairs, right)
        return total

    def divide(self, dividend: "Count", divisor: "Count") -> "Count":
        """A quotient."""
        return self.count("divisions", dividend, divisor)

    def largest(self, values: Sequence["Count"]) -> "Count":
        """The largest of some values: one comparison less than there are."""
        return reduce(lambda one, other: self.count("comparisons", one, other), values)

    smallest = largest

    def exp(self, value: "Count") -> "Count":
        """An exponential."""
        return self.count("exponentials", value)

    def log(self, value: "Count") -> "Count":
        """A logarithm."""
        return self.count("logarithms", value)

    def tanh(self, value: "Count") -> "Count":
        """A hyperbolic tangent."""
        return self.count("tanhs", value)

    def erf(self, value: "Count") -> "Count":
        """An error function."""
        return self.count("erfs", value)

    def sqrt(self, value: "Count") -> "Count":
        """A square root."""
        return self.count("square_roots", value)

    def power(self, base: "Count", exponent: float) -> "Count":
        """A power."""
        return self.count("powers", base)

    def absolute(self, value: "Count") -> "Count":
        """An absolute value."""
        return self.count("absolutes", value)


def _pair(one: Origin, other: Origin) -> Origin:
    return (one, other)


class Count:
    """A number without a value: its origin, and what it is for where a layer keeps it."""

    __slots__ = ("number", "origin", "role", "tally")

    def __init__(self, tally: Tally, origin: Origin, role: Role | None = None, number: int = 0) -> None:
        self.tally = tally
        self.origin = origin
        self.role = role
        self.number = number

    def __add__(self, other: "Count") -> "Count":
        return self.tally.count("additions", self, other)

    def __sub__(self, other: "Count") -> "Count":
        return self.tally.count("subtractions", self, other)

    def __mul__(self, other: "Count") -> "Count":
        return self.tally.count("multiplications", self, other)

    def __neg__(self) -> "Count":
        return self  # a change of sign is free

    def __gt__(self, other: "Count") -> bool:
        self.tally.count("comparisons", self, other)
        return False

    def lines(self) -> set[Origin]:
        """The input units that the number depends on, and `BIAS` where there is a bias line."""
        found, waiting = set(), [self.origin]
        while waiting:
            match waiting.pop():
                case (one, other):
                    waiting += one, other
                case None:
                    pass
                case origin:
                    found.add(origin)
        return found


def units(tally: Tally, shapes: Sequence[Shape]) -> list[Tensor]:
    """Inputs of a layer, every unit with an origin of its own."""
    numbered = iter(range(sum(map(prod, shapes))))
    return [Tensor(shape, [tally.unit(next(numbered)) for _ in range(prod(shape))]) for shape in shapes]


@dataclass(frozen=True, slots=True)
class Counted:
    """Weights that count; each is a new number."""

    tally: Tally

    def weights(self, layer: str, kept: Mapping[str, Weight], numbers: Numbers) -> Weights:
        """As many as there are in each array."""
        return {
            name: in_rows(weight.shape, partial(self._take, weight.role)) for name, weight in kept.items()
        }

    def _take(self, role: Role, count: int) -> list[Count]:
        return [self.tally.weight(role) for _ in range(count)]
