"""Readings from files and from Python: the figures of units, or every reason why they can't be taken.

A file is YAML, JSON, CSV or an Excel workbook (``book.xlsx``, or ``book.xlsx[Sheet]`` for one that is not the first).
Its bytes become places and plain values (``readings_tree``, ``readings_table``), these are judged against the
indicators (``readings_judged``), and either all of it is good or one error tells all that is not.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tieuchi.errors import Position, ReadingsError, UnknownNameError
from tieuchi.loading import readings_csv, readings_json, yaml_source
from tieuchi.loading.locale_numbers import Locale
from tieuchi.loading.readings_csv import csv_rows
from tieuchi.loading.readings_given import GivenUnit, Report, refusal, tidy
from tieuchi.loading.readings_json import draft_json
from tieuchi.loading.readings_judged import judged
from tieuchi.loading.readings_python import readings_from_dict
from tieuchi.loading.readings_table import Row, units_of_table
from tieuchi.loading.readings_tree import asked_locale, units_of
from tieuchi.loading.yaml_source import Keep, draft_yaml
from tieuchi.model.indicator import Indicator
from tieuchi.model.reading import Readings

__all__ = ["load_all_readings", "load_readings", "readings_from_dict"]

_SHEET = re.compile(r"(.+\.xlsx)\[([^\[\]]+)\]", re.IGNORECASE | re.DOTALL)
_MOST_BYTES = {
    ".yaml": yaml_source.MOST_BYTES,
    ".yml": yaml_source.MOST_BYTES,
    ".json": readings_json.MOST_BYTES,
    ".csv": readings_csv.MOST_BYTES,
    ".tsv": readings_csv.MOST_BYTES,
}
_OTHER_SHEETS = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods")
_UTF8_MARK = b"\xef\xbb\xbf"
_ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

Indicators = Mapping[str, Indicator]


def load_readings(
    path: str | Path, indicators: Indicators, *, locale: str | None = None, unit: str | None = None
) -> Readings:
    r"""Return the readings of one unit.

    Args:
        path: A .yaml, .json, .csv or .xlsx file; a sheet other than the first stands behind it in brackets.
        indicators: What can be read, by id.
        locale: ``vi`` or ``en``, how the numbers in text are written. Without it the file may say so; where
            neither does, only what leaves no doubt is read.
        unit: The id of the unit, needed where the file has several.

    Raises:
        ReadingsError: With everything that is wrong in the file, also with units not asked for, each with its
            place; or that the file has several units, or several periods of one.
        UnknownNameError: The file has no such unit.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from tieuchi.model.indicator import Indicator
        >>> staff = Indicator(id="staff", title={"vi": "Công chức", "en": "Officials"}, kind="count")
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "so-lieu.csv")
        ...     _ = file.write_text("đơn vị;chỉ số;số liệu\nsoc-trang;staff;12.285\n", encoding="utf-8")
        ...     load_readings(file, {"staff": staff}, locale="vi").values["staff"].value
        Fraction(12285, 1)
    """
    return _chosen(load_all_readings(path, indicators, locale=locale), unit, Position(str(path)))


def _chosen(every: tuple[Readings, ...], unit: str | None, at: Position) -> Readings:
    """Return the readings of the unit asked for, or of the only one."""
    ids = list(dict.fromkeys(readings.unit.id for readings in every))
    if unit is None and len(ids) > 1:
        raise refusal("D408", at, units=", ".join(ids[:8]) + (", …" if len(ids) > 8 else ""), count=len(ids))
    name = ids[0] if unit is None else tidy(unit)
    found = [readings for readings in every if readings.unit.id == name]
    if not found:
        raise UnknownNameError("unit", name, ids)
    if len(found) > 1:
        raise refusal("D493", at, unit=name, periods=", ".join(readings.period or "–" for readings in found))
    return found[0]


def load_all_readings(path: str | Path, indicators: Indicators, *, locale: str | None = None) -> tuple[Readings, ...]:
    """Return the readings of all units and periods of a file, in its order.

    Raises:
        ReadingsError: With everything that is wrong in the file, each with its place.
    """
    file, sheet = _file_and_sheet(str(path))
    shown = yaml_source.shown_path(Path(file))
    wanted = asked_locale(locale, Position(shown))
    source = _Source(_read(file), shown, sheet, wanted, indicators)
    report = Report(shown)
    with _no_search_for_cycles():
        result, doubled = source.judged(report)
        if doubled:
            # What only one of two values under one key brings about is left out.
            other = Report(shown)
            source.judged(other, keep="last")
            report.keep_those_of(other)
    report.check()
    return result


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Put off Python's search for cyclic garbage: a large table makes millions of objects, none of them in a cycle.

    Looking through all of them again and again took two thirds of the time of reading one.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()


@dataclass(frozen=True, slots=True)
class _Source:
    """The bytes of a file, and how they are to be read."""

    data: bytes
    file: str
    sheet: str | None
    locale: Locale | None
    indicators: Indicators

    def judged(self, report: Report, keep: Keep = "first") -> tuple[tuple[Readings, ...], bool]:
        """Return the readings, and whether keys stand twice."""
        units, doubled = self._units(report, keep)
        if not units and not report.count:
            report.add("D405", Position(self.file))
        return judged(units, self.indicators, report, hashlib.sha256(self.data).hexdigest()), doubled

    def _units(self, report: Report, keep: Keep) -> tuple[list[GivenUnit], bool]:
        match _suffix(self.file):
            case ".yaml" | ".yml":
                draft = draft_yaml(self.data, self.file, ReadingsError, keep)
            case ".json":
                draft = draft_json(_decoded(self.data, self.file), self.file, keep)
            case ".xlsx":
                from tieuchi.loading.readings_xlsx import parse_xlsx

                return self._of_table(parse_xlsx(self.data, self.file, self.sheet, report), report), False
            case _:
                return self._of_table(csv_rows(_decoded(self.data, self.file), self.file), report), False
        for issue in draft.issues:
            report.keep(issue)
        typed = _suffix(self.file) == ".json"
        return units_of(draft.root, report, self.locale, typed=typed), draft.doubled

    def _of_table(self, rows: Iterable[Row], report: Report) -> list[GivenUnit]:
        return units_of_table(rows, self.indicators, report, self.locale)


def _file_and_sheet(path: str) -> tuple[str, str | None]:
    """Part ``book.xlsx[Sheet]``, unless a file is really called that."""
    found = _SHEET.fullmatch(path)
    if found is None or Path(path).is_file():
        return path, None
    return found[1], found[2]


def _suffix(file: str) -> str:
    return Path(file).suffix.casefold()


def _most_bytes(suffix: str) -> int | None:
    """Return how large a file of a kind may be, None for a kind that can't be read."""
    if suffix == ".xlsx":
        from tieuchi.loading.readings_package import MOST_BYTES

        return MOST_BYTES
    return _MOST_BYTES.get(suffix)


