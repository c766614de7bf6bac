"""The forward pass of layers with windows, against ONNX's reference evaluator.

Layers are drawn; where the evaluator is wrong, a test goes round it or draws what it does right, and says so.
What is left out is worked out in `test_by_hand`.
"""

import numpy as np
from hypothesis import strategies as st

from lenetcalc.shapes import Shape
from tests.reference.onnx_drawn import (
    CHANNELS,
    FLAGS,
    Groups,
    enlarged,
    groups,
    layers,
    padded,
    reached,
    shapes,
    strided,
    windows,
    within_span,
)
from tests.reference.onnx_models import (
    Axes,
    agree,
    averaged_same,
    fields,
    max_pooled,
    max_pooled_same,
    operator,
    pads,
    run,
    sizes,
    transposed,
    whole,
    window,
)

SAME = st.sampled_from(["same", "same-lower"])
AUTO_PAD = {"same": "SAME_UPPER", "same-lower": "SAME_LOWER"}


@layers(axes=windows(padded), grouped=groups(), bias=FLAGS)
def test_a_convolution_is_that_of_onnx(axes: Axes, grouped: Groups, bias: bool, seed: int) -> None:
    layer = {"kind": "conv", "groups": grouped.groups, "filters": grouped.filters, "bias": bias}
    ran = run({**layer, **fields(axes)}, (grouped.channels, *sizes(axes)), seed=seed)
    weights = (ran.weights["weight"], ran.weights.get("bias"))
    agree(ran, operator("Conv", ran.input, *weights, group=grouped.groups, **window(axes), **pads(axes)))


@layers(axes=windows(lambda axis: 1), grouped=groups(), padding=SAME)
def test_a_convolution_to_the_size_by_the_stride_is_that_of_onnx(
    axes: Axes, grouped: Groups, padding: str, seed: int
) -> None:
    layer = {"kind": "conv", "groups": grouped.groups, "filters": grouped.filters}
    ran = run({**layer, **fields(axes), "padding": padding}, (grouped.channels, *sizes(axes)), seed=seed)
    weights = (ran.weights["weight"], ran.weights["bias"])
    rule = {"group": grouped.groups, "auto_pad": AUTO_PAD[padding]}
    agree(ran, operator("Conv", ran.input, *weights, **rule, **window(axes)))


@layers(axes=windows(padded), channels=CHANNELS, multiplier=st.sampled_from(["same", 1, 2, 3]))
def test_a_depthwise_convolution_is_one_of_onnx_with_as_many_groups_as_channels(
    axes: Axes, channels: int, multiplier: int | str, seed: int
) -> None:
    filters = multiplier if isinstance(multiplier, str) else multiplier * channels
    layer = {"kind": "conv", "groups": "depthwise", "filters": filters}
    ran = run({**layer, **fields(axes)}, (channels, *sizes(axes)), seed=seed)
    weights = (ran.weights["weight"], ran.weights["bias"])
    agree(ran, operator("Conv", ran.input, *weights, group=channels, **window(axes), **pads(axes)))


TABLES = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True), min_size=1, max_size=5)


@layers(axes=windows(padded), table=TABLES)
def test_a_connection_table_is_a_full_convolution_with_zeros(
    axes: Axes, table: list[list[int]], seed: int
) -> None:
    layer = {"kind": "conv", "filters": len(table), "table": table}
    ran = run({**layer, **fields(axes)}, (4, *sizes(axes)), seed=seed)
    kernels = np.zeros((len(table), 4, *window(axes)["kernel_shape"]))
    joined = [(filter_, channel) for filter_, row in enumerate(table) for channel in row]
    kernels[tuple(zip(*joined, strict=True))] = ran.weights["weight"]
    agree(ran, operator("Conv", ran.input, kernels, ran.weights["bias"], **window(axes), **pads(axes)))


@st.composite
def enlarging(draw: st.DrawFn) -> tuple[Axes, list[int]]:
    """Windows of a transposed convolution, with its output padding.

    The evaluator refuses one of a stride or more, which a larger dilation allows: it takes it for inputs.
    """
    axes = draw(windows(enlarged))
    return axes, [draw(st.integers(0, axis.stride - 1)) for axis in axes]


