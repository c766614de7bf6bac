"""Outputs against somebody else's: the first value that differs, and what still counts as equal."""

from decimal import Decimal
from fractions import Fraction
from math import inf, nan, prod
from typing import Any

import pytest

from lenetcalc.reference.arrays import Array
from lenetcalc.reference.compare import Departure, Misshapen, departure_of
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor


def departure(found: Any, wanted: Any, tolerance: float = 0) -> Departure | Misshapen | None:
    """How one value departs from another."""
    return departure_of("F1", Tensor((1,), [found]), Array((1,), [wanted]), tolerance)


def of_shapes(
    found: Shape, wanted: Shape, values: list[Any], expected: list[Any]
) -> Departure | Misshapen | None:
    """How an output departs from another of perhaps another shape."""
    return departure_of("C1", Tensor(found, values), Array(wanted, expected), 0)


def test_equal_outputs_do_not_depart() -> None:
    assert of_shapes((2, 2), (2, 2), [1, 2, 3, 4], [1, 2, 3, 4]) is None


@pytest.mark.parametrize(
    ("at", "index"),
    [(0, (0, 0, 0)), (4, (0, 1, 0)), (7, (0, 1, 3)), (12, (1, 1, 0)), (23, (2, 1, 3))],
)
def test_the_index_of_a_value_is_its_place_along_each_axis(at: int, index: tuple[int, ...]) -> None:
    values = [*range(24)]
    expected = [-1 if value == at else value for value in values]
    assert of_shapes((3, 2, 4), (3, 2, 4), values, expected) == Departure("C1", index, -1, at)


def test_the_first_value_that_differs_is_told() -> None:
    assert of_shapes((2, 2), (2, 2), [1, 2, 3, 4], [1, 0, 3, 9]) == Departure("C1", (0, 1), 0, 2)


@pytest.mark.parametrize(
    ("found", "wanted", "tolerance", "agree"),
    [
        pytest.param(1.0, 1.0, 0, True, id="equal"),
        pytest.param(1.25, 1.0, 0.25, True, id="within"),
        pytest.param(1.25, 1.0, 0.125, False, id="beyond"),
        pytest.param(0.75, 1.0, 0.25, True, id="within, below"),
        pytest.param(100.0, 80.0, 0.25, True, id="as large a part of what is expected"),
        pytest.param(100.0, 79.0, 0.25, False, id="a larger part"),
        pytest.param(-100.0, -80.0, 0.25, True, id="as large a part of a negative"),
        pytest.param(0.25, 0.0, 0.25, True, id="of nothing the tolerance itself"),
        pytest.param(0.5, 0.25, 0.25, True, id="below 1 the tolerance itself"),
        pytest.param(Fraction(1, 3), Fraction(1, 3), 0, True, id="fractions"),
        pytest.param(Fraction(1, 3), 1 / 3, 0, False, id="a fraction is no float"),
        pytest.param(Fraction(1, 3), 1 / 3, 1e-9, True, id="but near to one"),
        pytest.param(3, Fraction(3), 0, True, id="an integer"),
        pytest.param(3, 4, 0, False, id="another integer"),
        pytest.param(10**400, 10**400, 0, True, id="integers beyond all floats"),
        pytest.param(10**400 + 1, 10**400, 0, False, id="of which one is larger"),
        pytest.param(1.0, 10**400, 1e-5, False, id="a number beyond all floats"),
        pytest.param(1.0, Fraction(10**400), 1e-5, False, id="a fraction beyond all floats"),
        pytest.param(nan, nan, 0, True, id="NaN is expected"),
        pytest.param(nan, 1.0, 1e9, False, id="NaN is not expected"),
        pytest.param(1.0, nan, 1e9, False, id="NaN is missing"),
        pytest.param(inf, inf, 0, True, id="infinity is expected"),
        pytest.param(inf, 1.0, 1e9, False, id="infinity is not expected"),
        pytest.param(1.0, inf, 1e-5, False, id="infinity is missing"),
        pytest.param(inf, -inf, 1e-5, False, id="infinity of the other sign"),
        pytest.param(Fraction(1), inf, 1e-5, False, id="a fraction for infinity"),
        pytest.param(0.0, -0.0, 0, True, id="zeros"),
        pytest.param(0.1, Decimal("0.1"), 0, True, id="a float and how it is written"),
        pytest.param(Fraction(1, 10), Decimal("0.1"), 0, True, id="a tenth and how it is written"),
        pytest.param(Fraction(0.1), Decimal("0.1"), 0, False, id="a float is no tenth"),
    ],
)
def test_a_value_may_differ_by_the_tolerance(found: Any, wanted: Any, tolerance: float, agree: bool) -> None:
    expected = None if agree else Departure("F1", (0,), wanted, found)
    assert str(departure(found, wanted, tolerance)) == str(expected)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        pytest.param((2, 3), (2, 2), id="fewer"),
        pytest.param((2, 3), (3, 3), id="more"),
        pytest.param((6,), (5,), id="of a row"),
        pytest.param((2, 3), (3, 2), id="turned"),
        pytest.param((3, 2, 4), (2, 4, 3), id="channels last"),
    ],
)
def test_another_shape_is_told_before_any_value(found: Shape, wanted: Shape) -> None:
    """Ones everywhere: no value of the two can differ, but where they stand does."""
    told = of_shapes(found, wanted, [1] * prod(found), [1] * prod(wanted))
    assert told == Misshapen("C1", wanted, found)


@pytest.mark.parametrize("wanted", [(84, 1, 1), (1, 84), (84,)], ids=["maps of one", "a batch of one", "row"])
def test_sizes_of_1_are_no_matter(wanted: Shape) -> None:
    assert of_shapes((84,), wanted, [1] * 84, [1] * 84) is None
