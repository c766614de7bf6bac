"""Maps brought to another size: closed forms, against a walk over every unit in exact fractions."""

from collections.abc import Callable
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.resizing import adaptive_reach, adaptive_taps, linear_reach, linear_taps, nearest_reach
from lenetcalc.shapes import Reach

# The oracle: the inputs that each unit along an axis reads, from where it lies between them.

Reads = list[set[int]]
"""For every unit the inputs with a weight."""


def linear_places(size: int, stops: int, *, aligned: bool) -> list[Fraction]:
    """Where every unit lies among the inputs, of which the first and last may lie beyond the outermost."""
    if aligned:
        step = Fraction(size - 1, stops - 1) if stops > 1 else Fraction(0)
        return [unit * step for unit in range(stops)]
    return [(unit + Fraction(1, 2)) * size / stops - Fraction(1, 2) for unit in range(stops)]


def linear_reads(size: int, stops: int, *, aligned: bool) -> Reads:
    """On a line between two neighbours, or on the outermost input for what lies beyond it."""
    places = linear_places(size, stops, aligned=aligned)
    return [weighed(min(max(place, Fraction(0)), Fraction(size - 1))) for place in places]


def weighed(place: Fraction) -> set[int]:
    """The neighbours of a place whose weight, 1 less the distance, is not zero."""
    return {near for near in (floor(place), ceil(place)) if 1 - abs(place - near) > 0}


def nearest_reads(size: int, stops: int) -> Reads:
    """The input in whose cell the near edge of the unit's own lies, where all cells share one line."""
    return [
        {
            cell
            for cell in range(size)
            if Fraction(cell, size) <= Fraction(unit, stops) < Fraction(cell + 1, size)
        }
        for unit in range(stops)
    ]


def adaptive_reads(size: int, stops: int) -> Reads:
    """Every input whose cell shares more than an edge with the unit's, where all cells share one line."""
    return [
        {
            cell
            for cell in range(size)
            if min(Fraction(cell + 1, size), Fraction(unit + 1, stops))
            > max(Fraction(cell, size), Fraction(unit, stops))
        }
        for unit in range(stops)
    ]


def reached(reach: Reach | None, stops: int) -> Reads:
    """Everything from the first input that each unit reads to the last, as the package says."""
    assert reach is not None
    ends = [reach.ends(unit) for unit in range(stops)]
    return [{*range(low, high + 1)} for low, high in ends]


def on_the_map(reads: Reads, size: int) -> Reads:
    """What is read of the map itself, without what lies beyond its edges."""
    return [read & {*range(size)} for read in reads]


def widest(reads: Reads) -> int:
    """The most inputs from the first that a unit reads to the last."""
    return max(max(read) - min(read) + 1 for read in reads)


@pytest.mark.parametrize(
    ("size", "stops", "aligned", "reads"),
    [
        # at −1/4, 1/4, 3/4 and 5/4
        pytest.param(2, 4, False, [{0}, {0, 1}, {0, 1}, {1}], id="twice as many"),
        # at 0, 1/2 and 1
        pytest.param(2, 3, True, [{0}, {0, 1}, {1}], id="corners aligned"),
        # at 1/3, 2 and 11/3
        pytest.param(5, 3, False, [{0, 1}, {2}, {3, 4}], id="fewer"),
        pytest.param(4, 1, True, [{0}], id="one unit, corners aligned"),
        pytest.param(1, 2, False, [{0}, {0}], id="one input"),
    ],
)
def test_the_oracle_lays_lines_as_a_person_does(size: int, stops: int, aligned: bool, reads: Reads) -> None:
    assert linear_reads(size, stops, aligned=aligned) == reads


def test_the_oracle_divides_a_line_as_a_person_does() -> None:
    # cells of 1/5 and of 1/3: the edges of the thirds lie in the second and in the fourth fifth
    assert adaptive_reads(5, 3) == [{0, 1}, {1, 2, 3}, {3, 4}]
    assert nearest_reads(5, 3) == [{0}, {1}, {3}]


