"""Functions compiled by numba and kept on disk between runs, as far as the disk is sound."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from numba import njit


def compiled(function: Callable[..., Any], signature: Any, **options: Any) -> Any:
    """Return a function compiled for one signature, taken from disk where it was kept there.

    What a full disk or a failing machine cut short is thrown away, and the function compiled without keeping it: the
    next run keeps it again. The same where nothing can be kept at all, on a file system that is only read.
    """
    try:
        return njit(signature, cache=True, **options)(function)
    except Exception:  # noqa: BLE001 - a damaged file raises nearly anything; what is wrong otherwise is raised again
        _forget(function)
        return njit(signature, **options)(function)


def _forget(function: Callable[..., Any]) -> None:
    """Remove what was kept of a function, where that can be."""
    with suppress(RuntimeError, OSError):
        folder = Path(str(njit(cache=True)(function).stats.cache_path))
        module = function.__module__.rpartition(".")[2]
        for file in folder.glob(f"{module}.{function.__qualname__.replace('<', '').replace('>', '')}-*.nb?"):
            file.unlink(missing_ok=True)
