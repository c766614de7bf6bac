"""For which inputs a network builds, as a report: what it is on several of them, and why not on others."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from lenetcalc.errors import Fault
from lenetcalc.report.cells import per_value
from lenetcalc.report.model import Cell, Column, Report, Table
from lenetcalc.report.network import ELEMENT_SIZE
from lenetcalc.shapes import Shape
from lenetcalc.sizes import Refusal, Sizes, Trial
from lenetcalc.text import harmless, times

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""

_COLUMNS = (
    Column("Input Shape"),
    Column("Output Shape"),
    Column("Param #", numeric=True),
    Column("Connections", numeric=True),
    Column("MACs", numeric=True),
    Column("Peak (bytes)", numeric=True),
)
_REASONS = (Column("Input"), Column("Why it does not build", folds=True))


def sizes_report(found: Sizes, *, element_size: int = ELEMENT_SIZE) -> Report:
    """What was found of the sizes of a network; ``element_size`` is that of one value in bytes.

    >>> from lenetcalc import load, resolve
    >>> from lenetcalc.sizes import sizes
    >>> sizes_report(sizes(resolve(load("lenet5")))).facts["builds on sizes"]
    '32 to 64, of 1 to 64 tried'
    """
    spec = found.graph.spec
    reasons = [*_reasons_of_trials(found.trials), *map(_reason, found.refusals)]
    if found.unexplained:
        reasons.append((stretches(found.unexplained, most=3), "likewise, at other layers or windows"))
    tables = [Table(_COLUMNS, tuple(_row(trial, element_size) for trial in found.trials))]
    if reasons:
        tables.append(Table(_REASONS, tuple(reasons)))
    return Report(
        title=spec.title,
        facts={"input": _shapes(tuple(spec.inputs.values())), **_facts(found)},
        tables=tuple(tables),
        footer={
            "Peak (bytes) counts": "the most that activations take at one moment in the order of the spec, "
            f"{per_value(element_size)}; weights apart"
        },
        notes=(),
        document=partial(_document, found, element_size),
    )


def _facts(found: Sizes) -> dict[str, str]:
    if not found.tried:
        return {"builds on": "rows of units, which have no sizes along axes"}
    tried = f"{found.tried[0]:,} to {found.tried[-1]:,} tried"
    facts = {"builds on sizes": f"{stretches(found.builds)}, of {tried}"}
    if found.same_weights:
        alike = found.same_weights == found.builds
        facts["same number of weights on"] = "all of them" if alike else stretches(found.same_weights)
    return facts


def stretches(numbers: Sequence[int], *, most: int = 8) -> str:
    """Numbers in rising order, in stretches of equal steps.

    >>> stretches([1, 2, 3, 7, 12, 16, 20, 24])
    '1 to 3, 7, 12 to 24 in steps of 4'
    """
    told = [_stretch(each) for each in _equal_steps(numbers)]
    shown = told if len(told) <= most else [*told[: most - 2], "…", told[-1]]
    return ", ".join(shown) if told else "none"


def _stretch(numbers: range) -> str:
    if len(numbers) == 1:
        return f"{numbers[0]:,}"
    steps = f" in steps of {numbers.step:,}" if numbers.step > 1 else ""
    return f"{numbers[0]:,} to {numbers[-1]:,}{steps}"


def _equal_steps(numbers: Sequence[int]) -> Iterator[range]:
    """Numbers as ranges: as many at once as have one step, but no two that lie apart."""
    start = 0
    while start < len(numbers):
        step = numbers[start + 1] - numbers[start] if start + 1 < len(numbers) else 1
        end = start + 1
        while end < len(numbers) and numbers[end] - numbers[end - 1] == step:
            end += 1
        if end - start == 2 and step > 1:
            end -= 1
        yield range(numbers[start], numbers[end - 1] + 1, step)
        start = end


def _row(trial: Trial, element_size: int) -> tuple[Cell, ...]:
    shapes = _shapes(tuple(trial.inputs.values()))
    if trial.analysis is None:
        return shapes, None, None, None, None, None
    totals, peak = trial.analysis.totals, trial.analysis.memory.peak * element_size
    output = _shapes(trial.outputs)
    return shapes, output, totals.parameters, totals.connections, totals.macs, peak


def _shapes(shapes: Sequence[Shape]) -> str:
    return " and ".join(map(times, shapes))


def _reason(refusal: Refusal) -> tuple[Cell, ...]:
    at = f"at {refusal.sizes[0]:,}: " if len(refusal.sizes) > 1 else ""
    return stretches(refusal.sizes, most=3), at + _without_place(refusal.fault)


def _reasons_of_trials(trials: Sequence[Trial]) -> Iterator[tuple[Cell, ...]]:
    for trial in trials:
        for fault in trial.faults:
            yield _shapes(tuple(trial.inputs.values())), _without_place(fault)


def _without_place(fault: Fault) -> str:
    return str(replace(fault, place=None, used=()))


def _document(found: Sizes, element_size: int) -> dict[str, Any]:
    return {
        "document": "lenetcalc sizes",
        "schema_version": SCHEMA_VERSION,
        "network": {
            "name": found.graph.spec.title,
            "source": found.graph.spec.source,
            "inputs": {name: list(shape) for name, shape in found.graph.inputs.items()},
        },
        "element_size": element_size,
        "tried": [found.tried[0], found.tried[-1]] if found.tried else None,
        "builds": list(found.builds),
        "same_weights": list(found.same_weights),
        "refused": [{"sizes": list(each.sizes), "fault": _fault(each.fault)} for each in found.refusals],
        "unexplained": list(found.unexplained),
        "inputs": [_trial(trial, element_size) for trial in found.trials],
    }


def _trial(trial: Trial, element_size: int) -> dict[str, Any]:
    analysis = trial.analysis
    return {
        "inputs": {name: list(shape) for name, shape in trial.inputs.items()},
        "builds": analysis is not None,
        "outputs": [list(shape) for shape in trial.outputs],
        "parameters": analysis.totals.parameters if analysis else None,
        "connections": analysis.totals.connections if analysis else None,
        "macs": analysis.totals.macs if analysis else None,
        "peak_values": analysis.memory.peak if analysis else None,
        "peak_bytes": analysis.memory.peak * element_size if analysis else None,
        "faults": [_fault(fault) for fault in trial.faults],
    }


def _fault(fault: Fault) -> dict[str, Any]:
    place = fault.place
    return {
        "file": harmless(place.file, 200) if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "layer": fault.layer,
        "fault": fault.fault,
        "rule": fault.rule,
        "hint": fault.hint,
    }
