"""A scenario run: the unit scored before and after, and what each single change had to do with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tieuchi.assess import Road, assess
from tieuchi.errors import Issue, ScenarioError
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.scenario_apply import RuleEdit, changed_readings, changed_rulebook
from tieuchi.loading.yaml_source import Node
from tieuchi.model.reading import Reading, Readings
from tieuchi.model.scenario import Change, Scenario
from tieuchi.whatif.difference import Difference, difference
from tieuchi.whatif.rescore import others


@dataclass(frozen=True, slots=True)
class ReadingEdit:
    """One figure before and after; a line of the diff that a scenario is."""

    change: Change
    before: Reading | None
    after: Reading | None


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a scenario comes to. ``idle`` are the changes without which everything would be the same."""

    scenario: Scenario
    difference: Difference
    rules: tuple[RuleEdit, ...]
    readings: tuple[ReadingEdit, ...]
    idle: tuple[Change, ...]


class Bench:
    """A rulebook and the readings of a unit, on which scenarios are tried."""

    def __init__(self, root: Node, readings: Readings, group: Sequence[Readings] = (), road: Road = "exact") -> None:
        self.root, self.readings, self.road = root, readings, road
        self.book = rulebook_of(root)
        self.group = others(readings, group)
        self.before = assess(self.book, readings, self.group, road)

    def run(self, scenario: Scenario) -> WhatIf:
        """Score the unit under a scenario and compare.

        Raises:
            ScenarioError: With every change that does not apply, and why.
        """
        found, rules, new = self._difference(scenario, self.road)
        edits = tuple(
            ReadingEdit(c, self.readings.values.get(c.name), new.values.get(c.name)) for c in scenario.readings
        )
        changes = (*scenario.readings, *scenario.rules)
        idle = changes if not found.moved else tuple(c for c in changes if self._is_idle(c, scenario, found))
        return WhatIf(scenario, found, rules, edits, idle)

    def _difference(self, scenario: Scenario, road: Road) -> tuple[Difference, tuple[RuleEdit, ...], Readings]:
        book = self.book
        rules: tuple[RuleEdit, ...] = ()
        issues: list[Issue] = []
        if scenario.rules:
            try:
                _, book, rules = changed_rulebook(self.root, scenario.rules)
            except ScenarioError as error:
                issues += error.issues
        try:
            new = changed_readings(self.readings, scenario, {i.id: i for i in self.book.indicators})
        except ScenarioError as error:
            issues += error.issues
        if issues:
            raise ScenarioError(issues)
        return difference(self.before, assess(book, new, self.group, road)), rules, new

    def _is_idle(self, change: Change, scenario: Scenario, whole: Difference) -> bool:
        """Say whether a change does nothing, alone and together with the others."""
        alone = Scenario(
            tuple(c for c in scenario.readings if c is change),
            tuple(c for c in scenario.rules if c is change),
            locale=scenario.locale,
        )
        without = replace(
            scenario,
            readings=tuple(c for c in scenario.readings if c is not change),
            rules=tuple(c for c in scenario.rules if c is not change),
        )
        try:
            if self._difference(alone, "exact")[0].moved:
                return False
            rest = self._difference(without, "exact")[0]
        except ScenarioError:
            return False
        return not difference(rest.after, whole.after).moved
