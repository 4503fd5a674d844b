"""What says who stands in a row, as text that can be compared and shown: in NFC, nothing hidden in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tieuchi.batch.arrow import decoded, texts
from tieuchi.loading.readings_given import LONGEST_NAME
from tieuchi.loading.table_columns import SUMS
from tieuchi.words.characters import forbidden_character

_MIDNIGHT = r" 00:00:00(\.0+)?(Z|[+-][0-9]{4})?$"
_SUSPECT = np.zeros(256, bool)
_SUSPECT[[*range(0x20), 0x7F, 0xC2, 0xEF]] = True
"""Bytes without which no character is forbidden; the last two begin some that are and more that are not."""


def words_of(column: Any) -> Any:
    """Return an Arrow column as text, nothing where it is null or NaN; a time at midnight is the day.

    Example:
        >>> words_of(pa.array([" So\u0301c Tra\u0306ng ", None])).to_pylist()
        ['Sóc Trăng', '']
    """
    column = decoded(column)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), None, column)
    text = pc.cast(column, pa.string())
    if pa.types.is_timestamp(column.type):
        text = pc.replace_substring_regex(text, _MIDNIGHT, "")
    if not pc.all(pc.string_is_ascii(text)).as_py():
        text = pc.utf8_normalize(text, "NFC")
    text = pc.utf8_trim_whitespace(text)
    return texts([word or "" for word in text.to_pylist()]) if text.null_count else text


def unfit(column: Any) -> Iterator[tuple[int, str, dict[str, str]]]:
    """Yield the rows whose text is too long, or holds a character that no name may hold: code and facts."""
    if not len(column) or not _suspect(column):
        return
    for row, text in enumerate(column.to_pylist()):
        if character := forbidden_character(text):
            yield row, "D419", {"character": character}
        elif len(text) > LONGEST_NAME:
            yield row, "D420", {"most": str(LONGEST_NAME), "length": str(len(text))}


def blank_rows(column: Any) -> list[int]:
    """Return the rows in which nothing stands.

    Example:
        >>> blank_rows(texts(["a", "", "b"]))
        [1]
    """
    return list(np.flatnonzero(np.diff(_places(column)) == 0).tolist())


def sum_rows(column: Any) -> list[tuple[int, str]]:
    """Return the rows that add up the others, with what stands there for a unit.

    Example:
        >>> sum_rows(texts(["a", "TỔNG CỘNG", "b"]))
        [(1, 'TỔNG CỘNG')]
    """
    found = pc.indices_nonzero(pc.is_in(column, value_set=texts(sorted(SUMS)).cast(column.type)))
    return [(row, column[row].as_py()) for row in found.to_pylist()]


def _places(column: Any) -> Any:
    """Return where the text of each row begins in a column's bytes, and where the last one ends."""
    kind = np.int64 if pa.types.is_large_string(column.type) else np.int32
    if not len(column):
        return np.zeros(1, kind)
    return np.frombuffer(column.buffers()[1], kind)[column.offset : column.offset + len(column) + 1]


def _suspect(column: Any) -> bool:
    """Say whether a column could hold such a text, by its bytes alone."""
    places, data = _places(column), column.buffers()[2]
    if np.diff(places).max() > LONGEST_NAME:
        return True
    return data is not None and bool(_SUSPECT[np.frombuffer(data, np.uint8)[places[0] : places[-1]]].any())
