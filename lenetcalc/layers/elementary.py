"""What activation functions compute, as they are defined, for the reference forward pass.

A choice between two branches is written so that a number which counts, and answers every comparison with no,
takes the longer one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from lenetcalc.scalars import Numbers
from lenetcalc.tensors import Scalar

Arguments: TypeAlias = Mapping[str, Scalar]
"""The arguments of a function, as scalars."""

Compute: TypeAlias = Callable[[Scalar, Numbers, Arguments], Scalar]
"""A function of one unit."""

Across: TypeAlias = Callable[[Sequence[Scalar], Numbers], list[Scalar]]
"""A function of all channels at one position."""


def linear(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """Nothing is done to x."""
    return x


def relu(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """The larger of 0 and x."""
    return numbers.largest([x, numbers.zero])


def relu6(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """Between 0 and 6."""
    return numbers.smallest([numbers.largest([x, numbers.zero]), numbers.number(6)])


def leaky_relu(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """Below 0 the slope times x."""
    return x if x > numbers.zero else arguments["slope"] * x


def _exponential_below(x: Scalar, numbers: Numbers) -> Scalar:
    return numbers.exp(x) - numbers.one


def elu(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """Below 0 alpha·(exp(x) − 1)."""
    return x if x > numbers.zero else arguments["alpha"] * _exponential_below(x, numbers)


def selu(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """ELU and a scale, of which both constants keep mean and variance (Klambauer et al. 2017)."""
    scale, alpha = numbers.number(1.0507009873554805), numbers.number(1.6732632423543772)
    return scale * x if x > numbers.zero else scale * (alpha * _exponential_below(x, numbers))


def sigmoid(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """1/(1 + exp(−x))."""
    return numbers.divide(numbers.one, numbers.one + numbers.exp(-x))


def hard_sigmoid(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """x/6 + 1/2, between 0 and 1."""
    line = numbers.divide(x, numbers.number(6)) + numbers.number(0.5)
    return numbers.smallest([numbers.largest([line, numbers.zero]), numbers.one])


def tanh(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """The hyperbolic tangent."""
    return numbers.tanh(x)


def hard_tanh(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """Between −1 and 1."""
    return numbers.smallest([numbers.largest([x, -numbers.one]), numbers.one])


def scaled_tanh(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """The amplitude times tanh of the slope times x."""
    return arguments["amplitude"] * numbers.tanh(arguments["slope"] * x)


def softplus(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """ln(1 + exp(x))."""
    return numbers.softplus(x)


def softsign(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """x/(1 + |x|)."""
    return numbers.divide(x, numbers.one + numbers.absolute(x))


def gelu(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """x/2·(1 + erf(x/√2))."""
    spread = numbers.erf(numbers.divide(x, numbers.number(2**0.5)))
    return numbers.divide(x, numbers.number(2)) * (numbers.one + spread)


def silu(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """x/(1 + exp(−x))."""
    return numbers.divide(x, numbers.one + numbers.exp(-x))


def hard_swish(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """The hard sigmoid times x."""
    return x * hard_sigmoid(x, numbers, arguments)


def mish(x: Scalar, numbers: Numbers, arguments: Arguments) -> Scalar:
    """The tanh of softplus times x."""
    return x * numbers.tanh(softplus(x, numbers, arguments))


def softmax(column: Sequence[Scalar], numbers: Numbers) -> list[Scalar]:
    """exp(x) / Σ exp(x)."""
    powers = [numbers.exp(x) for x in numbers.shifted(column)]
    total = numbers.total(powers)
    return [numbers.divide(power, total) for power in powers]


def log_softmax(column: Sequence[Scalar], numbers: Numbers) -> list[Scalar]:
    """x − ln Σ exp(x)."""
    shifted = numbers.shifted(column)
    logarithm = numbers.log(numbers.total([numbers.exp(x) for x in shifted]))
    return [x - logarithm for x in shifted]
