"""Sorts of numbers: floats as IEEE 754 has them, exact fractions, whole numbers; and what each refuses."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from lenetcalc.errors import LayerError
from lenetcalc.scalars import NUMBERS, Floats, Fractions, Integers, Numbers

INF, NAN = math.inf, math.nan
FLOATS, FRACTIONS, INTEGERS = Floats(), Fractions(), Integers()

every_sort = pytest.mark.parametrize("numbers", [FLOATS, FRACTIONS, INTEGERS], ids=NUMBERS)


def same(one: float, other: float) -> bool:
    """Whether two floats are equal, NaN to itself, and zeros of one sign."""
    return (math.isnan(one) and math.isnan(other)) or (
        one == other and math.copysign(1, one) == math.copysign(1, other)
    )


def test_a_sort_is_asked_for_by_name() -> None:
    assert [NUMBERS[name] for name in ("float", "fraction", "int")] == [Floats, Fractions, Integers]


@every_sort
def test_a_total_is_the_sum_of_the_values(numbers: Numbers) -> None:
    values = [numbers.number(value) for value in (3, -5, 9)]
    assert (numbers.total(values), numbers.total(values[:1]), numbers.total([])) == (7, 3, 0)


@every_sort
def test_a_dot_product_is_the_sum_of_products(numbers: Numbers) -> None:
    left, right = ([numbers.number(value) for value in values] for values in ((2, 3, -1), (5, 7, 4)))
    assert numbers.dot(left, right) == 10 + 21 - 4


@every_sort
def test_the_largest_and_smallest_of_values(numbers: Numbers) -> None:
    values = [numbers.number(value) for value in (3, -5, 9, 4)]
    assert (numbers.largest(values), numbers.smallest(values), numbers.absolute(values[1])) == (9, -5, 5)


@every_sort
def test_zero_and_one_are_of_the_sort(numbers: Numbers) -> None:
    kind = type(numbers.number(7))
    assert (type(numbers.zero), type(numbers.one), numbers.zero, numbers.one) == (kind, kind, 0, 1)


@pytest.mark.parametrize(
    ("dividend", "divisor", "quotient"),
    [
        *((7.0, 2.0, 3.5), (1.0, 0.0, INF), (-1.0, 0.0, -INF), (1.0, -0.0, -INF), (-1.0, -0.0, INF)),
        *((0.0, 0.0, NAN), (-0.0, 0.0, NAN), (NAN, 0.0, NAN), (NAN, 2.0, NAN), (2.0, NAN, NAN)),
        *((INF, 0.0, INF), (-INF, 0.0, -INF), (INF, INF, NAN), (1.0, INF, 0.0), (-1.0, INF, -0.0)),
        *((1e308, 1e-308, INF), (1e-308, 1e308, 0.0)),
    ],
)
def test_floats_divide_as_ieee_754_has_it(dividend: float, divisor: float, quotient: float) -> None:
    assert same(FLOATS.divide(dividend, divisor), quotient)


@pytest.mark.parametrize(
    ("function", "value", "expected"),
    [
        *(
            ("exp", 0.0, 1.0),
            ("exp", 710.0, INF),
            ("exp", -746.0, 0.0),
            ("exp", INF, INF),
            ("exp", -INF, 0.0),
        ),
        *(("log", 1.0, 0.0), ("log", 0.0, -INF), ("log", -0.0, -INF), ("log", INF, INF), ("log", -1.0, NAN)),
        *(("tanh", 0.0, 0.0), ("tanh", 1e9, 1.0), ("tanh", -INF, -1.0)),
        *(("erf", 0.0, 0.0), ("erf", 1e9, 1.0), ("erf", -INF, -1.0)),
        *(("sqrt", 2.25, 1.5), ("sqrt", 0.0, 0.0), ("sqrt", INF, INF), ("sqrt", -1.0, NAN)),
        *(("exp", NAN, NAN), ("log", NAN, NAN), ("tanh", NAN, NAN), ("erf", NAN, NAN), ("sqrt", NAN, NAN)),
        *(("absolute", -0.0, 0.0), ("absolute", -INF, INF), ("absolute", NAN, NAN)),
    ],
)
def test_functions_of_floats_never_raise(function: str, value: float, expected: float) -> None:
    assert same(getattr(FLOATS, function)(value), expected)


@pytest.mark.parametrize(
    ("base", "exponent", "expected"),
    [
        *((9.0, 0.5, 3.0), (2.0, -2.0, 0.25), (-2.0, 3.0, -8.0), (0.0, 0.75, 0.0), (5.0, 0.0, 1.0)),
        *((1e200, 2.0, INF), (0.0, -1.0, INF), (-8.0, 1 / 3, NAN), (NAN, 2.0, NAN), (INF, 0.75, INF)),
    ],
)
def test_powers_of_floats_never_raise(base: float, exponent: float, expected: float) -> None:
    assert same(FLOATS.power(base, exponent), expected)


@pytest.mark.parametrize("values", [[NAN, 1.0, 2.0], [1.0, NAN, 2.0], [1.0, 2.0, NAN]], ids=["1", "2", "3"])
def test_nan_is_never_lost_among_values(values: Sequence[float]) -> None:
    found = (
        FLOATS.largest(values),
        FLOATS.smallest(values),
        FLOATS.total(values),
        FLOATS.dot(values, values),
    )
    assert [*map(math.isnan, found)] == [True] * 4


@pytest.mark.parametrize(
    ("values", "shifted"),
    [
        pytest.param([1.0, 3.0, 2.0], [-2.0, 0.0, -1.0], id="to at most 0"),
        pytest.param([1e308, -1e308], [0.0, -INF], id="far apart"),
        pytest.param([-INF, 5.0], [-INF, 0.0], id="minus infinity"),
        pytest.param([INF, 5.0], [INF, 5.0], id="infinity is left"),
    ],
)
def test_exponents_are_brought_to_where_exponentials_are_finite(
    values: list[float], shifted: list[float]
) -> None:
    assert FLOATS.shifted(values) == shifted


def test_exact_numbers_shift_no_exponents() -> None:
    assert FRACTIONS.shifted([Fraction(1), Fraction(3)]) == [1, 3]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, 3.0), (Fraction(1, 3), 1 / 3), (0.1, 0.1), (True, 1.0), (INF, INF), (-INF, -INF)],
)
def test_a_float_is_made_of_any_number(value: Any, expected: float) -> None:
    made = FLOATS.number(value)
    assert (type(made), made) == (float, expected)


@pytest.mark.parametrize("value", [10**400, Fraction(10**400), Fraction(10**400, 7)], ids=["int", "1", "7th"])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_number_beyond_all_floats_is_infinite(value: Any, sign: int) -> None:
    """IEEE 754 rounds it to infinity, as JSON's 1e400 is read."""
    assert FLOATS.number(sign * value) == sign * INF


