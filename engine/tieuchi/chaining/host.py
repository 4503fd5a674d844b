"""The rules, compiled once for durable-rules and fired for one unit after another.

How a run goes, each point against a fault of the engine that was measured: a host without its background
threads; one lock; a new state for each run, opened by a boot fact whose rule must fire (a state in which
nothing ever fired can't be deleted) and closed by a second one (so that work given up on the way is
noticed); facts one by one; derived facts only where a rule waits for them; errors of actions, which the
engine swallows, collected and raised; the state deleted at the end of the run, the rulesets when the host is
closed.

Rules that depend on each other stand in one ruleset. All others are dealt out, so that none of the engine's
limits is met; a key whose own rules are too many for one ruleset has its fact asserted in several.
"""

from __future__ import annotations

import struct
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from types import TracebackType
from typing import Any, Self

from tieuchi.chaining.fence import (
    Comparison,
    Fact,
    Fenced,
    FenceError,
    FireRule,
    Firing,
    engine_hashes,
    fenced,
)

MOST_RULES = 3_500
"""Rules of one ruleset; the engine stops at 4,096, and each key may need a sink."""
MOST_KEYS = 450
"""Keys of one ruleset. At 512 different first conditions the engine loops for ever."""
MOST_BRANCHES = 450
"""Different conditions that may follow one condition; the same table of 512."""
MOST_SAME = 250
"""Rules that end in the same condition. At 256 the engine crashes."""
MOST_PENDING = 60
"""Conditions true of one fact that wait to be followed up. The engine has room for 64."""

_BOOT = "$boot"
_LAST = "$last"


@cache
def unavailable_reason() -> str:
    """Return why durable-rules can't be used here, or an empty text."""
    try:
        import durable.engine  # noqa: F401
    except Exception as error:  # noqa: BLE001 - whatever keeps a native module from loading is a reason
        return f"{type(error).__name__}: {error}"
    # The engine reads thresholds into a C long. Where that has 32 bits (Windows), it clamps them.
    return "" if struct.calcsize("l") >= struct.calcsize("q") else "C long has less than 64 bits here"


def available() -> bool:
    """Whether durable-rules is installed and can be used."""
    return not unavailable_reason()


class RuleHost:
    """Rules compiled for durable-rules, to be fired for any number of units, from any thread.

    Its memory lies outside Python's: close it, or use it in a ``with`` statement.

    Example:
        >>> rules = [FireRule("8.2/b", "val:8.2", (Comparison("lo", "gte", 80), Comparison("lo", "lt", 95)))]
        >>> if available():
        ...     with RuleHost(rules) as host:
        ...         assert host.fire([Fact("val:8.2", {"lo": 80})]) == (Firing("8.2/b", "val:8.2"),)
    """

    def __init__(self, rules: Sequence[FireRule]) -> None:
        if not available():
            raise FenceError("F120", {"reason": unavailable_reason()})
        self.rules: Fenced = fenced(rules)
        """The rules as compiled. ``fire_reference`` takes them as they are."""
        self._places = {rule.name: place for place, rule in enumerate(self.rules.rules)}
        self._lock = threading.Lock()
        self._log = _Log(_distinct_ids(self.rules.kinds))
        names = (_BOOT, _LAST, *self._log.ids.values())
        self._taken = {hashed for name in names for hashed in engine_hashes(name)}
        self._runs = count()
        self._engine, self._unhandled = _quiet_host()
        self._close = weakref.finalize(self, _release, self._engine)
        self._rulesets: dict[str, list[str]] = {}
        for number, shard in enumerate(split(self.rules)):
            self._compile(f"rules-{number}", shard)

    def fire(self, facts: Iterable[Fact]) -> tuple[Firing, ...]:
        """Return the rules that fire for the facts of one unit, in the order they do.

        Facts enter in the order of the rules, whatever order they are given in; what one fact sets off fires
        before the next one enters. Facts that no rule looks at, or for which none holds, set off nothing.

        Raises:
            FenceError: A fact is outside the fence, the host is closed, or the engine gave up on the way.
        """
        admitted = self.rules.admit(facts)
        with self._lock:
            if not self._close.alive:
                raise FenceError("F121")
            if not admitted:
                return ()
            return self._run(admitted)

    def close(self) -> None:
        """Give back what the engine holds. Closing again does nothing."""
        with self._lock:
            self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _compile(self, name: str, shard: Shard) -> None:
        definition: dict[str, dict[str, Any]] = {
            _BOOT: {"all": [{"m": {"key": _BOOT}}], "run": _beat(name, self._log), "pri": 0}
        }
        # Sorted here, so that the order in which the engine numbers its actions is plain to see.
        for rule in sorted(shard.rules, key=lambda rule: rule.priority):
            others = ({f"m{number}": {"key": key}} for number, key in enumerate(rule.also))
            definition[rule.name] = {
                "all": [{"m": _condition(rule)}, *others],
                "run": _action(rule, self._log),
                "pri": rule.priority,
            }
        for key in shard.unheard():
            definition[f"$sink {key}"] = {"all": [{"m": {"key": key}}], "run": _nothing, "pri": 65_535}
        self._engine.set_rulesets({name: definition})
        for key in shard.keys:
            self._rulesets.setdefault(key, []).append(name)

    def _run(self, facts: Sequence[Fact]) -> tuple[Firing, ...]:
        log = self._log
        log.clear(fact.key for fact in facts)
        sid = self._new_sid()
        rulesets = list(dict.fromkeys(name for fact in facts for name in self._rulesets[fact.key]))
        try:
            for name in rulesets:
                self._enter(name, {"key": _BOOT, "id": _BOOT, "sid": sid})
            for fact in facts:
                self._enter_fact(fact, sid)
            for name in rulesets:
                self._enter(name, {"key": _BOOT, "id": _LAST, "sid": sid})
        finally:
            for name in log.beats:
                self._engine.delete_state(name, sid)
        if log.errors:
            raise log.errors[0]
        if any(log.beats[name] != 2 for name in rulesets):
            raise FenceError("F122")
        return tuple(log.firings)

    def _enter_fact(self, fact: Fact, sid: str) -> None:
        rulesets = self._rulesets[fact.key]
        begin = len(self._log.firings)
        for name in rulesets:
            self._enter(name, {**fact.props, "key": fact.key, "id": self._log.ids[fact.key], "sid": sid})
        if len(rulesets) > 1:
            rules = self.rules.rules
            mine = [self._places[firing.rule] for firing in self._log.firings[begin:]]
            mine.sort(key=lambda place: (rules[place].priority, place))
            self._log.firings[begin:] = [Firing(rules[place].name, fact.key) for place in mine]

    def _enter(self, ruleset: str, fact: dict[str, int | str]) -> None:
        try:
            state = self._engine.assert_fact(ruleset, fact)
        except self._unhandled:
            return  # no rule holds for it: the engine has not kept it, and its state is as before
        if state and "exception" in state:
            self._log.errors.append(RuntimeError(state["exception"]))

    def _new_sid(self) -> str:
        # The engine keeps a fact named "sid-…" of its own among ours.
        sids = map(str, self._runs)
        return next(sid for sid in sids if self._taken.isdisjoint(engine_hashes(f"sid-{sid}")))


