"""Which integer columns a rulebook reads: for each indicator its scale, its codes, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tieuchi.model.canonical import NumberTest, Quotient, Relative, Tally
from tieuchi.model.plan import Plan

Ints = NDArray[Any]

GIVEN, DECLARED, MISSING, REFUSED, NOT_APPLICABLE = 0, 1, 2, 3, 4
STATES = ("scored", "declared", "missing", "refused", "not_applicable")
"""States by code; a cell has the codes from ``MISSING`` on, and 0 where it is given."""

DECLARED_PREFIX = "declared:"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of readings as integers: the reading is ``values / scale``, or ``values / below`` for a ratio.

    ``states`` is None where every cell is given. ``exact`` holds, by row, values times the scale that are no 64-bit
    integers; the cells of these rows in ``values`` mean nothing.
    """

    values: Ints
    states: NDArray[np.uint8] | None = None
    below: Ints | None = None
    exact: Mapping[int, Fraction] = field(default_factory=dict)

    def part(self, start: int, stop: int) -> Column:
        """Return some rows, sharing memory."""
        exact = {row - start: v for row, v in self.exact.items() if start <= row < stop} if self.exact else {}
        return Column(
            self.values[start:stop],
            None if self.states is None else self.states[start:stop],
            None if self.below is None else self.below[start:stop],
            exact,
        )

    def taken(self, places: NDArray[np.intp]) -> Column:
        """Return the rows at some places, each at most once, as copies."""
        states, below = (None if part is None else part[places] for part in (self.states, self.below))
        at = {row: place for place, row in enumerate(places.tolist())} if self.exact else {}
        exact = {at[row]: number for row, number in self.exact.items() if row in at}
        return Column(self.values[places], states, below, exact)


class Slot(NamedTuple):
    """One integer column as the tables name it. The second column of a ratio has ``below``.

    ``natural``: by its indicator's declared range, no figure is below 0.
    """

    name: str
    scale: int = 1
    below: bool = False
    natural: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a rulebook, in order, and the kinds of unit by code."""

    slots: tuple[Slot, ...]
    place: Mapping[str, int]
    below: Mapping[str, int]
    kinds: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]

    def scale_of(self, name: str) -> int:
        """Return the scale of a column."""
        return self.slots[self.place[name]].scale

    def kind_code(self, kind: str) -> int:
        """Return the code of a kind of unit; -1 for one the rulebook does not name."""
        return self.kinds.index(kind) if kind in self.kinds else -1


DEFAULT_SCALES = {"percent": 10_000, "amount": 1}


def layout_of(plan: Plan, scales: Mapping[str, int] | None = None) -> Layout:
    """Return the columns that a rulebook reads.

    Args:
        plan: The rulebook.
        scales: By indicator, what its readings are multiplied with to be whole; where nothing is said 10,000 for
            a percent (two decimals of a per cent) and 1 for everything else.
    """
    scales = scales or {}
    read = _read(plan)
    paired = {n for n in read if plan.indicators[n].kind == "ratio" and n not in scales}
    paired -= _mixed(plan) if paired else set()
    slots: list[Slot] = []
    place: dict[str, int] = {}
    below: dict[str, int] = {}
    for name in read:
        kind = plan.indicators[name].kind
        place[name] = len(slots)
        scale = scales.get(name, 1 if name in paired else DEFAULT_SCALES.get(kind, 1))
        least = plan.indicators[name].bounds[0]
        slots.append(Slot(name, scale, natural=least is not None and least >= 0))
        if name in paired:
            below[name] = len(slots)
            slots.append(Slot(name, below=True))
    for leaf in plan.leaves:
        if leaf.declared:
            name = DECLARED_PREFIX + leaf.id
            place[name] = len(slots)
            slots.append(Slot(name, scales.get(name, 1_000_000)))
    choices = {name: plan.indicators[name].choices for name in read if plan.indicators[name].kind == "choice"}
    return Layout(tuple(slots), place, below, _kinds(plan), choices)


def _kinds(plan: Plan) -> tuple[str, ...]:
    named = [k for tests in _all_tests(plan) for t in tests for k in getattr(t, "kinds", ())]
    return tuple(dict.fromkeys([*plan.book.unit_kinds, *named]))


def _read(plan: Plan) -> tuple[str, ...]:
    """Return every indicator that some sub-criterion or finding reads, in the order of the catalogue."""
    names = {name for leaf in plan.leaves for name in leaf.indicators}
    names |= {name for finding in plan.findings for name in finding.indicators}
    names |= {c.for_each for leaf in plan.leaves for _, c in leaf.consequences if c.for_each}
    return tuple(name for name in plan.indicators if name in names)


def _all_tests(plan: Plan) -> Iterable[tuple[Any, ...]]:
    for finding in plan.findings:
        yield finding.tests
    for leaf in plan.leaves:
        yield leaf.applies
        for route in leaf.routes:
            yield route.tests
            if isinstance(route.measured, Tally):
                for item in route.measured.items:
                    yield item.tests


def quotients_of(plan: Plan) -> Iterable[Quotient]:
    """Yield every quotient of a rulebook, measured or tested."""
    for tests in _all_tests(plan):
        yield from (t.quotient for t in tests if isinstance(t, NumberTest))
    for leaf in plan.leaves:
        for route in leaf.routes:
            if isinstance(route.measured, Quotient):
                yield route.measured
            elif isinstance(route.measured, Relative):
                yield route.measured.quotient


def _mixed(plan: Plan) -> set[str]:
    """Return the indicators that enter a value together with others, or multiply a deduction."""
    names: set[str] = set()
    for quotient in quotients_of(plan):
        read = {*quotient.named, *quotient.numerator.indicators, *quotient.denominator.indicators}
        if len(read) > 1 or quotient.denominator.terms:
            names |= read
    return names | {c.for_each for leaf in plan.leaves for _, c in leaf.consequences if c.for_each}
