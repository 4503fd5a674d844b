"""The columns of a table of readings that are no indicators, by the names they can go under."""

from __future__ import annotations

from tieuchi.loading.readings_given import folded
from tieuchi.loading.validity import VALID_NAMES

COLUMNS: dict[str, tuple[str, ...]] = {
    "unit": ("unit", "đơn vị", "mã đơn vị"),
    "unit_name": ("unit_name", "tên đơn vị"),
    "unit_kind": ("unit_kind", "loại đơn vị", "cấp"),
    "unit_parent": ("unit_parent", "đơn vị cấp trên", "trực thuộc"),
    "period": ("period", "kỳ", "kỳ đánh giá", "năm"),
    **VALID_NAMES,
    "indicator": ("indicator", "chỉ số", "chỉ tiêu", "mã chỉ số", "mã chỉ tiêu"),
    "value": ("value", "số liệu", "giá trị"),
    "source": ("source", "nguồn", "nguồn số liệu"),
    "refused": ("refused", "không công nhận", "lý do không công nhận"),
}
_SUMS = ("tổng", "tổng số", "tổng cộng", "cộng", "total", "grand total")
SUMS = frozenset(
    form + end for word in _SUMS for form in (word, word.capitalize(), word.title(), word.upper()) for end in ("", ":")
)
"""What stands for a unit in the row that adds up the others. Taken for a unit it would be the best of them all."""
BY_NAME = {folded(name).replace("_", " "): column for column, names in COLUMNS.items() for name in names}


def column_of(header: str) -> str | None:
    """Return the fixed column that a header cell names, by its English or Vietnamese name.

    Example:
        >>> column_of("Đơn vị"), column_of("Chỉ tiêu"), column_of("late_reports")
        ('unit', 'indicator', None)
    """
    return BY_NAME.get(folded(header).replace("_", " "))
