"""Options that commands share, and the one way out: to the terminal, or whole into a file."""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from tieuchi.render.page import Page
    from tieuchi.words.language import Language


class Lang(StrEnum):
    """Languages of the program."""

    vi = "vi"
    en = "en"


class Format(StrEnum):
    """Forms of output."""

    text = "text"
    json = "json"


RulebookArgument = Annotated[
    str, typer.Argument(metavar="RULEBOOK", help="Tệp, thư mục hoặc tên kèm theo. / A path or a bundled name.")
]
ReadingsArgument = Annotated[
    str, typer.Argument(metavar="READINGS", help="Tệp số liệu hoặc tên kèm theo. / A path or a bundled name.")
]
LangOption = Annotated[Lang, typer.Option("--lang", envvar="TIEUCHI_LANG", help="Ngôn ngữ. / Language.")]
FormatOption = Annotated[Format, typer.Option("--format", help="Dạng kết quả. / Form of output.")]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", help="Ghi vào tệp (trọn vẹn hoặc không). / Write to a file, whole or not at all."),
]
LocaleOption = Annotated[
    Lang | None, typer.Option("--locale", help="Cách viết số trong số liệu. / How numbers in the readings are written.")
]
UnitOption = Annotated[
    str | None, typer.Option("--unit", help="Đơn vị, nếu tệp có nhiều đơn vị. / The unit, where a file has several.")
]
GroupOption = Annotated[
    str | None,
    typer.Option(
        "--group", help="Số liệu của cả nhóm, cho thang so với nhóm. / Readings of the group, for relative scales."
    ),
]
ExactOption = Annotated[
    bool, typer.Option("--exact", help="Không dùng durable-rules. / Score by the exact road alone.")
]


def new_page(out: Path | None) -> Page:
    """Return a page as wide as the terminal, with colour only on a terminal."""
    from tieuchi.render.page import NARROW, Page

    on_terminal = out is None and sys.stdout.isatty()
    width = min(os.get_terminal_size().columns, 120) if on_terminal else NARROW
    return Page(width=width, colour=on_terminal and "NO_COLOR" not in os.environ)


def emit(text: str, out: Path | None) -> None:
    """Print a text, or write it whole into a file."""
    if out is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    from tieuchi.loading.whole_file import write_whole

    write_whole(out, text.encode())


def emit_json(data: Any, out: Path | None) -> None:
    """Print data as JSON alone, or write it whole into a file."""
    emit(json.dumps(data, ensure_ascii=False, indent=2) + "\n", out)


def language_of(lang: Lang) -> Language:
    """Return the language as the other modules name it."""
    return "vi" if lang is Lang.vi else "en"
