"""Random layers of every kind, each with the shapes of inputs that it takes."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError
from lenetcalc.layers.base import Layer, Shapes
from lenetcalc.layers.functions import FUNCTIONS
from lenetcalc.shapes import Shape

Fitting: TypeAlias = tuple[Layer, Shapes]
"""A layer, and inputs that it takes."""

LONGEST = {0: 1, 1: 11, 2: 8, 3: 4}
"""The largest size along each axis of maps with so many axes."""

flags = st.booleans()
small = st.floats(1e-6, 2.0)


@st.composite
def maps(
    draw: DrawFn, channels: SearchStrategy[int] | None = None, ranks: Sequence[int] = (1, 2, 3)
) -> Shape:
    """The shape of maps with as many axes as one of the ranks, or of a row where that is 0."""
    rank = draw(st.sampled_from(ranks))
    sizes = st.lists(st.integers(1, LONGEST[rank]), min_size=rank, max_size=rank)
    return (draw(channels or st.integers(1, 6)), *draw(sizes))


def shapes() -> SearchStrategy[Shape]:
    """The shape of maps, or of a row."""
    return maps(ranks=(0, 1, 2, 3))


def per_axis(rank: int, least: int, most: int) -> SearchStrategy[Any]:
    """A number for all axes, or one for each."""
    number = st.integers(least, most)
    return number | st.lists(number, min_size=rank, max_size=rank)


def edges(rank: int, most: int = 2) -> SearchStrategy[Any]:
    """A number for all edges, one for each axis, or two for each: before and after."""
    number = st.integers(0, most)
    pair = st.lists(number, min_size=2, max_size=2)
    return number | st.lists(number | pair, min_size=rank, max_size=rank)


def paddings(rank: int) -> SearchStrategy[Any]:
    """Zeros in numbers, or by a rule."""
    return edges(rank) | st.sampled_from(["same", "same-lower", "valid"])


def divisors(number: int) -> SearchStrategy[int]:
    """A number that divides another."""
    return st.sampled_from([each for each in range(1, number + 1) if number % each == 0])


def functions() -> SearchStrategy[Any]:
    """A function by its name, or with arguments."""
    slopes = st.sampled_from(["channel", "unit", "layer"])
    return (
        st.sampled_from([*FUNCTIONS])
        | st.fixed_dictionaries({"function": st.just("prelu"), "slopes": slopes})
        | st.fixed_dictionaries({"function": st.just("leaky-relu"), "slope": small})
        | st.fixed_dictionaries({"function": st.just("elu"), "alpha": small})
        | st.fixed_dictionaries({"function": st.just("scaled-tanh")}, optional={"amplitude": small})
    )


@st.composite
def fitting(
    draw: DrawFn,
    /,
    kind: str,
    inputs: Sequence[Shape],
    optional: Mapping[str, SearchStrategy[Any]],
    **fields: Any,
) -> Fitting:
    """A layer of some fields, and perhaps of those that are optional; with an activation, or without."""
    chosen = draw(st.fixed_dictionaries({}, optional={**optional, "activation": functions()}))
    layer = read_layer({"kind": kind, **fields, **chosen})
    try:
        layer.output(*inputs)
    except LayerError:
        reject()
    return layer, tuple(inputs)


def windows(rank: int) -> dict[str, SearchStrategy[Any]]:
    """The fields of a window that may be left out."""
    return {"stride": per_axis(rank, 1, 3), "dilation": per_axis(rank, 1, 3), "padding": paddings(rank)}


@st.composite
def grouped(draw: DrawFn, /, kind: str) -> Fitting:
    """A convolution, either way round, with groups of channels."""
    shape = draw(maps())
    rank, channels = len(shape) - 1, shape[0]
    groups: Any = draw(divisors(channels) | st.just("depthwise"))
    multiples = (channels if groups == "depthwise" else groups) * draw(st.integers(1, 3))
    own = {"bias": flags, **windows(rank)}
    if kind == "transposed-conv":
        own["output_padding"] = per_axis(rank, 0, 1)
    filters: Any = draw(st.sampled_from([multiples, "same"]))
    kernel = draw(per_axis(rank, 1, 4))
    return draw(fitting(kind, [shape], own, filters=filters, kernel=kernel, groups=groups))


@st.composite
def tabled(draw: DrawFn) -> Fitting:
    """A convolution with a table of which map reads which."""
    shape = draw(maps())
    row = st.lists(st.integers(0, shape[0] - 1), min_size=1, max_size=shape[0], unique=True)
    table: Any = draw(st.lists(row, min_size=1, max_size=5))
    filters = len(table)
    if shape[0] == 6 and draw(flags):
        table, filters = "lenet5", 16
    kernel = draw(per_axis(len(shape) - 1, 1, 3))
    own = {"bias": flags, **windows(len(shape) - 1)}
    return draw(fitting("conv", [shape], own, filters=filters, kernel=kernel, table=table))


@st.composite
def pooling(draw: DrawFn, /, kind: str, **own: SearchStrategy[Any]) -> Fitting:
    """A layer with a window over each map."""
    shape = draw(maps())
    rank = len(shape) - 1
    ceil = st.sampled_from([False, True, "pytorch", "caffe"])
    optional = {**own, **windows(rank), "ceil_mode": ceil}
    return draw(fitting(kind, [shape], optional, kernel=draw(per_axis(rank, 1, 4))))


@st.composite
def full(draw: DrawFn, /, kind: str, **own: SearchStrategy[Any]) -> Fitting:
    """A layer whose units read all inputs."""
    return draw(fitting(kind, [draw(shapes())], own, units=draw(st.integers(1, 7))))


@st.composite
def unitwise(draw: DrawFn, /, kind: str, **own: SearchStrategy[Any]) -> Fitting:
    """A layer that makes as many units as it reads, from any shape."""
    return draw(fitting(kind, [draw(shapes())], own))


@st.composite
def activated(draw: DrawFn) -> Fitting:
    """A function as a layer of its own."""
    return draw(fitting("activation", [draw(shapes())], {}, function=draw(functions())))


@st.composite
def divided(draw: DrawFn, /, kind: str, **own: SearchStrategy[Any]) -> Fitting:
    """A layer of any shape whose channels stand in groups."""
    shape = draw(shapes())
    return draw(fitting(kind, [shape], own, groups=draw(divisors(shape[0]))))


@st.composite
def framed(draw: DrawFn, /, kind: str, field: str) -> Fitting:
    """A layer that puts something around every map, or takes it away."""
    shape = draw(maps())
    return draw(fitting(kind, [shape], {}, **{field: draw(edges(len(shape) - 1))}))


@st.composite
def resized(draw: DrawFn, /, kind: str) -> Fitting:
    """A layer that brings maps to a stated size."""
    shape = draw(maps())
    return draw(fitting(kind, [shape], {}, size=draw(per_axis(len(shape) - 1, 1, 7))))


@st.composite
def upsampled(draw: DrawFn) -> Fitting:
    """Up-sampling by a factor or to a size, by the nearest or between neighbours."""
    shape = draw(maps())
    field = draw(st.sampled_from(["factor", "output_size"]))
    fields = {field: draw(per_axis(len(shape) - 1, 1, 5))}
    linear = {"mode": st.sampled_from(["bilinear", "linear", "trilinear"]), "align_corners": flags}
    own = draw(st.sampled_from([{}, {"mode": st.just("nearest")}]) | st.just(linear))
    chosen = draw(st.fixed_dictionaries(own))
    return draw(fitting("upsample", [shape], {}, **fields, **chosen))


@st.composite
def merged(draw: DrawFn, /, kind: str) -> Fitting:
    """Several inputs at the same places, some repeated along an axis on which their size is 1."""
    shape = draw(shapes())
    one = st.tuples(*[st.sampled_from([size, size, 1]) for size in shape])
    return draw(fitting(kind, draw(st.lists(one, min_size=2, max_size=4)), {}))


@st.composite
def joined(draw: DrawFn) -> Fitting:
    """Several inputs one behind the other along any axis."""
    shape = draw(shapes())
    axis = draw(st.integers(0, len(shape) - 1))
    lengths = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    inputs = [(*shape[:axis], length, *shape[axis + 1 :]) for length in lengths]
    said = {"axis": axis} if axis or draw(flags) else {}
    return draw(fitting("concat", inputs, {}, **said))


@st.composite
def reshaped(draw: DrawFn) -> Fitting:
    """The units of any shape in another, of which a size may be left open."""
    shape = draw(shapes())
    target = draw(st.permutations(shape))
    at = draw(st.integers(0, len(target) - 1))
    opened = [*target[:at], -1, *target[at + 1 :]]
    return draw(fitting("reshape", [shape], {}, shape=draw(st.sampled_from([target, opened]))))


@st.composite
def permuted(draw: DrawFn) -> Fitting:
    """The axes of any shape in another order."""
    shape = draw(shapes())
    return draw(fitting("permute", [shape], {}, order=draw(st.permutations(range(len(shape))))))


_TRAINED = {"scale": flags, "shift": flags, "epsilon": small}

LAYERS: Mapping[str, SearchStrategy[Fitting]] = {
    "activation": activated(),
    "adaptive-average-pool": resized("adaptive-average-pool"),
    "adaptive-max-pool": resized("adaptive-max-pool"),
    "add": merged("add"),
    "average-pool": pooling("average-pool", count_padding=flags),
    "batch-norm": unitwise("batch-norm", **_TRAINED),
    "channel-shuffle": divided("channel-shuffle"),
    "concat": joined(),
    "conv": grouped("conv") | tabled(),
    "crop": framed("crop", "cropping"),
    "dense": full("dense", bias=flags),
    "dropout": unitwise("dropout", rate=st.floats(0, 0.9)),
    "flatten": unitwise("flatten"),
    "group-norm": divided("group-norm", **_TRAINED),
    "layer-norm": unitwise("layer-norm", over=st.sampled_from(["all", "channels"]), **_TRAINED),
    "local-response-norm": unitwise(
        "local-response-norm", size=st.integers(1, 9), k=small, alpha=small, beta=small, averaged=flags
    ),
    "max-pool": pooling("max-pool"),
    "multiply": merged("multiply"),
    "permute": permuted(),
    "rbf": full("rbf"),
    "reshape": reshaped(),
    "subsample": pooling("subsample", bias=flags),
    "transposed-conv": grouped("transposed-conv"),
    "upsample": upsampled(),
    "zero-pad": framed("zero-pad", "padding"),
}
"""Layers of every kind, all of their fields among what is drawn."""