sizes = pytest.mark.parametrize("size", [*range(1, 11), 15, 21])
stops = pytest.mark.parametrize("stops", [*range(1, 11), 15, 20])
aligned = pytest.mark.parametrize("aligned", [False, True], ids=["corners apart", "corners aligned"])


@aligned
@sizes
@stops
def test_lines_to_neighbours_are_those_of_a_walk(size: int, stops: int, aligned: bool) -> None:
    reads = linear_reads(size, stops, aligned=aligned)
    assert linear_taps(size, stops, aligned=aligned) == sum(map(len, reads))


@aligned
@sizes
@stops
def test_neighbours_are_just_the_reach_on_the_map(size: int, stops: int, aligned: bool) -> None:
    reach = linear_reach(size, stops, aligned=aligned)
    assert on_the_map(reached(reach, stops), size) == linear_reads(size, stops, aligned=aligned)


@aligned
@pytest.mark.parametrize("size", [*range(2, 11), 15, 21])
@stops
def test_the_reach_goes_on_beyond_the_edge_as_if_the_map_did(size: int, stops: int, aligned: bool) -> None:
    places = linear_places(size, stops, aligned=aligned)
    expected = [{floor(place), ceil(place)} for place in places]
    assert reached(linear_reach(size, stops, aligned=aligned), stops) == expected


@aligned
@stops
def test_all_units_read_the_only_input(stops: int, aligned: bool) -> None:
    assert reached(linear_reach(1, stops, aligned=aligned), stops) == [{0}] * stops


@aligned
@sizes
@stops
def test_the_reach_is_no_wider_than_what_a_unit_between_neighbours_reads(
    size: int, stops: int, aligned: bool
) -> None:
    reads = linear_reads(size, stops, aligned=aligned)
    assert widest(reached(linear_reach(size, stops, aligned=aligned), stops)) == widest(reads)


@sizes
@stops
def test_the_nearest_is_just_the_reach(size: int, stops: int) -> None:
    assert reached(nearest_reach(size, stops), stops) == nearest_reads(size, stops)


@sizes
@stops
def test_taps_of_windows_that_divide_a_line_are_those_of_a_walk(size: int, stops: int) -> None:
    assert adaptive_taps(size, stops) == sum(map(len, adaptive_reads(size, stops)))


@sizes
@stops
def test_windows_that_divide_a_line_are_just_the_reach(size: int, stops: int) -> None:
    assert reached(adaptive_reach(size, stops), stops) == adaptive_reads(size, stops)


few = st.integers(1, 60)


@given(few, few, st.booleans())
def test_lines_to_neighbours_of_any_sizes_are_those_of_a_walk(size: int, stops: int, aligned: bool) -> None:
    reads, reach = linear_reads(size, stops, aligned=aligned), linear_reach(size, stops, aligned=aligned)
    assert linear_taps(size, stops, aligned=aligned) == sum(map(len, reads))
    assert on_the_map(reached(reach, stops), size) == reads


@given(few, few)
def test_windows_that_divide_any_line_are_those_of_a_walk(size: int, stops: int) -> None:
    reads = adaptive_reads(size, stops)
    assert adaptive_taps(size, stops) == sum(map(len, reads))
    assert reached(adaptive_reach(size, stops), stops) == reads


@given(few, few)
def test_the_nearest_of_any_line_is_that_of_a_walk(size: int, stops: int) -> None:
    assert reached(nearest_reach(size, stops), stops) == nearest_reads(size, stops)


N = 10**17


@pytest.mark.parametrize(
    ("size", "stops", "aligned", "expected"),
    [
        pytest.param(N, 2 * N, False, 4 * N - 2, id="twice as many: one beyond either end"),
        pytest.param(N, 3 * N, False, 5 * N - 2, id="three times: one in three on an input, one beyond"),
        pytest.param(N, N, False, N, id="as many: each on an input"),
        pytest.param(2 * N, N, False, 2 * N, id="half as many: each between two"),
        pytest.param(3 * N, N, False, N, id="a third: each on the middle of three"),
        pytest.param(N + 1, 2 * N + 1, True, 3 * N + 1, id="corners aligned: N between two, N + 1 on inputs"),
        pytest.param(2 * N + 1, N + 1, True, N + 1, id="corners aligned: every other input"),
        pytest.param(N, N + 1, True, 2 * N, id="corners aligned: all but the corners between two"),
    ],
)
def test_lines_of_huge_maps_take_no_time(size: int, stops: int, aligned: bool, expected: int) -> None:
    assert linear_taps(size, stops, aligned=aligned) == expected


