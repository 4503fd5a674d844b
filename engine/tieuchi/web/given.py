"""From what a request says to rulebooks and readings: by bundled name, as they stand in the body, or as a file."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import Any

from tieuchi.api import load_readings
from tieuchi.errors import Issue, Position, ReadingsError, UnknownNameError
from tieuchi.loading.bundled import data_root, readings_names
from tieuchi.loading.fitting import check_fit
from tieuchi.loading.readings import load_all_readings
from tieuchi.loading.readings_given import Report, tidy
from tieuchi.loading.readings_judged import judged
from tieuchi.loading.readings_tree import units_of
from tieuchi.loading.yaml_source import Node
from tieuchi.model.reading import Readings
from tieuchi.web.books import Loaded, Shelf
from tieuchi.web.forms import Base, Locale, SentRulebook
from tieuchi.web.problems import BODY, RefusalError
from tieuchi.web.uploads import read_sent

RULES = "TIEUCHI_WEB_RULES"
"""Where a worker is told the folder of further rulebooks."""
SHELF = Shelf(Path(os.environ[RULES]) if os.environ.get(RULES) else None)
"""The rulebooks of this process."""


def loaded_of(rulebook: str | SentRulebook) -> Loaded:
    """Return a rulebook, bundled or sent."""
    return SHELF.sent(rulebook.yaml) if isinstance(rulebook, SentRulebook) else SHELF.named(rulebook)


def bundled_readings(name: str, loaded: Loaded, unit: str | None = None, locale: Locale | None = None) -> Readings:
    """Return bundled readings; a path is not a name."""
    key = (name, unit, locale)
    if key not in loaded.readings:
        _check_bundled(name)
        loaded.readings[key] = load_readings(name, loaded.book, unit=unit, locale=locale)
    return loaded.readings[key]


def _check_bundled(name: str) -> None:
    names = readings_names()
    if name not in names:
        raise UnknownNameError("readings", name, names)


def readings_given(form: Base, root: Node, loaded: Loaded) -> Readings:
    """Return the readings of the unit that a request asks about."""
    node = root.get("readings")
    assert node is not None
    if node.kind == "scalar":
        return bundled_readings(node.text, loaded, form.unit, form.locale)
    return chosen(all_given(node, loaded, form.locale), form.unit)


def group_given(form: Base, root: Node, loaded: Loaded) -> tuple[Readings, ...]:
    """Return the readings of the group that relative scales compare with."""
    node = root.get("group")
    return () if node is None or node.empty else all_given(node, loaded, form.locale)


def all_given(node: Node, loaded: Loaded, locale: Locale | None) -> tuple[Readings, ...]:
    """Return the readings of all units that a part of a request holds, names or is the file of."""
    if node.kind == "scalar":
        _check_bundled(node.text)
        file = data_root() / "indicators" / "readings" / f"{node.text}.yaml"
        return load_all_readings(file, loaded.indicators, locale=locale)
    file_name = node.get("file") if node.kind == "mapping" else None
    if file_name is not None:
        content = node.get("base64")
        data = decoded("" if content is None else content.text, file_name)
        return read_sent(data, file_name.text, loaded, locale)
    report = Report(BODY)
    units = units_of(node, report, locale, typed=True)
    result = judged(units, loaded.indicators, report, _sha256(node))
    report.check()
    check_fit(result, loaded.book)
    return result


def chosen(every: tuple[Readings, ...], unit: str | None) -> Readings:
    """Return the readings of one unit, or of the only one."""
    ids = list(dict.fromkeys(readings.unit.id for readings in every))
    if not ids:
        raise ReadingsError([Issue("D405", Position(BODY))])
    if unit is None and len(ids) > 1:
        shown = ", ".join(ids[:8]) + (", …" if len(ids) > 8 else "")
        raise ReadingsError([Issue("D408", Position(BODY), facts={"units": shown, "count": str(len(ids))})])
    name = ids[0] if unit is None else tidy(unit)
    found = [readings for readings in every if readings.unit.id == name]
    if not found:
        raise UnknownNameError("unit", name, ids)
    if len(found) > 1:
        periods = ", ".join(readings.period or "–" for readings in found)
        raise ReadingsError([Issue("D493", Position(BODY), facts={"unit": name, "periods": periods})])
    return found[0]


def decoded(text: str, near: Node) -> bytes:
    """Return what base64 text stands for.

    Raises:
        RefusalError: It is none.
    """
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise RefusalError(422, "W117", {"name": near.text[:100]}) from None


def _sha256(node: Node) -> str:
    """Return a hash of readings as they stand in a request."""

    def parts(node: Node) -> Any:
        if node.kind == "mapping":
            return ["m", *([key.text, parts(value)] for key, value in node.items)]
        return ["s", *map(parts, node.parts)] if node.kind == "sequence" else node.text

    return hashlib.sha256(repr(parts(node)).encode(errors="surrogatepass")).hexdigest()
