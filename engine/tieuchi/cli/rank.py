"""``tieuchi rank``: ranks and grades of all units of a table, on exact totals."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tieuchi.cli.options import Lang, LangOption, LocaleOption, RulebookArgument, emit, language_of
from tieuchi.cli.tables import (
    BaseOption,
    ErrorsOption,
    ExtraOption,
    GroupOption,
    RegisterOption,
    StrictOption,
    TableArgument,
    stoppable,
    tell,
)

if TYPE_CHECKING:
    from tieuchi.batch.run import Run
    from tieuchi.words.language import Language


class RankFormat(StrEnum):
    """Forms of a ranking."""

    text = "text"
    json = "json"
    csv = "csv"


RankOut = Annotated[
    Path | None, typer.Option("--out", help="Tệp kết quả. / Result: .parquet, .csv, .arrow, .xlsx, .json or .txt.")
]
FormatOption = Annotated[RankFormat, typer.Option("--format", help="Dạng kết quả. / Form of output.")]
COLUMNS = (
    "rank",
    "unit",
    "unit_name",
    "unit_kind",
    "unit_parent",
    "period",
    "total",
    "total:low",
    "total:high",
    "grade",
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("rank", help="Xếp hạng các đơn vị. / Rank the units of a table.")(rank)


def rank(
    rulebook: RulebookArgument,
    table: TableArgument,
    out: RankOut = None,
    form: FormatOption = RankFormat.text,
    group: GroupOption = "period",
    errors: ErrorsOption = None,
    strict: StrictOption = False,
    base: BaseOption = None,
    register: RegisterOption = None,
    ignore_extra: ExtraOption = False,
    locale: LocaleOption = None,
    lang: LangOption = Lang.vi,
) -> None:
    """Print units by rank within their groups, or write them to a file."""
    from tieuchi.batch.files import SUFFIXES, check_suffix
    from tieuchi.batch.score import BatchOptions, check_output, open_run, write_errors
    from tieuchi.cli.progress import progress_bar
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan

    plan = compile_plan(load_rulebook(rulebook))
    language = language_of(lang)
    options = BatchOptions(
        strict, ignore_extra, group, "totals", "auto", locale, errors, language, True, base, register
    )  # fmt: skip
    if out is not None:
        check_suffix(out, (*SUFFIXES, ".xlsx", ".json", ".txt"))
        _check_form(out, form)
    check_output(table, out, options)
    with stoppable(), progress_bar(language) as advance:
        run = open_run(plan, table, options, advance)
        if out is not None and out.suffix.lower() == ".xlsx":
            from tieuchi.cli.ranking_file import write_ranking

            write_ranking(run, out, language)
        else:
            _write(run, form, out, language)
    where = write_errors(run.summary, out, options)
    tell(run.summary, out, where, language)


def _check_form(out: Path, form: RankFormat) -> None:
    """Refuse a form that is not the one which the name of the file says.

    Raises:
        ReadingsError: B647 they don't go together.
    """
    from tieuchi.errors import Issue, Position, ReadingsError

    if form is not RankFormat.text and out.suffix.lower() != f".{form.value}":
        facts = {"option": f"--format {form.value}", "other": f"--out {out.name}"}
        raise ReadingsError([Issue("B647", Position("rank"), facts=facts)])


def _write(run: Run, form: RankFormat, out: Path | None, language: Language) -> None:
    """Print the ranking, or write it to a file of the kind that its name says."""
    from tieuchi.batch.files import SUFFIXES, harmless, plain, write_tables
    from tieuchi.batch.score import ranked_table

    found = ranked_table(run, COLUMNS, run.reader.group)
    suffix = out.suffix.lower() if out is not None else ""
    if out is not None and suffix in SUFFIXES:
        write_tables(iter([found]), out)
        return
    lines = found.to_pylist()
    if form is RankFormat.json or suffix == ".json":
        written = [
            {k: str(v) if k.startswith("total") and v is not None else v for k, v in line.items()} for line in lines
        ]
        emit(json.dumps(written, ensure_ascii=False, indent=2) + "\n", out)
    elif form is RankFormat.csv:
        emit(_csv(found.column_names, harmless(plain(found)).to_pylist()), out)
    else:
        from tieuchi.render.rank_text import rank_text

        groups: dict[str, list[Mapping[str, Any]]] = {}
        for line in _told_apart(lines, run.reader.group):
            named = (line.get(name) for name in run.reader.group)
            groups.setdefault(", ".join(name for name in named if name), []).append(line)
        book = run.plan.book
        emit(rank_text(groups, book.ranking, book.shown, language), out)


def _told_apart(lines: Sequence[Mapping[str, Any]], group: Sequence[str]) -> Sequence[Mapping[str, Any]]:
    """Put the period behind units that stand in several within one group."""
    if "period" in group or len({line.get("period") for line in lines}) == 1:
        return lines
    return [line | {"unit": f"{line['unit']} ({line['period'] or '–'})"} for line in map(dict, lines)]


def _csv(names: Sequence[str], lines: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(["" if line[name] is None else line[name] for name in names] for line in lines)
    return text.getvalue()
