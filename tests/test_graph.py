"""Joining layers: their names, their order, and the faults of what cannot be joined."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenetcalc.entries import read_layer
from lenetcalc.errors import SpecError
from lenetcalc.graph import Graph, resolve
from lenetcalc.network import NetworkSpec
from tests.measure import stopwatch


def network(*layers: object, **fields: Any) -> NetworkSpec:
    """A spec of layers, each a bare word or a mapping."""
    read = [read_layer(layer) for layer in layers]
    return NetworkSpec.model_validate({"input": (1, 8, 8), "layers": read} | fields)


def flat(name: str, source: str | None = None) -> dict[str, str]:
    """A layer of which only its name and its source matter."""
    return {"kind": "flatten", "name": name} | ({"from": source} if source else {})


def names(graph: Graph) -> list[str]:
    """The names of the layers, in order."""
    return [node.name for node in graph.nodes]


def refusal(spec: NetworkSpec) -> list[str]:
    """What is said of a network that cannot be joined."""
    with pytest.raises(SpecError) as refused:
        resolve(spec)
    return str(refused.value).split("\n")


def test_layers_without_names_are_called_by_their_kind_and_a_number() -> None:
    graph = resolve(network("relu", "flatten", "ReLU", "tanh", "Flatten"))
    assert names(graph) == ["relu1", "flatten1", "relu2", "tanh1", "flatten2"]


def test_numbers_pass_over_names_that_are_given() -> None:
    graph = resolve(network("flatten", flat("flatten1"), "flatten", flat("flatten3"), "flatten"))
    assert names(graph) == ["flatten2", "flatten1", "flatten4", "flatten3", "flatten5"]


def test_numbers_pass_over_names_of_inputs() -> None:
    graph = resolve(network("flatten", input={"flatten1": (5,)}))
    assert names(graph) == ["flatten2"]


def test_a_layer_reads_the_one_before_it() -> None:
    graph = resolve(network(flat("A"), flat("B"), flat("C")))
    assert [node.sources for node in graph.nodes] == [("input",), ("A",), ("B",)]


def test_before_means_in_the_spec_not_in_the_order() -> None:
    graph = resolve(network(flat("A", "C"), flat("B"), flat("C", "input"), flat("D")))
    assert names(graph) == ["C", "A", "B", "D"]
    assert {node.name: node.sources for node in graph.nodes}["D"] == ("C",)


def test_a_layer_in_order_stays_where_the_spec_has_it() -> None:
    graph = resolve(network(flat("A"), flat("B", "input"), flat("C", "A"), flat("D", "B")))
    assert names(graph) == ["A", "B", "C", "D"]


def test_a_node_knows_where_the_spec_states_it() -> None:
    graph = resolve(network(flat("A", "B"), flat("B", "input")))
    assert [(node.name, node.path) for node in graph.nodes] == [("B", ("layers", 1)), ("A", ("layers", 0))]


def test_the_only_input_is_read_whatever_its_name() -> None:
    assert resolve(network("flatten", input={"image": (5,)})).nodes[0].sources == ("image",)


def circle(name: str, path: str) -> str:
    """What is said of layers that read each other."""
    return (
        f"{name}: it reads itself in a circle: {path}: data flow one way; let one of them read another layer"
    )


REFUSED: dict[str, tuple[Sequence[object], list[str]]] = {
    "a name twice": (
        (flat("A"), flat("A")),
        ["A: the name A is taken: it is taken already; choose another name"],
    ),
    "the input's name": (
        (flat("input"),),
        ["input: the name input is taken: it is the name of the network's input; choose another name"],
    ),
    "an unknown source": (
        (flat("conv-one"), flat("B", "conv-oen")),
        ["B: from names conv-oen: there is no layer of that name; did you mean conv-one?"],
    ),
    "itself": (
        (flat("A", "A"),),
        [circle("A", "A → A")],
    ),
    "each other": (
        (flat("A", "B"), flat("B", "A")),
        [circle("A", "A → B → A")],
    ),
    "a circle behind a good layer": (
        (flat("X"), flat("A", "C"), flat("B"), flat("C")),
        [circle("A", "A → B → C → A")],
    ),
    "a circle that another layer leads into": (
        (flat("X", "C"), flat("A", "C"), flat("C", "A")),
        [circle("A", "A → C → A")],
    ),
    "two sources": (
        (flat("A"), flat("B", "input") | {"from": ["A", "input"]}),
        ["B: it reads A and input: a layer of kind flatten reads one; say which in from:"],
    ),
    "several faults": (
        (flat("A"), flat("A", "Q"), flat("B") | {"from": ["A", "R"]}),
        [
            "A: the name A is taken: it is taken already; choose another name",
            "A: from names Q: there is no layer of that name; name a layer, or input",
            "B: from names R: there is no layer of that name; name a layer, or input",
            "B: it reads A and R: a layer of kind flatten reads one; say which in from:",
        ],
    ),
}


@pytest.mark.parametrize(("layers", "told"), [pytest.param(*row, id=name) for name, row in REFUSED.items()])
def test_what_cannot_be_joined_is_refused(layers: Sequence[object], told: list[str]) -> None:
    assert refusal(network(*layers)) == told


def test_a_long_circle_is_shown_by_its_ends() -> None:
    (told,) = refusal(network(flat("A", "L99"), *(flat(f"L{number}") for number in range(100))))
    assert "circle: A → L0 → L1 → L2 → L3 → L4 → … → L96 → L97 → L98 → L99 → A: " in told


def test_a_chain_of_20000_in_reverse_order_is_joined_fast() -> None:
    layers = [flat(f"L{n}", f"L{n - 1}" if n else "input") for n in range(20_000)]
    spec = network(*reversed(layers))
    with stopwatch() as taken:
        graph = resolve(spec)
    assert taken.seconds < 2
    assert names(graph) == [f"L{number}" for number in range(20_000)]


def test_a_circle_of_20000_is_found_fast() -> None:
    spec = network(flat("L0", "L19999"), *(flat(f"L{n}", f"L{n - 1}") for n in range(1, 20_000)))
    with stopwatch() as taken:
        assert "L0 → L1 → L2" in refusal(spec)[0]
    assert taken.seconds < 2


def test_20000_expectations_are_looked_up_fast() -> None:
    expect: dict[str, Any] = {"layers": {f"flatten{number}": {} for number in range(1, 20_001)}}
    spec = network(*["flatten"] * 20_000, expect=expect)
    with stopwatch() as taken:
        resolve(spec)
    assert taken.seconds < 1


@given(st.permutations(range(12)), st.lists(st.integers(0, 11), min_size=12, max_size=12))
@settings(max_examples=200, deadline=None)
def test_every_layer_follows_what_it_reads(order: Sequence[int], reads: Sequence[int]) -> None:
    tree = [flat(f"L{n}", f"L{reads[n] % n}" if n else "input") for n in range(12)]
    graph = resolve(network(*(tree[n] for n in order)))
    seen = {"input"}
    for node in graph.nodes:
        assert seen.issuperset(node.sources)
        seen.add(node.name)
    assert len(seen) == 13


@given(st.permutations(range(8)), st.integers(1, 7))
@settings(max_examples=100, deadline=None)
def test_a_circle_is_found_wherever_it_is(order: Sequence[int], back: int) -> None:
    chain = [flat(f"L{n}", f"L{n - 1}" if n else f"L{back}") for n in range(8)]
    (told,) = refusal(network(*(chain[n] for n in order)))
    path = told.split("circle: ")[1].split(": ")[0].split(" → ")
    assert path[0] == path[-1]
    assert set(path) == {f"L{n}" for n in range(back + 1)}
    steps = {(flat["from"], flat["name"]) for flat in chain}
    assert all(step in steps for step in zip(path, path[1:], strict=False))
