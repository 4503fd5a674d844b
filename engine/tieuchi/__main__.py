"""``python -m tieuchi`` and the console script."""

from __future__ import annotations

import gc
import os
import sys

_NEW_OBJECTS = 200_000
"""How many objects come to be before a search for those that only refer to one another."""

_ENVIRONMENT = {
    # numpy starts a thread for each processor to multiply matrices of floats, of which we have none.
    "OPENBLAS_NUM_THREADS": "1",
    # Arrow asks for pages of 2 MiB, which the system clears whole: a table took a fifth longer with them.
    "MIMALLOC_ALLOW_THP": "0",
    # What other programs add to pydantic must not change what a rulebook means, and is slow to look for.
    "PYDANTIC_DISABLE_PLUGINS": "__all__",
}
"""What libraries are told before they are loaded, unless whoever started us says otherwise."""

_INTERRUPTED = 130
"""The exit status of a program that Ctrl-C ended, as shells expect it."""


def main() -> None:
    """Run the command line. Ctrl-C ends it without a trace, also while it is still being loaded."""
    try:
        status = _run()
        import signal  # as little as may be is loaded before this guard

        signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done and written; only Python itself has yet to end
    except KeyboardInterrupt:
        status = _INTERRUPTED
    if "duckdb" not in sys.modules:  # it counts its objects at the end, and tells of those that are frozen
        gc.freeze()
    sys.exit(status)


def _run() -> int:
    """Load the command line and run it.

    What a short command makes, models and rules, it needs to its end: Python's usual search after each 700 new objects,
    and those at the exit, which only freezing leaves out, took a quarter of its time.
    """
    gc.set_threshold(_NEW_OBJECTS)
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    from tieuchi.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
