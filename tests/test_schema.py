"""The published JSON Schema: fit for editors, and of one mind with the classes that it is made from."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from lenetcalc.entries import read_layer
from lenetcalc.layers import KINDS, SPELLINGS
from lenetcalc.layers.base import Layer, field_words
from lenetcalc.layers.functions import FUNCTIONS
from lenetcalc.layers.functions import SPELLINGS as FUNCTION_WORDS
from lenetcalc.schema import json_schema, policy_schema
from lenetcalc.spec import loads, loads_policy
from tests.test_network import FIELDS as GOOD

PUBLISHED = Path(__file__).parent.parent / "specs" / "lenetcalc-1.schema.json"
PUBLISHED_POLICY = PUBLISHED.with_name("lenetcalc-policy-1.schema.json")
SCHEMA = json_schema()
WHOLE = Draft7Validator(SCHEMA)
FAST = jsonschema_rs.Draft7Validator(SCHEMA)
"""Says whether, but not in words, and a thousand times as fast."""


def accepted(layer: object) -> bool:
    """Whether the schema accepts a spec with one layer."""
    return FAST.is_valid({"lenetcalc": 1, "input": [6, 14, 14], "layers": [layer]})


def layer_errors(layer: object) -> list[Any]:
    """What the schema says of a spec with one layer."""
    return list(WHOLE.iter_errors({"lenetcalc": 1, "input": [6, 14, 14], "layers": [layer]}))


def test_the_published_schema_is_the_generated_one() -> None:
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == SCHEMA


def test_the_schema_is_draft_07() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(SCHEMA)


def parts(schema: object) -> Iterator[dict[str, Any]]:
    """Every mapping in a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


def test_the_schema_uses_no_words_of_later_drafts() -> None:
    words = {word for part in parts(SCHEMA) for word in part}
    assert not words & {"$defs", "prefixItems", "discriminator", "unevaluatedProperties", "dependentRequired"}


def test_every_reference_leads_somewhere() -> None:
    references = {part["$ref"] for part in parts(SCHEMA) if isinstance(part.get("$ref"), str)}
    assert references
    for reference in references:
        assert reference.removeprefix("#/definitions/") in SCHEMA["definitions"], reference


def test_every_definition_is_used() -> None:
    references = {part["$ref"] for part in parts(SCHEMA) if isinstance(part.get("$ref"), str)}
    assert {f"#/definitions/{name}" for name in SCHEMA["definitions"]} == references


def test_kinds_are_told_apart_with_if_and_else() -> None:
    layer = SCHEMA["definitions"]["layer"]["else"]["else"]
    assert "oneOf" not in layer
    assert all({"if", "else"} == set(branch) for branch in layer["allOf"])
    told = [word for branch in layer["allOf"] for word in branch["if"]["properties"]["kind"]["not"]["enum"]]
    assert sorted(told) == sorted(SPELLINGS)


def test_an_activation_is_a_word_or_a_mapping() -> None:
    for good in ("relu", "ReLU", {"function": "relu"}, {"function": "elu", "alpha": 2}):
        assert layer_errors({"kind": "dense", "units": 5, "activation": good}) == []


@pytest.mark.parametrize("kind", ["cnov", "", "CONV", "layer"])
def test_the_only_error_of_an_unknown_kind_is_at_the_kind_and_lists_the_kinds(kind: str) -> None:
    (error,) = layer_errors({"kind": kind, "filters": 6})
    assert list(error.absolute_path) == ["layers", 0, "kind"]
    assert error.validator == "enum"
    assert error.validator_value == [*KINDS]


def test_the_only_error_of_a_misspelt_field_is_its_name() -> None:
    (error,) = layer_errors({"kind": "max-pool", "kernel": 2, "stirde": 2})
    assert error.validator == "additionalProperties"
    assert "'stirde' was unexpected" in error.message


def test_a_missing_field_is_named() -> None:
    (error,) = layer_errors({"kind": "rbf"})
    assert list(error.absolute_path) == ["layers", 0]


def test_a_bare_word_that_needs_fields_is_no_layer() -> None:
    assert layer_errors("conv")
    assert not layer_errors("flatten")
    assert not layer_errors("ReLU")


FIELDS = [
    pytest.param(definition, word, id=f"{name}-{word}")
    for name, definition in SCHEMA["definitions"].items()
    for word in definition.get("properties", {})
]


