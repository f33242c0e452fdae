"""Forms that a page posts: small, and read with patience but not with endless patience."""

import asyncio
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from starlette.requests import Request

LONGEST_FORM: Final = 2000
SLOWEST_FORM: Final = 10
"""Bytes of a form, and seconds that it may take to arrive."""


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a small form; none where it is larger, late, or no form.

    NUL, which no field of a page holds and PostgreSQL does not take, is left out.
    """
    data = b""
    try:
        async with asyncio.timeout(SLOWEST_FORM):
            async for chunk in request.stream():
                data += chunk
                if len(data) > LONGEST_FORM:
                    return {}
    except TimeoutError:
        return {}
    return dict(parse_qsl(data.decode("utf-8", "replace").replace("%00", "").replace("\0", "")))
