"""Where results go: never into a pipe, a folder that can't be written, or half; what names hold can't break a page."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest

from tieuchi.batch import files
from tieuchi.cli import run
from tieuchi.loading.locale_numbers import RefusedValueError, read_number

BOOK = "par-index-province/2017"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "t.csv"
    path.write_text('unit,unit_name,districts\na,"Xã\nBa Đình",9\nb,"Xã Hai",x\n', encoding="utf-8")
    return path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_replaced_by_a_file(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = table.with_name("pipe.csv")
    os.mkfifo(pipe)
    assert run(["batch", BOOK, str(table), "--out", str(pipe), "--lang", "en"]) == 2
    assert capsys.readouterr().err == f"{pipe}: B646: this is a folder, a device or a pipe, not a file\n"
    assert pipe.is_fifo()


def test_a_folder_that_can_t_be_written_is_told_before_anything_is(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    closed, out = tmp_path / "closed", tmp_path / "o.csv"
    closed.mkdir()
    asked = os.access
    monkeypatch.setattr(files.os, "access", lambda path, mode: Path(path) != closed and asked(path, mode))
    wanted = str(closed / "e.csv")
    assert run(["batch", BOOK, str(table), "--out", str(out), "--errors", wanted, "--lang", "en"]) == 2
    assert capsys.readouterr().err == f"{wanted}: Y120: the file can't be written: Permission denied\n"
    assert not out.exists()


def test_a_name_of_two_lines_takes_one_in_a_ranking(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rank", BOOK, str(table), "--lang", "en"]) == 1
    assert capsys.readouterr().out.splitlines()[1].split()[:5] == ["–", "a", "Xã", "Ba", "Đình"]


def test_a_ranking_that_is_told_to_stop_leaves_what_was_there(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "r.json"
    out.write_text("before")
    monkeypatch.setattr("tieuchi.batch.score.open_run", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    assert run(["rank", BOOK, str(table), "--out", str(out)]) == 130
    assert out.read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.json", "t.csv"]


def test_a_space_that_looks_like_any_other_is_named() -> None:
    with pytest.raises(RefusedValueError) as refused:
        read_number("1\u2009000")
    assert (refused.value.code, refused.value.facts["character"]) == ("D464", "\u2009 (U+2009)")


@pytest.mark.parametrize("name", ["latest.csv", "latest.parquet", "latest.xlsx", "latest.json"])
def test_a_link_stays_a_link_to_the_result(table: Path, tmp_path: Path, name: str) -> None:
    real, link = tmp_path / "results" / name, tmp_path / name
    real.parent.mkdir()
    link.symlink_to(real)
    command = "rank" if name.endswith("json") else "batch"
    for _ in range(2):  # what is there now is replaced as well
        assert run([command, BOOK, str(table), "--out", str(link)]) == 1
        assert link.is_symlink()
        assert [path.name for path in real.parent.iterdir()] == [name]
        assert real.stat().st_size > 100


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limits here")
@pytest.mark.parametrize("name", ["o.csv", "o.parquet", "o.arrow", "o.xlsx"])
def test_a_disk_that_takes_no_more_is_told_in_the_words_of_the_system(
    table: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    out = table.with_name(name)
    limits, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))
    try:
        assert run(["batch", BOOK, str(table), "--out", str(out), "--lang", "en"]) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, heard)
    assert capsys.readouterr().err == f"{out}: Y120: the file can't be written: File too large\n"
    assert list(table.parent.iterdir()) == [table]


def test_a_folder_for_a_result_is_named(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["batch", BOOK, str(table), "--out", ".", "--lang", "en"]) == 2
    assert capsys.readouterr().err.startswith("“.” is of no kind that can be used here (these can: ")
