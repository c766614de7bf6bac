"""Zero padding as a layer of its own."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.layers.base import Layer, Output, Shapes, Weights, called, check_axes, spatial_size
from lenetcalc.layers.fields import Edges
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Reach, Shape, ends, pad
from lenetcalc.tensors import Tensor, both_ends, from_maps, places


class ZeroPad(Layer):
    """Zeros added around every map.

    (channels, *size) → (channels, *(before + size + after))

    It forms no units and counts nothing. A connection of a later layer to one of its zeros does count: the
    spec has made them inputs. Padding inside a convolution or pooling layer is not counted.

    >>> ZeroPad(padding=2).output((1, 28, 28)).shape
    (1, 32, 32)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {}
        for spelling in (
            *("pad", "zero_padding", "zero-padding", "zeropad", "ZeroPad1d", "ZeroPad2d", "ZeroPad3d"),
            *("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"),
        )
    }
    FORMS_UNITS: ClassVar[bool] = False

    kind: Literal["zero-pad"] = "zero-pad"
    padding: Edges = Field(
        validation_alias=called("padding", "pad"),
        description="Zeros around the map: a number, one for each axis, or [before, after] for each.",
    )

    def output(self, *inputs: Shape) -> Output:
        """(channels, *size) → (channels, *(before + size + after))."""
        size = spatial_size(self.kind, inputs[0])
        check_axes("padding", self.padding, len(size))
        sizes = pad(size, self.padding)
        reaches = tuple(Reach(1, (-before,), (-before,)) for before, _ in ends(self.padding, len(size)))
        return Output((inputs[0][0], *(each.value for each in sizes)), sizes, reaches=reaches)

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """What both ends of each axis have."""
        return (
            ends(self.padding, len(inputs[0]) - 1) if field == "padding" else super().effective(field, inputs)
        )

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = x inside, 0 around it."""
        size = inputs[0].shape[1:]
        around = both_ends(self.padding, len(size))
        axes = [
            [[place] for place in range(-before, length + after)]
            for length, (before, after) in zip(size, around, strict=True)
        ]
        indexes = [index for (index,) in places(axes, size)]
        maps = [[*values, numbers.zero] for values in inputs[0].channels()]  # at the index −1 stands padding
        padded = [[values[index] for index in indexes] for values in maps]
        return from_maps(padded, [len(axis) for axis in axes])
