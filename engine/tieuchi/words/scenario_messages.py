"""Messages about scenarios, reforms, plans and models (S)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message

_NEAREST = Text("có phải “{nearest}”?", "did you mean “{nearest}”?")


def _message(vi: str, en: str, hint: tuple[str, str] | None = None) -> Message:
    return Message(Text(vi, en), Text(*hint) if hint else None)


_CHANGES: dict[str, Message] = {
    "S701": Message(
        Text("không có chỗ nào tên “{name}” trong bộ tiêu chí", "no place “{name}” in the rulebook"), _NEAREST
    ),
    "S702": Message(Text("không có chỉ số “{name}”", "there is no indicator “{name}”"), _NEAREST),
    "S703": _message(
        "“{name}” là một nhóm, không phải một giá trị",
        "“{name}” is a group, not a value",
        ("nêu một trong: {known}", "name one of: {known}"),
    ),
    "S704": _message(
        "“{text}” không có dạng tên=giá trị",
        "“{text}” is not of the form name=value",
        ("ví dụ enterprises_new=423", "such as enterprises_new=423"),
    ),
    "S705": _message("“{name}” được đổi hai lần (lần đầu: {first})", "“{name}” is changed twice (first: {first})"),
    "S706": _message(
        "“{name}” ({value}) lớn hơn tổng mà nó là một phần, “{whole}” ({most})",
        "“{name}” ({value}) is above the whole it is part of, “{whole}” ({most})",
    ),
}

_RANGES: dict[str, Message] = {
    "S709": _message("độ rộng phải lớn hơn 0, không phải {text}", "a width is above 0, not {text}"),
    "S710": _message(
        "“{text}” không phải khoảng TỪ:ĐẾN[:BƯỚC]",
        "“{text}” is not a range LOW:HIGH[:STEP]",
        ("ví dụ 8.2/b/at_least=5%:20%:1%", "such as 8.2/b/at_least=5%:20%:1%"),
    ),
    "S711": _message("khoảng từ {low} đến {high} trống", "the range {low} to {high} is empty"),
    "S712": _message("bước {step} phải lớn hơn 0", "the step {step} must be above 0"),
    "S713": _message(
        "{count} phương án, nhiều hơn {most}",
        "{count} {count:variant|variants}, more than {most}",
        ("dùng bước lớn hơn", "take larger steps"),
    ),
    "S714": _message(
        "“{name}” không phải ngưỡng của một bậc thang điểm, nên không có danh sách điểm chuyển mức hữu hạn",
        "“{name}” is no cut-off of a stepped scale, so its tipping points are no finite list",
        ("dùng sweep với bước", "sweep it with a step"),
    ),
    "S715": _message(
        "“{name}” tác động đến nhiều ngưỡng hay nhiều tiêu chí; không nói được tỷ lệ nào đạt",
        "“{name}” decides more than one cut-off or criterion; a share can't be told",
    ),
    "S716": _message("không đơn vị nào có giá trị để so với “{name}”", "no unit has a value to compare with “{name}”"),
    "S718": _message(
        "“{name}” làm điểm đổi theo cách không giải được chính xác trên cả khoảng này",
        "“{name}” moves points in a way that can't be solved exactly over this whole range",
        ("thu hẹp khoảng TỪ:ĐẾN, hoặc dùng sweep với bước", "take a narrower LOW:HIGH, or sweep it with a step"),
    ),
    "S719": _message("“{text}” không phải là số", "“{text}” is not a number"),
    "S717": _message("tỷ lệ phải từ 0% đến 100%, không phải {text}", "a share is from 0% to 100%, not {text}"),
}

_GOALS: dict[str, Message] = {
    "S720": _message(
        "mục tiêu “{text}” không phải số điểm, hạng hay xếp loại",
        "the target “{text}” is no number of points, no rank and no grade",
        ("ví dụ 80, rank:10 hoặc grade:A", "such as 80, rank:10 or grade:A"),
    ),
    "S721": Message(
        Text("không có xếp loại “{name}” (có: {known})", "no grade “{name}” (there are: {known})"), _NEAREST
    ),
    "S722": _message(
        "mục tiêu thứ hạng cần số liệu của cả nhóm",
        "a target rank needs the figures of the group",
        ("thêm --group", "add --group"),
    ),
    "S723": _message(
        "tổng điểm chưa xác định vì thiếu số liệu: {names}",
        "the total is not settled, readings are missing: {names}",
        ("đặt giá trị bằng --set", "set them with --set"),
    ),
    "S724": _message("giới hạn từ {low} đến {high} trống", "the limits {low} to {high} leave nothing"),
}

_MODELS: dict[str, Message] = {
    "S730": _message(
        "chỉ số “{name}” là {kind}, không nhận sai số {given}",
        "indicator “{name}” is of kind {kind} and takes no {given}",
    ),
    "S731": _message("số lần mô phỏng phải từ {low} đến {high}", "the number of runs must be {low} to {high}"),
    "S732": _message(
        "mô hình không có gì ngẫu nhiên",
        "nothing in the model is uncertain",
        ("viết sai số của số liệu hay ngưỡng vào một tệp --model", "say in a file --model what is, and by how much"),
    ),
    "S733": _message(
        "tệp hình phải là .svg, .png hoặc .html, không phải {suffix}", "a plot is .svg, .png or .html, not {suffix}"
    ),
    "S734": _message("kết quả này không có hình", "this result has no plot"),
    "S735": _message(
        "hai bộ tiêu chí và hai bộ số liệu không khác nhau ở điểm nào được so",
        "there is nothing to compare: neither rulebooks nor readings differ",
    ),
    "S736": _message(
        "lệnh này cần gói bổ sung: pip install 'tieuchi[{extra}]'",
        "this needs an extra: pip install 'tieuchi[{extra}]'",
    ),
    "S737": _message(
        "ngưỡng “{name}” cần một khoảng at_least … at_most, không nhận {given}",
        "threshold “{name}” takes a range at_least … at_most, not {given}",
    ),
    "S738": Message(Text("bảng số liệu không có đơn vị “{name}”", "the table has no unit “{name}”"), _NEAREST),
    "S739": _message(
        "không quy tắc nào đọc chỉ số “{name}”, nên sai số của nó không làm đổi gì",
        "no rule reads indicator “{name}”, so that its error changes nothing",
    ),
    "S740": _message(
        "số liệu “{name}” của đơn vị {unit} có thể quá lớn để mô phỏng",
        "figures of “{name}” of unit {unit} can be too large to be drawn",
        ("ghi chỉ số theo đơn vị đo lớn hơn, hoặc sai số nhỏ hơn", "count it in a larger unit, or say a smaller error"),
    ),
}

SCENARIO_MESSAGES: dict[str, Message] = {**_CHANGES, **_RANGES, **_GOALS, **_MODELS}
