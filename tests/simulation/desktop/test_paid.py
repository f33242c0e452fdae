"""`invoice.paid` on desktop books: told once for each turn from open to paid, whatever shows it; nothing else is."""

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
from sqlalchemy import select
from tests.simulation.desktop.company import BOOKS, Request
from tests.simulation.desktop.world import Template, World, world

from counterfoil.dispatch.endpoints import NewEndpoint
from counterfoil.model.command import Command, Create, Delete, Void
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session
from counterfoil.storage.tables.post import deliveries

PAID: Final = "invoice.paid"


class Told:
    """A run with an endpoint that listens, and a bookkeeper who works in QuickBooks itself."""

    def __init__(self, run: World) -> None:
        self.run = run
        self.open = run.template.ids.invoices["B-3"]

    async def listen(self) -> None:
        running = self.run.house.running
        assert running is not None
        account = await running.administration.account(None)
        asked = NewEndpoint(url="https://example.com/hook", events=("invoice.*", "payment.*"))
        await running.post.endpoints.add(account.id, asked)

    async def types(self) -> list[str]:
        def look(session: Session) -> list[str]:
            rows = session.select(select(deliveries.c.event_type).order_by(deliveries.c.number))
            return [row[0] for row in rows]

        return await self.run.house.look(look)

    async def paid(self) -> int:
        return (await self.types()).count(PAID)

    async def read(self, path: str) -> Any:
        return await self.write(Request("GET", path))

    async def write(self, request: Request) -> Any:
        """What a caller is told; the lane is worked off meanwhile, session by session."""
        asking = asyncio.create_task(self.run.caller.send(request.method, request.path, request.body, 90))
        for _ in range(5):
            for _ in range(50):
                await asyncio.sleep(0.001)
            if asking.done():
                break
            await self.run.office.session()
            self.run.clock.pass_by(61)
        answer = await asking
        assert answer.status == 200, answer
        return answer.body

    async def in_quickbooks(self, command: Command) -> Any:
        self.run.clock.pass_by(5)

        def work(file: CompanyFile) -> Any:
            return BOOKS.execute(file, command).result

        done = await self.run.office.company.change(work)
        self.run.clock.pass_by(5)
        return done

    def payment(self, amount: str) -> Create:
        draft = ReceivePayment(
            customer=Ref(self.run.template.ids.customer),
            total_amount=Decimal(amount),
            applications=(Application(transaction_id=self.open, payment_amount=Decimal(amount)),),
        )
        return Create(resource="receive_payments", draft=draft)

    def pays(self, amount: str) -> Request:
        applied = [{"transactionId": self.open, "paymentAmount": amount}]
        customer = self.run.template.ids.customer
        body = {"customerId": customer, "transactionDate": "2026-03-02", "totalAmount": amount}
        return Request("POST", "/receive-payments", body | {"applyToTransactions": applied})


def told(template: Template, folder: Path, story: Callable[[Told], Awaitable[None]]) -> None:
    async def go() -> None:
        async with world(template, folder) as run:
            one = Told(run)
            await one.listen()
            await story(one)

    asyncio.run(go())


def test_a_query_that_shows_a_known_invoice_paid_tells_it_once(template: Template, tmp_path: Path) -> None:
    async def story(one: Told) -> None:
        await one.read(f"/invoices/{one.open}")
        assert await one.types() == []
        payment = await one.in_quickbooks(one.payment("300.00"))
        for path in (f"/invoices/{one.open}", "/invoices", f"/receive-payments/{payment.id}"):
            await one.read(path)
            assert await one.types() == [PAID]

        await one.in_quickbooks(Delete(resource="receive_payments", id=payment.id))
        await one.read(f"/invoices/{one.open}")
        again = await one.in_quickbooks(one.payment("300.00"))
        await one.read(f"/receive-payments/{again.id}")
        await one.read("/invoices")
        assert await one.types() == [PAID, PAID], "it was open in between"

    told(template, tmp_path, story)


def test_what_was_paid_before_anybody_looked_is_no_news(template: Template, tmp_path: Path) -> None:
    async def story(one: Told) -> None:
        await one.in_quickbooks(one.payment("300.00"))
        made = await one.read(f"/invoices/{one.open}")
        assert made["isPaid"] is True
        change = {"revisionNumber": made["revisionNumber"], "memo": "seen"}
        await one.write(Request("POST", f"/invoices/{one.open}", change))
        assert await one.types() == ["invoice.updated"]

    told(template, tmp_path, story)


