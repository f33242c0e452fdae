"""Three servers, one installation: what one accepts another answers, and what is unique is so in all of them."""

import asyncio
import itertools
from collections import Counter
from pathlib import Path
from typing import Any, Final

import httpx
from tests.acceptance.conftest import ACME, DEMO
from tests.acceptance.processes.quickbooks import QuickBooks
from tests.support.hooks import Hooks
from tests.support.processes import PATIENCE, Fleet, Process, Rotating

Json = dict[str, Any]
SWEEP: Final = 5.0
"""Seconds after which one who waits looks for itself: what comes sooner was rung for."""


def conductor(process: Process, key: str, connection: str = DEMO) -> httpx.Client:
    headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": connection}
    return httpx.Client(base_url=f"{process.url}/v1/quickbooks-desktop", headers=headers, timeout=PATIENCE)


def qube(process: Process, key: str) -> httpx.Client:
    return httpx.Client(base_url=f"{process.url}/api/v1", auth=(key, ""), timeout=PATIENCE)


def paver(process: Process, key: str) -> str:
    with conductor(process, key) as caller:
        found: list[dict[str, str]] = caller.get("/non-inventory-items").json()["data"]
    return next(each["id"] for each in found if each["name"] == "Paver")


def invoice(item: str, quantity: int = 1, **fields: Any) -> Json:
    lines = [{"itemId": item, "quantity": quantity}]
    return {"customerId": ACME, "transactionDate": "2026-03-02", "lines": lines, **fields}


async def at_once(
    asked: list[tuple[Process, str, Json, str]], key: str, connection: str = DEMO
) -> list[httpx.Response]:
    """Requests that are sent at the same moment: process, path, body and idempotency key of each."""
    headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": connection}
    async with httpx.AsyncClient(timeout=PATIENCE, headers=headers) as http:
        sent = [
            http.post(f"{process.url}/v1/quickbooks-desktop{path}", json=body, headers={"Idempotency-Key": own})
            for process, path, body, own in asked
        ]
        return list(await asyncio.gather(*sent))


def test_every_process_reads_what_another_has_just_written(fleet: Fleet, key: str) -> None:
    item = paver(fleet.processes[0], key)
    for writer, reader in itertools.permutations(fleet.processes, 2):
        with conductor(writer, key) as one, conductor(reader, key) as other:
            made = one.post("/invoices", json=invoice(item, memo=f"{writer.name} to {reader.name}")).json()
            assert other.get(f"/invoices/{made['id']}").json() == made
            listed = other.get("/invoices", params={"refNumbers": [made["refNumber"]]}).json()["data"]
            assert [each["id"] for each in listed] == [made["id"]]
            changed = other.post(
                f"/invoices/{made['id']}", json={"revisionNumber": made["revisionNumber"], "memo": "seen"}
            ).json()
            assert one.get(f"/invoices/{made['id']}").json() == changed
            assert changed["memo"] == "seen"


def test_what_one_process_has_just_looked_at_another_changes(fleet: Fleet, key: str) -> None:
    """Each process remembers what it read; none goes on telling what is no longer so."""
    with conductor(fleet.processes[0], key) as one:
        customer = one.post("/customers", json={"name": "Remembered 0"}).json()
    for turn in range(1, 7):
        writer = fleet.processes[turn % 3]
        with conductor(writer, key) as caller:
            body = {"revisionNumber": customer["revisionNumber"], "name": f"Remembered {turn}"}
            answer = caller.post(f"/customers/{customer['id']}", json=body)
            assert answer.status_code == 200, answer.text
            customer = answer.json()
        for process in fleet.processes:
            with conductor(process, key) as caller:
                assert caller.get(f"/customers/{customer['id']}").json()["name"] == f"Remembered {turn}"


