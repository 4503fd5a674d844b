"""Messages about forms, workbooks, reports and receipts (K8xx)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message

WORKBOOK_MESSAGES: dict[str, Message] = {
    "K801": Message(
        Text("sổ làm việc này không phải biểu mẫu của tieuchi", "this workbook is not a form made by tieuchi"),
        Text(
            "tạo biểu mẫu bằng `tieuchi form RULEBOOK --out form.xlsx`",
            "make one: `tieuchi form RULEBOOK --out form.xlsx`",
        ),
    ),
    "K802": Message(
        Text(
            "biểu mẫu thuộc bộ tiêu chí {found}, không phải {wanted}",
            "the form is of rulebook {found}, not of {wanted}",
        ),
        Text(
            "chọn đúng bộ tiêu chí, hoặc chuyển số liệu theo tên bằng --migrate",
            "name that rulebook, or carry the figures over by name with --migrate",
        ),
    ),
    "K803": Message(
        Text(
            "biểu mẫu thuộc bản khác của {wanted} (dấu {found}, bộ hiện hành {expected})",
            "the form is of another version of {wanted} (mark {found}, the rulebook at hand {expected})",
        ),
        Text(
            "tạo biểu mẫu mới, hoặc chuyển số liệu theo tên bằng --migrate",
            "make a new form, or carry the figures over by name with --migrate",
        ),
    ),
    "K804": Message(
        Text(
            "{indicator} của đơn vị {unit}: ở đây là “{value}”, còn ở {first} là “{before}”",
            "{indicator} of unit {unit}: “{value}” here, but “{before}” at {first}",
        ),
        Text(
            "thống nhất giữa hai cơ quan rồi sửa một trong hai ô",
            "let the two offices agree, then mend one of the two cells",
        ),
    ),
    "K805": Message(
        Text(
            "trang “{sheet}” của biểu mẫu mất dòng khóa cột hoặc cột {column}",
            "sheet “{sheet}” of the form lacks its row of column keys, or column {column}",
        ),
        Text("chép số liệu sang một biểu mẫu mới tạo", "copy the figures into a form made anew"),
    ),
    "K806": Message(Text("trang có nhiều hơn {most} dòng", "the sheet has more than {most} {most:row|rows}")),
    "K807": Message(
        Text("“{value}” không đánh dấu được “không áp dụng”", "“{value}” does not mark “not applicable”"),
        Text("ghi x, hoặc để trống", "write x, or leave it blank"),
    ),
    "K809": Message(
        Text(
            "đơn vị ở cột này có số liệu nhưng trang đơn vị không ghi mã",
            "the unit of this column has figures, but the sheet of units gives it no id",
        )
    ),
    "K810": Message(Text("không có cơ quan “{owner}” (có: {known})", "there is no office “{owner}” (known: {known})")),
    "K811": Message(
        Text(
            "không ghi được giá trị {value} của {indicator}: nó không viết hết bằng số thập phân",
            "{value} of {indicator} can't be written into a cell: its decimals do not end",
        )
    ),
    "K820": Message(
        Text("chưa cài thư viện {package}", "the library {package} is not installed"),
        Text("cài: pip install 'tieuchi[{extra}]'", "install it: pip install 'tieuchi[{extra}]'"),
    ),
    "K821": Message(
        Text(
            "không ghi được tệp loại {suffix} (ghi được: {known})",
            "a {suffix} file can't be written (these can: {known})",
        )
    ),
    "K830": Message(
        Text("không có LibreOffice (soffice) để làm PDF", "there is no LibreOffice (soffice) to make the PDF"),
        Text(
            "ghi ra .docx rồi in ra PDF, hoặc cài LibreOffice Writer",
            "write .docx and print that to PDF, or install LibreOffice Writer",
        ),
    ),
    "K831": Message(Text("LibreOffice không làm được PDF: {reason}", "LibreOffice made no PDF: {reason}")),
    "K832": Message(
        Text("mẫu Word không dùng được: {reason}", "the Word template can't be used: {reason}"),
        Text("lấy mẫu gốc bằng --write-template và sửa lại", "take the original by --write-template and change that"),
    ),
    "K833": Message(
        Text(
            "nguyên nhân ghi cho “{key}”, không phải mã tiêu chí nào",
            "a cause is given for “{key}”, which is no criterion",
        ),
        Text("viết mã tiêu chí như trong bộ tiêu chí: 1.2", "write the id as in the rulebook: 1.2"),
    ),
    "K840": Message(
        Text("tệp không phải phiếu điểm của tieuchi ({reason})", "the file is no scorecard of tieuchi ({reason})"),
        Text(
            "ghi phiếu điểm bằng `tieuchi score … --format json --out phieu.json`",
            "write one by `tieuchi score … --format json --out card.json`",
        ),
    ),
    "K841": Message(
        Text(
            "phiếu điểm không kèm số liệu (khóa receipt), không chấm lại được",
            "the scorecard carries no readings (key receipt), so it can't be scored again",
        ),
        Text(
            "phiếu này do bản tieuchi cũ ghi; chấm lại từ số liệu gốc",
            "an older tieuchi wrote it; score the original readings again",
        ),
    ),
}
