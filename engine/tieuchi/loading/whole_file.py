"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tieuchi.errors import Issue, Position, ReadingsError


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files, all or none: where one can't be written, those before it are put back as they were.

    Raises:
        ReadingsError: A file can't be written; all are what they were.
    """
    before: dict[Path, bytes | None] = {}
    try:
        for path, data in files.items():
            before[path] = path.read_bytes() if path.exists() else None
            write_whole(path, data)
    except BaseException:  # also where somebody interrupts it
        for path, kept in before.items():
            if kept is None:
                path.unlink(missing_ok=True)
            elif path.read_bytes() != kept:
                write_whole(path, kept)
        raise


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that at any moment it is either what it was or all of what it shall be; links stay links.

    Raises:
        ReadingsError: The file can't be written; what was there is untouched.
    """
    name, real = "", Path(os.path.realpath(path))
    try:
        with tempfile.NamedTemporaryFile(dir=real.parent, prefix=f".{real.name}.", delete=False) as stream:
            name = stream.name
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(real)
    except OSError as problem:
        facts = {"reason": problem.strerror or type(problem).__name__}
        raise ReadingsError([Issue("Y120", Position(str(path)), facts=facts)]) from None
    finally:
        if name:
            Path(name).unlink(missing_ok=True)  # there only if it did not take its place
