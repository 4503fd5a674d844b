"""Compare all roads with the exact one, on boundary values of every threshold and on a table."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tieuchi.assess import Assessor
from tieuchi.batch.exact import readings_at
from tieuchi.batch.frame import Reader
from tieuchi.batch.quantised import quantised
from tieuchi.batch.source import open_source
from tieuchi.columnar.layout import STATES, quotients_of
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.result import clause_label
from tieuchi.columnar.road import Road, score_rows
from tieuchi.errors import DisagreementError, Position
from tieuchi.model.canonical import NumberTest, Quotient
from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.plan import Plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.model.scorecard import Scorecard
from tieuchi.scoring.scorer import Scorer
from tieuchi.sql.run import score_duckdb

HAIR = Fraction(1, 10**12)
MOST_UNITS = 4000


@dataclass(slots=True)
class Verified:
    """Cells compared and cells that differ, by road; why a road was left out."""

    compared: dict[str, int] = field(default_factory=dict)
    differences: dict[str, list[str]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)


def verify_roads(plan: Plan, table: Any = None, *, locale: str | None = None, ignore_extra: bool = False) -> Verified:
    """Return every cell in which a road differs from the exact one.

    Args:
        plan: The rulebook.
        table: A table of units to compare on as well: a path or a frame.
        locale: How the numbers of the table's texts are written.
        ignore_extra: Ignore its columns that mean nothing.
    """
    units = list(boundary_units(plan))[:MOST_UNITS]
    if table is not None:
        units += _units_of(plan, table, locale, ignore_extra)
    scorer = Scorer(plan)
    cards = [scorer.score(readings, units) for readings in units]
    report = Verified()
    roads: list[tuple[str, Callable[[], Iterator[str]]]] = [("numpy", lambda: _columnar(plan, units, cards, "numpy"))]
    if importlib.util.find_spec("numba") is not None:
        roads.append(("numba", lambda: _columnar(plan, units, cards, "numba")))
    if importlib.util.find_spec("duckdb") is not None:
        roads.append(("sql-duckdb", lambda: _duckdb(plan, units, cards)))
    roads.append(("durable-rules", lambda: _durable(plan, units, report)))
    for name, compare in roads:
        report.compared[name] = len(units) * len(plan.leaves)
        report.differences[name] = list(compare())
    return report


def boundary_units(plan: Plan) -> Iterator[Readings]:
    """Yield units whose figures stand on each threshold, a hair below and above, on 0/0, or nowhere at all."""
    middle = {indicator.id: _middle(indicator) for indicator in plan.indicators.values()}
    yield _unit(plan, {}, 0)
    yield _unit(plan, middle, 1)
    place = 2
    for quotient, at in dict.fromkeys(_thresholds(plan)):
        for near in (at - HAIR, at, at + HAIR):
            for whole in (Fraction(1), Fraction(10**14)):
                yield _unit(plan, {**middle, **_reaching(plan, quotient, near, whole, middle)}, place)
                place += 1
    for quotient in dict.fromkeys(quotients_of(plan)):
        yield _unit(plan, {**middle, **dict.fromkeys(quotient.indicators, Fraction(0))}, place)
        place += 1


def _thresholds(plan: Plan) -> Iterator[tuple[Quotient, Fraction]]:
    for leaf in plan.leaves:
        for route in leaf.routes:
            yield from ((t.quotient, t.threshold) for t in route.tests if isinstance(t, NumberTest))
            if isinstance(route.measured, Quotient):
                ends = [end.at for piece in route.pieces for end in (piece.lower, piece.upper)]
                yield from ((route.measured, at) for at in ends if at is not None)


def _middle(indicator: Indicator) -> Value:
    match indicator.kind:
        case "yes_no":
            return True
        case "choice":
            return indicator.choices[0]
        case "date":
            return date(2024, 1, 1)
        case _:
            low, high = indicator.bounds
    return low if high is None and low is not None else (low or Fraction(0)) if high is None else high


def _reaching(
    plan: Plan, quotient: Quotient, value: Fraction, whole: Fraction, middle: dict[str, Value]
) -> dict[str, Value]:
    """Return figures that bring a quotient to a value, as near as the kinds of its indicators let it."""
    figures: dict[str, Value] = {}
    for name, factor in quotient.denominator.terms[:1]:
        figures[name] = whole / factor
    rest = quotient.denominator.constant
    for name, factor in quotient.denominator.terms:
        own = figures.get(name, middle[name])
        rest += factor * own if isinstance(own, Fraction) else 0
    wanted = value * rest - quotient.numerator.constant
    free = [(name, factor) for name, factor in quotient.numerator.terms if name not in figures]
    for name, factor in quotient.numerator.terms:
        own = figures.get(name, middle[name])
        if (name, factor) not in free[:1] and isinstance(own, Fraction):
            wanted -= factor * own
    for name, factor in free[:1]:
        kind, number = plan.indicators[name].kind, wanted / factor
        if kind == "date":
            figures[name] = date.fromordinal(max(1, min(int(number), date.max.toordinal())))
        else:
            figures[name] = Fraction(number.__floor__()) if kind == "count" else number
    return figures


def _unit(plan: Plan, values: dict[str, Value], place: int) -> Readings:
    at = Position("boundary", place)
    kinds = ("", *plan.book.unit_kinds)
    readings = {name: Reading(name, value, at) for name, value in values.items()}
    declared = {
        leaf.id: DeclaredPoints(leaf.id, leaf.criterion.max_points / 3, at)
        for leaf in plan.leaves
        if leaf.declared and values
    }
    return Readings(Unit(f"boundary-{place}", kind=kinds[place % len(kinds)]), "", readings, declared)


def _units_of(plan: Plan, table: Any, locale: str | None, ignore_extra: bool) -> list[Readings]:
    source = open_source(table)
    reader, units = Reader(plan, source.name, locale or source.locale, ignore_extra=ignore_extra), []
    line = source.first_line + 1
    for batch in source.batches():
        part = reader.read(batch, line)
        program = reader.program(part)
        units += [readings_at(plan, program, part, row) for row in range(min(part.rows.count, MOST_UNITS))]
        line += batch.num_rows
    return units


def _columnar(plan: Plan, units: Sequence[Readings], cards: Sequence[Scorecard], road: Road) -> Iterator[str]:
    program, rows = rows_of(plan, units)
    found = score_rows(program, rows, road=road, ranges=True)
    assert found.low is not None
    assert found.high is not None
    for column, card in enumerate(cards):
        leaves, _ = quantised(card)
        for row, leaf in enumerate(leaves):
            there = (leaf.state, leaf.low, leaf.high, leaf.clause)
            clause = clause_label(plan.leaves[row], int(found.clauses[row, column]))
            ends = (int(found.low[row, column]), int(found.high[row, column]))
            here = (STATES[found.states[row, column]], *ends, clause)
            if here != there and not here[0] == there[0] == "not_applicable":
                yield f"{units[column].unit.id}: {leaf.id}: {here}, exactly {there}"


def _duckdb(plan: Plan, units: Sequence[Readings], cards: Sequence[Scorecard]) -> Iterator[str]:
    """Compare the SELECT on the units whose figures are whole at the columns' scales; DuckDB refuses to overflow."""
    program, rows = rows_of(plan, units)
    inexact = {row for column in rows.columns.values() for row in column.exact}
    if inexact:
        kept = [unit for place, unit in enumerate(units) if place not in inexact]
        cards = [card for place, card in enumerate(cards) if place not in inexact]
        units = kept
        program, rows = rows_of(plan, units)
    found = score_duckdb(program, rows, wide=True)
    for column, card in enumerate(cards):
        for leaf, op in zip(quantised(card)[0], program.leaves, strict=True):
            state = found[f"{op.id} state"][column]
            points = leaf.high if leaf.state in ("scored", "declared") else None
            if (STATES[state], found[op.id][column]) != (leaf.state, points):
                yield f"{units[column].unit.id}: {leaf.id}: {STATES[state]} {found[op.id][column]}, exactly {leaf}"


def _durable(plan: Plan, units: Sequence[Readings], report: Verified) -> Iterator[str]:
    """Let durable-rules fire for every unit; it compares itself with the exact road."""
    with Assessor(plan) as assessor:
        for readings in units:
            try:
                card = assessor.assess(readings, units)
            except DisagreementError as error:
                yield str(error)
                continue
            if card.road == "exact":
                report.skipped["durable-rules"] = "not installed, or the rulebook is beyond its limits"
                return
