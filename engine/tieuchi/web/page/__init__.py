"""The page: NiceGUI on the same application as the API. Its scripts and styles come from packages, not from the net.

Each browser tab has a ``View`` of its own, and with it a ``Workspace``; nothing that a user gives is kept anywhere
else, and it goes when the tab does.
"""

from __future__ import annotations

from fastapi import FastAPI
from nicegui import ui

from tieuchi.web.page.view import STYLE, View
from tieuchi.web.service import Service
from tieuchi.words.language import Language

RECONNECT = 20.0
"""Seconds that a page which lost its line is kept."""


def add_page(app: FastAPI, service: Service) -> None:
    """Add the page to a server."""

    def closed() -> None:
        service.figures.pages.dec()

    @ui.page("/", title="tieuchi", response_timeout=20)
    async def index(lang: str = "vi") -> None:
        """Show one page."""
        ui.add_css(STYLE)
        language: Language = "en" if lang == "en" else "vi"
        service.figures.pages.inc()
        ui.context.client.on_delete(closed)
        View(service, language).build()

    ui.run_with(
        app,
        title="tieuchi",
        language="vi",
        dark=None,
        tailwind=False,
        show_welcome_message=False,
        reconnect_timeout=RECONNECT,
        binding_refresh_interval=None,
    )
