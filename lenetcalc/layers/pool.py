"""Pooling without parameters: the largest or the average value of a window."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Shapes, Weights, called
from lenetcalc.layers.fields import Flag
from lenetcalc.layers.windowed import COMBINED, LINES, Pooling
from lenetcalc.ledger import Counts, LedgerFormulas
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor, from_maps


class MaxPool(Pooling):
    """Max pooling: each unit is the largest value of its window, in its own map.

    (channels, *size) → (channels, *stops of the window over size)

    A connection is a line from each real tap; there are no weights, no bias line and no MACs. Operations are
    the comparisons among real taps: padding is never the largest.

    >>> pool = MaxPool(kernel=2)
    >>> pool.output((6, 28, 28)).shape
    (6, 14, 14)
    >>> print(pool.count(((6, 28, 28),), pool.output((6, 28, 28))).connections)
    2×2×6×14×14 = 4,704
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {}
        for spelling in (
            *(
                "maxpool",
                "max_pool",
                "maxpool1d",
                "maxpool2d",
                "maxpool3d",
                "MaxPool1d",
                "MaxPool2d",
                "MaxPool3d",
            ),
            *("MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "MaxPool1D", "MaxPool2D", "MaxPool3D"),
        )
    }
    CONNECTIONS = LINES
    OPERATIONS: ClassVar[LedgerFormulas] = {"pooling": {"comparisons": COMBINED}}

    kind: Literal["max-pool"] = "max-pool"

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = the largest of the real inputs in the window; 0 where there are none."""
        size = inputs[0].shape[1:]
        way = self.way(size)
        stops = [*way.real(size)]
        maps = [
            [numbers.largest([values[tap] for tap in taps]) if taps else numbers.zero for taps in stops]
            for values in inputs[0].channels()
        ]
        return from_maps(maps, way.size)


class AveragePool(Pooling):
    """Average pooling: each unit is the average of its window, in its own map.

    (channels, *size) → (channels, *stops of the window over size)

    A connection is a line from each real tap; there are no weights, no bias line and no MACs. Operations are
    the additions of real taps and one division a unit.

    >>> pool = AveragePool(kernel=3, stride=2)
    >>> pool.output((16, 13, 11)).shape
    (16, 6, 5)
    >>> print(pool.count(((16, 13, 11),), pool.output((16, 13, 11))).connections)
    3×3×16×6×5 = 4,320
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {}
        for spelling in (
            *("avgpool", "avg-pool", "avg_pool", "average_pool", "avgpool1d", "avgpool2d", "avgpool3d"),
            *("AvgPool1d", "AvgPool2d", "AvgPool3d", "AvgPool1D", "AvgPool2D", "AvgPool3D"),
            *("AveragePooling1D", "AveragePooling2D", "AveragePooling3D"),
        )
    }
    DEFAULTS: ClassVar[Mapping[str, Mapping[str, Any]]] = dict.fromkeys(
        ("AvgPool1d", "AvgPool2d", "AvgPool3d"), {"count_padding": True}
    )
    CONNECTIONS = LINES
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "pooling": {"additions": COMBINED, "divisions": Formula("channels × positions")}
    }

    kind: Literal["average-pool"] = "average-pool"
    count_padding: Flag = Field(
        default=False,
        validation_alias=called("count_padding", "count_include_pad"),
        description="Whether the divisor counts padding; no count depends on it.",
    )

    def amounts(self, inputs: Shapes, output: Shape, counts: Counts) -> Mapping[str, int]:
        """What is averaged may be padding too, which a window that hangs over its end leaves."""
        amounts = super().amounts(inputs, output, counts)
        if not self.count_padding:
            return amounts
        return {**amounts, "averaged": output[0] * sum(self.way(inputs[0][1:]).padded())}

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = Σ of the real inputs in the window / how many there are, or with padding counted; 0 of none."""
        size = inputs[0].shape[1:]
        way = self.way(size)
        stops = [*way.real(size)]
        divisors = [max(1, taps) for taps in (way.padded() if self.count_padding else map(len, stops))]
        maps = [
            [
                numbers.divide(numbers.total([values[tap] for tap in taps]), numbers.number(divisor))
                for taps, divisor in zip(stops, divisors, strict=True)
            ]
            for values in inputs[0].channels()
        ]
        return from_maps(maps, way.size)
