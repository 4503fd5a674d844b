"""What a well-formed rulebook can still get wrong: sums, names, ranges, order. Every finding has its place."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from tieuchi.errors import Issue, nearest
from tieuchi.loading.refusals import path_text
from tieuchi.loading.yaml_source import Node
from tieuchi.model.canonical import EqualTest, FindingTest, NumberTest, Quotient, Relative, Tally, Test, UnitKindTest
from tieuchi.model.condition import Conditions, tests_of
from tieuchi.model.indicator import NUMBER_KINDS, Indicator
from tieuchi.model.lowering import Indicators, routes_of
from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Criterion, Rulebook
from tieuchi.model.value import NotLinearError, Value, date_indicators_of, indicators_of

Path = tuple[str | int, ...]


class Checker:
    """Collects the issues of one rulebook, each at the node that its path leads to."""

    def __init__(self, book: Rulebook, root: Node) -> None:
        self.book = book
        self.root = root
        self.issues: list[Issue] = []
        self.indicators: Indicators = {i.id: i for i in book.indicators}

    def report(self, path: Path, code: str, /, severity: str = "error", **facts: object) -> None:
        """Add one issue; fractions among the facts are written exactly."""
        words = {k: exact_text(v) if isinstance(v, Fraction) else str(v) for k, v in facts.items()}
        self.issues.append(Issue(code, self.root.at(path).position, path_text(path), words, severity))

    def unknown(self, path: Path, code: str, name: str, known: list[str]) -> None:
        """Report a name that is not there, with the nearest that is."""
        listed = ", ".join(sorted(known)[:8])
        self.report(path, code, name=name, nearest=nearest(name, known) or "", known=listed)


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
    if criterion.applies_when:
        _check_conditions(checker, criterion.applies_when, (*path, "applies_when"), findings=False)
    if criterion.scale is None:
        return

    def sink(inner: Path, code: str, facts: dict[str, str]) -> None:
        checker.report((*path, *inner), code, **facts)

    if criterion.value is not None:
        check_value(checker, criterion.value, (*path, "value"))
    for place, value in _inner_values(criterion):
        check_value(checker, value, (*path, *place))
    routes = routes_of(criterion, checker.indicators, sink)
    for route in routes:
        tests = route.tests
        if isinstance(route.measured, Tally):
            tests += tuple(test for item in route.measured.items for test in item.tests)
        for test in tests:
            _check_test(checker, test, path, findings=False)
        if isinstance(route.measured, (Quotient, Relative)) and criterion.value is None:
            _check_own_readings(checker, route.measured, path)
    _check_direction(checker, criterion, path)


def _check_own_readings(checker: Checker, measured: Quotient | Relative, path: Path) -> None:
    """Check the readings that a scale without ``value`` names itself."""
    quotient = measured if isinstance(measured, Quotient) else measured.quotient
    kinds = ("date",) if quotient.kind == "days_late" else ("count",)
    for name in quotient.indicators:
        _check_kind(checker, (*path, "scale"), name, kinds)


def _inner_values(criterion: Criterion) -> Iterator[tuple[Path, Value]]:
    scale = criterion.scale
    for index, branch in enumerate((scale.branches if scale else None) or ()):
        if branch.value is not None:
            yield ("scale", "branches", index, "value"), branch.value


def check_value(checker: Checker, value: Value, path: Path) -> None:
    """Check that every indicator of a value is there and is of a kind that fits."""
    dates = date_indicators_of(value)
    counted = set(_counted(value))
    for name in dict.fromkeys(indicators_of(value)):
        kinds: tuple[str, ...] = ("date",) if name in dates else ("count",) if name in counted else NUMBER_KINDS
        _check_kind(checker, path, name, kinds)


def _counted(value: Value) -> Iterator[str]:
    if value.count is not None:
        yield value.count
    yield from (option.count for option in value.survey_mean or ())
    if value.truncate is not None:
        yield from _counted(value.truncate.of)
    for operand in (*(value.ratio or ()), *(value.coverage or ()), *(value.growth or ()), *(value.sum or ())):
        yield from _counted(operand)


def _check_kind(checker: Checker, path: Path, name: str, kinds: tuple[str, ...]) -> Indicator | None:
    indicator = checker.indicators.get(name)
    place = _naming(checker.root.at(path), name, path)
    if indicator is None:
        checker.unknown(place, "R410", name, list(checker.indicators))
    elif indicator.kind not in kinds:
        checker.report(place, "R411", name=name, kind=indicator.kind, known=", ".join(kinds))
    return indicator


def _naming(node: Node, name: str, path: Path) -> Path:
    """Return the path of the scalar below a node that says a name, or the path itself."""
    if node.kind == "scalar":
        return path
    below: list[tuple[str | int, Node]] = [(key.text, value) for key, value in node.items]
    below += enumerate(node.parts)
    for step, child in below:
        if child.kind == "scalar":
            if child.text == name:
                return (*path, step)
            continue
        found = _naming(child, name, (*path, step))
        if found != (*path, step):
            return found
    return path


def _check_conditions(checker: Checker, conditions: Conditions, path: Path, *, findings: bool) -> None:
    try:
        tests = tests_of(conditions, ())
    except NotLinearError as error:
        checker.report(path, "R302", kind=error.kind)
        return
    for test in tests:
        _check_test(checker, test, path, findings=findings)


def _check_test(checker: Checker, test: Test, path: Path, *, findings: bool) -> None:
    match test:
        case NumberTest(quotient=quotient):
            for name in quotient.indicators:
                kinds = ("date",) if quotient.kind == "days_late" else NUMBER_KINDS
                _check_kind(checker, path, name, kinds)
        case EqualTest(indicator=name, expected=expected):
            kind = "yes_no" if isinstance(expected, bool) else "choice"
            indicator = _check_kind(checker, path, name, (kind,))
            if indicator is not None and indicator.kind == "choice" and expected not in indicator.choices:
                place = _naming(checker.root.at(path), str(expected), path)
                checker.unknown(place, "R421", str(expected), list(indicator.choices))
        case UnitKindTest(kinds=kinds):
            for kind in kinds:
                if kind not in checker.book.unit_kinds:
                    place = _naming(checker.root.at(path), kind, path)
                    checker.unknown(place, "R414", kind, list(checker.book.unit_kinds))
        case FindingTest(finding=name):
            _check_finding_name(checker, name, _naming(checker.root.at(path), name, path), findings=findings)


def _check_finding_name(checker: Checker, name: str, place: Path, *, findings: bool) -> None:
    known = [finding.id for finding in checker.book.findings]
    if not findings:
        checker.report(place, "R422", name=name)
    elif name not in known:
        checker.unknown(place, "R423", name, known)


def _check_direction(checker: Checker, criterion: Criterion, path: Path) -> None:
    """Report a step that goes against the declared direction, with the two clauses."""
    if criterion.direction is None:
        return
    up = criterion.direction == "higher_is_better"
    for route in routes_of(criterion, checker.indicators):
        if isinstance(route.measured, Tally) or not route.pieces:
            continue
        for piece in route.pieces:
            if piece.rate and (piece.rate > 0) != up:
                checker.report((*path, "direction"), "R426", clause=piece.clause, other=piece.clause)
        for low, high in pairwise(route.pieces):
            below, above = low.ends()[1], high.ends()[0]
            if (above < below) if up else (above > below):
                checker.report((*path, "direction"), "R426", clause=high.clause, other=low.clause)


def _check_findings(checker: Checker) -> None:
    leaves = {c.id: c for c in checker.book.leaves()}
    seen: dict[str, int] = {}
    for index, finding in enumerate(checker.book.findings):
        path: Path = ("findings", index)
        if finding.id in seen:
            first = checker.root.at(("findings", seen[finding.id], "id")).position
            checker.report((*path, "id"), "R401", id=finding.id, first=first)
        seen.setdefault(finding.id, index)
        _check_conditions(checker, finding.when, (*path, "when"), findings=True)
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
                _check_kind(checker, (*place, "for_each"), consequence.for_each, ("count",))
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
            checker.report(
                (*path, "at_least"), "R306", threshold=grade.at_least, other=before, clause=classes[index - 1].grade
            )
