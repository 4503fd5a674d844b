"""Messages about case files (C)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message

_NEAREST = Text("có phải “{nearest}”?", "did you mean “{nearest}”?")

CASE_MESSAGES: dict[str, Message] = {
    "C501": Message(Text("bộ tiêu chí không có tiêu chí “{name}”", "the rulebook has no criterion “{name}”"), _NEAREST),
    "C502": Message(Text("bộ tiêu chí không có hạng “{name}”", "the rulebook has no grade “{name}”"), _NEAREST),
    "C503": Message(Text("bộ tiêu chí không có finding “{name}”", "the rulebook has no finding “{name}”"), _NEAREST),
    "C504": Message(Text("bộ tiêu chí không có chỉ số “{name}”", "the rulebook has no indicator “{name}”"), _NEAREST),
    "C505": Message(
        Text("không có mã lỗi số liệu “{name}”", "there is no code “{name}” by which readings are refused"),
        Text("mã lỗi của số liệu bắt đầu bằng D, ví dụ D474", "codes about readings begin with D, such as D474"),
    ),
    "C506": Message(
        Text("đã có ví dụ tên “{name}” ở dòng {line}", "there is already a case named “{name}” in line {line}"),
        Text("nói rõ hai ví dụ khác nhau ở chỗ nào", "say in the name in what the two differ"),
    ),
    "C507": Message(
        Text("expect không nêu kết quả nào", "expect says nothing to compare"),
        Text(
            'viết, ví dụ: expect: {{"1.1": {{points: 0.5}}}}',
            'write, for instance: expect: {{"1.1": {{points: 0.5}}}}',
        ),
    ),
    "C508": Message(
        Text("không có bộ tiêu chí “{name}” (có sẵn: {known})", "there is no rulebook “{name}” (bundled: {known})"),
        _NEAREST,
    ),
    "C509": Message(
        Text(
            "rulebook phải là một bộ tiêu chí viết tại chỗ, hoặc tên",
            "rulebook must be a rulebook written here, or a name",
        )
    ),
    "C510": Message(
        Text("khoảng từ {low} đến {high} trống", "the interval {low} to {high} is empty"),
        Text("viết số nhỏ trước", "write the lower end first"),
    ),
}
