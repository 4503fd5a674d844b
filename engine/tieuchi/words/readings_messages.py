"""Messages about readings (D).

D40x: files; D41x, D42x: YAML and JSON; D43x to D452: tables and units; D453 to D459, D495 to D498: workbooks; the
others: values, in ``readings_value_messages``.
"""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message
from tieuchi.words.readings_value_messages import VALUE_MESSAGES

_NEAREST = ("có phải “{nearest}”?", "did you mean “{nearest}”?")
_KEEP_ONE = ("giữ lại một", "keep one of the two")
_SAVE_UTF8 = (
    "lưu lại dạng UTF-8 (trong Excel: “CSV UTF-8 (phân cách bằng dấu phẩy)”)",
    "save it as UTF-8 (in Excel: “CSV UTF-8 (Comma delimited)”)",
)
_SAVE_XLSX = ("mở bằng Excel và lưu lại thành sổ làm việc .xlsx", "open it in Excel and save it as an .xlsx workbook")


def _message(vi: str, en: str, hint: tuple[str, str] | None = None) -> Message:
    return Message(Text(vi, en), Text(*hint) if hint else None)


_FILES: dict[str, Message] = {
    "D401": _message("không đọc được tệp: {reason}", "the file can't be read: {reason}"),
    "D402": _message(
        "không đọc được số liệu từ tệp loại {suffix} (đọc được: {known})",
        "readings can't be read from a {suffix} file (these can: {known})",
    ),
    "D403": _message(
        "tệp lớn hơn {most} byte",
        "the file is larger than {most} bytes",
        ("chia thành nhiều tệp, mỗi tệp một số đơn vị", "split it into files of fewer units"),
    ),
    "D404": _message("tệp mã hóa {encoding}, không phải UTF-8", "the file is {encoding}, not UTF-8", _SAVE_UTF8),
    "D405": _message("tệp không có số liệu nào", "there are no readings in the file"),
    "D406": _message("byte {byte} không phải UTF-8", "byte {byte} is not UTF-8", _SAVE_UTF8),
    "D408": _message(
        "tệp có {count} đơn vị: {units}",
        "the file has {count} {count:unit|units}: {units}",
        ("nêu rõ đơn vị cần đọc", "say which unit to read"),
    ),
    "D492": _message("không đọc tệp {suffix}", "{suffix} files are not read", _SAVE_XLSX),
    "D493": _message(
        "đơn vị “{unit}” có nhiều kỳ: {periods}",
        "unit “{unit}” has several periods: {periods}",
        ("tách mỗi kỳ một tệp", "put each period into a file of its own"),
    ),
    "D499": _message(
        "có {count} lỗi; dưới đây là {shown} lỗi gặp trước",
        "{count} {count:issue|issues}; the {shown} met first {shown:is|are} below",
    ),
}

_TREES: dict[str, Message] = {
    "D410": Message(
        Text("khóa “{key}” không có ở đây (có: {known})", "unknown key “{key}” (known: {known})"), Text(*_NEAREST)
    ),
    "D411": _message("chỗ này phải là các cặp khóa: giá trị", "keys with values must stand here"),
    "D412": _message("chỗ này phải là một danh sách đơn vị", "a list of units must stand here"),
    "D413": _message(
        "chỗ này phải là một giá trị, không phải danh sách hay nhóm khóa",
        "one value must stand here, no list and no keys",
    ),
    "D414": _message("thiếu khóa “{key}”", "the key “{key}” is missing"),
    "D415": _message("“{value}” phải là true hoặc false", "“{value}” must be true or false"),
    "D416": _message(
        "không có cách viết số “{locale}”",
        "there is no locale “{locale}”",
        ("viết vi (12.285,5) hoặc en (12,285.5)", "write vi (12.285,5) or en (12,285.5)"),
    ),
    "D417": _message(
        "tệp khai báo locale {locale} nhưng nơi gọi yêu cầu {asked}",
        "the file declares locale {locale}, but {asked} was asked for",
        ("dùng một trong hai", "use one of the two"),
    ),
    "D418": _message(
        "sổ làm việc không có trang “{sheet}” (có: {known})",
        "the workbook has no sheet “{sheet}” (it has: {known})",
        _NEAREST,
    ),
    "D419": _message("ký tự {character} không được phép", "character {character} is not allowed"),
    "D420": _message(
        "dài {length} ký tự, nhiều nhất là {most}",
        "{length} {length:character|characters} long, at most {most} {most:is|are} allowed",
    ),
    "D421": _message("sai cú pháp JSON ở “{token}”", "JSON syntax: “{token}” can't stand here"),
    "D422": _message("JSON kết thúc giữa chừng", "the JSON text ends too early"),
    "D423": _message("lồng sâu hơn {most} mức", "nested deeper than {most} levels"),
    "D424": _message("nhiều hơn {most} phần tử", "more than {most} values"),
    "D425": _message("khóa “{key}” đã có ở dòng {line}", "the key “{key}” already stands in line {line}", _KEEP_ONE),
    "D426": _message(
        "chuỗi JSON không đóng, hoặc có ký tự không được phép",
        "a JSON string is not closed, or holds a character or escape it can't",
    ),
    "D427": _message(
        "{value} không phải là số",
        "{value} is not a number",
        ("thiếu số liệu thì viết null", "write null for a missing figure"),
    ),
}

