"""The questions about a whole rulebook: weights and grades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from tieuchi.algebra.domain import Domain
from tieuchi.algebra.most import Earner, earner_of, most_together
from tieuchi.algebra.query import Answer, Query, Witness
from tieuchi.algebra.solve import solve
from tieuchi.loading.yaml_source import Node
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.model.rulebook import Criterion, Grades
from tieuchi.model.scorecard import Inputs
from tieuchi.model.value import Value, Weighted
from tieuchi.proofs.doubt import TOP, Path, Raised
from tieuchi.proofs.reach import Reach
from tieuchi.scoring.scorer import Scorer

_ZERO = Fraction(0)
_ONE = Fraction(1)


def weight_doubts(criterion: Criterion, reach: Reach, node: Node) -> Iterator[Raised]:
    """Yield weights that are written as shares of a whole and don't add up to it; ``node`` is the criterion's."""
    values: list[tuple[Path, Value]] = []
    if criterion.value is not None:
        values.append((("value",), criterion.value))
    branches = (criterion.scale.branches if criterion.scale else None) or ()
    for index, branch in enumerate(branches):
        if branch.value is not None:
            values.append((("scale", "branches", index, "value"), branch.value))
    for path, value in values:
        yield from _weights(path, value, reach, node)


def _weights(path: Path, value: Value, reach: Reach, node: Node) -> Iterator[Raised]:
    given = getattr(value, value.kind)
    if value.weighted_mean is not None:
        weights = [term.weight for term in value.weighted_mean]
        total = sum(weights, _ZERO)
        places = tuple((*path, "weighted_mean", index, "weight") for index in range(len(weights)))
        shares = all(weight < 1 for weight in weights) or any(_in_per_cent(node.at(place)) for place in places)
        if total != _ONE and shares:
            terms = " + ".join(exact_text(weight) for weight in weights)
            facts = {"sum": total, "terms": terms, "first": weights[0], "share": weights[0] / total}
            yield Raised((*path, "weighted_mean"), "W514", facts, reach.whoever(), others=places)
    for part in given if isinstance(given, tuple) else ():
        inner = part.of if isinstance(part, Weighted) else part
        if isinstance(inner, Value):
            yield from _weights((*path, value.kind), inner, reach, node)


def _in_per_cent(node: Node) -> bool:
    return node.text.strip().endswith("%")


def grade_doubts(plan: Plan, domain: Domain, scorer: Scorer, root: Node) -> Iterator[Raised]:
    """Yield grades that no total reaches, with readings that come nearest."""
    grades = plan.book.grades
    if grades is None:
        return
    most, least = _greatest_total(plan, grades), _least_total(plan, grades)
    for index, grade in enumerate(grades.classes):
        place: Path = ("grades", "classes", index)
        text = root.at((*place, "at_least")).text.strip()
        mixed = grade.at_least is not None and _mixed(plan, grades, text, beyond=grade.at_least > most)
        if grade.at_least is not None and mixed:
            meant = text.removesuffix("%") if grades.by == "points" else f"{text}%"
            facts: dict[str, object] = {"threshold": text, "meant": meant}
            code = "W520" if grades.by == "points" else "W519"
            found = Raised((*place, "at_least"), code, facts, clauses=(grade.grade,), others=(("grades", "by"),))
            yield _with_most(found, plan, domain, scorer)
        elif grade.at_least is not None and grade.at_least > most:
            facts = {"grade": grade.grade, "threshold": grade.at_least, "most": most}
            found = Raised((*place, "at_least"), "W516", facts, clauses=(grade.grade,), others=((TOP, "max_points"),))
            yield _with_most(found, plan, domain, scorer)
        if grade.at_least is not None and grade.at_least <= least and index < len(grades.classes) - 1:
            after = grades.classes[index + 1].grade
            facts = {"clause": after, "other": grade.grade}
            others = ((*place, "at_least"),)
            found = Raised(("grades", "classes", index + 1), "W504", facts, None, (after, grade.grade), others)
            anyone = solve(Query(()), domain, tuple(plan.indicators))
            yield _totalled(found, anyone, scorer)


def _mixed(plan: Plan, grades: Grades, text: str, *, beyond: bool) -> bool:
    """Say whether a grade by points begins at a share of one point, or one by rate at points that no rate can be."""
    if grades.by == "points":
        return text.endswith("%") and plan.book.max_points != _ONE
    return beyond and not text.endswith("%")


def _with_most(raised: Raised, plan: Plan, domain: Domain, scorer: Scorer) -> Raised:
    """Return a doubt with readings of a unit that earns the most there is, where some are found."""
    earners = [
        Earner(((leaf.criterion.max_points, Query(())),), ())
        if leaf.declared
        else earner_of(leaf.routes, leaf.applies, leaf.indicators, plan.indicators)
        for leaf in plan.leaves
    ]
    found = most_together(earners, domain, lambda query, names: solve(query, domain, names))
    if found is None:
        return raised
    # What only findings ask for is added, so that the total is known.
    values = {**dict.fromkeys(plan.indicators), **found[0].values}
    plain = {name: domain.plain(name) if value is None else value for name, value in values.items()}
    return _totalled(raised, Witness(plain, found[0].unit_kind), scorer)


def _totalled(raised: Raised, shown: Answer, scorer: Scorer) -> Raised:
    """Return a doubt with readings and the total that they come to, where they come to one."""
    if not isinstance(shown, Witness):
        return raised
    total = scorer.total(Inputs(shown.unit_kind, shown.values, {}), {})
    if total.points is None:
        return raised
    points = {part.id: part.points for part in total.parts if part.points is not None}
    return replace(raised, witness=shown, points=points, total=total.points)


def _least_total(plan: Plan, grades: Grades) -> Fraction:
    """Return a total that no unit falls below: what every sub-criterion has, less all that penalties can take."""
    least = _ZERO
    blocks = {c.id: c for c in plan.book.criteria if c.block is not None}
    for leaf in plan.leaves:
        if not {leaf.id, *leaf.ancestors} & set(blocks):
            least += min(leaf.floor, _ZERO)
    for block in blocks.values():
        if block.block is not None and block.block.kind == "penalty":
            most = block.block.at_most
            least -= block.max_points if most is None else min(block.max_points, most)
    return least / plan.book.max_points if grades.by == "rate" else least


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
