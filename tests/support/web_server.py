"""A real server in a process of its own, for tests that need sockets, signals or a browser."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass
class Running:
    """One running server."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path
    temp: Path

    def ask(
        self, path: str, data: Any = None, headers: dict[str, str] | None = None, method: str | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of an answer."""
        body = None if data is None else json.dumps(data).encode()
        given = {"content-type": "application/json"} if body is not None else {}
        request = urllib.request.Request(self.url + path, body, given | (headers or {}), method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()

    def lines(self) -> list[dict[str, Any]]:
        """Return what it has logged."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(*options: str, **variables: str) -> Iterator[Running]:
    """Run ``tieuchi serve`` until the block ends."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        temp = Path(folder, "tmp")
        temp.mkdir()
        log = Path(folder, "log")
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "engine"), "TMPDIR": str(temp), **variables}
        command = [sys.executable, "-m", "tieuchi", "serve", "--port", str(port), *options]
        with log.open("wb") as stream:
            process = subprocess.Popen(command, env=environment, stderr=stream, stdout=stream, cwd=folder)
        server = Running(process, f"http://127.0.0.1:{port}", log, temp)
        try:
            _wait(server)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(server: Running) -> None:
    for _ in range(300):
        if server.process.poll() is not None:
            break
        try:
            if server.ask("/ready")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(server.log.read_text(encoding="utf-8"))
