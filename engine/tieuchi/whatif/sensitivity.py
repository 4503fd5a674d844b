"""Which uncertainty matters: first-order and total Sobol indices of one unit's total, by SALib."""

from __future__ import annotations

import importlib.util
import warnings
from dataclasses import dataclass

import numpy as np

from tieuchi.errors import Issue, Position, ScenarioError
from tieuchi.whatif.draws import Floats
from tieuchi.whatif.simulate import Simulator

SAMPLES = 1024
"""Base samples; SALib makes ``SAMPLES * (2 * uncertain + 2)`` draws of them."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What one uncertain figure does to the spread of a total: alone, and with all it works together with."""

    name: str
    first: float
    total: float


def sensitivity(simulator: Simulator, unit: int, seed: int, samples: int = SAMPLES) -> tuple[Sensitivity, ...]:
    """Return the indices of everything uncertain about one unit, the most telling first.

    Raises:
        ScenarioError: S736: the extra ``solve`` is not installed.
    """
    if importlib.util.find_spec("SALib") is None:
        raise ScenarioError([Issue("S736", Position("simulate"), facts={"extra": "solve"})])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from SALib.analyze import sobol as analysis
        from SALib.sample import sobol as sampling

        names = [n for n, drawers in simulator.drawers.items() if drawers[unit] is not None] + list(simulator.paths)
        problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
        uniform = sampling.sample(problem, samples, calc_second_order=False, seed=seed)
        totals = totals_of(simulator, unit, names, uniform)
        if not np.ptp(totals):
            return tuple(Sensitivity(name, 0.0, 0.0) for name in names)
        found = analysis.analyze(problem, totals, calc_second_order=False, seed=seed)
    rows = [Sensitivity(n, float(a), float(b)) for n, a, b in zip(names, found["S1"], found["ST"], strict=True)]
    return tuple(sorted(rows, key=lambda row: (-row.total, row.name)))


def totals_of(simulator: Simulator, unit: int, names: list[str], uniform: Floats) -> Floats:
    """Return the totals of one unit, in points, for uniform numbers in the columns of some names."""
    columns = dict(zip(names, uniform.T, strict=True))
    figures = {}
    for name, drawers in simulator.drawers.items():
        found = drawers[unit]
        if found is not None:
            figures[name, unit] = found.figures(columns[name])
    places = simulator.threshold_places(columns)
    totals = np.empty(len(uniform), np.int64)
    for key, program in simulator.programs(places).items():
        picked = np.flatnonzero((places == np.array(key)).all(axis=1)) if key else np.arange(len(uniform))
        part = {place: drawn[picked] for place, drawn in figures.items()}
        found_points = simulator.scored(program, part, len(picked), range(unit, unit + 1))
        totals[picked] = found_points.sum_low[found_points.total]
    points: Floats = totals.astype(np.float64) * float(simulator.rules.book.quantum)
    return points
