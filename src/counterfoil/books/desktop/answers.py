"""What came back from QuickBooks, read as far as the lane must know: statuses, and what leads on."""

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from counterfoil.core.errors import Malformed
from counterfoil.dispatch.protocols import Failure
from counterfoil.wire.qbxml.iterated import ids_in, whole
from counterfoil.wire.qbxml.outcomes import Response, ResponseSet, read_responses
from counterfoil.wire.qbxml.stream import stream_objects
from counterfoil.wire.qbxml.tree import Document, parse
from counterfoil.wire.qbxml.zones import learnt_offset

LARGE: Final = 1024 * 1024
"""Bytes from which an answer is read piece by piece."""

FIRST_ERROR: Final = 1000
_ENCODING = re.compile(r"""(\A\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["'])[A-Za-z0-9._-]{1,40}(["'])""")
"""What a document says of its bytes means nothing once it has travelled as a text in another one."""


class Answer(Struct, frozen=True, kw_only=True):
    """An answer's bytes and what they say. `responses` is None where they cannot be read.

    `ids` are those of the objects in a page of an iterator.
    """

    data: bytes
    responses: ResponseSet | None
    utc_offset: int | None = None
    ids: tuple[str, ...] = ()

    @property
    def first(self) -> Response | None:
        return self.responses.responses[0] if self.responses is not None and self.responses.responses else None

    @property
    def failure(self) -> Failure | None:
        """The first error: QuickBooks' own code and words."""
        for each in self.responses.responses if self.responses is not None else ():
            if each.status.code >= FIRST_ERROR:
                return Failure(code=str(each.status.code), message=each.status.message)
        return None


def read_answer(text: str) -> Answer:
    """Nothing is refused: what cannot be read says so. Large answers are gone through in bounded memory."""
    data = _ENCODING.sub(r"\1utf-8\2", text, count=1).encode("utf-8", "replace")
    try:
        if len(data) > LARGE:
            heads: Sequence[Response] = [each for each in stream_objects(data) if isinstance(each, Response)]
            ids = ids_in(whole(data)) if heads and heads[0].iterator_id is not None else ()
            return Answer(data=data, responses=ResponseSet(responses=tuple(heads)), ids=ids)
        root = parse(data, forgiving=True).root
        told = read_responses(Document(root))
        ids = ids_in(root) if told.responses and told.responses[0].iterator_id is not None else ()
        return Answer(data=data, responses=told, utc_offset=learnt_offset(root), ids=ids)
    except Malformed:
        return Answer(data=data, responses=None)
