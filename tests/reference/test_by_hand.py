"""Forward passes worked out by hand: what ONNX does not have, or its evaluator gets wrong, and fractions."""

from fractions import Fraction
from math import log
from typing import Any

import numpy as np
import pytest

from lenetcalc import resolve
from lenetcalc.entries import read_layer
from lenetcalc.reference.arrays import Array
from lenetcalc.reference.given import Given
from lenetcalc.reference.run import compute, run
from lenetcalc.scalars import Floats, Fractions, Numbers
from lenetcalc.spec import loads
from lenetcalc.tensors import Tensor


def array(nested: Any, numbers: Numbers) -> Array:
    """Nested lists, of numbers or fractions as texts, as an array."""
    values = np.array(nested, dtype=object)
    return Array(values.shape, [numbers.number(Fraction(value)) for value in values.ravel()])


def forward(fields: dict[str, Any], x: Any, weights: dict[str, Any], numbers: Numbers) -> Tensor:
    """The output of a layer."""
    read = array(x, numbers)
    given = Given({f"layer.{name}": array(nested, numbers) for name, nested in weights.items()})
    return compute(read_layer(fields), "layer", [Tensor(read.shape, read.values)], given, numbers)


POOL = {"kind": "average-pool", "ceil_mode": True}

exactly = pytest.mark.parametrize(
    ("fields", "x", "weights", "y"),
    [
        pytest.param(
            {"kind": "subsample", "kernel": 2},
            [
                [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15], [16, 17, 18, 19, 20]],
                [[20, 19, 18, 17, 16], [15, 14, 13, 12, 11], [10, 9, 8, 7, 6], [5, 4, 3, 2, 1]],
            ],
            {"weight": ["1/4", "-1/2"], "bias": [-1, "1/3"]},
            # sums 1+2+6+7 = 16, 24, 56, 64 and 68, 60, 28, 20; the last column is not read
            [[[3, 5], [13, 15]], [["-101/3", "-89/3"], ["-41/3", "-29/3"]]],
            id="sub-sampling has a coefficient and a bias for each map",
        ),
        pytest.param(
            {"kind": "subsample", "kernel": 2, "padding": [[1, 0]], "bias": False},
            [[1, 2, 3]],
            {"weight": [3]},
            [[3, 15]],  # 3×(0 + 1), 3×(2 + 3)
            id="sub-sampling with padding and without bias",
        ),
        pytest.param(
            {"kind": "rbf", "units": 3},
            [1, -2, "1/2"],
            {"weight": [[1, 1, 1], [-1, -1, 1], [1, -2, "1/2"]]},
            ["37/4", "21/4", 0],  # 0 + 9 + 1/4, 4 + 1 + 1/4, and none from itself
            id="RBF: the squared distance to each code",
        ),
        pytest.param(
            {"kind": "rbf", "units": 2},
            [[["1/2"]], [[-1]], [["1/3"]]],
            {"weight": [[1, -1, 1], [-1, 1, -1]]},
            ["25/36", "289/36"],  # 1/4 + 0 + 4/9, 9/4 + 4 + 16/9
            id="RBF: codes of ±1, as LeNet-5 has, on maps of one unit",
        ),
        pytest.param(
            {**POOL, "kernel": 3, "stride": 3},
            [[1, 2, 3, 4]],
            {},
            [[2, 4]],  # (1 + 2 + 3)/3, 4/1
            id="averages: a last window that hangs over by two",
        ),
        pytest.param(
            {**POOL, "kernel": 4, "stride": 3, "padding": 1},
            [[1, 2, 3, 4, 5, 6]],
            {},
            [[2, "9/2", 6]],  # (1 + 2 + 3)/3, (3 + 4 + 5 + 6)/4, 6/1
            id="averages: padding and what hangs over are not counted",
        ),
        pytest.param(
            {**POOL, "kernel": 4, "stride": 3, "padding": 1, "count_padding": True},
            [[1, 2, 3, 4, 5, 6]],
            {},
            [["3/2", "9/2", 3]],  # (0 + 1 + 2 + 3)/4, 18/4, (6 + 0)/2: two taps are behind the padding
            id="averages: padding is counted, and what hangs over is not",
        ),
        pytest.param(
            {"kind": "max-pool", "kernel": 2, "stride": 4, "padding": "same"},
            [[1, 2, 3, 4, 5, 6, 7]],
            {},
            [[2, 6]],  # ⌈7/4⌉ stops, at 0 and 4: 4 + 2 − 7 < 0 zeros are missing
            id="same with a stride beyond the window: largest",
        ),
        pytest.param(
            {"kind": "average-pool", "kernel": 2, "stride": 4, "padding": "same-lower"},
            [[1, 2, 3, 4, 5, 6, 7]],
            {},
            [["3/2", "11/2"]],
            id="same with a stride beyond the window: averages",
        ),
        pytest.param(
            {"kind": "transposed-conv", "filters": 1, "kernel": 1, "stride": 3, "padding": "same"},
            [[1, 5]],
            {"weight": [[[2]]], "bias": [1]},
            [[3, 1, 1, 11, 1, 1]],  # 2×3 positions; no tap but a bias between the inputs
            id="same with a stride beyond the kernel: transposed",
        ),
        pytest.param(
            {"kind": "transposed-conv", "filters": 1, "kernel": 2, "dilation": 3, "output_padding": 2},
            [[1, 2]],
            {"weight": [[[1, 10]]], "bias": [0]},
            [[1, 2, 0, 10, 20, 0, 0]],  # the inputs lie at 0 and 1, ten times as much 3 further on
            id="transposed: output padding of more than the stride",
        ),
        pytest.param(
            {"kind": "adaptive-average-pool", "size": 3},
            [[1, 2, 3, 4, 5, 6, 7]],
            {},
            [[2, 4, 6]],  # from 0, ⌊7/3⌋ = 2 and ⌊14/3⌋ = 4 up to ⌈7/3⌉ = 3, ⌈14/3⌉ = 5 and 7
            id="adaptive: a size that does not divide the map",
        ),
        pytest.param(
            {"kind": "adaptive-average-pool", "size": 3},
            [[4, 8]],
            {},
            [[4, 6, 8]],  # from 0, 0 and 1 up to 1, 2 and 2
            id="adaptive: a size beyond the map",
        ),
        pytest.param(
            {"kind": "adaptive-max-pool", "size": [2, 3]},
            [[[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12, 13, 14, 15]]],
            {},
            [[[7, 9, 10], [12, 14, 15]]],  # the last of rows 0–1 and 1–2, of columns 0–1, 1–3 and 3–4
            id="adaptive: the largest, along two axes",
        ),
    ],
)


