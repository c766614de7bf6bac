"""Which convention a number is from, and which terms separate two numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lenetcalc.amounts import AMOUNTS
from lenetcalc.analysis import Analysis
from lenetcalc.counting import Counted, conventions, counted_by
from lenetcalc.figures import Figure

MOST_BATCH = 4_096
"""Images in a batch for which a number can be."""

NEAREST = 3
"""Candidates that are told where a number is none of them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a number can be: a count by a convention, as it is meant or as a tool prints it, or a quantity."""

    name: str
    value: int
    counted: Counted | None = None
    printed: bool = False

    @property
    def unknown(self) -> tuple[str, ...]:
        """The kinds that are not counted, for which the value is a lower bound."""
        return self.counted.unknown if self.counted else ()

    @property
    def operations(self) -> bool:
        """Whether it counts operations: of twice as many, or for a batch, there can be a number too."""
        return self.counted is not None and self.counted.convention.operations

    @property
    def terms(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """How often each amount of each kind counts, and how much that is; of a quantity itself alone."""
        if self.counted is None:
            return {("", self.name): (1, self.value)}
        return self.counted.sums(printed=self.printed)


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate for a number, and what it must be multiplied by, or taken for, to be it."""

    candidate: Candidate
    times: Fraction = Fraction(1)
    reason: str = ""

    @property
    def value(self) -> Fraction:
        """The candidate's value times that."""
        return self.candidate.value * self.times


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a number can be; the nearest candidates where it is none."""

    figure: Figure
    matches: tuple[Match, ...]
    nearest: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """What is added to one count to come to another: an amount of some kinds, and how often each has it."""

    amount: str
    kinds: tuple[str, ...]
    value: int
    before: int
    after: int

    @property
    def words(self) -> str:
        """The amount in words."""
        return AMOUNTS.get(self.amount, self.amount)


@dataclass(frozen=True, slots=True)
class Account:
    """The terms that separate two counts: they add up to the difference."""

    first: Candidate
    second: Candidate
    steps: tuple[Step, ...]


def candidates(analysis: Analysis) -> tuple[Candidate, ...]:
    """All that a number of a network can be."""
    found = []
    for count in counted_by(analysis, conventions().values()):
        found.append(Candidate(count.convention.title, count.total, count))
        if count.printed not in (None, count.total):
            found.append(Candidate(count.convention.title, count.printed or 0, count, printed=True))
    totals = analysis.totals
    quantities = {
        "parameters": totals.parameters,
        "parameters with fixed weights": totals.parameters + totals.fixed,
        "parameters with buffers": totals.parameters + totals.buffers,
        "weights without biases": totals.weights,
        "units with the input's": totals.units,
        "peak of live values": analysis.memory.peak,
    }
    told = set()
    for name, value in quantities.items():
        if value and value not in told:
            told.add(value)
            found.append(Candidate(name, value))
    return tuple(sorted(found, key=lambda each: bool(each.unknown)))


def reconcile(analysis: Analysis, figures: Sequence[Figure]) -> tuple[Reconciled, ...]:
    """What each number can be.

    >>> from lenetcalc import analyze, load
    >>> from lenetcalc.figures import read_figure
    >>> (found,) = reconcile(analyze(load("lenet5-textbook")), [read_figure(423_038)])
    >>> [match.candidate.name for match in found.matches]
    ['Mult-Adds of torchinfo 1.8.0', 'MACs of ptflops (aten) 0.7.5']
    """
    known = candidates(analysis)
    return tuple([_reconciled(figure, known) for figure in figures])


def _reconciled(figure: Figure, known: Sequence[Candidate]) -> Reconciled:
    for find in (_as_they_are, _cut_off, _by_two, _of_a_batch):
        if matches := tuple(find(figure, known)):
            return Reconciled(figure, matches, ())
    near: dict[int, Match] = {}
    for each in sorted(known, key=lambda each: abs(each.value - figure.value)):
        near.setdefault(each.value, Match(each))
    return Reconciled(figure, (), tuple(near.values())[:NEAREST])


def _as_they_are(figure: Figure, known: Sequence[Candidate]) -> Iterator[Match]:
    return (Match(each) for each in known if figure.rounds_to(each.value))


def _cut_off(figure: Figure, known: Sequence[Candidate]) -> Iterator[Match]:
    """Matches of a number whose further digits were cut off where they should have been rounded."""
    return (Match(each, reason="its digits cut off") for each in known if figure.cut_from(each.value))


def _by_two(figure: Figure, known: Sequence[Candidate]) -> Iterator[Match]:
    """Matches where a multiply–accumulate counts as one operation for two, or two for one."""
    for each in known:
        if each.operations and figure.rounds_to(2 * each.value):
            yield Match(each, Fraction(2), "twice it, as if each were two operations")
        elif each.operations and not each.value % 2 and figure.rounds_to(each.value // 2):
            yield Match(each, Fraction(1, 2), "half of it, as if two operations were one")


def _of_a_batch(figure: Figure, known: Sequence[Candidate]) -> Iterator[Match]:
    """Matches where a number is for several images at once."""
    for each in known:
        images = round(Fraction(figure.value, each.value)) if each.value and each.operations else 0
        exact = figure.step <= 1 or images & (images - 1) == 0  # a rounded figure fits some batch always
        if 2 <= images <= MOST_BATCH and exact and figure.rounds_to(images * each.value):
            yield Match(each, Fraction(images), f"of a batch of {images:,}")


def accounts(found: Sequence[Reconciled]) -> Iterator[Account]:
    """How each number comes about from the one before, where both are counts by a convention.

    Of several conventions for a number the one is taken that needs the fewest terms; numbers for a batch, or
    with a factor, are accounted for without it.
    """
    for one, other in zip(found, found[1:], strict=False):
        pairs = [
            _account(first.candidate, second.candidate)
            for first in one.matches
            for second in other.matches
            if first.candidate.counted and second.candidate.counted
        ]
        pairs = [account for account in pairs if account.steps]
        if pairs:
            yield min(pairs, key=lambda account: len(account.steps))


def _account(first: Candidate, second: Candidate) -> Account:
    before, after = first.terms, second.terms
    steps: dict[tuple[str, int, int], tuple[tuple[str, ...], int]] = {}
    for key in dict.fromkeys([*before, *after]):
        (old, less), (new, more) = before.get(key, (0, 0)), after.get(key, (0, 0))
        if less != more:
            kind, amount = key
            kinds, value = steps.get((amount, old, new), ((), 0))
            steps[amount, old, new] = ((*kinds, kind), value + more - less)
    told = [Step(amount, kinds, value, *often) for (amount, *often), (kinds, value) in steps.items()]
    return Account(first, second, tuple(told))
