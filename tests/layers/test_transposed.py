"""Transposed convolution, against every input scattered through every tap by hand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError
from lenetcalc.layers.transposed import TransposedConv
from lenetcalc.notation import value_of
from lenetcalc.shapes import Shape, outside_taps
from tests.layers.test_base import counted, made, numbers, shown
from tests.layers.test_windowed import Unit

# The oracle: it scatters every input through every tap onto the whole output, and cuts afterwards.


class Axis(NamedTuple):
    """One axis: its inputs and taps, how far they land apart, what is cut off the ends and added."""

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    more: int = 0

    @property
    def landed(self) -> range:
        """Everything from the first place that a tap reaches to the last, before any is cut off."""
        stops, taps = range(self.size), range(self.kernel)
        return range(1 + max(stop * self.stride + tap * self.dilation for stop in stops for tap in taps))

    @property
    def left(self) -> int:
        """Places that are left when the ends are cut off, and those added at the end."""
        return len(self.landed) - self.before - self.after + self.more


@dataclass(frozen=True)
class Scattered:
    """What lands where: products on every place of the whole output, links to units, taps cut off."""

    size: tuple[int, ...]
    products: Counter[Unit]
    links: frozenset[tuple[Unit, Unit]]
    cut: int

    @property
    def additions(self) -> int:
        """Adding up n products takes n − 1 additions."""
        return sum(products - 1 for products in self.products.values())

    def read_by(self, place: int) -> set[int]:
        """The inputs that the unit at a place of the one axis depends on."""
        return {stop for (_, (stop,)), (_, at) in self.links if at == (place,)}


def scatter(axes: Sequence[Axis], rows: Sequence[Sequence[int]]) -> Scattered:
    """Scatter maps: ``rows`` says which input maps every output map adds up."""
    size = tuple(axis.left for axis in axes)
    products, links, cut = Counter[Unit](), set(), 0
    stops = [*product(*(range(axis.size) for axis in axes))]
    taps = [*product(*(range(axis.kernel) for axis in axes))]
    read = [(number, channel) for number, row in enumerate(rows) for channel in row]
    for (number, channel), stop, tap in product(read, stops, taps):
        lands = [s * axis.stride + t * axis.dilation for s, t, axis in zip(stop, tap, axes, strict=True)]
        products[number, tuple(lands)] += 1
        place = tuple(at - axis.before for at, axis in zip(lands, axes, strict=True))
        if all(0 <= at < end for at, end in zip(place, size, strict=True)):
            links.add(((channel, stop), (number, place)))
        else:
            cut += 1
    return Scattered(size, products, frozenset(links), cut)


def test_the_oracle_scatters_as_a_person_does() -> None:
    # two inputs land on 0 1 2 and 2 3 4; the first place is cut off, and one is added that nothing reaches
    one = scatter([Axis(2, 3, stride=2, before=1, more=1)], [[0]])
    assert one.products == Counter({(0, (place,)): 2 if place == 2 else 1 for place in range(5)})
    assert [one.read_by(place) for place in range(5)] == [{0}, {0, 1}, {1}, {1}, set()]
    assert (one.size, len(one.links), one.cut, one.additions) == ((5,), 5, 1, 1)


def axes_up_to(largest: int, taps: int, rank: int) -> st.SearchStrategy[list[Axis]]:
    """As many axes as ``rank``, of sizes that differ, each with its own window."""
    steps, cut = st.integers(1, 4), st.integers(0, 3)
    axis = st.builds(
        Axis, st.integers(1, largest), st.integers(1, taps), steps, st.integers(1, 4), cut, cut, cut
    ).filter(lambda axis: axis.left >= 1 and axis.more < max(axis.stride, axis.dilation))
    return st.lists(axis, min_size=rank, max_size=rank, unique_by=lambda axis: axis.size)


some_axes = axes_up_to(7, 5, 1) | axes_up_to(4, 3, 2) | axes_up_to(3, 2, 3)
few = st.integers(1, 2)


def fields_of(axes: Sequence[Axis]) -> dict[str, Any]:
    """The fields of a spec that lay these windows, cut off and add."""
    _, kernel, stride, dilation, _, _, more = map(list, zip(*axes, strict=True))
    ends = [[axis.before, axis.after] for axis in axes]
    laid = {"kernel": kernel, "stride": stride, "dilation": dilation}
    return {"kind": "transposed-conv", "filters": 1, **laid, "padding": ends, "output_padding": more}


@given(some_axes, st.integers(1, 3), few, few, st.booleans())
def test_shape_and_counts_are_those_of_inputs_scattered_by_hand(
    axes: list[Axis], groups: int, inputs: int, outputs: int, bias: bool
) -> None:
    maps = [[*range(group * inputs, (group + 1) * inputs)] for group in range(groups)]
    rows = [maps[group] for group in range(groups) for _ in range(outputs)]
    assert_that_of_a_scatter({"groups": groups, "bias": bias}, groups * inputs, axes, rows)


@given(some_axes, few, few, st.sampled_from(["same", "same-lower"]))
def test_same_keeps_size_times_stride_and_counts_what_is_left(
    axes: list[Axis], channels: int, filters: int, padding: str
) -> None:
    def cut(axis: Axis) -> Axis:
        over = len(axis.landed) - axis.size * axis.stride
        less, more = max(0, over) // 2, max(0, over) - max(0, over) // 2
        before, after = (less, more) if padding == "same" else (more, less)
        return axis._replace(before=before, after=after, more=max(0, -over))

    fields, rows = {"padding": padding, "output_padding": 0}, [[*range(channels)]] * filters
    assert_that_of_a_scatter(fields, channels, [cut(axis) for axis in axes], rows)


def assert_that_of_a_scatter(
    fields: dict[str, Any], channels: int, axes: Sequence[Axis], rows: Sequence[Sequence[int]]
) -> None:
    """Compare the shape and every count of a layer with what the oracle writes down."""
    scattered = scatter(axes, rows)
    written = {**fields_of(axes), "filters": len(rows), **fields}
    shape = (channels, *(axis.size for axis in axes))
    biases = len(rows) * fields.get("bias", True)
    lines = biases * prod(scattered.size)
    products = scattered.products.total()
    counts = counted(written, shape)
    assert made(written, shape) == (len(rows), *scattered.size)
    assert counts.parameters.value == prod(axis.kernel for axis in axes) * sum(map(len, rows)) + biases
    assert counts.biases.value == biases
    assert counts.macs.value == products
    assert counts.connections.value == len(scattered.links) + lines
    assert numbers(counts) == {
        "weights: multiplications": products,
        "weights: additions": scattered.additions,
        "bias: additions": lines,
    }


@given(some_axes)
def test_positions_reached_and_taps_cut_off_are_those_of_a_scatter(axes: list[Axis]) -> None:
    scattered = scatter(axes, [[0]])
    laid = read_layer(fields_of(axes)).output((1, *(axis.size for axis in axes))).windows
    assert prod(window.reached for window in laid) == len(scattered.products)
    assert value_of(outside_taps(laid)) == scattered.cut


U_NET = {"filters": 64, "kernel": 2, "stride": 2}


@pytest.mark.parametrize(
    ("fields", "shape", "output", "figures"),
    [
        pytest.param(
            U_NET,
            (128, 28, 29),
            (64, 56, 58),
            # (4×128 + 1) × 64; every tap of 28 × 29 inputs on a place of its own, and 64×56×58 bias lines
            (32_832, 512 * 64 * 812 + 207_872, 512 * 64 * 812),
            id="U-Net's up-convolution",
        ),
        pytest.param(
            {"filters": 512, "kernel": 4, "bias": False},
            (100, 1, 1),
            (512, 4, 4),
            (819_200, 819_200, 819_200),  # 16 × 100 × 512, each tap used once
            id="DCGAN: a code becomes a map",
        ),
        pytest.param(
            {"filters": 3, "kernel": 4, "stride": 2, "padding": 1},
            (5, 6, 7),
            (3, 12, 14),
            # (16×5 + 1) × 3; one of 24 and of 28 taps is cut off at either end: 22 × 26 × 15 + 504
            (243, 9_084, 16 * 15 * 42),
            id="exactly twice as large",
        ),
        pytest.param(
            {"filters": 2, "kernel": 3, "stride": 2, "padding": 1, "output_padding": [1, 0]},
            (1, 4, 5),
            (2, 8, 9),
            # (9 + 1) × 2; rows −1…7 of 8: 11 of 12 taps; columns −1…9 of 9: 13 of 15; 11 × 13 × 2 + 144
            (20, 430, 360),
            id="an output padding tells even from odd",
        ),
        pytest.param(
            {"filters": 2, "kernel": 2, "stride": 5},
            (1, 3),
            (2, 12),
            (6, 36, 12),  # of 12 places 6 are reached; the others have a bias line alone: 12 + 24
            id="1-D, a stride beyond the kernel leaves gaps",
        ),
        pytest.param(
            {"filters": 1, "kernel": [2, 3, 1], "stride": [1, 2, 3], "dilation": [3, 2, 1], "bias": False},
            (2, 3, 2, 4),
            (1, 6, 7, 10),  # 2 + 3 + 1; 2 + 4 + 1; 9 + 0 + 1
            (12, 288, 288),  # 6 × 2; × 24
            id="3-D, dilated",
        ),
        pytest.param(
            {"filters": 1, "kernel": 1, "stride": 4, "padding": [[1, 0]], "output_padding": 3, "bias": False},
            (1, 2),
            (1, 7),  # 4 − 1 + 1 + 3
            (1, 1, 2),  # places 0 and 4: the first is cut off
            id="an input is cut off whole",
        ),
    ],
)
def test_figures_are_those_worked_out_by_hand(
    fields: dict[str, Any], shape: Shape, output: Shape, figures: tuple[int, int, int]
) -> None:
    fields = {"kind": "transposed-conv", **fields}
    counts = counted(fields, shape)
    assert made(fields, shape) == output
    assert (counts.parameters.value, counts.connections.value, counts.macs.value) == figures


@pytest.mark.parametrize(
    ("fields", "shape", "expected", "by_output"),
    [
        # https://github.com/ultralytics/thop/issues/92: 4 taps × 3 × 1 × 4 inputs are 48, and thop said 192
        pytest.param({"filters": 1, "kernel": 2, "stride": 2}, (3, 2, 2), 48, 192, id="thop, issue 92"),
        # 4 × 128 × 64 weights, by 28 × 28 inputs or, as torchinfo and thop have it, by 56 × 56 outputs
        pytest.param(U_NET, (128, 28, 28), 25_690_112, 102_760_448, id="U-Net"),
    ],
)
def test_macs_are_counted_by_the_input_where_tools_count_by_the_output(
    fields: dict[str, Any], shape: Shape, expected: int, by_output: int
) -> None:
    """torchinfo and thop (ultralytics' until 2.0.16) multiply weights by output positions.

    That is stride² times too much where maps become a stride larger along both axes. Each input is multiplied
    once by every weight of its channel, wherever the products land. It costs as much as the convolution that
    it transposes, which reads as many pixels as this layer writes.
    """
    fields = {"kind": "transposed-conv", "bias": False, **fields}
    filters, *positions = made(fields, shape)
    counts = counted(fields, shape)
    backwards = {**fields, "kind": "conv", "filters": shape[0]}
    assert counts.macs.value == expected
    assert counts.parameters.value * prod(positions) == by_output == 2**2 * expected
    assert counted(backwards, (filters, *positions)).macs.value == expected


def test_every_count_shows_its_working() -> None:
    fields = {"filters": 6, "kernel": 3, "stride": 2, "padding": 1, "groups": 2}
    assert shown(counted({"kind": "transposed-conv", **fields}, (4, 5, 7))) == {
        "parameters": "(3×3×4/2 + 1)×6 = 114",
        # of 15 and of 21 taps along the axes one is cut off at either end
        "connections": "(3×3×5×7−(3×3×5×7−13×19))×4/2×6 + 1×6×9×13 = 3,666",
        "macs": "3×3×4/2×6×5×7 = 3,780",
        "weights: multiplications": "3×3×4/2×6×5×7 = 3,780",
        # without any cut off 11 × 15 places are reached: 630 − 165 for each filter
        "weights: additions": "(3×3×4/2×5×7 − 11×15)×6 = 2,790",
        "bias: additions": "1×6×9×13 = 702",
    }


@pytest.mark.parametrize(
    ("fields", "size", "workings"),
    [
        pytest.param({}, (4, 5), ["(4−1)×1 + 3 = 6", "(5−1)×1 + 3 = 7"], id="stride 1"),
        pytest.param(
            {"stride": [2, 3], "padding": [1, 0], "output_padding": [1, 0]},
            (4, 5),
            ["(4−1)×2 − 2 + 3 + 1 = 8", "(5−1)×3 + 3 = 15"],
            id="every term",
        ),
        pytest.param({"dilation": 2, "stride": 2}, (4,), ["(4−1)×2 + 2×(3−1) + 1 = 11"], id="dilation"),
        pytest.param({"padding": "same", "stride": 2}, (5,), ["5×2 = 10"], id="same"),
    ],
)
def test_the_working_of_a_size_is_shown(fields: dict[str, Any], size: Shape, workings: list[str]) -> None:
    output = read_layer({"kind": "transposed-conv", "filters": 1, "kernel": 3, **fields}).output((2, *size))
    assert [*map(str, output.workings)] == workings


BELOW = "it tells apart outputs that a convolution with this stride makes equally small"
LESS = "use less, or a zero-pad layer behind it"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param(
            {"stride": 2, "output_padding": 2},
            ("output_padding 2 is not below stride 2 or dilation 1", BELOW, LESS, "output_padding"),
            id="output padding as large as the stride",
        ),
        pytest.param(
            {"stride": [3, 2], "dilation": [1, 2], "output_padding": [2, 3]},
            ("output_padding 3 is not below stride 2 or dilation 2", BELOW, LESS, "output_padding"),
            id="output padding too large along one axis",
        ),
        pytest.param(
            {"stride": 2, "padding": "same-lower", "output_padding": [0, 1]},
            (
                "output_padding is given beside padding: same-lower",
                "same-lower alone says the size of the output, size × stride",
                "leave out output_padding, or write the padding in numbers",
                "output_padding",
            ),
            id="output padding beside same",
        ),
        pytest.param(
            {"padding": [[0, 0], [4, 3]]},  # 5 + 3 − 1 = 7 columns, all cut off
            (
                "the padding leaves nothing of a 4×5 map: (5−1)×1 − 7 + 3 = 0",
                "an output has at least one position along every axis",
                "use less padding or a larger kernel",
                "padding",
            ),
            id="padding cuts off everything",
        ),
        pytest.param(
            {"padding": [[0, 0], [5, 4]]},
            (
                "the padding leaves nothing of a 4×5 map: (5−1)×1 − 9 + 3 = −2",
                "an output has at least one position along every axis",
                "use less padding or a larger kernel",
                "padding",
            ),
            id="padding cuts off more than there is",
        ),
    ],
)
def test_a_size_that_cannot_be_is_refused(
    fields: dict[str, Any], sentence: tuple[str, str, str, str]
) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": "transposed-conv", "filters": 2, "kernel": 3, **fields}, (3, 4, 5))
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == sentence


def test_more_padding_is_no_repair() -> None:
    assert [*TransposedConv(filters=2, kernel=5).repairs()] == []
