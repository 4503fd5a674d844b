"""Two rulebooks and two readings of a unit: how much of the difference is the rules' and how much its performance.

Each pair of rulebook and readings is scored, old and new, and the difference is split between the two causes by Shapley
value: in two scored orders, averaged, so that no order is preferred and the parts add up exactly, for every criterion,
field and the total. A criterion that exists only once is told by name; its points are the rules' effect where they
can't be split. Where old readings say nothing on a new rule (or the other way round), a difference is left *open*.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from tieuchi.assess import assess
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.whatif.shapley import shapley

Only = Literal["", "before", "after"]
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one criterion, field or the total gained, and why: ``rules + performance + open`` is the difference.

    ``before`` and ``after`` are None where it is not settled; then nothing is split and ``open`` is None.
    """

    criterion: str
    level: int
    before: Fraction | None
    after: Fraction | None
    rules: Fraction
    performance: Fraction
    open: Fraction | None
    only: Only = ""

    @property
    def gain(self) -> Fraction | None:
        """What it gained in all."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole difference, the total first, then every criterion from the top down."""

    before: Scorecard
    after: Scorecard
    effects: tuple[Effect, ...]

    @property
    def total(self) -> Effect:
        """The effect on the total."""
        return self.effects[0]

    @property
    def only(self) -> tuple[Effect, ...]:
        """What exists in one of the rulebooks only."""
        return tuple(effect for effect in self.effects if effect.only)


def compare(
    old: tuple[Rulebook, Readings],
    new: tuple[Rulebook, Readings],
    groups: tuple[Sequence[Readings], Sequence[Readings]] = ((), ()),
) -> Comparison:
    """Split the difference of two results of a unit.

    Example:
        >>> from tieuchi.api import load_readings, load_rulebook
        >>> book = load_rulebook("par-index-province/2017")
        >>> readings = load_readings("soc-trang-2017", book)
        >>> compare((book, readings), (book, readings)).total.rules
        Fraction(0, 1)
    """
    cards = {
        (rule, figures): assess(
            book, _fitting(readings, book, source), [_fitting(r, book, source) for r in group], "exact"
        )
        for rule, book in (("old", old[0]), ("new", new[0]))
        for figures, source, readings, group in (("old", *old, groups[0]), ("new", *new, groups[1]))
    }
    nodes = {key: _by_id(card) for key, card in cards.items()}
    first, last = cards["old", "old"], cards["new", "new"]
    totals = {key: card.total for key, card in cards.items()}
    effects = [_effect("", 0, totals)]
    for name, level in _order(last, first):
        effects.append(_effect(name, level, {key: found.get(name) for key, found in nodes.items()}))
    return Comparison(first, last, tuple(effects))


def _fitting(readings: Readings, book: Rulebook, source: Rulebook) -> Readings:
    """Return the readings that mean the same under another rulebook: of indicators whose kind it did not change."""
    kinds = {i.id: (i.kind, i.choices) for i in source.indicators}
    other = {i.id for i in book.indicators if kinds.get(i.id, (i.kind, i.choices)) != (i.kind, i.choices)}
    return (
        readings
        if not other
        else replace(readings, values={n: r for n, r in readings.values.items() if n not in other})
    )


def _by_id(card: Scorecard) -> dict[str, Score]:
    return {node.id: node for part in card.total.parts for node in part.walk()}


def _order(after: Scorecard, before: Scorecard) -> Iterator[tuple[str, int]]:
    """Yield every criterion with its level, those of the new rulebook first."""
    seen: set[str] = set()
    for card in (after, before):
        stack = [(part, 1) for part in reversed(card.total.parts)]
        while stack:
            node, level = stack.pop()
            if node.id not in seen:
                seen.add(node.id)
                yield node.id, level
            stack += [(part, level + 1) for part in reversed(node.parts)]


Corners = dict[tuple[str, str], Score | None] | dict[tuple[str, str], Score]


def _effect(name: str, level: int, corners: Corners) -> Effect:
    values = {key: _points(node) for key, node in corners.items()}
    before, after = values["old", "old"], values["new", "new"]
    only: Only = "after" if corners["old", "old"] is None else "before" if corners["new", "new"] is None else ""
    if before is None or after is None:
        return Effect(name, level, before, after, ZERO, ZERO, None, only)
    if any(value is None for value in values.values()):
        # A mixed pair lacks readings: a criterion that comes or goes is the rules' doing, else nothing can be told.
        gain = after - before
        return Effect(name, level, before, after, gain if only else ZERO, ZERO, ZERO if only else gain, only)
    split = shapley(("rules", "figures"), lambda done: values[_side("rules", done), _side("figures", done)] or ZERO)
    return Effect(name, level, before, after, split["rules"], split["figures"], ZERO, only)


def _side(cause: str, done: frozenset[str]) -> str:
    return "new" if cause in done else "old"


def _points(node: Score | None) -> Fraction | None:
    """Return what a node adds to the total; nothing where it is absent or does not apply."""
    if node is None or node.state == "not_applicable":
        return ZERO
    return node.points
