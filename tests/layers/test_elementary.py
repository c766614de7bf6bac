"""What activation functions compute, at points worked out by hand, far out, and in exact numbers."""

from fractions import Fraction
from math import e, exp, inf, isnan, log, nan, pi, sqrt
from operator import mul
from typing import Any

import pytest

from lenetcalc.errors import LayerError
from lenetcalc.layers import elementary
from lenetcalc.layers.elementary import Across
from lenetcalc.layers.functions import FUNCTIONS, read_activation
from lenetcalc.scalars import Floats, Fractions, Integers, Numbers
from lenetcalc.tensors import Tensor

BEYOND = 1e6
"""So far out that exp is infinite, or nothing."""

LN2 = 0.6931471805599453

# x and the value there, by hand from the definition; digits from tables of exp, tanh and erf.
POINTS: dict[str, dict[float, float]] = {
    "linear": {0: 0, 2.5: 2.5, -2.5: -2.5, BEYOND: BEYOND, -BEYOND: -BEYOND, -inf: -inf},
    "relu": {0: 0, 2.5: 2.5, -2.5: 0, BEYOND: BEYOND, -BEYOND: 0, inf: inf, -inf: 0},
    "relu6": {0: 0, 2.5: 2.5, 6: 6, 7: 6, -2.5: 0, BEYOND: 6, -BEYOND: 0, inf: 6},
    "leaky-relu": {0: 0, 2.5: 2.5, -2.5: -0.025, BEYOND: BEYOND, -BEYOND: -1e4, -inf: -inf},
    "elu": {0: 0, 2.5: 2.5, -LN2: -0.5, -1: 1 / e - 1, BEYOND: BEYOND, -BEYOND: -1, -inf: -1},
    "selu": {
        0: 0,
        2: 2.101401974710961,  # 1.0507009873554805 × 2
        -LN2: -0.8790496704236883,  # 1.0507009873554805 × 1.6732632423543772 / 2
        BEYOND: 1050700.9873554805,
        -BEYOND: -1.7580993408473766,
    },
    "sigmoid": {0: 0.5, log(3): 0.75, -log(3): 0.25, BEYOND: 1, -BEYOND: 0, inf: 1, -inf: 0},
    "hard-sigmoid": {0: 0.5, 1.5: 0.75, -1.5: 0.25, 3: 1, -3: 0, BEYOND: 1, -BEYOND: 0},
    "tanh": {0: 0, 1: 0.7615941559557649, log(3): 0.8, BEYOND: 1, -BEYOND: -1},
    "hard-tanh": {0: 0, 0.25: 0.25, 1: 1, 1.5: 1, -1.5: -1, BEYOND: 1, -BEYOND: -1},
    "scaled-tanh": {
        0: 0,
        1: 1,  # LeCun et al. 1998, appendix A: f(1) = 1 and f(−1) = −1, as near as its constants are printed
        -1: -1,
        1.5 * log(3): 1.37272,  # 1.7159 × 0.8
        BEYOND: 1.7159,
        -BEYOND: -1.7159,
    },
    "softplus": {0: LN2, log(3): 2 * LN2, 30: 30.000000000000094, BEYOND: BEYOND, -BEYOND: 0, inf: inf},
    "softsign": {0: 0, 3: 0.75, -3: -0.75, 1e300: 1, -1e300: -1},
    "gelu": {0: 0, 1: 0.8413447460685429, -1: -0.15865525393145707, BEYOND: BEYOND, -BEYOND: 0},
    "silu": {0: 0, log(3): 0.75 * log(3), -log(3): -0.25 * log(3), BEYOND: BEYOND, -BEYOND: 0},
    "hard-swish": {0: 0, 1.5: 1.125, -1.5: -0.375, 3: 3, -3: 0, BEYOND: BEYOND, -BEYOND: 0},
    # tanh(ln t) = (t² − 1)/(t² + 1) with t = 1 + exp(x)
    "mish": {0: 0, log(2): 0.8 * log(2), -log(2): -5 / 13 * log(2), BEYOND: BEYOND, -BEYOND: 0},
}

ACROSS: dict[str, tuple[Across, list[tuple[list[float], list[float]]]]] = {
    "softmax": (
        elementary.softmax,
        [
            ([0, log(3)], [0.25, 0.75]),
            ([7], [1]),
            ([5, 5, 5, 5], [0.25, 0.25, 0.25, 0.25]),
            ([BEYOND, BEYOND - log(3)], [0.75, 0.25]),
            ([-BEYOND, -BEYOND + log(3)], [0.25, 0.75]),
            ([BEYOND, -BEYOND], [1, 0]),
            ([-inf, 0], [0, 1]),
        ],
    ),
    "log-softmax": (
        elementary.log_softmax,
        [
            ([0, log(3)], [-2 * LN2, log(0.75)]),
            ([7], [0]),
            ([5, 5, 5, 5], [-2 * LN2] * 4),
            ([BEYOND, BEYOND - log(3)], [log(0.75), -2 * LN2]),
            ([BEYOND, -BEYOND], [0, -2 * BEYOND]),
            ([-inf, 0], [-inf, 0]),
        ],
    ),
}


def computed(activation: object, values: list[Any], numbers: Numbers | None = None) -> list[Any]:
    """The function of a row of channels."""
    tensor = Tensor((len(values),), values)
    return [*read_activation(activation).applied(tensor, [], numbers or Floats()).values]


