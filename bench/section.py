"""One part of the benchmark as a process: ``python bench/section.py NAME [--quick] [--cores N]`` prints JSON."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--cores", type=int, default=2)
    given = parser.parse_args()
    for variable in ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "NUMEXPR_MAX_THREADS"):
        os.environ[variable] = str(given.cores)  # before any of them is imported
    from measure import pinned

    pinned(given.cores)
    found = importlib.import_module(f"sections.{given.name}").measure(quick=given.quick, cores=given.cores)
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