@pytest.mark.parametrize(
    ("value", "expected"),
    [(3, Fraction(3)), (0.5, Fraction(1, 2)), (Fraction(2, 6), Fraction(1, 3))],
)
def test_a_fraction_is_what_a_number_is(value: Any, expected: Fraction) -> None:
    assert FRACTIONS.number(value) == expected


def test_a_float_becomes_the_fraction_that_it_is_not_the_one_it_is_written_as() -> None:
    assert FRACTIONS.number(0.1) == Fraction(3602879701896397, 2**55)


def test_fractions_stay_exact() -> None:
    thirds = [Fraction(1, 3)] * 3
    assert FRACTIONS.total(thirds) == 1
    assert FRACTIONS.divide(Fraction(2), Fraction(3)) == Fraction(2, 3)
    assert FRACTIONS.dot(thirds, thirds) == Fraction(1, 3)


def test_fractions_do_not_divide_by_zero() -> None:
    with pytest.raises(LayerError, match="a division by zero") as error:
        FRACTIONS.divide(Fraction(1), Fraction(0))
    assert error.value.rule == "a fraction has a divisor that is not 0"


@pytest.mark.parametrize("numbers", [FRACTIONS, INTEGERS], ids=["fraction", "int"])
@pytest.mark.parametrize(
    ("function", "arguments", "what"),
    [
        pytest.param("exp", (1,), "the exponential function", id="exp"),
        pytest.param("log", (1,), "the logarithm", id="log"),
        pytest.param("tanh", (1,), "tanh", id="tanh"),
        pytest.param("erf", (1,), "the error function", id="erf"),
        pytest.param("sqrt", (2,), "(a square root|the square root of what is no square)", id="sqrt"),
        pytest.param("power", (1, 0.75), "a power with a broken exponent", id="power"),
    ],
)
def test_exact_numbers_refuse_functions_by_name(
    numbers: Numbers, function: str, arguments: tuple[Any, ...], what: str
) -> None:
    with pytest.raises(LayerError, match=f"^{what} has no exact value as an? {numbers.name}$") as error:
        getattr(numbers, function)(*arguments)
    assert error.value.hint == "run it in floats"


def test_a_refusal_is_a_sentence() -> None:
    with pytest.raises(LayerError, match="^tanh has no exact value as an integer$"):
        INTEGERS.tanh(1)


@pytest.mark.parametrize(("value", "whole"), [(3, 3), (-4.0, -4), (Fraction(6, 3), 2), (10**400, 10**400)])
def test_an_integer_is_made_of_a_whole_number(value: Any, whole: int) -> None:
    made = INTEGERS.number(value)
    assert (type(made), made) == (int, whole)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.5, "0.5"), (Fraction(1, 3), "1/3"), (INF, "inf"), (-INF, "-inf"), (NAN, "nan")]
)
def test_a_broken_number_is_no_integer(value: Any, shown: str) -> None:
    with pytest.raises(LayerError, match=f"^{shown} is no whole number$") as error:
        INTEGERS.number(value)
    assert error.value.hint == "run it in fractions, which are exact too"


@pytest.mark.parametrize("value", [INF, -INF, NAN])
def test_what_is_not_finite_is_no_fraction(value: float) -> None:
    with pytest.raises(LayerError):
        FRACTIONS.number(value)


@pytest.mark.parametrize(
    ("dividend", "divisor", "quotient"), [(6, 3, 2), (-6, 3, -2), (6, -3, -2), (0, 5, 0)]
)
def test_integers_divide_without_a_rest(dividend: int, divisor: int, quotient: int) -> None:
    assert INTEGERS.divide(dividend, divisor) == quotient


@pytest.mark.parametrize(("dividend", "divisor"), [(7, 3), (-7, 3), (1, 0), (0, 0)])
def test_integers_refuse_a_rest_and_a_division_by_zero(dividend: int, divisor: int) -> None:
    with pytest.raises(LayerError, match=f"^{dividend}/{divisor} is no whole number$"):
        INTEGERS.divide(dividend, divisor)
