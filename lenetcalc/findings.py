"""What a check finds: findings with a stable rule, the expectations that it held, and the rules.

Plain data that can be sent between processes. Nothing here knows how it is found or shown.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

from lenetcalc.errors import Place

Level: TypeAlias = Literal["error", "warning", "note"]
"""How grave: an error fails a check, a warning one that is strict, a note informs."""

LEVELS: tuple[Level, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that a finding can be of: its stable name, what it says, and what to do about it.

    What ``stops`` a check leaves expectations unchecked, so that it is told whatever else is selected.
    """

    name: str
    level: Level
    summary: str
    explanation: str
    stops: bool = False


_RULES = (
    Rule(
        "unreadable-file",
        "error",
        "a file cannot be read",
        "The file is there but was not opened, or went away meanwhile. Nothing is known of its network.",
        stops=True,
    ),
    Rule(
        "invalid-spec",
        "error",
        "a file is no valid spec",
        "The text is no YAML, does not say that it is a spec, or a field is unknown or has a wrong value. "
        "The message says what must stand there.",
        stops=True,
    ),
    Rule(
        "invalid-policy",
        "error",
        "a file is no valid policy",
        "A policy says lenetcalc-policy: 1, the specs that it is for, and expect: or budget:. Nothing that "
        "it asks for was checked.",
        stops=True,
    ),
    Rule(
        "broken-network",
        "error",
        "a network does not build",
        "A layer cannot take its input, reads what is not there, or a window does not fit its map. "
        "No figure of the network was checked.",
        stops=True,
    ),
    Rule(
        "policy-without-specs",
        "error",
        "a policy is for specs that are not there",
        "None of the files that the policy names exists, or one lies outside of its folder and of the "
        "folder that the check runs in. Correct its specs:, which are seen from the folder of the policy.",
        stops=True,
    ),
    Rule(
        "unknown-layer",
        "error",
        "a figure or limit is of a layer that the network does not have",
        "Names are those of layers, blocks and chains as report shows them, as in conv3.block2.a.conv1.",
    ),
    Rule(
        "unknown-convention",
        "error",
        "a figure or limit is under a convention that is not known",
        "The conventions are those of report --convention.",
    ),
    Rule(
        "unknown-input",
        "error",
        "a limit is on an input that the network does not have",
        "A network with several inputs has them by their names; one with a single input takes a shape.",
        stops=True,
    ),
    Rule(
        "figure-differs",
        "error",
        "a figure is not what the spec states",
        "The network has another figure than expect: states. Either the network changed against its "
        "intention, or the figure is stated wrongly; lenetcalc freeze writes the computed ones.",
    ),
    Rule(
        "verdict-differs",
        "error",
        "a published figure does not deserve its verdict",
        "Under published: a figure is right where the network's own rounds to it, truncated where it is cut "
        "off to it, and wrong otherwise, with what is right beside it.",
    ),
    Rule(
        "published-wrong",
        "note",
        "a figure was published wrongly",
        "The spec says under published: that its source states a wrong figure, and what is right. "
        "This informs and fails nothing.",
    ),
    Rule(
        "over-budget",
        "error",
        "a network costs more than it may",
        "The value is above the max: of its budget. The layers named contribute most to it.",
    ),
    Rule(
        "under-budget",
        "error",
        "a network has less than it must",
        "The value is below the min: of its budget, as a receptive field that is too small.",
    ),
    Rule(
        "contradicting-limits",
        "error",
        "no value can keep two limits",
        "A min: is above the max: of the same quantity, in one budget or in two that hold for the network.",
    ),
    Rule(
        "not-measured",
        "warning",
        "it cannot be said whether a limit or figure is kept",
        "The convention does not count some kind of the network's layers, so that its total is a lower "
        "bound, or the quantity is not defined here. Unknown is never zero.",
    ),
    Rule(
        "nothing-stated",
        "note",
        "a spec states neither figures nor limits",
        "The network builds; nothing else was checked. lenetcalc freeze writes its figures under expect:.",
    ),
)
RULES: Mapping[str, Rule] = {rule.name: rule for rule in _RULES}
"""Every rule by name."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a layer contributes to a figure, and where the layer stands."""

    layer: str
    value: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    ``message`` is a sentence without the place, its user text made harmless. ``file`` is that of the network
    it is about, which is not that of ``place`` where a policy states the limit; ``path`` leads to it within
    its document, so that a finding is known again when lines above it change. ``found`` and ``stated`` are
    as shown, and numbers where they are whole ones; ``shares`` are the layers that contribute most, the
    largest first.
    """

    rule: str
    message: str
    place: Place
    file: str
    path: tuple[str | int, ...] = ()
    layer: str | None = None
    quantity: str | None = None
    found: str | None = None
    found_number: int | None = None
    stated: str | None = None
    stated_number: int | None = None
    shares: tuple[Share, ...] = ()
    hint: str = ""

    @property
    def level(self) -> Level:
        """How grave it is."""
        return RULES[self.rule].level


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expectation that was checked: what it says, where it stands, and what it found if it is not kept."""

    name: str
    place: Place
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was checked: every expectation of it, kept or not, and findings that belong to none.

    ``untold`` findings were left out of a selection; ``stopped`` says that one of them ended the check.
    """

    file: str
    title: str
    expectations: tuple[Expectation, ...] = ()
    others: tuple[Finding, ...] = ()
    untold: int = 0
    stopped: bool = False

    @property
    def findings(self) -> Iterator[Finding]:
        """All that was found."""
        yield from self.others
        yield from (each.finding for each in self.expectations if each.finding)

    @property
    def was_stopped(self) -> bool:
        """Whether something ended the check, so that not all that is asked of the file was checked."""
        return self.stopped or any(RULES[finding.rule].stops for finding in self.findings)

    def only(self, is_told: Callable[[str], bool]) -> "Checked":
        """The same without findings of rules that are not told."""
        return replace(
            self,
            expectations=tuple(
                [each for each in self.expectations if not each.finding or is_told(each.finding.rule)]
            ),
            others=tuple([each for each in self.others if is_told(each.rule)]),
            untold=self.untold + sum(not is_told(finding.rule) for finding in self.findings),
            stopped=self.was_stopped,
        )


@dataclass(frozen=True)
class Outcome:
    """What a check of many files found."""

    files: tuple[Checked, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found, by file, line and column."""
        found = [finding for each in self.files for finding in each.findings]
        return tuple(sorted(found, key=lambda each: (each.place.file, each.place.line, each.place.column)))

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """Every expectation that was checked."""
        return tuple([each for file in self.files for each in file.expectations])

    @property
    def kept(self) -> int:
        """How many of them were kept: those of which there is nothing to say, or only a note."""
        return sum(each.finding is None or each.finding.level == "note" for each in self.expectations)

    def count(self, level: Level) -> int:
        """How many findings are of a level."""
        return sum(finding.level == level for finding in self.findings)

    def fails(self, *, strict: bool = False) -> bool:
        """Whether there is an error; where it is ``strict``, or a warning."""
        return bool(self.count("error") or (strict and self.count("warning")))

    @property
    def unchecked(self) -> int:
        """How many files were not checked to the end."""
        return sum(file.was_stopped for file in self.files)

    @property
    def untold(self) -> int:
        """How many findings were left out of a selection."""
        return sum(file.untold for file in self.files)

    def only(self, select: Collection[str], ignore: Collection[str] = ()) -> "Outcome":
        """The same without findings of rules that are not selected, or are ignored.

        Those that stopped a check are told unless they are ignored by name. An expectation whose finding goes
        was not checked.
        """

        def is_told(rule: str) -> bool:
            return rule not in ignore and (rule in select or RULES[rule].stops)

        return Outcome(tuple([file.only(is_told) for file in self.files]))
