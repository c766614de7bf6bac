"""One layer, taught: its shape rule and every count as formula, with numbers, and as a result."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from inspect import cleandoc
from typing import Any

from lenetcalc.analysis import Analysis, LayerRecord
from lenetcalc.counting import Convention, Counted, Row, Term, row_of
from lenetcalc.formula import Working
from lenetcalc.layers.base import GLOSSARY, SIZES, Layer
from lenetcalc.layers.functions import FUNCTIONS
from lenetcalc.ledger import OPERATIONS, QUANTITIES
from lenetcalc.report.cells import percent
from lenetcalc.report.columns import COLUMNS
from lenetcalc.report.conventions import count_of, named, printed_of, row_document
from lenetcalc.report.crosses import crosses
from lenetcalc.report.model import Cell, Column, Report, Table
from lenetcalc.report.network import working_as_data
from lenetcalc.report.symbols import Symbol, symbol_as_data, symbols_of, symbols_table
from lenetcalc.schema import summary
from lenetcalc.shapes import Shape
from lenetcalc.text import an, harmless, listed, times

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""

EXPLAINED = ("output", "units", *QUANTITIES, *OPERATIONS)
"""What may be explained alone, by name."""

_LINKS = ("connections", None)
"""What a table of crosses belongs to: the connections, and the layer as a whole."""

_AXES: Mapping[int, Sequence[str]] = {1: ["positions"], 2: ["rows", "columns"]}
"""What the axes of maps are called."""

_ADDENDS = (Column("Counts"), Column("Addend", folds=True), Column("Value", numeric=True))
_CONVENTIONS = (Column("Convention"), Column("Count", numeric=True), Column("Of what", folds=True))


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What is taught of a layer: the workings of its output's sizes and of its counts, under their names."""

    analysis: Analysis
    record: LayerRecord
    layer: Layer
    quantity: str | None
    conventions: Sequence[Convention]

    def by(self, convention: Convention) -> Row:
        """The layer as a convention counts it."""
        return row_of(self.layer, self.record, convention)

    @property
    def sizes(self) -> Sequence[Working]:
        return self.record.output_workings if self.quantity in (None, "output") else ()

    @property
    def counts(self) -> Mapping[str, Working]:
        """Every count that the layer has, or the one that is asked for; operations part by part."""
        known = {
            "units": self.record.units,
            **{name: getattr(self.record.counts, name) for name in QUANTITIES},
            **{f"{part}: {name}": count for (part, name), count in self.record.counts.operations.items()},
        }
        return {
            name: working
            for name, working in known.items()
            if working and (self.quantity is None or self.quantity in (name, name.rpartition(": ")[2]))
        }

    @property
    def size_symbols(self) -> Sequence[Symbol]:
        return symbols_of(self.sizes, SIZES)

    @property
    def symbols(self) -> Sequence[Symbol]:
        return symbols_of([*self.counts.values()], ChainMap({**self.layer.SYMBOLS}, {**GLOSSARY}))

    @property
    def paragraphs(self) -> Sequence[str]:
        """What the class says of the kind: its shape rule, what is counted, what is refused, and sources."""
        parts = cleandoc(self.layer.__doc__ or "").replace("``", "").split("\n\n")[1:]
        return [" ".join(part.split()) for part in parts if not part.startswith(">>>")]


def explain_report(
    analysis: Analysis,
    name: str,
    *,
    quantity: str | None = None,
    conventions: Sequence[Convention] = (),
) -> Report:
    """What there is to know of the layer of that name, or of one quantity of it.

    ``conventions`` are shown as a table of how they count the layer, where there are any.

    >>> from lenetcalc import analyze, load
    >>> report = explain_report(analyze(load("lenet5")), "C3", quantity="parameters")
    >>> print(report.tables[0].rows[1][1])
    = (5×5×3+1)×6 + (5×5×4+1)×9 + (5×5×6+1)×1

    Raises:
        KeyError: there is no layer of that name.
    """
    layers = {node.name: node.layer for node in analysis.graph.nodes}
    lesson = _Lesson(analysis, analysis[name], layers[name], quantity, conventions)
    record = lesson.record
    asked = f": {quantity}" if quantity else ""
    return Report(
        title=f"{harmless(record.name, 40)} ({record.label}) of {analysis.spec.title}{asked}",
        facts=_facts(lesson),
        tables=tuple(_tables(lesson)),
        footer=_footer(lesson),
        notes=_notes(record) if quantity in (None, "output", "units") else (),
        document=partial(_document, lesson),
    )


def _facts(lesson: _Lesson) -> dict[str, str]:
    record, quantity = lesson.record, lesson.quantity
    read = zip(record.sources, record.inputs, strict=True)
    facts = {
        record.kind: summary(type(lesson.layer)),
        "reads": listed([f"{harmless(name, 40)} {times(shape)}" for name, shape in read]),
        "makes": times(record.output),
    }
    if quantity in (None, "output"):
        function = lesson.layer.activation.function if lesson.layer.activation else None
        applied = {"activation": f"{function.name}, {function.definition}"} if function else {}
        return facts | {"shape rule": lesson.paragraphs[0]} | applied
    facts["counted"] = COLUMNS[quantity].meaning.partition(";")[0]
    return facts if lesson.counts else facts | {quantity: f"none in {an(record.kind)} layer"}


