"""The database goes away at any access while SnapBooks' callers are served, also between two commands of one call."""

from typing import Any, Final

import pytest
from tests.acceptance.away.conftest import Told
from tests.acceptance.away.test_conductor import ROOT, made
from tests.acceptance.away.world import Case, Sent, World

INVOICE: Final = "/api/v1/invoice"
LINES: Final = [{"units": 2, "billAmount": 20, "productService": "21", "taxCodeRef": "NON"}]


async def named(there: World, number: int) -> str:
    """The number of a new invoice that this dialect has never seen."""
    one = await made(there, number)
    body = {"revisionNumber": one["revisionNumber"], "refNumber": f"A{number}"}
    await there.ask("conductor", "POST", f"{ROOT}/invoices/{one['id']}", body)
    return f"A{number}"


async def create(there: World, number: int) -> Sent:
    return Sent("POST", INVOICE, {"customerId": 59, "lineItems": LINES, "invoiceNumber": f"C{number}"})


async def create_with_customer_and_shipping(there: World, number: int) -> Sent:
    """The item that charges for shipping is not there: the one of the run before is called otherwise by now."""
    listed = await there.ask("conductor", "GET", f"{ROOT}/other-charge-items?limit=150")
    for each in listed["data"]:
        if each["name"] == "Shipping":
            body = {"revisionNumber": each["revisionNumber"], "name": f"Shipping {number}"}
            await there.ask("conductor", "POST", f"{ROOT}/other-charge-items/{each['id']}", body)
    body = {"createCustomer": True, "company": f"New {number}", "shipAmount": 5, "lineItems": LINES}
    return Sent("POST", INVOICE, body)


async def update(there: World, number: int) -> Sent:
    return Sent("PUT", INVOICE, {"invoiceNumber": await named(there, number), "note": "x", "lineItems": LINES})


async def delete(there: World, number: int) -> Sent:
    return Sent("DELETE", INVOICE, {"invoiceNumber": await named(there, number)})


async def void(there: World, number: int) -> Sent:
    return Sent("PUT", "/api/v1/invoice-void", {"invoiceNumber": await named(there, number)})


async def pay(there: World, number: int) -> Sent:
    return Sent("POST", f"{INVOICE}/payment", {"invoiceNumber": await named(there, number), "amount": 1})


async def customer(there: World, number: int) -> Sent:
    return Sent("POST", "/api/v1/customer", {"fullName": f"Person {number}", "phone": "555"})


async def customer_changed(there: World, number: int) -> Sent:
    one = await there.ask("snapbooks", *(await customer(there, number)).line)
    return Sent("PUT", "/api/v1/customer", {"customerId": one["id"], "phone": f"556-{number}"})


async def vendor(there: World, number: int) -> Sent:
    return Sent("POST", "/api/v1/vendor", {"fullName": f"Vendor {number}"})


async def query(there: World, number: int) -> Sent:
    text = f"SELECT * FROM Invoice WHERE DocNumber = '{await named(there, number)}'"
    return Sent("POST", "/api/v1/query", {"query": text})


ACTS: Final[tuple[Any, ...]] = (
    create,
    create_with_customer_and_shipping,
    update,
    delete,
    void,
    pay,
    customer,
    customer_changed,
    vendor,
    query,
)
CASES: Final = tuple(Case(each.__name__, each) for each in ACTS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_whatever_is_lost_the_truth_is_told_and_nothing_is_done_twice(case: Case, tell: Told) -> None:
    assert tell(lambda there: there.check("snapbooks", case)) > 0


async def deleted_again(there: World) -> None:
    """By the time it is sent again, another invoice has the number of the one that was deleted."""
    sent = Sent("DELETE", INVOICE, {"invoiceNumber": "TWIN"})
    body = {"customerId": 59, "lineItems": LINES, "invoiceNumber": "TWIN"}
    first = await there.ask("snapbooks", "POST", INVOICE, body)
    gone = await there.send("snapbooks", sent, "delete once")
    second = await there.ask("snapbooks", "POST", INVOICE, body)
    again = await there.send("snapbooks", sent, "delete once")
    assert gone.json()["id"] == again.json()["id"] == first["id"]
    found = await there.ask("snapbooks", "GET", f"{INVOICE}?docNumber=TWIN")
    assert found["invoice"]["Id"] == second["id"]


def test_a_deletion_that_is_sent_again_tells_of_what_it_deleted(tell: Told) -> None:
    tell(deleted_again)
