"""The version to write: the latest that both know."""

import pytest
from tests.unit.wire.qbxml.samples import least_of

from counterfoil.wire.qbxml.messages import MAPS
from counterfoil.wire.qbxml.serve import read_request
from counterfoil.wire.qbxml.table import Map
from counterfoil.wire.qbxml.tree import Node
from counterfoil.wire.qbxml.versions import best_version
from counterfoil.wire.qbxml.write import request_node

ENTERPRISE_24 = ("1.0", "1.1", "2.0", "2.1", "3.0", "4.0", "4.1", "5.0", "6.0", "7.0", "8.0", "9.0", "10.0", "11.0")


@pytest.mark.parametrize(
    ("supported", "best"),
    [
        ((), "13.0"),
        (("?", "", "x.y", "1"), "13.0"),
        ((*ENTERPRISE_24, "12.0", "13.0", "14.0", "15.0", "16.0"), "16.0"),
        (("16.0", "17.0", "13.0"), "16.0"),
        ((*ENTERPRISE_24, "12.0", "13.0"), "13.0"),
        (("14.0", "9.0"), "14.0"),
        (("9.0", "10.0"), "10.0"),
        (("CA2.0", "CA3.0", "6.0", "7.0", "8.0"), "8.0"),
        (("2.0", "3.0"), "8.0"),
        (("17.0",), "13.0"),
        ((" 13.0 ",), "13.0"),
    ],
)
def test_the_best_of_them(supported: tuple[str, ...], best: str) -> None:
    assert best_version(supported) == best


@pytest.mark.parametrize("table", [table for table in MAPS if "A" in table.verbs], ids=lambda table: table.name)
def test_the_least_of_them_can_say_the_plainest_of_each(table: Map) -> None:
    assert request_node(least_of(table), version=best_version(("1.0",))).name.endswith("AddRq")


@pytest.mark.parametrize(
    ("name", "since", "before"),
    [
        ("BillMod", "3.0", "2.1"),
        ("VendorCreditMod", "8.0", "7.0"),
        ("BillPaymentCheckMod", "6.0", "5.0"),
        ("BillPaymentCreditCardQuery", "2.0", "1.1"),
        ("TimeTrackingMod", "CA6.0", "CA5.0"),
        ("SalesReceiptMod", "5.0", "4.1"),
        ("InvoiceMod", "2.1", "2.0"),
    ],
)
def test_a_message_that_came_later_is_not_known_before(name: str, since: str, before: str) -> None:
    """QuickBooks cannot read a document that has it: that is said, and since when there is one."""
    node = Node(f"{name}Rq")
    (early,) = read_request(node, before).structure
    assert (early.kind, early.place) == ("unknown_field", (f"{name}Rq", 0))
    assert str(early.values["hint"]).endswith(f"needs qbXML {since.removeprefix('CA')})")
    assert early.kind not in [each.kind for each in read_request(node, since).structure]
