"""What one page works on: a rulebook, the readings of a unit, the changes tried, and how to take them back.

Each page has its own; nothing in it is shared. All points here are exact, by the same functions as everywhere else. A
change of a figure scores again only what it touches; one of a rule takes as long as making the rulebook anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tieuchi.errors import Issue, Position, ScenarioError
from tieuchi.loading.locale_numbers import Locale, RefusedValueError, read_number
from tieuchi.loading.readings_given import Cell
from tieuchi.loading.readings_values import state_of, value_of
from tieuchi.loading.scenario import scenario_yaml
from tieuchi.loading.scenario_apply import changed_readings, changed_rulebook
from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.number import exact_text, parse_number
from tieuchi.model.plan import Plan, compile_plan
from tieuchi.model.reading import Readings
from tieuchi.model.scenario import Change, Scenario
from tieuchi.model.scorecard import Scorecard
from tieuchi.scoring.scorer import Scorer
from tieuchi.web.books import Loaded, is_number
from tieuchi.web.page.bench import Bench

HERE = Position("page")
MOST_STEPS = 200
"""Steps that can be taken back."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The changes tried: figures by indicator and rules by path, as the files of scenarios write them."""

    readings: Mapping[str, str]
    rules: Mapping[str, str]

    @property
    def count(self) -> int:
        """How many changes there are."""
        return len(self.readings) + len(self.rules)


NOTHING = Tried({}, {})


class Workspace:
    """One unit on one page."""

    def __init__(self, loaded: Loaded, readings: Readings, group: Sequence[Readings] = ()) -> None:
        self.loaded = loaded
        self.readings = readings
        self.group = tuple(other for other in group if other.unit.id != readings.unit.id)
        self.tried = NOTHING
        self._past: list[Tried] = []
        self._future: list[Tried] = []
        self._last: tuple[str, str] | None = None
        self._bench = Bench(loaded.exact_scorer, readings, self.group)
        self._bench_rules: Mapping[str, str] = {}
        self.before = self._bench.card
        self.now = self.before

    @property
    def plan(self) -> Plan:
        """The rulebook as it is now, changes of rules included."""
        return self.now.plan

    def _score(self, tried: Tried) -> Scorecard:
        scenario = scenario_of(tried)
        readings = changed_readings(self.readings, scenario, self.loaded.indicators)
        if dict(tried.rules) != self._bench_rules:
            scorer = self.loaded.exact_scorer
            if tried.rules:
                scorer = Scorer(compile_plan(changed_rulebook(self.loaded.root, scenario.rules)[1]))
            self._bench, self._bench_rules = Bench(scorer, self.readings, self.group), dict(tried.rules)
        return self._bench.score(readings, tried.readings)

    def set_figure(self, name: str, text: str, locale: Locale) -> None:
        """Try another figure, as people of a language write it; nothing makes it missing.

        Raises:
            ScenarioError: The figure is not what its indicator needs.
        """
        self.put_figure(name, canonical_figure(text, self.loaded.indicators[name], locale))

    def put_figure(self, name: str, text: str) -> None:
        """Try another figure, as scenarios write it; the figure as it was is no change."""
        readings = {n: t for n, t in self.tried.readings.items() if n != name}
        if text != figure_text(self.readings, self.loaded.indicators[name]):
            readings[name] = text
        self._try(Tried(readings, self.tried.rules), ("reading", name))

    def set_rule(self, path: str, text: str, locale: Locale) -> None:
        """Try another number at a place of the rulebook.

        Raises:
            ScenarioError: The rulebook would not be one with it.
        """
        rules = {p: t for p, t in self.tried.rules.items() if p != path}
        try:
            canonical = canonical_rule(text, locale)
        except RefusedValueError as refused:
            raise ScenarioError([Issue(refused.code, HERE, path, refused.facts)]) from None
        if parse_number(canonical) != parse_number(self.rule_text(path)):
            rules[path] = canonical
        self._try(Tried(self.tried.readings, rules), ("rule", path))

    def _try(self, tried: Tried, what: tuple[str, str] | None) -> None:
        if tried == self.tried:
            return
        card = self._score(tried)
        # A slider says many things on its way; one step back takes back the way as a whole.
        if what is None or what != self._last:
            self._past = [*self._past[-MOST_STEPS:], self.tried]
        self._future, self._last = [], what
        self.tried, self.now = tried, card

    def put(self, tried: Tried) -> None:
        """Try all of these changes instead.

        Raises:
            ScenarioError: Some do not apply.
        """
        self._try(tried, None)

    def pause(self) -> None:
        """End a way: the next change is a step of its own."""
        self._last = None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether something was taken back."""
        return bool(self._future)

    def undo(self) -> None:
        """Take back the last step."""
        if self._past:
            self._future.append(self.tried)
            self._go(self._past.pop())

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._future:
            self._past.append(self.tried)
            self._go(self._future.pop())

    def _go(self, tried: Tried) -> None:
        self.tried, self._last = tried, None
        self.now = self._score(tried)

    def reset(self) -> None:
        """Drop all changes; that can be taken back too."""
        self._try(NOTHING, None)

    def load(self, scenario: Scenario) -> None:
        """Try the changes of a scenario instead.

        Raises:
            ScenarioError: Some do not apply.
        """
        locale = scenario.locale
        readings = {}
        for change in scenario.readings:
            indicator = self.loaded.indicators.get(change.name)
            readings[change.name] = (
                change.text if indicator is None else canonical_figure(change.text, indicator, locale)
            )
        self._try(Tried(readings, {change.name: change.text for change in scenario.rules}), None)

    def save(self) -> str:
        """Return the changes as the text of a scenario file."""
        return scenario_yaml(scenario_of(self.tried))

    def rule_text(self, path: str) -> str:
        """Return what stands at a place of the rulebook before any change."""
        return self.loaded.text_at(path)

    def thresholds(self, criterion: str) -> list[str]:
        """Return the places of a sub-criterion's scale that hold a number, by their shortest names."""
        return list(self.loaded.numbers_of(criterion))


