"""Tables that nobody meant to be read: refused, or their bad rows told, and never half a result."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import ipc, parquet

from small_books import book_of, book_tree, leaf, yaml_text
from tieuchi.batch.run import Run
from tieuchi.batch.score import BatchOptions, score_file
from tieuchi.cli import run
from tieuchi.errors import ReadingsError
from tieuchi.model.plan import compile_plan

HEAD = "unit,done,all,liked\n"
UNITS = pa.array(["a", "b"])
BAND = [{"clause": "a", "at_least": "90%", "points": "2"}, {"clause": "b", "otherwise": "true", "points": "1"}]
BOOK = book_tree(
    leaf({"bands": BAND}, id="1", max_points="2", value={"coverage": ["done", "all"]}),
    leaf({"linear": {}}, id="2", max_points="3", value={"amount": "liked"}),
    leaf({"linear": {}}, id="3", max_points="3", value={"ratio": ["money", "budget"]}),
    leaf({"deadline": {"date": "day", "before": "31/01/2026", "on_time": "1"}}, id="4"),
    indicators={
        "done": "count", "all": "count", "liked": "percent", "money": "amount", "budget": "amount", "day": "date",
    },
    unit_kinds={"province": "Province", "district": "District"},
)  # fmt: skip


@pytest.fixture
def scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Score a table, and return the exit status and what was said; see that no result is there but of scored rows."""

    def score(name: str, data: bytes, *options: str) -> tuple[int, str]:
        folder = tmp_path / "work"
        folder.mkdir()
        (tmp_path / "book.yaml").write_text(yaml_text(BOOK), encoding="utf-8")
        (tmp_path / name).write_bytes(data)
        out = folder / "out.parquet"
        command = ["batch", str(tmp_path / "book.yaml"), str(tmp_path / name), "--out", str(out), "--lang", "en"]
        status = run([*command, *options])
        there = {path.name for path in folder.iterdir()}
        assert there == {0: {"out.parquet"}, 1: {"out.parquet", "out.errors.csv"}, 2: set()}[status]
        if status < 2:
            parquet.read_table(out)
        captured = capsys.readouterr()
        return status, captured.out + captured.err

    return score


def parquet_bytes(table: pa.Table) -> bytes:
    data = io.BytesIO()
    parquet.write_table(table, data)
    return data.getvalue()


def arrow_bytes(table: pa.Table) -> bytes:
    data = io.BytesIO()
    with ipc.new_file(data, table.schema) as writer:
        writer.write_table(table)
    return data.getvalue()


def two(**columns: Any) -> pa.Table:
    return pa.table({"unit": UNITS, **columns})


def not_text() -> pa.Array:
    return pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    )


NUMBERED = ",".join(f"c{place}" for place in range(5_000))


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ("unit,done,done\na,1,1\n", 2, "D448"),
        ("\ufeff" + HEAD + "a,1,2,50%\n", 0, "1 unit →"),
        (HEAD.encode("utf-16"), 2, "D404"),
        (HEAD.encode("utf-16-le"), 2, "D404"),
        (HEAD + "a\0b,1,2,50%\nb,1\0,2,5%\n", 1, "2 rows not scored"),
        (HEAD.encode() + b"\xe9,1,2,50%\nb,1,2,5%\n", 1, "D406"),
        (HEAD + "a,1,2\nb,1,2,50%,9\nc,1,2,50%\n", 1, "2 rows not scored"),
        (HEAD + 'a,1,2,"50%\nb,1,2,3%\n', 1, "1 row not scored"),
        (HEAD + 'a"x,1,2,50%\n"b"y,1,2,3%\n', 1, "2 rows not scored"),
        (HEAD + f"a,{'9' * 400},2,50%\n", 1, "1 row not scored"),
        (HEAD + "a,1e999999999,2,50%\n", 1, "1 row not scored"),
        (HEAD + "a,nan,2,50%\nb,inf,2,1%\nc,-inf,2,1%\n", 1, "3 rows not scored"),
        (HEAD + 'a,"1.000","2,000",5%\n', 1, "1 row not scored"),
        (HEAD + "a,1%,2,50%\nb,1,2,%50\nc,1,2,50%%\nd,1,2,101%\n", 1, "4 rows not scored"),
        (HEAD + "a,1,2,5%\na,1,2,5%\n", 1, "D441"),
        (HEAD + "a,3,2,5%\n", 1, "D505"),
        ("unit,unit_parent,done,all\na,b,1,2\nb,a,1,2\nc,c,1,2\n", 1, "3 rows not scored"),
        ("unit,unit_kind,done\na,planet,1\n", 1, "D501"),
        ("", 2, "D405"),
        (HEAD, 2, "D433"),
        (f"unit,{NUMBERED}\na,{NUMBERED}\n", 2, "B605"),
        ("unit,day\na,2026-02-30\nb,99999-01-01\n", 1, "2 rows not scored"),
        (HEAD + f"a,1,2,{'x' * 1_000_000}\n", 1, "1 row not scored"),
    ],
)  # fmt: skip
def test_text_is_refused_or_its_rows_are_told(scored: Any, data: str | bytes, status: int, said: str) -> None:
    found, text = scored("t.csv", data if isinstance(data, bytes) else data.encode())
    assert (found, said in text) == (status, True), text


