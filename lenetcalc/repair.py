"""Why a window does not fit its map, and what would make it fit."""

from collections.abc import Iterator, Mapping
from math import prod

from lenetcalc.errors import LayerError
from lenetcalc.expansion import Node
from lenetcalc.graph import Graph
from lenetcalc.layers.base import Layer
from lenetcalc.shapes import Shape
from lenetcalc.text import an, harmless, times

MOST_TRIED = 5_000
"""Layers whose shape is worked out in search of a repair, before it is given up."""

LARGEST_GROWTH = 2**14
"""Positions along each axis by which an input may grow in search of a repair."""


def history(graph: Graph, node: Node, shapes: Mapping[str, Shape]) -> str:
    """How the sizes came about, from the input to a layer: ``(input 28×28 shrinks 28→24→12→8→4)``."""
    nodes = {each.name: each for each in graph.nodes}
    trail = [node.sources[0]]
    while trail[-1] in nodes:
        trail.append(nodes[trail[-1]].sources[0])
    sizes = [shapes[name][1:] for name in reversed(trail)]
    steps = [size for before, size in zip([None, *sizes], sizes, strict=False) if size != before]
    if len(steps) < 2 or not all(steps):
        return ""
    shrinks = all(prod(size) <= prod(before) for before, size in zip(steps, steps[1:], strict=False))
    square = all(len(set(size)) == 1 for size in steps)
    shown = [str(size[0]) if square else times(size) for size in steps]
    path = "→".join(shown if len(shown) <= 12 else [*shown[:6], "…", *shown[-5:]])
    return f" ({harmless(trail[-1])} {times(sizes[0])} {'shrinks' if shrinks else 'changes'} {path})"


def repairs(graph: Graph, node: Node) -> str:
    """What would let a network through that fails at a layer, each tried and found to work; or nothing."""
    found = [*_larger_input(graph), *_more_padding(graph)]
    return f"use {', or '.join(found)}" if found else ""


def _larger_input(graph: Graph) -> Iterator[str]:
    """The next larger input that the whole network takes, grown equally along all axes."""
    tries = _Tries(graph)
    fits = 1
    while fits <= LARGEST_GROWTH and not tries.builds(grown=fits):
        fits *= 2
    fails = fits // 2
    while fits - fails > 1:
        middle = (fits + fails) // 2
        fits, fails = (middle, fails) if tries.builds(grown=middle) else (fits, middle)
    if tries.builds(grown=fits):
        sizes = " and ".join(times(shape[1:]) for shape in _grown(graph.inputs, fits).values() if shape[1:])
        yield an(f"{sizes} input")


def _more_padding(graph: Graph) -> Iterator[str]:
    """The least padding, in the first layer that can have more, that lets the network through."""
    tries = _Tries(graph)
    for node in graph.nodes:
        for words, layer in node.layer.repairs():
            if tries.builds(changed={node.name: layer}):
                yield f"{words} in {harmless(node.name)}"
                return
        if tries.left <= 0:
            return


class _Tries:
    """Works out the shapes of changed networks, a bounded number of times."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.left = MOST_TRIED

    def builds(self, *, grown: int = 0, changed: Mapping[str, Layer] | None = None) -> bool:
        """Whether every layer of the network, changed so, can take its input."""
        for _, output in self.graph.walk(_grown(self.graph.inputs, grown), changed):
            self.left -= 1
            if isinstance(output, LayerError) or self.left <= 0:
                return False
            self.left -= len(output.shape)
        return True


def _grown(inputs: Mapping[str, Shape], positions: int) -> dict[str, Shape]:
    return {name: (shape[0], *(size + positions for size in shape[1:])) for name, shape in inputs.items()}
