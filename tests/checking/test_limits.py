"""Limits of every layer, and quantities that are not defined."""

import pytest

from lenetcalc.checking import limits
from lenetcalc.checking.network import check_text
from lenetcalc.findings import Checked

DEEP = (
    "lenetcalc: 1\ninput: 4\nlayers: [{kind: dense, units: 4, repeat: 150}]\n"  # each 4·4 + 4 = 20 parameters
)
FIELDS = """lenetcalc: 1
input: 1x8x8
layers: [{name: C, kind: conv, filters: 1, kernel: 3}, {name: F, kind: dense, units: 2}]
"""


def checked(text: str) -> Checked:
    return check_text(text.encode(), "a.yaml")


def rules(text: str) -> list[tuple[str, str]]:
    return [(each.rule, each.message) for each in checked(text).findings]


def test_layers_that_break_a_limit_of_each_are_told_up_to_a_hundred() -> None:
    found = rules(DEEP + "budget: {each_layer: {parameters: {max: 19}}}\n")
    assert len(found) == 101
    assert found[0] == ("over-budget", "dense1: parameters are 20: 1 above the limit of 19")
    assert found[-1] == ("over-budget", "of 50 more layers the same is to be said")


def test_a_limit_of_each_layer_that_is_kept_is_one_expectation() -> None:
    (held,) = checked(DEEP + "budget: {each_layer: {parameters: {max: 20}}}\n").expectations
    assert (held.name, held.finding) == ("every layer: parameters at most 20", None)


def test_the_layers_that_miss_a_least_most_come_first() -> None:
    text = FIELDS + "budget: {each_layer: {parameters: {min: 100}}}\n"  # C has 10, F 36·2 + 2 = 74
    assert [message.split(":")[0] for _, message in rules(text)] == ["C", "F"]


def test_an_unknown_convention_for_each_layer_is_told_once() -> None:
    text = FIELDS + "budget: {each_layer: {conventions: {fvcor: {max: 100}}}}\n"
    assert [rule for rule, _ in rules(text)] == ["unknown-convention"]


def test_limits_of_each_layer_may_contradict_each_other_but_not_those_of_the_network() -> None:
    text = FIELDS + "budget: {units: {max: 200, min: 3}, each_layer: {units: {min: 40, max: 30}}}\n"
    contradicting = [message for rule, message in rules(text) if rule == "contradicting-limits"]
    assert contradicting == ["units at most 30 contradicts at least 40, at a.yaml:4:63"]


def test_what_cannot_be_said_of_many_layers_hides_no_error() -> None:
    """Behind a reshape no receptive field is known; that of C is 5."""
    layers = "".join(f", {{name: r{index}, kind: relu}}" for index in range(101))
    text = (
        "lenetcalc: 1\ninput: 1x32x32\n"
        "layers: [{name: C, kind: conv, filters: 4, kernel: 5}, {kind: reshape, shape: 8x14x28}"
        f"{layers}]\n"
        "budget: {each_layer: {receptive_field: {min: 6}}}\n"
    )
    found = rules(text)
    assert found[0] == ("under-budget", "C: receptive field is 5: 1 below the limit of 6")
    assert found[-1] == ("not-measured", "of 2 more layers the same is to be said")


def test_a_field_that_is_not_known_on_one_branch_or_input_is_not_known() -> None:
    branches = (
        "lenetcalc: 1\ninput: 4x28x28\nlayers:\n"
        "  - {name: C, kind: conv, filters: 8, kernel: 3, padding: same}\n"
        "  - {name: O1, kind: conv, filters: 8, kernel: 3, padding: same, from: C}\n"
        "  - {name: O2, kind: reshape, shape: 4x28x56, from: C}\n"
    )
    inputs = (
        "lenetcalc: 1\ninput: {a: 4x28x28, b: 8x14x28}\nlayers:\n"
        "  - {name: R, kind: reshape, shape: 8x14x28, from: a}\n"
        "  - {name: C, kind: conv, filters: 8, kernel: 3, padding: same, from: b}\n"
        "  - {name: A, kind: add, from: [R, C]}\n"
    )
    for network, size in ((branches, 5), (inputs, 3)):
        text = f"expect: {{receptive_field: {size}}}\nbudget: {{receptive_field: {{min: {size}}}}}\n"
        assert [rule for rule, _ in rules(network + text)] == ["not-measured", "not-measured"]


def test_units_of_the_input_are_named_among_those_that_contribute() -> None:
    (finding,) = checked(FIELDS + "budget: {units: {max: 10}}\n").findings  # 64 + 36 + 2
    assert [(share.layer, share.value) for share in finding.shares] == [("input", 64), ("C", 36), ("F", 2)]


