"""Two networks compared: which layer is which, what changed, and accounts that add up."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.comparing.changes import Change, Compared
from lenetcalc.comparing.comparison import COMPARED, MOST_CAUSES, Comparison, Whole, compare, total
from lenetcalc.spec import load, loads
from tests.comparing.networks import conv, network

LENET5 = analyze(load("lenet5"))


def terms(found: Comparison, quantity: str) -> list[tuple[str, tuple[str, ...], int]]:
    """The terms of an account."""
    return [(term.name, term.causes, term.difference) for term in found.account(quantity).terms]


def sides(found: Comparison) -> list[tuple[str | None, str | None]]:
    """The names of every layer before and after."""
    return [
        (layer.before.name if layer.before else None, layer.after.name if layer.after else None)
        for layer in found.layers
    ]


def changed(found: Comparison, name: str) -> Compared:
    """A layer that changed."""
    (layer,) = [each for each in found.changed if each.name == name]
    return layer


def test_the_account_of_the_textbooks_lenet() -> None:
    """C3 full: 16·6·25 + 16 − 1,516 = 900; S2 and S4 lose 2·6 and 2·16; 84·10 + 10 = 850."""
    account = compare(LENET5, analyze(load("lenet5-textbook"))).account("parameters")
    assert (account.start, account.end, account.difference) == (60_000, 61_706, 1_706)
    assert [(term.name, term.causes, term.difference) for term in account.terms] == [
        ("C3", ("table",), 900),
        ("S2", (), -12),
        ("S4", (), -32),
        ("OUTPUT", (), 850),
    ]


@pytest.mark.parametrize(
    ("quantity", "start", "expected", "end"),
    [
        pytest.param("parameters", 60_000, [("S2", (), -12), ("S4", (), -32)], 59_956, id="parameters"),
        # a unit of S2 has 4 lines and a bias, of max pooling 4: 1,176 and 400 units
        pytest.param(
            "connections", 340_908, [("S2", (), -1_176), ("S4", (), -400)], 339_332, id="connections"
        ),
        pytest.param("macs", 326_520, [], 326_520, id="macs"),
        pytest.param("peak", 5_880, [], 5_880, id="peak"),
    ],
)
def test_the_accounts_of_max_pooling(
    quantity: str, start: int, expected: list[tuple[str, tuple[str, ...], int]], end: int
) -> None:
    found = compare(LENET5, analyze(load("lenet5-maxpool")))
    account = found.account(quantity)
    assert (account.start, terms(found, quantity), account.end) == (start, expected, end)


def test_fields_are_compared_as_a_spec_writes_them() -> None:
    found = compare(LENET5, analyze(load("lenet5-textbook")))
    assert changed(found, "C3").fields == (
        Change("activation", "scaled-tanh", "tanh"),
        Change("table", "lenet5", None),
    )
    assert changed(found, "C5").fields == (
        Change("kind", "conv", "dense"),
        Change("activation", "scaled-tanh", "tanh"),
        Change("kernel", 5, None),
        Change("filters", 120, None),
        Change("units", None, 120),
    )
    assert changed(found, "C5").output == Change("output", (120, 1, 1), (120,))


def test_arguments_of_a_function_are_told_where_they_are_not_usual() -> None:
    one = network({"kind": "conv", "filters": 1, "kernel": 1, "activation": "leaky-relu"})
    slope = {"function": "leaky-relu", "slope": 0.2}
    other = network({"kind": "conv", "filters": 1, "kernel": 1, "activation": slope})
    (layer,) = compare(one, other).changed
    assert layer.fields == (Change("activation", "leaky-relu", slope),)


def test_an_argument_that_only_states_what_is_usual_is_no_change() -> None:
    one = network({"kind": "conv", "filters": 1, "kernel": 1, "activation": "leaky-relu"})
    usual = {"function": "leaky-relu", "slope": 0.01}
    other = network({"kind": "conv", "filters": 1, "kernel": 1, "activation": usual})
    assert compare(one, other).same


def test_a_default_that_is_written_out_is_no_change() -> None:
    assert compare(network(conv(4)), network(conv(4, bias=True, stride=1))).same


def test_a_renamed_layer_is_the_same_layer() -> None:
    found = compare(network(conv(4, name="C1"), "relu"), network(conv(4, name="conv1"), "relu"))
    assert sides(found) == [("C1", "conv1"), ("relu1", "relu1")]
    (layer,) = found.changed
    assert (layer.renamed, layer.fields, layer.counts) == (True, (), ())
    assert not found.same


def test_numbers_of_unnamed_layers_are_no_names() -> None:
    one = network(conv(4), "relu", conv(8), "relu")
    other = network(conv(4), "relu", conv(6), "relu", conv(8), "relu")
    found = compare(one, other)
    assert sides(found) == [
        *(("conv1", "conv1"), ("relu1", "relu1"), (None, "conv2"), (None, "relu2")),
        *(("conv2", "conv3"), ("relu2", "relu3")),
    ]
    assert not any(layer.renamed for layer in found.layers)
    # 8 filters read 6 maps in place of 4: (9·6 + 1)·8 − (9·4 + 1)·8 = 144; 6 filters on 4 maps: 222
    assert terms(found, "parameters") == [("conv3", ("input",), 144), ("conv2", ("added",), 222)]


def test_layers_of_the_same_kinds_in_the_same_places_are_the_same_layers() -> None:
    """Doubled widths: 2·10 − 10 and (9·8 + 1)·16 − (9·4 + 1)·8."""
    found = compare(network(conv(1), conv(4), conv(8)), network(conv(2), conv(8), conv(16)))
    assert sides(found) == [("conv1", "conv1"), ("conv2", "conv2"), ("conv3", "conv3")]
    assert terms(found, "parameters") == [
        ("conv1", ("filters",), 10),
        ("conv2", ("input", "filters"), 8 * 19 - 40),
        ("conv3", ("input", "filters"), 16 * 73 - 8 * 37),
    ]


def test_another_kind_with_as_many_units_in_the_same_place_is_the_same_layer() -> None:
    pools = [
        {"name": name, "kind": kind, "kernel": 2} for name, kind in (("S", "subsample"), ("P", "max-pool"))
    ]
    found = compare(network(conv(4), pools[0]), network(conv(4), "relu", pools[1]))
    assert sides(found) == [("conv1", "conv1"), (None, "relu1"), ("S", "P")]
    layer = changed(found, "P")
    assert (layer.renamed, layer.exchanged, layer.fields[0]) == (
        *(True, True),
        Change("kind", "subsample", "max-pool"),
    )


def test_a_layer_that_changed_its_place_has_moved() -> None:
    named = [conv(4, name="A"), conv(4, name="B"), conv(4, name="C")]
    found = compare(network(*named), network(named[1], named[2], named[0]))
    assert [layer.name for layer in found.layers if layer.moved] == ["A"]
    # A reads 4 maps in place of 1, and B 1 in place of 4: 9·3·4 = 108
    assert terms(found, "parameters") == [("B", ("input",), -108), ("A", ("input",), 108)]


def test_what_a_layer_reads_is_compared_by_the_layers_that_it_means() -> None:
    add = {"name": "sum", "kind": "add"}
    one = network(conv(4, name="A"), conv(4, name="B"), {**add, "from": ["A", "B"]})
    renamed = network(conv(4, name="X"), conv(4, name="B"), {**add, "from": ["X", "B"]})
    assert [each.name for each in compare(one, renamed).changed] == ["X"]
    other = network(conv(4, name="A"), conv(4, name="B"), conv(4, name="N"), {**add, "from": ["A", "N"]})
    assert changed(compare(one, other), "sum").fields == (Change("from", ("A", "B"), ("A", "N")),)


def test_a_stated_from_that_means_the_layer_before_is_no_change() -> None:
    assert compare(
        network(conv(4, name="A"), "relu"), network(conv(4, name="A"), {"kind": "relu", "from": "A"})
    ).same


@pytest.mark.parametrize(
    ("one", "other", "inputs"),
    [
        pytest.param("1x16x16", "1x8x8", [("input", (1, 16, 16), (1, 8, 8))], id="another size"),
        pytest.param({"a": "1x8x8"}, {"b": "1x8x8"}, [], id="another name"),
        pytest.param({"a": "1x8x8", "b": "1x8x8"}, {"b": "1x8x8"}, [("a", (1, 8, 8), None)], id="one less"),
        pytest.param({"b": "1x8x8"}, {"b": "1x8x8", "c": "1x4x4"}, [("c", None, (1, 4, 4))], id="one more"),
    ],
)
def test_inputs(one: Any, other: Any, inputs: list[tuple[str, Any, Any]]) -> None:
    layers = [
        [conv(2, **{"from": "b" if "b" in each else "a"} if isinstance(each, dict) else {})]
        for each in (one, other)
    ]
    found = compare(network(*layers[0], shape=one), network(*layers[1], shape=other))
    assert [(each.what, each.before, each.after) for each in found.inputs] == inputs
    assert found.same is not bool(inputs)


def test_units_have_a_term_for_the_input() -> None:
    found = compare(network(conv(2)), network(conv(2), shape="1x8x8"))
    assert terms(found, "units") == [("input", (), 64 - 256), ("conv1", ("input",), 2 * (64 - 256))]
    assert terms(found, "peak") == [("input", (), 64 - 256), ("conv1", (), 2 * (64 - 256))]


BLOCKS = {"pair": {"parameters": ["n"], "layers": [conv("n"), "relu"]}}


def stages(*sizes: int) -> Analysis:
    """A network of two stages, each of so many blocks."""
    uses = [
        {"name": f"stage{place}_", "block": "pair", "n": 4 * place, "repeat": size}
        for place, size in enumerate(sizes, start=1)
    ]
    return network(*uses, blocks=BLOCKS)


def test_a_block_that_was_added_as_a_whole_is_one_term() -> None:
    found = compare(stages(2, 2), stages(3, 2))
    assert [(type(each), each.name) for each in found.folded] == [(Whole, "stage1_3")]
    assert terms(found, "parameters") == [("stage1_3", ("added",), (9 * 4 + 1) * 4)]
    assert len(found.changed) == 2


def test_a_block_that_was_removed_as_a_whole_is_one_term() -> None:
    found = compare(stages(2, 3), stages(2, 2))
    assert terms(found, "parameters") == [("stage2_3", ("removed",), -(9 * 8 + 1) * 8)]


def test_what_was_added_is_told_before_what_was_removed() -> None:
    found = compare(stages(3, 2), stages(2, 3))
    assert [each.name for each in found.folded] == ["stage1_3", "stage2_3"]
    assert terms(found, "macs") == [
        ("stage2_3", ("added",), 9 * 8 * 8 * 256),
        ("stage1_3", ("removed",), -9 * 4 * 4 * 256),
    ]


def test_a_renamed_block_is_the_same_block() -> None:
    one, other = (
        network({"name": name, "block": "pair", "n": 4}, conv(2), blocks=BLOCKS) for name in ("stem", "head")
    )
    found = compare(one, other)
    assert sides(found)[:2] == [("stem.conv1", "head.conv1"), ("stem.relu1", "head.relu1")]
    assert [layer.name for layer in found.changed if layer.renamed] == ["head.conv1", "head.relu1"]


def test_unnamed_blocks_are_paired_by_what_is_in_them() -> None:
    uses = [{"block": "pair", "n": each} for each in (4, 6, 8)]
    found = compare(network(*uses[1:], blocks=BLOCKS), network(*uses, blocks=BLOCKS))
    assert [each.name for each in found.folded if isinstance(each, Whole)] == ["pair1"]
    assert sides(found)[2:4] == [("pair1.conv1", "pair2.conv1"), ("pair1.relu1", "pair2.relu1")]
    assert not any(layer.renamed for layer in found.layers)


def test_resnet_101_is_resnet_50_with_seventeen_blocks_more() -> None:
    """He et al. 2015, Table 1: conv4 has 23 blocks in place of 6."""
    found = compare(analyze(load("resnet-50")), analyze(load("resnet-101")))
    assert [each.name for each in found.folded] == [f"conv4.block{number}" for number in range(7, 24)]


def test_a_field_that_comes_to_the_same_is_no_cause() -> None:
    """A stride of 2 stays; three rows of the window start at 0, 2, … 12, two at 0, 2, … 14."""
    one = network({"kind": "max-pool", "kernel": 3, "stride": 2})
    other = network({"kind": "max-pool", "kernel": 2})
    assert terms(compare(one, other), "units") == [("max-pool1", ("kernel",), 8 * 8 - 7 * 7)]


def test_many_causes_are_not_told() -> None:
    one = network(conv(4, name="A"))
    other = network(conv(6, 5, name="A", bias=False, stride=2), shape="3x16x16")
    assert terms(compare(one, other), "parameters") == [("A", (), 5 * 5 * 3 * 6 - 40)]
    assert MOST_CAUSES == 3


def test_a_change_that_cannot_be_made_alone_is_a_cause() -> None:
    rows = {"table": [[0], [0], [0]]}
    found = compare(network(conv(3, name="A", **rows)), network(conv(2, name="A", table=[[0], [0]])))
    assert terms(found, "parameters") == [("A", ("filters", "table"), -10)]


def test_a_network_does_not_differ_from_itself_however_it_is_called() -> None:
    text = json.dumps({"lenetcalc": 1, "name": "N", "input": "1x16x16", "layers": [conv(4)]})
    found = compare(network(conv(4)), analyze(loads(text)))
    assert found.same
    assert found.differing == ()


def test_a_quantity_that_is_not_compared_is_refused() -> None:
    with pytest.raises(KeyError):
        compare(LENET5, LENET5).account("biases")


LAYERS = st.one_of(
    st.builds(conv, st.integers(1, 4), st.sampled_from([1, 3, 5]), bias=st.booleans()),
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["max-pool", "average-pool", "subsample"]),
            "kernel": st.just(2),
            "stride": st.just(1),
        }
    ),
    st.fixed_dictionaries({"kind": st.sampled_from(["relu", "tanh", "batch-norm", "dropout"])}),
    st.fixed_dictionaries({"kind": st.just("add"), "from": st.just(["input", "input"])}),
)


@st.composite
def networks(draw: DrawFn) -> Analysis:
    """A network of up to six layers, some of them named."""
    layers = draw(st.lists(LAYERS, min_size=1, max_size=6))
    names = draw(st.permutations("ABCDEFGH"))
    named = [
        {**each, **({"name": name} if draw(st.booleans()) else {})}
        for each, name in zip(layers, names, strict=False)
    ]
    return network(*named, shape=draw(st.sampled_from(["1x16x16", "2x9x12"])))


@settings(max_examples=150, deadline=None)
@given(networks(), networks())
def test_every_account_adds_up_and_turns_round(one: Analysis, other: Analysis) -> None:
    there, back = compare(one, other), compare(other, one)
    assert sorted(map(str, sides(back))) == sorted(str(pair[::-1]) for pair in sides(there))
    for quantity in COMPARED:
        account, again = there.account(quantity), back.account(quantity)
        assert account.start + sum(term.difference for term in account.terms) == account.end
        assert (account.start, account.end) == (total(one, quantity), total(other, quantity))
        assert sorted(term.difference for term in account.terms) == sorted(
            -term.difference for term in again.terms
        )


@settings(max_examples=50, deadline=None)
@given(networks())
def test_a_network_is_the_same_as_itself(one: Analysis) -> None:
    found = compare(one, one)
    assert found.same
    assert not found.folded
    assert not any(found.account(quantity).terms for quantity in COMPARED)
