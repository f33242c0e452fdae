"""Links that sign in once, and visits that end."""

import asyncio
from pathlib import Path

from counterfoil.core.clock import SetClock
from counterfoil.core.ids import random_uuid
from counterfoil.dispatch.visiting import Visiting
from counterfoil.storage.installation import AccountRecord, Installation
from counterfoil.storage.migrating import migrate
from counterfoil.storage.sqlite import FILE, SqliteStore


def test_a_sign_in_link_serves_once_and_for_ten_minutes(tmp_path: Path) -> None:
    asyncio.run(_signs_in_once(tmp_path / FILE))


async def _signs_in_once(path: Path) -> None:
    migrate(path)
    store, clock = SqliteStore(path), SetClock()
    visiting = Visiting(store, clock)
    account = AccountRecord(id=random_uuid(), name="one", created_at=clock.now())
    await store.write(lambda session: Installation(session).add_account(account))

    first, second = await visiting.new_login(account), await visiting.new_login(account)
    clock.pass_by(599)
    assert await visiting.invited(first) == account
    cookie = await visiting.sign_in(first)
    assert cookie is not None
    assert await visiting.sign_in(first) is None
    assert await visiting.visitor(cookie) == account
    assert await visiting.visitor(first) is None
    clock.pass_by(1)
    assert await visiting.invited(second) is None
    assert await visiting.sign_in(second) is None
    await visiting.sign_out(cookie)
    assert await visiting.visitor(cookie) is None

    third = await visiting.sign_in(await visiting.new_login(account))
    assert third is not None
    clock.pass_by(7 * 24 * 3600 - 1)
    assert await visiting.visitor(third) == account
    clock.pass_by(1)
    assert await visiting.visitor(third) is None
    await store.close()
