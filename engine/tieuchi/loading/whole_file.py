"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from tieuchi.errors import Issue, Position, ReadingsError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that at any moment it is either what it was or all of what it shall be.

    Raises:
        ReadingsError: The file can't be written; what was there is untouched.
    """
    name = ""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            name = stream.name
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except OSError as problem:
        if name:
            Path(name).unlink(missing_ok=True)
        facts = {"reason": problem.strerror or type(problem).__name__}
        raise ReadingsError([Issue("Y120", Position(str(path)), facts=facts)]) from None
    except BaseException:
        if name:
            Path(name).unlink(missing_ok=True)
        raise
