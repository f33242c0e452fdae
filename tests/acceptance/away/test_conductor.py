"""The database goes away at any access while Conductor's callers are served."""

from typing import Any, Final

import pytest
from tests.acceptance.away.conftest import Told
from tests.acceptance.away.cut import FATES, Cut
from tests.acceptance.away.world import Case, Sent, World
from tests.acceptance.conftest import ACME, DEMO
from tests.acceptance.processes.storm import AWAY

ROOT: Final = "/v1/quickbooks-desktop"
ITEM: Final = "80000002-1234567890"


def invoice(number: int) -> dict[str, Any]:
    lines = [{"itemId": ITEM, "quantity": 2}]
    return {"customerId": ACME, "transactionDate": "2026-03-02", "memo": f"away {number}", "lines": lines}


async def made(there: World, number: int) -> Any:
    return await there.ask("conductor", "POST", f"{ROOT}/invoices", invoice(number))


async def create(there: World, number: int) -> Sent:
    return Sent("POST", f"{ROOT}/invoices", invoice(number))


async def update(there: World, number: int) -> Sent:
    one = await made(there, number)
    body = {"revisionNumber": one["revisionNumber"], "memo": f"changed {number}"}
    return Sent("POST", f"{ROOT}/invoices/{one['id']}", body)


async def void(there: World, number: int) -> Sent:
    return Sent("POST", f"{ROOT}/invoices/{(await made(there, number))['id']}/void")


async def delete(there: World, number: int) -> Sent:
    return Sent("DELETE", f"{ROOT}/invoices/{(await made(there, number))['id']}")


async def pay(there: World, number: int) -> Sent:
    one = await made(there, number)
    body = {
        "customerId": ACME,
        "transactionDate": "2026-03-03",
        "totalAmount": one["totalAmount"] if "totalAmount" in one else one["balanceRemaining"],
        "applyToTransactions": [{"transactionId": one["id"], "paymentAmount": one["balanceRemaining"]}],
    }
    return Sent("POST", f"{ROOT}/receive-payments", body)


async def customer(there: World, number: int) -> Sent:
    return Sent("POST", f"{ROOT}/customers", {"name": f"Customer {number}"})


async def passthrough(there: World, number: int) -> Sent:
    body = {"CustomerAddRq": {"CustomerAdd": {"Name": f"Passed {number}"}}}
    return Sent("POST", f"/v1/end-users/{DEMO}/passthrough/quickbooks_desktop", body)


async def end_user(there: World, number: int) -> Sent:
    return Sent("POST", "/v1/end-users", {"companyName": "New", "sourceId": f"s{number}", "email": "a@b.example"})


async def end_user_gone(there: World, number: int) -> Sent:
    one = await there.ask("conductor", *(await end_user(there, number)).line)
    return Sent("DELETE", f"/v1/end-users/{one['id']}")


async def auth_session(there: World, number: int) -> Sent:
    return Sent("POST", "/v1/auth-sessions", {"publishableKey": "pk", "endUserId": DEMO})


CASES: Final = (
    *(Case(each.__name__, each) for each in (create, update, void, delete, pay, customer, passthrough)),
    *(Case(each.__name__, each, is_keyed=False) for each in (end_user, end_user_gone, auth_session)),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_whatever_is_lost_the_truth_is_told_and_nothing_is_done_twice(case: Case, tell: Told) -> None:
    assert tell(lambda there: there.check("conductor", case)) > 0


async def sent_by_a_library(there: World) -> None:
    """Without a key: the vendor's library counts its sendings. The second meets a database that is still away."""
    there.store.plan(None)
    sent = await create(there, 0)
    await there.send("conductor", counted(sent, 0))
    accesses, before = list(there.store.noted), there.counts()
    assert accesses
    made = 0
    for at, access in enumerate(accesses):
        for fate in FATES[access]:
            made += 1
            sent = await create(there, made)
            there.store.plan(Cut(at, fate))
            assert (await there.send("conductor", counted(sent, 0))).status_code == AWAY
            there.store.plan(Cut(0, "gone"))
            assert (await there.send("conductor", counted(sent, 1))).status_code == AWAY
            there.store.plan(None)
            assert (await there.send("conductor", counted(sent, 2))).status_code == 200
    invoices = ("transaction", "invoices", "0")
    assert there.counts()[invoices] == before[invoices] + made


def counted(sent: Sent, retry: int) -> Sent:
    return Sent(sent.method, sent.path, sent.body, {"X-Stainless-Retry-Count": str(retry)})


def test_what_a_library_sends_again_without_a_key_is_made_once(tell: Told) -> None:
    tell(sent_by_a_library)
