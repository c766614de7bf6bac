"""Adaptive and global pooling, against a walk over the windows."""

import pytest

from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError
from lenetcalc.resizing import adaptive_reach, adaptive_taps
from tests.layers.test_base import counted, made


@pytest.mark.parametrize("size", range(1, 14))
@pytest.mark.parametrize("stops", range(1, 14))
def test_taps_and_the_longest_window_are_those_of_a_walk(size: int, stops: int) -> None:
    lengths = [-(-(unit + 1) * size // stops) - unit * size // stops for unit in range(stops)]
    assert adaptive_taps(size, stops) == sum(lengths)
    assert adaptive_reach(size, stops).span == max(lengths)


def test_large_maps_take_no_time() -> None:
    assert adaptive_taps(10**15, 10**14) == 10**15


def test_counts_of_windows_that_overlap() -> None:
    # rows 7 → 3: 3 + 3 + 3 taps; columns 4 → 2: 2 + 2
    for kind, operation in (("adaptive-average-pool", "additions"), ("adaptive-max-pool", "comparisons")):
        counts = counted({"kind": kind, "size": [3, 2]}, (5, 7, 4))
        assert counts.connections.value == 9 * 4 * 5
        assert counts.operation(operation).value == (36 - 6) * 5  # type: ignore[arg-type]


def test_global_pooling_leaves_one_unit_a_map() -> None:
    assert made({"kind": "global-average-pool"}, (5, 7, 4)) == (5, 1, 1)
    assert read_layer("GlobalMaxPooling2D").label == "global-max-pool"
    assert counted({"kind": "global-average-pool"}, (5, 7, 4)).operation("divisions").value == 5


def test_rows_and_other_ranks_are_refused() -> None:
    with pytest.raises(LayerError, match="reads maps"):
        made({"kind": "global-average-pool"}, (84,))
    with pytest.raises(LayerError, match="size has 2 numbers, but the maps have 1 axis"):
        made({"kind": "adaptive-max-pool", "size": [3, 2]}, (5, 7))
