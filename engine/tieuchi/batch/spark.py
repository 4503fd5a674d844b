"""The same SELECT on Spark: Parquet to Parquet, on this machine or on a cluster. Spark shares out the work, not we.

The table is the one that ``batch`` reads, wide, with typed columns: whole numbers, decimals, dates, yes and no, choices
as text. Rows outside a declared range go to a folder of errors. Units of which a sum lies so near a place of rounding
that quanta can't tell which way take the exact road on this machine. Ranks and grades need exact totals of all units at
once; they are left to ``tieuchi rank``.
"""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

from tieuchi.batch.fitting import coverages
from tieuchi.batch.spark_sums import READ, read_column, with_exact_sums
from tieuchi.batch.units import UNIT_COLUMNS
from tieuchi.columnar.layout import DECLARED_PREFIX, STATES, layout_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import clause_label
from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.table_columns import column_of
from tieuchi.model.plan import Plan
from tieuchi.sql.dialects import dialect_of
from tieuchi.sql.generate import TableShape, generate

SPARK = dialect_of("spark")
MOST_LABELS = 256
"""A checklist of more outcomes keeps its clause as a number."""


def spark_session(master: str = "local[*]") -> Any:
    """Return a Spark session that stops with an error where numbers overflow.

    Raises:
        ReadingsError: B642 Spark, or the Java it needs, is not there or does not start.
    """
    for what, there in (("pyspark", importlib.util.find_spec("pyspark")), ("java", shutil.which("java"))):
        if there is None:
            facts = {"what": "Spark", "reason": f"{what}: pip install 'tieuchi[spark]', Java 17"}
            raise ReadingsError([Issue("B642", Position("spark"), facts=facts)])
    # It warns of versions of other libraries that we don't call through it.
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder
    settings = {
        "spark.sql.ansi.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    if master.startswith("local"):
        # One machine: nothing of it is to be seen from outside, and its few cores want few parts.
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        settings["spark.sql.shuffle.partitions"] = "4"
    for name, value in settings.items():
        builder = builder.config(name, value)
    with _refusing("spark", f"Spark ({master})"):
        return builder.master(master).appName("tieuchi").getOrCreate()


@contextmanager
def _refusing(place: str, what: str = "Spark") -> Iterator[None]:
    """Tell that Spark, or the Java below it, gave up: what it reads, writes or runs on is not as it must be.

    Raises:
        ReadingsError: B642 with what Spark says.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, OSError) as problem:
        facts = {"what": what, "reason": " ".join(str(problem).split())[:300]}
        raise ReadingsError([Issue("B642", Position(place), facts=facts)]) from None


def score_on_spark(session: Any, plan: Plan, table: str, out: str, *, group: str = "", strict: bool = False) -> int:
    """Score a Parquet table into a Parquet folder; return how many rows were not scored.

    Args:
        session: Where to run, from ``spark_session``.
        plan: The rulebook.
        table: The table's path, as Spark knows it.
        out: The folder to be made; rows that can't be scored go to ``out`` with ``.errors`` behind it.
        group: Column within whose groups relative scales compare; the whole table if there is none.
        strict: One bad row refuses the table, and nothing is written.

    Raises:
        ReadingsError: A column means nothing or is of a type that Spark does not read exactly, or, with ``strict``,
            a row is bad; B642 Spark can't read the table or write the folder.
    """
    with _refusing(table):
        units = session.read.parquet(table)
    meaning = _meaning(plan, units.schema, table)
    scales = _scales(plan, meaning)
    program = compile_program(plan, scales)
    units.createOrReplaceTempView("tieuchi_given")
    given = session.sql(_prepared(plan, program, meaning))
    given.where("`tieuchi wrong` = ''").createOrReplaceTempView("tieuchi_units")
    kept = tuple(name for name in UNIT_COLUMNS if name in given.columns)
    kind = "unit_kind" if "unit_kind" in kept else ""
    handed = (*kept, READ) if program.doubtful else kept
    shape = TableShape("tieuchi_units", handed, kind, group if group in kept else "", wide=True, exact_sums=False)
    named = [f"`{name}`" for name in ("unit", "period") if name in kept]
    bad = given.where("`tieuchi wrong` <> ''").selectExpr(*named, "`tieuchi wrong` AS `column`")
    with _refusing(table):
        count = int(bad.count())
    if count and strict:
        first = bad.first()
        facts = {"count": str(count), "unit": str(first["unit"]), "column": str(first["column"])}
        raise ReadingsError([Issue("B644", Position(table), facts=facts)])
    scored = session.sql(generate(program, "spark", shape))
    with _refusing(out):
        if program.doubtful:
            scored = with_exact_sums(session, plan, program, shape, scored)
        scored.createOrReplaceTempView("tieuchi_scored")
        session.sql(_told(plan, program, kept)).write.mode("errorifexists").parquet(out)
        if count:
            bad.write.mode("overwrite").parquet(f"{out}.errors")
    return count


def _meaning(plan: Plan, schema: Any, table: str) -> dict[str, Any]:
    """Return the columns of the table by what they mean."""
    found, issues = {}, []
    place = layout_of(plan).place
    for column in schema.fields:
        fixed = column_of(column.name)
        name = fixed if fixed in UNIT_COLUMNS else column.name if column.name in place else None
        if name is None and column.name not in plan.indicators:
            near = nearest(column.name, [*place, *UNIT_COLUMNS]) or ""
            issues.append(Issue("B605", Position(table), facts={"column": column.name, "nearest": near}))
        elif name is not None:
            found[name] = column
            if name in place and _factor(plan, name, column.dataType.simpleString()) is None:
                facts = {"column": column.name, "type": column.dataType.simpleString()}
                issues.append(Issue("B641", Position(table), facts=facts))
    if "unit" not in found:
        issues.append(Issue("B604", Position(table)))
    if issues:
        raise ReadingsError(issues)
    return found


def _factor(plan: Plan, name: str, kind: str) -> int | None:
    """Return what a column of some type is multiplied with to be whole; None where it can't be read exactly."""
    indicator = plan.indicators.get(name)
    own = "amount" if indicator is None else indicator.kind
    if own in ("date", "yes_no", "choice"):
        fits = {"date": kind == "date", "yes_no": kind == "boolean", "choice": kind == "string"}
        return 1 if fits[own] else None
    if own == "ratio":
        return None
    if kind in ("tinyint", "smallint", "int", "bigint"):
        return 1
    if kind.startswith("decimal("):
        places = int(kind[:-1].partition(",")[2])
        return None if own == "count" and places else int(10**places)
    return None


def _scales(plan: Plan, meaning: Mapping[str, Any]) -> dict[str, int]:
    scales = {}
    for name in layout_of(plan).place:
        indicator = plan.indicators.get(name)
        share = 100 if indicator is not None and indicator.kind == "percent" else 1
        kind = meaning[name].dataType.simpleString() if name in meaning else "bigint"
        scales[name] = (_factor(plan, name, kind) or 1) * share
    return scales


def _prepared(plan: Plan, program: Program, meaning: Mapping[str, Any]) -> str:
    """Return the SELECT that makes whole numbers of the columns and names the first one that is wrong."""
    columns = [f"CAST({SPARK.column(f.name)} AS STRING) AS `{n}`" for n, f in meaning.items() if n in UNIT_COLUMNS]
    wrong = ["WHEN `unit` IS NULL OR trim(`unit`) = '' THEN 'unit'"]
    for slot in program.layout.slots:
        title = slot.name + ("__below" if slot.below else "")
        whole = "CAST(NULL AS BIGINT)" if slot.name not in meaning else _whole(plan, slot.name, meaning[slot.name])
        columns.append(f"{whole} AS {SPARK.column(title)}")
        if slot.name in meaning:
            wrong += _outside(plan, slot.name, slot.scale)
    for part, other, _ in coverages(plan):
        if part in meaning and other in meaning:
            scales = (program.layout.scale_of(other), program.layout.scale_of(part))
            pair = [
                f"CAST({SPARK.column(n)} AS DECIMAL(38,0)) * {s}" for n, s in zip((part, other), scales, strict=True)
            ]
            wrong.append(f"WHEN {pair[0]} > {pair[1]} THEN '{part}'")
    inner = f"SELECT {', '.join(columns)} FROM tieuchi_given"
    if program.doubtful:
        inner = f"SELECT *, {read_column(program)} FROM ({inner})"
    return f"SELECT *, CASE {' '.join(wrong)} ELSE '' END AS `tieuchi wrong` FROM ({inner})"


def _whole(plan: Plan, name: str, column: Any) -> str:
    quoted, kind = SPARK.column(column.name), column.dataType.simpleString()
    indicator = plan.indicators.get(name)
    if kind == "date":
        return f"CAST(datediff({quoted}, DATE'0001-01-01') + 1 AS BIGINT)"
    if kind == "string" and indicator is not None:
        cases = " ".join(f"WHEN '{choice}' THEN {place}" for place, choice in enumerate(indicator.choices))
        return f"CAST(CASE trim({quoted}) {cases} WHEN '' THEN NULL ELSE IF({quoted} IS NULL, NULL, -1) END AS BIGINT)"
    factor = _factor(plan, name, kind) or 1
    return f"CAST({quoted} * {factor} AS BIGINT)" if factor != 1 else f"CAST({quoted} AS BIGINT)"


def _outside(plan: Plan, name: str, scale: int) -> list[str]:
    """Return the conditions under which a figure is out of what its indicator, or its maximum, allows."""
    column, indicator = SPARK.column(name), plan.indicators.get(name)
    low: Fraction | None
    high: Fraction | None
    if indicator is None:
        leaf = plan.by_id[name.removeprefix(DECLARED_PREFIX)]
        low, high = leaf.floor, leaf.criterion.max_points
    elif indicator.kind == "choice":
        low, high = Fraction(0), Fraction(len(indicator.choices) - 1)
    elif indicator.kind in ("date", "yes_no"):
        return []
    else:
        low, high = indicator.bounds
    tests = [] if low is None else [f"{column} < {-(-low * scale // 1)}"]
    tests += [] if high is None else [f"{column} > {high * scale // 1}"]
    return [f"WHEN {' OR '.join(tests)} THEN '{name}'"] if tests else []


def _told(plan: Plan, program: Program, kept: tuple[str, ...]) -> str:
    """Return the SELECT that turns quanta and codes into points and words, under the names that ``batch`` gives."""
    places = len(str(program.quantum.denominator)) - 1
    last = len(program.nodes) - 1
    columns = [SPARK.column(name) for name in kept]
    for place, (leaf, op) in enumerate(zip(plan.leaves, program.leaves, strict=True)):
        most = leaf.criterion.max_points / program.quantum
        points, state, clause = (SPARK.column(op.id + title) for title in ("", " state", " clause"))
        columns += [
            f"{_points(points, program.quantum, places)} AS {SPARK.column(op.id)}",
            f"{_points(f'({round(most)} - {points})', program.quantum, places)} AS {SPARK.column(op.id + ':lost')}",
            f"{_labelled(plan, place, op.clause_count, clause)} AS {SPARK.column(op.id + ':clause')}",
            f"{_word(state)} AS {SPARK.column(op.id + ':state')}",
        ]
    for place, node in enumerate(program.nodes):
        name = "total" if place == last else node.id
        low, high, state = (SPARK.column(f"{node.id} {title}") for title in ("low", "high", "state"))
        settled = f"CASE WHEN {state} < 2 THEN {high} END"
        for title, expression in ((name, settled), (f"{name}:low", low), (f"{name}:high", high)):
            columns.append(f"{_points(expression, program.quantum, places)} AS {SPARK.column(title)}")
        columns.append(f"{_word(state)} AS {SPARK.column(name + ':state')}")
    return f"SELECT {', '.join(columns)} FROM tieuchi_scored"


def _points(expression: str, quantum: Fraction, places: int) -> str:
    if quantum != Fraction(1, 10**places):
        return f"CAST({expression} AS DECIMAL(18,0))"
    unit = f"CAST('{_decimal(places)}' AS DECIMAL({places + 1},{places}))"
    return f"CAST(CAST({expression} AS DECIMAL(18,0)) * {unit} AS DECIMAL(18,{places}))"


def _decimal(places: int) -> str:
    return "1" if not places else "0." + "0" * (places - 1) + "1"


def _word(state: str) -> str:
    return f"CASE {state} {' '.join(f'WHEN {code} THEN {word!r}' for code, word in enumerate(STATES))} END"


def _labelled(plan: Plan, place: int, count: int, clause: str) -> str:
    if count > MOST_LABELS:
        return f"CAST({clause} AS STRING)"
    labels = [(code, clause_label(plan.leaves[place], code)) for code in range(count)]
    known = " ".join(f"WHEN {code} THEN '{label}'" for code, label in labels if label is not None)
    return f"CASE {clause} {known} END" if known else "CAST(NULL AS STRING)"
