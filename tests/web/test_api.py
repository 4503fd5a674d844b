"""The API: the same points, models and codes as the command line, and refusals that say what and where."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from starlette.testclient import TestClient

from tieuchi.api import load_readings, load_rulebook
from tieuchi.api import score as score_by_library
from tieuchi.cli import run

CASE: dict[str, Any] = {"rulebook": "par-index-province/2017", "readings": "soc-trang-2017"}
EN = {"accept-language": "en"}


def post(client: TestClient, route: str, **given: Any) -> Any:
    return client.post(f"/api/v1/{route}", json={**CASE, **given}, headers=EN)


def test_score_says_what_the_command_line_says(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    run(["score", "par-index-province/2017", "soc-trang-2017", "--format", "json"])
    assert post(client, "score").json() == json.loads(capsys.readouterr().out)


def test_explain_says_what_the_command_line_says(client: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    run(["explain", "par-index-province/2017", "soc-trang-2017", "8.2", "--format", "json"])
    assert post(client, "explain", criterion="8.2").json() == json.loads(capsys.readouterr().out)
    run(["explain", "par-index-province/2017", "soc-trang-2017", "--format", "json"])
    assert post(client, "explain").json() == json.loads(capsys.readouterr().out)


def test_numbers_enter_exactly(client: TestClient) -> None:
    text = (
        '{"rulebook": "par-index-province/2017", "exact": true, "readings": {"unit": "x", "readings":'
        ' {"public_satisfaction": 79.99999999999999999999999, "enterprises_new": 357.5}}}'
    )
    headers = {**EN, "content-type": "application/json"}
    refused = client.post("/api/v1/score", content=text, headers=headers)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "D473"
    card = client.post("/api/v1/score", content=text.replace("357.5", "357"), headers=headers).json()
    assert _node(card, "8.1")["points"]["exact"] == _exact()


def _exact() -> str:
    from fractions import Fraction

    from tieuchi.model.number import exact_text

    return exact_text(Fraction("0.7999999999999999999999999") / Fraction("0.8") * 12)


def _node(card: Any, name: str) -> Any:
    def walk(nodes: Any) -> Any:
        for node in nodes:
            yield node
            yield from walk(node.get("criteria", []))

    return next(node for node in walk(card["criteria"]) if node["id"] == name)


def test_a_whatif_moves_figures_and_thresholds_exactly(client: TestClient) -> None:
    found = post(client, "whatif", scenario={"readings": {"enterprises_new": "423"}}).json()
    assert found["total"]["gain"] == "0.5"
    assert [moved["criterion"] for moved in found["moved"]] == ["8.2"]
    found = post(client, "whatif", scenario={"rules": {"8.2/b/at_least": "11%"}}).json()
    assert found["total"]["gain"] == "-0.5"


def test_a_whatif_that_does_not_apply_names_the_place_in_the_body(client: TestClient) -> None:
    answer = post(client, "whatif", scenario={"readings": {"enterprise_new": "423"}, "rules": {"8.2/b/atleast": "1"}})
    errors = answer.json()["errors"]
    assert answer.status_code == 422
    assert {error["code"] for error in errors} == {"S701", "S702"}
    assert all(error["position"]["file"] == "request" and error["position"]["line"] for error in errors)


def test_a_scorecard_is_verified_and_a_changed_one_is_not(client: TestClient) -> None:
    card = post(client, "score").json()
    assert post(client, "verify", scorecard=card).json()["holds"] is True
    card["points"]["exact"] = "100"
    found = post(client, "verify", scorecard=card).json()
    assert (found["holds"], found["differences"][0]["path"]) == (False, "/points/exact")


def test_an_unchanged_card_is_not_sent_again(client: TestClient) -> None:
    path = "/api/v1/scorecard?rulebook=par-index-province/2017&readings=soc-trang-2017"
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200


def test_bundled_readings_come_back_as_they_can_be_sent(client: TestClient) -> None:
    sent = client.get("/api/v1/readings/soc-trang-2017").json()
    card = post(client, "score", readings=sent).json()
    book = load_rulebook("par-index-province/2017")
    expected = score_by_library(book, load_readings("soc-trang-2017", book), road="exact").total.points
    assert card["points"]["exact"] == f"{expected.numerator}/{expected.denominator}"  # type: ignore[union-attr]


def test_lists_rulebook_and_schemas_are_served(client: TestClient) -> None:
    listed = client.get("/api/v1/rulebooks").json()
    assert "par-index-province/2017" in [book["id"] for book in listed["rulebooks"]]
    assert client.get("/api/v1/rulebooks/par-index-province/2017").json()["rulebook"]["max_points"] == "100"
    assert "soc-trang-2017" in client.get("/api/v1/readings").json()["readings"]
    assert client.get("/api/v1/schemas/scorecard").json()["title"].startswith("Scorecard")


@pytest.mark.parametrize(
    "path",
    ["rulebooks/nothing", "rulebooks/../../etc/passwd", "schemas/..%2f..%2fetc%2fpasswd", "readings/%2e%2e%2fx", "no"],
)
def test_names_that_are_not_there_are_404_and_open_nothing(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}", headers=EN)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "root:" not in answer.text


@pytest.mark.parametrize("key", ["extends", "catalogues", "parts"])
def test_a_sent_rulebook_opens_no_file(client: TestClient, key: str) -> None:
    value = "/etc/passwd" if key == "extends" else "[/etc/passwd]"
    answer = post(client, "score", rulebook={"yaml": f"id: x\n{key}: {value}\n"})
    assert answer.status_code == 422
    assert {error["code"] for error in answer.json()["errors"]} == {"W116"}


def test_a_sent_rulebook_scores(client: TestClient) -> None:
    book = """
