"""An installation on PostgreSQL, by the command line alone: several servers on one database, and the way there."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from tests.support.postgres import kinds, server
from tests.support.server import COMMAND, environment

from counterfoil.app.demo_company import US_CONNECTION

pytestmark = pytest.mark.skipif("postgres" not in kinds(), reason="this is about PostgreSQL")
SECRET = "a secret of these tests"


@pytest.fixture
def address() -> str:
    """An empty database, as an operator makes one."""
    here = server()
    return here.empty(f"operator{next(here.count)}")


def on(address: str, secret: str | None = SECRET) -> dict[str, str]:
    given = {"COUNTERFOIL_DATABASE": address}
    return environment() | given | ({"COUNTERFOIL_SECRET": secret} if secret is not None else {})


def command(*words: str, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *words], env=settings, capture_output=True, text=True, check=False)


def told(*words: str, settings: Mapping[str, str]) -> Any:
    """What a command prints for machines; it must succeed."""
    done = command(*words, "--json", settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def refusal(*words: str, settings: Mapping[str, str]) -> str:
    """What a command says that must fail, in words and not with a traceback."""
    done = command(*words, settings=settings)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return " ".join((done.stdout + done.stderr).split())


@contextmanager
def serving(data: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """The address of a server while the block runs; it must stop in good order."""
    with subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--data", str(data), "--json"],
        env=settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            yield json.loads(line)["url"]
        finally:
            process.terminate()
            assert process.wait(45) == 0


def make_invoice(url: str, key: str, number: str, idempotency_key: str) -> httpx.Response:
    return httpx.post(
        f"{url}/v1/quickbooks-desktop/invoices",
        json={
            "customerId": "80000001-1234567890",
            "transactionDate": "2026-01-05",
            "refNumber": number,
            "lines": [{"itemId": "80000002-1234567890", "quantity": 2, "rate": "10.00"}],
        },
        headers=headers(key) | {"Idempotency-Key": idempotency_key},
        timeout=60,
    )


def headers(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": US_CONNECTION}


def test_what_one_server_accepts_another_answers(address: str, tmp_path: Path) -> None:
    settings = on(address)
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool:
        starting = [pool.submit(stack.enter_context, serving(tmp_path / f"{n}", settings)) for n in range(2)]
        urls = [each.result() for each in starting]
        names = [each["name"] for each in told("connection", "list", settings=settings)["data"]]
        assert len(names) == len(set(names)) == 2  # the demo companies, made once by two servers that began together
        key = told("key", "create", "--connection", US_CONNECTION, settings=settings)["key"]
        sent = list(pool.map(lambda turn: make_invoice(urls[turn % 2], key, "S1", "the same"), range(8)))
        assert {answer.status_code for answer in sent} == {200}
        assert len({answer.json()["id"] for answer in sent}) == 1
        sent = list(pool.map(lambda turn: make_invoice(urls[turn % 2], key, f"T{turn}", f"key {turn}"), range(16)))
        made = {answer.json()["id"] for answer in sent}
        assert len(made) == 16
        for url in urls:
            found = httpx.get(f"{url}/v1/quickbooks-desktop/invoices?limit=50", headers=headers(key), timeout=60)
            assert made <= {each["id"] for each in found.json()["data"]}
        revoked = told("key", "list", settings=settings)["data"][0]["id"]
        told("key", "revoke", revoked, settings=settings)
        gone = [httpx.get(f"{url}/v1/quickbooks-desktop/invoices", headers=headers(key)) for url in urls]
        assert [each.status_code for each in gone] == [401, 401]
    checks = told_of_doctor(settings)
    assert checks["schema"]["ok"]
    assert all(check["ok"] for name, check in checks.items() if name.startswith("ledger"))


def told_of_doctor(settings: Mapping[str, str]) -> dict[str, Any]:
    """The doctor's checks by name. The tests' server does not wait for the disk, which the doctor finds wrong."""
    report = json.loads(command("doctor", "--json", settings=settings).stdout)
    checks = {check["name"]: check for check in report["checks"]}
    assert "fsync is off" in checks["PostgreSQL"]["found"]
    return checks


def test_without_the_secret_nothing_begins(address: str) -> None:
    assert "COUNTERFOIL_SECRET" in refusal("account", "list", settings=on(address, None))
    told("account", "create", "--name", "first", settings=on(address))
    assert "not the one" in refusal("serve", "--port", "0", settings=on(address, "another"))
    assert "COUNTERFOIL_SECRET" in refusal("serve", "--port", "0", settings=on(address, None))


def test_a_database_that_cannot_be_used_is_told(address: str, tmp_path: Path) -> None:
    assert "postgresql://" in refusal("account", "list", settings=on("mysql://host/name"))
    away = refusal("account", "list", settings=on("postgresql://user:hidden@127.0.0.1:1/name"))
    assert "cannot be reached" in away
    assert "hidden" not in away
    folder = environment() | {"COUNTERFOIL_DATA": str(tmp_path)}
    assert told("account", "list", "--database", address, settings=folder | {"COUNTERFOIL_SECRET": SECRET}) == {
        "data": []
    }
    assert not (tmp_path / "counterfoil.db").exists()


def test_a_database_that_is_not_made_or_not_ones_own_is_told_with_what_to_do(address: str) -> None:
    settings = environment() | {"COUNTERFOIL_SECRET": SECRET}
    missing = address.replace("/operator", "/missing")
    for words in (("account", "list", "--database", missing), ("copy", "--from", missing, "--to", address)):
        told = refusal(*words, settings=settings)
        assert "createdb" in told
        assert "does not exist" in told
    with psycopg.connect(address, autocommit=True) as line:
        line.execute(f"CREATE ROLE lodger{address.rpartition('operator')[2].split('?')[0]} LOGIN")
    lodger = address.replace("postgres@", f"lodger{address.rpartition('operator')[2].split('?')[0]}@")
    told = refusal("account", "list", "--database", lodger, settings=settings)
    assert "permission denied" in told
    assert "must own the database" in told


def test_a_backup_under_another_secret_is_not_restored_where_no_process_could_open_it(
    address: str, tmp_path: Path
) -> None:
    one, other = on(address), on(server().empty(f"operator{next(server().count)}"), "another secret of these tests")
    kept = str(tmp_path / "kept.dump")
    told("account", "create", "--name", "Larkspur", settings=one)
    told("backup", kept, settings=one)
    assert "another COUNTERFOIL_SECRET" in refusal("restore", kept, settings=other)
    assert told("account", "list", settings=other) == {"data": []}
    told("restore", kept, "--secret-lost", settings=other)
    assert [each["name"] for each in told("account", "list", settings=other)["data"]] == ["Larkspur"]


def test_an_installation_moves_to_a_database_with_its_keys(address: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    folder = environment() | {"COUNTERFOIL_DATA": str(data)}
    connection = told("connection", "create", "--name", "Movers", settings=folder)["id"]
    key = told("key", "create", "--connection", connection, settings=folder)["key"]
    copied = told("copy", "--from", str(data), "--to", address, settings=environment())
    assert copied["rows"]["connections"] == 1
    assert "not empty" in refusal("copy", "--from", str(data), "--to", address, settings=environment())
    assert "not the one" in refusal("account", "list", settings=on(address))
    settings = on(address, (data / "secret.key").read_text().strip())
    with serving(tmp_path / "elsewhere", settings) as url:
        answer = httpx.get(
            f"{url}/v1/quickbooks-desktop/customers",
            headers={"Authorization": f"Bearer {key}", "Conductor-End-User-Id": connection},
        )
        assert answer.status_code == 200
        basic = (key.split("_")[1], key)  # ChargeOver's way: the key's id, and the key
        assert httpx.get(f"{url}/api/v3/customer", auth=basic).status_code == 200
    told("backup", str(tmp_path / "kept.dump"), settings=settings)
    told("connection", "create", "--name", "Later", settings=settings)
    told("restore", str(tmp_path / "kept.dump"), settings=settings)
    assert [each["name"] for each in told("connection", "list", settings=settings)["data"]] == ["Movers"]
    assert "no Counterfoil" in refusal("restore", str(data / "counterfoil.db"), settings=settings)