@exactly
def test_a_layer_computes_what_is_worked_out_by_hand(
    fields: dict[str, Any], x: Any, weights: dict[str, Any], y: Any
) -> None:
    made, expected = forward(fields, x, weights, Fractions()), array(y, Fractions())
    assert (made.shape, [*made.values]) == (expected.shape, [*expected.values])


@exactly
def test_floats_compute_it_nearly(fields: dict[str, Any], x: Any, weights: dict[str, Any], y: Any) -> None:
    made, expected = forward(fields, x, weights, Floats()), array(y, Floats())
    assert made.shape == expected.shape
    assert made.values == pytest.approx(expected.values, rel=1e-12)


@pytest.mark.parametrize(
    ("fields", "x", "y"),
    [
        pytest.param(
            {"kind": "activation", "function": "scaled-tanh"},
            [0, 1, -1, 100],
            # tanh(2/3) = (e^(4/3) − 1)/(e^(4/3) + 1) = 2.793667894683/4.793667894683 = 0.582782945348
            [0, 0.999997255922, -0.999997255922, 1.7159],
            id="LeNet-5's: 1.7159·tanh(2/3·x), which is nearly ±1 at ±1",
        ),
        pytest.param(
            {
                "kind": "activation",
                "function": {"function": "scaled-tanh", "amplitude": 5.0, "slope": log(2)},
            },
            [1, 2, -3],
            # tanh(n·ln 2) = (4^n − 1)/(4^n + 1) is 3/5, 15/17 and 63/65
            [3, 75 / 17, -63 / 13],
            id="5·tanh(ln 2·x)",
        ),
        pytest.param(
            {"kind": "local-response-norm", "size": 2, "k": 1.0, "alpha": 1.0, "beta": 1.0},
            [[1], [2], [3]],
            [[1 / 2], [1 / 3], [3 / 14]],  # 1/(1 + 1), 2/(1 + 1 + 4), 3/(1 + 4 + 9)
            id="LRN of even size: one channel more before the unit's own",
        ),
        pytest.param(
            {"kind": "local-response-norm", "size": 4, "k": 2.0, "alpha": 0.5, "beta": 0.5},
            [[2], [2], [4], [6]],
            # squares 4, 4, 16, 36; two channels before, one behind: sums 8, 24, 60 and 56; √6, √14, √32, √30
            [[2 / 6**0.5], [2 / 14**0.5], [4 / 32**0.5], [6 / 30**0.5]],
            id="LRN of size 4: two channels before, one behind",
        ),
    ],
)
def test_irrational_values_are_worked_out_by_hand(fields: dict[str, Any], x: Any, y: Any) -> None:
    made, expected = forward(fields, x, {}, Floats()), array(y, Floats())
    assert made.shape == expected.shape
    assert made.values == pytest.approx(expected.values, rel=1e-11)


