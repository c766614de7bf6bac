"""Weights and inputs that are made rather than read: ones, a ramp, or drawn by a generator known everywhere.

The generator is the Mersenne Twister MT19937 with 53 bits a number, seeded by ``init_by_array``: Python's
``random.Random(k * 2**32 + N)``, and NumPy's ``RandomState([N, k])``, draw the same. The arrays of a network
are numbered from k = 1 in the order in which its layers are computed, in each layer as `Layer.weights` has
them, the inputs from k = 2^31; from u in [0, 1) are made, last axis fastest:

- of a bias or a mean: 2u − 1; of a variance: u + 1/2;
- of a weight with rows (a kernel, a matrix, a scale for every unit): (2u − 1)/√n, where n is the length of a
  row, all axes but the first;
- of a weight with one axis (a scale, a coefficient, a slope): u + 1/2;
- of fixed codes (RBF): −1 below 1/2, otherwise 1; the 1998 paper prints no numbers for its own;
- of an input: u.

For integers each is ⌊9u⌋ − 4, of a fixed code as above. A ramp counts 0, 1/n, 2/n, … up the n values of an
array; for integers 0, 1, 2, ….
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import prod, sqrt
from random import Random
from typing import Any

from lenetcalc.analysis import Analysis
from lenetcalc.layers.base import Weight, Weights
from lenetcalc.reference.run import kept
from lenetcalc.scalars import Integers, Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Scalar, Tensor, in_rows

FIRST_INPUT = 2**31
"""The number of the first input; arrays of weights are numbered from 1."""

MOST_SEED = 10**9
"""What a seed is below."""


def made(word: str, analysis: Analysis) -> "Drawn | Ones | Ramp | None":
    """What ``seed:N``, ``ones`` or ``ramp`` stands for; `None` for any other word.

    Raises:
        ValueError: N is no seed.
    """
    if word in ("ones", "ramp"):
        return Ones() if word == "ones" else Ramp()
    if not word.startswith("seed:"):
        return None
    seed = word.removeprefix("seed:")
    if not (seed.isascii() and seed.isdecimal() and len(seed) < len(str(MOST_SEED))):
        raise ValueError("a seed is a whole number of up to nine digits, as in seed:1")
    return Drawn(int(seed), {name: number for number, name in enumerate(kept(analysis), 1)})


@dataclass(frozen=True, slots=True)
class Drawn:
    """Weights and inputs drawn by a generator; the arrays of weights are numbered by their whole name.

    The rows of an array are made while they are used.
    """

    seed: int
    numbered: Mapping[str, int]

    def weights(self, layer: str, kept: Mapping[str, Weight], numbers: Numbers) -> Weights:
        """The weights of a layer."""
        drawn: dict[str, Any] = {}
        for name, weight in kept.items():
            draw = _generator(self.seed, self.numbered[f"{layer}.{name}"])
            drawn[name] = in_rows(weight.shape, partial(_drawn, weight, draw, numbers))
        return drawn

    def input(self, index: int, shape: Shape, numbers: Numbers) -> Tensor:
        """The input of that index."""
        draw = _generator(self.seed, FIRST_INPUT + index)
        if isinstance(numbers, Integers):
            return Tensor(shape, [int(9 * draw()) - 4 for _ in range(prod(shape))])
        return Tensor(shape, _scalars([draw() for _ in range(prod(shape))], numbers))


@dataclass(frozen=True, slots=True)
class Ones:
    """Nothing but ones."""

    def weights(self, layer: str, kept: Mapping[str, Weight], numbers: Numbers) -> Weights:
        """Ones for every weight."""
        one = numbers.one
        return {name: in_rows(weight.shape, lambda count: [one] * count) for name, weight in kept.items()}

    def input(self, index: int, shape: Shape, numbers: Numbers) -> Tensor:
        """An input of ones."""
        return Tensor(shape, [numbers.one] * prod(shape))


@dataclass(frozen=True, slots=True)
class Ramp:
    """Values that rise evenly from 0 in each array."""

    def weights(self, layer: str, kept: Mapping[str, Weight], numbers: Numbers) -> Weights:
        """A ramp up each array of weights."""
        return {
            name: in_rows(weight.shape, _Rise(prod(weight.shape), numbers)) for name, weight in kept.items()
        }

    def input(self, index: int, shape: Shape, numbers: Numbers) -> Tensor:
        """A ramp up the input."""
        return Tensor(shape, _Rise(prod(shape), numbers)(prod(shape)))


@dataclass(slots=True)
class _Rise:
    """The next values of a ramp."""

    length: int
    numbers: Numbers
    at: int = 0

    def __call__(self, count: int) -> list[Scalar]:
        first, self.at = self.at, self.at + count
        numbers = self.numbers
        if isinstance(numbers, Integers):
            return [*range(first, self.at)]
        length = numbers.number(self.length)
        return [numbers.divide(numbers.number(value), length) for value in range(first, self.at)]


def _generator(seed: int, array: int) -> Callable[[], float]:
    return Random(array * 2**32 + seed).random  # noqa: S311


def _drawn(weight: Weight, draw: Callable[[], float], numbers: Numbers, count: int) -> list[Scalar]:
    if weight.role == "fixed":
        return [numbers.one if draw() >= 0.5 else -numbers.one for _ in range(count)]
    if isinstance(numbers, Integers):
        return [int(9 * draw()) - 4 for _ in range(count)]
    if weight.role in ("bias", "mean"):
        return _scalars([2 * draw() - 1 for _ in range(count)], numbers)
    if weight.role == "weight" and len(weight.shape) > 1:
        root = sqrt(count)
        return _scalars([(2 * draw() - 1) / root for _ in range(count)], numbers)
    return _scalars([draw() + 0.5 for _ in range(count)], numbers)


def _scalars(values: list[float], numbers: Numbers) -> list[Scalar]:
    return values if numbers.name == "float" else [*map(numbers.number, values)]
