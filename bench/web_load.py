"""Load on a real server on this machine: requests per second, latency, memory, a killed worker, many open pages.

    python bench/web_load.py scores [--workers N] [--seconds S] [--clients N]
    python bench/web_load.py memory [--requests N]
    python bench/web_load.py killed
    python bench/web_load.py pages [--pages N] [--seconds S]

Each prints one JSON object. Clients run in a process of their own, so that they and the server share the machine as
they would anywhere.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import html
import json
import os
import re
import signal
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1] / "tests" / "support")]

import httpx  # noqa: E402
import socketio  # noqa: E402

from web_server import Running, running  # noqa: E402

BODY = {"rulebook": "par-index-province/2017", "readings": "soc-trang-2017"}
KILLS = 5


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def told(times: list[float], seconds: float) -> dict[str, float]:
    """Return how many a second there were, and milliseconds until an answer."""
    ms = [t * 1000 for t in times]
    return {
        "count": len(ms), "per_second": len(ms) / seconds, "p50_ms": statistics.median(ms),
        "p99_ms": percentile(ms, 0.99), "max_ms": max(ms),
    }  # fmt: skip


def resident(pid: int) -> float:
    """Return megabytes held by a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    pages = [int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in (pid, *children)]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def scoring(server: Running, clients: int, until: float, *, exact: bool = False) -> tuple[list[float], list[int]]:
    times: list[float] = []
    statuses: list[int] = []

    async def one(client: httpx.AsyncClient) -> None:
        while time.perf_counter() < until:
            begun = time.perf_counter()
            answer = await client.post("/api/v1/score", json={**BODY, "exact": exact})
            times.append(time.perf_counter() - begun)
            statuses.append(answer.status_code)

    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=server.url, timeout=60, limits=limits) as client:
        await asyncio.gather(*(one(client) for _ in range(clients)))
    return times, statuses


def scores(given: argparse.Namespace) -> dict[str, Any]:
    """Score the published example with its full trace, by both roads and by the exact one alone."""
    found: dict[str, Any] = {"workers": given.workers, "clients": given.clients}
    for exact in (False, True):
        with running("--workers", str(given.workers), "--api-only", "--quiet") as server:
            asyncio.run(scoring(server, given.clients, time.perf_counter() + min(2, given.seconds), exact=exact))
            begun = time.perf_counter()
            times, statuses = asyncio.run(scoring(server, given.clients, begun + given.seconds, exact=exact))
            assert set(statuses) == {200}
            found["exact road" if exact else "both roads"] = told(times, time.perf_counter() - begun)
    return found


