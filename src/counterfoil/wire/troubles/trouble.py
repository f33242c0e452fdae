"""The catalogue of troubles with QuickBooks Desktop: a code, and perhaps QuickBooks' words → what to do about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from counterfoil.wire.troubles.connector import CONNECTOR
from counterfoil.wire.troubles.hresults import HRESULTS
from counterfoil.wire.troubles.message_sets import MESSAGE_SETS
from counterfoil.wire.troubles.own import OWN
from counterfoil.wire.troubles.refusals import LOCK_WORDS, LOCKABLE, LOCKED
from counterfoil.wire.troubles.shape import COURSES, Course, Trouble
from counterfoil.wire.troubles.statuses import RANGES, STATUSES

__all__ = ["COURSES", "SECTIONS", "TROUBLES", "Course", "Section", "Trouble", "course_of", "normal", "trouble_of"]


@dataclass(frozen=True, slots=True)
class Section:
    """Troubles of one source, under the heading that documents give it."""

    title: str
    about: str
    troubles: tuple[Trouble, ...]


SECTIONS: Final = (
    Section("What Counterfoil finds itself", "Codes of our own, in answers, on pages and in events.", OWN),
    Section(
        "QuickBooks cannot be reached, or takes no document",
        "HRESULTs, as the Web Connector tells them and as they stand in its log.",
        HRESULTS,
    ),
    Section("The Web Connector's own codes", "They stand in its window and in `QWCLog.txt`.", CONNECTOR),
    Section("QuickBooks' answer to a request", "The `statusCode` of an answer.", STATUSES),
    Section("QuickBooks' answer about an earlier document", "The `messageSetStatusCode` of an answer.", MESSAGE_SETS),
)

TROUBLES: Final[Mapping[str, Trouble]] = {trouble.code: trouble for section in SECTIONS for trouble in section.troubles}

_NAMED: Final[Mapping[str, Trouble]] = {trouble.name: trouble for trouble in reversed(tuple(TROUBLES.values()))}
"""By what they mean; of several codes with one name, the first."""

VIEW_ONLY: Final = "SDK_E_APP_NOT_SUPPORTED_IN_READONLY_MODE"
"""Its number is not published, so it is known by its words."""

HRESULT: Final = re.compile(r"(?:0x)?([89a-f][0-9a-f]{7})", re.IGNORECASE)
CONNECTOR_CODE: Final = re.compile(r"QBWC[ -]?(\d{4})", re.IGNORECASE)
LONGEST_STATUS: Final = 5
LONGEST_CODE: Final = 60
_SIGN_BIT, _WORD = 1 << 31, 1 << 32
_LONGEST_WORDS = 500


def trouble_of(code: str, words: str = "") -> Trouble:
    """What a code means, whatever its spelling; a code that nobody knows keeps itself and its words.

    `words` are the sender's own (`statusMessage`, or the message beside an HRESULT): where they tell of a lock, a
    refusal becomes something to try again.
    """
    spelled = normal(code)
    known = TROUBLES.get(spelled) or _NAMED.get(spelled)
    if known is None:
        known = TROUBLES[VIEW_ONLY] if "view-only mode" in words.lower() else _unheard(spelled, words)
        return replace(known, code=spelled)
    if known.code in LOCKABLE and _tells_of_lock(words):
        return replace(LOCKED, code=known.code)
    return known


def course_of(code: str, words: str = "") -> Course:
    """How the lane goes on after this code."""
    return trouble_of(code, words).course


def normal(code: str) -> str:
    """A code as the catalogue spells it: `0x8004040A`, `QBWC1012`, `3200`, `QBD_OFFLINE`.

    An HRESULT may come without its `0x`, or as a decimal number, with or without sign.
    """
    text = code.strip()[:LONGEST_CODE]
    if found := HRESULT.fullmatch(text):
        return f"0x{found[1].upper()}"
    if found := CONNECTOR_CODE.fullmatch(text):
        return f"QBWC{found[1]}"
    if re.fullmatch(r"-?[0-9]{1,11}", text):
        return _numbered(int(text))
    return text.upper()


def _numbered(number: int) -> str:
    """A status, or an HRESULT that was printed as a decimal number."""
    if -_SIGN_BIT <= number < 0 or _SIGN_BIT <= number < _WORD:
        return f"0x{number % _WORD:08X}"
    return str(number)


def _tells_of_lock(words: str) -> bool:
    said = " ".join(words.lower().split())
    return any(each in said for each in LOCK_WORDS)


def _unheard(code: str, words: str) -> Trouble:
    """What can be said of a code that no source tells of: nothing that is not true."""
    said = " ".join(words.split())[:_LONGEST_WORDS]
    if HRESULT.fullmatch(code):
        return _generic(code, "QBD_UNKNOWN_HRESULT", "an HRESULT that the catalogue does not have", said, "unknown")
    if CONNECTOR_CODE.fullmatch(code):
        return _generic(code, "QBWC_UNKNOWN", "a code of the Web Connector that it does not document", said, "unknown")
    if code.isdecimal() and len(code) <= LONGEST_STATUS:
        meaning = next((each for low, high, each in RANGES if low <= int(code) <= high), "a status of no known range")
        course: Course = "unknown" if int(code) // 1000 in (1, 9) and not 9100 <= int(code) < 9200 else "final"
        return _generic(
            code, "QBD_UNKNOWN_STATUS", f"a status that QuickBooks does not document, {meaning}", said, course
        )
    return _generic(code, "QBD_UNKNOWN_CODE", "a code that the catalogue does not have", said, "unknown")


def _generic(code: str, name: str, what: str, said: str, course: Course) -> Trouble:
    quoted = f' Its words: "{said}"' if said else ""
    return Trouble(
        code,
        name,
        f"{code}: a code that Counterfoil does not know",
        f"{code} is {what}.{quoted}",
        f"Something happened in QuickBooks or in its Web Connector that Counterfoil does not know.{quoted}",
        "operator",
        (
            "Read the words that came with the code, and the lines before it in the Web Connector's log.",
            "If a window is open in QuickBooks, answer it, and press 'Update Selected' in the Web Connector.",
            f"If it comes back: report the code {code} with its words, so that the catalogue can tell more.",
        ),
        course,
    )
