"""The `.qwc` file that a Web Connector is given, and why it would refuse one (Programmer's Guide 2.0, chapter 3)."""

import ipaddress
import re
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from counterfoil.core.errors import Malformed
from counterfoil.wire.qbxml.tree import Node, parse

NEEDED: Final = (
    "AppName",
    "AppID",
    "AppURL",
    "AppDescription",
    "AppSupport",
    "UserName",
    "OwnerID",
    "FileID",
    "QBType",
)
MAY_BE_EMPTY: Final = ("AppID",)
TYPES: Final = ("QBFS", "QBPOS")
STYLES: Final = ("Document", "DocWrapped", "RPC")

_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")


class QwcRefused(Exception):
    """The Web Connector does not add this application; `code` is the one that it shows."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Qwc(Struct, frozen=True, kw_only=True):
    """What a `.qwc` file says. `interval` is in seconds; without one the user starts each update by hand."""

    app_name: str
    app_id: str
    app_url: str
    app_description: str
    app_support: str
    user_name: str
    owner_id: str
    file_id: str
    style: str = "Document"
    interval: int | None = None
    is_read_only: bool = False

    @property
    def is_rpc(self) -> bool:
        return self.style == "RPC"


def read_qwc(data: bytes) -> Qwc:
    """Raises QwcRefused with the Web Connector's own code."""
    try:
        root = parse(data).root
    except Malformed as error:
        raise QwcRefused("QBWC1039", f"the file is no XML: {error}") from None
    if root.name != "QBWCXML":
        raise QwcRefused("QBWC1039", f"the root element is {root.name}, not QBWCXML")
    _check_elements(root)
    qwc = _read(root)
    _check_addresses(qwc)
    return qwc


def _check_elements(root: Node) -> None:
    for name in NEEDED:
        text = root.text_of(name)
        if text is None or (not text.strip() and name not in MAY_BE_EMPTY):
            raise QwcRefused("QBWC1039", f"the element {name} is missing")
    for name in ("OwnerID", "FileID"):
        if _GUID.fullmatch((root.text_of(name) or "").strip()) is None:
            raise QwcRefused("QBWC1039", f"{name} is no GUID in braces")
    if root.text_of("QBType") not in TYPES:
        raise QwcRefused("QBWC1039", "QBType is neither QBFS nor QBPOS")
    if root.text_of("Style") not in (None, *STYLES):
        raise QwcRefused("QBWC1039", "Style is none of Document, DocWrapped and RPC")


def _read(root: Node) -> Qwc:
    def text(name: str) -> str:
        return (root.text_of(name) or "").strip()

    return Qwc(
        app_name=text("AppName"),
        app_id=text("AppID"),
        app_url=text("AppURL"),
        app_description=text("AppDescription"),
        app_support=text("AppSupport"),
        user_name=text("UserName"),
        owner_id=text("OwnerID").upper(),
        file_id=text("FileID").upper(),
        style=text("Style") or STYLES[0],
        interval=_interval(root.child("Scheduler")),
        is_read_only=text("IsReadOnly").lower() == "true",
    )


def _interval(scheduler: Node | None) -> int | None:
    """Seconds between updates; of several elements the first one counts."""
    for child in scheduler.children if scheduler is not None else ():
        factor = {"RunEveryNMinutes": 60, "RunEveryNSeconds": 1}.get(child.name)
        if factor is None:
            continue
        if not child.text.strip().isdecimal() or int(child.text) < 1:
            raise QwcRefused("QBWC1039", f"{child.name} is no whole number from 1 on")
        return int(child.text) * factor
    return None


def _check_addresses(qwc: Qwc) -> None:
    url, support = urlsplit(qwc.app_url), urlsplit(qwc.app_support)
    if _is_literal(url.hostname):
        raise QwcRefused("QBWC1001", f"AppURL has an IP address where a name must stand: {qwc.app_url}")
    if _is_literal(support.hostname):
        raise QwcRefused("QBWC1002", f"AppSupport has an IP address where a name must stand: {qwc.app_support}")
    if url.scheme not in ("http", "https") or not url.hostname:
        raise QwcRefused("QBWC1039", f"AppURL is no address of the web: {qwc.app_url}")
    if url.scheme == "http" and "." in url.hostname:
        raise QwcRefused("QBWC1010", f"AppURL must begin with https, but for localhost: {qwc.app_url}")
    if _domain(url.hostname) != _domain(support.hostname or ""):
        raise QwcRefused("QBWC1000", f"AppURL and AppSupport are of different domains: {qwc.app_support}")


def _is_literal(host: str | None) -> bool:
    try:
        ipaddress.ip_address(host or "")
    except ValueError:
        return False
    return True


def _domain(host: str) -> str:
    """The last two labels of a host's name."""
    return ".".join(host.lower().split(".")[-2:])
