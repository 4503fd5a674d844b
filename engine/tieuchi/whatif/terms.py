"""A stepped dial under many units: where each unit stands against it, and what passing costs.

Pieces follow one another, so the points of a unit are those of the first piece plus, for each end that its value has
passed, what the next piece gives more. Each end that a dial moves is therefore a *term*: a unit has its gain while the
dial is not beyond the unit's own value. Terms of several dials add up, whatever order they are turned in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from tieuchi.model.canonical import Quotient
from tieuchi.model.plan import LeafPlan
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.whatif.cohort import Cohort, Ints
from tieuchi.whatif.columns import WORD, Columns, TooWideError
from tieuchi.whatif.dial import Dial, Edge
from tieuchi.whatif.gains import Standing, gains_of


@dataclass(frozen=True, slots=True)
class Term:
    """One end of pieces under all units that are measured by its route.

    A unit has passed the end while the dial is at most ``above / below`` (its own value, in terms of the dial), or, if
    not ``closed``, while it is less. ``gain`` is what passing gives, in quanta with the sign the total takes it. Units
    that are not measured here have ``there`` false. Those whose points are not settled on both sides, because a finding
    is not known, are ``open`` and gain nothing that could be told.
    """

    edge: Edge
    there: NDArray[np.bool_]
    above: Ints
    below: Ints
    closed: bool
    gain: Ints
    open: NDArray[np.bool_]


def terms_of(cohort: Cohort, dial: Dial) -> tuple[Term, ...]:
    """Return the terms of a stepped dial."""
    columns = cohort.columns
    return tuple(_term(cohort, edge, columns) for edge in dial.edges)


def _term(cohort: Cohort, edge: Edge, columns: Columns | None) -> Term:
    leaf = cohort.plan.leaves[edge.leaf]
    stands = None
    if columns is not None:
        with suppress(TooWideError):
            stands = _in_columns(leaf, edge, columns)
    if stands is None:
        stands = _one_by_one(cohort, leaf, edge)
    gain, is_open = gains_of(cohort, leaf, edge, stands)
    closed = leaf.routes[edge.route].pieces[edge.piece + 1].lower.closed
    return Term(edge, stands.there, stands.above, stands.below, closed, gain, is_open)


def _in_columns(leaf: LeafPlan, edge: Edge, columns: Columns) -> Standing | None:
    """Return where all units stand at once; None where a value is set against a group.

    Raises:
        TooWideError: Some unit's figures are too great for it.
    """
    route = leaf.routes[edge.route]
    if not isinstance(route.measured, Quotient):
        return None
    there = columns.all_hold((*leaf.applies, *route.tests)).yes
    for earlier in leaf.routes[: edge.route]:
        there &= columns.all_hold(earlier.tests).no
    values = columns.values(route.measured)
    above, below = values.above, values.below
    if edge.offset or edge.factor != 1:
        above, below = values.shifted(edge.offset, edge.factor)
    shared = np.gcd(above, below)
    return Standing(there & values.there, above // shared, below // shared, values)


def _one_by_one(cohort: Cohort, leaf: LeafPlan, edge: Edge) -> Standing:
    """Return the same from scoring every unit."""
    compiled, count = compile_leaf(leaf), len(cohort.units)
    there, tops, bottoms = np.zeros(count, bool), [0] * count, [1] * count
    for place, unit in enumerate(cohort.units):
        trace = cohort.score(leaf, compiled, unit)
        if trace.route == edge.route and trace.piece >= 0 and trace.value is not None:
            at = (trace.value - edge.offset) / edge.factor
            there[place], tops[place], bottoms[place] = True, at.numerator, at.denominator
    return Standing(there, whole_array(tops), whole_array(bottoms))


def whole_array(numbers: Sequence[int]) -> Ints:
    """Return whole numbers as an array: of 64 bits where they fit, else of Python integers."""
    fits = all(-WORD < number < WORD for number in numbers)
    return np.array(numbers, np.int64 if fits else object)


def open_somewhere(terms: Sequence[Term], units: int) -> NDArray[np.bool_]:
    """Return the units whose points are open beside some end."""
    found: NDArray[np.bool_] = np.logical_or.reduce([np.zeros(units, bool), *(term.open for term in terms)])
    return found


def open_interval(cohort: Cohort, dial: Dial) -> tuple[Fraction | None, Fraction | None]:
    """Return between which values a dial can be turned before an end meets the next one, both excluded."""
    low: Fraction | None = None
    high: Fraction | None = None
    moved = {(e.leaf, e.route, e.piece) for e in dial.edges}
    for edge in dial.edges:
        pieces = cohort.plan.leaves[edge.leaf].routes[edge.route].pieces
        for step, bound in ((-1, pieces[edge.piece].lower), (1, pieces[edge.piece + 1].upper)):
            if bound.at is None or (edge.leaf, edge.route, edge.piece + step) in moved:
                continue
            end = (bound.at - edge.offset) / edge.factor
            if step < 0:
                low = end if low is None or end > low else low
            else:
                high = end if high is None or end < high else high
    return low, high


def marks_among(term: Term, settings: Sequence[Fraction]) -> Ints:
    """Return for each unit the place of the last of some settings, in ascending order, at which it has still passed.

    It is -1 where there is none, and where the unit is not there.
    """
    bottom = lcm(*(setting.denominator for setting in settings))
    wholes = [int(setting * bottom) for setting in settings]
    marks = np.full(len(term.there), -1, np.int64)
    for place in np.flatnonzero(term.there).tolist():
        scaled, below = int(term.above[place]) * bottom, int(term.below[place])
        marks[place] = bisect_right(wholes, scaled // below if term.closed else -(-scaled // below) - 1) - 1
    return marks
