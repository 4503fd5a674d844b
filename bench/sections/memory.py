"""Memory that scoring takes beyond its columns, at its highest; each engine in a process of its own."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import numpy as np

from book import make_case
from measure import peak_megabytes
from ours import Ours
from peers import peer
from probes import bytes_of
from tieuchi.columnar.result import empty_points
from tieuchi.columnar.road import score_rows

ENGINES = ("tieuchi", "polars", "openfisca")
WARM = 5_000


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    assert cores
    count = 50_000 if quick else 1_000_000
    found: dict[str, Any] = {"units": count}
    for name in ENGINES:
        if name == "tieuchi" or not isinstance(peer(name), str):
            found[name] = beyond_inputs(name, count)
    return found


def beyond_inputs(name: str, count: int, **shape: int) -> dict[str, float]:
    """Return megabytes of columns, and how many more scoring took, found out in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_beyond_inputs, name, count, shape).result()


def _beyond_inputs(name: str, count: int, shape: dict[str, int]) -> dict[str, float]:
    """A small run before pays for what is kept."""
    case = make_case(count, **shape)
    inputs = sum(column.nbytes for column in case.units.values()) / 1e6
    if name != "tieuchi":
        module = peer(name)
        assert not isinstance(module, str)
        module.prepared(case.part(WARM)).run()
        return {"inputs": inputs, "extra": peak_megabytes(module.prepared(case).run)}
    few, ours = Ours(case.part(WARM)), Ours(case)
    score_rows(few.program, few.rows, road="numba")
    program, rows = ours.program, ours.rows
    extra = peak_megabytes(lambda: score_rows(program, rows, road="numba"))
    return {"inputs": inputs, "extra": extra, "outputs": _outputs(ours)}


def _outputs(ours: Ours) -> float:
    return bytes_of(np.empty(0), empty_points(ours.program, ours.case.count)) / 1e6
