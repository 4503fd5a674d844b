"""What all written workbooks share: a book in memory, its formats, and text that can never become a formula."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from tieuchi.errors import Position
from tieuchi.loading.readings_given import refusal

FONT = "Arial"
_INK = "#1F2937"
_FORMATS: dict[str, dict[str, Any]] = {
    "text": {"text_wrap": True, "valign": "top"},
    "small": {"text_wrap": True, "valign": "top", "font_color": "#6B7280", "font_size": 8},
    "title": {"bold": True, "font_size": 14},
    "strong": {"bold": True, "font_size": 11},
    "note": {"italic": True, "font_color": "#6B7280"},
    "head": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#E5E7EB", "border": 1},
    "input": {"bg_color": "#FEF9C3", "border": 1, "locked": False, "valign": "top"},
    "input_text": {"bg_color": "#FEF9C3", "border": 1, "locked": False, "valign": "top", "text_wrap": True},
    "beside": {"text_wrap": True, "valign": "top", "indent": 1},
    "number": {"valign": "top"},
    "points": {"num_format": "0.000", "valign": "top"},
    "bold": {"bold": True, "valign": "top", "text_wrap": True},
    "bold_points": {"bold": True, "num_format": "0.000", "valign": "top"},
    "rate": {"num_format": "0.00%", "valign": "top"},
    "bold_rate": {"bold": True, "num_format": "0.00%", "valign": "top"},
    "hidden": {"font_color": "#9CA3AF", "font_size": 8},
}


class Book:
    """A workbook being written, in memory until it is whole."""

    def __init__(self) -> None:
        try:
            import xlsxwriter
        except ImportError:
            raise refusal("K820", Position("xlsx"), package="xlsxwriter", extra="excel") from None
        self._buffer = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "nan_inf_to_errors": False,
        }
        self.book: Any = xlsxwriter.Workbook(self._buffer, options)
        self.book.set_calc_mode("auto")
        self._formats: dict[tuple[str, str], Any] = {}

    def format(self, name: str, number: str = "") -> Any:
        """Return a format by name, perhaps with a number format of its own."""
        key = (name, number)
        if key not in self._formats:
            properties = {"font_name": FONT, "font_size": 10, "font_color": _INK, **_FORMATS[name]}
            if number:
                properties["num_format"] = number
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def sheet(self, title: str) -> Any:
        """Add a sheet."""
        return self.book.add_worksheet(title)

    def text(self, sheet: Any, row: int, column: int, text: str, name: str = "text") -> None:
        """Write a text that stays text, whatever it begins with: a formula it never becomes, nor when it is edited."""
        dangerous = text.startswith(("=", "+", "-", "@", "\t", "\r"))
        cell_format = self._quoted(name) if dangerous else self.format(name)
        if text:
            sheet.write_string(row, column, text, cell_format)
        else:
            sheet.write_blank(row, column, None, cell_format)

    def _quoted(self, name: str) -> Any:
        key = (name, "'")
        if key not in self._formats:
            properties = {
                "font_name": FONT,
                "font_size": 10,
                "font_color": _INK,
                **_FORMATS[name],
                "quote_prefix": True,
            }
            self._formats[key] = self.book.add_format(properties)
        return self._formats[key]

    def data(self) -> bytes:
        """Return the finished file."""
        self.book.close()
        return self._buffer.getvalue()


def print_wide(sheet: Any, heading: int) -> None:
    """Let a sheet print on A4 landscape, as wide as one page, its headings on each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading)
