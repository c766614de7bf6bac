"""Transposed convolution."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, ClassVar, Literal

from pydantic import Field

from lenetcalc.errors import LayerError
from lenetcalc.formula import Formula, Working
from lenetcalc.layers.base import Layer, Output, Shapes, Weight, Weights, called, check_axes, known
from lenetcalc.layers.fields import Naturals, Sizes, Zeros
from lenetcalc.layers.grouped import Grouped
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape, Window, along, outside_taps, transposed, transposed_reach
from lenetcalc.tensors import Scalar, Tensor, biased, both_ends, each_axis, flat, from_maps, same_ends


def _kernels(rows: Sequence[list[Scalar]], filters: int, taps: Sequence[int]) -> list[list[Scalar]]:
    """For every filter of a group the weights at some taps, from one input map after the other."""
    size = len(rows[0]) // filters
    return [[row[start + tap] for row in rows for tap in taps] for start in range(0, size * filters, size)]


class TransposedConv(Grouped):
    """Transposed convolution: each input is multiplied by a whole kernel, and what overlaps is added up.

    (in_channels, *size) → (filters, *((size − 1)×stride + span − padding + output_padding))

    The span is dilation×(kernel − 1) + 1. The kernel stops at every input, a stride apart on the
    output, so MACs are counted by the input: a tool that multiplies weights by output positions says
    about stride times too much along each axis. Padding is cut from the output; same leaves size×stride
    of it. Where the stride exceeds the kernel, Keras' valid leaves stride − kernel more, which
    output_padding states. A connection joins an input to an output that one of its taps reaches, and a
    tap on what is cut off is none; a bias is one line a unit. MACs, and the additions of weights, are
    nominal, taps on what is cut off included. Refuses groups that do not divide the channels, and an
    output padding as large as the stride and the dilation.

    Zeiler, Krishnan, Taylor and Fergus 2010; Dumoulin and Visin 2016, 4.

    >>> layer = TransposedConv(filters=64, kernel=2, stride=2)
    >>> output = layer.output((128, 28, 28))
    >>> print(*output.shape, output.workings[0], sep="; ")
    64; 56; 56; (28−1)×2 + 2 = 56
    >>> print(layer.count(((128, 28, 28),), output).macs)
    2×2×128×64×28×28 = 25,690,112
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {}
        for spelling in (
            *("conv-transpose", "ConvTranspose", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"),
            *("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"),
            *("deconvolution", "Deconvolution", "deconv"),
        )
    }
    SYMBOLS: ClassVar[Mapping[str, str]] = {
        "input_positions": "positions of the input: the product of its sizes",
        "reached": "positions that a tap reaches, before any are cut off",
    }
    CONNECTIONS = Formula(
        "(kernel × input_positions − outside_taps) × in_channels/groups × filters"
        " + bias × filters × positions"
    )
    MACS = Formula("kernel × in_channels/groups × filters × input_positions")
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "weights": {
            "multiplications": MACS,
            "additions": Formula("(kernel × in_channels/groups × input_positions − reached) × filters"),
        },
        "bias": {"additions": Formula("bias × filters × positions")},
    }

    kind: Literal["transposed-conv"] = "transposed-conv"
    stride: Sizes = Field(
        default=1,
        validation_alias=called("stride", "strides"),
        description="Outputs from one stop of the kernel to the next.",
    )
    padding: Zeros = Field(
        default=0,
        validation_alias=called("padding", "pad"),
        description="Positions cut off the output: a number, one for each axis, [before, after] for each, "
        "same or same-lower to keep size × stride, or valid for none.",
    )
    output_padding: Naturals = Field(
        default=0,
        description="Positions that the output has more at its end along all axes, or along each.",
    )

    def effective(self, field: str, inputs: Shapes) -> Hashable:
        """As of every window, with a number for each axis."""
        if field == "output_padding":
            return along(self.output_padding, len(inputs[0]) - 1)
        return super().effective(field, inputs)

    def laid(self, shape: Shape) -> tuple[Window, ...]:
        """The window along every axis of the *output*, with a stop for every input."""
        return self._laid(shape)[0]

    def output(self, *inputs: Shape) -> Output:
        """(in_channels, *size) → (filters, *transposed size)."""
        laid, sizes = self._laid(inputs[0])
        reaches = known(map(transposed_reach, laid))
        shape = (self.filtered(inputs[0][0]), *[working.value for working in sizes])
        return Output(shape, sizes, windows=laid, reaches=reaches)

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case."""
        return (
            {
                "kernel": tuple(window.kernel for window in output.windows),
                "in_channels": inputs[0][0],
                "groups": self.grouped(inputs[0][0]),
                "bias": int(self.bias),
                "filters": output.shape[0],
                "positions": output.shape[1:],
                "input_positions": inputs[0][1:],
                "reached": tuple(window.reached for window in output.windows),
                "outside_taps": outside_taps(output.windows),
            },
        )

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """A kernel for every filter of its group from every input map, and a bias for every filter."""
        channels, *size = inputs[0]
        filters = self.maps(channels)
        shape = (channels, filters // self.grouped(channels), *each_axis(self.kernel, len(size)))
        return {"weight": Weight(shape)} | ({"bias": Weight((filters,), "bias")} if self.bias else {})

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """yᶠ = biasᶠ + Σ of weight × input over all inputs that put a tap there; the edges are cut off."""
        channels, *size = inputs[0].shape
        filters = channels if self.filters == "same" else self.filters
        groups = channels if self.groups == "depthwise" else self.groups
        read, made = channels // groups, filters // groups
        maps, rows = inputs[0].channels(), [*weights["weight"]]
        meetings, kept = self._meetings(size)
        kernels: dict[tuple[int, ...], list[list[Scalar]]] = {}
        totals: list[dict[tuple[int, ...], Scalar]] = [{} for _ in range(filters)]
        for place in product(*map(range, map(len, meetings))):
            met = [axis[at] for axis, at in zip(meetings, place, strict=True)]
            reading = flat([[index for index, _ in axis] for axis in met], size)
            taps = flat([[tap for _, tap in axis] for axis in met], each_axis(self.kernel, len(size)))
            for group in range(groups if taps else 0):
                own = slice(group * read, (group + 1) * read)
                if (group, *taps) not in kernels:  # as for every unit that the same taps reach
                    kernels[group, *taps] = _kernels(rows[own], made, taps)
                patch = [values[index] for values in maps[own] for index in reading]
                for number, kernel in enumerate(kernels[group, *taps], group * made):
                    totals[number][place] = numbers.dot(patch, kernel)
        outputs = [[each.get(place, numbers.zero) for place in product(*kept)] for each in totals]
        if self.bias:
            outputs = biased(outputs, weights["bias"])
        return from_maps(outputs, [len(axis) for axis in kept])

    def _meetings(self, size: Sequence[int]) -> tuple[list[list[list[tuple[int, int]]]], list[range]]:
        """Along each axis, for every place before any is cut off, the inputs and taps that meet there.

        And the places that are kept, which may go on behind the last.
        """
        rank = len(size)
        fields = (self.kernel, self.stride, self.dilation, self.output_padding)
        steps = zip(*(each_axis(value, rank) for value in fields), strict=True)
        around = both_ends(0 if isinstance(self.padding, str) else self.padding, rank)
        meetings, kept = [], []
        for length, (kernel, stride, apart, more), (before, after) in zip(size, steps, around, strict=True):
            whole = (length - 1) * stride + (kernel - 1) * apart + 1
            end = whole - after + more
            if self.padding in ("same", "same-lower"):
                before, _ = same_ends(
                    length * stride, (kernel - 1) * apart + 1, stride, lower=self.padding == "same-lower"
                )
                end = before + length * stride
            met: list[list[tuple[int, int]]] = [[] for _ in range(whole)]
            for index, tap in product(range(length), range(kernel)):
                met[index * stride + tap * apart].append((index, tap))
            meetings.append(met)
            kept.append(range(before, end))
        return meetings, kept

    def repairs(self) -> Iterator[tuple[str, Layer]]:
        """None: padding makes the output smaller."""
        return iter(())

    def _laid(self, shape: Shape) -> tuple[tuple[Window, ...], tuple[Working, ...]]:
        size = self.checked_size(shape)
        check_axes("output_padding", self.output_padding, len(size))
        self._check_output_padding(len(size))
        return transposed(
            size,
            kernel=self.kernel,
            stride=self.stride,
            dilation=self.dilation,
            padding=self.padding,
            output_padding=self.output_padding,
        )

    def _check_output_padding(self, rank: int) -> None:
        more = along(self.output_padding, rank)
        if any(more) and self.padding in ("same", "same-lower"):
            raise LayerError(
                f"output_padding is given beside padding: {self.padding}",
                rule=f"{self.padding} alone says the size of the output, size × stride",
                hint="leave out output_padding, or write the padding in numbers",
                field="output_padding",
            )
        axes = zip(more, along(self.stride, rank), along(self.dilation, rank), strict=True)
        for zeros, stride, dilation in axes:
            if zeros and zeros >= max(stride, dilation):
                raise LayerError(
                    f"output_padding {zeros:,} is not below stride {stride:,} or dilation {dilation:,}",
                    rule="it tells apart outputs that a convolution with this stride makes equally small",
                    hint="use less, or a zero-pad layer behind it",
                    field="output_padding",
                )
