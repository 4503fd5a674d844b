"""Codes to sentences. The messages are loaded for the first one: where all goes well there is none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from tieuchi.words.language import Language, filled
from tieuchi.words.message import Message


def message_text(code: str, facts: Mapping[str, str], language: Language) -> str:
    """Return the sentence of a code, filled with the values that clash."""
    return filled(_message(code).text.of(language), defaultdict(str, facts))


def hint_text(code: str, facts: Mapping[str, str], language: Language) -> str:
    """Return the hint of a code, or nothing where it has none or a name for it is not known."""
    hint = _message(code).hint
    if hint is None or ("{nearest}" in hint.en and not facts.get("nearest")):
        return ""
    return filled(hint.of(language), defaultdict(str, facts))


def _message(code: str) -> Message:
    from tieuchi.words.messages import MESSAGES

    return MESSAGES[code]
