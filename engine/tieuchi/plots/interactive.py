"""Charts as one HTML page that needs nothing from outside, by plotly."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go

from tieuchi.plots.chart import Bar, Chart, Dot, Fill, Line, Rule
from tieuchi.plots.still import COLOURS, bar_span, wrapped
from tieuchi.words.language import Language

_EDGE = {"color": "#222", "width": 0.6}
ROOM = 0.03
"""Part of the width that is left free at each end."""
CLOSE = 0.1
"""Part of the width within which names of straight lines would stand on each other."""
MOST_TICKS = 20
_DASHES = {"solid": "solid", "dashed": "dash", "dotted": "dot", "dashdot": "dashdot"}


def page_of(chart: Chart, language: Language) -> bytes:
    """Return a chart as a page; its script is inside."""
    figure = go.Figure()
    for mark in chart.marks:
        if not isinstance(mark, Bar | Rule):
            _mark(mark, figure)
    _rules(chart, figure)
    lines = sum(_broken(name).count("<br>") + 2 for name in chart.categories) if chart.sideways else 0
    figure.update_layout(
        title={"text": chart.title},
        height=max(520, 17 * lines + 200),
        legend={"orientation": "h", "y": -0.12, "yanchor": "top"} if chart.sideways else {},
        xaxis={
            "title": {"text": chart.x_label},
            "tickformat": ".2~%" if chart.percent_x else None,
            "range": None if chart.sideways else _span(chart),
        },
        yaxis={
            "title": {"text": chart.y_label},
            "autorange": "reversed" if chart.ranks or chart.sideways else True,
            "dtick": 1 if chart.counts and _highest(chart) <= MOST_TICKS else None,
        },
        separators=",." if language == "vi" else ".,",
        template="plotly_white",
        barmode="overlay",
        showlegend=bool(chart.bar_legend) or any(getattr(mark, "label", "") for mark in chart.marks),
    )
    _bars(chart, figure)
    page: str = figure.to_html(include_plotlyjs=True, full_html=True, div_id="tieuchi")
    return page.replace("<html>", f'<html lang="{language}">', 1).encode()


def _span(chart: Chart) -> list[float] | None:
    """Return from where to where lines run, with room at both ends, so that a fall at an end is seen."""
    xs = [x for mark in chart.marks if isinstance(mark, Line) for x in mark.xs]
    xs += [mark.at for mark in chart.marks if isinstance(mark, Rule) and mark.vertical]
    room = (max(xs) - min(xs)) * ROOM if xs else 0
    return [min(xs) - room, max(xs) + room] if room else None


def _highest(chart: Chart) -> float:
    return max((y for mark in chart.marks if isinstance(mark, Line) for y in mark.ys), default=0)


def _rules(chart: Chart, figure: go.Figure) -> None:
    """Draw straight lines; names of those that stand close together one below the other."""
    span = _span(chart) or [0.0, 0.0]
    near = (span[1] - span[0]) * CLOSE
    drawn: list[Rule] = []
    for rule in chart.marks:
        if not isinstance(rule, Rule):
            continue
        below = sum(rule.vertical == other.vertical and abs(rule.at - other.at) < near for other in drawn)
        add = figure.add_vline if rule.vertical else figure.add_hline
        name = {"text": rule.label, "xshift": 3 if rule.vertical else 0, "yshift": -16 * below}
        add(rule.at, line={"dash": _DASHES[rule.dash], "color": "#444"}, annotation=name)
        drawn.append(rule)


def _mark(mark: Line | Dot | Fill, figure: go.Figure) -> None:
    match mark:
        case Line():
            wide = 6 if mark.thick else 2
            line = {
                "color": COLOURS[mark.shade],
                "width": wide,
                "dash": _DASHES[mark.dash],
                "shape": "hv" if mark.steps else "linear",
            }
            mode = "lines+markers" if mark.markers else "lines"
            figure.add_scatter(x=mark.xs, y=mark.ys, name=mark.label, mode=mode, line=line, showlegend=bool(mark.label))
        case Dot():
            figure.add_scatter(
                x=[mark.x], y=[mark.y], mode="markers+text", text=[mark.label], textposition="bottom right",
                marker={"size": 12, "color": COLOURS[mark.shade]}, name=mark.label, showlegend=False,
            )  # fmt: skip
        case Fill():
            edge = {"width": 0}
            figure.add_scatter(x=mark.xs, y=mark.low, line=edge, mode="lines", showlegend=False, hoverinfo="skip")
            figure.add_scatter(
                x=mark.xs,
                y=mark.high,
                line=edge,
                mode="lines",
                fill="tonexty",
                fillcolor=COLOURS["pale"],
                name=mark.label,
            )


def _broken(name: str) -> str:
    """Return a long name on several lines of a page."""
    return escape(wrapped(name), quote=False).replace("\n", "<br>")


def _bars(chart: Chart, figure: go.Figure) -> None:
    names_of = [_broken(name) for name in chart.categories]
    kinds: dict[tuple[str, bool], list[Bar]] = {}
    for mark in chart.marks:
        if isinstance(mark, Bar):
            kinds.setdefault((mark.shade, mark.hatch), []).append(mark)
    words: dict[tuple[str, bool], str] = {(shade, hatch): label for label, shade, hatch in chart.bar_legend}
    for (shade, hatch), bars in kinds.items():
        names = [names_of[bar.category] for bar in bars]
        sizes = [bar.end - bar.start for bar in bars]
        starts = [bar.start for bar in bars]
        figure.add_bar(
            x=sizes if chart.sideways else names, y=names if chart.sideways else sizes, base=starts,
            orientation="h" if chart.sideways else "v", text=[bar.text for bar in bars], textposition="outside",
            cliponaxis=False, name=words.get((shade, hatch), ""), showlegend=(shade, hatch) in words,
            marker={"color": COLOURS[shade], "pattern": {"shape": "/" if hatch else ""}, "line": _EDGE},
        )  # fmt: skip
    if kinds:
        axis = {"categoryorder": "array", "categoryarray": names_of}
        figure.update_layout(**{"yaxis" if chart.sideways else "xaxis": axis})
        if chart.sideways:
            figure.update_layout(xaxis={"range": list(bar_span(chart))})
