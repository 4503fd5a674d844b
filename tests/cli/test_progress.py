"""The progress bar: how far, how fast and how much longer, in 80 columns; nothing where nobody looks."""

from __future__ import annotations

import io
import sys

import pytest

from tieuchi.cli.progress import progress_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("language", "word"), [("vi", "chấm điểm"), ("en", "scoring")])
def test_rate_and_time_left_find_room_in_eighty_columns(
    monkeypatch: pytest.MonkeyPatch, language: str, word: str
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    for name, value in (("COLUMNS", "80"), ("TERM", "xterm"), ("NO_COLOR", "1")):
        monkeypatch.setenv(name, value)
    with progress_bar(language) as advance:  # type: ignore[arg-type]
        for _ in range(4):
            advance("score", 20_000_000, 100_000_000)
    last = [line for line in terminal.getvalue().splitlines() if word in line][-1]
    assert "80000000/100000000" in last
    assert "/s" in last
    assert last.rstrip()[-1].isdigit() or last.rstrip().endswith("-:--:--")


def test_without_a_terminal_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("vi") as advance:
        advance("score", 1, 2)
    assert capsys.readouterr() == ("", "")
