"""The questions about one sub-criterion: does it apply, is every clause reached, can the maximum be earned."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tieuchi.algebra.interval import Interval
from tieuchi.algebra.query import Query, Undecided, Witness, atoms_of, denials_of
from tieuchi.model.canonical import Quotient, Tally, Test
from tieuchi.model.lowering import span_finder, test_indicators
from tieuchi.model.number import exact_text
from tieuchi.model.plan import LeafPlan
from tieuchi.model.scale import Scale
from tieuchi.proofs.clash import clash_of, declarations
from tieuchi.proofs.clauses import Path, Written, written_clauses
from tieuchi.proofs.doubt import Raised
from tieuchi.proofs.kinds import kind_doubts
from tieuchi.proofs.lines import line_doubts
from tieuchi.proofs.reach import Reach

_ZERO = Fraction(0)


def leaf_doubts(reach: Reach) -> Iterator[Raised]:
    """Yield everything doubtful about one sub-criterion."""
    if reach.leaf.declared:
        return
    applied = list(_application(reach))
    yield from applied
    if any(raised.code == "W512" for raised in applied):
        # No reading reaches anything of it, for this one reason.
        return
    clauses = written_clauses(reach.leaf)
    yield from _unreached(reach, clauses)
    yield from _parts(reach)
    yield from _most(reach, clauses)
    yield from _least(reach, clauses)
    yield from line_doubts(reach, clauses)
    yield from kind_doubts(reach, clauses)


def _application(reach: Reach) -> Iterator[Raised]:
    """Report conditions of applying that never hold, or always do."""
    if not reach.leaf.applies:
        return
    holds = reach.ask(Query(tuple(atom for test in reach.leaf.applies for atom in atoms_of(test))))
    if holds is None:
        others, before = clash_of(reach.conditions(), reach.ask, reach.domain)
        yield Raised(("applies_when",), "W512", witness=before, others=others)
    fails = reach.ask(Query((), (tuple(atom for test in reach.leaf.applies for atom in denials_of(test)),)))
    if fails is None and isinstance(holds, Witness):
        read = tuple(dict.fromkeys(name for test in reach.leaf.applies for name in test_indicators(test)))
        yield Raised(("applies_when",), "W513", witness=holds, others=declarations(read, reach.domain))


def _unreached(reach: Reach, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Report clauses that no reading reaches, with readings that come nearest and the clause they reach instead."""
    dead: list[Path] = []
    for clause in clauses:
        answers = [reach.piece(*place) for place in clause.places]
        if any(isinstance(answer, Witness) for answer in answers):
            continue
        if any(clause.path[: len(path)] == path for path in dead):
            continue
        if any(isinstance(answer, Undecided) for answer in answers):
            yield Raised(clause.path, "W599", {"clause": clause.name}, clauses=(clause.name,), severity="note")
            continue
        dead.append(clause.path)
        yield _dead_clause(reach, clause, clauses)


def _dead_clause(reach: Reach, clause: Written, clauses: tuple[Written, ...]) -> Raised:
    """Say why a clause is not reached: an earlier one takes everything, its conditions clash, or the range ends."""
    if not clause.places:
        return _clashing(reach, clause, ())
    place, index = clause.places[0]
    route = reach.leaf.routes[place]
    open_route = reach.ask(reach.route(place))
    if not isinstance(open_route, Witness):
        tests = tuple(atom for test in (*reach.leaf.applies, *route.tests) for atom in atoms_of(test))
        shadowed = reach.ask(Query(tests))
        if isinstance(shadowed, Witness):
            return _raised(reach, clause, "W504", {}, shadowed, clauses)
        return _clashing(reach, clause, route.tests)
    if not isinstance(route.measured, Quotient):
        return _raised(reach, clause, "W504", {}, open_route, clauses)
    span = span_finder(reach.domain.indicators)(route.measured)
    piece = route.pieces[index]
    beyond = piece.lower.at is not None and span.high is not None and piece.lower.at >= span.high
    end = span.high if beyond else span.low
    nearest = reach.within(place, Interval(end, end)) if end is not None else None
    witness = nearest if isinstance(nearest, Witness) else reach.on_route(place) or open_route
    return _raised(reach, clause, "W501", {"low": _end(span.low), "high": _end(span.high)}, witness, clauses)


def _clashing(reach: Reach, clause: Written, tests: tuple[Test, ...]) -> Raised:
    """Report a clause whose conditions, with those of applying, can't all hold."""
    others, before = clash_of(reach.conditions(tests), reach.ask, reach.domain)
    return Raised(clause.path, "W507", {"clause": clause.name}, before, (clause.name,), others)


