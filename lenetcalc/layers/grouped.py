"""What convolution and transposed convolution share: filters, strides and groups of channels."""

from collections.abc import Hashable
from typing import Annotated, Literal

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Biased, Layer, Shapes, called, check_groups
from lenetcalc.layers.fields import LARGEST, Reader, Sizes, refuse, whole_number
from lenetcalc.layers.windowed import Windowed
from lenetcalc.shapes import PerAxis


def _or_word(word: str, rule: str) -> Reader:
    """A whole number of at least 1, or the one word that stands for the input's channels."""

    def read(value: object) -> object:
        if value != word and not (type(value) is int and 1 <= value <= LARGEST):
            refuse(rule)
        return value

    return Reader(read, {"anyOf": [whole_number(1), {"const": word}]})


Filters = Annotated[
    int | Literal["same"],
    _or_word("same", "it must be a whole number of at least 1, or same for as many as input channels"),
]
Groups = Annotated[
    int | Literal["depthwise"],
    _or_word("depthwise", "it must be a whole number of at least 1, or depthwise for one per input channel"),
]


class Grouped(Windowed, Biased):
    """A layer whose filters read windows over the channels of their group."""

    PARAMETERS = Formula("(kernel × in_channels/groups + bias) × filters")
    BIASES = Formula("bias × filters")

    filters: Filters = Field(
        validation_alias=called("filters", "out_channels", "num_output"),
        description="The number of output maps; same for as many as input channels.",
    )
    stride: Sizes = Field(
        default=1,
        validation_alias=called("stride", "strides"),
        description="Inputs from one stop of the window to the next.",
    )
    groups: Groups = Field(
        default=1,
        validation_alias=called("groups", "group"),
        description="Groups of channels that are convolved apart; depthwise for one per input channel.",
    )

    @property
    def step(self) -> PerAxis:
        """The stride."""
        return self.stride

    def maps(self, channels: int) -> int:
        """The number of filters on an input of so many channels."""
        return channels if self.filters == "same" else self.filters

    def grouped(self, channels: int) -> int:
        """The number of groups on an input of so many channels."""
        return channels if self.groups == "depthwise" else self.groups

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """As of every window; of filters and groups how many they are on so many channels."""
        match field:
            case "filters":
                return self.maps(inputs[0][0])
            case "groups":
                return self.grouped(inputs[0][0])
        return super().effective(field, inputs)

    def narrowed(self, inputs: Shapes, few: int) -> tuple[Layer, Shapes]:
        """As many groups, if they are stated, each of at most so few channels and filters."""
        groups = self.grouped(inputs[0][0])
        fewer = min(groups, few) if self.groups == "depthwise" else groups
        channels = fewer * min(inputs[0][0] // groups, few)
        narrow = ((channels, *inputs[0][1:]),)
        if self.filters == "same":
            return self, narrow
        return self.model_copy(update={"filters": fewer * min(self.filters // groups, few)}), narrow

    def filtered(self, channels: int) -> int:
        """The number of output maps; raises `LayerError` for groups that do not divide the channels."""
        filters = self.maps(channels)
        hint = f"filters may be any multiple of {channels:,}" if self.groups == "depthwise" else ""
        check_groups(self.grouped(channels), {"input channel": channels, "filter": filters}, hint=hint)
        return filters
