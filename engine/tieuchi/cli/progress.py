"""A progress bar with rate and time left, on the error stream of a terminal only."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class Bar:
    """Shows how many rows are done in each pass."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
        )
        console = Console(stderr=True)
        self._progress = Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def advance(self, step: str, rows: int, total: int | None = None) -> None:
        """Say that some rows of a pass are done."""
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(step, total=total, rate="")
        task = self._progress.tasks[self._tasks[step]]
        speed = f"{task.speed:,.0f}/s" if task.speed else ""
        self._progress.update(self._tasks[step], advance=rows, rate=speed)
