"""What pages show of an account: its connections, its requests, and what needs a person. Nothing is changed here."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct, structs

from counterfoil.core.clock import Clock
from counterfoil.core.errors import Unknown
from counterfoil.core.problems import Problem
from counterfoil.dispatch import connectors as desktop
from counterfoil.dispatch import grants as online
from counterfoil.dispatch.usage import TOUCH_SECONDS
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.endpoints import Endpoint, EndpointDesk, Health
from counterfoil.storage.installation import AccountRecord, ConnectionRecord, Installation
from counterfoil.storage.overview import FailingRow, RequestRow, RequestView, SessionRow, Sought

Standing = Literal["waiting", "sent", "unknown", "done", "failed", "refused", "withdrawn"]
"""How a request stands: `sent` is with the books, `unknown` was and has no answer, `withdrawn` never left."""

RECENT: Final = 10
NEEDED_SECONDS: Final = 3 * 24 * 3600
"""For how long a request that failed is shown among what needs a person."""

MOST_NEEDED: Final = 8
MOST_SESSIONS: Final = 20
WEEK_SECONDS: Final = 7 * 24 * 3600
IDLE_STATES: Final = ("created", "seen")
TROUBLED_STATES: Final = ("offline", "needs_attention", "late")

FILTERS: Final[Mapping[str, tuple[tuple[str, ...], str | None]]] = {
    "waiting": (("queued",), None),
    "unknown": (("queued",), "unknown"),
    "done": (("done",), None),
    "failed": (("failed", "refused"), None),
    "withdrawn": (("withdrawn",), None),
}
"""What people filter by → the states of records, and the state of the entry that waits."""

_CONDITIONS: Final[Mapping[str, Callable[[Session, str, Clock], desktop.Condition | online.Condition]]] = {
    "desktop": desktop.condition_of,
    "online": online.condition_of,
}


class ConnectionView(Struct, frozen=True, kw_only=True):
    """A connection and in what condition it is; of embedded books there is nothing to tell but that they are there."""

    connection: ConnectionRecord
    state: str
    code: str | None = None
    words: str | None = None
    waiting: int = 0
    unknown: int = 0
    expected_by: int | None = None

    @property
    def is_troubled(self) -> bool:
        return self.state in TROUBLED_STATES or self.unknown > 0


class Listed(Struct, frozen=True, kw_only=True):
    """A request in a list."""

    row: RequestRow
    company: str
    standing: Standing


class Filter(Struct, frozen=True, kw_only=True):
    """What a list of requests is narrowed by; `state` is a key of `FILTERS`."""

    text: str = ""
    connection: str | None = None
    state: str | None = None
    dialect: str | None = None
    since: int | None = None
    until: int | None = None
    before: str | None = None
    limit: int = 50


class Listing(Struct, frozen=True, kw_only=True):
    """A page of requests, the newest first; `next` is what the following page begins before."""

    items: tuple[Listed, ...]
    next: str | None = None


class Failing(Struct, frozen=True, kw_only=True):
    """An address that does not take its post."""

    company: str
    row: FailingRow


class Silent(Struct, frozen=True, kw_only=True):
    """An endpoint that has not taken its post for so long that somebody should look."""

    endpoint: Endpoint
    health: Health


class Home(Struct, frozen=True, kw_only=True):
    """What an account's first page shows: what needs a person, its companies, and what came last."""

    account: AccountRecord
    companies: tuple[ConnectionView, ...]
    unknown: tuple[Listed, ...]
    failed: tuple[Listed, ...]
    failing: tuple[Failing, ...]
    silent: tuple[Silent, ...]
    recent: tuple[Listed, ...]

    @property
    def troubled(self) -> tuple[ConnectionView, ...]:
        return tuple(each for each in self.companies if each.is_troubled)


class Calls(Struct, frozen=True, kw_only=True):
    """When a Web Connector called: sessions by hour (hours since 1970) of the last week, and the last of them."""

    by_hour: dict[int, int]
    last: tuple[SessionRow, ...]


