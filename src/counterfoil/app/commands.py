"""What the command line can ask of an installation, by name: carried out by whoever owns the data folder."""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from counterfoil.app.desktop_commands import DesktopCommands
from counterfoil.app.online_commands import OnlineCommands
from counterfoil.app.pages import People
from counterfoil.app.stores import UNREADABLE, NoSecret, seal, seal_of
from counterfoil.app.switch_commands import SwitchCommands
from counterfoil.app.webhook_commands import WebhookCommands
from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError
from counterfoil.dispatch.administration import Administration, NewConnection
from counterfoil.dispatch.grants import ONLINE
from counterfoil.dispatch.protocols import Books
from counterfoil.storage.backup import back_up, check_kind, restore
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.copying import sealed_under
from counterfoil.storage.installation import ConnectionRecord, Installation, KeyRecord
from counterfoil.storage.migrating import HEAD
from counterfoil.storage.postgres import PostgresStore
from counterfoil.storage.sqlite import database_version

Arguments = Mapping[str, Any]
LEAST_FREE = 500 * 1024 * 1024
EARLIEST_MOMENT = 1_735_689_600
"""1 January 2025: a clock before it is wrong."""


OWN_FILES = ("owner.lock", "control.sock", "secret.key")
BACKUP_MAGIC = (b"SQLite format 3\x00", b"\x1f\x8b")
"""How backups begin: those of SQLite, and dumps of PostgreSQL."""


class NotABackup(CounterfoilError):
    """A backup cannot be written there."""


class UnknownCommand(Exception):
    """No command has that name."""


