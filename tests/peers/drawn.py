"""Networks of one layer on maps, of any kind that PyTorch has, as Hypothesis draws them."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from lenetcalc.layers.functions import FUNCTIONS

Fields: TypeAlias = Mapping[str, SearchStrategy[Any]]

CHANNELS = 6
"""Channels of every input: groups of several sizes divide them."""

flags = st.booleans()


def per_axis(axes: int, least: int, most: int) -> SearchStrategy[Any]:
    """A number for all axes, or one for each."""
    number = st.integers(least, most)
    return number | st.lists(number, min_size=axes, max_size=axes)


def edges(axes: int, most: int) -> SearchStrategy[Any]:
    """A number for all edges, or two for each axis."""
    number = st.integers(0, most)
    return number | st.lists(st.lists(number, min_size=2, max_size=2), min_size=axes, max_size=axes)


def trained(own: Fields) -> list[Fields]:
    """A normalisation with both scale and shift, or with neither."""
    return [own, {**own, "scale": st.just(False), "shift": st.just(False)}]


GROUPS = st.sampled_from([1, 2, 3, 6])
BOTH: Fields = {"from": st.just(["input", "again"])}
LINEAR: Fields = {"mode": st.just("bilinear"), "align_corners": flags}
FUNCTION = st.sampled_from([each for each in FUNCTIONS if each != "scaled-tanh"])


def windowed(axes: int) -> Mapping[str, list[Fields]]:
    """The fields of each kind that has a window along so many axes, in the ways to choose them."""
    slid: Fields = {"stride": per_axis(axes, 1, 3), "padding": per_axis(axes, 0, 2)}
    convolution: Fields = {
        "filters": st.sampled_from([6, 12, "same"]),
        "kernel": per_axis(axes, 1, 4),
        "dilation": per_axis(axes, 1, 2),
        "groups": GROUPS | st.just("depthwise"),
        "bias": flags,
    }
    pooling: Fields = {
        "kernel": per_axis(axes, 2, 4),
        "stride": per_axis(axes, 1, 3),
        "padding": per_axis(axes, 0, 1),
        "ceil_mode": flags,
    }
    return {
        "average-pool": [{**pooling, "count_padding": flags}],
        "conv": [{**convolution, **slid}, {**convolution, "padding": st.sampled_from(["same", "valid"])}],
        "max-pool": [{**pooling, "dilation": per_axis(axes, 1, 2)}],
        "transposed-conv": [{**convolution, **slid}],
    }


def choices(axes: int) -> Mapping[str, list[Fields]]:
    """The fields of every kind on maps with so many axes, in the ways to choose them."""
    sizes: Fields = {"size": per_axis(axes, 1, 7)}
    factors, targets = {"factor": per_axis(axes, 1, 3)}, {"output_size": per_axis(axes, 3, 15)}
    return {
        **windowed(axes),
        "activation": [{"function": FUNCTION}],
        "adaptive-average-pool": [sizes],
        "adaptive-max-pool": [sizes],
        "add": [BOTH],
        "batch-norm": trained({}),
        "channel-shuffle": [{"groups": GROUPS}],
        "concat": [BOTH],
        "crop": [{"cropping": edges(axes, 1)}],
        "dense": [{"units": st.integers(1, 9), "bias": flags}],
        "dropout": [{}],
        "flatten": [{}],
        "group-norm": trained({"groups": GROUPS}),
        "layer-norm": trained({}),
        "local-response-norm": [{"size": st.integers(1, 5)}],
        "multiply": [BOTH],
        "permute": [{"order": st.permutations(range(axes + 1))}],
        "upsample": [factors, targets, {**factors, **LINEAR}, {**targets, **LINEAR}],
        "zero-pad": [{"padding": edges(axes, 2)}],
    }


KINDS = (*choices(2),)
"""The kinds of layers that are drawn."""


@st.composite
def networks(draw: DrawFn, kind: str) -> str:
    """A spec of one layer, perhaps with a function of its output, behind a dropout if it reads two."""
    axes = draw(st.sampled_from([2, 1, 3]))
    fields = draw(st.sampled_from(choices(axes)[kind]).flatmap(st.fixed_dictionaries))
    function = draw(st.fixed_dictionaries({}, optional={"activation": FUNCTION}))
    shape = [CHANNELS, *draw(st.lists(st.integers(5, 10), min_size=axes, max_size=axes))]
    layers = [{"name": "again", "kind": "dropout"}, {"kind": kind, **fields, **function}]
    return json.dumps({"lenetcalc": 1, "input": shape, "layers": layers})
