"""Faults on demand: each strikes once, where it says, and does what it says."""

import asyncio
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from tests.unit.emulators.online.intuit import Intuit, Start, codes, exact, lines

from counterfoil.emulators.online.faults import Faults, UnknownFault

SALE = {"CustomerRef": {"value": "1"}, "Line": lines(10, 20)}
ALL = "select count(*) from Invoice"


async def count(asking: Intuit) -> int:
    found: int = (await asking.query(ALL))["totalCount"]
    return found


def test_nothing_is_done_where_the_line_goes_dead_before(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        before = await count(asking)
        with pytest.raises(httpx.ReadTimeout):
            await asking.post("invoice", SALE)
        assert await count(asking) == before
        await asking.post("invoice", SALE)

    start(work, faults=["timeout-before"])


def test_everything_is_done_where_the_answer_is_lost_and_the_request_id_brings_it_back(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        before = await count(asking)
        with pytest.raises(httpx.ReadTimeout):
            await asking.post("invoice", SALE, requestid="lost")
        assert await count(asking) == before + 1
        found = (await asking.post("invoice", SALE, requestid="lost"))["Invoice"]
        assert await count(asking) == before + 1
        assert found["TotalAmt"] == Decimal(30)

    start(work, faults=["timeout-after-commit"])


@pytest.mark.parametrize(
    ("fault", "status", "kind"),
    [
        ("expired-token", 401, "application/json"),
        ("throttled", 429, "application/json"),
        ("throttled-xml", 429, "application/xml"),
        ("server-error", 500, "application/json"),
        ("unavailable", 503, "text/html"),
    ],
)
def test_faults_of_any_request(start: Start, fault: str, status: int, kind: str) -> None:
    async def work(asking: Intuit) -> None:
        before = await count(asking)
        asking.faults.add(f"{fault}:2")
        for method, path, body in (("GET", "customer/1", None), ("POST", "invoice", SALE)):
            answer = await asking.ask(method, path, body)
            assert answer.status_code == status
            assert answer.headers["content-type"].startswith(kind)
            assert answer.headers["intuit_tid"]
        assert await count(asking) == before

    start(work)


def test_the_gateways_words(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        asking.faults.add("throttled")
        body = (await asking.ask("GET", "customer/1")).json()
        assert body["fault"]["type"] == "SERVICE"
        assert body["fault"]["error"][0]["code"] == "3001"
        assert body["time"] == 1_772_452_800_000
        asking.faults.add("throttled-xml")
        text = (await asking.ask("GET", "customer/1")).text
        assert '<Fault type="SERVICE"><Error code="3001"><Message>message=ThrottleExceeded;' in text

    start(work)


def test_faults_that_are_meant_for_writes_let_reads_pass(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        asking.faults.add("throttled", writes_only=True)
        await asking.get("customer/1")
        await asking.query(ALL)
        assert (await asking.ask("POST", "invoice", SALE)).status_code == 429
        await asking.post("invoice", SALE)

    start(work)


def test_a_stale_token_is_found_where_there_is_none(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(10)
        asking.faults.add("stale-token")
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"}
        assert codes(await asking.refused("invoice", body)) == ["5010"]
        await asking.post("invoice", body)

    start(work)


def test_a_fault_may_come_with_200(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        before = await count(asking)
        answer = await asking.ask("POST", "invoice", SALE)
        assert answer.status_code == 200
        assert exact(answer)["Fault"]["Error"][0]["code"] == "10000"
        assert exact(answer)["Fault"]["type"] == "SystemFault"
        assert await count(asking) == before

    start(work, faults=["fault-in-200"])


def test_a_line_is_lost_on_the_way(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = (await asking.post("invoice", SALE))["Invoice"]
        assert [line["Amount"] for line in made["Line"]] == [Decimal(10), Decimal(10)]
        assert made["TotalAmt"] == Decimal(10)
        assert (await asking.get(f"invoice/{made['Id']}"))["Invoice"] == made

    start(work, faults=["dropped-lines"])


def test_the_tax_comes_to_a_cent_more(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = await asking.invoice(100, taxed=True, TxnTaxDetail={"TotalTax": 5})
        assert made["TxnTaxDetail"]["TotalTax"] == Decimal("5.01")
        assert made["TotalAmt"] == Decimal("105.01")
        again = await asking.invoice(100, taxed=True, TxnTaxDetail={"TotalTax": 5})
        assert again["TotalAmt"] == Decimal("105.00")

    start(work, faults=["other-tax"])


def test_an_error_may_hide_that_everything_was_done(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        before = await count(asking)
        assert (await asking.ask("POST", "invoice", SALE)).status_code == 500
        assert await count(asking) == before + 1

    start(work, faults=["error-after-commit"])


def test_names_and_counts(start: Start, tmp_path: Path) -> None:
    faults = Faults(["throttled:2"])
    assert [faults.take("throttled") for _ in range(3)] == [True, True, False]
    for wrong in ("nonsense", "throttled:many"):
        with pytest.raises(UnknownFault):
            faults.add(wrong)


def test_what_arrived_can_be_looked_at(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        await asyncio.gather(*(asking.get("customer/1", requestid=str(number)) for number in range(5)))
        seen = list(asking.emulator.seen)
        assert {each.query["requestid"] for each in seen} == set("01234")
        assert 1 <= max(each.at_once for each in seen) <= 5
        assert seen[0].path.endswith("/customer/1")

    start(work)
