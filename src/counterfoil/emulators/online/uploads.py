"""Multipart bodies, read leniently: boundaries that are none, bare line feeds, contents in base64."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from counterfoil.emulators.online.refusals import unreadable
from counterfoil.wire.qbo.bodies import decoded

Json = dict[str, Any]
METADATA: Final = "file_metadata"
CONTENT: Final = "file_content"
_NAME: Final = re.compile(r'\bname="?([^";]+)"?')
_FILE: Final = re.compile(r'\bfilename="?([^";]+)"?')


@dataclass(frozen=True, slots=True)
class Part:
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        found = _NAME.search(self.headers.get("content-disposition", ""))
        return found[1] if found else ""

    @property
    def file(self) -> str:
        found = _FILE.search(self.headers.get("content-disposition", ""))
        return found[1] if found else ""

    @property
    def content(self) -> bytes:
        if self.headers.get("content-transfer-encoding", "").casefold() != "base64":
            return self.body
        try:
            return base64.b64decode(self.body)
        except binascii.Error:
            raise unreadable() from None


def uploads_of(content_type: str, body: bytes) -> list[tuple[Json, Json]]:
    """Each file's metadata, and what its content tells: its name, type and size. Raises Refused."""
    parts = {part.name: part for part in parts_of(content_type, body)}
    found = []
    for name, part in parts.items():
        if name.startswith(CONTENT):
            metadata = parts.get(METADATA + name.removeprefix(CONTENT))
            found.append((_metadata(metadata), _told(part)))
    if not found:
        raise unreadable()
    return found


def parts_of(content_type: str, body: bytes) -> Iterator[Part]:
    """The parts between the boundaries, whichever line ends they have."""
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if found is None:
        raise unreadable()
    for piece in body.split(b"--" + found[1].strip().encode())[1:]:
        if piece.startswith(b"--"):
            return
        split = re.split(rb"\r?\n\r?\n", piece.lstrip(b"\r\n"), maxsplit=1)
        head, rest = split[0], split[1] if len(split) > 1 else b""
        lines = (line.partition(":") for line in head.decode("latin-1").splitlines())
        headers = {name.strip().casefold(): value.strip() for name, _, value in lines}
        yield Part(headers, re.sub(rb"\r?\n\Z", b"", rest))


def _metadata(part: Part | None) -> Json:
    if part is None:
        return {}
    try:
        found = decoded(part.body)
    except ValueError:
        raise unreadable() from None
    if not isinstance(found, dict):
        raise unreadable()
    return found


def _told(part: Part) -> Json:
    told: Json = {"Size": len(part.content), "ContentType": part.headers.get("content-type", "")}
    return {"FileName": part.file, **told} if part.file else told
