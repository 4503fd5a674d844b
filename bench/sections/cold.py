"""From a cold process: a command on 63 units, and the first call of the compiled kernel without and with its cache."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from book import make_case
from measure import process, processes
from peers import peer
from tables import write_book, write_csv

BENCH = str(Path(__file__).parents[1])
ZEN = """
import json, sys, zen
graph, contexts = (json.load(open(name)) for name in sys.argv[1:])
decision = zen.ZenEngine().create_decision(json.dumps(graph))
print(len([decision.evaluate(context) for context in contexts]))
"""
BATCH = """
import sys
from tieuchi.__main__ import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("numba" in sys.modules)
"""
KERNEL = """
import sys, time
sys.path.insert(0, sys.argv[1])
from book import make_case
from ours import Ours
ours = Ours(make_case(10_000))
program, rows = ours.program, ours.rows
from tieuchi.columnar.road import score_rows
def call():
    begun = time.perf_counter()
    score_rows(program, rows, road="numba")
    return time.perf_counter() - begun
print(call(), call())
"""


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    assert cores
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        return {"commands": _commands(folder, 1 if quick else 5), "kernel": {} if quick else _kernel(folder)}


def _commands(folder: Path, rounds: int) -> dict[str, float | bool]:
    """Return seconds of whole processes, and whether the batch command imported numba."""
    case = make_case(63)
    book, table, out = str(write_book(case, folder)), str(write_csv(case, folder / "units.csv")), str(folder / "o.csv")
    python = [sys.executable, "-c"]
    commands = {
        "python alone": [*python, "pass"],
        "tieuchi batch, 63 units": [sys.executable, "-m", "tieuchi", "batch", book, table, "--out", out],
        "tieuchi --help": [sys.executable, "-m", "tieuchi", "--help"],
        "tieuchi score, the published example": [
            sys.executable, "-m", "tieuchi", "score", "par-index-province/2017", "soc-trang-2017"
        ],
    }  # fmt: skip
    zen = peer("zen")
    if not isinstance(zen, str):
        given = {"graph.json": zen.graph(case), "contexts.json": zen.contexts(case)}
        for name, content in given.items():
            (folder / name).write_text(json.dumps(content))
        commands["zen, 63 units"] = [*python, ZEN, *(str(folder / name) for name in given)]
    seconds: dict[str, float | bool] = {name: ran.seconds for name, ran in processes(commands, rounds).items()}
    checked = process([*python, BATCH, "batch", book, table, "--out", out])
    return seconds | {"numba imported": checked.printed.split()[-1] == "True"}


def _kernel(folder: Path) -> dict[str, float]:
    """Return seconds of the first call and the second, with an empty cache and then with what it left."""
    found: dict[str, float] = {}
    for name in ("cold", "warm"):
        ran = process([sys.executable, "-c", KERNEL, BENCH], NUMBA_CACHE_DIR=str(folder / "cache"))
        first, second = map(float, ran.printed.split())
        found |= {f"first call, {name} cache": first, f"second call, {name} cache": second}
    return found
