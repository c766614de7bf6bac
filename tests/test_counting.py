"""Conventions: every total that tools print of one network, and what each entry of the table says."""

import re
from typing import Any

import pytest

from lenetcalc.amounts import AMOUNTS
from lenetcalc.analysis import Analysis, analyze
from lenetcalc.counting import ANY, Convention, conventions, counted, read_sum
from lenetcalc.entries import read_layer
from lenetcalc.layers import KINDS
from lenetcalc.layers.functions import FUNCTIONS
from lenetcalc.network import NetworkSpec
from lenetcalc.spec import load, loads
from tests.conftest import ROOT

TOTALS = {
    # measured on the textbook network, November 2026
    "fvcore": 416_520,
    "thop": 418_096,
    "torchscan": 421_248,
    "torchinfo": 423_038,
    "ptflops-aten": 423_038,
    "ultralytics-thop": 424_400,
    "ptflops": 435_646,
    "torch": 833_040,
    "calflops": 845_648,
    "deepspeed": 845_648,
    "tensorflow": 845_862,
    "torchscan-flops": 876_816,
    "torchlens": 881_758,
    "onnx-tool": 923_950,
    "torchprofile": 418_096,
}


def network(shape: str, *layers: dict[str, Any]) -> Analysis:
    """A network of some layers, measured."""
    return analyze(NetworkSpec.model_validate({"input": shape, "layers": [*map(read_layer, layers)]}))


def count(name: str, shape: str, *layers: dict[str, Any]) -> tuple[int, int | None, tuple[str, ...]]:
    """What a network counts as by a convention, what its tool prints, and what is not counted."""
    found = counted(network(shape, *layers), conventions()[name])
    return found.total, found.printed, found.unknown


@pytest.fixture(scope="module")
def textbook() -> Analysis:
    return analyze(load("lenet5-textbook"))


@pytest.mark.parametrize(("name", "total"), TOTALS.items(), ids=TOTALS)
def test_the_totals_that_tools_print_are_met(textbook: Analysis, name: str, total: int) -> None:
    assert counted(textbook, conventions()[name]).printed == total


def test_calflops_counts_the_biases_of_a_convolution() -> None:
    """With C5 as a convolution 120 of the bias additions are those of one."""
    text = (ROOT / "specs/lenet5-textbook.yaml").read_text(encoding="utf-8")
    dense, conv = "kind: dense, units: 120", "kind: conv, filters: 120, kernel: 5"
    assert dense in text
    analysis = analyze(loads(text.replace(dense, conv)))
    assert {counted(analysis, conventions()[name]).printed for name in ("calflops", "deepspeed")} == {845_768}


@pytest.mark.parametrize(("name", "means"), [("ptflops", 429_342), ("torchlens", 884_910)])
def test_what_a_tool_means_is_told_apart_from_what_it_prints(
    textbook: Analysis, name: str, means: int
) -> None:
    found = counted(textbook, conventions()[name])
    assert (found.total, found.printed != means, bool(found.mistakes)) == (means, True, True)


def test_our_own_counts_are_those_of_the_ledger(textbook: Analysis) -> None:
    macs, flops, links = (counted(textbook, conventions()[name]) for name in ("macs", "flops", "lecun1998"))
    assert (macs.total, links.total) == (textbook.totals.macs, textbook.totals.connections)
    # products, sums of products and biases: 2 × 416,520; averages: 3 sums and a division for each of 1,576
    assert flops.total == 2 * 416_520 + 4 * 1_576
    assert (macs.unknown, flops.unknown, links.unknown) == ((), (), ())


def test_what_a_convention_does_not_know_is_no_zero(textbook: Analysis) -> None:
    found = counted(textbook, conventions()["fvcore"])
    assert found.unknown == ("tanh", "average-pool")
    assert (found.rows["S2"].terms, found.rows["S2"].unknown) == ((), ("average-pool",))
    assert (found.rows["C1"].number, found.rows["C1"].unknown) == (117_600, ("tanh",))


def test_rbf_and_sub_sampling_are_known_to_no_tool() -> None:
    analysis = analyze(load("lenet5"))
    for name, convention in conventions().items():
        if ANY not in convention.counts:
            unknown = counted(analysis, convention).unknown
            assert {"subsample", "rbf", "scaled-tanh"} <= {*unknown}, name


CONV = {"kind": "conv", "filters": 6, "kernel": 3, "stride": 2}
GROWN = {"kind": "transposed-conv", "filters": 5, "kernel": 3, "stride": 2}


