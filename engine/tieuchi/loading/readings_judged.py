"""From what was given to readings: every figure against its indicator, then the figures against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from tieuchi.errors import Issue, Position
from tieuchi.loading.locale_numbers import RefusedValueError
from tieuchi.loading.number_styles import NumberStyles
from tieuchi.loading.readings_given import LONGEST_NAME, Figure, GivenUnit, Report
from tieuchi.loading.readings_values import comparable, points_of, shown_value, state_of, value_of
from tieuchi.model.indicator import Indicator
from tieuchi.model.reading import Cause, DeclaredPoints, Reading, Readings, ReadingState
from tieuchi.words.characters import forbidden_character

LONGEST_SOURCE = 4000
CRITERION_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


def judged(
    units: Iterable[GivenUnit], indicators: Mapping[str, Indicator], report: Report, sha256: str = ""
) -> tuple[Readings, ...]:
    """Return the readings of all units; what is wrong goes to the report.

    Missing figures are left out. A figure above the whole it is part of is noted where both are given.
    """
    seen: dict[tuple[str, str], Position] = {}
    result: list[Readings] = []
    styles, clash = NumberStyles(), None
    for given in units:
        key = (given.unit.id, given.period)
        if given.unit.id and key in seen:
            report.add("D441", given.at, unit=given.unit.id, period=given.period or "–", first=seen[key])
        seen.setdefault(key, given.at)
        _check_unit(given, report)
        values = dict(_values(given, indicators, report))
        clash = clash or _clash(given, values, styles)
        _check_parts(values, indicators, report)
        declared = dict(_declared(given, report))
        causes = dict(_causes(given, report))
        result.append(Readings(given.unit, given.period, values, declared, sha256, causes))
    if clash is not None:
        report.keep(clash)
    return tuple(result)


def _clash(given: GivenUnit, values: Mapping[str, Reading], styles: NumberStyles) -> Issue | None:
    """Return the first figure that contradicts one before in how it is written, where nothing says how."""
    if given.locale is not None:
        return None
    numbers = (figure.cell for figure in given.figures if figure.name in values and isinstance(figure.cell.value, str))
    return next((issue for cell in numbers if (issue := styles.clash(cell.text, cell.at)) is not None), None)


def _check_unit(given: GivenUnit, report: Report) -> None:
    unit = given.unit
    if not unit.id:
        report.add("D440", given.at)
    for text in (unit.id, unit.name, unit.kind, unit.parent, given.period):
        _check_text(text, given.at, LONGEST_NAME, report)


def _check_text(text: str, at: Position, most: int, report: Report, path: str = "") -> None:
    if character := forbidden_character(text):
        report.add("D419", at, path, character=character)
    if len(text) > most:
        report.add("D420", at, path, most=most, length=len(text))


def _values(given: GivenUnit, indicators: Mapping[str, Indicator], report: Report) -> Iterator[tuple[str, Reading]]:
    for figure in _without_repeats(given.figures, report):
        indicator = indicators.get(figure.name)
        if indicator is None:
            near = report.nearest(figure.name, indicators)
            report.add("D443", figure.named_at, figure.path, indicator=figure.name, nearest=near)
            continue
        for text in filter(None, (figure.source, figure.refused)):
            _check_text(text, figure.cell.at, LONGEST_SOURCE, report, figure.path)
        reading = _reading(figure, indicator, given, report)
        if reading is not None:
            yield figure.name, reading


def _without_repeats(figures: Iterable[Figure], report: Report) -> Iterator[Figure]:
    """Yield each name once; a second figure under the same name is noted with both places and values."""
    first: dict[str, Figure] = {}
    for figure in figures:
        before = first.setdefault(figure.name, figure)
        if before is figure:
            yield figure
            continue
        facts = {"first": before.cell.at, "value": figure.cell.text, "before": before.cell.text}
        report.add("D442", figure.cell.at, figure.path, indicator=figure.name, **facts)


def _reading(figure: Figure, indicator: Indicator, given: GivenUnit, report: Report) -> Reading | None:
    """Return the reading of one figure, or None where it is missing or wrong."""
    cell = figure.cell
    if cell.fault is not None:
        report.keep(cell.fault)
        return None
    state = state_of(cell, indicator)
    if figure.not_applicable and (state == "given" or figure.refused):
        report.add("D444", cell.at, figure.path, indicator=indicator.id, value=cell.text or figure.refused)
        return None
    if state == "not_applicable" or figure.not_applicable:
        if figure.refused:
            report.add("D444", cell.at, figure.path, indicator=indicator.id, value=figure.refused)
        return Reading(indicator.id, None, cell.at, cell.text, figure.source, "not_applicable")
    if state == "missing":
        if not figure.refused:
            return None
        return Reading(indicator.id, None, cell.at, "", figure.source, "refused", figure.refused)
    try:
        value = value_of(cell, indicator, given.locale, table=given.table)
    except RefusedValueError as refused:
        report.add(refused.code, cell.at, figure.path, indicator=indicator.id, **refused.facts)
        return None
    final: ReadingState = "refused" if figure.refused else "given"
    return Reading(indicator.id, value, cell.at, cell.text, figure.source, final, figure.refused)


def _declared(given: GivenUnit, report: Report) -> Iterator[tuple[str, DeclaredPoints]]:
    for figure in _without_repeats(given.declared, report):
        cell = figure.cell
        if not CRITERION_ID.fullmatch(figure.name):
            report.add("D445", figure.named_at, figure.path, criterion=figure.name)
        elif cell.fault is not None:
            report.keep(cell.fault)
        elif state_of(cell) == "not_applicable":
            report.add("D446", cell.at, figure.path, criterion=figure.name, value=cell.text)
        elif state_of(cell) == "given":
            _check_text(figure.source, cell.at, LONGEST_SOURCE, report, figure.path)
            try:
                points = points_of(cell, given.locale)
            except RefusedValueError as refused:
                report.add(refused.code, cell.at, figure.path, indicator=figure.name, **refused.facts)
            else:
                yield figure.name, DeclaredPoints(figure.name, points, cell.at, figure.source)


def _causes(given: GivenUnit, report: Report) -> Iterator[tuple[str, Cause]]:
    for figure in _without_repeats(given.causes, report):
        cell = figure.cell
        if not CRITERION_ID.fullmatch(figure.name):
            report.add("D445", figure.named_at, figure.path, criterion=figure.name)
        elif cell.fault is not None:
            report.keep(cell.fault)
        elif cell.text:
            _check_text(cell.text, cell.at, LONGEST_SOURCE, report, figure.path)
            yield figure.name, Cause(figure.name, cell.text, cell.at)


def _check_parts(values: Mapping[str, Reading], indicators: Mapping[str, Indicator], report: Report) -> None:
    """Note every figure above the whole it is part of, with both places."""
    for name, part in values.items():
        whole = values.get(indicators[name].part_of or "")
        if whole is None or not (part.state == whole.state == "given"):
            continue
        if not comparable(indicators[name], indicators[whole.indicator]):
            continue
        high, low = part.value, whole.value
        if isinstance(high, Fraction) and isinstance(low, Fraction) and high > low:
            report.add(
                "D491", part.at, "", indicator=name, whole=whole.indicator, whole_at=whole.at,
                value=shown_value(high, indicators[name]), whole_value=shown_value(low, indicators[whole.indicator]),
            )  # fmt: skip
