from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieuchi.errors import Position, ReadingsError
from tieuchi.loading import readings_package
from tieuchi.loading.readings import load_all_readings, load_readings
from tieuchi.loading.yaml_source import read_yaml
from tieuchi.model.indicator import Catalogue
from tieuchi.model.reading import Readings

openpyxl = pytest.importorskip("openpyxl")
xlsxwriter = pytest.importorskip("xlsxwriter")

CATALOGUE = Path(__file__).parent / "bad_readings" / "catalogue.yaml"
INDICATORS = {i.id: i for i in Catalogue.model_validate(read_yaml(CATALOGUE).plain()).indicators}
LONG = ("unit", "indicator", "value")
SHEET = "xl/worksheets/sheet1.xml"

Rows = Iterable[Iterable[Any]]
Save = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Save rows as the first sheet of a workbook; ``formats`` gives number formats by cell."""

    def _save(rows: Rows, formats: dict[str, str] | None = None, title: str = "Số liệu", **more: Rows) -> Path:
        book = openpyxl.Workbook()
        book.active.title = title
        for name, table in {title: rows, **more}.items():
            sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
            for row in table:
                sheet.append(list(row))
        for cell, number_format in (formats or {}).items():
            book.active[cell].number_format = number_format
        path = tmp_path / "book.xlsx"
        book.save(path)
        return path

    return _save


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None], added: dict[str, bytes] | None = None) -> Path:
    """Return a copy of a package with its members changed, left out or added to."""
    copy = path.with_name(f"copy-{path.name}")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (data := change(name, old.read(name))) is not None:
                new.writestr(name, data)
        for name, data in (added or {}).items():
            new.writestr(name, data)
    return copy


def sheet_replaced(path: Path, old: str, new: str) -> Path:
    def change(name: str, data: bytes) -> bytes:
        if name != SHEET:
            return data
        text = data.decode("utf-8")
        assert re.search(old, text), text
        return re.sub(old, new, text).encode("utf-8")

    return rewritten(path, change)


def values(readings: Readings) -> dict[str, object]:
    return {name: reading.value for name, reading in readings.values.items()}


def issues(path: str | Path) -> list[tuple[str, str]]:
    with pytest.raises(ReadingsError) as caught:
        load_all_readings(path, INDICATORS)
    assert caught.value.text("vi")
    return [(issue.code, issue.position.cell) for issue in caught.value.issues]


def test_a_long_sheet_is_read_with_the_place_of_every_cell(save: Save) -> None:
    rows = [
        ("Đơn vị", "Tên đơn vị", "Năm", "Chỉ tiêu", "Số liệu", "Nguồn", "declared:1.9"),
        ("a", "Huyện A", 2017, "officials", 12285, "báo cáo 5", 5.125),
        ("a", None, 2017, "on_time", 98.38),
        ("a", None, 2017, "growth", -1.5),
        ("a", None, 2017, "coverage", "31/33"),
        ("a", None, 2017, "plan_issued", date(2017, 12, 31)),
        ("a", None, 2017, "inspected", 1),
        ("a", None, 2017, "level", "full"),
        ("a", None, 2017, "budget", "…"),
    ]
    path = save(rows)
    readings = load_readings(path, INDICATORS)
    assert values(readings) == {
        "officials": Fraction(12285),
        "on_time": Fraction("0.9838"),
        "growth": Fraction("-0.015"),
        "coverage": Fraction(31, 33),
        "plan_issued": date(2017, 12, 31),
        "inspected": True,
        "level": "full",
    }
    assert (readings.unit.name, readings.period) == ("Huyện A", "2017")
    assert readings.declared["1.9"].points == Fraction("5.125")
    assert readings.values["on_time"].at == Position(str(path), 3, 5, "Số liệu", "E3")
    assert str(readings.values["on_time"].at).endswith("book.xlsx[Số liệu]!E3")


def test_a_wide_sheet_is_read_under_a_declared_locale(save: Save) -> None:
    rows = [
        ("# locale: vi",),
        (),
        (None, "unit", "officials", "on_time"),
        (None, "a", "12.285", "98,38%"),
        (),
        (None, "b", 5, True),
    ]
    with pytest.raises(ReadingsError) as caught:
        load_all_readings(save(rows), INDICATORS)
    assert [(issue.code, issue.position.cell) for issue in caught.value.issues] == [("D482", "D6")]
    first, second = load_all_readings(save([*rows[:-1], (None, "b", 5, 7)]), INDICATORS)
    assert values(first) == {"officials": 12285, "on_time": Fraction("0.9838")}
    assert values(second) == {"officials": 5, "on_time": Fraction("0.07")}


@pytest.mark.parametrize(
    ("number_format", "value"),
    [
        ("General", "0.007382"),
        ("0.00", "0.007382"),
        ('0.00"%"', "0.007382"),
        (r"0.00\%", "0.007382"),
        ("0%", "0.7382"),
        ("0.00%", "0.7382"),
        ('[Red]0.0 "Tỷ lệ" %;-0%', "0.7382"),
    ],
)
def test_only_a_percent_format_makes_a_share(save: Save, number_format: str, value: str) -> None:
    path = save([("unit", "on_time"), ("a", 0.7382)], {"B2": number_format})
    assert values(load_readings(path, INDICATORS)) == {"on_time": Fraction(value)}


def test_a_percent_format_is_refused_where_no_percent_is_meant(save: Save) -> None:
    path = save([("unit", "budget", "coverage"), ("a", 0.5, 0.5)], {"B2": "0%", "C2": "0%"})
    assert issues(path) == [("D467", "B2"), ("D469", "C2")]


@pytest.mark.parametrize(
    ("stored", "number"),
    [
        ("0.73819999999999997", "0.7382"),
        ("30.000000000000004", "30"),
        ("69.999999999999986", "70"),
        ("1E-5", "0.00001"),
        ("1.5E+3", "1500"),
        ("123456789012345678", "123456789012345678"),
        ("-0", "0"),
    ],
)
def test_a_number_is_what_excel_shows_of_it(save: Save, stored: str, number: str) -> None:
    path = sheet_replaced(save([("unit", "budget"), ("a", 77)]), "<v>77</v>", f"<v>{stored}</v>")
    assert values(load_readings(path, INDICATORS)) == {"budget": Fraction(number)}


@given(digits=st.integers(-(10**15) + 1, 10**15 - 1), places=st.integers(0, 15))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_fifteen_digits_survive_a_workbook_exactly(save: Save, digits: int, places: int) -> None:
    number = Fraction(digits, 10**places)
    path = save([("unit", "budget"), ("a", float(number))])
    assert values(load_readings(path, INDICATORS)) == {"budget": number}


def test_what_excel_makes_of_a_value_is_refused_by_name(save: Save) -> None:
    rows = [
        LONG,
        ("a", "coverage", date(2017, 1, 3)),
        ("a", "plan_issued", datetime(2017, 12, 31, 14, 30)),  # noqa: DTZ001 - a workbook knows no zones
        ("a", "budget", time(5, 30)),
        ("a", "listed", 0.5),
        ("a", "officials", True),
        ("a", "level", "#N/A"),
        ("a", "on_time", "12O"),
        ("a", "inspected", "12.285"),
        ("b", "plan_issued", 43100),
        ("b", "budget", "12.285"),
    ]
    assert issues(save(rows)) == [
        ("D479", "C2"),
        ("D497", "C3"),
        ("D497", "C4"),
        ("D469", "C5"),
        ("D482", "C6"),
        ("D498", "C7"),
        ("D460", "C8"),
        ("D480", "C9"),
        ("D483", "C10"),
        ("D461", "C11"),
    ]


def test_a_formula_counts_by_its_stored_value(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["unit", "budget", "officials", "level"])
    sheet.write_row(1, 0, ["a"])
    sheet.write_formula(1, 1, "=2.5*2", None, 5)
    sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    sheet.write_formula(1, 3, '=""', None, "")
    book.close()
    path = sheet_replaced(tmp_path / "a.xlsx", '<c r="D2">(.*?)<v></v>', r'<c r="D2" t="str">\1<v></v>')
    assert issues(path) == [("D498", "C2")]
    mended = sheet_replaced(path, '<c r="C2" t="e">(.*?)<v>.*?</v>', r'<c r="C2">\1<v>3</v>')
    assert values(load_readings(mended.rename(tmp_path / "b.xlsx"), INDICATORS)) == {"budget": 5, "officials": 3}


def test_a_formula_without_a_stored_value_is_not_a_blank_cell(save: Save) -> None:
    assert issues(save([("unit", "budget"), ("a", "=1+1")])) == [("D429", "B2")]


def test_merged_cells_in_the_table_are_refused(save: Save) -> None:
    path = save([("unit", "indicator", "value"), ("a", "budget", 1), ("a", "officials", 1), ("b", "budget", 2)])
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("F2:G9")
    book.save(path)
    assert issues(path) == [("D496", "A2"), ("D434", "A3")]


def test_the_first_visible_sheet_is_read_unless_one_is_named(save: Save) -> None:
    table = [("unit", "budget"), ("a", 1)]
    path = save(table, Khác=[("unit", "budget"), ("b", 2)])
    book = openpyxl.load_workbook(path)
    assert load_readings(path, INDICATORS).unit.id == "a"
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    assert load_readings(path, INDICATORS).unit.id == "b"
    assert load_readings(f"{path}[Số liệu]", INDICATORS).unit.id == "a"
    with pytest.raises(ReadingsError, match=r"D418: .*Số liệu, Khác") as caught:
        load_readings(f"{path}[So liệu]", INDICATORS)
    assert "Số liệu" in caught.value.issues[0].facts["nearest"]


def test_a_workbook_of_hidden_sheets_only_is_refused(save: Save) -> None:
    path = save([("unit", "budget"), ("a", 1)])
    hidden = rewritten(path, lambda _, data: data.replace(b'state="visible"', b'state="hidden"'))
    assert issues(hidden) == [("D428", "")]


def test_hidden_rows_and_columns_are_read(save: Save) -> None:
    path = save([("unit", "budget", "officials"), ("a", 1, 2), ("b", 3, 4)])
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["C"].hidden = True
    book.save(path)
    assert [values(r) for r in load_all_readings(path, INDICATORS)] == [
        {"budget": 1, "officials": 2},
        {"budget": 3, "officials": 4},
    ]


def test_a_value_outside_the_named_columns_is_not_lost(save: Save) -> None:
    path = save([("unit", None, "budget"), ("a", "x", 1), ("b", None, 2, "y")])
    assert issues(path) == [("D450", "B2"), ("D450", "D3")]


def test_a_sheet_that_is_no_table_is_refused(save: Save) -> None:
    assert issues(save([])) == [("D405", "")]
    assert issues(save([("BẢNG SỐ LIỆU",), ("unit", "budget"), ("a", 1)])) == [("D436", "A1")]


def test_without_openpyxl_one_line_says_what_to_install(save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save([("unit", "budget"), ("a", 1)])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ReadingsError, match=r"D453: .*\n    hint  install it: pip install 'tieuchi\[excel\]'"):
        load_readings(path, INDICATORS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('r="B2"', 'r="B3"'),
        ('r="B2"', 'r="A2"'),
        ('r="B2"', 'r="b2"'),
        ('<row r="2"', '<row r="1"'),
        ('<row r="2"', '<row r="x"'),
        ("<v>77</v>", "<v>nan</v>"),
        ("<v>77</v>", "<v>7 7</v>"),
        ("</sheetData>", ""),
    ],
)
def test_a_damaged_sheet_is_refused(save: Save, old: str, new: str) -> None:
    path = sheet_replaced(save([("unit", "budget"), ("a", 77)]), old, new)
    assert issues(path) == [("D454", "")]


def test_an_infinite_number_is_an_error_value(save: Save) -> None:
    path = sheet_replaced(save([("unit", "budget"), ("a", 77)]), "<v>77</v>", "<v>1E999</v>")
    assert issues(path) == [("D498", "B2")]


@pytest.mark.parametrize(("old", "new"), [('r="B2"', 'r="XFD2"'), ('r="2"|r="([AB])2"', 'r="\\g<1>1048577"')])
def test_a_sheet_that_is_too_large_is_refused(save: Save, old: str, new: str) -> None:
    path = save([("unit", "budget"), ("a", 77)])
    assert issues(sheet_replaced(path, old, new)) == [("D495", "")]


def test_a_package_is_looked_at_before_it_is_opened(
    save: Save, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save([("unit", "budget"), ("a", 1)])

    def added(**members: bytes) -> Path:
        return rewritten(path, lambda _, data: data, {name.replace("_", "/"): data for name, data in members.items()})

    assert issues(added(xl_zeros=b"\0" * 20_000_000)) == [("D458", "")]
    assert issues(added(xl_doc=b"<?xml version='1.0'?><!DOCTYPE a><a/>")) == [("D459", "")]
    assert issues(added(xl_doc="<!DOCTYPE a>".encode("utf-16"))) == [("D459", "")]
    assert values(load_readings(added(xl_media_a=b"<!DOCTYPE svg>"), INDICATORS)) == {"budget": 1}
    assert issues(rewritten(path, lambda _, data: data, {"xl/vbaProject.bin": b"x"})) == [("D456", "")]
    assert issues(rewritten(path, lambda name, data: None if "Content" in name else data)) == [("D454", "")]
    monkeypatch.setattr(readings_package, "MOST_UNPACKED", 1000)
    assert issues(path) == [("D457", "")]
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert issues(old) == [("D455", "")]


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(save: Save, data: st.DataObject) -> None:
    path = save([("unit", "budget", "on_time"), ("a", 1.5, "98,38%")], {"B2": "0.00"})
    with zipfile.ZipFile(path) as package:
        member = data.draw(st.sampled_from([m for m in package.namelist() if m.startswith(("xl", "_rels", "["))]))
        content = bytearray(package.read(member))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"", b"<", b'"', b"9", b"\xff", b">"])
        )
    changed = rewritten(path, lambda name, old: bytes(content) if name == member else old)
    message = "read"
    try:
        load_all_readings(changed, INDICATORS)
    except ReadingsError as refused:
        message = refused.text("vi")
    assert message