@pytest.mark.parametrize(
    ("name", "layer", "means", "prints"),
    [
        # 4×9×7 → 6×4×3: 36 taps and 72 units
        pytest.param("torch", CONV, 2 * 36 * 72, 2 * 36 * 72, id="products"),
        pytest.param("torchinfo", CONV, 37 * 72, 37 * 72, id="with biases"),
        pytest.param("torchscan-flops", CONV, 72 * 72, 72 * 72, id="products, sums and biases"),
        pytest.param("torchscan-flops", {**CONV, "bias": False}, 71 * 72, 71 * 72, id="without biases"),
        pytest.param("fvcore", {**CONV, "stride": 1, "padding": "same"}, 36 * 378, 0, id="a word as padding"),
        # 4×9×7 → 5×19×15 by 3×3 taps: 63 × 4 × 5 × 9 products, on the output grid 285 × 4 × 5 × 9
        pytest.param("fvcore", GROWN, 11_340, 11_340, id="transposed"),
        pytest.param("torchinfo", GROWN, 11_340 + 1_425, 51_300 + 1_425, id="transposed on the output"),
        pytest.param("thop", GROWN, 11_340, 51_300, id="transposed on the output, without biases"),
        pytest.param("fvcore", {"kind": "batch-norm"}, 2 * 252, 2 * 252, id="normalised and scaled"),
        pytest.param(
            *("fvcore", {"kind": "batch-norm", "scale": False, "shift": False}), 252, 252, id="not scaled"
        ),
        pytest.param("torchinfo", {"kind": "batch-norm"}, 8, 8, id="parameters"),
        pytest.param("onnx-tool", {"kind": "batch-norm"}, 31 * 252, None, id="instructions"),
        pytest.param("thop", {"kind": "softmax"}, 11 * 63, 11 * 63, id="3n − 1 for each of n channels"),
        # 4×3×2 windows of 9
        pytest.param("onnx-tool", {"kind": "max-pool", "kernel": 3}, 216, 216, id="taps"),
        pytest.param("torchlens", {"kind": "max-pool", "kernel": 3}, 216, 72, id="k for k²"),
        pytest.param("torchscan", {"kind": "max-pool", "kernel": 3}, 192, 48, id="k − 1 for k² − 1"),
        pytest.param("ptflops", {"kind": "max-pool", "kernel": 3}, 252, 504, id="twice"),
        pytest.param("fvcore", {"kind": "upsample", "factor": 2}, 1008, 1008, id="nearest"),
        pytest.param(
            *("fvcore", {"kind": "upsample", "factor": 2, "mode": "bilinear"}), 4032, 4032, id="bilinear"
        ),
        pytest.param("thop", {"kind": "upsample", "factor": 2}, 0, 1008, id="nothing is computed"),
        pytest.param("ultralytics-thop", {"kind": "average-pool", "kernel": 3}, 240, 240, id="averages"),
        pytest.param(
            "torchscan", {"kind": "adaptive-average-pool", "size": 1}, 248, None, id="not worked out"
        ),
        pytest.param(
            # 5×4 windows for each of 4 maps, which together read each of 252 values once
            *("ultralytics-thop", {"kind": "AvgPool2d", "kernel": 2, "ceil_mode": True}),
            *(252 + 80, 252 + 80),
            id="averages of partial windows",
        ),
        pytest.param("torchinfo", {"kind": "prelu"}, 4, 4, id="slopes"),
        pytest.param("torchinfo", {**CONV, "activation": "prelu"}, 37 * 72 + 6, 37 * 72 + 6, id="fused"),
        pytest.param("darknet", CONV, 2 * 36 * 72, 2 * 36 * 72, id="convolutions alone"),
    ],
)
def test_a_layer_counts_as_the_tool_has_it(
    name: str, layer: dict[str, Any], means: int, prints: int | None
) -> None:
    assert count(name, "4x9x7", layer) == (means, prints, ())


def test_the_sums_of_a_merge_count_once_for_each_branch() -> None:
    merged = {"kind": "add", "from": ["input", "a", "input"]}
    assert count("torchlens", "2x3x4", {"kind": "relu", "name": "a"}, merged)[0] == 24 + 2 * 24


every = pytest.mark.parametrize("convention", conventions().values(), ids=conventions())


@every
def test_an_entry_names_kinds_and_functions_that_there_are(convention: Convention) -> None:
    known = {*KINDS, *FUNCTIONS, ANY}
    stated = {*convention.counts, *convention.prints, *convention.mistakes, *convention.nothing}
    assert {re.sub(" [123]d$", "", kind) for kind in stated} <= known
    assert not convention.nothing & convention.counts.keys()


@every
def test_an_entry_says_whose_it_is_and_why_more_is_printed(convention: Convention) -> None:
    assert convention.calls
    assert convention.source
    assert {re.sub(" [123]d$", "", kind) for kind in convention.prints} <= convention.mistakes.keys()


def test_every_amount_is_counted_by_some_convention() -> None:
    sums = [each for one in conventions().values() for each in (*one.counts.values(), *one.prints.values())]
    assert {amount for each in sums for amount in each} == {*AMOUNTS}


@pytest.mark.parametrize("text", ["", "macs", "2 macs + biases", "- worded", "sides + 2 outputs - windows"])
def test_a_sum_is_read(text: str) -> None:
    assert sum(read_sum(text).values()) == {"": 0, "macs": 1, "2 macs + biases": 3, "- worded": -1}.get(
        text, 2
    )


@pytest.mark.parametrize(
    "text", ["mac", "2", "macs biases", "macs +", "macs * 2", "½ macs", "macs + + biases"]
)
def test_what_is_no_sum_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no sum of amounts"):
        read_sum(text)
