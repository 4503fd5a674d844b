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
        ("sửa ngưỡng, hoặc range của chỉ số", "mend the threshold, or the range of the indicator"),
    ),
    "W504": _message(
        "mức “{clause}” không bao giờ được xét: “{other}” đứng trước đã nhận mọi trường hợp",
        "clause “{clause}” is never taken: “{other}” before it takes every case",
        ("đổi thứ tự, hoặc bỏ một trong hai", "change the order, or take one of the two away"),
    ),
    "W507": _message(
        "các điều kiện của “{clause}” không thể cùng đúng",
        "the conditions of “{clause}” can't hold together",
        ("sửa một trong các điều kiện", "mend one of the conditions"),
    ),
    "W502": _message(
        "nhiều nhất chỉ đạt {most} điểm, điểm tối đa là {max}",
        "at most {most} {most:point|points} can be earned, the maximum is {max}",
        ("sửa điểm của mức cao nhất, hoặc max_points", "mend the points of the best clause, or max_points"),
    ),
    "W505": _message(
        "ít nhất cũng được {least} điểm, số liệu thế nào cũng vậy; mức thấp nhất đã khai là {min}",
        "at least {least} {least:point is|points are} earned whatever the readings; the declared minimum is {min}",
        ("nếu đúng ý, ghi min_points: {least}", "if that is meant, write min_points: {least}"),
    ),
    "W506": _message(
        "ngưỡng {threshold} không đổi gì: mức “{clause}” và “{other}” cùng cho {points} điểm",
        "the threshold {threshold} changes nothing: “{clause}” and “{other}” both give {points} {points:point|points}",
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
    "W510": _message(
        "kết luận “{id}” không bao giờ xảy ra được",
        "finding “{id}” can never hold",
        ("sửa một trong các điều kiện", "mend one of the conditions"),
    ),
    "W511": _message(
        "kết luận “{id}” không lấy được điểm nào của “{criterion}”: trần {most}, nhiều nhất là {max}",
        "finding “{id}” takes nothing from “{criterion}”: it limits to {most}, and {max} is the most",
        ("hạ at_most, hoặc bỏ dòng này", "lower at_most, or take it away"),
    ),
    "W512": _message(
        "tiêu chí không bao giờ áp dụng được",
        "this criterion can never apply",
        ("sửa một trong các điều kiện", "mend one of the conditions"),
    ),
    "W513": _message(
        "tiêu chí lúc nào cũng áp dụng, applies_when là thừa",
        "this criterion always applies: applies_when says nothing",
        ("bỏ applies_when, hoặc sửa điều kiện", "take applies_when away, or mend the condition"),
    ),
    "W514": _message(
        "các trọng số cộng lại bằng {sum} ({terms}), không phải 1: trọng số {first} thành ra {share}",
        "the weights add up to {sum} ({terms}), not to 1: the weight {first} counts {share}",
        (
            "sửa một trọng số; hệ số thì viết số nguyên, như 3 và 2",
            "mend a weight; weights that are no shares are written 3 and 2",
        ),
    ),
    "W515": _message(
        "không kết luận nào lấy điểm ở đây: đơn vị nào cũng được {points}",
        "no finding takes anything here: every unit gets {points}",
        ("thêm consequence trong findings", "add a consequence under findings"),
    ),
    "W516": _message(
        "không tổng điểm nào tới được hạng “{grade}”: ngưỡng {threshold}, nhiều nhất là {most}",
        "no total reaches grade “{grade}”: it begins at {threshold}, and {most} is the most",
        ("hạ ngưỡng của hạng này", "lower the threshold of this grade"),
    ),
    "W517": _message(
        "giá trị từ {low} đến {high} không thuộc mức nào, giữa “{other}” và “{clause}”",
        "values from {low} to {high} are in no clause, between “{other}” and “{clause}”",
        ("nối liền hai mức", "let the two meet"),
    ),
    "W518": _message(
        "giá trị từ {low} đến {high} thuộc cả “{other}” và “{clause}”",
        "values from {low} to {high} are in both “{other}” and “{clause}”",
        ("tách hai mức", "let one begin where the other ends"),
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
        ("viết số điểm, như 1.5", "write the points, such as 1.5"),
    ),
    "W522": _message(
        "kết luận “{id}” lấy điểm của “{criterion}” hai lần theo cùng mức “{clause}”",
        "finding “{id}” takes from “{criterion}” twice by the same clause “{clause}”",
        ("bỏ một dòng, hoặc đặt tên mức khác", "take one away, or give it another clause"),
    ),
    "W523": _message(
        "“{clause}” của kết luận “{id}” không đổi gì ở “{criterion}”:"
        " hễ có nó thì “{other}” đã giới hạn còn {most} điểm",
        "“{clause}” of finding “{id}” changes nothing in “{criterion}”:"
        " whenever it holds, “{other}” limits the points to {most}",
        ("bỏ dòng này, hoặc sửa điều kiện", "take it away, or mend the conditions"),
    ),
    "W524": _message(
        "một lần {points} điểm là nhiều hơn tất cả {max} điểm có thể thay đổi",
        "{points} {points:point at once is|points at once are} more than all {max} that there are to give or take",
        ("sửa số điểm này, hoặc điểm tối đa", "mend these points, or the maximum"),
    ),
    "W525": _message(
        "phần “{clause}” và “{other}” xét cùng một điều: có phần này là có phần kia",
        "parts “{clause}” and “{other}” ask for the same: who has one has the other",
        ("sửa chỉ số hoặc điều kiện của một phần", "mend the indicator or the condition of one of them"),
    ),
    "W526": _message(
        "“{clause}” được {points} điểm, ít hơn “{other}” là mức kém hơn ({more})",
        "“{clause}” earns {points}, less than “{other}”, which is worse ({more})",
        ("đổi chỗ hai số điểm", "put the two numbers the other way round"),
    ),
    "W527": _message(
        "giá trị cắt theo bước {step}, không bao giờ là {threshold}: ngưỡng này thực ra là {meant}",
        "values are cut to steps of {step} and never are {threshold}: this threshold acts as {meant}",
        ("viết {meant}", "write {meant}"),
    ),
    "W597": _message(
        "chưa chứng minh được: có số liệu nào chỉ được {min} điểm hay không",
        "not proven: whether any reading gives as little as {min} {min:point|points}",
        _OPEN,
    ),
    "W598": _message(
        "chưa chứng minh được: có số liệu nào đạt {max} điểm hay không",
        "not proven: whether any reading earns {max} {max:point|points}",
        _OPEN,
    ),
    "W599": _message(
        "chưa chứng minh được: có số liệu nào tới được “{clause}” hay không",
        "not proven: whether any reading reaches “{clause}”",
        _OPEN,
    ),
}
