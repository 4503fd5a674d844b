"""Shares written as plain numbers, and plain numbers written in per cent: 80 for 80%, or 80% of a count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.interval import Interval
from tieuchi.algebra.query import Query, Within, Witness
from tieuchi.algebra.solve import solve
from tieuchi.loading.yaml_source import Node
from tieuchi.model.canonical import NumberTest, Quotient, Test
from tieuchi.model.lowering import Indicators, span_finder
from tieuchi.model.number import parse_number
from tieuchi.model.plan import LeafPlan
from tieuchi.model.scale import Span
from tieuchi.proofs.clash import declarations
from tieuchi.proofs.doubt import Path, Raised
from tieuchi.proofs.places import written_path

_THRESHOLDS = frozenset(
    {
        "at_least",
        "more_than",
        "at_most",
        "less_than",
        "exactly",
        "full_at",
        "zero_at",
        "cut_off",
        "up_to",
        "per",
        "target",
    }
)
_OF_POINTS = {("per_item", "at_most"), ("increments", "at_most"), ("deduction", "at_most")}
_SHARES = ("percent", "ratio")
_HUNDRED = 100
_TEN = 10
_MANY_TIMES = 5


def percent_doubts(leaf: LeafPlan, node: Node, domain: Domain) -> Iterator[Raised]:
    """Yield thresholds of a sub-criterion that look a hundred times too large or too small."""
    indicators = domain.indicators
    quotient = next((r.measured for r in reversed(leaf.routes) if isinstance(r.measured, Quotient)), None)
    scale = node.get("scale")
    if quotient is not None and scale is not None and leaf.criterion.value is not None:
        yield from _of_scale(list(_texts(scale, ("scale",))), quotient, indicators, (("value",),))
    for route in leaf.routes:
        for test in route.tests:
            if isinstance(test, NumberTest) and test.quotient is not quotient:
                path = written_path(node, ("scale", "branches", *test.source))
                found = node.at(path)
                if found.kind == "scalar" and test.source[-1:] != ("nothing_assigned",):
                    places = declarations(test.quotient.indicators, domain)
                    yield from _of_scale([(path, found)], test.quotient, indicators, places)
    if leaf.criterion.max_points != 1:
        yield from _points(node, ())


def condition_doubts(tests: tuple[Test, ...], path: Path, node: Node, domain: Domain) -> Iterator[Raised]:
    """Yield thresholds of conditions that look a hundred times too large or too small, with the most there can be."""
    for test in tests:
        if isinstance(test, NumberTest):
            here = written_path(node, (*path, *test.source))
            places = declarations(test.quotient.indicators, domain)
            for raised in _of_scale([(here, node.at(here))], test.quotient, domain.indicators, places):
                most = span_finder(domain.indicators)(test.quotient).high
                shown = solve(Query((Within(test.quotient, Interval(most, most)),)), domain)
                yield replace(raised, witness=shown if isinstance(shown, Witness) else None)


def _texts(node: Node, path: Path) -> Iterator[tuple[Path, Node]]:
    """Yield the thresholds that stand in a scale, but not those of conditions or of values inside it."""
    for key, value in node.items:
        if key.text in ("when", "value", "factors"):
            continue
        if value.kind != "scalar":
            yield from _texts(value, (*path, key.text))
        elif key.text in _THRESHOLDS and (str(path[-1]), key.text) not in _OF_POINTS:
            yield (*path, key.text), value
    for index, part in enumerate(node.parts):
        yield from _texts(part, (*path, index))


def _of_scale(
    texts: list[tuple[Path, Node]], quotient: Quotient, indicators: Indicators, others: tuple[Path, ...]
) -> Iterator[Raised]:
    """Yield the thresholds that don't go with a value; ``others`` are the places that say what it is."""
    share = _is_share(quotient, indicators)
    span = span_finder(indicators)(quotient)
    signed = [node.text.strip().endswith("%") for _, node in texts]
    signed_places = tuple(path for (path, _), sign in zip(texts, signed, strict=True) if sign)[:1]
    for (path, node), percent in zip(texts, signed, strict=True):
        number = _number(node.text)
        if number is None or not number:
            continue
        as_share = f"{node.text.strip()}%"
        far = any(signed) or _fits(number / _HUNDRED, number, span) or _leaps(quotient, number)
        if share and not percent and abs(number) > 1 and far:
            yield Raised(path, "W519", {"threshold": node.text, "meant": as_share}, others=signed_places or others)
        elif percent and not share and _counts(quotient, span, indicators):
            meant = node.text.strip().removesuffix("%")
            yield Raised(path, "W520", {"threshold": node.text, "meant": meant}, others=others)


def _number(text: str) -> Fraction | None:
    try:
        return parse_number(text)
    except ValueError:
        return None


def _is_share(quotient: Quotient, indicators: Indicators) -> bool:
    if quotient.measure == "share":
        return quotient.kind != "survey_mean"
    kinds = {indicators[name].kind for name in quotient.indicators if name in indicators}
    return bool(kinds) and kinds <= set(_SHARES)


def _fits(shared: Fraction, number: Fraction, span: Span) -> bool:
    """Say whether a threshold lies beyond what the value can be, and its hundredth does not."""
    beyond = span.high is not None and number > span.high
    return beyond and span.high is not None and shared <= span.high


def _leaps(quotient: Quotient, number: Fraction) -> bool:
    """Say whether a growth is asked for that would be many times the year before."""
    return quotient.kind == "growth" and abs(number) >= _MANY_TIMES


def _counts(quotient: Quotient, span: Span, indicators: Indicators) -> bool:
    """Say whether a value counts things or days, or goes far beyond 1."""
    kinds = {indicators[name].kind for name in quotient.indicators if name in indicators}
    if quotient.denominator.terms:
        return False
    return kinds <= {"count", "date"} or (span.high is not None and span.high >= _TEN)


def _points(node: Node, path: Path) -> Iterator[Raised]:
    """Yield points written in per cent, which are shares of 1 and not of the maximum."""
    for key, value in node.items:
        here = (*path, key.text)
        if key.text in ("criteria", "factors", "value"):
            continue
        if value.kind == "scalar" and key.text in ("points", "max_points") and value.text.strip().endswith("%"):
            yield Raised(here, "W521", {"points": value.text}, others=(("max_points",),))
        yield from _points(value, here)
    for index, part in enumerate(node.parts):
        yield from _points(part, (*path, index))
