"""LibreOffice computes every formula anew, and comes to what the engine comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from libreoffice import recalculated
from live_books import both, differences, drawn, in_cells
from tieuchi.api import load_readings, load_rulebook
from tieuchi.loading.rulebook import dumped
from tieuchi.model.canonical import NumberTest, Quotient
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Reading, Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scorecard import Scorecard
from tieuchi.scoring.scorer import Scorer
from tieuchi.workbook.formula import Expr
from tieuchi.workbook.grid import GridCell
from tieuchi.workbook.live import LiveBook

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")

BOOK = load_rulebook("par-index-province/2017")
PLAN = compile_plan(BOOK)
SOC_TRANG = load_readings("soc-trang-2017", BOOK)
GRAINS = {"count": Fraction(1), "date": Fraction(1)}


def checked(pairs: list[tuple[Scorecard, LiveBook]], folder: Path, changes: list[dict[GridCell, Any]]) -> list[str]:
    """Let LibreOffice recalculate workbooks, some of their cells changed first, and compare them with scorecards."""
    paths = []
    for number, ((_, live), changed) in enumerate(zip(pairs, changes, strict=True)):
        path = folder / f"book-{number}.xlsx"
        path.write_bytes(live.data())
        book = openpyxl.load_workbook(path)  # drops every cached value with it
        for cell, content in changed.items():
            book[cell.sheet].cell(cell.row + 1, cell.column + 1).value = content
        book.save(path)
        paths.append(path)
    found = []
    for (card, live), path in zip(pairs, recalculated(paths, folder), strict=True):
        book = openpyxl.load_workbook(path, data_only=True)

        def shown(cell: GridCell, book: Any = book) -> Any:
            return book[cell.sheet].cell(cell.row + 1, cell.column + 1).value

        found += [f"{path.stem}: {line}" for line in differences(card, live, shown)]
    return found


def around(plan: Plan, readings: Readings) -> Iterator[dict[str, Fraction]]:
    """Yield figures that put a value just under, at and just above each of its thresholds, one reading moved."""
    for leaf in plan.leaves:
        for route in leaf.routes:
            for quotient, edge in _edges(route):
                yield from _moved(plan, readings, quotient, edge)


def _edges(route: Any) -> Iterator[tuple[Quotient, Fraction]]:
    for test in route.tests:
        if isinstance(test, NumberTest):
            yield test.quotient, test.threshold
    for item in getattr(route.measured, "items", ()):
        yield from ((t.quotient, t.threshold) for t in item.tests if isinstance(t, NumberTest))
    if isinstance(route.measured, Quotient):
        yield from ((route.measured, p.upper.at) for p in route.pieces if p.upper.at is not None)


def _moved(plan: Plan, readings: Readings, quotient: Quotient, edge: Fraction) -> Iterator[dict[str, Fraction]]:
    values = {n: readings.values[n].value for n in quotient.indicators}
    if not all(isinstance(v, Fraction) for v in values.values()):
        return
    above, below = (
        f.constant + sum(c * values[n] for n, c in f.terms) for f in (quotient.numerator, quotient.denominator)
    )
    for name in quotient.indicators:
        slope = dict(quotient.numerator.terms).get(name, 0) - edge * dict(quotient.denominator.terms).get(name, 0)
        if not slope:
            continue
        indicator = plan.indicators[name]
        at = values[name] + (edge * below - above) / slope
        grain = GRAINS.get(indicator.kind, Fraction(1, 10**6))
        base = Fraction(at.__floor__()) if grain == 1 else Fraction(round(at * 10**6), 10**6)
        low, high = indicator.bounds
        whole = readings.values.get(indicator.part_of or "")
        for target in (base - grain, base, base + grain):
            inside = (low is None or target >= low) and (high is None or target <= high)
            parts = [readings.values[n].value for n, i in plan.indicators.items() if i.part_of == name]
            if inside and not (whole is not None and target > whole.value) and all(p <= target for p in parts):
                yield {name: target}


def with_figures(readings: Readings, figures: dict[str, Fraction]) -> Readings:
    values = {n: replace(readings.values[n], value=v, text="") for n, v in figures.items()}
    return replace(readings, values={**readings.values, **values})


def packed(changes: Iterator[dict[str, Fraction]]) -> list[dict[str, Fraction]]:
    """Put changes of different readings into as few workbooks as go."""
    books: list[dict[str, Fraction]] = []
    for change in changes:
        home = next((book for book in books if not families(book) & families(change)), None)
        if home is None:
            books.append(dict(change))
        else:
            home.update(change)
    return books


def families(figures: dict[str, Fraction]) -> set[str]:
    """Return what is changed, parts under the name of their whole: both at once could pass each other."""
    return {PLAN.indicators[name].part_of or name for name in figures}


def test_every_threshold_of_the_bundled_rulebook_just_under_at_and_above(tmp_path: Path) -> None:
    changes = list(around(PLAN, SOC_TRANG))
    assert len(changes) > 150
    units = [with_figures(SOC_TRANG, figures) for figures in packed(iter(changes))]
    pairs = [both(PLAN, unit) for unit in units]
    assert checked(pairs, tmp_path, [{}] * len(pairs)) == []


def test_drawn_rulebooks_of_every_kind_of_scale(tmp_path: Path) -> None:
    pairs = []
    for seed in range(40):
        plan, readings, group = drawn(seed)
        pairs.append(both(plan, in_cells(plan, readings), group))
    assert checked(pairs, tmp_path, [{}] * len(pairs)) == []


REFORMS: dict[str, tuple[dict[str, Any], Any]] = {
    "8.2/r0/1-c/upper": ({"8.2": "scale.bands.1.at_least"}, Fraction("0.12")),
    "5.6.1/r0/1-c/upper": ({"5.6.1": "scale.bands.1.at_least"}, Fraction("0.99")),
    "3.1.1/r0/2-b/upper": ({"3.1.1": "scale.bands.1.at_most"}, Fraction(7)),
    "1.3/r0/2-b/points": ({"1.3": "scale.bands.1.points"}, Fraction("0.75")),
    "8.1/r0/2-linear/upper": ({"8.1": "scale.linear.full_at"}, Fraction("0.9")),
    "7.1.2/r0/2-linear/upper": ({"7.1.2": "scale.linear.full_at"}, Fraction("0.95")),
    "4.1/r0/2-deducted/each": ({"4.1": "scale.deduction.each"}, Fraction("-0.25")),
    "3.4/r0/1-none/upper": ({"3.4": "scale.any_violation.allowed"}, Fraction(3)),
    "4.2/unlawful_recruitment/violation": ({"findings": "1.consequences.1.deduct"}, Fraction("0.25")),
    "5.5/r0/step": ({"5.5": "value.truncate.step"}, Fraction("0.02")),
}


def reformed(where: dict[str, str], value: Fraction) -> Rulebook:
    """Change one number of the bundled rulebook itself."""
    tree: Any = dumped(BOOK)

    def find(nodes: list[Any], name: str) -> Any:
        for node in nodes:
            if node["id"] == name:
                return node
            if (inner := find(node.get("criteria", []), name)) is not None:
                return inner
        return None

    for name, path in where.items():
        node = tree["findings"] if name == "findings" else find(tree["criteria"], name)
        *steps, last = path.split(".")
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node[last] = str(abs(value))
    return Rulebook.model_validate(tree)


def test_a_changed_threshold_cell_scores_as_the_changed_rulebook(tmp_path: Path) -> None:
    pairs, changes = [], []
    for path, (where, value) in REFORMS.items():
        _, live = both(PLAN, SOC_TRANG)
        matching = [name for name in live.parameters.cells if name == path]
        assert matching, [name for name in live.parameters.cells if name.startswith(path.split("/")[0] + "/")]
        card = Scorer(compile_plan(reformed(where, value))).score(SOC_TRANG)
        assert card.total.points != Scorer(PLAN).score(SOC_TRANG).total.points, path
        pairs.append((card, live))
        changes.append({live.parameters.cells[path]: float(value)})
    assert checked(pairs, tmp_path, changes) == []


BAD: list[Any] = [None, "360", "ba trăm", "=1/0", "=NA()", -5, 0.5, "  "]


@pytest.mark.parametrize("name", ["enterprises_new"])
def test_text_blanks_and_errors_show_as_missing_not_as_zero(name: str, tmp_path: Path) -> None:
    values = {n: r for n, r in SOC_TRANG.values.items() if n != name}
    card = Scorer(PLAN).score(replace(SOC_TRANG, values=values))
    pairs = [(card, both(PLAN, SOC_TRANG)[1]) for _ in BAD]
    changes = [{live.inputs.given[name].cell: bad} for (_, live), bad in zip(pairs, BAD, strict=True)]
    assert checked(pairs, tmp_path, changes) == []


def test_fifteen_digits_are_compared_to_the_last(tmp_path: Path) -> None:
    """99.9999999999999% is below 100%, though LibreOffice compares such numbers as equal."""
    name = "budget_revenue_of_plan"
    pairs = []
    for value in (Fraction("0.999999999999999"), Fraction(1), Fraction("0.99999999999999")):
        reading = Reading(name, value, SOC_TRANG.values[name].at)
        pairs.append(both(PLAN, replace(SOC_TRANG, values={**SOC_TRANG.values, name: reading})))
    assert checked(pairs, tmp_path, [{}] * len(pairs)) == []


def test_the_check_would_notice_a_wrong_formula(tmp_path: Path) -> None:
    card, live = both(PLAN, SOC_TRANG)
    cell = live.page.rows["8.2"].high
    assert isinstance(cell.content, Expr)
    cell.content = cell.content * 2
    assert checked([(card, live)], tmp_path, [{}])
