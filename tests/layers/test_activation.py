"""Activation as a layer of its own."""

from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from lenetcalc.entries import read_layer
from lenetcalc.layers import SPELLINGS as KIND_SPELLINGS
from lenetcalc.layers.functions import FUNCTIONS, SPELLINGS
from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made, shown


@pytest.mark.parametrize(
    "shape", [(84,), (3, 5), (6, 24, 25), (2, 3, 4, 5)], ids=["row", "1-D", "2-D", "3-D"]
)
def test_the_shape_stays(shape: Shape) -> None:
    assert made("relu", shape) == shape


@pytest.mark.parametrize(
    ("fields", "shape", "expected"),
    [
        pytest.param("relu", (6, 24, 25), {"activation: comparisons": "6×24×25 = 3,600"}, id="relu"),
        pytest.param({"kind": "activation", "function": "linear"}, (6, 24, 25), {}, id="linear"),
        pytest.param(
            {"kind": "prelu"},
            (6, 24, 25),
            {
                "parameters": "6",
                "activation: comparisons": "6×24×25 = 3,600",
                "activation: multiplications": "6×24×25 = 3,600",
            },
            id="trained slopes",
        ),
        pytest.param(
            {"kind": "relu", "activation": {"function": "prelu", "slopes": "layer"}},
            (84,),
            {
                "parameters": "1",
                "activation: comparisons": "84 + 84 = 168",
                "activation: multiplications": "84",
            },
            id="one function after another",
        ),
        pytest.param(
            {"kind": "PReLU", "activation": "prelu"},
            (3, 5),
            {
                "parameters": "3 + 3 = 6",
                "activation: comparisons": "3×5 + 3×5 = 30",
                "activation: multiplications": "3×5 + 3×5 = 30",
            },
            id="both with parameters",
        ),
    ],
)
def test_the_function_is_counted_and_nothing_else(
    fields: dict[str, Any] | str, shape: Shape, expected: dict[str, str]
) -> None:
    assert shown(counted(fields, shape)) == expected


@pytest.mark.parametrize("word", sorted(SPELLINGS.keys() - {"linear"}))
def test_a_layer_may_be_named_by_its_function(word: str) -> None:
    assert read_layer(word).label == SPELLINGS[word]


def test_a_linear_layer_is_dense() -> None:
    assert KIND_SPELLINGS["linear"] == KIND_SPELLINGS["dense"]


@pytest.mark.parametrize("kind", ["activation", "Activation"])
def test_the_function_may_have_arguments(kind: str) -> None:
    layer = read_layer({"kind": kind, "function": {"function": "prelu", "slopes": "unit"}})
    assert layer.count(((3, 5),), layer.output((3, 5))).parameters.value == 15


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, [("function", "Field required")], id="no function"),
        pytest.param(
            {"function": "rely"}, [("function", f"the functions are {', '.join(FUNCTIONS)}")], id="unknown"
        ),
        pytest.param(
            {"function": "relu", "slope": 0.1},
            [("slope", "Extra inputs are not permitted")],
            id="an argument beside the function",
        ),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert faults({"kind": "activation", **fields}) == expected


def test_a_function_is_not_said_twice() -> None:
    with pytest.raises(PydanticCustomError) as error:
        read_layer({"kind": "relu", "function": "tanh"})
    assert (error.value.type, error.value.context) == ("preset", {"field": "function", "kind": "relu"})
