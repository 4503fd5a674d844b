"""What is noted of a fault in the program: enough to find it, in one line."""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType

MOST_CHARACTERS = 500
MOST_PLACES = 6


def fault_text(error: BaseException) -> str:
    """Return the kind of an error, what it says, and where it came from."""
    return f"{type(error).__name__}: {error}"[:MOST_CHARACTERS] + f" at {places(error.__traceback__)}"


def places(trace: TracebackType | None) -> str:
    """Return the lines of the program that led to an error, the last ones of them."""
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
