"""Uncertainty: figures and thresholds drawn many times, every draw scored exactly by the columnar road.

What comes out: the distribution of each unit's total and rank, and for each sub-criterion the chance of each clause,
which tells whether half a point is more than noise. The same seed gives the same result, whatever the number of
threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.block import Rows
from tieuchi.columnar.layout import Column
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.program import Program
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.result import clause_label
from tieuchi.columnar.road import score_rows
from tieuchi.errors import Issue, Position, ScenarioError, nearest
from tieuchi.model.indicator import NUMBER_KINDS
from tieuchi.model.reading import Readings
from tieuchi.model.scenario import Noise, NoiseModel
from tieuchi.scoring.inputs import inputs_of
from tieuchi.whatif.cohort import Progress, silent
from tieuchi.whatif.dial import Rules, dial_of
from tieuchi.whatif.draws import BLOCK, Drawer, drawer, uniforms
from tieuchi.whatif.reach import Reach, grain_of

MOST_RUNS = 10_000_000
MOST_SETTINGS = 2_000
_ROWS = 1 << 16
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Simulation:
    """All draws: totals in quanta, a row for each run and a column for each unit, and how often each clause decided.

    ``clauses`` has, by unit and sub-criterion, the count of each clause that was met.
    """

    rules: Rules
    names: tuple[str, ...]
    titles: tuple[str, ...]
    now: Ints
    totals: NDArray[np.int32] | Ints
    ranks: NDArray[np.int32]
    clauses: dict[tuple[int, str], dict[str, int]]
    uncertain: tuple[str, ...]

    def totals_at(self, unit: int, share: Fraction) -> Fraction:
        """Return the total that a share of the runs does not pass, as points."""
        return int(_at(self.totals[:, unit], share)) * self.rules.book.quantum

    def ranks_at(self, unit: int, share: Fraction) -> int:
        """Return the rank that a share of the runs does not pass."""
        return int(_at(self.ranks[:, unit], share))

    def mean(self, unit: int) -> Fraction:
        """Return the mean total of a unit, as points."""
        return Fraction(int(self.totals[:, unit].sum(dtype=np.int64)), len(self.totals)) * self.rules.book.quantum


def _at(values: NDArray[np.int32] | Ints, share: Fraction) -> int:
    place = min(int(share * len(values)), len(values) - 1)
    return int(np.partition(values, place)[place])


class Simulator:
    """A rulebook, units and what is uncertain about them."""

    def __init__(self, rules: Rules, readings: Sequence[Readings], model: NoiseModel) -> None:
        self.rules, self.readings, self.model = rules, tuple(readings), model
        self._check()
        plan = rules.plan
        reach = Reach(plan)
        first, _ = rows_of(plan, readings)
        scales = {slot.name: slot.scale for slot in first.layout.slots if not slot.below}
        names = {n for n in (*model.readings, *(n for noise in model.units.values() for n in noise)) if n in scales}
        for name in names:
            scales[name] = int(np.lcm(scales[name], (1 / grain_of(plan.indicators[name])).numerator))
        self.scales = scales
        self.program = compile_program(plan, scales)
        _, rows = rows_of(plan, readings)
        self.base = {
            name: _scaled(column, scales[name] // first.layout.scale_of(name)) for name, column in rows.columns.items()
        }
        self.kinds = rows.kinds
        self.drawers: dict[str, list[Drawer | None]] = {name: [] for name in sorted(names)}
        for unit in self.readings:
            inputs = inputs_of(unit)
            for name in self.drawers:
                noise = model.units.get(unit.unit.id, {}).get(name, model.readings.get(name))
                now = inputs.values.get(name)
                known = noise is not None and isinstance(now, Fraction)
                self.drawers[name].append(drawer(noise, now, scales[name], reach.room(name, inputs)) if known else None)  # type: ignore[arg-type]
        self.paths = tuple(model.thresholds)
        self.leaves = self._touched()

    def _check(self) -> None:
        issues = []
        plan, model = self.rules.plan, self.model
        given = [*model.readings.items(), *(pair for noise in model.units.values() for pair in noise.items())]
        for name, noise in given:
            if name not in plan.indicators:
                facts = {"name": name, "nearest": nearest(name, plan.indicators) or ""}
                issues.append(Issue("S702", Position(f"model: {name}"), facts=facts))
                continue
            kind = plan.indicators[name].kind
            if kind not in NUMBER_KINDS or kind == "ratio" or (noise.respondents and kind != "percent"):
                facts = {"name": name, "kind": kind, "given": noise.kind}
                issues.append(Issue("S730", Position(f"model: {name}"), facts=facts))
        if not given and not model.thresholds:
            issues.append(Issue("S732", Position("model")))
        if issues:
            raise ScenarioError(issues)
        for path in model.thresholds:
            dial_of(self.rules, path)

    def _touched(self) -> tuple[int, ...]:
        """Return the sub-criteria whose clause can vary."""
        moved = {i for path in self.paths for i in dial_of(self.rules, path).leaves}
        for leaf in self.rules.plan.leaves:
            read = {
                *leaf.indicators,
                *(n for i, _ in leaf.consequences for n in self.rules.plan.findings[i].indicators),
            }
            if read & set(self.drawers):
                moved.add(leaf.index)
        return tuple(sorted(moved))

    @property
    def uncertain(self) -> tuple[str, ...]:
        """The names of all that varies, readings first."""
        return (*self.drawers, *self.paths)

    def settings(self, draws: Mapping[str, Ints]) -> Iterator[tuple[dict[str, Fraction], Ints]]:
        """Yield each combination of thresholds that was drawn, and the runs it was drawn for."""
        if not self.paths:
            yield {}, np.arange(0)
            return
        table = np.stack([draws[path] for path in self.paths], axis=1)
        kinds, where = np.unique(table, axis=0, return_inverse=True)
        if len(kinds) > MOST_SETTINGS:
            facts = {"count": str(len(kinds)), "most": str(MOST_SETTINGS)}
            raise ScenarioError([Issue("S713", Position("model"), facts=facts)])
        for place, row in enumerate(kinds.tolist()):
            values = {path: self.threshold(path, number) for path, number in zip(self.paths, row, strict=True)}
            yield values, np.flatnonzero(where.ravel() == place)

    def threshold(self, path: str, place: int) -> Fraction:
        """Return the value of a threshold at a place of its lattice."""
        noise = self.model.thresholds[path]
        low = noise.at_least if noise.at_least is not None else dial_of(self.rules, path).base
        return low + self._step(noise) * place

    @staticmethod
    def _step(noise: Noise) -> Fraction:
        if noise.at_least is None or noise.at_most is None:
            return Fraction(0)
        return noise.step or (noise.at_most - noise.at_least) / 20

    def lattice(self, path: str) -> int:
        """Return how many values a threshold can take."""
        noise = self.model.thresholds[path]
        step = self._step(noise)
        if not step or noise.at_least is None or noise.at_most is None:
            return 1
        return int((noise.at_most - noise.at_least) / step) + 1

    def program_at(self, values: Mapping[str, Fraction]) -> Program:
        """Return the program with some thresholds turned."""
        return compile_program(self.rules.turned(dict(values)), self.scales) if values else self.program

    def rows(self, figures: Mapping[str, Ints], runs: int, units: Sequence[int]) -> Rows:
        """Return rows for some runs, unit after unit within each run; each run is a group of its own."""
        columns = {}
        for name, column in self.base.items():
            values = np.tile(column.values[list(units)], runs)
            if name in figures:
                drawn = figures[name].ravel()
                values = np.where(drawn == _KEPT, values, drawn)
            below = None if column.below is None else np.tile(column.below[list(units)], runs)
            states = None if column.states is None else np.tile(column.states[list(units)], runs)
            columns[name] = Column(values, states, below)
        kinds = None if self.kinds is None else np.tile(self.kinds[list(units)], runs)
        return Rows(runs * len(units), columns, kinds, np.repeat(np.arange(runs), len(units)), runs)

    def run(self, runs: int, seed: int, progress: Progress = silent) -> Simulation:
        """Draw and score.

        Raises:
            ScenarioError: The number of runs is out of bounds.
        """
        if not 1 <= runs <= MOST_RUNS:
            facts = {"low": "1", "high": str(MOST_RUNS)}
            raise ScenarioError([Issue("S731", Position(f"--runs {runs}"), facts=facts)])
        units = range(len(self.readings))
        totals = np.empty((runs, len(units)), np.int64)
        counts = {leaf: np.zeros((len(units), 0), np.int64) for leaf in self.leaves}
        blocks = -(-runs // BLOCK)
        settings = self._by_setting(blocks, seed)
        programs: dict[tuple[int, ...], Program] = {}
        for block in range(blocks):
            size = min(BLOCK, runs - block * BLOCK)
            figures = self._drawn(seed, block, size)
            for key, picked in _picked(settings, block, size):
                if key not in programs:
                    values = {path: self.threshold(path, place) for path, place in zip(self.paths, key, strict=True)}
                    programs[key] = self.program_at(values)
                for start in range(0, len(picked), max(_ROWS // len(units), 1)):
                    part = picked[start : start + max(_ROWS // len(units), 1)]
                    rows = self.rows({n: f[part] for n, f in figures.items()}, len(part), units)
                    found = score_rows(programs[key], rows)
                    totals[block * BLOCK + part] = found.sum_low[found.total].reshape(len(part), -1)
                    self._count(counts, found.clauses, len(part))
            progress(block + 1, blocks)
        return self._result(totals, counts)

    def _by_setting(self, blocks: int, seed: int) -> Ints:
        """Return the places of all thresholds for every run."""
        columns = []
        for path in self.paths:
            drawn = np.concatenate([uniforms(seed, f"threshold {path}", block) for block in range(blocks)])
            columns.append(np.minimum((drawn * self.lattice(path)).astype(np.int64), self.lattice(path) - 1))
        return np.stack(columns, axis=1) if columns else np.zeros((blocks * BLOCK, 0), np.int64)

    def _drawn(self, seed: int, block: int, size: int) -> dict[str, Ints]:
        figures = {}
        for name, drawers in self.drawers.items():
            table = np.full((size, len(drawers)), _KEPT, np.int64)
            for unit, found in enumerate(drawers):
                if found is not None:
                    stream = f"{self.readings[unit].unit.id} {name}"
                    table[:, unit] = found.figures(uniforms(seed, stream, block))[:size]
            figures[name] = table
        return figures

    def _count(self, counts: dict[int, Ints], clauses: NDArray[np.int32], runs: int) -> None:
        units = len(self.readings)
        for leaf in counts:
            found = clauses[leaf].reshape(runs, units).astype(np.int64) + 1
            wide = max(int(found.max()) + 1, counts[leaf].shape[1])
            flat = np.bincount((found + np.arange(units) * wide).ravel(), minlength=units * wide).reshape(units, wide)
            flat[:, : counts[leaf].shape[1]] += counts[leaf]
            counts[leaf] = flat

    def _result(self, totals: Ints, counts: dict[int, Ints]) -> Simulation:
        plan = self.rules.plan
        clauses: dict[tuple[int, str], dict[str, int]] = {}
        for leaf, table in counts.items():
            for unit, row in enumerate(table.tolist()):
                named: dict[str, int] = {}
                for clause, count in enumerate(row):
                    if count:
                        label = clause_label(plan.leaves[leaf], clause - 1) or "–"
                        named[label] = named.get(label, 0) + count
                clauses[unit, plan.leaves[leaf].id] = named
        now = score_rows(self.program, self.rows({}, 1, range(len(self.readings))))
        names = tuple(r.unit.id for r in self.readings)
        titles = tuple(r.unit.name or r.unit.id for r in self.readings)
        base = now.sum_low[now.total].astype(np.int64)
        return Simulation(
            self.rules, names, titles, base, totals, rank_rows(totals, plan.book.ranking.ties), clauses, self.uncertain
        )


_KEPT = np.iinfo(np.int64).min
"""Stands where a unit's figure is as it was read."""


