"""Serving: the pages on this machine's own loopback address, to whoever has the link that was printed.

In: a folder of finished pages. Out: an HTTP server on 127.0.0.1. Never: another address, another method than GET and
HEAD, a listing, a file outside the folder, or a line in a log: what is asked for may name a patient.

The link carries a token once; the browser gets it as a cookie that no script can read and no other site can send. The
Host header is compared too, so that no name of somebody else's that points here gets an answer.
"""

import hmac
import mimetypes
import secrets
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

ADDRESS = "127.0.0.1"
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Server(ThreadingHTTPServer):
    """A server of one folder; `link` is the address to open."""

    daemon_threads = True

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.token = secrets.token_urlsafe(24)
        super().__init__((ADDRESS, port), Handler)

    @property
    def cookie(self) -> str:
        """The cookie's name; a browser has one jar for all ports of an address."""
        return f"takeback-{self.server_port}"

    @property
    def link(self) -> str:
        """The address with its token."""
        return f"http://{ADDRESS}:{self.server_port}/?token={self.token}"


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "takeback"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer with a file, or with a redirection from the printed link to the first page."""
        asked = urlsplit(self.path)
        token = parse_qs(asked.query).get("token", [""])[0]
        if self.headers.get("Host", "") != f"{ADDRESS}:{self.server.server_port}":
            self._refuse(HTTPStatus.MISDIRECTED_REQUEST)
        elif self._is_right(token) and asked.path == "/":
            self._welcome()
        elif not self._is_right(self._cookie()):
            self._refuse(HTTPStatus.FORBIDDEN)
        elif path := self._file(unquote(asked.path)):
            self._send(path)
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Log nothing."""

    def _is_right(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self.server.token.encode())

    def _cookie(self) -> str:
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return ""
        name = self.server.cookie
        return cookie[name].value if name in cookie else ""

    def _file(self, path: str) -> Path | None:
        """Give the file under a path, if it is one of the folder's own."""
        folder = self.server.folder.resolve()
        wanted = (folder / (path.lstrip("/") or "index.html")).resolve()
        return wanted if wanted.is_file() and wanted.is_relative_to(folder) else None

    def _send(self, path: Path) -> None:
        content = path.read_bytes()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self._begin(HTTPStatus.OK, len(content), {"Content-Type": f"{kind}; charset=utf-8"})
        if self.command == "GET":
            self.wfile.write(content)

    def _welcome(self) -> None:
        cookie = f"{self.server.cookie}={self.server.token}; HttpOnly; SameSite=Strict; Path=/"
        self._begin(HTTPStatus.SEE_OTHER, 0, {"Location": "/index.html", "Set-Cookie": cookie})

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._begin(status, 0, {})

    def _begin(self, status: HTTPStatus, length: int, more: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, **more, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
