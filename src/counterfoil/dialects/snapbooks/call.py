"""One request on its way, and the commands that it sends."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request

from counterfoil.core.errors import BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.snapbooks.errors import Context
from counterfoil.dialects.snapbooks.fields import Form
from counterfoil.dialects.snapbooks.otherwise import notices_of
from counterfoil.dialects.snapbooks.read import Notice
from counterfoil.dispatch.attempts import Attempt, fingerprint
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.submit import Aside, Dispatcher
from counterfoil.model.command import Command
from counterfoil.model.outcome import Done, Refused
from counterfoil.storage.installation import ConnectionRecord

LONGEST_KEY: Final = 255


class Call:
    """One request: who asks, what for, and what is to be told beside the answer.

    `form` is the form that its body was read by, `lines` how many lines it sent, `numbers` the numbers by which it
    called the books' objects. `notices` go into `details`; `done` is what a sequence of commands has done so far.
    """

    def __init__(self, request: Request, dispatcher: Dispatcher, timeout: float) -> None:
        self.request = request
        self.dispatcher = dispatcher
        self.timeout = timeout
        self.raw = b""
        self.body: Mapping[str, Any] = {}
        self.form: Form | None = None
        self.lines = 0
        self.numbers: dict[str, str] = {}
        self.notices: list[Notice] = []
        self.done: list[Notice] = []
        self.replayed = False
        self.has_written = False
        self._admitted: tuple[Caller, ConnectionRecord] | None = None

    async def admit(self) -> None:
        """Prove the key of the `X-Api-Key` header and find the books that it stands for."""
        self._admitted = await self.dispatcher.admit_only(self.request.headers.get("x-api-key"))

    @property
    def connection(self) -> ConnectionRecord:
        return self._who[1]

    @property
    def _who(self) -> tuple[Caller, ConnectionRecord]:
        if self._admitted is None:
            raise TypeError("nobody has been admitted")
        return self._admitted

    @property
    def key(self) -> str | None:
        """The caller's idempotency key."""
        found: str | None = self.request.headers.get("idempotency-key")
        if found is not None and len(found) > LONGEST_KEY:
            raise Invalid(Problem("too_long", ("Idempotency-Key",), {"limit": LONGEST_KEY, "length": len(found)}))
        return found or None

    @property
    def context(self) -> Context:
        return Context(self.form, self.numbers, self.lines, tuple(self.done))

    def notice(self, field: str, code: str, message: str) -> None:
        self.notices.append(Notice(field, code, message))

    async def submit(self, command: Command, aside: Aside | None = None, step: str = "") -> Done:
        """Carry a command out once. A `step` tells the commands of one request apart, so that each has its key."""
        caller, connection = self._who
        request = self.request
        path = f"{connection.id} {request.url.path.removeprefix('/api')}?{request.url.query}"
        attempt = Attempt(
            fingerprint=fingerprint(caller.key_id, request.method, path, self.raw),
            idempotency_key=f"{self.key}{step}" if self.key is not None else None,
            dialect="snapbooks",
            address=f"{request.method} {request.url.path}",
            body=self.raw,
        )
        outcome = await self.dispatcher.submit(caller, connection, command, attempt, self.timeout, aside)
        if isinstance(outcome, Refused):
            raise BooksRefused(*outcome.problems)
        self.has_written = True
        self.notices += notices_of(outcome, self.body, self.context)
        self.replayed = self.replayed or outcome.replayed
        return outcome
