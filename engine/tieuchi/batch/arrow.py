"""Arrow columns made of what we hold ourselves.

``pyarrow.array`` looks whether its argument is of pandas, and imports pandas for that, which takes longer than scoring
all provinces. So columns are made of their buffers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

_KINDS = {"int64": pa.int64, "int32": pa.int32, "int8": pa.int8}


def numbers(values: Any, given: Any = None) -> Any:
    """Return integers as a column, without a copy; null where they are not given.

    Example:
        >>> numbers(np.array([1, 2]), np.array([True, False])).to_pylist()
        [1, None]
    """
    kind = _KINDS[values.dtype.name]()
    return pa.Array.from_buffers(kind, len(values), [packed(given), pa.py_buffer(np.ascontiguousarray(values))])


def texts(words: Sequence[str | None]) -> Any:
    """Return texts as a column; None is null.

    Example:
        >>> texts(["Hà Nội", None, ""]).to_pylist()
        ['Hà Nội', None, '']
    """
    parts = [b"" if word is None else word.encode("utf-8", "surrogatepass") for word in words]
    ends = np.zeros(len(parts) + 1, np.int64)
    np.cumsum([len(part) for part in parts], out=ends[1:])
    given = np.array([word is not None for word in words], bool)
    few = ends[-1] < 1 << 31
    buffers = [packed(given), pa.py_buffer(ends.astype(np.int32) if few else ends), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.string() if few else pa.large_string(), len(parts), buffers)


def packed(given: Any) -> Any:
    """Return truth values as the bits by which Arrow says what is not null; None where all is given."""
    return None if given is None or given.all() else pa.py_buffer(np.packbits(given, bitorder="little"))


def decoded(column: Any) -> Any:
    """Return a column of a dictionary's words as the words themselves; any other column is returned as it is.

    Example:
        >>> words = pa.DictionaryArray.from_arrays(numbers(np.array([1, 0])), pa.array(["a", "b"], pa.string_view()))
        >>> decoded(words).to_pylist()
        ['b', 'a']
    """
    if not pa.types.is_dictionary(column.type):
        return column
    values = column.dictionary
    if pa.types.is_string_view(values.type):  # of which Arrow can't take some
        values = values.cast(pa.large_string())
    return pa.DictionaryArray.from_arrays(column.indices, values).dictionary_decode()


def whole(column: Any) -> Any:
    """Return a column of a table as one array, without a copy where it is one already."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.nulls(0, column.type)])
