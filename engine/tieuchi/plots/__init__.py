"""Pictures of results: to SVG and PNG by matplotlib, to one self-contained HTML page by plotly.

``charts*`` turn results into a ``Chart``, which says what is drawn and in which words; ``still`` and ``interactive``
draw any chart. Marks differ in shade, hatch and line, not in colour alone, so that a grey print can be read.
"""

from __future__ import annotations

import importlib.util

from tieuchi.errors import Issue, Position, ScenarioError
from tieuchi.plots.chart import Chart
from tieuchi.words.language import Language

PLOT_SUFFIXES = (".svg", ".png", ".html")


def picture(chart: Chart, suffix: str, language: Language) -> bytes:
    """Return a chart as the bytes of a file.

    Raises:
        ScenarioError: S736: the extra ``plot`` is not installed.
    """
    library = "plotly" if suffix == ".html" else "matplotlib"
    if importlib.util.find_spec(library) is None:
        raise ScenarioError([Issue("S736", Position(suffix), facts={"extra": "plot"})])
    if suffix == ".html":
        from tieuchi.plots.interactive import page_of

        return page_of(chart, language)
    from tieuchi.plots.still import image_of

    return image_of(chart, suffix.removeprefix("."), language)


__all__ = ["PLOT_SUFFIXES", "Chart", "picture"]
