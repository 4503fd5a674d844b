"""The command line: parse, call the public functions, print. Exit status 0; 1 for findings; 2 for refused input.

Each command is a module with ``register``; what it needs is imported when it runs, so that ``--help`` stays quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tieuchi.errors import TieuchiError
from tieuchi.words.language import Language


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status. No traceback reaches a user."""
    from tieuchi.cli.app import build_app

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    language = _language(arguments)
    try:
        status = build_app(arguments)(list(arguments), standalone_mode=False)
    except TieuchiError as error:
        print(error.text(language), file=sys.stderr)  # noqa: T201 - this is the shell
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - the outermost loop of the command line
        return _usage_or_bug(error, language)
    return status if isinstance(status, int) else 0


def _language(arguments: Sequence[str]) -> Language:
    """Find the language before anything is parsed, so that also refusals are in it."""
    for index, argument in enumerate(arguments):
        if argument == "--lang=en" or (argument == "--lang" and list(arguments[index + 1 : index + 2]) == ["en"]):
            return "en"
    return "vi"


def _interrupted(error: BaseException | None) -> bool:
    """Say whether Ctrl-C is behind an error.

    Where it comes inside ``__set_name__``, Python tells it as an error of its own, with this one as its cause; inside
    the building of a model pydantic does, and names it in its words alone.
    """
    while error is not None:
        if isinstance(error, KeyboardInterrupt) or KeyboardInterrupt.__name__ in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _usage_or_bug(error: Exception, language: Language) -> int:
    import typer

    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort) or _interrupted(error):
        return 130
    if hasattr(error, "exit_code") and hasattr(error, "show"):
        # What typer's own parser refuses; the class has moved between its releases.
        error.show()
        return 2
    if isinstance(error, (RecursionError, MemoryError)):
        words = {"vi": "dữ liệu quá lớn hoặc lồng quá sâu", "en": "the input is too large or nested too deep"}
        print(words[language], file=sys.stderr)  # noqa: T201
        return 2
    if isinstance(error, OSError) and error.filename is not None:
        # A name that the file system can't take; what is there but can't be read has been told by now.
        print(f"{str(error.filename)[:200]}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 2
    words = {"vi": "lỗi trong chương trình, xin báo lại", "en": "a fault in the program, please report it"}
    print(f"{words[language]}: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
    if "TIEUCHI_DEBUG" in os.environ:
        raise error
    return 3
