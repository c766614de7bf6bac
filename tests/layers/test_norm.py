"""Batch, layer and group normalisation, by hand."""

from typing import Any

import pytest

from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError
from lenetcalc.scalars import Floats
from tests.layers.test_base import counted, made, numbers
from tests.reference.test_by_hand import forward

SHAPE = (6, 5, 4)
UNITS = 120


@pytest.mark.parametrize(
    ("fields", "parameters", "biases", "buffers"),
    [
        pytest.param({"kind": "BatchNorm2d"}, 12, 6, 12, id="batch"),
        pytest.param({"kind": "batch-norm", "scale": False}, 6, 6, 12, id="batch, no scale"),
        pytest.param({"kind": "batch-norm", "center": False}, 6, 0, 12, id="batch, no shift"),
        pytest.param({"kind": "layer-norm"}, 240, 120, 0, id="layer, each unit its own"),
        pytest.param({"kind": "layer-norm", "over": "channels"}, 12, 6, 0, id="layer, over channels"),
        pytest.param({"kind": "group-norm", "groups": 3}, 12, 6, 0, id="group"),
    ],
)
def test_running_statistics_are_no_parameters(
    fields: dict[str, Any], parameters: int, biases: int, buffers: int
) -> None:
    counts = counted(fields, SHAPE)
    assert made(fields, SHAPE) == SHAPE
    assert (counts.parameters.value, counts.biases.value, counts.buffers.value) == (
        parameters,
        biases,
        buffers,
    )
    assert (counts.connections.value, counts.macs.value) == (0, 0)


def test_batch_normalisation_subtracts_divides_scales_and_shifts_each_unit() -> None:
    counts = counted({"kind": "batch-norm"}, SHAPE)
    assert {key: working.value for key, working in counts.operations.items()} == {
        ("normalisation", "subtractions"): UNITS,
        ("normalisation", "divisions"): UNITS,
        ("normalisation", "additions"): 6,  # epsilon
        ("normalisation", "square_roots"): 6,
        ("weights", "multiplications"): UNITS,
        ("bias", "additions"): UNITS,
    }


def measured(
    additions: int, divisions: int, square_roots: int, *, scaled: int = UNITS, shifted: int = UNITS
) -> dict[str, int]:
    """The operations on 120 units, each of which is subtracted from, and squared, once."""
    return {
        "normalisation: additions": additions,
        "normalisation: subtractions": 120,
        "normalisation: multiplications": 120,
        "normalisation: divisions": divisions,
        "normalisation: square_roots": square_roots,
        "weights: multiplications": scaled,
        "bias: additions": shifted,
    }


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        # one set of 120: 119 additions for the mean, 119 for the variance and one of epsilon;
        # a division for either, and one of every unit by the root
        pytest.param({"kind": "layer-norm"}, measured(239, 122, 1), id="all units at once"),
        # 20 positions of 6 channels: 5 + 5 + 1 additions and 1 + 1 + 6 divisions at each
        pytest.param({"kind": "layer-norm", "over": "channels"}, measured(220, 160, 20), id="each position"),
        # 3 groups of 2 channels, 40 units: 39 + 39 + 1 additions and 1 + 1 + 40 divisions in each
        pytest.param({"kind": "group-norm", "groups": 3}, measured(237, 126, 3), id="groups"),
        # a group for each channel, 20 units: 19 + 19 + 1 and 1 + 1 + 20
        pytest.param({"kind": "group-norm", "groups": 6}, measured(234, 132, 6), id="each channel"),
        pytest.param(
            {"kind": "layer-norm", "scale": False}, measured(239, 122, 1, scaled=0), id="without a scale"
        ),
        pytest.param(
            {"kind": "group-norm", "groups": 3, "shift": False},
            measured(237, 126, 3, shifted=0),
            id="without a shift",
        ),
    ],
)
def test_statistics_of_the_input_are_measured_and_counted(
    fields: dict[str, Any], expected: dict[str, int]
) -> None:
    assert numbers(counted(fields, SHAPE)) == expected


def test_a_set_of_one_unit_takes_no_sum() -> None:
    # 7 positions of one channel: epsilon alone is added, and the mean and variance are divided by 1
    assert numbers(counted({"kind": "layer-norm", "over": "channels", "scale": False}, (1, 7))) == {
        "normalisation: additions": 7,
        "normalisation: subtractions": 7,
        "normalisation: multiplications": 7,
        "normalisation: divisions": 21,
        "normalisation: square_roots": 7,
        "weights: multiplications": 0,
        "bias: additions": 7,
    }


def test_layer_normalisation_of_keras_is_over_the_channels() -> None:
    keras = {"kind": "layer-norm", "over": "channels", "epsilon": 1e-3}
    assert read_layer("LayerNormalization") == read_layer(keras)
    assert read_layer("LayerNorm") == read_layer("layer-norm")


@pytest.mark.parametrize(
    ("fields", "variance"),
    [
        pytest.param({"kind": "BatchNormalization"}, 0.089, id="Keras"),
        pytest.param({"kind": "BatchNormalization", "epsilon": 0.01}, 0.08, id="Keras, told"),
        pytest.param({"kind": "BatchNormalization", "eps": 0.01}, 0.08, id="Keras, told in PyTorch's word"),
        pytest.param({"kind": "BatchNorm2d"}, 0.08999, id="PyTorch"),
        pytest.param({"kind": "batch-norm"}, 0.08999, id="ours"),
    ],
)
def test_epsilon_brings_a_variance_to_the_square_of_three_tenths(
    fields: dict[str, Any], variance: float
) -> None:
    plain = {**fields, "scale": False, "shift": False}
    y = forward(plain, [[[5]]], {"running_mean": [2], "running_var": [variance]}, Floats())
    assert y.values == pytest.approx([10], rel=1e-11)  # (5 − 2) / √0.09


@pytest.mark.parametrize(
    ("fields", "epsilon"),
    [
        pytest.param({"kind": "LayerNormalization"}, 1e-3, id="Keras, layer"),
        pytest.param({"kind": "LayerNormalization", "eps": 0.5}, 0.5, id="Keras, layer, told"),
        pytest.param({"kind": "LayerNorm"}, 1e-5, id="PyTorch, layer"),
        pytest.param({"kind": "GroupNormalization", "groups": 1}, 1e-3, id="Keras, group"),
        pytest.param(
            {"kind": "GroupNormalization", "groups": 1, "epsilon": 0.5}, 0.5, id="Keras, group, told"
        ),
        pytest.param({"kind": "GroupNorm", "num_groups": 1}, 1e-5, id="PyTorch, group"),
    ],
)
def test_epsilon_is_that_of_the_tool(fields: dict[str, Any], epsilon: float) -> None:
    y = forward({**fields, "scale": False, "shift": False}, [["3/64"], ["1/64"]], {}, Floats())
    # the mean is 2/64, the variance 1/64²
    assert y.values == pytest.approx(
        [1 / (1 + 4096 * epsilon) ** 0.5, -1 / (1 + 4096 * epsilon) ** 0.5], rel=1e-11
    )


def test_groups_divide_the_channels() -> None:
    with pytest.raises(LayerError, match="groups 4 do not divide 6 channels"):
        made({"kind": "group-norm", "groups": 4}, SHAPE)
