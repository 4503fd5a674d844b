"""One server, put together: guard, limits, routes, page; and how it starts and stops."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Receive, Scope, Send

from tieuchi import __version__
from tieuchi.web.api import api_router
from tieuchi.web.books import Shelf
from tieuchi.web.docs import document
from tieuchi.web.faults import fault_text
from tieuchi.web.guard import Guard
from tieuchi.web.limits import BodyLimit
from tieuchi.web.login import login_router
from tieuchi.web.observe import LOG, Observer, log_to_stderr
from tieuchi.web.patience import PatientProtocol
from tieuchi.web.problems import MEDIA_TYPE, Problem, RefusalError, language_of_header, problem_of
from tieuchi.web.service import Service
from tieuchi.web.settings import Settings


def build_app(settings: Settings) -> FastAPI:
    """Return the application of one server; its workers start with it and end with it."""
    service = Service(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await service.start()
        try:
            yield
        finally:
            await service.stop()

    app = FastAPI(
        title="tieuchi", version=__version__, lifespan=lifespan, openapi_url="/api/v1/openapi.json",
        docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    app.state.service = service
    app.include_router(api_router(service))
    _add_operations(app, service)
    _add_refusals(app, service)
    if settings.token:
        app.include_router(login_router(service))
    _add_end_of_api(app)
    if settings.page:
        from tieuchi.web.page import add_page

        add_page(app, service)
    # The last one added is the first to see a request.
    app.add_middleware(BodyLimit, most=settings.most_bytes, seconds=settings.seconds)
    app.add_middleware(Guard, settings=settings, sessions=service.sessions)
    app.add_middleware(Observer, figures=service.figures)
    return app


def _add_operations(app: FastAPI, service: Service) -> None:
    @app.get("/health", include_in_schema=False)
    async def health() -> Response:
        """Say that the server is there."""
        return JSONResponse({"status": "ok", "version": __version__})

    @app.get("/ready", include_in_schema=False)
    async def ready() -> Response:
        """Say whether requests would be served now."""
        return JSONResponse({"ready": service.pool.ready}, 200 if service.pool.ready else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Return the figures for Prometheus."""
        return PlainTextResponse(service.figures.text(), media_type=CONTENT_TYPE_LATEST)


def _add_end_of_api(app: FastAPI) -> None:
    """Keep what is no route of the API from reaching the page, which would answer in HTML."""
    known = tuple(app.router.routes)

    async def nothing(scope: Scope, _receive: Receive, _send: Send) -> None:
        if scope["type"] != "http":
            raise HTTPException(404)
        asked = {**scope, "path": scope["root_path"] + scope["path"].removeprefix(scope["root_path"]), "root_path": ""}
        matches = [route.matches(asked)[0] for route in known]
        raise HTTPException(405 if Match.PARTIAL in matches else 404)

    app.mount("/api", nothing)


def _add_refusals(app: FastAPI, service: Service) -> None:
    def told(problem: Problem) -> Response:
        headers = {"retry-after": "2"} if problem.status in (429, 503) else {}
        return Response(problem.body(), problem.status, headers, MEDIA_TYPE)

    def language(request: Request) -> Any:
        return language_of_header(request.headers.get("accept-language", ""))

    @app.exception_handler(RefusalError)
    async def refused(request: Request, error: RefusalError) -> Response:
        return told(problem_of(error, language(request)))

    @app.exception_handler(HTTPException)
    async def not_there(request: Request, error: HTTPException) -> Response:
        code = {404: "W103", 405: "W104", 400: "W100"}.get(error.status_code, "W199")
        problem = problem_of(RefusalError(error.status_code, code, {"method": request.method[:20]}), language(request))
        response = told(problem)
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(RequestValidationError)
    async def no_parameter(request: Request, error: RequestValidationError) -> Response:
        first = error.errors()[0]
        name = ".".join(str(step) for step in first["loc"][1:])
        code = "W119" if first["type"] == "missing" else "W122"
        facts = {"name": name, "value": str(first.get("input", ""))[:100]}
        return told(problem_of(RefusalError(422, code, facts), language(request)))

    @app.exception_handler(Exception)
    async def fault(request: Request, error: Exception) -> Response:
        service.log_fault(request, fault_text(error))
        return told(problem_of(RefusalError(500, "W114"), language(request)))


def serve(settings: Settings) -> None:
    """Run one server until it is told to stop; running requests are finished first.

    Raises:
        RulebookError: A rulebook of the folder that was given is not one.
    """
    Shelf(Path(settings.rules) if settings.rules else None).check()
    log_to_stderr(settings.quiet)
    config = uvicorn.Config(
        build_app(settings),
        host=settings.host,
        port=settings.port,
        http=PatientProtocol,
        limit_concurrency=settings.most_connections,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=settings.grace,
        h11_max_incomplete_event_size=32_768,
        ws_max_size=1_000_000,
    )
    LOG.info("starting", extra={"facts": {"host": settings.host, "port": settings.port, "version": __version__}})
    uvicorn.Server(config).run()
