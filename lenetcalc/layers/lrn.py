"""Local response normalisation across channels."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, called
from lenetcalc.layers.fields import Positive, Real
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.shapes import Shape, Window

UNITS = Formula("units")


class LocalResponseNorm(Layer):
    """Local response normalisation: each unit is divided by the activity of neighbouring channels.

    shape → shape

    y = x / (k + alpha × Σ x²)^beta, summed at one position over ``size`` neighbouring channels, of which
    there are fewer at the ends: size//2 lie before a channel and (size − 1)//2 behind it, as in PyTorch.
    PyTorch and Caffe also divide alpha by the size, which is done once and not counted. Operations square
    each unit once. It has no parameters, and its connections and MACs are those of the units before.

    Krizhevsky, Sutskever and Hinton 2012, 3.3.

    >>> norm = LocalResponseNorm()
    >>> print(norm.count(((96, 55, 55),), norm.output((96, 55, 55))).operation("additions"))
    (474−96)×55×55 + 96×55×55 = 1,433,850
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("lrn", "LRN", "LocalResponseNorm", "local_response_norm")
    }
    FORMS_UNITS: ClassVar[bool] = False
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

    def output(self, *inputs: Shape) -> Output:
        """Shape → shape."""
        return Output(inputs[0])

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
