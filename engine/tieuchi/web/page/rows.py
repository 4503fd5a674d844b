"""The rows of the tree, in the order of the rulebook or by what is lost."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.render.numbers import short_number
from tieuchi.web.page.words_html import shown_lost, shown_points
from tieuchi.web.page.workspace import Workspace
from tieuchi.words.language import Language
from tieuchi.words.terms import localised, term

ZERO = Fraction(0)


def tree_rows(work: Workspace, language: Language, *, by_loss: bool) -> list[dict[str, Any]]:
    """Return a row for every criterion, groups before their parts."""
    look = _Look(work, language)

    def rows(nodes: tuple[Score, ...], level: int, parent: str) -> Iterator[dict[str, Any]]:
        for node in sorted(nodes, key=_loss) if by_loss else nodes:
            yield look.row(node) | {"level": level, "parent": parent}
            yield from rows(node.parts, level + 1, node.id)

    return list(rows(work.now.total.parts, 1, ""))


def changed_rows(work: Workspace, language: Language, shown: Scorecard) -> dict[str, dict[str, Any]] | None:
    """Return the rows that differ from those of a scorecard shown before; None where the tree itself does."""
    old = [node for node in shown.total.walk() if node is not shown.total]
    new = [node for node in work.now.total.walk() if node is not work.now.total]
    if [node.id for node in old] != [node.id for node in new]:
        return None
    changed = [n for was, n in zip(old, new, strict=True) if was is not n and _told(was) != _told(n)]
    if shown.plan is not work.plan:
        changed = new
    if not changed:
        return {}
    look = _Look(work, language)
    return {node.id: look.row(node) for node in changed}


def _told(node: Score) -> tuple[object, ...]:
    return node.points, node.low, node.high, node.max_points, node.state


def _all(criterion: Criterion) -> list[Criterion]:
    return [criterion, *(found for part in criterion.criteria or () for found in _all(part))]


def _loss(node: Score) -> tuple[int, Fraction]:
    """Order by what matters: what is open first, then what is lost, then the rest as it stands."""
    if node.points is None and node.state != "not_applicable":
        return 0, -(node.high - node.low)
    return 1, -(node.lost or ZERO)


class _Look:
    """How the rows of one workspace look: titles, what was before, and how long the bars are."""

    def __init__(self, work: Workspace, language: Language) -> None:
        self.work = work
        self.language: Language = language
        self.titles = {c.id: c for top in work.plan.book.criteria for c in _all(top)}
        self.old = {node.id: node for node in work.before.total.walk()}
        self.most = max((node.lost or ZERO for node in work.before.leaves()), default=ZERO)

    def row(self, node: Score) -> dict[str, Any]:
        """Return the row of a criterion."""
        card, language, old = self.work.now, self.language, self.old.get(node.id)
        delta = None if old is None or old.points is None or node.points is None else node.points - old.points
        lost = min(max(node.lost or ZERO, ZERO), self.most)
        return {
            "id": node.id,
            "title": self.titles[node.id].title.of(language),
            "group": bool(node.parts),
            "points": shown_points(node, card, language),
            "max": localised(exact_text(node.max_points), language),
            "lost": shown_lost(node, card, language),
            "state": node.state,
            "stateText": term(node.state, language),
            "delta": signed(delta, language) if delta else "",
            "sign": "up" if delta and delta > 0 else "down",
            "share": 0 if node.parts or not self.most else round(float(lost / self.most) * 100, 1),
        }


def signed(number: Fraction, language: Language) -> str:
    """Return a difference with its sign."""
    text = short_number(abs(number), language)
    return ("+" if number > 0 else "−") + text
