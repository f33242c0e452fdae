"""Connecting a company: the consent that a person gives at Intuit, and what comes back from there."""

import logging
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from counterfoil.books.online.intuit import IntuitError, Request
from counterfoil.books.online.oauth import GrantRefused, OAuth, OAuthAway
from counterfoil.books.online.work import OnlineWork
from counterfoil.core.errors import Unknown
from counterfoil.core.secrets import digest
from counterfoil.dispatch.grants import Grants
from counterfoil.storage.installation import ConnectionRecord

CALLBACK: Final = "/online/callback"
_log = logging.getLogger(__name__)


class Told(Struct, frozen=True, kw_only=True):
    """What a person is told: an HTTP status, a title, a text, what to do, and where it goes on."""

    status: int
    title: str
    text: str
    steps: tuple[str, ...] = ()
    onward: str | None = None


LINK_GONE: Final = Told(
    status=404,
    title="This link does not work",
    text="It is over, or a part of it was left behind when it was copied. Ask whoever sent it for a new one.",
)
AWAY: Final = Told(
    status=502,
    title="Intuit cannot be reached just now",
    text="Nothing that you did is lost. Open your connect link once more in a few minutes.",
)
STATE_GONE: Final = Told(
    status=400,
    title="That took too long, or came twice",
    text="For your safety a consent can be used once, and for an hour. Open your connect link and begin anew.",
)
CODE_REFUSED: Final = Told(
    status=400,
    title="Intuit does not accept this consent any more",
    text="Open your connect link and begin anew.",
)
DENIED: Final = Told(
    status=403,
    title="The company was not connected",
    text="At Intuit the answer was no, or the window was closed. Nothing was changed.",
    steps=("Open your connect link once more, choose the company, and press Connect.",),
)
OTHER_COMPANY: Final = Told(
    status=409,
    title="That is another company",
    text="This connection belongs to another company than the one that you chose at Intuit. Nothing was changed.",
    steps=(
        "Open your connect link once more and choose the company that was connected before.",
        "For another company, ask for a link of its own.",
    ),
)
MISCONFIGURED: Final = Told(
    status=500,
    title="Counterfoil is not known to Intuit",
    text="Intuit refuses this installation's client id and secret. The people who run it have to set them.",
    steps=("Set COUNTERFOIL_INTUIT_CLIENT_ID and COUNTERFOIL_INTUIT_CLIENT_SECRET, and start the server again.",),
)


class Consents:
    """Leads a person to Intuit and back. `address` is how browsers reach this server."""

    def __init__(self, grants: Grants, oauth: OAuth, work: OnlineWork, address: Callable[[], str]) -> None:
        self.grants = grants
        self.oauth = oauth
        self.work = work
        self.address = address

    @property
    def redirect_uri(self) -> str:
        """Where Intuit sends people back to; it must be among those that the application names at Intuit."""
        return f"{self.address()}{CALLBACK}"

    async def consent_url(self, secret: str) -> str | Told:
        """Where the holder of a connect link gives consent."""
        found = await self.grants.linked(digest(secret))
        if found is None:
            return LINK_GONE
        link, connection = found
        if await self.grants.find(connection.id) is None:
            return LINK_GONE
        try:
            await self.oauth.endpoints()
            state = await self.grants.begin(connection, link.redirect_url)
            return await self.oauth.consent_url(state, self.redirect_uri)
        except OAuthAway as error:
            _log.warning("a consent could not be asked for: %s", error)
            return AWAY

    async def returned(self, *, state: str, code: str, realm_id: str, error: str) -> Told:
        """A person comes back from Intuit."""
        consented = await self.grants.consented(state) if state else None
        if consented is None:
            return STATE_GONE
        consent, connection = consented
        if error or not code or not realm_id.isdigit() or len(realm_id) > 32:
            return DENIED
        try:
            tokens = await self.oauth.exchange(code, self.redirect_uri)
        except OAuthAway as away:
            _log.warning("a consent could not be taken in: %s", away)
            return AWAY
        except GrantRefused as refusal:
            _log.warning("a consent was refused by Intuit: %s", refusal)
            return MISCONFIGURED if refusal.is_ours else CODE_REFUSED
        try:
            is_kept = await self.grants.keep(connection.id, realm_id, tokens)
        except Unknown:
            await self._given_back(tokens.refresh)
            return LINK_GONE
        if not is_kept:
            await self._given_back(tokens.refresh)
            return OTHER_COMPANY
        return await self._connected(connection, consent.redirect_url)

    async def _connected(self, connection: ConnectionRecord, redirect_url: str | None) -> Told:
        """Say so, with the company's own name where Intuit tells it at once."""
        name = connection.name
        try:
            grant = await self.grants.find(connection.id)
            realm = grant.realm_id if grant is not None else ""
            answer = await self.work.calls(connection.id).ask(Request(path=f"companyinfo/{realm}"))
            name = str((answer.get("CompanyInfo") or {}).get("CompanyName") or name)
            await self.grants.note(connection.id, company_name=name)
        except IntuitError as error:
            _log.warning("connection %s: the company's name could not be read: %s", connection.id, error.words)
        return Told(
            status=200,
            title=f"{name} is connected",
            text="Counterfoil can work with this company's books in QuickBooks Online now. You may close this page.",
            onward=redirect_url,
        )

    async def _given_back(self, token: str) -> None:
        try:
            await self.oauth.revoke(token)
        except (OAuthAway, GrantRefused) as error:
            _log.warning("a consent that was not kept could not be given back: %s", error)
