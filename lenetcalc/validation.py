"""What pydantic refuses, told in the words of the spec: each error as a `Fault` with its place."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lenetcalc.entries import Block, Use
from lenetcalc.errors import MOST_FAULTS, Fault
from lenetcalc.expectations import Budget, ByteLimit, Expect, Figures, Limit, Limits, LimitsOnInput, Published
from lenetcalc.layers import KINDS, SPELLINGS
from lenetcalc.layers.base import Layer, field_words
from lenetcalc.layers.fields import LARGEST
from lenetcalc.network import NetworkSpec
from lenetcalc.policy import POLICY, Policy
from lenetcalc.source import KEY, Path, Source
from lenetcalc.text import harmless, listed, nearest


def validation_faults(error: ValidationError, source: Source) -> list[Fault]:
    """A sentence for every error of pydantic's, as many as are told, by place."""
    errors = error.errors(include_url=False)[: MOST_FAULTS + 1]
    faults = [_fault(details, source) for details in errors]
    return by_place(faults)


def value_faults(error: ValidationError) -> Iterator[tuple[Path, str, str]]:
    """Of every value that came out of arithmetic and is refused: its path, what it is and what must hold."""
    for details in error.errors(include_url=False)[: MOST_FAULTS + 1]:
        rule = details.get("ctx", {}).get("rule") or _plain_rule(details)
        path: Path = details["loc"]
        name = harmless(path[-1]) if path else "it"
        yield path, f"{name} comes to {received(details['input'])}", rule


def by_place(faults: list[Fault]) -> list[Fault]:
    """Faults in the order in which they stand in the file."""
    return sorted(faults, key=lambda fault: (fault.place.line, fault.place.column) if fault.place else (0, 0))


def empty_fields(source: Source, path: Path, value: object) -> Iterator[Fault]:
    """A fault for every field that is named but given no value."""
    match value:
        case dict():
            for key, each in value.items():
                if each is None:
                    fault = f"{harmless(key)} is empty"
                    rule, hint = "a field that is named has a value", "give it one, or leave it out"
                    at = (*path, key)
                    yield Fault(fault, rule, hint, source.place(at), _layer_name(at, source.data))
                yield from empty_fields(source, (*path, key), each)
        case list():
            for index, each in enumerate(value):
                yield from empty_fields(source, (*path, index), each)


def _fault(details: ErrorDetails, source: Source) -> Fault:
    path: Path = details["loc"]
    if path[-1:] == ("[key]",) and details["type"] != "extra_forbidden":
        rule, name = _plain_rule(details), _layer_name(path[:-2], source.data)
        return Fault(
            f"a name under {path[-3]} is {received(path[-2])}",
            rule,
            "",
            source.place((*path[:-1], KEY)),
            name,
        )
    context = details.get("ctx", {})
    field = harmless(path[-1]) if path else "the spec"
    value = details["input"]
    fault = f"{field} is {received(value)}"
    rule, hint, at = "", "", path
    match details["type"]:
        case "refused":
            return _refusal(context, path, value, source)
        case "missing":
            what = _whole(path, source.data)
            fault, rule, at = f"{field} is missing", f"{what} needs it", path[:-1]
            hint = f"add {field}: …"
        case "extra_forbidden":
            fault, rule, hint = _unknown_field(path, source.data)
            at = (*path, KEY)
        case "no_kind" | "no_layer" | "unknown_kind" | "preset":
            fault, rule, hint, at = _kind_fault(details, path)
            if details["type"] == "unknown_kind" and _names_block(details["input"], source.data):
                rule, hint = "it is the name of a block", "write block: instead of kind:"
        case "model_type" if context["class_name"] in _LIMITS:
            rule, hint = _plain_rule(details), f"write {{max: {harmless(value, 20)}}}"
        case _:
            rule, hint = _plain_rule(details), _hint(details["type"], value)
    return Fault(fault, rule, hint, source.place(at), _layer_name(path, source.data))


def _refusal(context: Mapping[str, Any], path: Path, value: Any, source: Source) -> Fault:
    """What a reader of a field refused: the whole value, or what stands at one of its keys."""
    if "at" in context and isinstance(value, Mapping):
        path, value = (*path, context["at"]), value[context["at"]]
    field, place = harmless(path[-1]) if path else "the document", source.place(path)
    if path and isinstance(path[-1], int):
        field = f"{harmless(path[-2])} {path[-1] + 1}"
    fault = f"{field} is {received(value)}"
    hint = _near_hint(context) or context["hint"] or _hint("refused", value)
    if "misplaced" in context:
        fault, hint, place = f"{field} is given", f"take {field} away", source.place((*path, KEY))
    return Fault(fault, context["rule"], hint, place, _layer_name(path, source.data))


