"""Every bad input that the other parts refuse is refused over HTTP too: by the same code, at the same place."""

from __future__ import annotations

import base64
import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tieuchi.api import load_readings, load_rulebook
from tieuchi.loading.rulebook import fingerprint
from tieuchi.model.plan import compile_plan
from tieuchi.workbook.form import form_bytes

CASE: dict[str, Any] = {"rulebook": "par-index-province/2017", "readings": "soc-trang-2017"}
LOADING = Path(__file__).parents[1] / "loading"
EN = {"accept-language": "en"}
PLACED = re.compile(r"^(\S[^:]*)((?::\d+){0,2}): ([A-Z]\d{3}): ", re.MULTILINE)
"""One issue as the expected texts begin it: file, line and column, code."""


def post(client: TestClient, route: str, **given: Any) -> Any:
    return client.post(f"/api/v1/{route}", json={**CASE, **given}, headers=EN)


def refused(answer: Any) -> dict[str, Any]:
    """Return a refusal; anything else, a fault above all, fails."""
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text[:500])
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    assert re.fullmatch(r"[A-Z]\d{3}", found["code"])
    return found


def codes(answer: Any) -> list[str]:
    return [error["code"] for error in refused(answer)["errors"]]


def file_of(name: str, data: bytes) -> dict[str, str]:
    return {"file": name, "base64": base64.b64encode(data).decode()}


def expected(path: Path) -> list[tuple[str, str]]:
    """Return place and code of every issue that a file is refused for."""
    return [(place, code) for _, place, code in PLACED.findall(path.read_text(encoding="utf-8").split("\n\n")[0])]


def told(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(error["at"].removeprefix(error["position"]["file"]), error["code"]) for error in found["errors"]]


# Rulebooks -----------------------------------------------------------------------------------------

BOOKS = sorted(path for path in (LOADING / "bad").glob("*.yaml") if path.with_suffix(".txt").is_file())


def as_sent(path: Path) -> str | None:
    """Return a rulebook as a request can hold it; bytes that are no text can't be sent in JSON at all."""
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.stem)
def test_every_bad_rulebook_is_refused_by_code_and_place(client: TestClient, path: Path) -> None:
    text = as_sent(path)
    if text is None or not text:
        refused(post(client, "score", rulebook={"yaml": path.read_bytes().decode("utf-8", "replace")}))
        return
    found = refused(post(client, "score", rulebook={"yaml": text}))
    if {error["code"] for error in found["errors"]} == {"W116"}:
        # It names a file of its own: a sent rulebook opens none.
        assert re.search(r"^(parts|extends|catalogues):", text, re.MULTILINE)
        return
    assert "/" not in found["errors"][0]["position"]["file"]
    assert sorted(told(found)) == sorted(expected(path.with_suffix(".txt"))), found


# Readings ------------------------------------------------------------------------------------------

FILES = sorted(p for p in (LOADING / "bad_readings").iterdir() if p.suffix != ".txt" and p.name != "catalogue.yaml")