LINEAR = """
lenetcalc: 1
input: 1x3x4
layers:
  - {name: C, kind: conv, filters: 1, kernel: 2}
  - {name: S, kind: average-pool, kernel: [2, 1]}
  - {name: D, kind: dense, units: 2}
"""
WEIGHTS = {
    "C.weight": [[[["1/2", "1/3"], ["1/5", 1]]]],
    "C.bias": ["1/7"],
    "D.weight": [["1/2", "-1/3", "1/4"], [-1, 1, "2/7"]],
    "D.bias": ["1/9", "-2/3"],
}
INPUT = [[[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]]]


def last_output(numbers: Numbers) -> list[Any]:
    """What the linear network makes of its input."""
    given = Given({name: array(nested, numbers) for name, nested in WEIGHTS.items()})
    x = array(INPUT, numbers)
    *_, (_, tensor) = run(resolve(loads(LINEAR)), {"input": Tensor(x.shape, x.values)}, given, numbers)
    return [*tensor.values]


def test_a_linear_network_is_exact_in_fractions() -> None:
    # A stop at v reads v, v+1, v+4, v+5: v×(1/2 + 1/3 + 1/5 + 1) + 1/3 + 4/5 + 5 + 1/7 = v×61/30 + 659/105.
    # Averages of two rows, of v = 1, 2, 3 and 5, 6, 7, are those at v = 3, 4, 5: 2599, 3026, 3453, all /210.
    # D: 2599/420 − 3026/630 + 3453/840 + 1/9 = (15594 − 12104 + 10359 + 280)/2520 = 14129/2520,
    # and −2599/210 + 3026/210 + 2/7×3453/210 − 2/3 = (2989 + 6906 − 980)/1470 = 8915/1470 = 1783/294.
    assert last_output(Fractions()) == [Fraction(14129, 2520), Fraction(1783, 294)]


def test_a_linear_network_in_floats_is_near_what_it_is_in_fractions() -> None:
    exact = [float(value) for value in last_output(Fractions())]
    assert last_output(Floats()) == pytest.approx(exact, rel=0, abs=1e-12)
