"""Every activation function, against ONNX's reference evaluator."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pytest

from lenetcalc.layers.functions import FUNCTIONS
from lenetcalc.shapes import Shape
from tests.reference.onnx_drawn import layers, shapes
from tests.reference.onnx_models import Block, agree, operator, run

Judge: TypeAlias = Callable[[Block, Block | None], Block]
"""What ONNX makes of an input, and of trained slopes where there are any."""


def by(name: str, **attributes: Any) -> Judge:
    """One operator of ONNX."""
    return lambda x, slopes: operator(name, x, **attributes)


def clipped(low: float, high: float) -> Judge:
    """ONNX's Clip."""
    return lambda x, slopes: operator("Clip", x, np.array(low), np.array(high))


def prelu(x: Block, slopes: Block | None) -> Block:
    """ONNX's PRelu, of which the slopes have as many axes as the input, or one value."""
    assert slopes is not None
    if slopes.size > 1:
        slopes = slopes.reshape(*slopes.shape, *[1] * (x.ndim - 1 - slopes.ndim))
    return operator("PRelu", x, slopes)


def silu(x: Block, slopes: Block | None) -> Block:
    """x times its sigmoid; ONNX has Swish from opset 24 on."""
    return operator("Mul", x, operator("Sigmoid", x))


def scaled_tanh(x: Block, slopes: Block | None) -> Block:
    """LeNet-5's squashing function."""
    inner = operator("Tanh", operator("Mul", x, np.array(2 / 3)))
    return operator("Mul", inner, np.array(1.7159))


JUDGED: list[tuple[str, dict[str, Any], Judge]] = [
    ("linear", {}, by("Identity")),
    ("relu", {}, by("Relu")),
    ("relu6", {}, clipped(0, 6)),
    ("leaky-relu", {}, by("LeakyRelu", alpha=0.01)),
    ("leaky-relu", {"slope": 0.25}, by("LeakyRelu", alpha=0.25)),
    ("prelu", {}, prelu),
    ("prelu", {"slopes": "unit"}, prelu),
    ("prelu", {"slopes": "layer"}, prelu),
    ("elu", {}, by("Elu")),
    ("elu", {"alpha": 0.5}, by("Elu", alpha=0.5)),
    ("selu", {}, by("Selu")),
    ("sigmoid", {}, by("Sigmoid")),
    ("hard-sigmoid", {}, by("HardSigmoid", alpha=1 / 6, beta=0.5)),
    ("tanh", {}, by("Tanh")),
    ("hard-tanh", {}, clipped(-1, 1)),
    ("scaled-tanh", {}, scaled_tanh),
    ("softplus", {}, by("Softplus")),
    ("softsign", {}, by("Softsign")),
    ("gelu", {}, by("Gelu", approximate="none")),
    ("silu", {}, silu),
    ("hard-swish", {}, by("HardSwish")),
    ("mish", {}, by("Mish")),
    ("softmax", {}, by("Softmax", axis=1)),
    ("log-softmax", {}, by("LogSoftmax", axis=1)),
]
judged = pytest.mark.parametrize(
    ("name", "arguments", "judge"),
    [pytest.param(*row, id=" ".join([row[0], *map(str, row[1].values())])) for row in JUDGED],
)


def test_every_function_is_judged() -> None:
    assert {name for name, _, _ in JUDGED} == {*FUNCTIONS}


@judged
@layers(shape=shapes(), examples=30)
def test_a_function_is_that_of_onnx(
    name: str, arguments: dict[str, Any], judge: Judge, shape: Shape, seed: int
) -> None:
    layer = {"kind": "activation", "function": {"function": name, **arguments}}
    ran = run(layer, shape, seed=seed, spread=8)
    agree(ran, judge(ran.input, ran.weights.get("weight")))


@judged
@layers(shape=shapes(2), examples=10)
def test_a_function_is_applied_to_what_a_layer_makes(
    name: str, arguments: dict[str, Any], judge: Judge, shape: Shape, seed: int
) -> None:
    layer = {"kind": "conv", "filters": 3, "kernel": 1, "activation": {"function": name, **arguments}}
    ran = run(layer, shape, seed=seed, spread=8)
    made = operator("Conv", ran.input, ran.weights["weight"], ran.weights["bias"])
    agree(ran, judge(made, ran.weights.get("activation.weight")))


def test_softplus_is_that_of_onnx_where_the_exponential_is_beyond_all_floats() -> None:
    layer = {"kind": "activation", "function": "softplus"}
    ran = run(layer, (3,), seed=1, spread=4000)
    agree(ran, operator("Softplus", ran.input))
