"""The first lines of a CSV table: the comment that declares a locale, the header, the delimiter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tieuchi.batch.csv_blocks import CsvFile
from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.loading.readings_csv import DELIMITERS, parse_csv
from tieuchi.loading.readings_given import shortened

_LOCALE = re.compile(r"#\s*locale\s*:\s*(vi|en)", re.IGNORECASE)
_LONGEST = 1 << 20
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def open_csv(path: Path, locale: str | None = None) -> tuple[CsvFile, str | None]:
    """Return a CSV file ready to be read, and the locale it declares or was asked for.

    Raises:
        ReadingsError: It is no UTF-8 text, is empty, or its header is none.
    """
    with path.open("rb") as file:
        top = file.read(_LONGEST)
    name = str(path)
    for mark, encoding in _MARKS.items():
        if top.startswith(mark):
            raise _refused("D404", name, 1, encoding=encoding)
    if top[:4].count(b"\x00") > 1:
        raise _refused("D404", name, 1, encoding="UTF-16 / UTF-32")
    start = 3 if top.startswith(b"\xef\xbb\xbf") else 0
    line, comment, header = 1, "", b""
    while start < len(top):
        header, size = _line_at(top, start)
        start += size
        if header.strip():
            if not header.lstrip(b' "').startswith(b"#"):
                break
            comment, header = header.decode("utf-8", "replace").strip(' ",;\t'), b""
        line += 1
    if not header:
        raise _refused("D405", name, 0)
    try:
        rows = parse_csv(header.decode(), name)
    except UnicodeDecodeError as problem:
        raise _refused("D406", name, line, byte=f"0x{problem.object[problem.start]:02X}") from None
    if not rows:
        raise _refused("B604", name, line)
    names = [cell.text for cell in rows[0]]
    declared = declared_locale(comment, Position(name, 1), locale)
    delimiter = next((mark for mark in DELIMITERS if _splits(header.decode(), mark, names)), ",")
    named = distinct_names([(text, Position(name, line, place)) for place, text in enumerate(names, 1)])
    return CsvFile(path, name, named, delimiter, line + 1, start), declared


def _line_at(data: bytes, start: int) -> tuple[bytes, int]:
    """Return one line without its end, and how many bytes it takes with it."""
    found = re.compile(rb"[^\r\n]*(\r\n|\n|\r)?").match(data, start)
    assert found is not None
    return found[0].rstrip(b"\r\n"), max(len(found[0]), 1)


def _splits(header: str, mark: str, names: list[str]) -> bool:
    return len(names) > 1 and mark in re.sub(r'"[^"]*"', "", header)


def declared_locale(comment: str, at: Position, asked: str | None) -> str | None:
    """Return the locale that a comment declares, or the one asked for where there is no comment.

    Raises:
        ReadingsError: The comment declares none, or another one than was asked for.
    """
    if not comment:
        return asked
    found = _LOCALE.fullmatch(comment)
    if found is None:
        raise ReadingsError([Issue("D435", at, facts={"value": shortened(comment)})])
    own = found[1].lower()
    if asked is not None and asked != own:
        raise ReadingsError([Issue("D417", at, facts={"locale": own, "asked": asked})])
    return own


def distinct_names(header: Sequence[tuple[str, Position]]) -> list[str]:
    """Return the names of columns; one without a name gets one that no file can hold.

    Raises:
        ReadingsError: D448 two columns have the same name.
    """
    seen: dict[str, Position] = {}
    issues = []
    for name, at in header:
        if name and name in seen:
            issues.append(Issue("D448", at, facts={"column": shortened(name), "first": str(seen[name])}))
        seen.setdefault(name, at)
    if issues:
        raise ReadingsError(issues)
    return [name or f"\x00{place}" for place, (name, _) in enumerate(header, 1)]


def _refused(code: str, file: str, line: int, **facts: str) -> ReadingsError:
    return ReadingsError([Issue(code, Position(file, line), facts=facts)])
