"""One scorecard in one language: how the report names its criteria and writes its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.render.numbers import points_text
from tieuchi.report.wording import say
from tieuchi.words.language import Language
from tieuchi.words.terms import localised


class Voice:
    """Says things about one scorecard; ``notes`` are causes by criterion.

    Raises:
        ReadingsError: A note names no criterion.
    """

    def __init__(self, card: Scorecard, language: Language, notes: Mapping[str, str]) -> None:
        self.card, self.language, self.notes = card, language, notes
        self.book = card.plan.book
        self.titles = {c.id: c.title.of(language) for top in self.book.criteria for c in _all(top)}
        unknown = next((name for name in notes if name not in self.titles), None)
        if unknown is not None:
            raise ReadingsError([Issue("K833", Position("notes"), facts={"key": unknown})])

    def say(self, name: str, **facts: str) -> str:
        """Return a sentence of the report."""
        return say(name, self.language, **facts)

    def points(self, points: Fraction | None, places: int | None = None) -> str:
        """Return points as the report prints them."""
        shown = self.book.shown
        return points_text(points, self.language, shown.points if places is None else places, shown)

    def exact(self, number: Fraction) -> str:
        """Return a maximum without decimals that say nothing."""
        return localised(exact_text(number), self.language)

    def signed(self, number: Fraction, places: int) -> str:
        """Return a change with its sign."""
        return ("+" if number > 0 else "") + self.points(number, places)

    def field_of(self, criterion: str) -> list[Score]:
        """Return the sub-criteria that lost points in the field of one of them."""
        part = next(p for p in self.card.total.parts if any(n.id == criterion for n in p.walk()))
        return [node for node in part.walk() if node.trace is not None and fell_short(node)]


def fell_short(node: Score) -> bool:
    """Say whether a node lost points, or may have."""
    if node.points is None and node.low < node.high:
        return True
    return node.state != "not_applicable" and node.high < node.max_points


def _all(criterion: Criterion) -> list[Criterion]:
    return [criterion, *(found for part in criterion.criteria or () for found in _all(part))]
