"""Convolution, with groups, dilation and partial connection tables."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field

from lenetcalc.errors import LayerError
from lenetcalc.formula import Formula
from lenetcalc.layers.base import Layer, Output, Shapes, Weight, Weights
from lenetcalc.layers.fields import Reader, refuse, whole_number
from lenetcalc.layers.grouped import Grouped
from lenetcalc.ledger import LedgerFormulas
from lenetcalc.notation import Symbols
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape, outside_taps
from lenetcalc.tensors import Scalar, Tensor, biased, each_axis, from_maps, walk
from lenetcalc.text import plural

Rows: TypeAlias = tuple[tuple[int, ...], ...]
"""For every output map the input maps that it reads, counted from 0."""

TABLES: Mapping[str, Rows] = {
    # LeCun et al. 1998, Table I: the maps of S2 that each map of C3 reads
    "lenet5": (
        *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
        *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
        *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5), (0, 1, 2, 3, 4, 5)),
    ),
}
"""Published connection tables, by name."""


def _read_table(value: object) -> Rows:
    if isinstance(value, str):
        if value not in TABLES:
            refuse(
                f"the named tables are {', '.join(TABLES)}",
                "or write the table out",
                word=value,
                known={name: name for name in TABLES},
            )
        return TABLES[value]
    if not isinstance(value, list | tuple) or not value or not all(map(_is_row, value)):
        refuse(
            "it must be a name, or for every output map the list of the input maps it reads, counted from 0, "
            "each once",
            "write it as lenet5 or [[0, 1, 2], [1, 2, 3]]",
        )
    return tuple(map(tuple, value))


def _is_row(row: object) -> bool:
    if not isinstance(row, list | tuple) or not row:
        return False
    return all(type(channel) is int and channel >= 0 for channel in row) and len(set(row)) == len(row)


_ROW: dict[str, Any] = {"type": "array", "minItems": 1, "uniqueItems": True, "items": whole_number(0)}
_TABLE = {"anyOf": [{"enum": [*TABLES]}, {"type": "array", "minItems": 1, "items": _ROW}]}

Table = Annotated[Rows, Reader(_read_table, _TABLE)]


AT_ONCE = 32
"""Stops of a window that a filter visits before the next one does: a kernel is then close at hand."""


class Conv(Grouped):
    """Convolution over any number of spatial axes, with groups or a table of which map reads which.

    (in_channels, *size) → (filters, *stops of the window over size)

    A connection joins two units: a tap on padding is none, and a bias is one line a unit. MACs are nominal,
    taps on padding included. A table replaces the full connection of maps: its counts are sums over the
    output maps that read equally many input maps. Refuses groups that do not divide the channels and a
    table whose rows are not those of the filters and input channels. A depthwise convolution is one with as
    many groups as input channels; a separable one is that, and a 1×1 convolution behind it.

    LeCun et al. 1998, II-A; groups: Krizhevsky et al. 2012; dilation: Yu and Koltun 2016.

    >>> conv = Conv(filters=6, kernel=5)
    >>> conv.output((1, 32, 32)).shape
    (6, 28, 28)
    >>> print(conv.count(((1, 32, 32),), conv.output((1, 32, 32))).parameters)
    (5×5×1 + 1)×6 = 156
    """

    SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        spelling: {}
        for spelling in (
            *("conv1d", "conv2d", "conv3d", "Conv1d", "Conv2d", "Conv3d", "Conv1D", "Conv2D", "Conv3D"),
            *("convolution", "Convolution"),
        )
    } | {
        spelling: {"groups": "depthwise", "filters": "same"}
        for spelling in ("depthwise-conv", "depthwise_conv", "DepthwiseConv1D", "DepthwiseConv2D")
    }

    INSTEAD: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("separable-conv", "separable_conv", "SeparableConv1D", "SeparableConv2D"),
        "write a depthwise-conv with bias: false and behind it a conv with kernel: 1",
    )

    FIELDS_INSTEAD: ClassVar[Mapping[str, str]] = {
        "depth_multiplier": "write kind: conv with groups: depthwise and the number of filters"
    }

    CONNECTIONS = Formula(
        "(kernel × in_channels/groups + bias) × filters × positions"
        " − outside_taps × in_channels/groups × filters"
    )
    MACS = Formula("kernel × in_channels/groups × filters × positions")
    OPERATIONS: ClassVar[LedgerFormulas] = {
        "weights": {
            "multiplications": MACS,
            "additions": Formula("(kernel × in_channels/groups − 1) × filters × positions"),
        },
        "bias": {"additions": Formula("bias × filters × positions")},
    }

    kind: Literal["conv"] = "conv"
    table: Table | None = Field(
        default=None,
        description="Which input maps each output map reads, counted from 0, or a published table by name.",
    )

    def output(self, *inputs: Shape) -> Output:
        """(in_channels, *size) → (filters, *stops)."""
        laid, channels = self.laid(inputs[0]), inputs[0][0]
        if self.table is not None:
            self._check_table(self.table, channels)
        return self.slid(self.filtered(channels), laid)

    def cases(self, inputs: Shapes, output: Output) -> tuple[Symbols, ...]:
        """One case, or with a table one for each number of input maps that its rows have."""
        laid = output.windows
        symbols: Symbols = {
            "kernel": tuple(window.kernel for window in laid),
            "in_channels": inputs[0][0],
            "groups": self.grouped(inputs[0][0]),
            "bias": int(self.bias),
            "filters": output.shape[0],
            "positions": output.shape[1:],
            "outside_taps": outside_taps(laid),
        }
        if self.table is None:
            return (symbols,)
        rows = sorted(Counter(map(len, self.table)).items())
        return tuple({**symbols, "in_channels": maps, "filters": filters} for maps, filters in rows)

    def weights(self, inputs: Shapes) -> Mapping[str, Weight]:
        """A kernel for every input map of every filter, and a bias for every filter."""
        channels, *size = inputs[0]
        filters, kernel = self.maps(channels), tuple(each_axis(self.kernel, len(size)))
        shape: Shape = (filters, channels // self.grouped(channels), *kernel)
        if self.table is not None:
            shape = (sum(map(len, self.table)), *kernel)
        return {"weight": Weight(shape)} | ({"bias": Weight((filters,), "bias")} if self.bias else {})

    def forward(self, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        """yᶠ(stop) = biasᶠ + Σ over the maps that f reads, and the taps, of weight × input; 0 on padding."""
        channels, *size = inputs[0].shape
        maps = [[*values, numbers.zero] for values in inputs[0].channels()]  # at the index −1 stands padding
        way = walk(size, kernel=self.kernel, stride=self.stride, dilation=self.dilation, padding=self.padding)
        reading, kernels = self._reading(channels), self._kernels(weights["weight"])
        outputs: list[list[Scalar]] = [[] for _ in kernels]
        stops = way.places(size)
        while some := [*islice(stops, AT_ONCE)]:
            found = [[[values[tap] for tap in taps] for values in maps] for taps in some]
            for read, filters in reading.items():
                patches = [[*chain.from_iterable([each[channel] for channel in read])] for each in found]
                for number in filters:
                    outputs[number] += [numbers.dot(patch, kernels[number]) for patch in patches]
        if self.bias:
            outputs = biased(outputs, weights["bias"])
        return from_maps(outputs, way.size)

    def spelled(self, field: str) -> Any:
        """A published table by its name, any other value as it is."""
        value = super().spelled(field)
        return next((name for name, rows in TABLES.items() if field == "table" and value == rows), value)

    def read_maps(self) -> Rows:
        """The rows of the table."""
        return self.table or ()

    def narrowed(self, inputs: Shapes, few: int) -> tuple[Layer, Shapes]:
        """As many groups, each of fewer channels and filters; a table stays as it is."""
        return (self, inputs) if self.table is not None else super().narrowed(inputs, few)

    def _reading(self, channels: int) -> dict[tuple[int, ...], list[int]]:
        """The input maps that filters read, each with the filters that read just these."""
        filters = channels if self.filters == "same" else self.filters
        groups = channels if self.groups == "depthwise" else self.groups
        read, made = channels // groups, filters // groups
        rows = self.table or [
            tuple(range(number // made * read, (number // made + 1) * read)) for number in range(filters)
        ]
        reading: dict[tuple[int, ...], list[int]] = {}
        for number, row in enumerate(rows):
            reading.setdefault(row, []).append(number)
        return reading

    def _kernels(self, rows: Iterable[list[Scalar]]) -> list[list[Scalar]]:
        """The kernels of each filter in one row; a table has one in each row of the weights."""
        if self.table is None:
            return [*rows]
        kernels = iter(rows)
        return [[*chain.from_iterable(islice(kernels, len(row)))] for row in self.table]

    def _check_table(self, table: Rows, channels: int) -> None:
        groups, filters = self.grouped(channels), self.maps(channels)
        if groups != 1:
            raise LayerError(
                f"groups {groups:,} are given beside a table",
                rule="the table alone says which map reads which",
                hint="leave out groups or the table",
                field="groups",
            )
        if len(table) != filters:
            raise LayerError(
                f"the table has {plural(len(table), 'row')} for {plural(filters, 'filter')}",
                rule="it needs a row for every filter",
                hint=f"write filters: {len(table)}, or mend the table",
                field="table",
            )
        highest = max(map(max, table))
        if highest >= channels:
            raise LayerError(
                f"the table reads map {highest:,}, but the input has {plural(channels, 'map')}",
                rule=f"its numbers go from 0 to {channels - 1:,}",
                hint="count the maps from 0",
                field="table",
            )
