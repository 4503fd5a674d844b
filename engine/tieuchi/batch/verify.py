"""Compare all roads with the exact one, on boundary values of every threshold and on a table."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tieuchi.assess import Assessor
from tieuchi.batch.boundaries import COARSE, FINE, boundary_units
from tieuchi.batch.exact import readings_at
from tieuchi.batch.quantised import quantised
from tieuchi.batch.run import Run, Summary
from tieuchi.batch.score import BatchOptions, open_run
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.result import clause_label
from tieuchi.columnar.road import Road, score_rows
from tieuchi.errors import DisagreementError, Issue, Position, ReadingsError, RulebookError
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Scorecard
from tieuchi.scoring.scorer import Scorer
from tieuchi.sql.run import score_duckdb, score_postgres, score_spark, score_sqlite

CHUNK = 4000
ROADS = ("numpy", "numba", "duckdb", "sqlite", "postgres", "spark", "durable-rules")
Found = dict[str, list[Any]]


@dataclass(slots=True)
class Verified:
    """Cells compared and cells that differ, by road; why a road was left out; units a road could not take.

    ``skipped`` holds a word of ``batch_terms`` and what fills it.
    """

    compared: dict[str, int] = field(default_factory=dict)
    differences: dict[str, list[str]] = field(default_factory=dict)
    skipped: dict[str, tuple[str, str]] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Verifier:
    """Takes units chunk by chunk down every road that is there.

    Args:
        plan: The rulebook.
        roads: The roads to compare.
        postgres: How ``psql`` finds a PostgreSQL database; without it that road is left out.
    """

    plan: Plan
    roads: Sequence[str] = ROADS
    postgres: str = ""
    report: Verified = field(default_factory=Verified)
    _session: Any = None
    _summary: Summary | None = None

    def verify(self, table: Any = None, options: BatchOptions | None = None) -> tuple[Verified, Summary | None]:
        """Return every cell in which a road differs from the exact one, and what reading the table came to."""
        for name in self.roads:
            reason = self._absent(name)
            if reason is not None:
                self.report.skipped[name] = reason
        run = None if table is None else open_run(self.plan, table, options or BatchOptions())
        try:
            for units in self._chunks(run):
                self._compare(units)
        finally:
            if self._session is not None:
                self._session.stop()
        return self.report, self._summary

    def _absent(self, name: str) -> tuple[str, str] | None:
        """Return why a road can't be gone, if so."""
        modules = {"numba": "numba", "duckdb": "duckdb", "spark": "pyspark", "durable-rules": "durable"}
        if name in modules and importlib.util.find_spec(modules[name]) is None:
            return "not_installed", modules[name]
        if name == "spark" and shutil.which("java") is None:
            return "not_installed", "Java"
        if name == "postgres" and not self.postgres:
            return "no_dsn", ""
        if name == "postgres" and shutil.which("psql") is None:
            return "not_installed", "psql"
        return None

    def _chunks(self, run: Run | None) -> Iterator[list[Readings]]:
        for near in (FINE, COARSE):
            units = list(boundary_units(self.plan, near))
            for start in range(0, len(units), CHUNK):
                yield units[start : start + CHUNK]
        if run is None:
            return
        for part in run.parts("score"):
            program = run.reader.program(part)
            for start in range(0, part.rows.count, CHUNK):
                stop = min(start + CHUNK, part.rows.count)
                yield [readings_at(self.plan, program, part, row) for row in range(start, stop)]
        self._summary = run.summary

    def _compare(self, units: list[Readings]) -> None:
        cards = self._cards(units)
        for name in self.roads:
            if name in self.report.skipped:
                continue
            compared, found = self._road(name)(units, cards)
            self.report.compared[name] = self.report.compared.get(name, 0) + compared * len(self.plan.leaves)
            self.report.differences.setdefault(name, []).extend(found)

    def _cards(self, units: list[Readings]) -> list[Scorecard]:
        """Return the exact road's scorecards of units that are compared with one another."""
        scorer = Scorer(self.plan)
        return [scorer.score(readings, units) for readings in units]

    def _road(self, name: str) -> Callable[[list[Readings], list[Scorecard]], tuple[int, list[str]]]:
        if name in ("numpy", "numba"):
            road: Road = name  # type: ignore[assignment]
            return lambda units, cards: (len(units), list(_columnar(self.plan, units, cards, road)))
        if name == "durable-rules":
            return self._durable
        return lambda units, cards: self._sql(name, units, cards)

    def _sql(self, name: str, units: list[Readings], cards: list[Scorecard]) -> tuple[int, list[str]]:
        """Compare a SELECT on the units whose figures are whole at the columns' scales."""
        program, rows = rows_of(self.plan, units)
        inexact = {row for column in rows.columns.values() for row in column.exact}
        if inexact:
            units = [unit for place, unit in enumerate(units) if place not in inexact]
            cards = self._cards(units)  # whom the others were compared with may be among those left out
            self.report.left_out[name] = self.report.left_out.get(name, 0) + len(inexact)
            program, rows = rows_of(self.plan, units)
        if not units:
            return 0, []
        try:
            found = self._selected(name, program, rows)
        except RulebookError:
            self.report.skipped[name] = ("beyond_limits", name)
            return 0, []
        except RuntimeError as problem:
            facts = {"what": name, "reason": str(problem)}
            raise ReadingsError([Issue("B642", Position("verify"), facts=facts)]) from None
        return len(units), list(_different(self.plan, program, found, units, cards))

    def _selected(self, name: str, program: Program, rows: Any) -> Found:
        match name:
            case "duckdb":
                return score_duckdb(program, rows, wide=True)
            case "sqlite":
                return score_sqlite(program, rows)
            case "postgres":
                return score_postgres(program, rows, self.postgres)
            case _:
                if self._session is None:
                    from tieuchi.batch.spark import spark_session

                    self._session = spark_session()
                return score_spark(program, rows, self._session)

    def _durable(self, units: list[Readings], _cards: list[Scorecard]) -> tuple[int, list[str]]:
        """Let durable-rules fire for every unit; it compares itself with the exact road."""
        found = []
        with Assessor(self.plan) as assessor:
            for readings in units:
                try:
                    card = assessor.assess(readings, units)
                except DisagreementError as error:
                    found.append(f"{readings.unit.id}: {error}")
                    continue
                if card.road == "exact":
                    self.report.skipped["durable-rules"] = ("beyond_limits", "durable-rules")
                    return 0, []
        return len(units), found


