"""Reading filled forms: every figure keeps its cell, every bad cell is told, and copies of several offices merge.

What a form is, is told by its hidden sheet, and where its columns are, by a hidden row of keys; what the
visible headings say plays no part. Cells are judged by the same rules as any other source of readings.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tieuchi.errors import Position, UnknownNameError
from tieuchi.loading.locale_numbers import Locale
from tieuchi.loading.readings_given import Cell, Figure, GivenUnit, Report, folded, refusal
from tieuchi.loading.readings_judged import judged
from tieuchi.loading.readings_package import DAMAGE, MOST_BYTES, column_letters
from tieuchi.loading.readings_xlsx import parse_sheets
from tieuchi.model.number import exact_text
from tieuchi.model.plan import Plan
from tieuchi.model.reading import DeclaredPoints, Reading, Readings, Unit
from tieuchi.workbook.form_layout import CAUSE, DECLARED, FORM_SCHEMA, KEYS_ROW, META_SHEET, UNIT_KEYS

MOST_ROWS = 20_000
_META_MEMBER = META_SHEET.encode()
_UNIT_SHEET_KEYS = ("number", "unit_id", "unit_name", "unit_kind", "unit_parent", "period")
_MARKS = ("x", "X", "có", "yes")
Row = Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class _Form:
    rulebook: str
    sha256: str
    locale: Locale | None
    sheets: Mapping[str, list[Row]]


def is_form(path: str | Path) -> bool:
    """Say whether a file looks like a form: a workbook that names the hidden sheet. Cheap, and never raises."""
    try:
        if Path(path).suffix.casefold() != ".xlsx" or Path(path).stat().st_size > MOST_BYTES:
            return False
        with zipfile.ZipFile(path) as package, package.open("xl/workbook.xml") as stream:
            return _META_MEMBER in stream.read(1_000_000)
    except (KeyError, *DAMAGE):
        return False


def read_forms(
    paths: Sequence[str | Path],
    plan: Plan,
    sha256: str,
    *,
    migrate: bool = False,
    left_out: Callable[[str, Position], None] = lambda _name, _at: None,
) -> tuple[Readings, ...]:
    """Return the readings of all units in filled forms; copies of several offices are merged.

    Args:
        paths: Forms, each perhaps of one office.
        plan: The rulebook they are for.
        sha256: Its fingerprint.
        migrate: Take figures over by the name of their indicator from a form of another version or rulebook.
        left_out: Called with each figure of such a form whose name the rulebook does not know, and its cell.

    Raises:
        ReadingsError: With everything wrong in any of them, each with its cell; also every cell in which two
            forms differ.
    """
    merged: dict[tuple[str, str], Readings] = {}
    report = Report(str(paths[0]) if paths else "")
    for path in paths:
        for readings in _read_form(path, plan, sha256, report, left_out if migrate else None):
            key = (readings.unit.id, readings.period)
            merged[key] = _merged(merged[key], readings, report) if key in merged else readings
    report.check()
    return tuple(merged.values())


def read_form_unit(path: str | Path, plan: Plan, sha256: str, unit: str | None = None) -> Readings:
    """Return the readings of one unit of a filled form.

    Raises:
        ReadingsError: With every bad cell, or that the form has several units and none is named.
        UnknownNameError: The form has no such unit.
    """
    every = read_forms([path], plan, sha256)
    ids = list(dict.fromkeys(readings.unit.id for readings in every))
    found = [readings for readings in every if unit is None or readings.unit.id == unit]
    if unit is not None and not found:
        raise UnknownNameError("unit", unit, ids)
    if len(found) != 1:
        code = "D408" if found else "D405"
        raise refusal(code, Position(str(path)), units=", ".join(ids[:8]), count=len(ids))
    return found[0]


def _read_form(
    path: str | Path, plan: Plan, sha256: str, report: Report, left_out: Callable[[str, Position], None] | None
) -> tuple[Readings, ...]:
    file = str(path)
    data = _bytes(file)
    form = _parsed(data, file, report)
    if left_out is None and form.rulebook != plan.book.id:
        raise refusal("K802", Position(file), found=form.rulebook, wanted=plan.book.id)
    if left_out is None and form.sha256 != sha256:
        expected = sha256[:12]
        raise refusal("K803", Position(file), wanted=plan.book.id, found=form.sha256[:12], expected=expected)
    units = _units(form, file, report)
    if left_out is not None:
        for unit in units:
            _by_name(unit, plan, left_out)
    return judged(units, plan.indicators, report, hashlib.sha256(data).hexdigest())


def _by_name(unit: GivenUnit, plan: Plan, left_out: Callable[[str, Position], None]) -> None:
    """Keep the figures whose name the rulebook knows, and tell of the others that are filled in."""
    criteria = {criterion.id for top in plan.book.criteria for criterion in top.walk()}
    for figures, known in ((unit.figures, plan.indicators), (unit.declared, plan.by_id), (unit.causes, criteria)):
        for figure in figures:
            if figure.name not in known and not figure.cell.blank:
                left_out(figure.name, figure.cell.at)
        figures[:] = [figure for figure in figures if figure.name in known]


def _bytes(file: str) -> bytes:
    try:
        with Path(file).open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise refusal("D401", Position(file), reason=getattr(problem, "strerror", None) or str(problem)) from None
    if len(data) > MOST_BYTES:
        raise refusal("D403", Position(file), most=MOST_BYTES)
    return data


def _parsed(data: bytes, file: str, report: Report) -> _Form:
    sheets: dict[str, list[Row]] = {
        title: [{cell.at.column: cell for cell in row} for row in rows]
        for title, rows in parse_sheets(data, file, report, MOST_ROWS).items()
    }
    meta = {row[1].text: row[2].text for row in sheets.pop(META_SHEET, []) if 1 in row and 2 in row}
    if meta.get("schema") != FORM_SCHEMA:
        raise refusal("K801", Position(file))
    locale: Locale = "en" if meta.get("language") == "en" else "vi"
    return _Form(meta.get("rulebook", ""), meta.get("sha256", ""), locale, sheets)


def _keyed(rows: Sequence[Row]) -> tuple[dict[str, int], list[Row]]:
    """Return the columns of a sheet by key and the rows below its headings."""
    for place, row in enumerate(rows):
        first = next(iter(row.values()))
        if first.at.line == KEYS_ROW:
            return {cell.text: column for column, cell in row.items() if cell.text}, list(rows[place + 2 :])
    return {}, []


def _units(form: _Form, file: str, report: Report) -> list[GivenUnit]:
    units: dict[int, GivenUnit] = {}
    figures: list[tuple[int, Figure]] = []
    for title, rows in form.sheets.items():
        keys, body = _keyed(rows)
        if "unit_id" in keys:
            missing = next((key for key in _UNIT_SHEET_KEYS if key not in keys), None)
            if missing is not None:
                report.add("K805", Position(file, sheet=title), sheet=title, column=missing)
                continue
            units |= dict(enumerate(_unit_rows(keys, body, form, report), 1))
        elif "indicator_id" in keys:
            figures += _figures(title, keys, body, file, report)
        elif "criterion_id" in keys:
            figures += _causes(keys, body)
        elif any(key.startswith("u1.") for key in keys):
            report.add("K805", Position(file, sheet=title), sheet=title, column="indicator_id")
    if not units:
        report.add("K805", Position(file), sheet="", column="unit_id")
    for number, figure in figures:
        _give(units.get(number), figure, report)
    return [unit for unit in units.values() if unit.unit.id or not _nothing(unit)]


def _give(unit: GivenUnit | None, figure: Figure, report: Report) -> None:
    """Add a figure to its unit."""
    if unit is None:
        if not figure.cell.blank:
            report.add("K809", figure.cell.at)
    elif figure.name.startswith(DECLARED):
        unit.declared.append(figure._replace(name=figure.name[len(DECLARED) :]))
    elif figure.name.startswith(CAUSE):
        unit.causes.append(figure._replace(name=figure.name[len(CAUSE) :]))
    else:
        unit.figures.append(figure)


def _nothing(unit: GivenUnit) -> bool:
    return all(
        figure.cell.blank and not figure.refused and not figure.not_applicable
        for figure in (*unit.figures, *unit.declared, *unit.causes)
    )


def _unit_rows(keys: Mapping[str, int], body: Sequence[Row], form: _Form, report: Report) -> Iterator[GivenUnit]:
    for row in body:
        cells = [row.get(keys[key]) for key in _UNIT_SHEET_KEYS[1:]]
        texts = []
        for cell in cells:
            if cell is not None and cell.fault is not None:
                report.keep(cell.fault)
            texts.append("" if cell is None else cell.text)
        at = next((cell.at for cell in cells if cell is not None), next(iter(row.values())).at)
        yield GivenUnit(Unit(*texts[:4]), texts[4], at, form.locale, table=True)


def _figures(
    title: str, keys: Mapping[str, int], body: Sequence[Row], file: str, report: Report
) -> Iterator[tuple[int, Figure]]:
    numbers = sorted({int(k[1:].partition(".")[0]) for k in keys if k[1:].partition(".")[0].isdigit() and "." in k})
    for number in numbers:
        missing = next((key for key in UNIT_KEYS if f"u{number}.{key}" not in keys), None)
        if missing is not None:
            report.add("K805", Position(file, sheet=title), sheet=title, column=f"u{number}.{missing}")
            continue
        for row in body:
            named = row.get(keys["indicator_id"])
            if named is None or not named.text:
                continue
            yield number, _figure(number, row, keys, named, report)


def _causes(keys: Mapping[str, int], body: Sequence[Row]) -> Iterator[tuple[int, Figure]]:
    """Yield what is written on the sheet of causes, with the number of its unit."""
    columns = {int(key[1 : -len(".cause")]): c for key, c in keys.items() if re.fullmatch(r"u[0-9]{1,4}\.cause", key)}
    for row in body:
        named = row.get(keys["criterion_id"])
        for number, column in columns.items():
            cell = row.get(column)
            if named is not None and named.text and cell is not None and not cell.blank:
                yield number, Figure(f"{CAUSE}{named.text}", cell, named.at)


def _figure(number: int, row: Row, keys: Mapping[str, int], named: Cell, report: Report) -> Figure:
    cells = {key: row.get(keys[f"u{number}.{key}"]) for key in UNIT_KEYS}
    value = cells["value"]
    if value is None:
        # The row ends before this column: the cell is blank, and has its place all the same.
        value = Cell(None, "", _place(named.at, keys[f"u{number}.value"]))
    texts = {}
    for key in UNIT_KEYS[1:]:
        cell = cells[key]
        if cell is not None and cell.fault is not None:
            report.keep(cell.fault)
        texts[key] = "" if cell is None else cell.text
    mark = cells["na"]
    if mark is not None and mark.text and folded(mark.text) not in _MARKS:
        report.add("K807", mark.at, value=mark.text)
    source = texts["source"]
    if texts["evidence"]:
        source = f"{source} ({texts['evidence']})".strip()
    marked = bool(texts["na"]) and folded(texts["na"]) in _MARKS
    return Figure(named.text, value, named.at, "", source, texts["refused"], marked)


def _place(at: Position, column: int) -> Position:
    return Position(at.file, at.line, column, at.sheet, f"{column_letters(column)}{at.line}")


def _merged(first: Readings, second: Readings, report: Report) -> Readings:
    """Join two copies of one unit and period; where both speak they must agree."""
    values = dict(first.values)
    for name, reading in second.values.items():
        before = values.setdefault(name, reading)
        if _said(before) != _said(reading):
            texts = {"value": reading.text or reading.state, "before": before.text or before.state}
            report.add("K804", reading.at, indicator=name, unit=second.unit.id, first=str(before.at), **texts)
    declared = dict(first.declared)
    for name, points in second.declared.items():
        known = declared.setdefault(name, points)
        if known.points != points.points:
            texts = {"value": exact_text(points.points), "before": exact_text(known.points), "first": str(known.at)}
            report.add("K804", points.at, indicator=f"{DECLARED}{name}", unit=second.unit.id, **texts)
    causes = dict(first.causes)
    for name, cause in second.causes.items():
        stated = causes.setdefault(name, cause)
        if stated.text != cause.text:
            texts = {"value": cause.text, "before": stated.text, "first": str(stated.at)}
            report.add("K804", cause.at, indicator=f"{CAUSE}{name}", unit=second.unit.id, **texts)
    joined = hashlib.sha256(f"{first.sha256}{second.sha256}".encode()).hexdigest()
    unit = replace(first.unit, name=first.unit.name or second.unit.name, kind=first.unit.kind or second.unit.kind)
    return Readings(unit, first.period, values, declared, joined, causes)


def _said(given: Reading | DeclaredPoints) -> tuple[object, ...]:
    if isinstance(given, DeclaredPoints):
        return (given.points,)
    return given.value, given.state, given.reason
