"""What stands under ``layers:``: a layer, or the use of a block, which is a named piece with parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError, PydanticKnownError

from lenetcalc.arithmetic import CalculationError, Expression, read_expression
from lenetcalc.layers import KINDS, SPELLINGS, Spelling
from lenetcalc.layers.base import Layer, field_words
from lenetcalc.layers.fields import LARGEST, RECORD, Names, Reader, Text, list_of, refuse, whole_number
from lenetcalc.text import listed, nearest

INPUT = "input"
"""The name by which a layer reads the input of the network, or of the block that it stands in."""

VERBATIM = frozenset(
    {"kind", "name", "from", "block", "activation", "function", "over", "mode", "interpolation", "ceil_mode"}
)
"""Fields that hold words, never arithmetic."""

WORDS = frozenset({"same", "valid", "depthwise", *VERBATIM, "repeat", INPUT})
"""What a parameter may not be called, because a field knows the word."""

FIELDS = frozenset(
    word for layer in KINDS.values() for words in field_words(layer).values() for word in words
)
"""Every word for a field of a layer."""

PARAMETER = "^[A-Za-z_][A-Za-z0-9_]{0,39}$"
"""How a parameter of a block may be called."""


def read_layer(value: object) -> Layer:
    """A layer from its mapping, or from the bare name of its kind.

    Raises:
        PydanticCustomError: the value names no kind.
        pydantic.ValidationError: a field of the kind is wrong.
    """
    if isinstance(value, Layer):
        return value
    fields = {"kind": value} if isinstance(value, str) else value
    if not isinstance(fields, Mapping):
        raise PydanticCustomError("no_layer", "a layer is a mapping with a kind, or the name of one")
    if "kind" not in fields:
        raise PydanticCustomError("no_kind", "a layer says its kind")
    spelling = _spelling(fields["kind"])
    for field in spelling.presets:
        if field in fields:
            raise PydanticCustomError(
                "preset", "its kind says it", {"field": field, "kind": str(fields["kind"])}
            )
    kind = spelling.layer.model_fields["kind"].default
    canonical = {**fields, **_unsaid(fields, spelling), **spelling.presets, "kind": kind}
    return spelling.layer.model_validate(canonical, by_alias=True, by_name=False)


def _spelling(kind: object) -> Spelling:
    if isinstance(kind, str) and kind in SPELLINGS:
        return SPELLINGS[kind]
    raise PydanticCustomError("unknown_kind", "it is no kind of layer")


def _unsaid(fields: Mapping[str, Any], spelling: Spelling) -> Mapping[str, Any]:
    """The defaults that a word for a kind has of its own, of the fields that none of their words gives."""
    if not spelling.defaults:
        return spelling.defaults
    words = field_words(spelling.layer)
    return {
        field: value
        for field, value in spelling.defaults.items()
        if not any(word in fields for word in words[field])
    }


Arguments: TypeAlias = Mapping[str, int]
"""The number that each parameter of a block stands for."""


@dataclass(frozen=True)
class LayerTemplate:
    """A layer of a block with arithmetic in its fields."""

    fields: Mapping[str, Any]

    @property
    def name(self) -> str | None:
        """What it is called."""
        return self.fields.get("name")

    @cached_property
    def reads(self) -> frozenset[str]:
        """The parameters that its arithmetic reads."""
        return frozenset(name for each in _expressions(self.fields) for name in each.names)

    def filled(self, arguments: Arguments) -> Layer:
        """The layer with the numbers put in; raises `CalculationError`, or pydantic's `ValidationError`."""
        return read_layer({key: _filled_field(key, value, arguments) for key, value in self.fields.items()})


def _read_repeat(value: object) -> object:
    if not isinstance(value, Expression) and not (type(value) is int and 0 <= value <= LARGEST):
        refuse("it must be a whole number of at least 0, or arithmetic over the parameters of a block")
    return value


