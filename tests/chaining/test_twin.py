"""Engine and twin agree on every rule and on the order."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tieuchi.chaining import (
    Comparison,
    Fact,
    FireRule,
    Firing,
    RuleHost,
    available,
    fire_reference,
    unavailable_reason,
)

needs_engine = pytest.mark.skipif(not available(), reason=f"durable-rules: {unavailable_reason()}")

SCALE = 1_000_000
KEYS = ("val:5.1", "val:5.2", "Tiêu chí “8.2”", "finding:a", "finding:b", "🎯", 'q"\\', "key")
NUMBERS = ("lo", "hi", "điểm")
CHOICES = ("chọn", "v")
WORDS = ("", "có", "không", "1", "true", '"', "\\", "🎯", "có\n")

thresholds = st.sampled_from((0, 1, -1, 899_999, 900_000, 900_001, SCALE, 2**62 - 1, -(2**62) + 1))
number_tests = st.builds(
    Comparison, st.sampled_from(NUMBERS), st.sampled_from(("gte", "lt", "gt", "lte", "eq")), thresholds
)
choice_tests = st.builds(Comparison, st.sampled_from(CHOICES), st.just("eq"), st.sampled_from(WORDS))


@st.composite
def rulebooks(draw):
    rules = []
    for number in range(draw(st.integers(1, 14))):
        key, *others = draw(st.permutations(KEYS))
        cut = draw(st.integers(0, 3))
        rules.append(
            FireRule(
                f"{draw(st.sampled_from(KEYS))}/{number}",
                key,
                tuple(draw(st.lists(number_tests | choice_tests, max_size=3))),
                also=tuple(others[:cut]),
                derives=tuple(others[5 : 5 + draw(st.integers(0, 2))]),
                priority=draw(st.sampled_from((0, 5, 10, 10, 10, 65_535))),
            )
        )
    return rules


props = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(NUMBERS, thresholds) | {c: st.sampled_from(WORDS) for c in CHOICES}
)
units = st.dictionaries(st.sampled_from((*KEYS, "unknown")), props).map(
    lambda unit: [Fact(key, props) for key, props in unit.items()]
)


@needs_engine
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rulebooks(), st.lists(units, min_size=1, max_size=4))
def test_engine_and_twin_agree(rules, several):
    with RuleHost(rules) as engine:
        for facts in several:
            assert engine.fire(facts) == fire_reference(rules, facts)


@needs_engine
@settings(max_examples=100, deadline=None)
@given(
    st.sets(st.integers(-SCALE, SCALE), min_size=1, max_size=12),
    st.lists(st.integers(-SCALE, SCALE), max_size=8),
)
def test_bands_give_every_number_exactly_one_rule(cuts, values):
    edges = sorted(cuts)
    lower = [(), *((Comparison("lo", "gte", edge),) for edge in edges)]
    upper = [*((Comparison("lo", "lt", edge),) for edge in edges), ()]
    rules = [FireRule(str(n), "k", (*low, *high)) for n, (low, high) in enumerate(zip(lower, upper, strict=True))]
    with RuleHost(rules) as engine:
        for value in [*values, *(edge + step for edge in edges for step in (-1, 0, 1))]:
            band = sum(edge <= value for edge in edges)
            assert engine.fire([Fact("k", {"lo": value})]) == (Firing(str(band), "k"),)


@needs_engine
@given(st.integers(0, 10**9), st.integers(1, 10**9))
@settings(max_examples=60, deadline=None)
def test_a_ratio_between_its_floor_and_ceiling_meets_a_threshold_exactly(numerator, denominator):
    """How the caller brings fractions here: ``x >= t`` is ``lo >= t``, and ``x <= t`` is ``hi <= t``."""
    lo, rest = divmod(numerator * SCALE, denominator)
    hi = lo + (rest > 0)
    exact = {
        "gte": numerator * 10 >= denominator * 9,
        "lt": numerator * 10 < denominator * 9,
        "gt": numerator * 10 > denominator * 9,
        "lte": numerator * 10 <= denominator * 9,
    }
    side = {"gte": "lo", "lt": "lo", "gt": "hi", "lte": "hi"}
    rules = [FireRule(op, "k", (Comparison(side[op], op, 900_000),)) for op in exact]
    with RuleHost(rules) as engine:
        fired = {firing.rule for firing in engine.fire([Fact("k", {"lo": lo, "hi": hi})])}
    assert fired == {op for op, holds in exact.items() if holds}


def test_the_twin_needs_no_engine():
    rules = [FireRule("r", "a", (Comparison("v", "eq", "có"),), derives=("f",)), FireRule("s", "f", also=("a",))]
    assert fire_reference(rules, [Fact("a", {"v": "có"})]) == (Firing("r", "a"), Firing("s", "f"))
    assert fire_reference(rules, [Fact("a", {"v": "không"})]) == ()
    assert fire_reference(rules, []) == ()


def test_the_twin_keeps_priority_then_definition():
    rules = [FireRule("third", "k"), FireRule("first", "k", priority=1), FireRule("fourth", "k")]
    rules.insert(1, FireRule("second", "k", priority=5))
    assert [f.rule for f in fire_reference(rules, [Fact("k", {})])] == ["first", "second", "third", "fourth"]
