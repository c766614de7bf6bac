"""Numbers that count: what each operation is counted as, for what part, and where its result came from."""

from collections.abc import Callable
from typing import Any

import pytest

from lenetcalc.layers.base import Role, Weight
from lenetcalc.ledger import OPERATIONS, Part
from lenetcalc.reference.tally import BIAS, Count, Counted, Tally, units
from lenetcalc.scalars import Numbers

TWO: dict[str, Callable[[Count, Count], Any]] = {
    "additions": lambda one, other: one + other,
    "subtractions": lambda one, other: one - other,
    "multiplications": lambda one, other: one * other,
    "comparisons": lambda one, other: one > other,
    "divisions": lambda one, other: one.tally.divide(one, other),
}
ONE: dict[str, Callable[[Count], Count]] = {
    "exponentials": lambda one: one.tally.exp(one),
    "logarithms": lambda one: one.tally.log(one),
    "tanhs": lambda one: one.tally.tanh(one),
    "erfs": lambda one: one.tally.erf(one),
    "square_roots": lambda one: one.tally.sqrt(one),
    "powers": lambda one: one.tally.power(one, 0.75),
    "absolutes": lambda one: one.tally.absolute(one),
}


def test_every_operation_of_the_ledger_can_be_counted() -> None:
    assert TWO.keys() | ONE.keys() == {*OPERATIONS}


@pytest.mark.parametrize("operation", TWO)
def test_an_operation_on_two_numbers_is_counted_once(operation: str) -> None:
    tally = Tally()
    TWO[operation](tally.unit(0), tally.unit(1))
    assert tally.operations == {("weights", operation): 1}


@pytest.mark.parametrize("operation", ONE)
def test_an_operation_on_one_number_is_counted_once(operation: str) -> None:
    tally = Tally()
    ONE[operation](tally.unit(0))
    assert tally.operations == {("weights", operation): 1}


def test_a_change_of_sign_is_free() -> None:
    tally = Tally()
    unit = tally.unit(3)
    assert ((-unit).lines(), tally.operations.total()) == ({3}, 0)


@pytest.mark.parametrize(("count", "additions"), [(0, 0), (1, 0), (2, 1), (7, 6)])
def test_a_total_of_n_values_takes_n_minus_1_additions(count: int, additions: int) -> None:
    tally = Tally()
    tally.total([tally.unit(index) for index in range(count)])
    assert tally.operations.total() == tally.operations["weights", "additions"] == additions


@pytest.mark.parametrize("chosen", ["largest", "smallest"])
@pytest.mark.parametrize(("count", "comparisons"), [(1, 0), (2, 1), (7, 6)])
def test_the_largest_of_n_values_takes_n_minus_1_comparisons(
    chosen: str, count: int, comparisons: int
) -> None:
    tally = Tally()
    found = getattr(tally, chosen)([tally.unit(index) for index in range(count)])
    assert tally.operations.total() == tally.operations["weights", "comparisons"] == comparisons
    assert found.lines() == {*range(count)}


def test_a_dot_product_of_n_pairs_takes_n_products_and_n_minus_1_additions() -> None:
    tally = Tally()
    left, right = ([tally.unit(index) for index in indexes] for indexes in (range(5), range(5, 10)))
    assert tally.dot(left, right).lines() == {*range(10)}
    assert tally.operations == {("weights", "multiplications"): 5, ("weights", "additions"): 4}


def test_a_comparison_is_answered_with_no() -> None:
    tally = Tally()
    assert (tally.unit(0) > tally.unit(1), tally.unit(1) > tally.unit(0)) == (False, False)


@pytest.mark.parametrize(
    ("during", "role", "part"),
    [
        pytest.param("pooling", None, "pooling", id="no weight takes part"),
        pytest.param("pooling", "weight", "weights", id="a weight"),
        pytest.param("weights", "bias", "bias", id="a bias"),
        pytest.param("normalisation", "bias", "bias", id="a shift"),
        pytest.param("merging", "fixed", "weights", id="a fixed code"),
        pytest.param("normalisation", "mean", "normalisation", id="a running mean"),
        pytest.param("normalisation", "variance", "normalisation", id="a running variance"),
        pytest.param("activation", "weight", "activation", id="a slope of an activation"),
    ],
)
def test_an_operation_belongs_to_what_it_is_done_for(during: Part, role: Role | None, part: Part) -> None:
    tally = Tally(during)
    tally.unit(0) * (tally.weight(role) if role else tally.unit(1))
    assert tally.operations == {(part, "multiplications"): 1}


