"""The same units in another shape."""

from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.errors import LayerError
from lenetcalc.shapes import Shape
from tests.layers.test_base import counted, faults, made, shown


@pytest.mark.parametrize(
    ("shape", "units"),
    [((16, 5, 5), 400), ((7,), 7), ((3, 5), 15), ((2, 3, 4, 5), 120)],
    ids=["2-D", "row", "1-D", "3-D"],
)
def test_flatten_puts_all_units_in_one_row(shape: Shape, units: int) -> None:
    assert made("flatten", shape) == made("Flatten", shape) == (units,)


@pytest.mark.parametrize(
    ("target", "shape", "expected"),
    [
        pytest.param([16, -1], (400,), (16, 25), id="what is left over"),
        pytest.param([-1], (16, 5, 5), (400,), id="all is left over"),
        pytest.param([16, -1, 5], (10, 40), (16, 5, 5), id="left over in the middle"),
        pytest.param("16x5x5", (400,), (16, 5, 5), id="spelled"),
        pytest.param(400, (16, 5, 5), (400,), id="a row"),
        pytest.param([2, 3, 4, 5], (6, 20), (2, 3, 4, 5), id="3-D"),
        pytest.param([120, -1], (120,), (120, 1), id="one is left over"),
    ],
)
def test_reshape_keeps_the_units(target: object, shape: Shape, expected: Shape) -> None:
    assert made({"kind": "reshape", "shape": target}, shape) == expected


sizes = st.lists(st.integers(1, 6), min_size=1, max_size=4)


@given(sizes, st.data())
def test_a_size_left_over_makes_up_the_units(target: list[int], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(target) - 1))
    written = [-1 if number == index else size for number, size in enumerate(target)]
    assert made({"kind": "reshape", "shape": written}, (prod(target),)) == tuple(target)


@pytest.mark.parametrize("kind", ["flatten", "reshape"])
def test_nothing_is_counted(kind: str) -> None:
    fields = {"kind": kind} | ({"shape": [-1, 5]} if kind == "reshape" else {})
    assert shown(counted(fields, (16, 5, 5))) == {}


@pytest.mark.parametrize(
    ("target", "shape", "fault", "rule"),
    [
        pytest.param(
            [16, 5, 6],
            (16, 5, 5),
            "16×5×5 cannot become 16×5×6",
            "the units must stay the same: 400 are not 480",
            id="more units",
        ),
        pytest.param(
            200, (400,), "400 cannot become 200", "the units must stay the same: 400 are not 200", id="half"
        ),
        pytest.param(
            [30, -1],
            (1_000,),
            "1000 cannot become 30×-1",
            "the units must stay the same: 1,000 are not a multiple of 30",
            id="nothing whole is left over",
        ),
        pytest.param(
            [5, -1],
            (3,),
            "3 cannot become 5×-1",
            "the units must stay the same: 3 are not a multiple of 5",
            id="nothing is left over",
        ),
    ],
)
def test_a_target_with_other_units_is_refused(target: object, shape: Shape, fault: str, rule: str) -> None:
    with pytest.raises(LayerError) as error:
        made({"kind": "reshape", "shape": target}, shape)
    hint = (
        "" if isinstance(target, list) and -1 in target else "write one size as -1 to take what is left over"
    )
    assert (error.value.fault, error.value.rule, error.value.hint, error.value.field) == (
        fault,
        rule,
        hint,
        "shape",
    )


@pytest.mark.parametrize(
    "target",
    [[0, 5], [-2], "16x-1", -1, []],
    ids=["zero", "minus two", "spelled", "row", "none"],
)
def test_a_target_that_is_no_shape_is_refused(target: object) -> None:
    assert [name for name, _ in faults({"kind": "reshape", "shape": target})] == ["shape"]


def test_flatten_has_no_fields_of_its_own() -> None:
    assert faults({"kind": "flatten", "shape": 400}) == [("shape", "Extra inputs are not permitted")]


def test_only_one_size_can_be_left_over() -> None:
    with pytest.raises(LayerError, match="^-1×4×-1 leaves 2 sizes open$"):
        made({"kind": "reshape", "shape": [-1, 4, -1]}, (16, 5))
