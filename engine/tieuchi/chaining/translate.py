"""A plan as rules about whole numbers, and a unit as facts, for durable-rules.

A comparison ``x >= t`` of any rational x is decided exactly by two whole numbers: with a scale S that makes every
threshold of the sub-criterion a whole number n of 1/S, ``x >= t`` holds just when ``floor(x*S) >= n``, and ``x > t``
just when ``ceil(x*S) > n``. So the engine sees whole numbers only, and no ratio is ever rounded to its threshold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm

from tieuchi.chaining.fence import LARGEST, Comparison, Fact, FenceError, FireRule
from tieuchi.model.canonical import (
    EqualTest,
    FindingTest,
    Linear,
    NumberTest,
    Piece,
    Quotient,
    Relative,
    Tally,
    Test,
    UnitKindTest,
)
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.scorecard import Inputs, comparable, measured_value

# Whole numbers beyond this are cut to it; no threshold reaches it, so no comparison changes.
_FAR = LARGEST - 1
MOST_ALTERNATIVES = 256
"""Most ways in which the routes before one can fail; beyond it durable-rules is not asked."""

Conjunction = tuple[Comparison, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """Something compared with thresholds: the name of its two whole numbers, and their scale."""

    name: str
    scale: int


def rules_of(plan: Plan) -> Iterator[FireRule]:
    """Yield the rules of a plan: routes and pieces, parts of checklists, findings and their consequences."""
    for finding in plan.findings:
        name = finding.finding.id
        also = tuple(f"finding:{test.finding}" for test in finding.tests if isinstance(test, FindingTest))
        own = [t for t in finding.tests if not isinstance(t, FindingTest)]
        parts = [_true(test, f"t{place}") for place, test in enumerate(own)]
        comparisons = tuple(c for part in parts for c in part)
        derived = (f"finding:{name}",)
        yield FireRule(f"finding:{name}", f"facts:{name}", comparisons, also, derived, priority=1)
        for number, consequence in enumerate(finding.finding.consequences):
            label = f"{name}>{consequence.criterion}/{consequence.clause}#{number}"
            yield FireRule(label, f"finding:{name}", priority=2)
    for leaf in plan.leaves:
        yield from _leaf_rules(leaf)


def _leaf_rules(leaf: LeafPlan) -> Iterator[FireRule]:
    key = f"value:{leaf.id}"
    applies = [_true(test, f"a{place}") for place, test in enumerate(leaf.applies)]
    always = tuple(c for part in applies for c in part)
    for number, failing in enumerate(_failures(leaf.applies, "a") if leaf.applies else ()):
        yield FireRule(f"{leaf.id}#na.{number}", key, failing)
    before: list[tuple[Conjunction, ...]] = []
    for place, route in enumerate(leaf.routes):
        own = tuple(c for t, test in enumerate(route.tests) for c in _true(test, f"r{place}t{t}"))
        for number, failed in enumerate(_all_failed(before, leaf.id)):
            common = (*always, *failed, *own)
            if isinstance(route.measured, Tally):
                yield FireRule(f"{leaf.id}#{place}.0.{number}", key, common)
                continue
            for index, piece in enumerate(route.pieces):
                subject = Subject(f"r{place}x", _piece_scale(route.pieces))
                inside = _inside(piece, subject) if route.measured is not None else ()
                yield FireRule(f"{leaf.id}#{place}.{index}.{number}", key, (*common, *inside))
        before.append(tuple(_failures(route.tests, f"r{place}t")))
    yield from _part_rules(leaf)


def _part_rules(leaf: LeafPlan) -> Iterator[FireRule]:
    for place, route in enumerate(leaf.routes):
        if isinstance(route.measured, Tally):
            for item in route.measured.items:
                holds = tuple(c for t, test in enumerate(item.tests) for c in _true(test, f"t{t}"))
                key = f"part:{leaf.id}/{place}/{item.clause}"
                yield FireRule(f"{leaf.id}#{place}:{item.clause}", key, holds)


def _all_failed(before: list[tuple[Conjunction, ...]], leaf: str) -> Iterator[Conjunction]:
    """Yield the ways in which all earlier routes can fail; several may be at hand at once."""
    size = 1
    for ways in before:
        size *= len(ways)
    if size > MOST_ALTERNATIVES:
        raise TooManyWaysError(leaf, size)
    for combination in product(*before):
        yield tuple(c for way in combination for c in way)


class TooManyWaysError(ValueError):
    """A sub-criterion has more alternatives than durable-rules should be asked about."""

    def __init__(self, leaf: str, ways: int) -> None:
        self.leaf = leaf
        self.ways = ways
        super().__init__(leaf, ways)


def _failures(tests: tuple[Test, ...], prefix: str) -> Iterator[Conjunction]:
    """Yield the ways in which tests can fail: any one of them, whether or not the others are known."""
    for place, test in enumerate(tests):
        yield from _false(test, f"{prefix}{place}")


def _true(test: Test, name: str) -> Conjunction:
    if not isinstance(test, NumberTest):
        return (Comparison(f"{name}_is", "eq", 1),)
    low, high, n = f"{name}_lo", f"{name}_hi", _within(test.threshold.numerator)
    return {
        "at_least": (Comparison(low, "gte", n),),
        "more_than": (Comparison(high, "gt", n),),
        "at_most": (Comparison(high, "lte", n),),
        "less_than": (Comparison(low, "lt", n),),
        "exactly": (Comparison(low, "gte", n), Comparison(high, "lte", n)),
    }[test.operator]


def _false(test: Test, name: str) -> tuple[Conjunction, ...]:
    if not isinstance(test, NumberTest):
        return ((Comparison(f"{name}_is", "eq", 0),),)
    low, high, n = f"{name}_lo", f"{name}_hi", _within(test.threshold.numerator)
    below, above = (Comparison(low, "lt", n),), (Comparison(high, "gt", n),)
    return {
        "at_least": (below,),
        "more_than": ((Comparison(high, "lte", n),),),
        "at_most": (above,),
        "less_than": ((Comparison(low, "gte", n),),),
        "exactly": (below, above),
    }[test.operator]


def _piece_scale(pieces: tuple[Piece, ...]) -> int:
    return lcm(*(p.upper.at.denominator for p in pieces if p.upper.at is not None))


def _within(threshold: int) -> int:
    """Return a threshold that values cut to the largest number can still be told from.

    Raises:
        FenceError: It is beyond that.
    """
    if not -_FAR < threshold < _FAR:
        raise FenceError("F105", {"where": "threshold", "value": f"{threshold:#x}"[:40]})
    return threshold


def _inside(piece: Piece, subject: Subject) -> Conjunction:
    """Return when a value lies on a piece; on one without ends, when there is a value at all."""
    low, high = f"{subject.name}_lo", f"{subject.name}_hi"
    parts: list[Comparison] = []
    if piece.lower.at is not None:
        n = _within(int(piece.lower.at * subject.scale))
        parts.append(Comparison(low, "gte", n) if piece.lower.closed else Comparison(high, "gt", n))
    if piece.upper.at is not None:
        n = _within(int(piece.upper.at * subject.scale))
        parts.append(Comparison(high, "lte", n) if piece.upper.closed else Comparison(low, "lt", n))
    return tuple(parts) or (Comparison(low, "gte", -_FAR),)


def facts_of(plan: Plan, inputs: Inputs, best: Mapping[str, Fraction]) -> Iterator[Fact]:
    """Yield what is known of one unit: one fact for each sub-criterion, part and finding.

    ``best`` has the best value of the group for sub-criteria that compare with it. What is not known is left out,
    and no rule that asks for it can fire.
    """
    for finding in plan.findings:
        tests = [t for t in finding.tests if not isinstance(t, FindingTest)]
        yield Fact(f"facts:{finding.finding.id}", dict(_test_props(tests, "t", inputs)))
    for leaf in plan.leaves:
        props: dict[str, int | str] = dict(_test_props(leaf.applies, "a", inputs))
        for place, route in enumerate(leaf.routes):
            props.update(_test_props(route.tests, f"r{place}t", inputs))
            if isinstance(route.measured, Tally):
                for item in route.measured.items:
                    facts = dict(_test_props(item.tests, "t", inputs))
                    yield Fact(f"part:{leaf.id}/{place}/{item.clause}", facts)
                continue
            value = _value(route.measured, inputs, best.get(leaf.id))
            if value is not None:
                props.update(_ends(f"r{place}x", value, _piece_scale(route.pieces)))
        yield Fact(f"value:{leaf.id}", props)


def _test_props(tests: Sequence[Test], prefix: str, inputs: Inputs) -> Iterator[tuple[str, int]]:
    for place, test in enumerate(tests):
        name = f"{prefix}{place}"
        match test:
            case NumberTest(quotient=quotient, threshold=threshold):
                value = _value(quotient, inputs, None)
                if value is not None:
                    yield from _ends(name, value, threshold.denominator)
            case EqualTest(indicator=indicator, expected=expected):
                if indicator in inputs.values:
                    yield f"{name}_is", int(inputs.values[indicator] == expected)
            case UnitKindTest(kinds=kinds):
                yield f"{name}_is", int(inputs.unit_kind in kinds)
            case FindingTest():
                raise AssertionError(test)


def _ends(name: str, value: Fraction, scale: int) -> Iterator[tuple[str, int]]:
    scaled = value * scale
    for suffix, end in (("lo", scaled.__floor__()), ("hi", scaled.__ceil__())):
        yield f"{name}_{suffix}", max(-_FAR, min(_FAR, end))


def _value(measured: Quotient | Relative | None, inputs: Inputs, best: Fraction | None) -> Fraction | None:
    """Return a value by plain arithmetic on fractions, or None where it has none."""
    if measured is None:
        return None
    quotient = measured.quotient if isinstance(measured, Relative) else measured
    if any(name not in inputs.values for name in quotient.indicators):
        return None
    below = _linear(quotient.denominator, inputs)
    if below <= 0:
        return None
    raw = _linear(quotient.numerator, inputs) / below
    if isinstance(measured, Relative) and (best is None or not comparable(measured, best)):
        return None
    return measured_value(measured, raw, best)


def _linear(form: Linear, inputs: Inputs) -> Fraction:
    total = form.constant
    for name, factor in form.terms:
        value = inputs.values[name]
        assert isinstance(value, Fraction)
        total += factor * value
    return total
