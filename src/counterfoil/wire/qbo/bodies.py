"""Bytes ↔ Intuit's JSON. Numbers are Decimals on both sides, so that no amount is ever rounded on its way."""

from decimal import Decimal
from typing import Any, Final

import msgspec

_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def decoded(body: bytes) -> Any:
    """What a body holds; whole numbers are ints. Raises ValueError where it is no JSON."""
    return _DECODER.decode(body)


def encoded(thing: Any) -> bytes:
    """The shortest text of a thing: no spaces, as clients that check signatures need it."""
    return _ENCODER.encode(thing)
