"""Looking after what Intuit granted online connections: consents, tokens, and in what condition a connection is.

Tokens lie sealed in the database. Who wants to renew them holds a lease in the grant's own row, so that of many who
need a token at once, in whatever process, one alone spends the refresh token; the new one is stored before anybody
uses it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from msgspec import Struct, structs

from counterfoil.core.clock import Clock
from counterfoil.core.dates import local_moment
from counterfoil.core.errors import Unknown
from counterfoil.core.ids import random_hex
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import digest
from counterfoil.dispatch.connectors import news_of
from counterfoil.dispatch.lanes import Bells
from counterfoil.storage.contract import BY_ITSELF, Session, Store
from counterfoil.storage.grants import Consent, Grant, GrantDesk
from counterfoil.storage.installation import AuthSessionRecord, ConnectionRecord, Installation
from counterfoil.storage.lane import Lane
from counterfoil.storage.vault import Vault

ONLINE: Final = "online"
CONSENT_SECONDS: Final = 3600
"""How long a person may take at Intuit."""

LEASE_SECONDS: Final = 90
"""How long a refresh may take; whoever died meanwhile is followed by another one."""

EARLY_SECONDS: Final = 120
"""How long before its end an access token is renewed."""

TRY_AGAIN_SECONDS: Final = 900
"""After how long it is tried again whether Intuit lets somebody in whom it did not."""

PATIENT_SECONDS: Final = 600
"""How long Intuit may go on saying that it is asked too often, until callers are told at once."""

NEVER, RECONNECT, DENIED, CLIENT, THROTTLED = (
    "QBO_NEVER_CONNECTED",
    "QBO_RECONNECT",
    "QBO_ACCESS_DENIED",
    "QBO_CLIENT_REFUSED",
    "QBO_THROTTLED",
)
TROUBLES: Final[Mapping[str, str]] = {
    NEVER: "nobody has connected the company yet",
    RECONNECT: "Intuit no longer accepts the consent that was given",
    DENIED: "the person who connected the company may no longer use it, or the company's subscription has ended",
    CLIENT: "Intuit refuses this installation's client id and secret",
}
"""What stops an online connection, in words; each of them ends when a person has connected the company again."""

State = Literal["created", "live", "throttled", "paused", "needs_attention"]


class Tokens(Struct, frozen=True, kw_only=True):
    """What Intuit's token endpoint answers; spans in seconds. `final_seconds` is how long the consent itself lasts."""

    access: str
    refresh: str
    access_seconds: int
    refresh_seconds: int | None = None
    final_seconds: int | None = None


class Condition(Struct, frozen=True, kw_only=True):
    """In what condition an online connection is; `code` and `words` tell what a person must mend.

    `waiting` counts the requests that have not left, `unknown` those that were perhaps applied.
    """

    state: State
    code: str | None = None
    words: str | None = None
    waiting: int = 0
    unknown: int = 0
    grant: Grant = Grant()


