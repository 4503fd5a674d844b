"""What is wrong with a command line."""

from __future__ import annotations

from tieuchi.words.language import Text

USAGE_TERMS: dict[str, Text] = {
    "help": Text("xem thêm: {command} --help", "see {command} --help"),
    "no_command": Text("không có lệnh “{name}”", "there is no command “{name}”"),
    "no_option": Text("không có lựa chọn {name}", "there is no option {name}"),
    "missing": Text("thiếu {name}", "{name} is missing"),
    "no_value": Text("{name} cần một giá trị đi sau", "{name} needs a value behind it"),
    "no_flag": Text("{name} không nhận giá trị", "{name} takes no value"),
    "one_of": Text("“{value}” không dùng được cho {name} (có: {known})", "{name} can't be “{value}” (known: {known})"),
    "whole": Text("{name} phải là số nguyên", "{name} must be a whole number"),
    "number": Text("{name} phải là một số", "{name} must be a number"),
    "extra": Text("thừa: {words}", "too many words: {words}"),
    "nearest": Text("có phải {name}?", "did you mean {name}?"),
}
