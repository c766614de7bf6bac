"""Networks to compare, written as a spec writes them."""

import json
from typing import Any

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.spec import loads


def network(*layers: Any, shape: Any = "1x16x16", **more: Any) -> Analysis:
    """A network of layers as a spec writes them."""
    return analyze(loads(json.dumps({"lenetcalc": 1, "input": shape, **more, "layers": layers})))


def conv(filters: Any, kernel: Any = 3, **more: Any) -> dict[str, Any]:
    """A convolution that keeps the size."""
    return {"kind": "conv", "filters": filters, "kernel": kernel, "padding": kernel // 2, **more}
