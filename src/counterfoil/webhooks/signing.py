"""Signatures of outgoing post, as the receivers' own libraries check them."""

import hashlib
import hmac
from collections.abc import Sequence

QUBE_HEADER = "X-QUBE-Signature"


def qube_signature(secrets: Sequence[str], moment: int, body: bytes) -> str:
    """`t=<seconds>,v1=<hex>[,v1=<hex>…]`: HMAC-SHA256 over `<seconds>.<body>`, once for each active secret."""
    signed = f"{moment}.".encode() + body
    parts = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={part}" for part in parts)])
