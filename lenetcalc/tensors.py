"""Values in maps, and windows walked over them: what the reference forward pass is written in.

Nothing here is taken from the arithmetic of shapes and counts, which the forward pass is to judge: a window
stops wherever its definition lets it, one stop after the other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, TypeAlias

Scalar: TypeAlias = Any
"""A number that can be added, multiplied, compared: a float, a fraction, or one that counts."""

Taps: TypeAlias = list[int]
"""Where the taps of a window lie along an axis of its map; below 0 or beyond the end on padding."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Values of a shape (channels, *size), in one row: the last axis runs fastest."""

    shape: tuple[int, ...]
    values: Sequence[Scalar]

    def channels(self) -> list[Sequence[Scalar]]:
        """The values of each channel, copied out."""
        area = prod(self.shape[1:])
        return [self.values[start : start + area] for start in range(0, len(self.values), area)]


def unrolled(rows: Iterable[Any]) -> list[Scalar]:
    """The values of a vector, or of an array that is given row by row."""
    return [value for row in rows for value in (row if isinstance(row, list) else [row])]


def in_rows(shape: Sequence[int], take: Callable[[int], list[Scalar]]) -> Iterable[Any]:
    """A vector at once, an array row by row, all axes but the first; ``take`` gives so many of its values."""
    if len(shape) == 1:
        return take(shape[0])
    size = prod(shape[1:])
    return (take(size) for _ in range(shape[0]))


def biased(maps: Sequence[Sequence[Scalar]], biases: Iterable[Scalar]) -> list[list[Scalar]]:
    """The values of each map with its bias added."""
    return [[value + bias for value in values] for values, bias in zip(maps, biases, strict=True)]


def from_maps(maps: Sequence[Sequence[Scalar]], size: Sequence[int]) -> Tensor:
    """A tensor from the values of each channel."""
    return Tensor((len(maps), *size), [value for each in maps for value in each])


def each_axis(value: int | Sequence[Any], rank: int) -> list[Any]:
    """A field that says one thing for all axes, or one for each."""
    return [value] * rank if isinstance(value, int) else list(value)


def both_ends(padding: Any, rank: int) -> list[tuple[int, int]]:
    """Stated padding before and after each axis."""
    return [(ends, ends) if isinstance(ends, int) else tuple(ends) for ends in each_axis(padding, rank)]


def same_ends(size: int, span: int, stride: int, *, lower: bool) -> tuple[int, int]:
    """The padding with which a window has a stop for every ``stride`` inputs, the odd zero at the end."""
    stops = len(range(0, size, stride))
    missing = max(0, (stops - 1) * stride + span - size)
    less, more = missing // 2, missing - missing // 2
    return (more, less) if lower else (less, more)


def flat(taps: Sequence[Taps], size: Sequence[int]) -> list[int]:
    """Places along each axis as indexes into the values of a map; −1 for those that lie beside it."""
    indexes = [0]
    for axis, length in zip(taps, size, strict=True):
        indexes = _within(_rows(indexes, length), _inside(axis, length))
    return indexes


def _inside(taps: Taps, length: int) -> Taps:
    """Taps along an axis, those beside it as −1."""
    return [tap if 0 <= tap < length else -1 for tap in taps]


def _rows(indexes: Sequence[int], length: int) -> list[int]:
    """Where the rows of that length begin, those beside the map as −1."""
    return [index * length if index >= 0 else -1 for index in indexes]


def _within(rows: Sequence[int], taps: Taps) -> list[int]:
    """The indexes of taps in each of several rows."""
    return [row + tap if row >= 0 <= tap else -1 for row in rows for tap in taps]


def places(stops: Sequence[Sequence[Taps]], size: Sequence[int]) -> Iterator[list[int]]:
    """At each stop the taps as indexes into the values of a map; −1 for those that lie beside it."""
    *outer, inner = stops
    along = [_inside(taps, size[-1]) for taps in inner]
    for stop in product(*outer):
        rows = _rows(flat(stop, size[:-1]), size[-1])
        for taps in along:
            yield _within(rows, taps)


@dataclass(frozen=True, slots=True)
class Walk:
    """A window on its way over a map: along each axis its stops, and where the padded map begins and ends."""

    stops: list[list[Taps]]
    bounds: list[tuple[int, int]]

    @property
    def size(self) -> list[int]:
        """How many stops it makes along each axis."""
        return [len(stops) for stops in self.stops]

    def places(self, size: Sequence[int]) -> Iterator[list[int]]:
        """At each stop the taps as indexes into the values of a map; −1 stands for padding."""
        return places(self.stops, size)

    def real(self, size: Sequence[int]) -> Iterator[list[int]]:
        """At each stop the taps that lie on the map."""
        for taps in self.places(size):
            yield [tap for tap in taps if tap >= 0]

    def padded(self) -> Iterator[int]:
        """At each stop how many taps lie on the map or on its padding."""
        for stop in product(*self.stops):
            axes = zip(stop, self.bounds, strict=True)
            yield prod(sum(first <= tap < end for tap in taps) for taps, (first, end) in axes)


def walk(
    size: Sequence[int],
    *,
    kernel: Any,
    stride: Any,
    dilation: Any = 1,
    padding: Any = 0,
    ceil: bool | str = False,
) -> Walk:
    """The way of a window: it stops wherever it lies on the padded map, a stride apart."""
    rank = len(size)
    steps = [each_axis(value, rank) for value in (kernel, stride, dilation)]
    around = [(0, 0)] * rank if isinstance(padding, str) else both_ends(padding, rank)
    partial = bool(ceil) and padding not in ("same", "same-lower")  # whose zeros leave no window partial
    clips = ceil != "caffe" or any(before or after for before, after in around)
    way = Walk([], [])
    for length, taps, step, apart, (before, after) in zip(size, *steps, around, strict=True):
        span = (taps - 1) * apart + 1
        if padding in ("same", "same-lower"):
            before, after = same_ends(length, span, step, lower=padding == "same-lower")
        starts = [*range(-before, length + after - span + 1, step)]
        if partial and (not starts or starts[-1] + span < length + after):
            starts.append(starts[-1] + step if starts else -before)  # it hangs over the end
        if partial and clips and starts[-1] >= length:
            starts.pop()  # it would begin behind the map
        way.stops.append([[start + tap * apart for tap in range(taps)] for start in starts])
        way.bounds.append((-before, length + after))
    return way
