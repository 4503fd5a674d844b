"""Where the engine would crash, hang or stop, rules are dealt out over several rulesets, or refused."""

from __future__ import annotations

import pytest

from tieuchi.chaining import (
    Comparison,
    Fact,
    FenceError,
    FireRule,
    RuleHost,
    available,
    fenced,
    fire_reference,
    unavailable_reason,
)
from tieuchi.chaining.host import MOST_KEYS, MOST_PENDING, MOST_RULES, MOST_SAME, split

needs_engine = pytest.mark.skipif(not available(), reason=f"durable-rules: {unavailable_reason()}")


def at_least(value):
    return (Comparison("lo", "gte", value),)


MANY = {
    "600 keys": [FireRule(f"r{n}", f"k{n}", at_least(n)) for n in range(600)],
    "1,300 keys": [FireRule(f"r{n}", f"k{n}", at_least(n)) for n in range(1_300)],
    "4,200 rules": [FireRule(f"r{n}.{b}", f"k{n}", at_least(b)) for n in range(420) for b in range(10)],
    "300 rules with one condition": [FireRule(f"r{n}", "k1", at_least(1), priority=n % 7) for n in range(300)],
    "300 rules without condition": [FireRule(f"r{n}", "k1", priority=n % 7) for n in range(300)],
    "200 conditions true at once": [FireRule(f"r{n}", "k1", at_least(-n), priority=n % 7) for n in range(200)],
    "600 choices": [FireRule(f"r{n}", "k1", (Comparison("v", "eq", f"choice {n}"),)) for n in range(600)],
    "5,000 rules of one key": [FireRule(f"r{n}", "k1", at_least(n % 50 - 25)) for n in range(5_000)],
}  # fmt: skip


@needs_engine
@pytest.mark.parametrize("rules", MANY.values(), ids=MANY.keys())
def test_what_is_too_much_for_one_ruleset_is_dealt_out(rules):
    facts = [Fact(f"k{n}", {"lo": n, "v": f"choice {n}"}) for n in range(0, 1_300, 7)]
    facts += [Fact("k1", {"lo": 1, "v": "choice 599"})]
    with RuleHost(rules) as engine:
        firings = engine.fire(facts)
        assert firings
        assert firings == fire_reference(engine.rules, facts)
        assert engine.fire(facts) == firings


LINKED = {
    "the most keys": [FireRule(f"r{n}", f"k{n}", derives=(f"k{n + 1}",)) for n in range(MOST_KEYS - 1)],
    "the most rules": [FireRule(f"r{n}", f"k{n % 50}", derives=("end",)) for n in range(MOST_RULES)],
    "the most with one condition": [FireRule(f"r{n}", "k1", also=("k2",)) for n in range(MOST_SAME)],
    "the most true at once": [FireRule(f"r{n}", "k1", at_least(-n), also=("k2",)) for n in range(MOST_PENDING)],
    "the most true at once, in steps": [
        FireRule(f"r{n}.{m}", "k1", (*at_least(-n), Comparison("hi", "lt", m + 9)), derives=("k2",))
        for n in range(MOST_PENDING // 2)
        for m in range(MOST_PENDING // 2 + 1)
    ],
}


@needs_engine
@pytest.mark.parametrize("rules", LINKED.values(), ids=LINKED.keys())
def test_linked_rules_fill_one_ruleset_to_its_limits(rules):
    assert len(split(fenced(rules))) == 1
    facts = [Fact(f"k{n}", {"lo": 0, "hi": 0}) for n in range(50)]
    with RuleHost(rules) as engine:
        assert engine.fire(facts[:1]) == fire_reference(rules, facts[:1])
        assert engine.fire(facts) == fire_reference(rules, facts) != ()


@needs_engine
def test_a_rule_of_64_comparisons_fires_when_the_last_one_holds():
    rules = [FireRule(f"r{n}", "k", tuple(Comparison(f"p{m}", "gte", n) for m in range(64)), ("l",)) for n in (0, 1, 2)]
    with RuleHost(rules) as engine:
        for last in (-1, 0, 1, 2):
            facts = [Fact("k", dict.fromkeys((f"p{m}" for m in range(63)), 2) | {"p63": last}), Fact("l", {})]
            assert [firing.rule for firing in engine.fire(facts)] == [f"r{n}" for n in range(last + 1)]


@needs_engine
def test_a_fact_of_200_properties_is_taken_whole():
    rules = [FireRule(f"r{n}", "k", (Comparison(f"p{n}", "eq", n),)) for n in range(200)]
    facts = [Fact("k", {f"p{n}": n for n in range(200)})]
    with RuleHost(rules) as engine:
        assert engine.fire(facts) == fire_reference(rules, facts)
        assert len(engine.fire(facts)) == 200


TOO_MANY = {
    "keys": [FireRule(f"r{n}", f"k{n}", derives=(f"k{n + 1}",)) for n in range(MOST_KEYS)],
    "rules": [FireRule(f"r{n}", f"k{n % 50}", derives=("end",)) for n in range(MOST_RULES + 1)],
    "same": [FireRule(f"r{n}", "k1", also=("k2",)) for n in range(MOST_SAME + 1)],
    "branches": [FireRule(f"r{n}", "k1", (Comparison("v", "eq", f"{n}"),), ("k2",)) for n in range(451)],
    "pending": [FireRule(f"r{n}", "k1", at_least(-n), ("k2",)) for n in range(MOST_PENDING + 1)],
}


@pytest.mark.parametrize(("what", "rules"), TOO_MANY.items(), ids=TOO_MANY.keys())
def test_linked_rules_beyond_a_limit_are_refused(what, rules):
    with pytest.raises(FenceError) as refusal:
        split(fenced(rules))
    assert (refusal.value.code, refusal.value.facts["what"]) == ("F112", what)


def test_linked_rules_stay_together_and_others_are_dealt_out():
    rules = [FireRule(f"r{n}", f"k{n}", at_least(n)) for n in range(1_000)]
    rules += [FireRule("first", "k1", derives=("found",)), FireRule("veto", "found", also=("k999",))]
    shards = split(fenced(rules))
    assert len(shards) == 3
    assert [{"k1", "k999", "found"} <= shard.keys.keys() for shard in shards].count(True) == 1
    assert sorted(rule.name for shard in shards for rule in shard.rules) == sorted(rule.name for rule in rules)
    assert all(len(shard.keys) <= MOST_KEYS for shard in shards)
