"""Cutting off the edges of maps."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.errors import FitError
from lenetcalc.layers.base import Layer, Output, Shapes, Weights, check_axes, spatial_size
from lenetcalc.layers.fields import Edges
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Reach, Shape, crop, ends
from lenetcalc.tensors import Tensor, both_ends, from_maps, places
from lenetcalc.text import an, times


class Crop(Layer):
    """Cropping: the units at the edges of every map are left out.

    (channels, *size) → (channels, *(size − before − after))

    It forms no units and counts nothing. Refuses to leave nothing.

    Ronneberger, Fischer and Brox 2015 (U-Net's "copy and crop").

    >>> Crop(cropping=4).output((512, 64, 64)).shape
    (512, 56, 56)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("Crop", "cropping", "Cropping1D", "Cropping2D", "Cropping3D")
    }
    FORMS_UNITS: ClassVar[bool] = False

    kind: Literal["crop"] = "crop"
    cropping: Edges = Field(
        description="Positions to cut off: a number for all edges, one for each axis, or [before, after] for "
        "each.",
    )

    def output(self, *inputs: Shape) -> Output:
        """(channels, *size) → (channels, *(size − before − after))."""
        size = spatial_size(self.kind, inputs[0])
        check_axes("cropping", self.cropping, len(size))
        sizes = crop(size, self.cropping)
        if any(working.value < 1 for working in sizes):
            raise FitError(
                f"cropping leaves nothing of {an(f'{times(size)} map')}",
                rule="at least one position is left along every axis",
                hint="cut off less",
                field="cropping",
            )
        reaches = tuple(Reach(1, (before,), (before,)) for before, _ in ends(self.cropping, len(size)))
        return Output((inputs[0][0], *(each.value for each in sizes)), sizes, reaches=reaches)

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """What both ends of each axis have."""
        if field == "cropping":
            return ends(self.cropping, len(inputs[0]) - 1)
        return super().effective(field, inputs)

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = x, away from the edges."""
        size = inputs[0].shape[1:]
        edges = both_ends(self.cropping, len(size))
        axes = [
            [[place] for place in range(before, length - after)]
            for length, (before, after) in zip(size, edges, strict=True)
        ]
        indexes = [index for (index,) in places(axes, size)]
        maps = [[values[index] for index in indexes] for values in inputs[0].channels()]
        return from_maps(maps, [len(axis) for axis in axes])
