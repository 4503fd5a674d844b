"""Characters that are not to be seen: how they are written in a message, and which no figure or title may hold."""

from __future__ import annotations

import unicodedata


def visible(text: str) -> str:
    r"""Return a text with control and formatting characters and lone surrogates written as ``<U+001B>``.

    Example:
        >>> visible("a\x00b")
        'a<U+0000>b'
    """
    if text.isprintable():
        return text
    hidden = ("Cc", "Cf", "Cs")
    return "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) in hidden else c for c in text)


def forbidden_character(text: str) -> str:
    r"""Return the first character that no reading, title or name may hold, as ``U+0000``, or nothing.

    Control characters other than tab and line end, lone surrogates and the two non-characters are forbidden.

    Example:
        >>> forbidden_character("hai\ndòng"), forbidden_character("a\x00b")
        ('', 'U+0000')
    """
    if text.isprintable():
        return ""
    for character in text:
        code = ord(character)
        control = unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r"
        if control or code in (0xFFFE, 0xFFFF):
            return f"U+{code:04X}"
    return ""
