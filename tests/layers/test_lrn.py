"""Local response normalisation, against a walk over neighbouring channels."""

from typing import Any

import pytest

from lenetcalc.scalars import Fractions
from tests.layers.test_base import counted, made
from tests.reference.test_by_hand import array, forward


@pytest.mark.parametrize("channels", [1, 2, 5, 6, 11])
@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_operations_are_those_of_a_walk_over_channels(channels: int, size: int) -> None:
    fields = {"kind": "lrn", "size": size}
    before, after = size // 2, (size - 1) // 2
    taps = sum(
        len([other for other in range(channels) if channel - before <= other <= channel + after])
        for channel in range(channels)
    )
    units = channels * 3 * 4
    counts = counted(fields, (channels, 3, 4))
    assert made(fields, (channels, 3, 4)) == (channels, 3, 4)
    assert counts.operations["normalisation", "additions"].value == (taps - channels) * 12 + units
    assert counts.operations["normalisation", "powers"].value == units
    assert (counts.parameters.value, counts.connections.value) == (0, 0)


def test_averaging_takes_no_more_operations() -> None:
    averaged = counted({"kind": "lrn", "averaged": True}, (6, 3, 4))
    assert averaged.operations == counted({"kind": "lrn"}, (6, 3, 4)).operations


STATED = {"size": 3, "alpha": 3.0, "beta": 1.0}
PYTORCH = [["1/6"], ["2/15"], ["3/14"]]  # 1 + 3/3 × 5, 14 and 13, which are 1 + 4, 1 + 4 + 9 and 4 + 9
OURS = [["1/17"], ["1/22"], ["3/41"]]  # 2 + 3 × 5, 14 and 13


@pytest.mark.parametrize(
    ("fields", "y"),
    [
        pytest.param({"kind": "LocalResponseNorm", **STATED}, PYTORCH, id="PyTorch, the module"),
        pytest.param({"kind": "local_response_norm", **STATED}, PYTORCH, id="PyTorch, the function"),
        pytest.param({"kind": "LRN", "local_size": 3, "alpha": 3.0, "beta": 1.0}, PYTORCH, id="Caffe"),
        # 1 + 1/5 × 14 = 19/5: a window of 5 has all three channels
        pytest.param(
            {"kind": "LRN", "beta": 1.0}, [["5/19"], ["10/19"], ["15/19"]], id="Caffe, alpha unsaid"
        ),
        pytest.param({"kind": "local-response-norm", **STATED}, OURS, id="Krizhevsky et al."),
        pytest.param({"kind": "lrn", **STATED}, OURS, id="Krizhevsky et al., in short"),
        pytest.param({"kind": "LRN", **STATED, "k": 2.0, "averaged": False}, OURS, id="Caffe, told"),
        pytest.param(
            {"kind": "LocalResponseNorm", **STATED, "k": 2.0, "averaged": False}, OURS, id="PyTorch, told"
        ),
        pytest.param({"kind": "lrn", **STATED, "k": 1.0, "averaged": True}, PYTORCH, id="ours, told"),
    ],
)
def test_alpha_and_k_are_those_of_the_tool(fields: dict[str, Any], y: Any) -> None:
    assert forward(fields, [[1], [2], [3]], {}, Fractions()).values == array(y, Fractions()).values
