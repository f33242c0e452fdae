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
READY: Final = b"Z" + struct.pack("!I", 5) + b"I"
FAREWELL: Final = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
LAST_WORD: Final = b"E" + struct.pack("!I", 4 + len(FAREWELL)) + FAREWELL


class Cutter:
    """Passes lines on. Cuts the one on which a server next tells of a commit, once `moment` says when."""

    def __init__(self, server: Path, folder: Path) -> None:
        self.moment: Moment | None = None
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
            while data := there.recv(65536):
                moment = self.moment if COMMITTED in data else None
                if moment is None:
                    here.sendall(data)
                    continue
                self.moment = None
                if moment == "before the answer":
                    break
                while READY not in data[data.index(COMMITTED) :]:
                    data += there.recv(65536)
                here.sendall(data + (LAST_WORD if moment == "after a last word" else b""))
                break
        _hang_up(here)
        _hang_up(there)


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