class Overview:
    """Looks at an account. Everything is asked for by account: what is another's does not exist."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    async def home(self, account: AccountRecord) -> Home:
        def look(session: Session) -> Home:
            connections = Installation(session).connections(account.id)
            since = self.clock.now() - NEEDED_SECONDS
            return Home(
                account=account,
                companies=tuple(self.company_in(session, each) for each in connections),
                unknown=_page(session, connections, Filter(state="unknown", limit=MOST_NEEDED)).items,
                failed=_page(session, connections, Filter(state="failed", since=since, limit=MOST_NEEDED)).items,
                failing=tuple(
                    Failing(company=each.name, row=row)
                    for each in connections
                    for row in RequestView(session, each.id).failing()
                ),
                silent=tuple(
                    Silent(endpoint=endpoint, health=health)
                    for endpoint, health in EndpointDesk(session).with_health(account.id)
                    if health.reported_at is not None
                ),
                recent=_page(session, connections, Filter(limit=RECENT)).items,
            )

        return await self.store.read(look)

    async def companies(self, account_id: str) -> tuple[ConnectionView, ...]:
        def look(session: Session) -> tuple[ConnectionView, ...]:
            return tuple(self.company_in(session, each) for each in Installation(session).connections(account_id))

        return await self.store.read(look)

    async def company(self, account_id: str, identifier: str) -> ConnectionView:
        """Raises Unknown where the account has no such connection."""

        def look(session: Session) -> ConnectionView | None:
            found = Installation(session).find_connection(account_id, identifier)
            return self.company_in(session, found) if found is not None else None

        company = await self.store.read(look)
        if company is None:
            raise Unknown(Problem("unknown_resource", (), {"detail": f"There is no connection {identifier}."}))
        return company

    async def requests(self, account_id: str, wanted: Filter) -> Listing:
        """A page of requests of one connection or of all."""

        def look(session: Session) -> Listing:
            connections = Installation(session).connections(account_id)
            if wanted.connection is not None:
                connections = [each for each in connections if each.id == wanted.connection]
            return _page(session, connections, wanted)

        return await self.store.read(look)

    async def calls(self, connection: ConnectionRecord) -> Calls:
        """When a Web Connector called in the last seven days."""
        since = self.clock.now() - WEEK_SECONDS

        def look(session: Session) -> Calls:
            view = RequestView(session, connection.id)
            return Calls(by_hour=view.calls(since), last=tuple(view.sessions(MOST_SESSIONS)))

        return await self.store.read(look)

    def company_in(self, session: Session, connection: ConnectionRecord) -> ConnectionView:
        find = _CONDITIONS.get(connection.books)
        if find is None:
            return ConnectionView(connection=connection, state="live")
        try:
            condition = find(session, connection.id, self.clock)
        except Unknown:  # nobody has begun to connect it
            return ConnectionView(connection=connection, state="created")
        return ConnectionView(
            connection=connection,
            state=condition.state,
            code=condition.code,
            words=condition.words,
            waiting=condition.waiting,
            unknown=condition.unknown,
            expected_by=getattr(condition, "expected_by", None),
        )


def listed(row: RequestRow, company: str) -> Listed:
    return Listed(row=row, company=company, standing=standing_of(row))


def standing_of(row: RequestRow) -> Standing:
    """How a request stands: the lane knows more of one that is under way than its record does."""
    if row.state == "queued":
        return {"sent": "sent", "unknown": "unknown"}.get(row.lane_state or "", "waiting")  # type: ignore[return-value]
    return {"failed": "failed", "refused": "refused", "withdrawn": "withdrawn"}.get(  # type: ignore[return-value]
        row.state, "done"
    )


def _page(session: Session, connections: Iterable[ConnectionRecord], wanted: Filter) -> Listing:
    """The newest of some connections' requests. Those whose last use is older than what was found are not asked."""
    sought = _sought(wanted)
    found: list[tuple[str, Listed]] = []
    for connection in sorted(connections, key=lambda each: each.last_request_at or 0, reverse=True):
        if len(found) > wanted.limit and _is_older(connection, found[wanted.limit][1]):
            break
        rows = RequestView(session, connection.id).page(sought)
        found = list(heapq.merge(found, ((row.id, listed(row, connection.name)) for row in rows), key=_newest))
        found = found[: wanted.limit + 1]
    items = tuple(each for _, each in found[: wanted.limit])
    return Listing(items=items, next=items[-1].row.id if len(found) > wanted.limit else None)


def _newest(pair: tuple[str, Listed]) -> int:
    return -int(pair[0].replace("-", ""), 16)


def _is_older(connection: ConnectionRecord, last: Listed) -> bool:
    """Whether a connection has nothing as new as this: its last use is noted once a minute."""
    return (connection.last_request_at or 0) + TOUCH_SECONDS < last.row.created_at


def _sought(wanted: Filter) -> Sought:
    states, lane_state = FILTERS.get(wanted.state or "", ((), None))
    return Sought(
        text=wanted.text,
        states=states,
        lane_state=lane_state,
        dialect=wanted.dialect,
        since=wanted.since,
        until=wanted.until,
        before=wanted.before,
        limit=wanted.limit + 1,
    )


def without_age(company: ConnectionView) -> ConnectionView:
    """The company but for what time alone changes, to tell whether there is news."""
    connection = structs.replace(company.connection, last_request_at=None, last_success_at=None)
    return structs.replace(company, connection=connection, expected_by=None)