class Grants:
    """The grants of online connections."""

    def __init__(self, store: Store, vault: Vault, clock: Clock, bells: Bells) -> None:
        self.store = store
        self.vault = vault
        self.clock = clock
        self.bells = bells

    async def linked(self, secret_digest: bytes) -> tuple[AuthSessionRecord, ConnectionRecord] | None:
        """The connect link with this secret, and its connection; None where there is none or its time is over."""

        def look(session: Session) -> tuple[AuthSessionRecord, ConnectionRecord] | None:
            installation = Installation(session)
            link = installation.find_auth_session(secret_digest)
            if link is None or link.expires_at <= self.clock.now():
                return None
            connection = installation.find_connection(link.account_id, link.connection_id)
            return (link, connection) if connection is not None else None

        return await self.store.read(look)

    async def begin(self, connection: ConnectionRecord, redirect_url: str | None) -> str:
        """The state with which a person is sent to Intuit; it comes back with the consent, and serves once."""
        state, now = random_hex(48), self.clock.now()
        consent = Consent(connection_id=connection.id, account_id=connection.account_id, redirect_url=redirect_url)

        def work(session: Session) -> None:
            desk = GrantDesk(session)
            desk.purge_consents(connection.id, now)
            desk.add_consent(digest(state), consent, now + CONSENT_SECONDS)

        await self.store.write(work, connection.id)
        return state

    async def consented(self, state: str) -> tuple[Consent, ConnectionRecord] | None:
        """The consent that a state belongs to, and its connection; None where there is none, or no longer."""

        def work(session: Session) -> tuple[Consent, ConnectionRecord] | None:
            consent = GrantDesk(session).take_consent(digest(state), self.clock.now())
            if consent is None:
                return None
            connection = Installation(session).find_connection(consent.account_id, consent.connection_id)
            return (consent, connection) if connection is not None else None

        return await self.store.write(work, BY_ITSELF)

    async def find(self, connection_id: str) -> Grant | None:
        return await self.store.read(lambda session: GrantDesk(session).find(connection_id))

    async def keep(self, connection_id: str, realm_id: str, tokens: Tokens) -> bool:
        """Store what a person consented to. False, and nothing is stored, where the connection has another company.

        Raises Unknown where the connection has been deleted while the person was at Intuit.
        """

        def work(session: Session) -> bool:
            desk = GrantDesk(session)
            _check_living(session, connection_id)
            before = desk.find(connection_id) or Grant()
            if before.realm_id not in ("", realm_id):
                return False
            granted = structs.replace(self._renewed(before, tokens), realm_id=realm_id, granted_at=self.clock.now())
            desk.put(connection_id, granted)
            return True

        kept = await self.store.write(work, connection_id)
        self._ring(connection_id)
        return kept

    async def hold(self, connection_id: str, holder: str, generation: int) -> bool:
        """Take the lease on renewing tokens of this generation. False where somebody has it, or has renewed them."""
        now = self.clock.now()

        def work(session: Session) -> bool:
            desk = GrantDesk(session)
            grant = _present(desk, connection_id, generation)
            if grant is None:
                return False
            if grant.lease_until > now and grant.lease_by != holder:
                return False
            desk.put(connection_id, structs.replace(grant, lease_by=holder, lease_until=now + LEASE_SECONDS))
            return True

        return await self.store.write(work, connection_id)

    async def renew(self, connection_id: str, generation: int, tokens: Tokens) -> Grant | None:
        """Store what tokens of this generation were renewed to, and give the lease up; what the row holds then.

        Where others were stored meanwhile, the row stays as it is. None where the grant is gone.
        """

        def work(session: Session) -> Grant | None:
            desk = GrantDesk(session)
            grant = desk.find(connection_id)
            if grant is None or grant.generation != generation:
                return grant
            renewed = self._renewed(grant, tokens)
            desk.put(connection_id, renewed)
            return renewed

        renewed = await self.store.write(work, connection_id)
        self.bells.ring(refreshed_bell(connection_id))
        return renewed

    async def let_go(self, connection_id: str, holder: str) -> None:
        """Give the lease up without new tokens."""

        def work(session: Session) -> None:
            desk = GrantDesk(session)
            grant = desk.find(connection_id)
            if grant is not None and grant.lease_by == holder:
                desk.put(connection_id, structs.replace(grant, lease_by="", lease_until=0))

        await self.store.write(work, connection_id)
        self.bells.ring(refreshed_bell(connection_id))

    async def attend(self, connection_id: str, code: str, words: str, generation: int) -> bool:
        """Note what stops the connection until a person mends it, as it was met with tokens of this generation.

        False, and nothing is noted, where others were stored meanwhile: what was met is no longer so.
        """
        now = self.clock.now()

        def work(session: Session) -> bool:
            desk = GrantDesk(session)
            grant = _present(desk, connection_id, generation)
            if grant is None:
                return False
            desk.put(connection_id, structs.replace(grant, attention=code, attention_words=words, attention_at=now))
            return True

        noted = await self.store.write(work, connection_id)
        self._ring(connection_id)
        return noted

    async def throttle(self, connection_id: str, seconds: int) -> None:
        """Intuit was asked too often: not again for so many seconds."""
        now = self.clock.now()

        def change(grant: Grant) -> Grant:
            since = grant.throttled_since if grant.throttled_since is not None else now
            return structs.replace(
                grant, throttled_since=since, throttled_until=max(grant.throttled_until, now + seconds)
            )

        await self._change(connection_id, change)

    async def note(self, connection_id: str, **changes: Any) -> None:
        await self._change(connection_id, lambda grant: structs.replace(grant, **changes))

    async def pause(self, connection: ConnectionRecord, seconds: int) -> None:
        """Send nothing for so many seconds; nil ends a pause."""
        await self.note(connection.id, paused_until=self.clock.now() + seconds if seconds > 0 else 0)

    async def condition(self, connection: ConnectionRecord) -> Condition:
        return await self.store.read(lambda session: condition_of(session, connection.id, self.clock))

    async def leaving(self) -> list[tuple[str, Grant]]:
        """Grants that are still to be given back to Intuit."""
        return await self.store.read(lambda session: GrantDesk(session).leaving())

    async def forget(self, connection_id: str) -> None:
        await self.store.write(lambda session: GrantDesk(session).drop(connection_id), connection_id)

    def opened(self, sealed: bytes) -> str:
        return self.vault.open(sealed)

    def is_fresh(self, grant: Grant) -> bool:
        """Whether the access token can be used still."""
        return bool(grant.access) and grant.access_until - EARLY_SECONDS > self.clock.now()

    def _renewed(self, grant: Grant, tokens: Tokens) -> Grant:
        now = self.clock.now()
        return structs.replace(
            grant,
            access=self.vault.seal(tokens.access),
            refresh=self.vault.seal(tokens.refresh),
            generation=grant.generation + 1,
            access_until=now + tokens.access_seconds,
            refresh_until=now + tokens.refresh_seconds if tokens.refresh_seconds is not None else None,
            final_until=now + tokens.final_seconds if tokens.final_seconds is not None else grant.final_until,
            refreshed_at=now,
            lease_by="",
            lease_until=0,
            attention=None,
            attention_words=None,
            attention_at=None,
        )

    async def _change(self, connection_id: str, change: Callable[[Grant], Grant]) -> None:
        def work(session: Session) -> None:
            desk = GrantDesk(session)
            grant = desk.find(connection_id)
            if grant is not None:
                desk.put(connection_id, change(grant))

        await self.store.write(work, connection_id)
        self._ring(connection_id)

    def _ring(self, connection_id: str) -> None:
        for name in (connection_id, news_of(connection_id), refreshed_bell(connection_id), ONLINE):
            self.bells.ring(name)


