"""Receptive fields: which part of an input the units of a layer depend on, over all branches.

Araujo, Norris, Sim 2019, "Computing receptive fields of convolutional neural networks". Fields are
theoretical: they reach over the edge of the input where there is padding. Behind a layer that makes maps
larger the fields of neighbouring units differ in size; they are followed one by one until they repeat.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from typing import NamedTuple, TypeAlias

from lenetcalc.shapes import MOST_STEPS, Reach, Reaches, Shape

MOST_SOUGHT = 2**20
"""Units that are looked through for those that reach furthest."""


class Axis(NamedTuple):  # of which a deep network has one a layer: cheaper to make than a dataclass
    """A receptive field along one axis of an input, in its positions.

    The unit at position ``o`` = m×period + r depends on inputs from ``lows[r]`` + m×advance to ``highs[r]`` +
    m×advance, where as many units as there are lows make a period. All units depend on the inputs between
    the ends of ``always`` too, as behind a gate that is made of the whole map.
    """

    advance: int
    lows: tuple[int, ...]
    highs: tuple[int, ...]
    positions: int
    always: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """The most inputs that one unit depends on."""
        period = len(self.lows)
        units = {*range(min(period, self.positions))}
        if self.always:  # which the last units may be further from than the first
            units |= {*range(max(0, self.positions - period), self.positions)}
        ends = [self.ends(unit) for unit in units]
        return max([high - low for low, high in ends]) + 1

    @property
    def start(self) -> int:
        """Where the field of the first unit begins; below 0 on padding."""
        return self.ends(0)[0]

    @property
    def stride(self) -> int | Fraction | None:
        """Inputs from the field of one unit to that of the next, on average; `None` where there is none."""
        stride = Fraction(self.advance, len(self.lows))
        return (int(stride) if stride.denominator == 1 else stride) if stride else None

    def moved(self, unit: int) -> tuple[int, int]:
        """The first and last input that a unit depends on, those on which all depend apart."""
        turn, step = divmod(unit, len(self.lows))
        return self.lows[step] + turn * self.advance, self.highs[step] + turn * self.advance

    def ends(self, unit: int) -> tuple[int, int]:
        """The first and last input that a unit depends on."""
        low, high = self.moved(unit)
        return (min(low, self.always[0]), max(high, self.always[1])) if self.always else (low, high)

    @property
    def rises(self) -> bool:
        """Whether no unit's field begins, or ends, before that of the unit before it."""
        around = zip(self.moved(len(self.lows)), (self.lows, self.highs), strict=True)
        return all(one <= other for again, ends in around for one, other in pairwise([*ends, again]))

    def at_once(self) -> tuple[int, int]:
        """The first and last input that the units depend on together."""
        period = min(len(self.lows), self.positions)
        first = range(period) if not self.rises else range(1)
        low = min(self.ends(unit)[0] for unit in first)
        high = max(self.ends(self.positions - 1 - unit)[1] for unit in first)
        return low, high


ReceptiveField: TypeAlias = tuple[Axis, ...] | None
"""A field along every axis; `None` where the units stand in another order than the input's."""

Fields: TypeAlias = Mapping[str, ReceptiveField]
"""The receptive fields of a layer on every input that it depends on, by name."""


def whole(inputs: Mapping[str, Shape]) -> dict[str, Fields]:
    """The fields of the inputs themselves: each unit depends on its own place."""
    return {
        name: {name: tuple([Axis(1, (0,), (0,), size) for size in shape[1:]])}
        for name, shape in inputs.items()
    }


def seen(sources: Sequence[Fields], reaches: Reaches, output: Shape) -> Fields:
    """The fields of a layer from those of all that it reads.

    >>> from lenetcalc.shapes import Reach
    >>> five = Reach(1, (0,), (4,))
    >>> first = seen([whole({"input": (1, 32, 32)})["input"]], (five, five), (6, 28, 28))
    >>> first["input"][0].size
    5
    """
    together = sources[0] if len(sources) == 1 else _united(sources)
    if reaches == ():
        return together
    return {name: _reached(field, reaches, output) for name, field in together.items()}


