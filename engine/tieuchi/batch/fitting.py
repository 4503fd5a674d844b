"""Whether the figures of a table fit the rulebook: what no single column can tell, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from tieuchi.batch.cells import Figures
from tieuchi.batch.figures import integers
from tieuchi.columnar.layout import DECLARED_PREFIX
from tieuchi.errors import nearest
from tieuchi.model.canonical import Quotient
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan

Misfit = tuple[int, str, str, dict[str, str]]
"""Row, column, code and facts."""


def misfits(plan: Plan, figures: Mapping[str, Figures], units: Mapping[str, Any]) -> Iterator[Misfit]:
    """Yield rows of a kind the rulebook does not know, with points beyond a maximum, or more parts than the whole."""
    yield from _kinds(plan, units)
    for leaf in plan.leaves:
        name = DECLARED_PREFIX + leaf.id
        if name in figures:
            yield from _declared(figures[name], name, leaf.floor, leaf.criterion.max_points)
    for part, whole, criterion in coverages(plan):
        if part in figures and whole in figures:
            yield from _beyond(figures[part], figures[whole], part, whole, criterion)


def coverages(plan: Plan) -> dict[tuple[str, str, str], None]:
    """Return the indicators that can't exceed others, with the sub-criterion that says so."""
    found: dict[tuple[str, str, str], None] = {}
    for leaf in plan.leaves:
        for quotient in (route.measured for route in leaf.routes):
            if isinstance(quotient, Quotient) and quotient.kind == "coverage":
                above, below = quotient.numerator.indicators, quotient.denominator.indicators
                if len(above) == len(below) == 1:
                    found[above[0], below[0], leaf.id] = None
    return found


def _kinds(plan: Plan, units: Mapping[str, Any]) -> Iterator[Misfit]:
    known = plan.book.unit_kinds
    if not known or "unit_kind" not in units:
        return
    encoded = units["unit_kind"].dictionary_encode()
    kinds, codes = encoded.dictionary.to_pylist(), integers(encoded.indices)
    strange = [place for place, kind in enumerate(kinds) if kind and kind not in known]
    for row in np.flatnonzero(np.isin(codes, strange)).tolist() if strange else ():
        kind = kinds[codes[row]]
        facts = {"kind": kind, "unit": units["unit"][row].as_py(), "known": ", ".join(known)}
        yield row, "unit_kind", "D501", facts | {"nearest": nearest(kind, known) or ""}


def _declared(points: Figures, name: str, floor: Fraction, most: Fraction) -> Iterator[Misfit]:
    values = points.column.values
    out = (values < -(-floor * points.scale // 1)) | (values > most * points.scale // 1)
    rows = set(np.flatnonzero(out & _given(points)).tolist()) - points.column.exact.keys()
    rows |= {row for row, number in points.column.exact.items() if not floor <= Fraction(number) / points.scale <= most}
    for row in sorted(rows - points.wrong.keys()):
        facts = {"name": name.removeprefix(DECLARED_PREFIX), "points": exact_text(_number(points, row))}
        yield row, name, "D504", facts | {"low": exact_text(floor), "high": exact_text(most)}


def _beyond(part: Figures, whole: Figures, name: str, other: str, criterion: str) -> Iterator[Misfit]:
    more = np.flatnonzero(_given(part) & _given(whole) & _more(part, whole))
    exact = {*part.column.exact, *whole.column.exact}
    for row in sorted({*more.tolist(), *exact} - part.wrong.keys() - whole.wrong.keys()):
        here, there = _number(part, row), _number(whole, row)
        if here > there and _given(part)[row] and _given(whole)[row]:
            facts = {"name": name, "part": exact_text(here), "other": other, "whole": exact_text(there)}
            yield row, name, "D505", facts | {"criterion": criterion}


def _more(part: Figures, whole: Figures) -> Any:
    if part.scale == whole.scale:
        return part.column.values > whole.column.values
    here, there = (figures.column.values.astype(object) for figures in (part, whole))
    return (here * whole.scale > there * part.scale).astype(bool)


def _given(figures: Figures) -> Any:
    states = figures.column.states
    return np.ones(len(figures.column.values), bool) if states is None else states == 0


def _number(figures: Figures, row: int) -> Fraction:
    column = figures.column
    if row in column.exact:
        return Fraction(column.exact[row]) / (1 if column.below is not None else figures.scale)
    below = figures.scale if column.below is None else int(column.below[row])
    return Fraction(int(column.values[row]), below)
