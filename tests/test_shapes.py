"""Windows over maps, against a walk of the window along the padded line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, takewhile
from math import prod

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from lenetcalc.errors import FitError
from lenetcalc.notation import value_of
from lenetcalc.shapes import Ceil, Padding, PerAxis, PerEdge, Shape, Window, along, outside_taps, pad, windows

# The oracle: it walks, and shares no arithmetic with the package.


@dataclass(frozen=True)
class Line:
    """One axis as a person draws it: zeros, inputs, zeros, and where the window stops."""

    size: int
    kernel: int
    stride: int
    dilation: int
    before: int
    starts: tuple[int, ...]

    def inputs_of(self, start: int) -> list[int]:
        """The real inputs that the window reads from one stop."""
        taps = range(start, start + self.dilation * self.kernel, self.dilation)
        return [tap - self.before for tap in taps if 0 <= tap - self.before < self.size]

    @property
    def real_taps(self) -> int:
        return sum(len(self.inputs_of(start)) for start in self.starts)

    @property
    def filled(self) -> int:
        return sum(1 for start in self.starts if self.inputs_of(start))

    @property
    def unread(self) -> int:
        """Inputs behind the last window, and behind what the stride skips after every window."""
        width = max(self.stride, span_of(self.kernel, self.dilation))
        passed = {position for start in self.starts for position in range(start, start + width)}
        tail = takewhile(lambda position: position not in passed, range(self.before + self.size - 1, -1, -1))
        return sum(1 for position in tail if position >= self.before)


def span_of(kernel: int, dilation: int) -> int:
    """Positions under the window, counted one by one."""
    return len(range(0, dilation * (kernel - 1) + 1))


def walked(
    size: int,
    kernel: int,
    stride: int = 1,
    dilation: int = 1,
    before: int = 0,
    after: int = 0,
    ceil: Ceil = False,
) -> Line:
    """The line with every stop of the window."""
    padded, span = before + size + after, span_of(kernel, dilation)
    starts = list(takewhile(lambda start: start + span <= padded, count(0, stride)))
    if ceil and starts[-1] + span < padded:  # positions are left: a partial window reads them
        starts.append(starts[-1] + stride)
    if ceil in (True, "pytorch") and starts[-1] >= before + size:
        starts.pop()
    return Line(size, kernel, stride, dilation, before, tuple(starts))


def walked_same(size: int, kernel: int, stride: int, dilation: int, *, lower: bool = False) -> Line:
    """TensorFlow's rule: a stop for every stride begun; an odd zero behind, for SAME_LOWER before."""
    stops = len(range(0, size, stride))
    needed = stride * (stops - 1) + span_of(kernel, dilation)
    zeros = needed - size if needed > size else 0
    less, more = zeros // 2, zeros - zeros // 2
    starts = tuple(stop * stride for stop in range(stops))
    return Line(size, kernel, stride, dilation, more if lower else less, starts)


def figures(line: Line) -> tuple[int, int, int, int]:
    """What the oracle says of an axis."""
    return len(line.starts), line.real_taps, line.filled, line.unread


def measured(window: Window) -> tuple[int, int, int, int]:
    """What the package says of an axis."""
    return window.stops.value, window.real_taps, window.filled, window.unread


small = st.integers(1, 14)
steps = st.integers(1, 5)
zeros = st.integers(0, 6)


@example(size=1, kernel=2, stride=3, dilation=2, before=4, after=0)  # the one window lies before the map
@given(small, steps, steps, steps, zeros, zeros)
def test_stops_taps_filled_and_unread_are_those_of_a_walk(
    size: int, kernel: int, stride: int, dilation: int, before: int, after: int
) -> None:
    assume(before + size + after >= span_of(kernel, dilation))
    (window,) = windows((size,), kernel=kernel, stride=stride, dilation=dilation, padding=((before, after),))
    assert measured(window) == figures(walked(size, kernel, stride, dilation, before, after))


@given(small, steps, steps, steps, zeros, zeros, st.sampled_from([True, "pytorch"]))
def test_pytorch_adds_a_partial_window_unless_it_starts_behind_the_map(
    size: int, kernel: int, stride: int, dilation: int, before: int, after: int, ceil: Ceil
) -> None:
    assume(before + size + after >= span_of(kernel, dilation))
    (window,) = windows(
        (size,), kernel=kernel, stride=stride, dilation=dilation, padding=((before, after),), ceil=ceil
    )
    assert measured(window) == figures(walked(size, kernel, stride, dilation, before, after, ceil))


