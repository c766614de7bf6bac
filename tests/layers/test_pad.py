"""Zero padding as a layer of its own."""

from typing import Any

import pytest

from lenetcalc.errors import LayerError
from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made, shown


@pytest.mark.parametrize(
    ("fields", "shape", "expected"),
    [
        pytest.param({"padding": 2}, (1, 28, 29), (1, 32, 33), id="2-D, LeNet-5's input from MNIST's"),
        pytest.param({"padding": [[3, 1]]}, (2, 7), (2, 11), id="1-D, ends apart"),
        pytest.param({"pad": [1, 0, 2]}, (2, 3, 5, 7), (2, 5, 5, 11), id="3-D, one for each axis"),
        pytest.param({"padding": [[0, 1], 2]}, (3, 5, 8), (3, 6, 12), id="ends of one axis apart"),
        pytest.param({"padding": 0}, (3, 5, 8), (3, 5, 8), id="none"),
    ],
)
def test_zeros_are_added_around_every_map(fields: dict[str, Any], shape: Shape, expected: Shape) -> None:
    assert made({"kind": "zero-pad", **fields}, shape) == expected


def test_nothing_is_counted() -> None:
    assert shown(counted({"kind": "ZeroPadding2D", "padding": 2}, (1, 28, 29))) == {}


def test_a_line_to_an_added_zero_is_a_connection_of_the_next_layer() -> None:
    padded = made({"kind": "pad", "padding": 1}, (1, 4, 5))
    apart = counted({"kind": "max-pool", "kernel": 3, "stride": 1}, padded)
    inside = counted({"kind": "max-pool", "kernel": 3, "stride": 1, "padding": 1}, (1, 4, 5))
    # 9 taps at 20 stops; of 3 × 4 and 3 × 5 taps along the axes 10 and 13 are real
    assert (apart.connections.value, inside.connections.value) == (180, 130)


@pytest.mark.parametrize(
    ("padding", "shape", "sentence"),
    [
        pytest.param(
            2,
            (84,),
            (
                "a zero-pad layer reads maps, but its input is a row of 84 units",
                "it needs channels and at least one spatial axis",
                "put it before the flatten or dense layer, or reshape the row into maps",
                None,
            ),
            id="a row",
        ),
        pytest.param(
            [2, 3],
            (1, 28),
            (
                "padding has 2 numbers, but the maps have 1 axis",
                "it needs one number for all axes or one for each, channels apart",
                "write padding with 1 number, or one for all",
                "padding",
            ),
            id="too many axes",
        ),
    ],
)
def test_padding_that_does_not_match_is_refused(
    padding: object, shape: Shape, sentence: tuple[str, str, str, str | None]
) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": "zero-pad", "padding": padding}, shape)
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == sentence


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({}, "padding", id="not stated"),
        pytest.param({"padding": -1}, "padding", id="negative"),
        pytest.param({"padding": "same"}, "padding", id="a rule, which needs a kernel"),
        pytest.param({"padding": 1, "kernel": 3}, "kernel", id="a field of others"),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], field: str) -> None:
    assert [name for name, _ in faults({"kind": "zero-pad", **fields})] == [field]
