"""Score a whole table: read in parts, find the best of groups, rank, and write, without losing a row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from tieuchi.batch.exact import exact_total
from tieuchi.batch.frame import Part, Reader
from tieuchi.batch.ranks import FINER, doubt_of, grade_units, near_places, rank_units
from tieuchi.batch.source import Source
from tieuchi.columnar.best import Best, best_values, multipliers
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points
from tieuchi.columnar.road import Road, score_rows
from tieuchi.columnar.wide import wide_totals
from tieuchi.errors import Issue, ReadingsError
from tieuchi.model.canonical import Relative
from tieuchi.model.plan import Plan
from tieuchi.scoring.scorer import Scorer

KEPT_BYTES = 1 << 30
"""Parts are kept between passes up to this size; larger tables are read again."""
Progress = Callable[[str, int], None]


@dataclass(slots=True)
class Scored:
    """One part of a table with its points, ranks and grades."""

    part: Part
    program: Program
    points: Points
    ranks: Any
    grades: list[str | None]


@dataclass(slots=True)
class Summary:
    """What a run came to."""

    units: int = 0
    wide: int = 0
    compared: int = 0
    issues: list[Issue] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One run over a table. ``strict`` refuses the whole table for one bad row."""

    plan: Plan
    source: Source
    reader: Reader
    road: Road = "auto"
    strict: bool = False
    ranked: bool = True
    progress: Progress = lambda _step, _rows: None
    summary: Summary = field(default_factory=Summary)
    _kept: list[Part] = field(default_factory=list)
    _whole: bool = False

    def parts(self, step: str) -> Iterator[Part]:
        """Yield the parts of the table, read again unless they were small enough to keep."""
        if self._whole:
            for part in self._kept:
                self.progress(step, part.rows.count)
                yield part
            return
        first = not self.summary.units and not self.summary.issues
        line, size, keeping = self.source.first_line + 1, 0, first
        for table in self.source.batches():
            part = self.reader.read(table, line)
            line += table.num_rows
            size += table.nbytes
            keeping = keeping and size <= KEPT_BYTES
            if keeping:
                self._kept.append(part)
            if first:
                self.summary.units += part.rows.count
                self.summary.issues += part.issues
            self.progress(step, table.num_rows)
            yield part
        if first:
            self.summary.issues += self.source.broken
        self._whole = keeping
        if not keeping:
            self._kept.clear()
        if first and self.strict and self.summary.issues:
            raise ReadingsError(self.summary.issues)

    def scored(self) -> Iterator[Scored]:
        """Yield every part with its points; passes before find what needs all units."""
        best = self._best()
        ranks, grades = self._ranks(best) if self.ranked or self.strict else (None, None)
        start = 0
        for part in self.parts("score"):
            program = self.reader.program(part)
            points = self._score(program, part, best)
            self.summary.wide += points.wide
            stop = start + part.rows.count
            own_ranks = None if ranks is None else ranks[start:stop]
            own_grades: list[str | None] = [] if grades is None else grades[start:stop]
            yield Scored(part, program, points, own_ranks, own_grades)
            start = stop

    def _score(self, program: Program, part: Part, best: Best | None) -> Points:
        part.rows = _regrouped(part, len(self.reader.groups))
        return score_rows(program, part.rows, road=self.road, best=best)

    def _best(self) -> Best | None:
        """Return the best values of all groups, in a pass of its own where a scale asks for them."""
        if not any(isinstance(route.measured, Relative) for leaf in self.plan.leaves for route in leaf.routes):
            return None
        best: Best | None = None
        for part in self.parts("best"):
            best = best_values(self.reader.program(part), part.rows, best)
        return best

    def _ranks(self, best: Best | None) -> tuple[Any, list[str | None]]:
        """Return rank and grade of every unit, on exact totals."""
        totals, settled, most, groups = [], [], [], []
        doubt, program = Fraction(0), None
        for part in self.parts("rank"):
            program = self.reader.program(part)
            points = self._score(program, part, best)
            row = points.total
            totals.append(points.sum_high[row].astype(np.int64))
            settled.append(points.sum_states[row] < 2)
            most.append(points.most[row] if points.most is not None else np.zeros(part.rows.count, np.int64))
            groups.append(part.rows.groups if part.rows.groups is not None else np.zeros(part.rows.count, np.int64))
            doubt = max(doubt, doubt_of(program))
        if program is None:
            return np.zeros(0, np.int64), []
        sums = {"total": np.concatenate(totals), "settled": np.concatenate(settled), "most": np.concatenate(most)}
        known: dict[int, Fraction] = {}
        scorer = Scorer(self.plan)
        fine = self._fine(near_places(sums["total"], sums["settled"], np.concatenate(groups), doubt), best)

        def exact(place: int) -> Fraction:
            if place not in known:
                known[place] = self._exact(scorer, place, best)
            return known[place]

        found = rank_units(
            sums["total"], sums["settled"], np.concatenate(groups), doubt, exact, self.plan.book.ranking, fine
        )
        grades = grade_units(program, self.plan.book.grades, sums, doubt, exact)
        self.summary.compared = len(known)
        return found.ranks, grades

    def _fine(self, near: Any, best: Best | None) -> dict[int, int]:
        """Return the totals of units that are near others, in quanta so fine that only equals stay near."""
        fine = replace(self.plan, book=self.plan.book.model_copy(update={"quantum": self.plan.book.quantum * FINER}))
        found: dict[int, int] = {}
        start = 0
        for part in self.parts("ties") if len(near) else ():
            own = near[(near >= start) & (near < start + part.rows.count)]
            program = compile_program(fine, part.scales, wide=True)
            relatives = multipliers(program, best, part.rows)[0] if best is not None else ()
            found |= dict(zip(own.tolist(), wide_totals(program, part.rows, own - start, relatives), strict=True))
            start += part.rows.count
        return found

    def _exact(self, scorer: Scorer, place: int, best: Best | None) -> Fraction:
        """Return the exact total of the unit at a place, found again among the parts."""
        start = 0
        for part in self._kept if self._whole else self.parts("exact"):
            if place < start + part.rows.count:
                return exact_total(scorer, self.reader.program(part), part, place - start, best)
            start += part.rows.count
        raise AssertionError(place)


def _regrouped(part: Part, groups: int) -> Any:
    """Return the rows of a part, knowing all groups of the table."""
    rows = part.rows
    if rows.groups is None or rows.group_count == max(groups, 1):
        return rows
    return replace(rows, group_count=max(groups, 1))
