"""The types of the fields of a spec: what may be written, what it becomes, what is refused."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from lenetcalc.layers import fields
from lenetcalc.layers.fields import LARGEST, MOST_AXES

PER_AXIS = "it must be a whole number of at least 1, or one for each axis, as in 5, [5, 3] or 5x3"
SHAPE = "it must be whole numbers of at least 1: the channels, then the size along each axis"
PADDING = (
    "it must be same, same-lower, valid, or zeros to add: a whole number, one for each axis, "
    "or [before, after] for each axis"
)
CEIL = "it must be true, false, pytorch or caffe"
NAMES = "it must be the name of a layer, or a list of names"

ADAPTERS: dict[str, TypeAdapter[Any]] = {
    name: TypeAdapter(getattr(fields, name))
    for name in (
        "Sizes",
        "InputShape",
        "Target",
        "Zeros",
        "CeilMode",
        "Names",
        "Positive",
        "Flag",
        "Rate",
        "Text",
    )
}


def case(type_: str, written: object, read: object, name: str) -> Any:
    """A row: a value as written, and what it becomes."""
    return pytest.param(type_, written, read, id=f"{type_}: {name}")


ACCEPTED = [
    case("Sizes", 5, 5, "one for all axes"),
    case("Sizes", [5, 3], (5, 3), "one for each"),
    case("Sizes", (4, 3, 2), (4, 3, 2), "a tuple"),
    case("Sizes", "5x3", (5, 3), "spelled with x"),
    case("Sizes", "7×5×3", (7, 5, 3), "spelled with ×"),
    case("Sizes", LARGEST, LARGEST, "the largest"),
    case("Sizes", [1] * MOST_AXES, (1,) * MOST_AXES, "the most axes"),
    case("InputShape", "1x32x31", (1, 32, 31), "spelled"),
    case("InputShape", [3, 32, 31], (3, 32, 31), "listed"),
    case("InputShape", 784, (784,), "a row of units"),
    case("Target", [16, -1], (16, -1), "one size left over"),
    case("Target", [-1], (-1,), "all left over"),
    case("Target", "16x25", (16, 25), "spelled"),
    case("Target", 400, (400,), "a row of units"),
    case("Zeros", 0, 0, "none"),
    case("Zeros", "same", "same", "same"),
    case("Zeros", "same-lower", "same-lower", "same-lower"),
    case("Zeros", "valid", "valid", "valid"),
    case("Zeros", [2, 0], (2, 0), "one for each axis"),
    case("Zeros", "2x0", (2, 0), "spelled"),
    case("Zeros", [[0, 1], [2, 3]], ((0, 1), (2, 3)), "both ends of each axis"),
    case("Zeros", [[0, 1], 2], ((0, 1), 2), "ends of one axis apart"),
    case("CeilMode", True, True, "true"),
    case("CeilMode", False, False, "false"),
    case("CeilMode", "caffe", "caffe", "caffe"),
    case("CeilMode", "pytorch", "pytorch", "pytorch"),
    case("Names", "C1", ("C1",), "one"),
    case("Names", ["C1", "S2"], ("C1", "S2"), "two"),
    case("Positive", 1, 1, "the least"),
    case("Positive", LARGEST, LARGEST, "the largest"),
    case("Flag", False, False, "false"),
    case("Rate", 0, 0.0, "none"),
    case("Rate", 0.2, 0.2, "a fifth"),
    case("Text", "C1", "C1", "a name"),
]


@pytest.mark.parametrize(("type_", "written", "read"), ACCEPTED)
def test_what_may_be_written_becomes_one_form(type_: str, written: object, read: object) -> None:
    assert ADAPTERS[type_].validate_python(written) == read


REFUSED = [
    case("Sizes", 0, PER_AXIS, "zero"),
    case("Sizes", -3, PER_AXIS, "negative"),
    case("Sizes", 2.0, PER_AXIS, "a fraction"),
    case("Sizes", True, PER_AXIS, "true"),
    case("Sizes", "5", PER_AXIS, "a number as text"),
    case("Sizes", "5x", PER_AXIS, "a sign without number"),
    case("Sizes", "5x0", PER_AXIS, "a zero spelled"),
    case("Sizes", "٥x٣", PER_AXIS, "digits of another script"),
    case("Sizes", [], PER_AXIS, "an empty list"),
    case("Sizes", [5, 0], PER_AXIS, "a zero in a list"),
    case("Sizes", [5, [3]], PER_AXIS, "a list in a list"),
    case("Sizes", [5, True], PER_AXIS, "true in a list"),
    case("Sizes", None, PER_AXIS, "nothing"),
    case("Sizes", LARGEST + 1, PER_AXIS, "too large"),
    case("Sizes", "1" * 19 + "x3", PER_AXIS, "too large when spelled"),
    case("Sizes", [1] * (MOST_AXES + 1), PER_AXIS, "too many axes"),
    case("InputShape", "32", SHAPE, "a number as text"),
    case("InputShape", [1, 32, -1], SHAPE, "a size left over"),
    case("InputShape", {}, SHAPE, "a mapping"),
    case("Target", [0, -1], SHAPE, "zero beside a size left over"),
    case("Target", [-2, 5], SHAPE, "another negative size"),
    case("Target", -1, SHAPE, "a size left over alone, no list"),
    case("Zeros", -1, PADDING, "negative"),
    case("Zeros", "full", PADDING, "a rule that is none"),
    case("Zeros", "SAME", PADDING, "capitals"),
    case("Zeros", [[0, 1, 2]], PADDING, "three ends"),
    case("Zeros", [[1]], PADDING, "one end"),
    case("Zeros", [[0, -1], [2, 3]], PADDING, "a negative end"),
    case("Zeros", [["same"], 1], PADDING, "a rule for one axis"),
    case("Zeros", [], PADDING, "an empty list"),
    case("Zeros", True, PADDING, "true"),
    case("Zeros", [[0, 1]] * (MOST_AXES + 1), PADDING, "too many axes"),
    case("CeilMode", 1, CEIL, "one"),
    case("CeilMode", "tensorflow", CEIL, "a tool without such a rule"),
    case("CeilMode", ["caffe"], CEIL, "a list"),
    case("Names", "", NAMES, "empty"),
    case("Names", [], NAMES, "an empty list"),
    case("Names", ["C1", ""], NAMES, "an empty name among others"),
    case("Names", [1], NAMES, "a number"),
    case("Positive", 0, "Input should be greater than or equal to 1", "zero"),
    case("Positive", LARGEST + 1, f"Input should be less than or equal to {LARGEST}", "too large"),
    case("Positive", "6", "Input should be a valid integer", "text"),
    case("Positive", 6.0, "Input should be a valid integer", "a fraction"),
    case("Positive", True, "Input should be a valid integer", "true"),
    case("Flag", 1, "Input should be a valid boolean", "a number"),
    case("Flag", "true", "Input should be a valid boolean", "text"),
    case("Rate", 1, "Input should be less than 1", "all"),
    case("Rate", -0.1, "Input should be greater than or equal to 0", "negative"),
    case("Rate", float("nan"), "Input should be a finite number", "no number"),
    case("Rate", "0.5", "Input should be a valid number", "text"),
    case("Rate", False, "Input should be a valid number", "false"),
    case("Text", "", "String should have at least 1 character", "empty"),
    case("Text", 5, "Input should be a valid string", "a number"),
]


@pytest.mark.parametrize(("type_", "written", "rule"), REFUSED)
def test_what_may_not_be_written_is_refused_with_the_rule(type_: str, written: object, rule: str) -> None:
    with pytest.raises(ValidationError) as error:
        ADAPTERS[type_].validate_python(written)
    assert [each["msg"] for each in error.value.errors()] == [rule]


def editor(type_: str) -> Draft202012Validator:
    """The JSON Schema of a type, as an editor checks it."""
    return Draft202012Validator(ADAPTERS[type_].json_schema())


@pytest.mark.parametrize(
    ("type_", "written", "read"), [row for row in ACCEPTED if row.values[1] != (4, 3, 2)]
)
def test_an_editor_accepts_what_is_read(type_: str, written: object, read: object) -> None:
    assert editor(type_).is_valid(written)


# JSON Schema knows no difference between 2 and 2.0, JSON has no NaN, and of two −1 it does not know
BEYOND_SCHEMA = {
    "Sizes: a fraction",
    "Positive: a fraction",
    "Rate: no number",
}


@pytest.mark.parametrize(
    ("type_", "written", "rule"), [row for row in REFUSED if row.id not in BEYOND_SCHEMA]
)
def test_an_editor_refuses_what_is_refused(type_: str, written: object, rule: str) -> None:
    assert not editor(type_).is_valid(written)


@pytest.mark.parametrize(
    ("hint", "expected"), [("write it as 5", "write it as 5"), ("", "")], ids=["with a hint", "without"]
)
def test_a_refusal_carries_its_rule_and_hint_apart(hint: str, expected: str) -> None:
    with pytest.raises(PydanticCustomError) as error:
        fields.refuse("it must be {odd}", hint)
    assert (error.value.type, error.value.context) == (
        "refused",
        {"rule": "it must be {odd}", "hint": expected},
    )


def test_the_schema_of_a_list_says_how_many_entries_it_may_have() -> None:
    assert fields.list_of({"type": "integer"}, 3) == {
        "type": "array",
        "minItems": 1,
        "maxItems": 3,
        "items": {"type": "integer"},
    }


def test_the_schema_of_a_whole_number_says_its_bounds() -> None:
    assert fields.whole_number(2) == {"type": "integer", "minimum": 2, "maximum": 10**18 - 1}
