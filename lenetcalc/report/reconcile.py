"""What numbers can be, and what separates them, as a report."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from lenetcalc.reconciliation import Account, Candidate, Match, Reconciled, Step
from lenetcalc.report.conventions import named
from lenetcalc.report.model import Cell, Column, Report, Table
from lenetcalc.text import listed

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""

_COLUMNS = (Column("Number", numeric=True), Column("It is", folds=True), Column("Exactly", numeric=True))
_STEPS = (Column("", numeric=True), Column("What", folds=True))


def reconcile_report(title: str, found: Sequence[Reconciled], accounts: Sequence[Account]) -> Report:
    """A report of what each number can be, and of the terms between one number and the next."""
    rows = tuple(row for each in found for row in _rows(each))
    return Report(
        title=title,
        facts={},
        tables=(Table(_COLUMNS, rows), *map(_table, accounts)),
        footer={},
        notes=tuple(
            f"{each.figure.text} is none of the counts that are known; above are the nearest"
            for each in found
            if not each.matches
        ),
        document=partial(_document, title, found, accounts),
    )


def _rows(each: Reconciled) -> list[tuple[Cell, ...]]:
    matches = each.matches or each.nearest
    told = [(_told(match, each), int(match.value)) for match in matches]
    return [(each.figure.text if index == 0 else "", *row) for index, row in enumerate(told)]


def _told(match: Match, each: Reconciled) -> str:
    said = _told_of(match.candidate)
    if not each.matches:
        gap = each.figure.value - match.candidate.value
        return f"none; {said} is {abs(gap):,} {'less' if gap > 0 else 'more'}"
    return f"{said}: {match.reason}" if match.reason else said


def _told_of(candidate: Candidate) -> str:
    """A candidate with what its authors call the number."""
    if candidate.counted is None:
        return candidate.name
    named = f"{candidate.name}, as it prints them" if candidate.printed else candidate.name
    return f"{named}, {listed(candidate.unknown)} not counted" if candidate.unknown else named


def _table(account: Account) -> Table:
    start: tuple[Cell, ...] = (account.first.value, _told_of(account.first))
    rows = [(f"{step.value:+,}".replace("-", "−"), _step(step)) for step in account.steps]
    end: tuple[Cell, ...] = (account.second.value, _told_of(account.second))
    return Table(_STEPS, (start, *rows), total=end, title="Account")


def _step(step: Step) -> str:
    often = f", counted {_times(step.after)} instead of {_times(step.before)}"
    often = often if step.before and step.after else ""
    return f"{step.words} of {listed(step.kinds)}{often}" if any(step.kinds) else step.words


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _document(title: str, found: Sequence[Reconciled], accounts: Sequence[Account]) -> dict[str, Any]:
    return {
        "document": "lenetcalc reconcile",
        "schema_version": SCHEMA_VERSION,
        "network": title,
        "numbers": [
            {
                "number": each.figure.text,
                "matches": [*map(_match, each.matches)],
                "nearest": [*map(_match, each.nearest)],
            }
            for each in found
        ],
        "accounts": [
            {
                "from": _candidate(account.first),
                "to": _candidate(account.second),
                "steps": [
                    {
                        "amount": step.amount,
                        "kinds": list(step.kinds),
                        "value": step.value,
                        "before": step.before,
                        "after": step.after,
                    }
                    for step in account.steps
                ],
            }
            for account in accounts
        ],
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        **_candidate(match.candidate),
        "times": str(match.times),
        "product": int(match.value),
        "reason": match.reason or None,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    convention = candidate.counted.convention if candidate.counted else None
    unnamed = {"convention": None, "tool": None, "version": None, "calls": candidate.name}
    return {
        **(named(convention) if convention else unnamed),
        "value": candidate.value,
        "printed": candidate.printed,
        "lower_bound": bool(candidate.unknown),
        "not_counted": list(candidate.unknown),
    }
