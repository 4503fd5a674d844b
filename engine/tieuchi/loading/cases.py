"""Case files: a rulebook, the figures of made-up units, and what must come out of them.

A rule author writes them beside the decree, without any Python::

    rulebook: {…}                         # a whole rulebook, or the name or path of one
    cases:
      - name: Đúng ngưỡng 70% thì được 0,5 điểm / at 70% exactly it is half
        readings: {tasks_done: 7, tasks_assigned: 10}
        expect:
          "1.1": {points: 0.5, clause: b}
      - name: Số hoàn thành không thể hơn số được giao / more done than assigned is refused
        readings: {tasks_done: 11, tasks_assigned: 10}
        error: D491

Only what ``expect`` names is compared. A figure that is absent is missing, ``not applicable`` (``không áp dụng``) says
so, ``{value: 7, refused: why}`` is refused. The cases are run by ``tieuchi.casework``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from tieuchi.errors import Issue, Position, ReadingsError, RulebookError, UnknownNameError, nearest
from tieuchi.loading.bundled import rulebook_path
from tieuchi.loading.checks import criteria_with_paths
from tieuchi.loading.locale_numbers import Locale
from tieuchi.loading.readings_given import Report
from tieuchi.loading.readings_judged import judged
from tieuchi.loading.readings_tree import units_of
from tieuchi.loading.refusals import issues_of, path_text
from tieuchi.loading.rulebook import rulebook_of, tree_at
from tieuchi.loading.yaml_source import Node, read_yaml
from tieuchi.model.fields import Exact, Identifier, Phrase, Strict, Title
from tieuchi.model.number import exact_text
from tieuchi.model.reading import Readings
from tieuchi.model.rulebook import Rulebook
from tieuchi.model.scorecard import State
from tieuchi.words.messages import MESSAGES

Figures = dict[str, Any]
Place = tuple[str | int, ...]

_OWN_UNIT = "case"
_NOTHING = ("", "~", "null")


class ExpectedScore(Strict):
    """What a criterion, or the total, must come to. Only what is written is compared."""

    points: Exact | None = None
    max_points: Exact | None = None
    """The maximum, of what applies to the unit."""
    lost: Exact | None = None
    """Maximum less points."""
    rate: Exact | None = None
    """Points over maximum: 74.5%."""
    interval: tuple[Exact, Exact] | None = None
    """Least and most points that are still possible."""
    state: State | None = None
    clause: Phrase | None = None
    """The clause that decided: ``b``; ``a+c`` for parts of a checklist; ``balanced/linear`` inside a branch."""
    value: Exact | None = None
    """The value that the scale was asked about: 70%, 3, days late."""
    findings: tuple[Identifier, ...] | None = None
    """Findings that took points here, deductions first; of the total, all findings that hold."""
    missing: tuple[Identifier, ...] | None = None
    """Indicators whose readings would settle it."""


class Expected(BaseModel):
    """What must come out: the grade, the total, and criteria by id."""

    model_config = ConfigDict(frozen=True, extra="allow", use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, ExpectedScore]

    grade: Phrase | tuple[Phrase, ...] | None = None
    """The grade, or the list of grades that are still possible, the best first."""
    total: ExpectedScore | None = None

    @property
    def scores(self) -> dict[str, ExpectedScore]:
        """Everything expected of the total and of criteria, by name."""
        own = {"total": self.total} if self.total is not None else {}
        return {**own, **self.__pydantic_extra__}


class CaseUnit(Strict):
    """The unit of a case. Nothing of it need be given."""

    id: Phrase | None = None
    name: Phrase | None = None
    kind: Identifier | None = None
    parent: Phrase | None = None


class Member(Strict):
    """One of the other units that a scale compares with."""

    unit: CaseUnit | None = None
    readings: Figures = {}
    declared: Figures = {}


class CaseForm(Strict):
    """One case as it is written."""

    name: Phrase
    unit: CaseUnit | None = None
    readings: Figures = {}
    declared: Figures = {}
    group: tuple[Member, ...] = ()
    """The other units of the group, for scales that compare with the best."""
    expect: Expected | None = None
    error: Phrase | None = None
    """The code by which the readings must be refused, instead of ``expect``."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [name for name in ("expect", "error") if getattr(self, name) is not None]
        if len(given) != 1:
            raise PydanticCustomError("one_of", "exactly one key", {"given": given, "known": ["expect", "error"]})
        return self


