"""Memory, in values: what the weights take, and the most that activations take at one moment.

The schedule is the order of the spec. While a layer runs, all that it reads and its output are alive; an
output lives until its last reader has run, one that nobody reads until the end. A function that a layer
applies to its output takes no memory of its own, and neither does a layer that only shows its input in
another form.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    homes = {name: name for name in inputs}
    shapes = dict(inputs)
    last = dict.fromkeys(inputs, -1)
    for index, step in enumerate(steps):
        homes[step.name] = step.name if step.copies else homes[step.sources[0]]
        shapes[step.name] = step.output
        last[homes[step.name]] = index
        for source in step.sources:
            last[homes[source]] = index
    read = {homes[source] for step in steps for source in step.sources}
    kept = {home for home in last if home not in read}
    ends: dict[int, list[str]] = {}
    for home, index in last.items():
        ends.setdefault(len(steps) if home in kept else index, []).append(home)
    return _peak(inputs, steps, shapes, ends)


def _peak(
    inputs: Mapping[str, Shape],
    steps: Sequence[Step],
    shapes: Mapping[str, Shape],
    ends: Mapping[int, list[str]],
) -> Memory:
    alive = sum(map(prod, inputs.values()))
    most, at = alive, -1
    for index, step in enumerate(steps):
        alive += prod(step.output) if step.copies else 0
        if alive > most:
            most, at = alive, index
        alive -= sum(prod(shapes[home]) for home in ends.get(index, ()))
    if at < 0:
        return Memory(most, "", dict(inputs))
    born = {
        **dict.fromkeys(inputs, -1),
        **{each.name: index for index, each in enumerate(steps) if each.copies},
    }
    lives = {home: index for index, homes in ends.items() for home in homes}
    live = {home: shapes[home] for home, index in born.items() if index <= at <= lives[home]}
    return Memory(most, steps[at].name, live)
