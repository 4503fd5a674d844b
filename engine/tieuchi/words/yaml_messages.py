"""Messages about files as such (Y) and names that are not there (U)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message

YAML_MESSAGES: dict[str, Message] = {
    "Y100": Message(Text("không đọc được tệp: {reason}", "the file can't be read: {reason}")),
    "Y101": Message(
        Text("tệp lớn hơn {most} byte", "the file is larger than {most} bytes"),
        Text("chia bộ tiêu chí thành nhiều tệp bằng khóa parts", "split a rulebook into files with the key parts"),
    ),
    "Y102": Message(
        Text(
            "tệp bắt đầu bằng dấu thứ tự byte (BOM) của {encoding}",
            "the file begins with a byte order mark ({encoding})",
        ),
        Text("lưu lại dạng UTF-8 không có BOM", "save it as UTF-8 without BOM"),
    ),
    "Y103": Message(
        Text("byte {byte} không phải UTF-8", "byte {byte} is not UTF-8"),
        Text("lưu lại dạng UTF-8", "save the file as UTF-8"),
    ),
    "Y104": Message(
        Text("dùng ký tự tab để thụt dòng", "a tab is used to indent"),
        Text("thụt dòng bằng dấu cách", "indent with spaces"),
    ),
    "Y105": Message(Text("ký tự {character} không được phép", "character {character} is not allowed")),
    "Y106": Message(Text("tệp có nhiều hơn một tài liệu YAML (---)", "more than one YAML document (---) in the file")),
    "Y107": Message(Text("lồng sâu hơn {most} mức", "nested deeper than {most} levels")),
    "Y108": Message(Text("nhiều hơn {most} phần tử", "more than {most} nodes")),
    "Y109": Message(
        Text("neo hoặc bí danh YAML “{name}” không được dùng", "YAML anchor or alias “{name}” is not allowed"),
        Text("viết đầy đủ: mỗi con số có một chỗ của nó", "write it out: each number has its own place"),
    ),
    "Y110": Message(Text("tệp không có nội dung", "the file has no content")),
    "Y111": Message(Text("thẻ YAML {tag} không được dùng", "YAML tag {tag} is not allowed")),
    "Y112": Message(Text("một giá trị dài hơn {most} ký tự", "a value is longer than {most} characters")),
    "Y113": Message(Text("khóa phải là một chữ", "a key must be a plain text")),
    "Y114": Message(
        Text("khóa “{key}” đã có ở dòng {line}", "the key “{key}” already stands in line {line}"),
        Text("giữ lại một", "keep one of the two"),
    ),
    "Y120": Message(Text("không ghi được tệp: {reason}", "the file can't be written: {reason}")),
    "Y115": Message(Text("sai cú pháp YAML: {reason}", "YAML syntax: {reason}")),
}

_NEAREST = Text("có phải “{nearest}”?", "did you mean “{nearest}”?")

NAME_MESSAGES: dict[str, Message] = {
    "U_rulebook": Message(
        Text("không có bộ tiêu chí “{name}” (có sẵn: {known})", "there is no rulebook “{name}” (bundled: {known})"),
        _NEAREST,
    ),
    "U_readings": Message(
        Text("không có số liệu “{name}” (có sẵn: {known})", "there are no readings “{name}” (bundled: {known})"),
        _NEAREST,
    ),
    "U_catalogue": Message(Text("không có danh mục chỉ số “{name}”", "there is no catalogue “{name}”"), _NEAREST),
    "U_criterion": Message(Text("không có tiêu chí “{name}”", "there is no criterion “{name}”"), _NEAREST),
    "U_indicator": Message(Text("không có chỉ số “{name}”", "there is no indicator “{name}”"), _NEAREST),
    "U_path": Message(
        Text("không có chỗ nào tên “{name}” trong bộ tiêu chí", "there is no place “{name}” in the rulebook"), _NEAREST
    ),
    "U_place": Message(
        Text("không có chỉ số hay chỗ nào tên “{name}”", "there is no indicator and no place “{name}”"), _NEAREST
    ),
    "U_unit": Message(
        Text("không có đơn vị “{name}” (có: {known})", "there is no unit “{name}” (there are: {known})"), _NEAREST
    ),
    "X100": Message(
        Text(
            "hai cách chấm cho kết quả khác nhau: cách chính xác {expected}; durable-rules {found}",
            "two roads differ: only the exact road says {expected}; only durable-rules says {found}",
        )
    ),
    "U_bundle": Message(
        Text(
            "không tìm thấy dữ liệu kèm theo ở {name} hay {known}",
            "the bundled data is neither in {name} nor in {known}",
        )
    ),
}
