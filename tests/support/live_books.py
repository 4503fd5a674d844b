"""Live workbooks beside the scorecards they must agree with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from random_books import draw_book, draw_readings
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.scoring.scorer import Scorer
from tieuchi.words.terms import clause_words, term
from tieuchi.workbook.entries import excel_exact
from tieuchi.workbook.formula import FormulaError
from tieuchi.workbook.grid import GridCell
from tieuchi.workbook.live import LiveBook, lay_live

NEARLY = Fraction(1, 10**11)


def in_cells(plan: Plan, readings: Readings) -> Readings:
    """Leave out figures that no cell holds exactly, or that need more than fifteen digits together."""

    def fits(name: str, value: object) -> bool:
        if not isinstance(value, Fraction):
            return True
        if plan.indicators[name].kind == "ratio":
            return value.denominator < 10**5
        return excel_exact(value) and abs(value) < 10**12 and (value * 10**4).denominator == 1

    return replace(readings, values={n: r for n, r in readings.values.items() if fits(n, r.value)})


def drawn(seed: int) -> tuple[Plan, Readings, Sequence[Readings]]:
    """Draw a rulebook, a unit and its group, now and then none."""
    random = Random(seed)
    plan = draw_book(random)
    units = [in_cells(plan, draw_readings(random, plan, f"unit-{n}")) for n in range(3)]
    return plan, units[0], units[1:] if random.random() < 0.7 else ()


def both(plan: Plan, readings: Readings, group: Sequence[Readings] = ()) -> tuple[Scorecard, LiveBook]:
    """Return the scorecard of a unit and its live workbook."""
    scorer = Scorer(plan)
    return scorer.score(readings, group), lay_live(plan, readings, "vi", scorer.best_of(group) if group else None)


def reckoned(cell: GridCell) -> Any:
    """Return what a cell comes to, an error as its text."""
    try:
        return cell.value()
    except FormulaError as error:
        return str(error)


def differences(card: Scorecard, live: LiveBook, values: Any = reckoned) -> list[str]:
    """Return where the page of scores says something else than the scorecard, cell by cell."""
    found = []
    for node in card.total.walk():
        row = live.page.rows[node.id]
        wanted = {"points": "" if node.points is None else node.points, "low": node.low, "high": node.high}
        got: dict[str, Any] = {"points": values(row.points), "low": values(row.low), "high": values(row.high)}
        if node.state == "not_applicable" and node is not card.total:
            wanted, got = {"points": ""}, {"points": got["points"]}
        if node.trace is not None:
            wanted["clause"], got["clause"] = clause_shown(node), values(row.clause)
        found += [f"{node.id} {k}: {w} but {got[k]}" for k, w in wanted.items() if not same(w, got[k])]
    return found


def clause_shown(node: Score) -> str:
    assert node.trace is not None
    return clause_words(node.trace.clause, "vi") if node.state == "scored" else term(node.state, "vi")


def same(wanted: object, got: object) -> bool:
    if isinstance(wanted, Fraction):
        numeric = isinstance(got, Fraction | int | float) and not isinstance(got, bool)
        return numeric and abs(Fraction(got) - wanted) < NEARLY  # type: ignore[arg-type]
    return (wanted or "") == (got or "")