def _scaled(column: Column, factor: int) -> Column:
    if factor == 1:
        return column
    return Column(column.values * factor, column.states, column.below, {r: v * factor for r, v in column.exact.items()})


def _picked(settings: Ints, block: int, size: int) -> Iterator[tuple[tuple[int, ...], Ints]]:
    """Yield the runs of a block by the thresholds they were drawn with."""
    part = settings[block * BLOCK : block * BLOCK + size]
    if not part.shape[1]:
        yield (), np.arange(size)
        return
    kinds, where = np.unique(part, axis=0, return_inverse=True)
    for place, row in enumerate(kinds.tolist()):
        yield tuple(row), np.flatnonzero(where.ravel() == place)


def rank_rows(totals: NDArray[np.int64], ties: str = "competition") -> NDArray[np.int32]:
    """Return the rank of each unit in each row, 1 for the highest total.

    Example:
        >>> rank_rows(np.array([[5, 9, 5, 1]])).tolist()
        [[2, 1, 2, 4]]
    """
    order = np.argsort(-totals, axis=1, kind="stable")
    ordered = np.take_along_axis(totals, order, axis=1)
    new = np.ones(ordered.shape, bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    if ties == "dense":
        places = np.cumsum(new, axis=1)
    else:
        places = np.maximum.accumulate(np.where(new, np.arange(1, totals.shape[1] + 1), 0), axis=1)
    result = np.empty(totals.shape, np.int32)
    np.put_along_axis(result, order, places.astype(np.int32), axis=1)
    return result
