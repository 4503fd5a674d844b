"""A real server: ready when it says so, a log without anybody in it, and an end that loses nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from tieuchi import web
from tieuchi.cli import run
from tieuchi.web.settings import PREFIX, Settings
from web_server import Running, running

CASE: dict[str, Any] = {"rulebook": "par-index-province/2017", "readings": "soc-trang-2017"}


def test_health_ready_and_metrics_answer(server: Running) -> None:
    assert server.ask("/health")[0] == 200
    assert server.ask("/ready")[2] == b'{"ready":true}'
    server.ask("/api/v1/score", CASE)
    text = server.ask("/metrics")[2].decode()
    assert re.search(r'tieuchi_requests_total\{method="POST",route="/api/v1/score",status="200"\} [1-9]', text)
    assert "tieuchi_workers 2.0" in text


def test_the_log_is_json_lines_with_nobody_in_them(server: Running) -> None:
    person = "Nguyễn Văn A"
    server.ask("/api/v1/score", {**CASE, "readings": {"unit": {"id": "x", "name": person}, "readings": {}}})
    server.ask("/api/v1/scorecard?rulebook=secret-name&readings=x")
    server.ask("/somebody/secret-name")
    lines = server.lines()
    requests = [line for line in lines if line["event"] == "request"]
    assert {"at", "level", "event", "id", "route", "method", "status", "ms"} <= set(requests[-1])
    whole = server.log.read_text(encoding="utf-8")
    assert person not in whole
    assert "secret-name" not in whole
    assert "127.0.0.1" not in "".join(str(line) for line in requests)


def test_beside_the_page_the_api_still_refuses_in_its_own_words(server: Running) -> None:
    for path, method, code in (
        ("/api/v1/no", "GET", "W103"),
        ("/api/v1/score", "PUT", "W104"),
        ("/api/", "GET", "W103"),
    ):
        status, headers, body = server.ask(path, method=method)
        assert (status, headers["content-type"]) == ({"W103": 404, "W104": 405}[code], "application/problem+json")
        assert json.loads(body)["code"] == code


def test_an_opened_page_is_counted_and_its_end_leaves_no_fault(server: Running) -> None:
    server.ask("/")
    assert re.search(r"tieuchi_pages [1-9]", server.ask("/metrics")[2].decode())
    assert not [line for line in server.lines() if line["level"] == "error"]


OWN_BOOK = """
id: own/1
title: Own
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


def test_a_folder_of_rulebooks_is_served_beside_the_bundled_ones(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(OWN_BOOK)
    (tmp_path / "other" / "2024").mkdir(parents=True)
    (tmp_path / "other" / "2024" / "rulebook.yaml").write_text(OWN_BOOK)
    with running("--workers", "1", "--rules", str(tmp_path)) as server:
        listed = [book["id"] for book in json.loads(server.ask("/api/v1/rulebooks")[2])["rulebooks"]]
        assert {"mine", "other/2024", "par-index-province/2017"} <= set(listed)
        for name in ("mine", "other/2024"):
            body = {"rulebook": name, "readings": {"unit": "x", "readings": {"done": 3}}}
            answer = server.ask("/api/v1/score", body)
            assert json.loads(answer[2])["points"]["exact"] == "2"
        page = server.ask("/")[2].decode()
        assert "mine" in page
        assert "other/2024" in page


def test_a_folder_with_bad_rulebooks_is_refused_with_all_that_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(OWN_BOOK.replace("kind: count", "kind: cuont"))
    assert run(["serve", "--rules", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "one.yaml:8" in told
    assert "two.yaml:8" in told
    assert run(["serve", "--rules", str(tmp_path / "nothing")]) == 2
    assert "W122" in capsys.readouterr().err


def test_the_example_unit_and_container_name_only_what_there_is() -> None:
    deploy = Path(web.__file__).parent / "deploy"
    known = {PREFIX + setting.name.upper() for setting in fields(Settings)}
    options = {"--host", "--port", "--token-file"}
    text = "".join((deploy / name).read_text(encoding="utf-8") for name in ("tieuchi.service", "Containerfile"))
    assert set(re.findall(r"TIEUCHI_WEB_[A-Z_]+", text)) <= known
    line = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    assert set(re.findall(r"--[a-z-]+", line)) == options
    grace = int(re.search(r"TimeoutStopSec=(\d+)", text)[1])  # type: ignore[index]
    # The pool and the batches may each take the time of grace.
    assert grace > 2 * Settings().grace


def test_systemd_finds_nothing_wrong_with_the_example_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    text = (Path(web.__file__).parent / "deploy" / "tieuchi.service").read_text(encoding="utf-8")
    unit = tmp_path / "tieuchi.service"
    unit.write_text(text.replace("/opt/tieuchi/bin/tieuchi", sys.executable))
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_stopping_finishes_the_running_request_and_removes_the_private_folder() -> None:
    with running("--workers", "1") as server:
        assert [p.name for p in server.temp.iterdir() if p.name.startswith("tieuchi-web-")]
        units = [{"unit": f"u{n}", "readings": {"enterprises_new": n}} for n in range(1500)]
        answers: list[int] = []
        body = {**CASE, "group": units, "readings": "soc-trang-2017"}
        asking = threading.Thread(target=lambda: answers.append(server.ask("/api/v1/score", body)[0]))
        asking.start()
        time.sleep(0.25)
        server.process.send_signal(signal.SIGTERM)
        asking.join(30)
        assert server.process.wait(30) in (0, -signal.SIGTERM)
        assert answers == [200]
        assert not [p for p in server.temp.iterdir() if p.name.startswith("tieuchi-web-")]
        assert server.lines()[-1]["event"] == "stopped"


def test_no_worker_outlives_a_server_that_is_killed() -> None:
    with running("--workers", "2") as server:
        children = [int(pid) for pid in _children(server.process.pid)]
        server.process.kill()
        server.process.wait()
        for _ in range(100):
            if not any(_alive(pid) for pid in children):
                break
            time.sleep(0.1)
        assert len(children) == 2
        assert not any(_alive(pid) for pid in children)


def _children(pid: int) -> list[str]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:  # noqa: PTH123
        return file.read().split()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
