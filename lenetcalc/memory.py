"""Memory, in values: what the weights take, and the most that activations take at one moment.

The schedule is the order of the spec. While a layer runs, all that it reads and its output are alive; an
output lives until its last reader has run, one that nobody reads until the end. A function that a layer
applies to its output takes no memory of its own, and neither does a layer that only shows its input in
another form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import prod
from typing import Protocol

from lenetcalc.shapes import Shape


class Step(Protocol):
    """What is known of a layer that runs."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of what it reads."""

    @property
    def output(self) -> Shape:
        """The shape of its output."""

    @property
    def copies(self) -> bool:
        """Whether its output takes memory of its own."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The most values that are alive at once: while which layer runs, and which tensors they are."""

    peak: int
    layer: str
    live: Mapping[str, Shape]


def live_memory(inputs: Mapping[str, Shape], steps: Sequence[Step]) -> Memory:
    """The peak of live activations over a schedule, in time linear in its length."""
    shapes = {**inputs, **{step.name: step.output for step in steps if step.copies}}
    homes = {name: name for name in inputs}  # whose values each name stands for
    last = dict.fromkeys(inputs, -1)
    unread = dict(homes)
    for index, step in enumerate(steps):
        for source in step.sources:
            last[homes[source]] = index
            unread.pop(source, None)
        home = step.name if step.copies else homes[step.sources[0]]
        homes[step.name] = unread[step.name] = home
    last |= dict.fromkeys(unread.values(), len(steps))
    born = dict.fromkeys(inputs, -1) | {step.name: index for index, step in enumerate(steps) if step.copies}
    at, most = _peak(shapes, born, last, len(steps))
    live = {name: shape for name, shape in shapes.items() if born[name] <= at <= last[name]}
    return Memory(most, steps[at].name if at >= 0 else "", live)


def _peak(
    shapes: Mapping[str, Shape], born: Mapping[str, int], last: Mapping[str, int], steps: int
) -> tuple[int, int]:
    """The step at which most values are alive, and how many: −1 where no step adds to the inputs."""
    changes = [0] * (steps + 3)  # from the time before the first step on
    for name, shape in shapes.items():
        values = prod(shape)
        changes[born[name] + 1] += values
        changes[last[name] + 2] -= values
    alive = [*accumulate(changes[: steps + 1])]
    most = max(alive)
    return alive.index(most) - 1, most
