"""The pieces of a scale as formulas: which one holds the value, and the points it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.canonical import ONE, ZERO, Piece, Quotient, Relative, Route
from tieuchi.words.language import Language
from tieuchi.workbook.comparison import Comparer
from tieuchi.workbook.exact_cells import Exact
from tieuchi.workbook.formula import Expr, Ref, chain, expr, fn, if_
from tieuchi.workbook.grid import Calculation
from tieuchi.workbook.labels import label
from tieuchi.workbook.live_params import Parameters
from tieuchi.workbook.live_values import LiveValue


@dataclass(frozen=True, slots=True)
class Scale:
    """The pieces of one route: which holds (from 0), its points, its state code, and the thresholds."""

    piece: Expr
    points: Expr
    code: Expr
    uppers: tuple[Exact, ...] = ()
    each: tuple[Expr, ...] = ()
    slopes: tuple[Expr | None, ...] = ()
    """Points for each 1 of the value, of the pieces that slope."""


class Pieces:
    """Lays the pieces of routes."""

    def __init__(self, calc: Calculation, parameters: Parameters, comparer: Comparer, language: Language) -> None:
        self.calc, self.parameters, self.comparer, self.language = calc, parameters, comparer, language

    def scale(self, what: str, route: Route, value: LiveValue | None) -> Scale:
        """Return the scale of one route; ``value`` is None where all values give the same."""
        share = isinstance(route.measured, Relative) or (
            isinstance(route.measured, Quotient) and route.measured.measure == "share"
        )
        ends = self._ends(what, route, share=share)
        bases = [self._base(what, place, route) for place in range(len(route.pieces))]
        if value is None or len(route.pieces) == 1:
            rises = route.pieces[0].rate and value is not None
            points = self._points(what, 0, route, bases, ends, value) if rises and value else bases[0]
            return Scale(expr(0), points, value.code if value else expr(0), (), (points,))
        place = self._which(what, route, ends, value)
        each = [self._points(what, i, route, bases, ends, value) for i in range(len(route.pieces))]
        # Only the piece that holds is reckoned: CHOOSE leaves the others alone.
        slopes = [self._slope(what, i, route, bases, ends) for i in range(len(route.pieces))]
        return Scale(place, fn("CHOOSE", place + 1, *each), value.code, ends, tuple(each), tuple(slopes))

    def _base(self, what: str, place: int, route: Route) -> Expr:
        piece = route.pieces[place]
        if piece.stair is not None and place and route.pieces[0].base == piece.base:
            return self._base(what, 0, route)  # a stair begins with the points before it
        if piece.rate and piece.stair is None:
            return expr(ZERO)  # sloping pieces go by their anchors
        return self.parameters.cell(f"{what}/{_name(piece, place)}/points", piece.base, self._clause(piece))

    def _clause(self, piece: Piece) -> str:
        return f"{piece.clause}: {label('clause_points', self.language)}"

    def _ends(self, what: str, route: Route, *, share: bool) -> tuple[Exact, ...]:
        """Return the upper end of every piece but the last: of a stair from its step, of others from their cell."""
        stair = next((place for place, piece in enumerate(route.pieces) if piece.stair is not None), None)
        if stair is not None:
            return self._stair_ends(what, route, stair)
        ends = []
        for place, piece in enumerate(route.pieces[:-1]):
            assert piece.upper.at is not None
            sign = "≤" if piece.upper.closed else "<"
            words = f"{piece.clause}: {label('threshold', self.language)} {sign}"
            ends.append(
                self.parameters.exact(f"{what}/{_name(piece, place)}/upper", piece.upper.at, words, share=share)
            )
        return tuple(ends)

    def _stair_ends(self, what: str, route: Route, place: int) -> tuple[Exact, ...]:
        """Return where a stair begins and where its limit cuts it, from origin, step, points a step and limit."""
        piece = route.pieces[place]
        stair = piece.stair
        assert stair is not None
        assert place == 1
        assert len(route.pieces) == 3
        origin, step = self._stair(what, piece)
        base = self._base(what, 1, route)
        limit = self._base(what, 2, route)
        rate = self.parameters.cell(f"{what}/{_name(piece, 1)}/each", piece.rate, "")
        room = fn("ROUND", (limit - base) / rate, 9)
        whole = self.calc.step(f"{what}: ⌈⌉", expr(0) - fn("INT", expr(0) - room))
        steps = (expr(0), whole - 1) if stair.started else (expr(1), whole)
        ends = []
        for number, count in enumerate(steps):
            top = origin.numerator * step.denominator + step.numerator * origin.denominator * count
            up = self.calc.step(f"{what}: ↑{number} ▲", top)
            ends.append(Exact(up, self.calc.step(f"{what}: ↑{number} ▼", origin.denominator * step.denominator)))
        return tuple(ends)

    def _stair(self, what: str, piece: Piece) -> tuple[Exact, Exact]:
        stair = piece.stair
        assert stair is not None
        name = f"{what}/{_name(piece, 1)}"
        origin = self.parameters.exact(
            f"{name}/origin", stair.origin, f"{piece.clause}: {label('step_from', self.language)}"
        )
        step = self.parameters.exact(f"{name}/step", stair.step, f"{piece.clause}: {label('step_size', self.language)}")
        words = f"{piece.clause}: {label('per_step', self.language)}"
        self.parameters.cell(f"{name}/each", piece.rate, words)
        return origin, step

    def _which(self, what: str, route: Route, ends: Sequence[Exact], value: LiveValue) -> Ref:
        """Return which piece holds the value."""
        pairs: list[tuple[Expr, Expr]] = []
        for number, (piece, end) in enumerate(zip(route.pieces, ends, strict=False)):
            sign = self.comparer.sign(f"{what} #{number}", value.above, value.below, end)
            pairs.append((sign.le(0) if piece.upper.closed else sign.lt(0), expr(number)))
        held = chain(pairs, len(route.pieces) - 1)
        return self.calc.step(f"{what}: #", if_(value.code.gt(0), 0, held))

    def _points(
        self, what: str, place: int, route: Route, bases: Sequence[Expr], ends: Sequence[Exact], value: LiveValue
    ) -> Expr:
        piece = route.pieces[place]
        if not piece.rate:
            return bases[place]
        if piece.stair is not None:
            return self._on_stair(what, piece, bases[place], value)
        x = value.above / value.below
        known = value.code.eq(0)
        (x0, y0), (x1, y1) = self._anchors(what, place, route, bases, ends)
        return self.calc.step(f"{what}: points #{place}", if_(known, y0 + (y1 - y0) * (x - x0) / (x1 - x0), 0))

    def _slope(self, what: str, place: int, route: Route, bases: Sequence[Expr], ends: Sequence[Exact]) -> Expr | None:
        piece = route.pieces[place]
        if not piece.rate or piece.stair is not None:
            return None
        (x0, y0), (x1, y1) = self._anchors(what, place, route, bases, ends)
        return (y1 - y0) / (x1 - x0)

    def _on_stair(self, what: str, piece: Piece, base: Expr, value: LiveValue) -> Expr:
        assert piece.stair is not None
        origin, step = self._stair(what, piece)
        above = (value.above * origin.denominator - origin.numerator * value.below) * step.denominator
        below = value.below * origin.denominator * step.numerator
        known = value.code.eq(0)
        above = if_(known, expr(0) - above if piece.stair.started else above, 0)
        steps = self.calc.floor(f"{what}: ⌊⌋", above, if_(known, below, 1))
        rate = self.parameters.cell(f"{what}/{_name(piece, 1)}/each", piece.rate, "")
        return base - rate * steps if piece.stair.started else base + rate * steps

    def _anchors(
        self, what: str, place: int, route: Route, bases: Sequence[Expr], ends: Sequence[Exact]
    ) -> tuple[tuple[Expr, Expr], tuple[Expr, Expr]]:
        """Return two points of a slope: those where it meets its neighbours, so that it follows their cells."""
        piece = route.pieces[place]
        found: list[tuple[Expr, Expr]] = []
        fixed: list[Fraction] = []
        for bound, end, other in ((piece.lower, place - 1, place - 1), (piece.upper, place, place + 1)):
            if bound.at is None or not 0 <= other < len(route.pieces):
                continue
            near = route.pieces[other]
            if not near.rate and near.base == piece.base + piece.rate * bound.at:
                found.append((ends[end].numerator / ends[end].denominator, bases[other]))
                fixed.append(bound.at)
        for x in (-piece.base / piece.rate, *(b.at for b in (piece.lower, piece.upper)), ZERO, ONE):
            if len(found) == 2:
                break
            if x is not None and x not in fixed:
                found.append(self._anchor(what, place, piece, x, len(found)))
                fixed.append(x)
        return found[0], found[1]

    def _anchor(self, what: str, place: int, piece: Piece, x: Fraction, number: int) -> tuple[Expr, Expr]:
        name = f"{what}/{_name(piece, place)}/anchor{number}"
        words = f"{piece.clause}: {label('start', self.language)}"
        at = self.parameters.cell(f"{name}/at", x, words)
        return at, self.parameters.cell(
            f"{name}/points", piece.base + piece.rate * x, f"{words}, {label('points_at', self.language)}"
        )


def _name(piece: Piece, place: int) -> str:
    return f"{place + 1}-{piece.clause}"