@given(small, small, steps, steps, st.tuples(zeros, zeros), st.tuples(zeros, zeros))
def test_caffe_drops_a_window_behind_the_map_only_where_any_axis_is_padded(
    height: int, width: int, kernel: int, stride: int, rows: tuple[int, int], columns: tuple[int, int]
) -> None:
    assume(min(sum(rows) + height, sum(columns) + width) >= kernel)
    laid = windows((height, width), kernel=kernel, stride=stride, padding=(rows, columns), ceil="caffe")
    rule: Ceil = "pytorch" if any(rows + columns) else "caffe"
    assert [measured(window) for window in laid] == [
        figures(walked(size, kernel, stride, 1, *ends, rule))
        for size, ends in ((height, rows), (width, columns))
    ]


@given(small, steps, steps, steps)
def test_same_has_a_stop_for_every_stride_and_the_odd_zero_behind(
    size: int, kernel: int, stride: int, dilation: int
) -> None:
    (window,) = windows((size,), kernel=kernel, stride=stride, dilation=dilation, padding="same")
    line = walked_same(size, kernel, stride, dilation)
    assert (window.before, *measured(window)) == (line.before, *figures(line))


@given(small, steps, steps, steps)
def test_same_lower_has_the_odd_zero_before(size: int, kernel: int, stride: int, dilation: int) -> None:
    (window,) = windows((size,), kernel=kernel, stride=stride, dilation=dilation, padding="same-lower")
    line = walked_same(size, kernel, stride, dilation, lower=True)
    assert (window.before, *measured(window)) == (line.before, *figures(line))


@given(st.lists(st.tuples(small, steps, steps, steps, zeros, zeros), min_size=1, max_size=3))
def test_taps_outside_the_map_are_those_that_a_walk_finds_on_padding(
    axes: list[tuple[int, int, int, int, int, int]],
) -> None:
    assume(all(before + size + after >= span_of(k, d) for size, k, _, d, before, after in axes))
    size, kernel, stride, dilation, before, after = zip(*axes, strict=True)
    ends = tuple(zip(before, after, strict=True))
    laid = windows(size, kernel=kernel, stride=stride, dilation=dilation, padding=ends)
    lines = [walked(*axis) for axis in axes]
    assert value_of(outside_taps(laid)) == taps_of(lines) - prod(line.real_taps for line in lines)


def taps_of(lines: Sequence[Line]) -> int:
    """All taps over all stops, on the map or on padding."""
    return prod(len(line.starts) * line.kernel for line in lines)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "ceil", "stops"),
    [
        pytest.param(32, 5, 1, False, 28, id="LeNet-5 C1"),
        pytest.param(28, 2, 2, False, 14, id="LeNet-5 S2"),
        pytest.param(224, 11, 4, False, 54, id="AlexNet on the input of its paper: 53.25 rounded down"),
        pytest.param(227, 11, 4, False, 55, id="AlexNet on the input it needs: 54 whole"),
        pytest.param(13, 3, 2, False, 6, id="AlexNet's last pooling"),
        pytest.param(112, 3, 2, False, 55, id="GoogLeNet's pooling rounded down: 54.5"),
        pytest.param(112, 3, 2, True, 56, id="GoogLeNet's pooling rounded up"),
        pytest.param(112, 3, 2, "caffe", 56, id="GoogLeNet's pooling in Caffe"),
        pytest.param(5, 1, 3, False, 2, id="starts 0 and 3"),
        pytest.param(5, 1, 3, "pytorch", 2, id="a third start at 6 is behind the map"),
        pytest.param(5, 1, 3, "caffe", 3, id="Caffe keeps it without padding"),
        pytest.param(7, 7, 3, True, 1, id="the window covers the map"),
    ],
)
def test_known_sizes(size: int, kernel: int, stride: int, ceil: Ceil, stops: int) -> None:
    (window,) = windows((size,), kernel=kernel, stride=stride, ceil=ceil)
    assert window.stops.value == stops


