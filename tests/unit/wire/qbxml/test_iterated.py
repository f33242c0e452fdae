"""Queries that are asked for page by page: how one goes on, and the objects of a page by their ids."""

from typing import Final

import pytest

from counterfoil.wire.qbxml.iterated import continued, ids_in, whole, without
from counterfoil.wire.qbxml.tree import fragment, parse

ASKED: Final = (
    b'<QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerQueryRq requestID="7" iterator="Start">'
    b"<MaxReturned>2</MaxReturned></CustomerQueryRq></QBXMLMsgsRq></QBXML>"
)
PAGE: Final = (
    b'<QBXML><QBXMLMsgsRs><CustomerQueryRs statusCode="0" retCount="3" iteratorRemainingCount="4" iteratorID="{i}">'
    b"<CustomerRet><ListID>1-1</ListID><ParentRef><ListID>9-9</ListID></ParentRef></CustomerRet>"
    b"<CustomerRet><FullName>No id</FullName></CustomerRet>"
    b"<CustomerRet><Name>Two</Name><ListID>2-1</ListID></CustomerRet>"
    b"</CustomerQueryRs></QBXMLMsgsRs></QBXML>"
)


def test_the_next_page_is_the_same_question() -> None:
    assert fragment(continued(parse(ASKED).root, "{i}")) == (
        '<QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerQueryRq requestID="7" iterator="Continue" iteratorID="{i}">'
        "<MaxReturned>2</MaxReturned></CustomerQueryRq></QBXMLMsgsRq></QBXML>"
    )


def test_objects_are_known_by_their_own_ids() -> None:
    """Not by those of what they refer to."""
    assert ids_in(whole(PAGE)) == ("1-1", "2-1")
    transactions = PAGE.replace(b"Customer", b"Invoice").replace(b"<ListID>2-1</ListID>", b"<TxnID>2-A</TxnID>")
    assert ids_in(whole(transactions)) == ("1-1", "2-A")
    assert ids_in(whole(b"<QBXML><QBXMLMsgsRs><CustomerQueryRs/></QBXMLMsgsRs></QBXML>")) == ()
    assert ids_in(whole(b"<QBXML/>")) == ()


@pytest.mark.parametrize(
    ("told", "left", "count"), [({"1-1"}, ("2-1",), "2"), ({"1-1", "2-1"}, (), "1"), (set(), ("1-1", "2-1"), "3")]
)
def test_what_was_told_is_taken_out(told: set[str], left: tuple[str, ...], count: str) -> None:
    """What has no id stays: nobody knows whether it was told."""
    page = without(whole(PAGE), told)
    assert ids_in(page) == left
    answer = page.children[0].children[0]
    assert answer.attributes == {
        "statusCode": "0",
        "retCount": count,
        "iteratorRemainingCount": "4",
        "iteratorID": "{i}",
    }
    assert "No id" in fragment(page)
