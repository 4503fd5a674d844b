"""What is wrong with a request, as ``application/problem+json`` (RFC 9457): stable codes, places, both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tieuchi.errors import (
    DisagreementError,
    Issue,
    Position,
    ReadingsError,
    RulebookError,
    ScenarioError,
    TieuchiError,
    UnknownNameError,
)
from tieuchi.words import hint_text, message_text
from tieuchi.words.language import Language
from tieuchi.words.web_terms import web_term

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 200
_KINDS: tuple[tuple[type[TieuchiError], str, int], ...] = (
    (RulebookError, "rulebook", 422),
    (ReadingsError, "readings", 422),
    (ScenarioError, "scenario", 422),
    (UnknownNameError, "unknown-name", 404),
    (DisagreementError, "disagreement", 500),
)


class RefusalError(Exception):
    """A request that is refused for what it is, not for what stands in a rulebook or a reading."""

    def __init__(self, status: int, code: str, facts: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.code = code
        self.facts = dict(facts or {})
        super().__init__(status, code, self.facts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that says what is wrong."""

    status: int
    kind: str
    code: str
    title: str
    detail: str
    errors: tuple[dict[str, Any], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """Return the problem as plain data."""
        found: dict[str, Any] = {
            "type": f"urn:tieuchi:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.errors:
            found["errors"] = list(self.errors)
        return found | dict(self.more)

    def body(self) -> bytes:
        """Return the problem as it is sent."""
        # Text that is no valid Unicode can stand in a request; here it is shown, not sent on.
        return json.dumps(self.data(), ensure_ascii=False).encode(errors="backslashreplace")


def problem_of(error: TieuchiError | RefusalError, language: Language) -> Problem:
    """Return what is wrong, in one language."""
    if isinstance(error, RefusalError):
        text, hint = message_text(error.code, error.facts, language), hint_text(error.code, error.facts, language)
        kind = {401: "token", 403: "forbidden", 404: "not-found", 413: "too-large", 429: "busy", 503: "busy"}
        more = {"hint": hint} if hint else {}
        return Problem(error.status, kind.get(error.status, "request"), error.code, text, text, more=more)
    kind_name, status = next((kind, status) for cls, kind, status in _KINDS if isinstance(error, cls))
    title = web_term(f"problem_{kind_name.replace('-', '_')}", language)
    if isinstance(error, (RulebookError, ReadingsError, ScenarioError)):
        errors = tuple(issue_json(issue, language) for issue in error.issues[:MOST_ERRORS])
        code = error.issues[0].code if error.issues else "W199"
        status = 400 if code in ("D421", "D422", "D423", "D424", "D426") and _of_body(error.issues) else status
        counted: dict[str, Any] = {"error_count": len(error.issues)}
        return Problem(status, kind_name, code, title, errors[0]["message"] if errors else title, errors, counted)
    code = f"U_{error.kind}" if isinstance(error, UnknownNameError) else "X100"
    near = {"nearest": error.nearest} if isinstance(error, UnknownNameError) and error.nearest else {}
    return Problem(status, kind_name, code, title, error.text(language), more=near)


def _of_body(issues: tuple[Issue, ...]) -> bool:
    """Say whether it is the request itself that is no JSON."""
    return all(issue.position.file == BODY for issue in issues)


BODY = "request"
"""The name of the request's own body in positions."""


def issue_json(issue: Issue, language: Language) -> dict[str, Any]:
    """Return one issue as plain data: code, sentence, hint, and the place as people and as programs want it."""
    found: dict[str, Any] = {
        "code": issue.code,
        "message": message_text(issue.code, issue.facts, language),
        "severity": issue.severity,
        "at": str(issue.position),
        "position": position_json(issue.position),
    }
    hint = hint_text(issue.code, issue.facts, language)
    if hint:
        found["hint"] = hint
    if issue.path:
        found["path"] = issue.path
    if issue.there:
        found["other_positions"] = [position_json(place) for place in issue.there]
    if issue.examples:
        found["examples"] = [example.text(language) for example in issue.examples]
    return found


def position_json(position: Position) -> dict[str, Any]:
    """Return the parts of a place that there are."""
    found: dict[str, Any] = {"file": position.file}
    for name in ("line", "column", "sheet", "cell"):
        if value := getattr(position, name):
            found[name] = value
    return found


def language_of_header(header: str) -> Language:
    """Return the language that an ``Accept-Language`` header likes best; Vietnamese where it names neither.

    Example:
        >>> language_of_header("en-GB,en;q=0.9,vi;q=0.5"), language_of_header("fr"), language_of_header("vi;q=0,en")
        ('en', 'vi', 'en')
    """
    best: tuple[float, Language] = (0.0, "vi")
    for part in header[:500].split(","):
        name, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            weight = 0.0
        language: Language | None = {"vi": "vi", "en": "en"}.get(name.strip().lower()[:2])  # type: ignore[assignment]
        if language is not None and weight > best[0]:
            best = (weight, language)
    return best[1]
