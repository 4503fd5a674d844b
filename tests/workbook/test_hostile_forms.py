from __future__ import annotations

import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from tieuchi.api import load_readings, load_rulebook
from tieuchi.errors import ReadingsError
from tieuchi.loading.rulebook import fingerprint
from tieuchi.model.plan import compile_plan
from tieuchi.workbook.form import form_bytes
from tieuchi.workbook.form_reading import is_form, read_forms

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("xlsxwriter")

BOOK = load_rulebook("par-index-province/2017")
PLAN = compile_plan(BOOK)
MARK = fingerprint(BOOK)
SOC_TRANG = load_readings("soc-trang-2017", BOOK)
DOMAIN = "xl/worksheets/sheet3.xml"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("good") / "form.xlsx"
    path.write_bytes(form_bytes(PLAN, MARK, "vi", filled=[SOC_TRANG]))
    return path


def rewritten(
    path: Path, to: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None
) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in (more or {}).items():
            new.writestr(name, data)
    return to


def only(member: str, change: Callable[[bytes], bytes]) -> Callable[[str, bytes], bytes]:
    return lambda name, data: change(data) if name == member else data


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """Hold memory that is taken meanwhile below so many bytes."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < size
    finally:
        tracemalloc.stop()


def codes(path: Path) -> set[str]:
    with pytest.raises(ReadingsError) as caught:
        read_forms([path], PLAN, MARK)
    return {issue.code for issue in caught.value.issues}


def test_a_zip_bomb_is_refused_within_bounded_memory(good: Path, tmp_path: Path) -> None:
    bomb = rewritten(good, tmp_path / "bomb.xlsx", lambda _n, d: d, {"xl/media/bomb.xml": b"0" * 250_000_000})
    with at_most(60_000_000):
        assert codes(bomb) <= {"D457", "D458"}


def test_texts_beyond_what_memory_should_hold_are_refused(good: Path, tmp_path: Path) -> None:
    many = b"<sst>" + b"<si><t>x</t></si>" * 3_000_000 + b"</sst>"
    path = rewritten(good, tmp_path / "shared.xlsx", only("xl/sharedStrings.xml", lambda _: many))
    with at_most(40_000_000):
        assert codes(path) == {"D457"}


def test_a_row_of_far_too_many_cells_is_refused_before_it_is_whole(good: Path, tmp_path: Path) -> None:
    row = b'<row r="900">' + b"".join(b"<c><v>%d</v></c>" % n for n in range(400_000)) + b"</row></sheetData>"
    path = rewritten(good, tmp_path / "wide.xlsx", only(DOMAIN, lambda d: d.replace(b"</sheetData>", row)))
    with at_most(40_000_000):
        assert codes(path) == {"D495"}


def test_two_sheets_of_one_name_are_refused_rather_than_one_of_them_lost(good: Path, tmp_path: Path) -> None:
    def doubled(xml: bytes) -> bytes:
        first = re.search(rb'<sheet name="([^"]*)" sheetId="3"', xml)
        assert first is not None
        return re.sub(rb'<sheet name="[^"]*" sheetId="4"', b'<sheet name="' + first[1] + b'" sheetId="4"', xml)

    assert codes(rewritten(good, tmp_path / "twice.xlsx", only("xl/workbook.xml", doubled))) == {"D454"}


def test_a_formula_in_a_text_cell_stays_a_text_and_is_no_number(good: Path, tmp_path: Path) -> None:
    cell = b'<c r="G5" t="inlineStr"><is><t>=cmd|\'/c calc\'!A1</t></is></c>'
    path = rewritten(
        good, tmp_path / "cmd.xlsx", only(DOMAIN, lambda d: re.sub(rb'<c r="G5"[^>]*>.*?</c>', cell, d, count=1))
    )
    with pytest.raises(ReadingsError) as caught:
        read_forms([path], PLAN, MARK)
    assert [(issue.code, issue.position.cell) for issue in caught.value.issues] == [("D460", "G5")]


def test_a_sheet_with_a_password_is_read_for_it_hides_nothing(good: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(good)
    book.worksheets[2].protection.password = "x"
    path = tmp_path / "protected.xlsx"
    book.save(path)
    assert set(read_forms([path], PLAN, MARK)[0].values) == set(SOC_TRANG.values)


def test_a_form_with_macros_is_refused(good: Path, tmp_path: Path) -> None:
    path = rewritten(good, tmp_path / "macro.xlsx", lambda _n, d: d, {"xl/vbaProject.bin": b"\0"})
    assert codes(path) == {"D456"}


def test_a_form_with_a_document_type_is_refused(good: Path, tmp_path: Path) -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "ha">]>'
    path = rewritten(good, tmp_path / "dtd.xlsx", only(DOMAIN, lambda d: d.replace(b"?>", b"?>" + entity, 1)))
    assert codes(path) == {"D459"}


def test_links_to_other_workbooks_are_not_followed(good: Path, tmp_path: Path) -> None:
    formula = b'<c r="G5" s="1"><f>\'[http://evil.example/x.xlsx]S\'!A1</f></c>'
    path = rewritten(
        good, tmp_path / "link.xlsx", only(DOMAIN, lambda d: re.sub(rb'<c r="G5"[^>]*>.*?</c>', formula, d, count=1))
    )
    assert codes(path) == {"D429"}


def test_a_formula_counts_by_the_value_stored_with_it(good: Path, tmp_path: Path) -> None:
    formula = b'<c r="G5"><f>30+1</f><v>31</v></c>'
    path = rewritten(
        good, tmp_path / "f.xlsx", only(DOMAIN, lambda d: re.sub(rb'<c r="G5"[^>]*>.*?</c>', formula, d, count=1))
    )
    assert read_forms([path], PLAN, MARK)[0].values["reform_plan_tasks_done"].value == 31


def test_a_million_rows_are_refused_within_bounded_memory(good: Path, tmp_path: Path) -> None:
    rows = b"".join(b'<row r="%d"><c r="B%d"><v>1</v></c></row>' % (n, n) for n in range(1000, 1_000_000))
    path = rewritten(
        good, tmp_path / "rows.xlsx", only(DOMAIN, lambda d: d.replace(b"</sheetData>", rows + b"</sheetData>"))
    )
    with at_most(150_000_000):
        assert codes(path) == {"K806"}


def test_a_merged_input_cell_is_told(good: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(good)
    book.worksheets[2].merge_cells("G5:G6")
    path = tmp_path / "merged.xlsx"
    book.save(path)
    assert "D496" in codes(path)


def test_hidden_rows_and_sheets_are_read_all_the_same(good: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(good)
    book.worksheets[2].row_dimensions[5].hidden = True
    book.worksheets[3].sheet_state = "hidden"
    path = tmp_path / "hidden.xlsx"
    book.save(path)
    assert set(read_forms([path], PLAN, MARK)[0].values) == set(SOC_TRANG.values)


@pytest.mark.parametrize("system", [1900, 1904])
def test_a_date_is_the_same_day_in_either_date_system(system: int, good: Path, tmp_path: Path) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

    book = openpyxl.load_workbook(good)
    book.epoch = CALENDAR_MAC_1904 if system == 1904 else CALENDAR_WINDOWS_1900
    path = tmp_path / "dates.xlsx"
    book.save(path)
    reading = read_forms([path], PLAN, MARK)[0].values["e_government_architecture_issued"]
    assert reading.value == date(2017, 12, 21)


@pytest.mark.parametrize("damage", [b"", b"PK", b"not a zip at all", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1locked"])
def test_what_is_no_workbook_is_refused(damage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    path.write_bytes(damage)
    assert not is_form(path)
    assert codes(path) <= {"D454", "D455"}


def test_a_form_cut_short_is_refused(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "short.xlsx"
    path.write_bytes(good.read_bytes()[:20_000])
    assert codes(path) == {"D454"}


def test_a_damaged_member_never_raises_anything_else(good: Path, tmp_path: Path) -> None:
    for member in zipfile.ZipFile(BytesIO(good.read_bytes())).namelist():
        path = rewritten(good, tmp_path / "damaged.xlsx", only(member, lambda d: d[: len(d) // 2]))
        try:
            read_forms([path], PLAN, MARK)
        except ReadingsError:
            continue
