"""What is told: of objects, of requests, of what is paid; to whom; and in the transaction that did it."""

import asyncio
import base64
import hashlib
import hmac
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.simulation.post.house import CUSTOMER, House, invoice, run
from tests.support.hooks import Got, Reply, refusing
from tests.support.stores import on_postgres

from counterfoil.app.demo_company import CANADIAN_CONNECTION, US_CONNECTION
from counterfoil.core.errors import Broken, Unknown
from counterfoil.dispatch.endpoints import CannotTell, NewEndpoint
from counterfoil.dispatch.events import Events
from counterfoil.model.event import Event
from counterfoil.storage.contract import Session
from counterfoil.storage.lane import Details, Lane, LaneEntry

DAY = 24 * 3600
OURS = {"Idempotency-Key": "once"}


async def made_invoice(house: House, **asked: int) -> dict[str, Any]:
    return await house.asked("POST", "/invoices", invoice(**asked))


async def paid(house: House, invoice_id: str, amount: str) -> dict[str, Any]:
    applied = [{"transactionId": invoice_id, "paymentAmount": amount}]
    payment = {"customerId": CUSTOMER, "transactionDate": "2026-03-03", "totalAmount": amount}
    return await house.asked("POST", "/receive-payments", payment | {"applyToTransactions": applied})


def subjects(house: House, path: str = "/hook") -> list[tuple[str, str]]:
    return [(each.json["type"], each.json["data"]["object"]["id"]) for each in house.hooks.at(path)]


def signatures(got: Got) -> set[str]:
    return set(got.headers["webhook-signature"].split(" "))


def signed(secret: str, got: Got) -> str:
    """By the Standard Webhooks specification: what follows `whsec_` is the key, in base64."""
    text = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return f"v1,{base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()}"


def test_objects_are_told_of_when_they_are_made_changed_voided_deleted_and_paid(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=("invoice.*", "payment.*", "customer.*"), is_ordered=True)
        ada = await house.customer("Ada")
        await house.asked("POST", f"/customers/{ada['id']}", {"revisionNumber": ada["revisionNumber"], "note": "x"})
        first = await made_invoice(house)
        part = await paid(house, first["id"], "5.00")
        rest = await paid(house, first["id"], str(Decimal(first["balanceRemaining"]) - 5))
        second = await made_invoice(house)
        await house.asked("POST", f"/invoices/{second['id']}/void")
        await house.asked("DELETE", f"/invoices/{second['id']}")
        await house.post()
        assert subjects(house) == [
            ("customer.created", ada["id"]),
            ("customer.updated", ada["id"]),
            ("invoice.created", first["id"]),
            ("payment.created", part["id"]),
            ("payment.created", rest["id"]),
            ("invoice.paid", first["id"]),
            ("invoice.created", second["id"]),
            ("invoice.voided", second["id"]),
            ("invoice.deleted", second["id"]),
        ]
        told = {each.json["type"]: each.json["data"] for each in house.hooks.got}
        assert told["invoice.paid"]["object"]["is_paid"] is True
        assert told["invoice.paid"]["object"]["balance_remaining"] == "0.00"
        assert told["invoice.paid"]["request_id"] == told["payment.created"]["request_id"]

    run(tmp_path, story)


def test_a_change_of_a_payment_does_not_pay_its_invoice_once_more(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=("invoice.paid", "payment.updated"), is_ordered=True)
        made = await made_invoice(house)
        payment = await paid(house, made["id"], made["balanceRemaining"])
        change = {"revisionNumber": payment["revisionNumber"], "memo": "by cheque"}
        await house.asked("POST", f"/receive-payments/{payment['id']}", change)
        await house.post()
        assert [each[0] for each in subjects(house)] == ["invoice.paid", "payment.updated"]

    run(tmp_path, story)


def test_requests_are_told_of_with_what_was_wrong(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=("request.*", "customer.*"), is_ordered=True)
        await house.customer("Ada")
        await house.asked("POST", "/customers", {"name": "Ada"}, status=502)
        for _ in range(20):
            if len(await house.owed()) == 3:
                break
            await asyncio.sleep(0.01)  # it is written after the caller was answered
        await house.post()
        assert house.hooks.types() == ["customer.created", "request.succeeded", "request.failed"]
        failed = house.hooks.got[-1].json["data"]
        assert failed["details"]["resource"] == "customers"
        assert failed["details"]["verb"] == "create"
        assert failed["details"]["code"] == "name_in_use"
        assert "Ada" in failed["details"]["message"]

    run(tmp_path, story)


