"""The form of one message."""

from __future__ import annotations

from typing import NamedTuple

from tieuchi.words.language import Text


class Message(NamedTuple):
    """What is wrong, and, where there is a sure one, what to do about it. Both are ``str.format`` templates."""

    text: Text
    hint: Text | None = None
