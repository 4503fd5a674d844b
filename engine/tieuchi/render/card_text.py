"""The scorecard as text for a terminal."""

from __future__ import annotations

from fractions import Fraction

from tieuchi.model.number import exact_text
from tieuchi.model.rulebook import Criterion
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.render.numbers import points_text, rate_text
from tieuchi.render.page import Column, Page
from tieuchi.words.language import Language
from tieuchi.words.terms import clause_words, localised, term

_MARKS = {"stated": "", "derived": "°", "assumed": "*"}


def card_text(card: Scorecard, page: Page, language: Language) -> None:
    """Write a scorecard: heading, fields, assessors, every sub-criterion with its clause, what is missing."""
    heading(card, page, language)
    _fields(card, page, language)
    _shares(card, page, language)
    _criteria(card, page, language)
    _missing(card, page, language)
    road = f"alone_{card.alone}" if card.alone else "both_roads"
    page.line()
    page.line(f"{term('road', language)}: {term(road, language)}", style="dim")


def heading(card: Scorecard, page: Page, language: Language) -> None:
    """Write who is scored by what, and the total."""
    book = card.plan.book
    unit = card.readings.unit
    page.line(f"{book.title.of(language)}", style="bold")
    period = card.readings.period or book.period or ""
    of_period = f"   {term('period', language)}: {period}" if period else ""
    page.line(f"{term('unit', language)}: {unit.name or unit.id}{of_period}")
    total = span_text(card.total, card, language, book.shown.total)
    most = localised(exact_text(card.total.max_points), language)
    rate = localised_rate(card.total.rate, card, language)
    page.line(f"{term('total', language)}: {total} / {most}  ({rate})", style="bold")
    if card.grades_possible:
        page.line(f"{term('grade', language)}: {' – '.join(card.grades_possible)}", style="bold")


def localised_rate(rate: Fraction | None, card: Scorecard, language: Language) -> str:
    """Return a rate as people of the language write it."""
    text = rate_text(rate, card.plan.book.shown)
    return localised(text.removesuffix("%"), language) + "%" if text.endswith("%") else text


def span_text(node: Score, card: Scorecard, language: Language, places: int) -> str:
    """Return points, or the interval they lie in."""
    shown = card.plan.book.shown
    if node.points is not None or node.state == "not_applicable":
        return points_text(node.points, language, places, shown)
    low, high = (points_text(end, language, places, shown) for end in (node.low, node.high))
    return f"[{low}; {high}]"


def _fields(card: Scorecard, page: Page, language: Language) -> None:
    book = card.plan.book
    titles = {criterion.id: criterion.title.of(language) for criterion in book.criteria}
    columns: list[Column] = [(term("id", language), "left"), (term("field", language), "left")]
    columns += [(term(name, language), "right") for name in ("max_points", "points", "lost", "rate")]
    rows = [_figures(part, titles[part.id], card, language, book.shown.points) for part in card.total.parts]
    rows.append(["", *_figures(card.total, term("total", language), card, language, book.shown.total)[1:]])
    page.line()
    page.table(columns, rows, last_is_total=True)


def _figures(node: Score, title: str, card: Scorecard, language: Language, places: int) -> list[str]:
    shown = card.plan.book.shown
    return [
        node.id,
        title,
        localised(exact_text(node.max_points), language),
        span_text(node, card, language, places),
        points_text(node.lost, language, places, shown),
        localised_rate(node.rate, card, language),
    ]


def _shares(card: Scorecard, page: Page, language: Language) -> None:
    book = card.plan.book
    page.line()
    for share in card.shares:
        assessor = book.assessors[share.assessor]
        places = book.shown.points if assessor.places is None else assessor.places
        points = points_text(share.points, language, places, book.shown)
        if share.points is None:
            low, high = (points_text(end, language, places, book.shown) for end in (share.low, share.high))
            points = f"[{low}; {high}]"
        page.line(f"{assessor.title.of(language)}: {points} / {localised(exact_text(share.max_points), language)}")


def _criteria(card: Scorecard, page: Page, language: Language) -> None:
    """Write every sub-criterion with the clause that fired."""
    book = card.plan.book
    page.heading(term("by_criterion", language))
    columns: list[Column] = [(term("id", language), "left"), (term("criterion", language), "left")]
    columns += [(term(name, language), "right") for name in ("max_points", "points")]
    columns.append((term("clause", language), "left"))
    rows = []
    marks: set[str] = set()
    for node in card.leaves():
        assert node.trace is not None
        criterion: Criterion = node.trace.plan.criterion
        clause = clause_words(node.trace.clause, language) if node.state == "scored" else term(node.state, language)
        basis = criterion.basis.scale
        marks.add(basis)
        rows.append(
            [
                node.id,
                criterion.title.of(language),
                localised(exact_text(node.max_points), language),
                span_text(node, card, language, book.shown.points),
                f"{clause}{_MARKS[basis]}",
            ]
        )
    page.table(columns, rows)
    notes = [f"{_MARKS[name]} {term('basis', language)}: {term(name, language)}" for name in _MARKS if _MARKS[name]]
    used = [note for note, name in zip(notes, ("derived", "assumed"), strict=True) if name in marks]
    if used:
        page.line("   ".join(used), style="dim")


def _missing(card: Scorecard, page: Page, language: Language) -> None:
    if not card.narrowed_by:
        return
    page.heading(term("narrowed", language))
    shown = card.plan.book.shown
    for narrowing in card.narrowed_by[:10]:
        title = card.plan.indicators[narrowing.indicator].title.of(language)
        width = points_text(narrowing.width, language, shown.points, shown)
        page.line(f"{title} ({narrowing.indicator}): {width}", indent=2)
