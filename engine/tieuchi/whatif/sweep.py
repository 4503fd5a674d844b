"""Thresholds swept over many units: totals, lost points, winners and losers, ranks, for each variant.

Stepped dials are terms (see ``terms``): a variant costs one comparison of whole numbers for each end and unit, in a
compiled kernel where there is much to do. Free dials are scored exactly once for each of their values. Both give
quanta, and what they change is added to the totals of the cohort.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tieuchi.errors import Issue, ScenarioError, UnknownNameError
from tieuchi.loading.tree_paths import TreePath, resolve
from tieuchi.model.plan import Plan
from tieuchi.model.scenario import Change
from tieuchi.scoring.aggregate import build_total
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.whatif.cohort import OPEN, Cohort, Ints
from tieuchi.whatif.dial import Dial, Rules, dial_of
from tieuchi.whatif.grid import range_values, variant_places
from tieuchi.whatif.progress import Progress, silent
from tieuchi.whatif.sweep_kernel import swept_totals
from tieuchi.whatif.terms import Term, marks_among, terms_of

MOST_FREE = 5_000
"""Values of free dials, alone or together, that are each scored exactly."""


@dataclass(frozen=True)
class Sweep:
    """The totals of every unit in every variant.

    ``places`` has a row for each variant and a column for each dial: which of its ``values``. ``totals`` are quanta,
    a row for each variant, a column for each unit. ``valid`` is false where the rulebook refuses a variant; its totals
    mean nothing. ``known`` has a row for each way that totals can be settled, a column for each unit, and ``ways`` says
    which row each variant has.
    """

    cohort: Cohort
    dials: tuple[Dial, ...]
    values: tuple[tuple[Fraction, ...], ...]
    places: NDArray[np.int64]
    totals: NDArray[np.int32] | Ints
    valid: NDArray[np.bool_]
    known: NDArray[np.bool_]
    ways: Ints
    seconds: float = field(default=0.0, compare=False)

    def setting(self, variant: int) -> tuple[Fraction, ...]:
        """Return what every dial stands at in one variant."""
        return tuple(values[int(p)] for values, p in zip(self.values, self.places[variant], strict=True))

    def settled(self, variant: int) -> NDArray[np.bool_]:
        """Return which units' totals are settled both in one variant and in the rulebook as it is."""
        found: NDArray[np.bool_] = self.known[self.ways[variant]]
        return found

    @cached_property
    def left_out(self) -> tuple[int, ...]:
        """The units that have a total in no variant that the rulebook takes."""
        ways = np.unique(self.ways[self.valid])
        return tuple(np.flatnonzero(~self.known[ways].any(axis=0)).tolist())

    def ranks(self, variant: int) -> Ints:
        """Return the ranks in one variant, among the units that are settled in it; 0 for all others."""
        return self.cohort.ranks(self.totals[variant], self.settled(variant))

    def shifted(self, variant: int) -> int:
        """Return how many units change their rank in one variant, of those settled in it."""
        now = self.cohort.ranks(self.cohort.totals, self.settled(variant))
        return int((self.ranks(variant) != now).sum())

    def mean(self, variant: int) -> Fraction | None:
        """Return the mean total, as points, of the units that are settled; None where there are none."""
        settled = self.settled(variant)
        whole = int(self.totals[variant][settled].sum(dtype=np.int64))
        return self.cohort.points_of(whole) / int(settled.sum()) if settled.any() else None

    @cached_property
    def gained(self) -> tuple[Ints, Ints]:
        """How many units win and how many lose points in each variant, against the rulebook as it is."""
        base = self.cohort.totals
        return (self.totals > base).sum(axis=1), (self.totals < base).sum(axis=1)

    def variants(self) -> Iterator[int]:
        """Yield the variants that the rulebook takes."""
        return iter(np.flatnonzero(self.valid).tolist())