def _check_living(session: Session, connection_id: str) -> None:
    """Raises Unknown where the connection is gone."""
    installation = Installation(session)
    account = installation.account_of(connection_id)
    if account is None or installation.find_connection(account, connection_id) is None:
        raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no connection {connection_id}."}))


def refreshed_bell(connection_id: str) -> str:
    """The bell of whoever waits for another one to renew the tokens."""
    return f"tokens {connection_id}"


def condition_of(session: Session, connection_id: str, clock: Clock) -> Condition:
    """Raises Unknown where the connection has no grant of its own, not even an empty one."""
    grant = GrantDesk(session).find(connection_id)
    if grant is None:
        detail = "This connection has nothing to do with QuickBooks Online."
        raise Unknown(Problem("unknown_resource", (), {"detail": detail}))
    state, code, words = _state(grant, clock.now())
    lane = Lane(session, connection_id, clock)
    return Condition(
        state=state,
        code=code,
        words=words,
        waiting=lane.count("queued"),
        unknown=lane.count("unknown"),
        grant=grant,
    )


def _state(grant: Grant, now: int) -> tuple[State, str | None, str | None]:
    if not grant.is_granted:
        return "created", NEVER, TROUBLES[NEVER]
    if grant.attention is not None:
        return "needs_attention", grant.attention, grant.attention_words
    if grant.paused_until > now:
        return "paused", None, None
    if grant.throttled_until > now:
        return "throttled", THROTTLED, f"Intuit takes no requests until {local_moment(grant.throttled_until)}"
    return "live", None, None


def is_stopped(grant: Grant, now: int) -> bool:
    """Whether nothing is asked of Intuit until a person has acted. What may mend itself is tried again."""
    if grant.attention == RECONNECT:
        return True
    return grant.attention is not None and now - (grant.attention_at or 0) < TRY_AGAIN_SECONDS


def away_problem(grant: Grant, now: int) -> Problem | None:
    """Why nothing would be sent soon; None where it would."""
    if not grant.is_granted:
        return Problem("online_never_connected")
    if grant.attention is not None and is_stopped(grant, now):
        words = TROUBLES.get(grant.attention, grant.attention_words or "")
        return Problem("online_reconnect", (), {"code": grant.attention, "words": words})
    if grant.paused_until > now:
        return Problem("books_paused", (), {"until": local_moment(grant.paused_until)})
    since = grant.throttled_since
    if since is not None and grant.throttled_until > now and now - since > PATIENT_SECONDS:
        return Problem("online_throttled", (), {"until": local_moment(grant.throttled_until)})
    return None


def _present(desk: GrantDesk, connection_id: str, generation: int) -> Grant | None:
    """The grant with tokens of this generation; None where it is gone, or others were stored meanwhile."""
    grant = desk.find(connection_id)
    return grant if grant is not None and grant.generation == generation else None
