"""durable-rules: a rule for each case of each sub-criterion; the engine decides which fires, and so the points.

The engine compares a property with a whole number, so a condition becomes the difference of its two sides against 0.
It runs behind tieuchi's own host, which spares it the uses that end the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from book import Case, Spec
from ours import NONE
from peers import Prepared
from peers.zen import Zen, contexts
from rules import cut_of, points_of
from tieuchi.chaining.fence import Comparison, Fact, FireRule
from tieuchi.chaining.host import RuleHost, unavailable_reason

if unavailable_reason():
    raise ImportError(unavailable_reason())

Row = dict[str, int]


class Term:
    """A figure that is worked out for a unit, or a choice between figures that rules make."""

    def __init__(self, worked: Callable[[Row], Any]) -> None:
        self.of = worked

    def __add__(self, other: Any) -> Any:
        if isinstance(other, (Choice, Sum)):
            return Sum([self, other])
        return Term(lambda row: self.of(row) + of(other, row))

    def __sub__(self, other: Any) -> Term:
        return Term(lambda row: self.of(row) - of(other, row))

    def __mul__(self, other: Any) -> Term:
        return Term(lambda row: self.of(row) * of(other, row))

    def __ge__(self, other: Any) -> Test:
        return Test(self - other, "gte")

    def __lt__(self, other: Any) -> Test:
        return Test(self - other, "lt")


def of(value: Any, row: Row) -> Any:
    return value.of(row) if isinstance(value, Term) else value


@dataclass
class Test:
    """A difference that is at least 0, or less."""

    difference: Term
    op: Any

    def negated(self) -> Test:
        return Test(self.difference, "lt" if self.op == "gte" else "gte")


@dataclass
class Choice:
    """Values behind conditions, the last without."""

    pairs: list[tuple[Test | None, Any]]

    def __add__(self, other: Any) -> Sum:
        return Sum([self, other])

    def ways(self, before: tuple[Test, ...] = ()) -> Iterator[tuple[tuple[Test, ...], Any]]:
        """Yield every value with all that must hold for it."""
        for test, value in self.pairs:
            held = before if test is None else (*before, test)
            if isinstance(value, Choice):
                yield from value.ways(held)
            else:
                yield held, value
            before = before if test is None else (*before, test.negated())


@dataclass
class Sum:
    """Choices that are made apart and added up."""

    parts: list[Any]

    def __add__(self, other: Any) -> Sum:
        return Sum([*self.parts, other])


class Durable(Zen):
    """Rules as choices; figures are worked out in Python, which of them counts is for the engine to say."""

    none = None  # type: ignore[assignment]
    kind = Term(lambda row: row["unit_kind"])  # type: ignore[assignment]

    def column(self, name: str) -> Any:
        return Term(lambda row: row[name])

    def case(self, pairs: Sequence[tuple[Any, Any]], otherwise: Any) -> Any:
        return Choice([*pairs, (None, otherwise)])

    def whole(self, above: Any, below: Any) -> Any:
        return Term(lambda row: above.of(row) // max(of(below, row), 1))

    def best(self, above: str, below: str) -> tuple[Any, Any]:
        return self.column(f"best_{above}"), self.column(f"best_{below}")

    def cut(self, spec: Spec, place: int) -> tuple[Any, Any]:
        return cut_of(spec, place)


@dataclass
class Asked:
    """One choice: the fact about it, its tests by property, and its value by rule."""

    spec: int
    key: str
    tests: list[Test]
    values: dict[str, Any]


def asked_of(case: Case) -> tuple[list[Asked], list[FireRule]]:
    """Return every choice of a rulebook with its rules."""
    asked: list[Asked] = []
    rules: list[FireRule] = []
    for place, spec in enumerate(case.specs):
        found = points_of(spec, Durable())
        for part in found.parts if isinstance(found, Sum) else [found]:
            one = Asked(place, f"value:{len(asked)}", [], {})
            for number, (tests, value) in enumerate(part.ways() if isinstance(part, Choice) else [((), part)]):
                compared = [Comparison(_prop(one, test), test.op, 0) for test in tests]
                name = f"{one.key}/{number}"
                rules.append(FireRule(name, one.key, tuple(compared) or (Comparison("there", "gte", 0),)))
                one.values[name] = value
            asked.append(one)
    return asked, rules


def _prop(one: Asked, test: Test) -> str:
    for place, known in enumerate(one.tests):
        if known.difference is test.difference:
            return f"t{place}"
    one.tests.append(test)
    return f"t{len(one.tests) - 1}"


class Rulebook:
    """The rules compiled, to score one unit after another."""

    def __init__(self, case: Case) -> None:
        self.asked, rules = asked_of(case)
        self.of_key = {one.key: one for one in self.asked}
        self.count = len(case.specs)
        self.host = RuleHost(rules)

    def score(self, row: Row) -> list[int | None]:
        """Return the points of every sub-criterion of one unit."""
        facts = [
            Fact(one.key, {"there": 1} | {f"t{i}": test.difference.of(row) for i, test in enumerate(one.tests)})
            for one in self.asked
        ]
        points: list[int | None] = [0] * self.count
        for firing in self.host.fire(facts):
            one = self.of_key[firing.fact]
            value, so_far = of(one.values[firing.rule], row), points[one.spec]
            points[one.spec] = None if value is None or so_far is None else so_far + value
        return points


def prepared(case: Case) -> Prepared:
    rulebook, rows = Rulebook(case), contexts(case)

    def matrix(found: Any) -> Any:
        return np.array([[NONE if p is None else p for p in row] for row in found], np.int64).T

    return Prepared(lambda: [rulebook.score(row) for row in rows], matrix)
