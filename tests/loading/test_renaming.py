"""``tieuchi rename`` in every format, run as its user runs it: all files or none, and nothing else changed."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from small_books import book_tree, leaf, yaml_text
from tieuchi.cli import run
from tieuchi.loading import whole_file
from tieuchi.loading.bundled import is_installed

BANDS = [{"clause": "a", "at_least": "80%", "points": "1"}, {"clause": "b", "otherwise": "true", "points": "0"}]
COUNTS = {"done": {"kind": "count", "part_of": "all"}, "all": {"kind": "count", "range": {"at_least": "1"}}}
KEPT = "# ghi chú: done vẫn là done\n"


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rulebook with readings in every format, a scenario, a plan, a model of noise, and cases."""
    monkeypatch.chdir(tmp_path)
    one = leaf({"bands": BANDS}, value={"ratio": ["done", "all"]})
    book = book_tree(one, indicators=COUNTS, unit_kinds={"ward": "Ward"})
    Path("book.yaml").write_text(KEPT + yaml_text(book), encoding="utf-8")
    files = Path("files")
    files.mkdir()
    (files / "readings.yaml").write_text("unit: done\nreadings: {done: 8, all: 10}\n" + KEPT)
    (files / "readings.json").write_text('{"unit": "done", "readings": {"done": 8, "all": 10}}')
    (files / "long.csv").write_text('đơn vị,chỉ tiêu,số liệu\r\ndone,"done",8\r\ndone, done ,8\r\n')
    (files / "wide.csv").write_text("\ufeff# locale: vi\nunit;unit_kind;done;all;declared:1\ndone;ward;8;10;\n")
    (files / "scenario.yaml").write_text('readings: {done: "9"}\nrules: {"1/a/at_least": 90%}\n')
    (files / "plan.yaml").write_text("limits: {done: {at_most: 9}}\nfixed: [all]\nonly: [done]\n")
    (files / "model.yaml").write_text('readings: {done: {error: 1}}\nthresholds: {"1/a/at_least": {error: 1%}}\n')
    cases = "rulebook: ../book.yaml\ncases:\n  - name: done\n    readings: {done: 8, all: 10}\n"
    (files / "cases.yaml").write_text(cases + '    expect: {"1": {points: 1}}\n')
    _workbook(files / "wide.xlsx")
    return tmp_path


def _workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Số liệu"
    for row in (["unit", "done", "all"], ["done", 8, 10]):
        sheet.append(row)
    sheet["B1"].font = openpyxl.styles.Font(bold=True)
    table = openpyxl.worksheet.table.Table(displayName="T1", ref="A1:C2")
    sheet.add_table(table)
    book.create_sheet("Ghi chú").append(["done", "is a word here"])
    book.save(path)


def renamed(*arguments: str) -> int:
    return run(["rename", "book.yaml", *arguments, "--also", "files", "--lang", "en"])


def test_an_indicator_is_renamed_in_every_format_and_everything_else_is_left(work: Path) -> None:
    assert renamed("indicator", "done", "finished") == 0
    text = {path.name: path.read_bytes().decode() for path in Path("files").iterdir() if path.suffix != ".xlsx"}
    assert text["readings.yaml"] == "unit: done\nreadings: {finished: 8, all: 10}\n" + KEPT
    assert text["readings.json"] == '{"unit": "done", "readings": {"finished": 8, "all": 10}}'
    assert text["long.csv"] == 'đơn vị,chỉ tiêu,số liệu\r\ndone,"finished",8\r\ndone, finished ,8\r\n'
    assert text["wide.csv"] == "\ufeff# locale: vi\nunit;unit_kind;finished;all;declared:1\ndone;ward;8;10;\n"
    assert text["scenario.yaml"] == 'readings: {finished: "9"}\nrules: {"1/a/at_least": 90%}\n'
    assert text["plan.yaml"] == "limits: {finished: {at_most: 9}}\nfixed: [all]\nonly: [finished]\n"
    assert "name: done" in text["cases.yaml"]
    assert Path("book.yaml").read_text().startswith(KEPT)
    book = openpyxl.load_workbook("files/wide.xlsx")
    assert [[cell.value for cell in row] for row in book["Số liệu"].rows] == [
        ["unit", "finished", "all"],
        ["done", 8, 10],
    ]
    assert book["Số liệu"]["B1"].font.bold
    assert [column.name for column in book["Số liệu"].tables["T1"].tableColumns] == ["unit", "finished", "all"]
    assert book["Ghi chú"]["A1"].value == "done"
    for name in ("readings.yaml", "readings.json", "wide.csv", "wide.xlsx"):
        assert run(["score", "book.yaml", f"files/{name}", "--exact"]) == 0
    assert run(["test", "files"]) == 0