@pytest.mark.parametrize(
    ("size", "padding", "fields", "sizes"),
    [
        pytest.param((9,), 1, {"kernel": 4, "stride": 2}, (4,), id="1-D: 7/2 down, + 1"),
        pytest.param((28, 31), 2, {"kernel": 5}, (28, 31), id="2-D: half of the kernel keeps the size"),
        pytest.param((9, 10), (0, (3, 1)), {"kernel": (4, 3)}, (6, 12), id="2-D: 9 − 3, 14 − 2"),
        pytest.param(
            (5, 8, 13), "valid", {"kernel": (2, 3, 4), "dilation": (3, 2, 1)}, (2, 4, 10), id="3-D: dilated"
        ),
        pytest.param((5, 8, 13), "same", {"kernel": 3, "stride": (1, 2, 3)}, (5, 4, 5), id="3-D: same"),
    ],
)
def test_each_axis_has_its_own_numbers(
    size: Shape, padding: Padding, fields: dict[str, PerAxis], sizes: tuple[int, ...]
) -> None:
    laid = windows(size, padding=padding, **fields)
    assert tuple(window.stops.value for window in laid) == sizes


@pytest.mark.parametrize(
    ("window", "shown"),
    [
        pytest.param(Window(32, 5), "32 − 5 + 1 = 28", id="plain"),
        pytest.param(Window(227, 11, 4), "⌊(227−11)/4⌋ + 1 = 55", id="stride"),
        pytest.param(Window(13, 3, before=1, after=1), "13 + 2 − 3 + 1 = 13", id="padding"),
        pytest.param(Window(13, 3, dilation=2), "13 − (2×(3−1)+1) + 1 = 9", id="dilation"),
        pytest.param(windows((13,), kernel=3, stride=2, padding="same")[0], "⌈13/2⌉ = 7", id="same"),
        pytest.param(windows((13,), kernel=3, padding="same")[0], "⌈13/1⌉ = 13", id="same without stride"),
        pytest.param(
            windows((112,), kernel=3, stride=2, ceil=True)[0], "⌈(112−3)/2⌉ + 1 = 56", id="rounded up"
        ),
        pytest.param(windows((5,), kernel=1, stride=3, ceil=True)[0], "⌈(5−1)/3⌉ + 1 − 1 = 2", id="dropped"),
    ],
)
def test_the_working_of_a_size_is_shown(window: Window, shown: str) -> None:
    assert str(window.stops) == shown


