"""``tieuchi check``: exit status by what is found, and each doubt with readings and both places."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from small_books import book_tree, leaf, yaml_text
from tieuchi.cli import run

COUNTS = {"done": {"kind": "count"}}
BRANCHES = [
    {"clause": "a", "when": {"indicator": "done", "at_least": "5"}, "points": "1"},
    {"clause": "b", "when": {"indicator": "done", "at_least": "7"}, "points": "0.5"},
    {"clause": "c", "otherwise": "true", "points": "0"},
]


@pytest.fixture
def doubtful(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = Path("rulebook.yaml")
    file.write_text(yaml_text(book_tree(leaf({"branches": BRANCHES}), indicators=COUNTS)), encoding="utf-8")
    return file


def test_a_sound_rulebook_ends_with_0_a_doubtful_one_with_1_a_wrong_one_with_2(doubtful: Path) -> None:
    assert run(["check", "par-index-province/2017"]) == 0
    assert run(["check", str(doubtful)]) == 1
    doubtful.write_text(doubtful.read_text().replace("indicator: done", "indicator: dome"))
    assert run(["check", str(doubtful)]) == 2


def test_a_doubt_names_both_clauses_both_places_and_readings(
    doubtful: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["check", str(doubtful), "--lang", "en"])
    shown = " ".join(capsys.readouterr().out.split())
    assert re.search(r"rulebook\.yaml:\d+:\d+: W504: clause “b” is never taken: “a” before it takes every case", shown)
    assert re.search(r"and rulebook\.yaml:\d+:\d+ \(a\)", shown)
    assert "e.g. done = 7" in shown
    run(["check", str(doubtful), "--format", "json"])
    (warning,) = json.loads(capsys.readouterr().out)["warnings"]
    assert warning["examples"] == [
        {"clause": "", "unit_kind": "", "readings": {"done": "7"}, "points": {}, "total": "1"}
    ]
    assert warning["clauses"] == ["b", "a"]
    assert warning["others_at"]
    assert warning["at"] not in warning["others_at"]
