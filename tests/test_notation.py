"""The notation of formulas: what it means, and what is no formula."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.formula import Formula
from lenetcalc.notation import Case, Value, parse, value_of

STOPS = "⌊(size + padding − span)/stride⌋ + 1"
SPAN = Formula("dilation × (kernel − 1) + 1").work({"dilation": 2, "kernel": 3})  # 2 × (3 − 1) + 1 = 5


@pytest.mark.parametrize(
    ("text", "written"),
    [
        pytest.param("a × b + c", "a×b + c", id="products are tight"),
        pytest.param("(a+b) × (c−d)", "(a + b)×(c − d)", id="sums in brackets"),
        pytest.param("((a)) + (b + c)", "a + b + c", id="brackets that change nothing"),
        pytest.param("a × (b × c)/(d × e)", "a×b×c/(d×e)", id="a product divides"),
        pytest.param("a − (b − c)", "a − (b−c)", id="a difference is subtracted"),
        pytest.param("⌈(a+b)/c⌉ − ⌊a/(b × c)⌋", "⌈(a+b)/c⌉ − ⌊a/(b×c)⌋", id="rounded quotients"),
        pytest.param("007", "7", id="a number"),
    ],
)
def test_a_formula_is_written_in_one_way(text: str, written: str) -> None:
    assert parse(text).shown(nested=False) == written


def test_a_case_holds_the_integers_of_its_symbols() -> None:
    case = Case({"kernel": (5, 3), "bias": True, "span": SPAN, "positions": ()})
    assert case.numbers == {"kernel": 15, "bias": 1, "span": 5, "positions": 1}


@pytest.mark.parametrize(
    ("value", "number"),
    [(7, 7), ((6, 28, 28), 4704), ((), 1), (SPAN, 5)],
    ids=["number", "sizes", "no sizes", "working"],
)
def test_a_symbol_stands_for_one_integer(value: Value, number: int) -> None:
    assert value_of(value) == number


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "'' is no symbol", id="empty"),
        pytest.param("a +", "'' is no symbol", id="no second addend"),
        pytest.param("× a", "'×' is no symbol", id="no first factor"),
        pytest.param("a - b", "'-' is not expected", id="hyphen for minus"),
        pytest.param("a * b", "'*' is not expected", id="asterisk for times"),
        pytest.param("a b", "'b' is not expected", id="no sign"),
        pytest.param("5x5", "'x5' is not expected", id="letter for times"),
        pytest.param("−a", "'−' is no symbol", id="sign before the first"),
        pytest.param("(a + b", "')' is missing", id="bracket not closed"),
        pytest.param("a + b)", "')' is not expected", id="bracket not opened"),
        pytest.param("⌊a/b", "'⌋' is missing", id="floor not closed"),
        pytest.param("⌊a/b⌉", "'⌋' is missing", id="floor closed as ceiling"),
        pytest.param("⌊a⌋", "only a quotient is rounded", id="nothing to round"),
        pytest.param("⌈a + b/c⌉", "only a quotient is rounded", id="a sum rounded"),
        pytest.param("⌊a/b × c⌋", "only a quotient is rounded", id="a product rounded"),
        pytest.param("a²", "'a²' is no symbol", id="superscript"),
    ],
)
def test_a_formula_with_a_mistake_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(
        SyntaxError, match=f"^{re.escape(sentence)}.* in the formula {re.escape(repr(text))}$"
    ):
        Formula(text)


# An independent reading of formulas: trees of ours, written out with all brackets, evaluated in fractions.


@dataclass(frozen=True)
class Tree:
    """A formula as a tree, which writes and evaluates itself."""

    sign: str
    children: tuple["Tree", ...] = ()

    def text(self) -> str:
        match self.sign, self.children:
            case sign, ():
                return sign
            case "⌊", (one, other):
                return f"⌊({one.text()})/({other.text()})⌋"
            case "⌈", (one, other):
                return f"⌈({one.text()})/({other.text()})⌉"
        return f"({f' {self.sign} '.join(child.text() for child in self.children)})"

    def value(self, numbers: Mapping[str, int]) -> Fraction:
        match self.sign, self.children:
            case sign, ():
                return Fraction(sign) if sign.isdecimal() else Fraction(numbers[sign])
            case "×", (one, other):
                return one.value(numbers) * other.value(numbers)
            case "/", (one, other):
                return one.value(numbers) / other.whole(numbers)
        left, right = (child.whole(numbers) for child in self.children)
        match self.sign:
            case "+":
                return left + right
            case "−":
                return left - right
            case "⌊":
                return Fraction(math.floor(left / right))
        return Fraction(math.ceil(left / right))

    def whole(self, numbers: Mapping[str, int]) -> Fraction:
        value = self.value(numbers)
        if value.denominator != 1:
            raise ArithmeticError("no whole number")
        return value


NAMES = ("bias", "kernel", "size", "stride")
leaves = st.sampled_from([Tree(name) for name in NAMES]) | st.integers(0, 9).map(lambda n: Tree(str(n)))
divisors = st.sampled_from([Tree(name) for name in NAMES]) | st.integers(2, 9).map(lambda n: Tree(str(n)))


def branches(children: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """A tree over two smaller ones."""
    pairs = st.tuples(children, children)
    rounded = st.tuples(children, divisors)
    return st.builds(Tree, st.sampled_from("+−×/"), pairs) | st.builds(Tree, st.sampled_from("⌊⌈"), rounded)


trees = st.recursive(leaves, branches, max_leaves=10)
numbers_of_symbols = st.fixed_dictionaries({name: st.integers(0, 12) for name in NAMES})
Numbers: TypeAlias = dict[str, int]


def exact(tree: Tree, numbers: Numbers) -> int | None:
    """The value of a tree where it is a whole number."""
    try:
        return int(tree.whole(numbers))
    except ArithmeticError:
        return None


@given(trees, numbers_of_symbols)
def test_any_formula_has_the_value_that_fractions_give(tree: Tree, numbers: Numbers) -> None:
    expected = exact(tree, numbers)
    formula = Formula(tree.text())
    if expected is None:
        with pytest.raises(ArithmeticError):
            formula.work(numbers)
    else:
        assert formula.work(numbers).value == expected


@given(trees, numbers_of_symbols)
def test_any_formula_shows_numbers_that_come_to_its_value(tree: Tree, numbers: Numbers) -> None:
    expected = exact(tree, numbers)
    if expected is not None:
        assert read_back(Formula(tree.text()).work(numbers).substituted) == expected


def read_back(substituted: str) -> Fraction:
    """The value of a substituted formula, by Python's own grammar and fractions."""
    text = substituted.replace(",", "").replace("×", "*").replace("−", "-")
    text = re.sub(r"\d+", lambda number: f"Fraction({number[0]})", text)
    text = text.translate({ord("⌊"): "floor(", ord("⌋"): ")", ord("⌈"): "ceil(", ord("⌉"): ")"})
    return Fraction(eval(text, {"Fraction": Fraction, "floor": math.floor, "ceil": math.ceil}))
