"""Windows and maps as Hypothesis draws them: odd and even sizes, as many as axes and pairwise different."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from lenetcalc.shapes import Shape
from tests.reference.onnx_models import Axes, Axis, sizes

RANKS = st.sampled_from([1, 2, 2, 3])
MOST_KERNEL = {1: 5, 2: 4, 3: 3}
MOST_SLACK = {1: 8, 2: 5, 3: 3}

Test: TypeAlias = Callable[..., None]

Least: TypeAlias = Callable[[Axis], int]
"""The smallest size that the map may have along an axis, of which the rest is drawn."""

FLAGS = st.booleans()
CHANNELS = st.integers(1, 4)


def layers(*, examples: int = 100, **drawn: st.SearchStrategy[Any]) -> Callable[[Test], Test]:
    """Run a test on layers with drawn fields, and a seed for their numbers."""

    def over(test: Test) -> Test:
        seeds = st.integers(0, 2**32 - 1)
        return settings(deadline=None, max_examples=examples)(given(seed=seeds, **drawn)(test))

    return over


def padded(axis: Axis) -> int:
    """The window fits the padded map."""
    return axis.span - sum(axis.zeros)


def reached(axis: Axis) -> int:
    """The window also has a tap on the map wherever it stops: padding is at most half as wide."""
    return max(axis.span - sum(axis.zeros), axis.dilation)


def enlarged(axis: Axis) -> int:
    """A transposed convolution leaves something of the map: (size − 1)×stride + span is beyond padding."""
    return 1 - (axis.span - sum(axis.zeros) - 1) // axis.stride


@st.composite
def windows(
    draw: st.DrawFn,
    least: Least,
    *,
    ranks: st.SearchStrategy[int] = RANKS,
    stride: int = 3,
    dilation: int = 3,
    zeros: int = 3,
    half: bool = False,
) -> Axes:
    """A window along each axis, with maps as small as ``least`` allows; ``half`` is the most of it to pad."""
    rank = draw(ranks)
    axes: Axes = []
    for _ in range(rank):
        kernel, step = draw(st.integers(1, MOST_KERNEL[rank])), draw(st.integers(1, stride))
        axis = Axis(1, kernel, step, draw(st.integers(1, dilation)), (0, 0))
        ends = st.integers(0, min(zeros, axis.span // 2) if half else zeros)
        axis = replace(axis, zeros=(draw(ends), draw(ends)))
        smallest = max(1, least(axis))
        free = {*range(smallest, smallest + MOST_SLACK[rank] + 1)} - {*sizes(axes)}
        axes.append(replace(axis, size=draw(st.sampled_from(sorted(free)))))
    return axes


def strided(axes: Axes) -> bool:
    """Whether a window takes a stride, or is dilated, along some axis."""
    return any(axis.stride > 1 or axis.dilation > 1 for axis in axes)


def within_span(axes: Axes) -> bool:
    """Whether no stride leaves out inputs between two stops."""
    return all(axis.stride <= axis.span for axis in axes)


def shapes(least: int = 1, most: int = 4, *, largest: int = 6) -> st.SearchStrategy[Shape]:
    """Shapes of some axes, channels among them, no two of one size."""
    return st.lists(st.integers(1, largest), min_size=least, max_size=most, unique=True).map(tuple)


@dataclass(frozen=True)
class Groups:
    """Groups of channels: how many, the channels that each reads and the filters it has."""

    groups: int
    read: int
    made: int

    @property
    def channels(self) -> int:
        """Input channels."""
        return self.groups * self.read

    @property
    def filters(self) -> int:
        """Output maps."""
        return self.groups * self.made


def groups(most: int = 3) -> st.SearchStrategy[Groups]:
    """Up to so many groups."""
    return st.builds(Groups, st.integers(1, most), st.integers(1, 3), st.integers(1, 3))
