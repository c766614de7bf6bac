"""The JSON Schema of a spec, for editors and other tools: draft-07, made from the classes of the kinds.

It tells kinds apart with ``if``/``else`` on the kind, not ``oneOf``: with the latter, editors report a
misspelt kind as some other kind's mistake. The condition is "not of these kinds", because an editor shows
the words of an ``enum`` that stands in an ``if`` as documentation. Held against yaml-language-server.
"""

from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Any, TypeAlias

from pydantic import BaseModel

from lenetcalc.entries import Block, Use
from lenetcalc.expectations import Budget, ByteLimit, Expect, Figures, Limit, Limits, LimitsOnInput, Published
from lenetcalc.layers import KINDS, SPELLINGS, Spelling
from lenetcalc.layers.base import field_words
from lenetcalc.layers.fields import one_of, whole_number
from lenetcalc.layers.functions import FUNCTIONS
from lenetcalc.layers.functions import SCHEMA as FUNCTION
from lenetcalc.network import VERSION, NetworkSpec
from lenetcalc.policy import POLICY, POLICY_VERSION, Policy

Schema: TypeAlias = dict[str, Any]

ID = f"urn:lenetcalc:schema:{VERSION}"


def json_schema() -> Schema:
    """The schema of a whole spec, with a definition for every kind of layer."""
    network = _model_schema(NetworkSpec)
    network["properties"]["blocks"] |= {"additionalProperties": {"$ref": "#/definitions/block"}}
    network["properties"]["layers"] |= {"items": {"$ref": "#/definitions/layer"}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ID,
        "title": f"lenetcalc network, version {VERSION}",
        **network,
        "required": ["lenetcalc", *network["required"]],
        "definitions": {
            **_parts(),
            "function": dict(FUNCTION),
            "expression": EXPRESSION,
            "block": _block_schema(),
            "use": _use_schema(),
            "layer": _layer_schema(),
            "layer-in-block": _layer_schema(IN_BLOCK),
            **{name: definition for name, _, definition in _branches()},
            **{f"{name}{IN_BLOCK}": _calculated(definition) for name, _, definition in _branches()},
        },
    }


def policy_schema() -> Schema:
    """The schema of a policy."""
    policy = _model_schema(Policy)
    properties = {POLICY: _titled({"const": POLICY_VERSION}, POLICY)} | policy["properties"]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"urn:lenetcalc:policy-schema:{POLICY_VERSION}",
        "title": f"lenetcalc policy, version {POLICY_VERSION}",
        **policy,
        "properties": properties,
        "anyOf": [{"required": [part]} for part in ("expect", "budget")],
        "definitions": _parts(),
    }


def _parts() -> Schema:
    """A definition for every part of what is asked of a network."""
    parts = (Expect, Figures, Published, Budget, LimitsOnInput, Limits, Limit, ByteLimit)
    found = {part.__name__: _model_schema(part) for part in parts}
    for limit in (Limit, ByteLimit):
        found[limit.__name__]["anyOf"] = [{"required": [end]} for end in ("min", "max")]
    return found


IN_BLOCK = "-in-block"
"""What the names of definitions end with in which numbers may be arithmetic."""

EXPRESSION: Schema = {
    "title": "arithmetic",
    "type": "string",
    "pattern": "^[A-Za-z0-9_+*/() -]{1,100}$",
    "markdownDescription": "Arithmetic over the parameters of the block, as in `4*channels`.",
}


