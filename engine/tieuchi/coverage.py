"""Which clauses and findings the cases of a rulebook exercise, and which they leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tieuchi.casework import Outcome
from tieuchi.model.canonical import Quotient, Tally
from tieuchi.model.lowering import span_finder
from tieuchi.model.plan import LeafPlan, compile_plan, piece_range
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scale import Span
from tieuchi.model.scorecard import Score, Scorecard, Trace
from tieuchi.proofs.clauses import written_clauses

Name = tuple[str, str]
"""A sub-criterion and a clause in it; a finding has the sub-criterion it acts on, or none."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Clauses and findings of one rulebook: all there are, and those that no case exercises."""

    clauses: tuple[Name, ...]
    findings: tuple[Name, ...]
    unexercised_clauses: tuple[Name, ...]
    unexercised_findings: tuple[Name, ...]


def coverage_of(book: Rulebook, outcomes: Iterable[Outcome]) -> Coverage:
    """Return what the cases of one rulebook exercise.

    A clause counts as exercised where a case expects something of its sub-criterion, of a criterion above it or of
    the total, and takes that clause. A part of a checklist counts once it holds.
    """
    clauses: dict[Name, None] = {}
    plan = compile_plan(book)
    span_of = span_finder(plan.indicators)
    for leaf in plan.leaves:
        clauses.update(dict.fromkeys((leaf.id, name) for name in _clause_names(leaf, span_of)))
    findings = {
        (consequence.criterion, found.finding.id): None
        for found in plan.findings
        for consequence in found.finding.consequences
    }
    findings |= {("", found.finding.id): None for found in plan.findings if not found.finding.consequences}
    seen_clauses: set[Name] = set()
    seen_findings: set[Name] = set()
    for outcome in outcomes:
        if outcome.card is not None:
            for trace in _expected(outcome, outcome.card):
                seen_clauses.update((trace.plan.id, name) for name in _taken(trace))
                seen_findings.update((trace.plan.id, taken.finding) for taken in trace.taken if taken.amount)
            seen_findings.update(("", state.id) for state in outcome.card.findings if state.holds)
    return Coverage(
        tuple(clauses),
        tuple(findings),
        tuple(name for name in clauses if name not in seen_clauses),
        tuple(name for name in findings if name not in seen_findings),
    )


def _clause_names(leaf: LeafPlan, span_of: Callable[[Quotient], Span]) -> Iterator[str]:
    """Yield the clauses of a sub-criterion, with the branch they stand in, as scorecards write them.

    A part of a slope beyond the values there can be is none; a clause that was written and is out of reach is one.
    """
    if leaf.declared:
        return
    tallies = [route.measured for route in leaf.routes if isinstance(route.measured, Tally)]
    yield from (item.clause for tally in tallies for item in tally.items)
    if tallies:
        return
    written = written_clauses(leaf)
    reached: dict[tuple[int, int], str] = {}
    beyond: dict[tuple[int, int], str] = {}
    for place, route in enumerate(leaf.routes):
        for index, piece in enumerate(route.pieces):
            span = span_of(route.measured) if isinstance(route.measured, Quotient) else Span()
            name = piece.clause if route.clause in (None, piece.clause) else f"{route.clause}/{piece.clause}"
            there = bool(piece_range(piece, span, leaf.floor, leaf.criterion.max_points))
            (reached if there else beyond)[place, index] = name
    places = {place for clause in written for place in clause.places}
    for at, name in reached.items():
        if at in places or not written or leaf.routes[at[0]].pieces[at[1]].rate:
            yield name
    for clause in written:
        if not set(clause.places) & set(reached):
            yield from (beyond[at] for at in clause.places if at in beyond)


def _taken(trace: Trace) -> Iterator[str]:
    if trace.held:
        measured = trace.plan.routes[trace.route].measured
        assert isinstance(measured, Tally)
        yield from (item.clause for item, held in zip(measured.items, trace.held, strict=True) if held)
    elif trace.base_clause is not None:
        yield trace.base_clause


def _expected(outcome: Outcome, card: Scorecard) -> Iterator[Trace]:
    """Yield the traces that a case expects something of."""
    assert outcome.case.form.expect is not None
    expected = outcome.case.form.expect.scores
    nodes: list[Score] = [card.total if name == "total" else card[name] for name in expected]
    if outcome.case.form.expect.grade is not None:
        nodes.append(card.total)
    for node in nodes:
        yield from (part.trace for part in node.walk() if part.trace is not None)
