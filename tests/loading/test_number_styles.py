"""A file that writes numbers in two ways that contradict each other is refused until it says which it means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieuchi.batch import source
from tieuchi.batch.score import BatchOptions, score_frame
from tieuchi.errors import ReadingsError
from tieuchi.loading.locale_numbers import LOCALES, RefusedValueError, read_number
from tieuchi.loading.number_styles import roles_of
from tieuchi.loading.readings import load_all_readings
from tieuchi.model.indicator import Indicator
from tieuchi.model.plan import Plan, compile_plan

from small_books import book_of, book_tree, leaf  # isort: skip

INDICATORS = {"money": "amount", "budget": "amount"}
VALUE = {"ratio": ["money", "budget"]}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(book_of(book_tree(leaf({"linear": {}}, value=VALUE), indicators=INDICATORS)))


def told(plan: Plan, folder: Path, *rows: str, locale: str | None = None) -> list[str]:
    """Return what tables and single readings alike say of a file."""
    file = folder / "t.csv"
    file.write_text("unit;money;budget\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    found = []
    try:
        _, summary = score_frame(plan, str(file), BatchOptions(locale=locale))
        found = [issue.code for issue in summary.issues]
    except ReadingsError as refused:
        found = [issue.text("en").partition(": ")[2] for issue in refused.issues]
    assert [text[:4] for text in found] == alone(plan, file, locale)
    return found


def alone(plan: Plan, file: Path, locale: str | None) -> list[str]:
    """Return the codes of what is wrong with the readings of a file."""
    try:
        load_all_readings(file, plan.indicators, locale=locale)
    except ReadingsError as refused:
        return [issue.code for issue in refused.issues]
    return []


def test_a_mark_with_two_meanings_refuses_the_file(plan: Plan, tmp_path: Path) -> None:
    (text,) = told(plan, tmp_path, "a;1.234,5;1", "b;1,234,567;1")
    assert "“,” parts thousands in “1,234,567” and decimals in “1.234,5” (the other one is at " in text
    assert text.endswith("hint  declare how numbers are written: a first line # locale: vi (or en), or --locale")


def test_the_refusal_names_both_places_in_vietnamese_too(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("unit;money;budget\na;1.234,5;1\nb;1,234,567;1\n", encoding="utf-8")
    with pytest.raises(ReadingsError) as refused:
        load_all_readings(file, plan.indicators)
    said, hint = refused.value.text("vi").splitlines()
    marks = "dấu “,” ngăn hàng nghìn trong “1,234,567” nhưng ngăn phần thập phân trong “1.234,5”"
    assert said == f"{file}:3:3: D506: {marks} (số kia ở {file}:2:3)"
    assert hint == "    gợi ý khai báo cách viết số: dòng đầu # locale: vi (hoặc en), hay --locale"


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        (["a;12.5;1", "b;1.234.567;1"], True),  # plain decimals are read at once, the others one by one
        (["a;1.234.567;1", "b;12.5;1"], True),
        (["a;12,5;1", "b;1,234.5;1"], True),
        (["a;1234,567;1,234,567"], True),  # perhaps short of a comma
        (["a;12,5;1", "b;12.5;1"], False),
        (["a;1.234.567;1,234,567"], False),
        (["a;1.234,5;1.234.567,25", "b;0,125;12,5"], False),
        (["a;1\u00a0234,5;1\u202f234\u202f567"], False),
    ],
)
def test_only_contradictions_are_refused(plan: Plan, tmp_path: Path, rows: list[str], refused: bool) -> None:
    assert [text[:4] for text in told(plan, tmp_path, *rows)] == ["D506"] * refused


@pytest.mark.parametrize(("locale", "code"), [("vi", "D488"), ("en", "D489")])
def test_a_declared_way_of_writing_tells_the_others_one_by_one(
    plan: Plan, tmp_path: Path, locale: str, code: str
) -> None:
    assert told(plan, tmp_path, "a;1.234,5;1", "b;1,234,567;1", locale=locale) == [code]


def test_numbers_of_parts_far_apart_are_compared(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "BATCH_ROWS", 2)
    money: list[Any] = ["12,5", "1", "2", "3", "1,234,567"]
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, pa.table({"unit": list("abcde"), "money": money, "budget": [1] * 5}))
    issues = refused.value.issues
    assert [(i.code, i.position.line, i.facts["first"]) for i in issues] == [("D506", 5, "<frame>:1")]


@given(st.text(st.sampled_from("0123456789.,"), min_size=1, max_size=12))
def test_what_marks_mean_is_what_the_only_way_to_read_them_takes(text: str) -> None:
    readings = {}
    for locale in LOCALES:
        try:
            readings[locale] = read_number(text, locale)
        except RefusedValueError:
            continue
    if len(readings) != 1:
        return
    point = {"vi": ",", "en": "."}[next(iter(readings))]
    assert all((role == "decimal") == (mark == point) for mark, role in roles_of(text).items())


def test_words_and_choices_say_nothing_of_numbers(tmp_path: Path) -> None:
    kinds: dict[str, Any] = {"kind": "choice", "choices": ("a1", "b2")}
    indicator = Indicator.model_validate({"id": "x", "title": "x", **kinds})
    file = tmp_path / "t.csv"
    file.write_text("unit;x\nu;a1\nv;b2\n", encoding="utf-8")
    assert len(load_all_readings(file, {"x": indicator})) == 2
