"""No kind is without somebody outside who judges what it computes."""

import ast
from pathlib import Path

from lenetcalc.layers import KINDS

JUDGES = ("test_onnx.py", "test_onnx_units.py", "test_onnx_functions.py", "test_by_hand.py")


def test_every_kind_is_judged_by_onnx_or_by_hand() -> None:
    texts = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in JUDGES]
    words = {
        node.value for text in texts for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Constant)
    }
    assert KINDS.keys() - words == set()
