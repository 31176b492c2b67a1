"""A browser for tests: headless Chromium, spoken to by plain W3C WebDriver over HTTP.

In: addresses, CSS selectors, keys. Out: what a person would see. Never: the network, somebody's browser profile, or a
driver package: a session is a handful of requests to chromedriver on loopback.
"""

import base64
import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
MISSING = "no chromium with chromedriver on this machine (on Debian: apt install chromium chromium-driver)"


class Browser:
    """One window; it waits up to ten seconds for an element that it is asked for."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.downloads = folder / "downloads"
        self.process = subprocess.Popen(
            [str(DRIVER), f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.url = f"http://127.0.0.1:{port}"
        arguments = [*FLAGS, f"--user-data-dir={folder / 'profile'}"]
        options = {
            "binary": CHROMIUM,
            "args": arguments,
            "prefs": {"download.default_directory": str(self.downloads)},
        }
        self._wait_for_driver()
        wanted = {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}
        self.url += f"/session/{self.call('POST', '/session', {'capabilities': wanted})['sessionId']}"
        self.call("POST", "/timeouts", {"implicit": 10_000})

    def _wait_for_driver(self) -> None:
        for _ in range(100):
            try:
                self.call("GET", "/status")
            except urllib.error.URLError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError("chromedriver does not answer")

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        content = json.dumps(body or {}).encode() if method == "POST" else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, content, headers, method=method)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise LookupError(json.load(error)["value"]["message"].splitlines()[0]) from None

    def open(self, address: str) -> None:
        self.call("POST", "/url", {"url": address})

    def size(self, width: int, height: int) -> None:
        self.call("POST", "/window/rect", {"width": width, "height": height})

    def prefer(self, scheme: str) -> None:
        """Let the person prefer dark or light pages."""
        wish = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": wish})

    def script(self, code: str, *arguments: Any) -> Any:
        return self.call("POST", "/execute/sync", {"script": code, "args": list(arguments)})

    def all(self, selector: str) -> list[str]:
        found = self.call("POST", "/elements", {"using": "css selector", "value": selector})
        return [element[ELEMENT] for element in found]

    def find(self, selector: str) -> str:
        return str(self.call("POST", "/element", {"using": "css selector", "value": selector})[ELEMENT])

    def click(self, selector: str) -> None:
        self.call("POST", f"/element/{self.find(selector)}/click")

    def type(self, selector: str, text: str) -> None:
        element = self.find(selector)
        self.call("POST", f"/element/{element}/clear")
        self.call("POST", f"/element/{element}/value", {"text": text})

    def press(self, key: str) -> None:
        """Press a key where the focus is."""
        strokes = [{"type": kind, "value": key} for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": strokes}]})

    def text(self, selector: str) -> str:
        return str(self.call("GET", f"/element/{self.find(selector)}/text"))

    def texts(self, selector: str) -> list[str]:
        return [str(self.call("GET", f"/element/{element}/text")) for element in self.all(selector)]

    def errors(self) -> list[str]:
        """Return what the browser's console complained of since the last call."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    def pdf(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self.call("POST", "/print", {"background": False})))

    def close(self) -> None:
        try:
            self.call("DELETE", "")
        finally:
            self.process.terminate()
            self.process.wait(10)