def test_other_inputs_of_large_networks_are_looked_at_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ANALYSED", 300)
    text = "lenetcalc: 1\ninput: 1x4x4\nlayers: [{kind: relu, repeat: 60}]\nbudget:\n  inputs:\n" + "".join(
        f"    - {{input: 1x{size}x{size}, units: {{max: 1}}}}\n" for size in range(5, 12)
    )
    found = [rule for rule, _ in rules(text)]
    assert found == ["over-budget"] * 5 + ["not-measured"]


def test_a_limit_of_a_binary_suffix_is_exact() -> None:
    text = "lenetcalc: 1\ninput: 3\nlayers: [{name: D, kind: dense, units: 1228}]\n"
    limit = "budget: {layers: {D: {units: {min: 1.2Ki}}}}\n"
    assert rules(text + limit) == [("under-budget", "D: units are 1,228: 0.8 below the limit of 1.2Ki")]
    assert rules(text.replace("1228", "1229") + limit) == []


CONTRADICTING = {
    "a layer's and that of each": (
        "{each_layer: {units: {max: 30}}, layers: {C: {units: {min: 31}}}}",
        ["C: units at most 30 contradicts at least 31, at a.yaml:4:68"],
    ),
    "that of each told once": (
        "{each_layer: {macs: {min: 10, max: 5}}, layers: {C: {macs: {max: 100}}, F: {macs: {max: 90}}}}",
        ["MACs at most 5 contradicts at least 10, at a.yaml:4:35"],
    ),
    "one layer's and that of each, which contradicts itself": (
        "{each_layer: {macs: {min: 10, max: 5}}, layers: {C: {macs: {max: 4}}}}",
        [
            "C: MACs at most 4 contradicts at least 10, at a.yaml:4:35",
            "MACs at most 5 contradicts at least 10, at a.yaml:4:35",
        ],
    ),
    "on one input by two spellings": (
        "{inputs: [{input: 1x9x9, macs: {min: 2k}}, {input: {input: 1x9x9}, macs: {max: 1k}}]}",
        ["on the input 1×9×9: MACs at most 1k contradicts at least 2k, at a.yaml:4:46"],
    ),
    "that of each and the network's": ("{each_layer: {units: {max: 40}}, units: {min: 41}}", []),
    "the network's on its own input": (
        "{macs: {max: 1k}, inputs: [{input: 1x8x8, macs: {min: 2k}}]}",
        ["MACs at most 1k contradicts at least 2k, at a.yaml:4:63"],
    ),
    "its own input by its name": (
        "{macs: {max: 1k}, inputs: [{input: {input: 1x8x8}, macs: {min: 2k}}]}",
        ["MACs at most 1k contradicts at least 2k, at a.yaml:4:72"],
    ),
    "on another input": ("{macs: {max: 1k}, inputs: [{input: 1x9x9, macs: {min: 2k}}]}", []),
    "the same number": ("{macs: {max: 1k, min: 1k}}", []),
}


@pytest.mark.parametrize(
    ("budget", "told"), [pytest.param(*row, id=name) for name, row in CONTRADICTING.items()]
)
def test_limits_that_contradict_each_other_are_told(budget: str, told: list[str]) -> None:
    found = rules(f"{FIELDS}budget: {budget}\n")
    assert [message for rule, message in found if rule == "contradicting-limits"] == told


def test_a_limit_of_each_layer_is_none_of_a_block() -> None:
    """Its layers have 20 parameters each, the block 40."""
    text = (
        "lenetcalc: 1\ninput: 4\n"
        "blocks: {two: {layers: [{name: a, kind: dense, units: 4}, {name: b, kind: dense, units: 4}]}}\n"
        "layers: [{name: B, block: two}]\n"
        "budget: {each_layer: {parameters: {max: 25}}, layers: {B: {parameters: {min: 30}}}}\n"
    )
    assert rules(text) == []


def test_what_is_not_defined_is_not_taken_for_nothing() -> None:
    text = FIELDS + "expect: {stride: 1}\nbudget: {stride: {max: 1}, layers: {F: {stride: {min: 0}}}}\n"
    assert rules(text) == [
        ("not-measured", "stride is not defined here, but 1 is stated"),
        ("not-measured", "stride is not defined here"),
        ("not-measured", "F: stride is not defined here"),
    ]


def test_a_limit_says_why_where_it_is_broken() -> None:
    (finding,) = checked(FIELDS + "budget: {parameters: {max: 83, message: it is full}}\n").findings
    assert finding.message == "parameters are 84: 1 above the limit of 83 (it is full)"
    assert [(share.layer, share.value, share.place and share.place.line) for share in finding.shares] == [
        ("F", 74, 3),
        ("C", 10, 3),
    ]
