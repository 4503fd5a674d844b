"""What a person simulating says: scenarios and reforms, plans of what can be done, models of what is uncertain.

All of it is data: read from a file or from the command line, checked like a rulebook and like readings, kept beside
the result and replayed from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from tieuchi.errors import Position
from tieuchi.model.fields import Exact, Identifier, Phrase, Strict, Title, Whole


@dataclass(frozen=True, slots=True)
class Change:
    """One place and what it shall say: an indicator and its figure, or a path of the rulebook and its number."""

    name: str
    text: str
    at: Position


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changed readings (a scenario in the narrow sense) and changed rules (a reform), in the order they were given."""

    readings: tuple[Change, ...] = ()
    rules: tuple[Change, ...] = ()
    title: str = ""
    locale: Literal["vi", "en"] | None = None


Given = Annotated[str, Field(max_length=4000)]
Locale = Literal["vi", "en"]


class PlacedFile(Strict):
    """A file that remembers where in it each thing stands, for what only turns out wrong beside a rulebook."""

    _places: dict[tuple[str, ...], Position] = PrivateAttr(default_factory=dict)

    def at(self, *path: str) -> Position:
        """Return where something stands; in a model that no file gave, its path."""
        return self._places.get(path) or Position("/".join(path) or "--model")

    def placed(self, places: Mapping[tuple[str, ...], Position]) -> Self:
        """Remember where everything stands, and return the file."""
        self._places.update(places)
        return self


class ScenarioFile(Strict):
    """A scenario as a file says it."""

    title: Title | None = None
    note: Title | None = None
    locale: Locale | None = None
    """How the numbers of ``readings`` are written; those of ``rules`` are written as in a rulebook."""
    readings: dict[Identifier, Given | None] = {}
    """By indicator, its new figure as readings write it; nothing makes it missing."""
    rules: dict[Phrase, Given] = {}
    """By path, such as ``8.2/b/at_least``, what shall stand there."""


class Limit(Strict):
    """What can be done about one reading, and what it costs."""

    at_least: Exact | None = None
    at_most: Exact | None = None
    step: Annotated[Exact, Field(gt=0)] | None = None
    """How finely it can be changed where it counts nothing."""
    effort: Annotated[Exact, Field(ge=0)] | None = None
    """Effort of one more (or one fewer) of its own unit; a per cent counts as 1%; yes or no as one."""


class GoalPlan(PlacedFile):
    """What a goal may use: by default every reading but wholes, bases of comparison and what findings rest on."""

    title: Title | None = None
    limits: dict[Identifier, Limit] = {}
    fixed: tuple[Identifier, ...] = ()
    """Readings that can't be changed."""
    free: tuple[Identifier, ...] = ()
    """Readings that can, though they are fixed by default."""
    only: tuple[Identifier, ...] = ()
    """If given, nothing but these can be changed."""
    budget: Annotated[Exact, Field(gt=0)] | None = None
    seconds: Annotated[Exact, Field(gt=0)] = Fraction(30)
    """How long the solver may take."""


class Noise(Strict):
    """How surely one reading or threshold is known. Exactly one kind."""

    respondents: Annotated[Whole, Field(gt=0)] | None = None
    """A share found by asking so many: the share of a new sample of that size."""
    error: Annotated[Exact, Field(gt=0)] | None = None
    """Standard deviation, in the reading's own unit."""
    relative_error: Annotated[Exact, Field(gt=0)] | None = None
    """Standard deviation as a share of the reading."""
    at_least: Exact | None = None
    at_most: Exact | None = None
    """Anything from ``at_least`` to ``at_most``, equally likely."""
    step: Annotated[Exact, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [name for name in ("respondents", "error", "relative_error") if getattr(self, name) is not None]
        ends = [name for name in ("at_least", "at_most") if getattr(self, name) is not None]
        if len(given) + bool(ends) != 1 or len(ends) == 1:
            known = ["respondents", "error", "relative_error", "at_least + at_most"]
            raise PydanticCustomError("one_of", "exactly one", {"given": given + ends, "known": known})
        return self

    @property
    def kind(self) -> str:
        """The key that says how it varies."""
        named = ("respondents", "error", "relative_error")
        return next((name for name in named if getattr(self, name) is not None), "at_least")


class NoiseModel(PlacedFile):
    """What is uncertain: readings, by indicator, and thresholds, by path."""

    title: Title | None = None
    readings: dict[Identifier, Noise] = {}
    units: dict[str, dict[Identifier, Noise]] = {}
    """By unit, where one is known better or worse than ``readings`` says."""
    thresholds: dict[Phrase, Noise] = {}
