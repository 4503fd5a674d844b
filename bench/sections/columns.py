"""Columns to columns: unit-scores a second of every road and peer, all in turn in one process, three runs each time.

Of three runs in a row the median counts, ours and every peer's alike: memory that is free for seconds while slow peers
have their turn may be taken back by the machine below, and fetching it again is no work of the engine that comes next.
What the first of the three took is kept beside it.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import Any

import numpy as np
import polars as pl

from book import Case, make_case
from measure import Times, Work, alternate_units
from ours import Ours
from peers import NAMES, peer
from probes import bytes_of, traffic
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import MISSING, Column
from tieuchi.columnar.result import empty_points
from tieuchi.columnar.road import score_rows
from tieuchi.scoring.scorer import Scorer

FEW = {"zen": 10_000, "durable": 100, "exact road": 200}
"""Units for those who take them one by one; what counts is the time for a unit."""
BURST = 3


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    sizes = (20_000,) if quick else (10_000, 1_000_000)
    return {str(count): _measured(count, quick=quick, cores=cores) for count in sizes}


def _measured(count: int, *, quick: bool, cores: int) -> dict[str, Any]:
    case, matrix = stacked(make_case(count))
    ours = Ours(case)
    program, rows = ours.program, ours.rows
    out = empty_points(program, count)
    works: dict[str, tuple[int, Work]] = {
        "tieuchi": (count, lambda: score_rows(program, rows, road="numba")),
        "tieuchi, outputs reused": (count, lambda: score_rows(program, rows, road="numba", out=out)),
        "memory traffic": (count, lambda: traffic(matrix, out, cores)),
    }
    if cores == 1:
        works |= _variants(ours, count)
    works |= _peers(case, quick=quick, cores=cores)
    times = alternate_units(works, 3 if quick else 5, budget=100, burst=BURST)
    found: dict[str, Any] = {
        "rates": {name: 1 / times.median(name) for name in works},
        "first rates": {name: 1 / median(times.first[name]) for name in works},
        "times ours": {name: times.ratio(name, "tieuchi") for name in works},
        "times ours without numba": _against(times, "tieuchi without numba"),
        "roofline": times.ratio("memory traffic", "tieuchi, outputs reused"),
        "bytes of a unit": bytes_of(matrix, out) / count,
    }
    return found | {"gigabytes a second": found["bytes of a unit"] / times.median("memory traffic") / 1e9}


def _against(times: Times, base: str) -> dict[str, float]:
    return {name: times.ratio(name, base) for name in times.seconds} if base in times.seconds else {}


def stacked(case: Case) -> tuple[Case, Any]:
    """Return the same units with their columns as rows of one matrix."""
    matrix = np.empty((len(case.units), case.count), np.int64)
    units = dict(case.units)
    for row, name in zip(matrix, case.units, strict=True):
        row[:] = units[name]
        units[name] = row
    return replace(case, units=units), matrix


def _variants(ours: Ours, count: int) -> dict[str, tuple[int, Work]]:
    """Return our kernel with missing cells and on a frame's own buffers, and our other roads."""
    program, rows = ours.program, ours.rows
    random = np.random.default_rng(3)
    lacking = {name: _lacking(column, random) for name, column in rows.columns.items()}
    frame = pl.DataFrame({name: column.values for name, column in rows.columns.items()})
    shared = {name: Column(frame[name].to_numpy()) for name in rows.columns}
    few = min(FEW["exact road"], count)
    scorer, units = Scorer(ours.plan), ours.readings(few)
    return {
        "tieuchi, cells missing": (count, lambda: score_rows(program, Rows(count, lacking, rows.kinds), road="numba")),
        "tieuchi, on a frame": (count, lambda: score_rows(program, Rows(count, shared, rows.kinds), road="numba")),
        "tieuchi without numba": (count, lambda: score_rows(program, rows, road="numpy")),
        "tieuchi, exact road with trace": (few, lambda: [scorer.score(unit) for unit in units]),
    }


def _lacking(column: Column, random: Any) -> Column:
    states = np.where(random.random(len(column.values)) < 0.01, np.uint8(MISSING), np.uint8(0))
    return replace(column, states=states)


def _peers(case: Case, *, quick: bool, cores: int) -> dict[str, tuple[int, Work]]:
    works: dict[str, tuple[int, Work]] = {}
    for name in NAMES:
        module = peer(name)
        if isinstance(module, str) or (name in FEW and cores > 1):
            continue
        few = min(FEW.get(name, case.count) // (10 if quick else 1), case.count)
        own = case.part(few)
        if name == "polars":
            works["polars, eager"] = few, module.prepared(own, streaming=False).run
            works["polars, streaming"] = few, module.prepared(own).run
        elif name == "duckdb":
            works[name] = few, module.prepared(own, cores).run
        elif name != "numpy" or cores == 1:
            works[name] = few, module.prepared(own).run
    return works
