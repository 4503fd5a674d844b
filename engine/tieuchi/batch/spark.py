"""The same SELECT on Spark: Parquet to Parquet, on this machine or on a cluster. Spark shares out the work, not we.

The table holds whole numbers at the scales that ``tieuchi sql`` names; states stand beside in ``x__state`` if at all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tieuchi.columnar.lower import compile_program
from tieuchi.model.plan import Plan
from tieuchi.sql.generate import TableShape, generate


def score_on_spark(
    plan: Plan,
    table: Path,
    out: Path,
    *,
    master: str = "local[*]",
    group: str = "",
    scales: dict[str, int] | None = None,
) -> None:
    """Score a Parquet table into a Parquet folder."""
    from pyspark.sql import SparkSession

    program = compile_program(plan, scales)
    session: Any = SparkSession.builder.master(master).appName("tieuchi").config("spark.sql.ansi.enabled", "true")
    session = session.getOrCreate()
    units = session.read.parquet(str(table))
    names = set(units.columns)
    for slot in program.layout.slots:
        title = slot.name + ("__below" if slot.below else "")
        if title not in names:
            units = units.selectExpr("*", f"CAST(NULL AS BIGINT) AS `{title}`")
    units.createOrReplaceTempView("units")
    shape = TableShape(
        kind="unit_kind" if "unit_kind" in names else "",
        group=group if group in names else "",
        states=any(name.endswith("__state") for name in names),
    )
    session.sql(generate(program, "spark", shape)).write.mode("errorifexists").parquet(str(out))
