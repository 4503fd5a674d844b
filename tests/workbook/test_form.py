from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from random_books import draw_book, draw_readings
from tieuchi.api import load_readings, load_rulebook
from tieuchi.errors import Position, ReadingsError, UnknownNameError
from tieuchi.loading.rulebook import fingerprint
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Cause, DeclaredPoints, Reading, Readings, Unit
from tieuchi.workbook.form import FIXED, form_bytes
from tieuchi.workbook.form_layout import KEYS_ROW, form_sheets
from tieuchi.workbook.form_reading import is_form, read_form_unit, read_forms

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

BOOK = load_rulebook("par-index-province/2017")
PLAN = compile_plan(BOOK)
MARK = fingerprint(BOOK)
SOC_TRANG = load_readings("soc-trang-2017", BOOK)
VALUE = len(FIXED) + 1
"""Column of the first unit's value, counted from 1."""

Filled = Callable[..., Path]


def said(readings: Readings) -> dict[str, object]:
    """Return what readings say, without where they stood."""
    figures = {n: (r.value, r.state, r.reason, r.source) for n, r in readings.values.items()}
    points = {n: (d.points, d.source) for n, d in readings.declared.items()}
    causes = {name: cause.text for name, cause in readings.causes.items()}
    return {"unit": readings.unit, "period": readings.period, "figures": figures, "declared": points, "causes": causes}


def cell_of(book: Any, key: str, offset: int = 0) -> Any:
    for sheet in book.worksheets:
        for row in range(KEYS_ROW + 2, sheet.max_row + 1):
            if sheet.cell(row, 2).value == key:
                return sheet.cell(row, VALUE + offset)
    raise KeyError(key)


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """Fill a form of the bundled rulebook: values by indicator; ``(value, offset)`` for the cells beside it."""

    def _filled(changes: dict[str, Any], name: str = "form.xlsx", **options: Any) -> Path:
        given = options.pop("given", [SOC_TRANG])
        book = openpyxl.load_workbook(BytesIO(form_bytes(PLAN, MARK, "vi", filled=given, **options)))
        for key, change in changes.items():
            value, offset = change if isinstance(change, tuple) else (change, 0)
            cell_of(book, key, offset).value = value
        path = tmp_path / name
        book.save(path)
        return path

    return _filled


