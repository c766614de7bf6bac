"""The same units in another order."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.errors import LayerError
from lenetcalc.layers.base import Layer, Output, called, check_groups
from lenetcalc.layers.fields import Order, Positive
from lenetcalc.shapes import Shape
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
