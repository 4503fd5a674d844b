"""What may enter the rule engine: the shapes, the limits, and the refusals.

durable-rules 2.0.28 is exact on a small field and silent, wrong or fatal just outside it. Numbers are
clamped at 2^63, texts compared modulo 65,536 bytes, names told apart by a 32-bit hash, "1" equals 1. So
nothing gets near it unchecked: ``fenced`` admits rules, ``Fenced.admit`` admits facts, and both refuse with
one ``FenceError``. Texts are brought to NFC on the way in. The engine and its twin in plain Python are given
the same admitted things.
"""

from __future__ import annotations

import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from tieuchi.errors import TieuchiError
from tieuchi.words import Language, Text

Op = Literal["gte", "lt", "gt", "lte", "eq"]
Kind = Literal["number", "text"]

OPS: tuple[Op, ...] = get_args(Op)

LARGEST = 2**62
"""Whole numbers stay below this, on both sides of zero: the engine clamps at 2^63 without a word."""
LONGEST = 16_000
"""Bytes of one text as JSON. Far below 65,536, where the engine starts to count from zero again."""
MOST_ALSO = 8
"""Further facts of one rule. The engine joins 16 at most."""
MOST_COMPARISONS = 64
"""Comparisons of one rule. The engine's limit of 31 terms counts joins of facts only; these are none."""
MOST_PROPS = 200
"""Properties of one fact that rules look at. The engine holds 252 besides its own."""
LARGEST_PRIORITY = 65_535
"""The engine keeps priorities in 16 bits, and wraps."""

OWN_NAMES = ("key", "id", "sid")
"""Properties of every fact that are the engine's or ours."""
_ENGINE_WORDS = (
    "$s $i $m $l $r $eq $neq $lt $lte $gt $gte $ex $nex $mt $imt $iall $iany $or $and $add $sub $mul $div "
    "$forward $time $not $all $any"
)

_TEXTS: dict[str, Text] = {
    "F100": Text("{what} “{text}” trống hoặc bắt đầu bằng $", "{what} “{text}” is empty or begins with $"),
    "F101": Text("{what} “{text}…” dài hơn {most} byte", "{what} “{text}…” is longer than {most} bytes"),
    "F102": Text("{what} {text} không viết được bằng UTF-8", "{what} {text} can't be written in UTF-8"),
    "F103": Text("“{name}” không dùng được làm tên thuộc tính", "“{name}” can't be the name of a property"),
    "F104": Text("quy tắc “{name}” có hai lần", "there are two rules “{name}”"),
    "F105": Text("{where}: số {value} không nhỏ hơn 2^62", "{where}: the number {value} is not below 2^62"),
    "F106": Text(
        "{where}: {value} không phải số nguyên hay chữ", "{where}: {value} is neither a whole number nor text"
    ),
    "F107": Text("{where}: chỗ là số, chỗ là chữ", "{where}: a number in one place and text in another"),
    "F108": Text("{where}: không so được “{op}” với {value}", "{where}: “{op}” can't be asked of {value}"),
    "F109": Text(
        "thuộc tính “{name}” và “{other}” trùng mã băm",
        "properties “{name}” and “{other}” have the same hash",
    ),
    "F110": Text("quy tắc “{name}”: {what} là {count}, quá {most}", "rule “{name}”: {what} is {count}, above {most}"),
    "F111": Text("quy tắc “{name}” nêu “{key}” hai lần", "rule “{name}” names “{key}” twice"),
    "F112": Text(
        "{what} của các quy tắc nối với “{key}” là {count}, quá {most}",
        "{what} of the rules linked with “{key}” is {count}, above {most}",
    ),
    "F113": Text("có hai dữ kiện “{key}”", "there are two facts “{key}”"),
    "F120": Text("không dùng được durable-rules: {reason}", "durable-rules can't be used: {reason}"),
    "F121": Text("bộ máy quy tắc đã đóng", "the rule engine is closed"),
    "F122": Text("bộ máy quy tắc bỏ dở lần chạy này", "the rule engine did not finish this run"),
}