def _reached(field: ReceptiveField, reaches: Reaches, output: Shape) -> ReceptiveField:
    if field is None or reaches == "lost":
        return None
    if reaches == "all":
        ends = [axis.at_once() for axis in field]
        return tuple([Axis(0, (low,), (high,), 1) for low, high in ends])
    if len(reaches) != len(field):
        return None
    first, alike = _through(field[0], reaches[0], output[1]), (field[0], reaches[0], output[1])
    axes = [
        first if each == alike else _through(*each) for each in zip(field, reaches, output[1:], strict=True)
    ]
    known = tuple([axis for axis in axes if axis is not None])
    return known if len(known) == len(axes) else None


def _through(axis: Axis, reach: Reach, positions: int) -> Axis | None:
    """What units see that reach into those that see ``axis``; `None` where their steps are too many."""
    own, step = len(axis.lows), axis.advance
    if own == len(reach.lows) == 1:  # nearly always
        low, high = axis.lows[0] + reach.lows[0] * step, axis.highs[0] + reach.highs[0] * step
        return Axis(step * reach.advance, (low,), (high,), positions, axis.always)
    turns = own // gcd(reach.advance, own)  # until both have come round
    period = range(len(reach.lows) * turns)
    if len(period) > MOST_STEPS:
        return None
    read = [reach.ends(unit) for unit in period]
    if axis.rises:
        lows = tuple([axis.moved(low)[0] for low, _ in read])
        highs = tuple([axis.moved(high)[1] for _, high in read])
    elif len(period) * own > MOST_SOUGHT:
        return None
    else:
        lows = tuple([min(axis.moved(unit)[0] for unit in _least(low, high, own)) for low, high in read])
        highs = tuple([max(axis.moved(unit)[1] for unit in _most(low, high, own)) for low, high in read])
    return Axis(reach.advance * turns // own * step, lows, highs, positions, axis.always)


def _least(low: int, high: int, period: int) -> range:
    """The units among which the one is that reaches furthest back: later ones have advanced."""
    return range(low, max(low, min(high, low + period - 1)) + 1)


def _most(low: int, high: int, period: int) -> range:
    """The units among which the one is that reaches furthest on."""
    return range(min(high, max(low, high - period + 1)), high + 1)


def _united(sources: Sequence[Fields]) -> Fields:
    """What several branches see together of each input."""
    names = dict.fromkeys(name for fields in sources for name in fields)
    return {name: _union([fields[name] for fields in sources if name in fields]) for name in names}


def _union(fields: Sequence[ReceptiveField]) -> ReceptiveField:
    known = [field for field in fields if field is not None]
    if len(known) < len(fields) or len({len(field) for field in known}) > 1:
        return None
    if all(field == known[0] for field in known[1:]):
        return known[0]
    axes = [_joined(axes) for axes in zip(*known, strict=True)]
    united = tuple([axis for axis in axes if axis is not None])
    return united if len(united) == len(axes) else None


def _joined(axes: Sequence[Axis]) -> Axis | None:
    """The fields that hold those of several; one of a single unit belongs to all units of the others."""
    positions = max(axis.positions for axis in axes)
    moving = [axis for axis in axes if axis.positions == positions]
    still = [axis.at_once() for axis in axes if axis.positions < positions]
    still += [axis.always for axis in moving if axis.always]
    always = (min(low for low, _ in still), max(high for _, high in still)) if still else None
    period = lcm(*(len(axis.lows) for axis in moving))
    advances = {axis.advance * (period // len(axis.lows)) for axis in moving}
    if positions == 1:
        advances = {max(advances)}
    if len(advances) > 1 or period > MOST_STEPS:
        return None
    ends = [[axis.moved(unit) for axis in moving] for unit in range(period)]
    lows = tuple([min(low for low, _ in each) for each in ends])
    highs = tuple([max(high for _, high in each) for each in ends])
    return Axis(advances.pop(), lows, highs, positions, always)
