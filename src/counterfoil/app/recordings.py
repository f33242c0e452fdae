"""Recorded calls: a HAR file, as browsers and proxies write, or a line of JSON for each call.

Of a recording no more is kept than a call needs; answers are passed over, however long they are.
"""

import mmap
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from counterfoil.core.errors import CounterfoilError

LARGEST_HAR: Final = 1 << 30
"""Bytes of a HAR file, which is one JSON object and is read as a whole; lines have no such limit."""

LONGEST_LINE: Final = 32 * 1024 * 1024
_HAR: Final = re.compile(rb'\s*\{(?:\s*"[^"]*"\s*:\s*(?:"[^"\\]*"|[0-9.]+|null|true|false)\s*,)*\s*"log"\s*:\s*\{')
"""How a HAR file begins; some programs put a few words of their own before its `log`."""

SHAPES: Final = (
    'a HAR file, or a text in UTF-8 with a line of JSON for each call: {"method": "GET", "url": "https://…"}'
)
_MARK: Final = b"\xef\xbb\xbf"

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeError, RecursionError)
"""What comes of decoding something that is no JSON, or is nested so deep that nobody can have meant it."""

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


class NoRecording(CounterfoilError):
    """A file holds no calls that can be read; the message says what to do."""


class RecordedCall(Struct, frozen=True, kw_only=True):
    """One call: `body` is the JSON that was sent, None where there was none; `status` what came back, if that is known.

    `headers` have small names.
    """

    method: str
    url: str
    headers: Mapping[str, str] = {}
    body: Any = None
    status: int | None = None


class _Pair(Struct):
    name: str | None = None
    value: str | None = None


class _Post(Struct):
    text: str | None = None


class _Request(Struct):
    method: str
    url: str
    headers: list[_Pair] | None = None
    postData: _Post | None = None


class _Response(Struct):
    status: Any = None


class _Entry(Struct):
    request: _Request
    response: _Response | None = None


class _Log(Struct):
    entries: list[Raw]


class _Har(Struct):
    log: _Log


class _Half(Struct):
    method: str | None = None
    url: str | None = None
    headers: Any = None
    body: Any = None
    status: Any = None


class _Answer(Struct):
    status: Any = None


class _Line(Struct):
    """What a line may say, in either of two shapes: flat, or in a `request` and a `response`."""

    method: str | None = None
    url: str | None = None
    headers: Any = None
    request_headers: Any = None
    body: Any = None
    request_body: Any = None
    status: Any = None
    request: _Half | None = None
    response: _Answer | None = None


_entry = msgspec.json.Decoder(_Entry)
_line = msgspec.json.Decoder(_Line)
_har = msgspec.json.Decoder(_Har)


def recorded_calls(path: Path, progress: Progress) -> Iterator[RecordedCall | None]:
    """The calls of a file, one by one; None for what is none. Raises NoRecording where nothing can be read."""
    size = path.stat().st_size
    if size == 0:
        raise NoRecording(f"{path} is empty; it must be {SHAPES}")
    with path.open("rb") as file:
        start = file.read(4096).removeprefix(_MARK)
    if not _HAR.match(start):
        yield from _lines(path, size, progress)
        return
    if size > LARGEST_HAR:
        raise NoRecording(f"{path} is larger than 1 GB; send it as one line of JSON for each call, which has no limit")
    yield from _entries(path, progress)


def _entries(path: Path, progress: Progress) -> Iterator[RecordedCall | None]:
    with _mapped(path) as content:
        try:
            entries = _har.decode(content).log.entries
        except UNREADABLE as error:
            raise NoRecording(f"{path} is no HAR file: {error}") from None
        count = len(entries)
        try:
            for number in range(count):
                progress(number, count)
                yield _of_raw(entries[number])
            progress(count, count)
        finally:
            entries.clear()  # they point into the file, which is let go


@contextmanager
def _mapped(path: Path) -> Iterator[memoryview]:
    """The bytes of a file, which the system reads as they are needed, without a byte-order mark."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        start = len(_MARK) if mapped[: len(_MARK)] == _MARK else 0
        with memoryview(mapped) as view, view[start:] as content:
            yield content


def _of_raw(raw: Raw) -> RecordedCall | None:
    try:
        return _of_entry(_entry.decode(raw))
    except UNREADABLE:
        return None


def _of_entry(entry: _Entry) -> RecordedCall:
    asked, answer = entry.request, entry.response
    status = _status(answer.status) if answer is not None else None
    text = asked.postData.text if asked.postData is not None else None
    headers = {pair.name.lower(): pair.value or "" for pair in asked.headers or () if pair.name}
    return RecordedCall(method=asked.method, url=asked.url, headers=headers, body=_json(text), status=status)


def _lines(path: Path, size: int, progress: Progress) -> Iterator[RecordedCall | None]:
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            progress(file.tell(), size)
            whole = line.endswith(b"\n") or file.tell() == size
            if not whole:
                while not line.endswith(b"\n") and (line := file.readline(LONGEST_LINE)):
                    progress(file.tell(), size)
                yield None
            elif line.strip(b" \t\r\n" + _MARK):
                yield _of_line(line.removeprefix(_MARK))


def _of_line(text: bytes) -> RecordedCall | None:
    try:
        line = _line.decode(text)
    except UNREADABLE:
        return None
    asked = line.request or _Half()
    method, url = line.method or asked.method, line.url or asked.url
    if not method or not url:
        return None
    answered = line.response.status if line.response is not None else None
    statuses = [_status(each) for each in (line.status, asked.status, answered)]
    return RecordedCall(
        method=method,
        url=url,
        headers=_headers(line.headers or line.request_headers or asked.headers),
        body=_json(next((each for each in (line.body, line.request_body, asked.body) if each is not None), None)),
        status=next((each for each in statuses if each is not None), None),
    )


def _status(given: Any) -> int | None:
    """A status, as whichever kind of number or text it was noted; None where it is none, or no answer came."""
    text = str(given).removesuffix(".0")
    return int(text) if re.fullmatch(r"[1-5][0-9][0-9]", text) else None


def _headers(given: Any) -> Mapping[str, str]:
    """Headers as an object, or as a list of pairs or of names and values."""
    if isinstance(given, dict):
        return {str(name).lower(): _first(value) for name, value in given.items()}
    found = {}
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict) and "name" in each:
            found[str(each["name"]).lower()] = _first(each.get("value", ""))
        elif isinstance(each, list) and len(each) == 2:
            found[str(each[0]).lower()] = _first(each[1])
    return found


def _first(value: Any) -> str:
    """What a header says; some programs note a list of all that bore its name."""
    return str(value[0] if isinstance(value, list) and value else value)


def _json(body: Any) -> Any:
    """A body: JSON as such, or as the text of it; None for any other text."""
    if not isinstance(body, str):
        return body
    try:
        return msgspec.json.decode(body)
    except UNREADABLE:
        return None
