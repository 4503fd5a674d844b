"""Messages of the proofs (W): what a rulebook says but hardly means. W597 to W599 are notes: not proven."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message


def _message(vi: str, en: str, hint: tuple[str, str] | None = None) -> Message:
    return Message(Text(vi, en), Text(*hint) if hint else None)


_DENOMINATOR = (
    "thêm nothing_assigned, hoặc range: {{at_least: 1}} cho chỉ số",
    "add nothing_assigned, or range: {{at_least: 1}} to the indicator",
)

_OPEN = (
    "hết thời gian tìm mà chưa có lời giải; hãy viết một trường hợp thử cho chỗ này",
    "time ran out before an answer was found; write a case that shows it",
)

PROOF_MESSAGES: dict[str, Message] = {
    "W501": _message(
        "không số liệu nào tới được mức “{clause}”: giá trị chỉ từ {low} đến {high}",
        "no reading reaches clause “{clause}”: values lie between {low} and {high}",
    ),
    "W504": _message(
        "mức “{clause}” không bao giờ được xét: “{other}” đứng trước đã nhận mọi trường hợp",
        "clause “{clause}” is never taken: “{other}” before it takes every case",
    ),
    "W507": _message(
        "các điều kiện của “{clause}” không thể cùng đúng", "the conditions of “{clause}” can't hold together"
    ),
    "W502": _message(
        "nhiều nhất chỉ đạt {most} điểm, điểm tối đa là {max}",
        "at most {most} points can be earned, the maximum is {max}",
    ),
    "W505": _message(
        "ít nhất cũng được {least} điểm, số liệu thế nào cũng vậy; mức thấp nhất đã khai là {min}",
        "at least {least} points are earned whatever the readings; the declared minimum is {min}",
        ("nếu đúng ý, ghi min_points: {least}", "if that is meant, write min_points: {least}"),
    ),
    "W506": _message(
        "ngưỡng {threshold} không đổi gì: mức “{clause}” và “{other}” cùng cho {points} điểm",
        "the threshold {threshold} changes nothing: “{clause}” and “{other}” both give {points} points",
        ("gộp hai mức, hoặc sửa điểm của một mức", "make the two bands one, or mend the points of one"),
    ),
    "W503": _message("chưa quy định khi {names} bằng 0", "it is not said what holds when {names} is 0", _DENOMINATOR),
    "W508": _message(
        "chưa quy định tăng trưởng khi kỳ trước ({names}) bằng 0",
        "growth from 0 is not defined: {names} can be 0",
        _DENOMINATOR,
    ),
    "W509": _message(
        "có đơn vị mang {names} dưới 0 thì cả nhóm không so được với giá trị nhỏ nhất",
        "where the smallest of the group is below 0 ({names}), no unit can be set against it",
        ("thêm range: {{at_least: 0}}, hoặc dùng thang khác", "add range: {{at_least: 0}}, or use another scale"),
    ),
    "W510": _message("kết luận “{id}” không bao giờ xảy ra được", "finding “{id}” can never hold"),
    "W511": _message(
        "kết luận “{id}” không lấy được điểm nào của “{criterion}”: trần {most}, nhiều nhất là {max}",
        "finding “{id}” takes nothing from “{criterion}”: it limits to {most}, and {max} is the most",
    ),
    "W512": _message("tiêu chí không bao giờ áp dụng được", "this criterion can never apply"),
    "W513": _message(
        "tiêu chí lúc nào cũng áp dụng, applies_when là thừa",
        "this criterion always applies: applies_when says nothing",
    ),
    "W514": _message("các trọng số cộng lại bằng {sum}, không phải 1", "the weights add up to {sum}, not to 1"),
    "W515": _message(
        "không kết luận nào lấy điểm ở đây: đơn vị nào cũng được {points}",
        "no finding takes anything here: every unit gets {points}",
        ("thêm consequence trong findings", "add a consequence under findings"),
    ),
    "W516": _message(
        "không tổng điểm nào tới được hạng “{grade}”: ngưỡng {threshold}, nhiều nhất là {most}",
        "no total reaches grade “{grade}”: it begins at {threshold}, and {most} is the most",
    ),
    "W517": _message(
        "giá trị từ {low} đến {high} không thuộc mức nào, giữa “{other}” và “{clause}”",
        "values from {low} to {high} are in no clause, between “{other}” and “{clause}”",
    ),
    "W518": _message(
        "giá trị từ {low} đến {high} thuộc cả “{other}” và “{clause}”",
        "values from {low} to {high} are in both “{other}” and “{clause}”",
    ),
    "W519": _message(
        "giá trị là tỷ lệ, ngưỡng {threshold} là gấp {threshold} lần",
        "the value is a share, and the threshold {threshold} means {threshold} times the whole",
        ("có phải là {meant}?", "did you mean {meant}?"),
    ),
    "W520": _message(
        "giá trị không phải là tỷ lệ, mà ngưỡng viết theo phần trăm: {threshold}",
        "the value is no share, but the threshold is written in per cent: {threshold}",
        ("có phải là {meant}?", "did you mean {meant}?"),
    ),
    "W521": _message(
        "điểm viết theo phần trăm ({points}) là phần của 1 điểm, không phải của điểm tối đa",
        "points in per cent ({points}) are a share of one point, not of the maximum",
    ),
    "W522": _message(
        "kết luận “{id}” lấy điểm của “{criterion}” hai lần theo cùng mức “{clause}”",
        "finding “{id}” takes from “{criterion}” twice by the same clause “{clause}”",
    ),
    "W597": _message(
        "chưa chứng minh được: có số liệu nào chỉ được {min} điểm hay không",
        "not proven: whether any reading gives as little as {min} points",
        _OPEN,
    ),
    "W598": _message(
        "chưa chứng minh được: có số liệu nào đạt {max} điểm hay không",
        "not proven: whether any reading earns {max} points",
        _OPEN,
    ),
    "W599": _message(
        "chưa chứng minh được: có số liệu nào tới được “{clause}” hay không",
        "not proven: whether any reading reaches “{clause}”",
        _OPEN,
    ),
}
