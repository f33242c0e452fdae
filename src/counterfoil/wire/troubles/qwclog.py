"""`QWCLog.txt`, the Web Connector's log: which of its lines tell of a trouble, without any secret.

A line reads `20261125.10:01:02 UTC<tab>: QBWebConnector.SOAPWebService.do_authenticate() : what happened`; what goes on
below has no time before it.
"""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from counterfoil.wire.troubles.secrets import Redaction
from counterfoil.wire.troubles.trouble import Trouble, normal, trouble_of

LONGEST_LINE: Final = 400
"""Characters that are kept of a line: in a verbose log one line may hold a whole answer."""

FINE: Final = frozenset({"0"})
"""Statuses that tell of no trouble."""

_LINE_END = re.compile(r"\r\n|\n|\r")
_STAMP = re.compile(
    r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)\.(?P<time>\d\d:\d\d:\d\d)(?P<zone> UTC)?\s*:\s*(?P<rest>.*)", re.DOTALL
)
_WHERE = re.compile(r"(?P<where>[\w.]+\(\))\s*:\s*(?P<said>.*)", re.DOTALL)
_CODE = re.compile(
    r"""\b(?P<connector>QBWC\d{4})\b
      | \b(?P<hresult>0x[89a-f][0-9a-f]{7})\b
      | hresult\W{1,8}(?P<decimal>-\d{9,10})\b
      | \b(?:messageSet)?statusCode\s*=\s*(?:"|'|&quot;)(?P<status>\d{1,5})\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WORDS = re.compile(r"""statusMessage\s*=\s*(?P<quote>"|'|&quot;)(?P<words>.*?)(?P=quote)""", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the log that tells of troubles. `number` counts from 1; `time` is ISO 8601, absent below an entry."""

    number: int
    time: str | None
    where: str
    text: str
    troubles: tuple[Trouble, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(trouble.code for trouble in self.troubles)


def decoded(data: bytes) -> str:
    """The text of a log file: UTF-16 or UTF-8 where it says so or can be, else Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def marked(log: str) -> tuple[Mark, ...]:
    """The lines that tell of troubles, in their order, without secrets."""
    redaction = Redaction(log)
    lines = ((number, line) for number, line in enumerate(_LINE_END.split(log), 1) if _CODE.search(line))
    marks = (_mark(number, redaction.of(line)) for number, line in lines)
    return tuple(mark for mark in marks if mark is not None)


def explained(marks: Iterable[Mark]) -> tuple[Trouble, ...]:
    """Each trouble once, in the order in which the log tells of them."""
    once = {(trouble.code, trouble.name): trouble for mark in marks for trouble in mark.troubles}
    return tuple(once.values())


def _mark(number: int, line: str) -> Mark | None:
    found = [match for match in _CODE.finditer(line) if _code(match) not in FINE]
    if not found:
        return None
    time, where, said = _parts(line)
    troubles = {(each.code, each.name): each for each in (_trouble(match, line) for match in found)}
    return Mark(number, time, where, _cut(said, found[0].start() - (len(line) - len(said))), tuple(troubles.values()))


def _trouble(match: re.Match[str], line: str) -> Trouble:
    """The trouble of a code; the words of a status stand in the same tag, behind it."""
    if not match["status"]:
        return trouble_of(_code(match))
    tag = re.split(r">|&gt;", line[match.end() :], maxsplit=1)[0]
    words = _WORDS.search(tag)
    return trouble_of(_code(match), words["words"] if words else "")


def _code(match: re.Match[str]) -> str:
    return normal(next(group for group in match.groups() if group))


def _parts(line: str) -> tuple[str | None, str, str]:
    """When and where a line was written, and what it says."""
    time = None
    stamp = _STAMP.match(line)
    if stamp is not None:
        zone = "Z" if stamp["zone"] else ""
        time, line = f"{stamp['y']}-{stamp['m']}-{stamp['d']}T{stamp['time']}{zone}", stamp["rest"]
    where = _WHERE.match(line)
    return (time, where["where"], where["said"]) if where else (time, "", line.strip())


def _cut(text: str, at: int) -> str:
    """At most `LONGEST_LINE` characters of the text, those around the code at `at`."""
    if len(text) <= LONGEST_LINE:
        return text
    start = max(0, min(at - LONGEST_LINE // 4, len(text) - LONGEST_LINE))
    end = start + LONGEST_LINE
    return ("… " if start else "") + text[start:end] + (" …" if end < len(text) else "")
