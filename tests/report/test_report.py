from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from libreoffice import soffice
from tieuchi.api import load_readings, load_rulebook, score
from tieuchi.errors import Position, ReadingsError
from tieuchi.model.reading import Cause, Unit
from tieuchi.report.conditions import spoken
from tieuchi.report.content import Compared, Heading, write_report
from tieuchi.report.docx import report_docx
from tieuchi.report.html import report_html
from tieuchi.report.pdf import pdf_of
from tieuchi.report.template import template_bytes

docx = pytest.importorskip("docx")
pytest.importorskip("docxtpl")
pytest.importorskip("matplotlib")

BOOK = load_rulebook("par-index-province/2017")
SOC_TRANG = load_readings("soc-trang-2017", BOOK)
CARD = score(BOOK, SOC_TRANG, road="exact")
HEADING = Heading("UBND tỉnh Sóc Trăng", "Sở Nội vụ", "86/BC-SNV", "Sóc Trăng", "ngày 04 tháng 6 năm 2018")

# Figures of sections I and II of the original that the readings carry, as it prints them, zeros in front left out.
OF_PART_1 = (
    "74,51/100", "28,03/34,5", "74,51%", "10,00", "7,939", "79,39%", "8,561", "85,61%", "14,50", "11,244", "77,54%",
    "11,00", "7,994", "72,68%", "16,00", "9,435", "58,97%", "7,00", "5,219", "74,56%", "10,621", "66,38%", "15,50",
    "13,500", "87,10%",
)  # fmt: skip
OF_PART_2 = (
    "31/33", "93,94%", "15 nhiệm vụ", "73,82%", "75,11%", "68,04%", "70,09%", "314/283", "32/56", "3/11", "20/109",
    "99,98%", "99,40%", "33,33%", "66,54%", "77,78%", "57,87%", "63,98%", "12.280", "12.285", "99,00%", "1.092",
    "1.110", "98,38%", "991", "1.154", "82,20%", "83,02%", "82,61%", "72,39%", "73,54%", "74,10%", "59,28%", "69,83%",
    "73,53%", "80,07%", "68,30%", "73,97%", "21/12/2017", "88,89%", "80/109", "73,39%", "92,52%",
    "80,43%", "2/11", "69,07%",
    "70,71%", "70,80%", "10,77%", "360", "325", "92,82%", "99,96%",
)  # fmt: skip


def text_of(data: bytes) -> str:
    document = docx.Document(BytesIO(data))
    lines = [p.text for p in document.paragraphs]
    lines += [p.text for t in document.tables for row in t.rows for cell in row.cells for p in cell.paragraphs]
    return "\n".join(lines)


def without_sources(text: str) -> str:
    """Leave out what quotes the original: the figures must be the program's own."""
    return "\n".join(line for line in text.splitlines() if not re.match(r"Nguồn: ", line))


@pytest.fixture(scope="module")
def vietnamese() -> bytes:
    return report_docx(write_report(CARD, "vi", heading=HEADING), "vi")


@pytest.mark.parametrize("figure", [*OF_PART_1, *OF_PART_2])
def test_every_figure_of_the_original_that_the_readings_carry_is_there(figure: str, vietnamese: bytes) -> None:
    assert figure in without_sources(text_of(vietnamese))


def test_no_mark_of_the_template_is_left(vietnamese: bytes) -> None:
    assert not re.search(r"[{}]|%[ptr]|None", text_of(vietnamese))


def test_the_report_has_both_figures_and_the_table_of_fields(vietnamese: bytes) -> None:
    document = docx.Document(BytesIO(vietnamese))
    assert len(document.inline_shapes) == 2
    table = document.tables[1]
    assert len(table.rows) == 1 + 8 + 1
    assert [cell.text for cell in table.rows[-1].cells][1:] == ["Tổng cộng", "100,00", "74,51", "74,51%"]


def test_every_sub_criterion_that_lost_points_or_was_surveyed_is_told(vietnamese: bytes) -> None:
    text = text_of(vietnamese)
    for node in CARD.leaves():
        assert node.trace is not None
        told = bool(node.lost) or node.trace.plan.assessed_by == "survey"
        assert bool(re.search(rf"^[–+] {re.escape(node.id)} ", text, re.MULTILINE)) is told, node.id


def test_means_are_rounded_where_the_original_cut_them(vietnamese: bytes) -> None:
    """70.1675% is printed there as 70,16%, and 71.225% as 71,22%."""
    text = without_sources(text_of(vietnamese))
    assert "70,17%" in text
    assert "71,23%" in text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_word_and_page_say_the_same(language: Any) -> None:
    report = write_report(CARD, language, heading=HEADING)
    page = re.sub(r"<[^>]*>", "\n", re.sub(r"(?s)<style>.*?</style>", "", report_html(report, language)))
    page = (
        page.replace("&#34;", '"').replace("&#39;", "'").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
    )
    for section in report.data["sections"]:
        assert section["head"] in page
        for item in section["items"]:
            assert all(line in page for line in item.lines)
    assert 'src="data:image/png' in report_html(report, language)
    assert "://" not in report_html(report, language)