id: sent/1
title: Sent
document: {id: none}
max_points: 2
reference: {item: all}
basis: assumed
indicators: [{id: done, title: Done, kind: count}]
criteria:
  - id: "1"
    title: One
    max_points: 2
    value: {count: done}
    scale: {bands: [{clause: a, at_least: 1, points: 2}, {clause: b, otherwise: true, points: 0}]}
    reference: {item: "1"}
    basis: assumed
"""
    answer = post(client, "score", rulebook={"yaml": book}, readings={"unit": "x", "readings": {"done": 3}})
    assert answer.json()["points"]["exact"] == "2"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "D422"),
        (b"{", 400, "D422"),
        (b"\xff", 400, "W100"),
        (b"[]", 400, "W100"),
        (b'{"a": 1, "a": 2}', 422, "D425"),
        (b"{}", 422, "R202"),
        (b'{"rulebook": 1, "readings": "x"}', 404, "U_rulebook"),
        (b'{"rulebook": "par-index-province/2017", "readings": "/etc/passwd"}', 404, "U_readings"),
        (b'{"rulebook": "par-index-province/2017", "readings": "soc-trang-2017", "unit": "x"}', 404, "U_unit"),
        (b'{"rulebook": "par-index-province/2017", "readings": {"file": "a.csv", "base64": "?"}}', 422, "W117"),
        (b'{"rulebook": "par-index-province/2017", "readings": []}', 422, "D405"),
        (b"[" * 5000, 400, "D423"),
    ],
)
def test_a_bad_body_is_refused_with_a_code(client: TestClient, content: bytes, status: int, code: str) -> None:
    answer = client.post("/api/v1/score", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_problems_are_in_the_language_that_is_asked_for(client: TestClient) -> None:
    body = {**CASE, "rulebook": "nothing"}
    vi = client.post("/api/v1/score", json=body, headers={"accept-language": "vi"}).json()["detail"]
    en = client.post("/api/v1/score", json=body, headers={"accept-language": "en-US,en;q=0.9"}).json()["detail"]
    assert vi.startswith("không có bộ tiêu chí")
    assert en.startswith("there is no rulebook")


def test_other_content_types_methods_and_sizes_are_refused(client: TestClient) -> None:
    assert client.post("/api/v1/score", content=b"{}", headers={"content-type": "text/plain"}).status_code == 415
    assert client.put("/api/v1/score").status_code == 405
    assert client.post("/api/v1/score", content=b"x" * 2_000_001).json()["code"] == "W101"

    def growing() -> Any:
        for _ in range(30):
            yield b"x" * 100_000

    answer = client.post("/api/v1/score", content=growing(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "W101")


def many(count: int) -> bytes:
    rows = "".join(
        f"u{number},enterprises_new,{300 + number}\nu{number},enterprises_new_last_year,300\n"
        for number in range(count)
    )
    return b"unit,indicator,value\n" + rows.encode()


def finished(client: TestClient, answer: Any) -> Any:
    for _ in range(200):
        progress = client.get(answer.headers["location"]).json()
        if progress["state"] != "running":
            return progress
        time.sleep(0.05)
    raise AssertionError(progress)


def test_a_batch_is_uploaded_followed_and_fetched(client: TestClient) -> None:
    files = {"file": ("nhieu.csv", many(30), "text/csv")}
    begun = client.post("/api/v1/batch", data={"rulebook": "par-index-province/2017", "locale": "en"}, files=files)
    assert begun.status_code == 202
    progress = finished(client, begun)
    assert (progress["state"], progress["done"], progress["of"]) == ("done", 30, 30)
    result = client.get(begun.headers["location"] + "/result").json()
    assert len(result["units"]) == 30
    table = client.get(begun.headers["location"] + "/result?form=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(table.text.splitlines()) == 31


def test_a_batch_with_too_many_rows_or_errors_tells_which(client: TestClient) -> None:
    for content, code in ((many(41), "W110"), (b"unit,indicator,value\nu,nothing,1\n", "D443")):
        files = {"file": ("nhieu.csv", content, "text/csv")}
        begun = client.post("/api/v1/batch", data={"rulebook": "par-index-province/2017"}, files=files)
        progress = finished(client, begun)
        assert (progress["state"], progress["problem"]["code"]) == ("refused", code)
        assert 400 <= client.get(begun.headers["location"] + "/result").status_code < 500


def test_a_batch_without_its_fields_is_refused(client: TestClient) -> None:
    assert client.post("/api/v1/batch", files={"file": ("a.csv", b"x")}).json()["code"] == "W123"
    assert (
        client.post("/api/v1/batch", data={"rulebook": "x", "file": "y"}, files={"z": ("a", b"x")}).status_code == 422
    )


def test_batches_are_known_by_their_unguessable_name_only(client: TestClient) -> None:
    assert client.get("/api/v1/batch/1").json()["code"] == "W112"
    assert client.get("/api/v1/batch").status_code == 405


def test_units_whose_names_look_like_formulas_are_made_harmless_in_csv() -> None:
    from tieuchi.web.batches import csv_of

    unit = {
        "unit": "=1+1",
        "name": "@x",
        "period": None,
        "rank": 1,
        "points": None,
        "low": "0",
        "high": "1",
        "grade": None,
    }
    text = csv_of(json.dumps({"fields": [], "units": [{**unit, "fields": {}}]}).encode()).decode()
    assert "'=1+1,'@x" in text


def test_the_openapi_document_has_an_example_for_every_body(client: TestClient) -> None:
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    bodies = [op["requestBody"] for route in paths.values() for op in route.values() if "requestBody" in op]
    assert len(bodies) >= 5
    for body in bodies:
        for example in body["content"]["application/json"]["examples"].values():
            assert "rulebook" in example["value"]


def test_a_goal_a_sweep_breakpoints_and_a_comparison_answer(client: TestClient) -> None:
    goal = post(client, "goal", target="75").json()
    assert goal["status"] == "optimal"
    found = post(client, "sweep", thresholds={"8.2/b/at_least": "5%:20%:5%"}).json()
    assert [v["losers"] for v in found["variants"]] == [0, 0, 1, 1]
    found = post(client, "breakpoints", threshold="8.2/b/at_least").json()
    assert [point["value"] for point in found["breakpoints"]] == ["7/65"]
    assert post(client, "compare", new_readings="soc-trang-2017").status_code == 200


@pytest.mark.parametrize(
    ("kind", "magic"), [("form", b"PK"), ("workbook", b"PK"), ("report", b"PK"), ("picture", b"\x89PNG")]
)
def test_files_are_made(client: TestClient, kind: str, magic: bytes) -> None:
    answer = post(client, "file", kind=kind)
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(magic)


def test_a_form_that_comes_back_is_read_as_a_form(client: TestClient) -> None:
    blank = base64.b64encode(post(client, "file", kind="form").content).decode()
    answer = post(client, "score", readings={"file": "biểu.xlsx", "base64": blank})
    # Nobody has filled in anything.
    assert answer.status_code == 422
    assert [(e["code"], e["at"]) for e in answer.json()["errors"]] == [("D405", "biểu.xlsx")]


@pytest.mark.parametrize(
    ("route", "given", "code"),
    [
        ("goal", {"target": "much"}, "S720"),
        ("goal", {"target": "grade:A"}, "S721"),
        ("goal", {"target": "75", "plan": {"fixed": ["nothing"]}}, "S702"),
        ("sweep", {"thresholds": {"8.2/b/at_least": "5%:x"}}, "S710"),
        ("sweep", {"thresholds": {"8.2/b/at_least": "1%:20%:0.0000001%"}}, "S713"),
        ("sweep", {"thresholds": {"nothing": "1:2"}}, "S701"),
        ("breakpoints", {"threshold": "8.2/nothing"}, "S701"),
    ],
)
def test_a_simulation_that_can_not_be_is_refused_by_code(
    client: TestClient, route: str, given: dict[str, Any], code: str
) -> None:
    answer = post(client, route, **given)
    assert (answer.status_code, answer.json().get("code")) == (422, code)
