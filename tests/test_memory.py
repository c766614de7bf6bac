"""Peak memory of activations, by hand and against a simulation that holds every tensor by itself."""

from math import prod

import pytest

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.entries import read_layer
from lenetcalc.network import NetworkSpec
from lenetcalc.spec import load, packaged


def analysed(shape: object, *layers: object) -> Analysis:
    spec = NetworkSpec.model_validate({"input": shape, "layers": [read_layer(layer) for layer in layers]})
    return analyze(spec)


def simulated(analysis: Analysis) -> int:
    """The peak where after each layer every tensor without a later reader is thrown away."""
    home = {name: name for name in analysis.spec.inputs}
    held = {name: prod(shape) for name, shape in analysis.spec.inputs.items()}
    for record in analysis.layers:
        home[record.name] = record.name if record.copies else home[record.sources[0]]
    kept = {home[name] for name in home.keys() - {name for each in analysis.layers for name in each.sources}}
    peak = sum(held.values())
    for index, record in enumerate(analysis.layers):
        if record.copies:
            held[record.name] = prod(record.output)
        peak = max(peak, sum(held.values()))
        later = {home[source] for each in analysis.layers[index + 1 :] for source in each.sources}
        later |= {home[each.name] for each in analysis.layers[index + 1 :] if not each.copies}
        held = {name: values for name, values in held.items() if name in later or name in kept}
    return peak


@pytest.mark.parametrize("name", packaged())
def test_the_peak_is_that_of_a_simulation(name: str) -> None:
    analysis = analyze(load(name))
    assert analysis.memory.peak == simulated(analysis)
    assert analysis.memory.peak == sum(map(prod, analysis.memory.live.values()))


def test_a_chain_holds_two_tensors_at_a_time() -> None:
    memory = analyze(load("lenet5")).memory
    assert (memory.peak, memory.layer) == (6 * 28 * 28 + 6 * 14 * 14, "S2")
    assert memory.live == {"C1": (6, 28, 28), "S2": (6, 14, 14)}


def test_a_shortcut_keeps_its_tensor_alive() -> None:
    conv = {"kind": "conv", "filters": 2, "kernel": 3, "padding": 1}
    memory = analysed((2, 10), conv, conv, {"kind": "add", "from": ["conv2", "input"]}).memory
    assert (memory.peak, memory.layer) == (60, "conv2")


def test_another_form_of_a_tensor_takes_no_memory_but_keeps_it() -> None:
    memory = analysed((2, 10), "flatten", {"kind": "dense", "units": 3}).memory
    assert (memory.peak, memory.live) == (23, {"input": (2, 10), "dense1": (3,)})


def test_an_output_that_nobody_reads_lives_to_the_end() -> None:
    head = {"name": "head", "kind": "dense", "units": 7}
    rest = [{"kind": "dense", "units": 5, "from": "input"}, {"kind": "dense", "units": 40}]
    assert analysed(9, head, *rest).memory.peak == 7 + 5 + 40


def test_an_output_in_another_form_that_nobody_reads_lives_to_the_end() -> None:
    rest = [{"kind": "dense", "units": 5, "from": "input"}, {"kind": "dense", "units": 40}]
    assert analysed((3, 3), {"name": "output", "kind": "flatten"}, *rest).memory.peak == 9 + 5 + 40


def test_a_network_that_needs_no_more_than_its_input_says_so() -> None:
    memory = analysed((2, 10), "flatten").memory
    assert (memory.peak, memory.layer, memory.live) == (20, "", {"input": (2, 10)})
