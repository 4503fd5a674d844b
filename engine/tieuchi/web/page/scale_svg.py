"""A scale drawn: points over value, where the unit stands, where it stood, and the next step. Plain SVG, no scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from tieuchi.model.canonical import Piece, Quotient, Relative, Route
from tieuchi.model.scorecard import Scorecard, Trace
from tieuchi.render.numbers import percent_text, short_number
from tieuchi.render.reasoning import all_shares, amount_text
from tieuchi.words.language import Language
from tieuchi.words.terms import clause_words, localised
from tieuchi.words.web_terms import web_term

WIDTH, HEIGHT = 560, 240
LEFT, RIGHT, TOP, BOTTOM = 44, 16, 44, 52
MOST_TREADS = 120
"""Treads of a stair that are drawn one by one; of a longer one only every so many."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One place on the drawing."""

    kind: str
    value: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class Frame:
    """From value and points to places on the drawing."""

    low: Fraction
    high: Fraction
    least: Fraction
    most: Fraction

    def x(self, value: Fraction) -> float:
        """Return the place of a value from the left."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(LEFT + float(share) * (WIDTH - LEFT - RIGHT), 1)

    def y(self, points: Fraction) -> float:
        """Return the place of points from the top."""
        share = (points - self.least) / (self.most - self.least)
        return round(HEIGHT - BOTTOM - float(share) * (HEIGHT - TOP - BOTTOM), 1)


def drawable(trace: Trace) -> Route | None:
    """Return the route that can be drawn: the one taken, or the first that has a value at all."""
    routes = trace.plan.routes
    if trace.route >= 0:
        taken = routes[trace.route]
        if not isinstance(taken.measured, (Quotient, Relative)) or len(taken.pieces) < 2:
            return None
        return taken
    return next((r for r in routes if isinstance(r.measured, (Quotient, Relative)) and len(r.pieces) > 1), None)


def scale_svg(
    trace: Trace, card: Scorecard, language: Language, before: Trace | None = None, target: Mark | None = None
) -> str:
    """Return the drawing of a sub-criterion's scale, or nothing where there is nothing to draw."""
    route = drawable(trace)
    if route is None:
        return ""
    marks = [mark for mark in (_mark("was", before), target, _mark("now", trace)) if mark is not None]
    if len(marks) > 1 and marks[0].kind == "was" and marks[0].value == marks[-1].value:
        marks = marks[1:]
    frame = _frame(route, marks, trace)
    shapes = [*_grid(frame, language), *_curve(route, frame), *_edges(route, frame, card, language)]
    shapes += _clauses(route, frame, language)
    shapes += [shape for mark in marks for shape in _mark_shapes(mark, frame, route, card, language)]
    label = escape(describe(marks, route, card, language))
    return (
        f'<svg class="scale" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(shapes)}</svg>'
    )


def describe(marks: list[Mark], route: Route, card: Scorecard, language: Language) -> str:
    """Return the drawing in words, for who can't see it."""
    parts = []
    for mark in marks:
        value = value_words_of(mark.value, route, card, language)
        points = short_number(mark.points, language)
        parts.append(f"{web_term(f'mark_{mark.kind}', language)}: {value} → {points}")
    return f"{web_term('scale_drawn', language)}. " + "; ".join(parts)


def value_words_of(value: Fraction, route: Route, card: Scorecard, language: Language) -> str:
    """Return a value in the measure of its route."""
    measured = route.measured
    if isinstance(measured, Quotient):
        return amount_text(value, measured, language, shares=all_shares(measured, card))
    return percent_text(value, language)


def _mark(kind: str, trace: Trace | None) -> Mark | None:
    if trace is None or trace.value is None or trace.base_points is None or drawable(trace) is None:
        return None
    return Mark(kind, trace.value, trace.base_points)


def _frame(route: Route, marks: list[Mark], trace: Trace) -> Frame:
    ends = [bound.at for piece in route.pieces for bound in (piece.lower, piece.upper) if bound.at is not None]
    values = [*ends, *(mark.value for mark in marks)]
    low, high = min(values), max(values)
    wide = high - low or abs(high) or Fraction(1)
    points = [end for piece in route.pieces for end in piece.ends()]
    least, most = min([Fraction(0), *points]), max([trace.plan.criterion.max_points, *points])
    margin = wide * Fraction(3, 20)
    start = Fraction(0) if 0 <= low <= margin else low - margin
    return Frame(start, high + margin, least, most if most > least else least + 1)