REVENUE = replace(SOC_TRANG.values["budget_revenue_of_plan"], value=Fraction(1))


def test_the_year_before_and_the_group_are_compared() -> None:
    old = replace(SOC_TRANG, period="2016", values={
        **SOC_TRANG.values, "enterprises_new": replace(SOC_TRANG.values["enterprises_new"], value=Fraction(320))
    })  # fmt: skip
    better = replace(SOC_TRANG, unit=Unit("b", "B", "province"), values={
        **SOC_TRANG.values, "budget_revenue_of_plan": REVENUE
    })  # fmt: skip
    compared = Compared([score(BOOK, better, road="exact")], score(BOOK, old, road="exact"))
    report = write_report(CARD, "vi", compared=compared)
    assert report.data["overall"][1:] == [
        "Xếp hạng 2/2 đơn vị được so sánh.",
        "So với 2016: tăng 0,50 điểm, từ 74,01 lên 74,51 (tăng 0,68%).",
    ]
    assert report.data["changes"] == ["8.2 Tỷ lệ doanh nghiệp thành lập mới trong năm: 0,000 → 0,500 (+0,500)"]
    assert report.data["fields"][7]["change"] == "+0,500"
    text = text_of(report_docx(report, "vi"))
    assert "III. So với kỳ trước" in text
    assert "2/2" in text


def test_causes_are_those_that_were_given() -> None:
    at = Position("so-lieu.yaml", 7, 3)
    causes = {name: Cause(name, f"Kinh tế khó khăn ({name}).", at) for name in ("8.2", "8", "3.1")}
    report = write_report(score(BOOK, replace(SOC_TRANG, causes=causes), road="exact"), "vi")
    lines = text_of(report_docx(report, "vi")).splitlines()
    assert sum("Nguyên nhân: Kinh tế khó khăn (8.2)." in line for line in lines) == 1
    assert "Nguyên nhân: Kinh tế khó khăn (8)." in lines
    assert "Nguyên nhân: Kinh tế khó khăn (3.1)." in lines
    assert sum("Nguyên nhân" in line for line in lines) == 3


def test_a_cause_of_what_is_no_criterion_is_refused_by_its_place() -> None:
    at = Position("so-lieu.yaml", 7, 3)
    causes = {name: Cause(name, "x", at) for name in ("99", "1.1", "98")}
    with pytest.raises(ReadingsError) as caught:
        write_report(score(BOOK, replace(SOC_TRANG, causes=causes), road="exact"), "vi")
    assert [(i.code, str(i.position), i.facts["key"]) for i in caught.value.issues] == [
        ("K833", "so-lieu.yaml:7:3", "98"),
        ("K833", "so-lieu.yaml:7:3", "99"),
    ]


def test_the_causes_that_the_original_tells_are_printed(vietnamese: bytes) -> None:
    text = text_of(vietnamese)
    assert len(SOC_TRANG.causes) > 15
    for cause in SOC_TRANG.causes.values():
        assert f"Nguyên nhân: {cause.text.rstrip('. ')}." in text


def test_the_office_can_change_the_template(tmp_path: Path) -> None:
    path = tmp_path / "mau.docx"
    document = docx.Document(BytesIO(template_bytes(rank=False, before=False)))
    document.add_paragraph("Bản của {{ office }}")
    document.save(path)
    assert "Bản của SỞ NỘI VỤ" in text_of(report_docx(write_report(CARD, "vi", heading=HEADING), "vi", path))


HOSTILE = {
    "{{ office": "unexpected",
    "{% for x in %}": "Expected an expression",
    "{{ missing.thing }}": "'missing' is undefined",
    "{{ missing }}": "'missing' is undefined",
    "{{ ''.__class__.__mro__ }}": "'__class__'",
    "{{ cycler.__init__.__globals__ }}": "unsafe",
    "{{ '{0.__class__}'.format(office) }}": "'__class__'",
    "{% include '/etc/passwd' %}": "no loader",
    "{% for i in range(9) %}{% endfor %}": "'range' is undefined",
    "{{ 'x' * 10**10 }}": "**",
    "{{ office * 10 }}": "*",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}": "recursion",
}


