"""Sent files: read in a private folder that goes away, and named in every place as their owner names them."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from dataclasses import replace
from pathlib import Path

from tieuchi.errors import Position, ReadingsError
from tieuchi.loading.fitting import check_fit
from tieuchi.loading.readings import load_all_readings
from tieuchi.loading.readings_given import refusal
from tieuchi.model.reading import Readings
from tieuchi.web.books import Loaded
from tieuchi.web.renaming import renamed_error, renamed_place

SUFFIXES = (".yaml", ".yml", ".json", ".csv", ".tsv", ".xlsx")
_LONGEST = 100
_UNSAFE = re.compile(r"[^\w.() ,+-]+")


def safe_name(name: str) -> str:
    r"""Return a file name that is only a name: no folder, nothing hidden, nothing a shell or a terminal would obey.

    Example:
        >>> safe_name("../../etc/passwd"), safe_name("Số liệu 2017.xlsx"), safe_name("C:\\x\\.env")
        ('passwd', 'Số liệu 2017.xlsx', 'env')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = _UNSAFE.sub("_", last).lstrip(". ").rstrip()
    stem, dot, suffix = clean.rpartition(".")
    short = f"{stem[: _LONGEST - 10]}{dot}{suffix[:9]}" if dot else clean[:_LONGEST]
    return short or "file"


def read_sent(data: bytes, name: str, loaded: Loaded, locale: str | None = None) -> tuple[Readings, ...]:
    """Return the readings of all units in a sent file.

    Raises:
        ReadingsError: With everything that is wrong in it; places bear the name it was sent under.
    """
    shown = safe_name(name)
    suffix = Path(shown).suffix
    with tempfile.TemporaryDirectory(prefix="readings-") as folder:
        # Its suffix is all that a file keeps of its name; what is not known is refused by the loader.
        file = Path(folder, "sent" + (suffix if len(suffix) <= 6 else ".none"))
        file.write_bytes(data)
        try:
            every = _read(file, loaded, locale)
        except ReadingsError as error:
            raise renamed_error(error, str(file), shown) from None
    if not every:
        raise refusal("D405", Position(shown))
    return tuple(renamed(readings, str(file), shown) for readings in every)


def _read(file: Path, loaded: Loaded, locale: str | None) -> tuple[Readings, ...]:
    """Read a file, also one that is a form of ours filled in."""
    if file.suffix.casefold() == ".xlsx":
        from tieuchi.workbook.form_reading import is_form, read_forms

        if is_form(file):
            return read_forms([file], loaded.plan, loaded.sha256)
    every = load_all_readings(file, loaded.indicators, locale=locale)
    check_fit(every, loaded.book)
    return every


def renamed(readings: Readings, path: str, name: str) -> Readings:
    """Return readings whose places name a file as its owner does."""
    values = {n: replace(r, at=renamed_place(r.at, path, name)) for n, r in readings.values.items()}
    declared = {n: replace(d, at=renamed_place(d.at, path, name)) for n, d in readings.declared.items()}
    return replace(readings, values=values, declared=declared)
