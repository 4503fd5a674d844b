"""``tieuchi verify``: all roads on the boundaries of every threshold and on a table; or a scorecard's receipt."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, LocaleOption, language_of
from tieuchi.cli.receipt import is_card, verify_receipt
from tieuchi.cli.tables import BaseOption, ExtraOption, RegisterOption, tell
from tieuchi.errors import Issue, Position, ReadingsError, UnknownNameError
from tieuchi.words.batch_terms import batch_term
from tieuchi.words.language import Language

if TYPE_CHECKING:
    from tieuchi.batch.verify import Verified

MOST_SHOWN = 50

Target = Annotated[
    str,
    typer.Argument(
        metavar="RULEBOOK|SCORECARD.json", help="Bộ tiêu chí, hoặc phiếu điểm. / A rulebook or a scorecard."
    ),
]
Table = Annotated[str | None, typer.Argument(help="Bảng số liệu. / Table of units.")]
RoadOption = Annotated[
    list[str] | None,
    typer.Option(
        "--road",
        help="Chỉ đường tính này: numpy, numba, duckdb, sqlite, postgres, spark, durable-rules. / This road only.",
    ),
]
DsnOption = Annotated[str, typer.Option("--postgres", metavar="DSN", help="CSDL PostgreSQL. / A PostgreSQL database.")]
BookOption = Annotated[
    str | None, typer.Option("--rulebook", help="Bộ tiêu chí của phiếu điểm. / The rulebook of a scorecard.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("verify", help="Đối chiếu mọi đường tính, hoặc một phiếu điểm. / Compare all roads, or a scorecard.")(
        verify
    )


def verify(
    rulebook: Target,
    table: Table = None,
    road: RoadOption = None,
    postgres: DsnOption = "",
    book: BookOption = None,
    base: BaseOption = None,
    register: RegisterOption = None,
    ignore_extra: ExtraOption = False,
    locale: LocaleOption = None,
    lang: LangOption = Lang.vi,
) -> None:
    """Compare the roads; exit with 1 if any cell differs."""
    language = language_of(lang)
    if rulebook.casefold().endswith(".json") and not Path(rulebook).exists():
        raise UnknownNameError("file", rulebook, [str(path) for path in Path(rulebook).parent.glob("*.json")])
    of_tables = {"--base": base, "--register": register, "--ignore-extra": ignore_extra, "--locale": locale}
    if is_card(rulebook):
        _refuse_in_vain(rulebook, {"TABLE": table, "--road": road, "--postgres": postgres, **of_tables})
        verify_receipt(rulebook, language, book)
        return
    _refuse_in_vain(rulebook, {"--rulebook": book, **({} if table else of_tables)})
    from tieuchi.batch.score import BatchOptions
    from tieuchi.batch.verify import ROADS, Verifier
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan

    for name in road or ():
        if name not in ROADS:
            raise UnknownNameError("option", name, ROADS)
    plan = compile_plan(load_rulebook(rulebook))
    options = BatchOptions(ignore_extra=ignore_extra, locale=locale, base=base, register=register, language=language)
    report, summary = Verifier(plan, road or ROADS, postgres).verify(table, options)
    for line in report_lines(report, language):
        typer.echo(line)
    if any(report.differences.values()):
        raise typer.Exit(1)
    if summary is not None:
        tell(summary, None, None, language)


def _refuse_in_vain(target: str, options: Mapping[str, object]) -> None:
    """Refuse what is given and would have no effect.

    Raises:
        ReadingsError: B647 with all of it.
    """
    given = [name for name, value in options.items() if value]
    if given:
        facts = {"option": ", ".join(given), "other": f"verify {target}"}
        raise ReadingsError([Issue("B647", Position("verify"), facts=facts)])


def report_lines(report: Verified, language: Language) -> list[str]:
    """Return what each road came to, and the cells that differ."""
    lines = []
    for road, (word, name) in report.skipped.items():
        reason = batch_term(word, language, name=name)
        lines.append(f"{road}: {batch_term('skipped', language, reason=reason)}")
    for road, cells in report.compared.items():
        if road in report.skipped:
            continue
        wrong = report.differences[road]
        left = report.left_out.get(road)
        note = f" ({batch_term('left_out', language, count=left)})" if left else ""
        lines.append(batch_term("compared", language, road=road, cells=cells, wrong=len(wrong)) + note)
        lines += [f"  {line}" for line in wrong[:MOST_SHOWN]]
        if len(wrong) > MOST_SHOWN:
            lines.append("  " + batch_term("further", language, count=len(wrong) - MOST_SHOWN))
    return lines
