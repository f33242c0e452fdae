"""Other names of connections, and keys of vendors: found by name and digest, and no cost where there are none."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from counterfoil.core.errors import Broken, Unauthorized
from counterfoil.core.secrets import digest, new_key
from counterfoil.dispatch.callers import caller_of, connection_of
from counterfoil.storage.aliases import Aliases
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import ConnectionRecord, Installation, KeyRecord

OWN_ID, OWN = new_key()
BROUGHT = "sk_conductor_7Qd2mV9xKfT4bLz8HnRw3JcY"
MINE = "5d1f0c7a-2b9e-4836-a4c0-d8e6f1b37925"
NAME = "end_usr_2VhZq8KxLm4TnPw"

Do = Callable[[Callable[[Session], Any]], Any]


def key(identifier: str, text: str, **more: Any) -> KeyRecord:
    given = {"account_id": "a1", "connection_id": None, "name": "", "sealed": b"", "created_at": 1, **more}
    return KeyRecord(id=identifier, digest=digest(text), **given)


@pytest.fixture
def do(store: Store, runner: asyncio.Runner) -> Do:
    return lambda work: runner.run(store.write(work))


@pytest.fixture
def look(store: Store, runner: asyncio.Runner) -> Do:
    return lambda work: runner.run(store.read(work))


@pytest.fixture(autouse=True)
def filled(do: Do) -> None:
    def fill(session: Session) -> None:
        installation = Installation(session)
        installation.add_key(key(OWN_ID, OWN))
        installation.add_key(key("b" * 16, BROUGHT, dialect="conductor"))
        installation.add_connection(
            ConnectionRecord(account_id="a1", id=MINE, name="Mine", books="embedded", state="live", created_at=1)
        )
        Aliases(session, "a1").add(NAME, MINE, 5)

    do(fill)


@contextmanager
def counted(session: Session) -> Iterator[list[Any]]:
    """The statements that are run while the block runs."""
    asked: list[Any] = []
    real = session.row

    def row(statement: Any, /, **values: Any) -> Any:
        asked.append(statement)
        return real(statement, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "row", row)
        yield asked


def admitted(session: Session, text: str, name: str) -> tuple[str, str | None, int]:
    """Who is admitted where, by which name, and after how many statements."""
    with counted(session) as asked:
        caller = caller_of(session, text, "conductor")
        connection = connection_of(session, caller, name)
    return connection.id, connection.alias, len(asked)


def test_an_alias_is_found_and_told(look: Do) -> None:
    assert look(lambda session: admitted(session, OWN, NAME))[:2] == (MINE, NAME)
    assert look(lambda session: admitted(session, OWN, MINE))[:2] == (MINE, None)


def test_who_has_no_alias_pays_nothing(look: Do) -> None:
    """Two statements: the key and the connection, as before there were aliases. Then none, where stores remember."""
    assert look(lambda session: admitted(session, OWN, MINE)) == (MINE, None, 2)
    assert look(lambda session: admitted(session, OWN, MINE))[2] in (0, 2)


def test_what_was_found_once_is_remembered_like_other_records(look: Do) -> None:
    first = look(lambda session: admitted(session, BROUGHT, NAME))[2]
    assert first == 4
    assert look(lambda session: admitted(session, BROUGHT, NAME))[2] in (0, 4)


def test_a_brought_key_opens_its_dialect_alone(look: Do) -> None:
    assert look(lambda session: caller_of(session, BROUGHT, "conductor").key_id) == "b" * 16
    with pytest.raises(Unauthorized, match="imported for the dialect conductor"):
        look(lambda session: caller_of(session, BROUGHT, "qube"))
    with pytest.raises(Unauthorized, match="imported for the dialect conductor"):
        look(lambda session: caller_of(session, BROUGHT))
    assert look(lambda session: caller_of(session, OWN, "qube").key_id) == OWN_ID


def test_a_revoked_key_is_forgotten_at_once_and_may_come_back(do: Do, look: Do) -> None:
    assert look(lambda session: caller_of(session, BROUGHT, "conductor").account_id) == "a1"
    do(lambda session: Installation(session).revoke_key("a1", "b" * 16, 9))
    with pytest.raises(Unauthorized):
        look(lambda session: caller_of(session, BROUGHT, "conductor"))
    do(lambda session: Installation(session).add_key(key("c" * 16, BROUGHT, account_id="a2", dialect="conductor")))
    assert look(lambda session: caller_of(session, BROUGHT, "conductor").account_id) == "a2"


def test_a_living_string_and_its_public_half_belong_to_one_key(do: Do) -> None:
    with pytest.raises(Broken):
        do(lambda session: Installation(session).add_key(key("c" * 16, BROUGHT, account_id="a2")))
    do(lambda session: Installation(session).add_key(key("d" * 16, "one", public_key="public")))
    with pytest.raises(Broken):
        do(lambda session: Installation(session).add_key(key("e" * 16, "two", public_key="public")))
    found = do(lambda session: Installation(session).find_key_by_public_key("public"))
    assert found.id == "d" * 16


def test_an_alias_belongs_to_one_connection_of_an_account(do: Do, look: Do) -> None:
    with pytest.raises(Broken):
        do(lambda session: Aliases(session, "a1").add(NAME, "another", 6))
    do(lambda session: Aliases(session, "a2").add(NAME, "theirs", 6))
    assert look(lambda session: Aliases(session, "a1").find(NAME)) == MINE
    assert look(lambda session: Aliases(session, "a2").find(NAME)) == "theirs"
    assert [each.alias for each in look(lambda session: Aliases(session, "a1").of(MINE))] == [NAME]
    assert [each.connection_id for each in look(lambda session: Aliases(session, "a2").all())] == ["theirs"]


def test_an_alias_that_is_taken_away_is_forgotten_at_once(do: Do, look: Do) -> None:
    assert look(lambda session: Aliases(session, "a1").find(NAME)) == MINE
    do(lambda session: Aliases(session, "a1").remove(NAME))
    assert look(lambda session: Aliases(session, "a1").find(NAME)) is None
    do(lambda session: Aliases(session, "a1").add(NAME, "another", 7))
    assert look(lambda session: Aliases(session, "a1").find(NAME)) == "another"
