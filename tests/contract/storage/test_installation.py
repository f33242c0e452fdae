"""Accounts, keys, connections and settings; the record of requests; secrets under seal."""

import asyncio
import stat
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from msgspec import structs

from counterfoil.core.errors import Broken
from counterfoil.core.ids import earliest_uuid
from counterfoil.storage.contract import Store
from counterfoil.storage.installation import (
    AccountRecord,
    AuthSessionRecord,
    ConnectionRecord,
    Installation,
    KeyRecord,
)
from counterfoil.storage.requests import RequestLog, RequestRecord
from counterfoil.storage.vault import Vault, installation_secret

T = TypeVar("T")
KEY = KeyRecord(id="k" * 16, account_id="a1", connection_id="n1", name="ci", digest=b"d", sealed=b"s", created_at=1)
CONNECTION = ConnectionRecord(
    id="n1", account_id="a1", name="Acme", books="embedded", state="ready", source_id="s1", created_at=1
)
REQUEST = RequestRecord(
    connection_id="n1",
    id="r1",
    account_id="a1",
    idempotency_key="once",
    fingerprint=b"print",
    attempt=None,
    verb="create",
    resource="invoices",
    state="done",
    result_id="I1",
    outcome=b"{}",
    created_at=1000,
    settled_at=1000,
)


@pytest.fixture
def there(store: Store, runner: asyncio.Runner) -> Callable[[Callable[[Installation], T]], T]:
    def run(work: Callable[[Installation], T]) -> T:
        return runner.run(store.write(lambda session: work(Installation(session))))

    return run


@pytest.fixture
def log(store: Store, runner: asyncio.Runner) -> Callable[[Callable[[RequestLog], T]], T]:
    def run(work: Callable[[RequestLog], T]) -> T:
        return runner.run(store.write(lambda session: work(RequestLog(session))))

    return run


Ask = Callable[[Callable[[Installation], object]], object]
Log = Callable[[Callable[[RequestLog], object]], object]


def test_settings_are_kept_and_replaced(there: Ask) -> None:
    assert there(lambda own: own.setting("demo")) is None
    there(lambda own: own.put_setting("demo", b"1"))
    there(lambda own: own.put_setting("demo", b"2"))
    assert there(lambda own: own.setting("demo")) == b"2"


def test_accounts_have_names_of_their_own(there: Ask) -> None:
    there(lambda own: own.add_account(AccountRecord(id="a1", name="One", created_at=1)))
    with pytest.raises(Broken):
        there(lambda own: own.add_account(AccountRecord(id="a2", name="One", created_at=2)))
    assert there(lambda own: own.accounts()) == [AccountRecord(id="a1", name="One", created_at=1)]


def test_a_key_is_found_by_anyone_and_revoked_by_its_account(there: Ask) -> None:
    there(lambda own: own.add_key(KEY))
    assert there(lambda own: own.find_key(KEY.id)) == KEY
    assert there(lambda own: own.keys("a2")) == []
    there(lambda own: own.revoke_key("a2", KEY.id, 5))
    assert there(lambda own: own.keys("a1")) == [KEY]
    there(lambda own: own.revoke_key("a1", KEY.id, 6))
    there(lambda own: own.revoke_key("a1", KEY.id, 7))
    assert there(lambda own: own.find_key(KEY.id)) == structs.replace(KEY, revoked_at=6)


def test_connections_are_seen_by_their_account_only(there: Ask) -> None:
    there(lambda own: own.add_connection(CONNECTION))
    assert there(lambda own: own.find_connection("a1", "n1")) == CONNECTION
    assert there(lambda own: own.find_connection("a2", "n1")) is None
    assert there(lambda own: own.connection_by_source("a1", "s1")) == CONNECTION
    assert there(lambda own: own.connection_by_source("a2", "s1")) is None
    assert there(lambda own: own.connections("a2")) == []
    there(lambda own: own.delete_connection("a2", "n1", 5))
    assert there(lambda own: own.connections("a1")) == [CONNECTION]


def test_a_deleted_connection_frees_its_source_and_revokes_its_keys(there: Ask) -> None:
    there(lambda own: own.add_connection(CONNECTION))
    there(lambda own: own.add_key(KEY))
    with pytest.raises(Broken):
        there(lambda own: own.add_connection(structs.replace(CONNECTION, id="n2")))
    there(lambda own: own.delete_connection("a1", "n1", 5))
    assert there(lambda own: own.find_connection("a1", "n1")) is None
    assert there(lambda own: own.connections("a1")) == []
    assert there(lambda own: own.find_key(KEY.id)) == structs.replace(KEY, revoked_at=5)
    there(lambda own: own.add_connection(structs.replace(CONNECTION, id="n2")))


