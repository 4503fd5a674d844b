"""What commands over many units refuse, and what they say then, word for word and in both languages.

``pytest --update-golden tests/batch/test_refusals.py`` writes new or changed messages, to be read by a person.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tieuchi.cli import run
from tieuchi.words.batch_messages import BATCH_MESSAGES

FOLDER = Path(__file__).parent / "refusals"
TOLD: dict[str, Any] = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
ELSEWHERE = {
    "B603": "a sum too wide for a database: tests/columnar/test_wide_sums.py",
    "B607": "binary floats: tests/batch/test_hostile_frames.py",
    "B608": "columns of other types: tests/batch/test_typed_columns.py",
    "B641": "tests/sql/test_spark.py",
    "B642": "a server that does not run: tests/sql/test_spark.py",
    "B644": "tests/sql/test_spark.py",
    "B649": "frames that Arrow can't hold: tests/batch/test_hostile_frames.py",
    "B650": "tests/sql/test_sql_wide.py",
    "B651": "tests/sql/test_spark.py",
    "B652": "tests/sql/test_spark.py",
    "B655": "a base of no period before: tests/batch/test_base_tables.py",
    "B654": "a table written to while it is read: tests/batch/test_hostile_tables.py",
    "U_option": "group-that-is-none",
    "U_table_kind": "result-of-no-kind",
    "U_frame": "what is no frame: tests/batch/test_hostile_frames.py",
}


def told(case: dict[str, Any], folder: Path, language: str, capsys: pytest.CaptureFixture[str]) -> str:
    folder.mkdir()
    for name, text in ({"book.yaml": TOLD["sound"]} | case["files"]).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    given = {path.name for path in folder.iterdir()}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        assert run([*case["run"], "--lang", language]) == case["status"]
    left = {path.name for path in folder.iterdir()} - given
    assert left == ({"o.csv", "o.errors.csv"} if case["status"] == 1 else set())
    return capsys.readouterr().err


@pytest.mark.parametrize("name", TOLD["cases"])
def test_what_is_refused_is_told_in_these_words(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], update_golden: bool
) -> None:
    case = TOLD["cases"][name]
    message = "\n".join(told(case, tmp_path / language, language, capsys) for language in ("vi", "en"))
    expected = FOLDER / f"{name}.txt"
    if update_golden:
        expected.write_text(message, encoding="utf-8")
    assert message == expected.read_text(encoding="utf-8")


def test_more_units_than_a_workbook_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tieuchi.cli.ranking_file.MOST_UNITS", 2)
    case = {"files": {"t.csv": "unit,liked\na,1%\nb,2%\nc,3%\n"}, "status": 2}
    case["run"] = ["batch", "book.yaml", "t.csv", "--out", "o.xlsx"]
    assert told(case, tmp_path / "en", "en", capsys) == (
        "o.xlsx: B643: an .xlsx file holds 2 units at most, the table has 3\n    hint  write .parquet or .csv\n"
    )


def test_every_message_is_shown_by_some_test() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.txt"))
    shown = set(re.findall(r"\bB\d{3}\b|\bU_\w+", text)) | set(ELSEWHERE) | {"B643"}
    assert sorted(set(BATCH_MESSAGES) - shown) == []
