"""Who may ask: nobody off this machine without the token, no other site, no other name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tieuchi.cli import run
from tieuchi.errors import ScenarioError
from tieuchi.web.guard import same_origin, token_matches
from tieuchi.web.server import build_app
from tieuchi.web.settings import Settings, is_loopback, settings_from
from tieuchi.web.uploads import safe_name

TOKEN = "a-token-of-some-length"


@pytest.fixture(scope="module")
def locked() -> Iterator[TestClient]:
    settings = Settings(host="0.0.0.0", token=TOKEN, workers=1, page=False)
    with TestClient(build_app(settings), base_url="http://server.example") as found:
        yield found


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_off_loopback_it_does_not_start_without_a_token(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--host", host]) == 2
    assert "W120" in capsys.readouterr().err


def test_a_short_token_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "token").write_text("short")
    assert run(["serve", "--host", "0.0.0.0", "--token-file", str(tmp_path / "token")]) == 2
    assert "W121" in capsys.readouterr().err
    assert "short" not in capsys.readouterr().err


def test_without_the_token_nothing_but_health_answers(locked: TestClient) -> None:
    assert locked.get("/health").status_code == 200
    assert locked.get("/ready").status_code == 200
    for path in ("/api/v1/rulebooks", "/api/v1/openapi.json", "/metrics", "/", "/nothing"):
        answer = locked.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "W105")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic abc", TOKEN, "Bearer ", f"Bearer {TOKEN}x", "Bearer ümlaut"])
def test_a_wrong_token_is_refused(locked: TestClient, header: str) -> None:
    given_header = header.encode("latin-1")
    assert locked.get("/api/v1/rulebooks", headers={b"authorization": given_header}).status_code == 401


def test_the_token_lets_in(locked: TestClient) -> None:
    assert locked.get("/api/v1/rulebooks", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_signing_in_gives_a_cookie_that_scripts_and_other_sites_do_not_get(locked: TestClient) -> None:
    assert locked.post("/login", data={"token": "wrong"}).status_code == 401
    answer = locked.post("/login", data={"token": TOKEN}, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert TOKEN not in cookie
    assert locked.get("/api/v1/rulebooks").status_code == 200
    locked.cookies.clear()
    locked.cookies.set("tieuchi_session", "guessed")
    assert locked.get("/api/v1/rulebooks").status_code == 401
    locked.cookies.clear()


def test_a_browser_without_the_token_is_sent_to_sign_in() -> None:
    # The page is not built here: the guard answers before it.
    settings = Settings(host="0.0.0.0", token=TOKEN, workers=1, page=False)
    app = build_app(settings)
    app.user_middleware[1].kwargs["settings"] = Settings(host="0.0.0.0", token=TOKEN, workers=1, page=True)
    with TestClient(app, base_url="http://server.example") as client:
        answer = client.get("/", headers={"accept": "text/html"}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:1"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_change_asked_for_by_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/score", json={}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "W106")


def test_the_page_itself_may_ask(client: TestClient) -> None:
    headers = {"origin": "http://localhost", "sec-fetch-site": "same-origin"}
    assert client.post("/api/v1/score", json={}, headers=headers).status_code == 422


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:80", ""])
def test_names_that_somebody_else_points_here_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/health", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "W107")


def test_every_answer_carries_the_security_headers(client: TestClient) -> None:
    for path in ("/health", "/nothing", "/api/v1/rulebooks"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "https:" not in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
        assert headers["x-request-id"]
        assert "server" not in headers


def test_the_private_folder_is_private_and_goes_away() -> None:
    app = build_app(Settings(workers=1, page=False))
    temp = app.state.service.temp
    with TestClient(app, base_url="http://localhost") as client:
        assert temp.stat().st_mode & 0o777 == 0o700
        files = {"file": ("x.csv", b"unit,indicator,value\n" + b"u,enterprises_new,1\n" * 60_000)}
        client.post("/api/v1/batch", data={"rulebook": "par-index-province/2017"}, files=files)
        client.post(
            "/api/v1/score",
            json={"rulebook": "par-index-province/2017", "readings": {"file": "x.xlsx", "base64": "UEsDBA=="}},
        )
    assert not temp.exists()


def test_variables_set_what_flags_do_not() -> None:
    environment = {"TIEUCHI_WEB_PORT": "9000", "TIEUCHI_WEB_WORKERS": "3", "TIEUCHI_WEB_HOSTS": "a.example, b.example"}
    settings = settings_from(environment, port=None, workers=2)
    assert (settings.port, settings.workers, settings.hosts) == (9000, 2, ("a.example", "b.example"))
    with pytest.raises(ScenarioError) as caught:
        settings_from({"TIEUCHI_WEB_PORT": "x", "TIEUCHI_WEB_SECONDS": "-1"})
    assert {issue.facts["name"] for issue in caught.value.issues} == {"TIEUCHI_WEB_PORT", "TIEUCHI_WEB_SECONDS"}


@given(st.text())
def test_a_sent_file_name_is_only_ever_a_name(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert not safe.startswith(".")
    assert not set(safe) & set("/\\:\0\n\r<>|*?\"'`$;&[]{}")


@given(st.text(), st.text())
def test_tokens_match_only_when_equal(one: str, other: str) -> None:
    assert token_matches(one, one) or any("\ud800" <= c <= "\udfff" for c in one)
    assert token_matches(one, other) == (one == other)


@given(st.text(), st.text())
def test_no_origin_breaks_the_check(origin: str, host: str) -> None:
    assert same_origin(origin, host) in (True, False)
    assert is_loopback(host) in (True, False)
