"""Databases for the tests: a scratch PostgreSQL and a local Spark, each made once; skipped where they are not there."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from postgres_cluster import Cluster
from tieuchi.batch.spark import spark_session


def required(reason: str) -> None:
    if os.environ.get("TIEUCHI_REQUIRE_SYSTEM"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def cluster() -> Iterator[Cluster]:
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


@pytest.fixture(scope="package")
def session() -> Iterator[Any]:
    absent = [
        n
        for n, there in (("pyspark", importlib.util.find_spec("pyspark")), ("java", shutil.which("java")))
        if not there
    ]
    if absent:
        required(f"{' and '.join(absent)} not installed (make spark; default-jre-headless)")
    with TemporaryFile() as said:
        terminal = os.dup(2)
        os.dup2(said.fileno(), 2)
        made = spark_session("local[2]")
        os.dup2(terminal, 2)
        os.close(terminal)
        said.seek(0)
        made.said_at_first = said.read().decode()
    yield made
    made.stop()
