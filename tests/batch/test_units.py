"""Who stands in a table: once a period, in its time, under a parent; and what became of merged units."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from small_books import book_of, book_tree, leaf
from tieuchi.batch import near
from tieuchi.batch.near import Near
from tieuchi.batch.register import Change, Register, reaggregated
from tieuchi.batch.register_file import load_register
from tieuchi.batch.score import BatchOptions, score_frame
from tieuchi.batch.source import Batch
from tieuchi.batch.units import UnitCheck
from tieuchi.errors import ReadingsError
from tieuchi.loading.readings import load_all_readings
from tieuchi.model.plan import Plan, compile_plan

DAY = date(2025, 7, 1)
FIGURES = "9,10,50%"


def codes(plan: Plan, text: str, tmp_path: Path, **options: object) -> list[tuple[str, int]]:
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    _, summary = score_frame(plan, str(table), BatchOptions(**options))  # type: ignore[arg-type]
    return [(issue.code, issue.position.line) for issue in summary.issues]


def register(tmp_path: Path, text: str, name: str = "r.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_unit_stands_once_in_each_period(plan: Plan, tmp_path: Path) -> None:
    text = f"unit,period,done,all,liked\na,2024,{FIGURES}\na,2025,{FIGURES}\na,2025,{FIGURES}\n"
    assert codes(plan, text, tmp_path) == [("D441", 4)]


def test_a_row_without_a_period_is_of_the_rulebooks_and_compares_with_its_units(tmp_path: Path) -> None:
    best = leaf({"relative_to_best": {"best": "largest"}}, id="1", max_points="2", value={"amount": "income"})
    plan = compile_plan(book_of(book_tree(best, indicators={"income": "amount"}, period="2025")))
    table = tmp_path / "t.csv"
    table.write_text("unit,period,income\na,2025,4\nb,,2\nc,2024,1\na,,9\n", encoding="utf-8")
    found, summary = score_frame(plan, str(table))
    assert [(row["unit"], row["period"], row["1"], row["rank"]) for row in found.to_pylist()] == [
        ("a", "2025", 2, 1), ("b", "2025", 1, 2), ("c", "2024", 2, 1),
    ]  # fmt: skip
    (issue,) = summary.issues
    assert issue.text("en") == (
        f"{table}:5: D441: unit “a” (period 2025) is already at {table}:2\n"
        "    at    unit\n    hint  keep one of the two"
    )


def test_a_unit_is_scored_only_in_its_time(plan: Plan, tmp_path: Path) -> None:
    head = "unit,period,valid_from,valid_to,done,all,liked\n"
    spans = ["2025-07-01,", ",2025-06-30", ",", "2026-01-01,2025-01-01", "2025-13-01,", "2020-01-01,2025-12-31"]
    text = head + "".join(f"u{i},2025,{span},{FIGURES}\n" for i, span in enumerate(spans))
    assert codes(plan, text, tmp_path) == [("B618", 3), ("B617", 5), ("D476", 6)]
    assert codes(plan, head + f"a,thử,,2025-06-30,{FIGURES}\n", tmp_path) == [("B616", 2)]


def test_parents_are_known_above_and_never_below_themselves(ranked: Plan, tmp_path: Path) -> None:
    rows = [
        "p,province,", "d,district,p", "e,district,nowhere", "f,district,g", "g,district,f", "q,province,d",
        "h,district,p", "i,district,p",
    ]  # fmt: skip
    text = "unit,unit_kind,unit_parent,done,all,liked\n" + "".join(f"{row},{FIGURES}\n" for row in rows)
    assert codes(ranked, text, tmp_path) == [("B621", 4), ("B622", 5), ("B622", 6), ("B623", 7)]


def test_everything_wrong_with_a_unit_is_told_at_once(ranked: Plan, tmp_path: Path) -> None:
    head = "unit,unit_kind,unit_parent,period,valid_to,done,all,liked\n"
    rows = [
        "p,province,,2025,,9,10,50%",
        "d,ward,nowhere,2025,2024-12-31,11,x,200%",
        "d,district,p,2025,,9,10,50%",
        "e,district,p,2025,,9,10,50%",
    ]
    found = codes(ranked, head + "\n".join(rows), tmp_path)
    assert found == [*((code, 3) for code in ("D460", "D475", "D501", "B621", "B618")), ("D441", 4)]


def test_names_that_are_not_known_are_compared_only_so_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "MOST_COMPARED", 5)
    known = Near(["tuyen-quang", "ha-giang"])
    assert [known.to(name) for name in ("tuyen_quang", "x", "ha_giang", "hagiang")] == [
        "tuyen-quang",
        "",
        "ha-giang",
        "",
    ]
    assert known.to("tuyen_quang") == "tuyen-quang"


def test_a_parent_counts_for_its_own_period(ranked: Plan, tmp_path: Path) -> None:
    rows = ["p,province,,2024", "d,district,p,2024", "p,province,,2025", "d,district,typo,2025", "d,district,d,2026"]
    text = "unit,unit_kind,unit_parent,period,done,all,liked\n" + "".join(f"{row},{FIGURES}\n" for row in rows)
    assert codes(ranked, text, tmp_path) == [("B621", 5), ("B622", 6)]


def test_parents_outside_the_table_are_not_asked_for(ranked: Plan, tmp_path: Path) -> None:
    assert codes(ranked, f"unit,unit_parent,done,all,liked\na,x,{FIGURES}\nb,y,{FIGURES}\n", tmp_path) == []


def test_what_does_not_fit_the_rulebook_is_told_as_for_one_unit(ranked: Plan, tmp_path: Path) -> None:
    text = f"unit,unit_kind,done,all,liked\na,commune,{FIGURES}\nb,district,11,10,50%\nc,district,{FIGURES}\n"
    assert codes(ranked, text, tmp_path) == [("D501", 2), ("D505", 3)]


def test_a_part_is_no_more_than_its_whole_also_where_no_criterion_reads_it(parted: Plan, tmp_path: Path) -> None:
    large = 2**53 + 1
    rows = [
        "a,10,10,11,0,50,50,1/2,1/2", "b,10,10,10,11,50,50,1/2,1/2", "c,10,10,10,10,50,50.01,1/2,1/2",
        "d,10,10,10,10,50,50,2/3,3/5", "e,10,10,10,10,50,50.0,3/5,2/3", f"f,9,{large - 1},{large},,50,50,,",
        "g,10,10,,11,,50,,1/2", f"h,9,{10**20},{10**20 + 1},,50,50,,", f"i,9,{10**20},{10**20},,50,50,,",
    ]  # fmt: skip
    text = "unit,done,all,sent,late,liked,rated,online,paid\n" + "".join(f"{row}\n" for row in rows)
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    _, summary = score_frame(parted, str(table), BatchOptions())
    told = [(issue.code, issue.position.line, issue.path) for issue in summary.issues]
    assert told == [("D491", line, name) for line, name in
                    ((2, "sent"), (3, "late"), (4, "rated"), (5, "online"), (7, "sent"), (9, "sent"))]  # fmt: skip
    with pytest.raises(ReadingsError) as refused:
        load_all_readings(table, parted.indicators)
    assert [(issue.code, issue.position.line) for issue in refused.value.issues] == [t[:2] for t in told]
    first = f"{table}:4: D491: “rated” is 50.01%, more than “liked” of which it is part: 50% at {table}:4"
    assert summary.issues[2].text("en").startswith(first)
    second = f"{table}:4: D491: “rated” là 50.01%, lớn hơn “liked” là 50% ở {table}:4"
    assert summary.issues[2].text("vi").startswith(second)


def test_merged_units_compare_with_the_sum_of_their_parts() -> None:
    merged = Register((Change("a", "c", DAY), Change("b", "c", DAY), Change("c", "c", DAY)))
    base = {"a": {"x": Fraction(1)}, "b": {"x": Fraction(2)}, "c": {"x": Fraction(4)}}
    assert reaggregated(base, merged, date(2026, 1, 1)) == {"c": {"x": Fraction(7)}}
    assert reaggregated(base, merged, date(2025, 6, 30)) == base


def test_what_merged_may_split_later() -> None:
    later = date(2030, 1, 1)
    changes = (Change("a", "c", DAY), Change("c", "d", later, Fraction(3, 5)), Change("c", "e", later, Fraction(2, 5)))
    found = Register(changes)
    assert found.successors("a", date(2031, 1, 1)) == {"d": Fraction(3, 5), "e": Fraction(2, 5)}
    assert found.successors("c", date(2031, 1, 1), later) == {"c": 1}


MERGER = (
    "changes:\n  - {day: 2025-07-01, merge: [a, b], into: b}\n  - {day: 2025-07-01, split: x, into: {y: 60%, z: 40%}}\n"
)
BASE = "unit,period,firms\na,2024,100\nb,2024,200\nx,2024,50\nk,2024,40\n"
GROWTH = (("b", 330), ("y", 32), ("z", 22), ("k", 43))
NOW = "unit,period,done,all,liked,firms\n" + "".join(f"{unit},2025,{FIGURES},{firms}\n" for unit, firms in GROWTH)


@pytest.mark.parametrize("name", ["r.yaml", "r.csv"])
def test_growth_compares_with_the_re_aggregated_base(growing: Plan, tmp_path: Path, name: str) -> None:
    csv = "unit,successor,day,share\na,b,2025-07-01,\nb,b,2025-07-01,\nx,y,2025-07-01,60%\nx,z,2025-07-01,2/5\n"
    base, now = register(tmp_path, BASE, "base.csv"), register(tmp_path, NOW, "now.csv")
    options = BatchOptions(base=base, register=register(tmp_path, MERGER if name == "r.yaml" else csv, name))
    found, summary = score_frame(growing, str(now), options)
    assert summary.issues == []
    # 330 of 300, 32 of 30, 22 of 20, 43 of 40
    assert [row["3"] for row in found.to_pylist()] == [2, 0, 2, 0]


def test_a_figure_given_and_another_from_the_base_clash(growing: Plan, tmp_path: Path) -> None:
    base = register(tmp_path, BASE, "base.csv")
    text = "unit,period,done,all,liked,firms,firms_before\nk,2025,9,10,50%,44,39\na,2025,9,10,50%,44,\n"
    assert codes(growing, text, tmp_path, base=base) == [("B633", 2)]


def test_a_unit_that_is_no_more_is_not_scored(growing: Plan, tmp_path: Path) -> None:
    text = f"unit,period,done,all,liked\na,2025,{FIGURES}\na,2024,{FIGURES}\nb,2025,{FIGURES}\ny,2024,{FIGURES}\n"
    assert codes(growing, text, tmp_path, register=register(tmp_path, MERGER)) == [("B619", 2), ("B618", 5)]


def test_shares_can_t_be_added_up(tmp_path: Path, of_shares: Plan) -> None:
    base = register(tmp_path, "unit,period,rate\na,2024,50%\n", "base.csv")
    options = BatchOptions(base=base, register=register(tmp_path, MERGER))
    with pytest.raises(ReadingsError, match="B632"):
        score_frame(of_shares, pa.table({"unit": ["b"], "rate": ["60%"]}), options)


BAD = """\
kinds: [province, district]
units:
  - {id: a, kind: province, to: 2025-06-30}
  - {id: a, kind: commune, from: 2025-06-30}
  - {id: b, from: 2025-07-01, to: 2025-01-01}
  - {id: c}
  - {name: x}
