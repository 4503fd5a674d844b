"""Messages about readings that don't fit the rulebook they are scored by (D5)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message

_NEAREST = Text("có phải “{nearest}”?", "did you mean “{nearest}”?")

FITTING_MESSAGES: dict[str, Message] = {
    "D501": Message(
        Text(
            "đơn vị “{unit}” thuộc loại “{kind}”, bộ tiêu chí chỉ có: {known}",
            "unit “{unit}” is of kind “{kind}”, the rulebook knows: {known}",
        ),
        _NEAREST,
    ),
    "D502": Message(
        Text(
            "không có tiêu chí thành phần “{name}” để lấy điểm",
            "there is no sub-criterion “{name}” to declare points for",
        ),
        _NEAREST,
    ),
    "D503": Message(
        Text(
            "điểm của “{name}” được tính từ số liệu, không lấy từ thẩm định",
            "the points of “{name}” are computed from readings, not declared",
        ),
        Text("bỏ dòng này, hoặc đặt scale: {{declared: {{}}}}", "take this line out, or set scale: {{declared: {{}}}}"),
    ),
    "D504": Message(
        Text(
            "{points} điểm của “{name}” nằm ngoài {low} đến {high}",
            "{points} {points:point|points} of “{name}” {points:lies|lie} outside {low} to {high}",
        ),
    ),
    "D505": Message(
        Text(
            "“{name}” là {part}, lớn hơn “{other}” là {whole} ở {at} (tiêu chí {criterion})",
            "“{name}” is {part}, more than “{other}”, which is {whole} at {at} (criterion {criterion})",
        ),
    ),
    "D506": Message(
        Text(
            "dấu “{mark}” ngăn hàng nghìn trong “{group}” nhưng ngăn phần thập phân trong “{decimal}” "
            "(số kia ở {first})",
            "“{mark}” parts thousands in “{group}” and decimals in “{decimal}” (the other one is at {first})",
        ),
        Text(
            "khai báo cách viết số: dòng đầu # locale: vi (hoặc en), hay --locale",
            "declare how numbers are written: a first line # locale: vi (or en), or --locale",
        ),
    ),
}
