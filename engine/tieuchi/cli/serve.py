"""``tieuchi serve``: the page and the HTTP API, on one port."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("serve", help="Mở trang web và API. / Serve the page and the HTTP API.")(serve)


def serve(
    host: Annotated[
        str | None, typer.Option(help="Địa chỉ; mặc định chỉ máy này. / Address; this machine alone by default.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Cổng, mặc định 8080. / Port, 8080 by default.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="Tệp chứa mã truy cập. / File that holds the token.")] = None,
    workers: Annotated[int | None, typer.Option(help="Số tiến trình chấm điểm. / Worker processes.")] = None,
    hosts: Annotated[
        str | None, typer.Option(help="Các tên khác của máy chủ, cách nhau dấu phẩy. / Further names of the server.")
    ] = None,
    rules: Annotated[
        Path | None, typer.Option(help="Thư mục bộ tiêu chí của bạn. / Folder of rulebooks of your own.")
    ] = None,
    most_bytes: Annotated[int | None, typer.Option(help="Giới hạn nội dung gửi lên. / Largest body, in bytes.")] = None,
    most_rows: Annotated[int | None, typer.Option(help="Giới hạn số đơn vị. / Most units of a batch.")] = None,
    seconds: Annotated[int | None, typer.Option(help="Giới hạn thời gian. / Longest time of a request.")] = None,
    api_only: Annotated[bool, typer.Option("--api-only", help="Không có trang web. / Without the page.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Chỉ ghi cảnh báo. / Log warnings only.")] = False,
) -> None:
    """Serve the page and the API until stopped. Every option is also a variable, such as TIEUCHI_WEB_PORT."""
    given: dict[str, Any] = {
        "host": host,
        "port": port,
        "token": _token(token_file),
        "workers": workers,
        "hosts": None if hosts is None else tuple(name.strip() for name in hosts.split(",") if name.strip()),
        "rules": None if rules is None else str(rules),
        "most_bytes": most_bytes,
        "most_rows": most_rows,
        "seconds": seconds,
        "page": False if api_only else None,
        "quiet": quiet or None,
    }
    _run(given)


def _run(given: dict[str, Any]) -> None:
    """Serve with these settings, None standing for what was not given; refuse where the extra is not installed."""
    from tieuchi.errors import Issue, Position, ScenarioError

    try:
        from tieuchi.web.server import serve as run
        from tieuchi.web.settings import settings_from
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("tieuchi"):
            raise
        raise ScenarioError([Issue("S736", Position("serve"), facts={"extra": "web"})]) from None
    run(settings_from(os.environ, **given))


def _token(file: Path | None) -> str | None:
    """Return the token that stands in a file; a command line would show it to everybody on the machine."""
    from tieuchi.errors import Issue, Position, ReadingsError

    if file is None:
        return None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        reason = getattr(problem, "strerror", None) or type(problem).__name__
        raise ReadingsError([Issue("Y100", Position(str(file)), facts={"reason": reason})]) from None
