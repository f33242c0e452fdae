"""Looking after Web Connectors: passwords, pauses, and in what condition a desktop connection is."""

from typing import Final, Literal

from msgspec import Struct, structs

from counterfoil.core.clock import Clock
from counterfoil.core.dates import local_moment
from counterfoil.core.errors import Unknown
from counterfoil.core.problems import Problem
from counterfoil.core.secrets import NOBODY, digest, new_password, same
from counterfoil.dispatch.hours import is_open, told_hours
from counterfoil.dispatch.lanes import Bells
from counterfoil.storage.connectors import Connector, ConnectorDesk, Hours, SessionRecord, TextPolicy
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.installation import AuthSessionRecord, ConnectionRecord, Installation
from counterfoil.storage.lane import Lane
from counterfoil.wire.troubles.trouble import course_of, trouble_of

GRACE: Final = 600
"""Seconds for which the old password still opens after a new one was made."""

USUAL_INTERVAL: Final = 60
"""Seconds between polls, until they are learnt: what the `.qwc` file asks for."""

LATE_AFTER: Final = 3
OFFLINE_AFTER: Final = 10
"""Intervals without a call until a connection is late, and until it is offline."""

LEAST_LATE: Final = 180
LEAST_OFFLINE: Final = 600
REFUSED_CODES: Final = ("QBWC_PASSWORD_WRONG", "QBWC_PASSWORD_ROTATED")
LIVE_SECONDS: Final = 45
"""How long after its last call an open session counts as live; a held call lasts 25."""

BUSY_SECONDS: Final = 1200
"""How long QuickBooks may take over one document before its session is given up."""

State = Literal["created", "seen", "live", "polling", "late", "offline", "paused", "needs_attention"]


def news_of(connection_id: str) -> str:
    """The bell of whoever watches a connection."""
    return f"news {connection_id}"


class Condition(Struct, frozen=True, kw_only=True):
    """In what condition a desktop connection is; `code` and `words` tell what a person must mend.

    `waiting` counts the requests that have not left, `unknown` those that were perhaps applied.
    """

    state: State
    code: str | None = None
    words: str | None = None
    waiting: int = 0
    unknown: int = 0
    expected_by: int | None = None
    connector: Connector


class Admitted(Struct, frozen=True, kw_only=True):
    """A Web Connector that has proved who it is."""

    connection: ConnectionRecord
    connector: Connector


class Connectors:
    """The Web Connectors of desktop connections."""

    def __init__(self, store: Store, clock: Clock, bells: Bells) -> None:
        self.store = store
        self.clock = clock
        self.bells = bells

    async def new_password(self, connection: ConnectionRecord, own: str | None = None) -> str:
        """A new password, made here and shown once, or the caller's `own`; the one before opens for ten minutes more.

        Who makes one because something is wrong connects anew: the next session takes the company that is open, which
        is known by its FileID wherever its file has been moved to.
        """
        password, now = own if own is not None else new_password(), self.clock.now()

        def work(session: Session) -> None:
            desk = ConnectorDesk(session)
            before = desk.find(connection.id)
            if before is None:
                desk.put(connection.id, Connector(password=digest(password)))
                return
            fresh = structs.replace(
                before,
                password=digest(password),
                old_password=before.password,
                old_until=now + GRACE,
                company_file=before.company_file if before.attention is None else None,
            )
            desk.put(connection.id, fresh)

        await self.store.write(work, connection.id)
        self.bells.ring(news_of(connection.id))
        return password

    async def pause(self, connection: ConnectionRecord, seconds: int) -> None:
        """Hand out nothing for so many seconds."""
        until = self.clock.now() + seconds
        await self._change(connection, paused_until=until)

    async def resume(self, connection: ConnectionRecord) -> None:
        await self._change(connection, paused_until=0)

    async def note_download(self, connection: ConnectionRecord) -> None:
        """Somebody took the `.qwc` file."""
        await self._change(connection, downloaded_at=self.clock.now())

    async def configure(
        self,
        connection: ConnectionRecord,
        *,
        is_live: bool | None = None,
        text_policy: TextPolicy | None = None,
        zone: str | None = None,
        hours: Hours | None = None,
        at_any_hour: bool = False,
    ) -> None:
        """Change settings; those that are None stay. Hours that were set before end with `at_any_hour`."""
        given = {"is_live": is_live, "text_policy": text_policy, "zone": zone, "hours": hours}
        changes: dict[str, object] = {name: value for name, value in given.items() if value is not None}
        await self._change(connection, **(changes | {"hours": None} if at_any_hour else changes))

    async def condition(self, connection: ConnectionRecord) -> Condition:
        """Raises Unknown where the connection has no Web Connector."""
        return await self.store.read(lambda session: condition_of(session, connection.id, self.clock))

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

    async def _change(self, connection: ConnectionRecord, **changes: object) -> None:
        def work(session: Session) -> None:
            desk = ConnectorDesk(session)
            desk.put(connection.id, structs.replace(_found(desk, connection.id), **changes))

        await self.store.write(work, connection.id)
        self.bells.ring(connection.id)
        self.bells.ring(news_of(connection.id))


