"""What each database calls things: quotes, whole division, types of whole numbers, the greater of two."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args

DialectName = Literal["duckdb", "postgres", "spark", "sqlite"]
DIALECTS: tuple[DialectName, ...] = get_args(DialectName)


@dataclass(frozen=True, slots=True)
class Dialect:
    """One database. ``wide`` is the type for products beyond 64 bits; empty where there is none."""

    name: DialectName
    quote: str
    division: str
    wide_division: str
    wide: str
    text: str
    sizes: tuple[tuple[int, str], ...] = ()
    """Types of whole numbers, each with the bits it holds; none where all are of one type."""
    wide_bits: int = 62
    """Bits that products may have."""
    least: str = "LEAST"
    greatest: str = "GREATEST"
    longest: int = 0
    """Bytes of a name that count; 0 where all do."""
    keep: str = ""
    """Said of a sub-select that is to be worked out once; without it some databases copy its text into each use."""
    nests: bool = False
    """Whether steps stand one in the other: Spark goes over the whole query again for each that is named before."""
    columns: int = 0
    """How many columns a table or a sub-select may have; 0 where it may have any number."""
    denominators: int = 64
    """How many a sum may have that is added up exactly: Spark, which copies sub-selects, plans more without end."""

    def column(self, name: str) -> str:
        """Return a quoted name."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def table(self, name: str) -> str:
        """Return a table's name quoted part by part; parts that are quoted already stay as they are.

        Example:
            >>> dialect_of("postgres").table('public.order'), dialect_of("spark").table("units")
            ('"public"."order"', '`units`')
        """
        quoted = rf"{self.quote}(?:[^{self.quote}]|{self.quote * 2})+{self.quote}"
        parts = re.findall(rf"{quoted}(?=\.|$)|[^.]+", name)
        return ".".join(part if re.fullmatch(quoted, part) else self.column(part) for part in parts)

    def same(self, name: str) -> str:
        """Return what the database tells names apart by: whether in lower case, and how many bytes of them."""
        folded = name if self.name == "postgres" else name.casefold()
        return folded.encode()[: self.longest].decode(errors="ignore") if self.longest else folded

    def divided(self, above: str, below: str, *, wide: bool = False) -> str:
        """Return the whole part of a quotient; neither number may be negative. Of ``wide`` ones it is wide, too."""
        return (self.wide_division if wide else self.division).format(above, below)

    def widened(self, expression: str) -> str:
        """Return an expression as a number of 128 bits or more, where the database has such numbers."""
        return f"CAST({expression} AS {self.wide})" if self.wide else expression

    def long(self, expression: str) -> str:
        """Return an expression as a number of 64 bits."""
        return f"CAST({expression} AS {self.sizes[-1][1] if self.sizes else 'INTEGER'})"

    def sized(self, expression: str, most: int) -> str:
        """Return an expression in the narrowest type that holds the numbers up to ``most``, also negative ones.

        Example:
            >>> dialect_of("duckdb").sized("x", 300), dialect_of("sqlite").sized("x", 300)
            ('CAST(x AS SMALLINT)', 'x')
        """
        kind = next((kind for bits, kind in self.sizes if most < 1 << bits), "")
        return f"CAST({expression} AS {kind})" if kind else expression


_SIZES = ((7, "TINYINT"), (15, "SMALLINT"), (31, "INTEGER"), (63, "BIGINT"))

# DuckDB divides 128 bits one by one: four times as slow as numbers that 64 hold.
_DUCKDB_DIVISION = (
    "CASE WHEN {0} < 9223372036854775808 AND {1} < 9223372036854775808 THEN CAST({0} AS BIGINT) // CAST({1} AS BIGINT)"
    " ELSE ({0}) // ({1}) END"
)

_DIALECTS = {
    "duckdb": Dialect("duckdb", '"', "(({0}) // ({1}))", _DUCKDB_DIVISION, "HUGEINT", "VARCHAR", _SIZES, 126),
    "postgres": Dialect(
        "postgres", '"', "(({0}) / ({1}))", "div({0}, {1})", "NUMERIC", "TEXT", _SIZES[1:], 126,
        longest=63, keep="MATERIALIZED ", columns=1600,
    ),
    "spark": Dialect(
        "spark", "`", "(({0}) div ({1}))", "CAST(({0}) div ({1}) AS DECIMAL(38,0))", "DECIMAL(38,0)", "STRING", _SIZES,
        122, nests=True, denominators=6,
    ),
    "sqlite": Dialect(
        "sqlite", '"', "(({0}) / ({1}))", "(({0}) / ({1}))", "", "TEXT", (), 62, "min", "max", keep="MATERIALIZED ",
        columns=2000,
    ),
}  # fmt: skip


def dialect_of(name: DialectName) -> Dialect:
    """Return a database's dialect."""
    return _DIALECTS[name]
