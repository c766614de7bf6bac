"""Formulas as an article prints them: one text gives the value, the substitution and the docs.

    formula  = product {("+" | "−") product}
    product  = atom {("×" | "/") atom}
    atom     = number | symbol | "(" formula ")" | "⌊" formula "/" atom "⌋" | "⌈" formula "/" atom "⌉"

Integers only: a division that leaves a remainder is an error unless it is rounded down ``⌊ ⌋`` or up ``⌈ ⌉``.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from operator import itemgetter
from typing import ClassVar, TypeAlias

Value: TypeAlias = "int | tuple[int, ...] | Working"
"""What a symbol may stand for: a number, sizes along axes (their product), or a number with a working."""

Symbols: TypeAlias = Mapping[str, Value]
"""What the symbols of a formula stand for, by name."""

_Evaluate: TypeAlias = Callable[[Mapping[str, int]], int]


def value_of(value: Value) -> int:
    """The integer that a symbol stands for."""
    if isinstance(value, int):
        return value
    return prod(value) if isinstance(value, tuple) else value.value


class Case:
    """The numbers to put in formulas: as they are shown (``5×5``), and as integers (25)."""

    __slots__ = ("numbers", "symbols")

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self.numbers = {
            name: value if type(value) is int else value_of(value) for name, value in symbols.items()
        }


@dataclass(frozen=True, slots=True)
class _Number:
    number: int

    def compiled(self) -> _Evaluate:
        return lambda numbers: self.number

    def reduced(self, case: Case) -> "_Node":
        return self

    def shown(self, nested: bool) -> str:
        return str(self.number)

    def names(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True, slots=True)
class _Symbol:
    name: str

    def compiled(self) -> _Evaluate:
        return itemgetter(self.name)

    def reduced(self, case: Case) -> "_Node":
        value = case.symbols[self.name]
        if isinstance(value, Working):
            return value.reduced()
        if isinstance(value, int):
            return _Number(value)
        return _Product.of([("×", _Number(size)) for size in value]) if value else _Product(())

    def shown(self, nested: bool) -> str:
        return self.name

    def names(self) -> Iterator[str]:
        yield self.name


@dataclass(frozen=True, slots=True)
class _Product:
    factors: tuple[tuple[str, "_Node"], ...]

    @classmethod
    def of(cls, factors: Sequence[tuple[str, "_Node"]]) -> "_Node":
        """Factors flattened into one product; nothing is divided by 1."""
        flat: list[tuple[str, _Node]] = []
        for sign, factor in factors:
            if sign == "×" and isinstance(factor, _Product):
                flat += factor.factors
            elif (sign, factor) != ("/", _Number(1)):
                flat.append((sign, factor))
        if not flat:
            return _Number(1)
        return flat[0][1] if len(flat) == 1 and flat[0][0] == "×" else cls(tuple(flat))

    def compiled(self) -> _Evaluate:
        dividend = _product([factor for sign, factor in self.factors if sign == "×"])
        divisors = [factor for sign, factor in self.factors if sign == "/"]
        if not divisors:
            return dividend
        divisor = _product(divisors)

        def evaluate(numbers: Mapping[str, int]) -> int:
            quotient, rest = divmod(dividend(numbers), divisor(numbers))
            if rest:
                raise ArithmeticError(f"{self.shown(False)} is not a whole number")
            return quotient

        return evaluate

    def reduced(self, case: Case) -> "_Node":
        if not self.compiled()(case.numbers):
            return _Number(0)
        return _Product.of([(sign, factor.reduced(case)) for sign, factor in self.factors])

    def shown(self, nested: bool) -> str:
        first, *rest = self.factors
        return _bracketed(first[1], nested) + "".join(
            sign + _bracketed(factor, nested, divisor=sign == "/") for sign, factor in rest
        )

    def names(self) -> Iterator[str]:
        for _, factor in self.factors:
            yield from factor.names()


def _product(factors: Sequence["_Node"]) -> _Evaluate:
    if len(factors) == 1:
        return factors[0].compiled()
    names = [factor.name for factor in factors if isinstance(factor, _Symbol)]
    if len(names) == len(factors):
        values = itemgetter(*names)
        return lambda numbers: prod(values(numbers))
    first, *rest = [factor.compiled() for factor in factors]
    for factor in rest:
        first = _times(first, factor)
    return first


def _times(one: _Evaluate, other: _Evaluate) -> _Evaluate:
    return lambda numbers: one(numbers) * other(numbers)


def _bracketed(factor: "_Node", nested: bool, divisor: bool = False) -> str:
    text = factor.shown(nested)
    return f"({text})" if isinstance(factor, _Sum) or (divisor and isinstance(factor, _Product)) else text


@dataclass(frozen=True, slots=True)
class _Sum:
    addends: tuple[tuple[str, "_Node"], ...]

    @classmethod
    def of(cls, addends: Sequence[tuple[str, "_Node"]]) -> "_Node":
        """Addends flattened into one sum."""
        flat: list[tuple[str, _Node]] = []
        for sign, addend in addends:
            flat += addend.addends if sign == "+" and isinstance(addend, _Sum) else [(sign, addend)]
        if not flat:
            return _Number(0)
        return flat[0][1] if len(flat) == 1 and flat[0][0] == "+" else cls(tuple(flat))

    def compiled(self) -> _Evaluate:
        (_, first), *rest = [(sign, addend.compiled()) for sign, addend in self.addends]
        for sign, addend in rest:
            first = _plus(first, addend) if sign == "+" else _minus(first, addend)
        return first

    def reduced(self, case: Case) -> "_Node":
        shown = [(sign, addend) for sign, addend in self.addends if not _is_nothing(addend, case)]
        return _Sum.of([(sign, addend.reduced(case)) for sign, addend in shown])

    def shown(self, nested: bool) -> str:
        (sign, first), *rest = self.addends
        text = ("−" if sign == "−" else "") + _subtracted(sign, first)
        space = "" if nested else " "
        return text + "".join(f"{space}{sign}{space}{_subtracted(sign, addend)}" for sign, addend in rest)

    def names(self) -> Iterator[str]:
        for _, addend in self.addends:
            yield from addend.names()


def _plus(one: _Evaluate, other: _Evaluate) -> _Evaluate:
    return lambda numbers: one(numbers) + other(numbers)


def _minus(one: _Evaluate, other: _Evaluate) -> _Evaluate:
    return lambda numbers: one(numbers) - other(numbers)


def _is_nothing(addend: "_Node", case: Case) -> bool:
    """Whether a symbol or product adds nothing; a difference that is zero is worth showing."""
    return isinstance(addend, _Symbol | _Product) and addend.compiled()(case.numbers) == 0


def _subtracted(sign: str, addend: "_Node") -> str:
    text = addend.shown(nested=True)
    return f"({text})" if sign == "−" and isinstance(addend, _Sum) else text


@dataclass(frozen=True, slots=True)
class _Rounded:
    BRACKETS: ClassVar[Mapping[str, str]] = {"⌊": "⌋", "⌈": "⌉"}

    opening: str
    dividend: "_Node"
    divisor: "_Node"

    def compiled(self) -> _Evaluate:
        dividend, divisor = self.dividend.compiled(), self.divisor.compiled()
        if self.opening == "⌊":
            return lambda numbers: dividend(numbers) // divisor(numbers)
        return lambda numbers: -(-dividend(numbers) // divisor(numbers))

    def reduced(self, case: Case) -> "_Node":
        dividend, divisor = self.dividend.reduced(case), self.divisor.reduced(case)
        return dividend if divisor == _Number(1) else _Rounded(self.opening, dividend, divisor)

    def shown(self, nested: bool) -> str:
        quotient = f"{_bracketed(self.dividend, nested)}/{_bracketed(self.divisor, nested, divisor=True)}"
        return f"{self.opening}{quotient}{self.BRACKETS[self.opening]}"

    def names(self) -> Iterator[str]:
        yield from self.dividend.names()
        yield from self.divisor.names()


_Node: TypeAlias = _Number | _Symbol | _Product | _Sum | _Rounded


class _Parser:
    """A recursive descent over the grammar above; formulas are ours, so a mistake is a bug."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = re.findall(r"\d+|\w+|\S", text)

    def parse(self) -> _Node:
        node = self.sum()
        if self.tokens:
            raise SyntaxError(f"{self.tokens[0]!r} is not expected in the formula {self.text!r}")
        return node

    def take(self, *expected: str) -> str | None:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in expected else None

    def require(self, expected: str) -> None:
        if not self.take(expected):
            raise SyntaxError(f"{expected!r} is missing in the formula {self.text!r}")

    def sum(self) -> _Node:
        addends = [("+", self.product())]
        while sign := self.take("+", "−"):
            addends.append((sign, self.product()))
        return _Sum.of(addends)

    def product(self) -> _Node:
        factors = [("×", self.atom())]
        while sign := self.take("×", "/"):
            factors.append((sign, self.atom()))
        return _Product.of(factors)

    def atom(self) -> _Node:
        if self.take("("):
            node = self.sum()
            self.require(")")
            return node
        if opening := self.take(*_Rounded.BRACKETS):
            return self.rounded(opening)
        word = self.tokens.pop(0) if self.tokens else ""
        if word.isdecimal():
            return _Number(int(word))
        if word.isidentifier():
            return _Symbol(word)
        raise SyntaxError(f"{word!r} is no symbol in the formula {self.text!r}")

    def rounded(self, opening: str) -> _Node:
        quotient = self.sum()
        self.require(_Rounded.BRACKETS[opening])
        match quotient:
            case _Product(factors=(*dividend, ("/", divisor))):
                return _Rounded(opening, _Product.of(dividend), divisor)
        raise SyntaxError(f"only a quotient is rounded, unlike in the formula {self.text!r}")


