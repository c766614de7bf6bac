"""Local response normalisation, against a walk over neighbouring channels."""

import pytest

from tests.layers.test_base import counted, made


@pytest.mark.parametrize("channels", [1, 2, 5, 6, 11])
@pytest.mark.parametrize("size", [1, 2, 5, 8])
def test_operations_are_those_of_a_walk_over_channels(channels: int, size: int) -> None:
    fields = {"kind": "lrn", "size": size}
    before, after = size // 2, (size - 1) // 2
    taps = sum(
        len([other for other in range(channels) if channel - before <= other <= channel + after])
        for channel in range(channels)
    )
    units = channels * 3 * 4
    counts = counted(fields, (channels, 3, 4))
    assert made(fields, (channels, 3, 4)) == (channels, 3, 4)
    assert counts.operations["normalisation", "additions"].value == (taps - channels) * 12 + units
    assert counts.operations["normalisation", "powers"].value == units
    assert (counts.parameters.value, counts.connections.value) == (0, 0)