def admitted(session: Session, user_name: str, password: str, now: int) -> Admitted | str:
    """The connector behind a name and password, or the code of why not. An unknown name takes as long as a wrong
    password."""
    installation, desk = Installation(session), ConnectorDesk(session)
    account = installation.account_of(user_name)
    connection = installation.find_connection(account, user_name) if account is not None else None
    connector = desk.find(user_name) if connection is not None else None
    given = digest(password)
    proved = same(given, connector.password if connector is not None else NOBODY)
    old = connector.old_password if connector is not None else None
    proved_old = same(given, old if old is not None else NOBODY)
    if connection is None or connector is None:
        return "QBWC_PASSWORD_WRONG"
    if proved or (proved_old and now < connector.old_until):
        return Admitted(connection=connection, connector=connector)
    return "QBWC_PASSWORD_ROTATED" if proved_old else "QBWC_PASSWORD_WRONG"


def may_work(connector: Connector, now: int) -> bool:
    """Whether requests may be handed out now: not paused, and within the working hours."""
    return connector.paused_until <= now and (connector.hours is None or is_open(connector.hours, now))


def condition_of(session: Session, connection_id: str, clock: Clock) -> Condition:
    """Raises Unknown where the connection has no Web Connector."""
    desk, now = ConnectorDesk(session), clock.now()
    connector = _found(desk, connection_id)
    is_live = any(is_alive(each, now) for each in desk.open_sessions(connection_id))
    state, code, words = _state(connector, now, is_live=is_live)
    lane = Lane(session, connection_id, clock)
    expected = None
    if connector.last_poll_at is not None and state in ("polling", "late"):
        expected = max(now, connector.last_poll_at + (connector.interval or USUAL_INTERVAL))
    return Condition(
        state=state,
        code=code,
        words=words,
        waiting=lane.count("queued"),
        unknown=lane.count("unknown"),
        expected_by=now if state == "live" else expected,
        connector=connector,
    )


def is_alive(session: SessionRecord, now: int) -> bool:
    """Whether a session is heard of, or has given QuickBooks something to do."""
    patience = BUSY_SECONDS if session.state.in_flight is not None else LIVE_SECONDS
    return now - session.state.last_call_at <= patience


def _state(connector: Connector, now: int, *, is_live: bool) -> tuple[State, str | None, str | None]:
    if connector.first_seen_at is None or connector.last_seen_at is None:
        return "created", "QBD_NEVER_CONNECTED", None
    if connector.paused_until > now:
        return "paused", "QBD_PAUSED", None
    if _is_stopped(connector):
        return "needs_attention", connector.attention, connector.attention_words
    if is_live:
        return "live", None, None
    if connector.last_success_at is None:
        return "seen", connector.attention, connector.attention_words
    silent = now - connector.last_seen_at
    interval = connector.interval or USUAL_INTERVAL
    if silent > max(OFFLINE_AFTER * interval, LEAST_OFFLINE):
        return "offline", "QBD_OFFLINE", None
    state: State = "late" if silent > max(LATE_AFTER * interval, LEAST_LATE) else "polling"
    return state, connector.attention, connector.attention_words


def _is_stopped(connector: Connector) -> bool:
    """Whether a person must act. A wrong password counts only where the right one has not been heard for a while:
    whoever knows the name of a connection could bring a wrong one."""
    code = connector.attention
    if code is None or course_of(code, connector.attention_words or "") != "stop":
        return False
    if code not in REFUSED_CODES or connector.last_success_at is None:
        return True
    return (connector.attention_at or 0) - connector.last_success_at > LEAST_LATE


def away_problem(condition: Condition, now: int) -> Problem | None:
    """Why nobody would come for work soon; None where somebody will."""
    connector = condition.connector
    if condition.state == "created":
        return Problem("never_connected")
    if condition.state == "offline":
        return Problem("books_offline", (), {"since": local_moment(connector.last_seen_at or 0)})
    if condition.state == "paused":
        return Problem("books_paused", (), {"until": local_moment(connector.paused_until)})
    if connector.hours is not None and not is_open(connector.hours, now):
        return Problem("outside_hours", (), {"hours": told_hours(connector.hours)})
    if condition.state == "needs_attention" and condition.code is not None:
        trouble = trouble_of(condition.code, condition.words or "")
        steps = " ".join(trouble.steps)
        return Problem("books_trouble", (), {"code": trouble.code, "words": trouble.title, "steps": steps})
    return None


def _found(desk: ConnectorDesk, connection_id: str) -> Connector:
    connector = desk.find(connection_id)
    if connector is None:
        raise Unknown(Problem("unknown_resource", (), {"detail": "This connection has no Web Connector."}))
    return connector
