"""The rows of a boundary book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import Interval
from tieuchi.algebra.query import AtMostZero, Query, Within, Witness, atoms_of, denials_of
from tieuchi.algebra.solve import solve
from tieuchi.boundary_book.relative import beside_leader, best_with, leader_of
from tieuchi.boundary_book.sides import GRAINS, nearby
from tieuchi.loading.witnesses import value_of
from tieuchi.model.canonical import EqualTest, NumberTest, Quotient, Relative, Route, Tally, Test, UnitKindTest
from tieuchi.model.plan import LeafPlan, Plan, full_reference
from tieuchi.model.provenance import Reference
from tieuchi.model.scorecard import Inputs, Trace
from tieuchi.proofs.reach import Reach
from tieuchi.scoring.scorer import Scorer

Side = Literal["under", "at", "above", "between", "holds", "fails", "zero", "finding", "kind"]
Values = Mapping[str, Fraction | bool | str]


@dataclass(frozen=True, slots=True)
class Row:
    """One point of the book: a threshold, a side of it, readings there, and what they earn."""

    criterion: str
    title: tuple[str, str]
    subject: str
    threshold: Fraction | None
    side: Side
    readings: Values
    unit_kind: str
    value: Fraction | None
    points: Fraction | None
    state: str
    clause: str | None
    measure: str
    reference: Reference
    basis: str
    group: Witness | None = None
    """Another unit that a scale compares with."""
    group_value: Fraction | None = None
    """The value of that unit."""


def boundary_rows(plan: Plan) -> tuple[Row, ...]:
    """Return the rows of a rulebook in its order."""
    return tuple(row for leaf in plan.leaves if not leaf.declared for row in _Book(plan, leaf).rows())


class _Book:
    """Makes the rows of one sub-criterion."""

    def __init__(self, plan: Plan, leaf: LeafPlan) -> None:
        self.plan = plan
        self.leaf = leaf
        self.scorer = Scorer(plan)
        self.reach = Reach(leaf, Domain(plan.indicators, tuple(plan.book.unit_kinds)), self.scorer)
        self.leader = self._leader()

    def rows(self) -> Iterator[Row]:
        """Yield the rows; readings that stand at a threshold already are not shown once more without one."""
        seen: set[tuple[object, ...]] = set()
        sides: set[tuple[object, ...]] = set()
        made = (*self._tests(), *self._parts(), *self._relative(), *self._thresholds(), *self._kinds())
        for row in (*made, *self._findings()):
            key = (tuple(sorted((k, str(v)) for k, v in row.readings.items())), row.unit_kind)
            side = (*key, row.threshold, row.side)
            if key not in seen or (row.threshold is not None and side not in sides):
                seen.add(key)
                sides.add(side)
                yield row

    def _row(self, witness: Witness, side: Side, subject: str, threshold: Fraction | None) -> Row:
        inputs = Inputs(witness.unit_kind, witness.values, {})
        trace = self.scorer.score_one(self.leaf, inputs, self._best(witness))
        criterion = self.leaf.criterion
        return Row(
            criterion=criterion.id,
            title=(criterion.title.vi, criterion.title.en),
            subject=subject,
            threshold=threshold,
            side=side,
            readings=witness.values,
            unit_kind=witness.unit_kind,
            value=_value(trace),
            points=trace.points,
            state=trace.state,
            clause=trace.clause,
            measure=self._measure(trace),
            reference=full_reference(self.plan.book, criterion.reference),
            basis=criterion.basis.scale,
            group=self.leader,
            group_value=self._leader_value(),
        )

    def _leader_value(self) -> Fraction | None:
        found = (value_of(measured.quotient, self.leader) for _, measured in self._compared() if self.leader)
        return next(found, None)

    def _compared(self) -> Iterator[tuple[int, Relative]]:
        for place, route in enumerate(self.leaf.routes):
            if isinstance(route.measured, Relative):
                yield place, route.measured

    def _leader(self) -> Witness | None:
        """Return readings of another unit, where some route compares with one."""
        found = (leader_of(self.reach, place, measured) for place, measured in self._compared())
        return next((leader for leader in found if leader is not None), None)

    def _best(self, own: Witness) -> dict[tuple[str, int], Fraction]:
        """Return the best values of the group of the leader and a unit."""
        if self.leader is None:
            return {}
        found = {}
        for place, measured in self._compared():
            leader = value_of(measured.quotient, self.leader)
            if leader is not None:
                found[self.leaf.id, place] = best_with(measured, leader, own)
        return found

    def _relative(self) -> Iterator[Row]:
        """Yield rows around the best value of the others."""
        for place, measured in self._compared():
            best = None if self.leader is None else value_of(measured.quotient, self.leader)
            if best is None:
                continue
            grain = self._grain(measured.quotient)
            for side, threshold, witness in beside_leader(self.reach, place, measured, best, grain):
                yield self._row(witness, side, self.leaf.routes[place].clause or "", threshold)

    def _measure(self, trace: Trace) -> str:
        measured = self.leaf.routes[trace.route].measured if trace.route >= 0 else None
        measured = measured.quotient if isinstance(measured, Relative) else measured
        if isinstance(measured, Quotient) and measured.measure == "days":
            return "days"
        share = isinstance(measured, Quotient) and self._grain(measured) < GRAINS["amount"]
        return "share" if share else "number"

    def _thresholds(self) -> Iterator[Row]:
        """Yield rows around the ends of all pieces, and between the ends of those that slope or climb."""
        for place, route in enumerate(self.leaf.routes):
            subject = route.clause or ""
            if isinstance(route.measured, Quotient):
                yield from self._along(place, route, route.measured, subject)
            alone = len(route.pieces) == 1 and not isinstance(route.measured, (Tally, Relative))
            found = self.reach.piece(place, 0) if alone else None
            if isinstance(found, Witness):
                yield self._row(found, "holds", subject, None)

    def _along(self, place: int, route: Route, quotient: Quotient, subject: str) -> Iterator[Row]:
        base = self.reach.route(place)
        for piece in route.pieces:
            if piece.lower.at is not None:
                yield from self._around(base, quotient, piece.lower.at, subject)
            if piece.rate:
                yield from self._inside(place, piece.lower.at, piece.upper.at, subject)
        if quotient.denominator.terms:
            found = self.reach.ask(base.also(AtMostZero(quotient.denominator)))
            if isinstance(found, Witness):
                yield self._row(found, "zero", subject, None)

    def _around(self, base: Query, quotient: Quotient, threshold: Fraction, subject: str) -> Iterator[Row]:
        for side, places in nearby(threshold, self._grain(quotient)):
            answers = (self.reach.ask(base.also(Within(quotient, interval))) for interval in places)
            found = next((answer for answer in answers if isinstance(answer, Witness)), None)
            if found is not None:
                yield self._row(found, side, subject, threshold)

    def _grain(self, quotient: Quotient) -> Fraction:
        """Return how finely a value is read: a step of its own, a hundredth of a per cent, a hundredth, or one."""
        if quotient.step is not None:
            return quotient.step
        kinds = {self.plan.indicators[name].kind for name in quotient.indicators}
        if quotient.measure == "share" or kinds <= {"percent", "ratio"}:
            return GRAINS["share"]
        return GRAINS["amount" if "amount" in kinds else "whole"]

    def _inside(self, place: int, low: Fraction | None, high: Fraction | None, subject: str) -> Iterator[Row]:
        if low is None or high is None:
            return
        for part in (Fraction(1, 4), Fraction(3, 4)):
            middle = low + (high - low) * part
            found = self.reach.within(place, Interval(middle, middle))
            if not isinstance(found, Witness):
                found = self.reach.within(place, Interval(middle, high, high_closed=False))
            if isinstance(found, Witness):
                yield self._row(found, "between", subject, None)

    def _tests(self) -> Iterator[Row]:
        """Yield rows around the thresholds of conditions, the other conditions of the same branch holding."""
        for place, route in enumerate(self.leaf.routes):
            for index, test in enumerate(route.tests):
                others = tuple(t for number, t in enumerate(route.tests) if number != index)
                earlier = self.reach.route(place).choices
                base = Query(tuple(atom for t in (*self.leaf.applies, *others) for atom in atoms_of(t)), earlier)
                yield from self._test(base, test, route.clause or "")

    def _test(self, base: Query, test: Test, subject: str) -> Iterator[Row]:
        if isinstance(test, NumberTest):
            yield from self._around(base, test.quotient, test.threshold, subject)
        elif isinstance(test, (EqualTest, UnitKindTest)):
            sides: tuple[tuple[Side, tuple[object, ...]], ...] = (
                ("holds", atoms_of(test)),
                ("fails", denials_of(test)),
            )
            for side, atoms in sides:
                found = self.reach.ask(base.also(*atoms))  # type: ignore[arg-type]
                if isinstance(found, Witness):
                    yield self._row(found, side, subject, None)

    def _parts(self) -> Iterator[Row]:
        """Yield rows for a checklist: no part, each part alone where that can be, all parts."""
        for place, route in enumerate(self.leaf.routes):
            if not isinstance(route.measured, Tally):
                continue
            base = self.reach.route(place)
            items = route.measured.items
            for item in items:
                rest = tuple(denials_of(t)[:1] for other in items if other is not item for t in other.tests[:1])
                for test in item.tests:
                    beside = tuple(a for t in item.tests if t is not test for a in atoms_of(t))
                    yield from self._test(Query((*base.atoms, *beside), (*base.choices, *rest)), test, item.clause)
            found = self.reach.ask(base.also(*(a for item in items for t in item.tests for a in atoms_of(t))))
            if isinstance(found, Witness):
                yield self._row(found, "holds", "+".join(item.clause for item in items), None)

    def _kinds(self) -> Iterator[Row]:
        """Yield rows around the thresholds for each kind of unit that a rule of the sub-criterion names."""
        named = {k for route in self.leaf.routes for t in route.tests if isinstance(t, UnitKindTest) for k in t.kinds}
        best = self.reach.points(self.leaf.criterion.max_points, at_least=True)
        for kind in sorted(named):
            if isinstance(best, Witness):
                yield self._row(replace(best, unit_kind=kind), "kind", kind, None)

    def _findings(self) -> Iterator[Row]:
        """Yield one row for each finding that acts on the sub-criterion, on top of its best readings."""
        best = self.reach.points(self.leaf.criterion.max_points, at_least=True)
        if not isinstance(best, Witness):
            return
        tests = {found.finding.id: found.tests for found in self.plan.findings}
        for index, consequence in self.leaf.consequences:
            finding = self.plan.findings[index].finding
            extra = {consequence.for_each: Fraction(1)} if consequence.for_each else {}
            for subject, answer in self._around_finding(tests[finding.id], tests):
                if isinstance(answer, Witness):
                    values = {**self._calm(), **best.values, **extra, **answer.values}
                    yield self._row(Witness(values, answer.unit_kind), "finding", f"{finding.id}{subject}", None)

    def _around_finding(
        self, own: tuple[Test, ...], tests: Mapping[str, tuple[Test, ...]]
    ) -> Iterator[tuple[str, object]]:
        """Yield readings by which a finding holds, and by which each of its tests fails alone."""
        atoms = tuple(atom for test in own for atom in atoms_of(test, tests))
        yield "", solve(Query(atoms), self.reach.domain)
        for number, test in enumerate(own, 1):
            beside = tuple(atom for t in own if t is not test for atom in atoms_of(t, tests))
            if not isinstance(test, NumberTest):
                inner = tests.get(getattr(test, "finding", ""), (test,))
                denials = tuple(atom for each in inner for atom in denials_of(each))
                yield f", {number} –", solve(Query(beside, (denials,)), self.reach.domain)
                continue
            for side, places in nearby(test.threshold, self._grain(test.quotient)):
                asked = (solve(Query((*beside, Within(test.quotient, place))), self.reach.domain) for place in places)
                mark = {"under": "<", "at": "=", "above": ">"}[side]
                yield f", {number} {mark} {test.threshold}", next((a for a in asked if isinstance(a, Witness)), None)

    def _calm(self) -> dict[str, Fraction | bool | str]:
        """Return plain values for all that the findings of the sub-criterion read: by them, none should hold."""
        names = [n for found in self.plan.findings for n in found.indicators]
        names += [c.for_each for _, c in self.leaf.consequences if c.for_each]
        return {name: self.reach.domain.plain(name) for name in names}


def _value(trace: Trace) -> Fraction | None:
    return trace.value if trace.piece >= 0 else None
