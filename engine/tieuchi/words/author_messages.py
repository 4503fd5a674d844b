"""Messages for rule authors beyond checking: cases, formatting, import and export (E)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message


def _message(vi: str, en: str, hint: tuple[str, str] | None = None) -> Message:
    return Message(Text(vi, en), Text(*hint) if hint else None)


AUTHOR_MESSAGES: dict[str, Message] = {
    "U_cases": _message("không có trường hợp thử nào ở “{name}”", "there are no cases at “{name}”"),
    "U_name": Message(
        Text("không có gì tên “{name}” để đổi", "nothing is called “{name}”"),
        Text("có phải “{nearest}”?", "did you mean “{nearest}”?"),
    ),
    "E100": _message("“{criterion}”: {target} không diễn đạt được {what}", "“{criterion}”: {target} can't say {what}"),
    "E101": _message("tệp không phải là {target}: {reason}", "the file is no {target}: {reason}"),
    "E102": _message("không đọc được ô “{text}”: {reason}", "the cell “{text}” can't be read: {reason}"),
    "E103": _message("thiếu cột “{name}” (có: {known})", "column “{name}” is missing (there are: {known})"),
    "E110": _message("tên “{name}” đã dùng cho {kind}", "“{name}” is already the name of a {kind}"),
    "E111": _message("“{name}” không phải là một tên hợp lệ", "“{name}” is not a valid name"),
}
