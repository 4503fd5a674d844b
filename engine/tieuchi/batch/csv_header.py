"""The first lines of a CSV table: the comment that declares a locale, the header, the delimiter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tieuchi.batch.csv_blocks import CsvFile
from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.loading.readings_csv import delimiter_of, read_rows
from tieuchi.loading.readings_given import shortened

_LOCALE = re.compile(r"#\s*locale\s*:\s*(vi|en)", re.IGNORECASE)
_LONGEST = 1 << 20
_LINE_END = re.compile(rb"\r\n|\n|\r")
_LINE = re.compile(rb"[^\r\n]*(\r\n|\n|\r)?")
_RECORD = re.compile(rb'(?:[^"\r\n]++|"[^"]*+")*+(\r\n|\n|\r)?')
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
    line, comment, header, after = 1, ("", 1), b"", 1
    while start < len(top) and not header.strip():
        line = after
        header, size = _record_at(top, start)
        start, after = start + size, line + max(len(_LINE_END.findall(top[start : start + size])), 1)
        if header.lstrip(b' "').startswith(b"#"):
            comment, header = (header.decode("utf-8", "replace").strip(' ",;\t'), line), b""
    if not header.strip():
        raise _refused("D405", name, 0)
    try:
        text = header.decode()
    except UnicodeDecodeError as problem:
        raise _refused("D406", name, line, byte=f"0x{problem.object[problem.start]:02X}") from None
    delimiter = delimiter_of(text, 0, Position(name, line, 1))
    cells = next(read_rows(text, 0, line, delimiter, name), [])
    declared = declared_locale(comment[0], Position(name, comment[1]), locale)
    heads = distinct_names([(cell.text, cell.at) for cell in cells])
    return CsvFile(path, name, list(heads), delimiter, after, start, heads), declared


def _record_at(data: bytes, start: int) -> tuple[bytes, int]:
    """Return one row without its end, and how many bytes it takes with it; a quote may span lines if it is closed."""
    found = _RECORD.match(data, start)
    if found is None or not (found[1] or found.end() == len(data)):
        found = _LINE.match(data, start)
    assert found is not None
    return found[0][: len(found[0]) - len(found[1] or b"")], max(len(found[0]), 1)


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


def distinct_names(header: Sequence[tuple[str, Position]]) -> dict[str, Position]:
    """Return the names of columns and where they stand; one without a name gets one that no file can hold.

    Raises:
        ReadingsError: D448 two columns have the same name.
    """
    seen: dict[str, Position] = {}
    issues = []
    for place, (name, at) in enumerate(header, 1):
        if name and name in seen:
            issues.append(Issue("D448", at, facts={"column": shortened(name), "first": str(seen[name])}))
        seen.setdefault(name or f"\x00{place}", at)
    if issues:
        raise ReadingsError(issues)
    return seen


def _refused(code: str, file: str, line: int, **facts: str) -> ReadingsError:
    return ReadingsError([Issue(code, Position(file, line), facts=facts)])
