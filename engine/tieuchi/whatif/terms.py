"""A stepped dial under many units: where each unit stands against it, and what passing costs.

Pieces follow one another, so the points of a unit are those of the first piece plus, for each end that its value has
passed, what the next piece gives more. Each end that a dial moves is therefore a *term*: a unit has its gain while the
dial is not beyond the unit's own value. Terms of several dials add up, whatever order they are turned in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from tieuchi.model.canonical import Bound, Quotient
from tieuchi.model.plan import LeafPlan
from tieuchi.scoring.compiled import compile_leaf
from tieuchi.scoring.forms import form_value
from tieuchi.whatif.cohort import Cohort, Ints
from tieuchi.whatif.dial import Dial, Edge

_WORD = 1 << 62


@dataclass(frozen=True, slots=True)
class Term:
    """One end of pieces under all units that are measured by its route.

    A unit has passed the end while the dial is at most ``above / below`` (its own value, in terms of the dial), or, if
    not ``closed``, while it is less. ``gain`` is what passing gives, in quanta with the sign the total takes it. Units
    that are not measured here have ``there`` false.
    """

    edge: Edge
    there: NDArray[np.bool_]
    above: Ints
    below: Ints
    closed: bool
    gain: Ints


def terms_of(cohort: Cohort, dial: Dial) -> tuple[Term, ...]:
    """Return the terms of a stepped dial."""
    return tuple(_term(cohort, edge) for edge in dial.edges)


def _term(cohort: Cohort, edge: Edge) -> Term:
    leaf = cohort.plan.leaves[edge.leaf]
    route = leaf.routes[edge.route]
    count = len(cohort.units)
    there = np.zeros(count, bool)
    gain = np.zeros(count, np.int64)
    compiled = compile_leaf(leaf)
    sides = [_only(leaf, edge.route, edge.piece + offset) for offset in (0, 1)]
    only = [(side, compile_leaf(side)) for side in sides]
    flat = not leaf.consequences and not any(route.pieces[edge.piece + offset].rate for offset in (0, 1))
    quick = _quick(cohort, leaf, edge, flat=flat)
    if quick is not None:
        there, above, below = quick
        if there.any():
            unit = cohort.units[int(np.argmax(there))]
            low, high = (_held(cohort.quanta(cohort.score(side, made, unit).points)) for side, made in only)
            gain[there] = (high - low) * cohort.sign(leaf)
        return Term(edge, there, above, below, route.pieces[edge.piece + 1].lower.closed, gain)
    known: int | None = None
    tops, bottoms = [0] * count, [1] * count
    for place, unit in enumerate(cohort.units):
        trace = cohort.score(leaf, compiled, unit)
        if trace.route != edge.route or trace.value is None or trace.points is None:
            continue
        at = (trace.value - edge.offset) / edge.factor
        there[place] = True
        tops[place], bottoms[place] = at.numerator, at.denominator
        if known is None or not flat:
            low, high = (_held(cohort.quanta(cohort.score(side, made, unit).points)) for side, made in only)
            known = (high - low) * cohort.sign(leaf)
        gain[place] = known
    above, below = whole_array(tops), whole_array(bottoms)
    return Term(edge, there, above, below, route.pieces[edge.piece + 1].lower.closed, gain)


def _quick(cohort: Cohort, leaf: LeafPlan, edge: Edge, *, flat: bool) -> tuple[NDArray[np.bool_], Ints, Ints] | None:
    """Return the values of all units without scoring them, where nothing but the value itself decides; else None."""
    route = compile_leaf(leaf)[0]
    measured = route.route.measured
    plain = isinstance(measured, Quotient) and measured.step is None and route.form is not None
    alone = (
        len(leaf.routes) == 1 and not leaf.applies and not route.route.tests and edge.factor == 1 and not edge.offset
    )
    if not (plain and alone and flat):
        return None
    assert route.form is not None
    form, tops, bottoms = route.form, [], []
    for unit in cohort.units:
        try:
            above, below = form_value(form, unit.numbers)
        except KeyError:
            above, below = 0, 0
        tops.append(above)
        bottoms.append(below)
    if not all(type(top) is int and type(bottom) is int for top, bottom in zip(tops, bottoms, strict=True)):
        return None
    above_all, below_all = whole_array(tops), whole_array(bottoms)
    there = (below_all > 0).astype(bool)
    below_all[~there] = 1
    shared = np.gcd(above_all, below_all)
    return there, above_all // shared, below_all // shared


def _held(quanta: int) -> int:
    """Return points of a piece that was extended beyond its ends, kept inside 64 bits.

    A unit that far out is never on that piece; what its two terms say of it cancels, held or not.
    """
    return max(min(quanta, _WORD >> 2), -_WORD >> 2)


def whole_array(numbers: Sequence[int]) -> Ints:
    """Return whole numbers as an array: of 64 bits where they fit, else of Python integers."""
    fits = all(-_WORD < number < _WORD for number in numbers)
    return np.array(numbers, np.int64 if fits else object)


def _only(leaf: LeafPlan, route: int, piece: int) -> LeafPlan:
    """Return a leaf in which one piece of one route holds for every value."""
    everywhere = replace(leaf.routes[route].pieces[piece], lower=Bound(), upper=Bound())
    routes = list(leaf.routes)
    routes[route] = replace(routes[route], pieces=(everywhere,))
    return replace(leaf, routes=tuple(routes))


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


def whole_marks(term: Term, denominator: int) -> Ints:
    """Return the greatest whole number p for which a unit has still passed when the dial stands at p / denominator.

    Units that are not there have the least number there is, so that no dial is below it.
    """
    marks = np.full(len(term.there), np.iinfo(np.int64).min, np.int64)
    limit = np.iinfo(np.int32).max
    for place in np.flatnonzero(term.there).tolist():
        scaled = int(term.above[place]) * denominator
        bottom = int(term.below[place])
        mark = scaled // bottom if term.closed else -(-scaled // bottom) - 1
        marks[place] = max(min(mark, limit), -limit)
    return marks


def common_denominator(values: Sequence[Fraction]) -> int:
    """Return the least number that makes all values whole."""
    return lcm(*(value.denominator for value in values)) if values else 1