def sweep(
    rules: Rules,
    cohort: Cohort,
    changes: Sequence[Change],
    progress: Progress = silent,
    *,
    compiled: bool | None = None,
) -> Sweep:
    """Turn one or several thresholds through their ranges.

    Args:
        rules: The rulebook.
        cohort: The units, scored by it.
        changes: Paths with ranges ``LOW:HIGH[:STEP]``.
        progress: Told how far free dials are.
        compiled: Whether to use the compiled kernel; by the size of the work if not said.

    Raises:
        ScenarioError: A path or a range is refused, or a single threshold would leave the order of its rulebook.
    """
    values, dials = _asked(rules, changes)
    places = variant_places([len(v) for v in values], changes[0])
    stepped, free = _sorted(cohort, dials)
    base, terms, marks, points, always = _stepped(cohort, dials, values, stepped)
    totals = swept_totals(base, terms, marks, points, places[:, stepped], compiled=compiled)
    mask = np.ones(len(places), bool)
    for (first, second), allowed_pairs in _in_order(cohort, dials, values, stepped).items():
        mask &= allowed_pairs[places[:, first], places[:, second]]
    known, ways = always[None, :], np.zeros(len(places), np.int64)
    if free:
        chosen = [(dials[n], values[n]) for n in free]
        table, known, allowed = _free(rules, cohort, chosen, changes[free[0]], progress)
        known &= always
        flat = ways = np.ravel_multi_index(tuple(places[:, free].T), tuple(len(values[n]) for n in free))
        totals = totals + table[flat]
        mask &= allowed[flat]
    return Sweep(cohort, tuple(dials), tuple(values), places, totals, mask, known, ways)


def _asked(rules: Rules, changes: Sequence[Change]) -> tuple[list[tuple[Fraction, ...]], list[Dial]]:
    """Return the values of each range and the dial it turns. A single one must keep the order of its rulebook."""
    _check_twice(rules, changes)
    values = [range_values(change) for change in changes]
    dials = [dial_of(rules, c, (v[0], v[-1])) for c, v in zip(changes, values, strict=True)]
    if len(changes) == 1:
        for end in dict.fromkeys((values[0][0], values[0][-1])):
            rules.turned({changes[0].name: end})
    return values, dials


def _check_twice(rules: Rules, changes: Sequence[Change]) -> None:
    """Raise where one number is turned twice, even under two names."""
    first: dict[TreePath, Change] = {}
    for change in changes:
        try:
            place = resolve(rules.root, change.name)
        except UnknownNameError:
            continue  # told where its dial is looked for
        before = first.setdefault(place, change)
        if before is not change:
            facts = {"name": change.name, "first": str(before.at)}
            raise ScenarioError([Issue("S705", change.at, facts=facts)])


def _sorted(cohort: Cohort, dials: Sequence[Dial]) -> tuple[list[int], list[int]]:
    """Return which dials are swept by terms, and which are scored, as are those that share a leaf with one."""
    free = [n for n, dial in enumerate(dials) if not (dial.stepped and cohort.additive)]
    mixed = {leaf for n in free for leaf in dials[n].leaves}
    free = [n for n, dial in enumerate(dials) if n in free or mixed & set(dial.leaves)]
    return [n for n in range(len(dials)) if n not in free], free


Pairs = dict[tuple[int, int], NDArray[np.bool_]]


def _stepped(
    cohort: Cohort, dials: Sequence[Dial], values: Sequence[Sequence[Fraction]], which: Sequence[int]
) -> tuple[Ints, Ints, Ints, list[tuple[int, Ints]], NDArray[np.bool_]]:
    """Return what the kernel needs: totals without the terms, gains, marks, and where each dial's places stand.

    Settings of a dial are told by their places in ascending order, which 32 bits hold whatever the thresholds are.

    Also the units that have a total in every variant.
    """
    base, settled = cohort.totals.copy(), cohort.settled.copy()
    gains: list[Ints] = []
    marks: list[Ints] = []
    points: list[tuple[int, Ints]] = []
    for column, n in enumerate(which):
        settings = sorted({*values[n], dials[n].base})
        place = {setting: at for at, setting in enumerate(settings)}
        turned = np.array([place[v] for v in values[n]], np.int64)
        for term in terms_of(cohort, dials[n]):
            mark = marks_among(term, settings)
            base -= np.where(mark >= place[dials[n].base], term.gain, 0)
            gains.append(term.gain)
            marks.append(mark)
            points.append((column, turned))
            settled &= ~term.open
    count = len(cohort.units)
    shape = (len(gains), count)
    stacked = [np.array(rows, np.int64).reshape(shape) for rows in (gains, marks)]
    return base, stacked[0], stacked[1], points, settled


