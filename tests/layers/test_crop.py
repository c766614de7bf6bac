"""Cutting off the edges of maps."""

from typing import Any

import pytest

from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.errors import FitError, LayerError
from lenetcalc.network import NetworkSpec
from lenetcalc.receptive import Axis
from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made, shown
from tests.test_receptive import field_of


@pytest.mark.parametrize(
    ("fields", "shape", "expected"),
    [
        pytest.param({"cropping": 4}, (512, 64, 65), (512, 56, 57), id="2-D, U-Net's first copy"),
        pytest.param({"cropping": [[3, 1]]}, (2, 7), (2, 3), id="1-D, ends apart"),
        pytest.param({"cropping": [1, 0, 2]}, (2, 3, 5, 7), (2, 1, 5, 3), id="3-D, one for each axis"),
        pytest.param({"cropping": [[0, 1], 2]}, (3, 5, 8), (3, 4, 4), id="ends of one axis apart"),
        pytest.param({"cropping": 0}, (3, 5, 8), (3, 5, 8), id="none"),
        pytest.param({"cropping": [[4, 0], [0, 7]]}, (3, 5, 8), (3, 1, 1), id="one unit is left of each map"),
    ],
)
def test_the_edges_of_every_map_are_cut_off(fields: dict[str, Any], shape: Shape, expected: Shape) -> None:
    assert made({"kind": "crop", **fields}, shape) == expected


@pytest.mark.parametrize("padding", [2, [3, 0], [[1, 2], [0, 4]]], ids=["all", "each axis", "each end"])
def test_what_a_padding_adds_a_crop_takes_away(padding: object) -> None:
    padded = made({"kind": "zero-pad", "padding": padding}, (3, 5, 8))
    assert made({"kind": "crop", "cropping": padding}, padded) == (3, 5, 8)


def test_the_working_of_a_size_is_shown() -> None:
    output = read_layer({"kind": "crop", "cropping": [[1, 2], [0, 3]]}).output((1, 9, 8))
    assert [*map(str, output.workings)] == ["9 − 1 − 2 = 6", "8 − 3 = 5"]


def test_nothing_is_counted() -> None:
    assert shown(counted({"kind": "Cropping2D", "cropping": 2}, (1, 28, 29))) == {}


def test_no_units_are_formed() -> None:
    spec = NetworkSpec.model_validate(
        {"input": (2, 5, 8), "layers": [read_layer({"kind": "crop", "cropping": 1})]}
    )
    assert analyze(spec).totals.units == 2 * 5 * 8  # those of the input alone


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        pytest.param(
            [{"kind": "crop", "cropping": [[2, 1], [0, 3]]}],
            (Axis(1, (2,), (2,), 6), Axis(1, (0,), (0,), 5)),
            id="each unit sees its own place",
        ),
        pytest.param(
            # stops at 0, 2, …: the one at 2 is the first that is left
            [
                {"kind": "conv", "filters": 2, "kernel": 3, "stride": 2, "padding": 1},
                {"kind": "crop", "cropping": [[2, 1], [0, 2]]},
            ],
            (Axis(2, (3,), (5,), 2), Axis(2, (-1,), (1,), 2)),
            id="behind a convolution the field is shifted by strides",
        ),
        pytest.param(
            [
                {"kind": "crop", "cropping": [[2, 1], [1, 0]]},
                {"kind": "conv", "filters": 2, "kernel": 3, "padding": 1},
            ],
            (Axis(1, (1,), (3,), 6), Axis(1, (0,), (2,), 7)),
            id="before a convolution",
        ),
        pytest.param(
            [
                {"kind": "zero-pad", "padding": [[3, 0], 1]},
                {"kind": "crop", "cropping": [[3, 0], 1]},
            ],
            (Axis(1, (0,), (0,), 9), Axis(1, (0,), (0,), 8)),
            id="after the padding that it takes away",
        ),
    ],
)
def test_a_field_keeps_its_size_and_is_shifted(layers: list[object], expected: tuple[Axis, ...]) -> None:
    assert field_of((1, 9, 8), *layers) == expected


def test_a_copy_that_is_cropped_lies_where_its_branch_has_shrunk_to() -> None:
    # two 3×3 windows take one place off every edge each; the copy of the input loses the same two
    branch = [{"kind": "conv", "filters": 2, "kernel": 3}] * 2
    copy = {"name": "copy", "kind": "crop", "cropping": 2, "from": "input"}
    field = field_of(
        (1, 9, 8),
        branch[0],
        {**branch[1], "name": "last"},
        copy,
        {"kind": "concat", "from": ["copy", "last"]},
    )
    # the unit at o sees o to o + 4 through the windows, of which the copy sees the middle one
    assert field == (Axis(1, (0,), (4,), 5), Axis(1, (0,), (4,), 4))


LEFT = "at least one position is left along every axis"


@pytest.mark.parametrize(
    ("cropping", "sentence"),
    [
        pytest.param(4, "cropping leaves nothing of a 9×8 map", id="just everything along one axis"),
        pytest.param([[0, 0], [9, 0]], "cropping leaves nothing of a 9×8 map", id="more than there is"),
        pytest.param([[4, 5], [0, 0]], "cropping leaves nothing of a 9×8 map", id="the ends meet"),
    ],
)
def test_a_crop_that_leaves_nothing_does_not_fit(cropping: object, sentence: str) -> None:
    with pytest.raises(FitError) as error:
        made({"kind": "crop", "cropping": cropping}, (3, 9, 8))
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == (
        sentence,
        LEFT,
        "cut off less",
        "cropping",
    )


def test_a_size_that_begins_with_a_vowel_has_its_article() -> None:
    with pytest.raises(FitError, match="^cropping leaves nothing of an 8×9 map"):
        made({"kind": "crop", "cropping": 4}, (3, 8, 9))


@pytest.mark.parametrize(
    ("cropping", "shape", "sentence"),
    [
        pytest.param(
            2,
            (84,),
            (
                "a crop layer reads maps, but its input is a row of 84 units",
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
                "cropping has 2 numbers, but the maps have 1 axis",
                "it needs one number for all axes or one for each, channels apart",
                "write cropping with 1 number, or one for all",
                "cropping",
            ),
            id="too many axes",
        ),
        pytest.param(
            [[1, 1]],
            (1, 28, 29),
            (
                "cropping has 1 number, but the maps have 2 axes",
                "it needs one number for all axes or one for each, channels apart",
                "write cropping with 2 numbers, or one for all",
                "cropping",
            ),
            id="too few axes",
        ),
    ],
)
def test_cropping_that_does_not_match_is_refused(
    cropping: object, shape: Shape, sentence: tuple[str, str, str, str | None]
) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": "crop", "cropping": cropping}, shape)
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == sentence


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({}, "cropping", id="not stated"),
        pytest.param({"cropping": -1}, "cropping", id="negative"),
        pytest.param({"cropping": 1.5}, "cropping", id="a fraction"),
        pytest.param({"cropping": "same"}, "cropping", id="a rule of padding"),
        pytest.param({"cropping": [[1, 2, 3]]}, "cropping", id="three ends"),
        pytest.param({"cropping": 1, "padding": 3}, "padding", id="a field of others"),
    ],
)
def test_wrong_fields_are_refused(fields: dict[str, Any], field: str) -> None:
    assert [name for name, _ in faults({"kind": "crop", **fields})] == [field]
