"""Tables say when a unit is there: read by ``score`` as by ``batch``, and refused with the same codes."""

from __future__ import annotations

import csv
import json

import pytest

from tieuchi.api import load_readings, load_rulebook
from tieuchi.cli import run
from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import load_all_readings

BOOK = "par-index-province/2017"
HEAD = "unit,period,valid_from,valid_to,enterprises_new,enterprises_new_last_year"
INDICATORS = {indicator.id: indicator for indicator in load_rulebook(BOOK).indicators}


def codes_of(path):
    with pytest.raises(ReadingsError) as error:
        load_all_readings(path, INDICATORS, locale="vi")
    return [(issue.code, issue.position.line) for issue in error.value.issues]


def test_a_unit_that_is_there_is_read(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(f"{HEAD}\na,2017,2010-01-01,,360,325\nb,2017,,2017-12-31,1,2\nc,2017,-,…,1,2\n", encoding="utf-8")
    book = load_rulebook(BOOK)
    assert set(load_readings(table, book, unit="a").values) == {"enterprises_new", "enterprises_new_last_year"}


def test_faults_are_those_of_batch(tmp_path):
    table = tmp_path / "t.csv"
    rows = ["a,2017,,30/06/2017", "b,2017,2018-01-01,x", "c,2017,2018-01-01,2016-01-01", "d,thử,2018-01-01,"]
    table.write_text("\n".join([HEAD, *(f"{row},1,2" for row in rows)]), encoding="utf-8")
    mine = codes_of(table)
    assert mine == [("B618", 2), ("D476", 3), ("B617", 4), ("B616", 5)]
    out = tmp_path / "out"
    out.mkdir()
    run(["batch", BOOK, str(table), "--out", str(out / "r.csv"), "--errors", str(out / "e.csv"), "--locale", "vi"])
    with (out / "e.csv").open(encoding="utf-8-sig", newline="") as file:
        theirs = [row["code"] for row in csv.DictReader(file)]
    assert [code for code, _ in mine] == theirs


def test_a_long_table_is_refused_once_for_each_unit(tmp_path):
    table = tmp_path / "t.csv"
    lines = ["unit;period;hết hiệu lực;chỉ số;số liệu;declared:1.9"]
    lines += [f"a;2017;30/06/2017;{name};1;" for name in ("enterprises_new", "enterprises_new_last_year")]
    table.write_text("\n".join(lines), encoding="utf-8")
    assert codes_of(table) == [("B618", 2)]


def test_score_refuses_with_status_2_and_writes_nothing(tmp_path, capsys):
    table, out = tmp_path / "t.csv", tmp_path / "o.json"
    table.write_text(f"{HEAD}\na,2017,2018-01-01,,1,2\n", encoding="utf-8")
    assert run(["score", BOOK, str(table), "--format", "json", "--out", str(out)]) == 2
    assert "B618" in capsys.readouterr().err
    assert not out.exists()
    table.write_text(f"{HEAD}\na,2017,2016-01-01,,1,2\n", encoding="utf-8")
    assert run(["score", BOOK, str(table), "--format", "json", "--out", str(out), "--exact"]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["unit"]["id"] == "a"
