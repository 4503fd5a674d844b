"""Units by rank for a terminal of 80 columns. Plain lines, so that ten thousand units take no time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tieuchi.model.number import shown_text
from tieuchi.model.rulebook import Ranking, Shown
from tieuchi.render.numbers import points_text
from tieuchi.words.batch_terms import batch_term
from tieuchi.words.characters import visible
from tieuchi.words.language import Language

Line = Mapping[str, Any]
LEAST_NAME = 12
MOST_PLACES = 6


def rank_text(
    groups: Mapping[str, Sequence[Line]], ranking: Ranking, shown: Shown, language: Language, width: int = 80
) -> str:
    """Return one table for each group, ranked units first.

    Args:
        groups: Units by group, in order of rank; those without a rank last.
        ranking: How the rulebook lets equal totals share ranks.
        shown: Decimals of a total; more are shown where units of different rank would look the same.
        language: Of heads and notes.
        width: Columns of the terminal.
    """
    found: list[str] = []
    for name, lines in groups.items():
        found += ([_one_line(name)] if name else []) + _table(lines, shown, language, width) + [""]
    every = [line for lines in groups.values() for line in lines]
    ranks = [(name, line["rank"]) for name, lines in groups.items() for line in lines if line["rank"]]
    if len(ranks) != len(set(ranks)):
        found.append(batch_term(ranking.ties, language))
    if any(_enough(lines, shown) is None for lines in groups.values()):
        found.append(batch_term("closer", language))
    if any(line["rank"] is None for line in every):
        found.append(batch_term("unsettled", language))
    return "\n".join(found).rstrip("\n") + "\n"


def _table(lines: Sequence[Line], shown: Shown, language: Language, width: int) -> list[str]:
    enough = _enough(lines, shown)
    places = shown.total if enough is None else enough
    heads = [batch_term(name, language) for name in ("rank", "unit", "unit_name", "total", "grade")]
    rows = [
        [
            "–" if line["rank"] is None else str(line["rank"]),
            _one_line(line["unit"]),
            _one_line(line.get("unit_name") or ""),
            _total(line, places, shown, language),
            line.get("grade") or "",
        ]
        for line in lines
    ]
    kept = [i for i in range(5) if i in (0, 1, 3) or any(row[i] for row in rows)]
    widths = {i: max(len(heads[i]), *(len(row[i]) for row in rows)) for i in kept}
    over = sum(widths.values()) + 2 * (len(kept) - 1) - width
    for i in (2, 1, 4):
        if i in widths and over > 0:
            less = min(over, max(widths[i] - LEAST_NAME, 0))
            widths[i], over = widths[i] - less, over - less
    return [_line(row, widths) for row in [heads, *rows]]


def _one_line(text: str) -> str:
    """Return a name in one line, nothing in it that a terminal would obey."""
    return visible(" ".join(text.splitlines()))


def _line(row: Sequence[str], widths: Mapping[int, int]) -> str:
    cells = []
    for place, size in widths.items():
        text = row[place] if len(row[place]) <= size else row[place][: size - 1] + "…"
        cells.append(text.rjust(size) if place in (0, 3) else text.ljust(size))
    return "  ".join(cells).rstrip()


def _enough(lines: Sequence[Line], shown: Shown) -> int | None:
    """Return how many decimals tell units of different rank apart; None where counted points can't."""
    totals = [(line["rank"], Fraction(str(line["total"]))) for line in lines if line["rank"] is not None]
    for places in range(shown.total, max(MOST_PLACES, shown.total) + 1):
        texts = [(rank, shown_text(total, places, shown.mode)) for rank, total in totals]
        if all(a[1] != b[1] or a[0] == b[0] for a, b in pairwise(texts)):
            return places
    return None


def _total(line: Line, places: int, shown: Shown, language: Language) -> str:
    ends = ("total",) if line["total"] is not None else ("total:low", "total:high")
    return "–".join(points_text(Fraction(str(line[end])), language, places, shown) for end in ends)
