"""What a well-formed rulebook can still get wrong: sums, names, ranges, order. Every finding has its place."""

from __future__ import annotations

from collections.abc import Iterator

from tieuchi.errors import Issue
from tieuchi.loading.checker import Checker, Path
from tieuchi.loading.naming import COUNT, check_conditions, check_scale, check_uses, value_uses
from tieuchi.loading.scale_checks import check_lowered
from tieuchi.loading.sum_checks import check_sums
from tieuchi.loading.yaml_source import Node
from tieuchi.model.canonical import Route
from tieuchi.model.indicator import NUMBER_KINDS, Indicator
from tieuchi.model.rulebook import Criterion, Rulebook


def check_rulebook(book: Rulebook, root: Node) -> list[Issue]:
    """Return everything that is wrong with a well-formed rulebook."""
    checker = Checker(book, root)
    _check_in_force(checker)
    _check_indicators(checker)
    _check_names(checker)
    listed = list(criteria_with_paths(book))
    lowered = {path: _check_criterion(checker, criterion, path) for criterion, path in listed}
    check_sums(checker, [(path, criterion) for criterion, path in listed if criterion.criteria], lowered)
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
            first: Path = ("indicators", seen[indicator.id], "id")
            checker.report((*path, "id"), "R401", there=(first,), id=indicator.id)
        seen.setdefault(indicator.id, index)
        _check_part(checker, indicator, path)
        if (indicator.kind == "choice") != bool(indicator.choices):
            key = "choices" if indicator.choices else "kind"
            checker.report((*path, key), "R419", there=((*path, "kind"),), id=indicator.id, kind=indicator.kind)
        low, high = indicator.bounds
        if low is not None and high is not None and low > high:
            checker.report((*path, "range"), "R420", there=((*path, "range", "at_most"),), low=low, high=high)
        _check_office(checker, (*path, "owner"), indicator.owner)


def _check_part(checker: Checker, indicator: Indicator, path: Path) -> None:
    """Check what an indicator is a part of: a number like itself, not itself in the end, and not smaller at best."""
    if indicator.part_of is None:
        return
    here = (*path, "part_of")
    whole = checker.indicators.get(indicator.part_of)
    if whole is None:
        checker.unknown(here, "R410", indicator.part_of, list(checker.indicators))
        return
    there = checker.declaration(whole.id)
    for one, place, other in ((whole, here, (*there, "kind")), (indicator, (*path, "kind"), here)):
        if one.kind not in NUMBER_KINDS:
            known = ", ".join(NUMBER_KINDS)
            checker.report(place, "R411", there=(other,), name=one.id, kind=one.kind, known=known)
    chain = [indicator.id]
    above: str | None = indicator.part_of
    while above is not None and above in checker.indicators and above not in chain:
        chain.append(above)
        above = checker.indicators[above].part_of
    if above == indicator.id:
        checker.report(here, "R415", there=((*there, "part_of"),), id=indicator.id, chain=" → ".join([*chain, above]))
    low, high = indicator.bounds[0], whole.bounds[1]
    if low is not None and high is not None and low > high:
        checker.report((*path, "range"), "R420", there=((*there, "range"),), low=low, high=high)


def _check_in_force(checker: Checker) -> None:
    first, last = checker.book.in_force_from, checker.book.in_force_to
    if first is not None and last is not None and first > last:
        checker.report(("in_force_from",), "R420", there=(("in_force_to",),), low=first, high=last)


def _check_office(checker: Checker, path: Path, office: str | None) -> None:
    if office is not None and office not in checker.book.offices:
        checker.unknown(path, "R412", office, list(checker.book.offices))


