"""How the server and a worker talk: frames of a JSON head and a body of bytes. No pickles.

Eight bytes give the two lengths, then come the head and the body.
"""

from __future__ import annotations

import asyncio
import json
import struct
from typing import Any, BinaryIO

_LENGTHS = struct.Struct(">II")
MOST_HEAD = 1_000_000
MOST_BODY = 500_000_000

Head = dict[str, Any]


def packed(head: Head, body: bytes) -> bytes:
    """Return a frame.

    Example:
        >>> packed({"a": 1}, b"xyz")[8:]
        b'{"a":1}xyz'
    """
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    return _LENGTHS.pack(len(text), len(body)) + text + body


def read_frame(stream: BinaryIO) -> tuple[Head, bytes] | None:
    """Read a frame as a worker does; None at the end of the stream."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(lengths)
    return json.loads(stream.read(head)), stream.read(body)


async def next_frame(stream: asyncio.StreamReader) -> tuple[Head, bytes]:
    """Read a frame as the server does.

    Raises:
        EOFError: The worker is gone, or what it says is no frame.
    """
    head, body = _LENGTHS.unpack(await stream.readexactly(_LENGTHS.size))
    if head > MOST_HEAD or body > MOST_BODY:
        raise EOFError("not a frame")
    return json.loads(await stream.readexactly(head)), await stream.readexactly(body)
