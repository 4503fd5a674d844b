"""Stacked sub-selects: each layer may use the names of the layers below it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tieuchi.sql.dialects import Dialect

WIDTH = 112
"""Letters of a line, about."""
SERIAL = 8
"""Room for the number behind a name that is not the first of its kind."""


@dataclass(slots=True)
class Layers:
    """A query being written: named expressions by layer.

    Names stand in quotes and hold a space or are columns' own, so that none is like another.
    """

    dialect: Dialect
    stack: list[dict[str, tuple[str, frozenset[str]]]] = field(default_factory=lambda: [{}])
    level: dict[str, int] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    """Name of each expression that has one already."""
    taken: set[str] = field(default_factory=set)
    """Names that are there, as the database tells them apart."""
    joined: list[str] = field(default_factory=list)
    """What is joined to the lowest layer: sub-select and condition."""
    source: str = ""
    """The table that is read, as it stands in the query."""
    widest: int = 0
    """How many columns a sub-select of the query has, at most."""
    quoted: Callable[[str], list[str]] = field(init=False)
    """Finds the names in an expression."""

    def __post_init__(self) -> None:
        quote = self.dialect.quote
        self.quoted = re.compile(f"{quote}[^{quote}]+{quote}").findall

    def sub_select(self, name: str) -> str:
        """Return a name of a sub-select that is not the table's own."""
        while name in self.source.casefold():
            name = f"_{name}"
        return name

    def given(self, alias: str, expression: str) -> str:
        """Name an expression over the table itself; return the name in quotes."""
        name = self._own(alias)
        self.stack[0][name] = (expression, frozenset())
        self.level[name] = 0
        return name

    def join(self, names: list[str], text: str) -> None:
        """Join a sub-select with some columns to the lowest layer; ``text`` says how."""
        self.joined.append(text)
        self.level.update(dict.fromkeys(names, 0))

    def name(self, alias: str, expression: str) -> str:
        """Name an expression in the lowest layer that has everything it uses; return the name in quotes."""
        if expression in self.made:
            return self.made[expression]
        name = self.made[expression] = self._own(alias)
        used = self._used(expression)
        level = max(map(self.level.__getitem__, used), default=0) + 1
        if len(self.stack) <= level:
            self.stack.append({})
        self.stack[level][name] = (expression, used)
        self.level[name] = level
        return name

    def _own(self, alias: str) -> str:
        """Return a quoted name that the database tells from all others and does not cut short."""
        longest = self.dialect.longest
        if longest and len(alias.encode()) + SERIAL > longest:
            alias = f"name {len(self.taken)}"
        name, serial = alias, 1
        while (same := self.dialect.same(name)) in self.taken:
            serial += 1
            name = f"{alias} {serial}"
        self.taken.add(same)
        return self.dialect.column(name)

    def _used(self, expression: str) -> frozenset[str]:
        return frozenset(self._found(expression))

    def select(self, before: list[str], final: list[tuple[str, str]]) -> str:
        """Return the whole query: ``before`` it other sub-selects, ``final`` what it gives, with titles.

        A name is carried up only as long as a layer above still uses it.
        """
        final = self._opened(final)
        needed = [self._used("\n".join(expression for expression, _ in final))]
        while len(self.stack) > 1 and not needed[0] & self.stack[-1].keys():
            self.stack.pop()
        for layer in reversed(self.stack[1:]):
            used = {name for alias, (_, names) in layer.items() if alias in needed[-1] for name in names}
            needed.append(frozenset(used | {name for name in needed[-1] if name not in layer}))
        needed.reverse()
        needed[0] |= self._used("\n".join(self.joined))
        parts, below, prefix = list(before), self.source, self.sub_select("step")
        for depth, layer in enumerate(self.stack):
            own = [self._line(e, alias, depth) for alias, (e, _) in layer.items() if alias in needed[depth]]
            carried = sorted(n for n in needed[depth] if self.level.get(n, depth) < depth)
            self.widest = max(self.widest, len(carried) + len(own))
            columns = ",\n  ".join([*_filled(carried), *own]) or "1 AS one"
            name, step = f"{prefix}{depth}", f"(\n  SELECT\n  {columns}\n  FROM {below}\n)"
            if self.dialect.nests:
                below = f"{step} AS {name}"
            else:
                parts.append(f"{name} AS {self.dialect.keep}{step}")
                below = name
            below += "".join(f"\n  {text}" for text in self.joined if not depth)
        columns = ",\n  ".join(self._line(e, self.dialect.column(title), 1) for e, title in final)
        stacked = "WITH " + ",\n".join(parts) + "\n" if parts else ""
        return f"{stacked}SELECT\n  {columns}\nFROM {below}\n"

    def _opened(self, final: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return what the query gives, names that nothing else uses replaced by what they stand for."""
        inner = (names for layer in self.stack for _, names in layer.values())
        uses = Counter(name for names in inner for name in names)
        uses.update(name for expression, _ in final for name in self._found(expression))
        made = {name: text for layer in self.stack[1:] for name, (text, _) in layer.items() if uses[name] == 1}
        return [(made.get(expression, expression), title) for expression, title in final]

    def _found(self, expression: str) -> list[str]:
        return self.quoted(expression)

    def _line(self, expression: str, alias: str, depth: int) -> str:
        if expression == alias:
            return expression
        if depth and len(expression) > WIDTH:
            expression = expression.replace(" WHEN ", "\n    WHEN ").replace(" ELSE ", "\n    ELSE ")
        return f"{expression} AS {alias}"


def _filled(names: list[str]) -> list[str]:
    """Return names in lines, each but the last without its comma."""
    lines: list[str] = []
    for name in names:
        if lines and len(lines[-1]) + len(name) < WIDTH:
            lines[-1] += f", {name}"
        else:
            lines.append(name)
    return lines
