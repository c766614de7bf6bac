"""Blocks and repetition: written out, named, and refused where they do not come out."""

import re

import pytest

from lenetcalc.analysis import analyze
from lenetcalc.errors import SpecError
from lenetcalc.graph import resolve
from lenetcalc.spec import load, loads
from tests.measure import stopwatch

STAGE = """
lenetcalc: 1
input: 2x9x9
blocks:
  unit:
    parameters: [channels, stride: 1]
    layers:
      - {name: a, kind: conv, filters: 2*channels, kernel: [3, channels-2], stride: stride, padding: 1}
      - relu
  stage:
    parameters: [channels, units]
    layers:
      - {name: unit1, block: unit, channels: channels, stride: 2}
      - {name: unit, block: unit, channels: channels, repeat: units-1}
layers:
"""


def names(layers: str, head: str = STAGE) -> list[str]:
    return [node.name for node in resolve(loads(head + layers)).nodes]


def refusal(layers: str, head: str = STAGE) -> str:
    with pytest.raises(SpecError) as refused:
        analyze(loads(head + layers, file="net.yaml"))
    return str(refused.value)


def test_names_in_blocks_are_dotted_and_repetitions_numbered() -> None:
    inside = ("unit1.a", "unit1.relu1", "unit2.a", "unit2.relu1", "unit3.a", "unit3.relu1")
    assert names("  - {name: conv2, block: stage, channels: 3, units: 3}") == [
        f"conv2.{name}" for name in inside
    ]


def test_unnamed_uses_are_called_by_their_block() -> None:
    assert names("  - {block: unit, channels: 3}\n  - {block: unit, channels: 3}")[::2] == [
        "unit1.a",
        "unit2.a",
    ]


def test_layers_repeat_as_blocks_do() -> None:
    layers = "  - {name: c_, kind: conv, filters: 3, kernel: 3, repeat: 2}\n  - {kind: relu, repeat: 2}"
    assert names(layers) == ["c_1", "c_2", "relu1", "relu2"]


def test_arithmetic_and_defaults_reach_the_fields() -> None:
    analysis = analyze(loads(STAGE + "  - {name: u, block: unit, channels: 3}"))
    assert analysis["u.a"].output == (6, 9, 11)  # a 3×1 kernel, padded on all sides
    assert analysis["u"].output == (6, 9, 11)
    assert analysis["u"].counts.parameters.value == (3 * 1 * 2 + 1) * 6


def test_a_repeat_of_none_leaves_the_block_out() -> None:
    layers = "  - {name: conv2, block: stage, channels: 3, units: 1}\n  - {kind: flatten, from: conv2}"
    assert names(layers) == ["conv2.unit1.a", "conv2.unit1.relu1", "flatten1"]


def test_blocks_chains_and_layers_inside_may_be_read_by_name() -> None:
    graph = resolve(
        loads(
            STAGE + "  - {name: s, block: stage, channels: 3, units: 3}\n  - {kind: flatten, from: s}\n"
            "  - {kind: flatten, from: s.unit}\n  - {kind: flatten, from: s.unit2.a}"
        )
    )
    assert [node.sources for node in graph.nodes[-3:]] == [
        ("s.unit3.relu1",),
        ("s.unit3.relu1",),
        ("s.unit2.a",),
    ]


def test_a_block_may_read_several_layers() -> None:
    head = (
        "{lenetcalc: 1, input: 3x8, blocks: {join: {inputs: [one, other], layers: "
        "[{kind: concat, from: [other, one]}]}}, layers: [{name: a, kind: relu}, "
    )
    graph = resolve(loads(head + "{block: join, from: [a, input]}]}"))
    assert graph.nodes[-1].sources == ("input", "a")
    with pytest.raises(
        SpecError, match="the block join reads one and other: it is given 1 layer; name as many"
    ):
        resolve(loads(head + "{block: join}]}"))


