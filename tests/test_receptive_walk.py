"""Receptive fields, against a walk that follows every unit back through the layers one by one."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from math import ceil, floor
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lenetcalc.receptive import Axis, ReceptiveField
from tests.test_receptive import field_of

# The oracle: every layer says which places of the map before a unit reads, were the map endless.


class Step(NamedTuple):
    """A layer in one dimension: its fields in a spec, the sizes before and after it, what a unit reads."""

    fields: dict[str, Any]
    size: int
    stops: int
    reads: Callable[[int], set[int]]


def windowed(
    size: int, kind: str, kernel: int, stride: int = 1, *, dilation: int = 1, before: int = 0, after: int = 0
) -> Step:
    fields: dict[str, Any] = {"kind": kind, "kernel": kernel, "stride": stride, "padding": [[before, after]]}
    fields |= {"filters": 1, "dilation": dilation} if kind == "conv" else {}
    spare = size + before + after - dilation * (kernel - 1) - 1
    return Step(
        fields,
        size,
        spare // stride + 1,
        lambda unit: {unit * stride + tap * dilation - before for tap in range(kernel)},
    )


def nearest(size: int, stops: int) -> Step:
    return Step(
        {"kind": "upsample", "output_size": stops},
        size,
        stops,
        lambda unit: {floor(Fraction(unit * size, stops))},
    )


def bilinear(size: int, stops: int) -> Step:
    def reads(unit: int) -> set[int]:
        place = (unit + Fraction(1, 2)) * size / stops - Fraction(1, 2)
        return {floor(place), ceil(place)} if size > 1 else {0}

    return Step({"kind": "upsample", "output_size": stops, "mode": "bilinear"}, size, stops, reads)


def aligned(size: int, stops: int) -> Step:
    def reads(unit: int) -> set[int]:
        place = unit * Fraction(size - 1, stops - 1)
        return {floor(place), ceil(place)}

    fields = {"kind": "upsample", "output_size": stops, "mode": "bilinear", "align_corners": True}
    return Step(fields, size, stops, reads)


def transposed(
    size: int, kernel: int, stride: int = 1, *, dilation: int = 1, before: int = 0, after: int = 0
) -> Step:
    def reads(unit: int) -> set[int]:
        landed = ((unit + before - tap * dilation, stride) for tap in range(kernel))
        return {place // step for place, step in landed if place % step == 0}

    fields = {"kind": "transposed-conv", "filters": 1, "kernel": kernel, "stride": stride}
    fields |= {"dilation": dilation, "padding": [[before, after]]}
    stops = (size - 1) * stride + dilation * (kernel - 1) + 1 - before - after
    return Step(fields, size, stops, reads)


def adaptive(size: int, stops: int) -> Step:
    share = Fraction(size, stops)
    return Step(
        {"kind": "adaptive-average-pool", "size": stops},
        size,
        stops,
        lambda unit: {*range(floor(unit * share), ceil((unit + 1) * share))},
    )


def cropped(size: int, before: int, after: int) -> Step:
    fields = {"kind": "crop", "cropping": [[before, after]]}
    return Step(fields, size, size - before - after, lambda unit: {unit + before})


def padded(size: int, before: int, after: int) -> Step:
    fields = {"kind": "zero-pad", "padding": [[before, after]]}
    return Step(fields, size, before + size + after, lambda unit: {unit - before})


def depended_on(chain: Sequence[Step], unit: int) -> set[int]:
    """The places that a unit of the last layer depends on, were all maps endless."""
    units = {unit}
    for step in reversed(chain):
        units = {place for each in units for place in step.reads(each)}
    return units


def really_depended_on(chain: Sequence[Step], unit: int) -> tuple[set[int], bool]:
    """The inputs that a unit depends on, and whether no layer on the way reads beyond the edge of a map."""
    units, inside = {unit}, True
    for step in reversed(chain):
        read = {place for each in units for place in step.reads(each)}
        units = read & {*range(step.size)}
        inside = inside and units == read
    return units, inside


def field_of_chain(chain: Sequence[Step]) -> Axis:
    (axis,) = field_of((1, chain[0].size), *(step.fields for step in chain)) or ()
    assert axis.positions == chain[-1].stops
    return axis


Layers = Sequence[Callable[[int], Step]]
"""Layers that are still to be laid, each on what the one before it makes."""


def laid(size: int, *layers: Callable[[int], Step]) -> list[Step]:
    chain: list[Step] = []
    for layer in layers:
        chain.append(layer(chain[-1].stops if chain else size))
    return chain


def conv(kernel: int, **fields: int) -> Callable[[int], Step]:
    return lambda size: windowed(size, "conv", kernel, **fields)


def pool(kernel: int) -> Callable[[int], Step]:
    return lambda size: windowed(size, "average-pool", kernel, kernel)


def up(factor: int) -> Callable[[int], Step]:
    return lambda size: nearest(size, factor * size)


def up_conv(size: int) -> Step:
    return transposed(size, 2, 2)


def test_the_oracle_follows_units_as_a_person_does() -> None:
    # 9 inputs, windows of 3 in steps of 2 from −1: the third reads 3 4 5, the last 7 8 and a zero
    chain = laid(9, conv(3, stride=2, before=1, after=1), up(2))
    assert (depended_on(chain, 5), really_depended_on(chain, 5)) == ({3, 4, 5}, ({3, 4, 5}, True))
    assert (depended_on(chain, 9), really_depended_on(chain, 9)) == ({7, 8, 9}, ({7, 8}, False))


few, zeros, some = st.integers(1, 3), st.integers(0, 2), st.integers(1, 6)


def steps_on(size: int) -> st.SearchStrategy[Step]:
    """Layers whose units each read both the first and the last place that their window spans.

    Each repeats itself after at most 6 units, five of them after at most 6^5, which are followed.
    """
    window = {"dilation": few, "before": zeros, "after": zeros}
    ends = {"before": zeros, "after": zeros}
    overlapping = st.tuples(few, few).map(lambda pair: (pair[0] + pair[1] - 1, pair[1]))
    return st.one_of(
        st.builds(partial(windowed, size, "conv"), few, few, **window),
        st.builds(partial(windowed, size, "max-pool"), few, few, **ends),
        st.builds(partial(nearest, size), some | few.map(lambda factor: factor * size)),
        st.builds(partial(bilinear, size), some | few.map(lambda factor: factor * size)),
        st.builds(partial(aligned, size), some.map(lambda stops: stops + 1)),
        st.builds(lambda pair, **cut: transposed(size, *pair, **cut), overlapping, **ends),
        st.builds(partial(adaptive, size), some),
        st.builds(partial(cropped, size), zeros, zeros),
        st.builds(partial(padded, size), zeros, zeros),
    ).filter(lambda step: 1 <= step.stops <= 40)


def steps_with_gaps_on(size: int) -> st.SearchStrategy[Step]:
    """Layers among which some have units that read nothing, or nothing between two inputs."""
    scattered = st.builds(partial(transposed, size), few, few, dilation=few, before=zeros, after=zeros)
    return steps_on(size) | scattered.filter(lambda step: 1 <= step.stops <= 40)


@st.composite
def chains(draw: st.DrawFn, steps: Callable[[int], st.SearchStrategy[Step]]) -> list[Step]:
    """Up to five layers, each on what the one before it makes."""
    chain = [draw(steps(draw(st.integers(1, 16))))]
    for _ in range(draw(st.integers(0, 4))):
        chain.append(draw(steps(chain[-1].stops)))
    return chain


@given(chains(steps_on))
def test_a_field_goes_from_the_first_to_the_last_place_that_a_walk_finds(chain: list[Step]) -> None:
    axis, units = field_of_chain(chain), range(chain[-1].stops)
    walked = [depended_on(chain, unit) for unit in units]
    assert [axis.ends(unit) for unit in units] == [(min(places), max(places)) for places in walked]
    assert axis.size == max(max(places) - min(places) + 1 for places in walked)


@given(chains(steps_on))
def test_units_off_the_edges_depend_on_both_ends_of_their_field(chain: list[Step]) -> None:
    axis = field_of_chain(chain)
    walked = {unit: really_depended_on(chain, unit) for unit in range(chain[-1].stops)}
    inner = {unit: read for unit, (read, inside) in walked.items() if inside}
    assert {unit: axis.ends(unit) for unit in inner} == {
        unit: (min(read), max(read)) for unit, read in inner.items()
    }


@given(chains(steps_with_gaps_on))
def test_no_unit_depends_on_an_input_outside_its_field(chain: list[Step]) -> None:
    axis, units = field_of_chain(chain), range(chain[-1].stops)
    read = [really_depended_on(chain, unit)[0] for unit in units]
    fields = [{*range(low, high + 1)} for low, high in map(axis.ends, units)]
    assert [inputs - field for inputs, field in zip(read, fields, strict=True)] == [set()] * len(units)
    assert max(max(inputs) - min(inputs) + 1 if inputs else 0 for inputs in read) <= axis.size


named = pytest.mark.parametrize(
    ("layers", "size"),
    [
        pytest.param([up(2), conv(3)], 2, id="up, conv"),
        pytest.param([conv(3), up(2)], 3, id="conv, up"),
        pytest.param([pool(2), up(2)], 2, id="pool, up"),
        pytest.param([pool(2), up_conv], 2, id="pool, transposed conv"),
        pytest.param([pool(2), up(2), conv(3)], 4, id="pool, up, conv"),
        # neighbours are copies of one unit, which sees 2 inputs, or of two beside each other, which see 4
        pytest.param([pool(2), up(2), conv(2)], 4, id="pool, up, even conv"),
        # three neighbours are copies of one or of two, which see 4 inputs each
        pytest.param([pool(2), pool(2), up(2), up(2), conv(3)], 8, id="pool, pool, up, up, conv"),
        pytest.param([pool(3), up(2), conv(3)], 6, id="another factor than the pool's"),
        # the convolutions see two units each that were convolved up, ⌊o/2⌋ and the next: those of an odd o
        # and of an even one behind it come of three, which see 4 inputs each
        pytest.param([pool(2), pool(2), up_conv, conv(3), up_conv, conv(3)], 12, id="U-Net's decoder"),
    ],
)


@named
def test_the_size_of_a_field_is_that_of_its_widest_unit(layers: Layers, size: int) -> None:
    assert field_of_chain(laid(36, *layers)).size == size


@named
def test_every_unit_depends_on_just_its_field(layers: Layers, size: int) -> None:
    chain = laid(36, *layers)
    units = range(chain[-1].stops)
    walked = [really_depended_on(chain, unit)[0] for unit in units]
    ends = [(min(read), max(read)) for read in walked]
    assert [*map(field_of_chain(chain).ends, units)] == ends
    assert max(high - low + 1 for low, high in ends) == size


def joined(shape: object, *branches: Sequence[Step]) -> ReceptiveField:
    """The field of branches that are concatenated."""
    layers: list[dict[str, Any]] = []
    for name, branch in zip("abc", branches, strict=False):
        first, *others = (step.fields for step in branch)
        layers += [{**first, "from": "input"}, *others]
        layers[-1] = {**layers[-1], "name": name}
    return field_of(shape, *layers, {"kind": "concat", "from": [*"abc"[: len(branches)]]})


def test_branches_see_what_any_of_them_sees() -> None:
    wide, narrow = laid(20, conv(7, before=1, after=5)), laid(20, conv(3, before=2))
    assert joined((1, 20), wide, narrow) == (Axis(1, (-2,), (5,), 20),)  # −1 to 5 and −2 to 0


@pytest.mark.parametrize(
    "branches",
    [
        pytest.param([[pool(2), up(2)], [conv(3, before=1, after=1)]], id="a step of two and of one"),
        pytest.param([[pool(2), up(2)], [pool(3), up(3)]], id="steps of two and of three"),
        pytest.param([[pool(4), up_conv], [pool(2)], [conv(2, stride=2)]], id="three, two apart"),
    ],
)
def test_branches_see_what_a_walk_finds_in_any_of_them(branches: Sequence[Layers]) -> None:
    chains = [laid(12, *layers) for layers in branches]
    (axis,) = joined((1, 12), *chains) or ()
    units = range(chains[0][-1].stops)
    walked = [set().union(*(depended_on(chain, unit) for chain in chains)) for unit in units]
    assert [axis.ends(unit) for unit in units] == [(min(places), max(places)) for places in walked]
    assert axis.size == max(max(places) - min(places) + 1 for places in walked)


def test_branches_of_unequal_stride_have_no_field_together() -> None:
    # four units each, two inputs apart and one apart
    halved, cut = laid(8, pool(2)), laid(8, lambda size: cropped(size, 2, 2))
    assert joined((1, 8), halved, cut) is None


@pytest.mark.parametrize(
    ("factor", "stride"), [(1, 3), (2, Fraction(3, 2)), (3, 1), (4, Fraction(3, 4))], ids=str
)
def test_a_stride_may_lie_between_inputs(factor: int, stride: int | Fraction) -> None:
    axis = field_of_chain(laid(12, pool(3), up(factor)))
    assert (axis.stride, type(axis.stride)) == (stride, type(stride))
