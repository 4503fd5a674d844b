"""The worker processes: handed one request at a time, ended when they hang, replaced when they are gone.

A worker that dies or hangs costs the request it was doing, nothing else, and that request is tried once more by the
exact road, which needs no native code; the answer then says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tieuchi.web.problems import RefusalError
from tieuchi.web.settings import Settings
from tieuchi.web.wire import next_frame, packed
from tieuchi.web.worker import TEMP

COMMAND = (sys.executable, "-P", "-m", "tieuchi.web.worker")
MOST_TASKS = 20_000
"""Requests after which a worker is replaced, so that nothing can pile up in it for ever."""
_STARTING = 60

Head = dict[str, Any]
Progress = Callable[[int, int], None]


class WorkerGoneError(Exception):
    """A worker died or was ended in mid-request."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Worker:
    """One process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process = process
        self.stdin, self.stdout = process.stdin, process.stdout
        self.tasks = 0

    @classmethod
    async def start(cls, command: Sequence[str], environment: Mapping[str, str]) -> Worker:
        """Start a process and wait until it is ready."""
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=dict(environment)
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(_STARTING):
                await next_frame(worker.stdout)
        except BaseException:  # also where the wait is cancelled: no process stays behind
            worker.kill()
            raise
        return worker

    async def do(self, head: Head, body: bytes, seconds: float, tell: Progress | None) -> tuple[Head, bytes]:
        """Do one task.

        Raises:
            WorkerGoneError: It died, or took too long and was ended.
        """
        self.tasks += 1
        try:
            async with asyncio.timeout(seconds):
                self.stdin.write(packed(head, body))
                await self.stdin.drain()
                while True:
                    answer, content = await next_frame(self.stdout)
                    if "progress" not in answer:
                        return answer, content
                    if tell is not None:
                        tell(*answer["progress"])
        except TimeoutError:
            self.kill()
            raise WorkerGoneError("timeout") from None
        except (EOFError, OSError, ValueError):
            self.kill()
            raise WorkerGoneError("crash") from None
        except BaseException:  # cancelled: its answer would be taken for that of the next task
            self.kill()
            raise

    @property
    def alive(self) -> bool:
        """Whether it can take another task."""
        return self.process.returncode is None

    @property
    def usable(self) -> bool:
        """Whether it should take another task."""
        return self.alive and not self.stdout.at_eof() and self.tasks < MOST_TASKS

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def stop(self) -> None:
        """Let it end by itself, or end it."""
        with contextlib.suppress(OSError, RuntimeError):
            self.stdin.close()
        try:
            async with asyncio.timeout(2):
                await self.process.wait()
        except TimeoutError:
            self.kill()
            await self.process.wait()


class Pool:
    """The workers of one server."""

    def __init__(
        self, settings: Settings, temp: Path, size: int | None = None, command: Sequence[str] = COMMAND
    ) -> None:
        self.settings = settings
        self.size = size or settings.worker_count
        self.retries: dict[str, int] = {"crash": 0, "timeout": 0}
        self._command = command
        self._environment = {**os.environ, "PYTHONPATH": _python_path(), "TMPDIR": str(temp), TEMP: str(temp)}
        self._environment.pop("TIEUCHI_WEB_TOKEN", None)
        self._environment["TIEUCHI_WEB_RULES"] = str(Path(settings.rules).resolve()) if settings.rules else ""
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        self._all: set[Worker] = set()
        self._background: set[asyncio.Task[None]] = set()
        self._stopping = False
        self.waiting = 0

    async def start(self) -> None:
        """Start all workers."""
        await asyncio.gather(*(self._add() for _ in range(self.size)))

    @property
    def ready(self) -> bool:
        """Whether some worker is there to take a request."""
        return not self._stopping and any(worker.alive for worker in self._all)

    @property
    def pids(self) -> list[int]:
        """The processes that are running."""
        return [worker.process.pid for worker in self._all if worker.alive]

    async def run(
        self, head: Head, body: bytes, seconds: float | None = None, tell: Progress | None = None
    ) -> tuple[Head, bytes]:
        """Have one task done; one whose worker is lost is tried once more by the exact road.

        Raises:
            RefusalError: Too many are waiting, the server is stopping, or the task was lost twice.
        """
        if self._stopping:
            raise RefusalError(503, "W118")
        if self.waiting >= self.settings.most_waiting + self.size:
            raise RefusalError(503, "W108")
        limit = seconds or self.settings.seconds
        self.waiting += 1
        try:
            try:
                return await self._once(head, body, limit, tell)
            except WorkerGoneError as gone:
                self.retries[gone.reason] += 1
                if head.get("exact"):
                    raise
                answer, content = await self._once({**head, "exact": True}, body, limit, tell)
                return {**answer, "retried": gone.reason}, content
        except WorkerGoneError as gone:
            late = gone.reason == "timeout"
            raise RefusalError(503, "W109" if late else "W111", {"seconds": str(limit)}) from None
        finally:
            self.waiting -= 1

    async def _once(self, head: Head, body: bytes, seconds: float, tell: Progress | None) -> tuple[Head, bytes]:
        worker = await self._idle.get()
        while not worker.alive:
            self._replace(worker)
            worker = await self._idle.get()
        try:
            return await worker.do(head, body, seconds, tell)
        finally:
            if worker.usable:
                self._idle.put_nowait(worker)
            else:
                self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        """Put a new worker in the place of one that is gone or worn."""
        self._all.discard(worker)
        task = asyncio.get_running_loop().create_task(self._renew(worker))
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _renew(self, worker: Worker) -> None:
        await worker.stop()
        while not self._stopping:
            try:
                await self._add()
            except (OSError, EOFError, TimeoutError, ValueError):
                await asyncio.sleep(1)
            else:
                return

    async def _add(self) -> None:
        worker = await Worker.start(self._command, self._environment)
        self._all.add(worker)
        self._idle.put_nowait(worker)

    async def stop(self, grace: float = 0) -> None:
        """Refuse new requests, wait for running ones, end all workers."""
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace or 0.01):
                while self.waiting:
                    await asyncio.sleep(0.02)
        for task in list(self._background):
            task.cancel()
        await asyncio.gather(*self._background, *(worker.stop() for worker in self._all), return_exceptions=True)


def _python_path() -> str:
    """Return where a worker finds this very package."""
    here = str(Path(__file__).resolve().parents[2])
    before = os.environ.get("PYTHONPATH", "")
    return os.pathsep.join([here, before] if before else [here])