@dataclass(slots=True)
class _Log:
    """What the actions of one run leave behind. They hold this instead of the host, which can be freed."""

    ids: Mapping[str, str]
    present: set[str] = field(default_factory=set)
    firings: list[Firing] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    beats: Counter[str] = field(default_factory=Counter)

    def clear(self, given: Iterable[str]) -> None:
        self.present = set(given)
        self.firings, self.errors, self.beats = [], [], Counter()


def _action(rule: FireRule, log: _Log) -> Callable[[Any], None]:
    # One positional parameter, no defaults: the engine counts them, and takes two for an asynchronous action.
    def fired(match: Any) -> None:
        try:
            log.firings.append(Firing(rule.name, match.m["key"]))
            for key in rule.derives:
                if key not in log.present:
                    log.present.add(key)
                    match.assert_fact({"key": key, "id": log.ids[key]})
        except BaseException as error:  # noqa: BLE001 - the engine would swallow it; the run raises it
            log.errors.append(error)

    return fired


def _beat(ruleset: str, log: _Log) -> Callable[[Any], None]:
    def beat(_match: Any) -> None:
        log.beats[ruleset] += 1

    return beat


def _nothing(_match: Any) -> None:
    pass


def _condition(rule: FireRule) -> dict[str, Any]:
    key: dict[str, Any] = {"key": rule.key}
    if not rule.comparisons:
        return key
    tests = ({t.prop: t.value} if t.op == "eq" else {f"${t.op}": {t.prop: t.value}} for t in rule.comparisons)
    return {"$and": [key, *tests]}


def _distinct_ids(keys: Iterable[str]) -> dict[str, str]:
    """Return a short id for each key. The engine knows ids by hash only, so no two may share one."""
    taken = {*engine_hashes(_BOOT), *engine_hashes(_LAST)}
    candidates = (f"k{number}" for number in count())
    ids: dict[str, str] = {}
    for key in keys:
        ids[key] = next(name for name in candidates if taken.isdisjoint(engine_hashes(name)))
        taken.update(engine_hashes(ids[key]))
    return ids


def _quiet_host() -> tuple[Any, type[Exception]]:
    """Return a host of the engine without its two background threads, and what it raises for an idle fact."""
    from durable.engine import Host, MessageNotHandledException

    return type("QuietHost", (Host,), {"_run": lambda _host: None})(), MessageNotHandledException


def _release(engine: Any) -> None:
    from durable.engine import durable_rules_engine

    for ruleset in engine._ruleset_list:
        durable_rules_engine.delete_ruleset(ruleset._handle)
        ruleset._actions.clear()
    engine._ruleset_list.clear()
    engine._ruleset_directory.clear()


