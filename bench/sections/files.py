"""Parquet to Parquet, against a polars query written by hand, and the memory of whole processes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from book import KINDS, Case, make_case, make_plan
from measure import alternate, process
from peers.polars import scored
from rules import PERCENT, QUANTUM
from tables import EPOCH, write_book, write_parquet
from tieuchi.batch.score import BatchOptions, score_file

BENCH = str(Path(__file__).parents[1])
TIEUCHI = (sys.executable, "-m", "tieuchi", "batch")
BY_POLARS = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from sections.files import by_polars
by_polars(Path(sys.argv[2]), Path(sys.argv[3]))
"""


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    assert cores
    count = 20_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = make_case(count)
        table, book, out = write_parquet(case, folder / "units.parquet"), write_book(case, folder), folder / "o.parquet"
        plan = make_plan(case.specs, case.columns)
        bare = BatchOptions(detail="points", ranked=False)
        works = {
            "polars, points": lambda: by_polars(table, out),
            "tieuchi, points": lambda: score_file(plan, table, out, bare),
        }
        sizes = {name: _size_after(work, out) for name, work in works.items()}
        times = alternate(works, 1 if quick else 3, warm=0, budget=90)
        return {
            "units": count,
            "seconds": {name: times.median(name) for name in works},
            "times polars": {name: times.ratio(name, "polars, points") for name in works},
            "megabytes written": sizes,
            "megabytes read": table.stat().st_size / 1e6,
            "processes": _whole(book, table, out, folder / "full.parquet"),
            "totals that differ": _different(table, folder, plan),
        }


def _size_after(work: Any, out: Path) -> float:
    work()
    return out.stat().st_size / 1e6


def by_polars(table: Path, out: Path) -> None:
    """Score a Parquet file into another: scan, expressions, sink. Points are left as whole quanta."""
    case = make_case(0)
    whole = pl.Int64
    columns = [_whole_column(case, name, sort).cast(whole).alias(name) for name, sort in case.columns.items()]
    kind = pl.col("unit_kind").replace_strict(list(KINDS), list(range(len(KINDS))), return_dtype=whole)
    frame = pl.scan_parquet(table).select("unit", kind.alias("unit_kind"), *columns)
    scored(frame, case, keep=("unit",)).sink_parquet(out, compression="snappy")


def _whole_column(case: Case, name: str, sort: str) -> Any:
    match sort:
        case "date":
            return pl.col(name).cast(pl.Int32).cast(pl.Int64) + EPOCH
        case "percent":
            return pl.col(name) * (PERCENT // 100)
        case "declared":
            owner = next(spec["id"] for spec in case.specs if spec.get("declared") == name)
            return pl.col(f"declared:{owner}") * QUANTUM
    return pl.col(name)


def _whole(book: Path, table: Path, out: Path, full: Path) -> dict[str, dict[str, float]]:
    """Return seconds and peak memory of whole processes."""
    given, points = (str(book), str(table), "--out"), full.with_name("points.parquet")
    commands = {
        "polars, points": [sys.executable, "-c", BY_POLARS, BENCH, str(table), str(out)],
        "tieuchi batch, points, with ranks": [*TIEUCHI, *given, str(points), "--detail", "points"],
        "tieuchi batch, all, with ranks": [*TIEUCHI, *given, str(full)],
    }
    ran = {name: process(command) for name, command in commands.items()}
    sizes = dict(zip(commands, (out, points, full), strict=True))
    return {
        name: {"seconds": run.seconds, "megabytes": run.megabytes, "written": sizes[name].stat().st_size / 1e6}
        for name, run in ran.items()
    }


def _different(table: Path, folder: Path, plan: Any) -> int:
    """Return how many totals differ between the two files."""
    paths = [folder / name for name in ("theirs.parquet", "ours.parquet")]
    by_polars(table, paths[0])
    score_file(plan, table, paths[1], BatchOptions(detail="totals", ranked=False))
    theirs = pl.read_parquet(paths[0], columns=["total"])["total"].cast(pl.Int64)
    ours = (pl.read_parquet(paths[1], columns=["total:low"])["total:low"] * QUANTUM).cast(pl.Int64)
    return int((theirs != ours).sum())
