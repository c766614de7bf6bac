"""What a layer counts: its weights, its links, and every elementary operation, by the part that does it.

Conventions ("MACs", a tool's "FLOPs") are views over this ledger; it takes no side.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from lenetcalc.formula import Formula, Working
from lenetcalc.notation import Case

Part: TypeAlias = Literal[
    "weights", "bias", "pooling", "merging", "interpolation", "activation", "normalisation"
]
"""What an operation is done for."""

Operation: TypeAlias = Literal[
    "multiplications",
    "additions",
    "subtractions",
    "divisions",
    "comparisons",
    "powers",
    "square_roots",
    "exponentials",
    "logarithms",
    "tanhs",
    "erfs",
    "absolutes",
]
"""An elementary operation on one or two numbers."""

PARTS: tuple[Part, ...] = get_args(Part)
OPERATIONS: tuple[Operation, ...] = get_args(Operation)

Ledger: TypeAlias = Mapping[tuple[Part, Operation], Working]
"""Elementary operations by part, each count with its working."""

LedgerFormulas: TypeAlias = Mapping[Part, Mapping[Operation, Formula]]
"""The formulas of a ledger."""

NOTHING = Working()


NO_OPERATIONS: Ledger = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Counts:
    """All that is counted in one layer, each number with its working.

    ``parameters`` are trainable, ``biases`` those of them that are added rather than multiplied; ``fixed``
    are weights nobody trains, ``buffers`` statistics that are kept beside them; ``connections`` join units in
    the sense of LeCun et al. (1998); ``macs`` are nominal multiply–accumulates, biases apart.
    """

    parameters: Working = NOTHING
    biases: Working = NOTHING
    fixed: Working = NOTHING
    buffers: Working = NOTHING
    connections: Working = NOTHING
    macs: Working = NOTHING
    operations: Ledger = field(default_factory=lambda: NO_OPERATIONS)

    @property
    def weights(self) -> int:
        """The parameters without the biases."""
        return self.parameters.value - self.biases.value

    def operation(self, name: Operation) -> Working:
        """One operation over all parts."""
        return sum((self.operations.get((part, name), NOTHING) for part in PARTS), start=NOTHING)


QUANTITIES: tuple[str, ...] = tuple(each.name for each in fields(Counts) if each.name != "operations")
"""The quantities of `Counts` that are one number a layer."""


def ledger(formulas: LedgerFormulas, cases: tuple[Case, ...]) -> Ledger:
    """The formulas of a ledger, worked out and summed over the cases."""
    return MappingProxyType(
        {
            (part, operation): formula.total(cases)
            for part, row in formulas.items()
            for operation, formula in row.items()
        }
    )


def merged(one: Ledger, other: Ledger) -> Ledger:
    """Two ledgers in one; what both count is added up."""
    if one.keys().isdisjoint(other):
        return MappingProxyType({**one, **other})
    both = {**one, **other}
    return MappingProxyType({key: one.get(key, NOTHING) + other.get(key, NOTHING) for key in both})
