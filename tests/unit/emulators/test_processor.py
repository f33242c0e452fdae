"""The request processor: what QuickBooks refuses whole, what it refuses request by request, and what it answers."""

import asyncio
import re
from pathlib import Path

import pytest
from tests.unit.emulators.office import CUSTOMERS, code, count, document, first, in_office, invoice, messages, office

from counterfoil.core.clock import SetClock
from counterfoil.emulators.desktop.com import ComError
from counterfoil.emulators.desktop.company import CompanyFolder, CompanyInUse, open_company
from counterfoil.emulators.desktop.processor import RequestProcessor

OWNER, FILE = "{57F3B9B1-86F1-4FCC-B1EE-566DE1813D20}", "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}"
OUT_OF_ORDER = (
    "<CustomerAddRq><CustomerAdd><Phone>555</Phone><Name>Dora</Name></CustomerAdd></CustomerAddRq>",
    "<InvoiceAddRq><InvoiceAdd><RefNumber>1</RefNumber><CustomerRef><FullName>Ada</FullName></CustomerRef>"
    "</InvoiceAdd></InvoiceAddRq>",
    "<CustomerAddRq><CustomerAdd><Name>Dora</Name><Shoe>42</Shoe></CustomerAdd></CustomerAddRq>",
    "<InvoiceAdRq></InvoiceAdRq>",
)


@pytest.mark.parametrize("wrong", OUT_OF_ORDER)
def test_a_structure_error_fails_the_whole_document(tmp_path: Path, wrong: str) -> None:
    async def work(processor: RequestProcessor) -> int:
        with pytest.raises(ComError) as failed:
            await processor.process(document(invoice(), wrong))
        assert failed.value.hresult == "0x80040400"
        assert failed.value.message == "QuickBooks found an error when parsing the provided XML text stream."
        return await count(processor)

    assert in_office(tmp_path, work) == 0, "nothing of the document was carried out"


@pytest.mark.parametrize("text", ["", "no XML", "<QBXML>", "<!DOCTYPE a><QBXML/>", document("<HostQueryRq/>")[:-10]])
def test_what_is_no_document_at_all(tmp_path: Path, text: str) -> None:
    async def work(processor: RequestProcessor) -> str:
        with pytest.raises(ComError) as failed:
            await processor.process(text)
        return failed.value.hresult

    assert in_office(tmp_path, work) in ("0x80040400", "0x80040423")


@pytest.mark.parametrize("version", ["17.0", "16.1", "CA3.0", "99.0"])
def test_a_version_that_is_unknown(tmp_path: Path, version: str) -> None:
    async def work(processor: RequestProcessor) -> str:
        with pytest.raises(ComError) as failed:
            await processor.process(document("<HostQueryRq/>", version=version))
        return failed.value.hresult

    assert in_office(tmp_path, work) == "0x80040423"


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (invoice(amount="1.5"), "3040"),
        (invoice(customer="Nobody"), "3140"),
        (invoice(number="123456789012"), "3070"),
        ("<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>1-1</TxnID></TxnDelRq>", "3120"),
        ("<CustomerAddRq><CustomerAdd><Name>Ada</Name></CustomerAdd></CustomerAddRq>", "3100"),
        ("<InvoiceQueryRq><TxnID>1-1</TxnID></InvoiceQueryRq>", "500"),
        ("<CheckQueryRq/>", "1030"),
    ],
)
def test_a_wrong_value_is_told_of_its_request_alone(tmp_path: Path, request_: str, expected: str) -> None:
    async def work(processor: RequestProcessor) -> None:
        answer = await processor.process(document(request_, invoice(), on_error="continueOnError"))
        assert [each.attributes["statusCode"] for each in messages(answer).children] == [expected, "0"]
        assert await count(processor) == 1

    in_office(tmp_path, work)


