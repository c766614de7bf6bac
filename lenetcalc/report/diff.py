"""What changed from one network to another, as a report: the layers that changed, and the accounts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from lenetcalc.analysis import Analysis
from lenetcalc.comparing.changes import Change, Compared, Side
from lenetcalc.comparing.comparison import COMPARED, Account, Comparison, Term, Whole, total
from lenetcalc.report.model import Cell, Column, Report, Table
from lenetcalc.text import harmless, listed, plural, times

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""

MOST_TERMS = 12
"""Terms of an account that are told one by one, the largest; the others are told as one."""

MOST_ENTRIES = 6
"""Entries of a list that a cell shows; JSON has them all."""

_COLUMNS = (
    Column("Layer", folds=True),
    Column("What"),
    Column("Before", folds=True),
    Column("After", folds=True),
    Column("Difference", numeric=True),
)

Row: TypeAlias = tuple[Cell, ...]


def diff_report(
    comparison: Comparison, *, names: Sequence[str] = ("", ""), failing: Mapping[str, int] | None = None
) -> Report:
    """What changed between two networks, which were called by these names.

    ``failing`` are the quantities for which the command fails, with their difference.

    >>> from lenetcalc import analyze, load
    >>> from lenetcalc.comparing.comparison import compare
    >>> found = compare(analyze(load("lenet5")), analyze(load("lenet5-textbook")))
    >>> diff_report(found).footer["parameters"]
    '60,000 → 61,706: C3 table +900, S2 −12, S4 −32, OUTPUT +850'
    """
    before, after = comparison.before, comparison.after
    accounts = [comparison.account(quantity) for quantity in comparison.differing]
    rows = [*_input_rows(comparison), *(row for each in comparison.folded for row in _rows(each))]
    return Report(
        title=f"{before.spec.title} → {after.spec.title}",
        facts={
            "before": _named(before, names[0]),
            "after": _named(after, names[1]),
            "layers": _layers(comparison),
        },
        tables=(Table(_COLUMNS, tuple(rows)),) if rows else (),
        footer={each.quantity: told(each) for each in accounts} or _no_difference(comparison),
        notes=tuple(_failure(*each) for each in (failing or {}).items()),
        document=partial(_document, comparison, accounts, names, failing or {}),
    )


def told(account: Account) -> str:
    """An account in one line: ``60,000 → 61,706: C3 table +900, …``."""
    terms = [f"{_term(term)} {signed(term.difference)}" for term in _largest(account.terms)]
    others = account.difference - sum(term.difference for term in _largest(account.terms))
    if left := max(0, len(account.terms) - MOST_TERMS):
        terms.append(f"{plural(left, 'other')} {signed(others)}")
    return f"{account.start:,} → {account.end:,}: {', '.join(terms)}"


def signed(number: int) -> str:
    """A difference with its sign.

    >>> signed(900), signed(-12), signed(0)
    ('+900', '−12', '±0')
    """
    return f"{number:+,}".replace("-", "−") if number else "±0"


def _largest(terms: Sequence[Term]) -> list[Term]:
    """The terms that are told, in their order."""
    by_size = sorted(range(len(terms)), key=lambda index: -abs(terms[index].difference))
    return [terms[index] for index in sorted(by_size[:MOST_TERMS])]


def _term(term: Term) -> str:
    name = harmless(term.name)
    return f"{name} {listed(term.causes)}" if term.causes else name


def _named(analysis: Analysis, name: str) -> str:
    shapes = " · ".join(times(shape) for shape in analysis.graph.inputs.values())
    return f"{harmless(name)}, input {shapes}" if name else f"input {shapes}"


def _layers(comparison: Comparison) -> str:
    """How many layers there are, and how many of them are no longer what they were."""
    before, after = len(comparison.before.layers), len(comparison.after.layers)
    added = sum(layer.before is None for layer in comparison.changed)
    removed = sum(layer.after is None for layer in comparison.changed)
    changed = len(comparison.changed) - added - removed
    counts = {"changed": changed, "added": added, "removed": removed}
    parts = [f"{count:,} {what}" for what, count in counts.items() if count]
    return f"{before:,} → {after:,}, {listed(parts) if parts else 'all as they were'}"


def _no_difference(comparison: Comparison) -> dict[str, str]:
    same = "none; the networks are the same"
    return {"difference": same if comparison.same else "none in any quantity that is counted"}


def _failure(quantity: str, difference: int) -> str:
    return f"{quantity} {'increased' if difference > 0 else 'decreased'} by {abs(difference):,}"


def _input_rows(comparison: Comparison) -> Iterator[Row]:
    for each in comparison.inputs:
        yield harmless(each.what), "input", each.before, each.after, None


def _rows(each: Compared | Whole) -> Iterator[Row]:
    """The rows of a layer or block; its name stands in the first."""
    told = harmless(each.name)
    for row in _whole(each) if isinstance(each, Whole) else _changes(each):
        yield told, *row
        told = ""


def _changes(layer: Compared) -> Iterator[Row]:
    before, after = layer.before, layer.after
    if not before or not after:
        what = "added" if after else "removed"
        yield what, _side(before), _side(after), None
        yield from _counted(layer)
        return
    if layer.moved:
        yield "place", before.place, after.place, None
    if layer.renamed:
        yield "name", harmless(before.name), harmless(after.name), None
    yield from ((each.what, _shown(each.before), _shown(each.after), None) for each in layer.fields)
    if layer.output:
        yield "output", layer.output.before, layer.output.after, None
    yield from _counted(layer)


def _counted(layer: Compared) -> Iterator[Row]:
    for each in layer.counts:
        difference = (each.after or 0) - (each.before or 0)
        yield each.what, each.before, each.after, signed(difference)


def _whole(block: Whole) -> Iterator[Row]:
    """What a block brought or took, all its layers together."""
    many = plural(len(block.layers), "layer")
    yield ("added", None, many, None) if block.added else ("removed", many, None, None)
    sums: Counter[str] = Counter()
    for layer in block.layers:
        sums.update({each.what: each.after if block.added else each.before for each in layer.counts})
    for what in (each for each in COMPARED if sums[each]):
        number = sums[what]
        sides = (None, number, signed(number)) if block.added else (number, None, signed(-number))
        yield what, *sides


def _side(side: Side | None) -> Cell:
    return f"{side.record.label}, {times(side.record.output)}" if side else None


def _shown(value: Any) -> Cell:
    """A value as a spec writes it; a long list is cut."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case list() | tuple():
            shown = [str(_shown(each)) for each in value[:MOST_ENTRIES]]
            return f"[{', '.join([*shown, '…'] if len(value) > MOST_ENTRIES else shown)}]"
        case {"function": name, **given}:
            return f"{name} ({', '.join(f'{key}: {each}' for key, each in given.items())})"
    return harmless(value)


