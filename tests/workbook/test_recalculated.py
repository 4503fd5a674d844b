"""LibreOffice computes every formula anew, and comes to what the engine comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from libreoffice import first_sheets
from live_books import both, differences, drawn, in_cells, reckoned, same, shown_in, typed
from tieuchi.api import load_readings, load_rulebook
from tieuchi.errors import Position
from tieuchi.loading.bundled import rulebook_names
from tieuchi.loading.rulebook import dumped
from tieuchi.model.canonical import NumberTest, Quotient
from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scorecard import Scorecard
from tieuchi.scoring.scorer import Scorer
from tieuchi.workbook.formula import Expr
from tieuchi.workbook.grid import SERIAL_ZERO, GridCell
from tieuchi.workbook.live import LiveBook, lay_live

pytest.importorskip("xlsxwriter")

BOOK = load_rulebook("par-index-province/2017")
PLAN = compile_plan(BOOK)
SOC_TRANG = load_readings("soc-trang-2017", BOOK)
GRAINS = {"count": Fraction(1), "date": Fraction(1)}

Changes = Mapping[GridCell, object]


def checked(folder: Path, books: Sequence[tuple[Scorecard, LiveBook, bytes]], whole: bool = False) -> list[str]:
    """Let LibreOffice recalculate workbooks, all in one launch, and compare what they show with scorecards.

    With ``whole`` every formula of the page is compared with the value stored beside it too.
    """
    paths = []
    for number, (_, _, data) in enumerate(books):
        path = folder / f"book-{number}.xlsx"
        path.write_bytes(data)
        paths.append(path)
    found = []
    for (card, live, _), path, rows in zip(books, paths, first_sheets(paths, folder), strict=True):
        value = shown_in(rows)
        found += [f"{path.stem}: {line}" for line in differences(card, live, value)]
        for cell in live.page.grid.cells if whole else ():
            if isinstance(cell.content, Expr) and not same(reckoned(cell), value(cell)):
                found.append(f"{path.stem} {cell}: {reckoned(cell)} but {value(cell)}")
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


def packed(plan: Plan, changes: Sequence[dict[str, Fraction]]) -> list[dict[str, Fraction]]:
    """Put changes of different readings into as few workbooks as go."""
    books: list[dict[str, Fraction]] = []
    for change in changes:
        home = next((book for book in books if not families(plan, book) & families(plan, change)), None)
        if home is None:
            books.append(dict(change))
        else:
            home.update(change)
    return books


def families(plan: Plan, figures: dict[str, Fraction]) -> set[str]:
    """Return what is changed, parts under the name of their whole: both at once could pass each other."""
    return {plan.indicators[name].part_of or name for name in figures}


def middling(plan: Plan) -> Readings:
    """Return readings that lie within their ranges, for rulebooks that no bundled readings are for."""
    at = Position("middling")
    values = {n: Reading(n, _middle(i), at) for n, i in plan.indicators.items()}
    declared = {leaf.id: DeclaredPoints(leaf.id, Fraction(0), at) for leaf in plan.leaves if leaf.declared}
    return Readings(Unit("x", kind=next(iter(plan.book.unit_kinds), "")), "", values, declared, "")


def _middle(indicator: Indicator) -> Value:
    low, high = indicator.bounds
    if indicator.kind == "yes_no":
        return False
    if indicator.kind == "choice":
        return indicator.choices[0]
    if indicator.kind == "date":
        return date(2020, 7, 1)
    if indicator.kind in ("percent", "ratio"):
        return Fraction(1, 2)
    return Fraction(((low or 0) + (high or 100)) // 2)


def cells_of(live: LiveBook, figures: Mapping[str, Fraction]) -> Changes:
    """Return figures as they are typed into the inputs."""
    return {live.inputs.given[name].cell: as_typed(live, name, value) for name, value in figures.items()}


def as_typed(live: LiveBook, name: str, value: Fraction) -> object:
    if live.inputs.plan.indicators[name].kind == "date":
        return value - SERIAL_ZERO
    return value


@pytest.mark.parametrize("name", rulebook_names())
def test_figures_typed_in_just_under_at_and_above_every_threshold(name: str, tmp_path: Path) -> None:
    book = load_rulebook(name)
    plan = compile_plan(book)
    readings = SOC_TRANG if name == BOOK.id else middling(plan)
    changes = list(around(plan, readings))
    assert len(changes) >= 2 * len({(leaf.id, edge) for leaf in plan.leaves for r in leaf.routes for edge in _edges(r)})
    live, scorer = lay_live(plan, readings, "vi"), Scorer(plan)
    data = live.data()
    books = []
    for figures in packed(plan, changes):
        card = scorer.score(with_figures(readings, figures))
        books.append((card, live, typed(data, cells_of(live, figures))))
    assert checked(tmp_path, books) == []


def test_drawn_rulebooks_of_every_kind_of_scale(tmp_path: Path) -> None:
    books = []
    for seed in range(30):
        plan, readings, group = drawn(seed)
        card, live = both(plan, in_cells(plan, readings), group)
        books.append((card, live, typed(live.data(), {})))
    assert checked(tmp_path, books, whole=True) == []


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
    live = lay_live(PLAN, SOC_TRANG, "vi")
    data, before = live.data(), Scorer(PLAN).score(SOC_TRANG).total.points
    books = []
    for path, (where, value) in REFORMS.items():
        assert path in live.parameters.cells, [n for n in live.parameters.cells if n.startswith(path.split("/")[0])]
        card = Scorer(compile_plan(reformed(where, value))).score(SOC_TRANG)
        assert card.total.points != before, path
        books.append((card, live, typed(data, {live.parameters.cells[path]: value})))
    assert checked(tmp_path, books) == []


# What can stand in a cell and is no figure of its kind: one column a workbook, each indicator in its own cell. No
# truth value among them: LibreOffice has none, TRUE in a cell of numbers is the number 1 there (test_live has Excel's).
BAD: dict[str, list[object]] = {
    "enterprises_new": [None, "360", "ba trăm", "=1/0", "=NA()", -5, 0.5, "  ", "TRUE", 1e15, 1e300, "21/12/2017"],
    "budget_revenue_of_plan": [
        "92,82%", "0.9282", "TRUE", -0.01, "=1/0", None, "x", 1e300, "=\"1\"", "#DIV/0!", " ", -1,
    ],
    "e_government_architecture_issued": [
        "21/12/2017", -1, 43090.5, True, "=1/0", None, "hôm qua", 1e9, "2017-12-21", 1e300, "  ", "=NA()",
    ],
    "staff_disciplined": ["có lẽ", 2, 0.5, None, "=1/0", "", -1, "x", "=NA()", 1e300, "0.0", "10"],
}  # fmt: skip


def test_what_is_no_figure_shows_as_missing_not_as_zero(tmp_path: Path) -> None:
    carried_out = replace(SOC_TRANG.values["e_government_architecture_carried_out"], value=True)
    whole = replace(SOC_TRANG, values={**SOC_TRANG.values, carried_out.indicator: carried_out})
    card = Scorer(PLAN).score(replace(whole, values={n: r for n, r in whole.values.items() if n not in BAD}))
    assert {card[name].state for name in ("8.2", "8.3", "7.1.1", "5.4")} == {"missing"}
    live = lay_live(PLAN, whole, "vi")
    data = live.data()
    books = []
    for contents in zip(*BAD.values(), strict=True):
        changes = {live.inputs.given[name].cell: bad for name, bad in zip(BAD, contents, strict=True)}
        books.append((card, live, typed(data, changes)))
    assert checked(tmp_path, books) == []


def test_fifteen_digits_are_compared_to_the_last(tmp_path: Path) -> None:
    """99.9999999999999% is below 100%, though LibreOffice compares such numbers as equal."""
    name = "budget_revenue_of_plan"
    live = lay_live(PLAN, SOC_TRANG, "vi")
    data, books = live.data(), []
    for value in (Fraction("0.999999999999999"), Fraction(1), Fraction("0.99999999999999")):
        card = Scorer(PLAN).score(with_figures(SOC_TRANG, {name: value}))
        books.append((card, live, typed(data, cells_of(live, {name: value}))))
    assert checked(tmp_path, books) == []


def test_the_check_would_notice_a_wrong_formula(tmp_path: Path) -> None:
    card, live = both(PLAN, SOC_TRANG)
    cell = live.page.rows["8.2"].high
    assert isinstance(cell.content, Expr)
    cell.content = cell.content * 2
    assert checked(tmp_path, [(card, live, typed(live.data(), {}))])
