"""Best values of a large table are found in few columns, and are right although the others show rows to be wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from small_books import book_of, book_tree, leaf
from tieuchi.batch.score import BatchOptions, score_file, score_frame
from tieuchi.batch.source import BATCH_ROWS
from tieuchi.model.plan import Plan, compile_plan

UNITS = BATCH_ROWS + 1000
RICHEST, RICHER = 40, UNITS - 7
BANDS = [{"clause": "a", "at_least": "90%", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]


@pytest.fixture(scope="module")
def plan() -> Plan:
    kinds = {"income": "amount", "done": "percent"}
    best = {"relative_to_best": {"best": "largest"}}
    return compile_plan(
        book_of(
            book_tree(
                leaf(best, id="1", max_points="1", value={"amount": "income"}),
                leaf({"bands": BANDS}, id="2", max_points="1", value={"amount": "done"}),
                indicators=kinds,
            )
        )
    )


def table(folder: Path, *, wrong: dict[int, Any], groups: int = 1) -> Path:
    """Write units whose incomes are 1 to 100, but for two rich ones; some have a share that can't be."""
    income = np.arange(UNITS) % 100 + 1
    income[RICHEST], income[RICHER] = 800, 400
    done = np.full(UNITS, 95)
    for row, value in wrong.items():
        done[row] = value
    columns = {
        "unit": [f"u{i}" for i in range(UNITS)],
        "period": [str(2020 + i % groups) for i in range(UNITS)],
        "income": income,
        "done": done,
    }
    parquet.write_table(pa.table(columns), folder / "units.parquet", row_group_size=6000)
    return folder / "units.parquet"


def points_of(found: pa.Table) -> dict[str, str]:
    return {u: str(p) for u, p in zip(found["unit"].to_pylist(), found["1"].to_pylist(), strict=True)}


@pytest.mark.parametrize("ranked", [False, True])
@pytest.mark.parametrize(
    ("wrong", "best"),
    [({}, 800), ({RICHEST: 101}, 400), ({RICHER: 101}, 800), ({RICHEST: -1, RICHER: 101}, 100), ({3: 101}, 800)],
)
def test_a_row_refused_for_another_column_is_no_best(
    plan: Plan, tmp_path: Path, wrong: dict[int, int], best: int, ranked: bool
) -> None:
    path = table(tmp_path, wrong=wrong)
    found, summary = score_frame(plan, path, BatchOptions(ranked=ranked))
    assert points_of(found)["u0"] == str(round(1 / best, 6)).ljust(8, "0")
    assert len(summary.rejects) == len(wrong)
    assert (summary.units, found.num_rows) == (UNITS - len(wrong),) * 2
    score_file(plan, path, tmp_path / "o.parquet", BatchOptions(ranked=ranked))
    assert points_of(parquet.read_table(tmp_path / "o.parquet")) == points_of(found)


def test_groups_have_bests_of_their_own(plan: Plan, tmp_path: Path) -> None:
    assert (RICHEST % 2, RICHER % 2) == (0, 1)
    found, _ = score_frame(plan, table(tmp_path, wrong={RICHEST: 101}, groups=2), BatchOptions(ranked=False))
    points = points_of(found)
    assert (points["u0"], points["u1"]) == ("0.010101", "0.005000")


def test_what_nobody_tells_has_no_best(plan: Plan, tmp_path: Path) -> None:
    path = table(tmp_path, wrong={})
    parquet.write_table(parquet.read_table(path).drop(["income"]), path)
    found, _ = score_frame(plan, path, BatchOptions(ranked=False))
    assert set(found["1:state"].to_pylist()) == {"missing"}
