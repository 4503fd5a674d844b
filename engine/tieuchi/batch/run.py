"""Score a whole table: read in parts, find the best of groups, rank, and write, without losing a row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np

from tieuchi.batch.exact import exact_total, mend_sums
from tieuchi.batch.frame import Part, Reader
from tieuchi.batch.ranks import FINE, Totals, cuts_of, near_places, rank_units
from tieuchi.batch.rejects import Reject
from tieuchi.batch.source import Source
from tieuchi.columnar.best import Best, best_values
from tieuchi.columnar.doubt import doubt_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points
from tieuchi.columnar.road import Road, score_rows
from tieuchi.columnar.wide import wide_totals
from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.model.canonical import Relative
from tieuchi.model.plan import Plan
from tieuchi.scoring.scorer import Scorer

KEPT_BYTES = 1 << 22
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


@dataclass(frozen=True, slots=True)
class Graded:
    """Grades of all units as places among their names."""

    names: tuple[str, ...] = ()
    codes: Any = ()

    def part(self, start: int, stop: int) -> list[str | None]:
        """Return the grades of some units, None where a total is not settled."""
        return [self.names[code] if code >= 0 else None for code in self.codes[start:stop].tolist()]


@dataclass(slots=True)
class Summary:
    """What a run came to."""

    units: int = 0
    wide: int = 0
    compared: int = 0
    rejects: list[Reject] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)

    @property
    def issues(self) -> list[Issue]:
        """Everything that is wrong with rows, by place."""
        return [issue for reject in self.rejects for issue in reject.issues]


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
    _scorer: Scorer = field(init=False)
    _kept: list[Part] = field(default_factory=list)
    _whole: bool = False
    _read: bool = False

    def __post_init__(self) -> None:
        self._scorer = Scorer(self.plan)

    def parts(self, step: str) -> Iterator[Part]:
        """Yield the parts of the table, read again unless they were small enough to keep."""
        if self._whole:
            for part in self._kept:
                self.progress(step, part.rows.count)
                yield part
            return
        first, size, keeping = not self._read, 0, not self._read
        for batch in self.source.batches():
            part = self.reader.read(batch)
            size += batch.table.nbytes
            keeping = keeping and size <= KEPT_BYTES
            if keeping:
                self._kept.append(part)
            if first:
                self.summary.units += part.rows.count
                self.summary.rejects += part.rejects
                self.summary.lacking = self.reader.lacking(batch.titles)
            self.progress(step, batch.table.num_rows)
            yield part
        self._whole, self._read = keeping, True
        if not keeping:
            self._kept.clear()
        if self.reader.check is not None:
            self.reader.check.finish()
        if first:
            self._told()

    def _told(self) -> None:
        """Sum up what the first reading met, and refuse the table where it has to be."""
        self.summary.rejects += self.source.rejected
        self.summary.rejects.sort(key=lambda reject: reject.issues[0].position)
        if not self.summary.units and not self.summary.rejects:
            raise ReadingsError([Issue("D433", Position(self.source.name))])
        if self.strict and self.summary.rejects:
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
            yield Scored(part, program, points, own_ranks, [] if grades is None else grades.part(start, stop))
            start = stop

    def _score(self, program: Program, part: Part, best: Best | None) -> Points:
        part.rows = _regrouped(part, len(self.reader.groups))
        points = score_rows(program, part.rows, road=self.road, best=best)
        mend_sums(self._scorer, program, part, points, best)
        return points

    def _best(self) -> Best | None:
        """Return the best values of all groups, in a pass of its own where a scale asks for them."""
        if not any(isinstance(route.measured, Relative) for leaf in self.plan.leaves for route in leaf.routes):
            return None
        best: Best | None = None
        for part in self.parts("best"):
            best = best_values(self.reader.program(part), part.rows, best)
        return best

    def _ranks(self, best: Best | None) -> tuple[Any, Graded]:
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
            return np.zeros(0, np.int64), Graded()
        total, given, group = np.concatenate(totals), np.concatenate(settled), np.concatenate(groups)
        cuts = cuts_of(program, self.plan.book.grades, np.concatenate(most))
        at_cuts = cuts.near(total, given, doubt)
        fine = Totals(total.copy(), np.zeros_like(total), given, group, doubt)
        near = near_places(total, given, group, doubt)
        known = self._exact(near.tolist(), best) if program.doubtful else {}
        if known:
            quantum = self.plan.book.quantum
            fine.refine(near, [floor(known[place] / quantum * FINE) for place in near.tolist()])
        else:
            self._refine(fine, near, best)
        known |= self._exact({*fine.equal_places(), *at_cuts} - known.keys(), best)
        self.summary.compared = len(known)
        quantum = self.plan.book.quantum
        graded = cuts.grades(total, given, {place: known[place] / quantum for place in at_cuts})
        return rank_units(fine, known, self.plan.book.ranking), Graded(cuts.names, graded)

    def _refine(self, totals: Totals, near: Any, best: Best | None) -> None:
        """Count the totals of units that are near others in quanta so fine that only equals stay near."""
        fine = replace(self.plan, book=self.plan.book.model_copy(update={"quantum": self.plan.book.quantum / FINE}))
        start = 0
        for part in self.parts("ties") if len(near) else ():
            own = near[(near >= start) & (near < start + part.rows.count)]
            program = compile_program(fine, part.scales, wide=True)
            totals.refine(own, wide_totals(program, part.rows, own - start, best))
            start += part.rows.count

    def _exact(self, places: Collection[int], best: Best | None) -> dict[int, Fraction]:
        """Return the exact totals of some units, found again among the parts in one pass."""
        wanted, start = np.array(sorted(places), np.int64), 0
        found: dict[int, Fraction] = {}
        for part in self.parts("exact") if len(wanted) else ():
            program = self.reader.program(part)
            for place in wanted[(wanted >= start) & (wanted < start + part.rows.count)].tolist():
                found[place] = exact_total(self._scorer, program, part, place - start, best)
            start += part.rows.count
        return found


def _regrouped(part: Part, groups: int) -> Any:
    """Return the rows of a part, knowing all groups of the table."""
    rows = part.rows
    if rows.groups is None or rows.group_count == max(groups, 1):
        return rows
    return replace(rows, group_count=max(groups, 1))
