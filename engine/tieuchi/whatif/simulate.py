"""Uncertainty: figures and thresholds drawn many times, every draw scored exactly by the columnar road.

What comes out: the distribution of each unit's total and rank, and for each sub-criterion the chance of each clause,
which tells whether half a point is more than noise. Runs and units are cut into tasks that share nothing, so the same
seed gives the same result, whatever the number of threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import replace
from fractions import Fraction
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.best import best_values
from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.lower_leaf import quanta
from tieuchi.columnar.program import Program
from tieuchi.columnar.result import Points, clause_label, point_type
from tieuchi.columnar.road import score_rows
from tieuchi.errors import Issue, Position, ScenarioError, nearest
from tieuchi.model.indicator import NUMBER_KINDS
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Reading, Readings
from tieuchi.model.scenario import Change, Noise, NoiseModel
from tieuchi.scoring.inputs import inputs_of
from tieuchi.whatif.dial import Dial, Rules, dial_of
from tieuchi.whatif.draws import LANES, WORD, Drawer, drawer, furthest, uniforms
from tieuchi.whatif.progress import Progress, silent
from tieuchi.whatif.reach import Reach, grain_of
from tieuchi.whatif.rescore import Touch
from tieuchi.whatif.simulated import Simulation, rank_rows
from tieuchi.whatif.table import TableUnits, columns_of, names_of, titles_of

MOST_TOTALS = 100_000_000
"""Runs times units: so many totals and ranks are kept in memory."""
MOST_SETTINGS = 2_000
_ROWS = 1 << 16
_RUNS = 1 << 15
_COUNTED = 1 << 12
"""Clauses of a sub-criterion up to which each has a place to be counted in: a checklist of 40 parts has 2^40."""
Ints = NDArray[np.int64]
Figures = dict[tuple[str, int], Ints]
"""What was drawn, by indicator and unit."""


class Simulator:
    """A rulebook, units and what is uncertain about them."""

    def __init__(
        self, rules: Rules, readings: Sequence[Readings], model: NoiseModel, progress: Progress = silent
    ) -> None:
        from tieuchi.batch.cells import rescaled

        self.rules, self.model = rules, model
        self.readings = readings if isinstance(readings, TableUnits) else tuple(readings)
        self.names = names_of(readings)
        self._check()
        dials = {path: self._dial(path) for path in model.thresholds}
        plan = rules.plan
        first, rows = columns_of(plan, self.readings)
        self.scales = {slot.name: slot.scale for slot in first.layout.slots if not slot.below}
        names = sorted({name for name, _ in _noises(model)} & set(self.scales))
        for name in names:
            self.scales[name] = int(np.lcm(self.scales[name], (1 / grain_of(plan.indicators[name])).numerator))
        self.program = self._compiled(plan)
        self.base = {
            name: rescaled(column, self.scales.get(name, 1) // first.layout.scale_of(name))
            for name, column in rows.columns.items()
        }
        self.kinds = rows.kinds
        self.drawers = self._drawers(names, progress)
        self.paths = tuple(dials)
        self.lattices = {path: self._lattice(path) for path in dials}
        self.leaves = self._touched(dials)

    def _check(self) -> None:
        """Raise everything that does not fit the rulebook or the units."""
        model, read = self.model, set(Touch(self.rules.plan).leaves)
        known = self.names
        issues = [
            Issue("S738", model.at("units", unit), facts={"name": unit, "nearest": nearest(unit, known) or ""})
            for unit in model.units
            if unit not in known
        ]
        places: dict[tuple[str, ...], Noise] = {("readings", n): noise for n, noise in model.readings.items()}
        places |= {("units", u, name): noise for u, noises in model.units.items() for name, noise in noises.items()}
        for place, noise in places.items():
            found = self._fault(place[-1], noise, read)
            if found is not None:
                issues.append(Issue(found[0], model.at(*place), facts=found[1]))
        for path, noise in model.thresholds.items():
            if noise.at_least is None:
                issues.append(Issue("S737", model.at("thresholds", path), facts={"name": path, "given": noise.kind}))
        if not places and not model.thresholds:
            issues.append(Issue("S732", model.at()))
        if issues:
            raise ScenarioError(issues)

    def _fault(self, name: str, noise: Noise, read: set[str]) -> tuple[str, dict[str, str]] | None:
        """Return why a reading can't be uncertain in this way."""
        indicators = self.rules.plan.indicators
        if name not in indicators:
            return "S702", {"name": name, "nearest": nearest(name, indicators) or ""}
        kind = indicators[name].kind
        if kind not in NUMBER_KINDS or kind == "ratio" or (noise.respondents and kind != "percent"):
            return "S730", {"name": name, "kind": kind, "given": noise.kind}
        return None if name in read else ("S739", {"name": name})

    def _dial(self, path: str) -> Dial:
        """Return the dial of an uncertain threshold; the rulebook must take both ends of its range."""
        at, noise = self.model.at("thresholds", path), self.model.thresholds[path]
        assert noise.at_least is not None
        assert noise.at_most is not None
        if noise.at_least > noise.at_most:
            facts = {"low": exact_text(noise.at_least), "high": exact_text(noise.at_most)}
            raise ScenarioError([Issue("S711", at, facts=facts)])
        for end in (noise.at_least, noise.at_most):
            self.rules.turned({path: end}, at)
        return dial_of(self.rules, Change(path, "", at), (noise.at_least, noise.at_most))

    def _drawers(self, names: Sequence[str], progress: Progress) -> dict[str, list[Drawer | None]]:
        """Return by indicator how each unit's figure is drawn; None where it is not."""
        reach, model = Reach(self.rules.plan), self.model
        drawers: dict[str, list[Drawer | None]] = {name: [] for name in names}
        for place, unit in enumerate(self.readings if names else ()):
            progress(place, len(self.readings))
            inputs = inputs_of(unit)
            for name, column in drawers.items():
                noise = model.units.get(unit.unit.id, {}).get(name, model.readings.get(name))
                now = inputs.values.get(name)
                if noise is None or not isinstance(now, Fraction):
                    column.append(None)
                else:
                    if furthest(noise, now) * self.scales[name] >= WORD:
                        facts = {"name": name, "unit": unit.unit.id}
                        raise ScenarioError([Issue("S740", model.at("readings", name), facts=facts)])
                    column.append(drawer(noise, now, self.scales[name], reach.room(name, inputs)))
        return drawers

    def _lattice(self, path: str) -> tuple[Fraction, ...]:
        """Return the values that an uncertain threshold can take."""
        noise = self.model.thresholds[path]
        low, high = noise.at_least or Fraction(0), noise.at_most or Fraction(0)
        step = noise.step or (high - low) / 20
        return tuple(low + step * place for place in range(int((high - low) / step) + 1)) if step else (low,)

    def _touched(self, dials: Mapping[str, Dial]) -> tuple[int, ...]:
        """Return the sub-criteria whose clause can vary."""
        touch = Touch(self.rules.plan)
        moved = {place for dial in dials.values() for place in dial.leaves}
        return tuple(sorted(moved.union(*(touch.leaves.get(name, ()) for name in self.drawers))))

    @property
    def uncertain(self) -> tuple[str, ...]:
        """The names of all that varies, readings first."""
        return (*self.drawers, *self.paths)

    def threshold_places(self, uniform: Mapping[str, NDArray[np.float64]]) -> Ints:
        """Return which of its values each threshold takes, a row for each run, for uniform numbers by path."""
        columns = []
        for path in self.paths:
            count = len(self.lattices[path])
            columns.append(np.minimum((uniform[path] * count).astype(np.int64), count - 1))
        return np.stack(columns, axis=1) if columns else np.zeros((0, 0), np.int64)

    def programs(self, places: Ints) -> dict[tuple[int, ...], Program]:
        """Return the program of every combination of thresholds that was drawn.

        Raises:
            ScenarioError: There are too many, or the rulebook refuses one.
        """
        if not self.paths:
            return {(): self.program}
        found = [tuple(row) for row in np.unique(places, axis=0).tolist()]
        if len(found) > MOST_SETTINGS:
            facts = {"count": str(len(found)), "most": str(MOST_SETTINGS)}
            raise ScenarioError([Issue("S713", self.model.at("thresholds"), facts=facts)])
        return {key: self._program_at(key) for key in found}

    def _program_at(self, key: tuple[int, ...]) -> Program:
        values = {path: self.lattices[path][place] for path, place in zip(self.paths, key, strict=True)}
        return self._compiled(self.rules.turned(values, self.model.at("thresholds")))

    def _compiled(self, plan: Plan) -> Program:
        program = compile_program(plan, self.scales)
        if program.doubtful:
            from tieuchi.batch.exact import ExactRoad

            program.made["exact"] = ExactRoad(plan)
        return program

    def scored(self, program: Program, figures: Figures, runs: int, units: range) -> Points:
        """Score some runs of some units; totals of which quanta leave a rounding in doubt, by the exact road."""
        rows = self.rows(figures, runs, units)
        found = score_rows(program, rows)
        near = () if found.near is None else np.flatnonzero(found.near[0]).tolist()
        best = best_values(program, rows) if near else None
        for row in near:
            own = self._drawn(figures, units[row // runs], row % runs)
            total = program.made["exact"].scored(program, own, best, row % runs)
            for ends, end in ((found.sum_low, total.low), (found.sum_high, total.high)):
                ends[found.total, row] = quanta(end, program.quantum)
        return found

    def _drawn(self, figures: Figures, unit: int, run: int) -> Readings:
        """Return the readings of a unit in one run."""
        known, at = self.readings[unit], self.model.at()
        drawn = {
            name: Reading(name, Fraction(int(figures[name, unit][run]), self.scales[name]), at)
            for name in self.drawers
            if (name, unit) in figures
        }
        return replace(known, values={**known.values, **drawn})

    def rows(self, figures: Figures, runs: int, units: range) -> Rows:
        """Return rows for some runs, run after run within each unit; each run is a group of its own."""
        columns = {}
        for name, column in self.base.items():
            part = column.part(units.start, units.stop)
            values = np.repeat(part.values.astype(np.int64, copy=False), runs)
            for place, unit in enumerate(units):
                if (name, unit) in figures:
                    values[place * runs : (place + 1) * runs] = figures[name, unit]
            below, states = (None if old is None else np.repeat(old, runs) for old in (part.below, part.states))
            kept = {place: v for place, v in part.exact.items() if (name, units[place]) not in figures}
            exact = {place * runs + run: v for place, v in kept.items() for run in range(runs)}
            columns[name] = Column(values, states, below, exact)
        kinds = None if self.kinds is None else np.repeat(self.kinds[units.start : units.stop], runs)
        return Rows(runs * len(units), columns, kinds, np.tile(np.arange(runs), len(units)), runs)

    def run(self, runs: int, seed: int, progress: Progress = silent, *, threads: int = 1) -> Simulation:
        """Draw and score.

        Raises:
            ScenarioError: The number of runs is out of bounds.
        """
        most = MOST_TOTALS // max(len(self.readings), 1)
        if not 1 <= runs <= most:
            facts = {"low": "1", "high": str(most)}
            raise ScenarioError([Issue("S731", Position(f"--runs {runs}"), facts=facts)])
        whole = {path: uniforms(seed, f"threshold {path}", 0, runs) for path in self.paths}
        places = self.threshold_places(whole)
        work = _Work(self, seed, places, self.programs(places))
        kinds = (point_type(program) for program in (self.program, *work.programs.values()))
        totals = np.empty((runs, len(self.readings)), np.result_type(*kinds))
        tasks = self._tasks(runs)
        _shared(lambda task: work.done(task, totals), tasks, threads, progress)
        return self._result(totals, work)

    def _tasks(self, runs: int) -> list[tuple[range, range]]:
        """Cut runs and units into parts of bounded size; units whose points rest on each other stay together."""
        count = len(self.readings)
        size = min(_RUNS, runs)
        if self.program.relatives:
            size = min(size, max(_ROWS // max(count, 1) // LANES * LANES, LANES))
        wide = count if self.program.relatives else max(_ROWS // size, 1)
        return [
            (range(first, min(first + size, runs)), range(unit, min(unit + wide, count)))
            for first in range(0, runs, size)
            for unit in range(0, count, wide)
        ]

    def _result(self, totals: NDArray[Any], work: _Work) -> Simulation:
        plan = self.rules.plan
        clauses: dict[tuple[int, str], dict[str, int]] = {}
        for leaf in self.leaves:
            for unit, met in enumerate(work.met(leaf)):
                named: dict[str, int] = {}
                for clause, count in met:
                    label = clause_label(plan.leaves[leaf], clause - 1) or "–"
                    named[label] = named.get(label, 0) + count
                clauses[unit, plan.leaves[leaf].id] = named
        now = self.scored(self.program, {}, 1, range(len(self.readings)))
        unsettled = tuple(np.flatnonzero(work.open | (now.sum_states[now.total] >= 2)).tolist())
        return Simulation(
            self.rules,
            self.names,
            titles_of(self.readings),
            now.sum_low[now.total].astype(np.int64),
            totals,
            rank_rows(totals, plan.book.ranking.ties, unsettled),
            clauses,
            self.uncertain,
            unsettled,
        )


class _Work:
    """Tasks of one simulation: each draws and scores some runs of some units, and writes what no other does."""

    def __init__(
        self, simulator: Simulator, seed: int, places: Ints, programs: Mapping[tuple[int, ...], Program]
    ) -> None:
        self.simulator, self.seed, self.places, self.programs = simulator, seed, places, programs
        widths = {leaf: max(p.leaves[leaf].clause_count for p in programs.values()) + 1 for leaf in simulator.leaves}
        units = len(simulator.readings)
        self.counts = {leaf: np.zeros((units, wide), np.int64) for leaf, wide in widths.items() if wide <= _COUNTED}
        self.rare: dict[int, list[Counter[int]]] = {
            leaf: [Counter() for _ in range(units)] for leaf, wide in widths.items() if wide > _COUNTED
        }
        self.open = np.zeros(len(simulator.readings), bool)
        self._gate = Lock()

    def figures(self, runs: range, units: range) -> Figures:
        """Return the figures drawn for some runs, by indicator and unit."""
        found = {}
        for name, drawers in self.simulator.drawers.items():
            for unit in units:
                known = drawers[unit]
                if known is not None:
                    stream = f"{self.simulator.names[unit]} {name}"
                    found[name, unit] = known.figures(uniforms(self.seed, stream, runs.start, len(runs)))
        return found

    def done(self, task: tuple[range, range], totals: NDArray[Any]) -> None:
        """Draw and score some runs of some units."""
        runs, units = task
        figures = self.figures(runs, units)
        for key, picked in self._picked(runs):
            part = figures if picked is None else {place: drawn[picked] for place, drawn in figures.items()}
            count = len(runs) if picked is None else len(picked)
            found = self.simulator.scored(self.programs[key], part, count, units)
            where = runs.start + (np.arange(count) if picked is None else picked)
            totals[where, units.start : units.stop] = found.sum_low[found.total].reshape(len(units), count).T
            self._count(found.clauses, units)
            lacking = (found.sum_states[found.total] >= 2).reshape(len(units), count).any(axis=1)
            with self._gate:
                self.open[units.start : units.stop] |= lacking

    def _picked(self, runs: range) -> Iterator[tuple[tuple[int, ...], Ints | None]]:
        """Yield the runs by the thresholds they were drawn with; None stands for all."""
        if not self.simulator.paths:
            yield (), None
            return
        kinds, where = np.unique(self.places[runs.start : runs.stop], axis=0, return_inverse=True)
        for place, row in enumerate(kinds.tolist()):
            yield tuple(row), np.flatnonzero(where.ravel() == place)

    def _count(self, clauses: NDArray[Any], units: range) -> None:
        """Add how often each clause decided."""
        for leaf, table in self.counts.items():
            wide = table.shape[1]
            met = clauses[leaf].reshape(len(units), -1).astype(np.int64) + 1
            met += np.arange(len(units))[:, None] * wide
            found = np.bincount(met.ravel(), minlength=len(units) * wide).reshape(len(units), wide)
            with self._gate:
                table[units.start : units.stop] += found
        for leaf, counters in self.rare.items():
            for unit, own in zip(units, clauses[leaf].reshape(len(units), -1), strict=True):
                codes, counts = np.unique(own, return_counts=True)
                with self._gate:
                    counters[unit].update(
                        dict(zip((codes.astype(np.int64) + 1).tolist(), counts.tolist(), strict=True))
                    )

    def met(self, leaf: int) -> Iterator[list[tuple[int, int]]]:
        """Yield for each unit the clauses of a sub-criterion that decided, counted from 1, and how often each did."""
        if leaf in self.rare:
            yield from (sorted(counter.items()) for counter in self.rare[leaf])
            return
        for row in self.counts[leaf].tolist():
            yield [(clause, count) for clause, count in enumerate(row) if count]


def _shared(
    work: Callable[[tuple[range, range]], None], tasks: Sequence[tuple[range, range]], threads: int, progress: Progress
) -> None:
    """Do all tasks, some at a time; the first that fails, or a break, ends the rest."""
    if threads <= 1 or len(tasks) == 1:
        for place, task in enumerate(tasks):
            work(task)
            progress(place + 1, len(tasks))
        return
    pool = ThreadPoolExecutor(threads)
    try:
        waiting: list[Future[None]] = [pool.submit(work, task) for task in tasks]
        for place, done in enumerate(as_completed(waiting)):
            done.result()
            progress(place + 1, len(tasks))
    finally:
        pool.shutdown(cancel_futures=True)


def _noises(model: NoiseModel) -> Iterator[tuple[str, Noise]]:
    """Yield every uncertain reading of a model, those of single units too."""
    yield from model.readings.items()
    for noises in model.units.values():
        yield from noises.items()
