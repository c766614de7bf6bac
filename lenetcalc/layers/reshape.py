"""The same units in another shape."""

from collections.abc import Hashable, Mapping, Sequence
from math import prod
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.errors import LayerError
from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, Weights, called
from lenetcalc.layers.fields import Target
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor
from lenetcalc.text import times

INPUTS = Formula("inputs")
LEFT_OVER = Formula("inputs / known")


class Flatten(Layer):
    """All units in one row, channel by channel.

    (*shape) → (product of shape)

    It forms no units and counts nothing.

    >>> Flatten().output((16, 5, 5)).shape
    (400,)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {"Flatten": {}}
    FORMS_UNITS: ClassVar[bool] = False
    COPIES: ClassVar[bool] = False

    kind: Literal["flatten"] = "flatten"

    def output(self, *inputs: Shape) -> Output:
        """(*shape) → (product of shape)."""
        units = INPUTS.work({"inputs": inputs[0]})
        return Output((units.value,), (units,))

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = x, in one row."""
        return Tensor((len(inputs[0].values),), inputs[0].values)


class Reshape(Layer):
    """The same units in another shape; one size may be −1, what is left over.

    (*shape) → (*target)

    It forms no units and counts nothing. Refuses a target with another number of units.

    >>> Reshape(shape=[16, -1]).output((400,)).shape
    (16, 25)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("Reshape", "Unflatten", "view")
    }
    FORMS_UNITS: ClassVar[bool] = False
    COPIES: ClassVar[bool] = False

    kind: Literal["reshape"] = "reshape"
    target: Target = Field(
        validation_alias=called("shape", "target_shape"),
        description="The new shape, channels first; one size of a list may be -1.",
    )

    def output(self, *inputs: Shape) -> Output:
        """(*shape) → (*target)."""
        if self.target.count(-1) > 1:
            raise LayerError(
                f"{times(self.target)} leaves {self.target.count(-1)} sizes open",
                rule="what is left over can be one size",
                hint="write all sizes but one",
                field="shape",
            )
        known_sizes = tuple(size for size in self.target if size != -1)
        units, known = prod(inputs[0]), prod(known_sizes)
        left, rest = divmod(units, known)
        multiple = "a multiple of " if -1 in self.target else ""
        if rest or (-1 not in self.target and left != 1):
            raise LayerError(
                f"{times(inputs[0])} cannot become {times(self.target)}",
                rule=f"the units must stay the same: {units:,} are not {multiple}{known:,}",
                hint="" if multiple else "write one size as -1 to take what is left over",
                field="shape",
            )
        if -1 not in self.target:
            return Output(self.target, reaches="lost")
        open_size = LEFT_OVER.work({"inputs": inputs[0], "known": known_sizes})
        shape = tuple(open_size.value if size == -1 else size for size in self.target)
        return Output(shape, (open_size,), reaches="lost")

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """The shape, with the size that is left over."""
        return self.output(*inputs).shape if field == "target" else super().effective(field, inputs)

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = x, in the new shape."""
        values = inputs[0].values
        known = prod(size for size in self.target if size != -1)
        return Tensor(tuple(len(values) // known if size == -1 else size for size in self.target), values)

    def narrowed(self, inputs: Shapes, few: int) -> tuple[Layer, Shapes]:
        """None fewer: its shape is stated for as many units as there are."""
        return self, inputs
