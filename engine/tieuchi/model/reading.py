"""Readings: the figures of one unit for one period, each with where it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from tieuchi.errors import Position
from tieuchi.model.indicator import Value

ReadingState = Literal["given", "refused", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure. A refused one keeps why in ``reason``; a missing one does not exist at all.

    ``text`` is how it stood in the source (``1.092``), ``at`` where, ``source`` what the supplier says of it.
    """

    indicator: str
    value: Value | None
    at: Position
    text: str = ""
    source: str = ""
    state: ReadingState = "given"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredPoints:
    """Points of one sub-criterion taken over from an appraisal."""

    criterion: str
    points: Fraction
    at: Position
    source: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a criterion, or a whole field, lost points, in the words of the unit. Nothing is scored by it."""

    criterion: str
    text: str
    at: Position


@dataclass(frozen=True, slots=True)
class Unit:
    """The body that is scored."""

    id: str
    name: str = ""
    kind: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Readings:
    """All figures of one unit and period, and what it says of the causes of lost points, by criterion or field."""

    unit: Unit
    period: str
    values: Mapping[str, Reading] = field(default_factory=dict)
    declared: Mapping[str, DeclaredPoints] = field(default_factory=dict)
    sha256: str = ""
    causes: Mapping[str, Cause] = field(default_factory=dict)
