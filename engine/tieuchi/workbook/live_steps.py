"""Next steps up as formulas, where one can say them: one scale on one value, moved by one of its readings.

The least change of the first reading that gains points, as ``explain.next_step`` finds it: up to the next threshold
in whole counts, or, on a slope, by one more of what is counted or one point of per cent. Where conditions, findings
or several scales have a say, the cell stays blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.canonical import Quotient
from tieuchi.model.indicator import Indicator
from tieuchi.model.plan import Plan
from tieuchi.words.language import Language
from tieuchi.workbook.formula import Expr, Ref, chain, expr, fn, if_
from tieuchi.workbook.grid import Calculation
from tieuchi.workbook.labels import label
from tieuchi.workbook.live_inputs import Inputs
from tieuchi.workbook.live_leaf import LiveLeaf, LiveRoute
from tieuchi.workbook.live_pieces import Scale
from tieuchi.workbook.live_values import LiveValue

GRAIN = Fraction(1, 10_000)
ON_SLOPE = {"percent": Fraction(1, 100), "amount": Fraction(1)}


@dataclass(frozen=True, slots=True)
class _Move:
    """A change of one reading, the points it gains, and whether it can be made."""

    change: Expr
    gain: Expr
    sound: Expr


@dataclass(frozen=True, slots=True)
class _Mover:
    """One reading that can move a value, and by how much for each 1 of it."""

    indicator: Indicator
    factor: Fraction

    @property
    def counted(self) -> bool:
        return self.indicator.kind == "count"


class Steps:
    """Lays next steps."""

    def __init__(self, plan: Plan, calc: Calculation, inputs: Inputs, language: Language) -> None:
        self.plan, self.calc, self.inputs, self.language = plan, calc, inputs, language

    def next_step(self, leaf: LiveLeaf) -> Expr | None:
        """Return the least change of the first reading that gains points, in words, or None where none can be said."""
        plain = [r for r in leaf.routes if not r.route.tests]
        others = [r for r in leaf.routes if r.route.tests and r.route.clause != _nothing(leaf)]
        if len(plain) != 1 or others or leaf.plan.consequences or leaf.plan.applies:
            return None
        live = plain[0]
        quotient = live.route.measured
        if not isinstance(quotient, Quotient) or quotient.step is not None or live.scale is None or live.value is None:
            return None
        words: list[tuple[Expr, Expr]] = []
        for mover in self._movers(quotient):
            per_piece = [self._of_piece(live, place, mover) for place in range(len(live.route.pieces))]
            if not any(moves for moves in per_piece):
                continue
            best = [self._best(moves) for moves in per_piece]
            chosen = (
                fn("CHOOSE", live.scale.piece + 1, *(change for change, _ in best)) if len(best) > 1 else best[0][0]
            )
            gains = fn("CHOOSE", live.scale.piece + 1, *(gain for _, gain in best)) if len(best) > 1 else best[0][1]
            change = self.calc.step(f"{leaf.plan.id} Δ {mover.indicator.id}", fn("IFERROR", chosen, 0))
            gain = self.calc.step(f"{leaf.plan.id} Δ+", fn("IFERROR", gains, 0))
            words.append((change.ne(0), self._words(mover, change, gain)))
        if not words:
            return None
        assert leaf.route is not None
        here = fn("AND", leaf.code.eq(0), leaf.route.eq(leaf.routes.index(live)), live.code.eq(0))
        return if_(here, chain(words, ""), "")

    def _movers(self, quotient: Quotient) -> Iterator[_Mover]:
        """Yield the readings above the line alone: counts among counts, or the one reading that is the value."""
        below = {name for name, _ in quotient.denominator.terms}
        above = dict(quotient.numerator.terms)
        kinds = {self.plan.indicators[name].kind for name in quotient.indicators}
        single = len(above) == 1 and not below and quotient.denominator.constant == 1
        for name in quotient.indicators:
            indicator = self.plan.indicators[name]
            factor = above.get(name, Fraction(0))
            if name in below or not factor:
                continue
            counts = kinds == {"count"} and factor.denominator == 1
            itself = single and factor == 1 and not quotient.numerator.constant and indicator.kind in ON_SLOPE
            if counts or itself:
                yield _Mover(indicator, factor)

    def _of_piece(self, live: LiveRoute, place: int, mover: _Mover) -> list[_Move]:
        scale, value = live.scale, live.value
        assert scale is not None
        assert value is not None
        pieces = live.route.pieces
        if pieces[place].stair is not None:
            return []
        if pieces[place].rate:
            return self._along(live, place, mover)
        moves = []
        for up, other in ((True, place + 1), (False, place - 1)):
            if 0 <= other < len(pieces) and not pieces[other].rate:
                edge = place if up else other
                closed = pieces[edge].upper.closed
                change = self._to_edge(scale, value, edge, mover, up=up, closed=closed)
                gain = scale.each[other] - scale.each[place]
                moves.append(_Move(change, gain, fn("AND", gain.gt(0), *self._allowed(mover, change))))
        return moves

    def _to_edge(self, scale: Scale, value: LiveValue, edge: int, mover: _Mover, *, up: bool, closed: bool) -> Expr:
        """Return the change that takes the value just past a threshold, or onto it where that is enough."""
        end = scale.uppers[edge]
        if not mover.counted:
            distance = end.numerator / end.denominator - value.above / value.below
            onto = closed != up
            return distance if onto else distance + (GRAIN if up else -GRAIN)
        top = end.numerator * value.below - value.above * end.denominator
        size = end.denominator * abs(mover.factor)
        if not up:
            top = expr(0) - top
        onto = closed != up
        steps = expr(0) - fn("INT", (expr(0) - top) / size) if onto else fn("INT", top / size) + 1
        rises = (mover.factor > 0) == up
        return steps if rises else expr(0) - steps

    def _along(self, live: LiveRoute, place: int, mover: _Mover) -> list[_Move]:
        """Return one more of what is counted, or one point of per cent, while that stays on the slope."""
        scale, value, piece = live.scale, live.value, live.route.pieces[place]
        assert scale is not None
        assert value is not None
        slope = scale.slopes[place] if scale.slopes else None
        if slope is None:
            return []
        up = (piece.rate > 0) == (mover.factor > 0)
        size = Fraction(1) if mover.counted else ON_SLOPE[mover.indicator.kind]
        change: Expr = expr(size if up else -size)
        low, high = mover.indicator.bounds
        end = high if up else low
        if not mover.counted and end is not None:
            room = expr(end) - value.above / value.below
            change = if_(fn("ABS", room).lt(size), room, change)
        # A figure that is the value itself moves it as much; a count among counts by its share of what is below.
        shift = change * mover.factor / value.below if mover.counted else change
        moved = value.above / value.below + shift
        inside: list[Expr] = []
        margin = Fraction(0) if mover.counted else GRAIN
        if place < len(scale.uppers):
            upper = scale.uppers[place]
            inside.append(moved.le(upper.numerator / upper.denominator - margin))
        if place:
            lower = scale.uppers[place - 1]
            inside.append(moved.ge(lower.numerator / lower.denominator + margin))
        gain = slope * shift
        return [_Move(change, gain, fn("AND", gain.gt(0), *inside, *self._allowed(mover, change)))]

    def _allowed(self, mover: _Mover, change: Expr) -> list[Expr]:
        """Return that the reading stays in its declared range and within the whole it is part of."""
        given = self.inputs.given[mover.indicator.id].number
        new = given.numerator / given.denominator + change
        low, high = mover.indicator.bounds
        tests = [] if low is None else [new.ge(low)]
        tests += [] if high is None else [new.le(high)]
        whole = self.inputs.given.get(mover.indicator.part_of or "")
        if whole is not None:
            size = whole.number.numerator / whole.number.denominator
            tests.append(fn("OR", whole.code.ne(0), new.le(size)))
        return tests

    def _best(self, moves: list[_Move]) -> tuple[Expr, Expr]:
        """Return the least sound change and its gain; 0 where there is none."""
        if not moves:
            return expr(0), expr(0)
        first = moves[0]
        change, gain = if_(first.sound, first.change, 0), if_(first.sound, first.gain, 0)
        for move in moves[1:]:
            nearer = fn("OR", change.eq(0), fn("ABS", move.change).lt(fn("ABS", change)))
            take = fn("AND", move.sound, nearer)
            change, gain = if_(take, move.change, change), if_(take, move.gain, gain)
        return change, gain

    def _words(self, mover: _Mover, change: Ref, gain: Ref) -> Expr:
        """Return ``thêm 18 (1092 → 1110): +0,5: …``; the sheet's own language writes its decimals."""
        given = self.inputs.given[mover.indicator.id].number
        now = given.numerator / given.denominator
        percent = mover.indicator.kind == "percent"

        def shown(number: Expr) -> Expr:
            return (fn("ROUND", number * 100, 4) & "%") if percent else fn("ROUND", number, 4) & ""

        ways = ("step_more", "step_fewer") if mover.counted else ("step_up", "step_down")
        word = if_(change.gt(0), *(label(way, self.language) for way in ways))
        size = shown(fn("ABS", change))
        if percent:
            size = fn("ROUND", fn("ABS", change) * 100, 4) & " " & label("percentage_points", self.language)
        head = word & " " & size & " (" & shown(now) & " → " & shown(now + change) & ")"
        return head & " → +" & fn("ROUND", gain, 4) & ": " & mover.indicator.title.of(self.language)


def _nothing(leaf: LiveLeaf) -> str | None:
    rule = leaf.plan.criterion.nothing_assigned
    return rule.clause if rule is not None else None