def scenario_of(tried: Tried) -> Scenario:
    """Return changes as a scenario."""
    return Scenario(
        tuple(Change(name, text, HERE) for name, text in tried.readings.items()),
        tuple(Change(path, text, HERE) for path, text in tried.rules.items()),
        locale="en",
    )


def canonical_figure(text: str, indicator: Indicator, locale: Locale | None) -> str:
    """Return a figure as scenarios write it, whatever language it was written in.

    Raises:
        ScenarioError: It is not what the indicator needs.

    Example:
        >>> staff = Indicator(id="staff", title="x", kind="count")
        >>> canonical_figure("1.092", staff, "vi"), canonical_figure("", staff, "vi")
        ('1092', '')
    """
    cell = Cell(text.strip(), text.strip(), HERE)
    if state_of(cell, indicator) == "missing":
        return ""
    try:
        return written(value_of(cell, indicator, locale), indicator)
    except RefusedValueError as refused:
        issue = Issue(refused.code, HERE, indicator.id, {"indicator": indicator.id, **refused.facts})
        raise ScenarioError([issue]) from None


def canonical_rule(text: str, locale: Locale) -> str:
    """Return a number as rulebooks write it: ``12,5%`` as ``12.5%``."""
    body = text.strip()
    if is_number(body) and (locale == "en" or "." not in body):
        return body
    number = read_number(body, locale)
    if number.second is not None:
        return f"{exact_text(number.number)}/{exact_text(number.second)}"
    return exact_text(number.number) + ("%" if number.percent else "")


def written(value: Value, indicator: Indicator) -> str:
    """Return a value as scenarios write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if indicator.kind == "ratio":
        return f"{value.numerator}/{value.denominator}"
    return f"{exact_text(value * 100)}%" if indicator.kind == "percent" else exact_text(value)


def figure_text(readings: Readings, indicator: Indicator) -> str:
    """Return a reading as scenarios write it; nothing where it is missing, refused or does not apply."""
    reading = readings.values.get(indicator.id)
    if reading is None or reading.value is None or reading.state != "given":
        return ""
    return written(reading.value, indicator)


def number_of(readings: Readings, name: str) -> Fraction | None:
    """Return a reading as a number; a date counts as its day."""
    reading = readings.values.get(name)
    if reading is None or reading.state != "given" or isinstance(reading.value, bool | str | None):
        return None
    return reading.value if isinstance(reading.value, Fraction) else Fraction(reading.value.toordinal())
