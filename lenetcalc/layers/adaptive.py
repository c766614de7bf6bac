"""Pooling to a stated size, global pooling among it."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, Weights, called, check_axes, known, spatial_size
from lenetcalc.layers.fields import Sizes
from lenetcalc.ledger import LedgerFormulas, Part
from lenetcalc.notation import Symbols
from lenetcalc.resizing import adaptive_reach, adaptive_taps
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape, along
from lenetcalc.tensors import Tensor, each_axis, from_maps, places

COMBINED = Formula("(taps − positions) × channels")


class AdaptivePooling(Layer):
    """A layer that reduces each map to a stated size: (channels, *n) → (channels, *size).

    Along an axis the unit at ``o`` reads the inputs from ⌊o×n/size⌋ up to ⌈(o + 1)×n/size⌉, so windows may
    overlap by one.
    """

    SYMBOLS: ClassVar[Mapping[str, str]] = {"taps": "taps of all windows, the product over the axes"}
    CONNECTIONS = Formula("taps × channels")
    PART: ClassVar[Part] = "pooling"

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

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """The size along each axis."""
        return along(self.size, len(inputs[0]) - 1) if field == "size" else super().effective(field, inputs)

    def reads(self, size: Sequence[int]) -> Iterator[list[int]]:
        """The inputs of a map that each unit reads, for the forward pass."""
        axes = []
        for length, stops in zip(size, each_axis(self.size, len(size)), strict=True):
            ends = [(unit * length // stops, -(-(unit + 1) * length // stops)) for unit in range(stops)]
            axes.append([[*range(first, end)] for first, end in ends])
        return places(axes, size)

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

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = Σ of the inputs in the window / how many there are."""
        size = inputs[0].shape[1:]
        windows = [*self.reads(size)]
        maps = [
            [
                numbers.divide(numbers.total([values[tap] for tap in taps]), numbers.number(len(taps)))
                for taps in windows
            ]
            for values in inputs[0].channels()
        ]
        return from_maps(maps, each_axis(self.size, len(size)))


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

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = the largest of the inputs in the window."""
        size = inputs[0].shape[1:]
        windows = [*self.reads(size)]
        maps = [
            [numbers.largest([values[tap] for tap in taps]) for taps in windows]
            for values in inputs[0].channels()
        ]
        return from_maps(maps, each_axis(self.size, len(size)))
