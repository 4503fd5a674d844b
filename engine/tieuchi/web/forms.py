"""What a request may say. Numbers enter as the text that was sent, so none passes through a binary float.

A body is read by the same JSON reader as a file of readings, which keeps numbers as text and the place of every
value, and is then judged by these models; what they refuse is told with line and column.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, WithJsonSchema

from tieuchi.errors import ReadingsError
from tieuchi.loading.readings_json import parse_json
from tieuchi.loading.refusals import issues_of
from tieuchi.loading.yaml_source import Node
from tieuchi.model.fields import Flag, Identifier, Phrase, Strict
from tieuchi.model.scenario import GoalPlan
from tieuchi.web.problems import BODY, RefusalError

Locale = Literal["vi", "en"]
Form = TypeVar("Form", bound=Strict)
ONE, MANY = "OneReadings", "ManyReadings"
"""Names under which the OpenAPI document says what readings can be."""


class SentRulebook(Strict):
    """A rulebook sent with the request, as one YAML text."""

    yaml: Annotated[str, Field(min_length=1, max_length=2_000_000)]


class SentFile(Strict):
    """A file of readings sent with the request."""

    file: Annotated[str, Field(min_length=1, max_length=400)]
    """Its name; the suffix tells its kind: .yaml, .json, .csv or .xlsx."""
    base64: Annotated[str, Field(max_length=100_000_000)]


class SentFigure(Strict):
    """One figure with what is said of it."""

    value: str | int | bool | None = None
    source: str | None = None
    at: str | None = None
    quote: str | None = None
    evidence: str | None = None
    refused: str | None = None
    not_applicable: Flag = False


class SentUnit(Strict):
    """The unit of sent readings."""

    id: Phrase
    name: str | None = None
    kind: str | None = None
    parent: str | None = None


class SentReadings(Strict):
    """Readings of one unit, as a JSON file of readings holds them."""

    unit: Phrase | SentUnit
    period: str | int | None = None
    locale: Locale | None = None
    readings: dict[str, Any] = {}
    """By indicator: a number, text, true, false, null, or an object with ``value``, ``source`` and so on."""
    declared: dict[str, Any] = {}


RulebookField = Phrase | SentRulebook
"""The name of a bundled rulebook, or one that is sent."""
OneReadings = Annotated[Any, WithJsonSchema({"title": ONE})]
"""The name of bundled readings, readings as a JSON file holds them, or a file."""
ManyReadings = Annotated[Any, WithJsonSchema({"title": MANY})]
"""Readings of many units: a name, a list, or a file."""


class Base(Strict):
    """What most requests say."""

    rulebook: RulebookField
    """The name of a bundled rulebook, or one that is sent."""
    readings: OneReadings
    """The name of bundled readings, readings as a JSON file holds them, or a file."""
    unit: Phrase | None = None
    """The unit, where the readings have several."""
    locale: Locale | None = None
    """How numbers in text are written."""
    group: ManyReadings = None
    """Readings of all units that relative scales compare with: a name, a list, or a file."""
    exact: Flag = False
    """Score by the exact road alone."""


class ScoreForm(Base):
    """Score one unit."""


class ExplainForm(Base):
    """Explain the lost points of one unit, or one criterion."""

    criterion: Phrase | None = None


class Changes(Strict):
    """A scenario: changed readings, and changed places of the rulebook."""

    title: str | None = None
    locale: Locale | None = None
    readings: dict[Identifier, Annotated[str, Field(max_length=4000)] | None] = {}
    rules: dict[Phrase, Annotated[str, Field(max_length=4000)]] = {}


class WhatIfForm(Base):
    """Score one unit before and after a change."""

    scenario: Changes = Changes()


class VerifyForm(Base):
    """Score again and compare with a scorecard."""

    scorecard: dict[str, Any]


class BatchForm(Strict):
    """Score and rank many units."""

    rulebook: RulebookField
    readings: ManyReadings
    locale: Locale | None = None
    """How numbers in text are written."""


class CheckForm(Strict):
    """Check a sent rulebook."""

    rulebook: SentRulebook
    called: Phrase
    """The name of its file, for positions."""


class Many(Strict):
    """What requests about many units say."""

    rulebook: RulebookField
    readings: ManyReadings
    locale: Locale | None = None


class SweepForm(Many):
    """Turn thresholds under many units."""

    thresholds: Annotated[dict[Phrase, Phrase], Field(min_length=1, max_length=4)]
    """By path, ``LOW:HIGH`` or ``LOW:HIGH:STEP``."""


class BreakpointsForm(Many):
    """List every value of one threshold at which anything changes."""

    threshold: Phrase
    """A path, such as ``8.2/b/at_least``."""


class GoalForm(Base):
    """Find the cheapest changes that reach a target."""

    target: Phrase
    """``80``, ``grade:A`` or ``rank:10``."""
    plan: GoalPlan | None = None
    """What may be changed, how far, and what it costs."""


class CompareForm(Base):
    """Split the difference of two results into what the rules and what the figures did."""

    new_rulebook: RulebookField | None = None
    new_readings: OneReadings = None


class FileForm(Base):
    """Make a file.

    A blank form, a workbook that scores by its own formulas, the report, or a picture of what could be gained.
    """

    kind: Literal["form", "workbook", "report", "picture"]


def form_of(body: bytes, model: type[Form]) -> tuple[Form, Node]:
    """Return what a request says, and its tree with the place of every value.

    Raises:
        ReadingsError: It is no JSON, or not of the form that the request needs.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise RefusalError(400, "W100") from None
    root = parse_json(text, BODY)
    if root.kind != "mapping":
        raise RefusalError(400, "W100")
    try:
        return model.model_validate(_plain(root)), root
    except ValidationError as error:
        raise ReadingsError(issues_of(error, root, model)) from None


def _plain(root: Node) -> dict[str, Any]:
    return {key: value for key, value in root.plain().items() if value is not None}
