"""The ledger of operations by part, and the counts of a layer."""

import pytest

from lenetcalc.formula import Formula, Working
from lenetcalc.ledger import NOTHING, OPERATIONS, PARTS, QUANTITIES, Counts, Ledger, ledger, merged
from lenetcalc.notation import Case

PAIRS = Formula("inputs × units")
UNITS = Formula("units")
F6 = Case({"inputs": 120, "units": 84})
OUTPUT = Case({"inputs": 84, "units": 10})


def working(number: int) -> Working:
    """A number with a working of its own."""
    return UNITS.work({"units": number})


def values(entries: Ledger) -> dict[tuple[str, str], int]:
    """The numbers of a ledger without their workings."""
    return {key: entry.value for key, entry in entries.items()}


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        pytest.param((), (0, 0), id="no case"),
        pytest.param((F6,), (10_080, 84), id="one case: 120 × 84"),
        pytest.param((F6, OUTPUT), (10_920, 94), id="two cases: 10,080 + 84 × 10"),
    ],
)
def test_a_ledger_sums_each_formula_over_the_cases(
    cases: tuple[Case, ...], expected: tuple[int, int]
) -> None:
    entries = ledger({"weights": {"multiplications": PAIRS}, "bias": {"additions": UNITS}}, cases)
    assert values(entries) == dict(
        zip([("weights", "multiplications"), ("bias", "additions")], expected, strict=True)
    )


def test_a_ledger_entry_keeps_its_working() -> None:
    entries = ledger({"weights": {"multiplications": PAIRS}}, (F6, OUTPUT))
    assert str(entries["weights", "multiplications"]) == "120×84 + 84×10 = 10,920"


def test_a_ledger_of_no_formulas_is_empty() -> None:
    assert ledger({}, (F6,)) == {}


WEIGHTS: Ledger = {("weights", "additions"): working(7), ("weights", "divisions"): working(2)}


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param({}, {("weights", "additions"): 7, ("weights", "divisions"): 2}, id="nothing"),
        pytest.param(
            {("bias", "additions"): working(5)},
            {("weights", "additions"): 7, ("weights", "divisions"): 2, ("bias", "additions"): 5},
            id="another part stays apart",
        ),
        pytest.param(
            {("weights", "additions"): working(5), ("bias", "tanhs"): working(3)},
            {("weights", "additions"): 12, ("weights", "divisions"): 2, ("bias", "tanhs"): 3},
            id="the same entry is added up",
        ),
    ],
)
def test_two_ledgers_merge_entry_by_entry(other: Ledger, expected: dict[tuple[str, str], int]) -> None:
    assert values(merged(WEIGHTS, other)) == values(merged(other, WEIGHTS)) == expected


def test_merging_changes_neither_ledger() -> None:
    one: Ledger = {("weights", "additions"): working(7)}
    merged(one, {("weights", "additions"): working(5)})
    assert values(one) == {("weights", "additions"): 7}


def test_an_operation_is_summed_over_the_parts() -> None:
    counts = Counts(
        operations={**WEIGHTS, ("bias", "additions"): working(5), ("pooling", "tanhs"): working(9)}
    )
    assert str(counts.operation("additions")) == "7 + 5 = 12"


def test_an_operation_that_no_part_does_is_nothing() -> None:
    assert Counts(operations=WEIGHTS).operation("logarithms") == NOTHING


def test_counts_of_nothing_are_zero_without_a_working() -> None:
    counts = Counts()
    assert (counts.parameters, counts.fixed, counts.connections, counts.macs) == (NOTHING,) * 4


def test_a_ledger_cannot_be_changed() -> None:
    """Equal layers share their counts, so that one must not reach into another."""
    with pytest.raises(TypeError):
        Counts().operations["bias", "additions"] = NOTHING  # type: ignore[index]


def test_the_quantities_are_the_single_numbers_of_a_layer() -> None:
    assert QUANTITIES == ("parameters", "biases", "fixed", "buffers", "connections", "macs")


@pytest.mark.parametrize("words", [PARTS, OPERATIONS], ids=["parts", "operations"])
def test_no_word_stands_twice(words: tuple[str, ...]) -> None:
    assert len(set(words)) == len(words)


def test_counts_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Counts().macs = NOTHING  # type: ignore[misc]
