"""For which inputs networks build, held to building each of them."""

import pytest

from lenetcalc import analyze, load, resolve
from lenetcalc.entries import read_layer
from lenetcalc.errors import SpecError
from lenetcalc.graph import Graph
from lenetcalc.network import NetworkSpec
from lenetcalc.report import render
from lenetcalc.report.sizes import sizes_report, stretches
from lenetcalc.sizes import meant, sizes


def graph(shape: object, *layers: object) -> Graph:
    """A network of some layers, joined up."""
    return resolve(
        NetworkSpec.model_validate({"input": shape, "layers": [read_layer(layer) for layer in layers]})
    )


def builds(name: str, size: int) -> bool:
    """Whether a packaged network builds on a square input."""
    spec = load(name)
    try:
        analyze(spec.with_input((spec.inputs["input"][0], size, size)))
    except SpecError:
        return False
    return True


@pytest.mark.parametrize("name", ["lenet5", "lenet1", "alexnet", "lenet5-keras-same", "densenet-bc-100"])
def test_the_sizes_that_build_are_those_that_can_be_analysed(name: str) -> None:
    found = sizes(resolve(load(name)))
    assert [size for size in found.tried if builds(name, size)] == [*found.builds]


def test_every_size_is_built_or_refused_for_a_reason() -> None:
    found = sizes(resolve(load("lenet5")))
    refused = {size for refusal in found.refusals for size in refusal.sizes}
    assert {*found.builds} | refused == {*range(12, 65)}  # the six reasons of the largest


def test_lenet5_says_why_28_fails_and_what_would_repair_it() -> None:
    (reason,) = [each for each in sizes(resolve(load("lenet5"))).refusals if 28 in each.sizes]
    assert reason.sizes == (28, 29, 30, 31)
    assert str(reason.fault).endswith(
        "C5: a 5×5 kernel does not fit a 4×4 map (input 28×28 shrinks 28→24→12→8→4); "
        "use a 32×32 input, or padding: 2 in C1"
    )


def test_a_net_that_halves_and_doubles_builds_in_steps() -> None:
    found = sizes(resolve(load("unet")))
    assert found.builds == (*range(188, 1145, 16),)  # Ronneberger et al.: every max pool on an even size
    assert found.same_weights == found.builds


@pytest.mark.parametrize(
    ("name", "alike"),
    [
        pytest.param("lenet5", range(32, 36), id="C5 has one position up to 35"),
        pytest.param("alexnet", range(227, 259), id="fc6 reads 6×6"),
        pytest.param("vgg-d", range(224, 256), id="fc6 reads 7×7"),
        pytest.param("resnet-18", range(1, 449), id="global pooling takes any"),
    ],
)
def test_sizes_with_as_many_weights_are_told(name: str, alike: range) -> None:
    assert sizes(resolve(load(name))).same_weights == (*alike,)


def test_a_network_is_measured_about_its_own_size() -> None:
    trials = sizes(resolve(load("alexnet"))).trials
    measured = [trial.inputs["input"][1] for trial in trials]
    assert measured == [67, 113, 170, 227, 283, 340, 397, 454]  # the smallest, then quarters of 227
    assert [trial.outputs for trial in trials] == [((1000,),)] * 8


def test_given_inputs_are_measured_and_no_others() -> None:
    lenet5 = resolve(load("lenet5"))
    found = sizes(lenet5, [meant(lenet5, (28,)), meant(lenet5, (3, 32, 36))])
    assert [trial.inputs["input"] for trial in found.trials] == [(1, 28, 28), (3, 32, 36)]
    assert [trial.analysis is None for trial in found.trials] == [True, False]
    assert found.refusals == ()


def test_a_row_has_no_square_sizes() -> None:
    found = sizes(graph(784, {"kind": "dense", "units": 10}))
    assert (len(found.tried), found.builds, len(found.trials)) == (0, (), 1)
    assert "rows of units" in render(sizes_report(found), "table")


def test_several_inputs_grow_together() -> None:
    both = {"left": (1, 9, 9), "right": (2, 9, 9)}
    found = sizes(graph(both, {"kind": "conv", "filters": 3, "kernel": 5, "from": "left"}))
    assert found.builds[0] == 5
    assert [*found.trials[0].inputs.values()] == [(1, 5, 5), (2, 5, 5)]
    assert found.trials[0].outputs == ((3, 1, 1),)


def test_sizes_about_a_very_large_input_are_tried() -> None:
    found = sizes(graph((1, 10**7, 10**7), {"kind": "conv", "filters": 3, "kernel": 5}))
    assert (len(found.tried), 10**7 in found.tried) == (4_096, True)


def test_a_network_that_builds_on_no_square_is_told_so() -> None:
    found = sizes(
        graph(
            (1, 4, 9), {"kind": "reshape", "shape": [1, 2, 18]}, {"kind": "conv", "filters": 1, "kernel": 7}
        )
    )
    assert (found.builds, found.same_weights, len(found.trials)) == ((), (), 1)
    assert "builds on sizes: none" in render(sizes_report(found), "table")


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([], "none"),
        ([5], "5"),
        ([5, 6], "5 to 6"),
        ([5, 9], "5, 9"),
        ([1, 2, 3, 8, 16, 24, 25], "1 to 3, 8 to 24 in steps of 8, 25"),
        ([3, 5, 6, 7], "3, 5 to 7"),
    ],
)
def test_numbers_are_told_in_stretches(numbers: list[int], told: str) -> None:
    assert stretches(numbers) == told


def test_many_stretches_are_cut() -> None:
    assert stretches([1, 3, 4, 8, 9, 20, 21], most=3) == "1, …, 20 to 21"


def test_numbers_of_another_rank_are_no_input() -> None:
    with pytest.raises(ValueError, match="input is 1×32×32; 4 numbers do not say its size"):
        meant(resolve(load("lenet5")), (1, 2, 3, 4))