@pytest.mark.parametrize(
    ("table", "status", "said"),
    [
        (two(done=[[1], [2]]), 2, "B608: column “done” is of type list<element: int64>, which can't be read"),
        (two(done=[{"a": 1}, {"a": 2}]), 2, "B608"),
        (two(done=[b"1", b"2"]), 2, "B608"),
        (two(day=pa.array([time(1), None])), 2, "B608: column “day” is of type time64[us], which can't be read"),
        (two(money=pa.array([timedelta(1), None]), budget=[1, 1]), 2, "B608"),
        (pa.table({"unit": pa.array([1, 2], pa.duration("s")), "done": [1, 1]}), 2, "B608"),
        (pa.table({"unit": UNITS, "indicator": ["done"] * 2, "value": [timedelta(1)] * 2}), 2, "B608"),
        (two(done=["1", "x"], all=[2, 2]), 1, "1 row not scored"),
        (two(done=pa.array(["1", None]).dictionary_encode(), all=[2, 2]), 0, "2 units"),
        (two(done=pa.nulls(2), all=[2, 2]), 0, "2 units"),
        (two(money=pa.array([Decimal("1e35")] * 2, pa.decimal128(38, 2)), budget=[1, 2]), 0, "2 units"),
        (two(money=pa.array([Decimal("1e70")] * 2, pa.decimal256(76, 2)), budget=[1, 2]), 0, "2 units"),
        (two(money=[float("nan"), float("inf")], budget=[1, 1]), 1, "B607"),
        (two(done=pa.array([2**64 - 1, 1], pa.uint64()), all=pa.array([2**64 - 1, 1], pa.uint64())), 0, "2 units"),
        (two(done=[-(2**63), 1], all=[2**63 - 1, 1]), 1, "D474"),
        (two(done=pa.array([date(2026, 1, 1)] * 2)), 1, "D479"),
        (two(day=pa.array([2**31 - 1, 0], pa.int32()).cast(pa.date32())), 1, "“date32[day] 2147483647” is not a date"),
        (two(day=pa.array([2**62, 0], pa.int64()).view(pa.timestamp("us"))), 1, "D476"),
        # In microseconds this passes 64 bits and would come out as some day.
        (two(day=pa.array([10**15, 0], pa.int64()).view(pa.timestamp("s"))), 1, "D476"),
        (two(day=pa.array([1, 0], pa.int64()).view(pa.timestamp("ns"))), 1, "D497"),
        (pa.table({"unit": ["a", None], "done": [1, 1]}), 1, "D434"),
        (two(done=[1, 2]).slice(0, 0), 2, "D433"),
        (pa.table({}), 2, "B604"),
        (pa.Table.from_arrays([UNITS, UNITS, pa.array([1, 2])], names=["unit", "unit", "done"]), 2, "D448"),
        (pa.table({"unit": not_text(), "done": [1, 1]}), 2, "D401: the file can't be read: unit: Invalid UTF8"),
        (two(done=not_text()), 2, "D401: the file can't be read: done: Invalid UTF8"),
    ],
)  # fmt: skip
def test_typed_columns_are_refused_or_their_rows_are_told(scored: Any, table: Any, status: int, said: str) -> None:
    found, text = scored("t.parquet", parquet_bytes(table))
    assert (found, said in text) == (status, True), text