_TABLES: dict[str, Message] = {
    "D430": _message(
        "dòng tiêu đề có nhiều dấu phân cách: {marks}",
        "the header line holds several delimiters: {marks}",
        ("dùng một dấu, hoặc đặt tên cột trong ngoặc kép", "use one, or put column names in quotes"),
    ),
    "D431": _message("dấu ngoặc kép mở ở đây không được đóng", "the quote opened here is never closed"),
    "D432": _message(
        "{character} không đứng ở đây được: dấu ngoặc kép phải bao trọn ô",
        "{character} can't stand here: quotes must enclose a whole field",
        (
            "bao cả ô trong ngoặc kép và viết ngoặc kép bên trong hai lần",
            "quote the whole field and double the quotes inside it",
        ),
    ),
    "D433": _message("dưới dòng tiêu đề không có dòng nào", "there is no row below the header"),
    "D409": _message(
        "“{unit}” là dòng cộng các đơn vị, không phải một đơn vị",
        "“{unit}” is the row that adds up the units, not a unit",
        ("bỏ dòng này; đơn vị tên như thế cần mã khác", "leave the row out; a unit of that name needs another id"),
    ),
    "D434": _message("dòng này không ghi đơn vị", "this row names no unit"),
    "D435": _message(
        "dòng chú thích đầu “{value}” không phải là khai báo locale",
        "the first line “{value}” does not declare a locale",
        (
            "viết “# locale: vi” hoặc “# locale: en”, hoặc bỏ dòng này",
            "write “# locale: vi” or “# locale: en”, or leave the line out",
        ),
    ),
    "D436": _message(
        "dòng tiêu đề thiếu cột “{column}” ({others})",
        "the header has no column “{column}” ({others})",
        (
            "dòng đầu tiên phải là tên cột: unit, indicator, value; hoặc unit và tên các chỉ số",
            "the first row must name columns: unit, indicator, value; or unit and the indicators",
        ),
    ),
    "D437": _message("bảng không có cột chỉ số nào", "the table has no column for any indicator"),
    "D438": _message("không có cột “{column}”", "unknown column “{column}”", _NEAREST),
    "D439": _message("cột “{column}” không phải là một chỉ số", "column “{column}” is not an indicator", _NEAREST),
    "D440": _message("đơn vị không có mã", "the unit has no id"),
    "D441": _message(
        "đơn vị “{unit}” (kỳ {period}) đã có ở {first}",
        "unit “{unit}” (period {period}) is already at {first}",
        _KEEP_ONE,
    ),
    "D442": _message(
        "“{indicator}” có hai giá trị: “{value}” ở đây và “{before}” ở {first}",
        "“{indicator}” has two values: “{value}” here and “{before}” at {first}",
        _KEEP_ONE,
    ),
    "D443": _message("không có chỉ số “{indicator}”", "there is no indicator “{indicator}”", _NEAREST),
    "D444": _message(
        "“{indicator}” vừa là không áp dụng vừa có “{value}”",
        "“{indicator}” is not applicable and yet has “{value}”",
        _KEEP_ONE,
    ),
    "D445": _message(
        "“{criterion}” không phải là mã tiêu chí",
        "“{criterion}” is not the id of a criterion",
        ("viết như trong quyết định: 1.9", "write it as in the decision: 1.9"),
    ),
    "D446": _message(
        "điểm công nhận của “{criterion}” không thể là “{value}”",
        "declared points of “{criterion}” can't be “{value}”",
        ("viết một số, hoặc bỏ trống", "write a number, or leave it out"),
    ),
    "D447": _message("refused phải nói lý do", "refused must say why"),
    "D448": _message("cột “{column}” đã có ở {first}", "column “{column}” is already at {first}", _KEEP_ONE),
    "D449": _message(
        "dòng có {fields} ô, dòng tiêu đề có {columns}",
        "the row has {fields} {fields:field|fields}, the header {columns}",
        ("ô có chứa dấu phân cách phải đặt trong ngoặc kép", "a field that holds the delimiter must be quoted"),
    ),
    "D450": _message("“{value}” nằm dưới một cột không có tên", "“{value}” stands in a column without a name"),
    "D451": _message("dòng này không ghi chỉ số", "this row names no indicator"),
    "D452": _message(
        "cột {column} của đơn vị “{unit}” là “{value}” ở đây, “{before}” ở {first}",
        "{column} of unit “{unit}” is “{value}” here and “{before}” at {first}",
        _KEEP_ONE,
    ),
}