@layers(stated=enlarging(), grouped=groups(), bias=FLAGS)
def test_a_transposed_convolution_is_that_of_onnx(
    stated: tuple[Axes, list[int]], grouped: Groups, bias: bool, seed: int
) -> None:
    axes, more = stated
    layer = {"kind": "transposed-conv", "groups": grouped.groups, "filters": grouped.filters, "bias": bias}
    layer |= {"output_padding": more}
    ran = run({**layer, **fields(axes)}, (grouped.channels, *sizes(axes)), seed=seed)
    agree(ran, transposed(ran, grouped.groups, output_padding=more, **window(axes), **pads(axes)))


# the evaluator pads below 0, and so shifts the map, where the stride exceeds the window
@layers(axes=windows(lambda axis: 1).filter(within_span), grouped=groups(), padding=SAME)
def test_a_transposed_convolution_to_the_size_times_the_stride_is_that_of_onnx(
    axes: Axes, grouped: Groups, padding: str, seed: int
) -> None:
    layer = {"kind": "transposed-conv", "groups": grouped.groups, "filters": grouped.filters}
    ran = run({**layer, **fields(axes), "padding": padding}, (grouped.channels, *sizes(axes)), seed=seed)
    agree(ran, transposed(ran, grouped.groups, auto_pad=AUTO_PAD[padding], **window(axes)))


@layers(axes=windows(enlarged), channels=CHANNELS)
def test_a_depthwise_transposed_convolution_is_one_of_onnx_with_as_many_groups_as_channels(
    axes: Axes, channels: int, seed: int
) -> None:
    layer = {"kind": "transposed-conv", "groups": "depthwise", "filters": "same"}
    ran = run({**layer, **fields(axes)}, (channels, *sizes(axes)), seed=seed)
    agree(ran, transposed(ran, channels, **window(axes), **pads(axes)))


@layers(axes=windows(reached, half=True), channels=CHANNELS, ceil=st.sampled_from([False, True, "pytorch"]))
def test_max_pooling_is_that_of_onnx(axes: Axes, channels: int, ceil: bool | str, seed: int) -> None:
    layer = {"kind": "max-pool", "ceil_mode": ceil, **fields(axes)}
    ran = run(layer, (channels, *sizes(axes)), seed=seed)
    agree(ran, max_pooled(ran.input, axes, ceil_mode=int(bool(ceil))))


# the evaluator pads below 0 for a window below its stride, and two axes alone without strides and dilations
@layers(
    axes=windows(lambda axis: axis.dilation).filter(within_span).filter(strided),
    channels=CHANNELS,
    padding=SAME,
)
def test_max_pooling_to_the_size_by_the_stride_is_that_of_onnx(
    axes: Axes, channels: int, padding: str, seed: int
) -> None:
    ran = run({"kind": "max-pool", **fields(axes), "padding": padding}, (channels, *sizes(axes)), seed=seed)
    agree(ran, max_pooled_same(ran.input, axes, lower=padding == "same-lower"))


@layers(axes=windows(lambda axis: 1, ranks=st.just(2), stride=1, dilation=1), channels=CHANNELS, padding=SAME)
def test_max_pooling_that_keeps_the_size_is_that_of_onnx(
    axes: Axes, channels: int, padding: str, seed: int
) -> None:
    ran = run({"kind": "max-pool", **fields(axes), "padding": padding}, (channels, *sizes(axes)), seed=seed)
    agree(ran, operator("MaxPool", ran.input, auto_pad=AUTO_PAD[padding], **window(axes)))


@layers(axes=windows(reached, half=True), channels=CHANNELS, count_padding=FLAGS)
def test_average_pooling_is_that_of_onnx(axes: Axes, channels: int, count_padding: bool, seed: int) -> None:
    layer = {"kind": "average-pool", "count_padding": count_padding, **fields(axes)}
    ran = run(layer, (channels, *sizes(axes)), seed=seed)
    counted = {"count_include_pad": int(count_padding)}
    agree(ran, operator("AveragePool", ran.input, **counted, **window(axes), **pads(axes)))


# the evaluator moves the map by half of what the last window hangs over: not at all with strides up to 2
@layers(
    axes=windows(reached, half=True, stride=2),
    channels=CHANNELS,
    count_padding=FLAGS,
    ceil=st.sampled_from([True, "pytorch"]),
)
def test_average_pooling_with_a_last_partial_window_is_that_of_onnx(
    axes: Axes, channels: int, count_padding: bool, ceil: bool | str, seed: int
) -> None:
    layer = {"kind": "average-pool", "count_padding": count_padding, "ceil_mode": ceil, **fields(axes)}
    ran = run(layer, (channels, *sizes(axes)), seed=seed)
    rule = {"count_include_pad": int(count_padding), "ceil_mode": 1}
    agree(ran, operator("AveragePool", ran.input, **rule, **window(axes), **pads(axes)))