def test_the_tables_have_every_function() -> None:
    """PReLU is a leaky ReLU whose slope a layer keeps."""
    assert POINTS.keys() | ACROSS.keys() | {"prelu"} == FUNCTIONS.keys()


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        pytest.param(name, x, y, id=f"{name}({x:.4g})")
        for name, points in POINTS.items()
        for x, y in points.items()
    ],
)
def test_a_function_of_one_unit(name: str, x: float, expected: float) -> None:
    (value,) = computed(name, [float(x)])
    assert value == pytest.approx(expected, rel=1e-5 if name == "scaled-tanh" else 1e-12, abs=1e-15)


@pytest.mark.parametrize("name", POINTS)
def test_nan_stays_nan(name: str) -> None:
    assert isnan(computed(name, [nan])[0])


@pytest.mark.parametrize(
    ("compute", "column", "expected"),
    [
        pytest.param(compute, column, expected, id=f"{name}{column}")
        for name, (compute, columns) in ACROSS.items()
        for column, expected in columns
    ],
)
def test_a_function_across_channels(compute: Across, column: list[float], expected: list[float]) -> None:
    assert compute([*map(float, column)], Floats()) == pytest.approx(expected, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize("name", ACROSS)
@pytest.mark.parametrize("column", [[nan, 1.0], [1.0, nan]], ids=["first", "last"])
def test_nan_spreads_across_channels(name: str, column: list[float]) -> None:
    assert [*map(isnan, computed(name, column))] == [True, True]


@pytest.mark.parametrize("name", ACROSS)
def test_softmax_is_taken_at_each_position_by_itself(name: str) -> None:
    """Two channels at three positions, of which the differences are 0, ln 3 and −ln 3."""
    tensor = Tensor((2, 3), [1.0, 0.0, log(3), 1.0, log(3), 0.0])
    values = [*read_activation(name).applied(tensor, [], Floats()).values]
    shares = [0.5, 0.25, 0.75, 0.5, 0.75, 0.25]
    assert values == pytest.approx(shares if name == "softmax" else [*map(log, shares)], rel=1e-12)


@pytest.mark.parametrize(
    ("activation", "x", "expected"),
    [
        ({"function": "leaky-relu", "slope": 0.5}, -3.0, -1.5),
        ({"function": "leaky-relu", "slope": 0.5}, 3.0, 3.0),
        ({"function": "elu", "alpha": 3.0}, -LN2, -1.5),
        ({"function": "scaled-tanh", "amplitude": 5.0, "slope": log(3)}, 1.0, 4.0),
    ],
    ids=["slope", "slope above 0", "alpha", "amplitude and slope"],
)
def test_arguments_change_the_function(activation: object, x: float, expected: float) -> None:
    assert computed(activation, [x]) == [pytest.approx(expected, rel=1e-12)]


@pytest.mark.parametrize(
    ("slopes", "trained", "expected"),
    [
        pytest.param("channel", [2, 3], [-2, 1, -2, -3, -6, 1], id="one for each channel"),
        pytest.param("unit", [[2, 3, 4], [5, 6, 7]], [-2, 1, -4, -5, -12, 1], id="one for each unit"),
        pytest.param("layer", [7], [-7, 1, -7, -7, -14, 1], id="one for the layer"),
    ],
)
def test_prelu_takes_the_slopes_that_were_trained(
    slopes: str, trained: list[Any], expected: list[int]
) -> None:
    activation = read_activation({"function": "prelu", "slopes": slopes})
    tensor = Tensor((2, 3), [-1, 1, -1, -1, -2, 1])
    assert [*activation.applied(tensor, trained, Integers()).values] == expected


HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("linear", -HALF, -HALF),
        *(("relu", HALF, HALF), ("relu", -HALF, Fraction(0))),
        *(("relu6", HALF, HALF), ("relu6", Fraction(13, 2), Fraction(6))),
        *(("hard-sigmoid", Fraction(1), Fraction(2, 3)), ("hard-sigmoid", Fraction(-7, 2), Fraction(0))),
        *(("hard-tanh", HALF, HALF), ("hard-tanh", Fraction(-3, 2), Fraction(-1))),
        *(("softsign", Fraction(1, 3), Fraction(1, 4)), ("softsign", Fraction(-2), Fraction(-2, 3))),
        *(("hard-swish", Fraction(1), Fraction(2, 3)), ("hard-swish", Fraction(4), Fraction(4))),
    ],
)
def test_functions_without_roots_and_exponentials_are_exact(
    name: str, x: Fraction, expected: Fraction
) -> None:
    assert computed(name, [x], Fractions()) == [expected]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        *(("sigmoid", "the exponential function"), ("silu", "the exponential function")),
        *(("softplus", "the exponential function"), ("mish", "the exponential function")),
        *(("elu", "the exponential function"), ("selu", "the exponential function")),
        *(("softmax", "the exponential function"), ("log-softmax", "the exponential function")),
        *(("tanh", "tanh"), ("scaled-tanh", "tanh"), ("gelu", "the error function")),
    ],
)
def test_the_others_have_no_exact_value(name: str, what: str) -> None:
    with pytest.raises(LayerError, match=f"^{what} has no exact value as a fraction$"):
        computed(name, [-HALF], Fractions())


def test_selu_keeps_mean_0_and_variance_1() -> None:
    """Klambauer et al. 2017: of units that are normally distributed so is the output, as far as these two."""
    step = 1 / 500
    grid = [index * step for index in range(-6_000, 6_001)]
    weights = [step * exp(-x * x / 2) / sqrt(2 * pi) for x in grid]
    values = computed("selu", grid)
    assert sum(map(mul, weights, values)) == pytest.approx(0, abs=1e-6)
    assert sum(
        weight * value * value for weight, value in zip(weights, values, strict=True)
    ) == pytest.approx(1, abs=1e-6)
