"""The networks that tools count: some of those packaged, and made-up ones of what those do not have."""

from collections.abc import Mapping
from textwrap import dedent

from tests.conftest import ROOT

HEAD = "lenetcalc: 1"

PACKAGED = ("lenet5-textbook", "alexnet-torchvision", "vgg-a", "resnet-18", "mobilenet-v1")

MADE_UP: Mapping[str, str] = {
    "grouped": """
        input: 6x11x8
        layers:
          - {kind: conv, filters: 9, kernel: [3, 2], groups: 3, activation: relu}
          - {kind: conv, filters: 12, kernel: 3, groups: 3, bias: false, padding: [1, 0]}
          - {kind: dense, units: 7}
        """,
    "depthwise": """
        input: 5x13x10
        layers:
          - {kind: depthwise-conv, kernel: 3, stride: 2, padding: 1}
          - {kind: conv, filters: 10, kernel: 1, bias: false}
          - relu6
          - {kind: conv, filters: 20, kernel: 3, groups: depthwise, bias: false}
          - global-average-pool
        """,
    "dilated": """
        input: 3x17x14
        layers:
          - {kind: conv, filters: 4, kernel: 3, dilation: 2, padding: 2, activation: leaky-relu}
          - {kind: conv, filters: 7, kernel: [2, 3], dilation: [3, 1], stride: 2}
          - {kind: max-pool, kernel: 3, stride: 1, dilation: 2}
        """,
    "same-padded": """
        input: 3x9x14
        layers:
          - {kind: conv, filters: 8, kernel: 5, padding: same, activation: elu}
          - {kind: conv, filters: 6, kernel: [2, 4], padding: same, dilation: 2, bias: false}
          - {kind: conv, filters: 5, kernel: 3, padding: valid}
        """,
    "normalised": """
        input: 4x10x7
        layers:
          - {kind: conv, filters: 6, kernel: 3, bias: false}
          - batch-norm
          - {kind: prelu, name: slopes}
          - {kind: conv, filters: 8, kernel: 3}
          - {kind: batch-norm, scale: false, shift: false}
          - {kind: group-norm, groups: 4, activation: gelu}
          - layer-norm
          - {kind: layer-norm, scale: false, shift: false}
        """,
    "transposed": """
        input: 6x5x8
        layers:
          - {kind: transposed-conv, filters: 9, kernel: 3, stride: 2, padding: 1, output_padding: 1}
          - {kind: transposed-conv, filters: 6, kernel: [2, 3], stride: [2, 1], groups: 3, bias: false}
          - {kind: transposed-conv, filters: 6, kernel: 4, stride: 2, groups: depthwise, activation: silu}
        """,
    "up-sampled": """
        input: 3x7x10
        layers:
          - {kind: upsample, factor: 2}
          - {kind: conv, filters: 5, kernel: 3}
          - {kind: upsample, factor: 3, mode: bilinear}
          - {kind: upsample, output_size: [41, 50]}
          - {kind: upsample, output_size: [45, 53], mode: bilinear, align_corners: true}
        """,
    "pooled": """
        input: 4x23x18
        layers:
          - {kind: average-pool, kernel: 3, stride: 2, padding: 1, ceil_mode: true}
          - {kind: max-pool, kernel: [2, 3], stride: 1, padding: [0, 1]}
          - {kind: average-pool, kernel: [3, 2], stride: [1, 2], count_padding: true}
          - {kind: max-pool, kernel: 2, ceil_mode: true}
          - {kind: adaptive-max-pool, size: [3, 2]}
          - {kind: adaptive-average-pool, size: 2}
        """,
    "branched": """
        input: 4x12x9
        layers:
          - {name: stem, kind: conv, filters: 6, kernel: 3, padding: 1}
          - {name: left, kind: conv, filters: 8, kernel: 1, activation: tanh}
          - {name: right, kind: max-pool, kernel: 3, stride: 1, padding: 1, from: stem}
          - {name: joined, kind: concat, from: [left, right, stem]}
          - {name: mixed, kind: conv, filters: 6, kernel: 3, padding: 1}
          - {name: sum, kind: add, from: [mixed, stem, right], activation: relu}
          - {name: gate, kind: global-average-pool}
          - {name: opened, kind: conv, filters: 6, kernel: 1, activation: sigmoid}
          - {name: gated, kind: multiply, from: [sum, opened]}
          - {name: cut, kind: crop, cropping: [1, [0, 2]]}
          - {name: framed, kind: zero-pad, padding: [[2, 1], 0]}
          - dropout
          - flatten
          - {kind: dense, units: 11, activation: softmax}
          - {kind: dense, units: 5, bias: false, activation: log-softmax}
        """,
    "every-function": """
        input: 3x5x4
        layers:
          - identity
          - relu
          - relu6
          - leaky-relu
          - {kind: activation, function: {function: prelu, slopes: layer}}
          - elu
          - selu
          - sigmoid
          - hard-sigmoid
          - tanh
          - hard-tanh
          - softplus
          - softsign
          - gelu
          - silu
          - hard-swish
          - mish
          - softmax
          - log-softmax
        """,
    "along-one-axis": """
        input: 5x26
        layers:
          - {kind: conv, filters: 8, kernel: 3, stride: 2}
          - batch-norm
          - {kind: max-pool, kernel: 2, activation: relu}
          - {kind: average-pool, kernel: 2, stride: 1}
          - {kind: transposed-conv, filters: 4, kernel: 3, stride: 2}
          - {kind: dense, units: 6}
        """,
    "along-three-axes": """
        input: 2x9x7x8
        layers:
          - {kind: conv, filters: 4, kernel: [3, 2, 3], padding: [1, 0, 1]}
          - batch-norm
          - {kind: max-pool, kernel: 2, activation: relu}
          - {kind: average-pool, kernel: 2, stride: 1}
          - {kind: transposed-conv, filters: 3, kernel: 3, stride: 2}
          - {kind: dense, units: 6}
        """,
}
"""Each by its name, without the head of a spec."""

NETWORKS: Mapping[str, str] = {
    **{name: (ROOT / "specs" / f"{name}.yaml").read_text(encoding="utf-8") for name in PACKAGED},
    **{name: HEAD + dedent(network) for name, network in MADE_UP.items()},
}
"""The spec of every network, by name."""
