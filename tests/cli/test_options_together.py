"""Options that would have no effect, or that can't be read, are refused before anything is read or written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tieuchi.cli import run

BOOK = "curb-65/2003"


@pytest.mark.parametrize(
    ("command", "vi", "en"),
    [
        (
            f"batch {BOOK} t.parquet --engine spark --out o --base b.csv --detail points --locale vi",
            "batch: B647: --base, --locale không dùng được với --engine spark",
            "batch: B647: --base, --locale does not go with --engine spark",
        ),
        (
            f"batch {BOOK} t.csv --out o.csv --unit-sheets",
            "batch: B647: --unit-sheets không dùng được với --out o.csv",
            "batch: B647: --unit-sheets does not go with --out o.csv",
        ),
        (
            f"batch {BOOK} t.csv --out o.csv --master spark://a:7077",
            "batch: B647: --master không dùng được với --engine auto",
            "batch: B647: --master does not go with --engine auto",
        ),
        (
            f"batch {BOOK} t.parquet --engine spark --out o --group period,unit_kind",
            "batch: B647: --group period,unit_kind không dùng được với --engine spark",
            "batch: B647: --group period,unit_kind does not go with --engine spark",
        ),
        (
            f"rank {BOOK} t.csv --format json --out r.csv",
            "rank: B647: --format json không dùng được với --out r.csv",
            "rank: B647: --format json does not go with --out r.csv",
        ),
        (
            f"verify {BOOK} --base b.csv --locale vi --rulebook x",
            "verify: B647: --rulebook, --base, --locale không dùng được với verify curb-65/2003",
            "verify: B647: --rulebook, --base, --locale does not go with verify curb-65/2003",
        ),
        (
            f"sql {BOOK} --dialect duckdb --scale age=ten",
            "--scale: B648: “age=ten” không phải là tên và một số nguyên dương\n    gợi ý viết như liked=10000",
            "--scale: B648: “age=ten” is not a name and a whole number above 0\n    hint  write liked=10000",
        ),
        (
            f"boundaries {BOOK} --out book.pdf",
            "không đọc hay ghi được loại tệp của “book.pdf” ở đây (được: .md, .xlsx, .yaml, .yml)",
            "“book.pdf” is of no kind that can be used here (these can: .md, .xlsx, .yaml, .yml)",
        ),
    ],
)
def test_options_are_refused_at_once_and_in_words(
    command: str,
    vi: str,
    en: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for language, text in (("vi", vi), ("en", en)):
        assert run([*command.split(), "--lang", language]) == 2
        assert capsys.readouterr().err == f"{text}\n"
    assert list(tmp_path.iterdir()) == []
