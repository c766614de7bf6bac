"""Pooling to a stated size, global pooling among it."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, called, check_axes, known, spatial_size
from lenetcalc.layers.fields import Sizes
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.resizing import adaptive_reach, adaptive_taps
from lenetcalc.shapes import Shape, along

COMBINED = Formula("(taps − positions) × channels")


class AdaptivePooling(Layer):
    """A layer that reduces each map to a stated size: (channels, *n) → (channels, *size).

    Along an axis the unit at ``o`` reads the inputs from ⌊o×n/size⌋ up to ⌈(o + 1)×n/size⌉, so windows may
    overlap by one.
    """

    SYMBOLS: ClassVar[Mapping[str, str]] = {"taps": "taps of all windows, the product over the axes"}
    CONNECTIONS = Formula("taps × channels")

    size: Sizes = Field(
        validation_alias=called("size", "output_size"),
        description="The size of the output, for all axes or for each.",
    )

    @property
    def label(self) -> str:
        """The kind; global pooling where one unit is left of each map."""
        return self.kind.replace("adaptive", "global") if self.size == 1 else self.kind

    def output(self, *inputs: Shape) -> Output:
        """(channels, *n) → (channels, *size)."""
        before = spatial_size(self.kind, inputs[0])
        check_axes("size", self.size, len(before))
        after = along(self.size, len(before))
        reaches = known(adaptive_reach(*axis) for axis in zip(before, after, strict=True))
        return Output((inputs[0][0], *after), reaches=reaches)

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case."""
        positions = output.shape[1:]
        axes = zip(inputs[0][1:], positions, strict=True)
        taps = tuple(adaptive_taps(size, stops) for size, stops in axes)
        return ({"taps": taps, "positions": positions, "channels": output.shape[0]},)


class AdaptiveAveragePool(AdaptivePooling):
    """Average pooling to a stated size; global average pooling where that is 1.

    (channels, *n) → (channels, *size)

    A connection is a line from each tap; there are no weights and no MACs. Axes of size 1 are kept, unlike by
    Keras; a dense layer reads any shape.

    Lin, Chen, Yan 2013 (global average pooling); windows as PyTorch has them.

    >>> pool = AdaptiveAveragePool(size=1)
    >>> print(pool.count(((512, 7, 7),), pool.output((512, 7, 7))).connections)
    7×7×512 = 25,088
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        **dict.fromkeys(
            ("AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d", "adaptive_avg_pool"), {}
        ),
        **dict.fromkeys(
            (
                *("global-average-pool", "global_average_pool", "GlobalAveragePool", "gap"),
                *("GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D"),
            ),
            {"size": 1},
        ),
    }
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "pooling": {"additions": COMBINED, "divisions": Formula("channels × positions")}
    }

    kind: Literal["adaptive-average-pool"] = "adaptive-average-pool"


class AdaptiveMaxPool(AdaptivePooling):
    """Max pooling to a stated size; global max pooling where that is 1.

    (channels, *n) → (channels, *size)

    A connection is a line from each tap; there are no weights and no MACs. Axes of size 1 are kept.

    Windows as PyTorch has them.

    >>> AdaptiveMaxPool(size=[3, 2]).output((8, 7, 5)).shape
    (8, 3, 2)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        **dict.fromkeys(
            ("AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d", "adaptive_max_pool"), {}
        ),
        **dict.fromkeys(
            (
                *("global-max-pool", "global_max_pool", "GlobalMaxPool"),
                *("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D"),
            ),
            {"size": 1},
        ),
    }
    OPERATIONS: ClassVar[LedgerFormulas] = {"pooling": {"comparisons": COMBINED}}

    kind: Literal["adaptive-max-pool"] = "adaptive-max-pool"