def issues(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(ReadingsError) as caught:
        read_forms([path], PLAN, MARK)
    return [(issue.code, f"{issue.position.sheet[:2]}{issue.position.cell}") for issue in caught.value.issues]


def in_a_form(readings: Readings, plan: Plan, random: Random) -> Readings:
    """Leave out what no cell can hold: decimals without end; a refused figure needs its reason. Add some causes."""
    at = Position("drawn")
    names = [c.id for top in plan.book.criteria for c in top.walk() if random.random() < 0.3]
    words = ("Do thiếu người", "=HYPERLINK(1)", "-", "hai\ndòng", "12,5", "x" * 900)

    def fits(value: object) -> bool:
        return not isinstance(value, Fraction) or "/" not in exact_text(value)

    def told(reading: Reading, kind: str) -> Reading:
        reason = "không có văn bản" if reading.state == "refused" else ""
        source = "=cmd|'/c calc'!A1" if reading.state == "given" and kind == "count" else ""
        return replace(reading, reason=reason, source=source)

    return replace(
        readings,
        values={n: told(r, "count") for n, r in readings.values.items() if fits(r.value) or r.value is None},
        declared={n: d for n, d in readings.declared.items() if fits(d.points)},
        causes={name: Cause(name, random.choice(words), at) for name in names},
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9), st.sampled_from(["vi", "en"]))
def test_readings_written_into_a_form_read_back_the_same(tmp_path: Path, seed: int, language: Any) -> None:
    random = Random(seed)
    plan = draw_book(random, leaves=8)
    units = [in_a_form(draw_readings(random, plan, f"unit-{n}"), plan, random) for n in range(3)]
    path = tmp_path / "form.xlsx"
    path.write_bytes(form_bytes(plan, "mark", language, filled=units))
    found = read_forms([path], plan, "mark")
    assert [said(r) for r in found] == [said(r) for r in units]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_real_readings_survive_the_form_and_score_the_same(language: Any, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(form_bytes(PLAN, MARK, language, filled=[SOC_TRANG]))
    assert is_form(path)
    assert said(load_readings(path, BOOK)) == said(SOC_TRANG)


def test_every_reading_of_a_form_has_a_cell_as_its_place(filled: Filled) -> None:
    found = read_form_unit(filled({}), PLAN, MARK)
    assert all(reading.at.sheet and reading.at.cell for reading in found.values.values())
    assert str(found.values["reform_plan_tasks_done"].at).endswith("form.xlsx[1. Công tác chỉ đạo và điều hàn]!G5")


def test_an_empty_form_gives_no_readings_and_no_zeros(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(form_bytes(PLAN, MARK, "vi"))
    assert read_forms([path], PLAN, MARK) == ()


def test_every_indicator_stands_once() -> None:
    keys = [row.key for sheet in form_sheets(PLAN, "vi") for row in sheet.rows if not row.declared]
    assert sorted(keys) == sorted(PLAN.indicators)


BAD_CELLS: dict[str, Any] = {
    "reform_plan_tasks_done": "ba mươi",  # words
    "reform_plan_tasks": 33.5,  # a count that is not whole
    "it_reports_late": -1,  # below the range
    "reform_initiatives": "=1/0",  # an error, once computed
    "government_tasks_all_done": "có lẽ",  # neither yes nor no
    "government_tasks_late": datetime(2017, 1, 1, 10, 30),  # noqa: DTZ001 - a time of day, as Excel has them
    "survey_legal_consistency": 1.2,  # 120%
    "survey_legal_reasonableness": "n/a",  # of two meanings
    "survey_legal_feasibility": "1/0",
    "e_government_architecture_issued": "31/02/2017",
    "bodies_over_leadership_limit": "1O",
    "staff_disciplined": ("mất", 1),  # no mark
    "postal_dossiers": "12.285",
    "electronic_documents": True,
}


def test_every_bad_cell_has_one_message_and_nothing_is_scored(filled: Filled) -> None:
    found = issues(filled(BAD_CELLS))
    assert len(found) == len(BAD_CELLS)
    assert len({cell for _, cell in found}) == len(BAD_CELLS)
    with pytest.raises(ReadingsError):
        load_readings(filled(BAD_CELLS), BOOK)


def test_a_figure_of_an_office_form_is_only_what_that_office_answers_for() -> None:
    rows = [row for sheet in form_sheets(PLAN, "vi", "so-tu-phap") for row in sheet.rows]
    assert {row.owner for row in rows} == {"so-tu-phap"}
    with pytest.raises(ReadingsError, match="K810"):
        form_bytes(PLAN, MARK, "vi", owner="so-nao-do")


def test_the_forms_of_all_offices_merge_to_the_whole(filled: Filled) -> None:
    owners = {row.owner for sheet in form_sheets(PLAN, "vi") for row in sheet.rows}
    paths = [filled({}, f"{owner}.xlsx", owner=owner) for owner in owners]
    merged = read_forms(paths, PLAN, MARK)
    assert len(merged) == 1
    assert said(merged[0]) == said(SOC_TRANG)


def test_two_offices_that_differ_are_told_by_cell(filled: Filled) -> None:
    first, second = filled({}, "a.xlsx"), filled({"reform_initiatives": 2, "declared:1.9": 4}, "b.xlsx")
    with pytest.raises(ReadingsError) as caught:
        read_forms([first, second], PLAN, MARK)
    told = {issue.facts["indicator"]: str(issue.position) for issue in caught.value.issues}
    assert {issue.code for issue in caught.value.issues} == {"K804"}
    assert told["reform_initiatives"].endswith("b.xlsx[1. Công tác chỉ đạo và điều hàn]!G8")
    assert set(told) == {"reform_initiatives", "declared:1.9"}


def test_two_offices_that_give_different_causes_are_told_by_cell(tmp_path: Path) -> None:
    paths = []
    for office, words in (("van-phong-ubnd", "Do A"), ("so-tttt", "Do B")):
        given = replace(SOC_TRANG, causes={"3": Cause("3", words, Position("x"))})
        path = tmp_path / f"{office}.xlsx"
        path.write_bytes(form_bytes(PLAN, MARK, "vi", filled=[given], owner=office))
        paths.append(path)
    with pytest.raises(ReadingsError) as caught:
        read_forms(paths, PLAN, MARK)
    (issue,) = caught.value.issues
    assert (issue.code, issue.facts["indicator"], issue.facts["before"]) == ("K804", "cause:3", "Do A")
    assert issue.position.cell.startswith("D")


def test_a_form_of_another_version_is_refused_or_carried_over_by_name(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(form_bytes(PLAN, "0" * 64, "vi", filled=[SOC_TRANG]))
    with pytest.raises(ReadingsError, match="K803"):
        read_forms([path], PLAN, MARK)
    assert said(read_forms([path], PLAN, MARK, migrate=True)[0]) == said(SOC_TRANG)


def test_a_form_of_another_rulebook_is_refused_and_its_unknown_names_are_left_out(tmp_path: Path) -> None:
    other = draw_book(Random(3))
    path = tmp_path / "form.xlsx"
    readings = in_a_form(draw_readings(Random(3), other, "u"), other, Random(3))
    path.write_bytes(form_bytes(other, "x", "vi", filled=[readings]))
    with pytest.raises(ReadingsError, match="K802"):
        read_forms([path], PLAN, MARK)
    left: list[str] = []
    found = read_forms([path], PLAN, MARK, migrate=True, left_out=lambda name, at: left.append(f"{name} {at.cell}"))
    assert found[0].values == {}
    given = [name for name, reading in readings.values.items() if reading.value is not None]
    assert given
    assert {name for name in given if not any(line.startswith(f"{name} G") for line in left)} == set()


def test_a_workbook_that_is_no_form_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    assert not is_form(path)
    with pytest.raises(ReadingsError, match="K801"):
        read_forms([path], PLAN, MARK)
    assert not is_form(tmp_path / "nowhere.xlsx")


def test_a_form_without_its_keys_is_told_so(tmp_path: Path) -> None:
    for key in ("u1.source", "indicator_id", "unit_id"):
        book = openpyxl.load_workbook(BytesIO(form_bytes(PLAN, MARK, "vi", filled=[SOC_TRANG])))
        for sheet in book.worksheets:
            for cell in sheet[KEYS_ROW]:
                if cell.value == key:
                    cell.value = "khác"
        path = tmp_path / "form.xlsx"
        book.save(path)
        assert "K805" in {code for code, _ in issues(path)}


def test_figures_of_a_unit_without_a_row_are_told(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(BytesIO(form_bytes(PLAN, MARK, "vi", filled=[SOC_TRANG, second_unit()])))
    book["Đơn vị"].delete_rows(KEYS_ROW + 3)
    path = tmp_path / "form.xlsx"
    book.save(path)
    assert "K809" in {code for code, _ in issues(path)}


def second_unit() -> Readings:
    return replace(SOC_TRANG, unit=Unit("bac-lieu", "Bạc Liêu", "province"))


def test_a_form_of_many_units_wants_one_named(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(form_bytes(PLAN, MARK, "vi", filled=[SOC_TRANG, second_unit()]))
    assert load_readings(path, BOOK, unit="bac-lieu").unit.name == "Bạc Liêu"
    with pytest.raises(ReadingsError, match="D408"):
        load_readings(path, BOOK)
    with pytest.raises(UnknownNameError):
        load_readings(path, BOOK, unit="ca-mau")


def test_a_value_whose_decimals_do_not_end_can_not_stand_in_a_form() -> None:
    points = DeclaredPoints("1.9", Fraction(1, 3), SOC_TRANG.declared["1.9"].at)
    with pytest.raises(ReadingsError, match="K811"):
        form_bytes(PLAN, MARK, "vi", filled=[replace(SOC_TRANG, declared={"1.9": points})])


def test_only_input_cells_are_open() -> None:
    book = openpyxl.load_workbook(BytesIO(form_bytes(PLAN, MARK, "vi", filled=[SOC_TRANG])))
    for sheet in book.worksheets:
        assert sheet.protection.sheet
    assert not cell_of(book, "communes").protection.locked
    assert cell_of(book, "communes", -5).protection.locked
    assert book["_tieuchi"].sheet_state == "veryHidden"


def test_excel_is_told_what_a_cell_takes() -> None:
    book = openpyxl.load_workbook(BytesIO(form_bytes(PLAN, MARK, "vi")))
    kinds = {rule.type for sheet in book.worksheets for rule in sheet.data_validations.dataValidation}
    assert kinds >= {"whole", "decimal", "list", "date"}


def test_text_that_looks_like_a_formula_is_written_as_text() -> None:
    evil = "=cmd|'/c calc'!A1"
    reading = replace(SOC_TRANG.values["communes"], source=evil)
    unit = Unit("@evil", "+1", "-kind")
    given = replace(SOC_TRANG, unit=unit, values={**SOC_TRANG.values, "communes": reading})
    book = openpyxl.load_workbook(BytesIO(form_bytes(PLAN, MARK, "vi", filled=[given])))
    cell = cell_of(book, "communes", 2)
    assert (cell.value, cell.data_type) == (evil, "s")
    assert cell.quotePrefix
    formulas = [c.value for s in book.worksheets for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert formulas
    assert all(str(f).startswith("='Đơn vị'!") for f in formulas)


@pytest.mark.parametrize("plan", [PLAN, draw_book(Random(5), leaves=10)], ids=["bundled", "drawn"])
def test_a_form_says_the_same_in_both_languages(plan: Plan) -> None:
    for language in ("vi", "en"):
        book = openpyxl.load_workbook(BytesIO(form_bytes(plan, "m", language)))  # type: ignore[arg-type]
        ids = [s.cell(r, 2).value for s in book.worksheets[2:-1] for r in range(KEYS_ROW + 2, s.max_row + 1)]
        assert set(plan.indicators) <= set(ids)
