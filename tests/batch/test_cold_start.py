"""What makes a short run short: what it does not load, and what it does not reckon twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tieuchi.batch.run
from small_books import REFERENCE, book_of, book_tree, leaf, yaml_text
from tieuchi.batch.score import score_frame
from tieuchi.model.plan import compile_plan

BOOK = book_tree(
    leaf({"linear": {}}, id="1", max_points="10", value={"amount": "liked"}),
    indicators={"liked": "percent"},
    ranking={"ties": "competition"},
    grades={"classes": [{"grade": "A", "at_least": "5"}, {"grade": "B", "otherwise": "true"}], **REFERENCE},
)
TABLE = "unit,liked\na,50%\nb,20%\n"
NOT_FOR_A_FEW = (
    "duckdb",
    "numba",
    "openpyxl",
    "pandas",
    "polars",
    "tieuchi.algebra",
    "tieuchi.columnar.kernel",
    "tieuchi.loading.readings_table",
    "tieuchi.model.reading",
    "tieuchi.scoring",
    "tieuchi.words.messages",
)
PROGRAM = """
import json, sys
from tieuchi.__main__ import main
try:
    main()
except SystemExit as end:
    print(json.dumps([end.code, *sorted(sys.modules)]))
"""


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_batch_of_few_units_loads_only_what_it_needs(tmp_path: Path, suffix: str) -> None:
    book, table = tmp_path / "book.yaml", tmp_path / "units.csv"
    book.write_text(yaml_text(BOOK), encoding="utf-8")
    table.write_text(TABLE, encoding="utf-8")
    command = [sys.executable, "-c", PROGRAM, "batch", str(book), str(table), "--out", str(tmp_path / f"o.{suffix}")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    status, *loaded = json.loads(ran.stdout.splitlines()[-1])
    assert (status, sorted({*loaded} & {*NOT_FOR_A_FEW})) == (0, [])


def test_a_table_that_is_kept_is_scored_once_for_ranks_and_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "units.csv"
    table.write_text(TABLE, encoding="utf-8")
    score_rows, scored = tieuchi.batch.run.score_rows, []

    def counted(*args: Any, **more: Any) -> Any:
        scored.append(args)
        return score_rows(*args, **more)

    monkeypatch.setattr(tieuchi.batch.run, "score_rows", counted)
    found, _ = score_frame(compile_plan(book_of(BOOK)), table)
    assert (len(scored), found["rank"].to_pylist(), found["grade"].to_pylist()) == (1, [1, 2], ["A", "B"])
