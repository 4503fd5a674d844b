"""Workers that die, hang or are ended cost one request, which is tried again by the exact road."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tieuchi.web.problems import RefusalError
from tieuchi.web.settings import Settings
from tieuchi.web.workers import Pool

FAULTY = (sys.executable, "-P", str(Path(__file__).parents[1] / "support" / "faulty_worker.py"))


def with_pool(tmp_path: Path, act: Callable[[Pool], Awaitable[Any]], size: int = 2, **settings: int) -> Any:
    async def main() -> Any:
        pool = Pool(Settings(**settings), tmp_path, size, FAULTY)  # type: ignore[arg-type]
        await pool.start()
        try:
            return await act(pool)
        finally:
            await pool.stop()

    return asyncio.run(main())


async def score(pool: Pool, text: str) -> tuple[dict[str, Any], Any]:
    head, body = await pool.run({"task": "score"}, text.encode())
    return head, json.loads(body) if body else None


def test_a_crash_is_tried_again_by_the_exact_road_and_told(tmp_path: Path) -> None:
    head, body = with_pool(tmp_path, lambda pool: score(pool, "crash"))
    assert (head["retried"], body["exact"]) == ("crash", True)


def test_a_hang_is_ended_and_tried_again_by_the_exact_road(tmp_path: Path) -> None:
    head, body = with_pool(tmp_path, lambda pool: score(pool, "hang"), seconds=1)
    assert (head["retried"], body["exact"]) == ("timeout", True)


@pytest.mark.parametrize(("text", "code"), [("crash-always", "W111"), ("hang-always", "W109")])
def test_a_request_lost_twice_is_refused_and_the_next_one_served(tmp_path: Path, text: str, code: str) -> None:
    async def act(pool: Pool) -> Any:
        with pytest.raises(RefusalError) as caught:
            await score(pool, text)
        return caught.value, (await score(pool, "well"))[0]["status"]

    error, status = with_pool(tmp_path, act, seconds=1)
    assert (error.status, error.code, status) == (503, code, 200)


def test_killing_a_worker_in_mid_request_loses_nothing_else(tmp_path: Path) -> None:
    async def act(pool: Pool) -> Any:
        requests = [asyncio.create_task(score(pool, f"slow {number}")) for number in range(6)]
        await asyncio.sleep(0.2)
        os.kill(pool.pids[0], signal.SIGKILL)
        answers = await asyncio.gather(*requests)
        return [head["status"] for head, _ in answers], [head.get("retried") for head, _ in answers]

    statuses, retried = with_pool(tmp_path, act)
    assert statuses == [200] * 6
    assert retried.count("crash") == 1


def test_dead_workers_are_replaced_also_between_requests(tmp_path: Path) -> None:
    async def act(pool: Pool) -> Any:
        before = set(pool.pids)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.2)
        return before, (await score(pool, "well"))[1]["pid"]

    before, pid = with_pool(tmp_path, act)
    assert pid not in before


def test_a_fault_of_the_program_keeps_the_worker(tmp_path: Path) -> None:
    async def act(pool: Pool) -> Any:
        before = pool.pids
        return before, await score(pool, "fault"), pool.pids

    before, (head, _), after = with_pool(tmp_path, act, size=1)
    assert head["status"] == 500
    assert re.fullmatch(r"RuntimeError: a fault at worker\.py:\d+ > faulty_worker\.py:\d+", head["fault"])
    assert before == after


def test_too_many_waiting_requests_are_refused_at_once(tmp_path: Path) -> None:
    async def act(pool: Pool) -> Any:
        requests = [asyncio.create_task(score(pool, "slow")) for _ in range(3)]
        await asyncio.sleep(0.1)
        with pytest.raises(RefusalError) as caught:
            await score(pool, "one more")
        return caught.value.code, [head["status"] for head, _ in await asyncio.gather(*requests)]

    code, statuses = with_pool(tmp_path, act, size=1, most_waiting=2)
    assert (code, statuses) == ("W108", [200, 200, 200])


def test_stopping_finishes_what_runs_and_refuses_what_comes(tmp_path: Path) -> None:
    async def main() -> Any:
        pool = Pool(Settings(), tmp_path, 1, FAULTY)
        await pool.start()
        request = asyncio.create_task(score(pool, "slow"))
        await asyncio.sleep(0.1)
        stopping = asyncio.create_task(pool.stop(grace=5))
        await asyncio.sleep(0.05)
        with pytest.raises(RefusalError) as caught:
            await score(pool, "late")
        await stopping
        return caught.value.code, (await request)[0]["status"], pool.pids

    assert asyncio.run(main()) == ("W118", 200, [])
