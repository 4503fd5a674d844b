"""What the proofs say agrees with trying every reading there is, on thousands of small scales."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from small_books import book_tree, leaf, node_of
from small_scales import KINDS, MAKERS, ScaleMaker, every_reading
from tieuchi.errors import RulebookError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.model.canonical import Tally
from tieuchi.model.plan import compile_plan
from tieuchi.model.scale.bands import Band
from tieuchi.model.scorecard import Inputs
from tieuchi.proofs.clauses import written_clauses
from tieuchi.proofs.leaf import stated_floors
from tieuchi.proofs.prove import doubts_of
from tieuchi.scoring.scorer import Scorer

SCALES_PER_KIND = 250
UNREACHED = {"W501", "W504", "W507"}


class Tried:
    """Everything that comes of trying all readings of one sub-criterion."""

    def __init__(self, book: Any) -> None:
        plan = compile_plan(book)
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


def check_one(tree: Any, seen: Counter[str]) -> None:
    root = node_of(tree)
    try:
        book = rulebook_of(root)
    except RulebookError:
        seen["refused"] += 1
        return
    doubts = doubts_of(book, root)
    codes = {doubt.issue.code for doubt in doubts}
    assert "W599" not in codes, [d.issue for d in doubts]
    tried = Tried(book)
    mixed = bool(codes & {"W519", "W520", "W521"})
    if not mixed:
        said = {doubt.clauses[0] for doubt in doubts if doubt.issue.code in UNREACHED}
        assert said == tried.unreached(), tree
        assert ("W502" in codes) == (tried.most is None or tried.most < 1), tree
        stated = set(stated_floors(tried.leaf.criterion.scale))
        assert ("W505" in codes) == (tried.least is not None and tried.least > 0 and tried.least not in stated), tree
    assert bool(codes & {"W503", "W508"}) == tried.undefined, tree
    assert not codes & {"W517", "W518"}
    for doubt in doubts:
        seen[doubt.issue.code] += 1
        if doubt.issue.code in ("W502", "W505") and doubt.witness:
            shown = tried.scorer.score_one(tried.leaf, Inputs(doubt.unit_kind, doubt.witness, {}), {})
            assert shown.points == (tried.most if doubt.issue.code == "W502" else tried.least), tree
    seen["checked"] += 1
    seen["clean"] += not codes


@pytest.mark.parametrize("kind", MAKERS)
def test_proofs_agree_with_trying_every_reading(kind: str) -> None:
    seen: Counter[str] = Counter()
    for seed in range(SCALES_PER_KIND):
        check_one(ScaleMaker(Random(f"{kind}-{seed}")).make(kind), seen)
    assert seen["checked"] > SCALES_PER_KIND / 2, seen


def _covers(band: Band, x: Fraction) -> bool:
    low, high = band.lower, band.upper
    above = low is None or low.at is None or x > low.at or (low.closed and x == low.at)
    return above and (high is None or high.at is None or x < high.at or (high.closed and x == high.at))


def _drawn_bands(random: Random) -> list[dict[str, str]]:
    """Return bands with both ends: half of the time any, half of the time side by side, perhaps with one left out."""
    bands = []
    cuts = [Fraction(0), *sorted(random.sample([Fraction(n, 2) for n in range(1, 16)], 2)), Fraction(8)]
    tiled = random.random() < 0.5
    for index in range(random.randint(1, 4) if not tiled else 3):
        low, high = sorted(Fraction(random.randint(0, 16), 2) for _ in range(2))
        lower, upper = random.choice(["at_least", "more_than"]), random.choice(["at_most", "less_than"])
        if tiled:
            low, high, lower, upper = cuts[index], cuts[index + 1], "at_least", "at_most" if index == 2 else "less_than"
        bands.append({"clause": f"c{index}", "points": "1", lower: str(low), upper: str(high)})
    if tiled and random.random() < 0.5:
        del bands[random.randrange(3)]
    return bands


def test_gaps_and_overlaps_agree_with_trying_every_value() -> None:
    """Bands with both ends hold exactly where they say; whole counts from 0 to 8, thresholds on and between them."""
    random = Random("gaps")
    seen: Counter[str] = Counter()
    for _ in range(1_500):
        bands = _drawn_bands(random)
        range_ = {"kind": "count", "range": {"at_most": "8"}}
        tree = book_tree(leaf({"bands": bands}, value={"count": "n"}), indicators={"n": range_})
        try:
            rulebook_of(node_of(tree))
            codes = set()
        except RulebookError as error:
            codes = {issue.code for issue in error.issues}
        models = [Band.model_validate(band) for band in bands]
        if "R308" in codes:
            continue
        counts = [sum(_covers(band, Fraction(x)) for band in models) for x in range(9)]
        halves = [sum(_covers(band, Fraction(x, 4)) for band in models) for x in range(33)]
        assert ("R309" in codes) == (max(halves) > 1), bands
        if "R309" not in codes:
            assert bool(codes & {"R312", "R313"}) == (min(counts) == 0), bands
        seen.update(codes or {"sound"})
    assert min(seen[code] for code in ("R309", "R312", "R313", "sound")) > 20, seen
