"""What the proofs say agrees with trying every reading there is, on thousands of small scales."""

from __future__ import annotations

from collections import Counter
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from small_books import node_of
from small_scales import KINDS, MAKERS, ScaleMaker, every_reading
from tieuchi.errors import Example, RulebookError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.model.canonical import Tally, UnitKindTest
from tieuchi.model.number import parse_number
from tieuchi.model.plan import compile_plan
from tieuchi.model.scorecard import Inputs, Trace
from tieuchi.proofs.clauses import written_clauses
from tieuchi.proofs.leaf import stated_floors
from tieuchi.proofs.prove import doubts_of
from tieuchi.scoring.scorer import Scorer

SCALES_PER_KIND = 250
FEWER = {"composite": 120}
"""Kinds that the SMT solver is asked about again and again."""
UNREACHED = {"W501", "W504", "W507"}


class Tried:
    """Everything that comes of trying all readings of one sub-criterion."""

    def __init__(self, book: Any) -> None:
        plan = compile_plan(book)
        self.indicators = plan.indicators
        self.leaf = plan.leaves[0]
        self.scorer = Scorer(plan)
        self.places: set[tuple[int, int]] = set()
        self.held: set[str] = set()
        self.points: set[Fraction] = set()
        self.undefined = False
        for values in every_reading(plan.indicators, self.leaf.indicators):
            for kind in ("", *KINDS):
                self._try(kind, values)
        self.most = max(self.points, default=None)
        self.least = min(self.points, default=None)

    def _try(self, kind: str, values: dict[str, Fraction | bool | str]) -> None:
        trace = self.scorer.score_one(self.leaf, Inputs(kind, values, {}), {})
        if trace.reason == "zero_denominator":
            self.undefined = True
        if trace.points is None:
            return
        self.places.add((trace.route, trace.piece))
        self.points.add(trace.points)
        measured = self.leaf.routes[trace.route].measured
        if isinstance(measured, Tally):
            self.held |= {item.clause for item, held in zip(measured.items, trace.held, strict=True) if held}

    def score(self, example: Example) -> Trace:
        """Return what comes of the readings of an example."""
        values = {n: _value(text, self.indicators[n].kind) for n, text in example.readings.items()}
        return self.scorer.score_one(self.leaf, Inputs(example.unit_kind, values, {}), {})

    def unreached(self) -> set[str]:
        """Return the clauses that no reading reaches; what lies inside an unreached branch is not counted."""
        dead: list[tuple[Any, str]] = []
        for clause in written_clauses(self.leaf):
            if not self.places & set(clause.places) and not any(clause.path[: len(p)] == p for p, _ in dead):
                dead.append((clause.path, clause.name))
        for route in self.leaf.routes:
            if isinstance(route.measured, Tally):
                return {item.clause for item in route.measured.items} - self.held
        return {name for _, name in dead}

    def unreached_by_kind(self) -> set[str]:
        """Return the clauses that a factor on thresholds puts out of reach for a kind of unit, but not for all."""
        scale = self.leaf.criterion.scale
        if scale is None or scale.by_unit_kind is None or scale.by_unit_kind.of != "thresholds":
            return set()
        routes = self.leaf.routes
        base = len(routes) - 1
        found = set()
        for clause in written_clauses(self.leaf):
            for _, index in (place for place in clause.places if place[0] == base and place in self.places):
                for place, route in enumerate(routes[:-1]):
                    kinds = [test.kinds[0] for test in route.tests if isinstance(test, UnitKindTest)]
                    found |= {f"{clause.name} ({kind})" for kind in kinds if (place, index) not in self.places}
        return found


def _value(text: str | bool, kind: str) -> Fraction | bool | str:
    if isinstance(text, bool) or kind == "choice":
        return text
    return Fraction(date.fromisoformat(text).toordinal()) if kind == "date" else parse_number(text)


def check_one(tree: Any, seen: Counter[str]) -> None:
    root = node_of(tree)
    try:
        book = rulebook_of(root)
    except RulebookError:
        seen["refused"] += 1
        return
    doubts = doubts_of(book, root)
    codes = {doubt.code for doubt in doubts}
    assert not codes & {"W597", "W598", "W599"}, doubts
    tried = Tried(book)
    mixed = bool(codes & {"W519", "W520", "W521"})
    if not mixed:
        said = {doubt.clauses[0] for doubt in doubts if doubt.code in UNREACHED}
        assert said == tried.unreached() | tried.unreached_by_kind(), tree
        assert ("W502" in codes) == (tried.most is None or tried.most < 1), tree
        stated = set(stated_floors(tried.leaf.criterion.scale))
        assert ("W505" in codes) == (tried.least is not None and tried.least > 0 and tried.least not in stated), tree
    assert bool(codes & {"W503", "W508"}) == tried.undefined, tree
    assert not codes & {"W517", "W518"}
    for doubt in doubts:
        seen[doubt.code] += 1
        if doubt.code in ("W502", "W505") and doubt.examples:
            shown = tried.score(doubt.examples[0])
            assert shown.points == (tried.most if doubt.code == "W502" else tried.least), tree
    seen["checked"] += 1
    seen["clean"] += not codes


@pytest.mark.parametrize("kind", MAKERS)
def test_proofs_agree_with_trying_every_reading(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    seen: Counter[str] = Counter()
    for seed in range(FEWER.get(kind, SCALES_PER_KIND)):
        check_one(ScaleMaker(Random(f"{kind}-{seed}")).make(kind), seen)
    assert seen["checked"] > FEWER.get(kind, SCALES_PER_KIND) / 2, seen
    with capsys.disabled():
        print(f"\n{kind}: {seen['checked']} scales tried against every reading, {seen['clean']} without a doubt")  # noqa: T201
