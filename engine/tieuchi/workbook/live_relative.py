"""Values set against the group: the best value of the other units is an input of its own."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from tieuchi.model.canonical import Relative
from tieuchi.workbook.exact_cells import LIMIT, Exact, parameter_of
from tieuchi.workbook.formula import Expr, chain, expr, fn, if_
from tieuchi.workbook.grid import Calculation, GridCell
from tieuchi.workbook.live_params import Parameters
from tieuchi.workbook.live_values import LiveValue

Best = Mapping[tuple[str, int], Fraction]


class Group:
    """Knows the best value of the other units, by sub-criterion and route; None where there is no group."""

    def __init__(self, calc: Calculation, parameters: Parameters, best: Best | None) -> None:
        self.calc, self.parameters, self.best = calc, parameters, best

    def value(self, what: str, measured: Relative, raw: LiveValue, key: tuple[str, int]) -> LiveValue:
        """Return the share of the best, or of the best's excess over the target."""
        best_above, best_below, there = self._best(what, measured, raw, key)
        if measured.target is None:
            above, below = raw.above * best_below, raw.below * best_above
            worthless = below.le(0)
            if measured.best == "smallest":
                # The smallest can be 0: the unit that has it is the best, though nothing is divided by 0.
                level, worthless = above.le(0), below.lt(0)
                above, below = if_(level, 1, below), if_(level, 1, above)
        else:
            target = self.parameters.exact(f"{what}/target", measured.target)
            above = (raw.above * target.denominator - target.numerator * raw.below) * best_below
            excess = best_above * target.denominator - target.numerator * best_below
            above = if_(excess.gt(0), above, 0)
            below = if_(excess.gt(0), excess * raw.below, 1)
            worthless = expr(False)
        top = self.calc.step(f"{what}: A/best", above)
        bottom = self.calc.step(f"{what}: B/best", below)
        fits = fn("AND", fn("ABS", top).lt(LIMIT), fn("ABS", bottom).lt(LIMIT))
        code = chain([(raw.code.gt(0), raw.code), (there.eq(0), 1), (worthless, 1), (fits, 0)], 1)
        state = self.calc.step(f"{what}: state/best", code)
        return LiveValue(
            self.calc.step(f"{what}: A′", if_(state.eq(0), top, 0)),
            self.calc.step(f"{what}: B′", if_(state.eq(0), bottom, 1)),
            state,
        )

    def _best(self, what: str, measured: Relative, raw: LiveValue, key: tuple[str, int]) -> tuple[Expr, Expr, Expr]:
        """Return the best of the others and this unit itself, and whether there is one."""
        if self.best is None or key not in self.best:
            # Without a group nothing can be compared; alone in a group, the unit is the best itself.
            return raw.above, raw.below, expr(0 if self.best is None else 1)
        self.parameters.cell(f"{what}/best", self.best[key], "best")
        cell: GridCell = self.parameters.cells[f"{what}/best"]
        others: Exact = parameter_of(self.calc, f"{what}/best", cell, self.best[key])
        here, there = raw.above * others.denominator, others.numerator * raw.below
        better = here.gt(there) if measured.best == "largest" else here.lt(there)
        own = self.calc.step(f"{what}: own best", if_(raw.code.eq(0), if_(better, 1, 0), 0))
        above = self.calc.step(f"{what}: best ▲", if_(own.eq(1), raw.above, others.numerator))
        below = self.calc.step(f"{what}: best ▼", if_(own.eq(1), raw.below, others.denominator))
        return above, below, expr(1)
