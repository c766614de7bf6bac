"""The proof by running can fail: formulas, shapes and layers that are wrong by design, each of them found."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lenetcalc.cli import command
from lenetcalc.entries import read_layer
from lenetcalc.formula import Formula
from lenetcalc.layers import KINDS
from lenetcalc.layers.base import Layer, Output, Shapes, Weight, Weights
from lenetcalc.layers.functions import FUNCTIONS, SLOPES
from lenetcalc.reference.verify import Difference, Job, prove
from lenetcalc.scalars import Numbers
from lenetcalc.shapes import Shape
from lenetcalc.tensors import Tensor

CONV = {"kind": "conv", "filters": 2, "kernel": [3, 2]}
"""On 3×5×4 it makes 2×3×3 units, each of 3×2×3 = 18 taps and a bias: 18 units, 36 weights, 2 biases."""

POOL = {"kind": "max-pool", "kernel": 2}
"""On 3×6×4 it makes 3×3×2 units, each of 4 taps."""

RBF = {"kind": "rbf", "units": 5}
DENSE = {"kind": "dense", "units": 2}
NORM = {"kind": "batch-norm"}

COMPARED = KINDS["max-pool"].OPERATIONS["pooling"]
MEASURED = KINDS["rbf"].OPERATIONS["weights"]


def differences(fields: Mapping[str, Any], *inputs: Shape) -> list[Difference]:
    """What a run of the layer finds."""
    return [*prove(Job((), read_layer(fields), inputs)).differences]


@pytest.mark.parametrize(
    ("fields", "shape", "attribute", "planted", "found"),
    [
        pytest.param(
            *(CONV, (3, 5, 4), "PARAMETERS", Formula("kernel × in_channels/groups × filters")),
            Difference("parameters", 36, 38),
            id="parameters without the biases",
        ),
        pytest.param(
            *(CONV, (3, 5, 4), "BIASES", Formula("bias")),
            Difference("biases", 1, 2),
            id="biases of one filter",
        ),
        pytest.param(
            *(CONV, (3, 5, 4), "MACS", None),
            Difference("macs", 0, 324),
            id="no MACs where there are some",
        ),
        pytest.param(
            *(CONV, (3, 5, 4), "CONNECTIONS", None),
            Difference("connections", 0, 18 * (18 + 1)),
            id="no connections where there are some",
        ),
        pytest.param(
            *(POOL, (3, 6, 4), "CONNECTIONS", None),
            Difference("connections", 0, 18 * 4),
            id="no connections of a pool",
        ),
        pytest.param(
            *(CONV, (3, 5, 4), "BIASES", None),
            Difference("biases", 0, 2),
            id="no formula where there are some",
        ),
        pytest.param(
            *(CONV, (3, 5, 4), "MACS", Formula("kernel × in_channels/groups × filters")),
            Difference("macs", 36, 36 * 9),
            id="macs of one position",
        ),
        pytest.param(
            *(CONV, (3, 5, 4), "CONNECTIONS", Formula("(kernel × in_channels/groups + bias) × filters")),
            Difference("connections", 38, 38 * 9),
            id="connections that are parameters",
        ),
        pytest.param(
            *({**CONV, "padding": 1}, (3, 5, 4), "CONNECTIONS"),
            Formula("(kernel × in_channels/groups + bias) × filters × positions"),
            # 5×5 stops: of 15 taps along rows and 10 along columns one lies beside the map at each end
            Difference("connections", 38 * 25, 13 * 8 * 3 * 2 + 2 * 25),
            id="connections with taps on padding",
        ),
        pytest.param(
            *(RBF, (7,), "FIXED", Formula("inputs")),
            Difference("fixed", 7, 35),
            id="the code of one class",
        ),
        pytest.param(
            *(NORM, (3, 5, 4), "BUFFERS", Formula("channels")),
            Difference("buffers", 3, 6),
            id="a mean without a variance",
        ),
        pytest.param(
            *(RBF, (7,), "OPERATIONS", {"weights": {**MEASURED, "additions": Formula("inputs × units")}}),
            Difference("weights: additions", 35, 6 * 5),
            id="a wrong entry of the ledger",
        ),
        pytest.param(
            *(POOL, (3, 6, 4), "OPERATIONS", {}),
            Difference("pooling: comparisons", 0, 3 * 18),
            id="an entry left out",
        ),
        pytest.param(
            *(
                POOL,
                (3, 6, 4),
                "OPERATIONS",
                {"pooling": COMPARED, "bias": {"additions": Formula("channels")}},
            ),
            Difference("bias: additions", 3, 0),
            id="an operation that is not done",
        ),
    ],
)
def test_a_wrong_formula_is_found_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any],
    shape: Shape,
    attribute: str,
    planted: object,
    found: Difference,
) -> None:
    assert differences(fields, shape) == []
    monkeypatch.setattr(KINDS[fields["kind"]], attribute, planted)
    assert differences(fields, shape) == [found]


def test_an_operation_told_of_another_part_is_found_in_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KINDS["max-pool"], "OPERATIONS", {"merging": COMPARED})
    assert differences(POOL, (3, 6, 4)) == [
        Difference("merging: comparisons", 54, 0),
        Difference("pooling: comparisons", 0, 54),
    ]


def test_a_wrong_count_of_an_activation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FUNCTIONS["tanh"].operations, "tanhs", Formula("channels"))
    assert differences({**CONV, "activation": "tanh"}, (3, 5, 4)) == [Difference("activation: tanhs", 2, 18)]


@pytest.mark.parametrize("slopes", ["unit", "layer"])
def test_wrong_slopes_of_an_activation_are_found(monkeypatch: pytest.MonkeyPatch, slopes: str) -> None:
    kept = {"unit": 18, "layer": 1}[slopes]
    monkeypatch.setitem(SLOPES, slopes, Formula("channels"))
    found = differences({**CONV, "activation": {"function": "prelu", "slopes": slopes}}, (3, 5, 4))
    assert found == [Difference("parameters", 38 + 2, 38 + kept)]


def test_a_wrong_shape_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def output(layer: Layer, *inputs: Shape) -> Output:
        return Output((inputs[0][0] + 1, *inputs[0][1:]))

    monkeypatch.setattr(KINDS["dropout"], "output", output)
    assert differences({"kind": "dropout"}, (2, 5, 3)) == [
        Difference("output", (3, 5, 3), (2, 5, 3)),
        Difference("units", 45, 30),
    ]


def test_too_few_values_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def forward(layer: Layer, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        return replace(inputs[0], values=inputs[0].values[1:])

    monkeypatch.setattr(KINDS["dropout"], "forward", forward)
    assert differences({"kind": "dropout"}, (2, 5, 3)) == [Difference("units", 30, 29)]


def test_a_weight_that_is_never_touched_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KINDS["dense"].weights

    def weights(layer: Layer, inputs: Shapes) -> Mapping[str, Weight]:
        return {**kept(layer, inputs), "spare": Weight((4,), "fixed")}

    monkeypatch.setattr(KINDS["dense"], "weights", weights)
    assert differences(DENSE, (3,)) == [
        Difference("fixed", 0, 4),
        Difference("weights touched", 8 + 4, 8),
    ]


def test_a_bias_that_is_never_added_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    compute = KINDS["dense"].forward

    def forward(layer: Layer, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        return compute(layer.model_copy(update={"bias": False}), inputs, weights, numbers)

    monkeypatch.setattr(KINDS["dense"], "forward", forward)
    assert differences(DENSE, (3,)) == [
        Difference("weights touched", 8, 6),
        Difference("connections", 8, 6),
        Difference("bias: additions", 2, 0),
    ]


def test_a_unit_that_is_read_from_the_wrong_place_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer that reads its first input only has fewer distinct links, though as many products."""
    compute = KINDS["dense"].forward

    def forward(layer: Layer, inputs: Sequence[Tensor], weights: Weights, numbers: Numbers) -> Tensor:
        first = replace(inputs[0], values=[inputs[0].values[0]] * len(inputs[0].values))
        return compute(layer, [first], weights, numbers)

    monkeypatch.setattr(KINDS["dense"], "forward", forward)
    assert differences(DENSE, (3,)) == [Difference("connections", 2 * (3 + 1), 2 * (1 + 1))]


