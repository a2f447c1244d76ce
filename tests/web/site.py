"""A small site on loopback, with the content policy of the product, for pages that tests make themselves."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


@contextmanager
def site(pages: Mapping[str, str], static: Path) -> Iterator[str]:
    """Serve `pages` by path and the files of `static` under `/static/`; gives the site's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path in pages:
                self._answer(pages[path].encode(), "text/html; charset=utf-8")
                return
            file = (static / path.removeprefix("/static/")).resolve()
            if path.startswith("/static/") and file.is_relative_to(static.resolve()) and file.is_file():
                self._answer(file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")
                return
            self.send_error(404)

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
