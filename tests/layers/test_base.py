"""What every kind of layer is, and that each keeps the rules of the house."""

import doctest
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

import pytest
from pydantic import AliasChoices, ValidationError

from lenetcalc import layers, shapes
from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.formula import Formula, Working
from lenetcalc.layers import KINDS, SPELLINGS, kind_of, merge, reshape, upsample
from lenetcalc.layers.base import GLOSSARY, SIZES, Biased, Layer, Output, called
from lenetcalc.layers.functions import FUNCTIONS, SLOPES
from lenetcalc.layers.windowed import Pooling, Windowed
from lenetcalc.ledger import OPERATIONS, PARTS, Counts
from lenetcalc.network import NetworkSpec
from lenetcalc.shapes import Shape


def counted(fields: dict[str, Any] | str, *inputs: Shape) -> Counts:
    """The counts of a layer on inputs of these shapes."""
    layer = read_layer(fields)
    return layer.count(inputs, layer.output(*inputs))


def made(fields: dict[str, Any] | str, *inputs: Shape) -> Shape:
    """The shape that a layer makes of its inputs'."""
    return read_layer(fields).output(*inputs).shape


def shown(counts: Counts) -> dict[str, str]:
    """Every count of a layer that it has, with its working, operations as ``part: operation``."""
    numbers = {
        "parameters": counts.parameters,
        "fixed": counts.fixed,
        "connections": counts.connections,
        "macs": counts.macs,
        **{f"{part}: {operation}": working for (part, operation), working in counts.operations.items()},
    }
    return {name: str(working) for name, working in numbers.items() if working}


def numbers(counts: Counts) -> dict[str, int]:
    """Every operation of a layer, as ``part: operation``, without its working."""
    return {f"{part}: {name}": working.value for (part, name), working in counts.operations.items()}


def faults(fields: dict[str, Any]) -> list[tuple[str, str]]:
    """What is refused in the fields of a layer: which field, and in which words."""
    with pytest.raises(ValidationError) as error:
        read_layer(fields)
    return [(".".join(map(str, each["loc"])), each["msg"]) for each in error.value.errors()]


kinds = pytest.mark.parametrize("kind", [pytest.param(layer, id=kind) for kind, layer in KINDS.items()])


def formulas_of(kind: type[Layer]) -> Iterator[Formula]:
    """Every formula that a kind states."""
    quantities = (kind.PARAMETERS, kind.FIXED, kind.CONNECTIONS, kind.MACS)
    yield from (formula for formula in quantities if formula)
    yield from (formula for row in kind.OPERATIONS.values() for formula in row.values())


def words_of(kind: type[Layer]) -> list[str]:
    """Every word that a spec may use for a field of a kind."""
    words: list[str] = []
    for name, field in kind.model_fields.items():
        alias = field.validation_alias or name
        words += map(str, alias.choices) if isinstance(alias, AliasChoices) else [str(alias)]
    return words


