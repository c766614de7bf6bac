"""The same units in another order."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from operator import mul
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.errors import LayerError
from lenetcalc.layers.base import Layer, Output, Shapes, Weights, called, check_groups, few_a_group
from lenetcalc.layers.fields import Order, Positive
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor, from_maps
from lenetcalc.text import plural


class Permute(Layer):
    """Permutation: the axes of a shape in another order.

    (*shape) → (shape[order[0]], shape[order[1]], …)

    It forms no units and counts nothing. Axes are counted from 0, the channels. Refuses an order that does
    not name each axis once.

    >>> Permute(order=[1, 2, 0]).output((3, 32, 24)).shape
    (32, 24, 3)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("Permute", "transpose", "Transpose")
    }
    FORMS_UNITS: ClassVar[bool] = False

    kind: Literal["permute"] = "permute"
    order: Order = Field(
        validation_alias=called("order", "dims", "perm"),
        description="Which axis of the input each axis of the output is, counted from 0, the channels.",
    )

    def output(self, *inputs: Shape) -> Output:
        """(*shape) → (shape[order[0]], …)."""
        shape, axes = inputs[0], len(inputs[0])
        if sorted(self.order) != [*range(axes)]:
            raise LayerError(
                f"order {list(self.order)} does not name each of {plural(axes, 'axis')} once",
                rule=f"they are counted from 0, the channels, to {axes - 1}",
                hint=self._hint(axes),
                field="order",
            )
        moved = self.order != tuple(range(axes))
        return Output(tuple([shape[axis] for axis in self.order]), reaches="lost" if moved else ())

    def _hint(self, axes: int) -> str:
        """What an order in the manner of another tool may have meant."""
        if sorted(self.order) == [*range(1, axes + 1)]:
            return "Keras counts from 1, and its channels are the last axis unless it is told otherwise"
        if self.order[0] == 0 and sorted(self.order) == [*range(axes + 1)]:
            return f"write {[axis - 1 for axis in self.order[1:]]}, without the batch's axis"
        return ""

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y[i, j, …] = x with the index of each axis in its place."""
        shape, values = inputs[0].shape, inputs[0].values
        steps = [prod(shape[axis + 1 :]) for axis in self.order]
        sizes = [shape[axis] for axis in self.order]
        indexes = product(*map(range, sizes))
        return Tensor(tuple(sizes), [values[sum(map(mul, index, steps))] for index in indexes])


class ChannelShuffle(Layer):
    """Channel shuffle: the channels of several groups dealt out in turn, so that later groups mix them.

    (channels, *size) → (channels, *size)

    Channel c of g groups of n goes to (c mod n)×g + ⌊c/n⌋. It forms no units and counts nothing. Refuses
    groups that do not divide the channels.

    Zhang, Zhou, Lin and Sun 2018 (ShuffleNet).

    >>> ChannelShuffle(groups=3).output((240, 28, 28)).shape
    (240, 28, 28)
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {} for spelling in ("ChannelShuffle", "channel_shuffle", "shuffle")
    }
    FORMS_UNITS: ClassVar[bool] = False

    kind: Literal["channel-shuffle"] = "channel-shuffle"
    groups: Positive = Field(
        validation_alias=called("groups", "group"),
        description="Groups of channels, which are dealt out in turn.",
    )

    def output(self, *inputs: Shape) -> Output:
        """(channels, *size) → (channels, *size)."""
        check_groups(self.groups, {"channel": inputs[0][0]})
        return Output(inputs[0])

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """y = the first map of each group, then the second of each, and so on."""
        maps = inputs[0].channels()
        each = len(maps) // self.groups
        dealt = [maps[group * each + channel] for channel in range(each) for group in range(self.groups)]
        return from_maps(dealt, inputs[0].shape[1:])

    def narrowed(self, inputs: Shapes, few: int) -> tuple[Layer, Shapes]:
        """As many groups, each of fewer channels."""
        return self, few_a_group(inputs, self.groups, few)
