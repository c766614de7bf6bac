"""Amounts: what a layer has of something, whoever counts it, by the words of the table of conventions.

Of a function that is applied to a layer's output they are those of the function.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from math import prod
from typing import TypeAlias

from lenetcalc.analysis import LayerRecord
from lenetcalc.layers.base import Layer
from lenetcalc.ledger import Operation, Part

Amounts: TypeAlias = Mapping[str, int]
"""Amounts by the word that the table has for them."""

AMOUNTS: Mapping[str, str] = {
    "macs": "multiply–accumulates",
    "biases": "bias additions",
    "operations": "elementary operations",  # but for the transcendental ones
    "connections": "links between units",
    "parameters": "parameters",
    "inputs": "input values",
    "outputs": "units",
    "channels": "channels",
    "positions": "positions",  # units are channels × positions
    "windows": "taps of windows",  # on padding too
    "averaged": "averaged values",  # what an average divides by
    "sides": "taps, where a kernel is stated as one number those along one side",
    "axes": "axes of maps",
    "ranks": "axes of units",  # units × axes of maps
    "merged": "sums or products of branches",
    "blended": "interpolated units",
    "whole": "units that read a whole map",
    "neighbours": "channels beside those at a position",
    "affine": "scaled or shifted units",
    "grid": "weights × output positions",
    "worded": "multiply–accumulates under padding in words",
}
"""What can be counted, by the word that the table has for it."""

TRANSCENDENTAL: frozenset[Operation] = frozenset(
    {"powers", "square_roots", "exponentials", "logarithms", "tanhs", "erfs"}
)
"""Operations of another price than an addition or a product."""

OF_FUNCTION: Part = "activation"
"""The part of a layer that is a function of its units."""


def parts_of(layer: Layer, record: LayerRecord) -> Iterator[tuple[str, Amounts]]:
    """The kind of a layer, or the function that it is, and that of its output, each with its amounts."""
    kind = record.kind if layer.PART != OF_FUNCTION else record.label
    slopes = layer.activation.parameters(record.output).value if layer.activation else 0
    yield kind, amounts(layer, record, slopes)
    if layer.activation:
        yield layer.activation.name, _of_function(record, slopes)


def _of_function(record: LayerRecord, slopes: int) -> Amounts:
    """The amounts of the function that a layer applies to its output."""
    units, channels = prod(record.output), record.output[0]
    return {
        **{"inputs": units, "outputs": units, "channels": channels, "positions": units // channels},
        "axes": len(record.output) - 1,
        "parameters": slopes,
        "operations": _operations(record, of_function=True),
    }


def _operations(record: LayerRecord, *, of_function: bool) -> int:
    return sum(
        working.value
        for (part, operation), working in record.counts.operations.items()
        if operation not in TRANSCENDENTAL and (part == OF_FUNCTION) is of_function
    )


def amounts(layer: Layer, record: LayerRecord, slopes: int = 0) -> Amounts:
    """The amounts of a layer, its function's apart, of whose slopes there are so many."""
    counts, units, positions = record.counts, prod(record.output), prod(record.output[1:])
    parameters = counts.parameters.value - slopes
    work: Counter[Part] = Counter()
    for (part, _), working in counts.operations.items():
        work[part] += working.value
    biases = counts.operations.get(("bias", "additions"))
    reads_whole = len(record.output) > 1 and positions == 1
    return {
        "macs": counts.macs.value,
        "biases": biases.value if biases else 0,
        "operations": _operations(record, of_function=layer.PART == OF_FUNCTION),
        "connections": counts.connections.value,
        "parameters": parameters,
        "inputs": sum(map(prod, record.inputs)),
        "outputs": units,
        "channels": record.output[0],
        "positions": positions,
        **layer.amounts(record.inputs, record.output, counts),
        "axes": len(record.output) - 1,
        "ranks": units * (len(record.output) - 1),
        "merged": work["merging"],
        "blended": units if work["interpolation"] else 0,
        "whole": units if reads_whole else 0,
        "affine": units if parameters else 0,
        "grid": (parameters - counts.biases.value) * positions,
    }