def test_a_queued_request_is_seen_everywhere_while_it_waits(fleet: Fleet, key: str) -> None:
    first, second, third = fleet.processes
    connection = fleet.perform("connection.create", books="desktop", name="Waiting")["id"]
    xml = "<QBXML><QBXMLMsgsRq onError='stopOnError'><CustomerQueryRq/></QBXMLMsgsRq></QBXML>"
    at = f"/connections/{connection}/queued_requests"
    with qube(first, key) as one, qube(second, key) as two, qube(third, key) as three:
        made = one.post(at, json={"queued_request": {"request_xml": xml}}).json()["data"]
        assert two.get(f"{at}/{made['id']}").json()["data"] == made
        assert [each["id"] for each in three.get(at).json()["data"]] == [made["id"]]
        assert two.delete(f"{at}/{made['id']}").status_code == 204
        assert one.get(f"{at}/{made['id']}").status_code == three.get(f"{at}/{made['id']}").status_code == 404


def test_a_link_made_by_a_command_signs_in_at_one_process_and_opens_the_pages_of_others(fleet: Fleet, key: str) -> None:
    first, second, third = fleet.processes
    with conductor(first, key) as caller:
        made = caller.post("/invoices", json=invoice(paver(first, key))).json()
    link = fleet.command("login")["url"].removeprefix(fleet.front.url)
    with httpx.Client(timeout=PATIENCE, headers={"Origin": fleet.front.url}, follow_redirects=False) as browser:
        assert browser.get(f"{second.url}{link}").status_code == 200
        entered = browser.post(f"{second.url}{link}")
        assert entered.status_code in (302, 303), entered.text
        page = browser.get(f"{third.url}/app/connections/{DEMO}")
        assert page.status_code == 200, page.text
        requests = browser.get(f"{third.url}/app/connections/{DEMO}/requests", follow_redirects=True)
        assert made["refNumber"] in page.text + requests.text
        again = browser.post(f"{first.url}{link}")
        assert again.status_code not in (302, 303), "a link serves once, wherever it is used"


def test_one_key_at_all_processes_at_once_makes_one_invoice(fleet: Fleet, key: str) -> None:
    item = paver(fleet.processes[0], key)
    for turn in range(6):
        body = invoice(item, turn + 1)
        asked = [(process, "/invoices", body, f"as one {turn}") for process in fleet.processes * 3]
        answers = asyncio.run(at_once(asked, key))
        assert [each.status_code for each in answers] == [200] * 9, [each.text for each in answers]
        assert len({each.json()["id"] for each in answers}) == 1
        assert sum("idempotent-replayed" not in each.headers for each in answers) == 1
    kept = "SELECT COUNT(*), COUNT(DISTINCT result_id) FROM requests WHERE idempotency_key LIKE 'as one %%'"
    assert fleet.rows(kept) == [(6, 6)]


def test_a_key_that_another_process_has_seen_takes_no_other_request(fleet: Fleet, key: str) -> None:
    first, second, _ = fleet.processes
    item = paver(first, key)
    (answer,) = asyncio.run(at_once([(first, "/invoices", invoice(item), "spoken for")], key))
    assert answer.status_code == 200
    (answer,) = asyncio.run(at_once([(second, "/invoices", invoice(item, 2), "spoken for")], key))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_of_changes_to_one_revision_at_once_one_wins(fleet: Fleet, key: str) -> None:
    item = paver(fleet.processes[0], key)
    with conductor(fleet.processes[0], key) as caller:
        made = caller.post("/invoices", json=invoice(item)).json()
        for turn in range(6):
            asked = [
                (process, f"/invoices/{made['id']}", {"revisionNumber": made["revisionNumber"], "memo": memo}, memo)
                for process in fleet.processes
                for memo in [f"round {turn} by {process.name}"]
            ]
            answers = asyncio.run(at_once(asked, key))
            assert sorted(each.status_code for each in answers) == [200, 502, 502], [each.text for each in answers]
            for each in answers:
                if each.status_code == 502:
                    assert each.json()["error"]["integrationCode"] == "3200"  # QuickBooks' own: out of date
            (won,) = (each.json() for each in answers if each.status_code == 200)
            made = caller.get(f"/invoices/{made['id']}").json()
            assert made == won


