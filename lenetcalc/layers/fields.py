"""The types of the fields of a spec: what a person may write, what it becomes, what an editor is told.

Each type is read by one function, which refuses with a rule and a hint in the words of the spec; the JSON
Schema beside it accepts the same. Nothing is coerced: ``true`` is no number and ``"6"`` is text.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NoReturn, TypeAlias

from pydantic import ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, Strict
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from lenetcalc.shapes import Ceil, Padding, PerAxis, PerEdge, Shape

RECORD = ConfigDict(
    frozen=True,
    extra="forbid",
    strict=True,
    defer_build=True,
    validate_by_name=True,
    validate_by_alias=True,
)
"""How every part of a spec is read: it is frozen, knows all its fields, and is built when first used."""

LARGEST = 10**18 - 1
"""The largest whole number that a spec may state (18 digits); results have no limit."""

MOST_AXES = 32
"""The most axes that a shape may have."""

_SPELLED_SIZES = re.compile(r"[0-9]{1,18}(?:[x×][0-9]{1,18}){1,31}", re.ASCII)
_PADDING_RULES: Mapping[str, Padding] = {"same": "same", "same-lower": "same-lower", "valid": "valid"}
_CEIL_RULES: Mapping[str, Ceil] = {"pytorch": "pytorch", "caffe": "caffe"}


def refuse(rule: str, hint: str = "", **more: Any) -> NoReturn:
    """Refuse a value: ``rule`` says what holds ("it must be …"), ``hint`` what to write.

    More may be said, for when the error is told: a ``word`` and the ``known`` ones, by their canonical
    spelling, of which the nearest is the hint instead; of a value that is a mapping, ``at`` which key the
    fault lies, and ``misplaced`` if it is the key itself.
    """
    raise PydanticCustomError("refused", "{rule}", {"rule": rule, "hint": hint, **more})


def _number(value: object, least: int) -> int | None:
    return value if type(value) is int and least <= value <= LARGEST else None


def _numbers(value: object, least: int) -> tuple[int, ...] | None:
    """Whole numbers in a list, or spelled with ``x`` or ``×`` between them, as in ``1x32x32``."""
    if isinstance(value, str) and _SPELLED_SIZES.fullmatch(value):
        value = [int(size) for size in re.split("[x×]", value)]
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_AXES:
        return None
    numbers = [number for number in value if _number(number, least) is not None]
    return tuple(numbers) if len(numbers) == len(value) else None


def _read_per_axis(value: object) -> PerAxis:
    sizes = _number(value, 1) or _numbers(value, 1)
    if sizes is None:
        refuse("it must be a whole number of at least 1, or one for each axis, as in 5, [5, 3] or 5x3")
    return sizes


def read_shape(value: object) -> Shape:
    """A shape as a spec writes it; raises `PydanticCustomError` where it is none."""
    size = _number(value, 1)
    sizes = (size,) if size else _numbers(value, 1)
    if sizes is None:
        refuse(
            "it must be whole numbers of at least 1: the channels, then the size along each axis",
            "write it as 1x32x32 or [1, 32, 32]",
        )
    return sizes


Inputs: TypeAlias = Shape | Mapping[str, Shape]
"""The shape of the one input, or of several by name."""


def read_input(value: object) -> Inputs:
    """One shape, or a mapping of names to shapes; raises `PydanticCustomError` for anything else."""
    if not isinstance(value, Mapping):
        return read_shape(value)
    if not value or not all(isinstance(name, str) and name for name in value):
        refuse("it must be a shape, or a mapping of names to shapes", "write it as 1x32x32")
    return {name: read_named(name, shape) for name, shape in value.items()}


def read_named(name: str, shape: object) -> Shape:
    """The shape of a named input; raises `PydanticCustomError` that says at which name."""
    try:
        return read_shape(shape)
    except PydanticCustomError as error:
        refuse(**(error.context or {}), at=name)


def _read_target(value: object) -> tuple[int, ...]:
    """The shape to reshape to; an entry of a list may be −1, what is left over."""
    target = _numbers(value, -1)
    if target and not isinstance(value, str) and 0 not in target:
        return target
    return read_shape(value)


def _read_padding(value: object) -> Padding:
    if isinstance(value, str) and value in _PADDING_RULES:
        return _PADDING_RULES[value]
    zeros = _number(value, 0)
    padding = _read_ends_of_axes(value) if zeros is None else zeros
    if padding is None:
        refuse(
            "it must be same, same-lower, valid, or zeros to add: a whole number, one for each axis, "
            "or [before, after] for each axis",
            "write it as same, 2, [2, 1] or [[0, 1], [2, 2]]",
        )
    return padding


def _read_edges(value: object) -> PerEdge:
    number = _number(value, 0)
    edges = _read_ends_of_axes(value) if number is None else number
    if edges is None:
        refuse(
            "it must be a whole number, one for each axis, or [before, after] for each axis",
            "write it as 2, [2, 1] or [[0, 1], [2, 2]]",
        )
    return edges


def _read_numbers(value: object) -> PerAxis:
    number = _number(value, 0)
    numbers = _numbers(value, 0) if number is None else number
    if numbers is None:
        refuse("it must be a whole number of at least 0, or one for each axis, as in 1 or [1, 0]")
    return numbers


def _read_order(value: object) -> tuple[int, ...]:
    order = _numbers(value, 0) if isinstance(value, list | tuple) else None
    if order is None or len(set(order)) != len(order):
        refuse("it must be a list of axes, each once, counted from 0, the channels", "write it as [1, 2, 0]")
    return order


def _read_ends_of_axes(value: object) -> tuple[int | tuple[int, int], ...] | None:
    if numbers := _numbers(value, 0):
        return numbers
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_AXES:
        return None
    ends = [_read_ends(axis) for axis in value]
    return tuple(axis for axis in ends if axis is not None) if None not in ends else None


def _read_ends(value: object) -> int | tuple[int, int] | None:
    zeros = _number(value, 0)
    match _numbers(value, 0) if isinstance(value, list | tuple) else None:
        case (before, after):
            return before, after
    return zeros


def _read_ceil(value: object) -> Ceil:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value in _CEIL_RULES:
        return _CEIL_RULES[value]
    refuse("it must be true, false, pytorch or caffe", "true is pytorch's rule")


def names(value: object) -> tuple[str, ...] | None:
    """A name, or a list of some, that are not empty; `None` for anything else."""
    several = [value] if isinstance(value, str) else value
    if (
        isinstance(several, list | tuple)
        and several
        and all(isinstance(each, str) and each for each in several)
    ):
        return tuple(several)
    return None


def _read_names(value: object) -> tuple[str, ...]:
    several = names(value)
    if several is None:
        refuse("it must be the name of a layer, or a list of names", "write it as C1 or [C1, C2]")
    return several


class Reader:
    """The annotation of a field that ``read`` reads and that ``schema`` describes to an editor.

    It does what pydantic's PlainValidator and WithJsonSchema do together, without first working out how the
    annotated type could be validated and serialized, which takes most of the start-up time.
    """

    def __init__(self, read: Callable[[object], object], schema: Mapping[str, Any]) -> None:
        self.read = read
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return dict(self.schema)


def whole_number(least: int) -> dict[str, Any]:
    """The JSON Schema of a whole number."""
    return {"type": "integer", "minimum": least, "maximum": LARGEST}


def list_of(item: Mapping[str, Any], most: int = MOST_AXES) -> dict[str, Any]:
    """The JSON Schema of a list with one entry for each axis."""
    return {"type": "array", "minItems": 1, "maxItems": most, "items": dict(item)}


def one_of(known: Mapping[str, str], other: list[str]) -> dict[str, Any]:
    """The JSON Schema of a word: an editor offers the known ones with a text, and accepts the others."""
    return {
        "if": {"not": {"enum": other}},
        "then": {"enum": [*known], "markdownEnumDescriptions": [*known.values()]},
        # an editor offers no values from behind an if
        "defaultSnippets": [
            {"label": word, "body": word, "description": text} for word, text in known.items()
        ],
    }


_NAME = {"type": "string", "minLength": 1}
NAMES: Mapping[str, Any] = {"anyOf": [_NAME, {"type": "array", "minItems": 1, "items": _NAME}]}
"""The JSON Schema of a name or several."""
_NO_ZERO = "(?!0+([x×]|$))"
_SPELLED = {
    "type": "string",
    "pattern": f"^{_NO_ZERO}[0-9]{{1,18}}([x×]{_NO_ZERO}[0-9]{{1,18}}){{1,31}}$",
}
_SPELLED_ENDS = {"type": "string", "pattern": "^[0-9]{1,18}([x×][0-9]{1,18}){1,31}$"}
_ENDS = {"anyOf": [whole_number(0), list_of(whole_number(0), 2) | {"minItems": 2}]}
_PER_AXIS = [whole_number(1), list_of(whole_number(1)), _SPELLED]
SHAPE: Mapping[str, Any] = {"anyOf": _PER_AXIS}
"""The JSON Schema of a shape."""
_NAMED_SHAPES = {"type": "object", "minProperties": 1, "propertyNames": {"minLength": 1}}
INPUT_SHAPES: Mapping[str, Any] = {"anyOf": [SHAPE, _NAMED_SHAPES | {"additionalProperties": SHAPE}]}
"""The JSON Schema of one shape or several."""
_TARGET = [*_PER_AXIS, list_of({"anyOf": [whole_number(1), {"const": -1}]})]
_NUMBERS = [whole_number(0), list_of(whole_number(0)), _SPELLED_ENDS]
_EDGES = [whole_number(0), list_of(_ENDS), _SPELLED_ENDS]
_ZEROS = [{"enum": [*_PADDING_RULES]}, *_EDGES]
_CEIL = [{"type": "boolean"}, {"enum": [*_CEIL_RULES]}]

Positive = Annotated[int, Strict(), Field(ge=1, le=LARGEST)]
Flag = Annotated[bool, Strict()]
Natural = Annotated[int, Strict(), Field(ge=0, le=LARGEST)]
Real = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Small = Annotated[float, Strict(), Field(gt=0, allow_inf_nan=False)]
Repeat = Annotated[int, Strict(), Field(ge=0, le=LARGEST)]
Rate = Annotated[float, Strict(), Field(ge=0, lt=1, allow_inf_nan=False)]
Text = Annotated[str, Strict(), Field(min_length=1)]
Sizes = Annotated[PerAxis, Reader(_read_per_axis, {"anyOf": _PER_AXIS})]
InputShape = Annotated[Shape, Reader(read_shape, SHAPE)]
Target = Annotated[tuple[int, ...], Reader(_read_target, {"anyOf": _TARGET})]
Zeros = Annotated[Padding, Reader(_read_padding, {"anyOf": _ZEROS})]
Edges = Annotated[PerEdge, Reader(_read_edges, {"anyOf": _EDGES})]
Naturals = Annotated[PerAxis, Reader(_read_numbers, {"anyOf": _NUMBERS})]
Order = Annotated[tuple[int, ...], Reader(_read_order, list_of(whole_number(0)) | {"uniqueItems": True})]
CeilMode = Annotated[Ceil, Reader(_read_ceil, {"anyOf": _CEIL})]
Names = Annotated[
    tuple[str, ...],
    Reader(_read_names, NAMES),
]
