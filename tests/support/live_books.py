"""Live workbooks beside the scorecards they must agree with."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from html import escape
from io import BytesIO
from random import Random
from typing import Any

from random_books import draw_book, draw_readings
from tieuchi.loading.readings_package import column_letters
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.scoring.scorer import Scorer
from tieuchi.words.terms import clause_words, term
from tieuchi.workbook.entries import excel_exact
from tieuchi.workbook.formula import FormulaError
from tieuchi.workbook.grid import GridCell
from tieuchi.workbook.live import LiveBook, lay_live

NEARLY = Fraction(1, 10**11)


def in_cells(plan: Plan, readings: Readings) -> Readings:
    """Leave out figures that no cell holds exactly, or that need more than fifteen digits together."""

    def fits(name: str, value: object) -> bool:
        if not isinstance(value, Fraction):
            return True
        if plan.indicators[name].kind == "ratio":
            return value.denominator < 10**5
        return excel_exact(value) and abs(value) < 10**12 and (value * 10**4).denominator == 1

    return replace(readings, values={n: r for n, r in readings.values.items() if fits(n, r.value)})


def drawn(seed: int) -> tuple[Plan, Readings, Sequence[Readings]]:
    """Draw a rulebook, a unit and its group, now and then none."""
    random = Random(seed)
    plan = draw_book(random)
    units = [in_cells(plan, draw_readings(random, plan, f"unit-{n}")) for n in range(3)]
    return plan, units[0], units[1:] if random.random() < 0.7 else ()


def both(plan: Plan, readings: Readings, group: Sequence[Readings] = ()) -> tuple[Scorecard, LiveBook]:
    """Return the scorecard of a unit and its live workbook."""
    scorer = Scorer(plan)
    return scorer.score(readings, group), lay_live(plan, readings, "vi", scorer.best_of(group) if group else None)


def reckoned(cell: GridCell) -> Any:
    """Return what a cell comes to, an error as its text."""
    try:
        return cell.value()
    except FormulaError as error:
        return str(error)


def differences(card: Scorecard, live: LiveBook, values: Any = reckoned) -> list[str]:
    """Return where the page of scores says something else than the scorecard, cell by cell."""
    found = []
    for node in card.total.walk():
        row = live.page.rows[node.id]
        wanted = {"points": "" if node.points is None else node.points, "low": node.low, "high": node.high}
        got: dict[str, Any] = {"points": values(row.points), "low": values(row.low), "high": values(row.high)}
        if node.state == "not_applicable" and node is not card.total:
            wanted, got = {"points": ""}, {"points": got["points"]}
        if node.trace is not None:
            wanted["clause"], got["clause"] = clause_shown(node), values(row.clause)
        found += [f"{node.id} {k}: {w} but {got[k]}" for k, w in wanted.items() if not same(w, got[k])]
    return found


def clause_shown(node: Score) -> str:
    assert node.trace is not None
    return clause_words(node.trace.clause, "vi") if node.state == "scored" else term(node.state, "vi")


def same(wanted: object, got: object) -> bool:
    if isinstance(wanted, Fraction):
        numeric = isinstance(got, Fraction | int | float) and not isinstance(got, bool)
        return numeric and abs(Fraction(got) - wanted) < NEARLY  # type: ignore[arg-type]
    return (wanted or "") == (got or "")


def typed(data: bytes, changes: Mapping[GridCell, object]) -> bytes:
    """Return a workbook with other contents typed into some cells, and without any value stored beside a formula.

    A text that begins with ``=`` is a formula. What is stored beside formulas goes, so that only a program that
    computes shows anything there.
    """
    with zipfile.ZipFile(BytesIO(data)) as old:
        titles = re.findall(r'<sheet name="([^"]+)"', old.read("xl/workbook.xml").decode())
        by_member = {f"xl/worksheets/sheet{place}.xml": title for place, title in enumerate(titles, 1)}
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for name in old.namelist():
                text = old.read(name)
                if name in by_member:
                    xml = text.decode()
                    for cell, content in changes.items():
                        if escape(cell.sheet, quote=False) == by_member[name]:
                            xml = _replaced(xml, cell, content)
                    text = re.sub(r"</f><v>[^<]*</v>", "</f>", xml).encode()
                new.writestr(name, text)
    return stream.getvalue()


def _replaced(xml: str, cell: GridCell, content: object) -> str:
    at = f"{column_letters(cell.column + 1)}{cell.row + 1}"
    found = re.search(rf'<c r="{at}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', xml)
    assert found is not None, at
    head = f'<c r="{at}"{found[1] or ""}'
    return xml[: found.start()] + head + _content(content) + xml[found.end() :]


def _content(content: object) -> str:
    match content:
        case None:
            return "/>"
        case bool():
            return f' t="b"><v>{int(content)}</v></c>'
        case str() if content.startswith("="):
            return f"><f>{escape(content[1:], quote=False)}</f></c>"
        case str():
            return f' t="inlineStr"><is><t xml:space="preserve">{escape(content, quote=False)}</t></is></c>'
        case _:
            return f"><v>{float(content)!r}</v></c>"  # type: ignore[arg-type]


def shown_in(rows: Sequence[Sequence[str]]) -> Callable[[GridCell], object]:
    """Return what a sheet read back as texts shows in a cell: a number where it is one."""

    def value(cell: GridCell) -> object:
        row = rows[cell.row] if cell.row < len(rows) else ()
        text = row[cell.column] if cell.column < len(row) else ""
        number = re.fullmatch(r"(-?\d+(?:\.\d+)?(?:E[-+]?\d+)?)(%?)", text)
        return Fraction(number[1]) / (100 if number[2] else 1) if number else text

    return value
