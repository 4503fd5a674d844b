"""Signing in with the token, for browsers: a plain form, a cookie that scripts can't read."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from tieuchi.web.guard import COOKIE, SESSION_SECONDS, token_matches
from tieuchi.web.problems import language_of_header
from tieuchi.web.service import Service
from tieuchi.words.language import Language
from tieuchi.words.web_terms import web_term

_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>tieuchi</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>:root{{color-scheme:light dark}}body{{font:16px/1.5 system-ui,sans-serif;max-width:24rem;
margin:15vh auto;padding:0 1rem}}
input,button{{font:inherit;width:100%;padding:.5rem;margin:.25rem 0 1rem;box-sizing:border-box}}</style></head>
<body><main><h1>tieuchi</h1><form method="post" action="/login"><label for="token">{label}</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<p role="alert">{wrong}</p><button>{button}</button></form></main></body></html>"""
_DELAY = 0.5
"""Seconds that a wrong token costs."""


def login_router(service: Service) -> APIRouter:
    """Return the form and what takes it."""
    router = APIRouter(include_in_schema=False)

    def page(language: Language, *, wrong: bool = False) -> str:
        words = {name: web_term(f"login_{name}", language) for name in ("label", "button", "wrong")}
        return _PAGE.format(lang=language, **{**words, "wrong": words["wrong"] if wrong else ""})

    @router.get("/login")
    async def form(request: Request) -> Response:
        return HTMLResponse(page(language_of_header(request.headers.get("accept-language", ""))))

    @router.post("/login")
    async def sign_in(request: Request) -> Response:
        language = language_of_header(request.headers.get("accept-language", ""))
        async with request.form(max_files=0, max_fields=5) as given:
            token = given.get("token")
        if not isinstance(token, str) or not token_matches(token, service.settings.token):
            await asyncio.sleep(_DELAY)
            return HTMLResponse(page(language, wrong=True), 401)
        answer = RedirectResponse("/", 303)
        secure = request.headers.get("x-forwarded-proto", request.url.scheme) == "https"
        answer.set_cookie(
            COOKIE, service.sessions.open(), SESSION_SECONDS, httponly=True, samesite="strict", secure=secure
        )
        return answer

    return router
