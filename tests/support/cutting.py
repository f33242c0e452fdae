"""A PostgreSQL's line that is cut at the moment of a commit, as lines in the world are."""

import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import psycopg

Moment = Literal["before the answer", "after the answer", "after a last word"]
"""The last word is what a server that is shut down has for everybody."""

SOCKET: Final = ".s.PGSQL.5432"
COMMITTED: Final = b"C" + struct.pack("!I", 11) + b"COMMIT\0"
HEAD: Final = 5
READY: Final = b"Z" + struct.pack("!I", 5) + b"I"
FAREWELL: Final = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
LAST_WORD: Final = b"E" + struct.pack("!I", 4 + len(FAREWELL)) + FAREWELL


class Cutter:
    """Passes lines on. Cuts the one on which a server next tells of a commit, once `moment` says when; or the one on
    which it says the last of the next `left` bytes, with a last word or without."""

    def __init__(self, server: Path, folder: Path) -> None:
        self.moment: Moment | None = None
        self.left: int | None = None
        self.last_word = b""
        self._server = server
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / SOCKET))
        self._listening.listen()
        self._lines: list[socket.socket] = []

    def run(self) -> None:
        with suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(str(self._server))
                self._lines += [here, there]
                for way in (self._ask, self._answer):
                    threading.Thread(target=way, args=(here, there), daemon=True).start()

    def close(self) -> None:
        for each in (self._listening, *self._lines):
            _hang_up(each)
            each.close()

    def _ask(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                there.sendall(data)
        _hang_up(there)

    def _answer(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            for message in _messages(there):
                if not self._passed_on(message, here):
                    break
        _hang_up(here)
        _hang_up(there)

    def _passed_on(self, message: bytes, here: socket.socket) -> bool:
        """Tells whether the line goes on after it."""
        if message == COMMITTED and self.moment is not None:
            moment, self.moment = self.moment, None
            if moment == "before the answer":
                return False
            self.left, self.last_word = len(COMMITTED + READY), LAST_WORD if moment == "after a last word" else b""
        if self.left is None:
            here.sendall(message)
            return True
        left, self.left = self.left, self.left - len(message)
        if left > len(message):
            here.sendall(message)
            return True
        self.left = None
        here.sendall(message + self.last_word if self.last_word else message[:left])
        return False


def _messages(server: socket.socket) -> Iterator[bytes]:
    """A letter, and the length of all but that."""
    held = b""
    while data := server.recv(65536):
        held += data
        while len(held) >= HEAD and len(held) > (length := int.from_bytes(held[1:HEAD])):
            yield held[: length + 1]
            held = held[length + 1 :]


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutter(address: str) -> Iterator[tuple[str, Cutter]]:
    """The address under which a database is reached by lines that can be cut, and who cuts them."""
    given = psycopg.conninfo.conninfo_to_dict(address)
    with tempfile.TemporaryDirectory(prefix="cf-cut-") as folder:  # a socket's path must be short
        made = Cutter(Path(str(given["host"])) / SOCKET, Path(folder))
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        try:
            yield f"postgresql://postgres@/{given['dbname']}?host={quote(folder, safe='')}", made
        finally:
            made.close()
            thread.join()