@pytest.mark.parametrize("turned", [False, True], ids=["unit first", "weight first"])
def test_the_order_of_operands_does_not_matter(turned: bool) -> None:
    tally = Tally("pooling")
    pair = [tally.unit(4), tally.weight("bias")]
    one, other = reversed(pair) if turned else pair
    assert ((one + other).lines(), tally.operations) == ({4, BIAS}, {("bias", "additions"): 1})


def test_what_was_computed_from_a_weight_is_no_weight() -> None:
    tally = Tally("pooling")
    product = tally.unit(0) * tally.weight("weight")
    product + product
    assert tally.operations == {("weights", "multiplications"): 1, ("pooling", "additions"): 1}


def test_weights_are_touched_by_the_operations_that_they_take_part_in() -> None:
    tally = Tally()
    first, second, third = (tally.weight(role) for role in ("weight", "bias", "mean"))
    tally.unit(0) * first + first
    tally.sqrt(third)
    assert (tally.weights, tally.touched) == (3, {first.number, third.number})
    assert second.number not in tally.touched


@pytest.mark.parametrize(
    ("role", "origin"),
    [("weight", set()), ("fixed", set()), ("mean", set()), ("variance", set()), ("bias", {BIAS})],
)
def test_of_all_that_a_layer_keeps_a_bias_alone_is_a_line(role: Role, origin: set[str]) -> None:
    tally = Tally()
    assert (tally.unit(2) * tally.weight(role)).lines() == {2} | origin


def test_constants_come_from_nowhere() -> None:
    tally = Tally()
    constants = [tally.zero, tally.one, tally.number(0.5)]
    assert [each.lines() for each in constants] == [set(), set(), set()]
    assert (tally.unit(1) + tally.one).lines() == {1}
    assert (tally.number(2) * tally.number(3)).lines() == set()


def test_links_are_distinct() -> None:
    """x² + x·y + y·x joins two units, whatever the number of operations."""
    tally = Tally()
    x, y = tally.unit(7), tally.unit(9)
    assert (x * x + x * y + y * x).lines() == {7, 9}
    assert tally.operations.total() == 5


def test_a_comparison_that_branches_leaves_no_line() -> None:
    tally = Tally()
    x, y = tally.unit(0), tally.unit(1)
    assert (x if x > y else y).lines() == {1}


def test_a_number_of_long_descent_can_be_traced() -> None:
    tally = Tally()
    assert tally.total([tally.unit(index) for index in range(50_000)]).lines() == {*range(50_000)}


def test_every_input_unit_is_numbered() -> None:
    first, second = units(Tally(), [(2, 3), (4,)])
    assert (first.shape, [value.origin for value in first.values]) == ((2, 3), [0, 1, 2, 3, 4, 5])
    assert (second.shape, [value.origin for value in second.values]) == ((4,), [6, 7, 8, 9])


def test_a_vector_of_weights_is_given_by_value_and_an_array_by_row() -> None:
    tally = Tally()
    kept = {"bias": Weight((3,), "bias"), "weight": Weight((2, 3, 2), "fixed")}
    vector, array = map(list, Counted(tally).weights("C1", kept, tally).values())
    assert [value.role for value in vector] == ["bias"] * 3
    assert [len(row) for row in array] == [6, 6]
    numbered = [value.number for value in (*vector, *array[0], *array[1])]
    assert numbered == [*range(1, 16)]
    assert tally.weights == 15


def test_numbers_that_count_have_every_function_of_numbers() -> None:
    """None is left that refuses: a layer that calls it must be counted."""
    functions = ("exp", "log", "tanh", "erf", "sqrt", "power", "absolute", "divide", "largest", "smallest")
    assert [name for name in functions if getattr(Tally, name) is getattr(Numbers, name)] == []
