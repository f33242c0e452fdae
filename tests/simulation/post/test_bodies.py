"""What stands in bodies beside the object itself: the connection's name, and what callers said aside."""

from pathlib import Path
from typing import Any

from tests.simulation.post.house import CUSTOMER, House, invoice, run

from counterfoil.app.demo_company import US_CONNECTION

OLD = "end_usr_1234567abcdefg"
ITEM = "80000002-1234567890"


def key_of(house: House) -> str:
    return house.caller.headers["Authorization"].removeprefix("Bearer ")


async def qbxml(house: House, messages: str) -> None:
    document = f'<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">{messages}'
    asked = {"request_xml": f"{document}</QBXMLMsgsRq></QBXML>"}
    path = f"/api/v1/connections/{US_CONNECTION}/queued_requests"
    answer = await house.caller.post(path, json=asked, auth=(key_of(house), ""))
    assert answer.status_code == 201, answer.text
    assert answer.json()["data"]["error"] is None, answer.text


def test_a_connection_that_came_by_an_alias_is_called_by_it(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint("/conductor", dialect="conductor", events=("customer.created",))
        await house.endpoint("/standard", events=("customer.created",))
        await house.running.perform("connection.alias", {"id": US_CONNECTION, "alias": OLD, "remove": False})
        await house.customer("Ada", OLD)
        await house.post()
        assert house.hooks.at("/conductor")[0].json["data"]["endUserId"] == OLD
        assert house.hooks.at("/standard")[0].json["data"]["connection_id"] == OLD
        await house.running.perform("connection.alias", {"id": US_CONNECTION, "alias": OLD, "remove": True})
        await house.customer("Bob")
        await house.post()
        assert house.hooks.at("/standard")[1].json["data"]["connection_id"] == US_CONNECTION

    run(tmp_path, story)


def test_chargeovers_own_keys_and_fields_are_told_with_the_object(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(dialect="chargeover", events=("invoice.*", "customer.created"), is_ordered=True)
        key = (await house.running.perform("key.create", {"connection": US_CONNECTION}))["key"]
        auth = (key.split("_")[1], key)

        async def asked(method: str, path: str, body: Any = None) -> Any:
            answer = await house.caller.request(method, f"/api/v3{path}", json=body, auth=auth)
            assert answer.status_code < 300, answer.text
            return answer.json()["response"]

        customer = await asked(
            "POST", "/customer", {"company": "Ada", "external_key": "C-9", "custom_3": "gold", "no_dunning": True}
        )
        item = (await asked("GET", "/item"))[0]
        line = {"item_id": item["item_id"], "line_rate": 10, "custom_1": "blue", "tags": ["x"]}
        sent = {"customer_id": customer["id"], "external_key": "I-9", "custom_1": "red", "tags": ["vip"]}
        made = await asked("POST", "/invoice", sent | {"line_items": [line]})
        read = await asked("GET", f"/invoice/{made['id']}")
        await asked("POST", f"/invoice/{made['id']}?action=void")
        await house.post()
        ada, created, voided = (each.json for each in house.hooks.got)
        told = ada["data"]["customer"]
        assert (told["external_key"], told["custom_3"], told["no_dunning"]) == ("C-9", "gold", True)
        told = created["data"]["invoice"]
        assert (told["external_key"], told["custom_1"], told["tags"]) == ("I-9", "red", ["vip"])
        assert (told["line_items"][0]["custom_1"], told["line_items"][0]["tags"]) == ("blue", ["x"])
        same = [name for name in told if name in read and name not in ("line_items", "mod_datetime")]
        assert {name: told[name] for name in same} == {name: read[name] for name in same}
        told = voided["data"]["invoice"]
        assert (told["external_key"], told["custom_1"], told["total"]) == ("I-9", "red", 10)

    run(tmp_path, story)


def test_changes_by_qbxml_do_not_pay_once_more_and_pay_what_they_leave_nothing_open_of(tmp_path: Path) -> None:
    """Two of 10 dollars are invoiced, and 10 are paid; then there is but one. Taxes are the demo company's."""

    async def story(house: House) -> None:
        await house.endpoint(events=("invoice.paid", "invoice.updated"), is_ordered=True)
        made = await house.asked("POST", "/invoices", invoice(quantity=2))
        applied = [{"transactionId": made["id"], "paymentAmount": "10.00"}]
        payment = {"customerId": CUSTOMER, "transactionDate": "2026-03-03", "totalAmount": "10.00"}
        await house.asked("POST", "/receive-payments", payment | {"applyToTransactions": applied})
        made = await house.asked("GET", f"/invoices/{made['id']}")
        change = (
            f"<InvoiceModRq><InvoiceMod><TxnID>{made['id']}</TxnID><EditSequence>{{revision}}</EditSequence>{{rest}}"
            "</InvoiceMod></InvoiceModRq>"
        )
        line = (
            f"<InvoiceLineMod><TxnLineID>{made['lines'][0]['id']}</TxnLineID><Quantity>1</Quantity>"
            "<SalesTaxCodeRef><FullName>Non</FullName></SalesTaxCodeRef></InvoiceLineMod>"
        )
        await qbxml(house, change.format(revision=made["revisionNumber"], rest=line))
        made = await house.asked("GET", f"/invoices/{made['id']}")
        assert (made["isPaid"], made["balanceRemaining"]) == (True, "0.00")
        await qbxml(house, change.format(revision=made["revisionNumber"], rest="<Memo>thanks</Memo>"))
        await house.post()
        assert house.hooks.types() == ["invoice.updated", "invoice.paid", "invoice.updated"]

    run(tmp_path, story)


def test_a_credit_that_covers_an_invoice_pays_it(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(dialect="chargeover", events=("invoice.paid",))
        key = (await house.running.perform("key.create", {"connection": US_CONNECTION}))["key"]
        auth = (key.split("_")[1], key)

        async def made(path: str, body: Any) -> int:
            answer = await house.caller.post(f"/api/v3{path}", json=body, auth=auth)
            assert answer.status_code == 201, answer.text
            number: int = answer.json()["response"]["id"]
            return number

        customer = await made("/customer", {"company": "Ada"})
        item = (await house.caller.get("/api/v3/item", auth=auth)).json()["response"][0]["item_id"]
        line = {"item_id": item, "line_rate": 10}
        number = await made("/invoice", {"customer_id": customer, "line_items": [line]})
        credit = {"customer_id": customer, "amount": 10, "transaction_type": "cre", "transaction_method": "Credit"}
        await made("/transaction", credit | {"applied_to": [{"invoice_id": number}]})
        await house.post()
        (got,) = house.hooks.got
        assert (got.json["event"], got.json["context_id"]) == ("paid", number)
        assert got.json["data"]["invoice"]["balance"] == 0

    run(tmp_path, story)
