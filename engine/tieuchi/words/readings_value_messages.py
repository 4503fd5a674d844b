"""Messages about the value of a reading (D46x to D49x)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message

_NEAREST = ("có phải “{nearest}”?", "did you mean “{nearest}”?")


def _message(vi: str, en: str, hint: tuple[str, str] | None = None) -> Message:
    return Message(Text(vi, en), Text(*hint) if hint else None)


_NUMBERS: dict[str, Message] = {
    "D460": _message("“{value}” không phải là số ({indicator})", "“{value}” is not a number ({indicator})", _NEAREST),
    "D461": _message(
        "“{value}” là {vi} theo cách viết Việt Nam, là {en} theo cách viết Anh ({indicator})",
        "“{value}” is {vi} in Vietnamese and {en} in English ({indicator})",
        (
            "khai báo locale: vi hoặc locale: en trong tệp, hay thêm --locale vi vào lệnh",
            "declare locale: vi or locale: en in the file, or add --locale vi to the command",
        ),
    ),
    "D462": _message(
        "“{value}” chia nhóm chữ số sai ({indicator})",
        "the digits of “{value}” are wrongly grouped ({indicator})",
        (
            "mỗi nhóm sau nhóm đầu có đúng ba chữ số: 1.234.567,8 (vi), 1,234,567.8 (en)",
            "each group but the first has just three digits: 1.234.567,8 (vi), 1,234,567.8 (en)",
        ),
    ),
    "D463": _message(
        "“{value}” viết theo lũy thừa ({indicator})",
        "“{value}” is written with an exponent ({indicator})",
        ("viết hết các chữ số", "write all its digits"),
    ),
    "D464": _message(
        "“{value}” có ký tự {character} ({indicator})",
        "“{value}” holds the character {character} ({indicator})",
        ("gõ lại bằng chữ số và dấu thường", "type it again with plain digits and marks"),
    ),
    "D465": _message(
        "“{value}” có dấu cách giữa các chữ số ({indicator})",
        "“{value}” has a space among its digits ({indicator})",
        ("nếu là một số thì viết {nearest}", "if it is one number write {nearest}"),
    ),
    "D466": _message("“{value}” có quá {most} chữ số", "“{value}” has more than {most} {most:digit|digits}"),
    "D467": _message(
        "“{value}” có dấu %, mà “{indicator}” không tính theo %",
        "“{value}” has a percent sign, but “{indicator}” is not in per cent",
    ),
    "D468": _message(
        "“{value}” là một tỷ số, mà “{indicator}” cần một số",
        "“{value}” is a ratio, but “{indicator}” needs one number",
    ),
    "D469": _message(
        "“{value}” không phải là tỷ số của hai số đếm ({indicator})",
        "“{value}” is not a ratio of two counts ({indicator})",
        ("viết như 31/33 (trong Excel: định dạng ô là Text)", "write 31/33 (in Excel: format the cell as Text)"),
    ),
    "D470": _message("“{value}” chia cho 0 ({indicator})", "“{value}” divides by 0 ({indicator})"),
    "D471": _message(
        "“{value}” không có nghĩa: chia cho 0 ({indicator})",
        "“{value}” means nothing: it divides by 0 ({indicator})",
        ("không có gì được giao thì viết “không áp dụng”", "where nothing was assigned write “not applicable”"),
    ),
    "D472": _message(
        "hai phần của “{value}” phải là số nguyên ({indicator})", "both parts of “{value}” must be whole ({indicator})"
    ),
    "D473": _message(
        "“{value}” không phải là số nguyên ({indicator})", "“{value}” is not a whole number ({indicator})"
    ),
    "D474": _message(
        "“{value}” nhỏ hơn {limit}, mức thấp nhất của “{indicator}”",
        "“{value}” is below {limit}, the least that “{indicator}” can be",
    ),
    "D475": _message(
        "“{value}” lớn hơn {limit}, mức cao nhất của “{indicator}”",
        "“{value}” is above {limit}, the most that “{indicator}” can be",
    ),
    "D488": _message(
        "“{value}” không viết theo cách Việt Nam; theo cách Anh nó là {reading} ({indicator})",
        "“{value}” is not written in the Vietnamese way; in English it is {reading} ({indicator})",
        (
            "đã khai báo locale: vi: phần nghìn dùng dấu chấm, thập phân dùng dấu phẩy",
            "locale: vi is declared: a point parts thousands, a comma parts decimals",
        ),
    ),
    "D489": _message(
        "“{value}” không viết theo cách Anh; theo cách Việt Nam nó là {reading} ({indicator})",
        "“{value}” is not written in the English way; in Vietnamese it is {reading} ({indicator})",
        (
            "đã khai báo locale: en: phần nghìn dùng dấu phẩy, thập phân dùng dấu chấm",
            "locale: en is declared: a comma parts thousands, a point parts decimals",
        ),
    ),
    "D484": _message(
        "phần {part} lớn hơn tổng {whole} trong “{value}” ({indicator})",
        "the part {part} exceeds the whole {whole} in “{value}” ({indicator})",
    ),
    "D491": _message(
        "“{indicator}” là {value}, lớn hơn “{whole}” là {whole_value} ở {whole_at}",
        "“{indicator}” is {value}, more than “{whole}” of which it is part: {whole_value} at {whole_at}",
    ),
}

_OTHER_KINDS: dict[str, Message] = {
    "D476": _message(
        "“{value}” không phải là ngày ({indicator})",
        "“{value}” is not a date ({indicator})",
        ("viết 2017-12-31 hoặc 31/12/2017", "write 2017-12-31"),
    ),
    "D477": _message(
        "“{value}” là ngày {vi} theo cách viết Việt Nam, {en} theo cách viết Anh ({indicator})",
        "“{value}” is {vi} in Vietnamese and {en} in English ({indicator})",
        ("viết {vi} hoặc {en}, hoặc khai báo locale", "write {vi} or {en}, or declare a locale"),
    ),
    "D478": _message(
        "“{value}” không phải là ngày/tháng/năm; theo thứ tự tháng/ngày/năm nó là {reading} ({indicator})",
        "“{value}” is no date with the day first; with the month first it is {reading} ({indicator})",
        ("đã khai báo locale: vi: ngày trước, tháng sau", "locale: vi is declared: the day comes first"),
    ),
    "D490": _message(
        "“{value}” không phải là tháng/ngày/năm; theo thứ tự ngày/tháng/năm nó là {reading} ({indicator})",
        "“{value}” is no date with the month first; with the day first it is {reading} ({indicator})",
        ("đã khai báo locale: en: tháng trước, ngày sau", "locale: en is declared: the month comes first"),
    ),
    "D479": _message(
        "“{value}” là một ngày, mà “{indicator}” cần một số",
        "“{value}” is a date, but “{indicator}” needs a number",
        (
            "Excel có thể đã đổi số thành ngày: định dạng ô là Text rồi gõ lại",
            "Excel may have made a date of a number: format the cell as Text and type it again",
        ),
    ),
    "D480": _message(
        "“{value}” không phải là có hay không ({indicator})",
        "“{value}” is neither yes nor no ({indicator})",
        ("viết có hoặc không", "write yes or no"),
    ),
    "D481": _message(
        "“{value}” không thuộc: {known} ({indicator})", "“{value}” is none of: {known} ({indicator})", _NEAREST
    ),
    "D482": _message(
        "“{value}” là có/không, mà “{indicator}” cần một số",
        "“{value}” is a yes or no, but “{indicator}” needs a number",
    ),
    "D483": _message(
        "“{value}” không phải là ngày ({indicator})",
        "“{value}” is not a date ({indicator})",
        ("viết 2017-12-31; trong Excel định dạng ô là ngày", "write 2017-12-31; in Excel format the cell as a date"),
    ),
    "D485": _message(
        "{value} là float, số nó giữ khác số nó hiện ({indicator})",
        "{value} is a float, which holds another number than it shows ({indicator})",
        ('đưa vào chữ "{value}" hoặc Decimal("{value}")', 'give the text "{value}" or Decimal("{value}")'),
    ),
    "D486": _message(
        "giá trị kiểu {value} không dùng được ({indicator})",
        "a value of type {value} can't be used ({indicator})",
        (
            "dùng int, Decimal, Fraction, str, bool, date hoặc None",
            "use int, Decimal, Fraction, str, bool, date or None",
        ),
    ),
    "D487": _message(
        "“{value}” có thể là chưa có số liệu, cũng có thể là không áp dụng ({indicator})",
        "“{value}” may mean not available or not applicable ({indicator})",
        ("viết “chưa có” hoặc “không áp dụng”", "write “no data” or “not applicable”"),
    ),
    "D494": _message("tên {value} không phải là chữ", "the name {value} is not a text"),
}

VALUE_MESSAGES: dict[str, Message] = {**_NUMBERS, **_OTHER_KINDS}