def test_a_document_of_qube_tells_what_its_messages_did(tmp_path: Path) -> None:
    document = (
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
        "<CustomerAddRq><CustomerAdd><Name>Ada</Name></CustomerAdd></CustomerAddRq>"
        f"<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>{CUSTOMER}</ListID></CustomerRef>"
        "<InvoiceLineAdd><ItemRef><ListID>80000002-1234567890</ListID></ItemRef><Quantity>1</Quantity></InvoiceLineAdd>"
        "</InvoiceAdd></InvoiceAddRq>"
        "<CustomerQueryRq/></QBXMLMsgsRq></QBXML>"
    )

    async def story(house: House) -> None:
        await house.endpoint(is_ordered=True)
        path = f"/api/v1/connections/{US_CONNECTION}/queued_requests"
        asked = {"request_xml": document, "webhook_url": house.hooks.url("/letter")}
        key = house.caller.headers["Authorization"].removeprefix("Bearer ")
        answer = await house.caller.post(path, json=asked, auth=(key, ""))
        assert answer.status_code == 201, answer.text
        request_id = answer.json()["data"]["id"]
        await house.post()
        assert house.hooks.types() == ["customer.created", "invoice.created", "request.succeeded"]
        assert {each.json["data"]["request_id"] for each in house.hooks.at()} == {request_id}
        (letter,) = house.hooks.at("/letter")
        assert letter.json["id"] == request_id
        assert letter.headers["x-qube-signature"].startswith("t=")

    run(tmp_path, story)


