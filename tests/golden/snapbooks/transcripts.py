"""Transcripts: a request as it is sent, a line of dashes, and the answer that is expected.

In an expected answer `"*"` stands for any value, and a key `"..."` for more keys; otherwise every key must be there, in
the order in which it is written.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ANYTHING: Final = "*"
MORE: Final = "..."


@dataclass(frozen=True, slots=True)
class Transcript:
    """One exchange. `company` is whose key is sent."""

    method: str
    path: str
    company: str
    body: str | None
    status: int
    answer: Any


def transcript(file: Path) -> Transcript:
    asked, told = file.read_text().split("\n---\n")
    head, _, body = asked.partition("\n\n")
    first, *headers = head.splitlines()
    method, path = first.split(" ")
    company = dict(line.split(": ") for line in headers)["Company"]
    status, _, answer = told.partition("\n\n")
    return Transcript(method, path, company, body.strip() or None, int(status), json.loads(answer))


def differences(expected: Any, found: Any, place: str = "") -> list[str]:
    """Where an answer is not what was expected; empty where it is."""
    if expected == ANYTHING:
        return []
    if isinstance(expected, dict) and isinstance(found, dict):
        return _keys(expected, found, place)
    if isinstance(expected, list) and isinstance(found, list):
        if expected and expected[-1] == MORE:
            expected, found = expected[:-1], found[: len(expected) - 1]
        if len(expected) != len(found):
            return [f"{place}: {len(expected)} expected, {len(found)} found"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [each for number, (one, two) in pairs for each in differences(one, two, f"{place}[{number}]")]
    return [] if expected == found else [f"{place}: {expected!r} expected, {found!r} found"]


def _keys(expected: dict[str, Any], found: dict[str, Any], place: str) -> list[str]:
    wanted = [key for key in expected if key != MORE]
    there = [key for key in found if MORE not in expected or key in expected]
    if wanted != there:
        return [f"{place}: keys {wanted} expected, {there} found"]
    return [each for key in wanted for each in differences(expected[key], found[key], f"{place}/{key}")]
