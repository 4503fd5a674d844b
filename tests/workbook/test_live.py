from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live_books import both, differences, drawn, reckoned
from tieuchi.api import load_readings, load_rulebook
from tieuchi.explain import Prober
from tieuchi.model.plan import compile_plan
from tieuchi.model.reading import Reading, Unit
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer
from tieuchi.workbook.exact_cells import decimal_of
from tieuchi.workbook.formula import Expr, Fn, expr, fn
from tieuchi.workbook.grid import Calculation, GridCell
from tieuchi.workbook.live import lay_live, live_bytes

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")

BOOK = load_rulebook("par-index-province/2017")
PLAN = compile_plan(BOOK)
SOC_TRANG = load_readings("soc-trang-2017", BOOK)


def test_the_real_case_comes_to_the_published_total() -> None:
    card, live = both(PLAN, SOC_TRANG)
    assert differences(card, live) == []
    total = live.page.rows[BOOK.id].points.value()
    assert isinstance(total, Fraction)
    assert round(total, 2) == Fraction("74.51")


@pytest.mark.parametrize("seed", range(60))
def test_formulas_say_what_the_engine_says(seed: int) -> None:
    assert differences(*both(*drawn(seed))) == []


def test_blank_inputs_are_missing_everywhere_and_nothing_is_zero() -> None:
    live = lay_live(PLAN, None, "vi")
    card = Scorer(PLAN).score(replace(SOC_TRANG, values={}, declared={}, unit=Unit("")))
    assert differences(card, live) == []
    assert live.page.rows[BOOK.id].points.value() == ""
    assert live.page.rows["8.2"].clause.value() == "thiếu số liệu"


@pytest.mark.parametrize("content", ["360", "ba trăm", "", "x" * 300, expr(1) / 0, True, Fraction(-1), Fraction(1, 2)])
def test_what_is_no_count_is_missing_not_zero(content: Any) -> None:
    live = lay_live(PLAN, SOC_TRANG, "vi")
    live.inputs.given["enterprises_new"].cell.content = content
    assert live.page.rows["8.2"].points.value() == ""
    assert live.page.rows["8.2"].clause.value() == "thiếu số liệu"
    assert live.page.rows["8"].low.value() == Fraction(13)
    assert live.page.rows["8"].high.value() == Fraction(14)


def test_a_part_above_its_whole_is_not_scored() -> None:
    live = lay_live(PLAN, SOC_TRANG, "vi")
    live.inputs.given["reform_plan_tasks_done"].cell.content = Fraction(34)
    assert live.page.rows["1.1"].points.value() == ""


def test_a_changed_figure_scores_at_once() -> None:
    live = lay_live(PLAN, SOC_TRANG, "vi")
    live.inputs.given["enterprises_new"].cell.content = Fraction(423)
    assert live.page.rows["8.2"].points.value() == 1


decimals = st.builds(
    lambda digits, places: Fraction(digits, 10**places), st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 15)
)


@settings(max_examples=300, deadline=None)
@given(decimals)
def test_fifteen_digits_of_a_cell_are_found_exactly(number: Fraction) -> None:
    cell = GridCell("S", 0, 0, number)
    exact = decimal_of(Calculation("C"), "x", cell.ref, expr(True))
    assert exact.fits is not None
    assert exact.fits.value() == 1
    top, bottom = exact.numerator.value(), exact.denominator.value()
    assert isinstance(top, Fraction)
    assert isinstance(bottom, Fraction)
    assert top / bottom == number


@pytest.mark.parametrize("number", [Fraction(10**15), Fraction(10**17), Fraction(1, 10**16)])
def test_a_number_beyond_fifteen_digits_is_not_taken_for_another(number: Fraction) -> None:
    exact = decimal_of(Calculation("C"), "x", GridCell("S", 0, 0, number).ref, expr(True))
    assert exact.fits is not None
    assert exact.fits.value() == 0


def steps_said() -> list[tuple[str, str]]:
    live = lay_live(PLAN, SOC_TRANG, "vi")
    texts = [(name, reckoned(row.step)) for name, row in live.page.rows.items() if row.step is not None]
    return [(name, text) for name, text in texts if text]


