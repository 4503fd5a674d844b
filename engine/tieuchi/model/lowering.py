"""From a sub-criterion to its routes: value, scale, and what holds when nothing was assigned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from weakref import ref

from tieuchi.model.canonical import (
    ZERO,
    Linear,
    NumberTest,
    Quotient,
    Relative,
    Route,
    Tally,
    Test,
    constant,
    reading,
)
from tieuchi.model.condition import tests_of
from tieuchi.model.indicator import Indicator
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scale import TAKES_NO_VALUE, Case, Span, scale_routes
from tieuchi.model.scale.case import Report, quotient_or_report
from tieuchi.model.value import Value

Indicators = Mapping[str, Indicator]


Routes = tuple[Route, ...]

_known: dict[int, tuple[ref[Criterion], Routes]] = {}
"""The routes of the criteria there are, by identity: checking a rulebook lowers what its plan needs right after."""


def _ignore(_complaint: object) -> None:
    """Drop a report: the rulebook was checked when it was loaded."""


def routes_of(criterion: Criterion, indicators: Indicators) -> Routes:
    """Return the routes of a sub-criterion, the first whose tests hold being taken.

    They follow from the criterion alone; the ranges of the indicators only decide what is worth a complaint.
    """
    known = _known.get(id(criterion))
    if known is not None and known[0]() is criterion:
        return known[1]
    return checked_routes(criterion, indicators, _ignore)


def checked_routes(criterion: Criterion, indicators: Indicators, sink: Report) -> Routes:
    """Return the routes of a sub-criterion; what does not add up goes to ``sink`` with its path inside it."""
    routes = _lowered(criterion, indicators, sink)
    key = id(criterion)
    _known[key] = ref(criterion, lambda _: _known.pop(key, None)), routes
    return routes


def _lowered(criterion: Criterion, indicators: Indicators, sink: Report) -> Routes:
    assert criterion.scale is not None
    case = Case(
        max_points=criterion.max_points,
        min_points=criterion.min_points or ZERO,
        quotient=None,
        span_of=span_finder(indicators),
        sink=sink,
    )
    if case.min_points >= case.max_points:
        case.report(("min_points",), "R311", points=case.max_points, min=case.min_points)
    if criterion.value is not None:
        if criterion.scale.kind in TAKES_NO_VALUE:
            case.report(("value",), "R315", beside=("scale",), kind=criterion.scale.kind)
        case = _with_value(case, criterion.value)
        if case.quotient is None:
            return ()
    routes = scale_routes(criterion.scale, case.inside("scale"))
    if criterion.nothing_assigned is None:
        return routes
    first = _nothing_assigned(criterion, case)
    return (first, *routes) if first is not None else routes


def _with_value(case: Case, value: Value) -> Case:
    quotient = quotient_or_report(value, case.inside("value"))
    return Case(case.max_points, case.min_points, quotient, case.span_of, case.sink)


def _nothing_assigned(criterion: Criterion, case: Case) -> Route | None:
    rule = criterion.nothing_assigned
    assert rule is not None
    assert criterion.scale is not None
    place = ("nothing_assigned",)
    whole: Quotient | None = None
    if criterion.scale.lateness is not None:
        whole = reading(criterion.scale.lateness.assigned, "count")
    elif case.quotient is not None and case.quotient.denominator.terms:
        whole = Quotient(case.quotient.denominator, named=case.quotient.denominator.indicators)
    if whole is None:
        case.report(place, "R314", beside=("scale",) if criterion.value is None else ("value",))
        return None
    points = criterion.max_points if rule.points is None else rule.points
    case.check_points((*place, "points"), points)
    test = NumberTest(whole, "exactly", ZERO, place)
    piece = constant(rule.clause, points, place)
    return Route((piece,), whole, (test,), rule.clause, not_applicable=bool(rule.not_applicable))


def applies_tests(criterion: Criterion) -> tuple[Test, ...]:
    """Return the tests that must hold for a criterion to apply to a unit."""
    return tests_of(criterion.applies_when, ("applies_when",)) if criterion.applies_when else ()


def indicators_read(routes: tuple[Route, ...]) -> tuple[str, ...]:
    """Return every indicator that some route reads, in order."""
    names: dict[str, None] = {}
    for route in routes:
        for test in route.tests:
            names.update(dict.fromkeys(test_indicators(test)))
        match route.measured:
            case Quotient() as quotient:
                names.update(dict.fromkeys(quotient.indicators))
            case Relative(quotient=quotient):
                names.update(dict.fromkeys(quotient.indicators))
            case Tally(items=items):
                names.update(dict.fromkeys(n for item in items for t in item.tests for n in test_indicators(t)))
            case None:
                pass
    return tuple(names)


def test_indicators(test: Test) -> tuple[str, ...]:
    """Return the indicators that one test reads."""
    if isinstance(test, NumberTest):
        return test.quotient.indicators
    indicator = getattr(test, "indicator", None)
    return (indicator,) if indicator else ()


def span_finder(indicators: Indicators) -> Callable[[Quotient], Span]:
    """Return a function that tells which values a quotient can take, from the ranges of the catalogue."""

    def span(quotient: Quotient) -> Span:
        return _span(quotient, indicators)

    return span


def _span(quotient: Quotient, indicators: Indicators) -> Span:
    span = _uncut_span(quotient, indicators)
    if quotient.step is None:
        return span
    low, high = (None if end is None else quotient.cut(end) for end in (span.low, span.high))
    return Span(low, high, span.whole)


def _uncut_span(quotient: Quotient, indicators: Indicators) -> Span:
    """Return the values of a quotient before they are cut to a step."""
    low, high = linear_span(quotient.numerator, indicators)
    if not quotient.denominator.terms:
        divisor = quotient.denominator.constant
        if divisor <= 0:
            # Readings that cancel each other: there is never a value.
            return Span()
        whole = quotient.step is None and _is_whole(quotient.numerator, indicators) and divisor == 1
        return Span(_over(low, divisor), _over(high, divisor), whole)
    least = ZERO if low is not None and low >= 0 else None
    if quotient.kind == "coverage" or _is_part(quotient, indicators):
        return Span(least, Fraction(1))
    if quotient.kind == "survey_mean":
        worth = dict(quotient.numerator.terms)
        values = [worth.get(name, ZERO) / times for name, times in quotient.denominator.terms]
        return Span(min(values), max(values))
    if quotient.kind == "growth":
        now, _ = linear_span(quotient.numerator.plus(quotient.denominator), indicators)
        return Span(Fraction(-1) if now is not None and now >= 0 else None, None)
    return Span(least, None)


def _over(end: Fraction | None, divisor: Fraction) -> Fraction | None:
    return end if end is None or divisor == 1 else end / divisor


def _is_part(quotient: Quotient, indicators: Indicators) -> bool:
    """Say whether the catalogue declares the numerator to be a part of the denominator."""
    above, below = quotient.numerator.indicators, quotient.denominator.indicators
    if len(above) != 1 or len(below) != 1 or above[0] not in indicators:
        return False
    return quotient.kind == "ratio" and indicators[above[0]].part_of == below[0]


def _is_whole(form: Linear, indicators: Indicators) -> bool:
    kinds = {indicators[name].kind for name in form.indicators if name in indicators}
    whole_numbers = all(c.denominator == 1 for _, c in form.terms) and form.constant.denominator == 1
    return whole_numbers and kinds <= {"count", "date"}


def linear_span(form: Linear, indicators: Indicators) -> tuple[Fraction | None, Fraction | None]:
    """Return the least and greatest value of a linear form over the declared ranges of its readings."""
    low: Fraction | None = form.constant
    high: Fraction | None = form.constant
    for name, factor in form.terms:
        ends = indicators[name].bounds if name in indicators else (None, None)
        least, most = ends if factor.numerator > 0 else (ends[1], ends[0])
        low, high = _plus(low, factor, least), _plus(high, factor, most)
    return low, high


def _plus(total: Fraction | None, factor: Fraction, end: Fraction | None) -> Fraction | None:
    """Return ``total + factor * end``, None where one of them has no limit."""
    if total is None or end is None:
        return None
    return total + factor * end if end else total
