"""Signatures of outgoing post, as the receivers' own libraries check them.

A secret is `whsec_` and 48 hexadecimal digits. QUBE's verifiers take the whole string as the key; Standard Webhooks'
libraries take what follows `whsec_` for base64, which 48 hexadecimal digits are too: 36 bytes, within the 24 to 64 that
the specification asks for. So one secret serves both, and none that is stored needs another form.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

import msgspec

QUBE_HEADER: Final = "X-QUBE-Signature"
PREFIX: Final = "whsec_"
SOURCE: Final = "counterfoil"
"""What ChargeOver's post names as its source: at the vendor it is the instance's host."""


def headers(
    dialect: str, secrets: Sequence[str], message_id: str, moment: int, body: bytes, *, source: str = SOURCE
) -> dict[str, str]:
    """The headers that prove where a body comes from.

    `secrets` are those that sign just now, the oldest first; `message_id` is the same at every try, `moment` the
    seconds since 1970 of this one. A dialect that is not known here is signed as Standard Webhooks are.
    """
    if dialect == "qube":
        return {QUBE_HEADER: qube_signature(secrets, moment, body)}
    if dialect == "chargeover":
        return chargeover_headers(secrets, message_id, source)
    return standard_headers(secrets, message_id, moment, body)


def posted(dialect: str, secrets: Sequence[str], body: bytes) -> bytes:
    """A stored body as it leaves.

    ChargeOver's receivers may compare a `security_token` within the body; it is put in at the moment of sending, so
    that no body that is kept holds a secret. All others leave as they are.
    """
    if dialect != "chargeover" or not secrets:
        return body
    token = msgspec.json.encode(secrets[-1])
    opening = body.rstrip().removesuffix(b"}")
    between = b"" if opening.rstrip().endswith(b"{") else b","
    return opening + between + b'"security_token":' + token + b"}"


def qube_signature(secrets: Sequence[str], moment: int, body: bytes) -> str:
    """`t=<seconds>,v1=<hex>[,v1=<hex>…]`: HMAC-SHA256 over `<seconds>.<body>`, once for each active secret."""
    signed = f"{moment}.".encode() + body
    parts = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={part}" for part in parts)])


def standard_headers(secrets: Sequence[str], message_id: str, moment: int, body: bytes) -> dict[str, str]:
    """Standard Webhooks 1.0.0: HMAC-SHA256 over `<id>.<seconds>.<body>` in base64, once for each active secret."""
    signed = f"{message_id}.{moment}.".encode() + body
    digests = (hmac.new(standard_key(secret), signed, hashlib.sha256).digest() for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests),
    }


def standard_key(secret: str) -> bytes:
    """The bytes that a secret stands for. One that was brought along, and is no base64, stands for itself."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return secret.encode()


def chargeover_headers(secrets: Sequence[str], message_id: str, source: str) -> dict[str, str]:
    """ChargeOver signs nothing: it shows the secret itself, of several the newest, to a receiver that knows it.

    `webhook-id` stands beside it, because what is sent again has no other mark of being the same.
    """
    shown = {"X-ChargeOver-Key": secrets[-1]} if secrets else {}
    return {**shown, "X-Chargeover-Source": source, "webhook-id": message_id}
