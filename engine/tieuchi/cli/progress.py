"""A progress bar with rate and time left, on the error stream of a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tieuchi.words.batch_terms import batch_term
from tieuchi.words.language import Language

BAR_WIDTH = 20
"""So wide that rate and time left find room beside it in 80 columns, also for tables of a hundred million rows."""
Advance = Callable[[str, int, int | None], None]
STEPS = {"best": "best", "rank": "ranking", "ties": "ties", "exact": "ties", "score": "score"}


@contextmanager
def progress_bar(language: Language) -> Iterator[Advance]:
    """Give what to tell rows to that are done in each pass; without a terminal nothing is shown, nor imported."""
    if not sys.stderr.isatty():
        yield lambda _step, _rows, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(BAR_WIDTH), MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
    )  # fmt: skip
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def advance(step: str, rows: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(batch_term(STEPS[step], language), total=total, rate="")
            progress.update(tasks[step], advance=rows, total=total)
            task = progress.tasks[tasks[step]]
            speed = task.finished_speed or task.speed
            if speed:
                progress.update(tasks[step], rate=f"{speed:,.0f}/s".replace(",", "." if language == "vi" else ","))

        yield advance
