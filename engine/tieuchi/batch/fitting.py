"""Whether the figures of a table fit the rulebook: what no single column can tell, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from tieuchi.batch.cells import Figures, rescaled
from tieuchi.batch.figures import integers
from tieuchi.batch.near import Near
from tieuchi.columnar.layout import DECLARED_PREFIX
from tieuchi.loading.readings_values import comparable, shown_value
from tieuchi.model.canonical import Quotient
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan

Misfit = tuple[int, str, str, dict[str, str]]
"""Row, column, code and facts; where another column clashes, its name is a fact under the key ``WHOLE`` of the code."""
WHOLE = {"D491": ("whole", "whole_at"), "D505": ("other", "at")}
"""By code, under which fact the other column stands, and under which its place is told."""


def misfits(plan: Plan, figures: Mapping[str, Figures], units: Mapping[str, Any]) -> Iterator[Misfit]:
    """Yield rows of a kind the rulebook does not know, with points beyond a maximum, or more parts than the whole."""
    yield from _kinds(plan, units)
    for leaf in plan.leaves:
        name = DECLARED_PREFIX + leaf.id
        if name in figures:
            yield from _declared(figures[name], name, leaf.floor, leaf.criterion.max_points)
    for (part, whole), criterion in wholes(plan).items():
        if part in figures and whole in figures:
            yield from _beyond(plan, figures, part, whole, criterion)


def wholes(plan: Plan) -> dict[tuple[str, str], str]:
    """Return the indicators that can't exceed others, with the sub-criterion that says so, or nothing: they do."""
    found: dict[tuple[str, str], str] = {}
    for indicator in plan.indicators.values():
        whole = plan.indicators.get(indicator.part_of or "")
        if whole is not None and comparable(indicator, whole):
            found[indicator.id, whole.id] = ""
    for leaf in plan.leaves:
        for quotient in (route.measured for route in leaf.routes):
            if isinstance(quotient, Quotient) and quotient.kind == "coverage":
                above, below = quotient.numerator.indicators, quotient.denominator.indicators
                if len(above) == len(below) == 1:
                    found.setdefault((above[0], below[0]), leaf.id)
    return found


def _kinds(plan: Plan, units: Mapping[str, Any]) -> Iterator[Misfit]:
    known, near = plan.book.unit_kinds, Near(plan.book.unit_kinds)
    if not known or "unit_kind" not in units:
        return
    encoded = units["unit_kind"].dictionary_encode()
    kinds, codes = encoded.dictionary.to_pylist(), integers(encoded.indices)
    strange = [place for place, kind in enumerate(kinds) if kind and kind not in known]
    for row in np.flatnonzero(np.isin(codes, strange)).tolist() if strange else ():
        kind = kinds[codes[row]]
        facts = {"kind": kind, "unit": units["unit"][row].as_py(), "known": ", ".join(known)}
        yield row, "unit_kind", "D501", facts | {"nearest": near.to(kind)}


def _declared(points: Figures, name: str, floor: Fraction, most: Fraction) -> Iterator[Misfit]:
    values = points.column.values
    out = (values < -(-floor * points.scale // 1)) | (values > most * points.scale // 1)
    rows = set(np.flatnonzero(out & _given(points)).tolist()) - points.column.exact.keys()
    rows |= {row for row, number in points.column.exact.items() if not floor <= Fraction(number) / points.scale <= most}
    for row in sorted(rows - points.wrong.keys()):
        facts = {"name": name.removeprefix(DECLARED_PREFIX), "points": exact_text(_number(points, row))}
        yield row, name, "D504", facts | {"low": exact_text(floor), "high": exact_text(most)}


def _beyond(plan: Plan, figures: Mapping[str, Figures], name: str, other: str, criterion: str) -> Iterator[Misfit]:
    part, whole = figures[name], figures[other]
    there = _given(part) & _given(whole)
    for row in sorted(_perhaps_more(part, whole, there) - part.wrong.keys() - whole.wrong.keys()):
        here, most = _number(part, row), _number(whole, row)
        if here <= most:
            continue
        if criterion:
            facts = {"name": name, "part": exact_text(here), "other": other, "whole": exact_text(most)}
            yield row, name, "D505", facts | {"criterion": criterion}
            continue
        shown = [shown_value(number, plan.indicators[i]) for i, number in ((name, here), (other, most))]
        yield row, name, "D491", {"indicator": name, "value": shown[0], "whole": other, "whole_value": shown[1]}


def _perhaps_more(part: Figures, whole: Figures, there: Any) -> set[int]:
    """Return the rows in which a part is more than the whole, and some that only exact numbers can tell of."""
    if part.column.below is not None or whole.column.below is not None:
        return set(np.flatnonzero(there).tolist())
    common = lcm(part.scale, whole.scale)
    here, most = (rescaled(figures.column, common // figures.scale) for figures in (part, whole))
    doubtful = {row for row in (*here.exact, *most.exact) if there[row]}
    return {*np.flatnonzero(there & (here.values > most.values)).tolist(), *doubtful}


def _given(figures: Figures) -> Any:
    states = figures.column.states
    return np.ones(len(figures.column.values), bool) if states is None else states == 0


def _number(figures: Figures, row: int) -> Fraction:
    column = figures.column
    if row in column.exact:
        return Fraction(column.exact[row]) / (1 if column.below is not None else figures.scale)
    below = figures.scale if column.below is None else int(column.below[row])
    return Fraction(int(column.values[row]), below)