def test_an_invoice_that_was_voided_by_hand_was_not_paid(template: Template, tmp_path: Path) -> None:
    async def story(one: Told) -> None:
        await one.read(f"/invoices/{one.open}")
        await one.in_quickbooks(Void(resource="invoices", id=one.open))
        made = await one.read(f"/invoices/{one.open}")
        assert made["balanceRemaining"] == "0.00"
        assert await one.types() == []

    told(template, tmp_path, story)


def test_changes_of_what_is_paid_do_not_pay_it_once_more(template: Template, tmp_path: Path) -> None:
    async def story(one: Told) -> None:
        payment = await one.write(one.pays("300.00"))
        assert await one.types() == ["payment.created", PAID]
        change = {"revisionNumber": payment["revisionNumber"], "memo": "by cheque"}
        await one.write(Request("POST", f"/receive-payments/{payment['id']}", change))
        made = await one.read(f"/invoices/{one.open}")
        change = {"revisionNumber": made["revisionNumber"], "memo": "thanks"}
        await one.write(Request("POST", f"/invoices/{one.open}", change))
        assert await one.types() == ["payment.created", PAID, "payment.updated", "invoice.updated"]

    told(template, tmp_path, story)


def test_a_payment_pays_an_invoice_again_that_was_opened_again_unseen(template: Template, tmp_path: Path) -> None:
    async def story(one: Told) -> None:
        payment = await one.write(one.pays("300.00"))
        await one.in_quickbooks(Delete(resource="receive_payments", id=payment["id"]))
        await one.write(one.pays("300.00"))
        assert await one.paid() == 2

    told(template, tmp_path, story)


def test_an_update_that_leaves_nothing_open_pays_an_invoice_that_was_seen_open(
    template: Template, tmp_path: Path
) -> None:
    """Of 300 dollars 100 are paid; then the one line of the invoice comes to 100."""

    async def story(one: Told) -> None:
        await one.write(one.pays("100.00"))
        made = await one.read(f"/invoices/{one.open}")
        line = {"id": made["lines"][0]["id"], "quantity": 1, "rate": "100.00", "amount": "100.00"}
        change = {"revisionNumber": made["revisionNumber"], "lines": [line]}
        paid = await one.write(Request("POST", f"/invoices/{one.open}", change))
        assert (paid["isPaid"], paid["balanceRemaining"]) == (True, "0.00")
        assert await one.types() == ["payment.created", "invoice.updated", PAID]

    told(template, tmp_path, story)


def test_a_callers_own_query_brings_it_to_light_too(template: Template, tmp_path: Path) -> None:
    document = (
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
        "<InvoiceQueryRq/></QBXMLMsgsRq></QBXML>"
    )

    async def story(one: Told) -> None:
        running = one.run.house.running
        assert running is not None
        transport = httpx.ASGITransport(running.application(), client=("127.0.0.1", 1))
        address = f"/api/v1/connections/{one.run.connection}/queued_requests"
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as caller:
            for expected in ([], [PAID], [PAID]):
                answer = await caller.post(address, json={"request_xml": document}, auth=(one.run.template.key, ""))
                assert answer.status_code == 201, answer.text
                await one.run.sessions()
                assert await one.types() == expected
                if not expected:
                    await one.in_quickbooks(one.payment("300.00"))

    told(template, tmp_path, story)


def test_the_body_of_what_a_document_made_has_its_total_and_true_times(template: Template, tmp_path: Path) -> None:
    document = (
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq>'
        "<InvoiceAdd><CustomerRef><ListID>{customer}</ListID></CustomerRef><InvoiceLineAdd><ItemRef><ListID>{item}"
        "</ListID></ItemRef><Amount>70.00</Amount></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"
    )

    async def story(one: Told) -> None:
        running, ids = one.run.house.running, one.run.template.ids
        assert running is not None
        transport = httpx.ASGITransport(running.application(), client=("127.0.0.1", 1))
        address = f"/api/v1/connections/{one.run.connection}/queued_requests"
        asked = {"request_xml": document.format(customer=ids.customer, item=ids.item)}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as caller:
            answer = await caller.post(address, json=asked, auth=(one.run.template.key, ""))
        assert answer.status_code == 201, answer.text
        await one.run.sessions()

        def look(session: Session) -> list[bytes]:
            return [row[0] for row in session.select(select(deliveries.c.body))]

        (body,) = await one.run.house.look(look)
        assert b'"total_amount":"70.00"' in body
        assert b'"balance_remaining":"70.00"' in body

    told(template, tmp_path, story)
