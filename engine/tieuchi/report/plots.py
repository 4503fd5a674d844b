"""The two figures of the report, as PNG."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from textwrap import shorten

from tieuchi.errors import Position
from tieuchi.loading.readings_given import refusal
from tieuchi.model.number import shown_text
from tieuchi.words.language import Language
from tieuchi.words.terms import localised

Bars = Sequence[tuple[str, Fraction]]
_FONTS = ["Noto Sans", "DejaVu Sans"]


def bars_png(bars: Bars, language: Language, *, percent: bool, colour: str) -> bytes:
    """Return horizontal bars, the first on top, each with its number.

    Raises:
        ReadingsError: matplotlib is not installed.
    """
    try:
        from matplotlib import rc_context
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise refusal("K820", Position("report"), package="matplotlib", extra="plot") from None
    with rc_context({"font.family": _available(), "font.size": 9, "svg.hashsalt": "tieuchi"}):
        figure = Figure(figsize=(6.4, 0.6 + 0.36 * max(len(bars), 1)), dpi=200, layout="constrained")
        axes = figure.add_subplot()
        numbers = [number * 100 if percent else number for _, number in bars]
        places = range(len(bars))
        axes.barh(places, [float(number) for number in numbers], color=colour, height=0.62)
        axes.set_yticks(places, [shorten(name, 58, placeholder=" …") for name, _ in bars])
        axes.invert_yaxis()
        axes.set_xlim(0, 108 if percent else max([*map(float, numbers), 0.001]) * 1.15)
        for place, number in zip(places, numbers, strict=True):
            text = localised(shown_text(number, 2), language) + ("%" if percent else "")
            axes.annotate(text, (float(number), place), xytext=(3, 0), textcoords="offset points", va="center")
        axes.spines[["top", "right"]].set_visible(False)
        stream = BytesIO()
        FigureCanvasAgg(figure)
        figure.savefig(stream, format="png", metadata={"Software": None})
        return stream.getvalue()


def _available() -> list[str]:
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in _FONTS if name in known] or ["sans-serif"]
