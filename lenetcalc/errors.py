"""What may be wrong with an input: a small family of errors that carry fields, not only prose.

A shape rule raises a `LayerError`, a local fact. The pass that called it adds the layer and its place
and raises one `SpecError` with every `Fault` that it found.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lenetcalc.text import harmless

MOST_FAULTS = 100
"""Faults that one error tells."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, and its line and column counted from 1 (0: the whole file)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        file = harmless(self.file, longest=200)
        return f"{file}:{self.line}:{self.column}" if self.line else file


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, in the order in which it is told: place, fault, rule, hint.

    ``fault`` says what was received; ``rule`` what must hold; ``hint`` what to do about it. ``used`` says
    for a layer of a block where the block is used, the innermost use first.
    """

    fault: str
    rule: str = ""
    hint: str = ""
    place: Place | None = None
    layer: str | None = None
    used: tuple[Place, ...] = ()

    def __str__(self) -> str:
        uses = ", ".join(f"{place.line}:{place.column}" for place in self.used)
        where = [f"{self.place} (used at {uses})" if uses else str(self.place)] if self.place else []
        sentence = ": ".join([*where, self.sentence])
        return f"{sentence}; {self.hint}" if self.hint else sentence

    @property
    def sentence(self) -> str:
        """What is told, without the place and the hint."""
        layer = [harmless(self.layer)] if self.layer is not None else []
        return ": ".join([*layer, self.fault, *filter(None, [self.rule])])


class LenetcalcError(Exception):
    """Any error that lenetcalc raises on purpose."""


class SpecError(LenetcalcError, ValueError):
    """A spec that cannot be used, with every independent fault found in it.

    ``analysis`` holds the rows up to the faults where shapes were already being worked out
    (an `Analysis`; `None` otherwise).
    """

    def __init__(self, faults: Sequence[Fault], *, analysis: Any = None) -> None:
        self.faults = tuple(faults[:MOST_FAULTS])
        more = ["more faults are not shown"] if len(faults) > MOST_FAULTS else []
        super().__init__("\n".join([*map(str, self.faults), *more]))
        self.analysis = analysis


class LayerError(LenetcalcError):
    """A layer that cannot take its input: what a shape rule knows, without name and place.

    ``field`` names the field of the layer that the fault is about, where it is one.
    """

    def __init__(self, fault: str, *, rule: str = "", hint: str = "", field: str | None = None) -> None:
        super().__init__(fault)
        self.fault = fault
        self.rule = rule
        self.hint = hint
        self.field = field


class FitError(LayerError):
    """A window larger than the map it slides over: another input size may repair it."""


class MergeError(LayerError):
    """Inputs that cannot be merged: in the fault ``{0}`` and ``{1}`` stand for two of the layer's sources."""

    def __init__(self, fault: str, *, sources: tuple[int, int], rule: str = "", hint: str = "") -> None:
        super().__init__(fault, rule=rule, hint=hint, field="from")
        self.sources = sources

    def between(self, names: Sequence[str]) -> str:
        """The fault with the names of the sources."""
        return self.fault.format(*(harmless(names[index]) for index in self.sources))
