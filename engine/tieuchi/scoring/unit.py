"""One unit as its sub-criteria see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.scorecard import Inputs
from tieuchi.scoring.tests import Lack

FindingAnswers = Mapping[str, bool | Lack]


@dataclass(slots=True)
class Unit:
    """One unit: its readings, its findings and the best values of its group. Never changed once its findings are in."""

    inputs: Inputs
    findings: FindingAnswers
    finding_list: tuple[str, ...]
    best: Mapping[tuple[str, int], Fraction]
    """The best value of the group, by sub-criterion and route."""
