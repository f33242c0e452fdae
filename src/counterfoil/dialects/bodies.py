"""A request's body: bytes → plain values, in which no float ever is."""

import asyncio
import json
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec
from starlette.requests import Request

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import Problem

SLOWEST: Final = 30
"""Seconds that a body may take to arrive."""

DEEPEST: Final = 12
"""Objects and arrays within one another; an invoice needs six of them."""

_TOO_DEEP = f"it is nested more than {DEEPEST} levels deep"
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_KEY_LIKE = re.compile(rb'"[ \t\r\n]*:')


async def taken(request: Request, limit: int) -> bytes:
    """The body of a request, up to `limit` bytes. Raises Malformed with `too_large` where there is more."""
    too_large = Malformed(Problem("too_large", (), {"limit": limit}))
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > limit:
        raise too_large
    chunks, size = [], 0
    try:
        async with asyncio.timeout(SLOWEST):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise too_large
                chunks.append(chunk)
    except TimeoutError:
        raise _malformed(f"it did not arrive within {SLOWEST} seconds") from None
    return b"".join(chunks)


def decoded(raw: bytes) -> dict[str, Any]:
    """The one JSON object that `raw` is: fractions as Decimal, whole numbers as int, every key given once."""
    try:
        body = _DECODER.decode(raw)
    except msgspec.DecodeError as error:
        raise _malformed(str(error)) from error
    except UnicodeDecodeError as error:
        raise _malformed("it is not UTF-8") from error
    except InvalidOperation as error:
        raise _malformed("a number has too large an exponent") from error
    except RecursionError as error:
        raise _malformed(_TOO_DEEP) from error
    if not isinstance(body, dict):
        raise _malformed("expected one JSON object")
    if _keys_in(body, 1) != len(_KEY_LIKE.findall(raw)):
        _refuse_repeated_keys(raw)
    return body


def _keys_in(value: dict[str, Any] | list[Any], depth: int) -> int:
    """The number of keys in a value and in all within it; refuses what is nested too deeply."""
    if depth > DEEPEST:
        raise _malformed(_TOO_DEEP)
    inner: Iterable[Any] = value.values() if isinstance(value, dict) else value
    count = len(value) if isinstance(value, dict) else 0
    for item in inner:
        if isinstance(item, dict | list):
            count += _keys_in(item, depth + 1)
    return count


def _refuse_repeated_keys(raw: bytes) -> None:
    """The slow and certain way, taken where something looks like more keys than were read (text may hold `":`, too)."""

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                raise _malformed(f"the key `{key}` is given twice")
            found[key] = value
        return found

    json.loads(raw, object_pairs_hook=once, parse_float=str, parse_int=str)


def _malformed(detail: str) -> Malformed:
    return Malformed(Problem("malformed", (), {"detail": detail.rstrip(".")}))