@kinds
def test_every_symbol_of_a_kind_is_in_the_glossary(kind: type[Layer]) -> None:
    assert {name for formula in formulas_of(kind) for name in formula.names} <= (
        GLOSSARY.keys() | kind.SYMBOLS.keys()
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_symbol_of_a_function_is_in_the_glossary(name: str) -> None:
    formulas = FUNCTIONS[name].operations.values()
    assert {symbol for formula in formulas for symbol in formula.names} <= GLOSSARY.keys()


def test_every_symbol_of_trained_slopes_is_in_the_glossary() -> None:
    assert {name for formula in SLOPES.values() for name in formula.names} <= GLOSSARY.keys()


def test_every_symbol_of_the_glossary_is_used() -> None:
    formulas = [formula for kind in KINDS.values() for formula in formulas_of(kind)]
    formulas += [formula for function in FUNCTIONS.values() for formula in function.operations.values()]
    own = {symbol for kind in KINDS.values() for symbol in kind.SYMBOLS}
    used = {name for formula in (*formulas, shapes.OUTSIDE_TAPS) for name in formula.names}
    assert used | {"Σ"} == GLOSSARY.keys() | own


def test_every_symbol_of_an_output_size_has_words_and_is_used() -> None:
    rules = [each for each in vars(shapes).values() if isinstance(each, Formula)]
    rules.remove(shapes.OUTSIDE_TAPS)  # of a count
    rules += [merge.SIZE, reshape.INPUTS, reshape.LEFT_OVER, upsample.SCALED]
    assert {name for formula in rules for name in formula.names} | {"Σ"} == SIZES.keys()


@kinds
def test_every_kind_counts_by_known_parts_and_operations(kind: type[Layer]) -> None:
    operations = {operation for row in kind.OPERATIONS.values() for operation in row}
    assert (kind.OPERATIONS.keys() <= {*PARTS}, operations <= {*OPERATIONS}) == (True, True)


@kinds
def test_every_kind_says_what_it_is_in_one_sentence(kind: type[Layer]) -> None:
    summary, blank, *_ = (kind.__doc__ or "").splitlines()
    assert (summary.endswith("."), blank) == (True, "")


@kinds
def test_every_kind_says_its_shapes(kind: type[Layer]) -> None:
    _, _, shapes, blank, *_ = (kind.__doc__ or "").splitlines()
    assert ("→" in shapes, blank) == (True, "")


@kinds
def test_every_kind_has_an_example(kind: type[Layer]) -> None:
    assert doctest.DocTestParser().get_examples(kind.__doc__ or "")


@kinds
def test_every_field_is_described(kind: type[Layer]) -> None:
    described = {name for name, field in kind.model_fields.items() if field.description}
    assert described == kind.model_fields.keys() - {"kind"}


@kinds
def test_no_field_is_named_like_a_kind(kind: type[Layer]) -> None:
    # "activation" alone is both: the function of any layer, and a layer that is one
    assert {*words_of(kind)} & KINDS.keys() <= {"activation"}


@kinds
def test_no_word_stands_for_two_fields(kind: type[Layer]) -> None:
    assert len({*words_of(kind)}) == len(words_of(kind))


@kinds
def test_every_kind_is_named_by_its_class(kind: type[Layer]) -> None:
    assert KINDS[str(kind_of(kind))] is kind


def test_two_kinds_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twin(Layer):
        kind: Literal["dense"] = "dense"

    monkeypatch.setattr(layers, "_classes", lambda: iter([KINDS["dense"], Twin]))
    with pytest.raises(TypeError, match="^dense is the kind of both Dense and Twin$"):
        layers._by_kind()


def test_a_word_for_two_kinds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twin(Layer):
        SPELLINGS: ClassVar[Mapping[str, Mapping[str, Any]]] = {"fc": {}}
        kind: Literal["twin"] = "twin"

    monkeypatch.setattr(layers, "KINDS", {"dense": KINDS["dense"], "twin": Twin})
    with pytest.raises(TypeError, match="^'fc' names both Dense and Twin$"):
        layers._by_spelling()


@pytest.mark.parametrize(("fields", "label"), [("flatten", "flatten"), ("relu", "relu"), ("fc", "dense")])
def test_a_layer_is_labelled_by_its_kind_or_function(fields: str, label: str) -> None:
    assert read_layer({"kind": fields} | ({"units": 4} if fields == "fc" else {})).label == label


def test_a_layer_without_a_window_knows_no_repair() -> None:
    assert [*read_layer("flatten").repairs()] == []


@pytest.mark.parametrize("abstract", [Layer, Biased, Windowed, Pooling])
def test_what_kinds_share_is_no_kind(abstract: type[Layer]) -> None:
    assert (kind_of(abstract), abstract in KINDS.values()) == (None, False)


@pytest.mark.parametrize("word", SPELLINGS)
def test_every_word_for_a_kind_sets_only_fields_it_has(word: str) -> None:
    spelling = SPELLINGS[word]
    assert spelling.presets.keys() <= spelling.layer.model_fields.keys()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param(
            {"kind": "dense", "units": 4, "unit": 5}, ("unit", "Extra inputs are not permitted"), id="unknown"
        ),
        pytest.param(
            {"kind": "dense", "units": 4, "out_features": 5},
            ("out_features", "Extra inputs are not permitted"),
            id="said twice",
        ),
        pytest.param({"kind": "dense"}, ("units", "Field required"), id="missing"),
        pytest.param(
            {"kind": "dense", "units": 4, "sources": "C1"},
            ("sources", "Extra inputs are not permitted"),
            id="our own name of from",
        ),
        pytest.param(
            {"kind": "flatten", "name": 5}, ("name", "Input should be a valid string"), id="number as name"
        ),
        pytest.param(
            {"kind": "flatten", "name": ""},
            ("name", "String should have at least 1 character"),
            id="empty name",
        ),
        pytest.param(
            {"kind": "flatten", "from": []},
            ("from", "it must be the name of a layer, or a list of names"),
            id="from nothing",
        ),
        pytest.param(
            {"kind": "dense", "units": 4, "bias": 1},
            ("bias", "Input should be a valid boolean"),
            id="number as flag",
        ),
        pytest.param(
            {"kind": "dense", "units": 4, "activation": 7},
            ("activation", "it must name a function, alone or as {function: …}"),
            id="number as function",
        ),
    ],
)
def test_a_wrong_field_is_refused(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(fields) == [expected]


def test_every_wrong_field_is_told_at_once() -> None:
    fields = {"kind": "conv", "filters": 0, "kernel": "5", "stride": -1, "padding": "full"}
    assert [field for field, _ in faults(fields)] == ["kernel", "padding", "filters", "stride"]


def test_a_layer_is_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read_layer("flatten").name = "F"


def test_layers_with_equal_fields_are_counted_alike() -> None:
    one, other = ({"kind": "dense", "units": 84, "name": name, "from": name * 2} for name in "ab")
    assert read_layer(one).rules == read_layer(other).rules


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "dense", "units": 85},
        {"kind": "dense", "units": 84, "bias": False},
        {"kind": "dense", "units": 84, "activation": "tanh"},
        {"kind": "rbf", "units": 84},
    ],
    ids=["units", "bias", "activation", "kind"],
)
def test_layers_with_other_fields_are_counted_apart(other: dict[str, Any]) -> None:
    assert read_layer(other).rules != read_layer({"kind": "dense", "units": 84}).rules


