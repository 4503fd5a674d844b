"""One sub-criterion as formulas: the route taken, the points of its scale, what findings take, the clause that fired.

State codes: 0 scored, 1 missing, 2 refused, 3 not applicable, 4 declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from tieuchi.model.canonical import Quotient, Relative, Route, Tally
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.rulebook import Consequence, Rounding
from tieuchi.words.language import Language
from tieuchi.words.terms import clause_words, term
from tieuchi.workbook.formula import Expr, Ref, chain, expr, fn, if_, largest, least, total
from tieuchi.workbook.grid import Calculation
from tieuchi.workbook.labels import label
from tieuchi.workbook.live_inputs import Inputs
from tieuchi.workbook.live_params import Parameters
from tieuchi.workbook.live_pieces import Pieces, Scale
from tieuchi.workbook.live_relative import Group
from tieuchi.workbook.live_rounding import rounded
from tieuchi.workbook.live_values import LiveValue, Values

NO_CLAUSE = clause_words(None, "vi")
STATES = ("scored", "missing", "refused", "not_applicable", "declared")


@dataclass(frozen=True, slots=True)
class LiveLeaf:
    """A sub-criterion to the sums: its state code, what its points can be, and its clause in words."""

    plan: LeafPlan
    code: Ref
    low: Ref
    high: Ref
    clause: Expr
    routes: tuple[LiveRoute, ...] = ()
    route: Ref | None = None


@dataclass(frozen=True, slots=True)
class LiveRoute:
    """One route: whether its tests hold, its scale, its clause in words."""

    route: Route
    taken: Expr
    code: Expr
    low: Expr
    high: Expr
    clause: Expr
    value: LiveValue | None = None
    scale: Scale | None = None


class _Selected(NamedTuple):
    """What the route taken says; ``open_`` where nothing at all is known, so that findings narrow nothing."""

    code: Expr
    low: Expr
    high: Expr
    clause: Expr
    open_: Expr


class Leaves:
    """Lays sub-criteria."""

    def __init__(
        self, plan: Plan, calc: Calculation, inputs: Inputs, parameters: Parameters, group: Group, language: Language
    ) -> None:
        self.plan, self.calc, self.inputs, self.parameters = plan, calc, inputs, parameters
        self.group, self.language = group, language
        self.values = Values(calc, inputs, parameters)
        self.pieces = Pieces(calc, parameters, self.values.comparer, language)

    def findings(self) -> Mapping[str, Ref]:
        """Lay the findings, each after those it tests; what does not apply does not hold."""
        for finding in self.plan.findings:
            name = finding.finding.id
            self.parameters.heading("", finding.finding.title.of(self.language))
            holds = self.values.all_hold(name, finding.tests, f"finding/{name}")
            self.values.findings[name] = self.calc.step(f"{name}!", if_(expr(holds).ge(4), 0, holds))
        return self.values.findings

    def leaf(self, leaf: LeafPlan) -> LiveLeaf:
        """Lay one sub-criterion."""
        self.parameters.heading(leaf.id, leaf.criterion.title.of(self.language))
        applies = self.values.all_hold(f"{leaf.id} ⇐", leaf.applies, f"{leaf.id}/applies")
        floor, most = leaf.floor, leaf.criterion.max_points
        routes: tuple[LiveRoute, ...] = ()
        selected: Ref | None = None
        if leaf.declared:
            given = self.inputs.declared[leaf.id].ref
            is_there = fn("ISNUMBER", given)
            code, low, high = if_(is_there, 0, 1), if_(is_there, given, floor), if_(is_there, given, most)
            clause: Expr = expr(term("declared", self.language))
            open_: Expr = expr(False)
        else:
            routes = tuple(self._route(leaf, place, route) for place, route in enumerate(leaf.routes))
            selected = self.calc.step(f"{leaf.id} route", chain([(r.taken.ge(1), i) for i, r in enumerate(routes)], 0))
            code, low, high, clause, open_ = self._selected(leaf, routes, selected)
        lacks = chain([(applies.eq(0), 3), (applies.gt(1), applies - 1)], code)
        before = self.calc.step(f"{leaf.id} code", lacks)
        bottom = self.calc.step(f"{leaf.id} low", if_(applies.gt(1), min(floor, Fraction(0)), low))
        top = self.calc.step(f"{leaf.id} high", if_(applies.gt(1), most, high))
        clause = if_(applies.gt(1), NO_CLAUSE, clause)
        # Declared points are taken as they are, and where nothing is known at all findings narrow nothing.
        aside = fn("OR", applies.gt(1), open_, before.eq(0)) if leaf.declared else fn("OR", applies.gt(1), open_)
        return self._finished(_Selected(before, bottom, top, clause, aside), leaf, routes, selected)

    def _route(self, leaf: LeafPlan, place: int, route: Route) -> LiveRoute:
        what = f"{leaf.id}/r{place}"
        taken = self.values.all_hold(what, route.tests, what, route.guards)
        if route.not_applicable:
            return LiveRoute(route, taken, expr(3), expr(0), expr(0), expr(term("not_applicable", self.language)))
        if isinstance(route.measured, Tally):
            return self._tally(what, route, route.measured, taken)
        value = None
        if isinstance(route.measured, Quotient):
            value = self.values.value(what, route.measured)
        elif isinstance(route.measured, Relative):
            raw = self.values.value(what, route.measured.quotient)
            value = self.group.value(what, route.measured, raw, (leaf.id, place))
        scale = self.pieces.scale(what, route, value)
        code = self.calc.step(f"{what} code", scale.code)
        points = self.calc.step(f"{what} points", if_(code.eq(0), scale.points, 0))
        names = [self._clause(route, piece.clause) for piece in route.pieces]
        fired = expr(names[0]) if len(names) == 1 else fn("CHOOSE", scale.piece + 1, *names)
        clause = if_(code.eq(0), fired, NO_CLAUSE)
        live = LiveRoute(route, taken, code, points, points, clause, value, scale)
        low, high = self._range(live, leaf.ranges[place])
        return replace(live, low=if_(code.eq(0), points, low), high=if_(code.eq(0), points, high))

    def _clause(self, route: Route, inner: str) -> str:
        name = inner if route.clause in (None, inner) else f"{route.clause}/{inner}"
        return clause_words(name, self.language)

    def _tally(self, what: str, route: Route, tally: Tally, taken: Expr) -> LiveRoute:
        """Add up the parts that hold; parts that are not known leave the sum open."""
        answers, sure, hoped, names = [], [], [], []
        for place, item in enumerate(tally.items):
            answer = self.values.all_hold(f"{what}.{item.clause}", item.tests, f"{what}/{place}")
            words = f"{item.clause}: {label('clause_points', self.language)}"
            points = self.parameters.cell(f"{what}/{place}/points", item.points, words)
            answers.append(answer)
            sure.append(if_(answer.eq(1), points, 0))
            hoped.append(if_(answer.ge(1), points, 0))
            names.append(if_(answer.eq(1), f"{item.clause} ", ""))
        code = self.calc.step(f"{what} code", if_(largest(answers).gt(1), largest(answers) - 1, 0))
        joined = names[0]
        for name in names[1:]:
            joined = joined & name
        text = fn("SUBSTITUTE", fn("TRIM", joined), " ", "+")
        shown = self.calc.step(f"{what} clause", if_(fn("LEN", text).eq(0), term("none", self.language), text))
        clause = shown if route.clause is None else expr(f"{route.clause}/") & shown
        low, high = self.calc.step(f"{what} low", total(sure)), self.calc.step(f"{what} high", total(hoped))
        return LiveRoute(route, taken, code, low, high, clause)

    def _selected(self, leaf: LeafPlan, routes: Sequence[LiveRoute], selected: Ref) -> _Selected:
        """Return state, least, most and clause of the route taken; where that is not known, of all that can be."""

        def choose(items: Sequence[Expr]) -> Expr:
            return items[0] if len(items) == 1 else fn("CHOOSE", selected + 1, *items)

        open_ = choose([if_(r.taken.gt(1), r.taken - 1, 0) for r in routes])
        lacks = self.calc.step(f"{leaf.id} route ?", open_)
        ranges = [self._range(route, static) for route, static in zip(routes, leaf.ranges, strict=True)]
        # Where a later route could take it out of the count, nothing at all is known.
        opens = [any(r.route.not_applicable for r in routes[i:]) for i in range(len(routes))]
        nothing, most = expr(min(leaf.floor, Fraction(0))), expr(leaf.criterion.max_points)
        lows = [nothing if opens[i] else least([low for low, _ in ranges[i:]]) for i in range(len(routes))]
        highs = [most if opens[i] else largest([high for _, high in ranges[i:]]) for i in range(len(routes))]
        open_altogether = fn("AND", lacks.gt(0), choose([expr(o) for o in opens]))
        code = if_(lacks.gt(0), lacks, choose([r.code for r in routes]))
        low = if_(lacks.gt(0), choose(lows), choose([r.low for r in routes]))
        high = if_(lacks.gt(0), choose(highs), choose([r.high for r in routes]))
        fired = if_(lacks.gt(0), NO_CLAUSE, choose([r.clause for r in routes]))
        return _Selected(code, low, high, fired, open_altogether)

    def _range(self, live: LiveRoute, static: tuple[Fraction, Fraction]) -> tuple[Expr, Expr]:
        """Return the least and most points a route can give, whatever its value; flat ends follow their cells."""
        low, high = (self._end(live, end) for end in static)
        return low, high

    def _end(self, live: LiveRoute, end: Fraction) -> Expr:
        for piece, points in zip(live.route.pieces, live.scale.each if live.scale else (), strict=False):
            if not piece.rate and piece.base == end:
                return points
        return expr(end)

    def _finished(
        self, found: _Selected, leaf: LeafPlan, routes: tuple[LiveRoute, ...], selected: Ref | None
    ) -> LiveLeaf:
        """Apply findings, round where the rulebook says, and settle the state."""
        rounding = leaf.criterion.rounding or self.plan.book.rounding.points
        settled_as = 4 if leaf.declared else 0
        before, low, high, clause = found.code, found.low, found.high, found.clause
        scored = before.eq(0)
        if leaf.consequences:
            low, high, clause, surely = self._consequences(leaf, found)
            same = fn("AND", low.eq(high), fn("OR", scored, surely))
            state = chain([(before.eq(3), 3), (same, if_(scored, settled_as, 0)), (scored, 1)], before)
        else:
            state = if_(scored, settled_as, before)
        code = self.calc.step(f"{leaf.id} state", state)
        if rounding is not None and not leaf.declared:
            low, high = (self._rounded(leaf, rounding, end) for end in (low, high))
        ends = [self.calc.step(f"{leaf.id} =", end) for end in (low, high)]
        words = chain([(code.eq(n), term(STATES[n], self.language)) for n in (1, 2, 3)], clause)
        return LiveLeaf(leaf, code, ends[0], ends[1], words, routes, selected)

    def _rounded(self, leaf: LeafPlan, rounding: Rounding, end: Expr) -> Expr:
        return rounded(self.calc, leaf.id, end, rounding, expr(leaf.criterion.max_points), leaf.floor)

    def _consequences(self, leaf: LeafPlan, found: _Selected) -> tuple[Expr, Expr, Expr, Expr]:
        """Apply what findings do: deductions first, then the lowest limit; say too whether one surely holds."""
        floor, low, high = leaf.floor, found.low, found.high
        aside = self.calc.step(f"{leaf.id} ∅", if_(found.open_, 1, 0))
        taken: list[tuple[Expr, str]] = []
        sure: list[Expr] = []
        for index, consequence in sorted(leaf.consequences, key=lambda pair: pair[1].at_most is not None):
            name = self.plan.findings[index].finding.id
            what = f"{leaf.id}/{name}/{consequence.clause}"
            holds = if_(aside.eq(1), 0, self.values.findings[name])
            new_low, new_high, counted = self._taken(what, consequence, floor, low, high)
            first = self.calc.step(f"{what} low", if_(holds.eq(0), low, new_low))
            surely = fn("AND", holds.eq(1), counted)
            sure.append(surely)
            then = self.calc.step(f"{what} high", if_(surely, new_high, high))
            taken.append((then.ne(high), clause_words(consequence.clause, self.language)))
            low, high = first, then
        return low, high, chain([*reversed(taken)], found.clause), fn("OR", *sure)

    def _taken(
        self, what: str, consequence: Consequence, floor: Fraction, low: Expr, high: Expr
    ) -> tuple[Expr, Expr, Expr]:
        """Return least and most after one consequence, and whether the count it goes by is known."""
        words = f"{consequence.clause}: "
        if consequence.at_most is not None:
            cell = self.parameters.cell(what, consequence.at_most, words + label("at_most", self.language))
            limit = fn("MAX", cell, floor)
            return fn("MIN", low, limit), fn("MIN", high, limit), expr(True)
        assert consequence.deduct is not None
        off: Expr = self.parameters.cell(what, consequence.deduct, words + label("takes", self.language))
        if consequence.for_each is None:
            return fn("MAX", low - off, floor), fn("MAX", high - off, floor), expr(True)
        given = self.inputs.given[consequence.for_each]
        counted = given.code.eq(0)
        off = off * given.number.numerator / given.number.denominator
        return if_(counted, fn("MAX", low - off, floor), floor), fn("MAX", high - off, floor), counted
