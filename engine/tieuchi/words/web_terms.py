"""The words of the page and of the problems that the API tells."""

from __future__ import annotations

from tieuchi.words.language import Language, Text

_PAGE: dict[str, Text] = {
    "login_label": Text("Mã truy cập", "Token"),
    "login_button": Text("Đăng nhập", "Sign in"),
    "login_wrong": Text("Mã truy cập không đúng.", "That is not the token."),
    "title": Text("Chấm điểm tiêu chí", "Scores by public criteria"),
    "theme": Text("Sáng / tối", "Light / dark"),
    "other_language": Text("English", "Tiếng Việt"),
    "choose": Text("Chọn bộ tiêu chí và đơn vị", "Choose a rulebook and a unit"),
    "upload": Text("Tải lên biểu số liệu (XLSX, CSV, YAML)", "Upload readings (XLSX, CSV, YAML)"),
    "upload_book": Text("Tải lên bộ tiêu chí (YAML)", "Upload a rulebook (YAML)"),
    "too_large": Text("Tệp quá lớn.", "The file is too large."),
    "failed": Text("Không gửi được tệp.", "The file could not be sent."),
    "tree": Text("Cây tiêu chí", "Tree of criteria"),
    "order": Text("Thứ tự", "Order"),
    "by_loss": Text("Mất nhiều điểm trước", "Most lost points first"),
    "by_book": Text("Theo bộ tiêu chí", "As in the rulebook"),
    "detail": Text("Tiêu chí đang xem", "The criterion in view"),
    "summary": Text("Kết quả", "Result"),
    "panels": Text("Công cụ", "Tools"),
    "undo": Text("Hoàn tác", "Undo"),
    "redo": Text("Làm lại", "Redo"),
    "reset": Text("Bỏ mọi thay đổi", "Reset"),
    "apply": Text("Áp dụng", "Apply"),
    "thresholds": Text("Ngưỡng và điểm của thang", "Thresholds and points of the scale"),
    "value": Text("Giá trị", "Value"),
    "changed_from": Text("đã đổi, trước là", "changed, was"),
    "condition": Text("Điều kiện", "Condition"),
    "lacking": Text("Còn thiếu", "Lacking"),
    "scale_drawn": Text("Thang điểm", "The scale"),
    "mark_now": Text("hiện tại", "now"),
    "mark_was": Text("trước", "before"),
    "mark_next": Text("mức kế tiếp", "next step"),
    "panel_headroom": Text("Dư địa tăng điểm", "Headroom"),
    "panel_changes": Text("Thay đổi", "Changes"),
    "panel_files": Text("Tải về", "Downloads"),
    "headroom_note": Text(
        "Mỗi dòng là thay đổi nhỏ nhất của một số liệu để có thêm điểm. Rẻ nhất đứng đầu: "
        "số liệu phải đổi ít nhất, tính theo phần của chính nó, cho mỗi điểm.",
        "Each row is the least change of one figure that gains points. The cheapest comes first: "
        "the least change, as a share of the figure itself, for each point.",
    ),
    "nothing_left": Text(
        "Không còn điểm nào có thể tăng bằng một số liệu.", "No points are left that one figure could gain."
    ),
    "gain": Text("Thêm điểm", "Gain"),
    "effort": Text("Mức thay đổi", "Change"),
    "step": Text("Bước kế tiếp", "Next step"),
    "steps_in_all": Text("Tất cả các bước cộng lại", "All steps together"),
    "save": Text("Lưu kịch bản", "Save scenario"),
    "load": Text("Mở kịch bản (YAML)", "Load a scenario (YAML)"),
    "no_changes": Text("Chưa có thay đổi nào.", "Nothing is changed yet."),
    "place": Text("Nơi đổi", "Place"),
    "before": Text("Trước", "Before"),
    "after": Text("Sau", "After"),
    "changes_nothing": Text("Các thay đổi này không làm đổi điểm nào.", "These changes move no points."),
    "files_note": Text(
        "Kết quả như đang hiển thị, gồm cả các thay đổi.", "The result as it is shown, changes included."
    ),
    "file_scorecard": Text("Phiếu điểm (JSON)", "Scorecard (JSON)"),
    "file_ledger": Text("Điểm chưa đạt (JSON)", "Lost points (JSON)"),
    "file_readings": Text("Số liệu (JSON)", "Readings (JSON)"),
    "fault": Text("Lỗi trong chương trình.", "A fault in the program."),
    "panel_goal": Text("Mục tiêu", "Goal"),
    "panel_many": Text("Xếp hạng", "Ranking"),
    "panel_compare": Text("So sánh", "Compare"),
    "goal_target": Text("Mục tiêu (80, grade:A, rank:10)", "Target (80, grade:A, rank:10)"),
    "goal_limits": Text("Giới hạn", "Limits"),
    "goal_low": Text("Từ", "From"),
    "goal_high": Text("Đến", "To"),
    "goal_limit": Text("Thêm giới hạn", "Add limit"),
    "goal_fix": Text("Giữ nguyên số liệu này", "Keep this figure"),
    "goal_stays": Text("giữ nguyên", "stays"),
    "goal_free": Text("Bỏ giới hạn", "Remove limit"),
    "seek": Text("Tìm", "Seek"),
    "goal_already": Text("Đã đạt mục tiêu.", "The target is reached already."),
    "goal_optimal": Text("Không có cách nào ít công sức hơn (đã chứng minh).", "Nothing takes less effort (proven)."),
    "goal_bound": Text("Hết giờ; có thể còn cách ít công sức hơn.", "Time ran out; less effort may do."),
    "goal_reached": Text("Đạt được; chưa chứng minh là ít nhất.", "Reached; not proven to be the least."),
    "goal_unreachable": Text(
        "Không đạt được; dưới đây là nhiều nhất có thể.", "Out of reach; below is the most there is."
    ),
    "goal_over_budget": Text(
        "Vượt quá công sức cho phép; dưới đây là nhiều nhất có thể.", "Beyond the budget; below is the most it buys."
    ),
    "goal_try": Text("Thử các thay đổi này", "Try these changes"),
    "many_note": Text(
        "Tải lên một tệp có nhiều đơn vị để xếp hạng. Đổi một ngưỡng ở trên rồi xem thứ hạng thay đổi tại đây.",
        "Upload a file of many units to rank them. Change a threshold above and see the ranks move here.",
    ),
    "filter": Text("Lọc theo tên", "Filter by name"),
    "rank": Text("Hạng", "Rank"),
    "rank_before": Text("Hạng trước", "Rank before"),
    "rank_now": Text("Hạng sau", "Rank now"),
    "moved": Text("Dịch chuyển", "Moved"),
    "breakpoints": Text("Các giá trị làm đổi điểm hay hạng", "Values at which points or ranks change"),
    "threshold": Text("Ngưỡng", "Threshold"),
    "list": Text("Liệt kê", "List"),
    "units_changed": Text("Đơn vị đổi điểm", "Units that change"),
    "ranks_changed": Text("Đơn vị đổi hạng", "Ranks that change"),
    "no_ranks": Text(
        "Có đơn vị còn thiếu số liệu nên chưa xếp hạng được.", "Some units lack figures, so there are no ranks yet."
    ),
    "more_rows": Text("dòng nữa không hiện", "more rows not shown"),
    "compare_with": Text("So với đơn vị hoặc năm", "Compare with a unit or year"),
    "compare_book": Text("theo bộ tiêu chí", "by the rulebook"),
    "compare_do": Text("So sánh", "Compare"),
    "by_rules": Text("Do quy tắc", "By rules"),
    "by_performance": Text("Do kết quả", "By performance"),
    "difference": Text("Chênh lệch", "Difference"),
    "file_form": Text("Biểu số liệu trống (XLSX)", "Blank form (XLSX)"),
    "file_workbook": Text("Bảng tính sống (XLSX)", "Live workbook (XLSX)"),
    "file_picture": Text("Hình dư địa (PNG)", "Picture of headroom (PNG)"),
    "file_ranking": Text("Bảng xếp hạng (XLSX)", "Ranking (XLSX)"),
    "file_report": Text("Báo cáo (DOCX)", "Report (DOCX)"),
    "checked": Text("durable-rules và cách tính chính xác khớp nhau", "durable-rules and the exact road agree"),
    "checked_alone": Text("chấm bằng cách tính chính xác", "scored by the exact road"),
    "differs": Text("hai cách chấm không khớp, xin báo lại", "the two roads differ, please report it"),
    "checking": Text("đang đối chiếu…", "checking…"),
    "problem_rulebook": Text("Bộ tiêu chí có lỗi", "The rulebook has errors"),
    "problem_readings": Text("Số liệu có lỗi", "The readings have errors"),
    "problem_scenario": Text("Kịch bản có lỗi", "The scenario has errors"),
    "problem_unknown_name": Text("Không có tên này", "There is no such name"),
    "problem_disagreement": Text("Hai cách chấm không khớp", "The two roads differ"),
}


def web_term(name: str, language: Language) -> str:
    """Return a word of the page."""
    return _PAGE[name].of(language)