MOST_LISTED = 20
"""Fields that are listed beside the one that was meant."""

_RULES: Mapping[str, str] = {
    "int_type": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "bool_type": "it must be true or false",
    "string_type": "it must be text",
    "string_too_short": "it must not be empty",
    "tuple_type": "it must be a list",
    "dict_type": "it must be a mapping",
    "mapping_type": "it must be a mapping",
    "model_type": "it must be a mapping",
    "too_short": "it must not be empty",
    "too_long": "it must have at most {max_length}",
    "greater_than_equal": "it must be at least {ge}",
    "less_than_equal": "it must be at most {le}",
    "less_than": "it must be less than {lt}",
    "greater_than": "it must be greater than {gt}",
    "literal_error": "it must be {expected}",
}


_LIMITS = (Limit.__name__, ByteLimit.__name__)
_BOUNDS = ("ge", "le", "lt", "gt")


def _plain_rule(details: ErrorDetails) -> str:
    """The rule that one of pydantic's own errors stands for."""
    rule = _RULES.get(details["type"])
    context = details.get("ctx", {})
    bounds = {name: f"{bound:,}".removesuffix(".0") for name, bound in context.items() if name in _BOUNDS}
    return rule.format_map({**context, **bounds}) if rule else details["msg"]


def _kind_fault(details: ErrorDetails, path: Path) -> tuple[str, str, str, Path]:
    """Fault, rule, hint and path for a layer whose kind is not understood."""
    value, context = details["input"], details.get("ctx", {})
    if details["type"] == "no_layer":
        return f"a layer is {received(value)}", details["msg"], "write {kind: conv, …} or flatten", path
    if details["type"] == "no_kind":
        near = next((key for key in ("type", "class_name", "layer") if key in value), None)
        hint = f"write kind: instead of {near}:" if near else "add kind: …"
        return "kind is missing", KNOWN_KINDS, hint, path
    if details["type"] == "preset":
        field = context["field"]
        rule = f"the kind {harmless(context['kind'])} says it already"
        return f"{field} is given", rule, f"take {field} away", (*path, field, KEY)
    kind = value if isinstance(value, str) else value["kind"]
    hint = _kind_hint(kind) if isinstance(kind, str) else ""
    at = path if isinstance(value, str) else (*path, "kind")
    return f"the kind {received(kind)} is unknown", "" if hint else KNOWN_KINDS, hint, at


def _names_block(value: object, data: Any) -> bool:
    """Whether what stands where a kind should is the name of a block."""
    kind = value.get("kind") if isinstance(value, Mapping) else value
    blocks = data.get("blocks")
    return isinstance(blocks, Mapping) and isinstance(kind, str) and kind in blocks


def _kind_hint(kind: str) -> str:
    """What to write in place of a word that is no kind."""
    for layer in KINDS.values():
        if kind in layer.INSTEAD:
            return layer.INSTEAD[kind]
    near = nearest(kind, SPELLINGS)
    return f"did you mean {near}?" if near else ""


KNOWN_KINDS = "lenetcalc kinds lists what there is"

FOLLOWS_FROM_INPUT = frozenset({"in_channels", "in_features", "num_features", "input_shape", "input_dim"})
"""Words of PyTorch and Keras for what a spec need not say."""


def data_at(path: Path, data: Any) -> Any:
    """What stands in a document at a path."""
    for step in path:
        data = data[step]
    return data


def _unknown_field(path: Path, data: Any) -> tuple[str, str, str]:
    """Fault, rule and hint for a field that does not belong where it stands."""
    field = str(path[-1])
    words = _words(path[:-1], data)
    canonical = {word: name for name, spellings in words.items() for word in spellings}
    if field in canonical:
        fault = f"{field} is given beside {canonical[field]}"
        return fault, "both words mean the same", "keep one of them"
    given = data_at(path[:-1], data)
    if field in FOLLOWS_FROM_INPUT:
        rule = "it follows from the layer before"
        return f"the field {harmless(field)} is not needed", rule, f"take {field} away"
    model = _model(path[:-1], data)
    if issubclass(model, Layer) and field in model.FIELDS_INSTEAD:
        return f"the field {field} is unknown", "", model.FIELDS_INSTEAD[field]
    near = nearest(
        field, [word for word in canonical if not any(other in given for other in words[canonical[word]])]
    )
    hint = f"did you mean {canonical[near]}?" if near else "take it away"
    shown = harmless(field) or "''"
    rule = f"{_whole(path, data)} has {listed(words)}" if not near or len(words) <= MOST_LISTED else ""
    return f"the field {shown} is unknown", rule, hint


