"""What is wanted, as data: each goal has clauses, each clause a figure out of what was measured and a limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Found = Mapping[str, Any]
Figure = Callable[[Found], Any]


@dataclass(frozen=True)
class Clause:
    """One figure and its limit: met at or above ``least``, or at or below ``most``."""

    says: str
    figure: Figure
    least: float | None = None
    most: float | None = None
    unit: str = "×"

    def found(self, found: Found) -> float | None:
        """Return the figure, or None where it was not measured."""
        try:
            value = self.figure(found)
        except (KeyError, TypeError):
            return None
        return None if value is None else float(value)

    def met(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    @property
    def limit(self) -> str:
        return f"≥ {shown(self.least, self.unit)}" if self.least is not None else f"≤ {shown(self.most, self.unit)}"


@dataclass(frozen=True)
class Goal:
    """Clauses that belong together, and what is to be said about them."""

    name: str
    clauses: tuple[Clause, ...]
    note: str = ""


def shown(value: float | None, unit: str) -> str:
    """Write a figure with its unit, to three digits."""
    if value is None:
        return "–"
    if unit == "s":
        for scale, name in ((1, "s"), (1e-3, "ms"), (1e-6, "µs")):
            if value >= scale or name == "µs":
                return f"{_digits(value / scale)} {name}"
    if unit == "M/s":
        return f"{_digits(value / 1e6)} M/s"
    if unit == "%":
        return f"{value * 100:.0f}%"
    return f"{_digits(value)} {unit}".rstrip()


def _digits(value: float) -> str:
    if value == int(value) and abs(value) < 1e6:
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _columns(found: Found, cores: int) -> Any:
    """Return the figures of the largest table."""
    section = found[f"columns, {cores}"]
    return section[max(section, key=int)]


def slower(other: str, base: str = "times ours") -> Figure:
    """How many times longer another takes, on one core and the largest table."""
    return lambda found: _columns(found, 1)[base][other]


def one(other: str) -> Figure:
    """How many times longer another takes for one unit than the exact road with its trace."""
    return lambda found: found["one unit"]["times ours"][other]


def alone(other: str) -> Figure:
    """How many times longer another takes for one unit than the exact road for its points alone."""
    return lambda found: found["one unit"]["seconds"][other] / found["one unit"]["seconds"]["tieuchi, points alone"]


def swept(other: str) -> Figure:
    return lambda found: found["sweep"]["sweep"]["times ours"][other]


def broken(kind: str) -> Figure:
    """Seconds for all breakpoints of a threshold."""
    return lambda found: found["sweep"]["breakpoints"][kind]["seconds"]["tieuchi"]


def loading(*steps: str) -> Figure:
    return lambda found: sum(found["one unit"]["loading"][step] for step in steps)


def wrong(found: Found) -> int:
    """Return the cells of our own roads that differ from the exact one, refused ones apart."""
    sets = found["checks"]["differences"].values()
    return sum(n for cells in sets for name, n in cells.items() if name.startswith("tieuchi") and "refused" not in name)


def started(name: str) -> Figure:
    """Seconds of a command without what Python itself takes to start."""
    return lambda found: found["cold"]["commands"][name] - found["cold"]["commands"]["python alone"]


ZEN, OPENFISCA, STREAMING = "zen", "openfisca", "polars, streaming"
NO_NUMBA = "times ours without numba"
TO_TABLES = ("rulebook to plan", "plan to tables", "plan to scorer")

GOALS = (
    Goal("G1", (Clause("cells that differ from the exact road, all roads and SQL", wrong, most=0, unit=""),),
         "Sub-criteria, clauses and sums; DuckDB and SQLite here, PostgreSQL and Spark in the tests."),
    Goal("G2", (
        Clause("one unit with trace: zen expressions with trace take", one("zen, expressions, with trace"), least=3),
        Clause("zen decision tables with trace take", one("zen, tables, with trace"), least=6),
        Clause("with trace, of points alone", alone("tieuchi, with trace"), most=4),
    )),
    Goal("G3", (
        Clause("points of one unit: zen evaluate takes", alone("zen, expressions"), least=5),
        Clause("zen evaluate_batch takes for each", alone("zen, evaluate_batch"), least=2),
        Clause("openfisca takes", alone("openfisca"), least=20),
    )),
    Goal("G4", (
        Clause("one edit, of a full score", one("tieuchi, one edit"), most=0.1),
        Clause("one edit", lambda f: f["one unit"]["seconds"]["tieuchi, one edit"], most=20e-6, unit="s"),
    )),
    Goal("G5", (
        Clause("validated rulebook of 100 to tables and scorer", loading(*TO_TABLES), most=5e-3, unit="s"),
        Clause("with parsing and validation", loading("text to rulebook", *TO_TABLES), most=60e-3, unit="s"),
    )),
    Goal("G6", (
        Clause("road without numba: zen evaluate_batch takes", slower(ZEN, NO_NUMBA), least=100),
        Clause("exact road with trace takes", slower("tieuchi, exact road with trace", NO_NUMBA), least=25),
        Clause("of polars streaming's time", lambda f: 1 / slower(STREAMING, NO_NUMBA)(f), most=2.5),
        Clause("openfisca takes", slower(OPENFISCA, NO_NUMBA), least=1),
    )),
    Goal("G7", (
        Clause("kernel, fresh outputs: polars streaming takes", slower(STREAMING), least=1.5),
        Clause("zen evaluate_batch takes", slower(ZEN), least=500),
        Clause("openfisca takes", slower(OPENFISCA), least=4),
    )),
    Goal("G8", (
        Clause("of the memory probe, one core", lambda f: _columns(f, 1)["roofline"], least=0.4, unit="%"),
        Clause("two cores", lambda f: _columns(f, 2)["roofline"], least=0.5, unit="%"),
    ), "The probe reads the same columns and writes the same arrays, states, clauses and sums included."),
    Goal("G9", (
        Clause("cells missing, against none", slower("tieuchi, cells missing"), most=1.5),
        Clause("a frame's own buffers, against rows of one matrix", slower("tieuchi, on a frame"), most=1.4),
    ), "States and clauses are always written."),
    Goal("G10", (
        Clause("our SQL on DuckDB for the same columns, of hand-written SQL's time",
               lambda f: f["SQL"]["times hand"]["tieuchi, the same columns"], most=1.1),
        Clause("making the SQL", loading("SQL"), most=5e-3, unit="s"),
    ), "Like with like: points and sums alone, as the hand-written one gives them; what states, clauses and what sums "
       "can still be take as well stands below. There are no polars expressions of our own; ibis is not measured."),
    Goal("G11", (
        Clause("numpy: whole numbers, of floats' time", lambda f: f["exactness"]["times floats"]["numpy"], most=1.1),
        Clause("polars: whole numbers, of floats' time", lambda f: f["exactness"]["times floats"]["polars"], most=1.1),
        Clause("money beyond 64 bits, of the same rules within",
               lambda f: f["exactness"]["beyond 64 bits"]["times within"], most=5),
    ), "The first two are the peers' expressions; none of our own roads has floats."),
    Goal("G12", (
        Clause("plain numpy takes", swept("plain numpy, all variants at once"), least=2.5),
        Clause("polars cross join takes", swept("polars, cross join"), least=10),
        Clause("zen takes", swept("zen, decision by decision"), least=1000),
        Clause("all on two cores", lambda f: f["sweep"]["sweep"]["seconds"]["tieuchi"], most=1, unit="s"),
    )),
    Goal("G13", (
        Clause("memory beyond columns, of the results",
               lambda f: f["memory"]["tieuchi"]["extra"] / f["memory"]["tieuchi"]["outputs"], most=1.15),
    )),
    Goal("G14", (
        Clause("Parquet to Parquet, of hand-written polars' time",
               lambda f: f["files"]["times polars"]["tieuchi, points"], most=1.25),
    ), "Both write points of sub-criteria and sums; ours as decimals, with states of sums and what they can still be. "
       "Ray is no part of this project; Spark takes what one machine can't."),
    Goal("G15", (
        Clause("batch of 63 units, of zen's time", lambda f: (
            started("tieuchi batch, 63 units")(f) / started("zen, 63 units")(f)
        ), most=2),
        Clause("numba imported", lambda f: f["cold"]["commands"]["numba imported"], most=0, unit=""),
    ), "Whole processes less the start of Python."),
)  # fmt: skip

MUST = (
    Goal("Columns", (
        Clause("unit-scores a second, one core", lambda f: _columns(f, 1)["rates"]["tieuchi"], least=5e6, unit="M/s"),
        Clause("two cores", lambda f: _columns(f, 2)["rates"]["tieuchi"], least=9e6, unit="M/s"),
        Clause("of the memory probe, one core", lambda f: _columns(f, 1)["roofline"], least=0.4, unit="%"),
        Clause("zen evaluate_batch takes", slower(ZEN), least=500),
        Clause("openfisca takes", slower(OPENFISCA), least=4),
        Clause("time off straight lines of units, criteria and bands, at most", lambda f: max(
            growth["seconds"]["off"] for growth in f["growth"].values()
        ), most=0.2, unit="%"),
        Clause("batch of 63 units from a cold process",
               lambda f: f["cold"]["commands"]["tieuchi batch, 63 units"], most=0.5, unit="s"),
    )),
    Goal("Files", (
        Clause("Parquet to Parquet, of hand-written polars' time",
               lambda f: f["files"]["times polars"]["tieuchi, points"], most=1.25),
        Clause("totals that differ between the two", lambda f: f["files"]["totals that differ"], most=0, unit=""),
    )),
    Goal("What if", (
        Clause("63 units × all variants × 100 criteria, two cores",
               lambda f: f["sweep"]["sweep"]["seconds"]["tieuchi"], most=1, unit="s"),
        Clause("totals that differ from scoring each variant exactly",
               lambda f: f["sweep"]["totals that differ"], most=0, unit=""),
        Clause("breakpoints of a growth threshold over 10,000 units", broken("growth"), most=20e-3, unit="s"),
        Clause("of a ratio's threshold, where 0/0 has a rule of its own", broken("ratio"), most=20e-3, unit="s"),
        Clause("one changed reading of the published example",
               lambda f: f["sweep"]["one reading"]["seconds"]["tieuchi"], most=1e-4, unit="s"),
        Clause("openfisca, simulation by simulation, takes",
               swept("openfisca, simulation by simulation"), least=1),
    )),
    Goal("Page and API", (
        Clause("answers lost while workers are killed", lambda f: f["web"]["killed"]["not_200"], most=0, unit=""),
        Clause("200 pages: change to new total, median",
               lambda f: f["web"]["pages"]["p50_ms"] / 1000, most=0.1, unit="s"),
        Clause("memory risen over an hour of a request a second, MB",
               lambda f: f["web"]["memory"]["risen"], most=10, unit=""),
    )),
)  # fmt: skip
