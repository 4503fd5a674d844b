"""Tables in which very many rows are bad: all are kept, not all in memory, and a refusal stays short."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tieuchi.batch import rejects, source
from tieuchi.batch.score import BatchOptions, score_file
from tieuchi.errors import ReadingsError
from tieuchi.model.plan import Plan

ROWS = 1200


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Every row is bad: a figure that is no number, or more fields than columns."""
    path = tmp_path / "t.csv"
    rows = [f"u{row},x{row},10,1%" + (",?" if row % 7 == 3 else "") for row in range(ROWS)]
    path.write_text("unit,done,all,liked\n" + "\n".join([*rows, "good,9,10,50%"]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("held", "rows"), [(100, 64), (100_000, 1 << 17), (1, 5)])
def test_every_bad_row_is_kept_wherever_it_waits(
    plan: Plan, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, rows: int
) -> None:
    monkeypatch.setattr(rejects, "MOST_HELD", held)
    monkeypatch.setattr(source, "CSV_ROWS", rows)
    summary = score_file(plan, str(table), tmp_path / "o.csv", BatchOptions(language="en"))
    assert (summary.units, len(summary.rejects), summary.rejects.issues) == (1, ROWS, ROWS)
    with (tmp_path / "o.errors.csv").open(encoding="utf-8", newline="") as stream:
        lines = {int(row["line"]): (row["code"], row["message"]) for row in csv.DictReader(stream)}
    assert lines == {
        row + 2: ("B606", "the row has 5 fields, the header 4 columns")
        if row % 7 == 3
        else ("D460", f"“x{row}” is not a number (done)")
        for row in range(ROWS)
    }
    assert sorted((issue.position.line, issue.code) for issue in summary.issues) == sorted(
        (line, code) for line, (code, _) in lines.items()
    )


def test_a_refusal_tells_the_first_thousand_and_how_many_there_are(plan: Plan, table: Path, tmp_path: Path) -> None:
    with pytest.raises(ReadingsError) as refused:
        score_file(plan, str(table), tmp_path / "o.csv", BatchOptions(strict=True))
    first, second = refused.value.text("en").splitlines()[:2]
    assert first == f"{table}: D499: {ROWS} issues; the 1000 met first are below"
    assert second == f"{table}:2: D460: “x0” is not a number (done)"
    assert refused.value.text("vi").splitlines()[0] == f"{table}: D499: có {ROWS} lỗi; dưới đây là 1000 lỗi gặp trước"
    assert len(refused.value.issues) == 1001
    assert not (tmp_path / "o.csv").exists()
