"""What nobody may read in a log of the Web Connector: passwords, tickets and keys.

A secret is known by the name before it; once known it is struck out everywhere in the log, whatever stands before it.
Where it is doubtful how far a secret reaches, more is struck out rather than less.
"""

import html
import re
from collections.abc import Iterable
from typing import Final

REDACTED: Final = "[redacted]"
SHORTEST_EVERYWHERE: Final = 6
"""A shorter secret is struck out where it has a name before it, but not as a part of other text."""

_PASSWORDS = r"pass(?:word|wd|phrase)|pwd|master[ _-]?key|authorization"
_TICKETS = r"ticket|authret(?:urn)?\[0\]|session[ _-]?id|token|secret|api[ _-]?key"
_PLAIN = frozenset({"maskedforsecurity", "none", "null", "nvu", "busy", "valid"})
"""Values that say something of a secret, and are none."""


def _labelled(names: str, stops: str) -> re.Pattern[str]:
    """A value behind `=` or `:`, in quotes, or else up to one of the `stops`, the next name or code, or the end."""
    return re.compile(
        rf"""(?P<open>(?:{names})(?:\ (?:value|received|locally|stored))*["']?\s*[=:][\ \t]*(?:(?:Basic|Bearer)\ +)?)
             (?:
                 (?P<quote>"|'|&quot;|&apos;) (?!(?P=quote)) (?P<quoted>.*?) (?P=quote) (?=\s*[><,;)\]}}&]|\s|$)
               | (?P<plain>[^\s<>"'&][^<>"{stops}\r\n]*?) (?=[<>"{stops}]|\s+\w+\s*[=:]|\s+(?:QBWC\d|0x8)|\s{{2}}|\s*$)
             )""",
        re.IGNORECASE | re.VERBOSE | re.MULTILINE,
    )


def _plain(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PATTERNS: Final = (
    _plain(
        rf"(?P<open>(?:<|&lt;)[\w:]*?(?:{_PASSWORDS}|{_TICKETS})\b[^<>&=]*(?:>|&gt;))(?P<plain>[^\r\n]+?)(?=</|&lt;/)"
    ),
    _plain(
        r"(?P<open>authenticateResult[^<>&]*(?:>|&gt;)\s*(?:<|&lt;)[\w:]*string(?:>|&gt;))(?P<plain>.+?)(?=</|&lt;/)"
    ),
    _plain(r"(?P<open>\bhttps?://[^\s/:@]+:)(?P<plain>[^\s/@]+)(?=@)"),
    _plain(r"(?P<open>)(?P<plain>\b(?:cf_[0-9a-f]{16}_[\w-]+|whsec_[0-9a-f]+))"),
    _labelled(_PASSWORDS, ""),
    _labelled(_TICKETS, ",;&"),
)

_WORD = re.compile(r"[\w-]+")


def redacted(text: str) -> str:
    """The text without its secrets."""
    secrets = secrets_in(text)
    for pattern in _PATTERNS:
        text = pattern.sub(_opening_kept, text)
    return _struck_out(text, secrets)


def secrets_in(text: str) -> frozenset[str]:
    """Every secret that the text names, as it is written and without its entities."""
    values = {_value(match) for pattern in _PATTERNS for match in pattern.finditer(text)}
    values |= {html.unescape(value) for value in values}
    values |= {value.split()[0] for value in values if value.strip()}  # prose may follow what has no quotes
    bare = (value.strip().strip("{}") for value in values)
    return frozenset(value for value in bare if value and value.lower() not in _PLAIN)


def _opening_kept(match: re.Match[str]) -> str:
    quote = match.groupdict().get("quote") or ""
    return f"{match['open']}{quote}{REDACTED}{quote}"


def _value(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("quoted") or groups["plain"] or ""


def _struck_out(text: str, secrets: Iterable[str]) -> str:
    """Words are looked up one by one, since a log may hold thousands of tickets; what is no word is searched for."""
    known = {secret for secret in secrets if len(secret) >= SHORTEST_EVERYWHERE}
    words = {secret for secret in known if _WORD.fullmatch(secret)}
    text = _WORD.sub(lambda match: REDACTED if match[0] in words else match[0], text)
    for secret in sorted(known - words, key=len, reverse=True):
        text = text.replace(secret, REDACTED)
    return text
