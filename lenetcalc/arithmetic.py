"""Integer arithmetic in the fields of a block, as in ``4*channels``: its names are the block's parameters."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lenetcalc.notation import Node, parse

LONGEST = 100
"""Characters that an expression may have."""

LARGEST = 10**18 - 1
"""The largest whole number that an expression may come to, as that of a spec."""


class CalculationError(ArithmeticError):
    """Arithmetic that does not come out: what went wrong, what must hold, and in which field."""

    def __init__(self, fault: str, *, rule: str, field: str | None = None) -> None:
        super().__init__(fault)
        self.fault = fault
        self.rule = rule
        self.field = field


_ALLOWED = re.compile(r"[A-Za-z0-9_+*/() -]+", re.ASCII)


@dataclass(frozen=True)
class Expression:
    """Sums, differences, products and exact quotients of whole numbers and parameters.

    >>> read_expression("4*channels/groups").value({"channels": 64, "groups": 2})
    128
    """

    text: str
    node: Node = field(repr=False, compare=False)

    @property
    def names(self) -> frozenset[str]:
        """The parameters that it reads."""
        return frozenset(self.node.names())

    def value(self, numbers: Mapping[str, int]) -> int:
        """What it comes to; raises `CalculationError` for a quotient not whole, or a number too large."""
        try:
            value = self.node.compiled()(numbers)
        except ZeroDivisionError:
            raise CalculationError(f"{self.text} divides by 0", rule="a divisor is not 0") from None
        except ArithmeticError as error:
            raise CalculationError(str(error), rule="a quotient must be whole") from None
        if abs(value) > LARGEST:
            raise CalculationError(f"{self.text} is too large", rule="a number has at most 18 digits")
        return value


def read_expression(text: str) -> Expression:
    """An expression from its text; raises `ValueError` where it is none."""
    if len(text) > LONGEST or not _ALLOWED.fullmatch(text):
        raise ValueError(f"{text!r} is no expression")
    try:
        return Expression(text, parse(text.replace("*", "×").replace("-", "−")))
    except SyntaxError:
        raise ValueError(f"{text!r} is no expression") from None
