"""What the server tells of itself: one line of JSON for each request, and figures for Prometheus.

Neither holds anything of anybody: no address, no query, no body, no unit; a path is told as the route it matched.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from datetime import UTC, datetime
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieuchi.web.faults import places

LOG = logging.getLogger("tieuchi.web")
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)
_QUIET = ("/health", "/ready", "/metrics", "/_nicegui/")


class Figures:
    """The figures of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        made: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("tieuchi_requests", "Requests answered.", ("route", "method", "status"), **made)
        self.seconds = Histogram("tieuchi_request_seconds", "Time to answer.", ("route",), buckets=_BUCKETS, **made)
        self.running = Gauge("tieuchi_requests_running", "Requests being answered.", **made)
        self.retries = Counter("tieuchi_worker_retries", "Requests whose worker was lost.", ("reason",), **made)
        self.waiting = Gauge("tieuchi_worker_requests", "Requests at or waiting for a worker.", **made)
        self.workers = Gauge("tieuchi_workers", "Worker processes that are running.", **made)
        self.pages = Gauge("tieuchi_pages", "Pages that are open.", **made)
        self.changes = Histogram(
            "tieuchi_page_change_seconds", "Time to score a change on a page.", buckets=_BUCKETS, **made
        )

    def text(self) -> bytes:
        """Return all figures in Prometheus' form."""
        return generate_latest(self.registry)


class Observer:
    """Gives each request an id, times it, counts it and writes its line."""

    def __init__(self, app: ASGIApp, figures: Figures) -> None:
        self.app = app
        self.figures = figures

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500
        begun = time.perf_counter()

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", request_id.encode())]}
            await send(message)

        self.figures.running.inc()
        try:
            await self.app(scope, receive, sending)
        finally:
            self.figures.running.dec()
            self._note(scope, status, time.perf_counter() - begun, request_id)

    def _note(self, scope: Scope, status: int, seconds: float, request_id: str) -> None:
        route = route_of(scope)
        self.figures.requests.labels(route, _method(scope), str(status)).inc()
        self.figures.seconds.labels(route).observe(seconds)
        level = logging.DEBUG if scope["path"].startswith(_QUIET) else logging.INFO
        facts: dict[str, Any] = {"method": _method(scope), "status": status, "ms": round(seconds * 1000, 1)}
        retried = scope.get("state", {}).get("retried")
        LOG.log(level, "request", extra={"facts": {"id": request_id, "route": route, **facts, "retried": retried}})


def _method(scope: Scope) -> str:
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
    return scope["method"] if scope["method"] in known else "OTHER"


def route_of(scope: Scope) -> str:
    """Return the route a request matched, never the path itself, which may name somebody."""
    path = getattr(scope.get("route"), "path", None)
    if isinstance(path, str) and path not in ("", "/{path:path}"):
        return path
    if scope["path"].startswith("/_nicegui/"):
        return "/_nicegui"
    return "/" if scope["path"] == "/" else "other"


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "event": _event(record)}
        facts = getattr(record, "facts", {})
        line |= {name: fact for name, fact in facts.items() if fact is not None}
        if record.exc_info:
            line["fault"] = _where(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _event(record: logging.LogRecord) -> str:
    """Return what happened; of what others log only where, for their words may quote what somebody sent."""
    return record.getMessage() if record.name == LOG.name else f"{record.name}: {record.module}:{record.lineno}"


def _where(problem: Any) -> str:
    """Return the kind of an exception and where it came from, not what it says."""
    kind, _, trace = problem
    return f"{kind.__name__ if kind else ''} at {places(trace)}"


def log_to_stderr(quiet: bool = False) -> None:
    """Write what happens to standard error, one line of JSON each."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.WARNING if quiet else logging.INFO)
    LOG.propagate = False
    others = logging.getLogger()
    others.handlers[:] = [handler]
    others.setLevel(logging.WARNING)
    for name in ("nicegui", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = [], True
