"""Weights and inputs from files: what fits, what is missing, superfluous or misshapen, and how it is told."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from lenetcalc.analysis import Analysis, analyze
from lenetcalc.entries import read_layer
from lenetcalc.errors import SpecError
from lenetcalc.network import NetworkSpec
from lenetcalc.reference.given import Given, given_inputs, given_weights
from lenetcalc.reference.run import run
from lenetcalc.scalars import Floats, Fractions, Integers, Numbers
from lenetcalc.tensors import Tensor

LAYERS: list[dict[str, Any]] = [
    {"name": "C1", "kind": "conv", "filters": 2, "kernel": [1, 2], "stride": [1, 2]},
    {"name": "N2", "kind": "batch-norm", "epsilon": 0.25, "activation": "relu"},
    {"name": "F3", "kind": "dense", "units": 2, "bias": False},
]
"""On 1×1×4: two filters of two taps at two stops, each normalised, and a full connection of all four."""

STATE: dict[str, Any] = {
    "C1.weight": [[[[1, 2]]], [[[3, -1]]]],
    "C1.bias": [1, 0],
    "N2.weight": [2, 3],
    "N2.bias": [-1, 0.5],
    "N2.running_mean": [6, 1],
    "N2.running_var": [2, 3.75],
    "N2.num_batches_tracked": 17,
    "F3.weight": [[1, 0, 1, 0], [1, 2, 3, 4]],
}
"""What PyTorch would save of it, in the shapes of PyTorch, dense layers reading the flattened maps."""


def analysed(*layers: Mapping[str, Any], inputs: object = "1x1x4") -> Analysis:
    """A network of some layers, worked out."""
    read = [read_layer(layer) for layer in layers or LAYERS]
    return analyze(NetworkSpec.model_validate({"input": inputs, "layers": read}))


def saved(tmp_path: Path, state: Mapping[str, Any], kind: str = "float32") -> str:
    """The file of a state dict."""
    path = str(tmp_path / "state.safetensors")
    save_file({name: np.array(values, kind) for name, values in state.items()}, path)
    return path


def faults(analysis: Analysis, path: str) -> list[str]:
    """What is told of a file of weights that does not fit, without its place."""
    with pytest.raises(SpecError) as error:
        given_weights(analysis, path)
    assert {line.startswith(f"{path}: ") for line in str(error.value).splitlines()} == {True}
    return [line.removeprefix(f"{path}: ") for line in str(error.value).splitlines()]


def outputs(analysis: Analysis, given: Given, values: list[Any], numbers: Numbers) -> dict[str, list[Any]]:
    """The output of every layer."""
    (shape,) = analysis.graph.inputs.values()
    inputs = {"input": Tensor(shape, [numbers.number(value) for value in values])}
    return {node.name: [*tensor.values] for node, tensor in run(analysis.graph, inputs, given, numbers)}


@pytest.mark.parametrize("kind", ["float64", "float32", "float16"])
def test_a_state_dict_of_pytorch_fits(tmp_path: Path, kind: str) -> None:
    """On 1, 2, 3, 4 by hand.

    C1: 1 + 2×2 + 1 = 6 and 3 + 2×4 + 1 = 12; 3×1 − 2 = 1 and 3×3 − 4 = 5.
    N2: (6 − 6)/√2.25 × 2 − 1 = −1 → 0 and (12 − 6)/1.5 × 2 − 1 = 7;
    (1 − 1)/√4 × 3 + 0.5 = 0.5 and (5 − 1)/2 × 3 + 0.5 = 6.5.
    F3: 0 + 0.5 = 0.5; 0 + 2×7 + 3×0.5 + 4×6.5 = 41.5.
    """
    analysis = analysed()
    found = outputs(analysis, given_weights(analysis, saved(tmp_path, STATE, kind)), [1, 2, 3, 4], Floats())
    assert found == {"C1": [6, 12, 1, 5], "N2": [0, 7, 0.5, 6.5], "F3": [0.5, 41.5]}


def test_weights_of_json_fit_too_and_fractions_stay_exact(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(json.dumps({"F1.weight": [["1/3", 2]], "F1.bias": ["1/7"]}), encoding="utf-8")
    analysis = analysed({"name": "F1", "kind": "dense", "units": 1}, inputs=2)
    given = given_weights(analysis, str(path))
    assert outputs(analysis, given, [1, Fraction(1, 2)], Fractions()) == {"F1": [Fraction(31, 21)]}
    assert outputs(analysis, given, [1, 0.5], Floats()) == {"F1": [pytest.approx(31 / 21, rel=1e-15)]}


@pytest.mark.parametrize("value", ["1e400", 10**400], ids=["text", "number"])
def test_a_weight_beyond_all_floats_is_infinite(tmp_path: Path, value: object) -> None:
    path = tmp_path / "weights.json"
    path.write_text(json.dumps({"F1.weight": [[value, 0]], "F1.bias": [0]}), encoding="utf-8")
    analysis = analysed({"name": "F1", "kind": "dense", "units": 1}, inputs=2)
    assert outputs(analysis, given_weights(analysis, str(path)), [1, 1], Floats()) == {"F1": [float("inf")]}


@pytest.mark.parametrize(
    ("layer", "shapes"),
    [
        pytest.param(
            {"kind": "conv", "filters": 6, "kernel": [3, 5], "groups": 2},
            {"weight": (6, 2, 3, 5), "bias": (6,)},
            id="Conv2d",
        ),
        pytest.param(
            {"kind": "transposed-conv", "filters": 6, "kernel": [3, 5], "groups": 2},
            {"weight": (4, 3, 3, 5), "bias": (6,)},
            id="ConvTranspose2d",
        ),
        pytest.param({"kind": "dense", "units": 3}, {"weight": (3, 4 * 7 * 8), "bias": (3,)}, id="Linear"),
        pytest.param(
            {"kind": "batch-norm"},
            {"weight": (4,), "bias": (4,), "running_mean": (4,), "running_var": (4,)},
            id="BatchNorm2d",
        ),
        pytest.param({"kind": "group-norm", "groups": 2}, {"weight": (4,), "bias": (4,)}, id="GroupNorm"),
        pytest.param({"kind": "layer-norm"}, {"weight": (4, 7, 8), "bias": (4, 7, 8)}, id="LayerNorm"),
        pytest.param({"kind": "prelu"}, {"weight": (4,)}, id="PReLU"),
        pytest.param({"kind": "max-pool", "kernel": 2}, {}, id="MaxPool2d"),
        pytest.param({"kind": "subsample", "kernel": 2}, {"weight": (4,), "bias": (4,)}, id="sub-sampling"),
        pytest.param({"kind": "rbf", "units": 3}, {"weight": (3, 4 * 7 * 8)}, id="RBF"),
        pytest.param(
            {"kind": "dense", "units": 3, "bias": False, "activation": "prelu"},
            {"weight": (3, 4 * 7 * 8), "activation.weight": (3,)},
            id="slopes of an activation",
        ),
        pytest.param(
            {"kind": "conv", "filters": 2, "kernel": 3, "table": [[0, 1], [2]], "bias": False},
            {"weight": (3, 3, 3)},
            id="a table has a kernel for each map that is read",
        ),
    ],
)
def test_names_and_shapes_are_those_of_pytorch(
    tmp_path: Path, layer: dict[str, Any], shapes: dict[str, tuple[int, ...]]
) -> None:
    state = {f"L.{name}": np.ones(shape, "float32") for name, shape in shapes.items()}
    analysis = analysed({**layer, "name": "L"}, inputs="4x7x8")
    given = given_weights(analysis, saved(tmp_path, state))
    assert given.arrays.keys() == state.keys()


def test_sizes_of_1_are_no_matter(tmp_path: Path) -> None:
    state = {**STATE, "C1.weight": np.ravel(STATE["C1.weight"]).reshape(2, 2), "C1.bias": [[[1]], [[0]]]}
    analysis = analysed()
    found = outputs(analysis, given_weights(analysis, saved(tmp_path, state)), [1, 2, 3, 4], Floats())
    assert found["C1"] == [6, 12, 1, 5]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    state = {name: values for name, values in STATE.items() if name not in ("C1.bias", "N2.running_var")}
    state |= {"F3.weight": [[1, 2, 3], [4, 5, 6]], "classifier": [0, 0]}
    assert faults(analysed(), saved(tmp_path, state)) == [
        "C1.bias is missing: it has 2 values",
        "N2.running_var is missing: it has 2 values",
        "F3.weight is 2×3: the layer needs 2×4",
        "classifier is superfluous",
    ]


@pytest.mark.parametrize(
    "values", [[1, 2, 3, 4, 5, 6, 7, 8], [[1, 2], [3, 4], [5, 6], [7, 8]]], ids=["row", "turned"]
)
def test_as_many_values_in_another_shape_do_not_fit(tmp_path: Path, values: object) -> None:
    (told,) = faults(analysed(), saved(tmp_path, {**STATE, "F3.weight": values}))
    assert told.endswith(": the layer needs 2×4")


def test_a_misspelt_name_is_told_beside_the_one_that_is_missing(tmp_path: Path) -> None:
    state = {name.replace("N2", "N2_"): values for name, values in STATE.items()}
    told = faults(analysed(), saved(tmp_path, state))
    assert "N2.running_mean is missing: it has 2 values; the file has N2_.running_mean" in told


@pytest.mark.parametrize(("units", "shown"), [(20, 20), (21, 21)], ids=["all", "the first"])
def test_at_most_20_are_told(tmp_path: Path, units: int, shown: int) -> None:
    layers = [{"name": f"F{n:02}", "kind": "dense", "units": 1, "bias": False} for n in range(units)]
    told = faults(analysed(*layers), saved(tmp_path, {}))
    assert len(told) == shown
    assert told[19] == "F19.weight is missing: it has 1×1 values"
    assert told[20:] == ["and 1 more"] * (units - 20)


def test_a_name_in_a_file_cannot_steer_a_terminal(tmp_path: Path) -> None:
    told = faults(analysed(), saved(tmp_path, {**STATE, "\x1b[31m\x07": [1]}))
    assert told == ["\\x1b[31m\\x07 is superfluous"]


def test_weights_that_the_numbers_do_not_have_are_told_with_their_layer(tmp_path: Path) -> None:
    analysis = analysed()
    given = given_weights(analysis, saved(tmp_path, {**STATE, "C1.bias": [0.5, 0]}))
    with pytest.raises(SpecError, match=r"^C1: bias: 0\.5 is no whole number"):
        outputs(analysis, given, [1, 2, 3, 4], Integers())


def test_one_input_needs_no_name(tmp_path: Path) -> None:
    for_any = given_inputs({"input": (1, 1, 4)}, saved(tmp_path, {"x": [1, 2, 3, 4]}), Floats())
    assert {name: (each.shape, [*each.values]) for name, each in for_any.items()} == {
        "input": ((1, 1, 4), [1, 2, 3, 4])
    }


def test_several_inputs_are_known_by_name(tmp_path: Path) -> None:
    path = saved(tmp_path, {"right": [[5, 6]], "left": [1, 2, 3], "other": [0]})
    found = given_inputs({"left": (3,), "right": (1, 2)}, path, Fractions())
    assert {name: each.values for name, each in found.items()} == {"left": [1, 2, 3], "right": [5, 6]}


def test_a_picture_is_an_input(tmp_path: Path) -> None:
    path = tmp_path / "a.pgm"
    path.write_bytes(b"P5 3 1 255\n" + bytes([0, 51, 255]))
    found = given_inputs({"input": (1, 1, 3)}, str(path), Fractions())
    assert found["input"].values == [0, Fraction(1, 5), 1]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        pytest.param(
            {"left": [1, 2, 3]},
            "the input right is missing: every input is needed by its name",
            id="missing",
        ),
        pytest.param(
            {"left": [1, 2, 3], "right": [[1], [2], [3]]},
            "the input right is 3×1: the network reads 1×2, as stands under input: in the spec",
            id="misshapen",
        ),
    ],
)
def test_inputs_that_do_not_fit_are_told(tmp_path: Path, state: dict[str, Any], told: str) -> None:
    path = saved(tmp_path, state)
    with pytest.raises(SpecError) as error:
        given_inputs({"left": (3,), "right": (1, 2)}, path, Floats())
    assert str(error.value) == f"{path}: {told}"


@pytest.mark.parametrize("value", [0.5, float("inf"), float("nan")])
def test_an_input_that_the_numbers_do_not_have_is_told_with_its_file(tmp_path: Path, value: float) -> None:
    path = saved(tmp_path, {"input": [1, value]})
    with pytest.raises(SpecError) as error:
        given_inputs({"input": (2,)}, path, Integers())
    assert str(error.value).startswith(f"{path}: ")
