"""Rows that can't be scored, kept with what is wrong and what stood in them, so that none is lost without a word."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from tieuchi.errors import Issue, Position, ReadingsError
from tieuchi.loading.readings_given import MOST_ISSUES
from tieuchi.words import Language, message_text
from tieuchi.words.characters import visible

LONGEST = 10_000
MOST_HELD = 100_000
"""So many rows are held in memory, at about a kilobyte each; those before wait in a file without a name."""


@dataclass(frozen=True, slots=True)
class Reject:
    """What is wrong with one row; ``row`` is what stood there, to be mended and handed in again."""

    issues: tuple[Issue, ...]
    unit: str = ""
    row: str = ""


@dataclass(slots=True, weakref_slot=True)
class Rejects:
    """The rows of a table that can't be scored; of very many, all but the last ones wait on disk."""

    count: int = 0
    issues: int = 0
    _held: list[Reject] = field(default_factory=list)
    _file: IO[bytes] | None = None
    _parts: int = 0

    def add(self, rejects: Iterable[Reject]) -> None:
        """Take some more."""
        for reject in rejects:
            self._held.append(reject)
            self.count += 1
            self.issues += len(reject.issues)
            if len(self._held) >= MOST_HELD:
                self._put_away()

    def _put_away(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as these rows are wanted
            weakref.finalize(self, self._file.close)
        self._file.seek(0, 2)
        pickle.dump(self._held, self._file)
        self._parts += 1
        self._held = []

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Reject]:
        for part in self.parts():
            yield from part

    def parts(self) -> Iterator[list[Reject]]:
        """Yield all of them in parts that fit the memory: by place, but where there are very many, as they were met."""
        places = 0
        for _ in range(self._parts):
            assert self._file is not None
            self._file.seek(places)
            part = pickle.load(self._file)
            places = self._file.tell()
            yield part
        if self._held:
            yield sorted(self._held, key=lambda reject: reject.issues[0].position)

    def refusal(self, name: str) -> ReadingsError:
        """Return the error of all that is wrong, or of the first thousand things and how many there are."""
        found = [issue for _, issue in zip(range(MOST_ISSUES), (i for r in self for i in r.issues), strict=False)]
        if self.issues > len(found):
            facts = {"count": str(self.issues), "shown": str(len(found))}
            found.insert(0, Issue("D499", Position(name), facts=facts))
        return ReadingsError(found)


def row_text(cells: Mapping[str, str]) -> str:
    """Return the cells of a row in one line, each behind the name of its column.

    Example:
        >>> row_text({"unit": "a", "done": "12O"})
        'unit=a; done=12O'
    """
    return visible("; ".join(f"{title}={text}" for title, text in cells.items()))[:LONGEST]


def error_columns(rejects: Sequence[Reject], language: Language) -> dict[str, list[Any]]:
    """Return the table of errors, one line for each thing that is wrong."""
    pairs = [(reject, issue) for reject in rejects for issue in reject.issues]
    issues = [issue for _, issue in pairs]
    return {
        "file": [issue.position.file for issue in issues],
        "line": [issue.position.line or None for issue in issues],
        "cell": [issue.position.cell for issue in issues],
        "unit": [reject.unit for reject, _ in pairs],
        "column": [visible(issue.path) for issue in issues],
        "code": [issue.code for issue in issues],
        "message": [message_text(issue.code, issue.facts, language) for issue in issues],
        "row": [reject.row for reject, _ in pairs],
    }
