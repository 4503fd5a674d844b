"""Tables read by columns give the units that reading them figure by figure gives, and are refused in the same words."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from small_books import book_tree, leaf, node_of
from tieuchi.cli import run
from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import load_all_readings
from tieuchi.whatif import table as tables
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.dial import Rules
from tieuchi.whatif.table import TableUnits, load_units, table_units

KINDS = {
    "staff": "count", "cost": "amount", "share": "percent", "done": "ratio", "due": "date", "yes": "yes_no",
    "sort": {"kind": "choice", "choices": ["new", "old"]},
}  # fmt: skip
BANDS = {
    "bands": [{"clause": "a", "at_least": "1", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]
}
WHEN = [{"indicator": "yes", "is": "true"}, {"indicator": "sort", "is": "new"}]
DUE = {"deadline": {"date": "due", "by": "2024-03-15", "on_time": "1"}}

CSV = """# locale: vi
đơn vị;tên đơn vị;loại đơn vị;kỳ;staff;cost;share;done;due;yes;sort;declared:3
a;Tỉnh A;province;2024;1.200;0,25;73,82%;31/33;15/03/2024;có;new;0,5
b;;commune;2024;;-;không áp dụng;0/4;16/03/2024;không;old;
c;Huyện C;province;2024;5;12,5;0%;;;;;0,125
"""


def rules_of():
    criteria = [
        leaf(BANDS, id="1", value={"count": "staff"}, applies_when=WHEN),
        leaf({"linear": {"full_at": "1"}}, id="2", value={"amount": "share"}),
        leaf({"declared": {}}, id="3"),
        leaf({"linear": {"full_at": "1"}}, id="4", value={"amount": "done"}),
        leaf({"linear": {"full_at": "20"}}, id="5", value={"amount": "cost"}),
        leaf(DUE, id="6"),
    ]
    kinds = {"province": {"vi": "tỉnh", "en": "province"}, "commune": {"vi": "xã", "en": "commune"}}
    return Rules(node_of(book_tree(*criteria, indicators=KINDS, unit_kinds=kinds)))


def told(readings):
    """Return what a unit says, without the places."""
    values = {name: (one.value, one.state) for name, one in readings.values.items()}
    return readings.unit, readings.period, values, {name: one.points for name, one in readings.declared.items()}


def by_figures(rules, path, locale=None):
    return load_all_readings(path, {i.id: i for i in rules.book.indicators}, locale=locale)


def test_units_are_what_they_are_figure_by_figure(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text(CSV, encoding="utf-8")
    rules = rules_of()
    found = load_units(rules.plan, str(file))
    assert isinstance(found, TableUnits)
    assert (found.names, found.titles) == (("a", "b", "c"), ("Tỉnh A", "b", "Huyện C"))
    assert [told(one) for one in found] == [told(one) for one in by_figures(rules, file)]
    assert [one.unit.id for one in found[1:]] == ["b", "c"]


def test_parts_of_a_table_are_joined_at_the_finest_scale(tmp_path, monkeypatch):
    monkeypatch.setattr("tieuchi.batch.source.BATCH_ROWS", 2)
    import pyarrow as pa
    from pyarrow import parquet

    columns = {"unit": ["a", "b", "c"], "staff": [5, None, 2**62], "cost": ["0.5", "0.12345", "7"]}
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet", row_group_size=1)
    rules, joined = rules_of(), []
    join = tables._joined
    monkeypatch.setattr(tables, "_joined", lambda parts, scales: joined.append(len(parts)) or join(parts, scales))
    found = load_units(rules.plan, str(tmp_path / "t.parquet"))
    assert joined[0] > 1
    values = [{name: one.value for name, one in unit.values.items()} for unit in found]
    assert [value.get("staff") for value in values] == [5, None, 2**62]
    assert [value["cost"] for value in values] == [Fraction("0.5"), Fraction("0.12345"), 7]


@pytest.mark.parametrize("road", ["few", "many"])
def test_a_cohort_of_columns_is_a_cohort_of_readings(tmp_path, road, monkeypatch):
    if road == "many":
        monkeypatch.setattr("tieuchi.whatif.cohort.MANY", 1)
    file = tmp_path / "t.csv"
    file.write_text(CSV, encoding="utf-8")
    rules = rules_of()
    first, second = (
        Cohort(rules.plan, units) for units in (load_units(rules.plan, str(file)), by_figures(rules, file))
    )
    assert (first.points == second.points).all()
    assert (first.totals == second.totals).all()
    assert (first.settled == second.settled).all()
    assert (first.names, first.titles, first.exact) == (second.names, second.titles, second.exact)


WRONG = {
    "a figure": CSV.replace("1.200", "12O"),
    "a column": CSV.replace(";staff;", ";stafff;"),
    "a unit twice": CSV.replace("c;Huyện C", "a;Huyện C"),
    "a part": CSV.replace("31/33", "35/33"),
    "nobody": CSV.replace("b;;commune", ";;commune"),
    "quotes": CSV.replace("Tỉnh A", 'Tỉnh "A'),
    "a row too short": CSV.replace("0,125", "0,125;7"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused_is_told_with_line_and_column(tmp_path, name):
    file = tmp_path / "t.csv"
    file.write_text(WRONG[name], encoding="utf-8")
    rules = rules_of()
    with pytest.raises(ReadingsError) as by_column:
        load_units(rules.plan, str(file))
    with pytest.raises(ReadingsError) as by_figure:
        by_figures(rules, file)
    assert by_column.value.issues == by_figure.value.issues
    assert all(issue.position.line for issue in by_column.value.issues)


def test_a_kind_that_the_rulebook_does_not_know_is_refused(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text(CSV.replace(";commune;", ";village;"), encoding="utf-8")
    with pytest.raises(ReadingsError) as error:
        load_units(rules_of().plan, str(file))
    assert [issue.code for issue in error.value.issues] == ["D501"]


def test_a_table_that_only_columns_can_be_read_of_is_refused_by_row(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    parquet.write_table(pa.table({"unit": ["a", "b"], "staff": [5, -1]}), tmp_path / "t.parquet")
    with pytest.raises(ReadingsError) as error:
        load_units(rules_of().plan, str(tmp_path / "t.parquet"))
    assert [(issue.code, issue.position.line) for issue in error.value.issues] == [("D474", 2)]


def test_a_sheet_of_a_workbook_is_a_table(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["not", "this"])
    sheet = book.create_sheet("Số liệu")
    sheet.append(["unit", "staff", "share"])
    sheet.append(["a", 5, 0.7382])
    sheet.cell(2, 3).number_format = "0.00%"
    book.save(tmp_path / "t.xlsx")
    found = load_units(rules_of().plan, f"{tmp_path / 't.xlsx'}[Số liệu]")
    assert found[0].values["share"].value == Fraction("0.7382")


def test_without_columns_every_figure_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "find_spec", lambda _name: None)
    file = tmp_path / "t.csv"
    file.write_text(CSV, encoding="utf-8")
    assert isinstance(load_units(rules_of().plan, str(file)), tuple)


def test_a_refused_table_ends_with_2_and_its_place(tmp_path, capsys):
    file = tmp_path / "t.csv"
    file.write_text("unit,enterprises_new\na,1\nb,x\n", encoding="utf-8")
    given = ["sweep", "par-index-province/2017", str(file), "--threshold", "8.2/b/at_least=5%:15%:5%", "--lang", "en"]
    assert run(given) == 2
    assert f"{file}:3:3: D460: “x” is not a number" in capsys.readouterr().err


def test_only_units_that_are_asked_for_become_readings(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text(CSV, encoding="utf-8")
    found = table_units(rules_of().plan, str(file))
    assert found[1].unit.id == "b"
    assert list(found._made) == [1]
    assert isinstance(found.rows.columns["staff"].values, np.ndarray)
