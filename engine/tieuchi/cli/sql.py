"""``tieuchi sql``: one SELECT that gives the same points inside a database."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, RulebookArgument

if TYPE_CHECKING:
    from tieuchi.model.plan import Plan


class DialectName(StrEnum):
    """A database."""

    duckdb = "duckdb"
    postgres = "postgres"
    spark = "spark"
    sqlite = "sqlite"


class DetailName(StrEnum):
    """How much is given, in the words of ``batch``."""

    totals = "totals"
    points = "points"
    full = "full"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("sql", help="Câu lệnh SQL cho cùng số điểm. / SQL that gives the same points.")(sql)


def sql(
    rulebook: RulebookArgument,
    dialect: Annotated[DialectName, typer.Option("--dialect", help="duckdb, postgres, spark, sqlite.")],
    table: Annotated[str, typer.Option("--table", help="Tên bảng. / Name of the table.")] = "units",
    keep: Annotated[str, typer.Option("--keep", help="Cột giữ lại. / Columns handed through.")] = "unit",
    kind: Annotated[str, typer.Option("--kind", help="Cột loại đơn vị. / Column of unit kinds.")] = "unit_kind",
    group: Annotated[str, typer.Option("--group", help="Cột nhóm. / Column of groups.")] = "",
    scale: Annotated[
        list[str] | None, typer.Option("--scale", help="chỉ_số=10000. / What a column was multiplied with.")
    ] = None,
    states: Annotated[bool, typer.Option("--states", help="Có cột __state. / Columns of states beside.")] = False,
    complete: Annotated[bool, typer.Option("--complete", help="Không có NULL. / No cell is NULL.")] = False,
    wide: Annotated[bool, typer.Option("--wide", help="Tính bằng 128 bit. / Reckon in 128 bits.")] = False,
    detail: Annotated[
        DetailName, typer.Option("--detail", help="Mức chi tiết. / Sums; points, too; states and clauses, too.")
    ] = DetailName.full,
    out: Annotated[Path | None, typer.Option("--out", help="Tệp kết quả. / File to write.")] = None,
    lang: LangOption = Lang.vi,
) -> None:
    """Print the SELECT that scores a table of whole numbers inside its database; refusals are in ``lang``."""
    del lang  # read before anything is parsed
    from tieuchi.batch.files import whole_file
    from tieuchi.columnar.lower import compile_program
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.model.plan import compile_plan
    from tieuchi.sql.generate import TableShape, generate

    plan = compile_plan(load_rulebook(rulebook))
    program = compile_program(plan, _scales(plan, scale or []))
    names = tuple(name for name in keep.split(",") if name)
    shape = TableShape(table, names, kind if program.layout.kinds else "", group, states, complete, wide, detail.value)
    text = generate(program, dialect.value, shape)
    if out is None:
        typer.echo(text, nl=False)
        return
    with whole_file(out) as place:
        place.write_text(text, encoding="utf-8")


def _scales(plan: Plan, entries: list[str]) -> dict[str, int]:
    """Return what each column was multiplied with.

    Raises:
        UnknownNameError: There is no such indicator.
        ReadingsError: B648 an entry is not a name and a whole number.
    """
    from tieuchi.errors import Issue, Position, ReadingsError, UnknownNameError

    scales = {}
    for entry in entries:
        name, _, factor = entry.partition("=")
        if name not in plan.indicators and not name.startswith("declared:"):
            raise UnknownNameError("indicator", name, plan.indicators)
        if not factor.isascii() or not factor.isdigit() or not int(factor):
            raise ReadingsError([Issue("B648", Position("--scale"), facts={"value": entry})])
        scales[name] = int(factor)
    return scales
