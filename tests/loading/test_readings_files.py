from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tieuchi.errors import Position, ReadingsError, UnknownNameError
from tieuchi.loading import readings_json
from tieuchi.loading.readings import load_all_readings, load_readings
from tieuchi.loading.readings_given import MOST_ISSUES
from tieuchi.loading.readings_json import parse_json
from tieuchi.loading.yaml_source import read_yaml
from tieuchi.model.indicator import Catalogue
from tieuchi.model.reading import Readings, Unit

CATALOGUE = Path(__file__).parent / "bad_readings" / "catalogue.yaml"
INDICATORS = {i.id: i for i in Catalogue.model_validate(read_yaml(CATALOGUE).plain()).indicators}

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode("utf-8"))
        return path

    return _write


def values(readings: Readings) -> dict[str, object]:
    return {name: reading.value for name, reading in readings.values.items()}


def codes(path: Path, locale: str | None = None) -> list[str]:
    with pytest.raises(ReadingsError) as caught:
        load_all_readings(path, INDICATORS, locale=locale)
    return [issue.code for issue in caught.value.issues]


FULL = """\
unit: {id: soc-trang, name: Sóc Trăng, kind: province, parent: vn}
period: "2017"
locale: vi
readings:
  officials: 12.285
  officials_qualified: {value: 12.280, source: 86/BC-SNV, at: trang 9, quote: 12.280 người, evidence: QĐ 5}
  on_time: 98,38%
  growth: "-1,5"
  coverage: 1.092/1.110
  plan_issued: 31/12/2017
  inspected: Có
  level: partial
  budget: {value: "1.234,5", refused: không có văn bản}
  districts: không áp dụng
  listed: {not_applicable: true, source: 86/BC-SNV}
declared:
  "1.9": {points: "5,125", source: 716/QĐ-BNV}
  "1.10": "0,5"
  "2": ""
"""
FULL_VALUES = {
    "officials": Fraction(12285),
    "officials_qualified": Fraction(12280),
    "on_time": Fraction("0.9838"),
    "growth": Fraction("-0.015"),
    "coverage": Fraction(1092, 1110),
    "plan_issued": date(2017, 12, 31),
    "inspected": True,
    "level": "partial",
    "budget": Fraction("1234.5"),
    "districts": None,
    "listed": None,
}


def test_a_yaml_file_is_read_whole(write: Write) -> None:
    path = write("a.yaml", FULL)
    readings = load_readings(path, INDICATORS)
    assert readings.unit == Unit("soc-trang", "Sóc Trăng", "province", "vn")
    assert readings.period == "2017"
    assert values(readings) == FULL_VALUES
    assert readings.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    states = {name: reading.state for name, reading in readings.values.items() if reading.state != "given"}
    assert states == {"budget": "refused", "districts": "not_applicable", "listed": "not_applicable"}
    assert readings.values["budget"].reason == "không có văn bản"
    assert {name: points.points for name, points in readings.declared.items()} == {
        "1.9": Fraction("5.125"),
        "1.10": Fraction("0.5"),
    }
    assert readings.declared["1.9"].source == "716/QĐ-BNV"


def test_a_reading_keeps_its_text_its_source_and_its_place(write: Write) -> None:
    path = write("a.yaml", FULL)
    reading = load_readings(path, INDICATORS).values["officials_qualified"]
    assert reading.text == "12.280"
    assert reading.source == "86/BC-SNV, trang 9: “12.280 người” (QĐ 5)"
    assert reading.at == Position(str(path), 6, 32)


def test_json_of_the_same_shape_reads_the_same(write: Write) -> None:
    text = """{"unit": {"id": "soc-trang"}, "period": 2017, "locale": "vi", "readings": {
      "officials": "12.285", "officials_qualified": {"value": 12280, "source": "86/BC-SNV"}, "on_time": 98.38,
      "growth": -1.50, "coverage": "1.092/1.110", "plan_issued": "2017-12-31", "inspected": true,
      "level": "partial", "budget": {"value": 1.2345E3, "refused": "x"}, "districts": "Không áp dụng",
      "listed": {"not_applicable": true}}, "declared": {"1.9": 5.125, "1.10": {"points": "0,5"}, "2": null}}"""
    readings = load_readings(write("a.json", text), INDICATORS)
    assert values(readings) == FULL_VALUES
    assert readings.period == "2017"
    assert readings.declared["1.9"].points == Fraction("5.125")
    assert "2" not in readings.declared


def test_a_json_number_is_read_by_the_grammar_of_json_whatever_the_locale(write: Write) -> None:
    path = write("a.json", '{"unit": "a", "readings": {"budget": 12.285}}')
    for locale in (None, "vi", "en"):
        assert values(load_readings(path, INDICATORS, locale=locale)) == {"budget": Fraction("12.285")}


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_json_may_begin_with_a_byte_order_mark(write: Write, mark: str) -> None:
    readings = load_readings(write("a.json", f'{mark}{{"unit": "a", "readings": {{"budget": 1}}}}'), INDICATORS)
    assert readings.values["budget"].at.column == 38


