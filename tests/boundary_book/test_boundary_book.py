"""The boundary book: every threshold with its sides, as a page, a sheet and cases that run."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from small_books import book_of, book_tree, leaf, yaml_text
from tieuchi.boundary_book.rows import boundary_rows
from tieuchi.cli import run
from tieuchi.loading.bundled import rulebook_names
from tieuchi.loading.rulebook import load_rulebook
from tieuchi.model.canonical import Quotient
from tieuchi.model.plan import compile_plan
from tieuchi.render.boundary_page import boundary_sheet, boundary_yaml

COUNTS = {"done": {"kind": "count", "part_of": "all"}, "all": {"kind": "count", "range": {"at_least": "1"}}}
BANDS = [
    {"clause": "a", "at_least": "80%", "points": "1"},
    {"clause": "b", "at_least": "50%", "points": "0.5"},
    {"clause": "c", "otherwise": "true", "points": "0"},
]


def test_each_threshold_has_a_row_under_at_and_above_it() -> None:
    book = book_of(book_tree(leaf({"bands": BANDS}, value={"ratio": ["done", "all"]}), indicators=COUNTS))
    rows = boundary_rows(compile_plan(book))
    assert [(row.threshold, row.side, row.value, row.points, row.clause) for row in rows] == [
        (Fraction(1, 2), "under", Fraction(4999, 10000), 0, "c"),
        (Fraction(1, 2), "at", Fraction(1, 2), Fraction(1, 2), "b"),
        (Fraction(1, 2), "above", Fraction(5001, 10000), Fraction(1, 2), "b"),
        (Fraction(4, 5), "under", Fraction(7999, 10000), Fraction(1, 2), "b"),
        (Fraction(4, 5), "at", Fraction(4, 5), 1, "a"),
        (Fraction(4, 5), "above", Fraction(8001, 10000), 1, "a"),
    ]


@pytest.mark.parametrize("name", rulebook_names())
def test_every_threshold_of_the_bundled_rulebooks_stands_in_the_book(name: str) -> None:
    plan = compile_plan(load_rulebook(name))
    rows = boundary_rows(plan)
    shown = {(row.criterion, row.threshold) for row in rows}
    for one in plan.leaves:
        for route in one.routes:
            if isinstance(route.measured, Quotient):
                assert {(one.id, p.lower.at) for p in route.pieces if p.lower.at is not None} <= shown


@pytest.mark.parametrize("name", rulebook_names())
def test_the_book_as_cases_passes_the_test_command(name: str, tmp_path: Path) -> None:
    file = tmp_path / "book.yaml"
    assert run(["boundaries", name, "--out", str(file)]) == 0
    assert run(["test", str(file)]) == 0


@pytest.mark.parametrize("name", rulebook_names())
def test_the_stored_book_is_the_book_of_today(name: str) -> None:
    """A rule that changes makes the stored cases fail first; then whoever changes it writes the book anew."""
    folder = Path(__file__).parents[1] / "cases" / name.split("/")[0]
    assert run(["test", str(folder / "boundaries.yaml")]) == 0


def test_the_sheet_has_a_line_for_each_row_and_one_to_sign(tmp_path: Path) -> None:
    plan = compile_plan(load_rulebook("curb-65/2003"))
    rows = boundary_rows(plan)
    file = tmp_path / "book.xlsx"
    file.write_bytes(boundary_sheet(plan, rows, "vi"))
    lines = list(load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert [line[0] for line in lines[4 : 4 + len(rows)]] == [row.criterion for row in rows]
    grades = lines[4 + len(rows) : 10 + len(rows)]
    assert [(line[2], line[4], line[6]) for line in grades] == [
        ("ngay dưới 3", "2,99", "moderate"),
        ("đúng 3", "3", "severe"),
        ("ngay trên 3", "3,01", "severe"),
        ("ngay dưới 2", "1,99", "mild"),
        ("đúng 2", "2", "moderate"),
        ("ngay trên 2", "2,01", "moderate"),
    ]
    assert lines[len(rows) + 12][0] == "Xác nhận của cơ quan ban hành"


RELATIVE: dict[str, Any] = {
    "largest": {"relative_to_best": {}},
    "smallest": {"relative_to_best": {"best": "smallest"}},
    "target": {"target_and_leader": {"target": "40", "at_target": "0.5"}},
}


@pytest.mark.parametrize("kind", RELATIVE)
def test_scales_that_compare_have_rows_around_the_best_of_the_group(kind: str, tmp_path: Path) -> None:
    indicators = {"n": {"kind": "count", "range": {"at_least": "1"}}}
    tree = book_tree(leaf(RELATIVE[kind], value={"count": "n"}), indicators=indicators)
    rows = boundary_rows(compile_plan(book_of(tree)))
    around = {row.side: row for row in rows if row.threshold == row.group_value}
    assert set(around) == {"under", "at", "above"}
    assert around["at"].points == 1
    worse, better = ("above", "under") if kind == "smallest" else ("under", "above")
    assert around[better].points == 1
    assert (around[worse].points or 0) < 1
    (tmp_path / "book.yaml").write_text(yaml_text(tree), encoding="utf-8")
    cases = tmp_path / "cases.yaml"
    assert run(["boundaries", str(tmp_path / "book.yaml"), "--out", str(cases)]) == 0
    assert run(["test", str(cases)]) == 0


def test_what_looks_like_a_formula_stays_text_in_the_sheet(tmp_path: Path) -> None:
    one = leaf({"bands": BANDS}, value={"ratio": ["done", "all"]})
    tree = book_tree({**one, "title": "=HYPERLINK(1)", "reference": {"item": "+1+1"}}, indicators=COUNTS)
    plan = compile_plan(book_of({**tree, "title": "=1+1"}))
    file = tmp_path / "book.xlsx"
    file.write_bytes(boundary_sheet(plan, boundary_rows(plan), "vi"))
    types = {cell.data_type for row in load_workbook(file).worksheets[0].rows for cell in row if cell.value is not None}
    assert types == {"s"}


def test_the_names_of_the_cases_are_unique() -> None:
    plan = compile_plan(load_rulebook("par-index-province/2017"))
    names = [line for line in boundary_yaml(plan, boundary_rows(plan), "x").splitlines() if line.startswith("- name:")]
    assert len(names) == len(set(names))


def test_another_suffix_is_refused(tmp_path: Path) -> None:
    assert run(["boundaries", "curb-65/2003", "--out", str(tmp_path / "book.pdf")]) == 2
