"""Messages about many units at once (B)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message

_NEAREST = Text("có phải “{nearest}”?", "did you mean “{nearest}”?")

BATCH_MESSAGES: dict[str, Message] = {
    "B601": Message(
        Text("điểm quá lớn so với đơn vị {quantum}", "points are too large for a quantum of {quantum}"),
        Text("chọn quantum lớn hơn", "choose a larger quantum"),
    ),
    "B602": Message(
        Text(
            "danh mục kiểm tra dài hơn {most} mục nên không lập bảng được",
            "a checklist of more than {most} parts can't be tabled",
        )
    ),
    "B603": Message(
        Text(
            "tổng được quy đổi hoặc làm tròn vượt 64 bit với đơn vị {quantum}",
            "a sum that is rescaled or rounded needs more than 64 bits at a quantum of {quantum}",
        ),
        Text("chọn quantum lớn hơn", "choose a larger quantum"),
    ),
    "B604": Message(
        Text("bảng không có cột đơn vị (unit)", "the table has no column of units"),
        Text("thêm cột “unit” hoặc “đơn vị”", "add a column “unit”"),
    ),
    "B605": Message(Text("cột “{column}” không có nghĩa ở đây", "the column “{column}” means nothing here"), _NEAREST),
    "B606": Message(
        Text(
            "dòng có {fields} ô, tiêu đề có {columns} cột", "the row has {fields} fields, the header {columns} columns"
        )
    ),
    "B610": Message(
        Text("“{value}” không phải là một thay đổi đơn vị", "“{value}” is no change of a unit"),
        Text("viết unit;successor;2025-07-01;1", "write unit;successor;2025-07-01;1"),
    ),
    "B611": Message(
        Text(
            "các phần của “{unit}” từ {day} cộng lại là {sum}, không phải 1",
            "the shares of “{unit}” from {day} add up to {sum}, not 1",
        )
    ),
}
