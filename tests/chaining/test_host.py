"""The engine fires what it should, in order, for unit after unit, and leaves nothing behind."""

from __future__ import annotations

import gc
import random
import threading
from pathlib import Path

import pytest

from tieuchi.chaining import (
    Comparison,
    Fact,
    FenceError,
    FireRule,
    Firing,
    RuleHost,
    available,
    fire_reference,
    host,
    unavailable_reason,
)

pytestmark = pytest.mark.skipif(not available(), reason=f"durable-rules: {unavailable_reason()}")

EDGES = (0, 50_000, 70_000, 90_000)


def bands(code):
    key = f"val:{code}"
    lower = [(Comparison("lo", "gte", edge),) for edge in EDGES]
    upper = [*((Comparison("lo", "lt", edge),) for edge in EDGES[1:]), ()]
    return [
        FireRule(f"{code}/{letter}", key, (*low, *high)) for letter, low, high in zip("dcba", lower, upper, strict=True)
    ]


def names(firings):
    return [firing.rule for firing in firings]


@pytest.fixture(scope="module")
def banded():
    with RuleHost(bands("8.2")) as engine:
        yield engine


@pytest.mark.parametrize(
    ("value", "band"),
    [(0, "d"), (49_999, "d"), (50_000, "c"), (69_999, "c"), (70_000, "b"), (89_999, "b"), (90_000, "a")],
)
def test_a_band_begins_at_its_threshold(banded, value, band):
    assert banded.fire([Fact("val:8.2", {"lo": value})]) == (Firing(f"8.2/{band}", "val:8.2"),)


@pytest.mark.parametrize("value", [-1, -(2**62) + 1])
def test_a_fact_for_which_no_rule_holds_sets_off_nothing(banded, value):
    assert banded.fire([Fact("val:8.2", {"lo": value})]) == ()
    assert names(banded.fire([Fact("val:8.2", {"lo": 1})])) == ["8.2/d"]


def test_a_missing_property_sets_off_nothing(banded):
    assert banded.fire([Fact("val:8.2", {})]) == ()
    assert banded.fire([Fact("val:8.2", {"hi": 1})]) == ()


def test_no_facts_and_unknown_facts_set_off_nothing(banded):
    assert banded.fire([]) == ()
    assert banded.fire([Fact("val:9.9", {"lo": 1})]) == ()
    assert names(banded.fire([Fact("val:9.9", {"lo": 1}), Fact("val:8.2", {"lo": 1})])) == ["8.2/d"]


def test_no_rules_fire_nothing():
    with RuleHost([]) as engine:
        assert engine.fire([Fact("k", {"lo": 1})]) == ()


def test_one_unit_knows_nothing_of_another():
    with RuleHost([FireRule("both", "a", also=("b",))]) as engine:
        assert engine.fire([Fact("a", {})]) == ()
        assert engine.fire([Fact("b", {})]) == ()
        assert names(engine.fire([Fact("b", {}), Fact("a", {})])) == ["both"]


def test_findings_lead_to_consequences_in_order_of_priority():
    rules = [
        FireRule("points", "val:1", (Comparison("lo", "gte", 0),), priority=20),
        FireRule("late", "val:1", (Comparison("lo", "lt", 9),), derives=("finding:late",), priority=5),
        FireRule("warn", "finding:late", priority=10),
        FireRule("veto", "finding:late", also=("finding:repeat",), derives=("finding:veto",), priority=1),
        FireRule("repeat", "val:2", (Comparison("v", "eq", "có"),), derives=("finding:repeat",)),
        FireRule("zero", "finding:veto"),
    ]
    with RuleHost(rules) as engine:
        firings = engine.fire([Fact("val:2", {"v": "có"}), Fact("val:1", {"lo": 3})])
    assert names(firings) == ["late", "warn", "points", "repeat", "veto", "zero"]
    assert firings[-1] == Firing("zero", "finding:veto")


def test_findings_that_lead_to_each_other_end():
    rules = [FireRule("ab", "a", derives=("b",)), FireRule("ba", "b", derives=("a",))]
    with RuleHost(rules) as engine:
        assert names(engine.fire([Fact("a", {})])) == ["ab", "ba"]
        assert names(engine.fire([Fact("b", {})])) == ["ba", "ab"]
        assert names(engine.fire([Fact("b", {}), Fact("a", {})])) == ["ab", "ba"]


def test_a_finding_that_two_rules_derive_is_there_once():
    rules = [FireRule("r1", "a", derives=("f",)), FireRule("r2", "a", derives=("f",)), FireRule("on f", "f")]
    with RuleHost(rules) as engine:
        assert names(engine.fire([Fact("a", {})])) == ["r1", "r2", "on f"]


def test_a_finding_that_nobody_waits_for_is_no_error():
    rules = [FireRule("r", "a", derives=("nobody", "picky")), FireRule("p", "picky", (Comparison("lo", "gte", 1),))]
    with RuleHost(rules) as engine:
        assert names(engine.fire([Fact("a", {})])) == ["r"]


