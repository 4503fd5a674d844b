"""The questions about a whole rulebook: findings, what they take, weights, grades."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.query import Query, Undecided, atoms_of
from tieuchi.algebra.solve import solve
from tieuchi.model.canonical import Test
from tieuchi.model.plan import LeafPlan, Plan
from tieuchi.model.rulebook import Criterion, Grades
from tieuchi.model.value import Value, Weighted
from tieuchi.proofs.doubt import Path, Raised

_ZERO = Fraction(0)
_ONE = Fraction(1)


def finding_doubts(plan: Plan, domain: Domain) -> Iterator[Raised]:
    """Yield findings that can never hold, and consequences that can take nothing."""
    order = {finding.id: place for place, finding in enumerate(plan.book.findings)}
    tests: dict[str, tuple[Test, ...]] = {}
    for found in plan.findings:
        finding = found.finding
        path: Path = ("findings", order[finding.id])
        tests[finding.id] = found.tests
        atoms = tuple(atom for test in found.tests for atom in atoms_of(test, tests))
        answer = solve(Query(atoms), domain, found.indicators)
        if answer is None:
            yield Raised((*path, "when"), "W510", {"id": finding.id})
        elif isinstance(answer, Undecided):
            yield Raised((*path, "when"), "W599", {"clause": finding.id}, severity="note")
        seen: dict[tuple[str, str, bool], int] = {}
        for number, consequence in enumerate(finding.consequences):
            leaf = plan.by_id[consequence.criterion]
            key = (leaf.id, consequence.clause, consequence.at_most is None)
            if key in seen:
                facts: dict[str, object] = {"id": finding.id, "criterion": leaf.id, "clause": consequence.clause}
                other: Path = (*path, "consequences", seen[key])
                yield Raised(
                    (*path, "consequences", number), "W522", facts, clauses=(consequence.clause,) * 2, other=other
                )
            seen.setdefault(key, number)
            most = _most_points(leaf)
            if consequence.at_most is not None and consequence.at_most >= most:
                facts = {"id": finding.id, "criterion": leaf.id, "most": consequence.at_most, "max": most}
                yield Raised((*path, "consequences", number, "at_most"), "W511", facts, clauses=(consequence.clause,))


def _most_points(leaf: LeafPlan) -> Fraction:
    return max((high for _, high in leaf.ranges), default=leaf.criterion.max_points)


def weight_doubts(criterion: Criterion) -> Iterator[Raised]:
    """Yield weights that are written as shares of a whole and don't add up to it."""
    values: list[tuple[Path, Value]] = []
    if criterion.value is not None:
        values.append((("value",), criterion.value))
    branches = (criterion.scale.branches if criterion.scale else None) or ()
    for index, branch in enumerate(branches):
        if branch.value is not None:
            values.append((("scale", "branches", index, "value"), branch.value))
    for path, value in values:
        yield from _weights(path, value)


def _weights(path: Path, value: Value) -> Iterator[Raised]:
    given = getattr(value, value.kind)
    if value.weighted_mean is not None:
        weights = [term.weight for term in value.weighted_mean]
        total = sum(weights, _ZERO)
        if total != _ONE and all(weight < 1 for weight in weights):
            yield Raised((*path, "weighted_mean"), "W514", {"sum": total})
    for part in given if isinstance(given, tuple) else ():
        inner = part.of if isinstance(part, Weighted) else part
        if isinstance(inner, Value):
            yield from _weights((*path, value.kind), inner)


def grade_doubts(plan: Plan) -> Iterator[Raised]:
    """Yield grades that no total reaches."""
    grades = plan.book.grades
    if grades is None:
        return
    most = _greatest_total(plan, grades)
    for index, grade in enumerate(grades.classes):
        if grade.at_least is not None and grade.at_least > most:
            facts = {"grade": grade.grade, "threshold": grade.at_least, "most": most}
            yield Raised(("grades", "classes", index, "at_least"), "W516", facts, clauses=(grade.grade,))
        if grade.at_least is not None and grade.at_least <= _ZERO and index < len(grades.classes) - 1:
            facts = {"grade": grades.classes[index + 1].grade, "other": grade.grade}
            yield Raised(("grades", "classes", index + 1), "W504", facts, clauses=(grade.grade,))


def _greatest_total(plan: Plan, grades: Grades) -> Fraction:
    bonus = sum(
        (
            min(c.max_points, c.block.at_most) if c.block.at_most is not None else c.max_points
            for c in plan.book.criteria
            if c.block is not None and c.block.kind == "bonus"
        ),
        _ZERO,
    )
    most = plan.book.max_points + bonus
    return most / plan.book.max_points if grades.by == "rate" else most
