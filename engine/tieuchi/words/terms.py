"""The words of the glossary, and how numbers are written for people."""

from __future__ import annotations

from tieuchi.words.language import Language, Text

TERMS: dict[str, Text] = {
    "scorecard": Text("Phiếu điểm", "Scorecard"),
    "explanation": Text("Diễn giải cách tính điểm", "How the points came about"),
    "ledger": Text("Điểm chưa đạt", "Lost points"),
    "unit": Text("Đơn vị", "Unit"),
    "rulebook": Text("Bộ tiêu chí", "Rulebook"),
    "period": Text("Kỳ đánh giá", "Period"),
    "field": Text("Lĩnh vực", "Field"),
    "criterion": Text("Tiêu chí", "Criterion"),
    "id": Text("Mã", "Id"),
    "max_points": Text("Tối đa", "Max"),
    "points": Text("Điểm", "Points"),
    "lost": Text("Chưa đạt", "Lost"),
    "rate": Text("Tỷ lệ", "Rate"),
    "clause": Text("Mức", "Clause"),
    "state": Text("Trạng thái", "State"),
    "total": Text("Tổng cộng", "Total"),
    "grade": Text("Xếp loại", "Grade"),
    "owner": Text("Cơ quan phụ trách", "Responsible office"),
    "nobody": Text("(chưa phân công)", "(no office named)"),
    "reference": Text("Căn cứ", "Reference"),
    "basis": Text("Cơ sở của ngưỡng", "Basis"),
    "stated": Text("nêu trong văn bản", "stated"),
    "derived": Text("suy ra", "derived"),
    "assumed": Text("giả định", "assumed"),
    "source": Text("Nguồn", "Source"),
    "next_step": Text("Mức kế tiếp", "Next step up"),
    "readings": Text("Số liệu", "Readings"),
    "value": Text("Giá trị", "Value"),
    "findings": Text("Kết luận", "Findings"),
    "finding": Text("kết luận", "finding"),
    "scored": Text("đã chấm", "scored"),
    "missing": Text("thiếu số liệu", "missing"),
    "not_applicable": Text("không áp dụng", "not applicable"),
    "declared": Text("lấy từ thẩm định", "declared"),
    "refused": Text("không được chấp nhận", "refused"),
    "road": Text("Cách chấm", "Road"),
    "both_roads": Text("durable-rules, đối chiếu với cách tính chính xác", "durable-rules, checked by the exact road"),
    "alone_unavailable": Text(
        "chỉ cách tính chính xác (durable-rules không có ở đây)",
        "exact road alone (durable-rules is not available here)",
    ),
    "alone_beyond_limits": Text(
        "chỉ cách tính chính xác (bộ tiêu chí vượt giới hạn của durable-rules)",
        "exact road alone (the rulebook is beyond the limits of durable-rules)",
    ),
    "alone_asked": Text("chỉ cách tính chính xác, theo yêu cầu", "exact road alone, as asked"),
    "narrowed": Text("Số liệu thiếu ảnh hưởng nhiều nhất", "Missing readings, widest first"),
    "by_field": Text("Theo lĩnh vực", "By field"),
    "by_owner": Text("Theo cơ quan phụ trách", "By responsible office"),
    "by_criterion": Text("Theo tiêu chí thành phần", "By sub-criterion"),
    "rounding": Text("làm tròn", "rounding"),
    "rescale": Text("quy đổi", "rescaling"),
    "cap": Text("mức trần", "cap"),
    "none": Text("không có", "none"),
    "yes": Text("có", "yes"),
    "no": Text("không", "no"),
    "of": Text("trong", "of"),
    "held": Text("đúng", "holds"),
    "not_held": Text("không đúng", "does not hold"),
    "fired": Text("áp dụng", "fired"),
    "not_fired": Text("không áp dụng", "did not fire"),
    "not_reached": Text("không xét tới", "not reached"),
    "otherwise": Text("còn lại", "otherwise"),
    "linear": Text("tỷ lệ thuận", "in proportion"),
    "full": Text("đủ điểm", "full"),
    "zero": Text("0 điểm", "zero"),
    "cut_off": Text("dưới mức tối thiểu", "below the cut-off"),
    "violation": Text("có vi phạm", "violation"),
    "deducted": Text("trừ điểm", "deducted"),
    "floor": Text("hết điểm", "floor"),
    "counted": Text("theo số lượng", "counted"),
    "base": Text("mức nền", "base"),
    "increment": Text("cộng thêm", "increment"),
    "on_time": Text("đúng hạn", "on time"),
    "some_late": Text("có việc trễ", "some late"),
    "not_done": Text("chưa xong", "not done"),
    "in_grace": Text("trễ ít ngày", "in grace"),
    "late": Text("trễ hạn", "late"),
    "share_of_best": Text("so với cao nhất", "share of best"),
    "best": Text("tốt nhất", "best"),
    "below_target": Text("dưới chỉ tiêu", "below target"),
    "beyond_target": Text("vượt chỉ tiêu", "beyond target"),
    "leader": Text("dẫn đầu", "leader"),
    "no_finding": Text("không có kết luận", "no finding"),
    "bundled_rulebooks": Text("Bộ tiêu chí", "Rulebooks"),
    "bundled_readings": Text("Số liệu", "Readings"),
    "bundled_catalogues": Text("Danh mục chỉ số", "Catalogues"),
    "fields": Text("Lĩnh vực", "Fields"),
    "sub_criteria": Text("Tiêu chí thành phần", "Sub-criteria"),
    "indicators": Text("Chỉ số đầu vào", "Indicators"),
    "scales": Text("Cách chấm", "Scales"),
    "no_errors": Text("Không có lỗi.", "No errors."),
    "warnings": Text("Cảnh báo", "Warnings"),
    "not_proven": Text("Chưa chứng minh được", "Not proven"),
    "line": Text("Dòng", "Line"),
    "witness": Text("ví dụ", "e.g."),
    "and_at": Text("với", "and"),
    "any_unit": Text("đơn vị nào cũng vậy", "any unit"),
    "point_earned": Text("điểm", "point"),
    "points_earned": Text("điểm", "points"),
    "threshold": Text("ngưỡng", "threshold"),
}


def term(name: str, language: Language) -> str:
    """Return a word of the glossary, or the name itself where it is not in it."""
    return TERMS[name].of(language) if name in TERMS else name


def clause_words(clause: str | None, language: Language) -> str:
    """Return a clause for people: letters of the decree as they are, the names scales give by themselves in words."""
    return "–" if clause is None else "/".join(term(part, language) for part in clause.split("/"))


def localised(text: str, language: Language) -> str:
    """Write a number that stands with a decimal point as people of the language do.

    Example:
        >>> localised("12285.5", "vi"), localised("12285.5", "en")
        ('12.285,5', '12,285.5')
    """
    sign = "-" if text.startswith("-") else ""
    whole, _, decimals = text.removeprefix("-").partition(".")
    if not whole.isdigit():
        return text
    separator, point = (".", ",") if language == "vi" else (",", ".")
    grouped = f"{int(whole):,}".replace(",", separator)
    return f"{sign}{grouped}{point}{decimals}" if decimals else f"{sign}{grouped}"
