"""Batch, layer and group normalisation, by hand."""

from typing import Any

import pytest

from lenetcalc.errors import LayerError
from tests.layers.test_base import counted, made

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


@pytest.mark.parametrize(
    ("fields", "sets"),
    [
        ({"kind": "layer-norm"}, 1),
        ({"kind": "layer-norm", "over": "channels"}, 20),
        ({"kind": "group-norm", "groups": 3}, 3),
    ],
)
def test_measured_statistics_take_two_sums_a_set(fields: dict[str, Any], sets: int) -> None:
    operations = counted(fields, SHAPE).operations
    assert operations["normalisation", "additions"].value == 2 * (UNITS - sets) + sets
    assert operations["normalisation", "divisions"].value == 2 * sets + UNITS
    assert operations["normalisation", "square_roots"].value == sets


def test_groups_divide_the_channels() -> None:
    with pytest.raises(LayerError, match="groups 4 do not divide 6 channels"):
        made({"kind": "group-norm", "groups": 4}, SHAPE)
