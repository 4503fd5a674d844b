"""All of the benchmark: every section in a process of its own, then ``RESULTS.md`` and its picture.

    python bench/run.py [--quick] [--only NAME ...] [--out FOLDER]

A section that fails is named in the page and makes the run end with status 1. With ``--only`` the others are taken from
the run before; ratios are always of one section, and so of one run.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from goals import GOALS, MUST
from measure import process
from plots import growth_picture
from report import goal_rows, page

HERE = Path(__file__).parent
RAW = HERE.parent / "build" / "bench"
SECTIONS = {
    "checks": ("checks", 2),
    "columns, 1": ("columns", 1),
    "columns, 2": ("columns", 2),
    "one unit": ("one_unit", 1),
    "exactness": ("exactness", 1),
    "SQL": ("statements", 1),
    "cold": ("cold", 2),
    "memory": ("memory", 2),
    "files": ("files", 2),
    "growth": ("growth", 1),
    "sweep": ("sweep", 2),
    "web": ("web", 2),
}
"""By name: the module, and how many processors it may use."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small tables, to see that everything runs")
    parser.add_argument("--only", nargs="*", choices=SECTIONS, default=list(SECTIONS))
    parser.add_argument("--out", type=Path, default=HERE)
    given = parser.parse_args()
    begun = time.perf_counter()
    found = _before(quick=given.quick) if len(given.only) < len(SECTIONS) else {"minutes": 0.0, "failed": {}}
    found |= {"quick": given.quick, "load": os.getloadavg()[0]}
    for name in given.only:
        _measure(name, found, quick=given.quick)
    found["failed"] |= {name: "not asked for" for name in SECTIONS if name not in found and name not in found["failed"]}
    found["minutes"] += (time.perf_counter() - begun) / 60
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "RESULTS.md").write_text(page(found), encoding="utf-8")
    RAW.mkdir(parents=True, exist_ok=True)
    _raw(quick=given.quick).write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    if "growth" in found:
        growth_picture(found["growth"], given.out / "growth.svg")
    _print(found)
    return int(any(why != "not asked for" for why in found["failed"].values()))


def _before(*, quick: bool) -> dict[str, Any]:
    """Return what the last run of this kind found."""
    raw = _raw(quick=quick)
    found: dict[str, Any] = json.loads(raw.read_text()) if raw.is_file() else {"minutes": 0.0, "failed": {}}
    return found


def _raw(*, quick: bool) -> Path:
    return RAW / ("figures-quick.json" if quick else "figures.json")


def _measure(name: str, found: dict[str, Any], *, quick: bool) -> None:
    module, cores = SECTIONS[name]
    begun = time.perf_counter()
    found["failed"].pop(name, None)
    found.pop(name, None)
    options = ["--cores", str(cores), *(["--quick"] if quick else [])]
    try:
        found[name] = json.loads(process([sys.executable, str(HERE / "section.py"), module, *options]).printed)
    except (RuntimeError, ValueError) as error:
        found["failed"][name] = str(error).strip().splitlines()[-1]
        print(error, file=sys.stderr)
    print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)


def _print(found: dict[str, Any]) -> None:
    for row in goal_rows(found, (*GOALS, *MUST)):
        name, says, limit, figure, verdict = row
        print(f"{name:13} {says:66} {limit:>10} {figure:>10}  {verdict.strip('*')}")


if __name__ == "__main__":
    sys.exit(main())
