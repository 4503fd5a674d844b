"""The reasoning of one sub-criterion as HTML. Everything that is shown passes through ``escape``."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tieuchi.explain.ledger import provenance
from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Score, Scorecard, Trace
from tieuchi.render.numbers import points_text, rate_text, short_number, value_text
from tieuchi.render.reasoning import value_words, why_not
from tieuchi.words.language import Language
from tieuchi.words.terms import clause_words, localised, term
from tieuchi.words.web_terms import web_term


def shown_points(node: Score, card: Scorecard, language: Language, *, total: bool = False) -> str:
    """Return the points of a node, or what they lie between."""
    shown = card.plan.book.shown
    places = shown.total if total else shown.points
    if node.points is not None:
        return points_text(node.points, language, places, shown)
    if node.state == "not_applicable":
        return "–"
    return " … ".join(points_text(end, language, places, shown) for end in (node.low, node.high))


def shown_lost(node: Score, card: Scorecard, language: Language) -> str:
    """Return the lost points of a node."""
    return points_text(node.lost, language, card.plan.book.shown.points, card.plan.book.shown)


def shown_rate(node: Score, card: Scorecard, language: Language) -> str:
    """Return points over maximum, in per cent."""
    text = rate_text(node.rate, card.plan.book.shown)
    return text if language == "en" else text.replace(".", ",")


def facts_html(node: Score, card: Scorecard, language: Language) -> str:
    """Return office, reference, quotation and note of a sub-criterion."""
    trace = node.trace
    assert trace is not None
    book, criterion = card.plan.book, trace.plan.criterion
    reference, basis = provenance(book, trace, trace.base_clause)
    place = ", ".join(part for part in (reference.document, reference.item, reference.page) if part)
    rows = [(term("reference", language), f"{place} ({term(basis, language)})")]
    if trace.plan.owner is not None:
        rows.insert(0, (term("owner", language), book.offices[trace.plan.owner].of(language)))
    text = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    quote = f"<blockquote>“{escape(reference.quote)}”</blockquote>" if reference.quote else ""
    note = f"<p>{escape(criterion.note.of(language))}</p>" if criterion.note else ""
    return f"<dl>{text}</dl>{quote}{note}"


def reasoning_html(node: Score, card: Scorecard, language: Language) -> str:
    """Return the arithmetic, every clause with whether it applied, and what findings took."""
    trace = node.trace
    assert trace is not None
    words = value_words(trace, card, language)
    value = f'<p class="value"><b>{escape(term("value", language))}:</b> {escape(words)}</p>' if words else ""
    if trace.points is None and trace.lacking:
        names = ", ".join(card.plan.indicators[name].title.of(language) for name in trace.lacking)
        value += f"<p>{escape(web_term('lacking', language))}: {escape(names)}</p>"
    if trace.declared is not None:
        value += f"<p>{escape(trace.declared.source)}</p>"
    rows = "".join(_clause_rows(trace, card, language))
    heads = "".join(
        f'<th scope="col">{escape(word)}</th>'
        for word in (term("clause", language), web_term("condition", language), term("points", language), "")
    )
    caption = escape(term("explanation", language))
    table = (
        f'<table class="clauses"><caption class="unseen">{caption}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return value + (table if rows else "") + "".join(_taken(trace, card, language))


def _clause_rows(trace: Trace, card: Scorecard, language: Language) -> Iterator[str]:
    for line in why_not(trace, card, language):
        points = line.points if " " in line.points else localised(line.points, language)
        cells = (clause_words(line.clause, language), line.condition, points, term(line.outcome, language))
        yield f'<tr class="{line.outcome}">' + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"


def _taken(trace: Trace, card: Scorecard, language: Language) -> Iterator[str]:
    for taken in trace.taken:
        finding = next(f for f in card.plan.book.findings if f.id == taken.finding)
        amount = short_number(taken.amount, language)
        yield (
            f'<p class="finding">{escape(term("finding", language))} “{escape(finding.title.of(language))}”: '
            f"−{escape(amount)}</p>"
        )


def exact_note(node: Score) -> str:
    """Return the exact points where what is shown is rounded."""
    text = "" if node.points is None else exact_text(node.points)
    return f"= {text}" if "/" in text else ""


def reading_words(card: Scorecard, name: str, language: Language) -> str:
    """Return a reading as people write it, or the state it is in."""
    reading = card.readings.values.get(name)
    if reading is None:
        return term("missing", language)
    if reading.value is None or reading.state != "given":
        return term(reading.state, language)
    return value_text(reading.value, card.plan.indicators[name], language)
