"""What a convolutional network costs, layer by layer, and how every number came about.

>>> import lenetcalc
>>> analysis = lenetcalc.analyze(lenetcalc.load("lenet5"))
>>> print(analysis["C1"].counts.parameters)
(5×5×1 + 1)×6 = 156
>>> analysis.totals.parameters, analysis.totals.fixed, analysis.totals.connections
(60000, 840, 340908)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lenetcalc.analysis import Analysis, LayerRecord, Totals, analyze
    from lenetcalc.checking.run import check
    from lenetcalc.comparing.comparison import Comparison, compare
    from lenetcalc.counting import Convention, Counted, conventions, counted
    from lenetcalc.errors import Fault, LenetcalcError, Place, SpecError
    from lenetcalc.expansion import Node
    from lenetcalc.findings import Checked, Expectation, Finding, Outcome
    from lenetcalc.formula import Formula, Working
    from lenetcalc.freezing.freeze import Frozen, freeze
    from lenetcalc.graph import Graph, resolve
    from lenetcalc.ledger import Counts
    from lenetcalc.network import NetworkSpec
    from lenetcalc.reconciliation import Reconciled, reconcile
    from lenetcalc.reference.forward import forward
    from lenetcalc.reference.verify import Difference, Proof, verify
    from lenetcalc.spec import load, loads

__version__ = "0.1.0"

__all__ = [
    "Analysis",
    "Checked",
    "Comparison",
    "Convention",
    "Counted",
    "Counts",
    "Difference",
    "Fault",
    "Finding",
    "Formula",
    "Frozen",
    "Graph",
    "Expectation",
    "LayerRecord",
    "LenetcalcError",
    "NetworkSpec",
    "Node",
    "Outcome",
    "Place",
    "Proof",
    "Reconciled",
    "SpecError",
    "Totals",
    "Working",
    "__version__",
    "analyze",
    "check",
    "compare",
    "conventions",
    "counted",
    "forward",
    "freeze",
    "load",
    "loads",
    "reconcile",
    "resolve",
    "verify",
]

_HOMES = {
    "analysis": ("Analysis", "LayerRecord", "Totals", "analyze"),
    "checking.run": ("check",),
    "comparing.comparison": ("Comparison", "compare"),
    "counting": ("Convention", "Counted", "conventions", "counted"),
    "errors": ("Fault", "LenetcalcError", "Place", "SpecError"),
    "findings": ("Checked", "Finding", "Expectation", "Outcome"),
    "formula": ("Formula", "Working"),
    "expansion": ("Node",),
    "freezing.freeze": ("Frozen", "freeze"),
    "graph": ("Graph", "resolve"),
    "ledger": ("Counts",),
    "network": ("NetworkSpec",),
    "reconciliation": ("Reconciled", "reconcile"),
    "reference.forward": ("forward",),
    "reference.verify": ("Difference", "Proof", "verify"),
    "spec": ("load", "loads"),
}


def __dir__() -> list[str]:
    return sorted(__all__)


def __getattr__(name: str) -> Any:
    """Load a public name on first use, so that ``lenetcalc --version`` loads nothing else (PEP 562)."""
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"lenetcalc.{module}"), name)
    raise AttributeError(f"module 'lenetcalc' has no attribute {name!r}")
