"""What a server does to Python's search for garbage ends with it, and objects that others count are let go."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys

import pytest

from tieuchi.web.service import GARBAGE, Service
from tieuchi.web.settings import settings_from


def test_a_server_that_stopped_leaves_the_search_for_garbage_as_it_was() -> None:
    gc.unfreeze()  # what a command that ran in this process has frozen at its end
    before = gc.get_threshold(), gc.get_freeze_count()

    async def once() -> tuple[bool, tuple[int, int, int]]:
        service = Service(settings_from({}, workers=1))
        await service.start()
        during = gc.get_freeze_count() > 0, gc.get_threshold()
        await service.stop()
        return during

    assert asyncio.run(once()) == (True, GARBAGE)
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_a_command_that_asks_duckdb_ends_without_a_word_of_lost_objects() -> None:
    pytest.importorskip("duckdb")
    command = [sys.executable, "-m", "tieuchi", "verify", "curb-65/2003", "--road", "duckdb", "--lang", "en"]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (found.stdout.partition(":")[0], found.stderr) == ("duckdb", "")
