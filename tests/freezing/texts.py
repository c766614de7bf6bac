"""A spec without figures, and its figures as they are written into it."""

import pytest

from lenetcalc.analysis import analyze
from lenetcalc.errors import SpecError
from lenetcalc.freezing.freeze import Frozen, freeze
from lenetcalc.spec import loads

HEAD = """\
lenetcalc: 1
input: 1x8x8
layers:
  - {name: A, kind: conv, filters: 2, kernel: 3}
  - flatten
  - {name: B, kind: dense, units: 3}
"""
"""A: (3·3 + 1)·2 = 20 parameters, 2·6·6 = 72 units of 9 macs and 10 lines; B: 72·3 + 3 = 219."""

TOTALS = "expect:\n  parameters: 239\n  connections: 939\n  macs: 864\n"
LAYERS = """\
  layers:
    A: {output: 2x6x6, parameters: 20, connections: 720, macs: 648}
    flatten1: {output: 72}
    B: {output: 3, parameters: 219, connections: 219, macs: 216}
"""
JSON = {
    "lenetcalc": 1,
    "input": [1, 8, 8],
    "layers": [
        {"name": "A", "kind": "conv", "filters": 2, "kernel": 3},
        "flatten",
        {"name": "B", "kind": "dense", "units": 3},
    ],
}
TOTALS_JSON = {"parameters": 239, "connections": 939, "macs": 864}
LAYERS_JSON = {
    "A": {"output": [2, 6, 6], "parameters": 20, "connections": 720, "macs": 648},
    "flatten1": {"output": 72},
    "B": {"output": 3, "parameters": 219, "connections": 219, "macs": 216},
}


def frozen(text: str, *, layers: bool = False) -> Frozen:
    """A text with its own figures."""
    return freeze(text, analyze(loads(text)), layers=layers)


def refusal(text: str, *, layers: bool = False) -> str:
    """What is said of a text that cannot have its figures."""
    with pytest.raises(SpecError) as refused:
        frozen(text, layers=layers)
    return str(refused.value)
