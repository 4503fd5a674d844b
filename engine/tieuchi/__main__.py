"""``python -m tieuchi`` and the console script."""

from __future__ import annotations

import gc
import os
import sys

_NEW_OBJECTS = 200_000
"""How many objects come to be before a search for those that only refer to one another."""


def main() -> None:
    """Run the command line.

    What a short command makes, models and rules, it needs to its end: Python's usual search after each 700 new objects,
    and the last one at the exit, took a sixth of its time.
    """
    gc.set_threshold(_NEW_OBJECTS)
    # What other programs add to pydantic must not change what a rulebook means, and is slow to look for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    from tieuchi.cli import run

    status = run(sys.argv[1:])
    gc.disable()
    sys.exit(status)


if __name__ == "__main__":
    main()
