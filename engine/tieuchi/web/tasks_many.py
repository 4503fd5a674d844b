"""The tasks about many units: a batch with ranks, and a threshold moved over a range."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tieuchi.errors import ReadingsError
from tieuchi.model.canonical import Relative
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.card_json import number_json
from tieuchi.web.answers import XLSX, json_answer
from tieuchi.web.books import Loaded
from tieuchi.web.forms import BatchForm, form_of
from tieuchi.web.given import all_given, loaded_of
from tieuchi.web.problems import RefusalError
from tieuchi.words.language import Language

EVERY = 50
"""Units between two words about progress."""


def relative(plan: Plan) -> bool:
    """Say whether any scale compares units with each other."""
    return any(isinstance(route.measured, Relative) for leaf in plan.leaves for route in leaf.routes)


def batch(head: Mapping[str, Any], body: bytes, tell: Any) -> tuple[dict[str, Any], bytes]:
    """Score all units of a file or a list, and rank them."""
    form, root = form_of(body, BatchForm)
    loaded = loaded_of(form.rulebook)
    node = root.get("readings")
    assert node is not None
    every = all_given(node, loaded, form.locale)
    check_rows(len(every), head)
    if not every:
        raise ReadingsError([])
    cards = scored_all(loaded, every, tell)
    book = loaded.book
    return json_answer(
        {
            "schema": "tieuchi/batch/1",
            "rulebook": {"id": book.id, "sha256": loaded.sha256},
            "fields": [{"id": field.id, "title": field.title.model_dump()} for field in book.criteria],
            "units": ranked(cards, loaded),
        }
    )


def ranking(head: Mapping[str, Any], body: bytes, tell: Any) -> tuple[dict[str, Any], bytes]:
    """Return the workbook of many units: ranks, and the points of every criterion."""
    from tieuchi.workbook.ranking import Row, columns_of, ranking_bytes

    form, root = form_of(body, BatchForm)
    loaded = loaded_of(form.rulebook)
    node = root.get("readings")
    assert node is not None
    every = all_given(node, loaded, form.locale)
    check_rows(len(every), head)
    cards = scored_all(loaded, every, tell)
    ranks = ranks_of([card.total.points for card in cards], loaded.book.ranking.ties)
    rows = []
    for card, rank in zip(cards, ranks, strict=True):
        unit, total = card.readings.unit, card.total
        nodes = [part for part in total.walk() if part is not total]
        points = {part.id: part.points for part in nodes}
        clauses = {part.id: part.trace.clause for part in nodes if part.trace and part.trace.clause}
        lost = {"total": total.lost} | {part.id: part.lost for part in nodes}
        row = Row(
            unit.id, unit.name or "", rank, total.points, points, card.grade or "", total.low, total.high, clauses,
            lost=lost,
        )  # fmt: skip
        rows.append(row)
    language: Language = "en" if head.get("language") == "en" else "vi"
    columns = columns_of(loaded.book.criteria, language)
    return {"status": 200, "type": XLSX}, ranking_bytes(loaded.book.title.of(language), columns, rows, language)


def check_rows(count: int, head: Mapping[str, Any]) -> None:
    """Refuse more units than the server takes.

    Raises:
        RefusalError: There are more.
    """
    if count > head["most_rows"]:
        raise RefusalError(413, "W110", {"rows": str(count), "most": str(head["most_rows"])})


def scored_all(loaded: Loaded, every: Sequence[Readings], tell: Any = None) -> list[Scorecard]:
    """Return the scorecards of many units, by the exact road."""
    group = every if relative(loaded.plan) else ()
    cards = []
    for index, readings in enumerate(every):
        if tell is not None and index % EVERY == 0:
            tell(index, len(every))
        cards.append(loaded.exact.assess(readings, group))
    if tell is not None:
        tell(len(every), len(every))
    return cards


def ranked(cards: Sequence[Scorecard], loaded: Loaded) -> list[dict[str, Any]]:
    """Return a row for each unit, by rank; those with something missing come last, without one."""
    ranks = ranks_of([card.total.points for card in cards], loaded.book.ranking.ties)
    rows = [_row(card, rank, loaded) for card, rank in zip(cards, ranks, strict=True)]
    return sorted(rows, key=lambda row: (row["rank"] is None, row["rank"] or 0))


def ranks_of(points: Sequence[Fraction | None], ties: str) -> list[int | None]:
    """Return ranks by exact points, equal points sharing one; None where points are not settled.

    Example:
        >>> ranks_of([Fraction(1), Fraction(2), Fraction(2), None, Fraction(0)], "competition")
        [3, 1, 1, None, 4]
        >>> ranks_of([Fraction(1), Fraction(2), Fraction(2)], "dense")
        [2, 1, 1]
    """
    settled = sorted((p for p in points if p is not None), reverse=True)
    listed = list(dict.fromkeys(settled)) if ties == "dense" else settled
    places: dict[Fraction, int] = {}
    for place, value in enumerate(listed, start=1):
        places.setdefault(value, place)
    return [None if p is None else places[p] for p in points]


def _row(card: Scorecard, rank: int | None, loaded: Loaded) -> dict[str, Any]:
    unit, total = card.readings.unit, card.total
    return {
        "rank": rank,
        "unit": unit.id,
        "name": unit.name or unit.id,
        "period": card.readings.period or None,
        "points": number_json(total.points, loaded.book.shown.total, loaded.book),
        "low": exact_text(total.low),
        "high": exact_text(total.high),
        "state": total.state,
        "grade": card.grade,
        "fields": {part.id: None if part.points is None else exact_text(part.points) for part in total.parts},
    }
