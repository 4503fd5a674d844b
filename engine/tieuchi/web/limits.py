"""How large a request may be, and how long it may take to come.

Too large a body is refused before it is read, or as soon as it grows too large.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tieuchi.web.guard import answer_problem
from tieuchi.web.problems import RefusalError, language_of_header, problem_of


class RefusedBodyError(Exception):
    """A body without a declared length grew beyond the limit, or did not come in time."""

    def __init__(self, refusal: RefusalError) -> None:
        self.refusal = refusal
        super().__init__(refusal)


class BodyLimit:
    """Counts what comes in, and does not wait for it for ever."""

    def __init__(self, app: ASGIApp, most: int, seconds: float) -> None:
        self.app = app
        self.most = most
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        language = language_of_header(headers.get(b"accept-language", b"").decode("latin-1"))
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > self.most:
            await answer_problem(send, problem_of(self._too_large(), language))
            return
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, self._limited(receive), sending)
        except RefusedBodyError as error:
            if started:
                raise
            await answer_problem(send, problem_of(error.refusal, language))

    def _limited(self, receive: Receive) -> Receive:
        """Return what receives the body of one request, as long as it is neither too large nor too slow."""
        seen, whole = 0, False
        end = asyncio.get_running_loop().time() + self.seconds

        async def receiving() -> Message:
            nonlocal seen, whole
            if whole:
                # All is there; what comes now is that the asker went away.
                return await receive()
            try:
                async with asyncio.timeout_at(end):
                    message = await receive()
            except TimeoutError:
                raise RefusedBodyError(RefusalError(408, "W124", {"seconds": str(self.seconds)})) from None
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > self.most:
                raise RefusedBodyError(self._too_large())
            return message

        return receiving

    def _too_large(self) -> RefusalError:
        return RefusalError(413, "W101", {"most": str(self.most)})
