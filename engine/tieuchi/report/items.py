"""One criterion that lost points, as the report tells it: share, figures, clause, findings, sources, cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.canonical import NumberTest, Quotient, Tally
from tieuchi.model.indicator import Indicator
from tieuchi.model.number import shown_text
from tieuchi.model.reading import Reading
from tieuchi.model.scale.checklist import Item as ChecklistItem
from tieuchi.model.scorecard import Score, Trace
from tieuchi.render.card_text import localised_rate, span_text
from tieuchi.render.numbers import short_number, value_text
from tieuchi.render.reasoning import why_not
from tieuchi.report.conditions import spoken
from tieuchi.report.voice import Voice
from tieuchi.words.terms import clause_words, localised, term


@dataclass(frozen=True, slots=True)
class Item:
    """One criterion: its sentence, the lines below it, and the cause that the readings give."""

    mark: str
    head: str
    rated: str
    lines: tuple[str, ...]
    sources: tuple[str, ...]
    cause: str
    depth: int


def item_of(writer: Voice, node: Score, depth: int) -> Item:
    """Return what the report says of one criterion."""
    facts = {
        "points": span_text(node, writer.card, writer.language, writer.book.shown.points),
        "most": writer.exact(node.max_points),
    }
    if node.points is None:
        rated = writer.say("open_item", **facts)
    else:
        rated = writer.say("rated", rate=localised_rate(node.rate, writer.card, writer.language), **facts)
    lines = list(_lines(writer, node.trace)) if node.trace is not None else []
    sources = tuple(_sources(writer, node.trace)) if node.trace is not None else ()
    return Item(
        "–" if depth == 0 else "+",
        f"{node.id} {writer.titles[node.id]}",
        rated,
        tuple(lines),
        sources,
        writer.cause(node.id),
        depth,
    )


def _lines(writer: Voice, trace: Trace) -> Iterator[str]:
    value = _value(writer, trace)
    if value:
        yield writer.say("value", value=value)
    readings = [_reading(writer, name) for name in _names(writer, trace)]
    if readings:
        yield writer.say("readings", readings="; ".join(readings))
    yield from _not_held(writer, trace)
    for line in why_not(trace, writer.card, writer.language):
        if line.outcome == "fired" and "/" not in line.clause and not trace.held and line.clause != "linear":
            condition = f" ({spoken(line.condition, writer.language)})" if line.condition else ""
            yield writer.say("clause", clause=clause_words(line.clause, writer.language), condition=condition)
    for taken in trace.taken:
        finding = next(f for f in writer.book.findings if f.id == taken.finding)
        amount = short_number(taken.amount, writer.language)
        yield writer.say("finding", finding=finding.title.of(writer.language), amount=amount)
    owner = trace.plan.owner
    alone = {n.trace.plan.owner for n in writer.field_of(trace.plan.id) if n.trace is not None} == {owner}
    if not alone and owner in writer.book.offices and owner:
        yield writer.say("owner", owner=writer.book.offices[owner].of(writer.language))


def _names(writer: Voice, trace: Trace) -> list[str]:
    names = dict.fromkeys(trace.plan.indicators)
    for index, consequence in trace.plan.consequences:
        names.update(dict.fromkeys(writer.card.plan.findings[index].indicators))
        names.update(dict.fromkeys([consequence.for_each] if consequence.for_each else []))
    return list(names)


def _reading(writer: Voice, name: str) -> str:
    indicator, reading = writer.card.plan.indicators[name], writer.card.readings.values.get(name)
    title = indicator.title.of(writer.language)
    if reading is None or reading.value is None or reading.state != "given":
        return f"{title}: {term(reading.state if reading else 'missing', writer.language)}"
    measure = f" {indicator.measure.of(writer.language)}" if indicator.measure and indicator.kind != "percent" else ""
    return f"{title}: {_shown(writer, reading, indicator)}{_of_whole(writer, indicator)}{measure}"


def _of_whole(writer: Voice, indicator: Indicator) -> str:
    """Return the whole that a count is part of: ``2/11``."""
    whole = writer.card.readings.values.get(indicator.part_of or "")
    if whole is None or whole.value is None or whole.state != "given" or indicator.kind != "count":
        return ""
    return "/" + value_text(whole.value, writer.card.plan.indicators[whole.indicator], writer.language)


def _shown(writer: Voice, reading: Reading, indicator: Indicator) -> str:
    """Return a figure; a share with two decimals, as reports print it."""
    assert reading.value is not None
    if indicator.kind == "percent" and isinstance(reading.value, Fraction):
        return percent(writer, reading.value)
    return value_text(reading.value, indicator, writer.language)


def percent(writer: Voice, share: Fraction) -> str:
    """Return a share in per cent with two decimals."""
    return localised(shown_text(share * 100, 2), writer.language) + "%"


def _value(writer: Voice, trace: Trace) -> str:
    """Return a share as part of a whole: ``31/33 (93,94%), còn 2/33``."""
    if trace.route < 0 or trace.raw is None:
        return ""
    quotient = trace.plan.routes[trace.route].measured
    if not isinstance(quotient, Quotient) or quotient.measure != "share":
        return ""
    shown = percent(writer, trace.raw)
    if quotient.kind not in ("ratio", "coverage") or quotient.denominator.constant or quotient.numerator.constant:
        return shown
    part, whole = _sum(writer, quotient.numerator.terms), _sum(writer, quotient.denominator.terms)
    text = f"{short_number(part, writer.language)}/{short_number(whole, writer.language)} ({shown})"
    if part < whole:
        numbers = {"rest": short_number(whole - part, writer.language), "whole": short_number(whole, writer.language)}
        text += ", " + writer.say("short_of", **numbers)
    return text


def _sum(writer: Voice, terms: tuple[tuple[str, Fraction], ...]) -> Fraction:
    total = Fraction(0)
    for name, factor in terms:
        value = writer.card.readings.values[name].value
        assert isinstance(value, Fraction)
        total += factor * value
    return total


def _not_held(writer: Voice, trace: Trace) -> Iterator[str]:
    """Yield the parts of a checklist that do not hold, a difference with its figures."""
    measured = trace.plan.routes[trace.route].measured if trace.route >= 0 else None
    if not isinstance(measured, Tally):
        return
    scale = trace.plan.criterion.scale
    written: dict[str, ChecklistItem] = {i.clause: i for i in (scale.checklist or ())} if scale else {}
    for item, held in zip(measured.items, trace.held, strict=False):
        if held:
            continue
        title = written[item.clause].title if item.clause in written else None
        text = title.of(writer.language) if title else item.clause
        text += "".join(_gap(writer, test) for test in item.tests if isinstance(test, NumberTest))
        yield writer.say("not_held", item=text)


def _gap(writer: Voice, test: NumberTest) -> str:
    """Return two figures that should be equal and how far they are apart: `` (32/56, -24)``."""
    values = writer.card.readings.values
    found = [values[name].value for name in test.quotient.indicators if name in values]
    numbers = [value for value in found if isinstance(value, Fraction)]
    if len(numbers) != 2 or len(test.quotient.indicators) != 2 or test.quotient.denominator.terms:
        return ""
    gap = _sum(writer, test.quotient.numerator.terms)
    first, second, apart = (short_number(number, writer.language) for number in (*numbers, gap))
    return f" ({first}/{second}, {'+' if gap > 0 else ''}{apart})"


def _sources(writer: Voice, trace: Trace) -> Iterator[str]:
    """Yield where the figures were read, each source once."""
    seen: dict[str, None] = {}
    for name in _names(writer, trace):
        reading = writer.card.readings.values.get(name)
        if reading is not None and reading.source:
            seen[reading.source] = None
    if trace.declared is not None and trace.declared.source:
        seen[trace.declared.source] = None
    yield from seen
