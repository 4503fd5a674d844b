"""What each database calls things: quotes, whole division, wide numbers, the greater of two."""

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
    least: str = "LEAST"
    greatest: str = "GREATEST"
    longest: int = 0
    """Bytes of a name that count; 0 where all do."""
    keep: str = ""
    """Said of a sub-select that is to be worked out once; without it some databases copy its text into each use."""

    def column(self, name: str) -> str:
        """Return a quoted name."""
        return self.quote + name.replace(self.quote, self.quote * 2) + self.quote

    def table(self, name: str) -> str:
        """Return a table's name quoted part by part; parts that are quoted already stay as they are.

        Example:
            >>> dialect_of("postgres").table('public.order'), dialect_of("spark").table("units")
            ('"public"."order"', '`units`')
        """
        parts = re.findall(rf"{self.quote}(?:[^{self.quote}]|{self.quote * 2})+{self.quote}|[^.]+", name)
        return ".".join(part if part.startswith(self.quote) else self.column(part) for part in parts)

    def same(self, name: str) -> str:
        """Return what the database tells names apart by: whether in lower case, and how many bytes of them."""
        folded = name if self.name == "postgres" else name.casefold()
        return folded.encode()[: self.longest].decode(errors="ignore") if self.longest else folded

    def divided(self, above: str, below: str, *, wide: bool = False) -> str:
        """Return the whole part of a quotient; neither number may be negative."""
        return (self.wide_division if wide else self.division).format(above, below)

    def widened(self, expression: str) -> str:
        """Return an expression as a number of 128 bits or more, where the database has such numbers."""
        return f"CAST({expression} AS {self.wide})" if self.wide else expression


_DIALECTS = {
    "duckdb": Dialect("duckdb", '"', "(({0}) // ({1}))", "CAST(({0}) // ({1}) AS BIGINT)", "HUGEINT"),
    "postgres": Dialect(
        "postgres", '"', "(({0}) / ({1}))", "CAST(div({0}, {1}) AS BIGINT)", "NUMERIC", longest=63, keep="MATERIALIZED "
    ),
    "spark": Dialect("spark", "`", "(({0}) div ({1}))", "(({0}) div ({1}))", "DECIMAL(38,0)"),
    "sqlite": Dialect("sqlite", '"', "(({0}) / ({1}))", "(({0}) / ({1}))", "", "min", "max", keep="MATERIALIZED "),
}


def dialect_of(name: DialectName) -> Dialect:
    """Return a database's dialect."""
    return _DIALECTS[name]
