"""From results about many units to charts: sweep lines, ranks that cross, distributions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from tieuchi.model.plan import Plan
from tieuchi.plots.chart import Bar, Chart, Dash, Line, Mark, Rule, Shade
from tieuchi.whatif.bends import Bends
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.curves import Curve
from tieuchi.whatif.dial import Dial
from tieuchi.whatif.sweep import Sweep
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import term

_SWEEP = Text("Tổng điểm theo ngưỡng {path}", "Totals by threshold {path}")
_MEAN = Text("trung bình", "mean")
_NOW = Text("hiện hành", "now")
_RANK = Text("Thứ hạng theo ngưỡng {path}", "Ranks by threshold {path}")
_RANKING = Text("Thứ hạng", "Rank")
_COUNT = Text("Số đơn vị", "Units")
_CHANGES = Text("Số lần đổi điểm còn lại", "Changes still to come")
_OTHERS = Text("{name} (+{count} đơn vị)", "{name} (+{count} {count:unit|units})")
_POINTS = Text("Điểm theo {path}", "Points by {path}")
_FOUND = Text("ngưỡng tìm được", "cut-off found")
_VALUES = Text("Giá trị của các đơn vị quanh ngưỡng {path}", "Values of the units around {path}")

MOST_LINES = 12
_SHADES: tuple[Shade, ...] = ("dark", "middle", "light")
_DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted", "dashdot")
_STYLES = [(_SHADES[n % 3], _DASHES[n % 4]) for n in range(12)]
"""Twelve ways to draw a line, all different in grey too."""


def sweep_chart(found: Sweep, language: Language, *, by_rank: bool = False) -> Chart | None:
    """Return the totals (or ranks) of units as one threshold turns; of many, of those that move most.

    Units whose totals are not settled all the way have no line.
    """
    variants = list(found.variants())
    there = np.logical_and.reduce([found.settled(variant) for variant in variants])
    if len(found.dials) != 1 or len(variants) < 2 or not there.any():
        return None
    units = np.flatnonzero(there)
    dial = found.dials[0]
    xs = tuple(float(found.setting(v)[0]) for v in variants)
    table = found.totals[variants].astype(np.int64)[:, units]
    if by_rank:
        table = np.stack([found.cohort.ranks(found.totals[variant], there) for variant in variants])[:, units]
    spread = table.max(axis=0) - table.min(axis=0)
    chosen = np.argsort(-spread, kind="stable")[:MOST_LINES].tolist()
    # Names stand as their lines end, from the top.
    chosen.sort(key=lambda u: int(table[-1, u]) * (1 if by_rank else -1))
    factor = 1.0 if by_rank else float(found.cohort.plan.book.quantum)
    steps = dial.stepped and not by_rank
    marks: list[Mark] = []
    for (shade, dash), unit in zip(_STYLES, chosen, strict=False):
        ys = tuple(float(y) * factor for y in table[:, unit])
        name = found.cohort.titles[int(units[unit])]
        marks.append(Line(xs, ys, name, shade, dash, steps=steps, end_label=True, markers=by_rank))
    if not by_rank:
        mean = tuple(float(y) for y in table.mean(axis=1) * factor)
        marks.append(Line(xs, mean, _MEAN.of(language), "pale", "solid", end_label=True, thick=True))
    marks.append(Rule(float(dial.base), _NOW.of(language)))
    title = (_RANK if by_rank else _SWEEP).fill(language, path=dial.path)
    label = _RANKING.of(language) if by_rank else term("total", language)
    axis = dial_words(found.cohort.plan, dial, language)
    return Chart(title, axis, label, tuple(marks), percent_x=dial.percent, ranks=by_rank, counts=by_rank)


def dial_words(plan: Plan, dial: Dial, language: Language) -> str:
    """Return a path with the title of the sub-criterion that it turns."""
    titles = [plan.leaves[place].criterion.title.of(language) for place in dial.leaves]
    return f"{dial.path} ({titles[0]})" if len(titles) == 1 else dial.path


def breakpoints_chart(found: Breakpoints, language: Language) -> Chart | None:
    """Return how many units are still beyond the threshold as it rises."""
    if not len(found):
        return None
    xs = [float(found[place].value) for place in range(len(found))]
    counts = [len(found[place].units) for place in range(len(found))]
    left = [sum(counts)]
    for count in counts:
        left.append(left[-1] - count)
    start = xs[0] - (xs[-1] - xs[0]) * 0.05
    marks = (
        Line((start, *xs), tuple(float(n) for n in left), steps=True),
        Rule(float(found.dial.base), _NOW.of(language)),
    )
    return Chart(
        _VALUES.fill(language, path=found.dial.path),
        dial_words(found.cohort.plan, found.dial, language),
        _CHANGES.of(language),
        marks,
        percent_x=found.dial.percent,
        counts=True,
    )


def bends_chart(found: Bends, language: Language) -> Chart | None:
    """Return the points of units as a number turns, one line for all that move alike."""
    alike: dict[Curve, list[int]] = {}
    for (_, unit), curve in found.curves.found.items():
        if unit in found.curves.open:
            continue
        alike.setdefault(curve, []).append(unit)
    chosen = sorted((curve for curve in alike if _reach(curve)), key=lambda c: (-len(alike[c]), alike[c]))[:MOST_LINES]
    if not chosen:
        return None
    marks: list[Mark] = []
    for place, curve in enumerate(chosen):
        xs = sorted({*curve.ends, *(found.low + (found.high - found.low) * Fraction(n, 60) for n in range(61))})
        shade, dash = _STYLES[place % len(_STYLES)]
        name = found.cohort.titles[alike[curve][0]]
        if len(alike[curve]) > 1:
            name = _OTHERS.fill(language, name=name, count=len(alike[curve]) - 1)
        points = tuple(float(curve.points(x)) for x in xs)
        marks.append(Line(tuple(map(float, xs)), points, name, shade, dash, end_label=True))
    marks.append(Rule(float(found.dial.base), _NOW.of(language)))
    title = _POINTS.fill(language, path=found.dial.path)
    axis = dial_words(found.cohort.plan, found.dial, language)
    return Chart(title, axis, term("points", language), tuple(marks), percent_x=found.dial.percent)


def _reach(curve: Curve) -> Fraction:
    values = [
        *curve.at,
        *(part.at(end) for part, pair in zip(curve.parts, pairwise(curve.ends), strict=True) for end in pair),
    ]
    return max(values) - min(values)


def values_chart(
    cohort: Cohort, dial: Dial, values: Sequence[Fraction], found: Fraction, language: Language
) -> Chart | None:
    """Return a histogram of the units' values with lines at the cut-off as it is and as it was found."""
    if not values:
        return None
    rules = (Rule(float(dial.base), _NOW.of(language)), Rule(float(found), _FOUND.of(language), dash="dotted"))
    title = _VALUES.fill(language, path=dial.path)
    axis = dial_words(cohort.plan, dial, language)
    return histogram(title, [float(v) for v in values], axis, _COUNT.of(language), rules, percent=dial.percent)


def histogram(
    title: str,
    values: Sequence[float] | np.ndarray,
    x_label: str,
    y_label: str,
    rules: Sequence[Rule],
    *,
    percent: bool = False,
) -> Chart:
    """Return how many values fall into each of some even classes, as an outline."""
    counts, edges = np.histogram(np.asarray(values, float), bins=min(60, max(8, int(len(values) ** 0.5))))
    xs = (float(edges[0]), *(float(e) for e in edges))
    ys = (0.0, *(float(c) for c in counts), 0.0)
    return Chart(title, x_label, y_label, (Line(xs, ys, steps=True), *rules), percent_x=percent, counts=True)


def bars(title: str, rows: Sequence[tuple[str, float, str]], label: str) -> Chart:
    """Return one bar for each row."""
    marks = tuple(Bar(place, 0.0, size, text) for place, (_, size, text) in enumerate(rows))
    return Chart(title, label, "", marks, tuple(name for name, _, _ in rows), sideways=True)
