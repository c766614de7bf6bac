"""Fields compared by what they come to on the maps that a layer reads."""

from typing import Any

import pytest

from lenetcalc.comparing.changes import Change
from lenetcalc.comparing.comparison import compare
from tests.comparing.networks import conv, network

EQUAL = {
    "stride of a pool": ({"kind": "max-pool", "kernel": 2}, {"kind": "max-pool", "kernel": 2, "stride": 2}),
    "stride along each axis": (
        {"kind": "average-pool", "kernel": [2, 3]},
        {"kind": "average-pool", "kernel": "2x3", "stride": [2, 3]},
    ),
    "stride of sub-sampling": (
        {"kind": "subsample", "kernel": 2},
        {"kind": "subsample", "kernel": "2x2", "stride": 2},
    ),
    "a rule by its name": (
        {"kind": "max-pool", "kernel": 5, "ceil_mode": True},
        {"kind": "max-pool", "kernel": 5, "ceil_mode": "pytorch"},
    ),
    "sizes": (
        conv(4),
        {**conv(4), "kernel": "3x3", "padding": [[1, 1], 1], "stride": [1, 1], "dilation": "1x1"},
    ),
    "no padding": (conv(4, 1, padding=0), conv(4, 1, padding="valid")),
    "as many as channels": (
        {"kind": "conv", "filters": "same", "kernel": 3, "groups": "depthwise"},
        {"kind": "conv", "filters": 6, "kernel": 3, "groups": 6},
    ),
    "a function that does nothing": (conv(4), conv(4, activation="linear")),
    "a transposed convolution": (
        {"kind": "transposed-conv", "filters": 4, "kernel": 3, "stride": 2, "output_padding": 1},
        {"kind": "transposed-conv", "filters": 4, "kernel": 3, "stride": "2x2", "output_padding": [1, 1]},
    ),
    "a size to reduce to": (
        {"kind": "adaptive-average-pool", "size": 3},
        {"kind": "adaptive-average-pool", "size": [3, 3]},
    ),
    "zeros": ({"kind": "zero-pad", "padding": 2}, {"kind": "zero-pad", "padding": [2, [2, 2]]}),
    "edges": ({"kind": "crop", "cropping": [1, 1]}, {"kind": "crop", "cropping": 1}),
    "a size that is left over": (
        {"kind": "reshape", "shape": [-1, 12]},
        {"kind": "reshape", "shape": [60, 12]},
    ),
    "a factor": ({"kind": "upsample", "factor": [2, 3]}, {"kind": "upsample", "output_size": [20, 36]}),
    "a constant": ({"kind": "local-response-norm"}, {"kind": "local-response-norm", "size": 5, "k": 2.0}),
}
"""Layers that are the same on 6 maps of 10×12."""


@pytest.mark.parametrize(("one", "other"), [pytest.param(*pair, id=name) for name, pair in EQUAL.items()])
def test_what_comes_to_the_same_is_no_change(one: dict[str, Any], other: dict[str, Any]) -> None:
    found = compare(network(one, shape="6x10x12"), network(other, shape="6x10x12"))
    assert [layer.fields for layer in found.changed] == []
    assert found.same


@pytest.mark.parametrize(
    ("one", "other", "changes"),
    [
        pytest.param(
            {"kind": "max-pool", "kernel": 2},
            {"kind": "max-pool", "kernel": 3},
            [("kernel", 2, 3)],
            id="a stride that follows the kernel",
        ),
        pytest.param(
            {"kind": "max-pool", "kernel": 2},
            {"kind": "max-pool", "kernel": 3, "stride": 2},
            [("kernel", 2, 3)],
            id="a stride that stays",
        ),
        pytest.param(
            {"kind": "max-pool", "kernel": 2, "stride": 2},
            {"kind": "max-pool", "kernel": 3},
            [("kernel", 2, 3), ("stride", 2, None)],
            id="a stride that is given up",
        ),
        pytest.param(conv(4), conv(4, padding="same"), [("padding", 1, "same")], id="a rule for any map"),
        pytest.param(
            {"kind": "max-pool", "kernel": 5, "ceil_mode": True},
            {"kind": "max-pool", "kernel": 5, "ceil_mode": "caffe"},
            [("ceil_mode", True, "caffe")],
            id="another rule",
        ),
        pytest.param(
            {"kind": "upsample", "factor": 2},
            {"kind": "upsample", "output_size": [20, 36]},
            [("factor", 2, None), ("output_size", None, (20, 36))],
            id="another size",
        ),
        pytest.param(
            {"kind": "upsample", "factor": 2, "mode": "nearest"},
            {"kind": "upsample", "factor": 2, "mode": "bilinear"},
            [("mode", "nearest", "bilinear")],
            id="another mode",
        ),
        pytest.param(
            {"kind": "relu", "activation": "tanh"},
            {"kind": "relu", "activation": "linear"},
            [("activation", "tanh", "linear")],
            id="a function that is taken away",
        ),
        pytest.param(
            {"kind": "subsample", "kernel": 1, "stride": [1, 1], "activation": "linear"},
            {"kind": "lrn", "k": 1},
            [("kind", "subsample", "local-response-norm"), ("kernel", 1, None), ("k", None, 1.0)],
            id="fields of one kind alone",
        ),
    ],
)
def test_what_comes_to_something_else_is_a_change(
    one: dict[str, Any], other: dict[str, Any], changes: list[tuple[str, Any, Any]]
) -> None:
    (layer,) = compare(network(one, shape="6x10x12"), network(other, shape="6x10x12")).changed
    assert layer.fields == tuple(Change(*each) for each in changes)