def _columnar(plan: Plan, units: Sequence[Readings], cards: Sequence[Scorecard], road: Road) -> Iterator[str]:
    program, rows = rows_of(plan, units)
    found = score_rows(program, rows, road=road, ranges=True)
    assert found.low is not None
    assert found.high is not None
    for column, card in enumerate(cards):
        leaves, sums = quantised(card)
        for row, leaf in enumerate(leaves):
            there = (leaf.state, leaf.low, leaf.high, leaf.clause)
            clause = clause_label(plan.leaves[row], int(found.clauses[row, column]))
            ends = (int(found.low[row, column]), int(found.high[row, column]))
            here = (STATES[found.states[row, column]], *ends, clause)
            if here != there and not here[0] == there[0] == "not_applicable":
                yield _told(units[column], leaf.id, here, there)
        for row, total in enumerate(sums):
            ends = (int(found.sum_low[row, column]), int(found.sum_high[row, column]))
            own = (STATES[found.sum_states[row, column]], *ends)
            if own != (total.state, total.low, total.high):
                yield _told(units[column], total.id, own, (total.state, total.low, total.high))


def _different(
    plan: Plan, program: Program, found: Found, units: Sequence[Readings], cards: Sequence[Scorecard]
) -> Iterator[str]:
    """Yield the cells of a SELECT that differ; one that a database says it can't reckon is none."""
    for column, card in enumerate(cards):
        leaves, sums = quantised(card, exact=True)
        for leaf, op, own in zip(leaves, program.leaves, plan.leaves, strict=True):
            state = found[f"{op.id} state"][column]
            if state >= len(STATES):
                continue
            points = leaf.high if leaf.state in ("scored", "declared") else None
            there = (leaf.state, points, leaf.clause)
            here = (STATES[state], found[op.id][column], clause_label(own, found[f"{op.id} clause"][column]))
            if here != there and not here[0] == there[0] == "not_applicable":
                yield _told(units[column], leaf.id, here, there)
        for total, node in zip(sums, program.nodes, strict=True):
            if found[f"{node.id} state"][column] >= len(STATES):
                continue
            ends = tuple(found[f"{node.id} {end}"][column] for end in ("low", "high"))
            if ends != (total.low, total.high):
                yield _told(units[column], total.id, ends, (total.low, total.high))


def _told(readings: Readings, name: str, here: tuple[Any, ...], there: tuple[Any, ...]) -> str:
    return f"{readings.unit.id}: {name}: {' '.join(map(str, here))} ≠ {' '.join(map(str, there))}"
