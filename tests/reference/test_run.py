"""Networks computed layer by layer: branches, what is let go, and what is told where numbers end."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any
from weakref import ref

import pytest

from lenetcalc import analyze, load, resolve
from lenetcalc.entries import read_layer
from lenetcalc.errors import SpecError
from lenetcalc.expansion import Node
from lenetcalc.graph import Graph
from lenetcalc.layers.base import Layer, Weight, Weights
from lenetcalc.network import NetworkSpec
from lenetcalc.reference import run as running
from lenetcalc.reference.arrays import Array
from lenetcalc.reference.compare import Departure, Misshapen
from lenetcalc.reference.drawn import Drawn, Ones, made
from lenetcalc.reference.forward import compared
from lenetcalc.reference.run import SLOPES, kept, run
from lenetcalc.scalars import Floats, Fractions, Integers, Numbers
from lenetcalc.spec import loads
from lenetcalc.tensors import Tensor


def graph(*layers: dict[str, Any], inputs: object = "1x2x2") -> Graph:
    """A network of some layers, joined up."""
    read = [read_layer(layer) for layer in layers]
    return resolve(NetworkSpec.model_validate({"input": inputs, "layers": read}))


def outputs(network: Graph, values: list[Any], numbers: Numbers | None = None) -> dict[str, list[Any]]:
    """The output of every layer, with nothing but ones as weights."""
    ((name, shape),) = network.inputs.items()
    steps = run(network, {name: Tensor(shape, values)}, Ones(), numbers or Integers())
    return {node.name: [*tensor.values] for node, tensor in steps}


DOUBLE = {"kind": "add", "name": "double", "from": ["input", "input"]}
SQUARE = {"kind": "multiply", "name": "square", "from": ["input", "input"]}


def test_layers_are_computed_in_their_order() -> None:
    net = graph(DOUBLE, {"kind": "dense", "name": "sum", "units": 1, "bias": False})
    assert outputs(net, [1, 2, 3, 4]) == {"double": [2, 4, 6, 8], "sum": [20]}


def test_branches_read_the_same_output_and_are_merged() -> None:
    net = graph(DOUBLE, SQUARE, {"kind": "concat", "name": "both", "from": ["square", "double", "input"]})
    found = outputs(net, [1, 2, 3, 4])
    assert found["both"] == [1, 4, 9, 16, 2, 4, 6, 8, 1, 2, 3, 4]


def test_a_layer_may_stand_in_the_spec_before_what_it_reads() -> None:
    late = {"kind": "add", "name": "late", "from": ["double", "square"]}
    found = outputs(graph(late, DOUBLE, SQUARE), [1, 2, 3, 4])
    assert [*found] == ["double", "square", "late"]
    assert found["late"] == [3, 8, 15, 24]


def test_a_residual_block_adds_its_input() -> None:
    """A convolution of ones over 2×2 with zeros around it sums all four, and 1 is added as its bias."""
    conv = {"kind": "conv", "name": "conv", "filters": 1, "kernel": 3, "padding": 1}
    net = graph(conv, {"kind": "add", "name": "sum", "from": ["conv", "input"], "activation": "relu"})
    assert outputs(net, [1, 2, 3, -20]) == {"conv": [-13] * 4, "sum": [0, 0, 0, 0]}
    assert outputs(net, [1, 2, 3, 4])["sum"] == [12, 13, 14, 15]


def test_every_layer_is_given_its_activation() -> None:
    net = graph({**DOUBLE, "activation": "relu6"})
    assert outputs(net, [-1, 1, 2, 5]) == {"double": [0, 2, 4, 6]}


class Asked:
    """A source of ones that keeps what it was asked for."""

    def __init__(self) -> None:
        self.layers: dict[str, dict[str, Weight]] = {}

    def weights(self, layer: str, kept: Mapping[str, Weight], numbers: Numbers) -> Weights:
        self.layers.setdefault(layer, {}).update(kept)
        return Ones().weights(layer, kept, numbers)


def test_the_slopes_of_an_activation_are_asked_for_beside_the_weights() -> None:
    activation = {"function": "prelu", "slopes": "unit"}
    net = graph({"kind": "dense", "name": "F1", "units": 3, "activation": activation}, DOUBLE)
    asked = Asked()
    [*run(net, {"input": Tensor((1, 2, 2), [1, 2, 3, 4])}, asked, Integers())]
    assert asked.layers == {
        "F1": {"weight": Weight((3, 4)), "bias": Weight((3,), "bias"), SLOPES: Weight((3,))},
        "double": {},
    }


@pytest.mark.parametrize(
    ("slopes", "shape"),
    [("channel", (3,)), ("unit", (3, 2, 2)), ("layer", (1,))],
    ids=["channel", "unit", "layer"],
)
def test_slopes_have_the_shape_that_they_are_said_to_have(slopes: str, shape: tuple[int, ...]) -> None:
    layer = {"kind": "dropout", "name": "D", "activation": {"function": "prelu", "slopes": slopes}}
    network = NetworkSpec.model_validate({"input": "3x2x2", "layers": [read_layer(layer)]})
    assert kept(analyze(network)) == {f"D.{SLOPES}": Weight(shape)}


def test_two_arrays_have_no_name_in_common() -> None:
    layers = [
        {"kind": "dropout", "name": "a", "activation": "prelu"},
        {"kind": "prelu", "name": "a.activation"},
    ]
    network = NetworkSpec.model_validate({"input": "3x2x2", "layers": [*map(read_layer, layers)]})
    with pytest.raises(SpecError, match="another layer keeps an array called a.activation.weight"):
        kept(analyze(network))


class Values(list[Any]):
    """Values that can be watched."""


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> dict[str, "ref[Values]"]:
    """The outputs of a run by layer, as long as they are there."""
    made: dict[str, ref[Values]] = {}

    def compute(layer: Layer, name: str, inputs: list[Tensor], *more: object) -> Tensor:
        values = Values(inputs[0].values)
        made[name] = ref(values)
        return Tensor(inputs[0].shape, values)

    monkeypatch.setattr(running, "compute", compute)
    return made


def alive(made: Mapping[str, "ref[Values]"]) -> list[str]:
    """The layers whose outputs are still there."""
    return [name for name, values in made.items() if values() is not None]


def names(steps: Iterator[tuple[Node, Tensor]]) -> Iterator[str]:
    """The names of the layers of a run, whose outputs are dropped at once."""
    for node, _ in steps:
        yield node.name


def chain(*links: tuple[str, list[str]]) -> Iterator[str]:
    """The run of layers that each read some others, from one input."""
    layers = [
        {"kind": "dropout" if len(reads) == 1 else "add", "name": name, "from": reads}
        for name, reads in links
    ]
    return names(run(graph(*layers), {"input": Tensor((1, 2, 2), [1, 2, 3, 4])}, Ones(), Floats()))


def test_an_output_is_let_go_when_it_is_not_read_any_more(watched: dict[str, "ref[Values]"]) -> None:
    steps = chain(("a", ["input"]), ("b", ["a"]), ("c", ["b"]), ("d", ["c"]))
    seen = {name: alive(watched) for name in steps}
    assert seen == {"a": ["a"], "b": ["a", "b"], "c": ["b", "c"], "d": ["c", "d"]}


def test_an_output_that_is_read_later_is_kept_until_then(watched: dict[str, "ref[Values]"]) -> None:
    steps = chain(("a", ["input"]), ("b", ["a"]), ("c", ["b"]), ("d", ["c", "a"]), ("e", ["d"]))
    seen = {name: alive(watched) for name in steps}
    assert (seen["c"], seen["d"], seen["e"]) == (["a", "b", "c"], ["a", "c", "d"], ["d", "e"])


def test_an_output_that_nobody_reads_is_let_go_at_once(watched: dict[str, "ref[Values]"]) -> None:
    steps = chain(("a", ["input"]), ("aside", ["a"]), ("b", ["a"]), ("c", ["b"]))
    seen = {name: alive(watched) for name in steps}
    assert ("aside" in seen["aside"], "aside" in seen["b"], "aside" in seen["c"]) == (True, False, False)


def test_an_output_that_was_yielded_stays_with_whoever_keeps_it() -> None:
    net = graph(DOUBLE, {**SQUARE, "from": ["double", "double"]})
    kept_outputs = [
        tensor for _, tensor in run(net, {"input": Tensor((1, 2, 2), [1, 2, 3, 4])}, Ones(), Integers())
    ]
    assert [tensor.values for tensor in kept_outputs] == [[2, 4, 6, 8], [4, 16, 36, 64]]


def test_the_inputs_that_were_given_stay_as_they_are() -> None:
    inputs = {"input": Tensor((1, 2, 2), [1, 2, 3, 4])}
    [*run(graph(DOUBLE, SQUARE), inputs, Ones(), Integers())]
    assert inputs == {"input": Tensor((1, 2, 2), [1, 2, 3, 4])}


EXACT = "a run in fractions takes sums, products, quotients and comparisons alone"

TANH = """\
lenetcalc: 1
input: 1x2x2
layers:
  - {name: C1, kind: conv, filters: 1, kernel: 1}
  - {name: F2, kind: dense, units: 2,
     activation: tanh}
