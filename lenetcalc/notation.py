"""The notation of formulas: what they are made of, how they are read, worked out, reduced and shown.

    formula  = product {("+" | "−") product}
    product  = atom {("×" | "/") atom}
    atom     = number | symbol | "(" formula ")" | "⌊" formula "/" atom "⌋" | "⌈" formula "/" atom "⌉"

Integers only: a division that leaves a remainder is an error unless it is rounded down ``⌊ ⌋`` or up ``⌈ ⌉``.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from operator import itemgetter
from typing import ClassVar, Protocol, TypeAlias


class Worked(Protocol):
    """A number that has a working of its own."""

    @property
    def value(self) -> int:
        """The number."""

    def reduced(self) -> "Node":
        """Its working, with the numbers put in."""


Value: TypeAlias = int | tuple[int, ...] | Worked
"""What a symbol may stand for: a number, sizes along axes (their product), or a number with a working."""

Symbols: TypeAlias = Mapping[str, Value]
"""What the symbols of a formula stand for, by name."""

Evaluate: TypeAlias = Callable[[Mapping[str, int]], int]
"""A formula, compiled: from the numbers of its symbols to its value."""


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

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Case) and self.symbols == other.symbols

    def __hash__(self) -> int:
        return hash(frozenset(self.numbers.items()))


class Node(ABC):
    """A part of a formula."""

    __slots__ = ()

    @abstractmethod
    def compiled(self) -> Evaluate:
        """A function from the numbers of the symbols to the value."""

    @abstractmethod
    def reduced(self, case: Case) -> "Node":
        """The same with numbers put in; what adds nothing or divides by one is left out."""

    @abstractmethod
    def shown(self, nested: bool) -> str:
        """The part as text; sums within a sum, which are ``nested``, are written without spaces."""

    @abstractmethod
    def names(self) -> Iterator[str]:
        """The symbols used."""


@dataclass(frozen=True, slots=True)
class _Number(Node):
    number: int

    def compiled(self) -> Evaluate:
        return lambda numbers: self.number

    def reduced(self, case: Case) -> Node:
        return self

    def shown(self, nested: bool) -> str:
        return str(self.number)

    def names(self) -> Iterator[str]:
        return iter(())


@dataclass(frozen=True, slots=True)
class _Symbol(Node):
    name: str

    def compiled(self) -> Evaluate:
        return itemgetter(self.name)

    def reduced(self, case: Case) -> Node:
        value = case.symbols[self.name]
        if isinstance(value, int):
            return _Number(value)
        if not isinstance(value, tuple):
            return value.reduced()
        return _Product.of([("×", _Number(size)) for size in value]) if value else _Product(())

    def shown(self, nested: bool) -> str:
        return self.name

    def names(self) -> Iterator[str]:
        yield self.name


@dataclass(frozen=True, slots=True)
class _Product(Node):
    factors: tuple[tuple[str, Node], ...]

    @classmethod
    def of(cls, factors: Sequence[tuple[str, Node]]) -> Node:
        """Factors flattened into one product; nothing is divided by 1."""
        flat: list[tuple[str, Node]] = []
        for sign, factor in factors:
            if sign == "×" and isinstance(factor, _Product):
                flat += factor.factors
            elif sign == "×" or factor not in (_Number(1), _Product(())):
                flat.append((sign, factor))
        if not flat:
            return _Number(1)
        return flat[0][1] if len(flat) == 1 and flat[0][0] == "×" else cls(tuple(flat))

    def compiled(self) -> Evaluate:
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

    def reduced(self, case: Case) -> Node:
        if not self.compiled()(case.numbers):
            return _Number(0)
        return _Product.of([(sign, factor.reduced(case)) for sign, factor in self.factors])

    def shown(self, nested: bool) -> str:
        if not self.factors:  # the positions of a vector
            return "1"
        first, *rest = self.factors
        return _bracketed(first[1], nested) + "".join(
            sign + _bracketed(factor, nested, divisor=sign == "/") for sign, factor in rest
        )

    def names(self) -> Iterator[str]:
        for _, factor in self.factors:
            yield from factor.names()


def _product(factors: Sequence[Node]) -> Evaluate:
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


def _times(one: Evaluate, other: Evaluate) -> Evaluate:
    return lambda numbers: one(numbers) * other(numbers)


def _bracketed(factor: Node, nested: bool, divisor: bool = False) -> str:
    text = factor.shown(nested)
    return f"({text})" if isinstance(factor, _Sum) or (divisor and isinstance(factor, _Product)) else text


@dataclass(frozen=True, slots=True)
class _Sum(Node):
    addends: tuple[tuple[str, Node], ...]

    @classmethod
    def of(cls, addends: Sequence[tuple[str, Node]]) -> Node:
        """Addends flattened into one sum."""
        flat: list[tuple[str, Node]] = []
        for sign, addend in addends:
            flat += addend.addends if sign == "+" and isinstance(addend, _Sum) else [(sign, addend)]
        if not flat:
            return _Number(0)
        return flat[0][1] if len(flat) == 1 and flat[0][0] == "+" else cls(tuple(flat))

    def compiled(self) -> Evaluate:
        (_, first), *rest = [(sign, addend.compiled()) for sign, addend in self.addends]
        for sign, addend in rest:
            first = _plus(first, addend) if sign == "+" else _minus(first, addend)
        return first

    def reduced(self, case: Case) -> Node:
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


def _plus(one: Evaluate, other: Evaluate) -> Evaluate:
    return lambda numbers: one(numbers) + other(numbers)


def _minus(one: Evaluate, other: Evaluate) -> Evaluate:
    return lambda numbers: one(numbers) - other(numbers)


def _is_nothing(addend: Node, case: Case) -> bool:
    """Whether a symbol or product adds nothing; a difference that is zero is worth showing."""
    return isinstance(addend, _Symbol | _Product) and addend.compiled()(case.numbers) == 0


def _subtracted(sign: str, addend: Node) -> str:
    text = addend.shown(nested=True)
    return f"({text})" if sign == "−" and isinstance(addend, _Sum) else text


@dataclass(frozen=True, slots=True)
class _Rounded(Node):
    BRACKETS: ClassVar[Mapping[str, str]] = {"⌊": "⌋", "⌈": "⌉"}

    opening: str
    dividend: Node
    divisor: Node

    def compiled(self) -> Evaluate:
        dividend, divisor = self.dividend.compiled(), self.divisor.compiled()
        if self.opening == "⌊":
            return lambda numbers: dividend(numbers) // divisor(numbers)
        return lambda numbers: -(-dividend(numbers) // divisor(numbers))

    def reduced(self, case: Case) -> Node:
        dividend, divisor = self.dividend.reduced(case), self.divisor.reduced(case)
        if divisor == _Number(1) and not isinstance(dividend, _Number):
            return dividend
        return _Rounded(self.opening, dividend, divisor)

    def shown(self, nested: bool) -> str:
        quotient = f"{_bracketed(self.dividend, nested)}/{_bracketed(self.divisor, nested, divisor=True)}"
        return f"{self.opening}{quotient}{self.BRACKETS[self.opening]}"

    def names(self) -> Iterator[str]:
        yield from self.dividend.names()
        yield from self.divisor.names()


def added(nodes: Iterable[Node]) -> Node:
    """The sum of several parts, as one."""
    return _Sum.of([("+", node) for node in nodes if node != _Number(0)])


def parse(text: str) -> Node:
    """Read a formula; raises `SyntaxError` for a text that is none, which is a bug of ours."""
    return _Parser(text).parse()


class _Parser:
    """A recursive descent over the grammar above."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = re.findall(r"\d+|\w+|\S", text)

    def parse(self) -> Node:
        node = self.sum()
        if self.tokens:
            raise SyntaxError(f"{self.tokens[0]!r} is not expected in the formula {self.text!r}")
        return node

    def take(self, *expected: str) -> str | None:
        return self.tokens.pop(0) if self.tokens and self.tokens[0] in expected else None

    def require(self, expected: str) -> None:
        if not self.take(expected):
            raise SyntaxError(f"{expected!r} is missing in the formula {self.text!r}")

    def sum(self) -> Node:
        addends = [("+", self.product())]
        while sign := self.take("+", "−"):
            addends.append((sign, self.product()))
        return _Sum.of(addends)

    def product(self) -> Node:
        factors = [("×", self.atom())]
        while sign := self.take("×", "/"):
            factors.append((sign, self.atom()))
        return _Product.of(factors)

    def atom(self) -> Node:
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

    def rounded(self, opening: str) -> Node:
        quotient = self.sum()
        self.require(_Rounded.BRACKETS[opening])
        match quotient:
            case _Product(factors=(*dividend, ("/", divisor))):
                return _Rounded(opening, _Product.of(dividend), divisor)
        raise SyntaxError(f"only a quotient is rounded, unlike in the formula {self.text!r}")