class FenceError(TieuchiError):
    """A rule, a fact or a run is outside what the engine does soundly. ``code`` never changes its meaning."""

    def __init__(self, code: str, facts: Mapping[str, object] | None = None) -> None:
        self.code = code
        self.facts = {name: str(fact) for name, fact in (facts or {}).items()}
        super().__init__(code, self.facts)

    def text(self, language: Language = "vi") -> str:
        """Return ``code: what is outside``."""
        return f"{self.code}: {_TEXTS[self.code].fill(language, **self.facts)}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One property of the fact against a whole number, or equal to a text."""

    prop: str
    op: Op
    value: int | str


@dataclass(frozen=True, slots=True)
class FireRule:
    """Fires when the fact ``key`` is there, its comparisons hold, and the facts ``also`` are there too.

    ``derives`` are facts without properties that come to be when it fires. A fact that was given, or derived
    before, is not derived again. Of the rules that are ready, the one with the lowest ``priority`` fires
    first, then the one defined first.
    """

    name: str
    key: str
    comparisons: tuple[Comparison, ...] = ()
    also: tuple[str, ...] = ()
    derives: tuple[str, ...] = ()
    priority: int = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of one unit under one key. A unit has one fact of a key at most."""

    key: str
    props: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Firing:
    """A rule that fired, and the key of the fact it looked at."""

    rule: str
    fact: str


@dataclass(frozen=True, slots=True)
class Fenced:
    """Rules that passed the fence.

    ``kinds`` holds every key the rules name, in their order, each with its properties and what these are.
    ``watching`` says which rules, by place in ``rules``, wait for a fact of a key.
    """

    rules: tuple[FireRule, ...]
    kinds: Mapping[str, Mapping[str, Kind]]
    watching: Mapping[str, tuple[int, ...]]
    places: Mapping[str, int]
    """The place of each key in ``kinds``."""

    def admit(self, facts: Iterable[Fact]) -> tuple[Fact, ...]:
        """Return the facts that rules name, cut to the properties these look at, in the order of the rules.

        Raises:
            FenceError: A fact is there twice, or a value is none the engine compares soundly.
        """
        seen: set[str] = set()
        admitted: list[Fact] = []
        for fact in facts:
            key = admit_text(fact.key, "key")
            if key in seen:
                raise FenceError("F113", {"key": key})
            seen.add(key)
            kinds = self.kinds.get(key, {})
            props: dict[str, int | str] = {}
            for name, value in fact.props.items():
                where = f"{key}.{name}"
                prop = name if name.isascii() else unicodedata.normalize("NFC", name)
                clean = admit_value(value, where)
                kind = kinds.get(prop)
                if kind is not None:
                    _same_kind(kind, clean, where)
                    props[prop] = clean
            if key in self.places:
                admitted.append(Fact(key, props))
        return tuple(sorted(admitted, key=lambda fact: self.places[fact.key]))


def fenced(rules: Sequence[FireRule]) -> Fenced:
    """Return the rules brought to NFC and proven to be inside the fence.

    Raises:
        FenceError: Any of them is outside.

    Example:
        >>> fenced([FireRule("5.1/b", "val:5.1", (Comparison("lo", "gte", 900_000),))]).kinds
        {'val:5.1': {'lo': 'number'}}
    """
    clean = tuple(_admit_rule(rule) for rule in rules)
    kinds: dict[str, dict[str, Kind]] = {}
    watching: defaultdict[str, list[int]] = defaultdict(list)
    names: set[str] = set()
    for place, rule in enumerate(clean):
        if rule.name in names:
            raise FenceError("F104", {"name": rule.name})
        names.add(rule.name)
        for key in (rule.key, *rule.also):
            watching[key].append(place)
        for key in (rule.key, *rule.also, *rule.derives):
            kinds.setdefault(key, {})
        for test in rule.comparisons:
            where = f"{rule.key}.{test.prop}"
            _same_kind(kinds[rule.key].setdefault(test.prop, _kind(test.value)), test.value, where)
    for key, props in kinds.items():
        if len(props) > MOST_PROPS:
            raise FenceError("F112", {"key": key, "what": "props", "count": len(props), "most": MOST_PROPS})
    _refuse_colliding({prop for props in kinds.values() for prop in props})
    places = {key: place for place, key in enumerate(kinds)}
    return Fenced(clean, kinds, {key: tuple(those) for key, those in watching.items()}, places)


def admit_text(text: object, what: str) -> str:
    """Return a name in NFC, or refuse it."""
    if not isinstance(text, str) or not text or text.startswith("$"):
        raise FenceError("F100", {"what": what, "text": text})
    return _short(text, what)


def admit_value(value: object, where: str) -> int | str:
    """Return a value as the engine may see it, texts in NFC, or refuse it."""
    if isinstance(value, str):
        return _short(value, where)
    if not isinstance(value, int) or isinstance(value, bool):
        raise FenceError("F106", {"where": where, "value": repr(value)[:40]})
    if not -LARGEST < value < LARGEST:
        raise FenceError("F105", {"where": where, "value": f"{value:#x}"[:40]})
    return int(value)


def engine_hashes(text: str) -> tuple[int, int]:
    """Return the hash by which the engine tells names apart, for signed and for unsigned ``char``.

    Which of the two it is depends on the processor, so a collision in either counts.
    """
    signed = plain = 0x811C9DC5
    for byte in text.encode():
        signed = ((signed ^ (byte | 0xFFFFFF00 if byte & 0x80 else byte)) * 0x01000193) & 0xFFFFFFFF
        plain = ((plain ^ byte) * 0x01000193) & 0xFFFFFFFF
    return signed, plain


def _short(text: str, what: str) -> str:
    if text.isascii() and len(text) * 6 < LONGEST:
        return str(text)
    clean = unicodedata.normalize("NFC", text)
    try:
        size = len(json.dumps(clean, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        raise FenceError("F102", {"what": what, "text": ascii(text[:40])}) from None
    if size > LONGEST:
        raise FenceError("F101", {"what": what, "text": text[:40], "most": LONGEST})
    return clean


def _kind(value: int | str) -> Kind:
    return "text" if isinstance(value, str) else "number"


def _same_kind(kind: Kind, value: int | str, where: str) -> None:
    if kind != _kind(value):
        raise FenceError("F107", {"where": where})


def _admit_rule(rule: FireRule) -> FireRule:
    name = admit_text(rule.name, "rule")
    counts = (
        ("also", len(rule.also), MOST_ALSO),
        ("comparisons", len(rule.comparisons), MOST_COMPARISONS),
        ("priority", rule.priority, LARGEST_PRIORITY),
    )
    for what, count, most in counts:
        if not 0 <= count <= most:
            raise FenceError("F110", {"name": name, "what": what, "count": count, "most": most})
    clean = FireRule(
        name,
        admit_text(rule.key, "key"),
        tuple(_admit_comparison(test, rule.key) for test in rule.comparisons),
        tuple(admit_text(key, "key") for key in rule.also),
        tuple(admit_text(key, "key") for key in rule.derives),
        int(rule.priority),
    )
    for keys in ((clean.key, *clean.also), (clean.key, *clean.derives)):
        for place, key in enumerate(keys):
            if key in keys[:place]:
                raise FenceError("F111", {"name": name, "key": key})
    return clean


def _admit_comparison(test: Comparison, key: str) -> Comparison:
    prop = _short(test.prop, "property")
    if not prop.isidentifier() or prop in OWN_NAMES:
        raise FenceError("F103", {"name": prop})
    where = f"{key}.{prop}"
    value = admit_value(test.value, where)
    if test.op not in OPS or (isinstance(value, str) and test.op != "eq"):
        raise FenceError("F108", {"where": where, "op": test.op, "value": repr(value)[:40]})
    return Comparison(prop, test.op, value)


def _refuse_colliding(props: Iterable[str]) -> None:
    owners: dict[tuple[int, int], str] = {}
    for name in (*OWN_NAMES, *_ENGINE_WORDS.split(), *sorted(props)):
        for side_and_hash in enumerate(engine_hashes(name)):
            other = owners.setdefault(side_and_hash, name)
            if other != name:
                raise FenceError("F109", {"name": name, "other": other})