def _in_order(
    cohort: Cohort, dials: Sequence[Dial], values: Sequence[Sequence[Fraction]], which: Sequence[int]
) -> Pairs:
    """Return for pairs of dials whose ends meet which values keep them in order; a dial with itself for fixed ends."""
    pairs: Pairs = {}
    owner = {(e.leaf, e.route, e.piece): (n, e) for n in which for e in dials[n].edges}
    for (leaf, route, piece), (n, edge) in owner.items():
        pieces = cohort.plan.leaves[leaf].routes[route].pieces
        mine = [edge.factor * v + edge.offset for v in values[n]]
        for step, bound in ((-1, pieces[piece].lower.at), (1, pieces[piece + 1].upper.at)):
            other = owner.get((leaf, route, piece + step))
            if other is None and bound is not None:
                good = np.array([(v - bound) * step < 0 for v in mine], bool)
                pairs[n, n] = pairs.get((n, n), np.ones((len(mine), len(mine)), bool)) & good[:, None]
            elif other is not None and step > 0:
                second, far = other
                theirs = [far.factor * v + far.offset for v in values[second]]
                table = np.array([[a < b for b in theirs] for a in mine], bool)
                pairs[n, second] = pairs.get((n, second), np.ones_like(table)) & table
    return pairs


def _free(
    rules: Rules,
    cohort: Cohort,
    chosen: Sequence[tuple[Dial, Sequence[Fraction]]],
    asked: Change,
    progress: Progress,
) -> tuple[Ints, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what free dials change in each unit's total, for each combination of their values, scored exactly.

    Also which totals are settled then as they are now, and which combinations the rulebook takes. What is not known
    on both sides changes nothing.
    """
    places = variant_places([len(values) for _, values in chosen], asked)
    if len(places) > MOST_FREE:
        facts = {"count": str(len(places)), "most": str(MOST_FREE)}
        raise ScenarioError([Issue("S713", asked.at, facts=facts)])
    table = np.zeros((len(places), len(cohort.units)), np.int64)
    known, allowed = np.zeros(table.shape, bool), np.ones(len(places), bool)
    touched = sorted({leaf for dial, _ in chosen for leaf in dial.leaves})
    for row, combination in enumerate(places.tolist()):
        setting = {dial.path: values[p] for (dial, values), p in zip(chosen, combination, strict=True)}
        try:
            plan = rules.turned(setting)
        except ScenarioError:
            allowed[row] = False
            continue
        table[row], known[row] = _changed(cohort, plan, touched) if cohort.additive else _rescored(cohort, plan)
        progress(row + 1, len(places))
    return table, known, allowed


Known = tuple[Ints, NDArray[np.bool_]]


def _changed(cohort: Cohort, plan: Plan, touched: Sequence[int]) -> Known:
    """Return by how much totals change when some sub-criteria are replaced, and which are settled."""
    change, settled = np.zeros(len(cohort.units), np.int64), cohort.settled.copy()
    units = cohort.under(plan.findings)
    for place in touched:
        leaf = plan.leaves[place]
        made = compile_leaf(leaf)
        traces = [cohort.score(leaf, made, unit) for unit in units]
        open_now = np.array([trace.state in OPEN for trace in traces], bool)
        settled &= ~open_now
        new = np.array([cohort.quanta(trace.points) for trace in traces], np.int64)
        moved = (new - cohort.points[place]) * cohort.sign(cohort.plan.leaves[place])
        change += np.where(open_now | cohort.open(place), 0, moved)
    return change, settled


def _rescored(cohort: Cohort, plan: Plan) -> Known:
    """Return the same, every sum made anew, where sums are rounded, capped or rescaled."""
    made = [(leaf, compile_leaf(leaf)) for leaf in plan.leaves]
    totals, settled = [], []
    for unit in cohort.under(plan.findings):
        traces = (cohort.score(leaf, compiled, unit) for leaf, compiled in made)
        total = build_total(plan.book, traces)
        totals.append(cohort.quanta(total.low))
        settled.append(total.points is not None)
    known = cohort.settled & np.array(settled, bool)
    return np.where(known, np.array(totals, np.int64) - cohort.totals, 0), known


__all__ = ["Sweep", "Term", "sweep"]
