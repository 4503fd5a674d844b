"""Load on a real server: ``web_load.py``, part by part, each in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from measure import process

SCRIPT = str(Path(__file__).parents[1] / "web_load.py")
HOUR = 3_600
"""Requests: one a second for an hour."""


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    seconds = "1" if quick else "8"
    parts = {"one process": ["scores", "--seconds", seconds]}
    if not quick:
        parts[f"{cores} processes"] = ["scores", "--seconds", seconds, "--workers", str(cores)]
    parts |= {
        "memory": ["memory", "--requests", str(100 if quick else HOUR)],
        "killed": ["killed"],
        "pages": ["pages", *(["--pages", "10", "--seconds", "3", "--pause", "1"] if quick else ["--seconds", "30"])],
    }
    return {name: _part(options) for name, options in parts.items()}


def _part(options: list[str]) -> dict[str, Any]:
    """Return what one part found, or why it could not be measured."""
    try:
        found: dict[str, Any] = json.loads(process([sys.executable, SCRIPT, *options]).printed.splitlines()[-1])
    except RuntimeError as error:
        return {"not measured": str(error).strip().splitlines()[-1]}
    return found
