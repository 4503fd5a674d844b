"""Files to keep: the scorecard, the readings and the ledger, and whatever other packages can make of them."""

from __future__ import annotations

import json
from functools import partial

from nicegui import ui

from tieuchi import __version__
from tieuchi.explain import ledger_of
from tieuchi.loading.rulebook import fingerprint
from tieuchi.render.card_json import card_json
from tieuchi.render.explain_json import ledger_json
from tieuchi.render.readings_json import readings_json
from tieuchi.web.page.desk import Desk
from tieuchi.web.page.plain import Button, Words, attributes

FILES = {"form": "form.xlsx", "workbook": "workbook.xlsx", "report": "report.docx", "picture": "headroom.png"}
"""What workers make, and the names of the files."""


class Files:
    """A button for each file."""

    def __init__(self, view: Desk) -> None:
        self.view = view

    def show(self) -> None:
        """Build the buttons."""
        view = self.view
        Words(view.word("files_note"), "p", "note")
        with ui.element("div").classes("row-gap"):
            for name in ("scorecard", "ledger", "readings"):
                button = Button(view.word(f"file_{name}"), partial(self._give, name))
                attributes(button, id=f"file-{name}")
            for name, file in FILES.items():
                attributes(Button(view.word(f"file_{name}"), partial(self._made, name, file)), id=f"file-{name}")
            if view.group:
                attributes(Button(view.word("file_ranking"), self._ranking), id="file-ranking")

    def refresh(self) -> None:
        """Stay as it is."""

    async def _made(self, kind: str, name: str) -> None:
        view = self.view
        answer = await view.ask("file", kind=kind, readings=view.sent(view.work.now.readings))
        if answer is not None:
            ui.download.content(answer[1], name, answer[0])

    async def _ranking(self) -> None:
        view = self.view
        place = view.standing.place(view.work)
        group = [view.work.now.readings if index == place else other for index, other in enumerate(view.group)]
        answer = await view.ask("ranking", readings=[view.sent(readings) for readings in group])
        if answer is not None:
            ui.download.content(answer[1], "ranking.xlsx", answer[0])

    def _give(self, name: str) -> None:
        card = self.view.work.now
        if name == "scorecard":
            sha256 = fingerprint(card.plan.book)
            data = card_json(card, rulebook_sha256=sha256, version=__version__)
        elif name == "ledger":
            prober = self.view.analysis.prober
            ledger = ledger_of(card)
            names = dict.fromkeys(row.criterion for row in ledger.rows if row.criterion in card.plan.by_id)
            data = ledger_json(card, ledger, {n: prober.next_step(card, n) for n in names})
        else:
            data = readings_json(card.readings, card.plan)
        text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        ui.download.content(text, f"{name}.json", "application/json")
