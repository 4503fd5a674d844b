"""A plain table of bands, from Excel or CSV, to a rulebook.

One row for each band: criterion, title, indicator (or ``a / b`` for a ratio), clause, ends, points, reference. The
heads may be Vietnamese or English; ``max_points`` is the largest number of points where it is not given. The cells are
read as those of tables of readings are, so that every refusal names its own. Nothing that is written is passed over:
a head that says nothing to us is refused, and so is a row that says something else of its criterion than the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tieuchi.errors import Issue, Position, RulebookError, nearest
from tieuchi.exchange.build import ImportedCriterion, Places, Readings, Tree, rulebook_text
from tieuchi.exchange.feel import NO_NUMBER, NotSaidError, read_number
from tieuchi.loading.readings_csv import parse_csv
from tieuchi.loading.readings_given import Cell, Report
from tieuchi.loading.readings_xlsx import parse_xlsx
from tieuchi.model.number import exact_text

_HEADS = {
    "criterion": ("criterion", "tiêu chí", "mã"),
    "title": ("title", "tên", "tên tiêu chí"),
    "indicator": ("indicator", "chỉ số", "value", "giá trị"),
    "clause": ("clause", "mức"),
    "at_least": ("at_least", "từ"),
    "more_than": ("more_than", "trên"),
    "at_most": ("at_most", "đến"),
    "less_than": ("less_than", "dưới"),
    "points": ("points", "điểm"),
    "max_points": ("max_points", "điểm tối đa"),
    "reference": ("reference", "căn cứ"),
}
_NEEDED = ("criterion", "indicator", "points")
_ENDS = ("at_least", "more_than", "at_most", "less_than")
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_OF_CRITERION = ("title", "indicator", "max_points")
MOST_ROWS = 10_000
Row = dict[str, Cell]


def import_bands(data: bytes, source: str, name: str) -> str:
    """Return the YAML of a rulebook that says what a table of bands says.

    Raises:
        RulebookError: A column is missing, a cell can't be read, or the bands are no sound scale; each with its place.
        ReadingsError: The file is no table.
    """
    rows = _named(_rows(data, source), source)
    readings = Readings()
    issues: list[Issue] = []
    criteria = []
    places: Places = {}
    for number, criterion in enumerate(dict.fromkeys(row["criterion"].text for row in rows)):
        own = [row for row in rows if row["criterion"].text == criterion]
        criteria.append(_criterion(criterion, own, readings, issues))
        places[("criteria", number)] = own[0]["criterion"].at
        bands = ("criteria", number, "scale", "bands")
        places |= {(*bands, index): row["points"].at for index, row in enumerate(own)}
    if issues:
        raise RulebookError(issues)
    return rulebook_text(name, source, criteria, readings.found.values(), places=places)


def _rows(data: bytes, source: str) -> list[list[Cell]]:
    if data[:2] == b"PK" or source.casefold().endswith(".xlsx"):
        report = Report(source)
        rows = parse_xlsx(data, source, None, report)
        report.check()
        return rows
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        place = Position(source, data.count(b"\n", 0, problem.start) + 1)
        raise RulebookError([Issue("Y103", place, facts={"byte": f"0x{data[problem.start]:02X}"})]) from None
    return parse_csv(text, source)


def _named(rows: Sequence[Sequence[Cell]], source: str) -> list[Row]:
    """Return the rows by the names of their columns."""
    head = [" ".join(cell.text.lower().replace("_", " ").split()) for cell in rows[0]] if rows else []
    words = {word.replace("_", " "): name for name, listed in _HEADS.items() for word in listed}
    places = {name: next((n for n, word in enumerate(head) if words.get(word) == name), None) for name in _HEADS}
    at = rows[0][0].at if rows else Position(source)
    lacking = [name for name in _NEEDED if places[name] is None]
    if lacking:
        known = ", ".join(cell.text for cell in rows[0][:12]) if rows else ""
        raise RulebookError(Issue("E103", at, facts={"name": name, "known": known}) for name in lacking)
    strange = list(_strange(rows, head, words, places))
    if strange:
        raise RulebookError(strange)
    if len(rows) == 1 or len(rows) > MOST_ROWS:
        raise RulebookError([Issue("E104", at, facts={"rows": str(len(rows) - 1), "most": str(MOST_ROWS)})])
    return [{name: _cell(row, place) for name, place in places.items()} for row in rows[1:]]


def _strange(
    rows: Sequence[Sequence[Cell]], head: list[str], words: dict[str, str], places: dict[str, int | None]
) -> Iterator[Issue]:
    """Yield heads that are not known or stand twice, and cells that stand under no head."""
    for place, (cell, word) in enumerate(zip(rows[0], head, strict=True)):
        if word and places.get(words.get(word, "")) != place:
            near = nearest(word, words) or ""
            yield Issue("E105", cell.at, facts={"name": cell.text, "nearest": "" if near == word else near})
    blank = {place for place, word in enumerate(head) if not word}
    for row in rows[1:]:
        for place, cell in enumerate(row):
            if not cell.blank and (place in blank or place >= len(head)):
                yield Issue("E107", cell.at, facts={"text": cell.text})


def _cell(row: Sequence[Cell], place: int | None) -> Cell:
    if place is None or place >= len(row):
        return Cell("", "", row[0].at)
    found = row[place]
    if found.fault is not None:
        raise RulebookError([found.fault])
    return found


def _criterion(criterion: str, rows: Sequence[Row], readings: Readings, issues: list[Issue]) -> ImportedCriterion:
    def number(cell: Cell) -> Fraction:
        try:
            return _number(cell)
        except NotSaidError as error:
            code = "E106" if error.reason == NO_NUMBER else "E102"
            issues.append(Issue(code, cell.at, facts={"text": error.text, "reason": error.reason}))
            return Fraction(0)

    bands: list[Tree] = []
    points = [number(row["points"]) for row in rows]
    for row, given in zip(rows, points, strict=True):
        ends = {key: exact_text(number(row[key])) for key in _ENDS if not row[key].blank}
        band: Tree = {"clause": row["clause"].text or f"r{len(bands) + 1}", **(ends or {"otherwise": True})}
        band["points"] = exact_text(given)
        if not row["reference"].blank and row["reference"].text != rows[0]["reference"].text:
            band["reference"] = {"item": row["reference"].text}
        bands.append(band)
    first = rows[0]
    issues += _otherwise_said(criterion, rows)
    most = number(first["max_points"]) if not first["max_points"].blank else max(points)
    names = [part.strip() for part in first["indicator"].text.split("/")]
    value: Tree = {"amount": readings.number(names[0])} if len(names) == 1 else {}
    if len(names) > 1:
        value = {"ratio": [readings.number(name) for name in names[:2]]}
    title, item = first["title"].text or criterion, first["reference"].text
    return ImportedCriterion(criterion, title, most, {"bands": bands}, value, min(points) or None, item)


def _otherwise_said(criterion: str, rows: Sequence[Row]) -> Iterator[Issue]:
    """Yield what a row says of its criterion that the first row says otherwise; an empty cell says the same."""
    for row in rows[1:]:
        for name in _OF_CRITERION:
            cell, first = row[name], rows[0][name]
            if not cell.blank and cell.text != first.text:
                facts = {"criterion": criterion, "text": cell.text, "other": first.text}
                yield Issue("E108", cell.at, facts=facts, there=(first.at,))


def _number(cell: Cell) -> Fraction:
    if isinstance(cell.value, Fraction):
        return cell.value
    text = cell.text
    if _AMBIGUOUS.fullmatch(text):
        # One thousand and something to some, one and something to others.
        raise NotSaidError(text, f"{text.replace(',', '.')} / {re.sub('[.,]', '', text)}")
    return read_number(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