class Use(BaseModel):
    """The use of a block: a number for each of its parameters, and what it reads."""

    model_config = RECORD

    block: Text = Field(description="The name of the block, under `blocks:`.")
    name: Text | None = Field(default=None, description="What to call it; the layers in it are NAME.LAYER.")
    sources: Names = Field(
        default=(),
        validation_alias="from",
        description="What it reads; the layer before it where not given.",
    )
    repeat: Annotated[int | Expression, Reader(_read_repeat, whole_number(0))] | None = Field(
        default=None, description="How often it stands, each reading the one before; the names are numbered."
    )
    # read_entry has read them, each by itself
    arguments: Annotated[Mapping[str, int | Expression], Reader(lambda read: read, {"type": "object"})] = (
        Field(default={}, description="What its parameters stand for.")
    )

    @property
    def reads(self) -> frozenset[str]:
        """The parameters of the block around it that its arithmetic reads."""
        values = (*self.arguments.values(), self.repeat)
        return frozenset(name for value in values if isinstance(value, Expression) for name in value.names)

    def filled(self, arguments: Arguments) -> "Call":
        """The use with all arithmetic done; raises `CalculationError` where it does not come out."""
        numbers = {name: _filled_field(name, value, arguments) for name, value in self.arguments.items()}
        repeat = _filled_field("repeat", self.repeat, arguments)
        return Call(self.block, self.name, self.sources, repeat, numbers)

    @property
    def label(self) -> str:
        """The name of the block."""
        return self.block


@dataclass(frozen=True, slots=True)
class Call:
    """The use of a block with a number for everything; the fields are those of `Use`."""

    block: str
    name: str | None
    sources: tuple[str, ...]
    repeat: int | None
    arguments: Arguments

    @property
    def label(self) -> str:
        """The name of the block."""
        return self.block


Entry: TypeAlias = Layer | LayerTemplate | Use


def read_entry(value: object, parameters: frozenset[str] | None = None) -> Entry:
    """A layer or the use of a block, with arithmetic over the parameters of a block that it stands in."""
    if isinstance(value, Layer | LayerTemplate | Use):
        return value
    if isinstance(value, Mapping) and "block" in value:
        own = {key: each for key, each in value.items() if key in ("block", "name", "from", "repeat")}
        rest = {key: each for key, each in value.items() if key not in own}
        names = parameters or frozenset()
        read = {key: _read_argument(key, each, names) for key, each in rest.items()}
        if "repeat" in own and isinstance(own["repeat"], str):
            own["repeat"] = _read_argument("repeat", own["repeat"], names)
        return Use.model_validate(own | {"arguments": read}, by_alias=True, by_name=False)
    if parameters is None or not isinstance(value, Mapping):
        return read_layer(value)
    fields = {key: _read_field(key, each, parameters) for key, each in value.items()}
    if not any(map(_holds_expression, fields.values())):
        return read_layer(value)
    _check_words(fields)
    return LayerTemplate(fields)


def _check_words(fields: Mapping[str, Any]) -> None:
    """Refuse what is wrong with a layer whatever its arithmetic comes to."""
    try:
        read_layer(_filled(fields, {}, sample=True))
    except ValidationError as error:
        calculated = {(key,) for key, value in fields.items() if _holds_expression(value)}
        others = [each for each in error.errors(include_url=False) if each["loc"][:1] not in calculated]
        if others:
            raise ValidationError.from_exception_data(error.title, [*map(_again, others)]) from None


def _again(details: ErrorDetails) -> InitErrorDetails:
    """One of pydantic's errors, to be raised once more."""
    context = details.get("ctx", {})
    known: Any = PydanticKnownError  # whose types are a closed list, which ours are not on
    try:
        known(details["type"], context or None)
        kind: str | PydanticCustomError = details["type"]
    except KeyError:  # one of our own
        kind = PydanticCustomError(details["type"], "{message}", {**context, "message": details["msg"]})
    return InitErrorDetails(type=kind, loc=details["loc"], input=details["input"], ctx=context)


def _read_argument(name: str, value: object, parameters: frozenset[str]) -> int | Expression:
    read = _expression(value, parameters) if isinstance(value, str) else value
    if not (isinstance(read, Expression) or (type(read) is int and abs(read) <= LARGEST)):
        known = f", with {' or '.join(sorted(parameters))}" if parameters else ""
        refuse(f"it must be a whole number, or arithmetic as in 2*64{known}", _argument_hint(name), at=name)
    return read


def _argument_hint(name: str) -> str:
    if name == "kind":
        return "write a kind or a block"
    if name in FIELDS:
        return "if the block has no such parameter, write it at the layers in it"
    own = nearest(name, ("from", "repeat", "name"))
    return f"did you mean {own}?" if own else ""


def _read_field(key: object, value: Any, parameters: frozenset[str]) -> Any:
    if key in VERBATIM:
        return value
    if isinstance(value, list | tuple):
        return [_read_field(None, each, parameters) for each in value]
    return (_expression(value, parameters) if isinstance(value, str) else None) or value