# the evaluator pads for a window without dilation, and cannot where the stride exceeds it
@layers(
    axes=windows(lambda axis: 1, dilation=1).filter(within_span),
    channels=CHANNELS,
    count_padding=FLAGS,
    padding=SAME,
)
def test_average_pooling_to_the_size_by_the_stride_is_that_of_onnx(
    axes: Axes, channels: int, count_padding: bool, padding: str, seed: int
) -> None:
    layer = {"kind": "average-pool", "count_padding": count_padding, **fields(axes), "padding": padding}
    ran = run(layer, (channels, *sizes(axes)), seed=seed)
    rule = {"count_include_pad": int(count_padding), "auto_pad": AUTO_PAD[padding]}
    agree(ran, operator("AveragePool", ran.input, **rule, **window(axes)))


@layers(axes=windows(lambda axis: axis.dilation), channels=CHANNELS, count_padding=FLAGS, padding=SAME)
def test_average_pooling_to_the_size_by_the_stride_is_a_quotient_of_convolutions(
    axes: Axes, channels: int, count_padding: bool, padding: str, seed: int
) -> None:
    layer = {"kind": "average-pool", "count_padding": count_padding, **fields(axes), "padding": padding}
    ran = run(layer, (channels, *sizes(axes)), seed=seed)
    agree(ran, averaged_same(ran.input, axes, lower=padding == "same-lower", count_padding=count_padding))


@layers(axes=windows(padded, zeros=0), channels=CHANNELS, kind=st.sampled_from(["MaxPool", "AveragePool"]))
def test_a_valid_window_has_no_padding(axes: Axes, channels: int, kind: str, seed: int) -> None:
    layer = {"kind": {"AveragePool": "average-pool", "MaxPool": "max-pool"}[kind], "padding": "valid"}
    ran = run({**fields(axes), **layer}, (channels, *sizes(axes)), seed=seed)
    agree(ran, operator(kind, ran.input, **window(axes)))


@layers(axes=windows(padded), channels=CHANNELS, bias=FLAGS)
def test_sub_sampling_is_a_depthwise_convolution_with_one_weight(
    axes: Axes, channels: int, bias: bool, seed: int
) -> None:
    ran = run({"kind": "subsample", "bias": bias, **fields(axes)}, (channels, *sizes(axes)), seed=seed)
    ones = np.ones((channels, 1, *(axis.kernel for axis in axes)))
    coefficients = ran.weights["weight"].reshape(-1, 1, *[1] * len(axes))
    weights = (coefficients * ones, ran.weights.get("bias"))
    agree(ran, operator("Conv", ran.input, *weights, group=channels, **window(axes), **pads(axes)))


@layers(shape=shapes(2))
def test_global_average_pooling_is_that_of_onnx(shape: Shape, seed: int) -> None:
    ran = run({"kind": "GlobalAveragePool"}, shape, seed=seed)
    agree(ran, operator("GlobalAveragePool", ran.input))


# with other than two axes the evaluator reduces the channels too, or not the first axis
@layers(shape=shapes(3, 3))
def test_global_max_pooling_is_that_of_onnx(shape: Shape, seed: int) -> None:
    ran = run({"kind": "GlobalMaxPool"}, shape, seed=seed)
    agree(ran, operator("GlobalMaxPool", ran.input))


@layers(shape=shapes(2))
def test_global_max_pooling_is_a_reduction_of_every_axis(shape: Shape, seed: int) -> None:
    ran = run({"kind": "adaptive-max-pool", "size": 1}, shape, seed=seed)
    agree(ran, operator("ReduceMax", ran.input, whole(*range(2, ran.input.ndim))))


PARTS = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=3, unique=True)


@layers(parts=PARTS, channels=CHANNELS, kind=st.sampled_from(["AveragePool", "MaxPool"]))
def test_pooling_to_a_size_that_divides_the_map_is_pooling_side_by_side(
    parts: list[tuple[int, int]], channels: int, kind: str, seed: int
) -> None:
    layer = {"kind": {"AveragePool": "adaptive-average-pool", "MaxPool": "adaptive-max-pool"}[kind]}
    after, kernel = zip(*parts, strict=True)
    before = [stops * taps for stops, taps in parts]
    ran = run({**layer, "size": [*after]}, (channels, *before), seed=seed)
    agree(ran, operator(kind, ran.input, kernel_shape=kernel, strides=kernel))