# --- Dealing the rules out over rulesets -----------------------------------------------------------


@dataclass(slots=True)
class Shard:
    """The rules of one ruleset, and every key they name."""

    rules: list[FireRule] = field(default_factory=list)
    keys: dict[str, None] = field(default_factory=dict)

    def unheard(self) -> list[str]:
        """Return the derived keys for which no rule always waits. The engine refuses facts without a rule."""
        heard = {rule.key for rule in self.rules if not rule.comparisons}
        heard.update(key for rule in self.rules for key in rule.also)
        derived = dict.fromkeys(key for rule in self.rules for key in rule.derives)
        return [key for key in derived if key not in heard]

    def has_room_for(self, other: Shard) -> bool:
        """Whether the other's rules may join these without meeting a limit."""
        return (
            len(self.rules) + len(other.rules) <= MOST_RULES
            and len(self.keys) + len(other.keys) <= MOST_KEYS
            and self.keys.keys().isdisjoint(other.keys)
        )


def split(book: Fenced) -> list[Shard]:
    """Deal rules out over rulesets: linked ones together, the others as they fit.

    Raises:
        FenceError: Rules that must stay together are too many for one ruleset.
    """
    shards: list[Shard] = []
    for bundle in _bundles(book):
        shard = next((shard for shard in shards if shard.has_room_for(bundle)), None)
        if shard is None:
            shards.append(bundle)
        else:
            shard.rules += bundle.rules
            shard.keys.update(bundle.keys)
    return shards


def _bundles(book: Fenced) -> Iterator[Shard]:
    """Yield the smallest sets of rules that may be parted."""
    leader = _leaders(book)
    bundles: dict[str, Shard] = {}
    for key in book.kinds:
        bundles.setdefault(leader[key], Shard()).keys[key] = None
    for rule in book.rules:
        bundles[leader[rule.key]].rules.append(rule)
    for bundle in bundles.values():
        if len(bundle.keys) > 1:
            _refuse_too_large(bundle)
            yield bundle
        else:
            yield from (Shard(rules, dict(bundle.keys)) for rules in _fitting(bundle.rules))


def _leaders(book: Fenced) -> dict[str, str]:
    """Return for each key the one that stands for all keys linked with it."""
    leader = {key: key for key in book.kinds}

    def find(key: str) -> str:
        while leader[key] != key:
            leader[key] = key = leader[leader[key]]
        return key

    for rule in book.rules:
        for key in (*rule.also, *rule.derives):
            leader[find(key)] = find(rule.key)
    return {key: find(key) for key in leader}


def _fitting(rules: list[FireRule]) -> Iterator[list[FireRule]]:
    if _excess(rules, 0) is None:
        yield rules
    else:
        middle = len(rules) // 2
        yield from _fitting(rules[:middle])
        yield from _fitting(rules[middle:])


def _refuse_too_large(bundle: Shard) -> None:
    first = next(iter(bundle.keys))
    excesses = [(first, "rules", len(bundle.rules), MOST_RULES), (first, "keys", len(bundle.keys), MOST_KEYS)]
    by_key: dict[str, list[FireRule]] = {key: [] for key in bundle.keys}
    for rule in bundle.rules:
        by_key[rule.key].append(rule)
    waited_for = Counter(key for rule in bundle.rules for key in rule.also)
    excesses += [(key, *excess) for key, rules in by_key.items() if (excess := _excess(rules, waited_for[key]))]
    for key, what, number, most in excesses:
        if number > most:
            raise FenceError("F112", {"key": key, "what": what, "count": number, "most": most})


_Tree = dict[Comparison, "_Tree"]


def _excess(rules: Sequence[FireRule], waited_for: int) -> tuple[str, int, int] | None:
    """Return the limit that the rules of one key would meet in one ruleset, if any."""
    tree: _Tree = {}
    ends: Counter[tuple[Comparison, ...]] = Counter({(): waited_for})
    for rule in rules:
        ends[rule.comparisons] += 1
        node = tree
        for test in rule.comparisons:
            node = node.setdefault(test, {})
    limits = (
        ("rules", len(rules), MOST_RULES),
        ("same", max(ends.values()), MOST_SAME),
        ("branches", _branches(tree), MOST_BRANCHES),
        ("pending", _pending(tree), MOST_PENDING),
    )
    return next((limit for limit in limits if limit[1] > limit[2]), None)


def _branches(tree: _Tree) -> int:
    return max([len(tree), *map(_branches, tree.values())])


def _pending(tree: _Tree) -> int:
    """Return how many conditions can wait at once: those true together, of which one is being followed up."""
    together = len({(test.prop, test.op, "" if test.op == "eq" else test.value) for test in tree})
    return max([together, *(together - 1 + _pending(branch) for branch in tree.values())])
