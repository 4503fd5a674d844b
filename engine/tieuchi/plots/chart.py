"""What a picture shows, whoever draws it. Positions are floats: nothing is decided by a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shade = Literal["dark", "middle", "light", "pale"]
Dash = Literal["solid", "dashed", "dotted", "dashdot"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; as ``steps`` it keeps its height until the next point."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    label: str = ""
    shade: Shade = "dark"
    dash: Dash = "solid"
    steps: bool = False
    markers: bool = False
    end_label: bool = False
    """Whether the label stands at the line's end instead of in a legend."""
    thick: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, from ``start`` to ``end`` along the axis of numbers, in the row or column of a category."""

    category: int
    start: float
    end: float
    text: str = ""
    shade: Shade = "dark"
    hatch: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """One point with its words."""

    x: float
    y: float
    label: str
    shade: Shade = "dark"


@dataclass(frozen=True, slots=True)
class Fill:
    """The room between two lines."""

    xs: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line across: a threshold, a median."""

    at: float
    label: str
    vertical: bool = True
    dash: Dash = "dashed"


Mark = Line | Bar | Dot | Fill | Rule


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture. ``categories`` name the places of an axis that counts none: rows if ``sideways``, else columns."""

    title: str
    x_label: str
    y_label: str
    marks: tuple[Mark, ...]
    categories: tuple[str, ...] = ()
    sideways: bool = False
    percent_x: bool = False
    ranks: bool = False
    """The vertical axis counts ranks: 1 is on top."""
    counts: bool = False
    """The vertical axis counts whole things."""
    from_: float | None = None
    """Where the axis of bars begins, if not at the least of them."""
    bar_legend: tuple[tuple[str, Shade, bool], ...] = ()
    """Words for bars by shade and hatch."""
