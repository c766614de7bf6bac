"""What all layers with a sliding window share: its fields, its stops and the notes on them."""

from abc import abstractmethod
from collections.abc import Hashable, Iterator, Mapping, Sequence
from math import prod
from typing import ClassVar

from pydantic import Field

from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, called, check_axes, spatial_size
from lenetcalc.layers.fields import CeilMode, Sizes, Zeros
from lenetcalc.ledger import Counts, Part
from lenetcalc.notation import Symbols
from lenetcalc.shapes import Ceil, PerAxis, Shape, Window, along, around, outside_taps, windows
from lenetcalc.tensors import Walk, walk
from lenetcalc.text import listed, plural

LINES = Formula("kernel × channels × positions − outside_taps × channels")
"""A line for each tap on the map."""

COMBINED = Formula("(kernel − 1) × channels × positions − (outside_taps − empty_windows) × channels")
"""Combining the n real taps of a window takes n − 1 operations."""


class Windowed(Layer):
    """A layer whose units each read a window of the maps: (in_channels, *size) → (channels, *stops)."""

    kernel: Sizes = Field(
        validation_alias=called("kernel", "kernel_size", "pool_size"),
        description="The size of the window, for all axes or for each.",
    )
    padding: Zeros = Field(
        default=0,
        validation_alias=called("padding", "pad"),
        description="Zeros around the map: a number, one for each axis, [before, after] for each, same, "
        "same-lower or valid.",
    )
    dilation: Sizes = Field(
        default=1,
        validation_alias=called("dilation", "dilation_rate"),
        description="The distance between two taps of the window.",
    )

    def amounts(self, inputs: Shapes, output: Shape, counts: Counts) -> Mapping[str, int]:
        """Taps of all windows, on padding too; and those along one side of a kernel stated as one number."""
        units, taps = prod(output), prod(along(self.kernel, len(output) - 1))
        return {
            **super().amounts(inputs, output, counts),
            "windows": units * taps,
            "sides": units * (self.kernel if isinstance(self.kernel, int) else taps),
            "worded": counts.macs.value if isinstance(self.padding, str) else 0,
        }

    @property
    @abstractmethod
    def step(self) -> PerAxis:
        """Inputs from one stop of the window to the next."""

    @property
    def rounding(self) -> Ceil:
        """Whether a last, partial window counts."""
        return False

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """A number for each axis; the stride that the window takes, stated or not."""
        rank = len(inputs[0]) - 1
        match field:
            case "kernel":
                return along(self.kernel, rank)
            case "stride":
                return along(self.step, rank)
            case "dilation":
                return along(self.dilation, rank)
            case "padding":
                return around(self.padding, rank)
        return super().effective(field, inputs)

    def laid(self, shape: Shape) -> tuple[Window, ...]:
        """The window along every axis of an input; raises `LayerError` where it cannot be laid."""
        return windows(
            self.checked_size(shape),
            kernel=self.kernel,
            stride=self.step,
            dilation=self.dilation,
            padding=self.padding,
            ceil=self.rounding,
        )

    def checked_size(self, shape: Shape) -> Shape:
        """The sizes of maps along their axes, of which each field has as many as it needs."""
        size = spatial_size(self.kind, shape)
        for field, value in (
            ("kernel", self.kernel),
            ("stride", self.step),
            ("dilation", self.dilation),
            ("padding", self.padding),
        ):
            check_axes(field, value, len(size))
        return size

    def slid(self, channels: int, laid: tuple[Window, ...]) -> Output:
        """The output of ``channels`` maps with a unit at every stop of the window."""
        stops = tuple(window.stops for window in laid)
        return Output((channels, *(each.value for each in stops)), stops, _notes(laid), laid)

    def repairs(self) -> Iterator[tuple[str, Layer]]:
        """More padding, up to what keeps the size, for a layer that has none."""
        if self.padding in (0, "valid") and isinstance(self.kernel, int):
            for zeros in range(1, min(self.kernel // 2, 16) + 1):
                yield f"padding: {zeros}", self.model_copy(update={"padding": zeros})


class Pooling(Windowed):
    """A layer that reduces each map by itself: (channels, *size) → (channels, *stops)."""

    FORMS_UNITS: ClassVar[bool] = True
    PART: ClassVar[Part] = "pooling"

    stride: Sizes | None = Field(
        default=None,
        validation_alias=called("stride", "strides"),
        description="Inputs from one stop of the window to the next; the kernel's size where not given.",
    )
    ceil_mode: CeilMode = Field(
        default=False,
        description="Whether a last, partial window counts: false, true (PyTorch's rule, which drops one "
        "that starts behind the map) or caffe (which drops it only where there is padding).",
    )

    @property
    def step(self) -> PerAxis:
        """The stride; windows side by side where none is given."""
        return self.kernel if self.stride is None else self.stride

    @property
    def rounding(self) -> Ceil:
        """Whether a last, partial window counts."""
        return self.ceil_mode

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """As of every window; of ``ceil_mode`` the rule by its name."""
        if field == "ceil_mode" and self.ceil_mode is True:
            return "pytorch"
        return super().effective(field, inputs)

    def output(self, *inputs: Shape) -> Output:
        """(channels, *size) → (channels, *stops)."""
        return self.slid(inputs[0][0], self.laid(inputs[0]))

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case: every map has the same window."""
        laid, positions = output.windows, output.shape[1:]
        return (
            {
                "kernel": tuple(window.kernel for window in laid),
                "channels": output.shape[0],
                "positions": positions,
                "outside_taps": outside_taps(laid),
                "empty_windows": prod(positions) - prod(window.filled for window in laid),
            },
        )

    def way(self, size: Sequence[int]) -> Walk:
        """The way of the window over maps, for the forward pass."""
        return walk(
            size,
            kernel=self.kernel,
            stride=self.kernel if self.stride is None else self.stride,
            dilation=self.dilation,
            padding=self.padding,
            ceil=self.ceil_mode,
        )


_AXES = {1: ("position",), 2: ("row", "column")}


def _notes(laid: tuple[Window, ...]) -> tuple[str, ...]:
    """A note on inputs that no window reaches."""
    nouns = _AXES.get(len(laid), ("plane",) * len(laid))
    unread = [
        f"the last {window.unread:,} of {plural(window.size, noun)}" + f" along axis {axis}" * (len(laid) > 2)
        for axis, (window, noun) in enumerate(zip(laid, nouns, strict=True), 1)
        if window.unread
    ]
    return (f"no window reads {listed(unread)} of its input",) if unread else ()
