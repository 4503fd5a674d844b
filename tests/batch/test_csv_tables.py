"""CSV tables: every row keeps the line it begins in; a row that can't be read costs only itself."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieuchi.batch import csv_blocks
from tieuchi.batch.cells import Figures, cell_of, figures_of_cells
from tieuchi.batch.figures import figures_of
from tieuchi.batch.score import BatchOptions, score_file, score_frame
from tieuchi.batch.source import open_source
from tieuchi.errors import ReadingsError
from tieuchi.model.indicator import Indicator
from tieuchi.model.plan import Plan

HEAD = "unit,unit_name,done,all,liked\n"


def places(plan: Plan, path: Path) -> dict[str, list[int]]:
    _, summary = score_frame(plan, str(path))
    found: dict[str, list[int]] = {}
    for issue in summary.issues:
        found.setdefault(issue.code, []).append(issue.position.line)
    return found


def test_lines_do_not_drift_after_skipped_blank_and_broken_rows(plan: Plan, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    rows = [
        "a,A,9,10,50%",
        '"b","tên\nhai dòng",9,10,50%',
        "c,C,9,10",
        "",
        "d,D,x,10,50%",
        ",,,,",
        'e,"5"" ống",9,10,50%',
        'f,5" ống,9,10,50%',
        "g,G,9,10,120%",
        "a,A,9,10,50%",
    ]
    table.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    assert places(plan, table) == {"B606": [5], "D460": [7], "D432": [10], "D475": [11], "D441": [12]}
    found, _ = score_frame(plan, str(table))
    assert found["unit"].to_pylist() == ["a", "b", "e"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_every_kind_of_line_end_counts_the_same(plan: Plan, tmp_path: Path, end: str) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(("\ufeff" + HEAD + 'a,"x\ny",9,10,50%\nb,B,z,10,50%\n').replace("\n", end).encode())
    assert places(plan, table) == {"D460": [4]}


def test_a_byte_that_is_no_utf8_costs_its_row_only(plan: Plan, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes(HEAD.encode() + b"a,\xff,9,10,50%\nb,B,9,10,50%\n")
    assert places(plan, table) == {"D406": [2]}


def test_a_quote_that_is_never_closed_costs_its_line_only(plan: Plan, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(HEAD + 'a,"A,9,10,50%\nb,B,9,10,50%\nc,C,9,10,50%\n')
    found, summary = score_frame(plan, str(table))
    assert found["unit"].to_pylist() == ["b", "c"]
    assert [issue.position.line for issue in summary.issues] == [2]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "D405"),
        ("unit,done,done\n", "D448"),
        ("unit,đơn vị,done\na,b,1\n", "D448"),
        ("unit,done;all\n", "D430"),
        ("unit_name,done\na,1\n", "B604"),
        ("unit,dnoe\na,1\n", "B605"),
        ("unit,unit_name\na,A\n", "D437"),
        ("unit,done\n", "D433"),
        ("unit,declared:7\na,1\n", "D502"),
        ("unit,declared:1\na,1\n", "D503"),
        ("# locale: fr\nunit,done\na,1\n", "D435"),
    ],
)
def test_a_header_that_says_nothing_clear_refuses_the_table(plan: Plan, tmp_path: Path, text: str, code: str) -> None:
    table, out = tmp_path / "t.csv", tmp_path / "o.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(ReadingsError) as refused:
        score_file(plan, table, out, BatchOptions())
    assert code in {issue.code for issue in refused.value.issues}
    assert not out.exists()


@pytest.mark.parametrize(
    "table",
    ['unit,"unit\nname",done\na,A,9\nb,B,x\n', '\n"unit\r\n",done\r\na,9\r\nb,x\r\n', '"đơn\nvị",done\na,9\nb,x'],
)
def test_a_name_of_a_column_may_span_lines(plan: Plan, tmp_path: Path, table: str) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(table.encode())
    found, summary = score_frame(plan, str(file))
    assert found["unit"].to_pylist() == ["a"]
    assert [issue.position.line for issue in summary.issues] == [table.count("\n") if table[-1] == "\n" else 4]


def test_columns_are_told_with_the_place_of_their_name(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("\n# locale: vi\nmã,unit,likd,declared:1,đơn vị\n1,a,2,3,b\n", encoding="utf-8")
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, str(file))
    places = [(issue.code, issue.position.line, issue.position.column) for issue in refused.value.issues]
    assert places == [("B605", 3, 1), ("B605", 3, 9), ("D503", 3, 14), ("D448", 3, 25)]
    assert refused.value.issues[-1].facts["first"] == f"{file}:3:4"


@pytest.mark.parametrize("title", ["Bảng số liệu,,", "sep=,", "unit|done"])
def test_a_first_line_that_is_no_header_is_told_as_such(plan: Plan, tmp_path: Path, title: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f"{title}\nunit,done,all\na,9,10\n", encoding="utf-8")
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, str(file))
    assert refused.value.text("en").splitlines() == [
        f"{file}:1:1: D436: the header has no column “unit” (đơn vị / mã đơn vị)",
        "    hint  the first row must name columns: unit, indicator, value; or unit and the indicators",
    ]


def test_of_two_ways_to_write_a_number_the_later_one_is_told(plan: Plan, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text('unit,liked,done\na,"10.25","1,234,567"\nb,"1,5",3\nc,"10,5",4\n', encoding="utf-8")
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, str(file))
    (issue,) = refused.value.issues
    assert (issue.code, issue.position.line, issue.facts["first"]) == ("D506", 3, f"{file}:2")


def test_all_columns_that_mean_nothing_are_told_at_once_with_the_nearest(plan: Plan, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("unit,dnoe,likd,zzz\na,1,2,3\n")
    with pytest.raises(ReadingsError) as refused:
        score_frame(plan, str(table))
    assert {i.facts["column"]: i.facts["nearest"] for i in refused.value.issues} == {
        "dnoe": "done",
        "likd": "liked",
        "zzz": "",
    }


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_blocks_of_any_size_give_the_rows_and_lines_of_one(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    field = st.text(st.sampled_from('ab,"\n;é'), max_size=4).map(lambda t: '"' + t.replace('"', '""') + '"')
    rows = data.draw(
        st.lists(st.one_of(st.tuples(field, field).map(",".join), st.just(""), st.just("x")), min_size=1, max_size=12)
    )
    table = tmp_path_factory.mktemp("csv") / "t.csv"
    table.write_text("unit,unit_name\n" + "\n".join(rows) + "\n", encoding="utf-8", newline="")
    expected, line = [], 2
    for row in rows:
        if row not in ("", "x"):
            expected.append(line)
        line += row.count("\n") + 1
    before = csv_blocks.BLOCK_BYTES
    try:
        csv_blocks.BLOCK_BYTES = data.draw(st.sampled_from([1, 2, 7, 64, 1 << 20]))
        lines = [line for batch in open_source(table).batches() for line in batch.lines.tolist()]
    finally:
        csv_blocks.BLOCK_BYTES = before
    assert lines == expected


@settings(max_examples=80, deadline=None)
@given(body=st.binary(max_size=60), alphabet=st.text(st.sampled_from('ab,"\n\r;\t\x00é19%'), max_size=40))
def test_any_bytes_are_scored_or_refused_in_words(
    plan: Plan, tmp_path_factory: pytest.TempPathFactory, body: bytes, alphabet: str
) -> None:
    table = tmp_path_factory.mktemp("fuzz") / "t.csv"
    for text in (body, alphabet.encode(), HEAD.encode() + body, HEAD.encode() + alphabet.encode()):
        table.write_bytes(text)
        with contextlib.suppress(ReadingsError):
            _, summary = score_frame(plan, str(table))
            assert all(issue.text("vi") for issue in summary.issues)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            None,
            ["7", "7%", "-7", "0.5%", "0.5", "123456789012345678", "1234567890123456789", "1.25", "1.250", "0,5", "%"],
        ),
        ("vi", ["7", "7%", "0,5%", "0,125", "0.5", "1.250", "1.250,5%", "999999999999999999"]),
        ("en", ["7", "7%", "0.5%", "0.125", "0,5", "1,250", "1,250.5%", "999999999999999999"]),
    ],
)
@pytest.mark.parametrize("kind", ["count", "amount", "percent"])
def test_plain_numbers_read_at_once_are_those_read_one_by_one(kind: Any, locale: Any, words: list[str]) -> None:
    indicator = Indicator.model_validate({"id": "x", "title": {"vi": "x", "en": "x"}, "kind": kind})
    array = pa.array([*words, "", None])
    at_once = figures_of(array, indicator, locale)
    cells = [None if word is None else cell_of(word) for word in array.to_pylist()]
    one_by_one = figures_of_cells(cells, indicator, locale)

    def told(found: Figures) -> list[Any]:
        column, wrong = found.column, {row: refused.code for row, refused in found.wrong.items()}
        states = [0] * len(array) if column.states is None else column.states.tolist()
        wholes = [column.exact.get(row, whole) for row, whole in enumerate(column.values.tolist())]
        numbers = [Fraction(whole) / found.scale for whole in wholes]
        return [wrong.get(row) or states[row] or numbers[row] for row in range(len(array))]

    assert told(at_once) == told(one_by_one)
