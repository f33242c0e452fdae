"""The `.qwc` file by which a bookkeeper adds a connection to the Web Connector (Programmer's Guide, ch. 3)."""

import ipaddress
import re
from typing import Final
from xml.sax.saxutils import escape

from msgspec import Struct

APP_NAME: Final = "Counterfoil"
LONGEST_NAME: Final = 60
NOT_HTTPS: Final = "PUBLIC_URL_NOT_HTTPS"
LOCAL: Final = "localhost"
_ADDRESS = re.compile(r"(https?)://(?:[^/@?#]*@)?(\[[^\]]*\]|[^/:?#]*)", re.IGNORECASE)


class Qwc(Struct, frozen=True, kw_only=True):
    """What the file says. `owner_id` is the same for all companies of an application, `file_id` a company's own."""

    name: str
    url: str
    user_name: str
    owner_id: str
    file_id: str
    minutes: int = 1


def address_problem(url: str) -> str | None:
    """Why the Web Connector would refuse an address: it takes https, or http on its own machine, and no bare IP."""
    parts = _ADDRESS.match(url)
    scheme, host = (parts[1].lower(), parts[2].lower()) if parts is not None else ("", "")
    if not host or _is_ip(host.strip("[]")) or (scheme == "http" and host != LOCAL):
        return NOT_HTTPS
    return None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def qwc_document(qwc: Qwc) -> str:
    """The text of the file. The user's password is never in it."""
    base = qwc.url.rstrip("/")
    name = f"{APP_NAME} - {qwc.name}"[:LONGEST_NAME]
    rows = (
        ("AppName", name),
        ("AppID", ""),
        ("AppURL", f"{base}/qbwc"),
        ("AppDescription", f"Invoices and payments for {qwc.name}"[:80]),
        ("AppSupport", f"{base}/qbwc/support"),
        ("UserName", qwc.user_name),
        ("OwnerID", f"{{{qwc.owner_id}}}"),
        ("FileID", f"{{{qwc.file_id}}}"),
        ("QBType", "QBFS"),
        ("PersonalDataPref", "pdpNotNeeded"),
        ("UnattendedModePref", "umpOptional"),
        ("AuthFlags", "0xF"),
        ("Notify", "false"),
        ("IsReadOnly", "false"),
        ("Style", "Document"),
    )
    elements = "".join(f"  <{tag}>{escape(text)}</{tag}>\n" for tag, text in rows)
    scheduler = f"  <Scheduler>\n    <RunEveryNMinutes>{qwc.minutes}</RunEveryNMinutes>\n  </Scheduler>\n"
    return f'<?xml version="1.0"?>\n<QBWCXML>\n{elements}{scheduler}</QBWCXML>\n'