def catalogue_book() -> str:
    catalogue = (LOADING / "bad_readings" / "catalogue.yaml").read_text(encoding="utf-8")
    return f"""
id: bad/1
title: Bad
document: {{id: none}}
max_points: 1
reference: {{item: all}}
basis: assumed
{catalogue}
criteria:
  - {{id: "1", title: One, max_points: 1, scale: {{declared: {{}}}}, reference: {{item: "1"}}, basis: assumed}}
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_bad_file_of_readings_is_refused_by_code_and_place(client: TestClient, path: Path) -> None:
    book = {"yaml": catalogue_book()}
    found = refused(post(client, "score", rulebook=book, readings=file_of(path.name, path.read_bytes())))
    assert told(found) == expected(Path(f"{path}.txt"))[:200]
    assert {error["position"]["file"] for error in found["errors"]} == {path.name}


@pytest.mark.parametrize("route", ["batch", "sweep", "breakpoints"])
def test_a_bad_table_is_refused_wherever_many_units_are_asked_for(client: TestClient, route: str) -> None:
    table = file_of("bảng.csv", b"unit,indicator,value\na,enterprises_nw,1\na,enterprises_new,x\n")
    more = {"sweep": {"thresholds": {"8.2/b/at_least": "5%:6%"}}, "breakpoints": {"threshold": "8.2/b/at_least"}}
    body = {"rulebook": CASE["rulebook"], "readings": table, **more.get(route, {})}
    answer = client.post(f"/api/v1/{route}", json=body, headers=EN)
    if route == "batch":
        answer = finished(client, answer)
    assert told(refused(answer)) == [(":2:3", "D443"), (":3:19", "D460")]


def finished(client: TestClient, answer: Any) -> Any:
    import time

    while True:
        if client.get(answer.headers["location"]).json()["state"] != "running":
            return client.get(answer.headers["location"] + "/result")
        time.sleep(0.05)


# Forms ---------------------------------------------------------------------------------------------

BOOK = load_rulebook("par-index-province/2017")


@pytest.fixture(scope="module")
def form() -> bytes:
    plan = compile_plan(BOOK)
    return form_bytes(plan, fingerprint(BOOK), "vi", filled=[load_readings("soc-trang-2017", BOOK)])


def with_member(form: bytes, name: str, data: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(form)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, old.read(member))
        new.writestr(name, data)
    return out.getvalue()


def with_cell(form: bytes, cell: bytes) -> bytes:
    sheet = "xl/worksheets/sheet3.xml"
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(form)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            data = old.read(member)
            changed = re.sub(rb'<c r="G5"[^>]*>.*?</c>', lambda _m: cell, data, count=1)
            new.writestr(member, changed if member == sheet else data)
    return out.getvalue()


def test_a_good_form_scores(client: TestClient, form: bytes) -> None:
    card = post(client, "score", readings=file_of("biểu.xlsx", form)).json()
    assert card["points"]["exact"] == "73768843/990000"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda _f: b"", "D454"),
        (lambda _f: b"PK", "D454"),
        (lambda _f: b"not a zip at all", "D454"),
        (lambda _f: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1locked", "D455"),
        (lambda f: f[:20_000], "D454"),
        (lambda f: with_member(f, "xl/media/bomb.xml", b"0" * 250_000_000), "D458"),
        (lambda f: with_member(f, "xl/vbaProject.bin", b"\0"), "D456"),
        (lambda f: with_cell(f, b'<c r="G5" s="1"><f>\'[http://evil.example/x.xlsx]S\'!A1</f></c>'), "D429"),
        (lambda f: with_cell(f, b'<c r="G5" t="inlineStr"><is><t>12O</t></is></c>'), "D460"),
    ],
    ids=["empty", "two letters", "no zip", "locked", "cut short", "zip bomb", "macros", "link", "letter O"],
)
def test_a_bad_form_is_refused_by_code_and_cell(client: TestClient, form: bytes, damage: Any, code: str) -> None:
    found = refused(post(client, "score", readings=file_of("biểu.xlsx", damage(form))))
    assert code in {error["code"] for error in found["errors"]}, found
    assert {error["position"]["file"] for error in found["errors"]} == {"biểu.xlsx"}
    if code in ("D429", "D460"):
        assert [error["position"]["cell"] for error in found["errors"] if error["code"] == code] == ["G5"]


# Scenarios and plans -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        ({"readings": {"enterprise_new": "423"}}, "S702"),
        ({"readings": {"enterprises_new": "many"}}, "D460"),
        ({"readings": {"enterprises_new": "12.5"}}, "D473"),
        ({"readings": {"commune_officials_meeting_standards": "1155"}}, "S706"),
        ({"rules": {"8.2/nothing": "1"}}, "S701"),
        ({"rules": {"8.2/b": "1"}}, "S703"),
        ({"rules": {"8.2/b/at_least": "40%"}}, "R306"),
        ({"rules": {"8.2/b/at_least": "much"}}, "R210"),
        ({"readings": []}, "R220"),
        ({"reading": {}}, "R201"),
    ],
)
def test_a_bad_scenario_is_refused_by_code_and_place(client: TestClient, scenario: dict[str, Any], code: str) -> None:
    found = refused(post(client, "whatif", scenario=scenario))
    assert code in {error["code"] for error in found["errors"]}, found
    assert all(error["position"]["file"] for error in found["errors"])


def test_everything_wrong_with_a_scenario_is_told_at_once(client: TestClient) -> None:
    wrong = {"readings": {"enterprise_new": "1", "enterprises_new_last_year": "x"}, "rules": {"nothing": "1"}}
    assert len(codes(post(client, "whatif", scenario=wrong))) >= 2


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"fixed": ["nothing"]}, "S702"),
        ({"limits": {"nothing": {"at_least": "1"}}}, "S702"),
        ({"limits": {"enterprises_new": {"at_least": "many"}}}, "R210"),
        ({"limits": {"enterprises_new": {"at_leest": "1"}}}, "R201"),
        ({"costs": 3}, None),
        ({"limits": []}, None),
    ],
)
def test_a_bad_plan_is_refused_by_code(client: TestClient, plan: dict[str, Any], code: str | None) -> None:
    found = refused(post(client, "goal", target="75", plan=plan))
    assert code is None or code in {error["code"] for error in found["errors"]}, found
