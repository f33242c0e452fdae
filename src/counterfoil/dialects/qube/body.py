"""A request's body: one JSON object, or nothing. qbXML as JSON is nested deeper than any other dialect's bodies."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import Problem

DEEPEST: Final = 72
"""Objects and arrays within one another: two for each of the 32 levels of a document, and those around it."""

_DECODER = msgspec.json.Decoder(float_hook=Decimal)


def decoded(raw: bytes) -> dict[str, Any]:
    """The JSON object that `raw` is, an empty one where there is no body: every key once, fractions as Decimal."""
    if not raw.strip() or raw.strip() == b"null":
        return {}
    try:
        body = _DECODER.decode(raw)
    except msgspec.DecodeError as error:
        raise _malformed(str(error)) from error
    except UnicodeDecodeError as error:
        raise _malformed("it is not UTF-8") from error
    except InvalidOperation as error:
        raise _malformed("a number has too large an exponent") from error
    except RecursionError as error:
        raise _malformed("it is nested too deeply") from error
    if not isinstance(body, dict):
        raise _malformed("expected one JSON object")
    _refuse_depth(body)
    json.loads(raw, object_pairs_hook=_once, parse_float=str, parse_int=str)
    return body


def _refuse_depth(body: dict[str, Any]) -> None:
    level: list[Any] = [body]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _malformed("it is nested too deeply")
        within = (each for value in level for each in (value.values() if isinstance(value, dict) else value))
        level = [each for each in within if isinstance(each, dict | list)]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _malformed(f"the key `{key[:60]}` is given twice")
        found[key] = value
    return found


def _malformed(detail: str) -> Malformed:
    return Malformed(Problem("malformed", (), {"detail": detail.rstrip(".")}))