@pytest.mark.parametrize("text", ['""', '"-"', '"–"', '"—"', '"…"', '"..."', '"Chưa có"', '"not given"', '"No data"'])
def test_what_is_missing_does_not_exist_and_is_never_zero(write: Write, text: str) -> None:
    for body in (text, f"{{value: {text}, source: x}}"):
        readings = load_readings(write("a.yaml", f"unit: a\nreadings: {{officials: {body}}}\n"), INDICATORS)
        assert readings.values == {}


@pytest.mark.parametrize("text", ["", "null", "~"])
def test_yaml_without_a_value_is_missing(write: Write, text: str) -> None:
    for body in (text, f"{{value: {text}}}"):
        readings = load_readings(write("a.yaml", f"unit: a\nreadings:\n  officials: {body}\n"), INDICATORS)
        assert readings.values == {}


def test_a_refused_figure_needs_no_value(write: Write) -> None:
    readings = load_readings(write("a.yaml", "unit: a\nreadings: {budget: {refused: mất hồ sơ}}\n"), INDICATORS)
    assert (readings.values["budget"].state, readings.values["budget"].value) == ("refused", None)


def test_a_declared_zero_is_not_a_missing_one(write: Write) -> None:
    readings = load_readings(write("a.yaml", 'unit: a\nreadings: {officials: 0}\ndeclared: {"1.9": 0}\n'), INDICATORS)
    assert values(readings) == {"officials": 0}
    assert readings.declared["1.9"].points == 0


def test_percent_with_and_without_its_sign_means_the_same(write: Write) -> None:
    for text in ("73,82%", "73,82", "73.82 %"):
        readings = load_readings(write("a.yaml", f'unit: a\nreadings: {{on_time: "{text}"}}\n'), INDICATORS)
        assert values(readings) == {"on_time": Fraction("0.7382")}


@pytest.mark.parametrize(("word", "value"), [("có", True), ("KHÔNG", False), ("Yes", True), ("no", False)])
def test_yes_and_no_are_read_in_both_languages(write: Write, word: str, value: bool) -> None:
    readings = load_readings(write("a.yaml", f"unit: a\nreadings: {{inspected: {word}}}\n"), INDICATORS)
    assert values(readings) == {"inspected": value}


def test_names_are_compared_in_nfc(write: Write) -> None:
    decomposed = "Đơn vị,chỉ tiêu,số liệu\nSo\u0301c Tra\u0306ng,inspected,co\u0301\n"
    readings = load_readings(write("a.csv", decomposed), INDICATORS, unit="So\u0301c Trăng")
    assert readings.unit.id == "Sóc Trăng"
    assert values(readings) == {"inspected": True}


def test_a_part_is_not_checked_against_a_whole_that_is_missing_or_refused(write: Write) -> None:
    for whole in ("", "officials: {value: 5, refused: x},", "officials: không áp dụng,"):
        text = f"unit: a\nreadings: {{{whole} officials_qualified: 6}}\n"
        assert "officials_qualified" in load_readings(write("a.yaml", text), INDICATORS).values


LONG = """\
Đơn vị;Tên đơn vị;Cấp;Kỳ;Chỉ tiêu;Số liệu;Nguồn;Không công nhận;declared:1.9
a;Huyện A;district;2017;officials;12.285;báo cáo 5;;5,5
a;;;2017;on_time;98,38%;;;
a;;;2017;level;"partial";"dòng 1
dòng 2";;5,5
b;;;2017;budget;1;;mất hồ sơ;
b;;;2018;inspected;1;;;
;;;;;;;;
"""


def test_a_long_csv_gathers_the_rows_of_each_unit_and_period(write: Write) -> None:
    path = write("a.csv", LONG)
    first, second, third = load_all_readings(path, INDICATORS, locale="vi")
    assert first.unit == Unit("a", "Huyện A", "district")
    assert values(first) == {"officials": 12285, "on_time": Fraction("0.9838"), "level": "partial"}
    assert first.values["level"].source == "dòng 1\ndòng 2"
    assert first.declared["1.9"].points == Fraction("5.5")
    assert second.values["budget"].state == "refused"
    assert second.values["budget"].at == Position(str(path), 6, 17)
    assert (third.unit.id, third.period, values(third)) == ("b", "2018", {"inspected": True})


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_wide_csv_is_read_whatever_its_delimiter_and_line_ends(
    write: Write, delimiter: str, end: str, mark: str
) -> None:
    rows = ["# locale: en", "unit|period|officials|on_time|declared:1.9|", 'a|2017|"12,285"|98.5||', "b|2017|…|-|2|"]
    text = mark + end.join(row.replace("|", delimiter) for row in rows)
    first, second = load_all_readings(write("a.csv", text), INDICATORS)
    assert values(first) == {"officials": 12285, "on_time": Fraction("0.985")}
    assert first.values["officials"].at.line == 3
    assert first.values["officials"].at.column == 8
    assert (values(second), second.declared["1.9"].points) == ({}, 2)


