"""The OpenAPI document: the forms of requests, an example of each, and what answers look like."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from tieuchi import __version__
from tieuchi.model.fields import Strict
from tieuchi.web.forms import (
    MANY,
    ONE,
    BatchForm,
    BreakpointsForm,
    CompareForm,
    ExplainForm,
    FileForm,
    GoalForm,
    ScoreForm,
    SentFigure,
    SentFile,
    SentReadings,
    SweepForm,
    VerifyForm,
    WhatIfForm,
)
from tieuchi.web.problems import MEDIA_TYPE

RULEBOOK, READINGS = "par-index-province/2017", "soc-trang-2017"
_CASE: dict[str, Any] = {"rulebook": RULEBOOK, "readings": READINGS}
_SMALL = {"unit": {"id": "soc-trang", "kind": "province"}, "readings": {"enterprises_new": 423}}

EXAMPLES: dict[type[Strict], dict[str, Any]] = {
    ScoreForm: {"bundled": _CASE, "own_figures": {"rulebook": RULEBOOK, "readings": _SMALL, "exact": True}},
    ExplainForm: {"ledger": _CASE, "one_criterion": {**_CASE, "criterion": "8.2"}},
    WhatIfForm: {
        "better_figure": {**_CASE, "scenario": {"readings": {"enterprises_new": "423"}}},
        "other_threshold": {**_CASE, "scenario": {"rules": {"8.2/b/at_least": "12%"}}},
    },
    VerifyForm: {"claimed_points": {**_CASE, "scorecard": {"points": {"exact": "73768843/990000", "shown": "74.51"}}}},
    BatchForm: {"bundled": _CASE},
    SweepForm: {"one_threshold": {**_CASE, "thresholds": {"8.2/b/at_least": "5%:20%:1%"}}},
    BreakpointsForm: {"one_threshold": {**_CASE, "threshold": "8.2/b/at_least"}},
    FileForm: {"live_workbook": {**_CASE, "kind": "workbook"}},
    GoalForm: {"a_total": {**_CASE, "target": "76"}},
    CompareForm: {"last_year": {**_CASE, "new_readings": READINGS}},
}
_NAME = {"type": "string", "minLength": 1, "maxLength": 4000}
_ONE = [_NAME, *({"$ref": f"#/components/schemas/{name}"} for name in ("SentReadings", "SentFile"))]
_LIST = {"type": "array", "items": {"$ref": "#/components/schemas/SentReadings"}}
_READINGS: dict[str, dict[str, Any]] = {ONE: {"anyOf": _ONE}, MANY: {"anyOf": [*_ONE, _LIST]}}
_FORMS: tuple[type[Strict], ...] = (*EXAMPLES, SentFigure, SentFile, SentReadings)
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Never changes its meaning; the command line prints the same."},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Issue"}},
    },
}
_POSITION = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string"},
        "line": {"type": "integer"},
        "column": {"type": "integer"},
        "sheet": {"type": "string"},
        "cell": {"type": "string"},
    },
}
_ISSUE = {
    "type": "object",
    "required": ["code", "message", "severity", "at", "position"],
    "properties": {
        "code": {"type": "string"},
        "message": {"type": "string"},
        "severity": {"enum": ["error", "warning"]},
        "at": {"type": "string", "examples": ["request:6:23", "so-lieu.xlsx[Tự chấm]!F12"]},
        "position": _POSITION,
        "other_positions": {
            "type": "array",
            "items": _POSITION,
            "description": "The places of the others of those that clash.",
        },
        "examples": {"type": "array", "items": {"type": "string"}, "description": "Readings that show it."},
        "hint": {"type": "string"},
        "path": {"type": "string"},
    },
}
_WORDS = {
    400: "The request is no JSON.",
    401: "A token is required.",
    403: "The request comes from another site, or asks for another host.",
    404: "There is nothing of this name.",
    408: "It did not come in time.",
    409: "It is not done yet.",
    413: "It is too large.",
    415: "The content type is not taken.",
    422: "What was sent has errors; each has its code and place.",
    429: "Too many batches are running.",
    503: "The server is busy or stopping, or the request took too long.",
}


def body_of(form: type[Strict], *, upload: bool = False) -> dict[str, Any]:
    """Return what OpenAPI says of a route's body."""
    content: dict[str, Any] = {
        "application/json": {
            "schema": {"$ref": f"#/components/schemas/{form.__name__}"},
            "examples": {name: {"value": value} for name, value in EXAMPLES[form].items()},
        }
    }
    if upload:
        fields = {
            "rulebook": {"type": "string", "example": RULEBOOK},
            "locale": {"enum": ["vi", "en"]},
            "file": {"type": "string", "format": "binary"},
        }
        schema = {"type": "object", "required": ["rulebook", "file"], "properties": fields}
        content["multipart/form-data"] = {"schema": schema}
    return {"requestBody": {"required": True, "content": content}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the refusals of a route for OpenAPI; every route can be refused for who asks, and for want of a worker."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {s: {"description": _WORDS[s], "content": content} for s in sorted({*statuses, 401, 403, 408, 413, 503})}


def document(app: FastAPI) -> dict[str, Any]:
    """Return the whole document, made once."""
    if app.openapi_schema:
        return app.openapi_schema
    found = get_openapi(
        title="tieuchi",
        version=__version__,
        summary="Scores public criteria by published rules, exactly.",
        description="Numbers are exact: they go in as JSON numbers or text, and come out as text (`0.5`, `31/33`).",
        routes=app.routes,
    )
    _, schemas = models_json_schema(
        [(form, "validation") for form in _FORMS], ref_template="#/components/schemas/{model}"
    )
    components = found.setdefault("components", {}).setdefault("schemas", {})
    for schema in schemas["$defs"].values():
        for field in schema.get("properties", {}).values():
            if field.get("title") in _READINGS:
                field.update(_READINGS[field.pop("title")])
    components |= schemas["$defs"] | {"Problem": _PROBLEM, "Issue": _ISSUE}
    found["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    app.openapi_schema = found
    return found
