"""Columns whose type says what their figures are: as exact, and as strictly judged, as figures that are typed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from small_books import book_of, book_tree, leaf
from tieuchi.batch.cells import rescaled
from tieuchi.batch.csv_header import open_csv
from tieuchi.batch.score import score_frame
from tieuchi.columnar.layout import Column
from tieuchi.model.plan import compile_plan

SLOPE = {"linear": {"zero_at": "0", "full_at": "1"}}


def scored(frame: dict[str, Any], **ends: str) -> tuple[Any, list[str]]:
    """Return the points of the units of a frame, and the codes of what is wrong with its rows."""
    indicators = {"x": {"kind": "amount", "range": ends}} if ends else {"x": "amount"}
    plan = compile_plan(book_of(book_tree(leaf(SLOPE, value={"amount": "x"}), indicators=indicators)))
    found, summary = score_frame(plan, pa.table(frame))
    return found["1"].to_pylist() if "1" in found.column_names else [], [issue.code for issue in summary.issues]


@pytest.mark.parametrize(
    ("ends", "code"), [({"at_least": "10"}, "D474"), ({"at_most": "-10"}, "D475")], ids=["too little", "too much"]
)
def test_an_end_that_no_figure_of_so_many_decimals_can_reach_is_passed_by_all(ends: dict[str, str], code: str) -> None:
    figures = pa.array([Decimal("0.5"), Decimal("0.1")], pa.decimal128(18, 18))
    assert scored({"unit": ["a", "b"], "x": figures}, **ends) == ([], [code, code])


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.float64()], ids=str)
def test_a_binary_float_of_any_size_means_its_shortest_decimal(kind: Any) -> None:
    half = pa.array([0.5], pa.float64()).cast(kind)
    wide, long = {"unit": ["a"], "x": half}, {"unit": ["a"], "indicator": ["x"], "value": half}
    assert scored(wide) == scored(long) == ([Decimal("0.500000")], [])


def test_a_tenth_in_32_bits_is_a_tenth_in_long_tables_too() -> None:
    tenth = pa.array([0.1], pa.float32())
    long = {"unit": ["a"], "indicator": ["x"], "value": tenth}
    assert scored({"unit": ["a"], "x": tenth}) == scored(long) == ([Decimal("0.100000")], [])


def test_a_quote_that_is_never_closed_costs_its_own_line(tmp_path: Any) -> None:
    rows = "".join(f"u{n},{n}\n" for n in range(20_000))
    path = tmp_path / "table.csv"
    path.write_text(f'unit,x\nbad,"1\n{rows}', encoding="utf-8")
    file, _ = open_csv(path)
    read = [unit for table, _ in file.batches() for unit in table["unit"].to_pylist()]
    assert read == [f"u{n}" for n in range(20_000)]
    assert [reject.issues[0].position.line for reject in file.rejected] == [2]


def test_figures_at_a_scale_beyond_64_bits_are_kept_exactly() -> None:
    finer = rescaled(Column(np.array([1, 0, -3], np.int64)), 10**20)
    assert dict(finer.exact) == {0: 10**20, 1: 0, 2: -3 * 10**20}
