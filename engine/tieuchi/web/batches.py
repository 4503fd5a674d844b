"""Batches: many units scored in the background, each known only by a name that nobody can guess."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tieuchi.web.problems import RefusalError
from tieuchi.web.settings import Settings
from tieuchi.web.workers import Pool

State = Literal["running", "done", "refused"]


@dataclass
class Batch:
    """One batch and how far it is."""

    id: str
    state: State = "running"
    done: int = 0
    of: int = 0
    status: int = 0
    answer: bytes = b""
    head: dict[str, Any] = field(default_factory=dict)

    def progress(self) -> dict[str, Any]:
        """Return how far it is, and what is wrong with it where it was refused."""
        found: dict[str, Any] = {"id": self.id, "state": self.state, "done": self.done, "of": self.of}
        if self.state == "refused":
            found["problem"] = json.loads(self.answer) if self.answer else None
        return found


class Batches:
    """The batches of one server. They have a worker of their own, so that nobody waits behind them."""

    def __init__(self, settings: Settings, temp: Path) -> None:
        self.settings = settings
        self._pool = Pool(settings, temp, size=1)
        self._kept: OrderedDict[str, Batch] = OrderedDict()
        self._running: set[asyncio.Task[None]] = set()
        self._started: asyncio.Task[None] | None = None

    def add(self, head: dict[str, Any], body: bytes) -> Batch:
        """Begin a batch.

        Raises:
            RefusalError: Too many are running.
        """
        if len(self._running) >= self.settings.most_batches:
            raise RefusalError(429, "W108")
        batch = Batch(secrets.token_urlsafe(24))
        self._kept[batch.id] = batch
        for name in [name for name, kept in self._kept.items() if kept.state != "running"]:
            if len(self._kept) > self.settings.most_batches:
                del self._kept[name]
        task = asyncio.get_running_loop().create_task(self._run(batch, head, body))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return batch

    def get(self, name: str) -> Batch:
        """Return a batch.

        Raises:
            RefusalError: There is none of this name.
        """
        if name not in self._kept:
            raise RefusalError(404, "W112")
        return self._kept[name]

    async def _run(self, batch: Batch, head: dict[str, Any], body: bytes) -> None:
        def tell(done: int, of: int) -> None:
            batch.done, batch.of = done, of

        try:
            if self._started is None:
                self._started = asyncio.get_running_loop().create_task(self._pool.start())
            await asyncio.shield(self._started)
            answer, content = await self._pool.run(head, body, self.settings.batch_seconds, tell)
        except RefusalError as refusal:
            from tieuchi.web.problems import problem_of

            batch.status, batch.answer, batch.state = refusal.status, problem_of(refusal, "vi").body(), "refused"
            return
        batch.head, batch.answer, batch.status = answer, content, answer["status"]
        batch.state = "done" if answer["status"] == 200 else "refused"

    async def stop(self, grace: float) -> None:
        """Let running batches finish within the time of grace."""
        if self._running:
            await asyncio.wait(self._running, timeout=grace or 0.01)
        for task in list(self._running):
            task.cancel()
        await self._pool.stop()


def csv_of(answer: bytes) -> bytes:
    """Return the ranking of a done batch as CSV, with a mark so that spreadsheets read it as UTF-8."""
    import csv
    import io

    data = json.loads(answer)
    fields = [entry["id"] for entry in data["fields"]]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["rank", "unit", "name", "period", "points", "points_exact", "low", "high", "grade", *fields])
    for row in data["units"]:
        points = row["points"] or {}
        writer.writerow(
            [
                row["rank"] or "",
                *(_harmless(row[name] or "") for name in ("unit", "name", "period")),
                points.get("shown", ""),
                points.get("exact", ""),
                row["low"],
                row["high"],
                _harmless(row["grade"] or ""),
                *(row["fields"].get(name, "") for name in fields),
            ]
        )
    return "\ufeff".encode() + out.getvalue().encode()


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
