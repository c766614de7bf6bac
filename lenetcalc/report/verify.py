"""What became of the proof of a network's formulas, as a report: a row for all layers that are equal."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from lenetcalc.reference.verify import Proof
from lenetcalc.report.model import Cell, Column, Report, Table
from lenetcalc.text import harmless, listed, plural, times

SCHEMA_VERSION = 1
"""The version of the JSON document; keys are added under the same version, never changed."""

_COLUMNS = (
    Column("Layer (type)"),
    Column("Layers", numeric=True),
    Column("Run"),
    Column("Operations", numeric=True),
    Column("Connections", numeric=True),
    Column("Weights", numeric=True),
    Column("Formulas"),
)
_OTHERS = (
    "; the others on fewer channels and positions, with the same window, stride, padding, dilation, groups "
    "and table"
)
_DIFFERENCES = (Column("Layer"), Column("Quantity"), Column("Formula"), Column("Executed"))


def verify_report(title: str, proofs: Sequence[Proof]) -> Report:
    """A report of what was run, and of every quantity of which a formula says something else."""
    wrong = [proof for proof in proofs if proof.differences]
    tables = [Table(_COLUMNS, tuple(map(_row, proofs)))]
    if wrong:
        rows = tuple(
            (harmless(proof.names[0], 40), each.quantity, each.stated, each.executed)
            for proof in wrong
            for each in proof.differences
        )
        tables.append(Table(_DIFFERENCES, rows, title="Differences"))
    layers, whole = _layers(proofs), _layers([proof for proof in proofs if proof.run and proof.whole])
    proved = [proof for proof in proofs if proof.run and not proof.differences]
    return Report(
        title=title,
        facts={},
        tables=tuple(tables),
        footer={
            "Proved": f"{plural(_layers(proved), 'layer')} of {layers:,}; equal layers are run once",
            "Run whole": plural(whole, "layer") + (_OTHERS if whole < layers else ""),
            "Operations": f"{sum(proof.operations for proof in proofs):,} executed and counted by part",
            "Connections": "distinct links between units, found by tracing where each output came from, and "
            "bias lines",
        },
        notes=(),
        document=partial(_document, title, proofs),
    )


def _layers(proofs: Sequence[Proof]) -> int:
    return sum(len(proof.names) for proof in proofs)


def _how(proof: Proof) -> str:
    if not proof.run:
        return "not run: too large"
    return "whole" if proof.whole else f"reduced to {listed(dict.fromkeys(map(times, proof.inputs)))}"


def _row(proof: Proof) -> tuple[Cell, ...]:
    return (
        f"{harmless(proof.names[0], 40)} ({proof.label})",
        len(proof.names),
        _how(proof),
        proof.operations,
        proof.lines or None,
        proof.weights or None,
        ("differ" if proof.differences else "hold") if proof.run else "not proved",
    )


def _document(title: str, proofs: Sequence[Proof]) -> dict[str, Any]:
    return {
        "document": "lenetcalc verify",
        "schema_version": SCHEMA_VERSION,
        "network": title,
        "proofs": [
            {
                "layers": list(proof.names),
                "type": proof.label,
                "run": proof.run,
                "whole": proof.whole,
                "inputs": [list(shape) for shape in proof.inputs],
                "output": list(proof.output),
                "operations": proof.operations,
                "connections": proof.lines,
                "weights": proof.weights,
                "differences": [
                    {
                        "rule": f"verify/{each.quantity.replace(': ', '/').replace(' ', '-')}",
                        "quantity": each.quantity,
                        "formula": each.stated,
                        "executed": each.executed,
                    }
                    for each in proof.differences
                ],
            }
            for proof in proofs
        ],
    }
