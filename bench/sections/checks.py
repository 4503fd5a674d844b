"""Correctness: cells in which a road or a peer gives other points than the exact road, on two sets of hard units."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from book import Case, make_case
from ours import NONE, Cells, Ours, clause_differences, exact_cells, points_matrix
from peers import NAMES, peer
from peers.zen import contexts, decision, key
from rules import quanta
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.road import score_rows
from tieuchi.sql.leaves import BEYOND
from tieuchi.sql.run import score_duckdb, score_sqlite


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    """Check a set with four of ten figures on a threshold or beside it, and one with money near ties of rounding."""
    assert cores
    count = 100 if quick else 500
    sets = {"boundary": make_case(count, boundary=0.4), "adversarial": adversarial(count)}
    found = {name: _checked(case) for name, case in sets.items()}
    missing = {name: why for name in NAMES if isinstance(why := peer(name), str)}
    return {"cells": count * 100, "differences": found, "not measured": missing}


def _checked(case: Case) -> dict[str, int]:
    ours = Ours(case)
    exact = exact_cells(ours)
    found = {}
    for road in ("numpy", "numba"):
        points = score_rows(ours.program, ours.rows, road=road)
        sums = int((points.sum_low != exact.sums).sum())
        found[f"tieuchi, {road}"] = _count(points_matrix(points), exact) + sums
        found[f"tieuchi, {road}: clauses"] = clause_differences(points, ours.plan, exact)
    for name, score in (("DuckDB", score_duckdb), ("SQLite", score_sqlite)):
        wrong, beyond = _sql_differences(score(ours.program, ours.rows), ours, exact)
        found[f"tieuchi, SQL on {name}"] = wrong
        found[f"tieuchi, SQL on {name}: refused as beyond 64 bits"] = beyond
    for name in NAMES:
        module = peer(name)
        if not isinstance(module, str):
            ready = module.prepared(case)
            found[name] = _count(ready.matrix(ready.run()), exact)
    if not isinstance(peer("zen"), str):
        found["zen, decision tables"] = _count(_by_tables(case), exact)
    return found


def _count(points: Any, exact: Cells) -> int:
    return int((points != exact.points).sum())


def _sql_differences(found: dict[str, list[Any]], ours: Ours, exact: Cells) -> tuple[int, int]:
    """Return the cells in which a SELECT differs, and those it says are beyond what it can hold."""
    differ = beyond = 0
    for place, leaf in enumerate(ours.program.leaves):
        points = [NONE if p is None else int(p) for p in found[leaf.id]]
        there = zip(exact.points[place].tolist(), exact.states[place], strict=True)
        for here, state, other in zip(points, found[f"{leaf.id} state"], there, strict=True):
            if state == BEYOND:
                beyond += 1
            else:
                differ += (here, STATES[state]) != other
    return differ, beyond


def _by_tables(case: Case) -> Any:
    made, names = decision(case, tables=True), [key(spec["id"]) for spec in case.specs]
    found = [made.evaluate(context)["result"] for context in contexts(case)]
    return np.array([[NONE if r.get(n) is None else int(r[n]) for n in names] for r in found], np.int64).T


def adversarial(count: int) -> Case:
    """Return units with money near 10^14, a hair from a tie of rounding or from a threshold."""
    case = make_case(count, boundary=1)
    draw = np.random.default_rng(11)
    units = dict(case.units)
    for spec in case.specs:
        if spec["kind"] not in ("ratio", "linear") or case.columns[spec["below"]] != "money_whole":
            continue
        below = draw.integers(5 * 10**13, 10**14, count)
        units[spec["below"]] = below
        units[spec["above"]] = np.array([_beside(spec, int(whole), draw) for whole in below], np.int64)
    return replace(case, units=units)


def _beside(spec: dict[str, Any], whole: int, draw: Any) -> int:
    """Return the figure just under the next tie of a linear scale, or at a threshold or just under it."""
    if spec["kind"] == "linear":
        most = quanta(spec["most"])
        tie = int(draw.integers(most * 85 // 100, most))
        return ((2 * tie + 1) * whole - 1) // (2 * most)
    cut = Fraction(spec["cuts"][int(draw.integers(len(spec["cuts"])))][0])
    return int(-(-cut.numerator * whole // cut.denominator)) - int(draw.integers(2))
