"""The routes of ``/api/v1``. They look at who asks and what for; workers do the rest."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException

from tieuchi.web.batches import csv_of
from tieuchi.web.docs import READINGS, RULEBOOK, body_of, problems
from tieuchi.web.forms import (
    BatchForm,
    BreakpointsForm,
    CompareForm,
    ExplainForm,
    FileForm,
    GoalForm,
    ScoreForm,
    SweepForm,
    VerifyForm,
    WhatIfForm,
)
from tieuchi.web.problems import MEDIA_TYPE, RefusalError, language_of_header
from tieuchi.web.service import Service

OK = 200
_JSON = "application/json"


def api_router(service: Service) -> APIRouter:
    """Return the routes of one server."""
    router = APIRouter(prefix="/api/v1", tags=["v1"])
    _add_lists(router, service)
    _add_tasks(router, service)
    _add_simulations(router, service)
    _add_batches(router, service)
    return router


async def answered(service: Service, request: Request, task: str, body: bytes = b"", **head: Any) -> Response:
    """Have a task done and return the answer, with its ETag; one that the asker has already is not sent again."""
    language = language_of_header(request.headers.get("accept-language", ""))
    answer, content = await service.pool.run({"task": task, "language": language, **head}, body)
    if "retried" in answer:
        request.scope["state"]["retried"] = answer["retried"]
        service.figures.retries.labels(answer["retried"]).inc()
    return respond(service, request, answer, content)


def respond(service: Service, request: Request, answer: dict[str, Any], content: bytes) -> Response:
    """Return the answer of a worker as a response."""
    if "fault" in answer:
        service.log_fault(request, answer["fault"])
        raise RefusalError(500, "W114")
    headers = {"vary": "Accept-Language"}
    if "retried" in answer:
        headers["tieuchi-retried"] = answer["retried"]
    if answer["status"] != OK:
        return Response(content, answer["status"], headers, MEDIA_TYPE)
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers |= {"etag": tag, "cache-control": "private, no-cache"}
    if request.method in ("GET", "HEAD") and tag in _tags(request.headers.get("if-none-match", "")):
        return Response(None, 304, headers)
    return Response(content, OK, headers, answer["type"])


def _tags(header: str) -> list[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]


async def json_body(request: Request) -> bytes:
    """Return a body that says it is JSON.

    Raises:
        RefusalError: It says it is something else. Browsers send JSON across sites only after asking, so this keeps out
            forms of other sites too.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != _JSON:
        raise RefusalError(415, "W102", {"given": given[:100] or "–", "known": _JSON})
    return await request.body()


def _add_lists(router: APIRouter, service: Service) -> None:
    @router.get("/rulebooks", responses=problems())
    async def rulebooks(request: Request) -> Response:
        """List the bundled rulebooks and catalogues."""
        return await answered(service, request, "rulebooks")

    @router.get("/rulebooks/{name:path}", responses=problems(404))
    async def rulebook(request: Request, name: str) -> Response:
        """Return one bundled rulebook as it is in force, parts and editions put together."""
        return await answered(service, request, "rulebook", name=name)

    @router.get("/schemas/{name}", responses=problems(404))
    async def schema(request: Request, name: str) -> Response:
        """Return a JSON Schema: ``scorecard``, ``rulebook`` and so on."""
        return await answered(service, request, "schema", name=name)

    @router.get("/readings", responses=problems())
    async def readings(request: Request) -> Response:
        """List the bundled readings."""
        return await answered(service, request, "readings")

    @router.get("/readings/{name}", responses=problems(404, 422))
    async def reading(
        request: Request, name: str, rulebook: Annotated[str, Query(examples=[RULEBOOK])] = RULEBOOK
    ) -> Response:
        """Return bundled readings, in the form in which a request may send its own."""
        return await answered(service, request, "reading", name=name, rulebook=rulebook)

    @router.get("/scorecard", responses=problems(404, 422))
    async def scorecard(
        request: Request,
        rulebook: Annotated[str, Query(examples=[RULEBOOK])],
        readings: Annotated[str, Query(examples=[READINGS])],
        exact: bool = False,
    ) -> Response:
        """Return the scorecard of bundled readings; with its ETag it can be asked for again for nothing."""
        form = {"rulebook": rulebook, "readings": readings, "exact": exact}
        return await answered(service, request, "score", json.dumps(form).encode())


