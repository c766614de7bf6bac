"""Adaptive and global pooling, against a walk over the windows."""

import pytest

from lenetcalc.entries import read_layer
from lenetcalc.errors import LayerError
from lenetcalc.receptive import Axis
from lenetcalc.resizing import adaptive_taps
from tests.layers.test_base import counted, made
from tests.test_receptive import field_of
from tests.test_resizing import adaptive_reads


@pytest.mark.parametrize("size", range(1, 14))
@pytest.mark.parametrize("stops", range(1, 14))
def test_taps_and_windows_are_those_of_a_walk(size: int, stops: int) -> None:
    read = adaptive_reads(size, stops)
    assert adaptive_taps(size, stops) == sum(map(len, read))
    (axis,) = field_of((2, size), {"kind": "adaptive-max-pool", "size": stops}) or ()
    assert [axis.ends(unit) for unit in range(stops)] == [(min(each), max(each)) for each in read]


def test_the_field_of_a_unit_is_its_window() -> None:
    # rows 7 → 3: 0–2, 2–4 and 4–6; columns 4 → 2: 0–1 and 2–3
    field = field_of((5, 7, 4), {"kind": "adaptive-average-pool", "size": [3, 2]})
    assert field == (Axis(7, (0, 2, 4), (2, 4, 6), 3), Axis(2, (0,), (1,), 2))


def test_windows_that_repeat_after_more_than_16384_steps_have_no_field() -> None:
    assert field_of((1, 2**14 + 2), {"kind": "adaptive-max-pool", "size": 2**14 + 1}) is None


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
