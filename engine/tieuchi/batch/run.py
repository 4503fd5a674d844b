"""Score a whole table: read in parts, find the best of groups, rank, and write, without losing a row."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tieuchi.batch.ahead import ahead
from tieuchi.batch.frame import Part, Reader
from tieuchi.batch.ranks import Totals, cuts_of, near_places, rank_units
from tieuchi.batch.rejects import Rejects
from tieuchi.batch.rests import Rests, exact_totals, parts_of, rests_of
from tieuchi.batch.source import BATCH_ROWS, Source
from tieuchi.columnar.best import Best, best_values, compared_indicators
from tieuchi.columnar.doubt import doubt_of
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points
from tieuchi.columnar.road import Road, expect_rows, score_rows
from tieuchi.columnar.wide import wide_totals
from tieuchi.errors import Issue, ReadingsError
from tieuchi.model.plan import Plan

if TYPE_CHECKING:
    from tieuchi.batch.exact import ExactRoad


class BestChangedError(Exception):
    """Some row with figures that others were compared with turned out to be wrong: score from the start again."""


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


class _Counted(NamedTuple):
    """Units of a table: total in quanta, whether it is settled, its maximum, its group, and how exact it is."""

    total: Any
    settled: Any
    most: Any
    group: Any
    fine: Any
    sure: Any
    whole: Any


@dataclass(slots=True)
class Summary:
    """What a run came to."""

    units: int = 0
    wide: int = 0
    compared: int = 0
    rejects: Rejects = field(default_factory=Rejects)
    lacking: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)
    """Units of the period before that are not in the table, nor passed into any that is."""

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
    _exactly: ExactRoad | None = None
    _kept: list[Part] = field(default_factory=list)
    _whole: bool = False
    _read: bool = False
    _hasty: Reader | None = None
    _misjudged: bool = False

    def exactly(self) -> ExactRoad:
        """Return the exact road, which few tables have a unit for: it is loaded for the first."""
        if self._exactly is None:
            from tieuchi.batch.exact import ExactRoad

            self._exactly = ExactRoad(self.plan)
        return self._exactly

    def parts(self, step: str) -> Iterator[Part]:
        """Yield the parts of the table, read again unless they were small enough to keep."""
        if self._whole:
            for part in self._kept:
                self.progress(step, part.rows.count)
                yield part
            return
        first, size, keeping = not self._read, 0, not self._read
        for batch in ahead(self.source.batches()):
            part = self.reader.read(batch)
            if self._hasty is not None and part.rows.count < batch.table.num_rows:
                out = np.setdiff1d(batch.lines, part.lines)
                self._misjudged |= not np.isin(out, self._hasty.left_out).all()
            size += batch.table.nbytes
            keeping = keeping and size <= KEPT_BYTES
            if keeping:
                self._kept.append(part)
            if first:
                self.summary.units += part.rows.count
                self.summary.rejects.add(part.rejects)
                self.summary.lacking = self.reader.lacking(batch.titles)
            self.progress(step, batch.table.num_rows)
            yield part
        self._whole, self._read = keeping, True
        if not keeping:
            self._kept.clear()
        if first:
            self.reader.finish()
            self._told()

    def _told(self) -> None:
        """Sum up what the first reading met, and refuse the table where it has to be."""
        self.summary.unmet = self.reader.base.unmet() if self.reader.base is not None else []
        self.summary.rejects.add(self.source.rejected)
        if not self.summary.units and not self.summary.rejects:
            raise ReadingsError([Issue("D433", self.reader.top)])
        if self.strict and self.summary.rejects:
            raise self.summary.rejects.refusal(self.source.name)

    def scored(self) -> Iterator[Scored]:
        """Yield every part with its points; passes before find what needs all units.

        Raises:
            BestChangedError: Rows turned out to be wrong whose figures took part in a comparison. By now all rows are
                judged: from the start again it will not happen.
        """
        best = self._best()
        ranks, grades = self._ranks(best) if self.ranked or self.strict else (None, None)
        if self._misjudged:
            best = self._best()
            ranks, grades = self._ranks(best)
        self.summary.wide = 0
        start, parts = 0, self.parts("score")
        for part in parts:
            if self._misjudged:
                deque(parts, maxlen=0)
                raise BestChangedError
            program = self.reader.program(part)
            points = self._score(program, part, best)
            self.summary.wide += points.wide
            stop = start + part.rows.count
            own_ranks = None if ranks is None else ranks[start:stop]
            yield Scored(part, program, points, own_ranks, [] if grades is None else grades.part(start, stop))
            start = stop

    def _score(self, program: Program, part: Part, best: Best | None) -> Points:
        """Return the points of a part; those of one that is kept are found once for ranks and results."""
        if part.scored is not None and part.scored[0] is best:
            return part.scored[1]
        part.rows = _regrouped(part, len(self.reader.groups))
        expect_rows(program, self.source.total or 0)
        points = score_rows(program, part.rows, road=self.road, best=best)
        if points.near is not None and points.near[0].any():
            self.exactly().mend_sums(program, part, points, best)
        if self._whole or (self._kept and self._kept[-1] is part):
            part.scored = best, points
        return points

    def _best(self) -> Best | None:
        """Return the best values of all groups, in a pass of its own where a scale asks for them.

        A large table is read for it in the few columns that tell, before the rest of its rows was judged. What is so
        found is right unless the rest shows more rows to be wrong, which the next pass looks out for.
        """
        names = compared_indicators(self.plan)
        if not names:
            return None
        best: Best | None = None
        self._misjudged = False
        for part in self._few(names) if self._large() else self.parts("best"):
            best = best_values(self.reader.program(part), part.rows, best)
        return best

    def _large(self) -> bool:
        return not self._whole and (self.source.total or 0) > BATCH_ROWS

    def _few(self, names: Collection[str]) -> Iterator[Part]:
        """Yield the parts of the table with the figures of some indicators alone."""
        reader = self.reader.hasty()
        self._hasty = None if reader is self.reader else reader
        for batch in self.source.batches(reader.titles(names, self.source.titles())):
            self.progress("best", batch.table.num_rows)
            yield reader.read(batch)

    def _ranks(self, best: Best | None) -> tuple[Any, Graded]:
        """Return rank and grade of every unit, on exact totals."""
        counted: list[_Counted] = []
        program, parts = None, parts_of(self.plan)
        for part in self.parts("rank"):
            program = self.reader.program(part)
            counted.append(self._counted(program, part, best, parts))
        if program is None:
            return np.zeros(0, np.int64), Graded()
        own = _Counted(*(np.concatenate(arrays) for arrays in zip(*counted, strict=True)))
        counted.clear()
        doubt = doubt_of(program)
        cuts = cuts_of(program, self.plan.book.grades, own.most)
        at_cuts = [
            place for place in cuts.near(own.total, own.settled, doubt) if not own.whole[place] or own.fine[place]
        ]
        carry, rest = np.divmod(own.fine, parts)
        fine = Totals(own.total + carry, rest, own.whole, own.settled, own.group, doubt, parts)
        near = near_places(own.total, own.settled, own.group, doubt)
        known = self._near(fine, near[~own.sure[near]], best, exactly=program.doubtful)
        known |= self._known(fine, {*fine.equal_places(), *at_cuts} - known.keys(), best)
        self.summary.compared = len(known)
        quantum = self.plan.book.quantum
        graded = cuts.grades(own.total, own.settled, {place: known[place] / quantum for place in at_cuts})
        return rank_units(fine, known, self.plan.book.ranking), Graded(cuts.names, graded)

    def _counted(self, program: Program, part: Part, best: Best | None, parts: int) -> _Counted:
        """Return the totals of a part, counted in quanta, and what they lack to be exact."""
        points, count = self._score(program, part, best), part.rows.count
        row, zero = points.total, np.zeros(count, np.int64)
        exact = not doubt_of(program)
        rests = Rests.none(parts, count) if exact else rests_of(self.plan, program, part, points, best, parts)
        return _Counted(
            points.sum_high[row].astype(np.int64), points.sum_states[row] < 2,
            zero if points.most is None else points.most[row], zero if part.rows.groups is None else part.rows.groups,
            rests.fine, rests.sure, rests.whole,
        )  # fmt: skip

    def _near(self, fine: Totals, near: Any, best: Best | None, *, exactly: bool) -> dict[int, Fraction]:
        """Refine the totals of units that are near others, and return those found exactly."""
        if not exactly:
            self._refine(fine, near, best)
            return {}
        quantum, known = self.plan.book.quantum, self._exact(near.tolist(), best)
        fine.refine(near, [floor(known[place] / quantum * fine.parts) for place in near.tolist()])
        return known

    def _known(self, fine: Totals, places: set[int], best: Best | None) -> dict[int, Fraction]:
        """Return exact totals: of units whose quanta are exact at once, of the others by the exact road."""
        whole = {place: fine.exact(place) * self.plan.book.quantum for place in places if fine.whole[place]}
        return whole | self._exact(places - whole.keys(), best)

    def _refine(self, totals: Totals, near: Any, best: Best | None) -> None:
        """Count the totals of units that are near others in quanta so fine that only equals stay near."""
        fine = replace(
            self.plan, book=self.plan.book.model_copy(update={"quantum": self.plan.book.quantum / totals.parts})
        )
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
            own = wanted[(wanted >= start) & (wanted < start + part.rows.count)] - start
            found |= {start + row: total for row, total in self._totals(program, part, own.tolist(), best)}
            start += part.rows.count
        return found

    def _totals(
        self, program: Program, part: Part, rows: list[int], best: Best | None
    ) -> Iterator[tuple[int, Fraction]]:
        """Yield the exact totals of some units of a part: by columns where these say all, else by the exact road."""
        if not rows:
            return
        few = replace(part, rows=_regrouped(part, len(self.reader.groups)).taken(np.array(rows)))
        points = score_rows(program, few.rows, road=self.road, best=best)
        known = exact_totals(self.plan, program, few, points, best)
        for place, row in enumerate(rows):
            yield row, known[place] if place in known else self.exactly().total(program, part, row, best)


def _regrouped(part: Part, groups: int) -> Any:
    """Return the rows of a part, knowing all groups of the table."""
    rows = part.rows
    if rows.groups is None or rows.group_count == max(groups, 1):
        return rows
    return replace(rows, group_count=max(groups, 1))
