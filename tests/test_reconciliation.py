"""What numbers can be, and the accounts between them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.figures import read_figure
from lenetcalc.reconciliation import Account, Reconciled, accounts, candidates, reconcile
from lenetcalc.spec import load

TEXTBOOK = analyze(load("lenet5-textbook"))
LENET5 = analyze(load("lenet5"))


def found(number: object, analysis: Analysis = TEXTBOOK) -> Reconciled:
    """What a number can be."""
    (each,) = reconcile(analysis, [read_figure(number)])
    return each


def names(number: object, analysis: Analysis = TEXTBOOK) -> list[str]:
    """What a number can be, by name."""
    return [match.candidate.name for match in found(number, analysis).matches]


def account(first: object, second: object, analysis: Analysis = TEXTBOOK) -> Account:
    """What separates two numbers."""
    (told,) = accounts(reconcile(analysis, [read_figure(first), read_figure(second)]))
    return told


def test_a_number_is_of_every_convention_that_gives_it() -> None:
    assert names(423_038) == ["Mult-Adds of torchinfo 1.8.0", "MACs of ptflops (aten) 0.7.5"]
    assert names(416_520) == [
        *("MACs of lenetcalc", "FLOPs of torchvision", "macc of netscope", "flops of fvcore 0.1.5")
    ]


def test_what_a_tool_prints_is_told_apart_from_what_it_means() -> None:
    means, prints = found(429_342).matches[-1], found(435_646).matches[0]
    assert (means.candidate.name, means.candidate.printed) == ("MACs of ptflops 0.7.5", False)
    assert (prints.candidate.name, prints.candidate.printed) == ("MACs of ptflops 0.7.5", True)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (61_706, "parameters"),
        (61_470, "weights without biases"),
        (9_118, "units with the input's"),
        (5_880, "peak of live values"),
    ],
)
def test_a_number_may_be_no_count_of_operations(number: int, name: str) -> None:
    assert names(number) == [name]


def test_fixed_weights_and_connections_are_quantities_too() -> None:
    assert names(60_840, LENET5) == ["parameters with fixed weights"]
    assert names(340_908, LENET5) == ["connections of LeCun et al. 1998"]


def test_a_figure_as_printed_is_all_that_rounds_to_it() -> None:
    assert {"MACs of lenetcalc", "Mult-Adds of torchinfo 1.8.0", "macs of thop 0.1.1"} <= {*names("0.42M")}
    assert "FLOP of torch 2.13" not in names("0.42M")
    assert names("4.09G", analyze(load("resnet-50-torchvision")))[0] == "MACs of lenetcalc"


@pytest.mark.parametrize(
    ("number", "name", "times"),
    [
        pytest.param("1.67M", "FLOP of torch 2.13", "2", id="twice"),
        pytest.param(845_862 // 2, "FLOPs of tensorflow 2.21", "1/2", id="half"),
    ],
)
def test_a_factor_of_two_is_considered(number: object, name: str, times: str) -> None:
    (match,) = found(number).matches
    assert (match.candidate.name, str(match.times)) == (name, times)


def test_another_batch_is_considered() -> None:
    batches = {match.candidate.name: match.times for match in found(64 * 423_038).matches}
    assert batches["Mult-Adds of torchinfo 1.8.0"] == 64
    assert {match.reason for match in found(64 * 423_038).matches} == {"of a batch of 64"}


def test_digits_may_have_been_cut_off() -> None:
    (match, *_) = found("3.8e9", analyze(load("resnet-50"))).matches
    assert (match.candidate.name, match.reason) == ("MACs of lenetcalc", "its digits cut off")


def test_equal_numbers_of_one_convention_have_no_account() -> None:
    assert [*accounts(reconcile(TEXTBOOK, [read_figure(833_040), read_figure(833_040)]))] == []


def test_parameters_are_not_doubled_and_have_no_batch() -> None:
    assert (names(2 * 61_706), names(64 * 61_706)) == ([], [])


def test_what_is_a_lower_bound_is_told_last() -> None:
    unknown = [match.candidate.unknown for match in found(416_520).matches]
    assert unknown == [(), (), (), ("tanh", "average-pool")]


def test_a_number_that_is_none_is_told_with_the_nearest() -> None:
    each = found(423_000)
    assert each.matches == ()
    near = [match.candidate for match in each.nearest]
    assert [(one.name, one.value) for one in near][:1] == [("Mult-Adds of torchinfo 1.8.0", 423_038)]
    assert len(near) == 3


def test_the_account_names_the_terms_between_two_counts() -> None:
    (step,) = account(416_520, 423_038).steps
    assert (step.words, step.kinds, step.value) == ("bias additions", ("conv", "dense"), 6_518)


def test_the_account_says_how_often_an_amount_counts() -> None:
    (step,) = account(416_520, 833_040).steps
    assert (step.words, step.value, step.before, step.after) == ("multiply–accumulates", 416_520, 1, 2)


def test_there_is_no_account_without_two_conventions() -> None:
    assert [*accounts(reconcile(TEXTBOOK, [read_figure(416_520), read_figure(61_706)]))] == []


KNOWN = [each for each in candidates(TEXTBOOK) if each.counted]


@given(st.sampled_from(KNOWN), st.sampled_from(KNOWN))
def test_every_account_adds_up(first: Any, second: Any) -> None:
    told = [*accounts(reconcile(TEXTBOOK, [read_figure(first.value), read_figure(second.value)]))]
    for each in told:
        assert each.first.value + sum(step.value for step in each.steps) == each.second.value
    assert len(told) == (first.value != second.value or len(told))
