"""What workers do: each task takes the head of a request and its body, and returns the head and body of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tieuchi import __version__
from tieuchi.assess import Road
from tieuchi.errors import Position, ReadingsError, RulebookError, UnknownNameError
from tieuchi.explain import Prober, ledger_of
from tieuchi.loading.bundled import catalogue_names, data_root, readings_names
from tieuchi.loading.rulebook import dumped
from tieuchi.model.number import exact_text
from tieuchi.model.scenario import Change, Scenario
from tieuchi.model.scorecard import Scorecard
from tieuchi.render.card_json import card_json, node_json
from tieuchi.render.explain_json import ledger_json, step_json
from tieuchi.web.answers import Answer, Head, Tell, json_answer
from tieuchi.web.books import SENT, Loaded
from tieuchi.web.forms import (
    Base,
    BatchForm,
    CheckForm,
    ExplainForm,
    Locale,
    ScoreForm,
    VerifyForm,
    WhatIfForm,
    form_of,
)
from tieuchi.web.given import SHELF, all_given, bundled_readings, group_given, loaded_of, readings_given
from tieuchi.web.problems import BODY
from tieuchi.web.renaming import renamed_error
from tieuchi.web.tasks_files import file
from tieuchi.web.tasks_many import batch, check_rows, ranking
from tieuchi.web.tasks_simulate import breakpoints, compare, goal, sweep

Task = Callable[[Head, bytes, Tell], Answer]


def scored(loaded: Loaded, form: Base, root: Any, head: Head) -> Scorecard:
    """Score the unit of a request, on both roads unless the request or the server asks for the exact one alone."""
    readings = readings_given(form, root, loaded)
    group = group_given(form, root, loaded)
    return loaded.assessor(road_of(form, head)).assess(readings, group)


def road_of(form: Base, head: Head) -> Road:
    """Return the road to take."""
    return "exact" if form.exact or head.get("exact") else "both"


def full_card(card: Scorecard, loaded: Loaded) -> dict[str, Any]:
    """Return a scorecard as the command line prints it."""
    return card_json(card, rulebook_sha256=loaded.sha256, version=__version__)


def score(head: Head, body: bytes, _tell: Tell) -> Answer:
    """Score one unit."""
    form, root = form_of(body, ScoreForm)
    loaded = loaded_of(form.rulebook)
    return json_answer(full_card(scored(loaded, form, root, head), loaded))


def total(head: Head, body: bytes, _tell: Tell) -> Answer:
    """Return only the total of one unit, and on which road it was scored: what the page checks itself against."""
    form, root = form_of(body, ScoreForm)
    loaded = loaded_of(form.rulebook)
    card = scored(loaded, form, root, head)
    return json_answer(
        {"points": None if card.total.points is None else exact_text(card.total.points), "road": card.road}
    )


def read(head: Head, body: bytes, _tell: Tell) -> Answer:
    """Read a file of readings and say how its numbers are written: as it says itself, or else as in the given locale.

    A table says nowhere how its numbers are written; people write them as they read the page.
    """
    form, root = form_of(body, BatchForm)
    loaded = loaded_of(form.rulebook)
    node = root.get("readings")
    assert node is not None
    locale: Locale | None = None
    try:
        every = all_given(node, loaded, None)
    except ReadingsError as first:
        try:
            every, locale = all_given(node, loaded, form.locale), form.locale
        except ReadingsError:
            raise first from None
    check_rows(len(every), head)
    return json_answer({"units": len(every), "locale": locale})


def check(_head: Head, body: bytes, _tell: Tell) -> Answer:
    """Check a sent rulebook; places bear the name that the form gives it."""
    form, _ = form_of(body, CheckForm)
    try:
        loaded = loaded_of(form.rulebook)
    except RulebookError as error:
        raise renamed_error(error, SENT, form.called) from None
    return json_answer({"id": loaded.book.id, "sha256": loaded.sha256})


def explain(head: Head, body: bytes, _tell: Tell) -> Answer:
    """Return the ledger of lost points, or one criterion with its next step."""
    form, root = form_of(body, ExplainForm)
    loaded = loaded_of(form.rulebook)
    card = scored(loaded, form, root, head)
    prober = Prober(loaded.plan)
    if form.criterion is None:
        ledger = ledger_of(card)
        names = dict.fromkeys(row.criterion for row in ledger.rows if row.criterion in loaded.plan.by_id)
        return json_answer(ledger_json(card, ledger, {name: prober.next_step(card, name) for name in names}))
    known = [node.id for node in card.total.walk() if node is not card.total]
    if form.criterion not in known:
        raise UnknownNameError("criterion", form.criterion, known)
    found = node_json(card, form.criterion)
    if card[form.criterion].trace is not None:
        found["next_step"] = step_json(prober.next_step(card, form.criterion))
    return json_answer(found)


def whatif(head: Head, body: bytes, _tell: Tell) -> Answer:
    """Score one unit before and after a change."""
    from tieuchi.render.whatif_json import whatif_json
    from tieuchi.whatif.run import Bench

    form, root = form_of(body, WhatIfForm)
    loaded = loaded_of(form.rulebook)
    readings = readings_given(form, root, loaded)
    bench = Bench(loaded.root, readings, group_given(form, root, loaded), road_of(form, head))
    return json_answer(whatif_json(bench.run(scenario_given(form, root))))


def scenario_given(form: WhatIfForm, root: Any) -> Scenario:
    """Return the scenario of a request, each change with its place in the body."""
    given = form.scenario

    def changes(key: str, texts: Mapping[str, str | None]) -> tuple[Change, ...]:
        return tuple(
            Change(name, text or "", root.at(("scenario", key, name)).position or Position(BODY))
            for name, text in texts.items()
        )

    locale = given.locale or form.locale
    return Scenario(changes("readings", given.readings), changes("rules", given.rules), given.title or "", locale)


def verify(head: Head, body: bytes, _tell: Tell) -> Answer:
    """Score again and compare with a scorecard, value by value."""
    form, root = form_of(body, VerifyForm)
    loaded = loaded_of(form.rulebook)
    found = full_card(scored(loaded, form, root, head), loaded)
    given = form.scorecard
    # Who reckoned, and on which road, is no part of what is claimed; the rest is compared as text.
    for card in (found, given):
        for key in ("engine", "fired"):
            card.pop(key, None)
    differences = _differences(_text(found), given, "")
    facts = {"claimed": given.get("points"), "found": found["points"], "rulebook_sha256": loaded.sha256}
    return json_answer({"holds": not differences, **facts, "differences": differences[:200], "count": len(differences)})


def _text(value: Any) -> Any:
    """Return plain data as the request's reader hands it over: numbers and yes or no as text."""
    if isinstance(value, dict):
        return {key: _text(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_text(part) for part in value]
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def _differences(found: Any, claimed: Any, path: str) -> list[dict[str, Any]]:
    if isinstance(found, dict) and isinstance(claimed, dict):
        keys = [*found, *(key for key in claimed if key not in found)]
        return [d for key in keys for d in _differences(found.get(key), claimed.get(key), f"{path}/{key}")]
    if isinstance(found, list) and isinstance(claimed, list) and len(found) == len(claimed):
        return [
            d for i, pair in enumerate(zip(found, claimed, strict=True)) for d in _differences(*pair, f"{path}/{i}")
        ]
    return [] if found == claimed else [{"path": path, "claimed": claimed, "found": found}]


def rulebooks(_head: Head, _body: bytes, _tell: Tell) -> Answer:
    """List the bundled rulebooks."""
    found = []
    for name in SHELF.files:
        loaded = SHELF.named(name)
        found.append({"id": name, "title": loaded.book.title.model_dump(), "sha256": loaded.sha256})
    return json_answer({"rulebooks": found, "catalogues": catalogue_names()})


def rulebook(head: Head, _body: bytes, _tell: Tell) -> Answer:
    """Return one bundled rulebook as it is in force."""
    loaded = SHELF.named(str(head["name"]))
    return json_answer({"sha256": loaded.sha256, "rulebook": dumped(loaded.book)})


def readings(_head: Head, _body: bytes, _tell: Tell) -> Answer:
    """List the bundled readings."""
    return json_answer({"readings": readings_names()})


def reading(head: Head, _body: bytes, _tell: Tell) -> Answer:
    """Return bundled readings as a request may send them."""
    from tieuchi.render.readings_json import readings_json

    loaded = SHELF.named(str(head["rulebook"]))
    return json_answer(readings_json(bundled_readings(str(head["name"]), loaded), loaded.plan))


def schema(head: Head, _body: bytes, _tell: Tell) -> Answer:
    """Return one of the published JSON Schemas."""
    folder = data_root() / "rules" / "schema"
    known = {file.name.removesuffix(".schema.json"): file for file in sorted(folder.glob("*.schema.json"))}
    name = str(head["name"])
    if name not in known:
        raise UnknownNameError("schema", name, known)
    return {"status": 200, "type": "application/schema+json"}, Path(known[name]).read_bytes()


TASKS: dict[str, Task] = {
    "batch": batch,
    "breakpoints": breakpoints,
    "check": check,
    "compare": compare,
    "explain": explain,
    "file": file,
    "goal": goal,
    "ranking": ranking,
    "read": read,
    "reading": reading,
    "readings": readings,
    "rulebook": rulebook,
    "rulebooks": rulebooks,
    "schema": schema,
    "score": score,
    "sweep": sweep,
    "total": total,
    "verify": verify,
    "whatif": whatif,
}
