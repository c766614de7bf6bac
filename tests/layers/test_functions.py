"""Activation functions: the operations of each, written out by hand."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic_core import PydanticCustomError

from lenetcalc.errors import SpecError
from lenetcalc.layers.functions import FUNCTIONS, SCHEMA, SPELLINGS, Activation, read_activation
from lenetcalc.shapes import Shape
from lenetcalc.spec import loads

# Operations for one unit, from the definition beside: a change of sign is free, two branches cost the longer.
PER_UNIT: dict[str, dict[str, int]] = {
    "linear": {},  # x
    "relu": {"comparisons": 1},  # max(0, x)
    "relu6": {"comparisons": 2},  # min(max(0, x), 6)
    "leaky-relu": {"comparisons": 1, "multiplications": 1},  # x ≥ 0, else slope·x
    "prelu": {"comparisons": 1, "multiplications": 1},  # x ≥ 0, else a·x
    "elu": {
        "comparisons": 1,
        "exponentials": 1,
        "subtractions": 1,
        "multiplications": 1,
    },  # alpha·(exp(x) − 1)
    "selu": {
        "comparisons": 1,
        "exponentials": 1,
        "subtractions": 1,
        "multiplications": 2,
    },  # λ·α·(exp(x) − 1)
    "sigmoid": {"exponentials": 1, "additions": 1, "divisions": 1},  # 1/(1 + exp(−x))
    "hard-sigmoid": {"comparisons": 2, "divisions": 1, "additions": 1},  # min(max(0, x/6 + 1/2), 1)
    "tanh": {"tanhs": 1},
    "hard-tanh": {"comparisons": 2},  # min(max(−1, x), 1)
    "scaled-tanh": {"multiplications": 2, "tanhs": 1},  # A·tanh(S·x)
    "softplus": {"exponentials": 1, "additions": 1, "logarithms": 1},  # ln(1 + exp(x))
    "softsign": {"absolutes": 1, "additions": 1, "divisions": 1},  # x/(1 + |x|)
    "gelu": {"divisions": 2, "erfs": 1, "additions": 1, "multiplications": 1},  # x/2·(1 + erf(x/√2))
    "silu": {"exponentials": 1, "additions": 1, "divisions": 1},  # x/(1 + exp(−x))
    "hard-swish": {
        "comparisons": 2,
        "divisions": 1,
        "additions": 1,
        "multiplications": 1,
    },  # x·hard-sigmoid(x)
    "mish": {"exponentials": 1, "additions": 1, "logarithms": 1, "tanhs": 1, "multiplications": 1},
}
# Operations across the 5 channels at each of 6 positions, 30 units in all.
ACROSS_CHANNELS: dict[str, dict[str, int]] = {
    # exp and a division for each unit, a sum of 5 terms at each position
    "softmax": {"exponentials": 30, "additions": 24, "divisions": 30},
    # as above, one ln at each position, a difference for each unit
    "log-softmax": {"exponentials": 30, "additions": 24, "logarithms": 6, "subtractions": 30},
}


def operations(activation: object, shape: Shape) -> dict[str, int]:
    """The operations of a function on an output of this shape."""
    ledger = read_activation(activation).operations(shape)
    assert {part for part, _ in ledger} <= {"activation"}
    return {operation: working.value for (_, operation), working in ledger.items()}


def test_the_tables_name_every_function() -> None:
    assert PER_UNIT.keys() | ACROSS_CHANNELS.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("shape", [(7,), (3, 4), (2, 3, 5), (2, 3, 4, 5)], ids=["row", "1-D", "2-D", "3-D"])
@pytest.mark.parametrize("name", PER_UNIT)
def test_a_function_of_one_unit_takes_as_much_for_each(name: str, shape: Shape) -> None:
    units = {(7,): 7, (3, 4): 12, (2, 3, 5): 30, (2, 3, 4, 5): 120}[shape]
    assert operations(name, shape) == {each: count * units for each, count in PER_UNIT[name].items()}


@pytest.mark.parametrize("shape", [(5, 6), (5, 2, 3), (5, 3, 1, 2)], ids=["1-D", "2-D", "3-D"])
@pytest.mark.parametrize("name", ACROSS_CHANNELS)
def test_softmax_acts_across_the_channels_at_each_position(name: str, shape: Shape) -> None:
    assert operations(name, shape) == ACROSS_CHANNELS[name]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(
            "softmax", {"exponentials": "10", "additions": "10 − 1 = 9", "divisions": "10"}, id="softmax"
        ),
        pytest.param(
            "log-softmax",
            {"exponentials": "10", "additions": "10 − 1 = 9", "logarithms": "1", "subtractions": "10"},
            id="log-softmax",
        ),
    ],
)
def test_a_row_of_units_is_one_position(name: str, shown: dict[str, str]) -> None:
    ledger = read_activation(name).operations((10,))
    assert {operation: str(working) for (_, operation), working in ledger.items()} == shown


@pytest.mark.parametrize("name", sorted(FUNCTIONS.keys() - {"prelu"}))
def test_no_other_function_has_parameters(name: str) -> None:
    assert not read_activation(name).parameters((6, 5, 7))


@pytest.mark.parametrize(
    ("written", "shape", "shown"),
    [
        pytest.param("prelu", (6, 5, 7), "6", id="a slope a channel where nothing is said"),
        pytest.param({"function": "prelu", "slopes": "channel"}, (6, 5, 7), "6", id="channel"),
        pytest.param({"function": "PReLU", "slopes": "unit"}, (6, 5, 7), "6×5×7 = 210", id="unit"),
        pytest.param({"function": "prelu", "slopes": "layer"}, (6, 5, 7), "1", id="layer"),
        pytest.param("prelu", (84,), "84", id="a row"),
        pytest.param({"function": "prelu", "slopes": "unit"}, (2, 3, 4, 5), "2×3×4×5 = 120", id="3-D"),
    ],
)
def test_prelu_trains_its_slopes(written: object, shape: Shape, shown: str) -> None:
    assert str(read_activation(written).parameters(shape)) == shown


@pytest.mark.parametrize(
    ("word", "name"),
    [
        *(("ReLU", "relu"), ("swish", "silu"), ("SiLU", "silu"), ("hard_silu", "hard-swish")),
        *(("LeakyReLU", "leaky-relu"), ("LogSoftmax", "log-softmax"), ("Hardtanh", "hard-tanh")),
        *(("identity", "linear"), ("hardsigmoid", "hard-sigmoid"), ("scaled_tanh", "scaled-tanh")),
    ],
)
def test_words_of_other_tools_mean_the_same(word: str, name: str) -> None:
    assert read_activation(word) == read_activation(name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_named_by_its_own_name(name: str) -> None:
    assert read_activation(name).name == SPELLINGS[name] == name


def test_no_word_means_two_functions() -> None:
    words = [word for function in FUNCTIONS.values() for word in (function.name, *function.spellings)]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize(
    ("written", "arguments"),
    [
        pytest.param("scaled-tanh", {"amplitude": 1.7159, "slope": 2 / 3}, id="LeCun et al. 1998"),
        pytest.param(
            {"function": "scaled-tanh", "slope": 1}, {"amplitude": 1.7159, "slope": 1.0}, id="one of two"
        ),
        pytest.param({"function": "leaky_relu", "slope": 0.2}, {"slope": 0.2}, id="a slope"),
        pytest.param({"function": "elu"}, {"alpha": 1.0}, id="none given"),
        pytest.param({"function": "tanh"}, {}, id="none to give"),
    ],
)
def test_arguments_have_values_where_none_are_given(written: object, arguments: dict[str, Any]) -> None:
    assert read_activation(written).arguments == arguments


def test_an_activation_is_read_as_itself() -> None:
    activation = read_activation("tanh")
    assert read_activation(activation) is activation


def test_reading_leaves_what_was_written() -> None:
    written = {"function": "prelu", "slopes": "unit"}
    read_activation(written)
    assert written == {"function": "prelu", "slopes": "unit"}


NAMES = f"the functions are {', '.join(FUNCTIONS)}"
NO_NAME = "it must name a function, alone or as {function: …}"
PLAIN = "write it as tanh or {function: tanh}"
SLOPES_RULE = "it must be one of channel, unit, layer"
REFUSED = [
    pytest.param("rely", "activation is 'rely'", NAMES, "did you mean relu?", id="misspelt"),
    pytest.param(
        "Hardswih", "activation is 'Hardswih'", NAMES, "did you mean hard-swish?", id="of another tool"
    ),
    pytest.param("fourier", "activation is 'fourier'", NAMES, PLAIN, id="unknown"),
    pytest.param(7, "activation is 7", NO_NAME, PLAIN, id="a number"),
    pytest.param(["relu"], "activation is ['relu']", NO_NAME, PLAIN, id="a list"),
    pytest.param({"slope": 0.2}, "activation is a mapping", NO_NAME, PLAIN, id="no function"),
    pytest.param(
        {"function": "relu", "slope": 0.2},
        "slope is given",
        "relu takes no arguments",
        "take slope away",
        id="no arguments",
    ),
    pytest.param(
        {"function": "elu", "slope": 0.2},
        "slope is given",
        "elu takes alpha",
        "take slope away",
        id="another argument",
    ),
    pytest.param(
        {"function": "scaled-tanh", "alpha\x1b": 2},
        "alpha\\x1b is given",
        "scaled-tanh takes amplitude and slope",
        "take alpha\\x1b away",
        id="harmful argument",
    ),
    pytest.param(
        {"function": "leaky-relu", "slope": "0.2"},
        "slope is '0.2'",
        "it must be a number",
        "write 0.01",
        id="text",
    ),
    pytest.param(
        {"function": "leaky-relu", "slope": True},
        "slope is true",
        "it must be a number",
        "write 0.01",
        id="true",
    ),
    pytest.param(
        {"function": "prelu", "slopes": "chanel"},
        "slopes is 'chanel'",
        SLOPES_RULE,
        "did you mean channel?",
        id="slopes",
    ),
    pytest.param({"function": "prelu", "slopes": 3}, "slopes is 3", SLOPES_RULE, "", id="counted slopes"),
]


@pytest.mark.parametrize(("written", "fault", "rule", "hint"), REFUSED)
def test_what_is_no_activation_is_refused(written: object, fault: str, rule: str, hint: str) -> None:
    layer = {"kind": "flatten", "activation": written}
    with pytest.raises(SpecError) as error:
        loads(json.dumps({"lenetcalc": 1, "input": 3, "layers": [layer]}))
    (told,) = error.value.faults
    assert (told.fault, told.rule, told.hint) == (fault, rule, hint)


@pytest.mark.parametrize(
    "alpha", [float("inf"), float("nan"), 10**400], ids=["infinite", "no number", "too large"]
)
def test_an_argument_is_a_finite_number(alpha: float) -> None:
    with pytest.raises(PydanticCustomError, match="it must be a number"):
        read_activation({"function": "elu", "alpha": alpha})


editor = Draft202012Validator(dict(SCHEMA))


@pytest.mark.parametrize(("written", "fault", "rule", "hint"), REFUSED)
def test_an_editor_refuses_what_is_refused(written: object, fault: str, rule: str, hint: str) -> None:
    assert not editor.is_valid(written)


@pytest.mark.parametrize("word", SPELLINGS)
def test_an_editor_knows_every_word(word: str) -> None:
    arguments = FUNCTIONS[SPELLINGS[word]].arguments
    assert editor.is_valid(word)
    assert editor.is_valid({"function": word, **arguments})


def test_activations_are_equal_by_function_and_arguments() -> None:
    one, same, other = (Activation(FUNCTIONS["elu"], (("alpha", alpha),)) for alpha in (1.0, 1.0, 2.0))
    assert (one == same, hash(one) == hash(same), one == other) == (True, True, False)
