"""One unit as its sub-criteria see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from tieuchi.model.scorecard import Inputs
from tieuchi.scoring.tests import Lack

Number = int | Fraction
FindingAnswers = Mapping[str, bool | Lack]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its readings, its findings and the best values of its group."""

    inputs: Inputs
    numbers: dict[str, Number]
    findings: FindingAnswers
    finding_list: tuple[str, ...]
    best: Mapping[tuple[str, int], Fraction]
    """The best value of the group, by sub-criterion and route."""


def numbers_of(inputs: Inputs) -> dict[str, Number]:
    """Return the readings that are numbers, the whole ones as ``int``, with which reckoning is quickest."""
    numbers: dict[str, Number] = {}
    for name, value in inputs.values.items():
        if type(value) is Fraction:
            above, below = value.as_integer_ratio()
            numbers[name] = above if below == 1 else value
    return numbers
