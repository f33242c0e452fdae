"""Error recovery: what QuickBooks keeps of a message set, and what it gives when it is asked again."""

from pathlib import Path

import pytest
from tests.unit.emulators.office import count, document, first, in_office, invoice, messages

from counterfoil.emulators.desktop.com import ComError
from counterfoil.emulators.desktop.processor import Program, RequestProcessor

GUID = "{11111111-2222-3333-4444-555555555555}"


def _status(answer: str) -> str | None:
    return messages(answer).attributes.get("messageSetStatusCode")


def test_the_same_document_again_is_answered_and_not_carried_out(tmp_path: Path) -> None:
    sent = document(invoice(), newMessageSetID="A")

    async def once(processor: RequestProcessor) -> str:
        answer = await processor.process(sent)
        assert (_status(answer), messages(answer).attributes["newMessageSetID"]) == ("0", "A")
        assert first(answer).children[0].text_of("BalanceRemaining") == "100.00"
        return answer

    async def again(processor: RequestProcessor) -> str:
        answer = await processor.process(sent)
        assert await count(processor) == 1
        return answer

    assert in_office(tmp_path, once) == in_office(tmp_path, again), "kept in the company file, beyond a restart"


def test_a_repetition_may_let_an_earlier_set_go(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        await processor.process(document(invoice(number="1"), newMessageSetID="A"))
        sent = document(invoice(number="2"), newMessageSetID="B", oldMessageSetID="A")
        assert await processor.process(sent) == await processor.process(sent)
        assert await count(processor) == 2
        assert _status(await processor.process(document(newMessageSetID="A", oldMessageSetID="A"))) == "600"

    in_office(tmp_path, work)


def test_another_document_under_the_same_id(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        await processor.process(document(invoice(), newMessageSetID="A"))
        answer = await processor.process(document(invoice(amount="5.00"), newMessageSetID="A"))
        assert (_status(answer), messages(answer).children) == ("9001", ())
        assert await count(processor) == 1

    in_office(tmp_path, work)


def test_an_id_of_more_than_twenty_four_characters(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        assert _status(await processor.process(document(invoice(), newMessageSetID="x" * 25))) == "9004"
        assert _status(await processor.process(document(invoice(), newMessageSetID="x" * 24))) == "0"
        assert await count(processor) == 1

    in_office(tmp_path, work)


def test_the_status_of_a_set_tells_how_to_find_what_was_made(tmp_path: Path) -> None:
    """Even where the answer itself was to hold nothing of it."""

    async def work(processor: RequestProcessor) -> None:
        customer = (
            f"<CustomerAddRq><CustomerAdd><Name>Dora</Name><ExternalGUID>{GUID}</ExternalGUID></CustomerAdd>"
            "<IncludeRetElement>Name</IncludeRetElement></CustomerAddRq>"
        )
        refused = invoice(customer="Nobody")
        sent = document(customer, invoice(), refused, invoice(), newMessageSetID="A", responseData="includeNone")
        await processor.process(sent)
        answer = await processor.process(document(newMessageSetID="A", oldMessageSetID="A"))
        assert _status(answer) == "0"
        made, billed, wrong, unasked = messages(answer).children
        assert [each.attributes["statusCode"] for each in (made, billed, wrong, unasked)] == ["0", "0", "3140", "3231"]
        assert (wrong.children, unasked.children) == ((), ())
        dora = first(await processor.process(document("<CustomerQueryRq><FullName>Dora</FullName></CustomerQueryRq>")))
        assert [(each.name, each.text) for each in made.children[0].children] == [
            ("ListID", dora.children[0].text_of("ListID")),
            ("EditSequence", dora.children[0].text_of("EditSequence")),
            ("ExternalGUID", GUID),
        ]
        bill = first(await processor.process(document("<InvoiceQueryRq/>"))).children[0]
        assert billed.children[0].name == "ErrorRecovery"
        assert [(each.name, each.text) for each in billed.children[0].children] == [
            (name, bill.text_of(name)) for name in ("TxnID", "TxnNumber", "EditSequence")
        ]

    in_office(tmp_path, work)


def test_a_set_that_was_let_go_is_unknown(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        await processor.process(document(invoice(), newMessageSetID="A"))
        assert _status(await processor.process(document(oldMessageSetID="A"))) == "0"
        assert _status(await processor.process(document(oldMessageSetID="A"))) == "600"
        assert _status(await processor.process(document(newMessageSetID="A", oldMessageSetID="A"))) == "600"
        await processor.process(document(invoice(), newMessageSetID="A"))
        assert await count(processor) == 2, "under an id that is free again the work is done anew"

    in_office(tmp_path, work)


def test_sets_belong_to_the_program_that_left_them(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        sent = document(invoice(), newMessageSetID="A")
        for name in ("one", "other"):
            session = await processor.begin_session(Program(name=name))
            await session.process(sent)
        assert await count(processor) == 2

    in_office(tmp_path, work)


def test_a_refusal_is_kept_like_any_answer(tmp_path: Path) -> None:
    sent = document(invoice(), newMessageSetID="A")

    async def work(processor: RequestProcessor) -> None:
        answers = [await processor.process(sent) for _ in range(2)]
        assert [first(each).attributes["statusCode"] for each in answers] == ["3175", "3175"]
        assert await count(processor) == 0

    in_office(tmp_path, work, faults=("locked",))


def test_what_failed_inside_quickbooks_was_done_all_the_same(tmp_path: Path) -> None:
    sent = document(invoice(), newMessageSetID="A")

    async def work(processor: RequestProcessor) -> None:
        with pytest.raises(ComError) as failed:
            await processor.process(sent)
        assert failed.value.hresult == "0x8004041C"
        assert first(await processor.process(sent)).attributes["statusCode"] == "0"
        assert await count(processor) == 1

    in_office(tmp_path, work, faults=("internal",))