class Formula:
    """A formula in the words of the field, compiled once.

    >>> parameters = Formula("(kernel × in_channels/groups + bias) × filters")
    >>> print(parameters.work({"kernel": (5, 5), "in_channels": 1, "groups": 1, "bias": 1, "filters": 6}))
    (5×5×1 + 1)×6 = 156
    """

    __slots__ = ("_evaluate", "_node", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._node = _Parser(text).parse()
        self._evaluate = self._node.compiled()

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    def __str__(self) -> str:
        return self.text

    @property
    def names(self) -> frozenset[str]:
        """The symbols that the formula uses."""
        return frozenset(self._node.names())

    def reduced(self, case: Case) -> _Node:
        """The formula with its numbers put in; what adds nothing or divides by one is left out."""
        return self._node.reduced(case)

    def work(self, symbols: Symbols) -> "Working":
        """The value with its working: the formula put to the numbers that its symbols stand for.

        Raises `KeyError` for a symbol without a number, `ArithmeticError` for a division with a remainder.
        """
        return self.total((Case(symbols),))

    def total(self, cases: tuple[Case, ...]) -> "Working":
        """The sum of the formula over several cases, with its working."""
        if len(cases) == 1:
            return Working(self._evaluate(cases[0].numbers), self, cases)
        return Working(sum([self._evaluate(case.numbers) for case in cases]), self, cases)


@dataclass(frozen=True, slots=True)
class Working:
    """A number that knows how it came about: the sum of formulas, each put to its own numbers.

    Without any term it stands for a quantity that a layer does not have (0).
    """

    value: int = 0
    formula: Formula | None = None
    cases: tuple[Case, ...] = ()
    addends: tuple["Working", ...] = ()

    @property
    def terms(self) -> tuple[tuple[Formula, Case], ...]:
        """The formulas that are summed, each with the numbers to put in."""
        own = tuple((self.formula, case) for case in self.cases) if self.formula else ()
        return sum((addend.terms for addend in self.addends), start=own)

    def __int__(self) -> int:
        return self.value

    def __bool__(self) -> bool:
        return self.formula is not None or bool(self.addends)

    def __add__(self, other: "Working") -> "Working":
        if not self or not other:
            return self or other
        return Working(self.value + other.value, addends=(self, other))

    def __repr__(self) -> str:
        return f"<{self}>"

    def __str__(self) -> str:
        substituted, value = self.substituted, f"{self.value:,}"
        return value if substituted in (value, str(self.value)) else f"{substituted} = {value}"

    def reduced(self) -> _Node:
        """The sum of the terms with their numbers put in."""
        terms = [("+", formula.reduced(case)) for formula, case in self.terms]
        return _Sum.of(terms) if len(terms) != 1 else terms[0][1]

    @property
    def general(self) -> str:
        """The formula in symbols; ``Σ`` where it is summed over several groups of maps."""
        times = Counter(formula for formula, _ in self.terms)
        return " + ".join(f"Σ {formula}" if count > 1 else str(formula) for formula, count in times.items())

    @property
    def substituted(self) -> str:
        """The formula with the numbers put in: ``(5×5×1 + 1)×6``."""
        return self.reduced().shown(nested=False)
