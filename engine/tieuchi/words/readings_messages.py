"""Messages about readings (D)."""

from __future__ import annotations

from tieuchi.words.message import Message

READINGS_MESSAGES: dict[str, Message] = {}
