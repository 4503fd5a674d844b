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
    "E104": _message(
        "bảng có {rows} dòng; phải có từ 1 đến {most}", "the table has {rows} {rows:row|rows}; it must have 1 to {most}"
    ),
    "E105": _message(
        "không hiểu cột “{name}”, hoặc cột đứng hai lần",
        "column “{name}” is not known, or stands twice",
        ("có phải “{nearest}”?", "did you mean “{nearest}”?"),
    ),
    "E106": _message(
        "ô “{text}” không phải là số",
        "the cell “{text}” is no number",
        ("viết 80, 0,5, 30% hoặc 1/3", "write 80, 0.5, 30% or 1/3"),
    ),
    "E107": _message("ô “{text}” không nằm dưới cột nào có tên", "the cell “{text}” stands under no head"),
    "E108": _message(
        "tiêu chí “{criterion}”: dòng này ghi “{text}”, dòng đầu ghi “{other}”",
        "criterion “{criterion}”: this row says “{text}”, the first one “{other}”",
    ),
    "E110": _message("tên “{name}” đã dùng cho {kind}", "“{name}” is already the name of a {kind}"),
    "E111": _message("“{name}” không phải là một tên hợp lệ", "“{name}” is not a valid name"),
    "E112": _message(
        "tên “{name}” ở đây viết theo cách không đổi tại chỗ được",
        "the name “{name}” is written here in a way that can't be changed in place",
        ("sửa tay chỗ này, rồi chạy lại", "change it by hand, then run the command again"),
    ),
    "E113": _message(
        "bộ tiêu chí kèm theo chương trình không sửa tại chỗ được",
        "a rulebook that comes with the program can't be changed in place",
        ("chép thư mục ra ngoài rồi đổi ở bản chép", "copy its folder and rename in the copy"),
    ),
    "E114": _message(
        "không đổi tên trong tệp {suffix} được; các dạng: {known}",
        "names can't be changed in a {suffix} file; the forms are: {known}",
    ),
    "E115": _message(
        "tệp kết quả trùng với tệp nguồn",
        "the file to write is the file that is read",
        ("đặt tên khác cho --out", "give --out another name"),
    ),
    "U_file": _message(
        "không có tệp hay thư mục “{name}”",
        "there is no file or folder “{name}”",
        ("có phải “{nearest}”?", "did you mean “{nearest}”?"),
    ),
}