def test_folding_shows_blocks_of_a_depth() -> None:
    analysis = analyze(load("resnet-50"))
    assert [record.name for record in analysis.folded(1)][:4] == ["conv1", "relu1", "pool1", "conv2"]
    assert "conv2.block1" in {record.name for record in analysis.folded(2)}
    for depth in (1, 2, 3):
        folded = analysis.folded(depth)
        assert sum(record.counts.macs.value for record in folded) == analysis.totals.macs


def test_an_error_in_a_block_shows_the_block_and_its_use() -> None:
    said = refusal("  - {name: s, block: stage, channels: 14, units: 2}")
    assert said.startswith(
        "net.yaml:8:60 (used at 13:9, 16:5): s.unit1.a: a 3×12 kernel does not fit a 9×9 map padded to 11×11"
    )


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        (
            "  - {block: unti, channels: 3}",
            "there is no block unti: the blocks are unit and stage; did you mean unit?",
        ),
        (
            "  - {block: unit, chanels: 3}",
            "the argument chanels is unknown: the block unit has channels and stride",
        ),
        (
            "  - {block: unit}",
            "net.yaml:16:5: the argument channels is missing: the block unit needs it; add channels",
        ),
        ("  - {block: unit, channels: 2}", r"kernel comes to .3, 0.: it must be"),
        (
            "  - {block: unit, channels: 999999999999999999}",
            r"does not come out: 2\*channels is too large: a number has at most 18 digits; give other",
        ),
        ("  - {block: unit, channels: true}", "channels is true: it must be a whole number, or arithmetic"),
        (
            "  - {block: unit, channels: 3, repeat: -1}",
            "repeat is -1: it must be a whole number of at least 0",
        ),
        ("  - {block: stage, channels: 3, units: 0}", "repeat is -1: it must be at least 0"),
        (
            "  - {block: unit, channels: 3, from: nothing}",
            "from names nothing: there is no layer of that name",
        ),
        ("  - {name: u, block: unit, channels: 3}\n  - {name: u, kind: relu}", "the name u is taken"),
    ],
)
def test_wrong_uses_are_refused(layers: str, sentence: str) -> None:
    assert re.search(sentence.replace("?", r"\?"), refusal(layers)), refusal(layers)


TAKEN = "the name a is taken: it is the name of another layer, at net.yaml:"


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        pytest.param("kind: relu, repeat: 2", "kind: tanh", "17:12: a: {}16:12", id="a chain and a layer"),
        pytest.param("kind: relu, repeat: 0", "kind: tanh", "17:12: a: {}16:12", id="a chain of none"),
        pytest.param("kind: relu, repeat: 2", "kind: tanh, repeat: 3", "17:12: a: {}16:12", id="two chains"),
        pytest.param("kind: tanh", "kind: relu, repeat: 2", "16:12: a: {}17:12", id="a layer and a chain"),
        pytest.param(
            "kind: relu, repeat: 2", "block: unit, channels: 3", "16:12: a: {}17:12", id="a chain and a block"
        ),
        pytest.param(
            "block: unit, channels: 3, repeat: 2", "kind: tanh", "17:12: a: {}16:12", id="a chain of blocks"
        ),
    ],
)
def test_the_name_of_a_chain_is_taken(first: str, second: str, told: str) -> None:
    said = refusal(f"  - {{name: a, {first}}}\n  - {{name: a, {second}}}")
    assert said == f"net.yaml:{told.format(TAKEN)}; choose another name"


def test_the_name_of_an_input_is_no_name_of_a_chain() -> None:
    assert refusal("  - {name: input, kind: relu, repeat: 2}") == (
        "net.yaml:16:12: input: the name input is taken: it is the name of the network's input;"
        " choose another name"
    )


ONE_LAYER = "{lenetcalc: 1, input: 3x8, blocks: {b: {parameters: [n], layers: ["


