"""Messages of the web server (W)."""

from __future__ import annotations

from tieuchi.words.language import Text
from tieuchi.words.message import Message


def _message(vi: str, en: str, hint: tuple[str, str] | None = None) -> Message:
    return Message(Text(vi, en), Text(*hint) if hint else None)


WEB_MESSAGES: dict[str, Message] = {
    "W100": _message("yêu cầu không có dạng JSON mà API hiểu", "the request is not of a form the API takes"),
    "W101": _message(
        "nội dung gửi lên lớn hơn {most} byte",
        "what was sent is larger than {most} bytes",
        ("chia nhỏ tệp, hoặc tăng giới hạn khi chạy máy chủ", "split it, or start the server with a higher limit"),
    ),
    "W102": _message(
        "kiểu nội dung “{given}” không được nhận ở đây; gửi {known}",
        "content type “{given}” is not taken here; send {known}",
    ),
    "W103": _message("không có gì ở địa chỉ này", "there is nothing at this address"),
    "W104": _message("địa chỉ này không nhận {method}", "this address does not take {method}"),
    "W105": _message(
        "cần mã truy cập đúng",
        "a valid token is required",
        ("gửi Authorization: Bearer …, hoặc đăng nhập ở /login", "send Authorization: Bearer …, or sign in at /login"),
    ),
    "W106": _message("yêu cầu đến từ một trang khác ({origin})", "the request comes from another site ({origin})"),
    "W107": _message(
        "máy chủ không mang tên “{host}”",
        "the server does not go by the name “{host}”",
        ("thêm tên bằng --hosts", "add the name with --hosts"),
    ),
    "W108": _message("máy chủ đang bận, xin thử lại sau", "the server is busy, try again later"),
    "W109": _message(
        "yêu cầu chạy quá {seconds} giây nên đã bị dừng",
        "the request took more than {seconds} {seconds:second|seconds} and was stopped",
    ),
    "W110": _message(
        "có {rows} đơn vị, nhiều hơn giới hạn {most}",
        "there {rows:is|are} {rows} {rows:unit|units}, more than the limit {most}",
    ),
    "W111": _message(
        "tiến trình chấm điểm dừng giữa chừng, cả khi thử lại bằng cách tính chính xác",
        "the scoring process ended midway, also when tried again by the exact road",
    ),
    "W112": _message("không có lượt chấm hàng loạt nào mang mã này", "there is no batch of this id"),
    "W113": _message("lượt chấm hàng loạt chưa xong", "the batch is not done yet"),
    "W114": _message(
        "lỗi trong chương trình, xin báo lại mã yêu cầu", "a fault in the program, please report the request's id"
    ),
    "W116": _message(
        "bộ tiêu chí gửi lên không được dùng “{key}” để mở tệp “{name}”",
        "a rulebook that is sent may not use “{key}” to open the file “{name}”",
        (
            "chỉ dùng tên có kèm theo; gộp các phần vào một văn bản",
            "use bundled names only; put all parts into one text",
        ),
    ),
    "W117": _message("nội dung tệp không phải base64", "the file's content is not base64"),
    "W118": _message("máy chủ đang dừng", "the server is stopping"),
    "W119": _message("thiếu tham số “{name}”", "the parameter “{name}” is missing"),
    "W120": _message(
        "địa chỉ {host} mở ra ngoài máy này nên phải có mã truy cập",
        "the address {host} is open to other machines, so a token is required",
        ("đặt TIEUCHI_WEB_TOKEN hoặc --token-file", "set TIEUCHI_WEB_TOKEN or --token-file"),
    ),
    "W121": _message(
        "mã truy cập phải có ít nhất {least} ký tự ASCII", "a token has at least {least} ASCII characters"
    ),
    "W122": _message("giá trị “{value}” của {name} không dùng được", "the value “{value}” of {name} can't be used"),
    "W123": _message("không có trường “{name}” trong biểu mẫu", "the form has no field “{name}”"),
    "W124": _message(
        "nội dung không gửi xong trong {seconds} giây",
        "what is sent did not come within {seconds} {seconds:second|seconds}",
    ),
    "U_schema": Message(
        Text("không có lược đồ “{name}”", "there is no schema “{name}”"),
        Text("có phải “{nearest}”?", "did you mean “{nearest}”?"),
    ),
    "W199": _message("yêu cầu bị từ chối", "the request is refused"),
}