def _tables(lesson: _Lesson) -> Iterator[Table]:
    sizes, counts = _by_axis(lesson.record.output, lesson.sizes), lesson.counts
    if sizes:
        yield _worked("Output size", sizes)
        yield symbols_table(lesson.size_symbols)
    if counts:
        yield _worked("Counts", counts)
        yield symbols_table(lesson.symbols)
    if lesson.quantity is not None and (addends := _addends(counts)):
        total = ("Total", "", sum(working.value for working in counts.values()))
        yield Table(_ADDENDS, addends, total, title="Added up")
    if lesson.quantity in _LINKS and (reading := lesson.layer.read_maps()):
        record = lesson.record
        yield from crosses(reading, record.inputs[0][0], record.sources[0], record.name)
    if lesson.conventions:
        rows = tuple(_counted(each, lesson.by(each)) for each in lesson.conventions)
        yield Table(_CONVENTIONS, rows, title="How conventions count it")


def _counted(convention: Convention, row: Row) -> tuple[Cell, ...]:
    """What a convention makes of a layer, and of which amounts; of what it does not know nothing."""
    counts = " ".join(f"{'−' if term.factor < 0 else '+'} {_amount(term)}" for term in row.terms)
    known = counts.removeprefix("+ ") or ("" if row.unknown else "nothing")
    unknown = f"{listed(row.unknown)} not counted" if row.unknown else ""
    printed = printed_of(Counted(convention, {row.name: row}))
    return convention.title, count_of([row]), "; ".join(filter(None, [known, unknown, printed]))


def _amount(term: Term) -> str:
    """How often an amount counts, without its sign; of a function by name."""
    often = f"{abs(term.factor)} " if abs(term.factor) != 1 else ""
    return f"{often}{term.amount}" + (f" of {term.kind}" if term.kind in FUNCTIONS else "")


def _worked(heading: str, workings: Mapping[str, Working]) -> Table:
    """Three lines a number: the formula, with its numbers, and what that comes to."""
    rows = tuple(
        (name if number == 0 else "", step)
        for name, working in workings.items()
        for number, step in enumerate(_steps(working))
    )
    return Table((Column(heading), Column("Working", folds=True)), rows)


def _steps(working: Working) -> tuple[str, ...]:
    value = f"{working.value:,}".replace("-", "−")
    return tuple(dict.fromkeys((working.general, f"= {working.substituted}", f"= {value}")))


def _by_axis(output: Shape, sizes: Sequence[Working]) -> Mapping[str, Working]:
    """The workings of sizes by the axes that they are of; those that are the same in one."""
    values = tuple(size.value for size in sizes)
    spatial = values == output[1:] != output[:1]  # one size as large as the channels may be theirs
    numbered = [f"axis {axis}" if spatial else "size" for axis in range(1, len(sizes) + 1)]
    names = _AXES.get(len(sizes), numbered) if spatial else numbered
    alike: dict[str, list[int]] = {}
    for axis, size in enumerate(sizes):
        alike.setdefault(str(size), []).append(axis)
    return {listed([names[axis] for axis in axes]): sizes[axes[0]] for axes in alike.values()}


def _addends(counts: Mapping[str, Working]) -> tuple[tuple[str, str, int], ...]:
    """What a quantity is the sum of, term by term; nothing where that is one."""
    rows = tuple(
        (name if number == 0 else "", addend.substituted, addend.value)
        for name, working in counts.items()
        for number, addend in enumerate(_terms(working))
    )
    return rows if len(rows) > 1 else ()


def _terms(working: Working) -> Sequence[Working]:
    return [formula.total((case,)) for formula, case in working.terms]


def _footer(lesson: _Lesson) -> dict[str, str]:
    if lesson.quantity is None:
        lacking = [name for name in QUANTITIES if name not in lesson.counts]
        about = {f"About {lesson.record.kind}": " ".join(lesson.paragraphs[1:])}
        return ({"Has no": listed(lacking, last="or")} if lacking else {}) | about
    value = sum(working.value for working in lesson.counts.values())
    if not value or (lesson.quantity == "units" and not lesson.record.forms_units):
        return {}
    total = _total(lesson.analysis, lesson.quantity)
    return {"Share of the network": f"{value:,} of {total:,}, {percent(value, total)}"}


def _total(analysis: Analysis, quantity: str) -> int:
    operations = analysis.totals.operations.items()
    counted = [count for (_, operation), count in operations if operation == quantity]
    return sum(counted) if quantity in OPERATIONS else int(getattr(analysis.totals, quantity))


def _notes(record: LayerRecord) -> tuple[str, ...]:
    before = "layer" if len(record.sources) == 1 else "layers"
    passed_on = f"the units are those of the {before} before, in another form"
    return record.notes if record.forms_units else (*record.notes, passed_on)


def _document(lesson: _Lesson) -> dict[str, Any]:
    record = lesson.record
    return {
        "document": "lenetcalc explain",
        "schema_version": SCHEMA_VERSION,
        "network": lesson.analysis.spec.title,
        "quantity": lesson.quantity,
        "layer": record.name,
        "kind": record.kind,
        "type": record.label,
        "summary": summary(type(lesson.layer)),
        "shape_rule": lesson.paragraphs[0],
        "activation": lesson.layer.activation.name if lesson.layer.activation else None,
        "from": list(record.sources),
        "inputs": [list(shape) for shape in record.inputs],
        "output": list(record.output),
        "forms_units": record.forms_units,
        "sizes": [working_as_data(size) for size in lesson.sizes],
        "size_symbols": [symbol_as_data(symbol) for symbol in lesson.size_symbols],
        "counts": [{"counts": name, **_count(working)} for name, working in lesson.counts.items()],
        "symbols": [symbol_as_data(symbol) for symbol in lesson.symbols],
        "table": [list(row) for row in lesson.layer.read_maps()] or None,
        "conventions": [{**named(each), **row_document(lesson.by(each))} for each in lesson.conventions],
        "notes": list(record.notes),
    }


def _count(working: Working) -> dict[str, Any]:
    addends = [{"value": term.value, "substituted": term.substituted} for term in _terms(working)]
    return {**working_as_data(working), "addends": addends}