def test_an_idempotent_repetition_is_not_told_of_again(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint()
        for _ in range(2):
            answer = await house.caller.post(
                "/v1/quickbooks-desktop/customers",
                json={"name": "Ada"},
                headers=OURS | {"Conductor-End-User-Id": US_CONNECTION},
            )
            assert answer.status_code == 200
        await house.post()
        assert sorted(house.hooks.types()) == ["customer.created", "request.succeeded"]

    run(tmp_path, story)


def test_endpoints_are_told_of_what_they_want_in_their_own_words(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint("/standard", events=("customer.created",))
        await house.endpoint("/conductor", dialect="conductor", events=("customer.*",))
        await house.endpoint("/chargeover", dialect="chargeover", events=("customer.created",))
        await house.endpoint("/snapbooks", dialect="snapbooks", events=("customer.created",))
        await house.endpoint("/canada", connection=CANADIAN_CONNECTION, events=("customer.created",))
        await house.endpoint("/invoices", events=("invoice.*", "payment.created"))
        made = await house.customer("Ada")
        await house.post()
        assert {each.path for each in house.hooks.got} == {"/standard", "/conductor", "/chargeover", "/snapbooks"}
        by_path = {each.path: each.json for each in house.hooks.got}
        assert by_path["/standard"]["data"]["object"]["name"] == "Ada"
        assert by_path["/conductor"]["data"]["object"] == made
        assert by_path["/chargeover"]["context_str"] == "customer"
        assert by_path["/chargeover"]["event"] == "insert"
        assert isinstance(by_path["/chargeover"]["context_id"], int), "the vendor's numbers, made on the way"
        assert len({each.id for each in house.hooks.got}) == 1, "one event, by one name"
        await house.customer("Bob", CANADIAN_CONNECTION)
        await house.post()
        assert [each.json["data"]["object"]["name"] for each in house.hooks.at("/canada")] == ["Bob"]

    run(tmp_path, story)


@pytest.mark.skipif(on_postgres(), reason="statements are traced in SQLite's driver")
def test_without_an_endpoint_a_write_runs_no_statement_for_events(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.customer("Ada")
        statements: list[str] = []

        def note(_: object, text: str, values: object) -> bool:
            statements.append(text)
            return True

        store: Any = house.running.store
        store.writer.connection.exec_trace = note
        await house.customer("Bob")
        store.writer.connection.exec_trace = None
        assert any("INSERT INTO objects" in each for each in statements)
        assert not [each for each in statements if "endpoints" in each or "deliveries" in each]
        await house.endpoint()
        await house.customer("Cid")
        assert len(await house.owed()) == 2, "an endpoint is heard of at once"

    run(tmp_path, story)


def test_an_event_is_written_with_what_it_tells_of_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(house: House) -> None:
        await house.endpoint()
        tell = Events.tell

        def told_and_dead(self: Events, *arguments: Any) -> None:
            tell(self, *arguments)
            raise Broken("the disk is on fire")

        monkeypatch.setattr(Events, "tell", told_and_dead)
        await house.asked("POST", "/customers", {"name": "Ada"}, status=500)
        assert await house.owed() == []
        monkeypatch.undo()
        await house.customer("Ada")
        assert len(await house.owed()) == 2

    run(tmp_path, story)


def test_an_event_that_cannot_be_rendered_undoes_nothing_and_is_told_by_its_ids(tmp_path: Path) -> None:
    class Dumb:
        def body(self, event: Event) -> bytes:
            raise ValueError(event.type)

        def bare(self, event: Event) -> bytes:
            return b'{"type":"%s","data":{"object":{"id":"%s"}}}' % (event.type.encode(), event.subject_id.encode())

    async def story(house: House) -> None:
        renderers: Any = house.running.post.events.renderers
        renderers["standard"] = Dumb()
        await house.endpoint(events=("customer.created",))
        made = await house.customer("Ada")
        await house.post()
        assert subjects(house) == [("customer.created", made["id"])]

    run(tmp_path, story)


def test_a_rotated_secret_signs_on_for_a_day_beside_the_new_one(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        endpoints = house.running.post.endpoints
        made = await house.endpoint(events=("customer.created",))
        old = await endpoints.secret(house.account, made.id, rotate=False)
        await house.customer("Ada")
        await house.post()
        new = await endpoints.secret(house.account, made.id, rotate=True)
        await house.customer("Bob")
        await house.post()
        house.clock.pass_by(DAY + 1)
        await house.customer("Cid")
        await house.post()
        first, both, last = house.hooks.got
        assert signatures(first) == {signed(old, first)}
        assert signatures(both) == {signed(old, both), signed(new, both)}
        assert signatures(last) == {signed(new, last)}

    run(tmp_path, story)


def test_what_was_given_up_is_sent_again_by_hand_one_by_one_or_since_a_moment(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        endpoints = house.running.post.endpoints
        house.hooks.answering["/hook"] = refusing(500)
        made = await house.endpoint(events=("customer.created",))
        for name in ("Ada", "Bob", "Cid"):
            await house.customer(name)
        for _ in range(40):
            await house.post()
            if not any(each.due_at is not None for each in await house.owed()):
                break
            await house.until_next()
        assert [each.state for each in await house.owed()] == ["failed"] * 3
        house.hooks.answering["/hook"] = lambda _: Reply()
        bob = (await house.owed())[1]
        await endpoints.replay(house.account, bob.id)
        assert await house.post() == 1
        assert await endpoints.recover(house.account, made.id, house.clock.now() - 30 * DAY) == 2
        assert await house.post() == 2
        assert await endpoints.recover(house.account, made.id, 0) == 0
        assert sorted(each.json["data"]["object"]["name"] for each in house.hooks.accepted) == ["Ada", "Bob", "Cid"]
        assert {len(tries) for tries in house.hooks.by_id().values()} == {9}, "under the name that it always had"
        shown = await endpoints.deliveries(house.account, made.id)
        assert [len(each.tries) for each in shown] == [9, 9, 9]
        await endpoints.replay(house.account, bob.id)
        assert await house.post() == 1, "also what arrived may be sent once more"

    run(tmp_path, story, webhook_schedule="1,1,1,1,1,1,1")


def test_a_removed_endpoint_is_told_nothing_more(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        made = await house.endpoint(events=("customer.created",))
        await house.customer("Ada")
        await house.running.post.endpoints.remove(house.account, made.id)
        await house.customer("Bob")
        assert await house.post() == 0
        assert house.hooks.got == []
        assert [each.state for each in await house.owed()] == ["withdrawn"]

    run(tmp_path, story)


def test_what_was_sent_to_a_removed_endpoint_is_not_sent_again(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        made = await house.endpoint(events=("customer.created",))
        await house.customer("Ada")
        await house.post()
        (delivery,) = await house.owed()
        await house.running.post.endpoints.remove(house.account, made.id)
        with pytest.raises(Unknown, match="removed"):
            await house.running.post.endpoints.replay(house.account, delivery.id)
        assert [each.state for each in await house.owed()] == ["delivered"]

    run(tmp_path, story)


def test_a_secret_that_was_brought_along_signs(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        await house.endpoint(events=("customer.created",), secret=secret)
        await house.customer("Ada")
        await house.post()
        (got,) = house.hooks.got
        assert signatures(got) == {signed(secret, got)}

    run(tmp_path, story)


def test_what_waits_for_a_paused_endpoint_keeps_the_sender_from_writing_and_leaves_when_it_is_resumed(
    tmp_path: Path,
) -> None:
    async def story(house: House) -> None:
        endpoints, turns = house.running.post.endpoints, house.running.sender.turns
        made = await house.endpoint(events=("customer.created",))
        await endpoints.pause(house.account, made.id)
        for name in ("Ada", "Bob"):
            await house.customer(name)
        assert await house.look(turns.is_due) == (False, None)
        assert await house.post() == 0
        await endpoints.resume(house.account, made.id)
        assert (await house.look(turns.is_due))[0]
        assert await house.post() == 2

    run(tmp_path, story)


def test_another_accounts_endpoints_are_out_of_sight(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        mine = await house.endpoint()
        await house.customer("Ada")
        delivery = (await house.owed())[0]
        stranger = await house.running.administration.create_account("stranger")
        endpoints = house.running.post.endpoints
        assert await endpoints.of_account(stranger.id) == ()
        for asked in (
            endpoints.remove(stranger.id, mine.id),
            endpoints.secret(stranger.id, mine.id, rotate=False),
            endpoints.replay(stranger.id, delivery.id),
            endpoints.deliveries(stranger.id, mine.id),
            endpoints.add(stranger.id, NewEndpoint(url=house.hooks.url(), connection=US_CONNECTION)),
        ):
            with pytest.raises(Exception, match="There is no"):
                await asked

    run(tmp_path, story)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"url": "ftp://example.com/"}, "https://"),
        ({"url": "http://user:word@example.com/"}, "user name"),
        ({"url": "https://example.com/", "dialect": "esperanto"}, "no dialect"),
        ({"url": "https://example.com/", "events": ("invoice.sent",)}, "invoice.created"),
        ({"url": "https://example.com/", "events": ("weather.*",)}, "no event"),
        ({"url": "https://example.com/", "secret": "short"}, "secret"),
        ({"url": "https://example.com/", "secret": "two\r\nX-Lines: of it"}, "secret"),
    ],
)
def test_an_endpoint_that_cannot_be_is_refused_with_the_reason(
    tmp_path: Path, asked: dict[str, Any], words: str
) -> None:
    async def story(house: House) -> None:
        with pytest.raises(CannotTell, match=words):
            await house.running.post.endpoints.add(house.account, NewEndpoint(**asked))

    run(tmp_path, story)


def test_an_outcome_that_is_unknown_is_told_once_and_once_when_it_is_known(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=("request.*",), is_ordered=True)
        settling, connection = house.running.queue.settling, US_CONNECTION
        entry = LaneEntry(
            number=0,
            id="0190c0de-0000-7000-8000-000000000001",
            kind="command",
            state="sent",
            is_write=True,
            document=b"<QBXML/>",
            created_at=house.clock.now(),
            details=Details(resource="invoices", verb="create"),
        )

        def work(session: Session) -> None:
            doubted = Lane(session, connection, house.clock).add(entry)
            for _ in range(3):
                doubted = settling.doubted(session, connection, doubted)
            settling.failed(session, connection, doubted, "3180", "it was not there")

        await house.write(work)
        await house.post()
        assert house.hooks.types() == ["request.outcome_unknown", "request.outcome_resolved", "request.failed"]
        assert house.hooks.got[1].json["data"]["details"]["outcome"] == "not_applied"

    run(tmp_path, story)
