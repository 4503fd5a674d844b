"""What a rulebook may say but hardly means: readings beyond every clause, points nobody can earn, 0/0 left open."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tieuchi.errors import Issue
from tieuchi.loading.checks import criteria_with_paths
from tieuchi.loading.refusals import path_text
from tieuchi.loading.yaml_source import Node
from tieuchi.model.canonical import Quotient, Relative, Route
from tieuchi.model.lowering import Indicators, linear_span, span_finder
from tieuchi.model.number import exact_text
from tieuchi.model.plan import LeafPlan, compile_plan, piece_range
from tieuchi.model.rulebook import Rulebook

Path = tuple[str | int, ...]


def warnings_of(book: Rulebook, root: Node) -> list[Issue]:
    """Return the warnings of a rulebook that loads, sorted by place."""
    plan = compile_plan(book)
    paths = {criterion.id: path for criterion, path in criteria_with_paths(book)}
    found: list[Issue] = []
    for leaf in plan.leaves:
        if leaf.declared:
            continue
        path = paths[leaf.id]
        for inner, code, facts in (*_unreached(leaf, plan.indicators), *_open(leaf, plan.indicators)):
            words = {k: exact_text(v) if isinstance(v, Fraction) else str(v) for k, v in facts.items()}
            node = root.at((*path, *inner))
            found.append(Issue(code, node.position, path_text((*path, *inner)), words, "warning"))
    return sorted(found, key=lambda issue: (issue.position, issue.code))


Warned = tuple[Path, str, dict[str, object]]


def _unreached(leaf: LeafPlan, indicators: Indicators) -> Iterator[Warned]:
    """Yield clauses that no reading in its declared range reaches, and a maximum that nobody can earn."""
    span_of = span_finder(indicators)
    kind = leaf.criterion.scale.kind if leaf.criterion.scale else ""
    for route in leaf.routes:
        if not isinstance(route.measured, Quotient) or kind not in ("bands", "branches"):
            continue
        span = span_of(route.measured)
        for piece in route.pieces:
            from_list = bool(piece.source) and isinstance(piece.source[-1], int)
            if from_list and not piece_range(piece, span, leaf.floor, leaf.criterion.max_points):
                path = ("scale", kind, *piece.source)
                yield path, "W501", {"clause": piece.clause, "low": _end(span.low), "high": _end(span.high)}
    most = max((high for _, high in leaf.ranges), default=leaf.criterion.max_points)
    if most < leaf.criterion.max_points:
        yield ("max_points",), "W502", {"most": most, "max": leaf.criterion.max_points}


def _end(end: Fraction | None) -> str:
    return "∞" if end is None else exact_text(end)


def _open(leaf: LeafPlan, indicators: Indicators) -> Iterator[Warned]:
    """Yield values whose denominator can be 0 while the rulebook does not say what holds then."""
    if leaf.criterion.nothing_assigned is not None:
        return
    for route in leaf.routes:
        quotient = _quotient(route)
        if quotient is None or not quotient.denominator.terms:
            continue
        low, _ = linear_span(quotient.denominator, indicators)
        if low is None or low <= 0:
            yield ("value",), "W503", {"names": ", ".join(quotient.denominator.indicators)}
            return


def _quotient(route: Route) -> Quotient | None:
    if isinstance(route.measured, Relative):
        return route.measured.quotient
    return route.measured if isinstance(route.measured, Quotient) else None
