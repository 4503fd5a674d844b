"""The receipt: a scorecard scored again from the readings it carries, and everything that then differs.

Offline and pure: the readings are in the scorecard, the rulebook is known by its SHA-256. What other units of a
group had is taken over as the best values that the scorecard names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.model.indicator import Indicator, Value
from tieuchi.model.number import parse_number
from tieuchi.model.plan import Plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.card_json import SCHEMA, card_json
from tieuchi.scoring.aggregate import build_total, grades_of, narrowing, shares_of
from tieuchi.scoring.inputs import inputs_of
from tieuchi.scoring.scorer import Scorer

Json = dict[str, Any]
IGNORED = ("engine", "fired", "receipt")
"""Keys that do not hang on the readings: which version and road scored, and what it fired."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place of the scorecard that says something else than scoring again."""

    path: str
    stored: object
    scored: object


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a check found. ``rulebook_differs``: another rulebook than the one the scorecard was scored by."""

    rulebook_differs: bool
    differences: tuple[Difference, ...]

    @property
    def sound(self) -> bool:
        """Whether everything agrees."""
        return not self.rulebook_differs and not self.differences


def check_card(stored: object, plan: Plan, sha256: str, file: str = "scorecard.json") -> Receipt:
    """Score a scorecard again from what it carries.

    Args:
        stored: The scorecard, as parsed JSON.
        plan: The rulebook it names.
        sha256: The fingerprint of that rulebook.
        file: How the scorecard is named in messages.

    Raises:
        ReadingsError: It is no scorecard, or carries no readings.
    """
    card = _card_of(stored, file)
    readings, best = readings_of(card, plan, file)
    again = card_json(_scored(plan, readings, best), rulebook_sha256=sha256, version="")
    found = tuple(_compared("", card, again))
    return Receipt(card["rulebook"].get("sha256") != sha256, found)


def rulebook_name(stored: object, file: str = "scorecard.json") -> str:
    """Return the id of the rulebook that a scorecard was scored by.

    Raises:
        ReadingsError: It is no scorecard.
    """
    return str(_card_of(stored, file)["rulebook"]["id"])


def _card_of(stored: object, file: str) -> Json:
    reason = ""
    if not isinstance(stored, dict) or stored.get("schema") != SCHEMA:
        reason = SCHEMA
    elif not isinstance(stored.get("rulebook"), dict) or "id" not in stored["rulebook"]:
        reason = "rulebook"
    elif not isinstance(stored.get("unit"), dict) or not isinstance(stored.get("criteria"), list):
        reason = "unit, criteria"
    if reason:
        raise ReadingsError([Issue("K840", Position(file), facts={"reason": reason})])
    assert isinstance(stored, dict)
    return stored


def readings_of(card: Json, plan: Plan, file: str) -> tuple[Readings, dict[tuple[str, int], Fraction]]:
    """Return the readings that a scorecard carries, and the best values of its group.

    Raises:
        ReadingsError: It carries none, or they are not what the indicators need.
    """
    receipt = card.get("receipt")
    if not isinstance(receipt, dict) or not isinstance(receipt.get("readings"), dict):
        raise ReadingsError([Issue("K841", Position(file))])
    at = Position(file)
    try:
        values = dict(_readings(receipt["readings"], plan.indicators))
        declared = {
            name: DeclaredPoints(name, parse_number(d["points"]), Position(d.get("at", file)), d.get("source", ""))
            for name, d in receipt.get("declared", {}).items()
        }
        unit = Unit(*(str(receipt["unit"].get(key, "")) for key in ("id", "name", "kind", "parent")))
        best = {(b["criterion"], int(b["route"])): parse_number(b["value"]) for b in receipt.get("group_best", [])}
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise ReadingsError([Issue("K840", at, facts={"reason": f"receipt: {problem}"})]) from None
    period, sha256 = str(receipt.get("period", "")), str(card.get("readings_sha256") or "")
    return Readings(unit, period, values, declared, sha256), best


def _readings(stored: Mapping[str, Json], indicators: Mapping[str, Indicator]) -> Iterator[tuple[str, Reading]]:
    for name, entry in stored.items():
        indicator = indicators.get(name)
        if indicator is None:
            continue  # the rulebook at hand does not read it; if that matters, points differ
        raw = entry.get("value")
        value = None if raw is None else _value(raw, indicator)
        at, text = Position(entry.get("at", "")), entry.get("text", "")
        state = entry.get("state", "given")
        yield name, Reading(name, value, at, text, entry.get("source", ""), state, entry.get("reason", ""))


def _value(raw: Any, indicator: Indicator) -> Value:
    if isinstance(raw, bool) and indicator.kind == "yes_no":
        return raw
    if not isinstance(raw, str):
        raise ValueError(f"{indicator.id}: {raw!r}")
    if indicator.kind == "date":
        return date.fromisoformat(raw)
    if indicator.kind == "choice":
        return raw
    if indicator.kind == "yes_no":
        raise ValueError(f"{indicator.id}: {raw!r}")
    return parse_number(raw)


def _scored(plan: Plan, readings: Readings, best: Mapping[tuple[str, int], Fraction]) -> Scorecard:
    """Score readings against best values that are already known."""
    scorer = Scorer(plan)
    card = scorer.score(readings)
    if not best:
        return card
    inputs = inputs_of(readings)
    traces = [scorer.score_one(leaf, inputs, best) for leaf in plan.leaves]
    total = build_total(plan.book, iter(traces))
    grades = grades_of(plan.book.grades, total)
    return replace(
        card,
        total=total,
        shares=shares_of(plan.book, traces),
        grade=grades[0] if len(grades) == 1 else None,
        grades_possible=grades,
        narrowed_by=narrowing(traces),
    )


def _compared(path: str, stored: object, scored: object) -> Iterator[Difference]:
    """Yield every place in which two trees differ, in the order of the stored one."""
    if isinstance(stored, dict) and isinstance(scored, dict):
        for key in dict.fromkeys((*stored, *scored)):
            if not path and key in IGNORED:
                continue
            yield from _compared(f"{path}.{key}" if path else key, stored.get(key), scored.get(key))
    elif isinstance(stored, list) and isinstance(scored, list) and len(stored) == len(scored):
        for place, (one, other) in enumerate(zip(stored, scored, strict=True)):
            name = one.get("id", place) if isinstance(one, dict) else place
            yield from _compared(f"{path}[{name}]", one, other)
    elif stored != scored:
        yield Difference(path, stored, scored)
