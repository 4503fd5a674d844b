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
from sql_rows import differences, drawn
from tieuchi.cli import run
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.sql.dialects import DIALECTS, DialectName
from tieuchi.sql.generate import generate
from tieuchi.sql.leaves import BEYOND
from tieuchi.sql.run import score_duckdb, score_postgres, score_sqlite

Score = Callable[[Program, Rows], dict[str, list[Any]]]


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

    @property
    def dsn(self) -> str:
        """How psql finds it."""
        return f"host={self.folder} user=tieuchi dbname=postgres"


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
        assert differences(program, rows, score_postgres(program, rows, cluster.dsn, wide=False)) == []


def test_verify_compares_a_database_that_is_named(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["verify", "curb-65/2003", "--road", "postgres", "--lang", "en"]
    assert run([*arguments, "--postgres", cluster.dsn]) == 0
    assert " cells, 0 different" in capsys.readouterr().out
    assert run([*arguments, "--postgres", f"{cluster.dsn} port=1"]) == 2
    assert "B642" in capsys.readouterr().err