def test_use_of_a_connection_is_noted(there: Ask) -> None:
    there(lambda own: own.add_connection(CONNECTION))
    there(lambda own: own.note_use(CONNECTION, 9))
    noted = structs.replace(CONNECTION, last_request_at=9, last_success_at=9)
    assert there(lambda own: own.find_connection("a1", "n1")) == noted


def test_auth_sessions_are_kept(there: Ask) -> None:
    record = AuthSessionRecord(
        id="s1",
        account_id="a1",
        connection_id="n1",
        secret_digest=b"d",
        publishable_key="p",
        created_at=1,
        expires_at=2,
    )
    there(lambda own: own.add_auth_session(record))
    with pytest.raises(Broken):
        there(lambda own: own.add_auth_session(record))


def test_a_request_is_found_by_its_key_where_it_was_made(log: Log) -> None:
    log(lambda own: own.add(REQUEST))
    assert log(lambda own: own.by_key("a1", "n1", "once", 1000)) == REQUEST
    assert log(lambda own: own.by_key("a2", "n1", "once", 0)) is None
    assert log(lambda own: own.by_key("a1", "n2", "once", 0)) is None
    assert log(lambda own: own.by_key("a1", "n1", "other", 0)) is None


def test_a_key_is_used_once_until_it_is_old(log: Log) -> None:
    log(lambda own: own.add(REQUEST))
    with pytest.raises(Broken):
        log(lambda own: own.add(structs.replace(REQUEST, id="r2")))
    assert log(lambda own: own.by_key("a1", "n1", "once", 1001)) is None
    log(lambda own: own.add(structs.replace(REQUEST, id="r2", created_at=2000)))


def test_the_last_attempt_with_a_fingerprint_is_found_and_joined(log: Log) -> None:
    first = structs.replace(REQUEST, idempotency_key=None, attempt=0)
    second = structs.replace(first, id="r2", created_at=1005)
    log(lambda own: own.add(first))
    log(lambda own: own.add(second))
    assert log(lambda own: own.latest("n1", b"print", 0, 1000)) == second
    assert log(lambda own: own.latest("n2", b"print", 0, 1000)) is None
    assert log(lambda own: own.latest("n1", b"print", 3, 1000)) == second, "two sendings between them met nobody"
    assert log(lambda own: own.latest("n1", b"print", 0, 1006)) is None
    log(lambda own: own.joined(second, 1))
    assert log(lambda own: own.latest("n1", b"print", 0, 1000)) == first
    assert log(lambda own: own.latest("n1", b"print", 1, 1000)) == structs.replace(second, attempt=1)
    assert log(lambda own: own.latest("n1", b"print", 2, 1000)) == structs.replace(second, attempt=1)


def test_a_later_sending_that_was_quicker_is_found(log: Log) -> None:
    later = structs.replace(REQUEST, idempotency_key=None, attempt=2, created_at=1005)
    log(lambda own: own.add(later))
    assert log(lambda own: own.overtaking("n1", b"print", 0, 1005)) == later
    assert log(lambda own: own.overtaking("n1", b"print", 1, 1000)) == later
    assert log(lambda own: own.overtaking("n1", b"print", 2, 1000)) is None, "it is no later one"
    assert log(lambda own: own.overtaking("n1", b"print", 0, 1006)) is None, "it had been carried out before"
    assert log(lambda own: own.overtaking("n1", b"other", 0, 1000)) is None
    assert log(lambda own: own.overtaking("n2", b"print", 0, 1000)) is None


def test_old_requests_are_forgotten(log: Log) -> None:
    request = structs.replace(REQUEST, id=f"{earliest_uuid(1000)}-7000-8000-000000000000")
    log(lambda own: own.add(request))
    log(lambda own: own.purge("n1", 1000))
    assert log(lambda own: own.by_key("a1", "n1", "once", 0)) == request
    log(lambda own: own.purge("n2", 2000))
    log(lambda own: own.purge("n1", 1001))
    assert log(lambda own: own.by_key("a1", "n1", "once", 0)) is None


def test_sealed_secrets_open_under_the_same_secret_only() -> None:
    sealed = Vault("one").seal("cf_secret")
    assert b"cf_secret" not in sealed
    assert Vault("one").seal("cf_secret") != sealed
    assert Vault("one").open(sealed) == "cf_secret"
    with pytest.raises(Broken):
        Vault("two").open(sealed)
    with pytest.raises(Broken):
        Vault("one").open(sealed[:-2])


def test_the_installation_makes_its_secret_once(tmp_path: Path) -> None:
    assert installation_secret(tmp_path, "given") == "given"
    made = installation_secret(tmp_path, None)
    assert len(made) >= 32
    assert installation_secret(tmp_path, None) == made
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
