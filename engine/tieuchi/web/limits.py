"""How large a request may be. Too large a body is refused before it is read, or as soon as it grows too large."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieuchi.web.guard import answer_problem
from tieuchi.web.problems import RefusalError, language_of_header, problem_of


class TooLargeError(Exception):
    """A body without a declared length grew beyond the limit."""


class BodyLimit:
    """Counts what comes in."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        language = language_of_header(headers.get(b"accept-language", b"").decode("latin-1"))
        too_large = problem_of(RefusalError(413, "W101", {"most": str(self.most)}), language)
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self.most:
            await answer_problem(send, too_large)
            return
        seen, started = 0, False

        async def receiving() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise TooLargeError
            return message

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receiving, sending)
        except TooLargeError:
            if started:
                raise
            await answer_problem(send, too_large)
