"""Addition, multiplication and concatenation of layers."""

from typing import Any

import pytest

from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError, MergeError
from lenetcalc.shapes import Shape


def test_added_and_multiplied_units_have_a_line_from_each_source() -> None:
    for kind, operation in (("add", "additions"), ("multiply", "multiplications")):
        layer = read_layer({"kind": kind})
        shapes = ((2, 5, 4),) * 3
        counts = layer.count(shapes, layer.output(*shapes))
        assert (counts.connections.value, counts.macs.value, counts.parameters.value) == (120, 0, 0)
        assert counts.operations["merging", operation].value == 80  # type: ignore[index]


@pytest.mark.parametrize(
    ("fields", "shapes", "expected"),
    [
        pytest.param({"kind": "add"}, [(6, 5, 4), (6, 1, 1)], (6, 5, 4), id="a gate for each channel"),
        pytest.param({"kind": "multiply"}, [(1, 5, 4), (6, 5, 1)], (6, 5, 4), id="both repeated"),
        pytest.param({"kind": "concat"}, [(6, 5, 4), (3, 5, 4), (1, 5, 4)], (10, 5, 4), id="channels"),
        pytest.param({"kind": "concat", "axis": 2}, [(6, 5, 4), (6, 5, 3)], (6, 5, 7), id="columns"),
        pytest.param({"kind": "Concatenate"}, [(84,), (10,)], (94,), id="rows of units"),
    ],
)
def test_shapes_of_merged_layers(fields: dict[str, Any], shapes: list[Shape], expected: Shape) -> None:
    assert read_layer(fields).output(*shapes).shape == expected


def test_what_is_repeated_is_noted() -> None:
    assert read_layer("add").output((6, 5, 4), (6, 1, 4)).notes == ("input 2 is repeated along its rows",)


@pytest.mark.parametrize(
    ("fields", "shapes", "sentence"),
    [
        ({"kind": "add"}, [(6, 5, 4), (6, 3, 4)], "A is 6×5×4 and B is 6×3×4: they differ in rows, 5 and 3"),
        (
            {"kind": "add"},
            [(6, 5, 4), (3, 5, 4)],
            "A is 6×5×4 and B is 3×5×4: they differ in channels, 6 and 3",
        ),
        ({"kind": "concat"}, [(6, 9), (6, 8)], "A is 6×9 and B is 6×8: they differ in positions, 9 and 8"),
        ({"kind": "multiply"}, [(6, 5, 4), (6,)], "A is 6×5×4 and B is 6"),
        ({"kind": "add"}, [(2, 3, 4, 5), (2, 3, 4, 6)], "they differ in axis 3, 5 and 6"),
    ],
)
def test_shapes_that_cannot_merge_name_the_axis_and_both_sources(
    fields: dict[str, Any], shapes: list[Shape], sentence: str
) -> None:
    with pytest.raises(MergeError) as refused:
        read_layer(fields).output(*shapes)
    assert sentence in refused.value.between(["A", "B"])


@pytest.mark.parametrize(
    ("fields", "shapes", "sentence"),
    [
        ({"kind": "add"}, [(6, 5, 4)], "it reads one layer"),
        ({"kind": "concat", "axis": 3}, [(6, 5, 4)] * 2, "axis is 3, but the layers have 3 axes"),
    ],
)
def test_other_mistakes(fields: dict[str, Any], shapes: list[Shape], sentence: str) -> None:
    with pytest.raises(LayerError, match=sentence):
        read_layer(fields).output(*shapes)