def _read(file: str) -> bytes:
    """Return the bytes of a file of a kind that can be read, if it is not too large."""
    suffix = _suffix(file)
    if suffix in _OTHER_SHEETS:
        raise refusal("D492", Position(file), suffix=suffix)
    most = _most_bytes(suffix)
    if most is None:
        raise refusal("D402", Position(file), suffix=suffix or "–", known=", ".join((*_MOST_BYTES, ".xlsx")))
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        raise refusal("D401", Position(file), reason=reason) from None
    if len(data) > most:
        raise refusal("D403", Position(file), most=most)
    return data


def _decoded(data: bytes, file: str) -> str:
    """Return the text of UTF-8 bytes, with or without a mark; another encoding is named where its bytes tell it."""
    data = data.removeprefix(_UTF8_MARK)
    for mark, name in _ENCODINGS.items():
        if data.startswith(mark):
            raise refusal("D404", Position(file, 1, 1), encoding=name)
    if b"\x00" in data[:4]:
        raise refusal("D404", Position(file, 1, 1), encoding="UTF-16 / UTF-32")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        start = problem.start
        line_start = data.rfind(b"\n", 0, start) + 1
        column = len(data[line_start:start].decode("utf-8", "replace")) + 1
        place = Position(file, data.count(b"\n", 0, start) + 1, column)
        raise refusal("D406", place, byte=f"0x{data[start]:02X}") from None
