"""What can be known of a workbook before any of it is opened: a zip package, looked at from outside.

An .xlsx file is a zip of XML. Its directory says how large it would become, and that is believed only as far as
it can do no harm: unpacking stops at what the directory says. A workbook that is a zip bomb, is locked, holds macros
or a document type (the way to entity bombs) is refused by name, and the sheet that is read is looked through for what
the library leaves out: merged cells, formulas that were never computed, cells out of order.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from xml.etree import ElementTree

from tieuchi.errors import Position
from tieuchi.loading.readings_given import refusal

MOST_BYTES = 20_000_000
MOST_UNPACKED = 300_000_000
MOST_SHARED = 50_000_000
"""Texts that cells share are all kept in memory, where they take several times their size."""
MOST_RATIO = 200
MOST_MEMBERS = 2_000
MOST_CELLS = 3_000_000
MOST_COLUMNS = 2_000
MOST_ROWS = 1_048_576

DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
    ElementTree.ParseError,
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SMALL = 1_000_000
_CHUNK = 1 << 20
_DOCTYPES = tuple("<!DOCTYPE".encode(coding) for coding in ("ascii", "utf-16-le", "utf-16-be"))
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})", re.ASCII)


@dataclass(slots=True)
class SheetFacts:
    """What the XML of one sheet says beyond its values, by cell."""

    merged: list[str] = field(default_factory=list)
    uncomputed: set[str] = field(default_factory=set)


def check_package(data: bytes, file: str) -> None:
    """Refuse what is not a plain, moderate .xlsx package.

    Raises:
        ReadingsError: With the first thing that stands in the way; after that nothing inside can be trusted.
    """
    at = Position(file)
    if data.startswith(_OLE):
        raise refusal("D455", at)
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            _check_directory(package, at)
            for member in package.infolist():
                if member.filename.startswith("xl/media/"):
                    continue
                with package.open(member) as stream:
                    if _has_doctype(stream):
                        raise refusal("D459", at, member=member.filename)
    except DAMAGE as problem:
        raise refusal("D454", at, reason=_reason(problem)) from None


def _check_directory(package: zipfile.ZipFile, at: Position) -> None:
    members = package.infolist()
    names = [member.filename for member in members]
    if any(member.flag_bits & 1 for member in members):
        raise refusal("D455", at)
    if "[Content_Types].xml" not in names or len(set(names)) != len(names):
        raise refusal("D454", at, reason="[Content_Types].xml")
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        raise refusal("D456", at)
    total = sum(member.file_size for member in members)
    if total > MOST_UNPACKED or len(members) > MOST_MEMBERS:
        raise refusal("D457", at, size=total, most=MOST_UNPACKED)
    for member in members:
        if member.filename.casefold().endswith("sharedstrings.xml") and member.file_size > MOST_SHARED:
            raise refusal("D457", at, size=member.file_size, most=MOST_SHARED)
        if member.file_size > _SMALL and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            ratio = member.file_size // max(member.compress_size, 1)
            raise refusal("D458", at, member=member.filename, ratio=ratio, most=MOST_RATIO)


def _has_doctype(stream: IO[bytes]) -> bool:
    tail = b""
    while chunk := stream.read(_CHUNK):
        window = tail + chunk
        if any(mark in window for mark in _DOCTYPES):
            return True
        tail = window[-32:]
    return False


def sheet_facts(data: bytes, member: str, at: Position, most_rows: int = MOST_ROWS) -> SheetFacts:
    """Look through the XML of one sheet.

    Raises:
        ReadingsError: Its cells are out of order, or more than can be read; it has more rows than ``most_rows``.
    """
    facts = SheetFacts()
    try:
        with zipfile.ZipFile(BytesIO(data)) as package, package.open(member) as stream:
            cells = 0
            last_row = 0
            for count, row in enumerate(_rows_and_merges(stream, facts, at), 1):
                if count > most_rows:
                    raise refusal("K806", at, most=most_rows)
                number = int(row.get("r", last_row + 1))
                cells += len(row)
                if number > MOST_ROWS or cells > MOST_CELLS:
                    raise refusal("D495", at, size=max(cells, number), most=MOST_CELLS)
                if number <= last_row:
                    raise refusal("D454", at, reason=f"row {number} after {last_row}")
                last_row = number
                _check_row(row, number, facts, at)
    except DAMAGE as problem:
        raise refusal("D454", at, reason=_reason(problem)) from None
    return facts


def _rows_and_merges(stream: IO[bytes], facts: SheetFacts, at: Position) -> Iterator[ElementTree.Element]:
    """Yield row by row; one with more cells than columns can be read is refused before it is whole."""
    started = 0
    for event, element in ElementTree.iterparse(stream, ("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            started = 0 if tag == "row" else started + (tag == "c")
            if started > MOST_COLUMNS:
                raise refusal("D495", at, size=started, most=MOST_COLUMNS)
        elif tag == "row":
            yield element
            element.clear()
        elif tag == "mergeCell":
            facts.merged.append(element.get("ref", ""))


def _check_row(row: ElementTree.Element, number: int, facts: SheetFacts, at: Position) -> None:
    """Note formulas without a value; refuse cells that stand in another row, twice, or too far out."""
    last = 0
    for cell in row:
        if not cell.tag.endswith("}c"):
            continue
        reference = cell.get("r")
        found = _REFERENCE.fullmatch(reference) if reference else None
        column = column_number(found[1]) if found else last + 1
        if column <= last or (reference and (found is None or int(found[2]) != number)):
            raise refusal("D454", at, reason=f"{reference} in row {number}")
        if column > MOST_COLUMNS:
            raise refusal("D495", at, size=column, most=MOST_COLUMNS)
        last = column
        children = {child.tag.rpartition("}")[2]: child for child in cell}
        value = children.get("v")
        empty = value is None or (not value.text and cell.get("t") != "str")
        if "f" in children and empty and "is" not in children:
            facts.uncomputed.add(f"{column_letters(column)}{number}")


def column_number(letters: str) -> int:
    """Return the number of a column.

    Example:
        >>> column_number("A"), column_number("AB")
        (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column.

    Example:
        >>> column_letters(1), column_letters(28)
        ('A', 'AB')
    """
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _reason(problem: BaseException) -> str:
    return str(problem) or type(problem).__name__
