"""Growth of time and memory with units, with criteria and with bands: figures, and the straight line through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from book import make_case
from measure import alternate
from ours import Ours
from sections.memory import beyond_inputs
from tieuchi.columnar.road import score_rows


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    assert cores
    few = 5_000 if quick else 100_000
    shapes: dict[str, list[dict[str, int]]] = {
        "units": [{"count": few * times} for times in (1, 2, 4, 6, 8)],
        "criteria": [{"count": few // 2, "copies": copies} for copies in (1, 2, 4, 6, 8)],
        "bands": [{"count": few, "bands": bands} for bands in (2, 8, 16, 24, 32)],
    }
    return {name: _grown(name, steps, quick=quick) for name, steps in shapes.items()}


def _grown(name: str, steps: Sequence[dict[str, int]], *, quick: bool) -> dict[str, Any]:
    every = [Ours(make_case(**step)) for step in steps]
    works = {str(place): _scoring(ours) for place, ours in enumerate(every)}
    times = alternate(works, 3 if quick else 7)
    seconds = [times.median(place) for place in works]
    sizes = [_size(name, ours) for ours in every]
    memory = [beyond_inputs("tieuchi", **step)["extra"] for step in (steps[::4] if quick else steps)]
    measured = sizes[::4] if quick else sizes
    return {
        "seconds": {"sizes": sizes, "found": seconds, **line(sizes, seconds)},
        "megabytes": {"sizes": measured, "found": memory, **line(measured, memory)},
    }


def _scoring(ours: Ours) -> Any:
    program, rows = ours.program, ours.rows
    return lambda: score_rows(program, rows, road="numba")


def _size(name: str, ours: Ours) -> int:
    """Return what grows: units, sub-criteria, or the bands of all of them."""
    if name == "units":
        return ours.case.count
    return len(ours.case.specs) if name == "criteria" else sum(len(s.get("cuts", ())) + 1 for s in ours.case.specs)


def line(sizes: Sequence[float], found: Sequence[float]) -> dict[str, float]:
    """Return the straight line through some figures, and how far off it the farthest is, as a share of their mean."""
    slope, start = np.polyfit(sizes, found, 1)
    there = np.array(found)
    off = np.abs(there - slope * np.array(sizes) - start).max() / there.mean()
    return {"slope": float(slope), "start": float(start), "off": float(off)}
