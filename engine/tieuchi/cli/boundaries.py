"""``tieuchi boundaries``: for every threshold what holds just under, at and just above it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tieuchi.cli.options import Lang, LangOption, RulebookArgument, emit, language_of

OutFile = Annotated[
    Path | None, typer.Option("--out", help="Ghi vào .xlsx, .md hoặc .yaml. / Write to .xlsx, .md or .yaml.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("boundaries", help="Sổ ngưỡng của bộ tiêu chí. / The boundary book of a rulebook.")(boundaries)


def boundaries(rulebook: RulebookArgument, lang: LangOption = Lang.vi, out: OutFile = None) -> None:
    """Write the boundary book; the suffix of the file decides its form, Markdown without a file."""
    from tieuchi.boundary_book.rows import boundary_rows
    from tieuchi.errors import UnknownNameError
    from tieuchi.loading.rulebook import load_rulebook
    from tieuchi.loading.whole_file import write_whole
    from tieuchi.model.plan import compile_plan
    from tieuchi.render.boundary_page import boundary_markdown, boundary_sheet, boundary_yaml

    suffix = out.suffix.lower() if out is not None else ".md"
    if suffix not in (".md", ".yaml", ".yml", ".xlsx"):
        raise UnknownNameError("table_kind", str(out), (".md", ".xlsx", ".yaml", ".yml"))
    plan = compile_plan(load_rulebook(rulebook))
    rows = boundary_rows(plan)
    if suffix == ".xlsx" and out is not None:
        write_whole(out, boundary_sheet(plan, rows, language_of(lang)))
    elif suffix == ".md":
        emit(boundary_markdown(plan, rows, language_of(lang)), out)
    else:
        emit(boundary_yaml(plan, rows, _named_from(rulebook, out)), out)


def _named_from(rulebook: str, out: Path | None) -> str:
    """Return how cases in a file name a rulebook: by its bundled name, or by the path from that file."""
    from tieuchi.loading.bundled import rulebook_names, rulebook_path

    if out is None or (rulebook in rulebook_names() and not Path(rulebook).exists()):
        return rulebook
    return Path(os.path.relpath(rulebook_path(rulebook), out.parent)).as_posix()
