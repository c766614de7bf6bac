"""The arithmetic of windows that slide over maps: stops, padding, taps, in integers and for any rank.

A window stops every ``stride`` positions along a line of ``size`` inputs, padded by ``before`` and ``after``,
and reads ``kernel`` inputs that lie ``dilation`` apart; it spans ``dilation×(kernel − 1) + 1`` of them.
Sources of the rules: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016);
TensorFlow's note on padding (``SAME``), ONNX Conv (``SAME_LOWER``), torch.nn.MaxPool2d (``ceil_mode``),
Caffe's pooling layer (its ceil mode).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import gcd
from typing import Literal, NamedTuple, TypeAlias

from lenetcalc.errors import FitError
from lenetcalc.formula import Formula, Working
from lenetcalc.notation import Value
from lenetcalc.text import an, times

Shape: TypeAlias = tuple[int, ...]
"""``(channels, *size)``, without a batch axis; ``(units,)`` for a vector."""

PerAxis: TypeAlias = int | tuple[int, ...]
"""One number for all spatial axes, or one for each."""

PerEdge: TypeAlias = int | tuple[int | tuple[int, int], ...]
"""One number for all edges of a map, one for both ends of each axis, or ``(before, after)`` for each."""

Padding: TypeAlias = PerEdge | Literal["valid", "same", "same-lower"]
"""Zeros at both ends of all axes, of each axis, ``(before, after)`` of each, or a rule that chooses them."""

Ceil: TypeAlias = bool | Literal["pytorch", "caffe"]
"""Whether a last, partial window counts as a stop; Caffe keeps one that PyTorch clips."""


MOST_STEPS = 2**14
"""Units of which it is remembered one by one what they read."""


class Reach(NamedTuple):
    """What the units of an output read along one axis of the input, in steps that repeat.

    The unit at position ``o`` = m×period + r reads positions from ``lows[r]`` + m×advance to ``highs[r]`` +
    m×advance; as many units as there are lows make a period.
    """

    advance: int = 1
    lows: tuple[int, ...] = (0,)
    highs: tuple[int, ...] = (0,)

    def ends(self, unit: int) -> tuple[int, int]:
        """The first and last position that a unit reads."""
        turn, step = divmod(unit, len(self.lows))
        return self.lows[step] + turn * self.advance, self.highs[step] + turn * self.advance


Reaches: TypeAlias = tuple[Reach, ...] | Literal["all", "lost"]
"""The reach along each axis: none where every unit reads the one at its own place, ``all`` where it reads all
units of the input, ``lost`` where the units stand in another order."""

SPAN = Formula("dilation × (kernel − 1) + 1")
STOPS = Formula("⌊(size + padding − span)/stride⌋ + 1")
CEIL_STOPS = Formula("⌈(size + padding − span)/stride⌉ + 1 − clipped")
SAME_STOPS = Formula("⌈size/stride⌉")
PADDED = Formula("before + size + after")
CROPPED = Formula("size − before − after")
TRANSPOSED = Formula("(size − 1) × stride − padding + span + output_padding")
SAME_TRANSPOSED = Formula("size × stride")
OUTSIDE_TAPS = Formula("kernel × stops − real_taps")


@dataclass(frozen=True)
class Window:
    """A window laid over one axis: ``size`` inputs and how they are read.

    >>> print(Window(size=32, kernel=5).stops)
    32 − 5 + 1 = 28
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    rule: Formula = STOPS
    clip: bool = True

    @cached_property
    def span(self) -> int:
        """Positions from the first tap to the last, both included."""
        return _span(self.kernel, self.dilation).value

    @property
    def reach(self) -> Reach:
        """What the stops of the window read of the axis."""
        return Reach(self.stride, (-self.before,), (self.span - self.before - 1,))

    @property
    def fits(self) -> bool:
        """Whether the window has at least one stop."""
        return self.stops.value >= 1

    @cached_property
    def stops(self) -> Working:
        """Positions of the window along the axis: the output size."""
        symbols: dict[str, Value] = {
            "size": self.size,
            "padding": self.before + self.after,
            "span": self.kernel if self.dilation == 1 else _span(self.kernel, self.dilation),
            "stride": self.stride,
            "clipped": 0,
        }
        stops = self.rule.work(symbols)
        if self.rule is not CEIL_STOPS or not self.clip:
            return stops
        # rounding up may add a last window that starts behind the map, which is not kept
        behind = (stops.value - 1) * self.stride >= self.size + self.before
        return self.rule.work({**symbols, "clipped": 1}) if behind else stops

    @cached_property
    def real_taps(self) -> int:
        """Taps on real inputs over all stops, those on padding left out.

        >>> Window(size=10, kernel=3, before=1, after=1).real_taps  # 3 × 10 less one at each end
        28
        """
        stops, end = self.stops.value, self.before + self.size
        return self._taps_below(end, stops) - self._taps_below(self.before, stops)

    def _taps_below(self, end: int, stops: int) -> int:
        """Taps at padded positions below ``end``: Σ ⌈(end − t×stride)/dilation⌉, 0 to kernel, over all t."""
        full = min(stops, max(0, (end - self.span) // self.stride + 1))
        some = min(stops, max(0, -(-end // self.stride)))
        partial = some - full
        if partial <= 0:
            return full * self.kernel
        # the last partial stop reads fewest: sum ⌈(first + i×stride)/dilation⌉ upwards from it
        first = end - (some - 1) * self.stride
        return full * self.kernel + floor_sum(partial, self.dilation, self.stride, first + self.dilation - 1)

    @property
    def reached(self) -> int:
        """Positions on or beside the map that at least one stop has a tap on."""
        common = gcd(self.stride, self.dilation)
        # a tap lies where another does that is dilation/common stops on and stride/common taps back
        stops, taps = self.stops.value - self.dilation // common, self.kernel - self.stride // common
        return self.kernel * self.stops.value - max(0, stops) * max(0, taps)

    @cached_property
    def filled(self) -> int:
        """Stops that read at least one real input; the others lie wholly on padding."""
        if self.size < self.dilation:  # no window can have two taps on the map
            return self.real_taps
        below = min(self.stops.value, -(-(self.before + self.size) // self.stride))
        beside = max(0, -(-(self.before - self.span + 1) // self.stride))
        return max(0, below - beside)

    @cached_property
    def unread(self) -> int:
        """Inputs at the far end that no window reaches, because the stops were rounded down.

        Those a stride wider than the window skips all along are not meant.
        """
        reached = (self.stops.value - 1) * self.stride + self.span + max(0, self.stride - self.span)
        return min(self.size, max(0, self.before + self.size - reached))


def _span(kernel: int, dilation: int) -> Working:
    return SPAN.work({"dilation": dilation, "kernel": kernel})


def floor_sum(count: int, divisor: int, step: int, start: int) -> int:
    """Σ ⌊(start + i×step)/divisor⌋ for i below count, in as many steps as Euclid's algorithm takes."""
    total = 0
    while True:
        quotient, step = divmod(step, divisor)
        total += quotient * (count * (count - 1) // 2)
        quotient, start = divmod(start, divisor)
        total += quotient * count
        count, start = divmod(step * count + start, divisor)
        if count == 0:
            return total
        divisor, step = step, divisor


@lru_cache(maxsize=256)  # deep networks lay the same window again and again
def windows(
    size: Shape,
    *,
    kernel: PerAxis,
    stride: PerAxis = 1,
    dilation: PerAxis = 1,
    padding: Padding = 0,
    ceil: Ceil = False,
) -> tuple[Window, ...]:
    """A window for every axis of a map of ``size``; per-axis fields must have an entry for each.

    Raises:
        FitError: the window is larger than the padded map along some axis.
    """
    rank = len(size)
    around = ends(padding, rank)
    rounded = CEIL_STOPS if ceil else STOPS
    clip = ceil != "caffe" or any(map(sum, around))
    axes = list(
        zip(size, along(kernel, rank), along(stride, rank), along(dilation, rank), around, strict=True)
    )
    laid: dict[object, Window] = {}  # equal axes share one window, and its arithmetic
    for axis in axes:
        if axis not in laid:
            length, taps, step, apart, (before, after) = axis
            if padding in ("same", "same-lower"):
                laid[axis] = _same(length, taps, step, apart, lower=padding == "same-lower")
            else:
                laid[axis] = Window(length, taps, step, apart, before, after, rounded, clip)
    result = tuple([laid[axis] for axis in axes])
    if not all(window.fits for window in result):
        raise _fit_error(result)
    return result


def transposed(
    size: Shape,
    *,
    kernel: PerAxis,
    stride: PerAxis = 1,
    dilation: PerAxis = 1,
    padding: Padding = 0,
    output_padding: PerAxis = 0,
) -> tuple[tuple[Window, ...], tuple[Working, ...]]:
    """The windows that lie on the output of a transposed convolution, a stop for each input; the sizes of it.

    The output is the map that a convolution with such windows makes into one of ``size``; padding is taken
    from its ends, and ``output_padding`` tells apart maps that a stride rounds down to the same size.

    Raises:
        FitError: the padding leaves nothing of the output along some axis.
    """
    rank, same = len(size), padding in ("same", "same-lower")
    numbers = (along(each, rank) for each in (kernel, stride, dilation, output_padding))
    laid, sizes = [], []
    for length, (before, after), taps, step, apart, more in zip(
        size, ends(padding, rank), *numbers, strict=True
    ):
        symbols: dict[str, Value] = {
            "size": length,
            "stride": step,
            "padding": before + after,
            "span": taps if apart == 1 else _span(taps, apart),
            "output_padding": more,
        }
        sizes.append((SAME_TRANSPOSED if same else TRANSPOSED).work(symbols))
        output = sizes[-1].value
        if same:
            laid.append(_same(output, taps, step, apart, lower=padding == "same-lower"))
        else:
            laid.append(Window(output, taps, step, apart, before, after - more))
    if any(working.value < 1 for working in sizes):
        raise _nothing_left(size, sizes)
    return tuple(laid), tuple(sizes)


def _nothing_left(size: Shape, sizes: Sequence[Working]) -> FitError:
    gone = next(working for working in sizes if working.value < 1)
    return FitError(
        f"the padding leaves nothing of {an(f'{times(size)} map')}: {gone}",
        rule="an output has at least one position along every axis",
        hint="use less padding or a larger kernel",
        field="padding",
    )


def transposed_reach(window: Window) -> Reach | None:
    """What a unit of a transposed convolution reads: from the first to the last input with a tap on it.

    Where no tap lands, the reach is what lies between those of its neighbours.
    """
    before, stride, apart, kernel = window.before, window.stride, window.dilation, window.kernel
    common = gcd(stride, apart)
    later = stride // common  # taps from one that lands on a unit to the next
    inverse = pow(apart // common, -1, later)

    def first_tap(place: int) -> int:
        return place // common * inverse % later if place % common == 0 else kernel

    def low(unit: int) -> int:
        place = unit + before
        if (tap := first_tap(place)) >= kernel:
            return -((window.span - 1 - place) // stride)
        last = tap + (kernel - 1 - tap) // later * later
        return (place - last * apart) // stride

    def high(unit: int) -> int:
        place = unit + before
        tap = first_tap(place)
        return (place - tap * apart if tap < kernel else place) // stride

    return stepped(1, stride, low, high)


def stepped(inputs: int, units: int, low: Callable[[int], int], high: Callable[[int], int]) -> Reach | None:
    """The reach of units of which so many advance by so many inputs; `None` where the steps are too many."""
    common = gcd(inputs, units)
    if units // common > MOST_STEPS:
        return None
    period = range(units // common)
    return Reach(inputs // common, tuple(map(low, period)), tuple(map(high, period)))


def along(value: PerAxis, rank: int) -> tuple[int, ...]:
    """One number for each of ``rank`` axes."""
    return (value,) * rank if isinstance(value, int) else value


def ends(padding: Padding, rank: int) -> tuple[tuple[int, int], ...]:
    """The stated zeros before and after each of ``rank`` axes; a rule states none."""
    if isinstance(padding, str):
        return ((0, 0),) * rank
    pairs = (padding,) * rank if isinstance(padding, int) else padding
    return tuple((pair, pair) if isinstance(pair, int) else pair for pair in pairs)


def around(padding: Padding, rank: int) -> Literal["same", "same-lower"] | tuple[tuple[int, int], ...]:
    """The zeros before and after each of ``rank`` axes, or the rule that makes them of the sizes of a map.

    >>> around(2, 1), around("valid", 1), around("same", 1)
    (((2, 2),), ((0, 0),), 'same')
    """
    return padding if padding == "same" or padding == "same-lower" else ends(padding, rank)


def _same(size: int, kernel: int, stride: int, dilation: int, *, lower: bool) -> Window:
    """As many stops as ``⌈size/stride⌉``: an odd zero goes behind the map, with SAME_LOWER before it."""
    stops = SAME_STOPS.work({"size": size, "stride": stride}).value
    total = max(0, (stops - 1) * stride + _span(kernel, dilation).value - size)
    before = -(-total // 2) if lower else total // 2
    return Window(size, kernel, stride, dilation, before, total - before, rule=SAME_STOPS)


def pad(size: Shape, padding: PerEdge) -> tuple[Working, ...]:
    """The sizes of a map with zeros added around it, each with its working."""
    pairs = ends(padding, len(size))
    return tuple(
        PADDED.work({"before": before, "size": length, "after": after})
        for length, (before, after) in zip(size, pairs, strict=True)
    )


def crop(size: Shape, cropping: PerEdge) -> tuple[Working, ...]:
    """The sizes of a map with its edges cut off, each with its working."""
    pairs = ends(cropping, len(size))
    return tuple(
        CROPPED.work({"before": before, "size": length, "after": after})
        for length, (before, after) in zip(size, pairs, strict=True)
    )


def _fit_error(laid: tuple[Window, ...]) -> FitError:
    kernel = times(window.kernel for window in laid)
    dilated = any(window.dilation > 1 for window in laid)
    spread = f" dilated to {times(window.span for window in laid)}" if dilated else ""
    padded = tuple(window.size + window.before + window.after for window in laid)
    size = tuple(window.size for window in laid)
    around = f" padded to {times(padded)}" if padded != size else ""
    return FitError(
        f"{an(f'{kernel} kernel')}{spread} does not fit {an(f'{times(size)} map')}{around}",
        field="kernel",
    )


@lru_cache(maxsize=256)
def outside_taps(laid: tuple[Window, ...]) -> Value:
    """Taps of all stops of a window over all axes that fall on padding, not on the map."""
    taps = OUTSIDE_TAPS.work(
        {
            "kernel": tuple(window.kernel for window in laid),
            "stops": tuple(window.stops.value for window in laid),
            "real_taps": tuple(window.real_taps for window in laid),
        }
    )
    return taps if taps.value else 0


def lengths(shape: Shape) -> Shape:
    """The sizes of a shape that are not 1: ``120×1×1`` inputs are ``120``.

    >>> lengths((120, 1, 1))
    (120,)
    """
    return tuple(size for size in shape if size != 1) or (1,)
