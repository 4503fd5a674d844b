"""The command line: parse, call the public functions, print. Exit status 0; 1 for findings; 2 for refused input.

Each command is a module with ``register``; what it needs is imported when it runs, so that ``--help`` stays quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from tieuchi.errors import Issue, Position, ReadingsError, TieuchiError
from tieuchi.words.language import Language


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status. No traceback reaches a user."""
    from tieuchi.cli.app import build_app

    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by whoever started us, as services do
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open to the end
        elif hasattr(stream, "reconfigure"):
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
        return _usage_or_bug(error, arguments, language)
    return status if isinstance(status, int) else 0


def _language(arguments: Sequence[str]) -> Language:
    """Find the language before anything is parsed, so that also refusals are in it."""
    asked = os.environ.get("TIEUCHI_LANG", "")
    for word, after in zip(arguments, [*arguments[1:], ""], strict=False):
        asked = after if word == "--lang" else word.removeprefix("--lang=") if word.startswith("--lang=") else asked
    return "en" if asked == "en" else "vi"


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


def _usage_or_bug(error: Exception, arguments: Sequence[str], language: Language) -> int:
    import typer

    if isinstance(error, typer.Exit):
        return error.exit_code
    if isinstance(error, typer.Abort) and isinstance(error.__cause__, EOFError):
        error = error.__cause__  # typer takes it for the end of what somebody types
    elif isinstance(error, typer.Abort) or _interrupted(error):
        return 130
    if hasattr(error, "exit_code") and hasattr(error, "show"):
        return _refused(error, arguments, language)
    if isinstance(error, (RecursionError, MemoryError)):
        words = {"vi": "dữ liệu quá lớn hoặc lồng quá sâu", "en": "the input is too large or nested too deep"}
        print(words[language], file=sys.stderr)  # noqa: T201
        return 2
    if isinstance(error, OSError) and error.strerror:
        # A name that the file system can't take, or no room for what is printed; all else has been told by now.
        name = "stdout" if error.filename is None else str(error.filename)[:200]
        print(f"{name}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 2
    if isinstance(error, ModuleNotFoundError) and not (error.name or "tieuchi").startswith("tieuchi"):
        print(_lacking(error.name or "").text(language), file=sys.stderr)  # noqa: T201
        return 2
    words = {"vi": "lỗi trong chương trình, xin báo lại", "en": "a fault in the program, please report it"}
    print(f"{words[language]}: {type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
    if "TIEUCHI_DEBUG" in os.environ:
        raise error
    return 3


def _lacking(module: str) -> TieuchiError:
    """Return the refusal where a library is not installed that a part of the program needs, with what installs it."""
    import re
    from importlib.metadata import requires

    package = module.partition(".")[0]
    asked = [re.fullmatch(r"([\w.-]+).*; extra == '(\w+)'", line) for line in requires("tieuchi") or ()]
    extras = [found[2] for found in asked if found and found[1].lower() == package.lower()]
    extra = next((name for name in extras if name not in ("all", "dev", "bench")), "all")
    return ReadingsError([Issue("K820", Position("tieuchi"), facts={"package": package, "extra": extra})])


def _refused(error: Any, arguments: Sequence[str], language: Language) -> int:
    """Tell what typer's own parser refuses; without any command it shows its help."""
    from tieuchi.cli.app import COMMANDS
    from tieuchi.cli.usage import usage_text

    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
    else:
        print(usage_text(error, next(iter(arguments), ""), COMMANDS, language), file=sys.stderr)  # noqa: T201
    return 2
