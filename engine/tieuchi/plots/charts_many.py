"""From results about many units to charts: sweep lines, ranks that cross, distributions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from tieuchi.plots.chart import Bar, Chart, Dash, Line, Mark, Rule, Shade
from tieuchi.render.sweep_text import value_words
from tieuchi.whatif.breakpoints import Breakpoints
from tieuchi.whatif.cohort import Cohort
from tieuchi.whatif.ranking import ranks
from tieuchi.whatif.sweep import Sweep
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import term

_SWEEP = Text("Tổng điểm theo ngưỡng {path}", "Totals by threshold {path}")
_MEAN = Text("trung bình", "mean")
_MEDIAN = Text("trung vị", "median")
_NOW = Text("hiện hành", "now")
_RANK = Text("Thứ hạng theo ngưỡng {path}", "Ranks by threshold {path}")
_RANKING = Text("Thứ hạng", "Rank")
_COUNT = Text("Số đơn vị", "Units")
_VALUES = Text("Giá trị của các đơn vị quanh ngưỡng {path}", "Values of the units around {path}")

MOST_LINES = 12
_STYLES: tuple[tuple[Shade, Dash], ...] = (
    ("dark", "solid"), ("middle", "dashed"), ("light", "solid"),
    ("dark", "dotted"), ("middle", "solid"), ("dark", "dashed"),
)  # fmt: skip


def sweep_chart(found: Sweep, language: Language, *, by_rank: bool = False) -> Chart | None:
    """Return the totals (or ranks) of units as one threshold turns; of several, of those that move most."""
    variants = list(found.variants())
    if len(found.dials) != 1 or len(variants) < 2:
        return None
    dial = found.dials[0]
    xs = tuple(float(found.setting(v)[0]) for v in variants)
    table = found.totals[variants].astype(np.int64)
    if by_rank:
        ties = found.cohort.plan.book.ranking.ties
        table = np.stack([ranks(row, ties) for row in table])
    spread = table.max(axis=0) - table.min(axis=0)
    chosen = sorted(np.argsort(-spread, kind="stable")[:MOST_LINES].tolist(), key=lambda u: -int(table[-1, u]))
    factor = 1.0 if by_rank else float(found.cohort.plan.book.quantum)
    marks: list[Mark] = []
    for place, unit in enumerate(chosen):
        shade, dash = _STYLES[place % len(_STYLES)]
        ys = tuple(float(y) * factor for y in table[:, unit])
        marks.append(
            Line(
                xs,
                ys,
                _name(found.cohort, unit),
                shade,
                dash,
                steps=dial.stepped and not by_rank,
                end_label=by_rank,
                markers=by_rank,
            )
        )
    if not by_rank:
        marks.append(Line(xs, tuple(table.mean(axis=1) * factor), _MEAN.of(language), "middle", "solid"))
    marks.append(Rule(float(dial.base), _NOW.of(language)))
    title = (_RANK if by_rank else _SWEEP).of(language).format(path=dial.path)
    label = _RANKING.of(language) if by_rank else term("total", language)
    percent = value_words(dial.base, dial, language).endswith("%")
    return Chart(title, dial.path, label, tuple(marks), percent_x=percent, ranks=by_rank)


def _name(cohort: Cohort, unit: int) -> str:
    return cohort.readings[unit].unit.name or cohort.names[unit]


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
    percent = value_words(found.dial.base, found.dial, language).endswith("%")
    return Chart(
        _VALUES.of(language).format(path=found.dial.path),
        found.dial.path,
        _COUNT.of(language),
        marks,
        percent_x=percent,
    )


def values_chart(
    title: str, values: Sequence[Fraction], cut: Fraction, label: str, language: Language, *, percent: bool
) -> Chart:
    """Return a histogram of values with a line at the cut-off."""
    return histogram(
        title,
        [float(v) for v in values],
        label,
        _COUNT.of(language),
        (Rule(float(cut), _NOW.of(language)),),
        percent=percent,
    )


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
    return Chart(title, x_label, y_label, (Line(xs, ys, steps=True), *rules), percent_x=percent)


def bars(title: str, rows: Sequence[tuple[str, float, str]], label: str) -> Chart:
    """Return one bar for each row."""
    marks = tuple(Bar(place, 0.0, size, text) for place, (_, size, text) in enumerate(rows))
    return Chart(title, label, "", marks, tuple(name for name, _, _ in rows), sideways=True)