def _add_tasks(router: APIRouter, service: Service) -> None:
    refused = problems(400, 404, 415, 422)

    @router.post("/score", responses=refused, openapi_extra=body_of(ScoreForm))
    async def score(request: Request) -> Response:
        """Score one unit, with the whole trace."""
        return await answered(service, request, "score", await json_body(request))

    @router.post("/explain", responses=refused, openapi_extra=body_of(ExplainForm))
    async def explain(request: Request) -> Response:
        """Return the ledger of lost points, or the whole reasoning of one criterion."""
        return await answered(service, request, "explain", await json_body(request))

    @router.post("/whatif", responses=refused, openapi_extra=body_of(WhatIfForm))
    async def whatif(request: Request) -> Response:
        """Score one unit before and after a change of figures or of rules."""
        return await answered(service, request, "whatif", await json_body(request))

    @router.post("/verify", responses=refused, openapi_extra=body_of(VerifyForm))
    async def verify(request: Request) -> Response:
        """Score again and compare with a scorecard, value by value."""
        return await answered(service, request, "verify", await json_body(request))


def _add_simulations(router: APIRouter, service: Service) -> None:
    refused = problems(400, 404, 415, 422)
    most = service.settings.most_rows

    @router.post("/goal", responses=refused, openapi_extra=body_of(GoalForm))
    async def goal(request: Request) -> Response:
        """Find the cheapest changes that reach a total, a grade or a rank."""
        return await answered(service, request, "goal", await json_body(request))

    @router.post("/sweep", responses=refused, openapi_extra=body_of(SweepForm))
    async def sweep(request: Request) -> Response:
        """Turn thresholds under many units: totals, winners, losers and ranks for each variant."""
        return await answered(service, request, "sweep", await json_body(request), most_rows=most)

    @router.post("/breakpoints", responses=refused, openapi_extra=body_of(BreakpointsForm))
    async def breakpoints(request: Request) -> Response:
        """List every value of one threshold at which the points or rank of any unit change."""
        return await answered(service, request, "breakpoints", await json_body(request), most_rows=most)

    @router.post("/file", responses=refused, openapi_extra=body_of(FileForm), response_class=Response)
    async def file(request: Request) -> Response:
        """Make a form or a live workbook (XLSX), or a picture (PNG)."""
        return await answered(service, request, "file", await json_body(request))

    @router.post("/compare", responses=refused, openapi_extra=body_of(CompareForm))
    async def compare(request: Request) -> Response:
        """Split the difference of two results exactly into what the rules and what the figures did."""
        return await answered(service, request, "compare", await json_body(request))


def _add_batches(router: APIRouter, service: Service) -> None:
    extra = body_of(BatchForm, upload=True)

    @router.post("/batch", status_code=202, responses=problems(400, 415, 422, 429), openapi_extra=extra)
    async def begin(request: Request) -> Response:
        """Begin to score and rank many units, sent as JSON or as a file."""
        body = await _batch_body(request)
        language = language_of_header(request.headers.get("accept-language", ""))
        head = {"task": "batch", "language": language, "most_rows": service.settings.most_rows}
        batch = service.batches.add(head, body)
        where = {"location": f"/api/v1/batch/{batch.id}"}
        return Response(json.dumps(batch.progress()), 202, where, _JSON)

    @router.get("/batch/{name}", responses=problems(404))
    async def progress(name: str) -> Response:
        """Say how far a batch is."""
        return Response(json.dumps(service.batches.get(name).progress(), ensure_ascii=False), OK, None, _JSON)

    @router.get("/batch/{name}/result", responses=problems(404, 409, 422))
    async def result(
        request: Request, name: str, form: Annotated[str, Query(pattern="^(json|csv)$")] = "json"
    ) -> Response:
        """Return the ranking of a batch that is done, as JSON or CSV."""
        batch = service.batches.get(name)
        if batch.state == "running":
            raise RefusalError(409, "W113")
        if batch.state == "refused":
            return Response(batch.answer, batch.status, None, MEDIA_TYPE)
        if form == "csv":
            named = {"content-disposition": 'attachment; filename="ranking.csv"'}
            return Response(csv_of(batch.answer), OK, named, "text/csv; charset=utf-8")
        return respond(service, request, batch.head, batch.answer)


async def _batch_body(request: Request) -> bytes:
    """Return the body of a batch as JSON, also where it came as a form with a file."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        return await json_body(request)
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            rulebook, file, locale = form.get("rulebook"), form.get("file"), form.get("locale")
            if not isinstance(rulebook, str):
                raise RefusalError(422, "W123", {"name": "rulebook"})
            if not isinstance(file, UploadFile):
                raise RefusalError(422, "W123", {"name": "file"})
            content = base64.b64encode(await file.read()).decode()
            found: dict[str, Any] = {"rulebook": rulebook, "readings": {"file": file.filename or "", "base64": content}}
            if isinstance(locale, str) and locale:
                found["locale"] = locale
    except (MultiPartException, HTTPException):
        raise RefusalError(400, "W100") from None
    return json.dumps(found).encode()
