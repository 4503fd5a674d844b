"""Sentences of the report, as an administration writes them."""

from __future__ import annotations

from tieuchi.words.language import Language, Text

_WORDING: dict[str, Text] = {
    "state": Text("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM"),
    "motto": Text("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"),
    "number": Text("Số: {number}", "No.: {number}"),
    "blank_number": Text("…… /BC-……", "…… /BC-……"),
    "place_date": Text("{place}, {date}", "{place}, {date}"),
    "blank_date": Text("ngày …… tháng …… năm ……", "…… ……"),
    "report": Text("BÁO CÁO", "REPORT"),
    "title": Text("Kết quả {index} – {unit}", "Results of the {index}: {unit}"),
    "basis": Text(
        "Căn cứ {document}, {office} báo cáo kết quả như sau:", "Under {document}, {office} reports as follows:"
    ),
    "titled": Text("{title} ({document})", "{title} ({document})"),
    "dated": Text(" ngày {date}", " of {date}"),
    "issued_by": Text(" của {issuer}", " of the {issuer}"),
    "part_1": Text("I. Kết quả chung", "I. Overall result"),
    "overall": Text(
        "{index} của {unit} đạt {points}/{most} điểm, bằng {rate} so với điểm chuẩn quy định{shares}.",
        "{unit} earned {points} of {most} points in the {index}, {rate} of the maximum{shares}.",
    ),
    "overall_open": Text(
        "Còn thiếu số liệu: điểm của {unit} nằm trong khoảng {points} trên {most} điểm{shares}.",
        "Some readings are missing: the points of {unit} lie within {points} of {most}{shares}.",
    ),
    "shares": Text(" (bao gồm {shares})", " (of which {shares})"),
    "share": Text("{points}/{most} điểm {assessor}", "{points} of {most} points: {assessor}"),
    "and": Text(" và ", " and "),
    "ranked": Text("Xếp hạng {rank}/{of} đơn vị được so sánh.", "Rank {rank} of the {of} units compared."),
    "graded": Text("Xếp loại: {grade}.", "Grade: {grade}."),
    "up": Text(
        "So với {period}: tăng {points} điểm, từ {before} lên {now} (tăng {rate}).",
        "Against {period}: {points} {points:point|points} more, from {before} to {now} (a rise of {rate}).",
    ),
    "down": Text(
        "So với {period}: giảm {points} điểm, từ {before} xuống {now} (giảm {rate}).",
        "Against {period}: {points} {points:point|points} less, from {before} to {now} (a fall of {rate}).",
    ),
    "same": Text(
        "So với {period}: không thay đổi ({now} điểm).", "Against {period}: unchanged ({now} {now:point|points})."
    ),
    "fields_title": Text("Kết quả theo lĩnh vực:", "Results by field:"),
    "no": Text("STT", "No."),
    "field": Text("Lĩnh vực", "Field"),
    "most": Text("Điểm chuẩn", "Maximum"),
    "points": Text("Điểm đạt", "Points"),
    "rate": Text("Tỷ lệ", "Rate"),
    "rank": Text("Xếp hạng", "Rank"),
    "before": Text("Kỳ trước", "Before"),
    "change": Text("Tăng, giảm", "Change"),
    "total": Text("Tổng cộng", "Total"),
    "figure_fields": Text("Hình 1. Tỷ lệ điểm theo lĩnh vực", "Figure 1. Rate by field"),
    "figure_offices": Text("Hình 2. Điểm chưa đạt theo cơ quan phụ trách", "Figure 2. Lost points by office"),
    "part_2": Text(
        "II. Những lĩnh vực, tiêu chí, tiêu chí thành phần còn hạn chế",
        "II. Fields, criteria and sub-criteria that fell short",
    ),
    "field_head": Text("{field}: {offices} theo dõi, tham mưu", "{field}: {offices}"),
    "field_lost": Text("Lĩnh vực này chưa đạt {lost} điểm.", "This field lost {lost} {lost:point|points}."),
    "rated": Text(
        "đạt {rate} điểm tối đa theo quy định ({points}/{most} điểm)", "{rate} of the points ({points}/{most})"
    ),
    "open_item": Text(
        "chưa đủ số liệu, điểm trong khoảng {points} trên {most}", "missing readings, points within {points} of {most}"
    ),
    "value": Text("Kết quả: {value}", "Result: {value}"),
    "short_of": Text("còn {rest}/{whole}", "{rest} of {whole} short"),
    "clause": Text("Mức áp dụng: {clause}{condition}", "Clause: {clause}{condition}"),
    "not_held": Text("Chưa đạt: {item}", "Not met: {item}"),
    "finding": Text("{finding}: lấy đi {amount} điểm", "{finding}: takes {amount} {amount:point|points}"),
    "readings": Text("Số liệu: {readings}", "Readings: {readings}"),
    "source_word": Text("Nguồn", "Source"),
    "cause": Text("Nguyên nhân: {cause}", "Cause: {cause}"),
    "owner": Text("Cơ quan phụ trách: {owner}", "Responsible office: {owner}"),
    "nothing_lost": Text("Không có tiêu chí nào mất điểm.", "No criterion lost points."),
    "part_3": Text("III. So với kỳ trước", "III. Against the period before"),
    "changed": Text("{id} {title}: {before} → {now} ({change})", "{id} {title}: {before} → {now} ({change})"),
    "unchanged": Text("Không có tiêu chí nào thay đổi điểm.", "No criterion changed its points."),
    "part_4": Text("Đề xuất", "Proposals"),
    "propose": Text(
        "Để tăng điểm, với mọi số liệu khác giữ nguyên, đề nghị các cơ quan tập trung:",
        "To gain points, all other figures staying as they are, the offices should work on:",
    ),
    "proposal": Text(
        "Tiêu chí {id}: {step}, được thêm {gain} điểm", "Criterion {id}: {step}, gains {gain} {gain:point|points}"
    ),
    "step_up": Text("{name}: {change} (từ {now} lên {target})", "{name}: {change} (from {now} to {target})"),
    "step_down": Text("{name}: {change} (từ {now} xuống {target})", "{name}: {change} (from {now} to {target})"),
    "step_moved": Text("{name}: {change} (từ {now} thành {target})", "{name}: {change} (from {now} to {target})"),
    "step_turned": Text("{name}: chuyển từ “{now}” sang “{target}”", "{name}: from “{now}” to “{target}”"),
    "part_of": Text("{amount} trong {most}", "{amount} of {most}"),
    "about_word": Text("khoảng ", "about "),
    "nobody": Text("Chưa phân công cơ quan", "No office named"),
    "closing": Text("Trên đây là báo cáo kết quả, kính trình xem xét./.", "This is the report."),
    "recipients": Text("Nơi nhận:", "To:"),
    "signer": Text("THỦ TRƯỞNG CƠ QUAN", "HEAD OF THE OFFICE"),
    "signature": Text("(Ký, ghi rõ họ tên, đóng dấu)", "(signature and seal)"),
    "not_applicable": Text("không áp dụng", "not applicable"),
}


def say(name: str, language: Language, /, **facts: str) -> str:
    """Return a sentence of the report, filled in."""
    return _WORDING[name].fill(language, **facts)


def labels(language: Language) -> dict[str, str]:
    """Return every sentence without blanks to fill, for templates."""
    return {name: text.of(language) for name, text in _WORDING.items() if "{" not in text.vi}
