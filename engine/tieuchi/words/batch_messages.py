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
            "a checklist of more than {most} {most:part|parts} can't be tabled",
        )
    ),
    "B603": Message(
        Text(
            "tổng được quy đổi hoặc làm tròn cần số rộng hơn {dialect} có, với đơn vị {quantum}",
            "a sum that is rescaled or rounded needs wider numbers than {dialect} has, at a quantum of {quantum}",
        ),
        Text(
            "chọn quantum lớn hơn, hoặc chấm bằng tieuchi batch", "choose a larger quantum, or score with tieuchi batch"
        ),
    ),
    "B604": Message(
        Text("bảng không có cột đơn vị (unit)", "the table has no column of units"),
        Text("thêm cột “unit” hoặc “đơn vị”", "add a column “unit”"),
    ),
    "B605": Message(Text("cột “{column}” không có nghĩa ở đây", "the column “{column}” means nothing here"), _NEAREST),
    "B606": Message(
        Text(
            "dòng có {fields} ô, tiêu đề có {columns} cột",
            "the row has {fields} {fields:field|fields}, the header {columns} {columns:column|columns}",
        )
    ),
    "B607": Message(
        Text(
            "{value} là kết quả tính bằng số nhị phân, không phải một số thập phân đã ghi",
            "{value} is the outcome of binary reckoning, not a decimal that was written",
        ),
        Text(
            "làm tròn tới số chữ số đã công bố, hoặc ghi thành decimal hay văn bản",
            "round it to the digits published, or write decimals or text",
        ),
    ),
    "B608": Message(
        Text(
            "cột “{column}” có kiểu {type}, không đọc được", "column “{column}” is of type {type}, which can't be read"
        )
    ),
    "B610": Message(
        Text("đây không phải là một lần sáp nhập hay chia tách", "this is neither a merger nor a split"),
        Text(
            "viết {{day: …, merge: [a, b], into: c}} hoặc {{day: …, split: a, into: {{b: 60%, c: 40%}}}}",
            "write {{day: …, merge: [a, b], into: c}} or {{day: …, split: a, into: {{b: 60%, c: 40%}}}}",
        ),
    ),
    "B611": Message(
        Text(
            "các phần của “{unit}” từ {day} cộng lại là {sum}, không phải 1",
            "the shares of “{unit}” from {day} add up to {sum}, not 1",
        )
    ),
    "B612": Message(Text("danh mục đơn vị không có “{unit}”", "the register has no unit “{unit}”"), _NEAREST),
    "B613": Message(
        Text(
            "ngày {day} “{unit}” nhập vào “{successor}”, mà “{successor}” cùng ngày lại chuyển thành {next}",
            "on {day} “{unit}” becomes “{successor}”, which on the same day becomes {next}",
        ),
        Text("ghi thẳng đơn vị cuối cùng", "name the unit it ends up in"),
    ),
    "B614": Message(
        Text(
            "“{unit}” từ {from} chồng lên thời gian trước, tới {to} ({first})",
            "“{unit}” from {from} overlaps the time before, which lasts to {to} ({first})",
        )
    ),
    "B615": Message(
        Text(
            "“{unit}” đã chuyển đi ngày {since}, không thể lại thay đổi ngày {day}",
            "“{unit}” passed into others on {since} and can't change again on {day}",
        )
    ),
    "B616": Message(
        Text(
            "kỳ “{period}” không nói ngày nào, nên không biết đơn vị có còn hay không",
            "the period “{period}” names no day, so whether a unit is there can't be told",
        ),
        Text(
            "ghi năm, năm-tháng hoặc quý: 2025, 2025-06, 2025-Q1",
            "write a year, month or quarter: 2025, 2025-06, 2025-Q1",
        ),
    ),
    "B617": Message(
        Text(
            "“{unit}” có hiệu lực từ {from}, sau ngày hết hiệu lực {to}",
            "“{unit}” is there from {from}, which is after its last day {to}",
        )
    ),
    "B618": Message(
        Text(
            "“{unit}” có từ {from} đến {to}, không có vào ngày {day}",
            "“{unit}” is there from {from} to {to}, not on {day}",
        )
    ),
    "B619": Message(
        Text(
            "“{unit}” không còn từ {since}, đến {day} là: {heirs}",
            "“{unit}” is no more since {since}; on {day} it is: {heirs}",
        )
    ),
    "B621": Message(
        Text(
            "đơn vị cấp trên “{parent}” của “{unit}” không có trong bảng",
            "the parent “{parent}” of “{unit}” is not in the table",
        ),
        _NEAREST,
    ),
    "B622": Message(
        Text(
            "đi lên từ “{unit}” qua “{parent}” lại trở về chính nó",
            "going up from “{unit}” by “{parent}” leads back to it",
        )
    ),
    "B623": Message(
        Text(
            "“{unit}” ({kind}) không thể trực thuộc “{parent}” ({parent_kind})",
            "“{unit}” ({kind}) can't be part of “{parent}” ({parent_kind})",
        )
    ),
    "B624": Message(Text("không có loại đơn vị “{kind}” (có: {known})", "there is no kind “{kind}” (known: {known})")),
    "B625": Message(
        Text("“{value}” không phải là một ngày", "“{value}” is no date"), Text("viết 2025-07-01", "write 2025-07-01")
    ),
    "B626": Message(
        Text("“{value}” không phải là một phần của đơn vị", "“{value}” is no share of a unit"),
        Text("viết 60%, 0.6 hoặc 3/5, trên 0 và tới 1", "write 60%, 0.6 or 3/5, above 0 and up to 1"),
    ),
    "B627": Message(Text("chỗ này phải là một danh sách", "a list must stand here")),
    "B628": Message(
        Text(
            "“{unit}” chuyển thành “{successor}” ngày {day} hai lần",
            "“{unit}” becomes “{successor}” on {day} twice over",
        )
    ),
    "B629": Message(
        Text(
            "bảng sáp nhập, chia tách thiếu cột “{column}” ({others})",
            "the register has no column “{column}” ({others})",
        ),
        Text("dòng đầu tiên phải là tên cột: unit, successor, day, share", "begin with unit, successor, day, share"),
    ),
    "B631": Message(
        Text(
            "tiêu chí {criterion} so với kỳ trước bằng số liệu không khớp từng cặp, nên bảng kỳ trước không dùng được",
            "criterion {criterion} compares with figures that do not pair one to one, so a base can't fill them",
        )
    ),
    "B632": Message(
        Text(
            "đơn vị đã sáp nhập hoặc chia tách, mà tỷ lệ thì không cộng được: {indicator}",
            "units were merged or split, and shares can't be added up: {indicator}",
        ),
        Text("dùng số đếm của tử và mẫu", "use the counts that the share is made of"),
    ),
    "B633": Message(
        Text(
            "“{indicator}” ở đây là {value}, tính từ bảng kỳ trước là {base}",
            "“{indicator}” is {value} here and {base} by the table of the period before",
        ),
        Text("bỏ số này, hoặc sửa bảng kỳ trước", "leave it out, or mend the table of the period before"),
    ),
    "B634": Message(
        Text("bảng kỳ trước có nhiều kỳ: {periods}", "the table of the period before holds several: {periods}")
    ),
    "B635": Message(
        Text(
            "bảng có nhiều kỳ ({periods}), mà bảng kỳ trước chỉ đi với một kỳ",
            "the table holds several periods ({periods}), and a table of the period before goes with one",
        ),
        Text("chấm từng kỳ một", "score one period at a time"),
    ),
    "B636": Message(
        Text("bảng không có cột {column} để chia nhóm", "the table has no column {column} to group by"),
        Text("thêm cột ấy, hoặc bỏ --group", "add it, or leave --group out"),
    ),
    "B640": Message(
        Text(
            "tên cột “{name}” trùng với “{other}” trong {dialect}",
            "the column “{name}” can't be told from “{other}” in {dialect}",
        ),
        Text("đặt tên khác trong danh mục chỉ số", "rename one in the catalogue of indicators"),
    ),
    "B641": Message(
        Text(
            "cột “{column}” có kiểu {type}, Spark không đọc chính xác được",
            "column “{column}” is of type {type}, which Spark can't read exactly",
        ),
        Text(
            "ghi số nguyên, decimal, date, boolean; hoặc chấm bằng --engine auto",
            "write whole numbers, decimals, dates, booleans; or score with --engine auto",
        ),
    ),
    "B642": Message(
        Text("{what} không chạy được: {reason}", "{what} does not run: {reason}"),
    ),
    "B643": Message(
        Text(
            "xlsx chứa nhiều nhất {most} đơn vị, bảng có {count}",
            "an .xlsx file holds {most} {most:unit|units} at most, the table has {count}",
        ),
        Text("ghi ra .parquet hoặc .csv", "write .parquet or .csv"),
    ),
    "B644": Message(
        Text(
            "{count} dòng không chấm được, dòng đầu: đơn vị “{unit}”, cột “{column}”",
            "{count} {count:row|rows} can't be scored, the first: unit “{unit}”, column “{column}”",
        )
    ),
    "B645": Message(
        Text("kết quả và bảng các dòng lỗi là cùng một tệp", "the result and the table of errors are the same file"),
        Text("đặt tên khác cho --errors", "give --errors another name"),
    ),
    "B646": Message(
        Text("đây là thư mục, thiết bị hay ống dẫn, không phải tệp", "this is a folder, a device or a pipe, not a file")
    ),
    "B647": Message(Text("{option} không dùng được với {other}", "{option} does not go with {other}")),
    "B648": Message(
        Text(
            "“{value}” không phải là tên và một số nguyên dương", "“{value}” is not a name and a whole number above 0"
        ),
        Text("viết như liked=10000", "write liked=10000"),
    ),
    "B649": Message(
        Text("bảng không đổi sang Arrow được: {reason}", "the frame can't be brought to Arrow: {reason}"),
        Text("đổi cột ấy thành số, văn bản hay ngày", "make numbers, text or dates of that column"),
    ),
    "B650": Message(
        Text(
            "cần {count} cột cạnh nhau, {dialect} chỉ chứa {most} cột",
            "{count} {count:column|columns} side by side are needed, {dialect} holds {most}",
        ),
        Text("chọn --detail points hoặc totals", "take --detail points or totals"),
    ),
    "B651": Message(
        Text("Spark cần {what} mà ở đây chưa có", "Spark needs {what}, which is not here"),
        Text(
            "cài Java 17 trở lên và pip install 'tieuchi[spark]'",
            "install Java 17 or later; pip install 'tieuchi[spark]'",
        ),
    ),
    "B652": Message(
        Text(
            "đơn vị {quantum} không phải là lũy thừa của 10, Spark không ghi điểm ra số thập phân được",
            "a quantum of {quantum} is no power of ten, so Spark can't write points as decimals",
        ),
        Text("chấm bằng --engine auto", "score with --engine auto"),
    ),
    "B653": Message(
        Text(
            "đơn vị chung lớn nhất của các điểm tối đa là {unit}, nhỏ đến mức 64 bit không đếm hết",
            "the greatest unit common to all maxima is {unit}, too small for 64 bits to count in",
        ),
        Text("viết điểm tối đa với mẫu số chung nhỏ hơn", "write maxima that have a smaller common denominator"),
    ),
    "B654": Message(
        Text("tệp bị ghi lại trong khi đang đọc", "the file was written to while it was being read"),
        Text("chạy lại khi không ai ghi vào tệp", "run again when nothing writes to it"),
    ),
    "B655": Message(
        Text(
            "bảng kỳ trước là của kỳ {before}, không trước kỳ {period} của bảng",
            "the table of the period before is of {before}, which is not before {period}, that of the table",
        ),
        Text("đưa bảng của kỳ trước, hoặc sửa cột kỳ", "give that of the period before, or mend the periods"),
    ),
    "U_table_kind": Message(
        Text(
            "không đọc hay ghi được loại tệp của “{name}” ở đây (được: {known})",
            "“{name}” is of no kind that can be used here (these can: {known})",
        )
    ),
    "U_option": Message(
        Text("không có lựa chọn “{name}” (có: {known})", "there is no choice “{name}” (known: {known})"), _NEAREST
    ),
    "U_frame": Message(
        Text("“{name}” không phải là bảng đọc được", "“{name}” is no frame that can be read (these can: {known})")
    ),
}
