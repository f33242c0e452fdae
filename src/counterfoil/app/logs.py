"""The log: one JSON object a line, or lines for people where a terminal reads them; written beside the event loop.

What a request brought or got is never logged: no query string, no body, no header but its id. Everything that the
floors below say through `logging` comes here too, with the id of the request in which it was said.
"""

import atexit
import contextlib
import logging
import re
import sys
import threading
from collections import deque
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from counterfoil.app.exchange import current
from counterfoil.app.settings import Settings

GATHERED_SECONDS: Final = 0.1
"""How long lines gather before they are written together; what is a warning or worse is written at once."""

MOST_WAITING: Final = 20_000
"""Lines that wait for a reader who is slow; beyond them lines are lost, and counted."""

NAMES: Final = "counterfoil"
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Letters that would begin a line or steer a terminal."""

_encoder = msgspec.json.Encoder()


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """The line of a request. `ms` is how long it took; `route` is the template of its address, not the address."""

    time: datetime
    level: str = "info"
    event: str = "request"
    method: str
    route: str
    dialect: str
    status: int
    ms: float
    request_id: str
    key_id: str | None
    connection_id: str | None

    def as_text(self) -> str:
        words = [f"{self.time:%H:%M:%S} {self.status} {self.method} {self.route} {self.ms:.1f} ms", self.dialect]
        words += [self.request_id, self.key_id or "", self.connection_id or ""]
        return "  ".join(word for word in words if word)


class Line(msgspec.Struct, frozen=True):
    """Any other line, as it is to be written."""

    text: str


class LogWriter:
    """Writes lines in a thread of its own, so that no request waits for whoever reads them."""

    def __init__(self, stream: TextIO, *, as_json: bool) -> None:
        self.stream = stream
        self.as_json = as_json
        self.lost = 0
        self._lines: deque[Answered | Line] = deque()
        self._news = threading.Event()
        self._urgent = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()

    def add(self, line: Answered | Line, *, urgent: bool = False) -> None:
        if len(self._lines) >= MOST_WAITING:
            self.lost += 1
            return
        self._lines.append(line)
        if urgent:
            self._urgent.set()
        if not self._news.is_set():
            self._news.set()

    def close(self) -> None:
        """Write what waits, and stop."""
        self._closing = True
        self._urgent.set()
        self._news.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._closing:
            self._news.wait()
            self._urgent.wait(GATHERED_SECONDS)
            self._news.clear()
            self._urgent.clear()
            self._write()
        self._write()

    def _write(self) -> None:
        texts = []
        while self._lines:
            texts.append(self._text(self._lines.popleft()))
        lost, self.lost = self.lost, 0
        if lost:
            told = {"level": "warning", "event": f"{lost} lines of the log were lost: nobody read them in time"}
            texts.append(_encoder.encode(told).decode() if self.as_json else told["event"])
        if texts:
            with contextlib.suppress(OSError, ValueError):  # a log that cannot be written stops nobody
                self.stream.write("\n".join(texts) + "\n")
                self.stream.flush()

    def _text(self, line: Answered | Line) -> str:
        if isinstance(line, Line):
            return line.text
        return _encoder.encode(line).decode() if self.as_json else line.as_text()


class _Handler(logging.Handler):
    """Hands what `logging` says to the writer."""

    def __init__(self, writer: LogWriter) -> None:
        super().__init__()
        self.writer = writer

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self.writer.add(Line(self.format(record)), urgent=record.levelno >= logging.WARNING)
        except Exception:
            self.handleError(record)


def _with_exchange(_: Any, __: str, event: EventDict) -> EventDict:
    """The ids of the request in which something is said."""
    exchange = current.get()
    if exchange is not None:
        event.setdefault("request_id", exchange.request_id)
        if exchange.key_id is not None:
            event.setdefault("key_id", exchange.key_id)
        if exchange.connection_id is not None:
            event.setdefault("connection_id", exchange.connection_id)
    return event


BEFORE: Final[list[Processor]] = [
    _with_exchange,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
]

journal: structlog.stdlib.BoundLogger = structlog.wrap_logger(
    logging.getLogger(f"{NAMES}.journal"),
    processors=[structlog.stdlib.filter_by_level, *BEFORE, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
"""Where this floor notes what matters: an event in a few words, and its values."""


def _rendered(_: Any, __: str, event: MutableMapping[str, Any]) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


def _on_one_line(_: Any, __: str, event: EventDict) -> EventDict:
    """What is said stays within its line, whoever's words are in it; the other values are quoted anyway."""
    words = event.get("event")
    if isinstance(words, str):
        event["event"] = _UNSEEN.sub(lambda found: repr(found[0])[1:-1], words)
    return event


def _formatter(*, as_json: bool, colors: bool) -> logging.Formatter:
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if as_json:
        last += [structlog.processors.format_exc_info, structlog.processors.UnicodeDecoder(), _rendered]
    else:
        # A plain traceback shows lines of our code; the other kinds show what variables held, keys and bodies too.
        plain = structlog.dev.plain_traceback
        last += [_on_one_line, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*BEFORE, structlog.stdlib.add_logger_name], processors=last
    )


@contextmanager
def logged(settings: Settings, stream: TextIO | None = None) -> Iterator[LogWriter | None]:
    """The log goes to `stream` (stderr) while the block runs. Gives where requests are noted, None where they are not
    to be: at levels above `info`."""
    stream = stream or sys.stderr
    terminal = stream.isatty()
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not terminal)
    writer = LogWriter(stream, as_json=as_json)
    handler = _Handler(writer)
    handler.setFormatter(_formatter(as_json=as_json, colors=terminal))
    root, level = logging.getLogger(), logging.getLevelName(settings.log_level.upper())
    before = root.level
    root.addHandler(handler)
    root.setLevel(max(level, logging.WARNING))  # libraries talk much, and of what they were sent
    ours = logging.getLogger(NAMES)
    ours.setLevel(level)
    atexit.register(writer.close)
    try:
        yield writer if level <= logging.INFO else None
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        ours.setLevel(logging.NOTSET)
        atexit.unregister(writer.close)
        writer.close()


def now() -> datetime:
    return datetime.now(UTC)
