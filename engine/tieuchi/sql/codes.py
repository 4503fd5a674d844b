"""Where a unit lands in a sub-criterion, as one whole number, its *piece*: points, state and clause follow from it.

From 0 on it is the index of the clause. Below 0 no clause decided: the last digit is the state, -1 declared, -2
missing, -3 refused, -4 not applicable; the digits before it number what the points can still be.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE, REFUSED
from tieuchi.sql.values import Lack, Writer, case, is_number

NONE = -1
GONE = -NOT_APPLICABLE
BASE = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a piece comes to: least and most points, in quanta or, if more is done to them, as they are exactly.

    ``exact`` are the ends in shares of a quantum, to be divided by ``bottom``. ``opened``: it is not known if the
    sub-criterion applies at all, where findings narrow nothing.
    """

    low: str
    high: str
    state: int = 0
    exact: tuple[str, str] = ("0", "0")
    bottom: str = "1"
    opened: bool = False


NOTHING = Outcome("0", "0", NOT_APPLICABLE)


@dataclass(slots=True)
class Codes:
    """The pieces of one sub-criterion as they are written: conditions in order, and what each piece comes to."""

    writer: Writer
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    spans: dict[int, int] = field(default_factory=dict)
    """First and last of pieces in a row that all come to the outcome of the first."""
    _open: list[tuple[tuple[str, str], tuple[str, str], bool]] = field(default_factory=list)

    def lacks(
        self, lack: Lack, ends: tuple[str, str], exact: tuple[str, str], *, opened: bool = False
    ) -> list[tuple[str, str]]:
        """Return the rows of a CASE, if any, for what a lack leaves."""
        if not lack.when:
            return []
        key = (ends, exact, opened)
        if key not in self._open:
            self._open.append(key)
        base = BASE * self._open.index(key)
        states = (MISSING, REFUSED) if lack.states else (MISSING,)
        self.outcomes |= {-base - state: Outcome(*ends, state, exact, opened=opened) for state in states}
        if not lack.states:
            return [(lack.when, str(-base - MISSING))]
        self.outcomes[-base - NOT_APPLICABLE] = NOTHING
        worst = self.writer.state(lack)
        return [(lack.when, f"-{base} - {worst}" if base else f"-{worst}")]

    def piece(self, code: int, outcome: Outcome) -> str:
        """Note what a piece comes to; return its number."""
        self.outcomes[code] = outcome
        return str(code)

    def declared(self, outcome: Outcome) -> str:
        """Note declared points; return their number."""
        return self.piece(-DECLARED, outcome)

    def gone(self) -> str:
        """Note that nothing applies; return the number of that."""
        return self.piece(GONE, NOTHING)

    def span_of(self, first: int, count: int, outcome: Outcome) -> None:
        """Note what many pieces in a row come to, all by the same expression."""
        self.outcomes[first] = outcome
        self.spans[first] = first + count - 1


@dataclass(slots=True)
class Found:
    """The piece of each unit, named, and what follows from it."""

    codes: Codes
    piece: str

    @property
    def outcomes(self) -> dict[int, Outcome]:
        """What each piece comes to that there can be."""
        return {int(self.piece): self.codes.outcomes[int(self.piece)]} if is_number(self.piece) else self.codes.outcomes

    def states(self) -> frozenset[int]:
        """Return the states that there can be."""
        return frozenset(outcome.state for outcome in self.outcomes.values())

    def points(self) -> str:
        """Return the points, NULL where there are none."""
        return self.pick({code: outcome.low for code, outcome in self.outcomes.items() if outcome.state <= DECLARED})

    def ends(self, points: str) -> tuple[str, str]:
        """Return least and most points, given the settled ones."""
        open_ = {code: outcome for code, outcome in self.outcomes.items() if outcome.state > DECLARED}
        if not open_:
            return points, points
        low, high = (self.pick({c: getattr(o, end) for c, o in open_.items()}, rest=False) for end in ("low", "high"))
        return (
            (low, high)
            if len(open_) == len(self.outcomes)
            else (f"COALESCE({points}, {low})", f"COALESCE({points}, {high})")
        )

    def exact(self) -> tuple[str, str, str]:
        """Return least and most points in shares, and what they are still to be divided by."""
        ends = ({code: outcome.exact[end] for code, outcome in self.outcomes.items()} for end in (0, 1))
        low, high = map(self.pick, ends)
        return low, high, self.pick({code: outcome.bottom for code, outcome in self.outcomes.items()})

    def pick(self, texts: dict[int, str], *, rest: bool = True) -> str:
        """Return what is said of the pieces, as one expression; NULL for the ``rest`` of which nothing is said."""
        if not texts:
            return "NULL"
        different = dict.fromkeys(texts.values())
        lacks = rest and len(texts) < len(self.outcomes)
        if len(different) == 1 and not lacks:
            return next(iter(different))
        spans, owns = self.codes.spans, list(texts.values())
        first = next((code for code in spans if code in texts), None)
        usual = "NULL" if lacks else texts[first] if first is not None else max(different, key=owns.count)
        rows = sorted(((code, text) for code, text in texts.items() if text != usual), reverse=True)
        if any(code in spans for code, _ in rows):
            body = " ".join(f"WHEN {self.piece} BETWEEN {c} AND {spans.get(c, c)} THEN {text}" for c, text in rows)
        else:
            body = f"{self.piece} {' '.join(f'WHEN {code} THEN {text}' for code, text in rows)}"
        return f"CASE {body} END" if lacks else f"CASE {body} ELSE {usual} END"

    def state(self) -> str:
        """Return the state."""
        return self.pick({code: str(outcome.state) for code, outcome in self.outcomes.items()})

    def clause(self) -> str:
        """Return the index of the clause, -1 where none decided."""
        if is_number(self.piece):
            return str(max(int(self.piece), NONE))
        lowest = min(self.outcomes)
        return f"{self.codes.writer.dialect.greatest}({self.piece}, {NONE})" if lowest < NONE else self.piece

    def among(self, wanted: list[int]) -> str:
        """Return the condition that the piece is one of some; empty where it always is."""
        if len(wanted) == len(self.outcomes):
            return ""
        if not wanted:
            return "1 = 0"
        others = [code for code in self.outcomes if code not in wanted]
        return f"{self.piece} NOT IN ({', '.join(map(str, others))})"


def found(writer: Writer, codes: Codes, rows: list[tuple[str, str]], otherwise: str) -> Found:
    """Name the piece of each unit."""
    piece = case(rows, otherwise)
    return Found(codes, writer.name(piece, "piece"))
