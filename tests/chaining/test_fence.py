"""What may not enter the engine is refused, by a code that says why. None of this needs durable-rules."""

from __future__ import annotations

import pickle
import unicodedata

import pytest

from tieuchi.chaining import Comparison, Fact, FenceError, FireRule, Firing, fenced, fire_reference
from tieuchi.errors import TieuchiError


def rule(prop="lo", op="gte", value=1, **changes):
    shape = {"name": "r", "key": "k", "comparisons": (Comparison(prop, op, value),)}
    return FireRule(**(shape | changes))


def decomposed(text):
    return unicodedata.normalize("NFD", text)


REFUSED_RULES = {
    "an empty name": ([rule(name="")], "F100"),
    "an empty key": ([rule(key="")], "F100"),
    "a name of the engine's own": ([rule(key="$boot")], "F100"),
    "a name of 70,000 letters": ([rule(name="ă" * 70_000)], "F101"),
    "a key of 70,000 letters": ([rule(key="k" * 70_000)], "F101"),
    "a text of 70,000 letters": ([rule(op="eq", value="x" * 70_000)], "F101"),
    "a text that grows when escaped": ([rule(op="eq", value="\x01" * 3_000)], "F101"),
    "half an emoji": ([rule(key="\ud83d")], "F102"),
    "a dotted property": ([rule(prop="a.b")], "F103"),
    "an operator as property": ([rule(prop="$and")], "F103"),
    "the engine's own property": ([rule(prop="sid")], "F103"),
    "our own property": ([rule(prop="key")], "F103"),
    "one name twice": ([rule(), rule()], "F104"),
    "one name twice, written in two ways": ([rule(name="điểm"), rule(name=decomposed("điểm"))], "F104"),
    "2^62": ([rule(value=2**62)], "F105"),
    "-2^62": ([rule(value=-(2**62))], "F105"),
    "a number of 6,000 digits": ([rule(value=10**6_000)], "F105"),
    "a float": ([rule(value=0.9)], "F106"),
    "a yes or no": ([rule(value=True)], "F106"),
    "nothing": ([rule(value=None)], "F106"),
    "number and text": ([rule(), rule(name="s", op="eq", value="1")], "F107"),
    "a text asked for its size": ([rule(value="9")], "F108"),
    "an unknown operator": ([rule(op="neq")], "F108"),
    "properties with one hash": ([rule(prop="prop_289bb"), rule(name="s", prop="prop_63848")], "F109"),
    "accented ones with one hash": ([rule(prop="điểm_389db"), rule(name="s", prop="điểm_77828")], "F109"),
    "nine further facts": ([rule(also=tuple("abcdefghi"))], "F110"),
    "65 comparisons": ([rule(comparisons=(Comparison("lo", "gte", 1),) * 65)], "F110"),
    "201 properties of one fact": ([rule(name=f"{n}", prop=f"p{n}") for n in range(201)], "F112"),
    "priority 65,536": ([rule(priority=65_536)], "F110"),
    "priority -1": ([rule(priority=-1)], "F110"),
    "its own key again": ([rule(also=("k",))], "F111"),
    "a further fact twice": ([rule(also=("a", "a"))], "F111"),
    "deriving what it looks at": ([rule(derives=("k",))], "F111"),
}


@pytest.mark.parametrize(("rules", "code"), REFUSED_RULES.values(), ids=REFUSED_RULES.keys())
def test_a_rule_outside_the_fence_is_refused(rules, code):
    with pytest.raises(FenceError) as refusal:
        fenced(rules)
    assert refusal.value.code == code


RULES = [rule(), FireRule("c", "choice", (Comparison("v", "eq", "có"),))]
REFUSED_FACTS = {
    "a key of 70,000 letters": ([Fact("k" * 70_000, {})], "F101"),
    "a text of 70,000 letters": ([Fact("choice", {"v": "a" * 70_000})], "F101"),
    "such a text nobody looks at": ([Fact("choice", {"note": "ă" * 70_000})], "F101"),
    "half an emoji": ([Fact("choice", {"v": "\ud83d"})], "F102"),
    "2^62": ([Fact("k", {"lo": 2**62})], "F105"),
    "a float": ([Fact("k", {"lo": 0.5})], "F106"),
    "a yes or no": ([Fact("k", {"lo": True})], "F106"),
    "a text for a number": ([Fact("k", {"lo": "1"})], "F107"),
    "a number for a text": ([Fact("choice", {"v": 1})], "F107"),
    "one key twice": ([Fact("k", {"lo": 1}), Fact("k", {"lo": 2})], "F113"),
    "one unknown key twice": ([Fact("?", {}), Fact("?", {})], "F113"),
    "an empty key": ([Fact("", {})], "F100"),
    "the boot fact": ([Fact("$boot", {})], "F100"),
}


@pytest.mark.parametrize(("facts", "code"), REFUSED_FACTS.values(), ids=REFUSED_FACTS.keys())
def test_a_fact_outside_the_fence_is_refused(facts, code):
    with pytest.raises(FenceError) as refusal:
        fenced(RULES).admit(facts)
    assert refusal.value.code == code


def test_facts_are_cut_to_what_rules_look_at_and_put_in_their_order():
    facts = [Fact("?", {"lo": 1}), Fact("choice", {"v": "có", "id": "x"}), Fact("k", {"lo": 1, "sid": 2})]
    assert fenced(RULES).admit(facts) == (Fact("k", {"lo": 1}), Fact("choice", {"v": "có"}))


def test_both_ways_to_write_an_accent_are_one():
    rules = [FireRule(decomposed("số liệu"), "số liệu", (Comparison("có", "eq", decomposed("được")),))]
    firings = fire_reference(rules, [Fact(decomposed("số liệu"), {decomposed("có"): "được"})])
    assert firings == (Firing("số liệu", "số liệu"),)
    assert decomposed("số liệu") != "số liệu"


def test_the_ends_of_the_fence_are_inside():
    rules = [
        rule(value=2**62 - 1, priority=65_535, also=tuple("abcdefgh")),
        rule(name="s", value=-(2**62) + 1, priority=0, comparisons=(Comparison("lo", "gte", 1),) * 64),
    ]
    assert len(fenced(rules).rules) == 2


def test_a_refusal_pickles_and_speaks_both_languages():
    error = pickle.loads(pickle.dumps(FenceError("F104", {"name": "8.2/b"})))
    assert isinstance(error, TieuchiError)
    assert str(error) == "F104: there are two rules “8.2/b”"
    assert error.text("vi") == "F104: quy tắc “8.2/b” có hai lần"