@pytest.mark.parametrize(("criterion", "text"), steps_said(), ids=[name for name, _ in steps_said()])
def test_a_next_step_gains_what_it_says(criterion: str, text: str) -> None:
    size = r"(?:(?:thêm|bớt) [\d.]+|(?:tăng|giảm) [\d.]+ điểm phần trăm)"
    found = re.fullmatch(size + r" \(([\d.]+)(%?) → ([\d.]+)%?\) → \+([\d.]+): (.*)", text)
    assert found is not None, text
    name = next(n for n, i in PLAN.indicators.items() if i.title.vi == found[5])
    target = Fraction(found[3]) / (100 if found[2] else 1)
    inputs = inputs_of(SOC_TRANG)
    before = Scorer(PLAN).score_one(PLAN.by_id[criterion], inputs, {})
    after = Scorer(PLAN).score_one(PLAN.by_id[criterion], replace(inputs, values={**inputs.values, name: target}), {})
    assert before.points is not None
    assert after.points is not None
    assert abs(after.points - before.points - Fraction(found[4])) <= Fraction(1, 20_000)
    engine = Prober(PLAN).next_step(Scorer(PLAN).score(SOC_TRANG), criterion)
    assert engine is not None
    assert engine.indicator == name
    if PLAN.indicators[name].kind == "count":
        assert engine.target == target


def test_every_formula_has_its_value_cached() -> None:
    data = live_bytes(PLAN, SOC_TRANG, "vi")
    formulas = openpyxl.load_workbook(BytesIO(data))
    values = openpyxl.load_workbook(BytesIO(data), data_only=True)
    count = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    count += 1
                    assert values[sheet.title][cell.coordinate].value is not None or cell.column > 2
    assert count > 1000


def test_no_text_becomes_a_formula() -> None:
    evil = "=cmd|'/c calc'!A1"
    reading = replace(SOC_TRANG.values["communes"], source=evil)
    given = replace(SOC_TRANG, unit=Unit("x", evil), values={**SOC_TRANG.values, "communes": reading})
    book = openpyxl.load_workbook(BytesIO(live_bytes(PLAN, given, "vi")))
    cells = [c for s in book.worksheets for row in s.iter_rows() for c in row]
    assert [c.value for c in cells if c.data_type == "s" and c.value == evil] == [evil]
    assert not any("cmd" in str(c.value) for c in cells if c.data_type == "f")


def test_only_inputs_and_thresholds_are_open() -> None:
    book = openpyxl.load_workbook(BytesIO(live_bytes(PLAN, SOC_TRANG, "vi")))
    scores, inputs, thresholds, *_ = (book[name] for name in ("Bảng điểm", "Số liệu", "Ngưỡng", "Tính toán"))
    for sheet, expected in ((scores, False), (inputs, True), (thresholds, True)):
        assert sheet.protection.sheet
        assert any(not c.protection.locked for row in sheet.iter_rows() for c in row) is expected


def test_the_workbook_has_colours_bars_and_charts() -> None:
    book = openpyxl.load_workbook(BytesIO(live_bytes(PLAN, SOC_TRANG, "vi")))
    kinds = {rule.type for rules in book["Bảng điểm"].conditional_formatting for rule in rules.rules}
    assert kinds >= {"dataBar", "cellIs", "expression"}
    assert len(book["Biểu đồ"]._charts) == 2


def test_a_formula_is_written_as_excel_reads_it() -> None:
    cell = GridCell("Nơi khác", 2, 1, Fraction(3))
    formula: Expr = fn("IF", cell.ref.gt(Fraction(1, 3)), 'a"b', cell.ref / -2)
    assert formula.excel("S") == "IF(('Nơi khác'!$B$3>(1/3)),\"a\"\"b\",('Nơi khác'!$B$3/(-2)))"
    assert isinstance(formula, Fn)
    assert formula.value() == 'a"b'


def test_refused_and_not_applicable_figures_keep_their_state() -> None:
    at = SOC_TRANG.values["communes"].at
    marks = {
        "enterprises_new": Reading("enterprises_new", Fraction(360), at, "360", "", "refused", "không có văn bản"),
        "communes": Reading("communes", None, at, "", "", "not_applicable"),
    }
    card, live = both(PLAN, replace(SOC_TRANG, values={**SOC_TRANG.values, **marks}))
    assert differences(card, live) == []
    assert live.page.rows["8.2"].clause.value() == "không được chấp nhận"
    assert live.page.rows["7.1.3"].clause.value() == "không áp dụng"
