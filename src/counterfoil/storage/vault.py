"""Secrets that must be readable again, sealed under the installation's own secret."""

import base64
import hashlib
import os
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from counterfoil.core.errors import Broken

FILE = "secret.key"
SEALED_UNDER: Final = "sealed_under"
"""The setting of a database that tells under which secret it is sealed, by that secret's mark."""


class Vault:
    """Seals and opens; what was sealed under another secret cannot be opened."""

    def __init__(self, secret: str) -> None:
        key = hashlib.sha256(b"counterfoil vault\0" + secret.encode()).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(key))
        self.mark = mark_of(secret)

    def is_of(self, mark: bytes | None) -> bool:
        """Whether a database that bears this mark is sealed under this vault's secret. One without a mark may be."""
        return mark is None or mark == self.mark

    def seal(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise Broken("the installation's secret is not the one under which its keys were sealed") from None


def mark_of(secret: str) -> bytes:
    """What tells one secret from another, and nothing else."""
    return hashlib.sha256(b"counterfoil secret check\0" + secret.encode()).hexdigest().encode()


def installation_secret(data: Path, given: str | None) -> str:
    """The secret that was given, else the one in the data folder: made on first start, for its owner's eyes alone."""
    if given:
        return given
    kept = kept_secret(data)
    if kept is None:
        keep_secret(data, os.urandom(32).hex())
    return kept or (data / FILE).read_text().strip()


def kept_secret(data: Path) -> str | None:
    """The secret in a data folder, if one is there."""
    path = data / FILE
    return (path.read_text().strip() or None) if path.exists() else None


def keep_secret(data: Path, secret: str) -> None:
    """Put a secret into a data folder, for its owner's eyes alone."""
    path = data / FILE
    fresh = path.with_name(f"{FILE}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(descriptor)
    fresh.replace(path)
