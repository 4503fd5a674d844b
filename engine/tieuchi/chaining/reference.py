"""The same rules fired in plain Python: the twin that the engine is checked against.

It shares the fence with the engine and nothing else. Facts enter one by one, in the order of the rules;
whatever one fact makes ready fires, lowest priority first, before the next fact enters.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import Any

from tieuchi.chaining.fence import Comparison, Fact, Fenced, FireRule, Firing, Op, fenced

_HOLDS: dict[Op, Callable[[Any, Any], bool]] = {
    "gte": operator.ge,
    "lt": operator.lt,
    "gt": operator.gt,
    "lte": operator.le,
    "eq": operator.eq,
}


def fire_reference(rules: Sequence[FireRule] | Fenced, facts: Iterable[Fact]) -> tuple[Firing, ...]:
    """Return what fires, in the order the engine fires it.

    Args:
        rules: As given to ``RuleHost``. Those that passed the fence already (``RuleHost.rules``) are quicker.
        facts: Of one unit.

    Raises:
        FenceError: A rule or a fact is outside the fence.

    Example:
        >>> rules = [
        ...     FireRule("8.2/b", "val:8.2", (Comparison("lo", "gte", 80), Comparison("lo", "lt", 95))),
        ...     FireRule("late", "val:8.2", (Comparison("lo", "lt", 90),), derives=("finding:late",)),
        ...     FireRule("veto", "finding:late", also=("val:8.2",)),
        ... ]
        >>> [f.rule for f in fire_reference(rules, [Fact("val:8.2", {"lo": 85})])]
        ['8.2/b', 'late', 'veto']
    """
    book = rules if isinstance(rules, Fenced) else fenced(rules)
    given = {fact.key: fact.props for fact in book.admit(facts)}
    here: dict[str, Mapping[str, int | str]] = {}
    ready: list[tuple[int, int]] = []
    firings: list[Firing] = []

    def enter(key: str, props: Mapping[str, int | str]) -> None:
        here[key] = props
        for place in book.watching.get(key, ()):
            if _holds(book.rules[place], here):
                heappush(ready, (book.rules[place].priority, place))

    for key, props in given.items():
        enter(key, props)
        while ready:
            rule = book.rules[heappop(ready)[1]]
            firings.append(Firing(rule.name, rule.key))
            for derived in rule.derives:
                if derived not in given and derived not in here:
                    enter(derived, {})
    return tuple(firings)


def _holds(rule: FireRule, here: Mapping[str, Mapping[str, int | str]]) -> bool:
    return (
        rule.key in here
        and all(key in here for key in rule.also)
        and all(_true_of(here[rule.key], test) for test in rule.comparisons)
    )


def _true_of(props: Mapping[str, int | str], test: Comparison) -> bool:
    return test.prop in props and _HOLDS[test.op](props[test.prop], test.value)