@pytest.mark.parametrize(
    ("size", "stops", "taps", "reach"),
    [
        pytest.param(3 * N, N, 3 * N, Reach(3, (0,), (2,)), id="side by side"),
        pytest.param(N, N, N, Reach(1, (0,), (0,)), id="as many"),
        pytest.param(N, 2 * N, 2 * N, Reach(1, (0, 0), (0, 0)), id="each in one input"),
        pytest.param(3 * N, 2 * N, 4 * N, Reach(3, (0, 1), (1, 2)), id="each overlaps one other by one"),
        # N − 1 edges between units, or N, each lie inside an input, which two units read; none repeats
        pytest.param(N + 1, N, 2 * N, None, id="one input more: each overlaps the next by one"),
        pytest.param(N, N + 1, 2 * N, None, id="one unit more: all but the outermost lie in two"),
    ],
)
def test_windows_of_huge_maps_take_no_time(size: int, stops: int, taps: int, reach: Reach | None) -> None:
    assert (adaptive_taps(size, stops), adaptive_reach(size, stops)) == (taps, reach)


@pytest.mark.parametrize(
    ("size", "stops", "reach"),
    [
        pytest.param(N, 2 * N, Reach(1, (0, 0), (0, 0)), id="twice as many"),
        pytest.param(2 * N, N, Reach(2, (0,), (0,)), id="every other"),
        pytest.param(3 * N, 4 * N, Reach(3, (0, 0, 1, 2), (0, 0, 1, 2)), id="four of three"),
        pytest.param(N, N + 1, None, id="one more, so that none repeats"),
    ],
)
def test_the_nearest_of_huge_maps_take_no_time(size: int, stops: int, reach: Reach | None) -> None:
    assert nearest_reach(size, stops) == reach


@pytest.mark.parametrize(
    ("size", "stops", "aligned", "reach"),
    [
        # at −1/4 and 1/4, then one on
        pytest.param(N, 2 * N, False, Reach(1, (-1, 0), (0, 1)), id="twice as many"),
        pytest.param(2 * N, N, False, Reach(2, (0,), (1,)), id="half as many: each between two"),
        # at 0, 1/2
        pytest.param(N + 1, 2 * N + 1, True, Reach(1, (0, 0), (0, 1)), id="corners aligned"),
        pytest.param(N, 1, True, Reach(N - 1, (0,), (0,)), id="one unit, corners aligned"),
        pytest.param(N, N + 1, False, None, id="one more, so that none repeats"),
        pytest.param(N, N + 1, True, None, id="one more, corners aligned"),
    ],
)
def test_neighbours_of_huge_maps_take_no_time(
    size: int, stops: int, aligned: bool, reach: Reach | None
) -> None:
    assert linear_reach(size, stops, aligned=aligned) == reach


reaches = pytest.mark.parametrize(
    "reach_of",
    [
        pytest.param(adaptive_reach, id="adaptive"),
        pytest.param(nearest_reach, id="nearest"),
        pytest.param(lambda size, stops: linear_reach(size, stops, aligned=False), id="linear"),
        pytest.param(lambda size, stops: linear_reach(size + 1, stops + 1, aligned=True), id="aligned"),
    ],
)


@reaches
def test_16384_steps_are_followed(reach_of: Callable[[int, int], Reach | None]) -> None:
    reach = reach_of(3 * N, 2**14 * N)  # in lowest terms 3 inputs for 2^14 units
    assert reach is not None
    assert (reach.advance, len(reach.lows), len(reach.highs)) == (3, 2**14, 2**14)


@reaches
def test_a_reach_of_more_steps_is_not_known(reach_of: Callable[[int, int], Reach | None]) -> None:
    assert reach_of(3 * N, (2**14 + 1) * N) is None
