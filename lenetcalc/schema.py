"""The JSON Schema of a spec, for editors and other tools: draft-07, made from the classes of the kinds.

It tells kinds apart with ``if``/``then`` on the kind, not ``oneOf``: with the latter, editors report a
misspelt kind as some other kind's mistake.
"""

from collections.abc import Iterator, Mapping
from inspect import cleandoc
from itertools import combinations
from typing import Any, TypeAlias

from pydantic import BaseModel

from lenetcalc.layers import KINDS, SPELLINGS, Spelling
from lenetcalc.layers.base import field_words
from lenetcalc.layers.functions import SCHEMA as FUNCTION
from lenetcalc.network import VERSION, Expect, LayerFigures, NetworkSpec

Schema: TypeAlias = dict[str, Any]

ID = f"urn:lenetcalc:schema:{VERSION}"


def json_schema() -> Schema:
    """The schema of a whole spec, with a definition for every kind of layer."""
    network = _model_schema(NetworkSpec)
    network["properties"]["layers"] |= {"items": {"$ref": "#/definitions/layer"}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": ID,
        "title": f"lenetcalc network, version {VERSION}",
        **network,
        "required": ["lenetcalc", *network["required"]],
        "definitions": {
            **{part.__name__: _model_schema(part) for part in (Expect, LayerFigures)},
            "function": dict(FUNCTION),
            "layer": _layer_schema(),
            **{name: definition for name, _, definition in _branches()},
        },
    }


def _layer_schema() -> Schema:
    """A layer: the bare word of a kind that needs no fields, or a mapping that its kind decides on."""
    words = [*SPELLINGS]
    return {
        "type": ["object", "string"],
        "if": {"type": "string"},
        "then": {"enum": [word for word in words if not _required(SPELLINGS[word])]},
        "else": {
            "type": "object",
            "required": ["kind"],
            "properties": {
                "kind": {
                    **_described("What the layer is."),
                    "enum": words,
                    "markdownEnumDescriptions": [summary(SPELLINGS[word].layer) for word in words],
                }
            },
            "allOf": [
                {
                    "if": {"properties": {"kind": {"enum": kinds}}, "required": ["kind"]},
                    "then": {"$ref": f"#/definitions/{name}"},
                }
                for name, kinds, _ in _branches()
            ],
        },
    }


def _branches() -> Iterator[tuple[str, list[str], Schema]]:
    """For each kind, and each set of fields that words for it fix: a name, the words, the schema."""
    for kind, layer in KINDS.items():
        words = {kind: (), **{word: tuple(presets) for word, presets in layer.SPELLINGS.items()}}
        for presets in dict.fromkeys(words.values()):
            name = "-without-".join((kind, *presets))
            spelled = [word for word, fixed in words.items() if fixed == presets]
            yield name, spelled, _model_schema(layer, spelled, presets)


def _model_schema(
    model: type[BaseModel], kinds: list[str] | None = None, presets: tuple[str, ...] = ()
) -> Schema:
    """The schema of one model, with every word for its fields, less those that its kind has fixed."""
    raw = model.model_json_schema(by_alias=True)
    words = {name: spelled for name, spelled in field_words(model).items() if name not in presets}
    properties = {
        word: _tidy(raw["properties"][name]) | _described(_says(raw["properties"][name], name, word))
        for name, spelled in words.items()
        for word in spelled
    }
    if kinds:
        properties["kind"] = {"enum": kinds} | _described(summary(model))
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
            rules.append({"oneOf": [{"required": [word]} for word in spelled]})
        else:
            rules += [{"not": {"required": list(pair)}} for pair in combinations(spelled, 2)]
    return {"allOf": rules} if rules else {}


def _required(spelling: Spelling) -> list[str]:
    """The fields that a word for a kind leaves to be given."""
    fields = spelling.layer.model_fields.items()
    return [name for name, field in fields if field.is_required() and name not in spelling.presets]


def _says(schema: Schema, name: str, word: str) -> str:
    description = str(schema.get("description", ""))
    return description if word == name else f"Another word for {name}. {description}"


def _described(text: str) -> Schema:
    """A text for an editor's hover; both keys, because editors escape the first."""
    return {"description": text, "markdownDescription": text} if text else {}


def _tidy(schema: Any) -> Any:
    """Pydantic's schema without its own titles and null branches, and with draft-07's references."""
    if isinstance(schema, list):
        return [_tidy(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    branches = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(branches) == 1:
        schema = {key: value for key, value in schema.items() if key != "anyOf"} | branches[0]
    elif branches:
        schema = schema | {"anyOf": branches}
    dropped = {"title"} | ({"default"} if schema.get("default", "") in (None, []) else set())
    tidied = {key: _tidy(value) for key, value in schema.items() if key not in dropped}
    if "definition" in tidied:
        tidied["allOf"] = [{"$ref": f"#/definitions/{tidied.pop('definition')}"}]
    if "$ref" in tidied:
        tidied["$ref"] = tidied["$ref"].replace("#/$defs/", "#/definitions/")
    return tidied


def summary(model: type[BaseModel]) -> str:
    """The first sentence of a class's docstring."""
    return cleandoc(model.__doc__ or "").split("\n", 1)[0]
