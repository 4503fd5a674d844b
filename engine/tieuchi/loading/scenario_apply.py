"""Scenarios applied: changed readings are judged like readings, a changed rulebook is checked like a rulebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from tieuchi.errors import Issue, Position, RulebookError, ScenarioError, UnknownNameError, nearest
from tieuchi.loading.readings_given import Cell, Figure, GivenUnit, Report
from tieuchi.loading.readings_judged import judged
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.tree_paths import TreePath, edited, names_below, resolve
from tieuchi.loading.yaml_source import Node
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import exact_text
from tieuchi.model.reading import Reading, Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scenario import Change, Scenario


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """One place of a rulebook before and after; a line of the diff that a reform is."""

    change: Change
    path: TreePath
    before: str

    @property
    def idle(self) -> bool:
        """Whether it says what already stood there."""
        return self.before == self.change.text


def changed_rulebook(root: Node, changes: tuple[Change, ...]) -> tuple[Node, Rulebook, tuple[RuleEdit, ...]]:
    """Return the tree and the rulebook with some places changed, and the diff.

    Raises:
        ScenarioError: A path does not exist or is no single value, or the changed rulebook is refused, with
            everything that is wrong with it.
    """
    issues = list(_repeated(changes))
    edits: list[RuleEdit] = []
    tree = root
    for change in changes:
        found = _resolved(root, change)
        if isinstance(found, Issue):
            issues.append(found)
            continue
        before = root.at(found)
        edits.append(RuleEdit(change, found, before.text))
        tree = edited(tree, found, _saying(change))
    if issues:
        raise ScenarioError(issues)
    try:
        return tree, rulebook_of(tree), tuple(edits)
    except RulebookError as error:
        raise ScenarioError(error.issues) from None


def _saying(change: Change) -> Callable[[Node], Node]:
    return lambda node: replace(node, text=change.text, position=change.at)


def _resolved(root: Node, change: Change) -> TreePath | Issue:
    try:
        path = resolve(root, change.name)
    except UnknownNameError as error:
        near = error.nearest or nearest(change.name, names_below(root)) or ""
        return Issue("S701", change.at, facts={"name": change.name, "nearest": near})
    return path if root.at(path).kind == "scalar" else no_value(root, change, path)


def no_value(root: Node, change: Change, path: TreePath) -> Issue:
    """Return why a place has no value to be changed, with those below it that have one, by their shortest names."""
    below: dict[TreePath, str] = {}
    for name in names_below(root):
        place = resolve(root, name)
        if place[: len(path)] == path:
            below[place] = min(name, below.get(place, name), key=len)
    return Issue("S703", change.at, facts={"name": change.name, "known": ", ".join([*below.values()][:8]) or "–"})


def _repeated(changes: Iterable[Change]) -> Iterator[Issue]:
    first: dict[str, Change] = {}
    for change in changes:
        before = first.setdefault(change.name, change)
        if before is not change:
            yield Issue("S705", change.at, facts={"name": change.name, "first": str(before.at)})


def changed_readings(readings: Readings, scenario: Scenario, indicators: Mapping[str, Indicator]) -> Readings:
    """Return the readings with some figures changed; an empty figure makes its reading missing.

    Raises:
        ScenarioError: An indicator does not exist, a figure is not what its indicator needs, or a part would be
            above the whole it is part of.
    """
    changes = scenario.readings
    issues = list(_repeated(changes))
    known = []
    for change in {change.name: change for change in reversed(changes)}.values():
        if change.name in indicators:
            known.append(change)
            continue
        near = nearest(change.name, indicators) or ""
        issues.append(Issue("S702", change.at, facts={"name": change.name, "nearest": near}))
    report = Report(readings.unit.id)
    figures = [Figure(c.name, Cell(c.text, c.text, c.at), c.at) for c in known]
    given = GivenUnit(readings.unit, readings.period, Position(readings.unit.id), scenario.locale, figures=figures)
    new = judged([given], indicators, report)[0].values
    _check([*issues, *report.issues])
    changed = {change.name for change in known}
    values = {name: reading for name, reading in readings.values.items() if name not in changed} | dict(new)
    _check(_parts_above(values, changed, indicators))
    return replace(readings, values=values)


def _check(issues: Iterable[Issue]) -> None:
    found = list(issues)
    if found:
        raise ScenarioError(found)


def _parts_above(
    values: Mapping[str, Reading], changed: set[str], indicators: Mapping[str, Indicator]
) -> Iterator[Issue]:
    """Yield the changed figures that leave a part above its whole."""
    for name, part in values.items():
        whole = values.get(indicators[name].part_of or "") if name in indicators else None
        if whole is None or not ({name, whole.indicator} & changed) or not part.state == whole.state == "given":
            continue
        high, low = part.value, whole.value
        if isinstance(high, Fraction) and isinstance(low, Fraction) and high > low:
            facts = {"name": name, "value": exact_text(high), "whole": whole.indicator, "most": exact_text(low)}
            yield Issue("S706", (part if name in changed else whole).at, facts=facts)
