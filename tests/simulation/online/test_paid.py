"""`invoice.paid` on online books: told once, whether a payment was made here or somebody enters it at Intuit."""

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import httpx
from sqlalchemy import select
from tests.simulation.online.house import INTUIT, House

from counterfoil.dispatch.endpoints import NewEndpoint
from counterfoil.emulators.online.company import US_REALM
from counterfoil.model.command import Create, Update
from counterfoil.model.lines import SalesLine
from counterfoil.model.query import Read, Select
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.storage.contract import Session
from counterfoil.storage.tables.post import deliveries

Make = Callable[..., House]
PAID: Final = "invoice.paid"
LINES: Final = (SalesLine(item=Ref("1"), quantity=Decimal(1), rate=Decimal("100")),)


async def listen(here: House) -> None:
    account = await here.up.administration.account(None)
    asked = NewEndpoint(url="https://example.com/hook", events=("invoice.*", "payment.*"))
    await here.up.post.endpoints.add(account.id, asked)


async def types(here: House) -> list[str]:
    def look(session: Session) -> list[str]:
        rows = session.select(select(deliveries.c.event_type).order_by(deliveries.c.number))
        return [row[0] for row in rows]

    return await here.look(look)


async def read(here: House, id: str) -> Any:
    _, connection = await here.caller()
    return await here.up.dispatcher.read(connection, Read(resource="invoices", id=id), 20)


async def paid_at_intuit(here: House, invoice: Invoice) -> None:
    total = str(invoice.balance_remaining)
    line = {"Amount": total, "LinkedTxn": [{"TxnId": invoice.id, "TxnType": "Invoice"}]}
    body = {"CustomerRef": {"value": "1"}, "TotalAmt": total, "Line": [line]}
    here.clock.pass_by(5)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(here.intuit.app), base_url=INTUIT) as client:
        headers = {"Authorization": 'OAuth oauth_token="any"', "Accept": "application/json"}
        answer = await client.post(f"/v3/company/{US_REALM}/payment", json=body, headers=headers)
        assert answer.status_code == 200, answer.text


async def made(here: House) -> Invoice:
    done = await here.done(Create(resource="invoices", draft=Invoice(customer=Ref("1"), lines=LINES)))
    assert isinstance(done.result, Invoice)
    return done.result


def test_a_payment_entered_at_intuit_is_told_when_a_query_shows_it(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        await listen(here)
        invoice = await made(here)
        assert await types(here) == ["invoice.created"]
        await paid_at_intuit(here, invoice)
        for _ in range(2):
            assert (await read(here, invoice.id)).is_paid
        _, connection = await here.caller()
        await here.up.dispatcher.select(connection, Select(resource="invoices", limit=100))
        assert await types(here) == ["invoice.created", PAID]
        await here.close()

    asyncio.run(go())


def test_a_payment_made_here_is_told_once_and_changes_of_it_are_not(house: Make) -> None:
    async def go() -> None:
        here = house()
        await here.open()
        await listen(here)
        invoice = await made(here)
        applied = (Application(transaction_id=invoice.id, payment_amount=invoice.balance_remaining),)
        draft = ReceivePayment(customer=Ref("1"), total_amount=invoice.balance_remaining, applications=applied)
        payment = (await here.done(Create(resource="receive_payments", draft=draft))).result
        await here.done(Update(resource="receive_payments", id=payment.id, revision="0", changes={"memo": "cheque"}))
        paid = await read(here, invoice.id)
        await here.done(
            Update(resource="invoices", id=invoice.id, revision=paid.revision, changes={"memo": "thank you"})
        )
        told = await types(here)
        assert told.count(PAID) == 1
        assert [each for each in told if each != PAID] == [
            "invoice.created",
            "payment.created",
            "payment.updated",
            "invoice.updated",
        ]
        await here.close()

    asyncio.run(go())