@pytest.mark.parametrize(("definition", "word"), FIELDS)
def test_every_field_has_a_description_for_both_sorts_of_editors(definition: Any, word: str) -> None:
    field = definition["properties"][word]
    assert len(field["description"]) > 10
    assert field["markdownDescription"] == field["description"]


@pytest.mark.parametrize("part", SCHEMA["properties"])
def test_every_part_of_a_spec_has_a_description(part: str) -> None:
    assert SCHEMA["properties"][part]["description"]


def test_another_word_for_a_field_says_which() -> None:
    words = SCHEMA["definitions"]["conv"]["properties"]
    assert words["out_channels"]["description"].startswith("Another word for filters. ")
    assert not words["filters"]["description"].startswith("Another word")


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_every_field_is_offered(kind: str) -> None:
    words = {word for words in field_words(KINDS[kind]).values() for word in words}
    assert set(SCHEMA["definitions"][kind]["properties"]) == words


@pytest.mark.parametrize("word", SPELLINGS)
def test_an_editor_is_told_the_defaults_of_the_word(word: str) -> None:
    spelling, branches = SPELLINGS[word], SCHEMA["definitions"]["layer"]["else"]["else"]["allOf"]
    kinds = {each["else"]["$ref"]: each["if"]["properties"]["kind"]["not"]["enum"] for each in branches}
    (reference,) = [reference for reference, words in kinds.items() if word in words]
    properties = SCHEMA["definitions"][reference.removeprefix("#/definitions/")]["properties"]
    fields = zip(field_words(spelling.layer).items(), spelling.layer.model_fields.values(), strict=True)
    for (name, words), field in fields:
        told = {properties[each]["default"] for each in words if "default" in properties.get(each, {})}
        assert told <= {spelling.defaults.get(name, field.default)}
        assert told or name not in spelling.defaults


def test_kinds_are_described_where_they_are_chosen() -> None:
    kind = SCHEMA["definitions"]["layer"]["else"]["else"]["properties"]["kind"]
    offered = {each["label"]: each["description"] for each in kind["defaultSnippets"]}
    assert kind["then"]["enum"] == [*KINDS]
    assert kind["then"]["markdownEnumDescriptions"] == [*offered.values()]
    assert [*offered] == [*KINDS]
    assert all(offered.values())


FAMILIES: dict[str, list[Any]] = {
    "whole number": [1, 2, 6, 0, -1, 10**18 - 1, 10**18, 1.5, True, "6", None, [], {}, "6x6"],
    "sizes": [[1], [3, 5], [0, 1], [1, True], "5x3", "3×5", "0x3", "x", "5x", [[1]], ["5"]],
    "many sizes": [[1] * 32, [1] * 33],
    "padding": ["same", "same-lower", "valid", "Same", [[0, 1], 2], [[1]], [[0, 1, 2]], "0x2", [0], [-1]],
    "ends": [[["0", 1]], [[0, 1], [2, 3]], [[0, -1]], [[True, 1]]],
    "truth": [True, False, 0, 1, "true", None],
    "ceil": ["pytorch", "caffe", "ceil"],
    "modes": ["nearest", "bilinear", "linear", "bicubic"],
    "orders": [[1, 0], [0, 0], [2, 0, 1]],
    "share": [0, 0.5, 0.999, 1, -0.1, "0.5"],
    "names": ["A", "", ["A"], ["A", "B"], [], [""], [5], "C 1"],
    "tables": ["lenet5", "lenet", [[0]], [[0, 1], [2]], [[0, 0]], [[]], [], [[-1]]],
    "rows": [[[True]], [["0"]], [[0.5]]],
    "functions": [
        *("relu", "ReLU", "linear", "swish", "rleu", "", {"function": "relu"}),
        *({"function": "elu", "alpha": 1}, {"function": "elu", "alpha": 0.5}),
        *({"function": "elu", "alpha": True}, {"function": "elu", "slope": 1}),
        *({"function": "prelu", "slopes": "unit"}, {"function": "prelu", "slopes": "row"}, {"slope": 1}, {}),
        *({"function": "relu", "slope": 1}, {"function": {"function": "relu"}}, {"function": "zzz"}),
        {"function": "PReLU", "slopes": "layer"},
    ],
    "shapes": [[-1], [5, -1], [-1, -1], [-1, 0], [0], [-2], "5x-1", "16x5x5", [1, 2, 3]],
}
VALUES = [value for family in FAMILIES.values() for value in family]