def test_a_line_is_counted_inside_quotes_too(write: Write) -> None:
    path = write("a.csv", 'unit,unit_name,budget\na,"Sở\nKế hoạch\r\nvà ""Đầu tư""",1.2.3\nb,,x\n')
    with pytest.raises(ReadingsError) as caught:
        load_all_readings(path, INDICATORS)
    assert [(i.position.line, i.position.column) for i in caught.value.issues] == [(4, 16), (5, 4)]


def test_the_locale_of_a_file_and_of_the_call_must_agree(write: Write) -> None:
    assert codes(write("a.csv", "# locale: vi\nunit,budget\na,1\n"), "en") == ["D417"]
    assert codes(write("a.yaml", "unit: a\nlocale: vi\n"), "en") == ["D417"]
    assert codes(write("b.yaml", "unit: a\n"), "fr") == ["D416"]
    assert load_readings(write("c.yaml", "unit: a\nlocale: vi\n"), INDICATORS, locale="vi").values == {}


MANY = "locale: vi\nperiod: 2017\nunits:\n  - {unit: a, readings: {budget: 1.000}}\n  - {unit: b, period: 2018}\n"


def test_a_file_of_many_units_shares_period_and_locale(write: Write) -> None:
    first, second = load_all_readings(write("a.yaml", MANY), INDICATORS)
    assert (first.unit.id, first.period, values(first)) == ("a", "2017", {"budget": 1000})
    assert (second.unit.id, second.period) == ("b", "2018")


def test_one_unit_of_many_is_chosen_by_name(write: Write) -> None:
    path = write("a.yaml", MANY)
    assert load_readings(path, INDICATORS, unit="b").period == "2018"
    with pytest.raises(ReadingsError, match="D408: the file has 2 units: a, b"):
        load_readings(path, INDICATORS)
    with pytest.raises(UnknownNameError) as caught:
        load_readings(path, INDICATORS, unit="c")
    assert caught.value.known == ("a", "b")


def test_one_unit_of_several_periods_is_not_guessed(write: Write) -> None:
    path = write("a.csv", "unit,period,budget\na,2017,1\na,2018,1\n")
    assert len(load_all_readings(path, INDICATORS)) == 2
    with pytest.raises(ReadingsError, match="D493"):
        load_readings(path, INDICATORS)


@pytest.mark.parametrize("name", ["a.parquet", "a", "a.txt", ".csv"])
def test_a_file_of_an_unknown_kind_is_refused_by_name(write: Write, name: str) -> None:
    assert codes(write(name, "unit,budget\na,1\n")) == ["D402"]


@pytest.mark.parametrize("name", ["a.xls", "A.XLSM", "a.xlsb", "a.ods"])
def test_other_workbooks_are_refused_by_name(write: Write, name: str) -> None:
    assert codes(write(name, "")) == ["D492"]


@pytest.mark.parametrize("name", ["none.csv", "none.yaml", "none\0.json", "none.xlsx[Sheet]"])
def test_a_file_that_can_not_be_read_is_refused(tmp_path: Path, name: str) -> None:
    assert codes(tmp_path / name) == ["D401"]


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_a_file_too_large_is_refused_unread(write: Write, name: str) -> None:
    assert codes(write(name, " " * 10_000_001)) == ["D403"]


def test_json_of_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readings_json, "MOST_NODES", 100)
    with pytest.raises(ReadingsError, match="D424"):
        parse_json("[" + "0," * 100 + "0]", "a.json")


def test_json_keeps_its_places() -> None:
    root = parse_json('{"a":\n  [1, "x"],\n "b": null}', "a.json")
    places = [root.at(("a", 0)), root.at(("a", 1)), root.at(("b",))]
    assert [str(node.position) for node in places] == ["a.json:2:4", "a.json:2:7", "a.json:3:7"]
    assert root.at(("b",)).empty


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1,]", "{1: 2}", "01", "1.", ".5", "+1", "- 1", "truex", "'a'", '"\\x"', '"\t"', "[1 2]", "1 2", "{}x",
     '{"a" 1}', "nan", "\u00a01"],
)  # fmt: skip
def test_what_is_not_strict_json_is_refused(text: str) -> None:
    with pytest.raises(ReadingsError, match=r"D42[126]"):
        parse_json(text, "a.json")


def test_issues_beyond_the_first_thousand_are_only_counted(write: Write) -> None:
    rows = "".join(f"u{n},x\n" for n in range(MOST_ISSUES + 5))
    found = codes(write("a.csv", "unit,budget\n" + rows))
    assert found == ["D499"] + ["D460"] * MOST_ISSUES


def test_all_issues_come_at_once_in_the_order_of_the_file(write: Write) -> None:
    text = "unit,budget,officials\na,x,1.5\nb,12.285,2\n,1,1\n"
    assert codes(write("a.csv", text)) == ["D460", "D473", "D461", "D434"]


def test_an_error_survives_pickling(write: Write) -> None:
    path = write("a.csv", "unit,budget\na,x\n")
    with pytest.raises(ReadingsError) as caught:
        load_all_readings(path, INDICATORS)
    assert pickle.loads(pickle.dumps(caught.value)).issues == caught.value.issues