def memory(given: argparse.Namespace) -> dict[str, Any]:
    """Note the memory of a server after each tenth of many requests."""
    marks: list[float] = []
    with running("--workers", "1", "--api-only", "--quiet") as server:

        async def main() -> None:
            async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
                for number in range(given.requests + 1):
                    if number % max(1, given.requests // 10) == 0:
                        marks.append(resident(server.process.pid))
                    await client.post("/api/v1/score", json=BODY)

        asyncio.run(main())
    return {"requests": given.requests, "megabytes": marks, "risen": marks[-1] - marks[1]}


def killed(given: argparse.Namespace) -> dict[str, Any]:
    """Kill a worker each second while others are asked for."""
    with running("--workers", "2", "--api-only", "--quiet") as server:

        async def main() -> tuple[list[float], list[int]]:
            until = time.perf_counter() + KILLS + 1

            async def killing() -> None:
                for _ in range(KILLS):
                    await asyncio.sleep(1)
                    pid = server.process.pid
                    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                    os.kill(int(workers[0]), signal.SIGKILL)

            found, _ = await asyncio.gather(scoring(server, given.clients, until), killing())
            return found

        times, statuses = asyncio.run(main())
    return {"killed": KILLS, "not_200": len([s for s in statuses if s != 200]), **told(times, KILLS + 1)}


class Page:
    """One open page, spoken to as NiceGUI's script does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.socket = socketio.AsyncClient()
        self.total = asyncio.Event()
        self.elements: dict[str, Any] = {}
        self.waits: list[float] = []

    async def open(self, client: httpx.AsyncClient) -> None:
        text = (await client.get("/")).text
        found = re.search(r"parseElements\(String\.raw`(.*?)`\)", text, re.DOTALL)
        query = ast.literal_eval(re.search(r"query: (\{.*?\}),", text, re.DOTALL)[1])  # type: ignore[index]
        assert found is not None
        self.elements = json.loads(html.unescape(found[1]))
        self.client_id = query["client_id"]
        self.socket.on("update", self.updated)
        address = {**query, "document_id": self.client_id, "tab_id": self.client_id, "implicit_handshake": "true"}
        path = "&".join(f"{k}={v}" for k, v in address.items())
        await self.socket.connect(
            f"{self.url}?{path}", socketio_path="/_nicegui_ws/socket.io", transports=["websocket"], wait_timeout=60
        )

    def named(self, name: str) -> tuple[str, dict[str, Any]]:
        return next((k, e) for k, e in self.elements.items() if e.get("props", {}).get("id") == name)

    async def updated(self, message: dict[str, Any]) -> None:
        self.elements.update({k: e for k, e in message.items() if isinstance(e, dict)})
        if self.named("total-now")[0] in message:
            self.total.set()

    async def event(self, element: str, kind: str, value: Any) -> None:
        listeners = self.elements[element]["events"]
        listener = next(e["listener_id"] for e in listeners if e["type"] == kind)
        message = {
            "id": int(element),
            "client_id": self.client_id,
            "listener_id": listener,
            "args": [json.dumps(value)],
        }
        await self.socket.emit("event", message)

    async def pick(self, criterion: str) -> None:
        tree = next(k for k, e in self.elements.items() if "rows" in e.get("props", {}) and "labels" in e["props"])
        await self.event(tree, "pick", criterion)
        for _ in range(200):
            await asyncio.sleep(0.05)
            if any(e.get("props", {}).get("id") == "slider-enterprises_new" for e in self.elements.values()):
                return
        raise AssertionError("no slider")

    async def slide(self, until: float, pause: float) -> None:
        stops = (430, 360)
        await asyncio.sleep(hash(self.client_id) % 1000 / 1000 * pause)
        number = 0
        while time.perf_counter() < until:
            self.total.clear()
            begun = time.perf_counter()
            await self.event(self.named("slider-enterprises_new")[0], "moved", stops[number % 2])
            await asyncio.wait_for(self.total.wait(), 30)
            self.waits.append(time.perf_counter() - begun)
            number += 1
            await asyncio.sleep(pause)


def pages(given: argparse.Namespace) -> dict[str, Any]:
    """Open many pages, each of which moves a slider time and again."""
    found: dict[str, Any] = {"pages": given.pages, "pause_s": given.pause}
    with running("--workers", "1", "--quiet") as server:

        async def main() -> tuple[list[float], float]:
            begun = time.perf_counter()
            async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
                every = [Page(server.url) for _ in range(given.pages)]
                for page in every:
                    await page.open(client)
                found["opened_s"] = time.perf_counter() - begun
                found["megabytes_open"] = resident(server.process.pid)
                for page in every:
                    await page.pick("8.2")
            start = time.perf_counter()
            await asyncio.gather(*(page.slide(start + given.seconds, given.pause) for page in every))
            spent = time.perf_counter() - start
            for page in every:
                await page.socket.disconnect()
            return [wait for page in every for wait in page.waits], spent

        waits, spent = asyncio.run(main())
        found["megabytes"] = resident(server.process.pid)
    return found | told(waits, spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["scores", "memory", "killed", "pages"])
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--requests", type=int, default=5000)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--pause", type=float, default=5)
    given = parser.parse_args()
    print(json.dumps({"scores": scores, "memory": memory, "killed": killed, "pages": pages}[given.what](given)))


if __name__ == "__main__":
    main()
