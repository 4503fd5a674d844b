"""The questions about findings: whether they can hold, and whether what they take makes any difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.query import Answer, Atom, Query, Undecided, Witness, atoms_of, denials_of
from tieuchi.algebra.solve import solve
from tieuchi.model.canonical import FindingTest, Test
from tieuchi.model.plan import FindingPlan, LeafPlan, Plan
from tieuchi.model.rulebook import Consequence
from tieuchi.model.scorecard import Inputs
from tieuchi.proofs.clash import clash_of
from tieuchi.proofs.doubt import Path, Raised
from tieuchi.scoring.scorer import Scorer

_ZERO = Fraction(0)


def finding_doubts(plan: Plan, domain: Domain, scorer: Scorer, paths: dict[str, Path]) -> Iterator[Raised]:
    """Yield findings that can never hold, and consequences that change nothing; ``paths`` lead to criteria."""
    known = _Known(plan, domain, scorer, paths)
    tests = {found.finding.id: found.tests for found in plan.findings}
    for found in plan.findings:
        path = known.path(found)
        answer = known.ask(Query(known.atoms(found)), found.indicators)
        if answer is None:
            placed = [((*path, *test.source), test) for test in found.tests]
            others, before = clash_of(placed, known.ask, domain, tests)
            yield Raised((*path, "when"), "W510", {"id": found.finding.id}, before, others=others)
            continue
        if isinstance(answer, Undecided):
            yield Raised((*path, "when"), "W599", {"clause": found.finding.id}, severity="note")
        for number, consequence in enumerate(found.finding.consequences):
            yield from _consequence_doubts(known, _Strike(found, number, consequence))


@dataclass(frozen=True, slots=True)
class _Strike:
    """One consequence, with the finding it belongs to and its place there."""

    found: FindingPlan
    number: int
    consequence: Consequence


@dataclass(slots=True)
class _Known:
    """The findings of a rulebook, each brought down to tests of readings."""

    plan: Plan
    domain: Domain
    scorer: Scorer
    paths: dict[str, Path]
    base: dict[str, tuple[Test, ...]] = field(default_factory=dict)
    order: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.order = {finding.id: place for place, finding in enumerate(self.plan.book.findings)}
        for found in self.plan.findings:
            parts = (self.base[test.finding] if isinstance(test, FindingTest) else (test,) for test in found.tests)
            self.base[found.finding.id] = tuple(test for part in parts for test in part)

    def ask(self, query: Query, names: tuple[str, ...] = ()) -> Answer:
        """Answer a query by readings that have some names too."""
        return solve(query, self.domain, names)

    def path(self, found: FindingPlan, *rest: str | int) -> Path:
        """Return the place of a finding, or of something in it."""
        return ("findings", self.order[found.finding.id], *rest)

    def place(self, strike: _Strike) -> Path:
        """Return the place of a consequence."""
        return self.path(strike.found, "consequences", strike.number)

    def atoms(self, found: FindingPlan) -> tuple[Atom, ...]:
        """Return what must hold for a finding to hold."""
        return tuple(atom for test in self.base[found.finding.id] for atom in atoms_of(test))

    def implies(self, found: FindingPlan, other: FindingPlan) -> bool:
        """Say whether a finding is proven to hold only where another does."""
        fails = tuple(atom for test in self.base[other.finding.id] for atom in denials_of(test))
        return found is other or self.ask(Query(self.atoms(found), (fails,))) is None

    def struck(self, found: FindingPlan, leaf: LeafPlan) -> tuple[Witness | None, Fraction | None]:
        """Return readings by which a finding holds where the sub-criterion applies, and what this then earns."""
        applies = tuple(atom for test in leaf.applies for atom in atoms_of(test))
        counts = [c.for_each for _, c in leaf.consequences if c.for_each]
        others = [test for place, _ in leaf.consequences for test in self.plan.findings[place].indicators]
        answer = self.ask(Query((*self.atoms(found), *applies)), (*leaf.indicators, *others, *counts))
        if not isinstance(answer, Witness):
            return None, None
        return answer, self.scorer.score_one(leaf, Inputs(answer.unit_kind, answer.values, {}), {}).points


def _consequence_doubts(known: _Known, strike: _Strike) -> Iterator[Raised]:
    """Report a consequence that stands twice, takes more than there is, or takes nothing."""
    consequence, finding = strike.consequence, strike.found.finding
    leaf = known.plan.by_id[consequence.criterion]
    witness, points = known.struck(strike.found, leaf)
    facts: dict[str, object] = {"id": finding.id, "criterion": leaf.id, "clause": consequence.clause}
    twin = next(
        (n for n, other in enumerate(finding.consequences[: strike.number]) if _alike(other, consequence)), None
    )
    if twin is not None:
        other = known.path(strike.found, "consequences", twin)
        names = (consequence.clause,) * 2
        yield Raised(known.place(strike), "W522", facts, witness, names, (other,), total=points)
        return
    limit = (*known.paths[leaf.id], "max_points")
    most = max((high for _, high in leaf.ranges), default=leaf.criterion.max_points)
    if consequence.at_most is not None and consequence.at_most >= most:
        facts |= {"most": consequence.at_most, "max": most}
        here = (*known.place(strike), "at_most")
        yield Raised(here, "W511", facts, witness, (consequence.clause,), (limit,), total=points)
        return
    if consequence.deduct is not None and consequence.deduct > most - leaf.floor:
        told = {"points": consequence.deduct, "max": most - leaf.floor}
        here = (*known.place(strike), "deduct")
        yield Raised(here, "W524", told, witness, (consequence.clause,), (limit,), total=points)
    stronger = next((other for other in _others(known.plan, strike) if _swallows(known, leaf, other, strike)), None)
    if stronger is not None:
        facts |= {"other": stronger.consequence.clause, "most": stronger.consequence.at_most or _ZERO}
        names = (consequence.clause, stronger.consequence.clause)
        yield Raised(known.place(strike), "W523", facts, witness, names, (known.place(stronger),), total=points)


def _alike(one: Consequence, other: Consequence) -> bool:
    same = (one.criterion, one.clause) == (other.criterion, other.clause)
    return same and (one.at_most is None) == (other.at_most is None)


def _others(plan: Plan, strike: _Strike) -> Iterator[_Strike]:
    """Yield the limits of the same sub-criterion, of this finding and others."""
    for place, consequence in plan.by_id[strike.consequence.criterion].consequences:
        found = plan.findings[place]
        number = next(n for n, own in enumerate(found.finding.consequences) if own is consequence)
        if consequence.at_most is not None and consequence is not strike.consequence:
            yield _Strike(found, number, consequence)


def _swallows(known: _Known, leaf: LeafPlan, other: _Strike, strike: _Strike) -> bool:
    """Say whether a limit always leaves nothing for a consequence to change; of two alike the first is kept."""
    limit = max(other.consequence.at_most or _ZERO, leaf.floor)
    own = strike.consequence.at_most
    if (limit > leaf.floor) if own is None else (own < limit):
        return False
    if not known.implies(strike.found, other.found):
        return False
    alike = own is not None and max(own, leaf.floor) == limit and known.implies(other.found, strike.found)
    return not alike or known.place(other) < known.place(strike)
