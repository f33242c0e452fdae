"""Rows of endpoints, which are told of events, and the state of each connection that they were told of last."""

from typing import Any, Final

import msgspec
from msgspec import Struct
from sqlalchemy import delete, insert, select, update

from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, upsert, value
from counterfoil.storage.tables.post import conditions, endpoints, webhook_secrets

ACTIVE: Final = "active"
PAUSED: Final = "paused"


class Endpoint(Struct, frozen=True, kw_only=True):
    """Who is told: where, in which dialect's words, and of what.

    `connection_id` is None for all connections of the account; `events` are types such as `invoice.paid` or
    `invoice.*`, none of them for all. An ordered endpoint gets a connection's events strictly one after another.
    """

    account_id: str
    id: str
    connection_id: str | None
    url: str
    dialect: str
    events: tuple[str, ...]
    is_ordered: bool
    created_at: int

    def wants(self, event_type: str, connection_id: str) -> bool:
        """Whether it is to be told of such an event."""
        if self.connection_id not in (None, connection_id):
            return False
        subject = event_type.partition(".")[0]
        return not self.events or any(each in (event_type, "*", f"{subject}.*") for each in self.events)


class Health(Struct, frozen=True, kw_only=True):
    """How an endpoint fares. `state` is `active` or `paused`, with the reason in `why`.

    `failing_since` is when the first of the failures came that no success has followed; `reported_at` when the other
    endpoints were told of it.
    """

    state: str = ACTIVE
    why: str | None = None
    failing_since: int | None = None
    last_failure: str | None = None
    last_success_at: int | None = None
    reported_at: int | None = None


e, s, c = endpoints.c, webhook_secrets.c, conditions.c
FIELDS: Final = Endpoint.__struct_fields__
HEALTH: Final = Health.__struct_fields__
COLUMNS: Final = tuple(e[name] for name in FIELDS)
BOTH: Final = (*COLUMNS, *(e[name] for name in HEALTH))
OURS = e.account_id == value("account")
THIS = OURS & (e.id == value("identifier"))
ADD = Statement(insert(endpoints))
OF_ACCOUNT = Statement(select(*BOTH).where(OURS).order_by(e.created_at, e.id))
ANY = Statement(select(*BOTH).where(e.id == value("identifier")))
SET_HEALTH = Statement(update(endpoints).where(THIS).values(**{name: value(f"new_{name}") for name in HEALTH}))
REMOVE = Statement(delete(endpoints).where(THIS))
REMOVE_SECRETS = Statement(
    delete(webhook_secrets).where((s.account_id == value("account")) & (s.endpoint_id == value("identifier")))
)
ACCOUNTS = Statement(select(e.account_id).distinct().order_by(e.account_id).limit(value("most")))
TOLD = Statement(select(c.state).where(c.connection_id == value("connection")))
TELL = upsert(
    conditions,
    {"connection_id": value("connection"), "state": value("state"), "told_at": value("moment")},
    {"state": value("state"), "told_at": value("moment")},
    where=c.state != value("state"),
    returning=(c.connection_id,),
)
WATCH = upsert(
    conditions,
    {"connection_id": value("connection"), "state": value("state"), "told_at": value("moment")},
    {},
)
WATCHED = Statement(
    select(c.connection_id).where(c.connection_id > value("after")).order_by(c.connection_id).limit(value("most"))
)
MOST_ACCOUNTS: Final = 10_000
MOST_WATCHED: Final = 1_000


class EndpointDesk:
    """Endpoints by account. The look-up of one by its id alone is the sender's: the account follows from it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def of_account(self, account_id: str) -> tuple[Endpoint, ...]:
        """The endpoints of an account; remembered, because every write asks."""
        known: tuple[Endpoint, ...] | None = self.session.recall(("endpoints", account_id))
        if known is not None:
            return known
        found = tuple(endpoint for endpoint, _ in self.with_health(account_id))
        self.session.remember(("endpoints", account_id), found)
        return found

    def with_health(self, account_id: str) -> list[tuple[Endpoint, Health]]:
        return [_split(row) for row in self.session.rows(OF_ACCOUNT, account=account_id)]

    def find(self, identifier: str) -> tuple[Endpoint, Health] | None:
        row = self.session.row(ANY, identifier=identifier)
        return _split(row) if row is not None else None

    def add(self, endpoint: Endpoint) -> None:
        self.session.forget(("endpoints", endpoint.account_id))
        values = {name: getattr(endpoint, name) for name in FIELDS}
        health = {name: getattr(Health(), name) for name in HEALTH}
        self.session.run(ADD, **{**values, **health, "events": msgspec.json.encode(endpoint.events)})

    def remove(self, endpoint: Endpoint) -> None:
        """Take it away, with its secrets."""
        self.session.forget(("endpoints", endpoint.account_id))
        self.session.run(REMOVE, account=endpoint.account_id, identifier=endpoint.id)
        self.session.run(REMOVE_SECRETS, account=endpoint.account_id, identifier=endpoint.id)

    def put_health(self, endpoint: Endpoint, health: Health) -> None:
        values = {f"new_{name}": getattr(health, name) for name in HEALTH}
        self.session.run(SET_HEALTH, account=endpoint.account_id, identifier=endpoint.id, **values)

    def accounts(self) -> list[str]:
        """Accounts that have an endpoint: only theirs is looked at for what changed."""
        return [row[0] for row in self.session.rows(ACCOUNTS, most=MOST_ACCOUNTS)]

    def watch(self, connection_id: str, state: str, moment: int) -> None:
        """Have a connection looked at from now on, as one whose state this was; no matter if it is already."""
        self.session.run(WATCH, connection=connection_id, state=state, moment=moment)

    def watched(self) -> list[str]:
        """Connections whose state was noted: somebody is, or was, told of what becomes of them."""
        found: list[str] = []
        while rows := self.session.rows(WATCHED, after=found[-1] if found else "", most=MOST_WATCHED):
            found += [row[0] for row in rows]
        return found

    def told(self, connection_id: str) -> str | None:
        """The state of a connection that was told last."""
        row = self.session.row(TOLD, connection=connection_id)
        return row[0] if row is not None else None

    def tell(self, connection_id: str, state: str, moment: int) -> bool:
        """Note the state that is being told now; False where somebody else has told it already."""
        return self.session.row(TELL, connection=connection_id, state=state, moment=moment) is not None


def _split(row: tuple[Any, ...]) -> tuple[Endpoint, Health]:
    values = dict(zip(FIELDS, row, strict=False))
    values["events"] = tuple(msgspec.json.decode(values["events"], type=list[str]))
    values["is_ordered"] = bool(values["is_ordered"])
    return Endpoint(**values), Health(**dict(zip(HEALTH, row[len(FIELDS) :], strict=True)))