"""


@pytest.mark.parametrize(
    ("text", "numbers", "told"),
    [
        pytest.param(
            TANH,
            Fractions(),
            f"net.yaml:5:5: F2: tanh has no exact value as a fraction: {EXACT}; run it in floats",
            id="tanh of fractions",
        ),
        pytest.param(
            TANH.replace("tanh", "relu").replace("kind: conv, filters: 1, kernel: 1", "kind: batch-norm"),
            Fractions(),
            "net.yaml:4:5: C1: the square root of what is no square has no exact value as a fraction: "
            f"{EXACT}; run it in floats",
            id="normalisation of fractions",
        ),
        pytest.param(
            TANH.replace("tanh", "relu").replace("kind: conv, filters: 1,", "kind: average-pool,"),
            Integers(),
            "net.yaml:4:5: C1: 7/2 is no whole number: a run in integers takes whole numbers alone; "
            "run it in fractions, which are exact too",
            id="a mean of integers",
        ),
    ],
)
def test_what_the_numbers_cannot_is_told_with_layer_and_place(text: str, numbers: Numbers, told: str) -> None:
    net = resolve(loads(text.replace("kernel: 1}", "kernel: 1x2}"), file="net.yaml"))
    (shape,) = net.inputs.values()
    inputs = {"input": Tensor(shape, [numbers.number(value) for value in (3, 4, 5, 6)])}
    with pytest.raises(SpecError) as error:
        [*run(net, inputs, Ones(), numbers)]
    assert str(error.value) == told


def test_layers_before_the_one_that_cannot_be_computed_are_there() -> None:
    net = resolve(loads(TANH, file="net.yaml"))
    steps = run(net, {"input": Tensor((1, 2, 2), [*map(Fraction, range(4))])}, Ones(), Fractions())
    node, tensor = next(steps)
    assert (node.name, tensor.values) == ("C1", [1, 2, 3, 4])
    with pytest.raises(SpecError):
        next(steps)


@pytest.mark.parametrize("numbers", [Fractions(), Floats()], ids=["fraction", "float"])
def test_sorts_of_numbers_agree(numbers: Numbers) -> None:
    """A network without functions, of integers: all sorts have the same values."""
    net = graph(
        {"kind": "conv", "filters": 3, "kernel": 2, "padding": 1, "name": "C1"},
        {"kind": "max-pool", "kernel": 2, "stride": 1},
        {"kind": "dense", "units": 2, "activation": "relu"},
    )
    values = [numbers.number(value) for value in (3, -1, 4, 1)]
    assert outputs(net, values, numbers) == outputs(net, [3, -1, 4, 1], Integers())


def test_lenet5_computes_the_shapes_that_its_analysis_says() -> None:
    analysis = analyze(load("lenet5"))
    source = made("seed:0", analysis)
    assert isinstance(source, Drawn)
    inputs = {"input": source.input(0, (1, 32, 32), Floats())}
    made_ = {node.name: tensor for node, tensor in run(analysis.graph, inputs, source, Floats())}
    assert {name: tensor.shape for name, tensor in made_.items()} == {
        record.name: record.output for record in analysis.layers
    }
    assert [len(tensor.values) for tensor in made_.values()] == [4704, 1176, 1600, 400, 120, 84, 10]


def steps(**options: Any) -> list[tuple[str, list[Any], Departure | Misshapen | None]]:
    """A run of two layers up to where it is to end, with where each departs."""
    inputs = {"input": Tensor((1, 2, 2), [1, 2, 3, 4])}
    each = run(graph(DOUBLE, {**SQUARE, "from": ["double", "double"]}), inputs, Ones(), Integers())
    found = compared(each, **{"expected": {}, "tolerance": 0, **options})
    return [(step.node.name, [*step.tensor.values], step.departure) for step in found]


def test_a_run_may_end_at_a_layer() -> None:
    assert steps(last="double") == [("double", [2, 4, 6, 8], None)]
    assert [name for name, *_ in steps()] == ["double", "square"]


def test_a_layer_after_the_last_is_not_computed() -> None:
    net = resolve(loads(TANH, file="net.yaml"))
    each = run(net, {"input": Tensor((1, 2, 2), [*map(Fraction, range(4))])}, Ones(), Fractions())
    assert len([*compared(each, {}, tolerance=0, last="C1")]) == 1


def test_a_run_goes_on_to_all_that_is_expected() -> None:
    expected = {"square": Array((1, 2, 2), [4, 16, 36, 64])}
    assert [name for name, *_ in steps(last="double", expected=expected)] == ["double", "square"]


def test_each_output_is_told_with_where_it_departs() -> None:
    expected = {"square": Array((1, 2, 2), [4, 16, 35, 64])}
    found = {name: departure for name, _, departure in steps(expected=expected)}
    assert found == {"double": None, "square": Departure("square", (0, 1, 0), 35, 36)}