changes:
  - {day: 2025-07-01, merge: [a, cc], into: c}
  - {day: 2025-08-01, split: c, into: {a: 60%, c: 30%}}
  - {day: 2025-9-01, merge: [a], into: c}
  - {day: 2026-01-01, split: c, into: {a: 2, c: x}}
  - {day: 2026-02-01, merge: [a], into: c, split: c}
  - {dya: 2026-02-01, merge: a, into: c}
  - {day: 2027-01-01, merge: [a], into: c}
  - {day: 2027-01-01, merge: [c], into: a}
"""


def test_everything_wrong_in_a_register_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ReadingsError) as refused:
        load_register(register(tmp_path, BAD))
    found = [(issue.code, issue.position.line) for issue in refused.value.issues]
    assert found == [
        ("B614", 4), ("B624", 4), ("B617", 5), ("D414", 7), ("B612", 9), ("B611", 10), ("B625", 11), ("B626", 12),
        ("B626", 12), ("B610", 13), ("D414", 14), ("D410", 14), ("B613", 15), ("B613", 16),
    ]  # fmt: skip


def test_a_register_in_csv_is_told_the_same_way(tmp_path: Path) -> None:
    text = "unit,successor,day,shaer\na,b,2025-07-01,\n"
    with pytest.raises(ReadingsError, match="share"):
        load_register(register(tmp_path, text, "r.csv"))
    for name, text in (("e.csv", ""), ("h.csv", "unit,share\n")):
        with pytest.raises(ReadingsError) as refused:
            load_register(register(tmp_path, text, name))
        assert {"B629"} == {issue.code for issue in refused.value.issues}
    at, hint = f"{tmp_path / 'h.csv'}:1:1: B629: ", "    hint  begin with unit, successor, day, share"
    assert refused.value.text("en").splitlines() == [
        f"{at}the register has no column “day” (từ ngày / ngày)", hint,
        f"{at}the register has no column “successor” (đơn vị mới / sáp nhập vào)", hint,
    ]  # fmt: skip
    assert refused.value.text("vi").splitlines()[:2] == [
        f"{at}bảng sáp nhập, chia tách thiếu cột “day” (từ ngày / ngày)",
        "    gợi ý dòng đầu tiên phải là tên cột: unit, successor, day, share",
    ]
    rows = ["a,b,1/7/2025,", "a,,2025-07-01,", "a,b,2025-07-01,0.5", "a,b", "a,b,2025-07-01,1/3", "c,d,2025-01-01"]
    text = "\n".join(["unit,successor,day,share", *rows])
    with pytest.raises(ReadingsError) as refused:
        load_register(register(tmp_path, text, "r.csv"))
    found = [(i.code, i.position.line) for i in refused.value.issues]
    assert found == [("B625", 2), ("D434", 3), ("B611", 4), ("B628", 4), ("D449", 5), ("B628", 6), ("D449", 7)]


def test_a_unit_is_known_again_however_many_parts_a_table_has() -> None:
    check = UnitCheck("2025", Register())
    found = {}
    for part in range(40):
        ids = [f"u{part * 7 + row}" for row in range(9)]  # two of nine stand in the part before
        lines = np.arange(part * 9 + 2, part * 9 + 11)
        batch = Batch("t.csv", pa.table({"unit": ids}), lines)
        for row, issue in check.issues({"unit": pa.array(ids)}, batch):
            found[int(lines[row])] = issue.facts["first"]
    again = {part * 9 + 2 + row: f"t.csv:{part * 9 + row}" for part in range(1, 40) for row in (0, 1)}
    assert found == again
