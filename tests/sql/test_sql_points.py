"""The generated SELECT gives the integers of the exact road inside each database."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from random_books import SCALES, draw_book, draw_readings
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.road import score_rows
from tieuchi.model.plan import Plan
from tieuchi.sql.dialects import DIALECTS, DialectName
from tieuchi.sql.generate import TableShape, generate
from tieuchi.sql.leaves import BEYOND
from tieuchi.sql.run import kinds_of, score_duckdb, score_sqlite, table_of

Score = Callable[[Program, Rows], dict[str, list[Any]]]
LARGEST = 1 << 27
"""Figures beyond it would overflow 64 bits in some of these rulebooks, where a database stops with an error."""


def drawn(scale: str, seed: int) -> tuple[Plan, Program, Rows]:
    random = Random(f"{scale}-{seed}")
    plan = draw_book(random, 3, (scale,))
    program, rows = rows_of(plan, [draw_readings(random, plan, f"u{i}") for i in range(25)])
    fits = np.ones(rows.count, bool)
    for column in rows.columns.values():
        fits[list(column.exact)] = False
        for values in (column.values, column.below):
            fits &= True if values is None else np.abs(values) < LARGEST
    kept = np.flatnonzero(fits)
    columns = {
        name: Column(c.values[kept], *(None if part is None else part[kept] for part in (c.states, c.below)))
        for name, c in rows.columns.items()
    }
    assert rows.kinds is not None
    return plan, program, Rows(len(kept), columns, rows.kinds[kept])


def differences(program: Program, rows: Rows, found: dict[str, list[Any]]) -> list[str]:
    """Return the cells in which a database differs; a cell it calls beyond its numbers is none."""
    exact, wrong = score_rows(program, rows, road="numpy"), []
    for row in range(rows.count):
        for place, leaf in enumerate(program.leaves):
            state = int(exact.states[place, row])
            there = (int(exact.points[place, row]) if state < 2 else None, state, int(exact.clauses[place, row]))
            here = tuple(found[leaf.id + title][row] for title in ("", " state", " clause"))
            if here != there and here[1] != BEYOND:
                wrong.append(f"{leaf.id} of row {row}: {here}, exactly {there}")
        for place, node in enumerate(program.nodes):
            arrays = (exact.sum_low, exact.sum_high, exact.sum_states, exact.most)
            there = tuple(int(array[place, row]) for array in arrays if array is not None)
            here = tuple(found[f"{node.id} {title}"][row] for title in ("low", "high", "state", "most"))
            if here != there and here[2] != BEYOND:
                wrong.append(f"{node.id} of row {row}: {here}, exactly {there}")
    return wrong


@pytest.mark.parametrize("score", [score_duckdb, score_sqlite], ids=["duckdb", "sqlite"])
@pytest.mark.parametrize("scale", SCALES)
def test_each_kind_of_scale_gives_the_exact_points_in_a_database(scale: str, score: Score) -> None:
    for seed in range(2):
        _, program, rows = drawn(scale, seed)
        if rows.count:
            assert differences(program, rows, score(program, rows)) == []


def test_sqlite_says_beyond_rather_than_reckon_with_floats() -> None:
    random = Random(3)
    plan = draw_book(random, 1, ("linear",))
    program, rows = rows_of(plan, [draw_readings(random, plan, f"u{i}") for i in range(40)])
    columns = {
        n: Column(np.full_like(c.values, 3 * 10**18), None, None) for n, c in rows.columns.items() if c.below is None
    }
    if len(columns) == len(rows.columns):
        found = score_sqlite(program, Rows(rows.count, columns, rows.kinds))
        states = [found[f"{leaf.id} state"] for leaf in program.leaves if leaf.slots]
        assert all(state == BEYOND for column in states for state in column)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_text_is_the_same_every_time(dialect: DialectName) -> None:
    _, program, _ = drawn("bands", 1)
    assert generate(program, dialect) == generate(program, dialect)


def required(reason: str) -> None:
    if os.environ.get("TIEUCHI_REQUIRE_SYSTEM"):
        pytest.fail(reason)
    pytest.skip(reason)


class Cluster:
    """A scratch PostgreSQL on a socket of its own, made and stopped by the test."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder, self.binaries = folder, binaries
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []

    def run(self, program: str, *arguments: str, text: str | None = None) -> str:
        done = subprocess.run(
            [*self.user, str(self.binaries / program), *arguments],
            input=text, capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def start(self) -> None:
        data = self.folder / "data"
        self.run("initdb", "-D", str(data), "-U", "tieuchi", "--auth=trust", "-E", "UTF8", "--locale=C")
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        self.run("pg_ctl", "-D", str(data), "-o", options, "-l", str(self.folder / "log"), "-w", "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def score(self, program: Program, rows: Rows) -> dict[str, list[Any]]:
        assert rows.kinds is not None
        columns = table_of(program, rows, kinds_of(program.layout, rows.kinds.tolist()))
        types = ", ".join(f'"{n}" {"text" if n == "unit_kind" else "bigint"}' for n in columns)
        lines = "\n".join(
            "\t".join("\\N" if cell is None else str(cell) for cell in line)
            for line in zip(*columns.values(), strict=True)
        )
        query = generate(program, "postgres", TableShape(states=True))
        script = (
            f"CREATE TEMP TABLE units ({types});\nCOPY units FROM STDIN;\n{lines}\n\\.\n"
            f"\\pset format unaligned\n\\pset fieldsep '|'\n\\pset footer off\n{query} ORDER BY unit;\n"
        )
        out = self.run(
            "psql",
            "-h",
            str(self.folder),
            "-U",
            "tieuchi",
            "-d",
            "postgres",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            text=script,
        )
        head, *body = [line.split("|") for line in out.strip().splitlines() if "|" in line]
        cells = [[int(cell) if cell else None for cell in line] for line in body]
        return {title: [line[i] for line in cells] for i, title in enumerate(head)}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    binaries = found[-1].parent if found else None
    if binaries is None or (os.geteuid() == 0 and shutil.which("setpriv") is None):
        required("postgresql is not installed")
    assert binaries is not None
    folder = Path(f"/tmp/tieuchi-pg-{os.getpid()}")
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    made = Cluster(folder, binaries)
    try:
        made.start()
        yield made
        made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("scale", SCALES)
def test_each_kind_of_scale_gives_the_exact_points_in_postgres(scale: str, cluster: Cluster) -> None:
    _, program, rows = drawn(scale, 1)
    if rows.count:
        assert differences(program, rows, cluster.score(program, rows)) == []
