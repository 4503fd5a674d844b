"""Growth as a picture: time and memory against units, criteria and bands, with the straight line through them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np

mpl.use("svg")
from matplotlib import pyplot as plt

SCALES = {"seconds": (1000, "ms"), "megabytes": (1, "MB")}


def growth_picture(found: Mapping[str, Any], path: Path) -> None:
    """Draw figures as points and their line, one panel for each."""
    mpl.rcParams.update({"svg.hashsalt": "growth", "svg.fonttype": "none", "font.size": 8})
    figure, panels = plt.subplots(2, len(found), figsize=(9, 5), constrained_layout=True)
    for column, (name, measures) in enumerate(found.items()):
        for row, (measure, (factor, unit)) in enumerate(SCALES.items()):
            _panel(panels[row][column], measures[measure], factor)
            panels[row][column].set_xlabel(name)
            panels[row][column].set_ylabel(unit)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _panel(panel: Any, measured: Mapping[str, Any], factor: float) -> None:
    sizes, there = np.array(measured["sizes"]), np.array(measured["found"]) * factor
    panel.plot(sizes, there, "o", color="black", markersize=4)
    ends = np.array([0, sizes.max()])
    panel.plot(ends, (measured["slope"] * ends + measured["start"]) * factor, "-", color="0.5", linewidth=1)
    panel.set_xlim(left=0)
    panel.set_ylim(bottom=0)
    panel.set_title(f"at most {measured['off']:.0%} off the line", fontsize=8)
