"""Messages about rulebooks and catalogues (R). R2xx: shape; R3xx: scales; R4xx: names, sums, findings."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message

_NEAREST = Text("có phải “{nearest}”?", "did you mean “{nearest}”?")


def _message(vi: str, en: str, hint: tuple[str, str] | None = None) -> Message:
    return Message(Text(vi, en), Text(*hint) if hint else None)


_SHAPE: dict[str, Message] = {
    "R201": Message(Text("khóa “{key}” không có ở đây", "unknown key “{key}”"), _NEAREST),
    "R202": _message("thiếu khóa “{key}”", "the key “{key}” is missing"),
    "R210": _message(
        "“{value}” không phải là số",
        "“{value}” is not a number",
        ("viết 15, 0.5, 30% hoặc 1/3, thập phân dùng dấu chấm", "write 15, 0.5, 30% or 1/3, with a decimal point"),
    ),
    "R211": _message(
        "“{value}” không phải là ngày",
        "“{value}” is not a date",
        ("viết 2017-12-31 hoặc 31/12/2017", "write 2017-12-31 or 31/12/2017 (day first)"),
    ),
    "R212": _message("“{value}” phải là true hoặc false", "“{value}” must be true or false"),
    "R213": _message("“{value}” không phải là số nguyên", "“{value}” is not a whole number"),
    "R214": Message(Text("“{value}” không thuộc: {known}", "“{value}” is none of: {known}"), _NEAREST),
    "R215": _message(
        "“{value}” không phải là một tên hợp lệ",
        "“{value}” is not a valid name",
        (
            "dùng chữ thường không dấu, số, _ và - (mã tiêu chí: số, chữ, dấu chấm)",
            "use lower-case letters, digits, _ and - (ids of criteria: digits, letters, dots)",
        ),
    ),
    "R216": _message(
        "{given} không đi cùng nhau",
        "{given} don't go together",
        ("dùng đúng một trong: {known}", "use exactly one of: {known}"),
    ),
    "R217": _message("thiếu khóa “{missing}” đi kèm", "the key “{missing}” must go with it"),
    "R218": _message("khóa “{key}” không đi cùng “{other}”", "the key “{key}” does not go with “{other}”"),
    "R219": _message(
        "chỗ này phải là một danh sách",
        "a list must stand here",
        ("mỗi dòng bắt đầu bằng “- ”", "start each entry with “- ”"),
    ),
    "R220": _message("chỗ này phải là các cặp khóa: giá trị", "keys with values must stand here"),
    "R221": _message("chỗ này phải là một đoạn chữ", "a text must stand here"),
    "R222": _message("chỗ này quá ngắn hoặc thiếu phần tử", "too short, or too few entries"),
    "R223": _message("“{value}” phải {limit}", "“{value}” must be {limit}"),
    "R224": _message("chỗ này quá dài", "too long"),
    "R225": _message("thiếu một trong các khóa: {known}", "one of these keys is missing: {known}"),
    "R226": _message(
        "“{key}” đứng sau dấu phẩy mà không có dấu hai chấm",
        "“{key}” comes after a comma and has no colon",
        ('đặt đoạn chữ có dấu phẩy trong dấu nháy: "a, b"', 'put a text with a comma in quotes: "a, b"'),
    ),
    "R227": _message(
        "khối điểm thưởng, điểm trừ không có thang điểm riêng",
        "a bonus or penalty block has no scale of its own",
        (
            "đặt thang điểm vào một tiêu chí thành phần bên dưới: criteria: [{{id: …, max_points: …, scale: …}}]",
            "put the scale in a sub-criterion below it: criteria: [{{id: …, max_points: …, scale: …}}]",
        ),
    ),
    "R230": _message("extends “{name}” quay vòng hoặc quá dài", "extends “{name}” goes in a circle or too deep"),
    "R231": _message(
        "có changes nhưng không có extends",
        "there are changes but no extends",
        ("thêm extends: tên bộ tiêu chí gốc", "add extends: with the name of the edition it changes"),
    ),
    "R232": Message(Text("không có “{name}” (có sẵn: {known})", "there is no “{name}” (bundled: {known})"), _NEAREST),
    "R233": _message(
        "“{name}” phải là tệp nằm trong thư mục của bộ tiêu chí", "“{name}” must be a file inside the rulebook's folder"
    ),
    "R234": _message("không đọc được phần “{name}”: {reason}", "part “{name}” can't be read: {reason}"),
    "R235": _message("một thay đổi gồm {known}, ở đây là: {given}", "a change is {known}, here: {given}"),
    "R236": Message(
        Text("không có chỗ nào tên “{name}” để thay đổi", "there is no place “{name}” to change"), _NEAREST
    ),
    "R298": _message(
        "có {count} lỗi về khóa và giá trị; chỉ nêu {shown} lỗi gặp trước",
        "{count} {count:issue|issues} of keys and values; only the {shown} met first {shown:is|are} told",
    ),
    "R299": _message("“{value}”: {reason}", "“{value}”: {reason}"),
}

_SCALES: dict[str, Message] = {
    "R301": _message(
        "thang điểm này cần “value”",
        "this scale needs a “value”",
        ("thêm value: {{ratio: [tử, mẫu]}} hoặc dạng khác", "add value: {{ratio: [part, whole]}} or another form"),
    ),
    "R302": _message(
        "“{kind}” không thể nằm trong một giá trị khác",
        "“{kind}” can't stand inside another value",
        (
            "bên trong chỉ dùng count, amount, sum, difference, weighted_mean, days_late",
            "inside, use only count, amount, sum, difference, weighted_mean, days_late",
        ),
    ),
    "R303": _message(
        "điểm “{clause}” bị lặp lại",
        "clause “{clause}” stands twice",
        ("đặt tên khác cho một trong hai", "give one of them another name"),
    ),
    "R304": _message(
        "chỉ được có một mức otherwise",
        "there can be only one otherwise",
        ("giữ một, viết ngưỡng cho mức kia", "keep one, and write a threshold for the other"),
    ),
    "R305": _message(
        "mức otherwise “{clause}” phải đứng cuối",
        "otherwise (“{clause}”) must come last",
        ("chuyển mức này xuống cuối", "move it to the end"),
    ),
    "R306": _message(
        "ngưỡng {threshold} không thấp hơn ngưỡng của mức “{clause}” ở trên ({limit})",
        "threshold {threshold} is not below that of “{clause}” above it ({limit})",
        (
            "xếp các mức từ cao xuống thấp, hoặc đặt ngưỡng này dưới {limit}",
            "order the bands from high to low, or put this threshold below {limit}",
        ),
    ),
    "R307": _message(
        "ngưỡng {threshold} không cao hơn ngưỡng của mức “{clause}” ở trên ({limit})",
        "threshold {threshold} is not above that of “{clause}” above it ({limit})",
        (
            "xếp các mức từ thấp lên cao, hoặc đặt ngưỡng này trên {limit}",
            "order the bands from low to high, or put this threshold above {limit}",
        ),
    ),
    "R308": _message(
        "mức “{clause}” không chứa giá trị nào ({low} đến {high})",
        "band “{clause}” holds no value ({low} to {high})",
        ("đổi chỗ hai đầu", "put the two ends the other way round"),
    ),
    "R309": _message(
        "mức “{clause}” chồng lên mức “{earlier}”: giá trị {witness} thuộc cả hai",
        "band “{clause}” overlaps band “{earlier}”: the value {witness} is in both",
        (
            "mức này hết đâu thì mức kia bắt đầu ở đó, như less_than: 80% và at_least: 80%",
            "let one begin where the other ends, such as less_than: 80% and at_least: 80%",
        ),
    ),
    "R310": _message(
        "{points} điểm vượt điểm tối đa {max}",
        "{points} {points:point exceeds|points exceed} the maximum of {max}",
        ("sửa điểm này, hoặc max_points", "mend these points, or max_points"),
    ),
    "R311": _message(
        "{points} điểm thấp hơn mức tối thiểu {min}",
        "{points} {points:point is|points are} below the minimum of {min}",
        ("sửa điểm này, hoặc ghi min_points", "mend these points, or write min_points"),
    ),
    "R312": _message(
        "thiếu otherwise: giá trị {witness} không thuộc mức nào {hole}",
        "otherwise is missing: the value {witness} is in no band {hole}",
        (
            "thêm mức cuối: {{clause: …, otherwise: true, points: 0}}",
            "add a last band: {{clause: …, otherwise: true, points: 0}}",
        ),
    ),
    "R313": _message(
        "khoảng {hole} không thuộc mức nào, ví dụ giá trị {witness}",
        "no band holds {hole}, for instance the value {witness}",
        ("nối liền các mức, hoặc thêm otherwise", "let the bands meet, or add otherwise"),
    ),
    "R314": _message(
        "nothing_assigned cần một mẫu số hoặc số nhiệm vụ được giao",
        "nothing_assigned needs a denominator, or tasks assigned",
        (
            "dùng value: {{ratio: [tử, mẫu]}} hoặc thang lateness",
            "use value: {{ratio: [part, whole]}}, or the scale lateness",
        ),
    ),
    "R315": _message(
        "thang điểm “{kind}” tự nêu số liệu, không dùng value",
        "scale “{kind}” names its own readings and takes no value",
        ("bỏ value", "take value away"),
    ),
    "R320": _message(
        "zero_at và full_at trùng nhau: giá trị {value} vừa được {start} vừa được {full} điểm",
        "zero_at and full_at are the same: the value {value} would earn both {start} and {full} {full:point|points}",
        ("sửa một trong hai", "mend one of the two"),
    ),
    "R321": _message(
        "cut_off {cut_off} nằm ngoài khoảng {low} đến {high}",
        "cut_off {cut_off} lies outside {low} to {high}",
        ("tỷ lệ thì viết theo phần trăm, như 60%", "a share is written in per cent, such as 60%"),
    ),
    "R322": _message(
        "base {base} vượt mức trần {cap}",
        "base {base} is above the cap {cap}",
        ("hạ base, hoặc nâng at_most", "lower base, or raise at_most"),
    ),
    "R323": _message(
        "grace_days phải từ 1 trở lên, không phải {value}",
        "grace_days must be at least 1, not {value}",
        (
            "ghi số ngày, hoặc bỏ cả grace_days và in_grace",
            "write a number of days, or take grace_days and in_grace away",
        ),
    ),
    "R324": _message(
        "các phần của checklist cộng lại bằng {sum} ({terms}), điểm tối đa là {max}",
        "the parts of the checklist add up to {sum} ({terms}), the maximum is {max}",
        ("sửa điểm của một phần, hoặc max_points", "mend the points of a part, or max_points"),
    ),
    "R330": _message(
        "branches và by_unit_kind không lồng vào nhau",
        "branches and by_unit_kind don't nest",
        ("viết mỗi trường hợp thành một tiêu chí với applies_when", "make a criterion of each case, with applies_when"),
    ),
    "R331": _message(
        "nhánh otherwise “{clause}” phải đứng cuối",
        "branch otherwise (“{clause}”) must come last",
        ("chuyển nhánh này xuống cuối", "move it to the end"),
    ),
    "R332": _message(
        "thiếu otherwise: nhánh cuối “{clause}” có điều kiện",
        "otherwise is missing: the last branch “{clause}” has a condition",
        (
            "thêm nhánh cuối: {{clause: …, otherwise: true, points: 0}}",
            "add a last branch: {{clause: …, otherwise: true, points: 0}}",
        ),
    ),
    "R333": _message(
        "hệ số {factor} cho điểm vượt 100%",
        "a factor of {factor} on points exceeds 100%",
        (
            "nâng max_points và ghi các hệ số theo mức cao nhất",
            "raise max_points, and write the factors against the highest",
        ),
    ),
    "R334": _message(
        "thang điểm “{kind}” không thể nằm trong thang điểm khác",
        "scale “{kind}” can't stand inside another scale",
        ("đặt thang này thẳng ở tiêu chí", "put this scale directly into the criterion"),
    ),
    "R335": _message(
        "thang điểm “{kind}” không có ngưỡng để nhân hệ số",
        "scale “{kind}” has no thresholds that a factor could change",
        ("dùng of: points", "use of: points"),
    ),
    "R336": _message(
        "otherwise “{clause}” lấy cả khoảng hở {hole} giữa các mức, ví dụ giá trị {witness}",
        "otherwise (“{clause}”) also takes the gap {hole} between the bands, for instance the value {witness}",
        ("nối liền các mức, hoặc viết riêng một mức cho khoảng đó", "let the bands meet, or write a band for the gap"),
    ),
}

_NAMES: dict[str, Message] = {
    "R401": _message(
        "mã “{id}” đứng hai lần",
        "the id “{id}” stands twice",
        ("đổi một trong hai mã", "give one of the two another id"),
    ),
    "R402": _message(
        "điểm tối đa {max} không bằng tổng các phần {sum} ({terms})",
        "the maximum {max} is not the sum of its parts {sum} ({terms})",
        ("sửa một trong các số này", "mend one of these numbers"),
    ),
    "R410": Message(Text("không có chỉ số “{name}”", "unknown indicator “{name}”"), _NEAREST),
    "R411": _message(
        "chỉ số “{name}” là {kind}, ở đây cần {known}",
        "indicator “{name}” is of kind {kind}, here it must be {known}",
        ("sửa tên, hoặc kind của chỉ số", "mend the name, or the kind of the indicator"),
    ),
    "R412": Message(
        Text("không có cơ quan “{name}” trong offices", "unknown office “{name}”; add it to offices"), _NEAREST
    ),
    "R413": Message(
        Text("không có “{name}” trong assessors", "unknown assessor “{name}”; add it to assessors"), _NEAREST
    ),
    "R414": Message(
        Text("không có loại đơn vị “{name}” trong unit_kinds", "unknown kind of unit “{name}”; add it to unit_kinds"),
        _NEAREST,
    ),
    "R415": _message(
        "chỉ số “{id}” là một phần của chính nó, qua {chain}",
        "indicator “{id}” is a part of itself, by way of {chain}",
        ("bỏ part_of ở một chỗ", "take part_of away in one place"),
    ),
    "R419": _message(
        "chỉ số “{id}” ({kind}): choices và kind: choice phải đi cùng nhau",
        "indicator “{id}” ({kind}): choices and kind: choice must go together",
        ("ghi cả kind: choice và choices: [a, b]", "write both kind: choice and choices: [a, b]"),
    ),
    "R420": _message(
        "khoảng từ {low} đến {high} trống",
        "the range {low} to {high} is empty",
        ("đổi chỗ hai đầu, hoặc sửa một đầu", "put the two ends the other way round, or mend one"),
    ),
    "R421": Message(
        Text("lựa chọn “{name}” không có (có: {known})", "no choice “{name}” (there are: {known})"), _NEAREST
    ),
    "R422": _message(
        "finding “{name}” chỉ dùng được trong findings",
        "finding “{name}” can be tested in findings only",
        ("dùng chính điều kiện của finding đó", "write the conditions of that finding"),
    ),
    "R423": Message(Text("không có finding “{name}”", "unknown finding “{name}”"), _NEAREST),
    "R424": Message(Text("không có tiêu chí thành phần “{name}”", "unknown sub-criterion “{name}”"), _NEAREST),
    "R425": _message(
        "khối điểm thưởng, điểm trừ “{id}” phải ở cấp cao nhất",
        "the bonus or penalty block “{id}” must stand at the top level",
        ("chuyển khối này lên criteria cấp đầu", "move it up among the first criteria"),
    ),
    "R426": _message(
        "mức “{clause}” và “{earlier}” đi ngược chiều đã khai ({direction})",
        "clauses “{clause}” and “{earlier}” go against the declared direction ({direction})",
        ("sửa điểm của một mức, hoặc direction", "mend the points of one, or direction"),
    ),
    "R427": _message(
        "điểm của “{id}” được lấy từ thẩm định, finding không đổi được",
        "the points of “{id}” are declared; a finding can't change them",
        ("bỏ dòng này", "take this consequence away"),
    ),
    "R428": _message(
        "finding “{id}” phụ thuộc vòng tròn",
        "finding “{id}” depends on itself",
        ("bỏ một finding trong when", "take one of the findings out of when"),
    ),
    "R431": _message(
        "hạng “{grade}” otherwise phải đứng cuối",
        "grade “{grade}” (otherwise) must come last",
        ("chuyển hạng này xuống cuối", "move it to the end"),
    ),
    "R432": _message(
        "hạng cuối “{grade}” phải là otherwise",
        "the last grade “{grade}” must be otherwise",
        ("thêm hạng cuối: {{grade: …, otherwise: true}}", "add a last grade: {{grade: …, otherwise: true}}"),
    ),
}

RULEBOOK_MESSAGES: dict[str, Message] = {**_SHAPE, **_SCALES, **_NAMES}
