"""Time and memory, measured so that ratios hold on a machine that is shared: in turn, in one process, medians."""

from __future__ import annotations

import gc
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

Work = Callable[[], Any]


@dataclass(frozen=True)
class Times:
    """Seconds of each round of several works that took turns; of a burst the median, and beside it its first run."""

    seconds: Mapping[str, list[float]]
    first: Mapping[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float:
        return statistics.median(self.seconds[name])

    def ratio(self, name: str, other: str) -> float:
        """Return how many times longer a work takes than another: the median over the rounds."""
        pairs = zip(self.seconds[name], self.seconds[other], strict=False)
        return statistics.median(mine / theirs for mine, theirs in pairs)


def alternate(
    works: Mapping[str, Work], rounds: int = 5, *, warm: int = 1, budget: float = 60, burst: int = 1
) -> Times:
    """Let works take turns, round after round; stop early when the budget of seconds is spent and three are done.

    Each round has an order of its own: what ran just before leaves caches and free memory in its own state. A work may
    run several times in a row, a burst, for the same reason.
    """
    for work in works.values():
        for _ in range(warm):
            work()
    gc.collect()
    found: dict[str, list[float]] = {name: [] for name in works}
    first: dict[str, list[float]] = {name: [] for name in works}
    begun = time.perf_counter()
    for done in range(rounds):
        if done >= 3 and time.perf_counter() - begun > budget:
            break
        for name in Random(done).sample(list(works), len(works)):
            spent = [timed(works[name]) for _ in range(burst)]
            found[name].append(statistics.median(spent))
            first[name].append(spent[0])
    return Times(found, first)


def alternate_units(
    works: Mapping[str, tuple[int, Work]], rounds: int = 5, *, budget: float = 60, burst: int = 1
) -> Times:
    """Let works take turns, each on a number of units of its own; return the seconds for one unit."""
    times = alternate({name: work for name, (_, work) in works.items()}, rounds, budget=budget, burst=burst)

    def of_one(seconds: Mapping[str, list[float]]) -> dict[str, list[float]]:
        return {name: [spent / units for spent in seconds[name]] for name, (units, _) in works.items()}

    return Times(of_one(times.seconds), of_one(times.first))


def timed(work: Work) -> float:
    """Return the seconds of one run; what it returns is dropped after the clock is read."""
    begun = time.perf_counter()
    kept = work()
    spent = time.perf_counter() - begun
    del kept
    return spent


def median_of(work: Work, rounds: int = 5) -> float:
    """Return the median seconds of a work, after one that does not count."""
    work()
    return statistics.median(timed(work) for _ in range(rounds))


def repeated(work: Work, times: int) -> Work:
    """Return a work that runs another several times."""

    def run() -> None:
        for _ in range(times):
            work()

    return run


@dataclass(frozen=True)
class Ran:
    """What a whole process took: seconds of the clock, megabytes at its highest, and what it printed."""

    seconds: float
    megabytes: float
    printed: str


_LAUNCHER = """
import json, os, subprocess, sys, time
begun = time.perf_counter()
child = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(child.pid, 0)
with open(sys.argv[1], "w") as told:
    json.dump([time.perf_counter() - begun, used.ru_maxrss / 1000, os.waitstatus_to_exitcode(status)], told)
"""
"""Starts a command. It is small itself: a process counts the memory of the one that it was split off from."""


def process(command: Sequence[str], **variables: str) -> Ran:
    """Run a command as a process of its own.

    Raises:
        RuntimeError: It failed; with what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told")
        launched = [sys.executable, "-S", "-c", _LAUNCHER, str(told), *command]
        # A program that is installed finds its bytecode beside it: no shell that forbids it is measured.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        ran = subprocess.run(launched, capture_output=True, text=True, check=True, env=env | variables)
        seconds, megabytes, status = json.loads(told.read_text())
    if status:
        raise RuntimeError(f"{' '.join(command)}: {ran.stderr[-2000:]}")
    return Ran(seconds, megabytes, ran.stdout)


def processes(commands: Mapping[str, Sequence[str]], rounds: int = 5) -> dict[str, Ran]:
    """Let commands take turns after one run each that does not count; return for each the run of median time."""
    ran: dict[str, list[Ran]] = {name: [] for name in commands}
    for command in commands.values():
        process(command)
    for _ in range(rounds):
        for name, command in commands.items():
            ran[name].append(process(command))
    return {name: sorted(runs, key=lambda run: run.seconds)[len(runs) // 2] for name, runs in ran.items()}


def peak_megabytes(work: Work) -> float:
    """Return by how much memory rose above where it stood before a work, at its highest."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    kept = work()
    peak = _status("VmHWM")
    del kept
    return peak - before


def _status(field: str) -> float:
    """Return a field of the kernel's account of this process, in megabytes."""
    found = re.search(rf"^{field}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1000


def pinned(cores: int) -> None:
    """Keep this process on some processors."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-cores:])