def test_a_criterion_is_renamed_in_paths_and_expectations_too(work: Path) -> None:
    assert renamed("criterion", "1", "1.1") == 0
    assert '"1.1/a/at_least"' in Path("files/scenario.yaml").read_text()
    assert '"1.1/a/at_least"' in Path("files/model.yaml").read_text()
    assert "declared:1.1\n" in Path("files/wide.csv").read_text()
    assert run(["test", "files"]) == 0


def test_a_kind_of_unit_is_renamed_in_tables_too(work: Path) -> None:
    assert renamed("unit_kind", "ward", "phuong") == 0
    assert "done;phuong;8;10" in Path("files/wide.csv").read_text()


def test_a_dry_run_shows_every_change_and_makes_none(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    assert renamed("indicator", "done", "finished", "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "+readings: {finished: 8, all: 10}" in shown
    assert "files/wide.xlsx[Số liệu]!B1: done -> finished" in shown
    assert before == {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}


def test_a_name_that_any_file_uses_already_is_refused_and_nothing_changes(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    Path("files/other.csv").write_text("unit,taken\na,1\n")
    assert renamed("indicator", "done", "taken") == 2
    assert "files/other.csv:1:6: E110: “taken” is already the name of a indicator" in capsys.readouterr().err
    assert all(path.read_bytes() == data for path, data in before.items())


def test_all_files_are_written_or_none(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    write, written = whole_file.write_whole, []

    def broken(path: Path, data: bytes) -> None:
        written.append(path)
        if len(written) == 3:
            raise OSError("disk full")
        write(path, data)

    monkeypatch.setattr(whole_file, "write_whole", broken)
    with pytest.raises(OSError, match="disk full"):
        whole_file.write_all(dict.fromkeys(before, b"x"))
    assert before == {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    assert len(written) == 5  # two written, one that failed, two put back


def test_what_can_not_be_changed_in_place_is_refused(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("files/escaped.json").write_text('{"unit": "u", "readings": {"d\\u006fne": 8}}')
    assert renamed("indicator", "done", "finished") == 2
    assert "E112" in capsys.readouterr().err
    Path("files/escaped.json").unlink()
    for also, code in (("missing", "there is no file or folder"), ("files/x.parquet", "E114")):
        Path("files/x.parquet").write_bytes(b"PAR1")
        assert run(["rename", "book.yaml", "indicator", "done", "finished", "--also", also, "--lang", "en"]) == 2
        assert code in capsys.readouterr().err
    assert "done" in Path("book.yaml").read_text()


def test_everything_else_in_a_workbook_stays_byte_for_byte(work: Path) -> None:
    def parts() -> dict[str, bytes]:
        with zipfile.ZipFile(BytesIO(Path("files/wide.xlsx").read_bytes())) as package:
            return {name: package.read(name) for name in package.namelist()}

    before = parts()
    assert renamed("indicator", "done", "finished") == 0
    changed = {name for name, data in parts().items() if data != before[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/tables/table1.xml"}


def test_rules_of_the_installed_package_are_no_one_s_to_rename() -> None:
    package = Path(whole_file.__file__).resolve().parents[1]
    assert is_installed(package / "_bundled" / "rules" / "x" / "rulebook.yaml")
    assert not is_installed(Path("rules/x/rulebook.yaml"))


def test_json_readings_still_are_json(work: Path) -> None:
    assert renamed("indicator", "all", "whole") == 0
    assert json.loads(Path("files/readings.json").read_text())["readings"] == {"done": 8, "whole": 10}
