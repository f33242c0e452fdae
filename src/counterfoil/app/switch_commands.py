"""What an operator brings along from a vendor: keys that programs have already, and ids by which they ask."""

from collections.abc import Mapping
from typing import Any

from counterfoil.dialects.conductor.end_users import connection_id
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.switching import ImportedKey, Switching
from counterfoil.storage.installation import ConnectionRecord

Arguments = Mapping[str, Any]


class SwitchCommands:
    """Imports keys, and gives connections other names."""

    def __init__(self, administration: Administration, switching: Switching) -> None:
        self.administration = administration
        self.switching = switching

    async def key_import(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        asked = ImportedKey(
            dialect=arguments["dialect"],
            text=arguments["key"],
            name=arguments.get("name") or "",
            connection=_canonical(arguments.get("connection")),
            again=bool(arguments.get("again")),
        )
        made = await self.switching.import_key(account.id, asked)
        return {
            "id": made.id,
            "dialect": made.dialect,
            "connection": made.connection_id,
            "public_key": made.public_key,
        }

    async def connection_alias(self, arguments: Arguments) -> Any:
        account = await self.administration.account(arguments.get("account"))
        found = await self.administration.connection(account.id, arguments["id"])
        alias = connection_id(arguments["alias"])
        if arguments.get("remove"):
            await self.switching.remove_alias(account.id, found.id, alias)
        else:
            await self.switching.add_alias(account.id, found.id, alias)
        return {"id": found.id, **await self.details(found)}

    async def details(self, connection: ConnectionRecord) -> dict[str, Any]:
        return {"aliases": await self.switching.aliases(connection)}


def _canonical(connection: str | None) -> str | None:
    """A connection as an operator may write it: `end_usr_` and 32 digits is the UUID of those digits."""
    return connection_id(connection) if connection is not None else None
