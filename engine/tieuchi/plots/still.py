"""Charts as SVG and PNG, by matplotlib. The same chart gives the same bytes."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tieuchi.plots.chart import Bar, Chart, Dot, Fill, Line, Mark, Rule
from tieuchi.words.language import Language
from tieuchi.words.terms import localised

COLOURS = {"dark": "#12355b", "middle": "#b3560f", "light": "#7aaedb", "pale": "#d9dee4"}
_DASHES = {"solid": "-", "dashed": "--", "dotted": ":", "dashdot": "-."}
_BEHIND: Any = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 0.8}
"""Words over lines stay readable."""
WRAP = 44
_LINE_HEIGHT = 0.042
"""Of the height of a picture, what a line of small words needs."""
_SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "svg.hashsalt": "tieuchi",
    "svg.fonttype": "none",
    "hatch.linewidth": 0.6,
}


def image_of(chart: Chart, form: str, language: Language) -> bytes:
    """Return a chart as an image, ``svg`` or ``png``."""
    with rc_context(_SETTINGS):
        rows = len(chart.categories)
        lines = sum(wrapped(name).count("\n") + 1 for name in chart.categories)
        height = max(3.2, 0.2 * rows + 0.17 * lines + 1.5) if chart.sideways else 5.2
        width = 9.6 if chart.sideways or rows <= 12 else min(0.55 * rows + 3, 24)
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
        _draw(chart, axes, language)
        stream = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(stream, format=form, dpi=130, metadata=metadata)
        return stream.getvalue()


def _draw(chart: Chart, axes: Axes, language: Language) -> None:
    figure = axes.get_figure()
    assert isinstance(figure, Figure)
    figure.suptitle(textwrap.fill(chart.title, 84), x=0.01, ha="left", fontsize=12, fontweight="bold")
    axes.set_xlabel(chart.x_label)
    axes.set_ylabel(chart.y_label)
    axes.grid(axis="x" if chart.sideways else "y", color="#c8ccd0", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for mark in chart.marks:
        _mark(mark, chart, axes)
    _axes(chart, axes, language)
    for mark in chart.marks:
        _words(mark, chart, axes)
    _end_labels([mark for mark in chart.marks if isinstance(mark, Line) and mark.end_label and mark.xs], axes)
    _legend(chart, axes)


def _mark(mark: Mark, chart: Chart, axes: Axes) -> None:
    match mark:
        case Line():
            _line(mark, axes)
        case Bar():
            _bar(mark, chart, axes)
        case Dot():
            axes.plot(
                [mark.x], [mark.y], "o", color=COLOURS[mark.shade], markersize=9, markeredgecolor="white", zorder=5
            )
        case Fill():
            axes.fill_between(mark.xs, mark.low, mark.high, color=COLOURS["pale"], label=mark.label or None, zorder=1)
        case Rule():
            (axes.axvline if mark.vertical else axes.axhline)(mark.at, color="#444", linestyle=_DASHES[mark.dash], lw=1)


def _words(mark: Mark, chart: Chart, axes: Axes) -> None:
    """Write the words of a dot or a rule where they hide nothing, once the axes have their ends."""
    left, right = sorted(axes.get_xlim())
    low, high = axes.get_ylim()
    if isinstance(mark, Dot):
        far, top = (mark.x - left) / (right - left) > 0.6, (mark.y - low) / (high - low) > 0.5
        axes.annotate(mark.label, (mark.x, mark.y), textcoords="offset points", bbox=_BEHIND, fontweight="bold",
                      xytext=(-10 if far else 10, -16 if top else 10), ha="right" if far else "left")  # fmt: skip
    elif isinstance(mark, Rule) and mark.vertical:
        dots = [dot for dot in chart.marks if isinstance(dot, Dot)]
        below = mark.dash == "dashed" or any((dot.y - low) / (high - low) > 0.5 for dot in dots)
        axes.annotate(mark.label, (mark.at, 0.03 if below else 0.97), xycoords=axes.get_xaxis_transform(), rotation=90,
                      textcoords="offset points", xytext=(-4, 0), ha="right", va="bottom" if below else "top",
                      fontsize=9, bbox=_BEHIND)  # fmt: skip
    elif isinstance(mark, Rule):
        axes.annotate(mark.label, (0.99, mark.at), xycoords=axes.get_yaxis_transform(), textcoords="offset points",
                      xytext=(0, 4), ha="right", va="bottom", fontsize=9, bbox=_BEHIND)  # fmt: skip


def _end_labels(lines: Sequence[Line], axes: Axes) -> None:
    """Write the names of lines beside their ends, moved apart where they would stand on each other."""
    if not lines:
        return
    low, high = axes.get_ylim()
    gap = abs(high - low) * _LINE_HEIGHT
    order = sorted(lines, key=lambda line: line.ys[-1])
    places: list[Any] = []
    for line in order:
        places.append(max(line.ys[-1], places[-1] + gap) if places else line.ys[-1])
    over = max(places[-1] - max(low, high), 0.0)
    for place in range(len(places) - 1, -1, -1):
        most = places[place + 1] - gap if place + 1 < len(places) else places[place] - over
        places[place] = min(places[place], most)
    for line, place in zip(order, places, strict=True):
        end = (line.xs[-1], line.ys[-1])
        arrow = {"arrowstyle": "-", "color": "#888", "lw": 0.5, "shrinkA": 0, "shrinkB": 0}
        axes.annotate(line.label, end, xytext=(1.03, place), textcoords=axes.get_yaxis_transform(), fontsize=9,
                      va="center", annotation_clip=False, arrowprops=arrow)  # fmt: skip


def _line(mark: Line, axes: Axes) -> None:
    style = {"color": COLOURS[mark.shade], "linestyle": _DASHES[mark.dash], "linewidth": 4.5 if mark.thick else 1.8}
    style |= {"zorder": 2 if mark.thick else 3, "drawstyle": "steps-post" if mark.steps else "default"}
    axes.plot(
        mark.xs, mark.ys, marker="o" if mark.markers else None, markersize=4,
        label=mark.label if mark.label and not mark.end_label else None, **style,  # type: ignore[arg-type]
    )  # fmt: skip


def _bar(mark: Bar, chart: Chart, axes: Axes) -> None:
    low, size = min(mark.start, mark.end), abs(mark.end - mark.start)
    style: dict[str, Any] = {"color": COLOURS[mark.shade], "edgecolor": "#222", "linewidth": 0.6, "zorder": 2}
    if mark.hatch:
        style |= {"hatch": "////", "color": "white", "edgecolor": COLOURS[mark.shade]}
    ends = {"fontsize": 9, "textcoords": "offset points"}
    if chart.sideways:
        axes.barh(mark.category, size, left=low, height=0.7, **style)
        right = mark.end >= mark.start
        axes.annotate(mark.text, (mark.end, mark.category), xytext=(4 if right else -4, 0), va="center",
                      ha="left" if right else "right", **ends)  # type: ignore[arg-type]  # fmt: skip
    else:
        axes.bar(mark.category, size, bottom=low, width=0.7, **style)
        axes.annotate(mark.text, (mark.category, low + size), xytext=(0, 3), ha="center", **ends)  # type: ignore[arg-type]


def _axes(chart: Chart, axes: Axes, language: Language) -> None:
    numbers = FuncFormatter(lambda value, _: localised(_plain(value), language))
    shares = FuncFormatter(lambda value, _: localised(_plain(value * 100), language) + "%")
    places = range(len(chart.categories))
    if chart.sideways and chart.categories:
        axes.set_yticks(list(places), [wrapped(name) for name in chart.categories])
        axes.set_ylim(len(chart.categories) - 0.4, -0.6)
        axes.set_xlim(*bar_span(chart))
    elif chart.categories:
        turned = len(chart.categories) > 6 or max(map(len, chart.categories)) > 14
        axes.set_xticks(
            list(places), list(chart.categories), rotation=35 if turned else 0, ha="right" if turned else "center"
        )
        axes.margins(y=0.12)
    if not chart.categories or chart.sideways:
        axes.xaxis.set_major_formatter(shares if chart.percent_x else numbers)
    if not (chart.categories and chart.sideways):
        axes.yaxis.set_major_formatter(numbers)
    if chart.counts:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    if chart.ranks:
        axes.invert_yaxis()


def bar_span(chart: Chart) -> tuple[float, float]:
    """Return from where to where the axis of bars goes, with room for their words."""
    ends = [end for mark in chart.marks if isinstance(mark, Bar) for end in (mark.start, mark.end)]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    low = chart.from_ if chart.from_ is not None else low
    room = (high - low) * 0.22 or 1.0
    return (low - room if low < 0 else low), high + room


def wrapped(name: str) -> str:
    """Return a long name on several lines."""
    return textwrap.fill(name, WRAP, break_long_words=False)


def _plain(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text.replace("-", "−")


def _legend(chart: Chart, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    for label, shade, hatch in chart.bar_legend:
        colour = COLOURS[shade]
        handles.append(Patch(facecolor="white" if hatch else colour, edgecolor=colour, hatch="////" if hatch else None))
        labels.append(label)
    if handles:
        axes.legend(handles, labels, frameon=True, framealpha=0.9, fontsize=9, loc="best")