_WORKBOOKS: dict[str, Message] = {
    "D428": _message(
        "sổ làm việc không có trang nào hiển thị",
        "the workbook has no visible sheet",
        ("nêu tên trang: tệp.xlsx[Trang]", "name the sheet: book.xlsx[Sheet]"),
    ),
    "D429": _message(
        "công thức chưa có kết quả lưu kèm",
        "the formula has no stored result",
        ("mở bằng Excel để tính rồi lưu lại", "open the workbook in Excel, let it compute, and save it"),
    ),
    "D453": _message(
        "đọc Excel cần openpyxl",
        "reading Excel needs openpyxl",
        ("cài: pip install 'tieuchi[excel]'", "install it: pip install 'tieuchi[excel]'"),
    ),
    "D454": _message("sổ làm việc hỏng: {reason}", "the workbook is damaged: {reason}", _SAVE_XLSX),
    "D455": _message(
        "đây là tệp .xls cũ hoặc sổ làm việc có mật khẩu",
        "this is an old .xls file or a locked workbook",
        ("bỏ mật khẩu và lưu lại thành .xlsx", "take off the password and save it as .xlsx"),
    ),
    "D456": _message("sổ làm việc có macro", "the workbook holds macros", _SAVE_XLSX),
    "D457": _message(
        "giải nén ra {size} byte, nhiều nhất là {most}", "it unpacks to {size} bytes, at most {most} are allowed"
    ),
    "D458": _message(
        "“{member}” nén {ratio} lần, nhiều nhất là {most}",
        "“{member}” is packed {ratio} times, at most {most} is allowed",
    ),
    "D459": _message("“{member}” có khai báo DOCTYPE", "“{member}” holds a DOCTYPE", _SAVE_XLSX),
    "D495": _message(
        "trang quá lớn: {size}, nhiều nhất là {most}",
        "the sheet is too large: {size}, at most {most}",
        ("xóa các dòng và cột trống có định dạng", "delete formatted rows and columns that are empty"),
    ),
    "D496": _message(
        "các ô {cells} bị gộp",
        "cells {cells} are merged",
        ("bỏ gộp và ghi giá trị vào từng ô", "unmerge them and write the value into each"),
    ),
    "D497": _message(
        "“{value}” có giờ, cần ngày",
        "“{value}” has a time of day, a date is needed",
        ("định dạng ô là ngày và bỏ giờ", "format the cell as a date and take off the time"),
    ),
    "D498": _message(
        "ô báo lỗi {value}",
        "the cell holds the error {value}",
        ("sửa công thức; thiếu số liệu thì để trống", "mend the formula; leave a missing figure blank"),
    ),
}

READINGS_MESSAGES: dict[str, Message] = {**_FILES, **_TREES, **_TABLES, **_WORKBOOKS, **VALUE_MESSAGES}
