"""The rows of the tree, in the order of the rulebook or by what is lost."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Score
from tieuchi.render.numbers import short_number
from tieuchi.web.page.words_html import shown_lost, shown_points
from tieuchi.web.page.workspace import Workspace
from tieuchi.words.language import Language
from tieuchi.words.terms import localised, term

ZERO = Fraction(0)


def tree_rows(work: Workspace, language: Language, *, by_loss: bool) -> list[dict[str, Any]]:
    """Return a row for every criterion, groups before their parts."""
    titles = {c.id: c for top in work.plan.book.criteria for c in _all(top)}
    old = {node.id: node for node in work.before.total.walk()}
    most = max((node.lost or ZERO for node in work.now.leaves()), default=ZERO)

    def rows(nodes: tuple[Score, ...], level: int, parent: str) -> Iterator[dict[str, Any]]:
        for node in sorted(nodes, key=_loss) if by_loss else nodes:
            yield _row(node, old.get(node.id), titles[node.id], work, language) | {
                "level": level,
                "parent": parent,
                "share": 0 if node.parts or not most else round(float(max(node.lost or ZERO, ZERO) / most) * 100, 1),
            }
            yield from rows(node.parts, level + 1, node.id)

    return list(rows(work.now.total.parts, 1, ""))


def _all(criterion: Criterion) -> list[Criterion]:
    return [criterion, *(found for part in criterion.criteria or () for found in _all(part))]


def _loss(node: Score) -> tuple[int, Fraction]:
    """Order by what matters: what is open first, then what is lost, then the rest as it stands."""
    if node.points is None and node.state != "not_applicable":
        return 0, -(node.high - node.low)
    return 1, -(node.lost or ZERO)


def _row(node: Score, old: Score | None, criterion: Criterion, work: Workspace, language: Language) -> dict[str, Any]:
    delta = None if old is None or old.points is None or node.points is None else node.points - old.points
    return {
        "id": node.id,
        "title": criterion.title.of(language),
        "group": bool(node.parts),
        "points": shown_points(node, work.now, language),
        "max": localised(exact_text(node.max_points), language),
        "lost": shown_lost(node, work.now, language),
        "state": node.state,
        "stateText": term(node.state, language),
        "delta": signed(delta, language) if delta else "",
        "sign": "up" if delta and delta > 0 else "down",
    }


def signed(number: Fraction, language: Language) -> str:
    """Return a difference with its sign."""
    text = short_number(abs(number), language)
    return ("+" if number > 0 else "−") + text
