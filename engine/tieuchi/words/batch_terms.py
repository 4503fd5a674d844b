"""What the commands on tables say of a run, and the heads of their columns."""

from __future__ import annotations

from tieuchi.words.language import Language, Text

BATCH_TERMS: dict[str, Text] = {
    "scored": Text("{units} đơn vị → {out}", "{units} {units:unit|units} → {out}"),
    "on_spark": Text("Spark → {out}", "Spark → {out}"),
    "wide": Text("{count} ô tính bằng số nguyên lớn", "{count} {count:cell|cells} reckoned in wide integers"),
    "lacking": Text(
        "bảng không có cột của {count} chỉ số: {names}", "no column for {count} {count:indicator|indicators}: {names}"
    ),
    "unmet": Text(
        "{count} đơn vị của kỳ trước không có trong bảng, cũng không sáp nhập vào đơn vị nào ở đó: {names}",
        "{count} {count:unit|units} of the period before neither in the table nor passed into one that is: {names}",
    ),
    "rejected": Text("{count} dòng không chấm được → {errors}", "{count} {count:row|rows} not scored → {errors}"),
    "rejected_only": Text("{count} dòng không chấm được", "{count} {count:row|rows} not scored"),
    "more_only": Text("… và {count} lỗi nữa (--errors TỆP để xem hết)", "… and {count} more (--errors FILE for all)"),
    "more": Text("… và {count} lỗi nữa, xem {errors}", "… and {count} more, see {errors}"),
    "rank": Text("Hạng", "Rank"),
    "unit": Text("Đơn vị", "Unit"),
    "unit_name": Text("Tên", "Name"),
    "total": Text("Tổng điểm", "Total"),
    "grade": Text("Xếp loại", "Grade"),
    "unsettled": Text(
        "Chưa xếp hạng vì thiếu số liệu: tổng điểm còn là một khoảng.",
        "Not ranked for want of figures: the total is an interval still.",
    ),
    "closer": Text(
        "Hạng xét theo điểm chính xác, chi tiết hơn số ghi ở đây.",
        "Ranks go by exact totals, finer than what is shown.",
    ),
    "places": Text(
        "Điểm ghi tới {places} chữ số thập phân; hạng và xếp loại xét theo điểm chính xác.",
        "Points are given to {places} {places:decimal|decimals}; ranks and grades go by exact points.",
    ),
    "competition": Text("Bằng điểm thì cùng hạng: 1, 2, 2, 4.", "Equal totals share a rank: 1, 2, 2, 4."),
    "dense": Text("Bằng điểm thì cùng hạng: 1, 2, 2, 3.", "Equal totals share a rank: 1, 2, 2, 3."),
    "skipped": Text("bỏ qua: {reason}", "skipped: {reason}"),
    "compared": Text("{road}: {cells} ô, khác {wrong}", "{road}: {cells} {cells:cell|cells}, {wrong} different"),
    "left_out": Text(
        "{count} đơn vị có số mà cột 64 bit không chứa được, không so ở đây",
        "{count} {count:unit|units} with figures that no column of 64 bits holds, not compared here",
    ),
    "further": Text("… và {count} ô nữa", "… and {count} more"),
    "not_installed": Text("chưa cài {name}", "{name} is not installed"),
    "beyond_limits": Text("bộ tiêu chí vượt giới hạn của {name}", "the rulebook is beyond the limits of {name}"),
    "no_dsn": Text("thêm --postgres DSN để đối chiếu", "give --postgres DSN to compare"),
    "read": Text("đọc", "reading"),
    "best": Text("so nhóm", "best of groups"),
    "ranking": Text("xếp hạng", "ranking"),
    "ties": Text("bằng điểm", "ties"),
    "score": Text("chấm điểm", "scoring"),
}


def batch_term(word: str, language: Language, /, **facts: object) -> str:
    """Return a sentence about a run, filled in."""
    return BATCH_TERMS[word].fill(language, **facts)
