"""Up-sampling without parameters."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor, prod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.errors import LayerError
from lenetcalc.formula import Formula, Working
from lenetcalc.layers.base import Layer, Output, Shapes, Weights, called, check_axes, known, spatial_size
from lenetcalc.layers.fields import Flag, Reader, Sizes, refuse
from lenetcalc.ledger import LedgerFormulas, Part
from lenetcalc.notation import Symbols
from lenetcalc.resizing import linear_reach, linear_taps, nearest_reach
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Reach, Shape, along
from lenetcalc.tensors import Scalar, Tensor, each_axis, flat, from_maps

SCALED = Formula("size × factor")

_MODES = {"nearest": "nearest", "bilinear": "bilinear", "linear": "bilinear", "trilinear": "bilinear"}


def _read_mode(value: object) -> str:
    if not isinstance(value, str) or value not in _MODES:
        refuse(
            "it must be nearest or bilinear",
            "leave it out for nearest",
            word=str(value),
            known={word: word for word in _MODES},
        )
    return _MODES[value]


Mode = Annotated[Literal["nearest", "bilinear"], Reader(_read_mode, {"enum": [*_MODES]})]


class Upsample(Layer):
    """Up-sampling: each unit repeats the nearest input, or lies on a line between neighbours.

    (channels, *size) → (channels, *(size × factor))

    Bilinear stands for a line along every axis, of which there may be any number. A connection is a line from
    each input that has a weight: at the edge, and where a unit falls on an input, there are fewer. Operations
    are those of a weighted sum of two neighbours along each axis, the same for all units; repeating takes
    none. There are no parameters and no MACs. Refuses a factor and an output_size at once, or neither.

    Positions as PyTorch and Keras have them, corners aligned only where it is asked for.

    >>> layer = Upsample(factor=2, mode="bilinear")
    >>> output = layer.output((3, 4, 5))
    >>> print(*output.shape, layer.count(((3, 4, 5),), output).connections, sep="; ")
    3; 8; 10; 14×18×3 = 756
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {}
        for spelling in (
            *("upsampling", "up-sampling", "Upsample", "interpolate", "resize", "Resize"),
            *("UpSampling1D", "UpSampling2D", "UpSampling3D"),
        )
    } | {
        "UpsamplingNearest2d": {"mode": "nearest"},
        "UpsamplingBilinear2d": {"mode": "bilinear", "align_corners": True},
    }
    FIELDS_INSTEAD: ClassVar[Mapping[str, str]] = {
        "size": "write factor: 2 for what Keras calls size, or output_size for what PyTorch does"
    }
    SYMBOLS: ClassVar[Mapping[str, str]] = {
        "linear": "1 between neighbours, 0 where the nearest is repeated",
        "lines": "inputs that have a weight, over all units: the product over the axes",
        "neighbours": "inputs between which a unit lies: 2 along each axis, or the nearest alone",
    }
    CONNECTIONS = Formula("lines × channels")
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "interpolation": {
            "multiplications": Formula("linear × neighbours × channels × positions"),
            "additions": Formula("(neighbours − 1) × channels × positions"),
        }
    }

    PART: ClassVar[Part] = "interpolation"

    kind: Literal["upsample"] = "upsample"
    factor: Sizes | None = Field(
        default=None,
        validation_alias=called("factor", "scale_factor"),
        description="How many times larger the output is, along all axes or along each.",
    )
    output_size: Sizes | None = Field(
        default=None, description="The size of the output, for all axes or for each, in place of a factor."
    )
    mode: Mode = Field(
        default="nearest",
        validation_alias=called("mode", "interpolation"),
        description="nearest repeats inputs; bilinear lays a line between neighbours, along every axis.",
    )
    align_corners: Flag = Field(
        default=False, description="Whether the outermost units of input and output coincide; for bilinear."
    )

    def output(self, *inputs: Shape) -> Output:
        """(channels, *size) → (channels, *(size × factor))."""
        size = spatial_size(self.kind, inputs[0])
        self._check_fields(len(size))
        after, workings = self._sizes(size)
        reaches = known(self._reach(*axis) for axis in zip(size, after, strict=True))
        return Output((inputs[0][0], *after), workings, reaches=reaches)

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """The factor and the size along each axis, whichever of them is stated."""
        size = inputs[0][1:]
        after, _ = self._sizes(size)
        match field:
            case "factor":
                return tuple([Fraction(*axis) for axis in zip(after, size, strict=True)])
            case "output_size":
                return after
        return super().effective(field, inputs)

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case: every map is brought to the same size."""
        axes = [*zip(inputs[0][1:], output.shape[1:], strict=True)]
        linear = self.mode == "bilinear"
        lines = [linear_taps(*axis, aligned=self.align_corners) if linear else axis[1] for axis in axes]
        return (
            {
                "linear": int(linear),
                "neighbours": (2,) * len(axes) if linear else 1,
                "lines": tuple(lines),
                "channels": output.shape[0],
                "positions": output.shape[1:],
            },
        )

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = the nearest input, or Σ of the neighbours by how near they are along each axis."""
        size = inputs[0].shape[1:]
        larger = each_axis(self.output_size or 1, len(size))
        if self.factor is not None:
            factors = each_axis(self.factor, len(size))
            larger = [length * factor for length, factor in zip(size, factors, strict=True)]
        axes = [
            [self._neighbours(place, *axis) for place in range(axis[1])]
            for axis in zip(size, larger, strict=True)
        ]
        maps: list[list[Scalar]] = [[] for _ in inputs[0].channels()]
        for near in product(*axes):
            indexes = flat([[index for index, _ in axis] for axis in near], size)
            shares = [
                numbers.number(prod(share)) for share in product(*[[s for _, s in axis] for axis in near])
            ]
            for values, units in zip(inputs[0].channels(), maps, strict=True):
                found = [values[index] for index in indexes]
                units.append(found[0] if self.mode == "nearest" else numbers.dot(found, shares))
        return from_maps(maps, larger)

    def _neighbours(self, place: int, size: int, larger: int) -> list[tuple[int, Fraction]]:
        """The inputs along an axis that a unit is made of, with the share of each."""
        if self.mode == "nearest":
            return [(place * size // larger, Fraction(1))]
        if self.align_corners:
            at = Fraction(place * (size - 1), max(larger - 1, 1))
        else:
            at = min(
                max(Fraction((2 * place + 1) * size, 2 * larger) - Fraction(1, 2), Fraction(0)),
                Fraction(size - 1),
            )
        return [(floor(at), 1 - at % 1), (ceil(at), at % 1)]

    def _sizes(self, size: Shape) -> tuple[Shape, tuple[Working, ...]]:
        if self.factor is None:
            return along(self.output_size or 1, len(size)), ()
        axes = zip(size, along(self.factor, len(size)), strict=True)
        workings = [SCALED.work({"size": length, "factor": factor}) for length, factor in axes]
        return tuple([working.value for working in workings]), tuple(workings)

    def _reach(self, size: int, stops: int) -> Reach | None:
        if self.mode == "nearest":
            return nearest_reach(size, stops)
        return linear_reach(size, stops, aligned=self.align_corners)

    def _check_fields(self, rank: int) -> None:
        if (self.factor is None) == (self.output_size is None):
            both = "both factor and output_size are" if self.factor else "neither factor nor output_size is"
            raise LayerError(
                f"{both} given",
                rule="one of them says how large the output is",
                hint="write factor: 2",
                field="factor",
            )
        if self.align_corners and self.mode == "nearest":
            raise LayerError(
                "align_corners is given for mode nearest",
                rule="it says where a bilinear unit lies between its neighbours",
                hint="leave it out, or write mode: bilinear",
                field="align_corners",
            )
        check_axes("factor", self.factor, rank)
        check_axes("output_size", self.output_size, rank)