@pytest.mark.parametrize(
    ("layer", "argument", "what"),
    [
        pytest.param("{kind: dropout, rate: n}", 0, "dropout", id="a rate below 1"),
        pytest.param("{kind: permute, order: [n-2, 1]}", 2, "permute", id="an order beside a number"),
        pytest.param("{kind: permute, order: [n-1, n-2]}", 2, "permute", id="an order of arithmetic alone"),
        pytest.param(
            "{kind: conv, filters: 1, kernel: 1, table: [[n-1, n]]}", 2, "conv", id="maps, once each"
        ),
    ],
)
def test_what_would_be_wrong_with_1_is_not_refused(layer: str, argument: int, what: str) -> None:
    spec = loads(f"{ONE_LAYER}{layer}]}}}}, layers: [{{block: b, n: {argument}}}]}}")
    assert [record.kind for record in analyze(spec).layers] == [what]


@pytest.mark.parametrize(
    ("layer", "argument", "sentence"),
    [
        pytest.param("{kind: dropout, rate: n}", 1, "rate comes to 1: it must be less than 1", id="rate"),
        pytest.param("{kind: permute, order: [0, n]}", 0, "order comes to [0, 0]: it must be", id="order"),
    ],
)
def test_what_arguments_make_wrong_is_refused_where_they_are_given(
    layer: str, argument: int, sentence: str
) -> None:
    head = f"{ONE_LAYER}{layer}]}}}}, layers: ["
    said = refusal(f"{{block: b, n: {argument}}}]}}", head)
    assert sentence in said
    assert "(used at 1:" in said


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        pytest.param("{kind: dropout, rate: n, seed: 3}", "the field seed is unknown", id="a field"),
        pytest.param("{kind: conv, filters: n}", "kernel is missing", id="a field that is missing"),
        pytest.param("{kind: cnov, filters: n}", "the kind 'cnov' is unknown", id="a kind"),
        pytest.param(
            "{kind: conv, filters: n, kernel: 0}", "kernel is 0: it must be", id="a number beside arithmetic"
        ),
    ],
)
def test_what_no_argument_makes_right_is_refused_unused(layer: str, sentence: str) -> None:
    assert sentence in refusal("relu]}", f"{ONE_LAYER}{layer}]}}}}, layers: [")


JOIN = "{lenetcalc: 1, input: 3x8, blocks: {join: {inputs: [one, other], parameters: [n], layers: [%s]}}, "
JOINED = "layers: [{name: a, kind: relu}, {name: j, block: join, n: %d, from: [a, input]}]}"


@pytest.mark.parametrize(
    "layers", ["{kind: relu, repeat: 0}", "{kind: relu, repeat: 0}, {kind: tanh, repeat: 0}"]
)
def test_a_block_of_several_inputs_without_a_layer_is_refused(layers: str) -> None:
    assert (
        "j: it has no layer, so it is not known which of a and input it passes on; repeat a layer"
        in refusal(JOINED % 0, JOIN % layers)
    )


def test_a_block_of_several_inputs_may_pass_on_the_one_that_it_names() -> None:
    head = JOIN.replace("blocks: {", "blocks: {step: {layers: [{name: r, kind: relu}]}, ")
    repeated = head % "{name: s, block: step, from: one, repeat: n}"
    assert names(JOINED % 0, repeated) == ["a"]
    assert names(JOINED % 2, repeated) == ["a", "j.s1.r", "j.s2.r"]


def test_a_record_of_a_block_says_which_blocks_are_around_it() -> None:
    analysis = analyze(loads(STAGE + "  - {name: s, block: stage, channels: 3, units: 3}"))
    around = {name: record.blocks for name, record in analysis.blocks.items()}
    assert around == {"s": (), "s.unit1": ("s",), "s.unit2": ("s",), "s.unit3": ("s",)}
    assert analysis["s.unit2.a"].blocks == ("s", "s.unit2")


def test_a_block_that_ends_in_another_is_no_block_around_itself() -> None:
    head = "{lenetcalc: 1, input: 5, blocks: {a: {layers: [{name: in, block: b}]}, "
    head += "b: {layers: [{name: in, block: c}]}, c: {layers: [relu]}}, layers: ["
    analysis = analyze(loads(head + "{name: out, block: a}]}"))
    around = {name: record.blocks for name, record in analysis.blocks.items()}
    assert around == {"out": (), "out.in": ("out",), "out.in.in": ("out", "out.in")}


