"""Who may ask, from where, and what every answer says to a browser. Plain ASGI, so that sockets pass here too."""

from __future__ import annotations

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieuchi.web.problems import Problem, RefusalError, language_of_header, problem_of
from tieuchi.web.settings import Settings, is_loopback

COOKIE = "tieuchi_session"
SESSION_SECONDS = 12 * 3600
MOST_SESSIONS = 10_000
OPEN_PATHS = frozenset({"/health", "/ready", "/login"})
"""What answers without a token: nothing that tells of anybody's data."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# The page's scripts are put together in the browser (Vue templates), hence the two unsafe words; nothing is taken
# from elsewhere, and nobody may put the page in a frame.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Sessions:
    """Browsers that signed in: random names, kept here only, forgotten after twelve hours."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()

    def open(self) -> str:
        """Return the name of a new session."""
        name = secrets.token_urlsafe(32)
        self._until[name] = time.monotonic() + SESSION_SECONDS
        while len(self._until) > MOST_SESSIONS:
            self._until.popitem(last=False)
        return name

    def holds(self, name: str) -> bool:
        """Whether a session is open."""
        # A random name of 256 bits can be looked up; there is nothing to learn from how long that takes.
        return self._until.get(name, 0.0) > time.monotonic()


class Guard:
    """Lets a request through, or answers it with a problem."""

    def __init__(self, app: ASGIApp, settings: Settings, sessions: Sessions) -> None:
        self.app = app
        self.settings = settings
        self.sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or socket."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        guarded = _with_headers(send, scope)
        try:
            self._check(scope, headers)
        except RefusalError as refusal:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
                return
            if refusal.code == "W105" and "text/html" in headers.get("accept", "") and self.settings.page:
                await _redirect(guarded, "/login")
                return
            await answer_problem(guarded, problem_of(refusal, language_of_header(headers.get("accept-language", ""))))
            return
        await self.app(scope, receive, guarded)

    def _check(self, scope: Scope, headers: Mapping[str, str]) -> None:
        self._check_host(headers.get("host", ""))
        origin = headers.get("origin", "")
        unsafe = scope["type"] == "websocket" or scope["method"] not in _SAFE_METHODS
        if unsafe:
            site = headers.get("sec-fetch-site", "same-origin")
            if (origin and not same_origin(origin, headers.get("host", ""))) or site == "cross-site":
                raise RefusalError(403, "W106", {"origin": origin[:200] or site})
        if self.settings.token and scope["path"] not in OPEN_PATHS and not self._known(headers):
            raise RefusalError(401, "W105")

    def _check_host(self, host: str) -> None:
        """Refuse names that somebody else's DNS may have pointed at this machine."""
        name = urlsplit(f"//{host}").hostname or ""
        if not self.settings.loopback and not self.settings.hosts:
            return
        if not is_loopback(name) and name not in (*self.settings.hosts, self.settings.host):
            raise RefusalError(403, "W107", {"host": host[:200]})

    def _known(self, headers: Mapping[str, str]) -> bool:
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token_matches(token.strip(), self.settings.token):
            return True
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and self.sessions.holds(cookie.value)


def token_matches(given: str, token: str) -> bool:
    """Compare in a time that tells nothing of where they differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), token.encode())


def same_origin(origin: str, host: str) -> bool:
    """Say whether an origin is the very host that was asked.

    Example:
        >>> same_origin("http://localhost:8080", "localhost:8080"), same_origin("https://evil.example", "localhost")
        (True, False)
    """
    try:
        parts = urlsplit(origin)
        asked = urlsplit(f"{parts.scheme}://{host}")
        default = {"http": 80, "https": 443}.get(parts.scheme)
        return bool(
            default
            and parts.hostname
            and parts.hostname == asked.hostname
            and (parts.port or default) == (asked.port or default)
        )
    except ValueError:
        return False


def _with_headers(send: Send, scope: Scope) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            extra = [(n.encode(), v.encode()) for n, v in HEADERS.items() if n.encode() not in given]
            if b"cache-control" not in given and not scope["path"].startswith("/_nicegui/"):
                extra.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*message["headers"], *extra]}
        await send(message)

    return sending


async def _redirect(send: Send, target: str) -> None:
    await send({"type": "http.response.start", "status": 303, "headers": [(b"location", target.encode())]})
    await send({"type": "http.response.body", "body": b""})


async def answer_problem(send: Send, problem: Problem) -> None:
    """Answer with a problem, outside of any framework."""
    body = problem.body()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if problem.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
