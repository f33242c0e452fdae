"""News between processes: whom to wake is told through the database, by LISTEN and NOTIFY.

Nothing hangs on it: what is told of is stored before, and whoever waits looks for itself now and then.
"""

import logging
import os
import selectors
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import psycopg

from counterfoil.core.errors import Broken, StorageAway
from counterfoil.storage.postgres_line import Line, connect

CHANNEL: Final = "counterfoil"
LONGEST: Final = 7_900
"""Bytes of one notice: PostgreSQL takes 8,000."""

AGAIN_SECONDS: Final = 1.0
_log = logging.getLogger(__name__)


class Notices:
    """The news of this process for others, and theirs for this one. Names are short and have no line break."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._sender = ThreadPoolExecutor(1, "notify")
        self._line: Line | None = None
        self._own: int | None = None
        """Of the line that tells, the process at the server: its notices are no news here."""
        self._pending: dict[str, None] = {}
        self._sending = False
        self._listener: threading.Thread | None = None
        self._closed = threading.Event()
        self._stopped, self._stop = os.pipe()

    def tell(self, name: str) -> None:
        """Have the name rung in all other processes; what is told while a notice is on its way goes with the next."""
        self._pending[name] = None
        if not self._sending and not self._closed.is_set():
            self._sending = True
            self._sender.submit(self._flush)

    def listen(self, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        """Call `heard` with each name that others tell, and `missed` when some may have been lost; in a thread."""
        self._listener = threading.Thread(target=self._listening, args=(heard, missed), name="listen", daemon=True)
        self._listener.start()

    def close(self) -> None:
        self._closed.set()
        os.write(self._stop, b".")
        if self._listener is not None:
            self._listener.join()
        self._sender.shutdown()
        if self._line is not None:
            self._line.close()
        os.close(self._stop)
        os.close(self._stopped)

    def _flush(self) -> None:
        """Tell what is pending, for as long as it takes: a line that was lost is opened again."""
        self._sending = False
        while self._pending:
            names = []
            while self._pending:
                names.append(self._pending.popitem()[0])
            was_open = self._line is not None
            if self._told(names):
                continue
            for name in names:
                self._pending.setdefault(name)
            if not was_open and self._closed.wait(AGAIN_SECONDS):
                return

    def _told(self, names: list[str]) -> bool:
        """Whether these names are done with. A line that failed is let go of, and what it was to tell is told again."""
        try:
            if self._line is None:
                self._line = connect(self.address)
                self._own = self._line.info.backend_pid
            for notice in _notices(names):
                self._line.execute(b"SELECT pg_notify($1, $2)", (CHANNEL, notice))
        except (StorageAway, Broken, psycopg.OperationalError) as error:
            _log.warning("others are not told of news yet: %s", error)
            if self._line is not None:
                self._line.close()
                self._line = None
            return False
        except psycopg.Error as error:  # not the line's fault: it would be said again
            _log.error("others were not told of news: %s", error)
        return True

    def _listening(self, heard: Callable[[str], None], missed: Callable[[], None]) -> None:
        while not self._closed.is_set():
            try:
                with connect(self.address) as line:
                    line.execute(f"LISTEN {CHANNEL}".encode())
                    missed()
                    self._hear(line, heard)
            except (StorageAway, psycopg.Error) as error:
                _log.warning("news of other processes cannot be heard: %s", error)
                self._closed.wait(AGAIN_SECONDS)

    def _hear(self, line: Line, heard: Callable[[str], None]) -> None:
        with selectors.DefaultSelector() as waiting:
            waiting.register(line.fileno(), selectors.EVENT_READ)
            waiting.register(self._stopped, selectors.EVENT_READ)
            while not self._closed.is_set():
                waiting.select()
                for notice in line.notifies(timeout=0):
                    if notice.pid != self._own:
                        for name in notice.payload.split("\n"):
                            heard(name)


def _notices(names: list[str]) -> Iterator[str]:
    """As many names in one notice as it takes."""
    notice = ""
    for name in names:
        if notice and len(notice) + len(name) + 1 > LONGEST:
            yield notice
            notice = ""
        notice = f"{notice}\n{name}" if notice else name
    if notice:
        yield notice
