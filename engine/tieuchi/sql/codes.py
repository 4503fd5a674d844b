"""Where a unit lands in a sub-criterion, as one whole number, its *piece*: points, state and clause follow from it.

From 0 on it is the index of the clause. Below 0 no clause decided: the last digit is the state, -1 declared, -2
missing, -3 refused, -4 not applicable; the digits before it number what the points can still be.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from tieuchi.columnar.layout import DECLARED, MISSING, NOT_APPLICABLE, REFUSED
from tieuchi.sql.values import Lack, Writer, case, is_number

NONE = -1
GONE = -NOT_APPLICABLE
BASE = 10


class Outcome(NamedTuple):
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


class Reckoned(NamedTuple):
    """A piece that is worked out for each unit; ``first`` of the span that it lies in, None where it lies in none."""

    text: str
    first: int | None = None


Landing = int | Reckoned


class Choice(NamedTuple):
    """A CASE over pieces that is not written yet; what stands behind a condition may be a choice again."""

    rows: list[tuple[str, Landing | Choice]]
    otherwise: Landing | Choice

    def written(self, say: Callable[[Landing], str]) -> str:
        """Return the CASE, its pieces replaced by what is said of them."""
        rows, last = self.rows, self.otherwise
        then = [(when, one.written(say) if isinstance(one, Choice) else say(one)) for when, one in rows]
        return case(then, last.written(say) if isinstance(last, Choice) else say(last))


@dataclass(slots=True)
class Codes:
    """The pieces of one sub-criterion as they are written: what each comes to."""

    writer: Writer
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    spans: dict[int, int] = field(default_factory=dict)
    """First and last of pieces in a row that all come to the outcome of the first."""
    _open: list[tuple[tuple[str, str], tuple[str, str], bool]] = field(default_factory=list)

    def lacks(
        self, lack: Lack, ends: tuple[str, str], exact: tuple[str, str], *, opened: bool = False
    ) -> list[tuple[str, Landing | Choice]]:
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
            return [(lack.when, -base - MISSING)]
        self.outcomes[-base - NOT_APPLICABLE] = NOTHING
        worst = self.writer.state(lack)
        return [(lack.when, Reckoned(f"-{base} - {worst}" if base else f"-{worst}"))]

    def piece(self, code: int, outcome: Outcome) -> int:
        """Note what a piece comes to; return its number."""
        self.outcomes[code] = outcome
        return code

    def declared(self, outcome: Outcome) -> int:
        """Note declared points; return their number."""
        return self.piece(-DECLARED, outcome)

    def gone(self) -> int:
        """Note that nothing applies; return the number of that."""
        return self.piece(GONE, NOTHING)

    def span_of(self, first: int, count: int, outcome: Outcome) -> None:
        """Note what many pieces in a row come to, all by the same expression."""
        self.outcomes[first] = outcome
        self.spans[first] = first + count - 1


class Found:
    """Where each unit lands, and what follows from it."""

    def __init__(self, codes: Codes, choice: Choice) -> None:
        self.codes, self.choice = codes, choice
        self.outcomes = codes.outcomes
        """What each piece comes to that there can be."""
        if not choice.rows and isinstance(choice.otherwise, int):
            self.outcomes = {choice.otherwise: codes.outcomes[choice.otherwise]}

    @cached_property
    def piece(self) -> str:
        """The piece of each unit, named."""
        say = self.choice.written(lambda one: one.text if isinstance(one, Reckoned) else str(one))
        return self.codes.writer.name(say, "piece")

    @cached_property
    def states(self) -> frozenset[int]:
        """Return the states that there can be."""
        return frozenset(outcome.state for outcome in self.outcomes.values())

    def points(self, *, at_once: bool = False) -> tuple[str, bool]:
        """Return the points, NULL where there are none, and whether only whole numbers are chosen from.

        ``at_once`` they are written where the piece would be, which then nobody may ask for.
        """
        settled = {code: outcome.low for code, outcome in self.outcomes.items() if outcome.state <= DECLARED}
        plain = bool(settled) and all(map(is_number, settled.values()))
        if not settled or not at_once:
            return self.pick(settled), plain
        return self.choice.written(lambda one: settled.get(_first(one), "NULL")), plain

    def tells(self, points: str) -> dict[int, str]:
        """Return for each state a condition on the points, where these tell all of them: NULL is missing."""
        rest = self.states - {MISSING}
        if len(rest) != 1 or not rest <= {0, DECLARED} or rest == self.states:
            return {}
        return {MISSING: f"{points} IS NULL", min(rest): f"{points} IS NOT NULL"}

    def at_once(self) -> bool:
        """Say whether points tell state and ends, too, so that nothing asks for the piece."""
        opens = {(o.low, o.high) for o in self.outcomes.values() if o.state > DECLARED}
        return len(opens) <= 1 and (len(self.states) == 1 or bool(self.tells("")))

    def ends(self, points: str) -> tuple[str, str]:
        """Return least and most points, given the settled ones."""
        opens = {code: outcome for code, outcome in self.outcomes.items() if outcome.state > DECLARED}
        if not opens:
            return points, points
        low = self.pick({code: outcome.low for code, outcome in opens.items()}, rest=False)
        high = self.pick({code: outcome.high for code, outcome in opens.items()}, rest=False)
        if len(opens) == len(self.outcomes):
            return low, high
        return f"COALESCE({points}, {low})", f"COALESCE({points}, {high})"

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
        spans, piece = self.codes.spans, self.piece
        first = next((code for code in spans if code in texts), None)
        usual = "NULL" if lacks else texts[first] if first is not None else max(different, key=[*texts.values()].count)
        rows = sorted([(code, text) for code, text in texts.items() if text != usual], reverse=True)
        if lacks and spans:
            body = " ".join([f"WHEN {piece} BETWEEN {c} AND {spans.get(c, c)} THEN {text}" for c, text in rows])
        else:
            body = f"{piece} {' '.join([f'WHEN {code} THEN {text}' for code, text in rows])}"
        return f"CASE {body} END" if lacks else f"CASE {body} ELSE {usual} END"

    def state(self) -> str:
        """Return the state."""
        if len(self.states) == 1:
            return str(min(self.states))
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


def _first(one: Landing) -> int:
    """Return the piece whose outcome counts."""
    if isinstance(one, int):
        return one
    assert one.first is not None
    return one.first
