"""Formulas: their value, the numbers put in, and what is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.formula import Formula, Working
from lenetcalc.notation import Case, Symbols
from tests.test_notation import SPAN, STOPS, read_back

PARAMETERS = "(kernel × in_channels/groups + bias) × filters"
STOPS_UP = "⌈(size + padding − span)/stride⌉ + 1"

C1: Symbols = {"kernel": (5, 5), "in_channels": 1, "groups": 1, "bias": 1, "filters": 6}
STEM: Symbols = {"size": 224, "padding": 0, "span": 11, "stride": 4}


@pytest.mark.parametrize(
    ("text", "symbols", "shown"),
    [
        pytest.param(PARAMETERS, C1, "(5×5×1 + 1)×6 = 156", id="LeNet-5 C1: 26 × 6"),
        pytest.param(PARAMETERS, {**C1, "bias": 0}, "5×5×1×6 = 150", id="a zero addend is left out"),
        pytest.param(
            PARAMETERS,
            {"kernel": (5, 5), "in_channels": 96, "groups": 2, "bias": 1, "filters": 256},
            "(5×5×96/2 + 1)×256 = 307,456",  # 25 × 48 + 1 = 1,201
            id="AlexNet conv2: groups are divided by",
        ),
        pytest.param("bias × units", {"bias": 0, "units": 84}, "0", id="a product with zero is zero"),
        pytest.param("a − b", {"a": 7, "b": 0}, "7", id="nothing is subtracted"),
        pytest.param("a − b", {"a": 7, "b": 7}, "7 − 7 = 0", id="a difference that is zero is shown"),
        pytest.param("a − b", {"a": 2, "b": 9}, "2 − 9 = −7", id="a value below zero has a minus sign"),
        pytest.param("(a − b) × c", {"a": 1, "b": 9, "c": 250}, "(1 − 9)×250 = −2,000", id="in thousands"),
        pytest.param("a − b", {"a": 0, "b": 7}, "−7", id="a value below zero alone is said once"),
        pytest.param("⌊(a − b)/c⌋", {"a": 3, "b": 8, "c": 2}, "⌊(3 − 8)/2⌋ = −3", id="rounded down"),
        pytest.param("a − (b + c)", {"a": 9, "b": 2, "c": 3}, "9 − (2+3) = 4", id="a sum is subtracted"),
        pytest.param("a − (b − c)", {"a": 9, "b": 2, "c": 0}, "9 − 2 = 7", id="what is left of a sum"),
        pytest.param("a/(b × c)", {"a": 60, "b": 5, "c": 4}, "60/(5×4) = 3", id="a product divides"),
        pytest.param("a/(b + c)", {"a": 60, "b": 5, "c": 1}, "60/(5 + 1) = 10", id="a sum divides"),
        pytest.param("a/b/c", {"a": 60, "b": 1, "c": 5}, "60/5 = 12", id="nothing is divided by one"),
        pytest.param("a/k", {"a": 60, "k": (5, 4)}, "60/(5×4) = 3", id="sizes divide"),
        pytest.param("a/b × c", {"a": 3, "b": 2, "c": 4}, "3/2×4 = 6", id="only the product must be whole"),
        pytest.param(STOPS, STEM, "⌊(224−11)/4⌋ + 1 = 54", id="rounded down: 53.25 + 1"),
        pytest.param(STOPS_UP, STEM, "⌈(224−11)/4⌉ + 1 = 55", id="rounded up: 53.25 + 1"),
        pytest.param(
            STOPS, {"size": 32, "padding": 0, "span": 5, "stride": 1}, "32 − 5 + 1 = 28", id="no rounding"
        ),
        pytest.param(
            STOPS,
            {"size": 11, "padding": 3, "span": SPAN, "stride": 2},
            "⌊(11+3−(2×(3−1)+1))/2⌋ + 1 = 5",  # (14 − 5)/2 = 4.5
            id="a symbol with its own working",
        ),
        pytest.param("units", {"units": (6, 28, 28)}, "6×28×28 = 4,704", id="sizes are a product"),
        pytest.param("units", {"units": (1234,)}, "1,234", id="a number alone is said once"),
        pytest.param("⌊a × b/c⌋", {"a": 5, "b": 3, "c": 4}, "⌊5×3/4⌋ = 3", id="a product rounded down"),
        pytest.param("⌊a/(b × c)⌋", {"a": 50, "b": 3, "c": 4}, "⌊50/(3×4)⌋ = 4", id="divided by a product"),
        pytest.param("⌈a/b⌉", {"a": 0, "b": 4}, "⌈0/4⌉ = 0", id="zero rounded up"),
    ],
)
def test_a_working_shows_the_formula_with_its_numbers_and_the_value(
    text: str, symbols: Symbols, shown: str
) -> None:
    assert str(Formula(text).work(symbols)) == shown


@pytest.mark.parametrize(
    ("text", "symbols", "shown"),
    [
        pytest.param("a − b", {"a": 0, "b": 7}, "−7", id="nothing is subtracted from"),
        pytest.param("(a − b) × c", {"a": 0, "b": 7, "c": 3}, "(−7)×3", id="a negative factor"),
        pytest.param("c − (a − b)", {"a": 0, "b": 7, "c": 3}, "3 − (−7)", id="a negative addend"),
    ],
)
def test_what_is_left_of_a_difference_keeps_its_sign(text: str, symbols: Symbols, shown: str) -> None:
    assert Formula(text).work(symbols).substituted == shown


@pytest.mark.parametrize(
    ("text", "symbols", "shown"),
    [
        pytest.param("positions", {"positions": ()}, "1", id="alone"),
        pytest.param("positions + a", {"positions": (), "a": 1}, "1 + 1 = 2", id="in a sum"),
        pytest.param("units × positions", {"units": (84,), "positions": ()}, "84", id="in a product"),
        pytest.param("positions × positions", {"positions": ()}, "1", id="in a product of nothing else"),
    ],
)
def test_a_product_over_no_axes_is_one(text: str, symbols: Symbols, shown: str) -> None:
    assert str(Formula(text).work(symbols)) == shown


def test_a_sum_over_cases_is_written_as_an_article_writes_it() -> None:
    rows = tuple(Case({**C1, "in_channels": maps, "filters": filters}) for maps, filters in TABLE_OF_C3)
    total = Formula(PARAMETERS).total(rows)
    assert str(total) == "(5×5×3+1)×6 + (5×5×4+1)×9 + (5×5×6+1)×1 = 1,516"  # 456 + 909 + 151


TABLE_OF_C3 = ((3, 6), (4, 9), (6, 1))
"""How many of C3's maps read how many of S2's: LeCun et al. 1998, Table I."""


def test_a_sum_over_cases_is_general_with_a_sigma() -> None:
    rows = tuple(Case({**C1, "in_channels": maps, "filters": filters}) for maps, filters in TABLE_OF_C3)
    assert Formula(PARAMETERS).total(rows).general == f"Σ {PARAMETERS}"


def test_a_sum_over_one_case_is_general_without_a_sigma() -> None:
    assert Formula(PARAMETERS).work(C1).general == PARAMETERS


def test_a_sum_over_no_case_is_zero() -> None:
    assert str(Formula(PARAMETERS).total(())) == "0"


def test_a_sum_of_workings_names_every_formula_once() -> None:
    weights = Formula("inputs × units").work({"inputs": 120, "units": 84})
    bias = Formula("units").work({"units": 84})
    assert (str(weights + bias), (weights + bias).general) == (
        "120×84 + 84 = 10,164",
        "inputs × units + units",
    )


def test_a_sum_with_nothing_is_the_other_working() -> None:
    weights = Formula("inputs × units").work({"inputs": 120, "units": 84})
    assert (weights + Working(), Working() + weights) == (weights, weights)


def test_nothing_is_zero_and_false() -> None:
    nothing = Working()
    assert (int(nothing), bool(nothing), str(nothing), nothing.general) == (0, False, "0", "")


def test_a_count_that_happens_to_be_zero_is_true() -> None:
    assert Formula("bias × units").work({"bias": 0, "units": 84})


def test_nothing_inside_a_formula_adds_nothing() -> None:
    assert str(Formula("a + b").work({"a": 5, "b": Working()})) == "5"


def test_a_working_is_shown_in_a_debugger() -> None:
    assert repr(Formula(PARAMETERS).work(C1)) == "<(5×5×1 + 1)×6 = 156>"


def test_a_formula_prints_as_its_text() -> None:
    formula = Formula("a  × b")
    assert (str(formula), repr(formula)) == ("a  × b", "Formula('a  × b')")


def test_a_formula_names_its_symbols() -> None:
    assert Formula(f"{STOPS} − 2 × ⌈a/b⌉").names == {"size", "padding", "span", "stride", "a", "b"}


@pytest.mark.parametrize(
    ("text", "symbols", "sentence"),
    [
        pytest.param("a/b", {"a": 7, "b": 2}, "a/b is not a whole number", id="remainder"),
        pytest.param("a/b", {"a": -1, "b": 2}, "a/b is not a whole number", id="negative remainder"),
        pytest.param("a/b + c/b", {"a": 1, "c": 1, "b": 2}, "a/b is not a whole number", id="halves add up"),
        pytest.param("a × b/c", {"a": 5, "b": 3, "c": 2}, "a×b/c is not a whole number", id="product"),
        pytest.param("⌊a/b/c⌋", {"a": 7, "b": 2, "c": 3}, "a/b is not a whole number", id="inside brackets"),
        pytest.param("a/b", {"a": 7, "b": 0}, "by zero", id="by zero"),
    ],
)
def test_a_division_with_a_remainder_is_an_error(text: str, symbols: Symbols, sentence: str) -> None:
    with pytest.raises(ArithmeticError, match=re.escape(sentence)):
        Formula(text).work(symbols)


@pytest.mark.parametrize("text", ["stride", "a + stride", "a × stride", "⌊a/stride⌋", "a/stride"])
def test_a_symbol_without_a_number_is_an_error(text: str) -> None:
    with pytest.raises(KeyError, match="stride"):
        Formula(text).work({"a": 7})


sizes = st.lists(st.integers(1, 11), min_size=1, max_size=3).map(tuple)
convolutions = st.fixed_dictionaries(
    {
        "kernel": sizes,
        "in_channels": st.integers(1, 9).map(lambda number: 12 * number),
        "groups": st.sampled_from([1, 2, 3, 4, 6, 12]),
        "bias": st.integers(0, 1),
        "filters": st.integers(1, 40),
        "positions": sizes,
        "outside_taps": st.integers(0, 30),
    }
)
CONNECTIONS = Formula(f"{PARAMETERS} × positions − outside_taps × in_channels/groups × filters")


@given(convolutions)
def test_the_numbers_of_a_convolution_come_to_its_connections(symbols: Symbols) -> None:
    working = CONNECTIONS.work(symbols)
    assert read_back(working.substituted) == working.value


@given(st.lists(convolutions, min_size=2, max_size=4))
def test_the_numbers_of_a_table_come_to_its_connections(rows: list[Symbols]) -> None:
    working = CONNECTIONS.total(tuple(map(Case, rows)))
    assert read_back(working.substituted) == working.value == sum(CONNECTIONS.work(row).value for row in rows)


@given(st.integers(20, 99), st.integers(0, 9), st.integers(1, 4), st.integers(1, 5), st.integers(1, 6))
def test_the_numbers_of_a_window_come_to_its_stops(
    size: int, padding: int, dilation: int, kernel: int, stride: int
) -> None:
    span = Formula("dilation × (kernel − 1) + 1").work({"dilation": dilation, "kernel": kernel})
    symbols: Symbols = {"size": size, "padding": padding, "span": span, "stride": stride}
    assert read_back(Formula(STOPS).work(symbols).substituted) == (
        (size + padding - dilation * (kernel - 1) - 1) // stride + 1
    )
