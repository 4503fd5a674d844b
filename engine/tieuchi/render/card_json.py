"""The scorecard as JSON: the versioned contract. Exact numbers are text, so that no reader rounds them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tieuchi.explain.ledger import consequence_provenance, provenance
from tieuchi.model.number import exact_text, shown_text
from tieuchi.model.plan import full_reference
from tieuchi.model.provenance import Reference
from tieuchi.model.rulebook import Criterion, Rulebook
from tieuchi.model.scorecard import Score, Scorecard, Trace
from tieuchi.render.numbers import exact_value
from tieuchi.render.readings_json import receipt_json
from tieuchi.render.reasoning import value_words, why_not

SCHEMA = "tieuchi/scorecard/1"
Json = dict[str, Any]


def card_json(card: Scorecard, *, rulebook_sha256: str, version: str) -> Json:
    """Return a scorecard as plain data. Field by field it is described in ``rules/schema/scorecard.schema.json``."""
    book = card.plan.book
    unit = card.readings.unit
    titles = {criterion.id: criterion for top in book.criteria for criterion in top.walk()}
    return {
        "schema": SCHEMA,
        "engine": {"version": version, "road": card.road, "alone": card.alone or None},
        "rulebook": {
            "id": book.id,
            "title": book.title.model_dump(),
            "document": book.document.model_dump(mode="json", exclude_none=True),
            "sha256": rulebook_sha256,
        },
        "unit": {"id": unit.id, "name": unit.name or unit.id, "kind": unit.kind or None, "parent": unit.parent or None},
        "period": card.readings.period or book.period,
        "readings_sha256": card.readings.sha256 or None,
        **_figures(card.total, book, book.shown.total),
        "grade": card.grade,
        "grades_possible": list(card.grades_possible),
        "assessors": [_share(card, index) for index in range(len(card.shares))],
        "findings": [_finding(card, index) for index in range(len(card.findings))],
        "narrowed_by": [{"indicator": n.indicator, "width": exact_text(n.width)} for n in card.narrowed_by],
        "fired": list(card.firings),
        "criteria": [_node(part, titles, card) for part in card.total.parts],
        "receipt": receipt_json(card),
    }


def node_json(card: Scorecard, criterion: str) -> Json:
    """Return one node of the scorecard as plain data."""
    titles = {found.id: found for top in card.plan.book.criteria for found in top.walk()}
    return _node(card[criterion], titles, card)


def number_json(number: Fraction | None, places: int, book: Rulebook) -> Json | None:
    """Return ``{"exact", "shown"}``, or None where there is no number."""
    if number is None:
        return None
    return {"exact": exact_text(number), "shown": shown_text(number, places, book.shown.mode)}


def rate_json(rate: Fraction | None, book: Rulebook) -> Json | None:
    """Return a rate: exact as a fraction of 1, shown in per cent."""
    if rate is None:
        return None
    return {"exact": exact_text(rate), "shown": shown_text(rate * 100, book.shown.rate, book.shown.mode) + "%"}


def _figures(node: Score, book: Rulebook, places: int) -> Json:
    figures: Json = {
        "max_points": exact_text(node.max_points),
        "state": node.state,
        "points": number_json(node.points, places, book),
        "lost": number_json(node.lost, places, book),
        "rate": rate_json(node.rate, book),
    }
    if node.points is None and node.state != "not_applicable":
        figures["interval"] = {"low": exact_text(node.low), "high": exact_text(node.high)}
    if node.block:
        figures["block"] = node.block
    return figures


def _share(card: Scorecard, index: int) -> Json:
    share, book = card.shares[index], card.plan.book
    assessor = book.assessors[share.assessor]
    places = book.shown.points if assessor.places is None else assessor.places
    lost = None if share.points is None else share.max_points - share.points
    rate = share.points / share.max_points if share.points is not None and share.max_points else None
    found: Json = {
        "assessed_by": share.assessor,
        "title": assessor.title.model_dump(),
        "max_points": exact_text(share.max_points),
        "points": number_json(share.points, places, book),
        "lost": number_json(lost, places, book),
        "rate": rate_json(rate, book),
    }
    if share.points is None:
        found["interval"] = {"low": exact_text(share.low), "high": exact_text(share.high)}
    return found


def _finding(card: Scorecard, index: int) -> Json:
    state = card.findings[index]
    finding = card.plan.findings[index].finding
    return {
        "id": state.id,
        "title": finding.title.model_dump(),
        "holds": state.holds,
        "lacking": list(state.lacking),
        "criteria": list(dict.fromkeys(c.criterion for c in finding.consequences)),
        "reference": reference_json(full_reference(card.plan.book, finding.reference)),
        "basis": finding.basis,
    }


def reference_json(reference: Reference) -> Json:
    """Return a reference without the fields it leaves out."""
    return reference.model_dump(exclude_none=True)


def _node(node: Score, titles: dict[str, Criterion], card: Scorecard) -> Json:
    criterion, book = titles[node.id], card.plan.book
    trace = node.trace
    reference, basis = full_reference(book, criterion.reference), criterion.basis.weakest
    if trace is not None and trace.points is not None:
        reference, basis = provenance(book, trace, trace.base_clause)
    found: Json = {
        "id": node.id,
        "title": criterion.title.model_dump(),
        **_figures(node, book, book.shown.points),
        "clause": trace.clause if trace else None,
        "reference": reference_json(reference),
        "basis": basis,
        "basis_parts": criterion.basis.model_dump(),
        "readings": _readings(trace, card) if trace else [],
        "findings": _taken(trace, book) if trace else [],
    }
    if trace is not None:
        found |= {"assessed_by": trace.plan.assessed_by, "owner": trace.plan.owner, "trace": _trace(trace, card)}
    if node.parts:
        found["criteria"] = [_node(part, titles, card) for part in node.parts]
    return found


def _readings(trace: Trace, card: Scorecard) -> list[Json]:
    """Return the readings that a sub-criterion names, those that lack with their state."""
    names = dict.fromkeys(trace.plan.indicators)
    for index, consequence in trace.plan.consequences:
        names.update(dict.fromkeys(card.plan.findings[index].indicators))
        if consequence.for_each is not None:
            names[consequence.for_each] = None
    return [_reading(name, card) for name in names]


def _reading(name: str, card: Scorecard) -> Json:
    reading = card.readings.values.get(name)
    if reading is None:
        return {"indicator": name, "value": None, "source": None, "at": None, "state": "missing"}
    value = None if reading.value is None else exact_value(reading.value)
    found: Json = {
        "indicator": name,
        "value": value,
        "source": reading.source or None,
        "at": str(reading.at),
        "state": reading.state,
    }
    if reading.text:
        found["text"] = reading.text
    if reading.reason:
        found["reason"] = reading.reason
    return found


def _taken(trace: Trace, book: Rulebook) -> list[Json]:
    found = []
    for taken in trace.taken:
        reference, basis = consequence_provenance(book, trace, taken)
        found.append(
            {
                "finding": taken.finding,
                "clause": taken.clause,
                "points": exact_text(-taken.amount),
                "times": exact_text(taken.times),
                "reference": reference_json(reference),
                "basis": basis,
            }
        )
    return found


def _trace(trace: Trace, card: Scorecard) -> Json:
    raw, value = trace.raw, trace.value
    found: Json = {
        "raw": None if raw is None else exact_text(raw),
        "value": None if value is None else exact_text(value),
        "base_clause": trace.base_clause,
        "base_points": None if trace.base_points is None else exact_text(trace.base_points),
        "arithmetic": value_words(trace, card, "en") or None,
        "why_not": [line.as_json() for line in why_not(trace, card, "en")],
    }
    if trace.group_best is not None:
        found["group_best"] = exact_text(trace.group_best)
    if trace.declared is not None:
        found["declared"] = {"source": trace.declared.source or None, "at": str(trace.declared.at)}
    if trace.reason:
        found |= {"reason": trace.reason, "lacking": list(trace.lacking)}
    return found