def test_what_follows_a_refused_request_is_not_carried_out(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        answer = await processor.process(document(invoice(customer="Nobody"), invoice()))
        assert [each.attributes["statusCode"] for each in messages(answer).children] == ["3140", "3231"]
        assert await count(processor) == 0

    in_office(tmp_path, work)


def test_a_stale_edit_sequence(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        made = first(await processor.process(document(invoice()))).children[0]
        change = (
            f"<InvoiceModRq><InvoiceMod><TxnID>{made.text_of('TxnID')}</TxnID><EditSequence>{{}}</EditSequence>"
            "<Memo>changed</Memo></InvoiceMod></InvoiceModRq>"
        )
        fresh = made.text_of("EditSequence")
        assert code(await processor.process(document(change.format(fresh)))) == "0"
        assert code(await processor.process(document(change.format(fresh)))) == "3200"

    in_office(tmp_path, work)


def test_the_first_questions_of_a_web_connector(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> str:
        assert await processor.company.stamp(OWNER, FILE) == FILE
        question = f'<CompanyQueryRq requestID="1"><OwnerID>{OWNER.lower()}</OwnerID></CompanyQueryRq>'
        return await processor.process(document('<HostQueryRq requestID="0"/>', question, version="13.0"))

    answer = in_office(tmp_path, work)
    host, company = (each.children[0] for each in messages(answer).children)
    assert (host.text_of("ProductName") or "").startswith("QuickBooks Enterprise")
    assert [each.text for each in host.named("SupportedQBXMLVersion")][-1] == "16.0"
    stamp = company.child("DataExtRet")
    assert stamp is not None
    assert [each.text for each in stamp.children] == [OWNER, "FileID", "STR255TYPE", FILE]
    assert answer.startswith('<?xml version="1.0" ?>\n<QBXML>'), "QuickBooks' answers have no qbxml instruction"


def test_a_stamp_stays_as_it_was_written(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> tuple[str, str | None, str | None]:
        await processor.company.stamp(OWNER, FILE)
        again = await processor.company.stamp(OWNER.lower(), "{00000000-0000-0000-0000-000000000000}")
        return again, await processor.company.file_id(OWNER), await processor.company.file_id(FILE)

    assert in_office(tmp_path, work) == (FILE, FILE, None)


def test_times_carry_the_standard_offset_and_filters_without_one_are_local(tmp_path: Path) -> None:
    """Made at 12:00 UTC, which is 06:00 in a company at -06:00, in summer as in winter."""

    async def work(processor: RequestProcessor) -> None:
        made = first(await processor.process(document(invoice()))).children[0]
        assert made.text_of("TimeCreated") == "2026-03-02T06:00:00-06:00"
        for since, until, expected in (
            ("2026-03-02T05:59:59", "2026-03-02T06:00:00", "0"),
            ("2026-03-02T06:00:01", "2026-03-02T12:00:00", "1"),
            ("2026-03-02", "2026-03-02", "0"),
            ("2026-03-02T12:00:00+00:00", "2026-03-02T12:00:00+00:00", "0"),
            ("2026-03-02T06:00:00-06:00", "2026-03-03", "0"),
            ("2026-02-01", "2026-03-01", "1"),
        ):
            span = f"<FromModifiedDate>{since}</FromModifiedDate><ToModifiedDate>{until}</ToModifiedDate>"
            asked = f"<InvoiceQueryRq><ModifiedDateRangeFilter>{span}</ModifiedDateRangeFilter></InvoiceQueryRq>"
            assert code(await processor.process(document(asked))) == expected, (since, until)

    in_office(tmp_path, work)


def test_a_bare_last_day_ends_with_the_local_day(tmp_path: Path) -> None:
    """At 03:00 UTC on 3 March it is still 2 March, 21:00, in the company."""

    async def run() -> str:
        async with office(tmp_path, clock=SetClock(1_772_452_800 + 15 * 3600)) as processor:
            await processor.process(document(invoice()))
            span = "<ToModifiedDate>2026-03-02</ToModifiedDate>"
            asked = f"<InvoiceQueryRq><ModifiedDateRangeFilter>{span}</ModifiedDateRangeFilter></InvoiceQueryRq>"
            return code(await processor.process(document(asked)))

    assert asyncio.run(run()) == "0"


@pytest.mark.parametrize(
    ("zone", "printed"),
    [
        ("-06:00", "2026-07-01T06:00:00-06:00"),
        ("+05:30", "2026-07-01T17:30:00+05:30"),
        ("America/Chicago", "2026-07-01T07:00:00-06:00"),
        ("Australia/Sydney", "2026-07-01T22:00:00+10:00"),
    ],
)
def test_in_summer_the_offset_is_standard_time_all_the_same(tmp_path: Path, zone: str, printed: str) -> None:
    """Noon UTC on 1 July is 7 in the morning on Chicago's walls. What is printed finds the invoice again."""
    july = SetClock(1_782_907_200)

    async def run() -> list[str]:
        async with office(tmp_path, clock=july, zone=zone) as processor:
            made = first(await processor.process(document(invoice()))).children[0]
            assert made.text_of("TimeModified") == printed
            found = []
            for moment in (printed, printed[:19]):
                span = f"<FromModifiedDate>{moment}</FromModifiedDate><ToModifiedDate>{moment}</ToModifiedDate>"
                asked = f"<InvoiceQueryRq><ModifiedDateRangeFilter>{span}</ModifiedDateRangeFilter></InvoiceQueryRq>"
                found.append(code(await processor.process(document(asked))))
            return found

    assert asyncio.run(run()) == ["0", "0"]


@pytest.mark.parametrize("text", ["", "-6", "-15:00", "Local", "../etc"])
def test_what_is_no_zone(tmp_path: Path, text: str) -> None:
    with pytest.raises(ValueError, match="neither an offset"):
        RequestProcessor(CompanyFolder(tmp_path), utc_offset=text)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("caf&#233; &#8364;5", "caf\u00e9 \u20ac5"),
        ("caf\u00e9", "caf\u00e9"),
        ("&#22810;&#x1F600; ok", "?? ok"),
        ("a &amp; b", "a & b"),
    ],
)
def test_texts_are_kept_in_windows_1252(tmp_path: Path, sent: str, kept: str) -> None:
    async def work(processor: RequestProcessor) -> str | None:
        return first(await processor.process(document(invoice(memo=sent)))).children[0].text_of("Memo")

    assert in_office(tmp_path, work) == kept


def test_a_raw_character_beyond_windows_1252_is_a_parse_error(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> str:
        with pytest.raises(ComError) as failed:
            await processor.process(document(invoice(memo="\u591a")))
        return failed.value.hresult

    assert in_office(tmp_path, work) == "0x80040400"


def _page(action: str, identifier: str = "") -> str:
    given = f' iteratorID="{identifier}"' if identifier else ""
    inner = "" if action == "Stop" else "<MaxReturned>1</MaxReturned>"
    return document(f'<CustomerQueryRq iterator="{action}"{given}>{inner}</CustomerQueryRq>')


def test_an_iterator_keeps_its_id_to_the_last_page(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        session = await processor.begin_session()
        page = first(await session.process(_page("Start")))
        names, left = [page.children[0].text_of("Name")], [page.attributes["iteratorRemainingCount"]]
        identifier = page.attributes["iteratorID"]
        assert re.fullmatch(r"\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}", identifier)
        while page.attributes["iteratorRemainingCount"] != "0":
            page = first(await session.process(_page("Continue", identifier)))
            assert page.attributes["iteratorID"] == identifier
            names.append(page.children[0].text_of("Name"))
            left.append(page.attributes["iteratorRemainingCount"])
        assert (tuple(names), left) == (CUSTOMERS, ["2", "1", "0"])
        assert code(await session.process(_page("Continue", identifier))) == "3391", "it has come to its end"

    in_office(tmp_path, work)


@pytest.mark.parametrize("action", ["Continue", "Stop"])
def test_an_iterator_dies_with_its_session(tmp_path: Path, action: str) -> None:
    async def work(processor: RequestProcessor) -> None:
        session = await processor.begin_session()
        identifier = first(await session.process(_page("Start"))).attributes["iteratorID"]
        session.end()
        answer = first(await (await processor.begin_session()).process(_page(action, identifier)))
        assert (answer.attributes["statusCode"], answer.attributes["statusSeverity"]) == ("3391", "Error")
        assert answer.attributes["statusMessage"] == f'The iteratorID "{identifier}" is not valid.'

    in_office(tmp_path, work)


def test_a_stopped_iterator_is_over(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        session = await processor.begin_session()
        identifier = first(await session.process(_page("Start"))).attributes["iteratorID"]
        assert code(await session.process(_page("Stop", identifier))) == "0"
        assert code(await session.process(_page("Continue", identifier))) == "3391"

    in_office(tmp_path, work)


def test_include_none_leaves_the_statuses_alone(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        answer = await processor.process(document(invoice(), responseData="includeNone"))
        assert (code(answer), first(answer).children) == ("0", ())
        assert await count(processor) == 1
        with pytest.raises(ComError):
            await processor.process(document(invoice(), responseData="some"))

    in_office(tmp_path, work)


def test_an_ended_session_takes_no_more(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> str:
        await processor.company.open()
        session = await processor.begin_session(path=processor.company.path.upper())
        session.end()
        with pytest.raises(ComError) as failed:
            await session.process(document("<HostQueryRq/>"))
        return failed.value.hresult

    assert in_office(tmp_path, work) == "0x8004040D"


def test_another_file_than_the_one_that_is_open(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> str:
        with pytest.raises(ComError) as failed:
            await processor.begin_session(path="C:\\Other.qbw")
        assert processor.company.path.endswith("\\Small & Sons.qbw")
        return failed.value.hresult

    assert in_office(tmp_path, work) == "0x8004040A"


def test_a_company_is_there_again_and_belongs_to_one_process(tmp_path: Path) -> None:
    async def work(processor: RequestProcessor) -> None:
        await processor.process(document(invoice()))
        async with open_company(tmp_path) as second:
            with pytest.raises(CompanyInUse):
                await second.open()

    in_office(tmp_path, work)
    assert in_office(tmp_path, count) == 1