def _expression(text: str, parameters: frozenset[str]) -> Expression | None:
    """Arithmetic over parameters, or over numbers alone; other words stay what they are."""
    try:
        expression = read_expression(text)
    except ValueError:
        return None
    if not expression.names:
        return None if text.isdecimal() else expression
    if unknown := sorted(expression.names - parameters):
        if text.isidentifier():
            return None
        refuse(
            f"the block has no parameter {unknown[0]}" if parameters else "numbers alone stand in arithmetic",
            f"its parameters are {listed(sorted(parameters))}" if parameters else "write the number",
            word=unknown[0],
            known={name: name for name in parameters},
        )
    return expression


def _expressions(value: object) -> Iterator[Expression]:
    """The expressions in a value, in lists and mappings too."""
    match value:
        case Expression():
            yield value
        case Mapping():
            for each in value.values():
                yield from _expressions(each)
        case list():
            for each in value:
                yield from _expressions(each)


def _holds_expression(value: object) -> bool:
    return any(True for _ in _expressions(value))


def _filled(value: Any, arguments: Arguments, *, sample: bool = False) -> Any:
    match value:
        case Expression():
            return 1 if sample else value.value(arguments)
        case dict():
            return {key: _filled(each, arguments, sample=sample) for key, each in value.items()}
        case list():
            return [_filled(each, arguments, sample=sample) for each in value]
    return value


def _filled_field(name: str, value: Any, arguments: Arguments) -> Any:
    try:
        return _filled(value, arguments)
    except CalculationError as error:
        raise CalculationError(error.fault, rule=error.rule, field=name) from None


def _read_parameters(value: object) -> Mapping[str, int | None]:
    """Parameters by name, with a default where there is one, from a list as in ``[channels, stride: 1]``."""
    if not isinstance(value, list | tuple):
        refuse("it must be a list of names, with or without a default", "write it as [channels, stride: 1]")
    parameters: dict[str, int | None] = {}
    for name, default in _pairs(value):
        if name in parameters or name in WORDS:
            refuse(
                f"{name} is taken" if name not in parameters else f"{name} stands twice",
                "choose another name",
            )
        parameters[name] = default
    return parameters


def _pairs(items: list[object] | tuple[object, ...]) -> Iterator[tuple[str, int | None]]:
    for item in items:
        pairs = [*item.items()] if isinstance(item, Mapping) else [(item, None)]
        for name, default in pairs:
            fits = isinstance(name, str) and len(name) <= 40 and name.isidentifier() and name.isascii()
            if not fits or not (default is None or type(default) is int):
                refuse(
                    "a parameter is a name of letters, digits and _, or one with a whole number",
                    "write it as [channels, stride: 1]",
                )
            yield str(name), default


_INTEGER = {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}
_PARAMETER = {
    "anyOf": [
        {"type": "string", "pattern": PARAMETER},
        {"type": "object", "propertyNames": {"pattern": PARAMETER}, "additionalProperties": _INTEGER},
    ]
}


def _not_empty(layers: object) -> object:
    if isinstance(layers, list | tuple) and not layers:
        refuse("it must have at least one layer", "add - {kind: conv, filters: 6, kernel: 5}")
    return layers


def _read_in_block(value: object, info: ValidationInfo) -> Entry:
    if "parameters" not in info.data:  # they are refused, so that it cannot be said what the layer reads
        return LayerTemplate({})
    return read_entry(value, frozenset(info.data["parameters"]))


class Block(BaseModel):
    """A named piece of a network, to be used several times with different arguments."""

    model_config = RECORD

    parameters: Annotated[Mapping[str, int | None], Reader(_read_parameters, list_of(_PARAMETER, 1000))] = (
        Field(default={}, description="What may differ from use to use, as in [channels, stride: 1].")
    )
    inputs: Names = Field(
        default=(INPUT,),
        description="What its layers call what it reads; `input` where not given.",
    )
    layers: Annotated[
        tuple[Annotated[Layer | LayerTemplate | Use, BeforeValidator(_read_in_block)], ...],
        BeforeValidator(_not_empty),
        Field(strict=False),
    ] = Field(
        description="Its layers; the first reads `input`, the last is the output.",
        json_schema_extra={"minItems": 1},
    )


Entries = Annotated[
    tuple[Annotated[Layer | LayerTemplate | Use, BeforeValidator(read_entry)], ...],
    BeforeValidator(_not_empty),
    Field(strict=False),
]
"""The layers of a network."""