def test_a_wrong_formula_is_found_in_a_reduced_layer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KINDS["conv"], "BIASES", Formula("bias"))
    proof = prove(Job((), read_layer({**CONV, "filters": 512}), ((512, 64, 66),)))
    assert (proof.whole, proof.differences) == (False, (Difference("biases", 1, 2),))


def test_neighbouring_channels_are_whole_in_a_reduced_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window of 5 channels must be held to where it is not clipped."""
    norm = KINDS["local-response-norm"]
    cases = norm.cases

    def clipped(layer: Layer, inputs: Shapes, output: Output) -> Any:
        (symbols,) = cases(layer, inputs, output)
        return ({**symbols, "channel_taps": output.shape[0] * min(5, output.shape[0])},)

    monkeypatch.setattr(norm, "cases", clipped)
    proof = prove(Job((), read_layer({"kind": "local-response-norm", "size": 5}), ((96, 55, 55),)))
    assert proof.inputs[0][0] > 5
    assert {each.quantity for each in proof.differences} == {"normalisation: additions"}


def test_a_layer_that_cannot_be_small_is_said_not_to_be_proved() -> None:
    layer = read_layer({"kind": "reshape", "shape": [64, 256, 256]})
    proof = prove(Job(("R",), layer, ((16, 512, 512),)))
    assert (proof.run, proof.operations, proof.differences) == (False, 0, ())


@pytest.fixture
def spec(tmp_path: Path) -> str:
    """The file of a network with a convolution, whose filters are 2, and a dense layer."""
    path = tmp_path / "net.yaml"
    layers = "[{name: C1, kind: conv, filters: 2, kernel: 3x2}, {name: F2, kind: dense, units: 4}]"
    path.write_text(f"{{lenetcalc: 1, input: 3x5x4, layers: {layers}}}", encoding="utf-8")
    return str(path)


def test_the_command_exits_with_1_and_says_what_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], spec: str
) -> None:
    monkeypatch.setattr(KINDS["conv"], "MACS", Formula("kernel × filters"))
    assert command.main(["verify", spec], standalone_mode=False) == 1
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["Layer", "Quantity", "Formula", "Executed"] in shown
    assert ["C1", "macs", "12", "324"] in shown
    assert [line[-1] for line in shown if line[1:2] in (["(conv)"], ["(dense)"])] == ["differ", "hold"]


def test_the_document_says_what_differs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], spec: str
) -> None:
    monkeypatch.setattr(KINDS["conv"], "MACS", Formula("kernel × filters"))
    assert command.main(["verify", spec, "--format", "json"], standalone_mode=False) == 1
    first, second = json.loads(capsys.readouterr().out)["proofs"]
    assert first["differences"] == [
        {"rule": "verify/macs", "quantity": "macs", "formula": 12, "executed": 324}
    ]
    assert second["differences"] == []


def test_the_command_exits_with_0_where_all_holds(capsys: pytest.CaptureFixture[str], spec: str) -> None:
    assert command.main(["verify", spec], standalone_mode=False) == 0
    assert "Differences" not in capsys.readouterr().out
