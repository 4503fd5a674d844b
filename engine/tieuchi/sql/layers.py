"""Stacked sub-selects: each layer may use the names of the layers below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tieuchi.sql.dialects import Dialect

_NAME = re.compile(r"\b[a-z]+\d+(?:_\d+)*\b")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`""")


@dataclass(slots=True)
class Layers:
    """A query being written: named expressions by layer, all names of our own being letters and numbers."""

    dialect: Dialect
    stack: list[dict[str, str]] = field(default_factory=list)
    level: dict[str, int] = field(default_factory=dict)

    def name(self, alias: str, expression: str) -> str:
        """Give an expression a name, in the lowest layer that has everything it uses; return the name."""
        used = [self.level[found] for found in _names(expression) if found in self.level]
        level = max(used, default=-1) + 1
        while len(self.stack) <= level:
            self.stack.append({})
        self.stack[level][alias] = expression
        self.level[alias] = level
        return alias

    def select(self, source: str, kept: list[str], final: list[tuple[str, str]]) -> str:
        """Return the whole query: ``kept`` columns of the source as they are, then what ``final`` names.

        A name is carried up only as long as a layer above still uses it. Kept columns travel under names of ours, for
        theirs may be like some of ours.
        """
        needed = [_names(" ".join(expression for expression, _ in final))]
        for layer in reversed(self.stack[1:]):
            used = {name for alias, e in layer.items() if alias in needed[-1] for name in _names(e)}
            needed.append(used | {name for name in needed[-1] if name not in layer})
        needed.reverse()
        parts, below_name, prefix = [], source, "layer"
        while prefix in source.casefold():
            prefix += "_"
        ours = [f"k{place}" for place in range(len(kept))]
        for depth, layer in enumerate(self.stack):
            own = [f"{e} AS {alias}" for alias, e in layer.items() if alias in needed[depth]]
            below = sorted(n for n in needed[depth] if self.level.get(n, depth) < depth)
            handed = ours if depth else [f"{column} AS {name}" for column, name in zip(kept, ours, strict=True)]
            columns = ",\n  ".join([*handed, *below, *own])
            parts.append(f"{prefix}{depth} AS {self.dialect.keep}(\n  SELECT {columns}\n  FROM {below_name}\n)")
            below_name = f"{prefix}{depth}"
        titled = [f"{name} AS {column}" for name, column in zip(ours, kept, strict=True)]
        columns = ",\n  ".join([*titled, *(f"{e} AS {self.dialect.column(title)}" for e, title in final)])
        stacked = ",\n".join(parts)
        return f"WITH {stacked}\nSELECT {columns}\nFROM {below_name}\n"


def _names(expression: str) -> set[str]:
    """Return what looks like a name of ours in an expression; columns and texts stand in quotes and are none."""
    return set(_NAME.findall(_QUOTED.sub("", expression)))
