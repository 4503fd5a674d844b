"""Text for a terminal: tables that fit 80 columns, colour only where there is a terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

NARROW = 80
Justify = Literal["left", "right"]
Column = tuple[str, Justify]


class Page:
    """Lines and tables, collected and then written at once."""

    def __init__(self, *, width: int = NARROW, colour: bool = False) -> None:
        self._buffer = io.StringIO()
        self._console = Console(
            file=self._buffer,
            width=max(width, NARROW),
            force_terminal=colour,
            no_color=not colour,
            color_system="standard" if colour else None,
            highlight=False,
            legacy_windows=False,
        )

    def line(self, text: str = "", style: str = "", indent: int = 0, hang: int = 0) -> None:
        """Add a line, wrapped with its indent where it is too long; further lines stand ``hang`` columns deeper."""
        if not text:
            self._console.print()
            return
        body = Text(text, style=style)
        room = self._console.width - indent
        lines = list(body.wrap(self._console, room))
        if hang and len(lines) > 1:
            rest = body[len(lines[0]) :]
            rest = rest[len(rest) - len(rest.plain.lstrip()) :]
            lines = [lines[0], *(Text(" " * hang) + line for line in rest.wrap(self._console, room - hang))]
        for wrapped in lines:
            self._console.print(Text(" " * indent) + wrapped, soft_wrap=True)

    def heading(self, text: str) -> None:
        """Add a heading with an empty line before it."""
        self._console.print()
        self.line(text, style="bold")

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], last_is_total: bool = False) -> None:
        """Add a table; the first left-aligned column that is widest takes what room there is."""
        table = Table(box=None, pad_edge=False, show_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for name, justify in columns:
            fixed = justify == "right"
            table.add_column(Text(name), justify=justify, no_wrap=fixed, overflow="fold")
        for index, row in enumerate(rows):
            style = "bold" if last_is_total and index == len(rows) - 1 else ""
            table.add_row(*(Text(cell) for cell in row), style=style)
        self._console.print(table)

    def text(self) -> str:
        """Return all that was added, without spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._buffer.getvalue().splitlines()) + "\n"