def _raised(
    reach: Reach, clause: Written, code: str, facts: dict[str, object], witness: Witness, clauses: tuple[Written, ...]
) -> Raised:
    taken = reach.taken(witness)
    other = next((c for c in reversed(clauses) if taken in c.places and c is not clause), None)
    names = (clause.name, other.name) if other else (clause.name,)
    told = {"clause": clause.name, "other": other.name if other else "–", **facts}
    return Raised(clause.path, code, told, witness, names, (other.path,) if other else ())


def _end(end: Fraction | None) -> str:
    return "∞" if end is None else exact_text(end)


def _parts(reach: Reach) -> Iterator[Raised]:
    """Report parts of a checklist that can never hold. Parts may hold together: that is what they are for."""
    for place, route in enumerate(reach.leaf.routes):
        if not isinstance(route.measured, Tally):
            continue
        before = reach.route(place)
        for item in route.measured.items:
            answer = reach.ask(before.also(*(atom for test in item.tests for atom in atoms_of(test))))
            path: Path = ("scale", "checklist", *item.source)
            if answer is None and reach.leaf.criterion.scale and reach.leaf.criterion.scale.checklist:
                others, shown = clash_of(reach.conditions(item.tests), reach.ask, reach.domain)
                yield Raised(path, "W507", {"clause": item.clause}, shown, (item.clause,), others)


def _most(reach: Reach, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Report a maximum that nobody can earn, with readings that earn the most."""
    goal = reach.leaf.criterion.max_points
    answer = reach.points(goal, at_least=True)
    if isinstance(answer, Undecided):
        yield Raised(("max_points",), "W598", {"max": goal}, severity="note")
    if answer is not None:
        return
    earned = max(reach.samples(), key=lambda pair: pair[0], default=None)
    if earned is not None:
        facts = {"most": earned[0], "max": goal}
        yield Raised(("max_points",), "W502", facts, earned[1], others=_clause_of(reach, clauses, earned[1]))


def _clause_of(reach: Reach, clauses: tuple[Written, ...], witness: Witness) -> tuple[Path, ...]:
    """Return the place of the clause that some readings take; of the scale where it has no name of its own."""
    taken = reach.taken(witness)
    return (next((clause.path for clause in reversed(clauses) if taken in clause.places), ("scale",)),)


def _least(reach: Reach, clauses: tuple[Written, ...]) -> Iterator[Raised]:
    """Report points that everybody gets, whatever the readings, beyond the declared minimum."""
    leaf = reach.leaf
    if leaf.criterion.scale is not None and leaf.criterion.scale.findings_only is not None and not leaf.consequences:
        facts: dict[str, object] = {"points": leaf.criterion.max_points}
        yield Raised(("scale", "findings_only"), "W515", facts, reach.whoever())
        return
    floor = max(leaf.floor, _ZERO)
    answer = reach.points(floor, at_least=False)
    if isinstance(answer, Undecided):
        yield Raised(("scale",), "W597", {"min": floor}, severity="note")
    if answer is not None:
        return
    earned = min(reach.samples(), key=lambda pair: pair[0], default=None)
    if earned is None or earned[0] in set(stated_floors(leaf.criterion.scale)):
        return
    least = _left(leaf, earned[0])
    if least <= floor:
        return
    facts = {"least": least, "min": floor}
    yield Raised(("scale",), "W505", facts, earned[1], others=_clause_of(reach, clauses, earned[1]))


def stated_floors(scale: Scale | None) -> Iterator[Fraction]:
    """Yield the numbers by which a scale itself says that nobody gets less: a base, a floor, points at the start."""
    if scale is None:
        return
    if scale.increments is not None:
        yield scale.increments.base
    if scale.deduction is not None:
        yield scale.deduction.floor
    if scale.linear is not None:
        yield scale.linear.start_points
    if scale.by_unit_kind is not None:
        yield from stated_floors(scale.by_unit_kind.scale)
    for branch in scale.branches or ():
        yield from stated_floors(branch.scale)


def _left(leaf: LeafPlan, least: Fraction) -> Fraction:
    """Return what is left of points once every finding that there is has taken what it can."""
    given = [consequence for _, consequence in leaf.consequences]
    if any(consequence.for_each is not None for consequence in given):
        return leaf.floor
    least -= sum((consequence.deduct or _ZERO for consequence in given), _ZERO)
    return min([least, *(consequence.at_most for consequence in given if consequence.at_most is not None)])