def _entry(path: Path) -> Path | None:
    """The path of the layer, or use of a block, that a path leads into."""
    match path:
        case ("layers", int(), *_):
            return path[:2]
        case ("blocks", str(), "layers", int(), *_):
            return path[:4]
    return None


def _words(path: Path, data: Any) -> Mapping[str, tuple[str, ...]]:
    """The fields of the part of a spec at a path, each with every word for it."""
    return field_words(_model(path, data))


def _model(path: Path, data: Any) -> type[BaseModel]:
    """The model of the mapping at a path."""
    if entry := _entry(path):
        value = data_at(entry, data)
        if isinstance(value, dict) and "block" in value:
            return Use
        return SPELLINGS[value if isinstance(value, str) else value["kind"]].layer
    model: type[BaseModel] = Policy if next(iter(data), None) == POLICY else NetworkSpec
    steps = iter(path)
    for step in steps:
        field = model.model_fields.get(str(step))
        inner, several = _inside(field.annotation) if field else (None, False)
        if inner is not None:
            model = inner
            if several:
                next(steps, None)
    return model


def _inside(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The model that a type of a field holds, and whether it holds several, by a name or a number."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for each in get_args(annotation):
        model, several = _inside(each)
        if model is not None:
            return model, several or get_origin(annotation) in (Mapping, tuple)
    return None, False


_WHOLES: Mapping[type[BaseModel], str] = {
    NetworkSpec: "a spec",
    Policy: "a policy",
    Block: "a block",
    Use: "the use of a block",
    Expect: "expect",
    Figures: "a layer under expect",
    Published: "a published figure",
    Budget: "budget",
    LimitsOnInput: "an input under budget",
    Limits: "a layer under budget",
    Limit: "a limit",
    ByteLimit: "a limit",
}


def _whole(path: Path, data: Any) -> str:
    """What the mapping around a path is called in a sentence."""
    model = _model(path[:-1], data)
    kind = model.model_fields.get("kind")
    return f"a layer of kind {kind.default}" if kind else _WHOLES[model]


def _layer_name(path: Path, data: Any) -> str | None:
    """What to call the layer that a path leads into."""
    if entry := _entry(path):
        layer, number = data_at(entry, data), f"layer {int(entry[-1]) + 1}"
        name = layer.get("name") if isinstance(layer, dict) else None
        own = name if isinstance(name, str) and name else number
        return own if len(entry) == 2 else f"{entry[1]}.{own}"
    match path:
        case (("expect" | "budget"), "layers", str(name), *_) if name:
            return name
    return None


def _near_hint(context: Mapping[str, Any]) -> str:
    near = nearest(context["word"], context["known"]) if "word" in context else None
    return f"did you mean {context['known'][near]}?" if near else ""


_WRITTEN_NUMBER = re.compile(r"([0-9][0-9_, ]{0,30})([kKM]?)", re.ASCII)
_SUFFIXES = {"": 1, "k": 10**3, "K": 10**3, "M": 10**6}


def _hint(kind: str, value: object) -> str:
    """How to write what was written in another form: a number as text, or text as a number."""
    if kind == "string_type":
        return "put quotes around it" if isinstance(value, int | float) else ""
    if kind not in ("int_type", "int_from_float", "refused"):
        return ""
    number = _number(value)
    if not number or number > LARGEST:
        return ""
    return f"write {number}" + (" without quotes" if str(number) == value else "")


def _number(value: object) -> int | None:
    """The whole number that a value in another form means."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    written = _WRITTEN_NUMBER.fullmatch(value) if isinstance(value, str) else None
    return int(re.sub("[_, ]", "", written[1])) * _SUFFIXES[written[2]] if written else None


def received(value: object) -> str:
    """A value as a spec shows it, short and harmless."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case int() | float():
            return harmless(value)
        case str():
            return f"'{harmless(value, 40)}'"
        case dict():
            return "a mapping"
        case list() | tuple():
            return f"[{harmless(', '.join(map(received, value[:8])), 60)}{', …' * (len(value) > 8)}]"
    return harmless(value)
