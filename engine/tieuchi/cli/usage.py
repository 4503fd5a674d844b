"""What typer's own parser refuses, told in the user's language.

The classes of its errors have moved between its releases, so they are known by their names and attributes; what is none
of these is told in typer's words.
"""

from __future__ import annotations

import re
from typing import Any

from tieuchi.errors import nearest
from tieuchi.words.language import Language
from tieuchi.words.usage_terms import USAGE_TERMS

_CHOICE = re.compile(r"'(.*)' is not one of (.+?)\.?$", re.DOTALL)
_COMMAND = re.compile(r"No such command '(.*?)'")
_EXTRA = re.compile(r"unexpected extra argument\S* \((.*)\)", re.DOTALL)
_WHOLE, _NUMBER = "valid integer", ("valid number", "valid float")


def usage_text(error: Any, command: str, commands: tuple[str, ...], language: Language) -> str:
    """Return what is wrong with a command line, what may have been meant, and where to read on."""
    word, facts, meant = _told(error, commands)
    text = USAGE_TERMS[word].fill(language, **facts) if word else error.format_message()
    lines = [text]
    if meant:
        lines.append(_hint("nearest", language, name=meant))
    known = f"tieuchi {command}" if command in commands else "tieuchi"
    return "\n".join([*lines, _hint("help", language, command=known)])


def _hint(word: str, language: Language, **facts: str) -> str:
    return f"    {'gợi ý' if language == 'vi' else 'hint '} {USAGE_TERMS[word].fill(language, **facts)}"


def _told(error: Any, commands: tuple[str, ...]) -> tuple[str, dict[str, str], str]:
    """Return the word for what is wrong, what fills it, and what may have been meant."""
    message, option = str(error.message), str(getattr(error, "option_name", ""))
    match type(error).__name__:
        case "MissingParameter":
            return "missing", {"name": _name(error.param)}, ""
        case "NoSuchOption":
            return "no_option", {"name": option}, ", ".join(sorted(error.possibilities or ()))
        case "BadOptionUsage":
            return "no_flag" if "not take a value" in message else "no_value", {"name": option}, ""
        case "BadParameter" if error.param is not None:
            return (*_unfit(message, _name(error.param)), "")
    if found := _COMMAND.search(message):
        return "no_command", {"name": found[1]}, nearest(found[1], commands) or ""
    if found := _EXTRA.search(message):
        return "extra", {"words": found[1]}, ""
    return "", {}, ""


def _unfit(message: str, name: str) -> tuple[str, dict[str, str]]:
    if found := _CHOICE.search(message):
        return "one_of", {"name": name, "value": found[1], "known": found[2].replace("'", "")}
    if _WHOLE in message:
        return "whole", {"name": name}
    return "number" if any(words in message for words in _NUMBER) else "", {"name": name}


def _name(parameter: Any) -> str:
    """Return an option by its long name, an argument as the help shows it."""
    if parameter.param_type_name == "argument":
        return str(parameter.make_metavar(None) if parameter.metavar is None else parameter.metavar)
    return str(max(parameter.opts, key=len))
