"""Points of many units: integers by sub-criterion and by sum, with states and clauses, and how they are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tieuchi.columnar.pages import room
from tieuchi.columnar.program import Program
from tieuchi.model.canonical import Route, Tally, TallyItem
from tieuchi.model.plan import LeafPlan

POINT_BITS = 31


@dataclass(slots=True)
class Points:
    """Scores of many units, one row of each array for a sub-criterion or a sum, one column for a unit.

    Points are in quanta. ``points`` of a sub-criterion count only where its state is ``scored`` or ``declared`` and are
    0 elsewhere; ``low`` and ``high``, where they were asked for, are what they can still be. Of the sums, ``sum_low``
    and ``sum_high`` are equal where the sum is settled. ``most`` is each sum's maximum over what applies, in
    ``Program.most_unit``. ``near`` says, where ``Program.doubtful``, of which units some sum is so near a place of
    rounding that quanta can't tell which way it goes. ``wide`` counts the cells that 64 bits could not hold and Python
    integers scored.
    """

    program: Program
    count: int
    points: NDArray[Any]
    states: NDArray[np.int8]
    clauses: NDArray[Any]
    sum_low: NDArray[Any]
    sum_high: NDArray[Any]
    sum_states: NDArray[np.int8]
    most: NDArray[np.int64] | None = None
    low: NDArray[Any] | None = None
    high: NDArray[Any] | None = None
    near: NDArray[np.int8] | None = None
    wide: int = 0
    wide_by_id: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Row of the total among the sums."""
        return len(self.program.nodes) - 1


def point_type(program: Program) -> type[np.signedinteger[Any]]:
    """Return the narrowest integers that hold every point and sum of a rulebook."""
    return np.int32 if program.most_points.bit_length() < POINT_BITS else np.int64


def empty_points(program: Program, count: int, *, ranges: bool = False, kind: Any = None) -> Points:
    """Return room for the scores of some units; ``ranges`` keeps what unsettled sub-criteria can still be.

    Points are of the narrowest type that holds them unless ``kind`` says otherwise.
    """
    kind = kind or point_type(program)
    clause: Any = np.min_scalar_type(-max(leaf.clause_count for leaf in program.leaves) - 1)
    leaves, sums = (len(program.leaves), count), (len(program.nodes), count)
    return Points(
        program,
        count,
        room(leaves, kind),
        room(leaves, np.int8),
        room(leaves, clause),
        room(sums, kind),
        room(sums, kind),
        room(sums, np.int8),
        room(sums, np.int64),
        room(leaves, kind) if ranges else None,
        room(leaves, kind) if ranges else None,
        np.zeros((1, count), np.int8) if program.doubtful else None,
    )


def clause_spans(leaf: LeafPlan) -> Iterator[tuple[int, int, Route]]:
    """Yield the routes of a sub-criterion, each with its first clause and how many there are."""
    first = 0
    for route in leaf.routes:
        items = parts_of(route)
        size = len(route.pieces) if items is None else 1 << len(items)
        yield first, size, route
        first += size


def parts_of(route: Route) -> tuple[TallyItem, ...] | None:
    """Return the parts of a route that is a checklist, else None."""
    return route.measured.items if isinstance(route.measured, Tally) and not route.not_applicable else None


def clause_label(leaf: LeafPlan, clause: int) -> str | None:
    """Return the clause of an index, as a scorecard writes it; None where none decided."""
    if clause < 0:
        return None
    end = 0
    for first, size, route in clause_spans(leaf):
        end = first + size
        if clause < end:
            items = parts_of(route)
            inner = route.pieces[clause - first].clause if items is None else _inner(items, clause - first)
            return inner if route.clause in (None, inner) else f"{route.clause}/{inner}"
    return leaf.consequences[clause - end][1].clause


def _inner(items: Any, mask: int) -> str:
    return "+".join(item.clause for place, item in enumerate(items) if mask >> place & 1) or "none"
