"""`counterfoil doctor --url`: would a Web Connector reach this server there? What was found, and what to do.

The checks are those at which the Web Connector itself gives up (QBWC1000–1051): scheme and host, name resolution, the
certificate with its whole chain, the version of TLS, and what answers at `/qbwc`.
"""

import asyncio
import socket
import ssl
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from counterfoil.wire.soap.qwc import address_problem
from counterfoil.wire.troubles.trouble import trouble_of

TIMEOUT: Final = 10.0
HTTPS_PORT: Final = 443
LEAST_DAYS: Final = 14
Check = dict[str, Any]

CERTIFICATES: Final = (
    (("expired",), "expired", "Renew the certificate."),
    (("self-signed", "self signed"), "self-signed", "Use a certificate of an authority that Windows knows."),
    (
        ("unable to get local issuer", "unable to get issuer", "unable to verify the first"),
        "incomplete chain, or an authority that is not known",
        "Have the server send the intermediate certificates too (`fullchain.pem`), of an authority that Windows knows.",
    ),
    (
        ("hostname mismatch", "not valid for", "doesn't match"),
        "for another name",
        "Get a certificate for exactly this host name.",
    ),
)
"""What OpenSSL says of a certificate, what it means, and what to do."""


async def reachability(url: str, *, roots: str | None = None) -> list[Check]:
    """Every check, in the order in which a Web Connector meets them; those after a wrong one may be missing.

    `roots` is a file of certificates to trust in the place of the system's.
    """
    base = url.rstrip("/")
    checks = [_address(base)]
    parts = urlsplit(base)
    if not checks[0]["ok"] or parts.hostname is None:
        return checks
    checks.append(await _name(parts.hostname))
    if not checks[-1]["ok"]:
        return checks
    if parts.scheme == "https":
        checks.append(await asyncio.to_thread(_certificate, parts.hostname, parts.port or HTTPS_PORT, roots))
        if not checks[-1]["ok"]:
            return checks
    return [*checks, *await _service(base, roots)]


def _address(base: str) -> Check:
    code = address_problem(base)
    if code is None:
        return check("address", True, base, "")
    return check("address", False, f"{base} ({code})", " ".join(trouble_of(code).steps))


async def _name(host: str) -> Check:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        return check("name", False, f"{host} cannot be resolved ({error.strerror})", "Make a DNS record for it.")
    return check("name", True, ", ".join(sorted({str(entry[4][0]) for entry in found})), "")


def _certificate(host: str, port: int, roots: str | None) -> Check:
    context = ssl.create_default_context(cafile=roots)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        with (
            socket.create_connection((host, port), TIMEOUT) as line,
            context.wrap_socket(line, server_hostname=host) as secured,
        ):
            return _valid(secured.getpeercert() or {}, secured.version() or "")
    except ssl.SSLCertVerificationError as error:
        what, mend = _flaw(error.verify_message)
        return check("certificate", False, what, mend)
    except ssl.SSLError as error:
        mend = "Serve TLS 1.2 or newer; older Windows needs it switched on."
        return check("certificate", False, f"no secure line: {error.reason}", mend)
    except OSError as error:
        mend = "See that the server runs, and that port and firewall let it be reached."
        return check("certificate", False, f"{host}:{port} cannot be reached ({error.strerror or error})", mend)


def _valid(certificate: Any, version: str) -> Check:
    until = str(certificate.get("notAfter", ""))
    return check("certificate", True, f"{version}, valid until {until}", "")


def _flaw(words: str) -> tuple[str, str]:
    said = words.lower()
    for marks, what, mend in CERTIFICATES:
        if any(mark in said for mark in marks):
            return f"{what} ({words})", mend
    return words, "Look at the certificate with `openssl s_client -showcerts`."


async def _service(base: str, roots: str | None) -> Sequence[Check]:
    """What answers at `/qbwc`: the description, told for this very address, and the support page."""
    verify = ssl.create_default_context(cafile=roots) if base.startswith("https:") else True
    async with httpx.AsyncClient(timeout=TIMEOUT, verify=verify, trust_env=False) as client:
        try:
            description = await client.get(f"{base}/qbwc", params={"wsdl": ""})
            support = await client.get(f"{base}/qbwc/support")
        except httpx.HTTPError as error:
            mend = "Start the server, or let the proxy pass `/qbwc` on to it."
            return [check("service", False, f"no answer ({type(error).__name__})", mend)]
    told = f'location="{base}/qbwc"' in description.text
    is_ours = description.status_code == httpx.codes.OK and "QBWebConnectorSvc" in description.text
    what = f"{description.status_code}, {'its address is this one' if told else 'it tells another address'}"
    mend = "Let the proxy pass `/qbwc` on to Counterfoil." if not is_ours else f"Set COUNTERFOIL_PUBLIC_URL={base}"
    accepted = support.status_code in (httpx.codes.OK, httpx.codes.ACCEPTED)
    return [
        check("service", is_ours and told, what, mend),
        check("support page", accepted, str(support.status_code), "Let the proxy pass `/qbwc/support` on."),
    ]


def check(name: str, ok: bool, found: str, mend: str) -> Check:
    return {"name": name, "ok": ok, "found": found, "mend": "" if ok else mend}
