"""Scenarios, plans and models: from files and from ``name=value`` to what they ask, or every reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import ValidationError

from tieuchi.errors import Issue, Position, ReadingsError, ScenarioError
from tieuchi.loading.refusals import issues_of
from tieuchi.loading.yaml_source import Node, read_yaml
from tieuchi.model.fields import Strict
from tieuchi.model.number import parse_number
from tieuchi.model.scenario import Change, GoalPlan, Locale, NoiseModel, Scenario, ScenarioFile

File = TypeVar("File", bound=Strict)


def load_scenario(path: Path) -> Scenario:
    """Load a scenario from a YAML file.

    Raises:
        ScenarioError: With everything that is wrong with it, each with file, line and column.
    """
    root, file = _load(path, ScenarioFile)
    return Scenario(
        _changes(root, "readings", {name: text or "" for name, text in file.readings.items()}),
        _changes(root, "rules", file.rules),
        file.title.vi if file.title else "",
        file.locale,
    )


def load_plan(path: Path) -> GoalPlan:
    """Load what a goal may use, and what it costs."""
    root, file = _load(path, GoalPlan)
    return file.placed(dict(_places(root, ())))


def load_model(path: Path) -> NoiseModel:
    """Load what is uncertain."""
    root, file = _load(path, NoiseModel)
    return file.placed(dict(_places(root, ())))


def _load(path: Path, model: type[File]) -> tuple[Node, File]:
    try:
        root = read_yaml(path, ReadingsError)
    except ReadingsError as error:
        raise ScenarioError(error.issues) from None
    try:
        return root, model.model_validate(root.plain())
    except ValidationError as error:
        raise ScenarioError(issues_of(error, root, model)) from None


def _places(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Position]]:
    """Yield where each key of a tree and each text of its lists stands."""
    yield path, node.position
    for key, value in node.items:
        for below, at in _places(value, (*path, key.text)):
            yield below, key.position if len(below) == len(path) + 1 else at
    for part in node.parts:
        if part.kind == "scalar":
            yield (*path, part.text), part.position


def _changes(root: Node, key: str, texts: Mapping[str, str]) -> tuple[Change, ...]:
    return tuple(Change(name, text, root.at((key, name)).position) for name, text in texts.items())


def assigned(option: str, texts: Iterable[str]) -> tuple[Change, ...]:
    """Return the changes of options such as ``--set enterprises_new=423``.

    Raises:
        ScenarioError: S704: one of them has no ``=``.

    Example:
        >>> assigned("--set", ["enterprises_new=423"])[0].text
        '423'
    """
    changes, issues = [], []
    for text in texts:
        name, equals, value = text.partition("=")
        at = Position(f"{option} {text}")
        if not equals or not name.strip():
            issues.append(Issue("S704", at, facts={"text": text}))
        else:
            changes.append(Change(name.strip(), value.strip(), at))
    if issues:
        raise ScenarioError(issues)
    return tuple(changes)


def joined(*scenarios: Scenario, locale: Locale | None = None) -> Scenario:
    """Return several scenarios as one; where two change the same, both are kept for the checks to refuse."""
    titles = [s.title for s in scenarios if s.title]
    locales = [s.locale for s in scenarios if s.locale]
    return Scenario(
        tuple(change for s in scenarios for change in s.readings),
        tuple(change for s in scenarios for change in s.rules),
        "; ".join(titles),
        locale or (locales[0] if locales else None),
    )


def scenario_yaml(scenario: Scenario) -> str:
    """Return a scenario as the text of a file that replays it."""
    data: dict[str, object] = {}
    if scenario.title:
        data["title"] = scenario.title
    if scenario.locale:
        data["locale"] = scenario.locale
    for key, changes in (("readings", scenario.readings), ("rules", scenario.rules)):
        if changes:
            data[key] = {change.name: change.text for change in changes}
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def number_given(option: str, text: str) -> Fraction:
    """Return the number of an option.

    Raises:
        ScenarioError: S719: it is none.
    """
    try:
        return parse_number(text)
    except ValueError:
        raise ScenarioError([Issue("S719", Position(f"{option} {text}"), facts={"text": text})]) from None
