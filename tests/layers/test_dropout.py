"""Dropout."""

from typing import Any

import pytest

from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made, shown


@pytest.mark.parametrize("shape", [(120,), (3, 5), (2, 3, 5), (2, 3, 4, 5)], ids=["row", "1-D", "2-D", "3-D"])
def test_units_pass_unchanged_and_nothing_is_counted(shape: Shape) -> None:
    assert (made("dropout", shape), shown(counted("dropout", shape))) == (shape, {})


@pytest.mark.parametrize(
    "words",
    [{"kind": "Dropout", "rate": 0.2}, {"kind": "Dropout2d", "p": 0.2}, {"kind": "dropout", "rate": 0}],
    ids=["Keras", "PyTorch", "none"],
)
def test_the_rate_may_be_stated(words: dict[str, Any]) -> None:
    assert made(words, (84,)) == (84,)


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        pytest.param(1, "Input should be less than 1", id="all"),
        pytest.param(-0.5, "Input should be greater than or equal to 0", id="negative"),
        pytest.param(float("inf"), "Input should be a finite number", id="infinite"),
        pytest.param("20%", "Input should be a valid number", id="text"),
        pytest.param(True, "Input should be a valid number", id="true"),
    ],
)
def test_a_rate_that_is_no_share_is_refused(rate: object, message: str) -> None:
    assert (("rate", message)) in faults({"kind": "dropout", "rate": rate})