def between(low: int, high: int, stride: int, stops: int) -> int:
    """Multiples of the stride from ``low`` to before ``high``, among those of the first stops."""
    return max(0, min(-(-high // stride), stops) - max(0, -(-low // stride)))


vast = st.integers(0, 10**17)


@given(
    vast.filter(bool),
    st.integers(1, 30),
    st.integers(1, 10**9),
    st.integers(1, 10**16),
    vast,
    vast,
    st.booleans(),
)
def test_real_taps_of_vast_maps_are_those_of_each_tap_by_itself(
    size: int, kernel: int, stride: int, dilation: int, before: int, after: int, ceil: bool
) -> None:
    assume(dilation * (kernel - 1) < before + size + after)
    ends = ((before, after),)
    (window,) = windows((size,), kernel=kernel, stride=stride, dilation=dilation, padding=ends, ceil=ceil)
    first = [before - dilation * tap for tap in range(kernel)]
    stops = window.stops.value
    assert window.real_taps == sum(between(start, start + size, stride, stops) for start in first)


N = 10**17
K = 10**9 + 7


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        pytest.param(Window(N, 3, before=1, after=1), (N, 3 * N - 2, N, 0), id="two taps on padding"),
        pytest.param(Window(N, K), (N - K + 1, K * (N - K + 1), N - K + 1, 0), id="no padding"),
        pytest.param(
            Window(N, K, before=K - 1, after=K - 1),
            (N + K - 1, N * K, N + K - 1, 0),
            id="every tap reads all",
        ),
        pytest.param(
            Window(N, 2, 3), (N // 3, 2 * (N // 3), N // 3, 1), id="N = 3·q + 1: the last is not read"
        ),
        pytest.param(Window(N, 4, 4, after=N), (N // 2, N, N // 4, 0), id="half of the stops on padding"),
        # tap k of stop t stands at t + 2k; on the map for 2k + 1 stops up to the middle, then for fewer again
        pytest.param(
            Window(N + 1, N + 1, dilation=2, before=N, after=N),
            (N + 1, (N // 2 + 1) ** 2 + (N // 2) ** 2, N + 1, 0),
            id="a dilated kernel as large as the map",
        ),
        pytest.param(Window(N, 9, 4), (N // 4 - 2, 9 * (N // 4 - 2), N // 4 - 2, 3), id="N − 9 = 4·q + 3"),
        pytest.param(Window(N, 7, N - 9), (2, 14, 2, 0), id="starts 0 and N − 9; the rest the stride skips"),
    ],
)
def test_huge_sizes_are_exact_and_take_no_time(window: Window, expected: tuple[int, int, int, int]) -> None:
    assert measured(window) == expected


@pytest.mark.parametrize(
    ("size", "fields", "sentence"),
    [
        pytest.param((4,), {"kernel": 5}, "a 5 kernel does not fit a 4 map", id="1-D"),
        pytest.param((4, 9), {"kernel": 5}, "a 5×5 kernel does not fit a 4×9 map", id="2-D, one axis"),
        pytest.param(
            (5, 7),
            {"kernel": 3, "dilation": 4, "padding": 1},
            "a 3×3 kernel dilated to 9×9 does not fit a 5×7 map padded to 7×9",
            id="dilated and padded",
        ),
        pytest.param(
            (6, 4, 9),
            {"kernel": (3, 6, 2), "padding": ((0, 0), (1, 0), (0, 3))},
            "a 3×6×2 kernel does not fit a 6×4×9 map padded to 6×5×12",
            id="3-D, padded at one end",
        ),
        pytest.param(
            (3,),
            {"kernel": 3, "dilation": 2, "ceil": True},
            "a 3 kernel dilated to 5 does not fit a 3 map",
            id="ceil",
        ),
    ],
)
def test_a_window_larger_than_the_padded_map_is_refused(
    size: Shape, fields: dict[str, PerAxis], sentence: str
) -> None:
    with pytest.raises(FitError) as error:
        windows(size, **fields)
    assert (error.value.fault, error.value.field) == (sentence, "kernel")


@given(small, steps, steps, zeros, zeros)
def test_a_window_fits_where_its_span_is_no_longer_than_the_padded_map(
    size: int, kernel: int, dilation: int, before: int, after: int
) -> None:
    fits = span_of(kernel, dilation) <= before + size + after
    assert Window(size, kernel, dilation=dilation, before=before, after=after).fits is fits


@pytest.mark.parametrize(
    ("value", "rank", "numbers"),
    [(3, 1, (3,)), (3, 3, (3, 3, 3)), ((5, 3), 2, (5, 3))],
    ids=["1-D", "3-D", "already one each"],
)
def test_one_number_stands_for_every_axis(value: PerAxis, rank: int, numbers: tuple[int, ...]) -> None:
    assert along(value, rank) == numbers


@pytest.mark.parametrize(
    ("size", "padding", "padded"),
    [
        pytest.param((7,), 2, (11,), id="1-D"),
        pytest.param((28, 31), (2, 3), (32, 37), id="2-D, one for each axis"),
        pytest.param((5, 8, 13), ((1, 0), 2, (0, 4)), (6, 12, 17), id="3-D, ends apart"),
        pytest.param((5, 8), 0, (5, 8), id="none"),
    ],
)
def test_zeros_are_added_at_both_ends_of_every_axis(size: Shape, padding: PerEdge, padded: Shape) -> None:
    assert tuple(each.value for each in pad(size, padding)) == padded


def test_equal_axes_share_one_window() -> None:
    first, second, third = windows((9, 9, 8), kernel=3)
    assert (first is second, first is third) == (True, False)


@pytest.mark.parametrize("ceil", ["pytorch", "caffe"])
@pytest.mark.parametrize(
    ("size", "kernel", "stride", "stops"),
    [
        pytest.param(2, 3, 2, 1, id="a window beyond the map"),  # ⌈(2 − 3)/2⌉ + 1
        pytest.param(3, 5, 3, 1, id="a window twice beyond the map"),  # ⌈(3 − 5)/3⌉ + 1
        pytest.param(4, 3, 3, 2, id="a last window beyond the map"),  # ⌈(4 − 3)/3⌉ + 1
    ],
)
def test_rounding_up_lets_a_window_hang_over_the_end(
    size: int, kernel: int, stride: int, stops: int, ceil: Ceil
) -> None:
    (window,) = windows((size,), kernel=kernel, stride=stride, ceil=ceil)
    assert (window.stops.value, window.filled) == (stops, stops)


@pytest.mark.parametrize("ceil", [False, "pytorch", "caffe"])
def test_a_window_a_whole_stride_too_large_does_not_fit(ceil: Ceil) -> None:
    with pytest.raises(FitError):
        windows((2,), kernel=4, stride=2, ceil=ceil)  # ⌈(2 − 4)/2⌉ + 1 = 0