class Commands:
    """The operator's commands. Each takes JSON values and gives JSON values."""

    def __init__(
        self,
        data: Path,
        store: Store,
        books: Mapping[str, Books],
        administration: Administration,
        desktop: DesktopCommands,
        online: OnlineCommands,
        switch: SwitchCommands,
        webhooks: WebhookCommands,
        people: People,
        clock: Clock,
    ) -> None:
        self.data = data
        self.store = store
        self.books = books
        self.administration = administration
        self.desktop = desktop
        self.online = online
        self.switch = switch
        self.webhooks = webhooks
        self.clock = clock
        self._commands: Mapping[str, Callable[[Arguments], Awaitable[Any]]] = {
            "account.create": self.account_create,
            "account.list": self.account_list,
            "connection.create": self.connection_create,
            "connection.list": self.connection_list,
            "connection.show": self.connection_show,
            "connection.delete": self.connection_delete,
            "connection.password": self.connection_password,
            "connection.pause": self.connection_pause,
            "connection.set": self.connection_set,
            "key.create": self.key_create,
            "key.list": self.key_list,
            "key.revoke": self.key_revoke,
            "key.import": switch.key_import,
            "connection.alias": switch.connection_alias,
            "webhook.secret": self.webhook_secret,
            **webhooks.commands,
            "login": people.login,
            "doctor": self.doctor,
            "backup": self.backup,
            "restore": self.restore,
        }

    async def perform(self, command: str, arguments: Arguments) -> Any:
        """Carry a command out. Raises UnknownCommand, or what the command raises."""
        if command not in self._commands:
            raise UnknownCommand(command)
        return await self._commands[command](arguments)

    async def account_create(self, arguments: Arguments) -> Any:
        made = await self.administration.create_account(arguments["name"])
        return {"id": made.id, "name": made.name}

    async def account_list(self, _: Arguments) -> Any:
        found = await self.administration.accounts()
        return {"data": [{"id": account.id, "name": account.name} for account in found]}

    async def connection_create(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        asked = NewConnection(name=arguments["name"], books=arguments["books"])
        self.desktop.check(asked.books)
        self.online.check(asked.books)
        made = await self.administration.create_connection(account, asked)
        return told(made) | await self.desktop.told(made) | await self.online.told(made)

    async def connection_list(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        found = await self.administration.connections(account.id)
        return {"data": [told(each) | await self._condition(each) for each in found]}

    async def connection_show(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        found = await self.administration.connection(account.id, arguments["id"])
        return {
            **told(found),
            **await self._condition(found),
            **await self.desktop.details(found),
            **await self.online.details(found),
            **await self.switch.details(found),
            "account": account.name,
            "created_at": found.created_at,
            "last_request_at": found.last_request_at,
        }

    async def connection_delete(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        gone = await self.administration.delete_connection(account.id, arguments["id"])
        await self.online.give_back()
        return {"id": gone.id, "deleted": True}

    async def connection_password(self, arguments: Arguments) -> Any:
        """Another password, connect link and `.qwc` file for a desktop connection; another link for an online one."""
        found = await self._connection(arguments)
        return await self.desktop.told(found) | await self.online.told(found)

    async def connection_pause(self, arguments: Arguments) -> Any:
        found = await self._connection(arguments)
        office = self.online if found.books == ONLINE else self.desktop
        return await office.pause(found, int(arguments["minutes"]))

    async def connection_set(self, arguments: Arguments) -> Any:
        found = await self._connection(arguments)
        return await self.desktop.configure(found, arguments)

    async def _condition(self, connection: ConnectionRecord) -> dict[str, Any]:
        return await self.desktop.condition(connection) | await self.online.condition(connection)

    async def _connection(self, arguments: Arguments) -> ConnectionRecord:
        account = await self.administration.account(arguments.get("account"))
        return await self.administration.connection(account.id, arguments["id"])

    async def key_create(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        record, key = await self.administration.create_key(
            account.id, arguments.get("connection"), arguments.get("name") or ""
        )
        return {"id": record.id, "key": key, "connection": record.connection_id}

    async def key_list(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        return {"data": [_key_told(each) for each in await self.administration.keys(account.id)]}

    async def key_revoke(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        gone = await self.administration.revoke_key(account.id, arguments["id"])
        return {"id": gone.id, "revoked": True}

    async def webhook_secret(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        rotate = bool(arguments.get("rotate"))
        return {"secret": await self.administration.webhook_secret(account.id, rotate=rotate)}

    async def backup(self, arguments: Arguments) -> Any:
        target = Path(arguments["file"])
        self._refuse_own(target)
        await back_up(self.store, target)
        return {"file": str(target), "bytes": target.stat().st_size}

    def _refuse_own(self, target: Path) -> None:
        """A backup must not take the place of what the installation itself lives on, or of anything but a backup."""
        folder = target.resolve().parent == self.data.resolve()
        if folder and (target.name in OWN_FILES or target.name.startswith("counterfoil.db")):
            raise NotABackup(f"{target} belongs to the installation itself; choose another name")
        if target.exists() and (not target.is_file() or not _start(target).startswith(BACKUP_MAGIC)):
            raise NotABackup(f"{target} is there already and is no backup; choose another name")

    async def restore(self, arguments: Arguments) -> Any:
        source = Path(arguments["file"])
        is_lost, vault = bool(arguments.get("secret_lost")), self.administration.vault
        check_kind(self.store, source)
        is_readable = vault.is_of(await asyncio.to_thread(sealed_under, source))
        if isinstance(self.store, PostgresStore) and not is_readable and not is_lost:
            raise NoSecret(f"{source} is sealed under another COUNTERFOIL_SECRET. {UNREADABLE}")
        before = await restore(self.store, source, self.data)
        if is_lost:
            await seal(self.store, vault.mark)
        warning = "" if is_readable or is_lost else UNREADABLE
        return {"file": arguments["file"], "before": str(before), "warning": warning}

    async def doctor(self, _: Arguments) -> Any:
        """Every check, each with what was found and, where it is wrong, what to do."""
        checks = [self._folder(), await self._database(), self._disk(), self._clock()]
        checks.append(await self.store.read(_schema))
        checks.append(await self._secret())
        checks += await self.store.read(self._ledgers)
        checks.append(await self.webhooks.doctor())
        return {"ok": all(check["ok"] for check in checks), "checks": checks}

    def _folder(self) -> dict[str, Any]:
        mode = self.data.stat().st_mode & 0o077
        found = str(self.data.resolve())
        return _check("data folder", not mode, found, f"others may read it: chmod 700 {found}")

    async def _database(self) -> dict[str, Any]:
        if not isinstance(self.store, PostgresStore):
            return _check("SQLite", True, database_version(), "")
        about = await self.store.about()
        off = [f"{name} is off" for name, setting in about.items() if setting == "off"]
        found = "; ".join([about["server_version"], *off])
        return _check(
            "PostgreSQL", not off, found, "Turn it on: what was answered as stored may be lost with the power."
        )

    async def _secret(self) -> dict[str, Any]:
        is_readable = self.administration.vault.is_of(await seal_of(self.store))
        found = "opens what is sealed" if is_readable else "is not the one under which this database is sealed"
        return _check("secret", is_readable, found, UNREADABLE)

    def _disk(self) -> dict[str, Any]:
        free = shutil.disk_usage(self.data).free
        found = f"{free // 1024 // 1024:,} MB free"
        return _check("disk", free >= LEAST_FREE, found, "Make room: writes are refused when the disk is full.")

    def _clock(self) -> dict[str, Any]:
        now = self.clock.now()
        found = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
        return _check("clock", now >= EARLIEST_MOMENT, found, "Set this machine's clock; ids and times come from it.")

    def _ledgers(self, session: Session) -> list[dict[str, Any]]:
        checks = []
        for connection in Installation(session).every_connection():
            if connection.books not in self.books:
                continue
            file = CompanyFile(session, connection.id, self.clock)
            books = self.books[connection.books]
            wrong = books.violations(file)
            total = sum(balance.debit - balance.credit for balance in books.trial_balance(file))
            found = "; ".join(wrong) or f"trial balance {total / 100:.2f}, every invariant holds"
            mend = "Restore a backup, and keep this data folder: it shows what went wrong."
            checks.append(_check(f"ledger of {connection.name}", not wrong, found, mend))
        return checks


def _schema(session: Session) -> dict[str, Any]:
    revision = Installation(session).schema()
    return _check("schema", revision == HEAD, revision, "Restart with this version of Counterfoil.")


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def told(connection: ConnectionRecord) -> dict[str, Any]:
    return {
        "id": connection.id,
        "name": connection.name,
        "books": connection.books,
        "state": connection.state,
    }


def _key_told(key: KeyRecord) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "connection": key.connection_id,
        "revoked": key.revoked_at is not None,
        "imported": key.dialect,
        "public_key": key.public_key,
    }


def _check(name: str, ok: bool, found: str, mend: str) -> dict[str, Any]:
    return {"name": name, "ok": ok, "found": found, "mend": "" if ok else mend}
