"""The integer programme of a goal, solved by HiGHS: one option at most of each group.

Gains go in as whole numbers over a common denominator where that is small, so that nothing is rounded; efforts are
compared as floats by the solver, and what it returns is judged exactly by whoever called it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite, lcm
from typing import Any, Literal

from tieuchi.errors import Issue, Position, ScenarioError
from tieuchi.whatif.goal_grid import Option

MOST_DENOMINATOR = 10**9
Groups = Sequence[Sequence[Option]]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the solver chose, whether it proved that nothing is better, and its bound on the objective."""

    options: tuple[Option, ...]
    status: Literal["optimal", "time", "infeasible"]
    bound: float | None

    @property
    def effort(self) -> Fraction:
        """What all chosen options cost, exactly."""
        return sum((option.effort for option in self.options), Fraction(0))

    @property
    def gain(self) -> Fraction:
        """What all chosen options gain, exactly."""
        return sum((option.gain for option in self.options), Fraction(0))


def cheapest(groups: Groups, need: Fraction, seconds: Fraction) -> Choice:
    """Return the cheapest options whose gains reach what is needed."""
    return _solve(groups, seconds, need=need)


def most(groups: Groups, budget: Fraction, seconds: Fraction) -> Choice:
    """Return the options of greatest gain whose efforts stay within a budget."""
    return _solve(groups, seconds, budget=budget)


def _solve(groups: Groups, seconds: Fraction, need: Fraction | None = None, budget: Fraction | None = None) -> Choice:
    if importlib.util.find_spec("highspy") is None:
        raise ScenarioError([Issue("S736", Position("goal"), facts={"extra": "solve"})])
    import highspy

    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in (("output_flag", False), ("mip_rel_gap", 0.0), ("mip_abs_gap", 1e-9),
                        ("mip_feasibility_tolerance", 1e-9), ("primal_feasibility_tolerance", 1e-9),
                        ("time_limit", float(seconds)), ("threads", 1), ("random_seed", 0)):  # fmt: skip
        solver.setOptionValue(name, value)
    scale = _scale([option.gain for group in groups for option in group])
    columns: list[Option] = []
    for group in groups:
        first = len(columns)
        for option in group:
            solver.addVar(0.0, 1.0)
            solver.changeColIntegrality(len(columns), highspy.HighsVarType.kInteger)
            cost = float(option.effort) if budget is None else float(option.gain * scale)
            solver.changeColCost(len(columns), cost)
            columns.append(option)
        places = list(range(first, len(columns)))
        solver.addRow(-highspy.kHighsInf, 1.0, len(places), places, [1.0] * len(places))
    every = list(range(len(columns)))
    if budget is None:
        assert need is not None
        solver.addRow(
            float(need * scale), highspy.kHighsInf, len(every), every, [float(o.gain * scale) for o in columns]
        )
    else:
        solver.addRow(-highspy.kHighsInf, float(budget), len(every), every, [float(o.effort) for o in columns])
        solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    solver.run()
    return _choice(solver, columns, 1.0 if budget is None else float(scale))


def _scale(gains: Sequence[Fraction]) -> int:
    common = lcm(*(gain.denominator for gain in gains)) if gains else 1
    return min(common, MOST_DENOMINATOR)


def _choice(solver: Any, columns: list[Option], scale: float) -> Choice:
    import highspy

    status = solver.getModelStatus()
    info = solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Choice((), "infeasible", None)
    values = solver.getSolution().col_value
    chosen = tuple(option for option, value in zip(columns, values, strict=False) if value > 0.5)
    done = status == highspy.HighsModelStatus.kOptimal
    bound = info.mip_dual_bound / scale
    return Choice(chosen, "optimal" if done else "time", bound if isfinite(bound) else None)