def is_read(layer: object) -> bool:
    """Whether the classes accept a layer; empty values are refused before them."""
    if isinstance(layer, dict) and None in layer.values():
        return False
    try:
        return isinstance(read_layer(layer), Layer)
    except (PydanticCustomError, ValidationError):
        return False


@st.composite
def layers(draw: st.DrawFn) -> dict[str, Any]:
    """A layer of a known kind with some of its fields, most of them good, under any of their words."""
    kind = draw(st.sampled_from([*SPELLINGS]))
    layer = SPELLINGS[kind].layer
    spelled = [*field_words(layer).values()]
    fields = zip(layer.model_fields.values(), spelled, strict=True)
    needed = [words for field, words in fields if field.is_required() and words[0] != "function"]
    others = [word for words in spelled for word in words if word != "kind"]
    chosen = [draw(st.sampled_from(words)) for words in needed]
    chosen += draw(st.lists(st.sampled_from(others), max_size=2))
    spoilt = draw(st.sampled_from([*chosen, None]))
    given = {word: draw(st.sampled_from(VALUES)) if word == spoilt else GOOD[word] for word in chosen}
    return {"kind": kind} | given


@given(layers())
@example({"kind": "dense", "units": 5, "num_output": 5})
@example({"kind": "relu", "function": "tanh"})
@example({"kind": "activation"})
@example({"kind": "reshape", "shape": [-1, -1]})
@settings(max_examples=1_500, deadline=None)
def test_schema_and_classes_accept_the_same_layers(layer: dict[str, Any]) -> None:
    assert accepted(layer) == is_read(layer)


def test_only_the_schema_takes_a_fraction_without_rest_for_a_whole_number() -> None:
    layer = {"kind": "dense", "units": 5.0}  # JSON Schema knows one sort of numbers (draft-07, 6.1.1)
    assert layer_errors(layer) == []
    assert not is_read(layer)


WORDS = [
    pytest.param(kind, word, id=f"{kind}-{word}")
    for kind, layer in KINDS.items()
    for words in field_words(layer).values()
    for word in words
    if word != "kind"
]


@pytest.mark.parametrize(("kind", "word"), WORDS)
def test_schema_and_classes_accept_the_same_values_of_every_field(kind: str, word: str) -> None:
    fields = zip(KINDS[kind].model_fields.values(), field_words(KINDS[kind]).values(), strict=True)
    needed = [words[0] for field, words in fields if field.is_required() and word not in words]
    others = {"kind": kind} | {name: GOOD[name] for name in needed}
    differ = [
        value for value in VALUES if accepted(others | {word: value}) != is_read(others | {word: value})
    ]
    assert differ == []


@pytest.mark.parametrize("word", SPELLINGS)
def test_schema_and_classes_agree_on_every_bare_word(word: str) -> None:
    assert accepted(word) == is_read(word)


@pytest.mark.parametrize("word", FUNCTION_WORDS)
def test_schema_and_classes_agree_on_every_function_and_its_arguments(word: str) -> None:
    arguments = {name for function in FUNCTIONS.values() for name in function.arguments}
    for value in (None, *arguments):
        function = {"function": word} | ({value: "unit" if value == "slopes" else 0.5} if value else {})
        layer = {"kind": "activation", "function": function}
        assert accepted(layer) == is_read(layer)


