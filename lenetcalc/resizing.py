"""The arithmetic of maps brought to another size: by windows that divide them, or between neighbours.

Sources of the rules: torch.nn.AdaptiveAvgPool2d (windows); torch.nn.Upsample and ONNX Resize (``half_pixel``
and ``align_corners``). Along an axis of ``size`` inputs and ``stops`` outputs, in integers.
"""

from math import gcd

from lenetcalc.shapes import Reach, floor_sum, stepped


def adaptive_taps(size: int, stops: int) -> int:
    """Taps of the windows that divide ``size`` inputs among ``stops`` units: Σ ⌈(o + 1)×n/m⌉ − ⌊o×n/m⌋.

    >>> adaptive_taps(7, 3)  # 0–2, 2–4, 4–6
    9
    """
    ends = floor_sum(stops, stops, size, size + stops - 1)
    return ends - floor_sum(stops, stops, size, 0)


def adaptive_reach(size: int, stops: int) -> Reach | None:
    """What windows read that divide ``size`` inputs among ``stops`` units: ⌊o×n/m⌋ up to ⌈(o + 1)×n/m⌉."""
    return stepped(
        size, stops, lambda unit: unit * size // stops, lambda unit: -(-(unit + 1) * size // stops) - 1
    )


def nearest_reach(size: int, stops: int) -> Reach | None:
    """What units read that repeat the nearest of ``size`` inputs: the one at ⌊o×n/m⌋."""
    return stepped(size, stops, lambda unit: unit * size // stops, lambda unit: unit * size // stops)


def linear_taps(size: int, stops: int, *, aligned: bool) -> int:
    """Inputs with a weight over all units that lie on a line between two of them.

    A unit has one where it falls on an input, or beyond the outermost, and two elsewhere. With ``aligned``
    corners the unit at ``o`` lies at o×(n − 1)/(m − 1), otherwise at (o + 1/2)×n/m − 1/2.

    >>> linear_taps(3, 6, aligned=False)  # at −1/4, 1/4, 3/4, 5/4, 7/4, 9/4
    10
    """
    if size == 1 or stops == 1 and aligned:
        return stops
    if aligned:
        return 2 * stops - (gcd(size - 1, stops - 1) + 1)
    beyond = (stops - size) // (2 * size) + 1  # at each end, those on the outermost input among them
    common = gcd(size, stops)
    odd = (size // common) % 2 and (stops // common) % 2
    onto = (common - (2 if size == common else 0)) if odd else 0
    return 2 * stops - 2 * beyond - onto


def linear_reach(size: int, stops: int, *, aligned: bool) -> Reach | None:
    """What units read that lie on a line between two of ``size`` inputs, as if it went on at the edges."""
    if size == 1:
        return Reach(0)
    if aligned:
        inputs, units, start = size - 1, max(stops - 1, 1), 0
    else:
        inputs, units, start = 2 * size, 2 * stops, size - stops
    return stepped(
        size - 1 if aligned else size,
        max(stops - 1, 1) if aligned else stops,
        lambda unit: (unit * inputs + start) // units,
        lambda unit: -(-(unit * inputs + start) // units),
    )
