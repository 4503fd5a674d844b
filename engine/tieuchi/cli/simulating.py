"""What the commands that simulate share: options, loading, plots and progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from tieuchi.cli.options import Format, Lang, emit, emit_json, language_of, new_page
from tieuchi.words.language import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tieuchi.loading.yaml_source import Node
    from tieuchi.model.plan import Plan
    from tieuchi.model.reading import Readings
    from tieuchi.model.rulebook import Rulebook
    from tieuchi.plots.chart import Chart
    from tieuchi.render.page import Page


def _drawable(plot: Path | None) -> Path | None:
    """Refuse a form of picture that there is not, before anything is computed for it."""
    if plot is None:
        return None
    from tieuchi.errors import Issue, Position, ScenarioError
    from tieuchi.plots import PLOT_SUFFIXES

    if plot.suffix.lower() not in PLOT_SUFFIXES:
        raise ScenarioError([Issue("S733", Position(str(plot)), facts={"suffix": plot.suffix or "–"})])
    return plot


SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="INDICATOR=VALUE", help="Đổi một số liệu. / Change a reading; may be repeated."),
]
ThresholdOption = Annotated[
    list[str] | None,
    typer.Option("--threshold", metavar="PATH=VALUE", help="Đổi một ngưỡng. / Change a rule; may be repeated."),
]
ScenarioOption = Annotated[
    Path | None, typer.Option("--scenario", help="Tệp kịch bản. / A file of changes, as --save writes it.")
]
PlotOption = Annotated[
    Path | None,
    typer.Option(
        "--plot", callback=_drawable, help="Vẽ ra tệp .svg, .png hoặc .html. / Draw into .svg, .png or .html."
    ),
]
TableArgument = Annotated[
    str, typer.Argument(metavar="TABLE", help="Số liệu của nhiều đơn vị. / Readings of many units.")
]


def load_pair(
    rulebook: str, readings: str, *, locale: Lang | None = None, unit: str | None = None, group: str | None = None
) -> tuple[Node, Rulebook, Readings, Sequence[Readings]]:
    """Load a rulebook with its tree, the readings of one unit, and those of its group."""
    from tieuchi.api import load_readings
    from tieuchi.loading.rulebook import rulebook_of, rulebook_tree
    from tieuchi.model.plan import compile_plan

    root = rulebook_tree(rulebook)
    book = rulebook_of(root)
    found = load_readings(readings, book, locale=locale.value if locale else None, unit=unit)
    return root, book, found, load_table(group, compile_plan(book), locale) if group else ()


def load_table(table: str, plan: Plan, locale: Lang | None = None) -> Sequence[Readings]:
    """Load the readings of all units of a table."""
    from tieuchi.loading.bundled import readings_path
    from tieuchi.whatif.table import load_units

    path = table if "[" in table else str(readings_path(table))
    return load_units(plan, path, locale.value if locale else None)


class Told(NamedTuple):
    """A result as a picture, as data and as text; each is made only when it is asked for."""

    chart: Callable[[], Chart | None]
    data: Callable[[], Any]
    write: Callable[[Page], None]


def tell(form: Format, out: Path | None, data: Callable[[], Any], write: Callable[[Page], None]) -> None:
    """Print a result as JSON or as a page, or write it whole into a file; only what is asked for is made."""
    if form is Format.json:
        emit_json(data(), out)
        return
    page = new_page(out)
    write(page)
    emit(page.text(), out)


def draw(make: Callable[[], Chart | None], plot: Path | None, lang: Lang) -> None:
    """Draw a chart into a file, whole or not at all, if one was asked for."""
    if plot is None:
        return
    from tieuchi.errors import Issue, Position, ScenarioError
    from tieuchi.loading.whole_file import write_whole
    from tieuchi.plots import picture

    chart = make()
    if chart is None:
        raise ScenarioError([Issue("S734", Position(str(plot)))])
    write_whole(plot, picture(chart, plot.suffix.lower(), language_of(lang)))


_WORKING = Text("Đang tính", "Working")
AFTER = 1.0
"""Seconds after which something is long."""


@contextmanager
def progress(lang: Lang) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how far a long computation is, once it has taken a second, and only on a terminal."""
    from time import monotonic

    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(_WORKING.of(language_of(lang)), total=None)
    start = monotonic()

    def show(done: int, every: int) -> None:
        if not bar.live.is_started and monotonic() - start > AFTER:
            bar.start()
        bar.update(task, completed=done, total=every)

    try:
        yield show
    finally:
        if bar.live.is_started:
            # A break may come while rich is only half through with starting the bar.
            with suppress(IndexError):
                bar.stop()
            bar.console.show_cursor(True)
