"""Whether a process lives, whether it can work, and what it has counted."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.acceptance.conftest import DEMO, Serve, client, goods, invoice, new_key
from tests.acceptance.presence import ASKS, Presence, basic, lived

from counterfoil.app.server import _tended
from counterfoil.core.errors import StorageAway, StorageFull
from counterfoil.dispatch.overview import ConnectionView
from counterfoil.storage.gauges import SWEEPS
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.sqlite import SqliteStore
from counterfoil.storage.statements import SQLITE

INVOICES = "POST /v1/quickbooks-desktop/invoices"


async def samples(there: Presence) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """What /metrics tells: name and labels → value, read by the vendor's own parser."""
    async with there.client() as caller:
        answer = await caller.get("/metrics")
    assert answer.status_code == 200
    return told_by(answer.text)


def told_by(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def labelled(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def test_a_served_process_answers_all_three(data: Path, serve: Serve) -> None:
    server = serve(data)
    key = new_key(data)
    with client(server.url, key) as caller:
        made = invoice(goods(caller))
        assert [caller.post("/invoices", json=made).status_code for _ in range(3)] == [200] * 3
        assert caller.get("/invoices/none").status_code != 200
        health, ready = caller.get(f"{server.url}/health"), caller.get(f"{server.url}/ready")
        found = told_by(caller.get(f"{server.url}/metrics").text)
    assert (health.status_code, health.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ready"})
    assert found[labelled("counterfoil_requests_total", dialect="conductor", operation=INVOICES, status="200")] == 3
    assert found[labelled("counterfoil_request_seconds_count", dialect="conductor", operation=INVOICES)] == 3
    assert found[labelled("counterfoil_outcomes_total", way="inline", outcome="done")] == 3
    assert found[labelled("counterfoil_store_writes_total")] >= 3
    assert found[labelled("counterfoil_store_commit_seconds_count")] >= 1
    assert found[labelled("counterfoil_store_group_size_sum")] == found[labelled("counterfoil_store_writes_total")]
    assert found[labelled("process_resident_memory_bytes")] > 1_000_000
    assert found[labelled("counterfoil_ready")] == 1


def test_series_are_bounded_and_name_nobody(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        headers = {"Authorization": f"Bearer {there.key}", "Conductor-End-User-Id": DEMO}

        async def once(number: int) -> None:
            async with there.client(f"192.0.2.{number}") as caller:
                for path in (
                    f"/nowhere/{number}",
                    f"/v1/quickbooks-desktop/thing-{number}",
                    f"/v1/quickbooks-desktop/invoices/{number}",
                    f"/api/v3/thing{number}",
                    f"/api/v3/invoice/{number}",
                    f"/api/v1/connections/{number}",
                    f"/app/login/{number}",
                ):
                    await caller.get(path, headers=headers)
                    await caller.request(f"BREW{number}", path)
                await caller.post("/qbwc", content="<x/>", headers={"SOAPAction": f'"http://x/{number}"'})

        await once(1)
        await samples(there)
        first = await samples(there)
        for number in range(2, 30):
            await once(number)
        last = await samples(there)
        assert {key for key in last if key not in first} == set()
        text = " ".join(value for _, labels in last for _, value in labels)
        for nobody in (DEMO, there.key_id, "192.0.2", "thing"):
            assert nobody not in text
        beside = labelled("counterfoil_requests_total", dialect="none", operation="other other", status="404")
        assert last[beside] == 29

    lived(tmp_path / "data", story, guess_limit=0)


def test_what_waits_in_lanes_is_told(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        running = there.running
        made = await running.commands.perform("connection.create", {"name": "Wren", "books": "desktop"})
        key = await there.new_key(None)
        async with there.client() as caller:
            for _ in range(2):
                asked = await caller.get(f"/api/v1/connections/{made['id']}/customers", headers=basic(key))
                assert asked.status_code == 200
        found = await samples(there)
        queued = {"books": "desktop", "state": "queued"}
        assert found[labelled("counterfoil_lane_entries", **queued)] == 2
        assert 0 <= found[labelled("counterfoil_lane_oldest_seconds", **queued)] < 600
        assert found[labelled("counterfoil_web_connector_sessions")] == 0
        assert found[labelled("counterfoil_deliveries_due")] == 0

    lived(tmp_path / "data", story)


def test_the_database_is_looked_at_once_in_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(there: Presence) -> None:
        looked = 0
        read = there.running.store.read

        async def counted(work: Any) -> Any:
            nonlocal looked
            looked += work.__name__ == "gauges"
            return await read(work)

        monkeypatch.setattr(there.running.store, "read", counted)
        async with there.client() as caller:
            answers = await asyncio.gather(*(caller.get("/metrics") for _ in range(10)))
        assert {answer.status_code for answer in answers} == {200}
        assert looked == 1

    lived(tmp_path / "data", story)


def test_sweeps_are_bounded_and_stand_on_an_index(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        store = there.running.store
        assert isinstance(store, SqliteStore)
        connection = store.reader.connection
        for statement in SWEEPS:
            compiled = statement.compiled(SQLITE)
            assert "LIMIT 10000" in compiled.text
            steps = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", compiled.values({}))
            plan = " ".join(str(row[3]) for row in steps)
            for table in ("lane", "deliveries", "sessions"):
                assert not re.search(rf"SCAN {table}(?! USING)", plan), plan

    lived(tmp_path / "data", story)


def test_metrics_are_for_this_machine(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        for peer, headers, status in (
            ("127.0.0.1", {}, 200),
            ("127.8.0.1", {}, 200),
            ("::1", {}, 200),
            ("192.0.2.1", {}, 403),
            ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
            ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 403),
            ("192.0.2.1", {"Authorization": f"Bearer {there.key}"}, 403),
        ):
            async with there.client(peer) as caller:
                assert (await caller.get("/metrics", headers=headers)).status_code == status, (peer, headers)
                assert (await caller.get("/health", headers=headers)).status_code == 200

    lived(tmp_path / "data", story)


def test_metrics_are_for_whoever_has_their_token(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        for given, status in (("Bearer tell-me", 200), ("Bearer tell-m", 403), ("Basic tell-me", 403), ("", 403)):
            async with there.client("192.0.2.1") as caller:
                assert (await caller.get("/metrics", headers={"Authorization": given})).status_code == status
        async with there.client("127.0.0.1") as caller:
            assert (await caller.get("/metrics")).status_code == 403

    lived(tmp_path / "data", story, metrics_token="tell-me")


def test_not_ready_says_why_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(there: Presence) -> None:
        running, store = there.running, there.running.store

        async def checks() -> list[str]:
            async with there.client("192.0.2.1") as caller:
                answer, health = await caller.get("/ready"), await caller.get("/health")
            assert health.status_code == 200, "a process that is not ready lives on"
            told = answer.json()
            assert answer.status_code == (503 if told["status"] == "not ready" else 200)
            assert str(tmp_path) not in answer.text
            assert all(each["what"] and each["mend"] for each in told.get("problems", []))
            return [each["check"] for each in told.get("problems", [])]

        assert await checks() == []

        async def away(work: object) -> None:
            raise StorageAway

        async def silent(work: object) -> None:
            await asyncio.sleep(60)

        async def older(work: object) -> str:
            return "0001"

        monkeypatch.setattr("counterfoil.app.readiness.DATABASE_SECONDS", 0.05)
        for read, check in ((away, "database"), (silent, "database"), (older, "schema")):
            with monkeypatch.context() as patch:
                patch.setattr(store, "read", read)
                assert await checks() == [check]
        with monkeypatch.context() as patch:
            patch.setattr("counterfoil.app.readiness.LEAST_FREE", 1 << 62)
            assert await checks() == ["disk"]
        running.readiness.failed(StorageFull())
        assert await checks() == ["disk"]
        running.readiness.committed(1, 0.001)
        assert await checks() == []

        async def ended() -> None:
            pass

        running.readiness.tasks["delivery of webhooks"] = task = asyncio.create_task(ended())
        await task
        assert await checks() == ["delivery of webhooks"]
        running.readiness.tasks.clear()
        running.bells.stop()
        assert await checks() == ["process"]

    lived(tmp_path / "data", story)


def test_readiness_is_noted_when_it_changes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story(there: Presence) -> None:
        readiness = there.running.readiness
        readiness.failed(StorageFull())
        watching = asyncio.create_task(readiness.watch())
        while "not ready" not in caplog.text:
            await asyncio.sleep(0.01)
        watching.cancel()

    lived(tmp_path / "data", story)


def test_what_is_turned_away_is_counted(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        async with there.client() as caller:
            for number in range(4):
                await ASKS[0].write(caller, there.key, number + 1)
        found = await samples(there)
        assert found[labelled("counterfoil_limited_total", limit="requests")] == 3

    lived(tmp_path / "data", story, rate_limit=1, rate_burst=1)


def test_work_beside_the_server_is_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It rests when it fails, which makes the process not ready; what passes by itself is logged without a trace."""
    monkeypatch.setattr("counterfoil.app.server.AGAIN_SECONDS", 0.01)
    failures: list[Exception] = [StorageAway(), ZeroDivisionError("our own")]
    worked = asyncio.Event()

    async def story(there: Presence) -> None:
        readiness = there.running.readiness

        async def work() -> None:
            if failures:
                raise failures.pop(0)
            worked.set()
            await asyncio.sleep(60)

        task = _tended(there.running, "delivery of webhooks", work)
        while not readiness.resting:
            await asyncio.sleep(0)
        assert [fault.check for fault in await readiness.faults()] == ["delivery of webhooks"]
        await worked.wait()
        assert await readiness.faults() == []
        task.cancel()

    lived(tmp_path / "data", story)
    told = [record for record in caplog.records if "is begun again" in record.getMessage()]
    assert [record.exc_info is not None for record in told] == [False, True]


def test_connections_that_fall_silent_are_noted_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(there: Presence) -> None:
        standing = there.running.standing
        wanted = {"name": "Wren", "books": "desktop"}
        connection = await there.running.commands.perform("connection.create", wanted)

        async def noted(state: str) -> list[str]:
            def view(_: object, record: ConnectionRecord) -> ConnectionView:
                assert record.id == connection["id"], "embedded books are always there"
                return ConnectionView(connection=record, state=state, code="QBD_OFFLINE")

            monkeypatch.setattr(standing.overview, "company_in", view)
            caplog.clear()
            await standing.look()
            return [str(record.msg["event"]) for record in caplog.records if isinstance(record.msg, dict)]

        with caplog.at_level("INFO", logger="counterfoil"):
            assert await noted("created") == []
            assert await noted("polling") == []
            assert await noted("late") == []
            assert await noted("offline") == ["connection offline"]
            assert await noted("offline") == []
            assert await noted("late") == []
            assert await noted("live") == ["connection is back"]
            assert await noted("needs_attention") == ["connection needs attention"]
            assert await noted("offline") == ["connection offline"]
            assert connection["id"] in str(caplog.records[0].msg)

    lived(tmp_path / "data", story)
