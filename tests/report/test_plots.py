"""Numbers beside the bars of the report are rounded exactly, whatever a picture makes of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tieuchi.report.plots import bars_png


@pytest.mark.parametrize(
    ("percent", "number", "told"),
    [(False, "2.675", "2,68"), (False, "1.005", "1,01"), (True, "0.12345", "12,35%")],
    ids=["points", "more-points", "percent"],
)
def test_halves_go_up(monkeypatch: pytest.MonkeyPatch, percent: bool, number: str, told: str) -> None:
    axes = pytest.importorskip("matplotlib.axes").Axes
    texts: list[str] = []
    annotate = axes.annotate

    def noted(own: Any, text: str, *places: Any, **style: Any) -> Any:
        texts.append(text)
        return annotate(own, text, *places, **style)

    monkeypatch.setattr(axes, "annotate", noted)
    assert bars_png([("Field", Fraction(number))], "vi", percent=percent, colour="#2563eb").startswith(b"\x89PNG")
    assert texts == [told]
