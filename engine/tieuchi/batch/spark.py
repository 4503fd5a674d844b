"""The same SELECT on Spark: Parquet to Parquet, on this machine or on a cluster. Spark shares out the work, not we.

``spark_table`` makes whole numbers of the table, ``sql`` scores them, ``spark_sums`` brings sums that are in doubt to
the exact road on this machine, ``spark_words`` gives points and words. Ranks and grades need exact totals of all units
at once; they are left to ``tieuchi rank``.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from tieuchi.batch.output import Detail
from tieuchi.batch.score import BatchOptions
from tieuchi.batch.spark_sums import READ, settled_parts
from tieuchi.batch.spark_table import TWICE, meaning_of, prepared, scales_of, twice
from tieuchi.batch.spark_words import told
from tieuchi.batch.units import UNIT_COLUMNS
from tieuchi.columnar.layout import layout_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.errors import Issue, Position, ReadingsError, UnknownNameError
from tieuchi.model.plan import Plan
from tieuchi.sql.generate import TableShape

MASTERS = ("local[*]", "spark://…", "yarn", "k8s://…")
STDERR = 2
PATIENCE = 10
"""Seconds to wait for a cluster to answer at all."""


class Outcome(NamedTuple):
    """How many rows were not scored, and which indicators the table has no column for."""

    rejected: int
    lacking: tuple[str, ...]


def spark_session(master: str = "local[*]") -> Any:
    """Return a Spark session that stops with an error where numbers overflow.

    Raises:
        UnknownNameError: The address is of no kind that Spark knows.
        ReadingsError: B651 Spark, or the Java it needs, is not there; B642 it does not start, or nobody answers.
    """
    for what, there in (("pyspark", importlib.util.find_spec("pyspark")), ("Java", java())):
        if there is None:
            raise ReadingsError([Issue("B651", Position("spark"), facts={"what": what})])
    if not master.startswith(tuple(known.rstrip("[*]…") for known in MASTERS)):
        raise UnknownNameError("option", master, MASTERS)
    # It warns of versions of other libraries that we don't call through it.
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    settings = {
        "spark.sql.ansi.enabled": "true",
        "spark.sql.analyzer.maxIterations": "1000",  # 100 are too few where rounded sums of rounded ones are rounded
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "OFF",  # what is wrong is told in our own words
    }
    if master.startswith("local"):
        # One machine: nothing of it is to be seen from outside, and its few cores want few parts.
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        settings["spark.sql.shuffle.partitions"] = "4"
    for name, value in settings.items():
        builder = builder.config(name, value)
    with _refusing("spark", f"Spark ({master})"):
        _reach(master)
        with _hushed():
            return builder.master(master).appName("tieuchi").getOrCreate()


def java() -> str | None:
    """Return where Java is: as Spark looks for it, below JAVA_HOME first."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep off the terminal what Java says of itself as it begins; where it does not begin, tell it.

    Raises:
        OSError: Java ended before it began.
    """
    from pyspark.errors import PySparkException

    with TemporaryFile() as said:
        terminal = os.dup(STDERR)
        os.dup2(said.fileno(), STDERR)
        try:
            yield
        except PySparkException as problem:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            raise OSError(" ".join([str(problem), *lines])) from None
        finally:
            os.dup2(terminal, STDERR)
            os.close(terminal)


def _reach(master: str) -> None:
    """See that one of a cluster's machines answers: Spark itself tries for a minute and then does not say why.

    Raises:
        OSError: None does.
    """
    kind, _, addresses = master.partition("://")
    problem: OSError | None = None
    for address in addresses.split(",") if kind == "spark" else ():
        host, _, port = address.rpartition(":")
        try:
            if port.isdigit():
                socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
        except OSError as refused:
            problem = refused
        else:
            return
    if problem is not None:
        raise problem


@contextmanager
def _refusing(place: str, what: str = "Spark") -> Iterator[None]:
    """Tell that Spark, or the Java below it, gave up: what it reads, writes or runs on is not as it must be.

    Raises:
        ReadingsError: B642 with what Spark says.
    """
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError) as problem:
        said = problem.java_exception.getMessage() if isinstance(problem, Py4JJavaError) else None
        facts = {"what": what, "reason": " ".join((said or str(problem)).split())[:300]}
        raise ReadingsError([Issue("B642", Position(place), facts=facts)]) from None


@contextmanager
def _whole(session: Any, out: str) -> Iterator[None]:
    """Take away a folder that was made and not finished."""
    with _refusing(out):
        path = session._jvm.org.apache.hadoop.fs.Path(out)
        files = path.getFileSystem(session._jsc.hadoopConfiguration())
        before = files.exists(path)
    try:
        with _refusing(out):
            yield
    except BaseException:
        if not before:
            files.delete(path, True)
        raise


def score_on_spark(session: Any, plan: Plan, table: str, out: str, options: BatchOptions | None = None) -> Outcome:
    """Score a Parquet table into a Parquet folder; return what it came to.

    Args:
        session: Where to run, from ``spark_session``.
        plan: The rulebook.
        table: The table's path, as Spark knows it.
        out: The folder to be made; rows that can't be scored go to ``out`` with ``.errors`` behind it.
        options: Of these count ``strict``, ``group``, a single column, and ``detail``.

    Raises:
        ReadingsError: A column means nothing or is of a type that Spark does not read exactly, or, with ``strict``,
            a row is bad; B636 there is no such column to group by; B642 Spark can't read the table or write the
            folder; B652 points are no decimals; D433 there is no row.
    """
    options = options or BatchOptions()
    detail: Detail = options.detail  # type: ignore[assignment]
    with _refusing(table):
        units = session.read.parquet(table)
        meaning = meaning_of(plan, units.schema, table)
        if options.group not in ("", "period", *meaning):
            raise ReadingsError([Issue("B636", Position(table), facts={"column": options.group})])
        program = compile_program(plan, scales_of(plan, meaning))
        kept = tuple(name for name in UNIT_COLUMNS if name in meaning)
        telling = told(plan, program, kept, detail)
        units.createOrReplaceTempView("tieuchi_given")
        session.sql(twice(plan, meaning)).createOrReplaceTempView(TWICE)
        given = session.sql(prepared(plan, program, meaning))
        bad, count = _bad_rows(given, table, strict=options.strict)
        given.where("`tieuchi wrong` = ''").createOrReplaceTempView("tieuchi_units")
    shape = _shape(program, kept, options.group, detail)
    with _whole(session, out):
        for place, part in enumerate(settled_parts(session, plan, program, shape)):
            part.createOrReplaceTempView("tieuchi_scored")
            session.sql(telling).write.mode("append" if place else "errorifexists").parquet(out)
        if count:
            bad.write.mode("overwrite").parquet(f"{out}.errors")
    lacking = tuple(name for name in layout_of(plan).place if name not in meaning)
    return Outcome(count, lacking)


def _shape(program: Program, kept: tuple[str, ...], group: str, detail: Detail) -> TableShape:
    """Return how the table of good rows looks; figures are handed through for sums that may be in doubt."""
    handed = (*kept, READ) if program.doubtful else kept
    kind = "unit_kind" if "unit_kind" in kept else ""
    return TableShape("tieuchi_units", handed, kind, group if group in kept else "", wide=True, detail=detail)


def _bad_rows(given: Any, table: str, *, strict: bool) -> tuple[Any, int]:
    """Return the rows that can't be scored, each with the column that is wrong, and how many they are.

    Raises:
        ReadingsError: D433 there is no row at all; B644 one is bad and none may be.
    """
    named = [f"`{name}`" for name in ("unit", "period") if name in given.columns]
    bad = given.where("`tieuchi wrong` <> ''").selectExpr(*named, "`tieuchi wrong` AS `column`")
    count = int(bad.count())
    if not count and given.isEmpty():
        raise ReadingsError([Issue("D433", Position(table))])
    if count and strict:
        first = bad.first()
        facts = {"count": str(count), "unit": str(first["unit"]), "column": str(first["column"])}
        raise ReadingsError([Issue("B644", Position(table), facts=facts)])
    return bad, count
