"""Askers that mean harm, on a real server: each is refused, or waited for no longer than allowed."""

from __future__ import annotations

import concurrent.futures
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from web_server import Running, running

CASE: dict[str, Any] = {"rulebook": "par-index-province/2017", "readings": "soc-trang-2017"}
SECONDS = 3


@pytest.fixture(scope="module")
def guarded() -> Iterator[Running]:
    """A server with short limits, and a token, as it would stand off loopback."""
    options = ("--workers", "2", "--seconds", str(SECONDS), "--most-bytes", "300000")
    with running(*options, TIEUCHI_WEB_TOKEN="a-token-of-some-length") as found:
        yield found


@pytest.fixture(scope="module")
def limited() -> Iterator[Running]:
    with running("--workers", "2", "--seconds", str(SECONDS), "--most-bytes", "300000") as found:
        yield found


def raw(server: Running, text: bytes, *, wait: float = 10, then: tuple[bytes, ...] = ()) -> bytes:
    """Send bytes as they are and return what comes back until the other end closes, or nothing more comes."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=wait) as line:
        line.sendall(text)
        found = b""
        try:
            for part in then:
                line.sendall(part)
            while piece := line.recv(65536):
                found += piece
                if b"\r\n\r\n" in found and _whole(found):
                    break
        except (TimeoutError, ConnectionError):
            pass
        return found


def _whole(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return False


def post_head(server: Running, path: str, *lines: str) -> bytes:
    host = server.url.removeprefix("http://")
    return "\r\n".join(
        [f"POST {path} HTTP/1.1", f"host: {host}", "content-type: application/json", *lines, "", ""]
    ).encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


def code(answer: bytes) -> str:
    return str(json.loads(answer.partition(b"\r\n\r\n")[2])["code"])


def test_a_body_that_says_it_is_too_large_is_refused_before_it_is_sent(limited: Running) -> None:
    answer = raw(limited, post_head(limited, "/api/v1/score", "content-length: 99999999999"))
    assert (status(answer), code(answer)) == (413, "W101")


def test_a_body_that_grows_too_large_is_refused_as_soon_as_it_does(limited: Running) -> None:
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    head = post_head(limited, "/api/v1/score", "transfer-encoding: chunked")
    answer = raw(limited, head, then=(chunk,) * 6)
    assert (status(answer), code(answer)) == (413, "W101")


def test_a_body_that_never_comes_is_waited_for_no_longer_than_allowed(limited: Running) -> None:
    begun = time.monotonic()
    answer = raw(limited, post_head(limited, "/api/v1/score", "content-length: 100") + b'{"rule')
    assert (status(answer), code(answer)) == (408, "W124")
    assert SECONDS <= time.monotonic() - begun < SECONDS + 10


def test_slow_askers_keep_nobody_waiting(limited: Running) -> None:
    host, port = limited.url.removeprefix("http://").split(":")
    lines = [socket.create_connection((host, int(port))) for _ in range(100)]
    try:
        for line in lines:
            line.sendall(b"POST /api/v1/score HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{")
        begun = time.monotonic()
        assert limited.ask("/api/v1/score", CASE)[0] == 200
        assert time.monotonic() - begun < SECONDS + 10
    finally:
        for line in lines:
            line.close()


def test_a_connection_that_says_nothing_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    from tieuchi.web import patience

    monkeypatch.setattr(patience, "SECONDS", 0.2)

    class Wire(asyncio.Transport):
        def __init__(self) -> None:
            super().__init__()
            self.closed = False

        def close(self) -> None:
            self.closed = True

        def is_closing(self) -> bool:
            return self.closed

        def get_protocol(self) -> asyncio.BaseProtocol:
            return protocol

        def write(self, data: Any) -> None:
            pass

    async def main() -> tuple[bool, bool]:
        nonlocal protocol
        import uvicorn
        from uvicorn.server import ServerState

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await asyncio.sleep(5)

        config = uvicorn.Config(app, log_config=None, lifespan="off")
        config.load()
        found = []
        for said in (b"GET / HTTP/1.1\r\nhost: x\r\n", b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"):
            protocol = patience.PatientProtocol(config, ServerState(), {})
            wire = Wire()
            protocol.connection_made(wire)
            protocol.data_received(said)
            await asyncio.sleep(0.5)
            found.append(wire.closed)
        return found[0], found[1]

    protocol: Any = None
    # Half a head is given up on, a whole one is answered however long that takes.
    assert asyncio.run(main()) == (True, False)


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/rulebooks/../../../../etc/passwd",
        "/api/v1/rulebooks/%2e%2e/%2e%2e/etc/passwd",
        "/api/v1/schemas/..%2f..%2f..%2fetc%2fpasswd",
        "/_nicegui/../../../../etc/passwd",
        "/_nicegui/components/..%2f..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
    ],
)
def test_no_path_leads_out(limited: Running, path: str) -> None:
    host = limited.url.removeprefix("http://")
    answer = raw(limited, f"GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n".encode())
    assert status(answer) in (400, 404), answer[:300]
    assert b"root:" not in answer


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b'{"rulebook": "par-index-province/2017", "readings": NaN}', 422),
        (b'{"rulebook": "par-index-province/2017", "readings": {"unit": "x", "readings": {"enterprises_new": NaN}}}', 422),  # noqa: E501
        (b'{"rulebook": "par-index-province/2017", "readings": {"unit": "x", "readings": {"enterprises_new": 1e999}}}', 422),  # noqa: E501
        (b'{"rulebook": Infinity}', 422),
        (b'{"a":' * 3000, 400),
        (b'{"rulebook": "\xff"}', 400),
        (b'{"rulebook": "\\ud800", "readings": "x"}', 422),
        (b'{"rulebook": "a\\u0000b", "readings": "x"}', 404),
    ],
    ids=["NaN", "NaN inside", "1e999", "Infinity", "deep", "no UTF-8", "half a pair", "NUL"],
)  # fmt: skip
def test_json_that_is_none_or_means_nothing_is_refused(limited: Running, body: bytes, found: int) -> None:
    answer = raw(limited, post_head(limited, "/api/v1/score", f"content-length: {len(body)}") + body)
    assert status(answer) == found, answer[-600:]
    assert code(answer)


def handshake(server: Running, **headers: str) -> bytes:
    lines = {"host": server.url.removeprefix("http://"), "connection": "Upgrade", "upgrade": "websocket"}
    lines |= {"sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="} | headers
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket HTTP/1.1\r\n{text}\r\n".encode()


def test_a_socket_opened_by_another_site_is_refused(limited: Running) -> None:
    assert status(raw(limited, handshake(limited, origin="https://evil.example"), wait=2)) == 403
    assert status(raw(limited, handshake(limited, origin=limited.url), wait=1)) == 101


def test_a_socket_without_the_token_is_refused(guarded: Running) -> None:
    assert status(raw(guarded, handshake(guarded, origin=guarded.url), wait=2)) == 403


def test_an_upload_sent_by_another_site_is_refused(limited: Running) -> None:
    headers = {"origin": "https://evil.example"}
    answer = limited.ask("/_nicegui/client/x/upload/1", {}, headers)
    assert (answer[0], json.loads(answer[2])["code"]) == (403, "W106")


def test_a_name_that_somebody_points_here_is_refused(limited: Running) -> None:
    answer = raw(limited, b"GET / HTTP/1.1\r\nhost: rebound.example:80\r\nconnection: close\r\n\r\n")
    assert (status(answer), code(answer)) == (403, "W107")


def test_a_token_in_an_address_is_none_and_is_not_logged(guarded: Running) -> None:
    answer = guarded.ask("/api/v1/rulebooks?token=a-token-of-some-length&access_token=a-token-of-some-length")
    assert (answer[0], json.loads(answer[2])["code"]) == (401, "W105")
    assert guarded.ask("/api/v1/rulebooks", headers={"authorization": "Bearer a-token-of-some-length"})[0] == 200
    assert "a-token-of" not in guarded.log.read_text(encoding="utf-8")


def test_requests_under_way_are_answered_whole_when_the_server_is_told_to_stop() -> None:
    with running("--workers", "2", "--api-only") as server:
        found: list[tuple[int, int]] = []

        def asking() -> None:
            while True:
                try:
                    answer = server.ask("/api/v1/score", {**CASE, "exact": True})
                except OSError:
                    return
                found.append((answer[0], len(answer[2])))

        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            running_now = [threads.submit(asking) for _ in range(8)]
            while len(found) < 20:
                time.sleep(0.05)
            server.process.send_signal(signal.SIGTERM)
            concurrent.futures.wait(running_now, timeout=30)
        server.process.wait(30)
        # Whoever was answered was answered in full; who came after was told so or found nobody there.
        assert {answer for answer, _ in found} <= {200, 503}
        assert len({length for answer, length in found if answer == 200}) == 1
        assert server.lines()[-1]["event"] == "stopped"
        assert not [line for line in server.lines() if line["level"] == "error"]


def test_the_private_folder_goes_away_when_the_server_is_killed() -> None:
    with running("--workers", "2", "--api-only") as server:
        server.ask("/api/v1/score", CASE)
        assert [path.name for path in server.temp.iterdir()]
        server.process.kill()
        server.process.wait()
        for _ in range(100):
            if not list(server.temp.iterdir()):
                break
            time.sleep(0.1)
        assert [path.name for path in server.temp.iterdir()] == []


def test_a_killed_worker_costs_no_answer() -> None:
    with running("--workers", "2", "--api-only") as server:
        children = f"/proc/{server.process.pid}/task/{server.process.pid}/children"
        with concurrent.futures.ThreadPoolExecutor(8) as threads:
            asked = [threads.submit(server.ask, "/api/v1/score", CASE) for _ in range(40)]
            time.sleep(0.1)
            with open(children, encoding="ascii") as file:  # noqa: PTH123
                os.kill(int(file.read().split()[0]), signal.SIGKILL)
            answers = [done.result() for done in asked]
        assert [answer[0] for answer in answers] == [200] * 40
        points = {json.loads(answer[2])["points"]["exact"] for answer in answers}
        assert points == {"73768843/990000"}
