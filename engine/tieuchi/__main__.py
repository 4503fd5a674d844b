"""``python -m tieuchi`` and the console script."""

from __future__ import annotations

import gc
import os
import sys

_NEW_OBJECTS = 200_000
"""How many objects come to be before a search for those that only refer to one another."""

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
    gc.freeze()
    sys.exit(status)


def _run() -> int:
    """Load the command line and run it.

    What a short command makes, models and rules, it needs to its end: Python's usual search after each 700 new objects,
    and those at the exit, which only freezing leaves out, took a quarter of its time.
    """
    gc.set_threshold(_NEW_OBJECTS)
    # numpy starts a thread for each processor to multiply matrices of floats, of which we have none.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # What other programs add to pydantic must not change what a rulebook means, and is slow to look for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from tieuchi.cli import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    main()
