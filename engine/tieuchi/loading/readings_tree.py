"""Readings from a tree of nodes: the form that YAML and JSON share.

One unit is a mapping::

    unit: {id: soc-trang, name: Sóc Trăng, kind: province, parent: vn}    # or just its id
    period: "2017"
    locale: vi
    readings:
      tasks_assigned: 33
      tasks_done: {value: 31, source: Báo cáo 86, at: trang 3, quote: "…", evidence: "…"}
      late_reports: {value: 2, refused: không có văn bản kèm theo}
      online_cases: {not_applicable: true}
    declared:
      "1.9": {points: "5", source: 716/QĐ-BNV}
    causes:
      "1.2": Các đơn vị phối hợp gửi báo cáo chậm

Many units are a list of these, or ``units:`` with such a list; ``period`` and ``locale`` beside ``units`` hold for
all of them. Every other key is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tieuchi.errors import Position
from tieuchi.loading.locale_numbers import LOCALES, Locale
from tieuchi.loading.readings_given import Cell, Figure, GivenUnit, Report, folded, tidy
from tieuchi.loading.refusals import path_text
from tieuchi.loading.yaml_source import Node
from tieuchi.model.reading import Unit

Path = tuple[str | int, ...]

_FILE_KEYS = ("units", "period", "locale")
_ONE_KEYS = ("unit", "period", "locale", "readings", "declared", "causes")
_UNIT_KEYS = ("id", "name", "kind", "parent")
_FIGURE_KEYS = ("value", "source", "at", "quote", "evidence", "refused", "not_applicable")
_POINTS_KEYS = ("points", "source", "at", "quote", "evidence")


def units_of(root: Node, report: Report, locale: Locale | None = None, *, typed: bool = False) -> list[GivenUnit]:
    """Return the units of a tree; what does not belong in it goes to the report.

    Args:
        root: The top of the tree.
        report: Takes the issues.
        locale: The locale the caller asks for; a different one in the file is an issue.
        typed: Whether plain scalars are values of their own kind, as in JSON, rather than text to be read.
    """
    return _Tree(report, locale, typed).units(root)


@dataclass(frozen=True, slots=True)
class _Tree:
    report: Report
    locale: Locale | None
    typed: bool

    def units(self, root: Node) -> list[GivenUnit]:
        many = root.get("units") if root.kind == "mapping" else root if root.kind == "sequence" else None
        if many is None:
            return self._units([((), root)], self.locale, "")
        path: Path = ()
        locale, period = self.locale, ""
        if many is not root:
            path = ("units",)
            self._check_keys(root, _FILE_KEYS, ())
            locale = self._locale(root, (), self.locale)
            period = self._text(root, "period", ())
        if many.kind != "sequence":
            self.report.add("D412", many.position, path_text(path))
            return []
        return self._units([((*path, i), part) for i, part in enumerate(many.parts)], locale, period)

    def _units(self, nodes: list[tuple[Path, Node]], locale: Locale | None, period: str) -> list[GivenUnit]:
        return [unit for path, node in nodes if (unit := self._one(node, path, locale, period)) is not None]

    def _one(self, node: Node, path: Path, locale: Locale | None, period: str) -> GivenUnit | None:
        if not self._is_mapping(node, path):
            return None
        self._check_keys(node, _ONE_KEYS, path)
        named = node.get("unit")
        if named is None:
            self.report.add("D414", node.position, path_text(path), key="unit")
            return None
        if named.kind == "sequence":
            self.report.add("D411", named.position, path_text((*path, "unit")))
            return None
        unit = self._unit(named, (*path, "unit"))
        own = self._locale(node, path, locale)
        given = GivenUnit(unit, self._text(node, "period", path) or period, named.position, own)
        self._figures(given, node, path)
        self._declared(given, node, path)
        for key, value in self._entries(node, (*path, "causes")):
            given.causes.append(self._plain_figure(key, value, path_text((*path, "causes", key.text))))
        return given

    def _unit(self, node: Node, path: Path) -> Unit:
        if node.kind == "scalar":
            return Unit("" if node.empty else tidy(node.text))
        self._check_keys(node, _UNIT_KEYS, path)
        name, kind, parent = (self._text(node, key, path) for key in _UNIT_KEYS[1:])
        return Unit(self._text(node, "id", path), name, kind, parent)

    def _figures(self, given: GivenUnit, node: Node, path: Path) -> None:
        top = (*path, "readings")
        shown = path_text(top)
        for key, value in self._entries(node, top):
            if value.kind == "mapping":
                here = (*top, key.text)
                self._check_keys(value, _FIGURE_KEYS, here)
                given.figures.append(self._figure(key, value, here))
            else:
                given.figures.append(self._plain_figure(key, value, f"{shown}.{key.text}"))

    def _plain_figure(self, key: Node, value: Node, where: str) -> Figure:
        return Figure(tidy(key.text), self._cell(value, where), key.position, where)

    def _figure(self, key: Node, node: Node, path: Path) -> Figure:
        value = node.get("value")
        where = path_text((*path, "value") if value is not None else path)
        cell = self._cell(value, where) if value is not None else Cell(None, "", node.position)
        refused = self._text(node, "refused", path)
        reason = node.get("refused")
        if reason is not None and not refused:
            self.report.add("D447", reason.position, path_text((*path, "refused")))
        applies = not self._flag(node, "not_applicable", path)
        return Figure(tidy(key.text), cell, key.position, where, self._source(node, path), refused, not applies)

    def _declared(self, given: GivenUnit, node: Node, path: Path) -> None:
        for key, value in self._entries(node, (*path, "declared")):
            here = (*path, "declared", key.text)
            points, source = value, ""
            if value.kind == "mapping":
                self._check_keys(value, _POINTS_KEYS, here)
                source = self._source(value, here)
                found = value.get("points")
                if found is None:
                    self.report.add("D414", value.position, path_text(here), key="points")
                    continue
                points = found
            cell = self._cell(points, path_text(here))
            given.declared.append(Figure(tidy(key.text), cell, key.position, path_text(here), source))

    def _entries(self, node: Node, path: Path) -> tuple[tuple[Node, Node], ...]:
        """Return the items of the block that a path ends with."""
        block = node.get(str(path[-1]))
        return block.items if block is not None and not block.empty and self._is_mapping(block, path) else ()

    def _cell(self, node: Node, where: str) -> Cell:
        """Return the value of a scalar: text, or what JSON says it is."""
        if node.kind != "scalar":
            self.report.add("D413", node.position, where)
            return Cell(None, "", node.position)
        if node.empty:
            return Cell(None, "", node.position)
        text = tidy(node.text)
        if not self.typed or node.quoted:
            return Cell(text, text, node.position)
        if text in ("true", "false"):
            return Cell(text == "true", text, node.position)
        return Cell(Fraction(int(text) if text.isdigit() else text), text, node.position)

    def _source(self, node: Node, path: Path) -> str:
        """Join what the supplier says of a figure's origin: ``source, at: “quote” (evidence)``."""
        source, at, quote, evidence = (self._text(node, key, path) for key in ("source", "at", "quote", "evidence"))
        text = ", ".join(part for part in (source, at) if part)
        if quote:
            text = f"{text}: “{quote}”" if text else f"“{quote}”"
        return f"{text} ({evidence})".strip() if evidence else text

    def _text(self, node: Node, key: str, path: Path) -> str:
        value = node.get(key)
        if value is None or value.empty:
            return ""
        if value.kind != "scalar":
            self.report.add("D413", value.position, path_text((*path, key)))
            return ""
        return tidy(value.text)

    def _flag(self, node: Node, key: str, path: Path) -> bool:
        value = node.get(key)
        if value is None or value.empty:
            return False
        if value.text not in ("true", "false"):
            self.report.add("D415", value.position, path_text((*path, key)), value=value.text)
        return value.text == "true"

    def _locale(self, node: Node, path: Path, outer: Locale | None) -> Locale | None:
        text = self._text(node, "locale", path)
        value = node.get("locale")
        if not text or value is None:
            return outer
        return checked_locale(text, value.position, self.report, outer, path_text((*path, "locale")))

    def _is_mapping(self, node: Node, path: Path) -> bool:
        if node.kind != "mapping":
            self.report.add("D411", node.position, path_text(path))
        return node.kind == "mapping"

    def _check_keys(self, node: Node, known: tuple[str, ...], path: Path) -> None:
        for key, _ in node.items:
            if key.text not in known:
                near = self.report.nearest(folded(key.text), known)
                facts = {"key": key.text, "nearest": near, "known": ", ".join(known)}
                self.report.add("D410", key.position, path_text((*path, key.text)), **facts)


def checked_locale(
    text: str, at: Position, report: Report, asked: Locale | None = None, path: str = ""
) -> Locale | None:
    """Return the locale that a file declares, noting one that is unknown or not the one asked for."""
    name = folded(text)
    if name not in LOCALES:
        report.add("D416", at, path, locale=text)
        return asked
    if asked is not None and asked != name:
        report.add("D417", at, path, locale=name, asked=asked)
    return asked or name


def asked_locale(locale: str | None, at: Position) -> Locale | None:
    """Return the locale that a caller asks for.

    Raises:
        ReadingsError: It is neither ``vi`` nor ``en``.
    """
    if locale is None:
        return None
    report = Report(at.file)
    checked = checked_locale(locale, at, report)
    report.check()
    return checked
