"""Limits of every layer, and quantities that are not defined."""

import pytest

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
    assert found[-1] == ("over-budget", "50 more layers break the limit of 19")


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


CONTRADICTING = {
    "a layer's and that of each": (
        "{each_layer: {units: {max: 30}}, layers: {C: {units: {min: 31}}}}",
        ["C: units at most 30 contradicts at least 31, at a.yaml:4:68"],
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