def _grid(frame: Frame, language: Language) -> Iterator[str]:
    for points in dict.fromkeys((frame.least, frame.most, (frame.least + frame.most) / 2)):
        y = frame.y(points)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>'
        text = escape(short_number(points, language))
        yield f'<text class="axis" x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{text}</text>'


def _curve(route: Route, frame: Frame) -> Iterator[str]:
    """Yield each piece as a line, and what leads from one to the next."""
    last: tuple[float, float] | None = None
    for piece in route.pieces:
        spots = list(_spots(piece, frame))
        if len(spots) < 2:
            continue
        if last is not None and last[1] != spots[0][1]:
            yield f'<line class="jump" x1="{last[0]}" y1="{last[1]}" x2="{spots[0][0]}" y2="{spots[0][1]}"/>'
        yield f'<polyline class="curve" points="{" ".join(f"{x},{y}" for x, y in spots)}"/>'
        last = spots[-1]


def _spots(piece: Piece, frame: Frame) -> Iterator[tuple[float, float]]:
    start = frame.low if piece.lower.at is None else max(piece.lower.at, frame.low)
    end = frame.high if piece.upper.at is None else min(piece.upper.at, frame.high)
    if start > end or (start == end and not piece.holds(start)):
        return
    if piece.stair is None:
        if start == end:
            return
        for value in (start, end):
            yield frame.x(value), frame.y(piece.points(value))
        return
    step = piece.stair.step * max(1, int((end - start) / piece.stair.step / MOST_TREADS) + 1)
    first = piece.stair.origin + ((start - piece.stair.origin) / step).__floor__() * step
    at = first
    while at < end:
        inner, outer = max(at, start), min(at + step, end)
        points = frame.y(piece.points((inner + outer) / 2))
        yield frame.x(inner), points
        yield frame.x(outer), points
        at += step


def _edges(route: Route, frame: Frame, card: Scorecard, language: Language) -> Iterator[str]:
    """Yield the thresholds below the axis, leaving out labels that would lie on each other."""
    free_from = float("-inf")
    edges = sorted({piece.lower.at for piece in route.pieces if piece.lower.at is not None})
    for edge in edges:
        x = frame.x(edge)
        yield f'<line class="edge" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        text = value_words_of(edge, route, card, language)
        half = 3.6 * len(text)
        if x - half > free_from:
            yield f'<text class="axis" x="{x}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{escape(text)}</text>'
            free_from = x + half + 6


def _clauses(route: Route, frame: Frame, language: Language) -> Iterator[str]:
    """Yield the clause of each piece that is wide enough to write it on."""
    for piece in route.pieces:
        start = frame.low if piece.lower.at is None else piece.lower.at
        end = frame.high if piece.upper.at is None else piece.upper.at
        left, right = frame.x(start), frame.x(end)
        text = clause_words(piece.clause, language)
        if right - left > 7 * len(text) + 8:
            x = round((left + right) / 2, 1)
            yield f'<text class="clause" x="{x}" y="{HEIGHT - BOTTOM + 40}" text-anchor="middle">{escape(text)}</text>'


def _mark_shapes(mark: Mark, frame: Frame, route: Route, card: Scorecard, language: Language) -> Iterator[str]:
    x, y = frame.x(mark.value), frame.y(mark.points)
    yield f'<line class="{mark.kind}" x1="{x}" x2="{x}" y1="{y}" y2="{HEIGHT - BOTTOM}"/>'
    shape = {"next": f'<path class="next" d="M{x - 7},{y} l7,-7 l7,7 l-7,7 z"/>'}
    yield shape.get(mark.kind, f'<circle class="{mark.kind}" cx="{x}" cy="{y}" r="6.5"/>')
    if mark.kind == "was":
        return
    word = web_term(f"mark_{mark.kind}", language)
    text = f"{word} {value_words_of(mark.value, route, card, language)}"
    half = 3.7 * len(text)
    place = min(max(x, LEFT + half), WIDTH - RIGHT - half)
    yield (
        f'<text class="{mark.kind}" x="{place:.1f}" y="{14 if mark.kind == "now" else 29}" '
        f'text-anchor="middle">{escape(localised(text, language))}</text>'
    )
