"""Memory of results that are gone is used again, but never while anything can still reach it."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

from tieuchi.columnar import pages
from tieuchi.columnar.pages import LEAST, room

SIZE = 2 * LEAST


def place(array: Any) -> int:
    return int(array.ctypes.data)


@pytest.fixture(autouse=True)
def _none_kept() -> None:
    gc.collect()
    pages._kept.clear()


def test_room_is_what_was_asked_for() -> None:
    array = room((3, LEAST), np.int32)
    assert (array.shape, array.dtype, array.flags.c_contiguous, array.flags.writeable) == (
        (3, LEAST),
        np.int32,
        True,
        True,
    )
    array[:] = 7
    assert int(array.sum()) == 21 * LEAST


def test_memory_that_nobody_can_reach_is_used_again() -> None:
    array = room((SIZE,), np.int8)
    before = place(array)
    del array
    assert place(room((SIZE // 8,), np.int64)) == before


@pytest.mark.parametrize("kept", ["view", "transposed", "memoryview", "reshaped"])
def test_memory_that_a_view_holds_is_not_used_again(kept: str) -> None:
    array = room((SIZE // 4, 4), np.int8)
    array[:] = 5
    views: dict[str, Any] = {
        "view": array[3:, 1], "transposed": array.T, "memoryview": memoryview(array), "reshaped": array.reshape(-1)[7:],
    }  # fmt: skip
    held = views[kept]
    del array, views
    gc.collect()
    other = room((SIZE,), np.int8)
    other[:] = 9
    assert np.asarray(held).min() == np.asarray(held).max() == 5


def test_two_results_at_once_share_nothing() -> None:
    first, second = room((SIZE,), np.int8), room((SIZE,), np.int8)
    first[:], second[:] = 1, 2
    assert (first.max(), second.min()) == (1, 2)


def test_little_is_kept_and_what_came_first_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST", 3 * SIZE)
    arrays = [room((SIZE,), np.int8) for _ in range(5)]
    places = [place(array) for array in arrays]
    while arrays:
        arrays.pop(0)
    assert sum(map(len, pages._kept)) == 3 * SIZE
    assert [place(room((SIZE,), np.int8)) for _ in range(1)] == places[2:3]


def test_small_arrays_and_python_integers_are_numpys_own() -> None:
    assert room((10,), np.int64).base is None
    assert room((SIZE,), object).base is None