def test_arguments_of_a_function_are_told_apart() -> None:
    prelu = [{"function": "prelu", "slopes": slopes} for slopes in ("unit", "layer")]
    one, other = (read_layer({"kind": "dense", "units": 84, "activation": each}).rules for each in prelu)
    assert one != other


def test_the_rules_of_a_layer_can_be_looked_up() -> None:
    fields = {"kind": "conv", "filters": 2, "kernel": [3, 5], "table": [[0], [0, 1]], "activation": "prelu"}
    assert {read_layer(fields).rules: "seen"}[read_layer(fields).rules] == "seen"


@pytest.mark.parametrize("kind", ["flatten", "dropout", {"kind": "zero-pad", "padding": 2}])
def test_a_layer_without_formulas_counts_nothing(kind: dict[str, Any] | str) -> None:
    assert shown(counted(kind, (3, 5, 7))) == {}


def test_the_activation_of_a_layer_is_added_to_its_counts() -> None:
    counts = counted({"kind": "dense", "units": 84, "activation": "prelu"}, (120,))
    assert shown(counts) == {
        "parameters": "(120+1)×84 + 84 = 10,248",  # a slope for each of the 84 channels
        "connections": "(120 + 1)×84 = 10,164",
        "macs": "120×84 = 10,080",
        "weights: multiplications": "120×84 = 10,080",
        "weights: additions": "(120 − 1)×84 = 9,996",
        "bias: additions": "1×84 = 84",
        "activation: comparisons": "84",
        "activation: multiplications": "84",
    }


WINDOWED = {
    "lenetcalc": 1,
    "input": "1x32x28",
    "layers": [{"kind": "conv", "filters": 6, "kernel": "5x2", "stride": "1x2"}],
}


def test_the_output_keeps_the_working_of_its_sizes() -> None:
    record = analyze(NetworkSpec.model_validate(WINDOWED)).layers[0]
    assert [str(size) for size in record.output_workings] == ["32 − 5 + 1 = 28", "⌊(28−2)/2⌋ + 1 = 14"]


def test_the_output_of_no_window_has_no_workings() -> None:
    assert Output((84,)).workings == ()


def test_our_word_for_a_field_stands_before_those_of_other_tools() -> None:
    assert called("units", "out_features").choices == ["units", "out_features"]


@pytest.mark.parametrize(
    ("kind", "forms"),
    [
        *(("conv", True), ("dense", True), ("rbf", True), ("subsample", True), ("max-pool", True)),
        *(("average-pool", True), ("activation", False), ("dropout", False), ("flatten", False)),
        *(("reshape", False), ("zero-pad", False)),
    ],
)
def test_only_what_computes_anew_forms_units(kind: str, forms: bool) -> None:
    assert KINDS[kind].FORMS_UNITS is forms


def test_a_working_stands_beside_every_count() -> None:
    assert isinstance(counted({"kind": "dense", "units": 4}, (3,)).macs, Working)
