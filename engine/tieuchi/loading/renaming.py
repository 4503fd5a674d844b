"""Rename an indicator, criterion, finding, office or kind of unit in every file that says it, and nowhere else.

A file is changed only where a node or a cell stands that says the name in the right sense; comments, layout and
everything else stay as they are, to the letter. YAML and JSON are told by their keys, tables of readings (CSV, XLSX)
by their headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import unified_diff
from pathlib import Path

from tieuchi.errors import Issue, Position, RulebookError, UnknownNameError
from tieuchi.loading.readings_given import Report
from tieuchi.loading.readings_json import parse_json
from tieuchi.loading.readings_package import MOST_ROWS
from tieuchi.loading.readings_xlsx import parse_sheets
from tieuchi.loading.renaming_tables import CellName, csv_names, csv_renamed, xlsx_names, xlsx_renamed
from tieuchi.loading.senses import Kind, Sense, senses
from tieuchi.loading.yaml_source import parse_yaml, read_bytes, shown_path

SUFFIXES = (".yaml", ".yml", ".json", ".csv", ".xlsx")
"""Files that names are looked for in."""

_ID = re.compile(r"[a-z][a-z0-9_-]{0,79}")
_CRITERION_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,39}")


def rename(files: Iterable[Path], kind: Kind, old: str, new: str) -> dict[Path, bytes]:
    """Return the new bytes of every file that changes.

    Raises:
        UnknownNameError: Nothing of that kind is called ``old``.
        RulebookError: ``new`` is taken, is no valid name, or a file can't be read or changed.
        ReadingsError: A table can't be read.
    """
    pattern = _CRITERION_ID if kind == "criterion" else _ID
    if not pattern.fullmatch(new):
        raise RulebookError([Issue("E111", Position(new), facts={"name": new})])
    known: dict[str, None] = {}
    taken: list[Issue] = []
    changed: dict[Path, bytes] = {}
    listed = list(dict.fromkeys(files))
    strange = [path for path in listed if path.suffix.casefold() not in SUFFIXES]
    if strange:
        facts = {"known": ", ".join(SUFFIXES)}
        raise RulebookError(
            Issue("E114", Position(str(path)), facts={"suffix": path.suffix or "–", **facts}) for path in strange
        )
    for path in listed:
        data = read_bytes(path)
        found = _found(path, data, kind)
        known.update(dict.fromkeys(name for name, _ in found))
        taken += [Issue("E110", at, facts={"name": new, "kind": kind}) for name, at in found if name == new][:1]
        if any(name == old for name, _ in found):
            changed[path] = _changed(path, data, kind, (old, new))
    if not changed:
        raise UnknownNameError("name", old, list(known))
    if taken:
        raise RulebookError(taken)
    return changed


def _is_table(path: Path) -> bool:
    return path.suffix.casefold() in (".csv", ".xlsx")


def _spots(path: Path, data: bytes, kind: Kind) -> list[Sense]:
    """Return the nodes of a YAML or JSON file that name something of a kind."""
    file = shown_path(path)
    is_json = path.suffix.casefold() == ".json"
    root = parse_json(_text(path, data), file) if is_json else parse_yaml(data, file)
    return [sense for sense in senses(root) if sense.kind == kind]


def _cells(path: Path, data: bytes, kind: Kind) -> list[CellName]:
    """Return the cells of a table that name something of a kind."""
    file = shown_path(path)
    if path.suffix.casefold() == ".xlsx":
        return list(xlsx_names(data, file, kind))
    return list(csv_names(_text(path, data), file, kind))


def _found(path: Path, data: bytes, kind: Kind) -> list[tuple[str, Position]]:
    if _is_table(path):
        return [(cell.name, cell.at) for cell in _cells(path, data, kind)]
    return [(sense.name, sense.node.position) for sense in _spots(path, data, kind)]


def _changed(path: Path, data: bytes, kind: Kind, names: tuple[str, str]) -> bytes:
    old, new = names
    if _is_table(path):
        cells = [cell for cell in _cells(path, data, kind) if cell.name == old]
        if path.suffix.casefold() == ".xlsx":
            return xlsx_renamed(data, cells, new)
        return csv_renamed(data.decode(), cells, new).encode()
    spots = [sense for sense in _spots(path, data, kind) if sense.name == old]
    return _replaced(data.decode(), spots, new).encode()


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        facts = {"byte": f"0x{data[problem.start]:02X}"}
        raise RulebookError([Issue("Y103", Position(shown_path(path)), facts=facts)]) from None


def _replaced(text: str, spots: list[Sense], new: str) -> str:
    """Put new names where nodes stand, from the end to the beginning."""
    lines = text.split("\n")
    for sense in sorted(spots, key=lambda spot: spot.node.position, reverse=True):
        node = sense.node
        line, start = lines[node.position.line - 1], node.position.column - 1
        quote = line[start] if node.quoted and line[start] in "\"'" else ""
        end = start + len(node.text) + 2 * len(quote)
        if line[start + len(quote) : end - len(quote)] != node.text:
            # Written with escapes: what stands in the file is not the name itself.
            raise RulebookError([Issue("E112", node.position, facts={"name": sense.name})])
        lines[node.position.line - 1] = f"{line[:start]}{quote}{sense.renamed(new)}{quote}{line[end:]}"
    return "\n".join(lines)


def difference(path: Path, data: bytes) -> str:
    """Return what changes in a file, line by line; of a workbook its cells."""
    name = shown_path(path)
    if path.suffix.casefold() == ".xlsx":
        pairs = zip(_sheet_cells(read_bytes(path), name), _sheet_cells(data, name), strict=True)
        return "".join(f"{at}: {before} -> {after}\n" for (at, before), (_, after) in pairs if before != after)
    before, after = (part.decode().splitlines(keepends=True) for part in (read_bytes(path), data))
    return "".join(unified_diff(before, after, name, name, n=0))


def _sheet_cells(data: bytes, file: str) -> list[tuple[str, str]]:
    sheets = parse_sheets(data, file, Report(file), MOST_ROWS).values()
    return [(str(cell.at), cell.text) for rows in sheets for row in rows for cell in row]
