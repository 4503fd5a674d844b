"""``tieuchi test``: run case files, and say which clauses and findings no case exercises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tieuchi.cli.options import (
    Format,
    FormatOption,
    Lang,
    LangOption,
    OutOption,
    emit,
    emit_json,
    language_of,
    new_page,
)

if TYPE_CHECKING:
    from tieuchi.casework import Outcome
    from tieuchi.coverage import Coverage
    from tieuchi.model.rulebook import Rulebook

PathArgument = Annotated[
    Path,
    typer.Argument(metavar="[PATH]", help="Tệp hoặc thư mục trường hợp thử. / A case file, or a folder of them."),
]
UncoveredOption = Annotated[
    bool, typer.Option("--uncovered", help="Kể tên những mức chưa được thử. / List the clauses no case exercises.")
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("test", help="Chạy các trường hợp thử. / Run case files.")(run_tests)


def run_tests(
    path: PathArgument = Path("tests/cases"),
    uncovered: UncoveredOption = False,
    lang: LangOption = Lang.vi,
    form: FormatOption = Format.text,
    out: OutOption = None,
) -> None:
    """Run every case of a file or folder; a failed case ends with status 1, a refused file with 2."""
    from tieuchi.render.cases_text import cases_json, coverage_text, failure_text, totals_text

    by_book = _run(path)
    outcomes = [outcome for found in by_book.values() for outcome in found[1]]
    covered = _covered(by_book)
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if form is Format.json:
        emit_json(cases_json(outcomes, covered), out)
    else:
        page = new_page(out)
        for outcome in failed:
            failure_text(outcome, page, language_of(lang))
        coverage_text(covered, page, language_of(lang), listed=uncovered or path.is_file())
        totals_text(len(outcomes) - len(failed), len(failed), page, language_of(lang))
        emit(page.text(), out)
    if failed:
        raise typer.Exit(1)


def _run(path: Path) -> dict[str, tuple[Rulebook, list[Outcome]]]:
    """Return the rulebooks of the case files below a path, by id, each with the outcomes of its cases."""
    from tieuchi.assess import Assessor
    from tieuchi.casework import run_cases
    from tieuchi.errors import UnknownNameError
    from tieuchi.loading.case_folders import case_files
    from tieuchi.loading.cases import load_cases

    files = list(case_files(path))
    if not files:
        raise UnknownNameError("cases", str(path), [])
    found: dict[str, tuple[Rulebook, list[Outcome]]] = {}
    for name in files:
        file = load_cases(name)
        with Assessor(file.book, "exact") as assessor:
            found.setdefault(file.book.id, (file.book, []))[1].extend(run_cases(file, assessor.assess))
    return found


def _covered(by_book: dict[str, tuple[Rulebook, list[Outcome]]]) -> dict[str, Coverage]:
    from tieuchi.coverage import coverage_of

    return {name: coverage_of(book, outcomes) for name, (book, outcomes) in by_book.items()}