def test_numbers_are_given_once_and_without_a_gap(fleet: Fleet, key: str) -> None:
    item = paver(fleet.processes[0], key)
    asked = [(process, "/invoices", invoice(item), f"numbered {n}") for n, process in enumerate(fleet.processes * 10)]
    answers = asyncio.run(at_once(asked, key))
    assert [each.status_code for each in answers] == [200] * 30
    numbers = sorted(int(each.json()["refNumber"]) for each in answers)
    assert numbers == list(range(numbers[0], numbers[0] + 30))
    assert len({each.json()["id"] for each in answers}) == 30


def test_a_session_of_the_web_connector_goes_from_process_to_process(fleet: Fleet, key: str, tmp_path: Path) -> None:
    made = fleet.perform("connection.create", books="desktop", name="Moving")
    line = Rotating(fleet)
    with QuickBooks(Path(made["qwc"]), made["password"], tmp_path / "company", line) as quickbooks:
        customer, item = quickbooks.ids()
        waits = []
        for turn in range(8):
            with conductor(fleet.processes[turn % 3], key, made["id"]) as caller:
                body = {
                    "customerId": customer,
                    "refNumber": f"M-{turn}",
                    "transactionDate": "2026-03-02",
                    "lines": [{"itemId": item, "amount": "55.00"}],
                }
                answer = caller.post("/invoices", json=body, headers={"Conductor-Timeout-Seconds": "60"})
                assert answer.status_code == 200, answer.text
                assert answer.json()["refNumber"] == f"M-{turn}"
                waits.append(answer.elapsed.total_seconds())
        # A call for work is held for two minutes: it was the bell, rung in another process, that ended it in time.
        assert min(waits) < SWEEP / 2, f"nobody was told by a bell: {waits}"
        assert sorted(each.ref_number or "" for each in quickbooks.invoices()) == [f"M-{turn}" for turn in range(8)]
        assert quickbooks.trial_balance() == {"Accounts Receivable": 44000, "Services": -44000}
        body = {"customerId": customer, "transactionDate": "2026-03-02", "lines": [{"itemId": item, "amount": "1.00"}]}
        asked = [(process, "/invoices", body, f"rung {n}") for n, process in enumerate(fleet.processes * 4)]
        answers = asyncio.run(at_once(asked, key, made["id"]))
        assert [each.status_code for each in answers] == [200] * 12, [each.text for each in answers]
        assert len(quickbooks.invoices()) == 8 + 12
        assert quickbooks.reports == [], "one session, from the first call to the last"
    assert quickbooks.reports[-1].is_good, quickbooks.reports
    names = ("authenticate", "sendRequestXML", "receiveResponseXML")
    went = [(call, where) for call, where in line.went if call in names]
    pairs = itertools.pairwise(where for _, where in went)
    assert all(one != other for one, other in pairs), "no call went to the process of the call before it"
    assert {where for call, where in went if call == "receiveResponseXML"} == {each.name for each in fleet.processes}


def test_each_event_is_delivered_once_when_nobody_dies(fleet: Fleet, key: str) -> None:
    def listen(url: str) -> None:
        fleet.perform("webhook.add", url=url, events=["customer.created"])

    async def story() -> None:
        async with Hooks() as hooks:
            await asyncio.to_thread(listen, hooks.url("/once"))
            asked = [
                (process, "/customers", {"name": f"Told of {n}"}, f"told {n}")
                for n, process in enumerate(fleet.processes * 10)
            ]
            answers = await at_once(asked, key)
            assert [each.status_code for each in answers] == [200] * 30, [each.text for each in answers]
            async with asyncio.timeout(PATIENCE):
                while len({each.id for each in hooks.at("/once")}) < 30:
                    await asyncio.sleep(0.1)
                due = "SELECT COUNT(*) FROM deliveries WHERE due_at IS NOT NULL"
                while fleet.rows(due) != [(0,)]:
                    await asyncio.sleep(0.2)
            got = Counter(each.json["data"]["object"]["name"] for each in hooks.at("/once"))
            assert got == {f"Told of {n}": 1 for n in range(30)}
            assert len({each.headers["webhook-id"] for each in hooks.at("/once")}) == 30

    asyncio.run(story())
