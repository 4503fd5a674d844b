"""Headless Chromium for tests of the page; they skip with a reason where it is missing, unless it must be there."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Where screenshots and downloads go: a folder that the run names, or one that pytest forgets. Never the repository.
ARTEFACTS = "TIEUCHI_ARTEFACTS"


def need_browser() -> None:
    """Skip, or fail where everything must be there, without Chromium, its driver or Selenium."""
    lacking = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    try:
        import axe_core_python  # noqa: F401
        import selenium  # noqa: F401
    except ImportError as error:
        lacking.append(str(error.name))
    if lacking:
        reason = f"not installed: {', '.join(lacking)}"
        if "TIEUCHI_REQUIRE_SYSTEM" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)


class Browser:
    """One browser window and what tests do with it."""

    def __init__(self, folder: Path, width: int, height: int = 1000, *, dark: bool = False) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        self.folder = folder
        self.downloads = folder / "downloads"
        self.downloads.mkdir(parents=True, exist_ok=True)
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"download.default_directory": str(self.downloads)})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.look(width, height, dark=dark)
        self.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))

    def look(self, width: int, height: int = 1000, *, dark: bool = False) -> None:
        """Take another width and light."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.command("Emulation.setDeviceMetricsOverride", **metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", features=[scheme])

    def command(self, name: str, **given: Any) -> None:
        self.driver.execute_cdp_cmd(name, given)

    def open(self, url: str) -> None:
        self.driver.get(url)
        self.until(lambda: self.text("#total-now"))
        self.until(lambda: self.script("return window.socket ? window.socket.connected : true"))

    def script(self, text: str, *given: Any) -> Any:
        return self.driver.execute_script(text, *given)

    def until(self, holds: Callable[[], Any], seconds: float = 10) -> Any:
        """Wait until something holds and return it."""
        end = time.monotonic() + seconds
        last: Exception | None = None
        while time.monotonic() < end:
            try:
                if found := holds():
                    return found
            except Exception as error:  # noqa: BLE001 - not there yet
                last = error
            time.sleep(0.03)
        raise AssertionError(f"did not come true within {seconds} s; total {self.text('#total-now')}") from last

    def text(self, css: str) -> str:
        return (
            self.script("const e = document.querySelector(arguments[0]); return e ? e.textContent.trim() : ''", css)
            or ""
        )

    def element(self, css: str) -> Any:
        return self.until(lambda: self.driver.find_element("css selector", css))

    def click(self, css: str) -> None:
        element = self.element(css)
        self.script("arguments[0].scrollIntoView({block: 'center'})", element)
        self.script("arguments[0].click()", element)

    def write(self, css: str, text: str) -> None:
        """Write into a field and leave it."""
        from selenium.webdriver.common.keys import Keys

        field = self.element(css)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text, Keys.TAB)

    def keys(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def downloaded(self, name: str) -> bytes:
        """Wait for a download and return what it holds."""
        path = self.downloads / name
        self.until(lambda: path.is_file() and path.stat().st_size and not list(self.downloads.glob("*.crdownload")))
        return path.read_bytes()

    def picture(self, name: str) -> None:
        """Keep a screenshot as an artefact of the run."""
        folder = Path(os.environ.get(ARTEFACTS, str(self.folder)))
        folder.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(folder / f"{name}.png"))

    def complaints(self) -> list[str]:
        """Return what the browser's console complains of."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def foreign(self, url: str) -> list[str]:
        """Return every address that was asked for anywhere but here."""
        import json

        asked = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        return [
            a for a in asked if a.startswith(("http", "ws")) and not a.startswith((url, url.replace("http", "ws", 1)))
        ]

    def close(self) -> None:
        self.driver.quit()