def _document(
    comparison: Comparison, accounts: Sequence[Account], names: Sequence[str], failing: Mapping[str, int]
) -> dict[str, Any]:
    return {
        "document": "lenetcalc diff",
        "schema_version": SCHEMA_VERSION,
        "same": comparison.same,
        "before": _network(comparison.before, names[0]),
        "after": _network(comparison.after, names[1]),
        "inputs": [*map(_change, comparison.inputs)],
        "layers": [*map(_layer, comparison.changed)],
        "accounts": {each.quantity: _account(each) for each in accounts},
        "failing": dict(failing),
    }


def _network(analysis: Analysis, name: str) -> dict[str, Any]:
    return {
        "spec": name or None,
        "network": analysis.spec.title,
        "layers": len(analysis.layers),
        "totals": {quantity: total(analysis, quantity) for quantity in COMPARED},
    }


def _layer(layer: Compared) -> dict[str, Any]:
    return {
        "before": _place(layer.before),
        "after": _place(layer.after),
        "renamed": layer.renamed,
        "moved": layer.moved,
        "fields": [*map(_change, layer.fields)],
        "output": _change(layer.output) if layer.output else None,
        "counts": [*map(_change, layer.counts)],
    }


def _place(side: Side | None) -> dict[str, Any] | None:
    return {"layer": side.name, "kind": side.record.kind, "output": side.record.output} if side else None


def _change(change: Change) -> dict[str, Any]:
    return {"what": change.what, "before": change.before, "after": change.after}


def _account(account: Account) -> dict[str, Any]:
    return {
        "before": account.start,
        "after": account.end,
        "difference": account.difference,
        "terms": [
            {"layer": term.name, "causes": list(term.causes), "difference": term.difference}
            for term in account.terms
        ],
    }
