"""Charts as SVG and PNG, by matplotlib. The same chart gives the same bytes."""

from __future__ import annotations

import io
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from tieuchi.plots.chart import Bar, Chart, Dot, Fill, Line, Mark, Rule
from tieuchi.words.language import Language
from tieuchi.words.terms import localised

COLOURS = {"dark": "#12355b", "middle": "#d1731f", "light": "#8fb8de", "pale": "#d9dee4"}
_DASHES = {"solid": "-", "dashed": "--", "dotted": ":"}
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
        height = max(4.8, 0.34 * rows + 1.6) if chart.sideways else 5.2
        width = 9.6 if chart.sideways or rows <= 12 else min(0.55 * rows + 3, 24)
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.add_subplot()
        _draw(chart, axes, language)
        stream = io.BytesIO()
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(stream, format=form, dpi=130, metadata=metadata)
        return stream.getvalue()


def _draw(chart: Chart, axes: Axes, language: Language) -> None:
    axes.set_title(chart.title, loc="left", fontsize=12, fontweight="bold", wrap=True)
    axes.set_xlabel(chart.x_label)
    axes.set_ylabel(chart.y_label)
    axes.grid(axis="x" if chart.sideways else "y", color="#c8ccd0", linewidth=0.6)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for mark in chart.marks:
        _mark(mark, chart, axes)
    _axes(chart, axes, language)
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
            axes.annotate(mark.label, (mark.x, mark.y), textcoords="offset points", xytext=(8, 9), fontweight="bold",
                          bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1})  # fmt: skip
        case Fill():
            axes.fill_between(mark.xs, mark.low, mark.high, color=COLOURS["pale"], label=mark.label or None, zorder=1)
        case Rule():
            (axes.axvline if mark.vertical else axes.axhline)(mark.at, color="#444", linestyle=_DASHES[mark.dash], lw=1)
            low = mark.dash == "dashed" and mark.vertical  # at the other end than dotted ones, which may stand near
            place = (mark.at, 0.02 if low else 0.99) if mark.vertical else (0.99, mark.at)
            frame = axes.get_xaxis_transform() if mark.vertical else axes.get_yaxis_transform()
            turned, side = (90, "bottom" if low else "top") if mark.vertical else (0, "bottom")
            axes.text(*place, mark.label, transform=frame, rotation=turned, va=side, ha="right", fontsize=9)


def _line(mark: Line, axes: Axes) -> None:
    style = {"color": COLOURS[mark.shade], "linestyle": _DASHES[mark.dash], "linewidth": 1.8}
    axes.plot(
        mark.xs, mark.ys, drawstyle="steps-post" if mark.steps else "default", marker="o" if mark.markers else None,
        markersize=4, label=mark.label if mark.label and not mark.end_label else None, zorder=3, **style,  # type: ignore[arg-type]
    )  # fmt: skip
    if mark.end_label and mark.xs:
        axes.annotate(mark.label, (mark.xs[-1], mark.ys[-1]), textcoords="offset points", xytext=(6, -3), fontsize=9)


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
        axes.set_yticks(list(places), list(chart.categories))
        axes.invert_yaxis()
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
    if chart.ranks:
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.invert_yaxis()


def bar_span(chart: Chart) -> tuple[float, float]:
    """Return from where to where the axis of bars goes, with room for their words."""
    ends = [end for mark in chart.marks if isinstance(mark, Bar) for end in (mark.start, mark.end)]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    low = chart.from_ if chart.from_ is not None else low
    room = (high - low) * 0.22 or 1.0
    return (low - room if low < 0 else low), high + room


def _plain(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _legend(chart: Chart, axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    for label, shade, hatch in chart.bar_legend:
        colour = COLOURS[shade]
        handles.append(Patch(facecolor="white" if hatch else colour, edgecolor=colour, hatch="////" if hatch else None))
        labels.append(label)
    if handles:
        axes.legend(handles, labels, frameon=True, framealpha=0.9, fontsize=9, loc="best")
