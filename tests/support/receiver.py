"""Somebody's server that post is delivered to."""

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Final

HEADER: Final = "X-QUBE-Signature"
PATIENCE: Final = 30


class Receiver:
    """It answers what it is told to, one after another, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.answers.pop(0) if receiver.answers else 200
                self.send_response(status)
                self.end_headers()
                self.wfile.write(b"noted")
                receiver.got.append((self.headers.get(HEADER, ""), body))

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def next(self) -> tuple[str, bytes]:
        """The signature and the body of the next delivery."""
        until = time.monotonic() + PATIENCE
        while not self.got and time.monotonic() < until:
            time.sleep(0.01)
        return self.got.pop(0)

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join(PATIENCE)
        self.server.server_close()
