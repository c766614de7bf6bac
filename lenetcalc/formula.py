"""Formulas as an article prints them: one text gives the value, the substitution and the docs."""

from collections import Counter
from dataclasses import dataclass

from lenetcalc.notation import Case, Node, Symbols, added, parse


class Formula:
    """A formula in the words of the field, compiled once.

    >>> parameters = Formula("(kernel × in_channels/groups + bias) × filters")
    >>> print(parameters.work({"kernel": (5, 5), "in_channels": 1, "groups": 1, "bias": 1, "filters": 6}))
    (5×5×1 + 1)×6 = 156
    """

    __slots__ = ("_evaluate", "_node", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._node = parse(text)
        self._evaluate = self._node.compiled()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __reduce__(self) -> tuple[type["Formula"], tuple[str]]:
        return (Formula, (self.text,))

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    def __str__(self) -> str:
        return self.text

    @property
    def symbols(self) -> tuple[str, ...]:
        """The symbols that the formula uses, each once, in the order in which they stand."""
        return tuple(dict.fromkeys(self._node.names()))

    @property
    def names(self) -> frozenset[str]:
        """The symbols that the formula uses."""
        return frozenset(self._node.names())

    def reduced(self, case: Case) -> Node:
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

    @property
    def several(self) -> bool:
        """Whether a formula is summed over several cases, which its general form says by ``Σ``."""
        return any(count > 1 for count in Counter(formula for formula, _ in self.terms).values())

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
        substituted, value = self.substituted, f"{self.value:,}".replace("-", "−")
        return value if substituted in (value, str(self.value)) else f"{substituted} = {value}"

    def reduced(self) -> Node:
        """The sum of the terms with their numbers put in."""
        return added(formula.reduced(case) for formula, case in self.terms)

    @property
    def general(self) -> str:
        """The formula in symbols; ``Σ`` where it is summed over several groups of maps."""
        times = Counter(formula for formula, _ in self.terms)
        return " + ".join(f"Σ {formula}" if count > 1 else str(formula) for formula, count in times.items())

    @property
    def substituted(self) -> str:
        """The formula with the numbers put in: ``(5×5×1 + 1)×6``."""
        return self.reduced().shown(nested=False)
