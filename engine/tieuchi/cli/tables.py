"""Options that the commands on tables share, and what they say of a run."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tieuchi.words.batch_terms import batch_term
from tieuchi.words.language import Language

if TYPE_CHECKING:
    from tieuchi.batch.run import Summary

MOST_SHOWN = 20
MOST_NAMES = 6

TableArgument = Annotated[
    str, typer.Argument(metavar="TABLE", help="Bảng số liệu. / Table: .csv, .parquet, .xlsx or .arrow.")
]
ErrorsOption = Annotated[
    Path | None, typer.Option("--errors", help="Bảng các dòng lỗi. / Where rows that were not scored are listed.")
]
StrictOption = Annotated[
    bool,
    typer.Option("--strict", help="Một dòng lỗi là không ghi gì. / One bad row refuses all, and nothing is written."),
]
ExtraOption = Annotated[bool, typer.Option("--ignore-extra", help="Bỏ qua cột lạ. / Pass over unknown columns.")]
GroupOption = Annotated[
    str,
    typer.Option(
        "--group",
        help="Xếp hạng và so sánh trong nhóm: period, unit_kind, unit_parent, vài cột cách nhau bằng dấu phẩy, hoặc để "
        "trống. / Rank and compare within: period, unit_kind, unit_parent, several with commas, or nothing.",
    ),
]
BaseOption = Annotated[
    Path | None, typer.Option("--base", help="Bảng số liệu kỳ trước, cho tăng trưởng. / Table of the period before.")
]
RegisterOption = Annotated[
    Path | None,
    typer.Option("--register", help="Sáp nhập, chia tách đơn vị (.yaml, .csv). / Mergers and splits of units."),
]


def say(text: str) -> None:
    """Tell something on the error stream, so that results alone go to the output."""
    typer.echo(text, err=True)


def tell(summary: Summary, out: Path | None, errors: Path | None, language: Language) -> None:
    """Say what a run came to; exit status 1 if rows could not be scored."""
    if out is not None:
        say(batch_term("scored", language, units=summary.units, out=out))
    if summary.wide:
        say(batch_term("wide", language, count=summary.wide))
    tell_lacking(summary.lacking, language)
    tell_lacking(summary.unmet, language, "unmet")
    if not summary.rejects:
        return
    told = "rejected" if errors is not None else "rejected_only"
    say(batch_term(told, language, count=len(summary.rejects), errors=errors))
    for issue in islice((issue for reject in summary.rejects for issue in reject.issues), MOST_SHOWN):
        say(issue.text(language))
    if summary.rejects.issues > MOST_SHOWN:
        told = "more" if errors is not None else "more_only"
        say(batch_term(told, language, count=summary.rejects.issues - MOST_SHOWN, errors=errors))
    raise typer.Exit(1)


def tell_lacking(lacking: Sequence[str], language: Language, word: str = "lacking") -> None:
    """Say which indicators the table has no column for, or, for ``unmet``, which units it does not have."""
    if lacking:
        names = ", ".join(lacking[:MOST_NAMES]) + (", …" if len(lacking) > MOST_NAMES else "")
        say(batch_term(word, language, count=len(lacking), names=names))


@contextmanager
def stoppable() -> Iterator[None]:
    """Let a polite request to end the program clean up as an interruption from the keyboard does."""

    def stop(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:  # not the main thread: whoever runs us there deals with signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
