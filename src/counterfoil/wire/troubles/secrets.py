"""What nobody may read in a log of the Web Connector: passwords, tickets and keys.

A secret is known by the name before it; once known it is struck out everywhere in the log, whatever stands before it.
Where it is doubtful how far a secret reaches, more is struck out rather than less.
"""

import html
import re
from typing import Final

REDACTED: Final = "[redacted]"
SHORTEST_EVERYWHERE: Final = 6
"""A shorter secret is struck out where it has a name before it, but not as a part of other text."""

_PASSWORDS = r"pass(?:word|wd|phrase)|pwd|master[ _-]?key|authorization"
_TICKETS = r"ticket|authret(?:urn)?\[0\]|session[ _-]?id|token|secret|api[ _-]?key"
_PLAIN = frozenset({"maskedforsecurity", "none", "null", "nvu", "busy", "valid"})
"""Values that say something of a secret, and are none."""


_REACH: Final = "{1,2000}?"
"""How far a secret may reach; without a bound, a log of many beginnings and no end would take for ever."""


def _labelled(names: str, stops: str) -> re.Pattern[str]:
    """A value behind `=` or `:`, in quotes, or else up to one of the `stops`, the next name or code, or the end."""
    return re.compile(
        rf"""(?P<open>(?:{names})(?:\ (?:value|received|locally|stored))*["']?
                      [\ \t]*[=:][\ \t]*(?:(?:Basic|Bearer)\ +)?)
             (?:
                 (?P<quote>"|'|&quot;|&apos;) (?!(?P=quote))
                 (?P<quoted>[^\r\n]{_REACH}) (?P=quote) (?=[\ \t]*[><,;)\]}}&]|\s|$)
               | (?P<plain>[^\s<>"'&][^<>"{stops}\r\n]*?) (?=[<>"{stops}]|\s+\w+\s*[=:]|\s+(?:QBWC\d|0x8)|\s{{2}}|\s*$)
             )""",
        re.IGNORECASE | re.VERBOSE | re.MULTILINE,
    )


def _plain(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PATTERNS: Final = (
    _plain(
        rf"(?P<open>(?:<|&lt;)[\w:]{{0,40}}?(?:{_PASSWORDS}|{_TICKETS})\b[^<>&=\r\n]{{0,200}}(?:>|&gt;))"
        rf"(?P<plain>[^\r\n]{_REACH})(?=</|&lt;/)"
    ),
    _plain(
        r"(?P<open>authenticateResult[^<>&\r\n]{0,200}(?:>|&gt;)\s*(?:<|&lt;)[\w:]{0,40}string(?:>|&gt;))"
        rf"(?P<plain>[^\r\n]{_REACH})(?=</|&lt;/)"
    ),
    _plain(r"(?P<open>\bhttps?://[^\s/:@]{1,200}:)(?P<plain>[^\s/@]{1,200})(?=@)"),
    _plain(r"(?P<open>)(?P<plain>\b(?:cf_[0-9a-f]{16}_[\w-]+|whsec_[0-9a-f]+))"),
    _labelled(_PASSWORDS, ""),
    _labelled(_TICKETS, ",;&"),
)

_WORD = re.compile(r"[\w-]+")


class Redaction:
    """Strikes the secrets of one log out of any text of it.

    Words are looked up one by one, since a log may hold thousands of tickets; what is no word is searched for.
    """

    def __init__(self, log: str) -> None:
        known = {secret for secret in secrets_in(log) if len(secret) >= SHORTEST_EVERYWHERE}
        self._words = frozenset(secret for secret in known if _WORD.fullmatch(secret))
        self._phrases = sorted(known - self._words, key=len, reverse=True)

    def of(self, text: str) -> str:
        """The text without secrets: neither those that it names, nor those that the log names anywhere."""
        for pattern in _PATTERNS:
            text = pattern.sub(_opening_kept, text)
        text = _WORD.sub(lambda match: REDACTED if match[0] in self._words else match[0], text)
        for phrase in self._phrases:
            text = text.replace(phrase, REDACTED)
        return text


def redacted(text: str) -> str:
    """The text without its secrets."""
    return Redaction(text).of(text)


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