def test_a_bad_row_beside_a_value_that_python_can_t_hold_is_told(scored: Any) -> None:
    days = pa.array([2**31 - 1, 0], pa.int32()).cast(pa.date32())
    status, text = scored("t.parquet", parquet_bytes(two(done=[-1, 1], x=days)), "--ignore-extra")
    assert (status, "D474" in text) == (1, True)


@pytest.mark.parametrize(
    ("table", "status", "said"),
    [
        (two(done=pa.RunEndEncodedArray.from_arrays(pa.array([1, 2], pa.int32()), pa.array([1, 2]))), 2, "B608"),
        (two(money=pa.array([pa.MonthDayNano([1, 2, 3])] * 2), budget=[1, 1]), 2, "B608"),
        (two(done=pa.array(["1", "2"]).cast(pa.string_view())), 0, "2 units"),
        (two(money=pa.array([Decimal("1.5"), None], pa.decimal32(5, 1)), budget=[2, 2]), 0, "2 units"),
        (two(done=pa.DictionaryArray.from_arrays([0, 1], pa.array(["1", None]))), 0, "2 units"),
    ],
)  # fmt: skip
def test_arrow_files_are_refused_or_read(scored: Any, table: Any, status: int, said: str) -> None:
    found, text = scored("t.arrow", arrow_bytes(table))
    assert (found, said in text) == (status, True), text


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "t.xlsx"])
@pytest.mark.parametrize("data", [b"", b"hello", b"PAR1" + bytes(range(200)) + b"PAR1"])
def test_files_of_another_kind_are_refused(scored: Any, name: str, data: bytes) -> None:
    status, text = scored(name, data)
    assert (status, "D401" in text or "D454" in text) == (2, True), text


def test_a_damaged_page_is_the_tables_fault_not_that_of_the_result(scored: Any) -> None:
    data = bytearray(parquet_bytes(two(done=[1, 2], all=[2, 2])))
    data[20:60] = b"\x99" * 40
    status, text = scored("t.parquet", bytes(data))
    assert (status, "t.parquet: D401" in text) == (2, True), text


def test_cells_beyond_the_header_of_a_sheet_are_told(scored: Any) -> None:
    book, data = openpyxl.Workbook(), io.BytesIO()
    for row in (["unit", "done", "all"], ["a", 1, 2], ["b", 1, 2, None, 7]):
        book.active.append(row)
    book.save(data)
    status, text = scored("t.xlsx", data.getvalue())
    assert (status, "D450" in text) == (1, True), text


def test_a_column_whose_name_is_no_text_is_the_tables_fault(scored: Any) -> None:
    data = parquet_bytes(two(done=[1, 2], all=[2, 2])).replace(b"done", b"\xffone")
    status, text = scored("t.parquet", data)
    assert (status, "t.parquet: D401" in text) == (2, True), text


@pytest.mark.parametrize("name", ["t.csv", "t.parquet", "t.arrow"])
@pytest.mark.parametrize("units", [["a"], ["a", "c"], ["a", "b", "c"]], ids=["fewer", "other", "more"])
def test_a_table_that_is_replaced_while_it_is_read_refuses_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, units: list[str]
) -> None:
    path, out = tmp_path / name, tmp_path / "out.csv"
    out.write_text("before")

    def write(units: list[str]) -> None:
        table = pa.table({"unit": units, "done": [1] * len(units), "all": [2] * len(units)})
        text = "unit,done,all\n" + "".join(f"{unit},1,2\n" for unit in units)
        data = {".csv": text.encode, ".parquet": lambda: parquet_bytes(table), ".arrow": lambda: arrow_bytes(table)}
        fresh = tmp_path / "fresh"
        fresh.write_bytes(data[path.suffix]())
        fresh.replace(path)

    ranks = Run._ranks
    monkeypatch.setattr("tieuchi.batch.run.KEPT_BYTES", -1)  # so that the table is read once more for its results
    monkeypatch.setattr(Run, "_ranks", lambda self, best: (ranks(self, best), write(units))[0])
    write(["a", "b"])
    with pytest.raises(ReadingsError) as caught:
        score_file(compile_plan(book_of(BOOK)), path, out, BatchOptions())
    assert caught.value.text("en") == (
        f"{path}: B654: the file was written to while it was being read\n    hint  run again when nothing writes to it"
    )
    assert caught.value.text("vi") == (
        f"{path}: B654: tệp bị ghi lại trong khi đang đọc\n    gợi ý chạy lại khi không ai ghi vào tệp"
    )
    assert out.read_text() == "before"
