"""A table as Spark has it, brought to whole numbers, and which of its rows can't be scored.

The table is the one that ``batch`` reads, wide, with typed columns: whole numbers, decimals, dates, yes and no, choices
as text. A row is bad where a figure is out of its declared range or, times its scale, of more than 64 bits, and
wherever a unit occurs twice in a period: files in a lake have no order in which one of the two would be the first. So
is a row that adds up the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import gcd
from typing import Any

from tieuchi.batch.fitting import wholes
from tieuchi.batch.spark_sums import read_column
from tieuchi.batch.units import UNIT_COLUMNS
from tieuchi.columnar.layout import DECLARED_PREFIX, layout_of
from tieuchi.columnar.program import Program
from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.table_columns import SUMS, column_of
from tieuchi.model.plan import Plan
from tieuchi.sql.dialects import dialect_of
from tieuchi.sql.generate import column_title

SPARK = dialect_of("spark")
TWICE = "tieuchi_twice"
"""The view of units that occur more than once."""
DIGITS = 18
"""Decimal digits that 64 bits hold, whatever they are."""


def meaning_of(plan: Plan, schema: Any, table: str) -> dict[str, Any]:
    """Return the columns of the table by what they mean.

    Raises:
        ReadingsError: B605 a column means nothing; B641 it is of a type that is not read exactly; B604 no units.
    """
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
        places = _decimal(kind)[1]
        return None if places > (0 if own == "count" else DIGITS) else int(10**places)
    return None


def _decimal(kind: str) -> tuple[int, int]:
    """Return the digits of a decimal type and how many of them stand behind the point."""
    digits, _, places = kind.removeprefix("decimal(").removesuffix(")").partition(",")
    return int(digits), int(places)


def scales_of(plan: Plan, meaning: Mapping[str, Any]) -> dict[str, int]:
    """Return what the figures of each indicator are multiplied with to be whole."""
    scales = {}
    for name in layout_of(plan).place:
        indicator = plan.indicators.get(name)
        share = 100 if indicator is not None and indicator.kind == "percent" else 1
        kind = meaning[name].dataType.simpleString() if name in meaning else "bigint"
        scales[name] = (_factor(plan, name, kind) or 1) * share
    return scales


def twice(plan: Plan, meaning: Mapping[str, Any]) -> str:
    """Return the SELECT of the units that occur more than once, in a period where there are periods."""
    keys = [n for n in ("unit", "period") if n in meaning]
    given = ", ".join(f"{_text(plan, name, meaning[name])} AS `{name}`" for name in keys)
    named = ", ".join(keys)
    return f"SELECT {named} FROM (SELECT {given} FROM tieuchi_given) GROUP BY {named} HAVING COUNT(*) > 1"


def prepared(plan: Plan, program: Program, meaning: Mapping[str, Any]) -> str:
    """Return the SELECT that makes whole numbers of the columns and names the first one that is wrong."""
    columns = [f"{_text(plan, name, field)} AS `{name}`" for name, field in meaning.items() if name in UNIT_COLUMNS]
    for slot in program.layout.slots:
        whole = "CAST(NULL AS BIGINT)" if slot.name not in meaning else _whole(plan, slot.name, meaning[slot.name])
        columns.append(f"{whole} AS {SPARK.column(column_title(slot))}")
    far = " ".join(_far(plan, meaning)) or "WHEN 1 = 0 THEN ''"
    inner = f"SELECT {', '.join(columns)}, CASE {far} ELSE '' END AS `tieuchi far` FROM tieuchi_given"
    if program.doubtful:
        inner = f"SELECT *, {read_column(program)} FROM ({inner})"
    wrong = " ".join(_wrong(plan, program, meaning))
    own = " AND ".join(f"g.`{name}` <=> t.`{name}`" for name in ("unit", "period") if name in meaning)
    return (
        f"SELECT g.*, CASE {wrong} ELSE g.`tieuchi far` END AS `tieuchi wrong`"
        f" FROM ({inner}) AS g LEFT JOIN {TWICE} AS t ON {own}"
    )


def _text(plan: Plan, name: str, field: Any) -> str:
    """Return a column as text; a blank period is the rulebook's own."""
    text = f"trim(CAST({SPARK.column(field.name)} AS STRING))"
    if name != "period" or not plan.book.period:
        return text
    return f"COALESCE(NULLIF({text}, ''), {_literal(plan.book.period)})"


def _literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _wrong(plan: Plan, program: Program, meaning: Mapping[str, Any]) -> Iterator[str]:
    """Yield when a row is bad, with the column that makes it so."""
    sums = ", ".join(map(_literal, sorted(SUMS)))
    yield f"WHEN g.`unit` IS NULL OR g.`unit` = '' OR t.`unit` IS NOT NULL OR g.`unit` IN ({sums}) THEN 'unit'"
    for slot in program.layout.slots:
        if slot.name in meaning:
            yield from _outside(plan, slot.name, slot.scale)
    for part, whole in wholes(plan):
        if part in meaning and whole in meaning:
            scales = program.layout.scale_of(whole), program.layout.scale_of(part)
            above, below = (
                f"CAST({SPARK.column(name)} AS DECIMAL(38,0)) * {scale // gcd(*scales)}"
                for name, scale in zip((part, whole), scales, strict=True)
            )
            yield f"WHEN {above} > {below} THEN '{part}'"


def _whole(plan: Plan, name: str, column: Any) -> str:
    quoted, kind = SPARK.column(column.name), column.dataType.simpleString()
    indicator = plan.indicators.get(name)
    if kind == "date":
        return f"CAST(datediff({quoted}, DATE'0001-01-01') + 1 AS BIGINT)"
    if kind == "string" and indicator is not None:
        cases = " ".join(f"WHEN '{choice}' THEN {place}" for place, choice in enumerate(indicator.choices))
        return f"CAST(CASE trim({quoted}) {cases} WHEN '' THEN NULL ELSE IF({quoted} IS NULL, NULL, -1) END AS BIGINT)"
    factor = _factor(plan, name, kind) or 1
    return f"TRY_CAST(TRY_MULTIPLY({quoted}, {factor}) AS BIGINT)" if factor != 1 else f"TRY_CAST({quoted} AS BIGINT)"


def _far(plan: Plan, meaning: Mapping[str, Any]) -> Iterator[str]:
    """Yield when a figure of a decimal column has more than 64 bits once it is whole."""
    for name, column in meaning.items():
        kind = column.dataType.simpleString()
        if name not in UNIT_COLUMNS and kind.startswith("decimal(") and _decimal(kind)[0] > DIGITS:
            given, whole = SPARK.column(column.name), _whole(plan, name, column)
            yield f"WHEN {given} IS NOT NULL AND {whole} IS NULL THEN '{name}'"


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