def _check_names(checker: Checker) -> None:
    seen: dict[str, Path] = {}
    for criterion, path in criteria_with_paths(checker.book):
        if criterion.id in seen:
            checker.report((*path, "id"), "R401", there=((*seen[criterion.id], "id"),), id=criterion.id)
        seen.setdefault(criterion.id, path)
        if criterion.assessed_by is not None and criterion.assessed_by not in checker.book.assessors:
            checker.unknown((*path, "assessed_by"), "R413", criterion.assessed_by, list(checker.book.assessors))
        _check_office(checker, (*path, "owner"), criterion.owner)
        if criterion.block is not None and len(path) > 2:
            checker.report((*path, "block"), "R425", id=criterion.id)


def _check_criterion(checker: Checker, criterion: Criterion, path: Path) -> tuple[Route, ...]:
    """Check one criterion; return the routes of its scale, none where it has none or its names are not sound."""
    sound = True
    if criterion.applies_when:
        sound = check_conditions(checker, criterion.applies_when, (*path, "applies_when"))
    if criterion.scale is None:
        return ()
    if criterion.value is not None:
        check_uses(checker, value_uses(criterion.value, (*path, "value")))
    if check_scale(checker, criterion.scale, (*path, "scale")):
        # Conditions that can't be lowered are left out where readings are looked for.
        return check_lowered(checker, criterion if sound else criterion.model_copy(update={"applies_when": None}), path)
    return ()


def _check_findings(checker: Checker) -> None:
    leaves = {c.id: c for c in checker.book.leaves()}
    paths = {criterion.id: path for criterion, path in criteria_with_paths(checker.book)}
    seen: dict[str, int] = {}
    for index, finding in enumerate(checker.book.findings):
        path: Path = ("findings", index)
        if finding.id in seen:
            first: Path = ("findings", seen[finding.id], "id")
            checker.report((*path, "id"), "R401", there=(first,), id=finding.id)
        seen.setdefault(finding.id, index)
        check_conditions(checker, finding.when, (*path, "when"), findings=True)
        for number, consequence in enumerate(finding.consequences):
            place = (*path, "consequences", number)
            leaf = leaves.get(consequence.criterion)
            if leaf is None:
                checker.unknown((*place, "criterion"), "R424", consequence.criterion, list(leaves))
            elif leaf.scale is not None and leaf.scale.declared is not None:
                struck = (*paths[leaf.id], "scale")
                checker.report((*place, "criterion"), "R427", there=(struck,), id=leaf.id)
            elif consequence.at_most is not None and consequence.at_most > leaf.max_points:
                limit = (*paths[leaf.id], "max_points")
                points, most = consequence.at_most, leaf.max_points
                checker.report((*place, "at_most"), "R310", there=(limit,), points=points, max=most)
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
            circle = set(follows[finding.id]) - done
            next_one = next(n for n, other in enumerate(checker.book.findings) if other.id in circle)
            checker.report(("findings", index, "when"), "R428", there=(("findings", next_one, "id"),), id=finding.id)


def _check_grades(checker: Checker) -> None:
    if checker.book.grades is None:
        return
    classes = checker.book.grades.classes
    seen: dict[str, int] = {}
    for index, grade in enumerate(classes):
        path: Path = ("grades", "classes", index)
        if grade.grade in seen:
            first: Path = ("grades", "classes", seen[grade.grade], "grade")
            checker.report((*path, "grade"), "R401", there=(first,), id=grade.grade)
        seen.setdefault(grade.grade, index)
        last = index == len(classes) - 1
        if (grade.otherwise is not None) != last:
            names, after = (grade.grade, classes[-1].grade), (("grades", "classes", len(classes) - 1),)
            if grade.otherwise:
                checker.report(path, "R431", clauses=names, there=after, grade=grade.grade)
            else:
                checker.report(path, "R432", clauses=(grade.grade,), grade=grade.grade)
        before = classes[index - 1].at_least if index else None
        if before is not None and grade.at_least is not None and grade.at_least >= before:
            above = classes[index - 1]
            checker.report(
                (*path, "at_least"),
                "R306",
                clauses=(grade.grade, above.grade),
                there=(("grades", "classes", index - 1, "at_least"),),
                threshold=grade.at_least,
                limit=before,
                clause=above.grade,
            )
