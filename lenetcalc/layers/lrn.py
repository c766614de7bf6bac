"""Local response normalisation across channels."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, Weights, called
from lenetcalc.layers.fields import Flag, Positive, Real
from lenetcalc.ledger import Counts, LedgerFormulas, Part
from lenetcalc.notation import Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape, Window
from lenetcalc.tensors import Tensor, from_maps

UNITS = Formula("units")


class LocalResponseNorm(Layer):
    """Local response normalisation: each unit is divided by the activity of neighbouring channels.

    shape → shape

    y = x / (k + alpha × Σ x²)^beta, summed at one position over ``size`` neighbouring channels, of which
    there are fewer at the ends: size//2 lie before a channel and (size − 1)//2 behind it, as in PyTorch.
    An averaged sum is one whose alpha is divided by the size, as PyTorch and Caffe do; that is done once and
    not counted. Operations square each unit once. It has no parameters, and its connections and MACs are
    those of the units before.

    Krizhevsky, Sutskever and Hinton 2012, 3.3.

    >>> norm = LocalResponseNorm()
    >>> print(norm.count(((96, 55, 55),), norm.output((96, 55, 55))).operation("additions"))
    (474−96)×55×55 + 96×55×55 = 1,433,850
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("lrn", "LRN", "LocalResponseNorm", "local_response_norm")
    }
    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "LRN": {"k": 1.0, "alpha": 1.0, "averaged": True},  # Caffe
        **dict.fromkeys(("LocalResponseNorm", "local_response_norm"), {"k": 1.0, "averaged": True}),
    }
    FORMS_UNITS: ClassVar[bool] = False
    PART: ClassVar[Part] = "normalisation"
    SYMBOLS: ClassVar[Mapping[str, str]] = {
        "channel_taps": "channels that are summed, over all channels: fewer at both ends"
    }
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "normalisation": {
            "multiplications": Formula("2 × units"),
            "additions": Formula("(channel_taps − channels) × positions + units"),
            "powers": UNITS,
            "divisions": UNITS,
        }
    }

    kind: Literal["local-response-norm"] = "local-response-norm"
    size: Positive = Field(
        default=5,
        validation_alias=called("size", "n", "local_size"),
        description="Neighbouring channels that are summed, the unit's own among them.",
    )
    k: Real = Field(default=2.0, description="The constant that is added to the sum.")
    alpha: Real = Field(default=1e-4, description="The factor of the sum.")
    beta: Real = Field(default=0.75, description="The exponent of the divisor.")
    averaged: Flag = Field(
        default=False, description="Whether alpha is divided by the size; no count depends on it."
    )

    def output(self, *inputs: Shape) -> Output:
        """Shape → shape."""
        return Output(inputs[0])

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = x / (k + alpha × Σ x²)^beta, over neighbouring channels at one position."""
        alpha = Fraction(str(self.alpha)) / self.size if self.averaged else self.alpha
        k, alpha = numbers.constant(self.k), numbers.constant(alpha)
        columns = []
        for column in zip(*inputs[0].channels(), strict=True):
            squares = [unit * unit for unit in column]
            sums = [
                numbers.total(squares[max(0, channel - self.size // 2) : channel + (self.size + 1) // 2])
                for channel in range(len(column))
            ]
            divisors = [numbers.power(k + alpha * total, self.beta) for total in sums]
            columns.append([*map(numbers.divide, column, divisors)])
        return from_maps([*zip(*columns, strict=True)], inputs[0].shape[1:])

    def amounts(self, inputs: Shapes, output: Shape, counts: Counts) -> Mapping[str, int]:
        """At each position as many channels beside its own as the window has besides one."""
        neighbours = prod(output[1:]) * (self.size - 1)
        return {**super().amounts(inputs, output, counts), "neighbours": neighbours}

    def narrowed(self, inputs: Shapes, few: int) -> tuple[Layer, Shapes]:
        """Not so few that no window is whole."""
        return super().narrowed(inputs, max(few, self.size + 2))

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case: the same channels are summed at every position."""
        channels = output.shape[0]
        window = Window(size=channels, kernel=self.size, before=self.size // 2, after=(self.size - 1) // 2)
        return (
            {
                "units": output.shape,
                "channels": channels,
                "positions": output.shape[1:],
                "channel_taps": window.real_taps,
            },
        )