@pytest.mark.parametrize("mark", HOSTILE)
def test_a_broken_or_hostile_template_is_refused_by_its_paragraph(mark: str, tmp_path: Path) -> None:
    path = tmp_path / "mau.docx"
    document = docx.Document()
    document.add_paragraph("Kính gửi {{ office }}")
    document.add_paragraph(mark)
    document.save(path)
    with pytest.raises(ReadingsError) as caught:
        report_docx(write_report(CARD, "vi"), "vi", path)
    (issue,) = caught.value.issues
    assert (issue.code, issue.position.file) == ("K832", str(path))
    assert HOSTILE[mark] in issue.facts["reason"]
    assert mark[:8] in issue.facts["reason"]


@pytest.mark.parametrize("harm", ["no zip", "bomb", "document type", "macro", "nothing", "no document"])
def test_a_template_that_is_no_plain_package_is_refused(harm: str, tmp_path: Path) -> None:
    path = tmp_path / "mau.docx"
    stream = BytesIO()
    docx.Document().save(stream)
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml" and harm == "document type":
                data = data.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>', 1)
            if name != "word/document.xml" or harm != "no document":
                new.writestr(name, data)
        if harm in ("bomb", "macro"):
            new.writestr({"bomb": "word/media.xml", "macro": "word/vbaProject.bin"}[harm], b"0" * 5_000_000)
    if harm in ("no zip", "nothing"):
        path.write_bytes({"no zip": b"PK\x03\x04 not", "nothing": b""}[harm])
    with pytest.raises(ReadingsError, match="K832"):
        report_docx(write_report(CARD, "vi"), "vi", path)


def test_the_pages_are_numbered_from_the_second_on(vietnamese: bytes) -> None:
    section = docx.Document(BytesIO(vietnamese)).sections[0]
    assert section.different_first_page_header_footer
    assert 'w:instr="PAGE"' in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml


@pytest.mark.parametrize(
    ("condition", "vi", "en"),
    [
        ("≥ 10% & < 30%", "từ 10% đến dưới 30%", "at least 10% and below 30%"),
        ("> 0 & ≤ 2", "trên 0 đến 2", "more than 0 and at most 2"),
        ("≤ 0", "không quá 0", "at most 0"),
        ("> 5 ngày", "trên 5 ngày", "more than 5 ngày"),
        ("A = có & B ≥ 3", "A: có và B từ 3 trở lên", "A: có and B at least 3"),
        ("còn lại", "còn lại", "còn lại"),
    ],
)
def test_conditions_are_said_without_signs(condition: str, vi: str, en: str) -> None:
    assert (spoken(condition, "vi"), spoken(condition, "en")) == (vi, en)


def test_a_year_that_was_better_or_the_same_is_told_so() -> None:
    better = {**SOC_TRANG.values, "enterprises_new": replace(SOC_TRANG.values["enterprises_new"], value=Fraction(423))}
    for values, line in (
        (better, "So với 2016: giảm 0,50 điểm, từ 75,01 xuống 74,51 (giảm 0,67%)."),
        (SOC_TRANG.values, "So với 2016: không thay đổi (74,51 điểm)."),
    ):
        before = score(BOOK, replace(SOC_TRANG, period="2016", values=values), road="exact")
        report = write_report(CARD, "vi", compared=Compared(previous=before))
        assert report.data["overall"][-1] == line


def test_proposals_are_in_whole_counts() -> None:
    said = [step for office in write_report(CARD, "vi").data["proposals"] for step in office["steps"]]
    assert (
        "Tiêu chí 5.6.1: Số công chức cấp xã đạt chuẩn: thêm 18 trong 1.110 (từ 1.092 lên 1.110), được thêm 0,5 điểm"
        in said
    )
    assert "Tiêu chí 8.2: Số doanh nghiệp thành lập mới trong năm: thêm 63 (từ 360 lên 423), được thêm 0,5 điểm" in said
    assert any("chuyển từ “có” sang “không”, được thêm 1,5 điểm" in line for line in said)


def test_text_of_suppliers_can_not_break_the_document() -> None:
    unit = Unit("x", "A & <b>{{ 7 * 7 }}</b>", "province")
    report = write_report(score(BOOK, replace(SOC_TRANG, unit=unit), road="exact"), "vi")
    assert "A & <b>{{ 7 * 7 }}</b>" in text_of(report_docx(report, "vi"))
    assert "&lt;b&gt;{{ 7 * 7 }}" in report_html(report, "vi")


def test_a_report_without_readings_tells_intervals() -> None:
    empty = replace(SOC_TRANG, values={}, declared={})
    report = write_report(score(BOOK, empty, road="exact"), "vi")
    assert "nằm trong khoảng [0,00; 100,00]" in report.data["overall"][0]
    assert "thiếu số liệu" in text_of(report_docx(report, "vi"))


def test_libreoffice_prints_the_report_with_its_fonts_in_it(vietnamese: bytes) -> None:
    soffice()
    data = pdf_of(vietnamese)
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type/Page\n") + data.count(b"/Type/Page/") + data.count(b"/Type /Page") >= 5
