"""Intuit's documents, as they were written by hand."""

from pathlib import Path
from typing import Any

from counterfoil.wire.qbo.bodies import decoded

HERE = Path(__file__).parent


def document(name: str) -> Any:
    """A document of this folder; its numbers with a point are Decimals."""
    return decoded((HERE / name).read_bytes())
