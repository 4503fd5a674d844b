"""What a well-formed rulebook can still get wrong: sums, names, ranges, order. Every finding has its place."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from tieuchi.errors import Issue
from tieuchi.loading.checker import Checker, Path
from tieuchi.loading.naming import COUNT, check_conditions, check_scale, check_uses, value_uses
from tieuchi.loading.scale_checks import check_lowered
from tieuchi.loading.yaml_source import Node
from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Criterion, Rulebook


def check_rulebook(book: Rulebook, root: Node) -> list[Issue]:
    """Return everything that is wrong with a well-formed rulebook."""
    checker = Checker(book, root)
    _check_indicators(checker)
    _check_names(checker)
    _check_sums(checker)
    for criterion, path in criteria_with_paths(book):
        _check_criterion(checker, criterion, path)
    _check_findings(checker)
    _check_grades(checker)
    return checker.issues


def criteria_with_paths(book: Rulebook) -> Iterator[tuple[Criterion, Path]]:
    """Yield every criterion with its path in the tree, from the top down."""
    top: Iterator[tuple[Criterion, Path]] = ((c, ("criteria", i)) for i, c in enumerate(book.criteria))
    stack = list(top)[::-1]
    while stack:
        criterion, path = stack.pop()
        yield criterion, path
        parts = criterion.criteria or ()
        stack += [(c, (*path, "criteria", i)) for i, c in enumerate(parts)][::-1]


def _check_indicators(checker: Checker) -> None:
    seen: dict[str, int] = {}
    for index, indicator in enumerate(checker.book.indicators):
        path: Path = ("indicators", index)
        if indicator.id in seen:
            first = checker.root.at(("indicators", seen[indicator.id])).position
            checker.report((*path, "id"), "R401", id=indicator.id, first=first)
        seen.setdefault(indicator.id, index)
        if indicator.part_of is not None and indicator.part_of not in checker.indicators:
            checker.unknown((*path, "part_of"), "R410", indicator.part_of, list(checker.indicators))
        if (indicator.kind == "choice") != bool(indicator.choices):
            checker.report(path, "R419", id=indicator.id, kind=indicator.kind)
        low, high = indicator.bounds
        if low is not None and high is not None and low > high:
            checker.report((*path, "range"), "R420", low=low, high=high)
        _check_office(checker, (*path, "owner"), indicator.owner)


def _check_office(checker: Checker, path: Path, office: str | None) -> None:
    if office is not None and office not in checker.book.offices:
        checker.unknown(path, "R412", office, list(checker.book.offices))


def _check_names(checker: Checker) -> None:
    seen: dict[str, Path] = {}
    for criterion, path in criteria_with_paths(checker.book):
        if criterion.id in seen:
            first = checker.root.at((*seen[criterion.id], "id")).position
            checker.report((*path, "id"), "R401", id=criterion.id, first=first)
        seen.setdefault(criterion.id, path)
        if criterion.assessed_by is not None and criterion.assessed_by not in checker.book.assessors:
            checker.unknown((*path, "assessed_by"), "R413", criterion.assessed_by, list(checker.book.assessors))
        _check_office(checker, (*path, "owner"), criterion.owner)
        if criterion.block is not None and len(path) > 2:
            checker.report((*path, "block"), "R425", id=criterion.id)


def _check_sums(checker: Checker) -> None:
    groups: list[tuple[Path, Fraction, tuple[Criterion, ...]]] = [((), checker.book.max_points, checker.book.criteria)]
    groups += [(p, c.max_points, c.criteria) for c, p in criteria_with_paths(checker.book) if c.criteria]
    for path, declared, parts in groups:
        total = sum((c.max_points for c in parts if c.block is None), Fraction(0))
        if total != declared:
            terms = " + ".join(exact_text(c.max_points) for c in parts if c.block is None)
            checker.report((*path, "max_points"), "R402", sum=total, max=declared, terms=terms)


def _check_criterion(checker: Checker, criterion: Criterion, path: Path) -> None:
    sound = True
    if criterion.applies_when:
        sound = check_conditions(checker, criterion.applies_when, (*path, "applies_when"))
    if criterion.scale is None:
        return
    if criterion.value is not None:
        check_uses(checker, value_uses(criterion.value, (*path, "value")))
    if check_scale(checker, criterion.scale, (*path, "scale")):
        # Conditions that can't be lowered are left out where readings are looked for.
        check_lowered(checker, criterion if sound else criterion.model_copy(update={"applies_when": None}), path)


def _check_findings(checker: Checker) -> None:
    leaves = {c.id: c for c in checker.book.leaves()}
    seen: dict[str, int] = {}
    for index, finding in enumerate(checker.book.findings):
        path: Path = ("findings", index)
        if finding.id in seen:
            first = checker.root.at(("findings", seen[finding.id], "id")).position
            checker.report((*path, "id"), "R401", id=finding.id, first=first)
        seen.setdefault(finding.id, index)
        check_conditions(checker, finding.when, (*path, "when"), findings=True)
        for number, consequence in enumerate(finding.consequences):
            place = (*path, "consequences", number)
            leaf = leaves.get(consequence.criterion)
            if leaf is None:
                checker.unknown((*place, "criterion"), "R424", consequence.criterion, list(leaves))
            elif leaf.scale is not None and leaf.scale.declared is not None:
                checker.report((*place, "criterion"), "R427", id=leaf.id)
            elif consequence.at_most is not None and consequence.at_most > leaf.max_points:
                checker.report((*place, "at_most"), "R310", points=consequence.at_most, max=leaf.max_points)
            if consequence.for_each is not None:
                check_uses(checker, iter([((*place, "for_each"), consequence.for_each, COUNT)]))
    _check_cycles(checker)


def _check_cycles(checker: Checker) -> None:
    follows = {f.id: [c.finding for c in f.when if c.finding] for f in checker.book.findings}
    done: set[str] = set()
    while ready := [
        name
        for name, before in follows.items()
        if name not in done and set(before) <= done | (set(before) - set(follows))
    ]:
        done.update(ready)
    for index, finding in enumerate(checker.book.findings):
        if finding.id not in done:
            checker.report(("findings", index, "when"), "R428", id=finding.id)


def _check_grades(checker: Checker) -> None:
    if checker.book.grades is None:
        return
    classes = checker.book.grades.classes
    for index, grade in enumerate(classes):
        path: Path = ("grades", "classes", index)
        last = index == len(classes) - 1
        if (grade.otherwise is not None) != last:
            checker.report(path, "R431" if grade.otherwise else "R432", grade=grade.grade)
        before = classes[index - 1].at_least if index else None
        if before is not None and grade.at_least is not None and grade.at_least >= before:
            above = classes[index - 1]
            checker.report(
                (*path, "at_least"),
                "R306",
                clauses=(grade.grade, above.grade),
                there=("grades", "classes", index - 1, "at_least"),
                threshold=grade.at_least,
                limit=before,
                clause=above.grade,
            )
