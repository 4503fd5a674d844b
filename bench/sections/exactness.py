"""What exactness costs: the same rules in floats on the same engine, and figures that 64 bits can't hold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from book import Case, make_case
from measure import alternate
from ours import Ours
from peers import numpy as by_numpy
from peers import polars as by_polars
from tieuchi.columnar.road import Road, score_rows

BEYOND = 10**4
"""Money is multiplied with it: up to 10^18, whose products need more than 64 bits."""
ROADS: tuple[Road, ...] = ("numba", "numpy")


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    assert cores
    case = make_case(20_000 if quick else 500_000)
    works = {
        "numpy": by_numpy.prepared(case).run,
        "numpy, floats": by_numpy.prepared(case, np.float64).run,
        "polars": by_polars.prepared(case, streaming=False).run,
        "polars, floats": by_polars.prepared(case, streaming=False, number=pl.Float64).run,
    }
    times = alternate(works, 3 if quick else 5)
    ratios = {name: times.ratio(name, f"{name}, floats") for name in ("numpy", "polars")}
    return {"times floats": ratios, "beyond 64 bits": _beyond(quick=quick)}


def _beyond(*, quick: bool) -> dict[str, Any]:
    """Return how many times longer the rules take whose money is beyond 64 bits in every unit, on both machines."""
    case = _money_only(make_case(2_000 if quick else 50_000))
    large = {n: c * BEYOND if "money" in case.columns[n] else c for n, c in case.units.items()}
    works, wide = {}, {}
    for name, own in (("within", case), ("beyond", replace(case, units=large))):
        ours = Ours(own)
        program, rows = ours.program, ours.rows
        wide[name] = score_rows(program, rows, road="numba").wide / (own.count * len(own.specs))
        for road in ROADS:
            works[f"{name}, {road}"] = _scoring(program, rows, road)
    times = alternate(works, 3 if quick else 15)
    ratios = {road: times.ratio(f"beyond, {road}", f"within, {road}") for road in ROADS}
    return {"times within": ratios["numba"], "times within, numpy": ratios["numpy"], "share of cells": wide["beyond"]}


def _scoring(program: Any, rows: Any, road: Road) -> Any:
    return lambda: score_rows(program, rows, road=road)


def _money_only(case: Case) -> Case:
    """Return the sub-criteria that measure money, with the columns they read."""
    specs = [s for s in case.specs if case.columns.get(s.get("below", "")) == "money_whole"]
    names = [name for s in specs for name in (s["above"], s["below"])]
    columns = {name: case.columns[name] for name in names}
    return Case(specs, columns, {name: case.units[name] for name in names}, case.kinds)
