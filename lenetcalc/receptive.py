"""Receptive fields: which part of an input the units of a layer depend on, over all branches.

Araujo, Norris, Sim 2019, "Computing receptive fields of convolutional neural networks". Fields are
theoretical: they reach over the edge of the input where there is padding.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, TypeAlias

from lenetcalc.shapes import Reach, Reaches, Shape


class Axis(NamedTuple):  # of which a deep network has one a layer: cheaper to make than a dataclass
    """A field along one axis of an input, in its positions.

    The unit at position ``o`` depends on at most ``size`` inputs from ⌊``start + o×stride``⌋ on;
    ``positions`` says how many such units there are. Behind a layer that makes maps larger all but the last
    may be fractions.
    """

    size: int | Fraction
    stride: int | Fraction
    start: int | Fraction
    positions: int

    @property
    def extent(self) -> int:
        """The size as a whole number of inputs."""
        return ceil(self.size)

    @property
    def first(self) -> int:
        """Where the field of the first unit begins; below 0 on padding."""
        return floor(self.start)


Field: TypeAlias = tuple[Axis, ...] | None
"""A field along every axis; `None` where the units stand in another order than the input's."""

Fields: TypeAlias = Mapping[str, Field]
"""The fields of a layer on every input that it depends on, by name."""


def whole(inputs: Mapping[str, Shape]) -> dict[str, Fields]:
    """The fields of the inputs themselves: each unit depends on its own place."""
    return {
        name: {name: tuple([Axis(1, 1, 0, size) for size in shape[1:]])} for name, shape in inputs.items()
    }


def seen(sources: Sequence[Fields], reaches: Reaches, output: Shape) -> Fields:
    """The fields of a layer from those of all that it reads.

    >>> from lenetcalc.shapes import Reach
    >>> first = seen([whole({"input": (1, 32, 32)})["input"]], (Reach(5), Reach(5)), (6, 28, 28))
    >>> first["input"][0].size
    5
    """
    together = sources[0] if len(sources) == 1 else _united(sources)
    if reaches == ():
        return together
    return {name: _reached(field, reaches, output) for name, field in together.items()}


def _reached(field: Field, reaches: Reaches, output: Shape) -> Field:
    if field is None or reaches == "lost":
        return None
    if reaches == "all":
        return tuple([Axis(_span(axis, axis.positions), axis.stride, axis.start, 1) for axis in field])
    if len(reaches) != len(field):
        return None
    first = _through(field[0], reaches[0], output[1])
    alike = (field[0], reaches[0], output[1])
    return tuple(
        [first if each == alike else _through(*each) for each in zip(field, reaches, output[1:], strict=True)]
    )


def _through(axis: Axis, reach: Reach, positions: int) -> Axis:
    """What units see that reach so far into those that see ``axis``."""
    start = axis.start + reach.offset * axis.stride
    return Axis(_span(axis, reach.span), axis.stride * reach.stride, start, positions)


def _span(axis: Axis, units: int) -> int | Fraction:
    """What several neighbouring units see together."""
    return axis.size + (units - 1) * axis.stride


def _united(sources: Sequence[Fields]) -> Fields:
    """What several branches see together of each input."""
    names = dict.fromkeys(name for fields in sources for name in fields)
    return {name: _union([fields[name] for fields in sources if name in fields]) for name in names}


def _union(fields: Sequence[Field]) -> Field:
    known = [field for field in fields if field is not None]
    if len(known) < len(fields) or len({len(field) for field in known}) > 1:
        return None
    if all(field == known[0] for field in known[1:]):
        return known[0]
    return tuple([_bounds(axes) for axes in zip(*known, strict=True)])


def _bounds(axes: Iterable[Axis]) -> Axis:
    """The least field that holds several; one of a single position is the same for all units."""
    axes = tuple(axes)
    positions = max(axis.positions for axis in axes)
    stride = max(axis.stride for axis in axes if axis.positions == positions)
    sizes, starts = [], []
    for unit in (0, positions - 1):
        at = [(axis, axis.start + min(unit, axis.positions - 1) * axis.stride) for axis in axes]
        starts.append(min(start for _, start in at))
        sizes.append(max(start + axis.size for axis, start in at) - starts[-1])
    return Axis(max(sizes), stride, starts[0], positions)
