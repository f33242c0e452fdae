"""Every message as bytes: `tests/golden/qbxml` holds a request and an answer of each, with every element it may have.

`COUNTERFOIL_WRITE_GOLDEN=1` writes them anew; look at what `git diff` shows then.
"""

import os
from pathlib import Path

import pytest
from tests.unit.wire.qbxml.exchanges import Exchange, exchanges

from counterfoil.wire.qbxml.messages import MESSAGES

GOLDEN = Path(__file__).parents[3] / "golden" / "qbxml"
ALL = tuple(exchanges())


@pytest.mark.parametrize("exchange", ALL, ids=lambda exchange: exchange[0])
def test_documents_are_as_they_were(exchange: Exchange) -> None:
    name, request, answer = exchange
    for suffix, document in (("rq", request), ("rs", answer)):
        path = GOLDEN / f"{name}.{suffix}.xml"
        if os.environ.get("COUNTERFOIL_WRITE_GOLDEN"):
            path.write_bytes(document + b"\n")
        assert document + b"\n" == path.read_bytes(), path.name


def test_every_message_is_here() -> None:
    assert {f"{name.partition('.')[0]}Rq" for name, _, _ in ALL} == set(MESSAGES)


def test_no_document_is_left_over() -> None:
    names = {f"{name}.{suffix}.xml" for name, _, _ in ALL for suffix in ("rq", "rs")}
    assert {path.name for path in GOLDEN.glob("*.xml")} == names
