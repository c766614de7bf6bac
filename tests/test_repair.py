"""What is said where a window does not fit: how the map became so small, and repairs that work."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lenetcalc.analysis import analyze
from lenetcalc.entries import read_layer
from lenetcalc.errors import SpecError
from lenetcalc.layers.base import Layer
from lenetcalc.network import NetworkSpec
from lenetcalc.shapes import Shape
from lenetcalc.spec import load
from tests.measure import stopwatch


def network(shape: object, *layers: object) -> NetworkSpec:
    """A spec of one or several inputs."""
    return NetworkSpec.model_validate({"input": shape, "layers": [read_layer(layer) for layer in layers]})


def conv(name: str, kernel: object, **fields: Any) -> dict[str, Any]:
    """A convolution of which only the window matters."""
    return {"kind": "conv", "name": name, "filters": 1, "kernel": kernel} | fields


def refusal(spec: NetworkSpec) -> str:
    """What the one fault of a network says."""
    with pytest.raises(SpecError) as refused:
        analyze(spec)
    (fault,) = refused.value.faults
    return str(fault)


def lenet5(size: int) -> NetworkSpec:
    return load("lenet5").with_input((1, size, size))


def test_lenet5_on_28_fails_at_c5_with_the_chain_and_its_repairs() -> None:
    assert refusal(lenet5(28)).endswith(
        ": C5: a 5×5 kernel does not fit a 4×4 map (input 28×28 shrinks 28→24→12→8→4); "
        "use a 32×32 input, or padding: 2 in C1"
    )


def test_the_input_proposed_for_lenet5_works_and_none_smaller_does() -> None:
    assert analyze(lenet5(32)).totals.parameters == 60_000
    for size in (29, 30, 31):
        assert "C5: a 5×5 kernel does not fit a 4×4 map" in refusal(lenet5(size))


def test_the_padding_proposed_for_lenet5_works_and_no_less_does() -> None:
    spec = lenet5(28)
    first, *others = spec.layers
    assert isinstance(first, Layer)
    padded = {
        zeros: spec.model_copy(update={"layers": (first.model_copy(update={"padding": zeros}), *others)})
        for zeros in (1, 2)
    }
    assert analyze(padded[2])["C5"].output == (120, 1, 1)
    assert "C5" in refusal(padded[1])


TOLD: Mapping[str, tuple[object, list[object], str]] = {
    "at the input": (
        (1, 4, 4),
        [conv("A", 5)],
        "A: a 5×5 kernel does not fit a 4×4 map; use a 5×5 input, or padding: 1 in A",
    ),
    "not square": (
        (1, 12, 7),
        [conv("A", [3, 4]), conv("B", 5)],
        "B: a 5×5 kernel does not fit a 10×4 map (input 12×7 shrinks 12×7→10×4); "
        "use a 13×8 input, or padding: 1 in B",
    ),
    "one axis": (
        (1, 5),
        [conv("A", 7)],
        "A: a 7 kernel does not fit a 5 map; use a 7 input, or padding: 1 in A",
    ),
    "three axes": (
        (1, 4, 5, 6),
        [conv("A", 5)],
        "A: a 5×5×5 kernel does not fit a 4×5×6 map; use a 5×6×7 input, or padding: 1 in A",
    ),
    "padded": (
        (1, 6, 6),
        [conv("A", 9, padding=1)],
        "A: a 9×9 kernel does not fit a 6×6 map padded to 8×8; use a 7×7 input",
    ),
    "dilated": (
        (1, 7, 7),
        [conv("A", 3, dilation=4)],
        "A: a 3×3 kernel dilated to 9×9 does not fit a 7×7 map; use a 9×9 input, or padding: 1 in A",
    ),
    "a kernel for each axis": (
        (1, 6, 3),
        [conv("A", [3, 4])],
        "A: a 3×4 kernel does not fit a 6×3 map; use a 7×4 input",
    ),
    "several inputs": (
        {"l": (1, 9, 9), "r": (2, 3, 4)},
        [conv("A", 5, **{"from": "l"}), conv("B", 4, **{"from": "r"})],
        "B: a 4×4 kernel does not fit a 3×4 map; use a 10×10 and 4×5 input, or padding: 1 in B",
    ),
    "behind a row": (
        (16,),
        [{"kind": "reshape", "shape": [1, 4, 4]}, conv("A", 5)],
        "A: a 5×5 kernel does not fit a 4×4 map; use padding: 1 in A",
    ),
    "a layer that changes no size is no step": (
        (1, 4, 4),
        ["relu", {"kind": "max-pool", "kernel": 2}, "relu", conv("A", 3)],
        "A: a 3×3 kernel does not fit a 2×2 map (input 4×4 shrinks 4→2); "
        "use a 6×6 input, or padding: 1 in max-pool1",
    ),
}


@pytest.mark.parametrize(
    ("shape", "layers", "told"), [pytest.param(*row, id=name) for name, row in TOLD.items()]
)
def test_a_window_that_does_not_fit_is_told_with_its_repairs(
    shape: object, layers: list[object], told: str
) -> None:
    assert refusal(network(shape, *layers)) == told


def test_a_long_chain_is_shown_by_its_ends() -> None:
    layers = [conv(f"L{number}", 2) for number in range(30)]
    told = refusal(network((1, 20, 20), *layers))
    assert "(input 20×20 shrinks 20→19→18→17→16→15→…→5→4→3→2→1)" in told


def test_nothing_is_proposed_where_nothing_helps() -> None:
    told = refusal(network((4,), {"kind": "reshape", "shape": [1, 2, 2]}, conv("A", [3, 9])))
    assert told.startswith("A: a 3×9 kernel does not fit a 2×2 map")
    assert "use" not in told


def test_the_rows_up_to_the_window_are_kept() -> None:
    with pytest.raises(SpecError) as refused:
        analyze(lenet5(28))
    shapes = {record.name: record.output for record in refused.value.analysis.layers}
    assert shapes == {"C1": (6, 24, 24), "S2": (6, 12, 12), "C3": (16, 8, 8), "S4": (16, 4, 4)}


def window(kernel: int, stride: int = 1) -> Layer:
    """A pooling layer without a name."""
    return read_layer({"kind": "max-pool", "kernel": kernel, "stride": stride})


LARGE = {
    "a long chain of windows": [window(1)] * 50_000 + [window(99)],
    "windows that halve the map": [window(2, stride=2)] * 60,
    "a window beyond all inputs": [window(10**18 - 1)],
    "a stride beyond all inputs": [window(1, stride=10**18 - 1), window(2)],
}


@pytest.mark.parametrize("layers", [pytest.param(layers, id=name) for name, layers in LARGE.items()])
def test_the_search_for_repairs_ends_soon(layers: list[Layer]) -> None:
    spec = network((1, 8, 8), *layers)
    with stopwatch() as taken:
        assert "does not fit" in refusal(spec)
    assert taken.seconds < 3


def test_many_windows_that_do_not_fit_are_told_soon() -> None:
    layer = read_layer({"kind": "max-pool", "kernel": 9, "from": "input"})
    spec = network((1, 7, 7), *[layer] * 400)
    with stopwatch() as taken, pytest.raises(SpecError) as refused:
        analyze(spec)
    assert taken.seconds < 2
    assert len(refused.value.faults) == 100


def proposed_input(told: str, channels: int) -> Shape | None:
    """The input that a message proposes, with its channels."""
    found = re.search(r"use an? ([0-9×]+) input", told)
    return (channels, *map(int, found[1].split("×"))) if found else None


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2)), min_size=1, max_size=5),
)
@settings(max_examples=300, deadline=None)
def test_every_repair_that_is_proposed_works(size: list[int], windows: list[tuple[int, int, int]]) -> None:
    layers = [
        conv(f"L{index}", kernel, stride=stride, padding=padding)
        for index, (kernel, stride, padding) in enumerate(windows)
    ]
    spec = network((1, *size), *layers)
    try:
        analyze(spec)
    except SpecError as error:
        told = str(error)
        larger = proposed_input(told, 1)
        assert larger is not None
        assert analyze(spec.with_input(larger)).layers
        if padding := re.search(r"padding: ([0-9]+) in L([0-9]+)", told):
            layers[int(padding[2])]["padding"] = int(padding[1])
            assert analyze(network((1, *size), *layers)).layers