TOPS: list[dict[str, Any]] = [
    {},
    {"name": ""},
    {"name": 5},
    {"source": "x"},
    {"zzz": 1},
    {"input": 0},
    {"input": "1x0"},
    {"input": {}},
    {"input": {"": 5}},
    {"input": {"a": 5, "b": "1x2"}},
    {"input": {"a": True}},
    {"layers": []},
    {"layers": {}},
    {"layers": "flatten"},
    {"layers": [5]},
    {"layers": [["flatten"]]},
    {"lenetcalc": 2},
    {"lenetcalc": True},
    {"lenetcalc": "1"},
    {"expect": {}},
    {"expect": 5},
    {"expect": {"units": 0}},
    {"expect": {"units": -1}},
    {"expect": {"units": True}},
    {"expect": {"units": "5"}},
    {"expect": {"units": 5.5}},
    {"expect": {"layers": {}}},
    {"expect": {"layers": []}},
    {"expect": {"layers": {"": {}}}},
    {"expect": {"layers": {"flatten1": {"output": "1x2", "units": 5}}}},
    {"expect": {"layers": {"flatten1": {"output": 0}}}},
    {"expect": {"layers": {"flatten1": {"source": "x"}}}},
    {"expect": {"layers": {"flatten1": 5}}},
    {"expect": {"source": ""}},
    {"expect": {"macs": "60M", "conventions": {"fvcore": "1.5k"}, "element_size": 2, "peak_memory": "4KiB"}},
    {"expect": {"conventions": {"": 1}}},
    {"expect": {"conventions": {"fvcore": "1.5"}}},
    {"expect": {"weight_memory": "4M"}},
    {"expect": {"element_size": 65}},
    {"expect": {"layers": {"flatten1": {"peak_memory": 5}}}},
    {"budget": {}},
    {"budget": 5},
    {"budget": {"macs": {}}},
    {"budget": {"macs": 5}},
    {"budget": {"macs": {"max": 5, "message": "x"}}},
    {"budget": {"macs": {"max": 5, "message": ""}}},
    {"budget": {"macs": {"min": "5k", "max": "5M"}}},
    {"budget": {"macs": {"max": "5KiB"}}},
    {"budget": {"peak_memory": {"max": "5KiB"}, "receptive_field": {"min": 3}, "stride": {"max": 4}}},
    {"budget": {"output": {"max": 5}}},
    {"budget": {"each_layer": {"units": {"max": 5}}, "layers": {"a": {"units": {"min": 1}}}}},
    {"budget": {"each_layer": {"each_layer": {}}}},
    {"budget": {"inputs": [{"input": 7, "macs": {"max": 5}, "layers": {"a": {"macs": {"max": 5}}}}]}},
    {"budget": {"inputs": [{"macs": {"max": 5}}]}},
    {"budget": {"inputs": [{"input": 7, "element_size": 5}]}},
]


@pytest.mark.parametrize("fields", TOPS, ids=repr)
def test_schema_and_classes_accept_the_same_specs(fields: dict[str, Any]) -> None:
    spec = {"lenetcalc": 1, "input": 5, "layers": ["flatten"]} | fields
    try:
        read = bool(loads(json.dumps(spec)))
    except ValueError:
        read = False
    assert WHOLE.is_valid(spec) == read


POLICIES: list[dict[str, Any]] = [
    {},
    {"specs": ["a.yaml", "b.yaml"], "name": "small"},
    {"specs": []},
    {"specs": 5},
    {"specs": [""]},
    {"lenetcalc-policy": 2},
    {"lenetcalc-policy": True},
    {"lenetcalc": 1},
    {"expect": {"units": 5}},
    {"expect": {"unit": 5}},
    {"budget": {"macs": {"least": 5}}},
]


@pytest.mark.parametrize("fields", POLICIES, ids=repr)
def test_schema_and_classes_accept_the_same_policies(fields: dict[str, Any]) -> None:
    policy = {"lenetcalc-policy": 1, "specs": "a.yaml", "budget": {"macs": {"max": 5}}} | fields
    try:
        read = bool(loads_policy(json.dumps(policy)))
    except ValueError:
        read = False
    assert Draft7Validator(policy_schema()).is_valid(policy) == read


@pytest.mark.parametrize("missing", ["lenetcalc-policy", "specs", "budget"])
def test_schema_and_classes_refuse_a_policy_that_lacks_something(missing: str) -> None:
    policy = {"lenetcalc-policy": 1, "specs": "a.yaml", "budget": {"macs": {"max": 5}}}
    del policy[missing]
    with pytest.raises(ValueError, match=r"missing|does not say|must state"):
        loads_policy(json.dumps(policy))
    assert not Draft7Validator(policy_schema()).is_valid(policy)


def test_the_schema_of_policies_is_whole() -> None:
    schema = policy_schema()
    Draft7Validator.check_schema(schema)
    assert json.loads(PUBLISHED_POLICY.read_text(encoding="utf-8")) == schema
    references = {part["$ref"] for part in parts(schema) if isinstance(part.get("$ref"), str)}
    assert {f"#/definitions/{name}" for name in schema["definitions"]} == references
