"""One scorecard in one language: how the report names its criteria and writes its numbers."""

from __future__ import annotations

from fractions import Fraction

from tieuchi.errors import Issue, ReadingsError
from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.render.numbers import points_text
from tieuchi.report.wording import say
from tieuchi.words.language import Language
from tieuchi.words.terms import localised


class Voice:
    """Says things about one scorecard.

    Raises:
        ReadingsError: The readings tell the cause of what is no criterion.
    """

    def __init__(self, card: Scorecard, language: Language) -> None:
        self.card, self.language = card, language
        self.book = card.plan.book
        self.titles = {c.id: c.title.of(language) for top in self.book.criteria for c in top.walk()}
        unknown = [cause for name, cause in card.readings.causes.items() if name not in self.titles]
        if unknown:
            raise ReadingsError([Issue("K833", cause.at, facts={"key": cause.criterion}) for cause in unknown])

    def say(self, name: str, /, **facts: str) -> str:
        """Return a sentence of the report."""
        return say(name, self.language, **facts)

    def points(self, points: Fraction | None, places: int | None = None) -> str:
        """Return points as the report prints them."""
        shown = self.book.shown
        return points_text(points, self.language, shown.points if places is None else places, shown)

    def cause(self, criterion: str) -> str:
        """Return why a criterion lost points, or nothing where the readings do not tell."""
        cause = self.card.readings.causes.get(criterion)
        return self.say("cause", cause=cause.text.rstrip(". ")) if cause is not None else ""

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
