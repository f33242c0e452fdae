"""The composition root: here, and only here, the parts of an installation are put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from counterfoil import __version__
from counterfoil.app.commands import Commands
from counterfoil.app.settings import Settings
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import Clock, SystemClock
from counterfoil.dialects.conductor.end_users import EndUsers
from counterfoil.dialects.conductor.routes import ConductorApi, Limits
from counterfoil.dialects.snapbooks.routes import Limits as SnapBooksLimits
from counterfoil.dialects.snapbooks.routes import SnapBooksApi
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.protocols import Books
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.storage.migrating import migrate
from counterfoil.storage.sqlite import FILE, SqliteStore
from counterfoil.storage.vault import Vault, installation_secret


class Running:
    """An installation at work: its database is open, and everything that needs it is at hand."""

    def __init__(self, settings: Settings, store: SqliteStore, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.books: Mapping[str, Books] = {"embedded": EmbeddedBooks()}
        self.vault = Vault(installation_secret(settings.data, settings.secret))
        self.administration = Administration(store, self.books, self.vault, clock)
        self.dispatcher = Dispatcher(store, self.books, clock)
        self.commands = Commands(settings.data, store, self.books, self.administration, clock)

    async def perform(self, command: str, arguments: dict[str, Any]) -> Any:
        return await self.commands.perform(command, arguments)

    def application(self) -> ASGIApp:
        """The HTTP side of it."""
        settings = self.settings
        limits = Limits(settings.max_body, settings.max_lines, settings.timeout)
        end_users = EndUsers(self.administration, settings.default_books, settings.public_url)
        conductor = ConductorApi(self.dispatcher, self.administration, limits, end_users)
        snapbooks = SnapBooksApi(
            self.dispatcher, SnapBooksLimits(settings.max_body, settings.max_lines, settings.timeout)
        )
        return Router(
            [Route("/", _index), *conductor.routes(), *snapbooks.routes()],
            redirect_slashes=False,
            default=conductor.nowhere(),
        )


@asynccontextmanager
async def installation(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Running]:
    """Open the installation in a data folder that this process owns; migrate it first where it is older."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.data / FILE
    migrate(path)
    store = SqliteStore(path)
    try:
        yield Running(settings, store, clock or SystemClock())
    finally:
        await store.close()


async def _index(_: Request) -> Response:
    return JSONResponse(
        {
            "name": "Counterfoil",
            "version": __version__,
            "dialects": {"conductor": "/v1", "snapbooks": "/api/v1"},
            "openapi": "/openapi.json",
        }
    )
