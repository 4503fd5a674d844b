"""`tieuchi batch` and `tieuchi rank` as their users meet them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from small_books import REFERENCE, book_tree, leaf, yaml_text
from tieuchi.cli import run

BOOK = book_tree(
    leaf({"linear": {}}, id="1", max_points="10", value={"amount": "liked"}),
    indicators={"liked": "percent"},
    ranking={"ties": "competition"},
    grades={"classes": [{"grade": "Tốt", "at_least": "5"}, {"grade": "Kém", "otherwise": "true"}], **REFERENCE},
)
ROWS = [
    "a,Đơn vị A,x,50.0000001%", "b,Đơn vị B,x,50%", "c,Đơn vị C,x,50%", "d,Đơn vị D,x,10%", "e,Đơn vị E,x,",
    "f,Đơn vị F,y,20%",
]  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "book.yaml"
    path.write_text(yaml_text(BOOK), encoding="utf-8")
    return str(path)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "t.csv"
    path.write_text("unit,unit_name,period,liked\n" + "\n".join(ROWS) + "\n", encoding="utf-8")
    return str(path)


def test_ranks_go_by_exact_totals_within_groups(book: str, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rank", book, table]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "x",
        "Hạng  Đơn vị  Tên        Tổng điểm  Xếp loại",
        "   1  a       Đơn vị A        5,00  Tốt",
        "   2  b       Đơn vị B        5,00  Tốt",
        "   2  c       Đơn vị C        5,00  Tốt",
        "   4  d       Đơn vị D        1,00  Kém",
        "   –  e       Đơn vị E  0,00–10,00",
        "",
        "y",
        "Hạng  Đơn vị  Tên       Tổng điểm  Xếp loại",
        "   1  f       Đơn vị F       2,00  Kém",
        "",
        "Bằng điểm thì cùng hạng: 1, 2, 2, 4.",
        "Hạng xét theo điểm chính xác, chi tiết hơn số ghi ở đây.",
        "Chưa xếp hạng vì thiếu số liệu: tổng điểm còn là một khoảng.",
    ]


def test_dense_ranks_and_one_group_for_all(tmp_path: Path, table: str, capsys: pytest.CaptureFixture[str]) -> None:
    dense = tmp_path / "dense.yaml"
    dense.write_text(yaml_text(BOOK | {"ranking": {"ties": "dense"}}), encoding="utf-8")
    assert run(["rank", str(dense), table, "--group", "", "--format", "json", "--lang", "en"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(row["unit"], row["rank"], row["total"]) for row in found] == [
        ("a", 1, "5.000000"), ("b", 2, "5.000000"), ("c", 2, "5.000000"), ("f", 3, "2.000000"), ("d", 4, "1.000000"),
        ("e", None, None),
    ]  # fmt: skip
    assert found[-1]["total:high"] == "10.000000"


def test_groups_by_several_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    best = leaf({"relative_to_best": {"best": "largest"}}, id="1", max_points="6", value={"count": "firms"})
    kinds = {"tinh": {"vi": "Tỉnh", "en": "Province"}, "xa": {"vi": "Xã", "en": "Commune"}}
    book, table = tmp_path / "book.yaml", tmp_path / "t.csv"
    book.write_text(yaml_text(book_tree(best, indicators={"firms": "count"}, unit_kinds=kinds)), encoding="utf-8")
    rows = [
        "a,tinh,2024,10",
        "b,xa,2024,3",
        "c,xa,2024,2",
        "a,tinh,2025,20",
        "b,xa,2025,4",
        "c,xa,2025,6",
        "d,xa,2025,6",
    ]
    table.write_text("unit,unit_kind,period,firms\n" + "\n".join(rows) + "\n", encoding="utf-8")
    command = ["rank", str(book), str(table), "--lang", "en"]
    assert run([*command, "--group", "unit_kind, period"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "tinh, 2024", "Rank  Unit  Total", "   1  a      6.00", "",
        "tinh, 2025", "Rank  Unit  Total", "   1  a      6.00", "",
        "xa, 2024", "Rank  Unit  Total", "   1  b      6.00", "   2  c      4.00", "",
        "xa, 2025", "Rank  Unit  Total", "   1  c      6.00", "   1  d      6.00", "   3  b      4.00", "",
        "Equal totals share a rank: 1, 2, 2, 4.",
    ]  # fmt: skip
    assert run([*command, "--group", "unit_kind"]) == 0
    assert capsys.readouterr().out.splitlines()[:4] == [
        "tinh", "Rank  Unit      Total", "   1  a (2025)   6.00", "   2  a (2024)   3.00"
    ]  # fmt: skip
    assert run([*command, "--group", "period,unit_parent"]) == 2
    assert capsys.readouterr().err.splitlines()[0] == (
        f"{table}:1:1: B636: the table has no column unit_parent to group by"
    )
    assert run([*command, "--group", "period,zone"]) == 2
    assert capsys.readouterr().err == 'there is no choice “zone” (known: "", period, unit_kind, unit_parent)\n'


def test_a_ranking_is_csv_or_a_file_by_its_name(
    book: str, table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rank", book, table, "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "1,a,Đơn vị A,x,5.000000,5.000000,5.000000,Tốt"
    for suffix in ("csv", "parquet", "xlsx", "json", "txt"):
        assert run(["rank", book, table, "--out", str(tmp_path / f"r.{suffix}")]) == 0
        assert (tmp_path / f"r.{suffix}").stat().st_size > 100


def test_a_name_that_looks_like_a_formula_is_harmless_on_the_output_too(
    book: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = tmp_path / "t.csv", tmp_path / "r.csv"
    table.write_text("unit,unit_name,liked\na,=cmd|x,50%\n", encoding="utf-8")
    assert run(["rank", book, str(table), "--format", "csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "1,a,'=cmd|x,5.000000,5.000000,5.000000,Tốt"
    assert run(["rank", book, str(table), "--out", str(out), "--format", "csv"]) == 0
    assert "'=cmd|x" in out.read_text(encoding="utf-8")


def test_long_names_fit_eighty_columns(book: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"unit,unit_name,liked\n{'u' * 60},{'Ủy ban ' * 12},50%\n", encoding="utf-8")
    assert run(["rank", book, str(table)]) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80


def test_bad_rows_make_status_1_and_a_table_of_errors_that_a_clean_run_takes_away(
    book: str, table: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, errors = tmp_path / "o.csv", tmp_path / "o.errors.csv"
    good = Path(table).read_text(encoding="utf-8")
    Path(table).write_text(good.replace("10%", "1O%"), encoding="utf-8")
    assert run(["batch", book, table, "--out", str(out), "--lang", "en"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{table}:5: D460" in said.err
    assert "unit=d; unit_name=Đơn vị D; period=x; liked=1O%" in errors.read_text(encoding="utf-8")
    Path(table).write_text(good, encoding="utf-8")
    assert run(["batch", book, table, "--out", str(out)]) == 0
    assert not errors.exists()


def test_strict_makes_status_2_and_writes_nothing(book: str, table: str, tmp_path: Path) -> None:
    Path(table).write_text(Path(table).read_text(encoding="utf-8").replace("10%", "1O%"), encoding="utf-8")
    before = {path.name for path in tmp_path.iterdir()}
    for command, out in (("batch", "o.csv"), ("batch", "o.xlsx"), ("rank", "o.parquet")):
        assert run([command, book, table, "--strict", "--out", str(tmp_path / out)]) == 2
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(
    "arguments",
    [["--out", "o.doc"], ["--out", "o.csv", "--group", "zone"], ["--out", "o.csv", "--detail", "all"],
     ["--out", "o.csv", "--engine", "gpu"], ["--out", "o.csv", "--register", "none.yaml"], ["--out", "no/where/o.csv"]],
    ids=lambda a: a[-1],
)  # fmt: skip
def test_what_is_not_known_is_refused_in_words(
    book: str, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert run(["batch", book, table, *arguments]) == 2
    assert "Error" not in capsys.readouterr().err


@pytest.mark.parametrize(("command", "suffix"), [("batch", "csv"), ("batch", "parquet"), ("rank", "csv")])
def test_few_units_import_nothing_that_takes_long(
    book: str, table: str, tmp_path: Path, command: str, suffix: str
) -> None:
    slow = ["numba", "polars", "duckdb", "pandas", "openpyxl", "xlsxwriter", "rich.progress", "pyspark", "durable"]
    program = (
        "import sys; from tieuchi.cli import run; status = run(sys.argv[1:]);"
        f"print(status, [name for name in {slow} if name in sys.modules])"
    )
    arguments = [command, book, table, "--out", str(tmp_path / f"o.{suffix}")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout == "0 []\n"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda s: s.name)
def test_an_interrupted_run_leaves_what_was_there_and_nothing_else(
    book: str, tmp_path: Path, sent: signal.Signals
) -> None:
    table, out = tmp_path / "t.csv", tmp_path / "o.csv"
    out.write_text("before")
    with table.open("w", encoding="utf-8") as file:
        file.write("unit,liked\n")
        file.writelines(f"u{i},{i % 101}%\n" for i in range(400_000))
    before = {path.name for path in tmp_path.iterdir()}
    program = "import sys; from tieuchi.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "batch", book, str(table), "--out", str(out)]
    paths = os.pathsep.join(sys.path)
    running = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": paths})
    deadline = time.monotonic() + 60
    while not _writes(running.pid, tmp_path) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    running.send_signal(sent)
    assert running.wait(60) != 0
    assert out.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == before


def _writes(process: int, folder: Path) -> bool:
    """Say whether a process has a file open in a folder that is not the table it reads."""
    try:
        links = [os.readlink(link) for link in Path(f"/proc/{process}/fd").iterdir()]  # noqa: PTH115
    except OSError:
        return False
    return any(link.startswith(str(folder)) and not link.endswith("t.csv") for link in links)


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
@pytest.mark.parametrize(
    ("lang", "note"),
    [
        ("vi", "Điểm ghi tới 6 chữ số thập phân; hạng và xếp loại xét theo điểm chính xác."),
        ("en", "Points are given to 6 decimals; ranks and grades go by exact points."),
    ],
)
def test_a_ranking_workbook_says_how_many_decimals_it_gives(
    book: str, table: str, tmp_path: Path, lang: str, note: str
) -> None:
    out = tmp_path / "ranking.xlsx"
    assert run(["batch", book, table, "--out", str(out), "--lang", lang]) == 0
    assert openpyxl.load_workbook(out).worksheets[0]["A2"].value == note


def test_units_of_the_period_before_that_went_nowhere_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    growth = leaf({"linear": {}}, id="1", max_points="10", value={"growth": ["firms", "firms_before"]})
    files = {
        "book.yaml": yaml_text(book_tree(growth, indicators={"firms": "count", "firms_before": "count"})),
        "t.csv": "unit,firms\na,30\n",
        "b.csv": "unit,firms\na,20\nb,10\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    book, table, base = (str(tmp_path / name) for name in files)
    for language, words in (
        ("en", "1 unit of the period before neither in the table nor passed into one that is: b"),
        ("vi", "1 đơn vị của kỳ trước không có trong bảng, cũng không sáp nhập vào đơn vị nào ở đó: b"),
    ):
        assert run(["rank", book, table, "--base", base, "--lang", language]) == 0
        assert capsys.readouterr().err == f"{words}\n"
