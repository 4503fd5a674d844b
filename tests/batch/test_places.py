"""Where tables are read and results are written: nothing is written over what is read, and nothing by halves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from small_books import book_tree, leaf, yaml_text
from tieuchi.cli import run

BOOK = book_tree(leaf({"linear": {}}, id="1", value={"amount": "liked"}), indicators={"liked": "percent"})
GOOD, BAD = "unit,liked\na,50%\n", "unit,liked\na,50%\nb,500%\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in (("book.yaml", yaml_text(BOOK)), ("good.csv", GOOD), ("bad.csv", BAD)):
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


def refused(here: Path, capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """Run a command that is refused, and see that nothing is there but what was."""
    before = {path: path.read_bytes() for path in here.iterdir() if path.is_file()}
    assert run([*command, "--lang", "en"]) == 2
    assert {path: path.read_bytes() for path in here.iterdir() if path.is_file()} == before
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.mark.parametrize("command", ["batch", "rank"])
def test_a_table_is_not_written_over(here: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    Path("other.csv").symlink_to("good.csv")
    for out in ("good.csv", "./good.csv", "other.csv"):
        assert refused(here, capsys, command, "book.yaml", "good.csv", "--out", out) == (
            f"{Path(out)}: E115: the file to write is the file that is read\n    hint  give --out another name\n"
        )


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ("bad.csv", "bad.csv: E115: the file to write is the file that is read\n    hint  give --out another name\n"),
        (
            "out.csv",
            (
                "out.csv: B645: the result and the table of errors are the same file\n"
                "    hint  give --errors another name\n"
            ),
        ),
        ("no/errors.csv", "no/errors.csv: Y120: the file can't be written: No such file or directory\n"),
        (
            "errors.txt",
            (
                "“errors.txt” is of no kind that can be used here "
                "(these can: .arrow, .csv, .feather, .ipc, .parquet, .tsv)\n"
            ),
        ),
    ],
)
def test_a_table_of_errors_that_can_t_be_written_stops_all(
    here: Path, capsys: pytest.CaptureFixture[str], errors: str, said: str
) -> None:
    assert refused(here, capsys, "batch", "book.yaml", "bad.csv", "--out", "out.csv", "--errors", errors) == said


def test_a_folder_where_errors_would_be_listed_stops_all(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("out.errors.csv").mkdir()
    said = "out.errors.csv: Y120: the file can't be written: Is a directory\n"
    assert refused(here, capsys, "batch", "book.yaml", "bad.csv", "--out", "out.csv") == said


def test_same_files_in_vietnamese(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert here
    assert run(["batch", "book.yaml", "bad.csv", "--out", "out.csv", "--errors", "out.csv"]) == 2
    said = "out.csv: B645: kết quả và bảng các dòng lỗi là cùng một tệp\n    gợi ý đặt tên khác cho --errors\n"
    assert capsys.readouterr().err == said


def test_what_is_no_file_is_called_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe.csv")
    for table in ("/dev/null", ".", "pipe.csv"):
        for more in (["batch", "book.yaml", table, "--out", "out.csv"], ["rank", "book.yaml", table]):
            said = f"{table}: B646: this is a folder, a device or a pipe, not a file\n"
            assert refused(here, capsys, *more) == said
    register = ["batch", "book.yaml", "good.csv", "--out", "out.csv", "--register", "."]
    assert refused(here, capsys, *register) == ".: B646: this is a folder, a device or a pipe, not a file\n"
    assert run(["rank", "book.yaml", "/dev/null"]) == 2
    assert capsys.readouterr().err == "/dev/null: B646: đây là thư mục, thiết bị hay ống dẫn, không phải tệp\n"


def test_a_ranking_is_written_only_as_what_its_name_says(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "“r.docx” is of no kind" in refused(here, capsys, "rank", "book.yaml", "good.csv", "--out", "r.docx")


def test_a_scorecard_that_is_not_there_is_what_is_missing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("card.json").write_text("{}", encoding="utf-8")
    for more in ([], ["--rulebook", "book.yaml"]):
        said = refused(here, capsys, "verify", "cart.json", *more)
        assert said.splitlines() == ["there is no file or folder “cart.json”", "    hint  did you mean “card.json”?"]


def test_a_table_that_is_not_there_is_told_before_any_road_is_gone(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "none.csv" in refused(here, capsys, "verify", "book.yaml", "none.csv", "--road", "numpy")