@pytest.mark.parametrize("layer", ["kind: relu", "block: unit, channels: 3"])
def test_a_repeat_of_a_billion_is_refused_at_once(layer: str) -> None:
    with stopwatch() as taken:
        assert (
            "over 100,000 layers: a network has at most 100,000 once its blocks are written out"
            in refusal(f"  - {{{layer}, repeat: 1000000000}}")
        )
    assert taken.seconds < 1


def test_the_limit_can_be_raised() -> None:
    spec = loads(STAGE + "  - {kind: relu, repeat: 100001}")
    assert len(resolve(spec, max_layers=200_000).nodes) == 100_001


def test_blocks_that_double_each_other_are_refused() -> None:
    blocks = ", ".join(
        f"b{index}: {{layers: [{{block: b{index + 1}}}, {{block: b{index + 1}}}]}}" for index in range(30)
    )
    head = (
        f"{{lenetcalc: 1, input: 5, blocks: {{{blocks}, b30: {{layers: [relu]}}}}, layers: [{{block: b0}}]}}"
    )
    assert "over 100,000 layers" in refusal("", head)


@pytest.mark.parametrize(("count", "path"), [(1, "b0 → b0"), (3, "b0 → b1 → b2 → b0")])
def test_blocks_in_a_circle_are_refused(count: int, path: str) -> None:
    blocks = ", ".join(f"b{index}: {{layers: [{{block: b{(index + 1) % count}}}]}}" for index in range(count))
    head = f"{{lenetcalc: 1, input: 5, blocks: {{{blocks}}}, layers: [{{block: b0}}]}}"
    assert f"blocks use each other in a circle: {path}" in refusal("", head)


def test_blocks_stand_at_most_32_deep() -> None:
    blocks = ", ".join(f"b{index}: {{layers: [{{block: b{index + 1}}}]}}" for index in range(40))
    head = (
        f"{{lenetcalc: 1, input: 5, blocks: {{{blocks}, b40: {{layers: [relu]}}}}, layers: [{{block: b0}}]}}"
    )
    assert "blocks stand over 32 deep in one another" in refusal("", head)


def test_a_quotient_must_be_whole() -> None:
    head = "{lenetcalc: 1, input: 5, blocks: {b: {parameters: [n], "
    head += "layers: [{kind: dense, units: n/2}]}}, layers: ["
    assert analyze(loads(head + "{block: b, n: 6}]}")).layers[0].output == (3,)
    assert "arithmetic with n 5 does not come out" in refusal("{block: b, n: 5}]}", head)


def test_a_name_that_a_block_does_not_know_is_told_with_those_it_knows() -> None:
    head = "{lenetcalc: 1, input: 5, blocks: {b: {layers: [{name: first, kind: relu}, "
    head += "{kind: relu, from: frist}]}}, layers: ["
    said = refusal("{block: b}, {block: b}]}", head)
    assert "from names frist: there is no layer of that name in the block; did you mean first?" in said
    assert said.count("frist") == 1


def test_a_chain_of_none_that_reads_itself_is_a_circle() -> None:
    head = "{lenetcalc: 1, input: 5, layers: ["
    assert "reads itself" in refusal(
        "{name: a, kind: relu, repeat: 0, from: a}, {kind: relu, from: a}]}", head
    )


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ("5", "it must be a list of names"),
        *(
            (f"[{word}]", f"parameters is ['{word}']: {word} is taken; choose another name")
            for word in ("name", "same", "valid", "depthwise", "mode", "ceil_mode", "repeat", "input")
        ),
        ("[a, same: 2]", "same is taken; choose another name"),
        ("[a, a]", "a stands twice; choose another name"),
        ("[a-b]", "a parameter is a name of letters"),
        ("[a: true]", "a parameter is a name of letters"),
    ],
)
def test_wrong_parameters_are_refused(parameters: str, sentence: str) -> None:
    head = f"{{lenetcalc: 1, input: 5, blocks: {{b: {{parameters: {parameters}, "
    head += "layers: [relu]}}, layers: [relu]}"
    assert sentence in refusal("", head)