def _calculated(schema: Any) -> Any:
    """A schema in which arithmetic may stand for every whole number."""
    if isinstance(schema, list):
        return [_calculated(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") in ("integer", "number"):
        title = {"title": schema["title"]} if "title" in schema else {}
        texts = {key: each for key, each in schema.items() if key in ("description", "markdownDescription")}
        number = {key: each for key, each in schema.items() if key not in texts and key != "title"}
        return title | texts | {"anyOf": [number, {"$ref": "#/definitions/expression"}]}
    return {key: _calculated(each) for key, each in schema.items()}


def _block_schema() -> Schema:
    block = _model_schema(Block)
    block["properties"]["layers"] |= {"items": {"$ref": "#/definitions/layer-in-block"}}
    return block


_TEXTS = frozenset({"title", "description", "markdownDescription"})


def _use_schema() -> Schema:
    """The use of a block: beside its own fields a number, or arithmetic, for each parameter."""
    use = _model_schema(Use)
    del use["properties"]["arguments"]
    expression = {"$ref": "#/definitions/expression"}
    repeat = {key: each for key, each in use["properties"]["repeat"].items() if key in _TEXTS}
    repeat["anyOf"] = [whole_number(0), expression]
    return use | {
        "properties": use["properties"] | {"repeat": repeat},
        "additionalProperties": {"anyOf": [{"type": "integer"}, expression]},
    }


def _layer_schema(ending: str = "") -> Schema:
    """A layer: the bare word of a kind that needs no fields, or a mapping that its kind decides on."""
    words = [*SPELLINGS]
    bare = [word for word in words if not _required(SPELLINGS[word])]
    return {
        "title": "layer",
        "type": ["object", "string"],
        "if": {"type": "string"},
        "then": one_of(
            {word: _bare(word) for word in bare if word in KINDS or word in FUNCTIONS},
            [word for word in bare if word not in KINDS and word not in FUNCTIONS],
        ),
        "else": {
            "if": {"required": ["block"]},
            "then": {"$ref": "#/definitions/use"},
            "else": {
                "required": ["kind"],
                "properties": {
                    "kind": {
                        "title": "kind",
                        "type": "string",
                        **one_of(
                            {kind: summary(layer) for kind, layer in KINDS.items()},
                            [word for word in words if word not in KINDS],
                        ),
                    }
                },
                "allOf": [
                    {
                        "if": {"properties": {"kind": {"not": {"enum": kinds}}}},
                        "else": {"$ref": f"#/definitions/{name}{ending}"},
                    }
                    for name, kinds, _ in _branches()
                ],
            },
        },
    }


def _bare(word: str) -> str:
    """What a layer is that is just this word."""
    return FUNCTIONS[word].definition if word in FUNCTIONS else summary(SPELLINGS[word].layer)


def _branches() -> Iterator[tuple[str, list[str], Schema]]:
    """For each kind, and each set of fields that words for it fix or default: a name, words, the schema."""
    for kind, layer in KINDS.items():
        alike: dict[tuple[tuple[str, ...], tuple[tuple[str, Any], ...]], list[str]] = {}
        for word in (kind, *layer.SPELLINGS):
            rules = tuple(SPELLINGS[word].presets), tuple(SPELLINGS[word].defaults.items())
            alike.setdefault(rules, []).append(word)
        for (presets, defaults), words in alike.items():
            name = "-without-".join((kind, *presets)) + (f"-as-{words[0]}" if defaults else "")
            yield name, words, _model_schema(layer, words, presets, dict(defaults))


def _model_schema(
    model: type[BaseModel],
    kinds: list[str] | None = None,
    presets: tuple[str, ...] = (),
    defaults: Mapping[str, Any] | None = None,
) -> Schema:
    """The schema of one model, with every word for its fields, less those that its kind has fixed."""
    raw = model.model_json_schema(by_alias=True)
    for name, default in (defaults or {}).items():
        raw["properties"][name]["default"] = default
    words = {name: spelled for name, spelled in field_words(model).items() if name not in presets}
    properties = {
        word: _titled(_tidy(raw["properties"][name]), word)
        | ({} if word == name else {"doNotSuggest": True})
        | _described(_says(raw["properties"][name], name, word))
        for name, spelled in words.items()
        for word in spelled
    }
    if kinds:
        properties["kind"] = {"title": "kind", "type": "string"} | _described(summary(model))
    required = [name for name in raw.get("required", []) if name not in presets]
    alone = [name for name in required if len(words[name]) == 1]
    return {
        **_described(summary(model)),
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": alone,
        **_one_word_each({name: words[name] for name in words if name not in alone}, required),
    }


def _one_word_each(words: Mapping[str, tuple[str, ...]], required: list[str]) -> Schema:
    """Of the words for one field at most one may stand, and exactly one where the field is required."""
    rules: list[Schema] = []
    for name, spelled in words.items():
        if name in required:
            other: Schema = {"anyOf": [{"required": [word]} for word in spelled[1:]]}
            rules.append({"if": other, "else": {"required": [name]}})
    beside: Schema = {
        word: {
            "properties": dict.fromkeys(spelled[:index], False),
            "errorMessage": f"{word} is another word for {spelled[0]}: keep one of them.",
        }
        for spelled in words.values()
        for index, word in enumerate(spelled)
        if index
    }
    return ({"allOf": rules} if rules else {}) | ({"dependencies": beside} if beside else {})


def _required(spelling: Spelling) -> list[str]:
    """The fields that a word for a kind leaves to be given."""
    fields = spelling.layer.model_fields.items()
    return [name for name, field in fields if field.is_required() and name not in spelling.presets]


def _says(schema: Schema, name: str, word: str) -> str:
    description = str(schema.get("description", ""))
    return description if word == name else f"Another word for {name}. {description}"


def _titled(schema: Schema, word: str) -> Schema:
    """A field's schema under its own name; without one, an editor heads it with the title of the whole.

    Its forms have a name each, because an editor that cannot tell them apart shows them all in a row.
    """
    forms = [{**each, "title": f"{word}: {each.get('type', 'word')}"} for each in schema.get("anyOf", [])]
    return schema | {"title": word} | ({"anyOf": forms} if forms else {})


def _described(text: str) -> Schema:
    """A text for an editor's hover; both keys, because editors escape the first."""
    return {"description": text, "markdownDescription": text} if text else {}


def _tidy(schema: Any) -> Any:
    """Pydantic's schema without its own titles and null branches, and with draft-07's references."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    forms = [form for each in schema.get("anyOf", []) for form in each.get("anyOf", [each])]
    branches = [each for each in forms if each != {"type": "null"}]
    if len(branches) == 1:
        schema = {key: value for key, value in schema.items() if key != "anyOf"} | branches[0]
    elif branches:
        schema = schema | {"anyOf": branches}
    dropped = {"title"} | ({"default"} if schema.get("default", "") in (None, []) else set())
    tidied = {key: _tidy(value) for key, value in schema.items() if key not in dropped}
    if "definition" in tidied:
        tidied["type"] = ["string", "object"]
        tidied["allOf"] = [{"$ref": f"#/definitions/{tidied.pop('definition')}"}]
    if "$ref" in tidied:
        tidied["$ref"] = tidied["$ref"].replace("#/$defs/", "#/definitions/")
    return tidied


def summary(model: type[BaseModel]) -> str:
    """The first sentence of a class's docstring."""
    return cleandoc(model.__doc__ or "").split("\n", 1)[0]