def test_the_order_in_which_facts_are_given_does_not_matter():
    rules = [*bands("1"), *bands("2"), FireRule("x", "val:1", also=("val:2",))]
    facts = [Fact("val:1", {"lo": 1}), Fact("val:2", {"lo": 99_999})]
    with RuleHost(rules) as engine:
        assert engine.fire(facts) == engine.fire(facts[::-1])


HOSTILE = [
    "Tỷ lệ hồ sơ đúng hạn", 'quo"te', "it's", "back\\slash", "🎯", "{}[],:", "a\nb\tc", "nul\0", "%s%n", "a.b",
    "key", "sid", "id", "m", "1", "true", "null", "\u2028", "'", '"', "\\", "all$not", "x" * 2_500,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_any_text_may_name_a_rule_a_key_and_a_choice(name):
    rules = [
        FireRule(name, name, (Comparison("v", "eq", name),), derives=(f"f:{name}",)),
        FireRule(f"{name}!", f"f:{name}", also=(name,)),
        FireRule("other", name, (Comparison("v", "eq", f"{name}x"),)),
    ]
    with RuleHost(rules) as engine:
        assert names(engine.fire([Fact(name, {"v": name})])) == [name, f"{name}!"]
        assert names(engine.fire([Fact(name, {"v": f"{name}x"})])) == ["other"]
        assert engine.fire([Fact(name, {"v": name[:-1]})]) == ()


def test_keys_that_the_engine_would_take_for_one_stay_two():
    one, two = "id-bc1944c7c", "id-9915a1fb4d"
    assert host.engine_hashes(one) == host.engine_hashes(two)
    with RuleHost([FireRule("r1", one), FireRule("r2", two), FireRule("r12", one, also=(two,))]) as engine:
        assert names(engine.fire([Fact(one, {}), Fact(two, {})])) == ["r1", "r2", "r12"]
        assert names(engine.fire([Fact(two, {})])) == ["r2"]


def test_a_closed_host_fires_nothing_and_may_be_closed_again():
    engine = RuleHost(bands("1"))
    engine.close()
    engine.close()
    with pytest.raises(FenceError, match="F121"):
        engine.fire([Fact("val:1", {"lo": 1})])


def test_an_error_inside_an_action_is_raised_and_the_next_unit_is_sound(banded, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(host, "Firing", fail)
        with pytest.raises(KeyboardInterrupt):
            banded.fire([Fact("val:8.2", {"lo": 1})])
    assert names(banded.fire([Fact("val:8.2", {"lo": 1})])) == ["8.2/d"]


def test_work_that_the_engine_gives_up_is_noticed_and_the_next_unit_is_sound(banded, monkeypatch):
    """An action that lasts over ten seconds, say because the machine slept, is dropped without a word."""
    hours = iter(range(0, 10**9, 3_600))
    with monkeypatch.context() as patched:
        patched.setattr("durable.engine._unix_now", lambda: next(hours))
        with pytest.raises(FenceError, match="F122"):
            banded.fire([Fact("val:8.2", {"lo": 1})])
    assert names(banded.fire([Fact("val:8.2", {"lo": 1})])) == ["8.2/d"]


def test_no_threads_are_left_running():
    before = threading.active_count()
    with RuleHost(bands("1")) as engine:
        engine.fire([Fact("val:1", {"lo": 1})])
        assert threading.active_count() == before


def test_many_threads_may_share_a_host():
    rules = [rule for code in range(20) for rule in bands(code)]
    wrong = []
    with RuleHost(rules) as engine:

        def work(seed):
            chance = random.Random(seed)
            for _ in range(30):
                facts = [Fact(f"val:{code}", {"lo": chance.randrange(100_000)}) for code in range(20)]
                if engine.fire(facts) != fire_reference(engine.rules, facts):
                    wrong.append(facts)

        workers = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert wrong == []


def resident_megabytes():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096 / 1e6


needs_proc = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")


@needs_proc
def test_2000_units_leave_memory_as_it_was():
    rules = [rule for code in range(30) for rule in bands(code)]
    rules += [FireRule(f"low {c}", f"val:{c}", (Comparison("lo", "lt", 9_000),), derives=("low",)) for c in range(30)]
    rules += [FireRule("veto", "low", also=("val:0",))]
    chance = random.Random(1)
    with RuleHost(rules) as engine:
        for number in range(2_000):
            facts = [Fact(f"val:{code}", {"lo": chance.randrange(100_000)}) for code in range(30)]
            firings = engine.fire(facts)
            if number % 50 == 0:
                assert firings == fire_reference(engine.rules, facts)
            if number == 200:
                before = resident_megabytes()
        assert resident_megabytes() - before < 2


@needs_proc
def test_hosts_leave_no_memory_behind_even_if_not_closed():
    rules = [rule for code in range(50) for rule in bands(code)]
    for number in range(120):
        engine = RuleHost(rules)
        engine.fire([Fact("val:1", {"lo": 1})])
        if number % 2:
            engine.close()
        if number == 20:
            before = resident_megabytes()
    assert resident_megabytes() - before < 5  # one state of these rules is 2 MB
