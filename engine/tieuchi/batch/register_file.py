"""A register of units as a file, YAML or CSV, with everything that is wrong in it told at once.

CSV, one change a row (``share`` is 1 where it is blank)::

    unit,successor,day,share
    ha-giang,tuyen-quang,2025-07-01,
    tuyen-quang,tuyen-quang,2025-07-01,

YAML says the same shorter, and may list all units with their kinds and the days they are there::

    kinds: [province, district, commune]
    units:
      - {id: ha-giang, kind: province, to: 2025-06-30}
    changes:
      - {day: 2025-07-01, merge: [ha-giang, tuyen-quang], into: tuyen-quang}
      - {day: 2027-01-01, split: old, into: {north: 60%, south: 40%}}
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from tieuchi.batch.register import Change, Register, Spell
from tieuchi.batch.source import check_file
from tieuchi.errors import Issue, Position, ReadingsError, nearest
from tieuchi.loading.readings_csv import parse_csv
from tieuchi.loading.readings_given import Cell, folded, shortened
from tieuchi.loading.yaml_source import Node, read_bytes, read_yaml
from tieuchi.model.number import exact_text, parse_number

SUFFIXES = (".yaml", ".yml", ".csv")
_COLUMNS = {
    "unit": ("unit", "đơn vị"),
    "successor": ("successor", "đơn vị mới", "sáp nhập vào"),
    "day": ("day", "từ ngày", "ngày"),
    "share": ("share", "tỷ lệ"),
    "reference": ("reference", "căn cứ"),
}


def load_register(path: Path | str) -> Register:
    """Return a register read from a file.

    Raises:
        UnknownNameError: There is no such file, or it is no YAML or CSV.
        ReadingsError: With everything that is wrong, each with its place.
    """
    path = Path(path)
    check_file(path, SUFFIXES)
    reading = _Reading(str(path))
    if path.suffix.lower() == ".csv":
        try:
            text = read_bytes(path, ReadingsError).decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            facts = {"byte": f"0x{problem.object[problem.start]:02X}"}
            raise ReadingsError([Issue("D406", Position(str(path)), facts=facts)]) from None
        reading.csv(parse_csv(text, str(path)))
    else:
        reading.yaml(read_yaml(path, ReadingsError))
    found = Register(tuple(reading.changes), {name: tuple(s) for name, s in reading.units.items()}, reading.kinds)
    reading.issues += _clashes(found)
    if reading.issues:
        raise ReadingsError(reading.issues)
    return found


@dataclass(slots=True)
class _Reading:
    """What was read of a register so far."""

    file: str
    changes: list[Change] = field(default_factory=list)
    units: dict[str, list[Spell]] = field(default_factory=dict)
    kinds: tuple[str, ...] = ()
    issues: list[Issue] = field(default_factory=list)

    def csv(self, rows: list[list[Cell]]) -> None:
        """Read changes from rows below a header."""
        known = {folded(name): column for column, names in _COLUMNS.items() for name in names}
        head = [known.get(folded(cell.text)) for cell in rows[0]] if rows else []
        for cell, column in zip(rows[0] if rows else (), head, strict=True):
            if column is None:
                near = nearest(folded(cell.text), known) or ""
                self._wrong("D438", cell.at, column=cell.text, nearest=near)
        for name in ("unit", "successor", "day"):
            if name not in head:
                at = rows[0][0].at if rows else Position(self.file)
                self._wrong("B629", at, column=name, others=" / ".join(_COLUMNS[name][1:]))
        if self.issues:
            return
        for row in rows[1:]:
            if len(row) != len(head):
                self._wrong("D449", row[0].at, fields=len(row), columns=len(head))
                continue
            cells = {column: cell for column, cell in zip(head, row, strict=True) if column}
            share = cells.get("share")
            self._change(
                (cells["unit"].text, cells["unit"].at), (cells["successor"].text, cells["successor"].at),
                self._day(cells["day"].text, cells["day"].at),
                Fraction(1) if share is None or not share.text else self._share(share.text, share.at),
            )  # fmt: skip

    def yaml(self, root: Node) -> None:
        """Read kinds, units and changes from a tree."""
        if not self._keys(root, "kinds", "units", "changes"):
            return
        self.kinds = tuple(part.text for part in self._parts(root.get("kinds")))
        for node in self._parts(root.get("units")):
            self._unit(node)
        for node in self._parts(root.get("changes")):
            self._group(node)

    def _unit(self, node: Node) -> None:
        if not self._keys(node, "id", "kind", "from", "to", "name", needed=("id",)):
            return
        since, until = (
            self._day(n.text, n.position) if n and not n.empty else None for n in map(node.get, ("from", "to"))
        )
        kind = node.get("kind")
        if kind is not None and self.kinds and kind.text not in self.kinds:
            self._wrong("B624", kind.position, kind=kind.text, known=", ".join(self.kinds))
        name = node.get("id")
        assert name is not None
        spell = Spell(since, until, kind.text if kind else "", name.position)
        self.units.setdefault(name.text, []).append(spell)

    def _group(self, node: Node) -> None:
        """Read one merger or one split."""
        if not self._keys(node, "day", "merge", "split", "into", "reference", needed=("day", "into")):
            return
        day, into, merge, split = (node.get(key) for key in ("day", "into", "merge", "split"))
        assert day is not None
        assert into is not None
        since = self._day(day.text, day.position)
        if merge is not None and split is None and into.kind == "scalar":
            for part in self._parts(merge):
                self._change((part.text, part.position), (into.text, into.position), since, Fraction(1))
        elif split is not None and merge is None and split.kind == "scalar" and into.kind == "mapping":
            for key, share in into.items:
                whole = self._share(share.text, share.position)
                self._change((split.text, split.position), (key.text, key.position), since, whole)
        else:
            self._wrong("B610", node.position, value="day, merge/split, into")

    def _change(
        self, unit: tuple[str, Position], successor: tuple[str, Position], day: date | None, share: Fraction | None
    ) -> None:
        blank = [at for text, at in (unit, successor) if not text.strip()]
        for at in blank:
            self._wrong("D434", at)
        if day is not None and share is not None and not blank:
            self.changes.append(Change(unit[0], successor[0], day, share, unit[1]))

    def _day(self, text: str, at: Position) -> date | None:
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            self._wrong("B625", at, value=text)
            return None

    def _share(self, text: str, at: Position) -> Fraction | None:
        try:
            share = parse_number(text.strip())
        except ValueError:
            share = Fraction(0)
        if 0 < share <= 1:
            return share
        self._wrong("B626", at, value=text)
        return None

    def _keys(self, node: Node, *known: str, needed: tuple[str, ...] = ()) -> bool:
        """Say whether a node is a mapping of known keys with all that are needed."""
        if node.kind != "mapping":
            self._wrong("D411", node.position)
            return False
        for key, _ in node.items:
            if key.text not in known:
                near = nearest(key.text, known) or ""
                self._wrong("D410", key.position, key=key.text, known=", ".join(known), nearest=near)
        absent = [name for name in needed if node.get(name) is None]
        for name in absent:
            self._wrong("D414", node.position, key=name)
        return not absent

    def _parts(self, node: Node | None) -> tuple[Node, ...]:
        if node is None or node.empty:
            return ()
        if node.kind != "sequence":
            self._wrong("B627", node.position)
        return node.parts

    def _wrong(self, code: str, at: Position, **facts: Any) -> None:
        self.issues.append(Issue(code, at, facts={name: shortened(str(fact)) for name, fact in facts.items()}))


def _clashes(register: Register) -> Iterator[Issue]:
    """Yield what does not go together: shares, units that are not there, changes of one day that chain, spells."""
    yield from _shares(register.changes)
    yield from _chains(register)
    yield from _spells(register)
    if register.units:
        for change in register.changes:
            for unit, day in ((change.unit, change.since - timedelta(1)), (change.successor, change.since)):
                spells = register.units.get(unit)
                if spells is None:
                    yield Issue("B612", change.at, facts={"unit": unit, "nearest": register.near.to(unit)})
                elif not any(spell.covers(day) for spell in spells):
                    spell = spells[0]
                    facts = {"unit": unit, "from": str(spell.since or "…"), "to": str(spell.until or "…")}
                    yield Issue("B618", change.at, facts=facts | {"day": str(day)})


def _shares(changes: tuple[Change, ...]) -> Iterator[Issue]:
    together: dict[tuple[str, date], list[Change]] = defaultdict(list)
    for change in changes:
        together[change.unit, change.since].append(change)
    for (unit, day), parts in together.items():
        names = [part.successor for part in parts]
        for part in parts:
            if names.count(part.successor) > 1:
                yield Issue("B628", part.at, facts={"unit": unit, "successor": part.successor, "day": str(day)})
        total = sum((part.share for part in parts), Fraction(0))
        if total != 1:
            facts = {"unit": unit, "day": str(day), "sum": exact_text(total)}
            yield Issue("B611", parts[0].at, facts=facts)


def _chains(register: Register) -> Iterator[Issue]:
    """Yield changes whose successor itself passes on that day into something else: their order is not told."""
    for change in register.changes:
        on = [c.successor for c in register.of.get(change.successor, ()) if c.since == change.since]
        if change.successor != change.unit and any(name != change.successor for name in on):
            facts = {"unit": change.unit, "successor": change.successor, "day": str(change.since)}
            yield Issue("B613", change.at, facts=facts | {"next": ", ".join(on)})


def _spells(register: Register) -> Iterator[Issue]:
    for unit, spells in register.units.items():
        for spell in spells:
            facts = {"unit": unit, "from": str(spell.since or "…"), "to": str(spell.until or "…")}
            if spell.since and spell.until and spell.since > spell.until:
                yield Issue("B617", spell.at, facts=facts)
        ordered = sorted(spells, key=lambda spell: spell.since or date.min)
        for before, after in pairwise(ordered):
            if before.until is None or after.since is None or after.since <= before.until:
                facts = {"unit": unit, "to": str(before.until or "…"), "from": str(after.since or "…")}
                yield Issue("B614", after.at, facts=facts | {"first": str(before.at)})
    for change in register.changes:
        # A unit that has passed into others can't pass again unless something became it in between.
        ended = [c.since for c in register.of[change.unit] if c.since < change.since]
        back = [c.since for c in register.into.get(change.unit, ())]
        if ended and not any(max(ended) <= day <= change.since for day in back):
            facts = {"unit": change.unit, "day": str(change.since), "since": str(max(ended))}
            yield Issue("B615", change.at, facts=facts)