class CaseFileForm(Strict):
    """A case file as it is written."""

    title: Title | None = None
    locale: Literal["vi", "en"] | None = None
    """How numbers in the readings are written. Without it, what could be read in two ways is refused."""
    rulebook: Any
    """A whole rulebook, or the bundled name of one, or a path from this file."""
    cases: Annotated[tuple[CaseForm, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Case:
    """One case, ready to be run. Where its readings were refused there are none, but the reasons."""

    name: str
    node: Node
    form: CaseForm
    readings: Readings | None
    group: tuple[Readings, ...] = ()
    refused: tuple[Issue, ...] = ()

    def at(self, *path: str | int) -> Position:
        """Return the place in the file that a path inside the case leads to, as far as it goes."""
        return self.node.key_at(path).position if path else self.node.position


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case file: the rulebook and its cases."""

    path: str
    book: Rulebook
    cases: tuple[Case, ...]


def load_cases(path: str | Path) -> CaseFile:
    """Load a case file.

    Readings that are refused are no error here: a case may expect just that.

    Raises:
        RulebookError: With everything that is wrong with the file or the rulebook, each with its place.
    """
    file = Path(path)
    root = read_yaml(file)
    try:
        form = CaseFileForm.model_validate(root.plain())
    except ValidationError as error:
        raise RulebookError(issues_of(error, root, CaseFileForm)) from None
    book = _book(root.at(("rulebook",)), file)
    issues = list(_wrong(form, root, book))
    if issues:
        raise RulebookError(issues)
    cases = (_case(case, root.at(("cases", place)), book, form.locale) for place, case in enumerate(form.cases))
    return CaseFile(str(path), book, tuple(cases))


def _book(node: Node, file: Path) -> Rulebook:
    if node.kind == "mapping":
        return rulebook_of(node)
    if node.kind != "scalar" or not node.text.strip():
        raise RulebookError([Issue("C509", node.position, "rulebook")])
    try:
        return rulebook_of(tree_at(rulebook_path(node.text, file.parent)))
    except UnknownNameError as error:
        facts = {"name": node.text, "nearest": error.nearest or "", "known": ", ".join(error.known[:8])}
        raise RulebookError([Issue("C508", node.position, "rulebook", facts)]) from None


def _wrong(form: CaseFileForm, root: Node, book: Rulebook) -> Iterator[Issue]:
    """Yield what well-formed cases can still get wrong: names that are not there, expectations of nothing."""
    known = {
        "C501": [criterion.id for criterion, _ in criteria_with_paths(book)],
        "C502": [grade.grade for grade in book.grades.classes] if book.grades else [],
        "C503": [finding.id for finding in book.findings],
        "C504": [indicator.id for indicator in book.indicators],
        "C505": [code for code in MESSAGES if code.startswith("D")],
    }
    lines: dict[str, int] = {}
    for place, case in enumerate(form.cases):
        path: Place = ("cases", place)
        if case.name in lines:
            facts = {"name": case.name, "line": str(lines[case.name])}
            yield Issue("C506", root.at((*path, "name")).position, path_text((*path, "name")), facts)
        lines.setdefault(case.name, root.at((*path, "name")).position.line)
        for code, name, where in _names(case):
            if name not in known[code]:
                full = (*path, *where)
                facts = {"name": name, "nearest": nearest(name, known[code]) or ""}
                yield Issue(code, root.key_at(full).position, path_text(full), facts)
        if case.expect is not None:
            yield from _empty(case.expect, root, (*path, "expect"))


def _names(case: CaseForm) -> Iterator[tuple[str, str, Place]]:
    """Yield every name that a case expects something of, with the code for one that is not there."""
    if case.error is not None:
        yield "C505", case.error, ("error",)
    if case.expect is None:
        return
    grades = case.expect.grade or ()
    for grade in (grades,) if isinstance(grades, str) else grades:
        yield "C502", grade, ("expect", "grade")
    for name, score in case.expect.scores.items():
        if name != "total":
            yield "C501", name, ("expect", name)
        yield from (("C503", finding, ("expect", name, "findings")) for finding in score.findings or ())
        yield from (("C504", indicator, ("expect", name, "missing")) for indicator in score.missing or ())


def _empty(expect: Expected, root: Node, path: Place) -> Iterator[Issue]:
    """Yield expectations that say nothing, and intervals that hold nothing."""
    if expect.grade is None and not expect.scores:
        yield Issue("C507", root.at(path).position, path_text(path))
    for name, score in expect.scores.items():
        here = (*path, name)
        if not score.model_fields_set:
            yield Issue("C507", root.key_at(here).position, path_text(here))
        if score.interval is not None and score.interval[0] > score.interval[1]:
            low, high = (exact_text(end) for end in score.interval)
            facts = {"low": low, "high": high}
            yield Issue("C510", root.at((*here, "interval")).position, path_text((*here, "interval")), facts)


def _case(form: CaseForm, node: Node, book: Rulebook, locale: Locale | None) -> Case:
    """Judge the readings of a case as readings from a file are."""
    members = node.get("group")
    bodies = [node, *(members.parts if members is not None else ())]
    trees = tuple(_as_unit(body, _OWN_UNIT + ("" if place == 0 else f"-{place}")) for place, body in enumerate(bodies))
    root = replace(node, kind="sequence", items=(), parts=trees)
    report = Report(node.position.file)
    indicators = {indicator.id: indicator for indicator in book.indicators}
    found = judged(units_of(root, report, locale), indicators, report)
    try:
        report.check()
    except ReadingsError as error:
        return Case(form.name, node, form, None, refused=error.issues)
    return Case(form.name, node, form, found[0], found[1:])


def _as_unit(node: Node, name: str) -> Node:
    """Return the part of a case that readings files also have: unit, readings, declared points."""
    unit = node.get("unit")
    details = unit.items if unit is not None and unit.kind == "mapping" else ()
    if not any(key.text == "id" for key, _ in details):
        details = ((_text("id", node), _text(name, node)), *details)
    whole = Node("mapping", unit.position if unit is not None else node.position, items=details)
    figures = ((key, _given(value)) for key, value in node.items if key.text in ("readings", "declared"))
    return replace(node, items=((_text("unit", node), whole), *figures))


def _given(figures: Node) -> Node:
    """Return figures without those that are written as nothing."""
    kept = (item for item in figures.items if item[1].kind != "scalar" or item[1].text not in _NOTHING)
    return replace(figures, items=tuple(kept))


def _text(text: str, near: Node) -> Node:
    return Node("scalar", near.position, text)
