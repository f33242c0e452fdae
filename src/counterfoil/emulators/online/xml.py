"""Intuit's objects as XML: what it answers to those who do not ask for JSON."""

from collections.abc import Iterator
from decimal import Decimal
from html import escape
from typing import Any, Final

NAMESPACE: Final = "http://schema.intuit.com/finance/v3"
ATTRIBUTES: Final = {"domain", "sparse", "status", "startPosition", "maxResults", "totalCount", "bId", "type", "code"}
"""What stands in the tag of its object."""


def document(body: dict[str, Any]) -> str:
    """An answer's whole body; `time` is the root's."""
    time = escape(str(body.get("time", "")))
    inner = "".join(_each(name, value) for name, value in body.items() if name != "time")
    root = f'<IntuitResponse time="{time}" xmlns="{NAMESPACE}">'
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{root}{inner}</IntuitResponse>'


def _each(name: str, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    return "".join(_element(name, each) for each in values)


def _element(name: str, value: Any) -> str:
    if not isinstance(value, dict):
        return f"<{name}>{_text(value)}</{name}>"
    if "value" in value and set(value) <= {"value", "name", "type"}:
        name_of = f' name="{_text(value["name"])}"' if "name" in value else ""
        return f"<{name}{name_of}>{_text(value['value'])}</{name}>"
    inner = "".join(_each(key, each) for key, each in value.items() if key not in ATTRIBUTES)
    return f"<{name}{''.join(_attributes(value))}>{inner}</{name}>"


def _attributes(value: dict[str, Any]) -> Iterator[str]:
    for key, each in value.items():
        if key in ATTRIBUTES:
            yield f' {key}="{_text(each)}"'


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    return escape("" if value is None else str(value))
