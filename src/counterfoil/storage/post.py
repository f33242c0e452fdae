"""Rows of outgoing post: deliveries that are owed, each attempt at one, and the secrets that sign them."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import delete, insert, select, update

from counterfoil.core.ids import earliest_uuid
from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.post import attempts, deliveries, webhook_secrets


class Delivery(Struct, frozen=True, kw_only=True):
    """A body that is owed to an address. States: `due`, `delivered`, `failed` (given up).

    Post for one receiver shares a `channel`: the id of its endpoint, or what `channel_of` makes of an address that came
    with a request. `number` is its place among all post of its connection. `spent` are the tries of earlier rounds,
    before somebody had it sent again. Of a claimed delivery `due_at` is when the claim ends.
    """

    connection_id: str
    id: str
    request_id: str | None
    url: str
    body: bytes
    state: str
    tries: int
    due_at: int | None
    created_at: int
    endpoint_id: str | None = None
    channel: str = ""
    number: int = 0
    is_ordered: bool = False
    event_id: str | None = None
    event_type: str | None = None
    spent: int = 0
    claimed_by: str | None = None

    @property
    def message_id(self) -> str:
        """What names it to its receiver, at every try: by this a receiver knows what it has had already."""
        return self.event_id or self.id


class DeliveryAttempt(Struct, frozen=True, kw_only=True):
    """One try: the receiver's status, None where there was no answer, and the start of what it said."""

    number: int
    attempted_at: int
    status: int | None
    answer: str


class SecretRecord(Struct, frozen=True, kw_only=True):
    id: str
    sealed: bytes
    created_at: int
    retired_at: int | None


d, a, s = deliveries.c, attempts.c, webhook_secrets.c
NAMES: Final = Delivery.__struct_fields__
COLUMNS: Final = tuple(d[name] for name in NAMES)
MINE = d.connection_id == value("connection")
THIS = MINE & (d.id == value("identifier"))
ADD = Statement(insert(deliveries))
ONE = Statement(select(*COLUMNS).where(THIS))
OF_REQUEST = Statement(
    select(a.number, a.attempted_at, a.status, a.answer)
    .join(deliveries, (d.connection_id == a.connection_id) & (d.id == a.delivery_id))
    .where(MINE & (d.request_id == value("request")) & d.endpoint_id.is_(None))
    .order_by(a.attempted_at, a.number)
)
_of_endpoint = MINE & (d.endpoint_id == value("endpoint")) & (d.id < value("before"))
OF_ENDPOINT = Statement(select(*COLUMNS).where(_of_endpoint).order_by(d.id.desc()).limit(value("most")))
IN_STATE = Statement(
    select(*COLUMNS).where(_of_endpoint & (d.state == value("state"))).order_by(d.id.desc()).limit(value("most"))
)
TRIES = Statement(
    select(a.number, a.attempted_at, a.status, a.answer)
    .where((a.connection_id == value("connection")) & (a.delivery_id == value("delivery")))
    .order_by(a.number)
)
AGAIN = Statement(
    update(deliveries).where(THIS & d.claimed_by.is_(None)).values(state="due", due_at=value("moment"), spent=d.tries)
)
RECOVER = Statement(
    update(deliveries)
    .where(MINE & (d.endpoint_id == value("endpoint")) & (d.created_at >= value("since")) & (d.state == "failed"))
    .values(state="due", due_at=value("moment"), spent=d.tries)
    .returning(d.id)
)
DROP = Statement(
    update(deliveries)
    .where(MINE & (d.endpoint_id == value("endpoint")) & d.due_at.is_not(None))
    .values(state="withdrawn", due_at=None, claimed_by=None)
)
SETTLED = (d.id < value("earliest")) & d.due_at.is_(None)
PURGE_ATTEMPTS = Statement(
    delete(attempts).where(
        (a.connection_id == value("connection")) & a.delivery_id.in_(select(d.id).where(MINE & SETTLED))
    )
)
PURGE = Statement(delete(deliveries).where(MINE & SETTLED))
ADD_SECRET = Statement(insert(webhook_secrets))
OF_ACCOUNT = s.account_id == value("account")
SECRET_COLUMNS = tuple(s[name] for name in SecretRecord.__struct_fields__)
SECRETS = Statement(select(*SECRET_COLUMNS).where(OF_ACCOUNT & s.endpoint_id.is_(None)).order_by(s.created_at, s.id))
ENDPOINT_SECRETS = Statement(
    select(*SECRET_COLUMNS).where(OF_ACCOUNT & (s.endpoint_id == value("endpoint"))).order_by(s.created_at, s.id)
)
RETIRE = Statement(
    update(webhook_secrets)
    .where(OF_ACCOUNT & s.endpoint_id.is_(None) & s.retired_at.is_(None))
    .values(retired_at=value("moment"))
)
RETIRE_ENDPOINT = Statement(
    update(webhook_secrets)
    .where(OF_ACCOUNT & (s.endpoint_id == value("endpoint")) & s.retired_at.is_(None))
    .values(retired_at=value("moment"))
)


class Post:
    """Outgoing post, asked for by connection, and its secrets, by account."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def owe(self, delivery: Delivery) -> None:
        """Write a delivery down, in the transaction that it tells of."""
        self.session.run(ADD, **{name: getattr(delivery, name) for name in NAMES})

    def find(self, connection_id: str, identifier: str) -> Delivery | None:
        row = self.session.row(ONE, connection=connection_id, identifier=identifier)
        return delivery_of(row) if row is not None else None

    def attempts(self, connection_id: str, request_id: str) -> list[DeliveryAttempt]:
        """The attempts at the address that came with a request."""
        rows = self.session.rows(OF_REQUEST, connection=connection_id, request=request_id)
        return [_attempt(row) for row in rows]

    def tries(self, connection_id: str, delivery_id: str) -> list[DeliveryAttempt]:
        rows = self.session.rows(TRIES, connection=connection_id, delivery=delivery_id)
        return [_attempt(row) for row in rows]

    def of_endpoint(
        self, connection_id: str, endpoint_id: str, before: str, most: int, state: str | None = None
    ) -> list[Delivery]:
        """What an endpoint is or was owed of a connection, the newest first, from before an id on; or of it what is in
        a state."""
        named = {"connection": connection_id, "endpoint": endpoint_id, "before": before, "most": most}
        if state is None:
            return [delivery_of(row) for row in self.session.rows(OF_ENDPOINT, **named)]
        return [delivery_of(row) for row in self.session.rows(IN_STATE, state=state, **named)]

    def send_again(self, connection_id: str, identifier: str, moment: int) -> None:
        """A fresh round of tries from a moment on; what is under way just now is left alone."""
        self.session.run(AGAIN, connection=connection_id, identifier=identifier, moment=moment)

    def recover(self, connection_id: str, endpoint_id: str, since: int, moment: int) -> int:
        """A fresh round for everything since a moment that was given up; tells how much it was."""
        named = {"connection": connection_id, "endpoint": endpoint_id, "since": since, "moment": moment}
        return len(self.session.rows(RECOVER, **named))

    def withdraw(self, connection_id: str, endpoint_id: str) -> None:
        """Nothing more is sent to an endpoint that was removed."""
        self.session.run(DROP, connection=connection_id, endpoint=endpoint_id)

    def purge(self, connection_id: str, before: int) -> None:
        """Forget what is settled and from before a moment; ids are in the order of time."""
        named = {"connection": connection_id, "earliest": earliest_uuid(before)}
        self.session.run(PURGE_ATTEMPTS, **named)
        self.session.run(PURGE, **named)

    def add_secret(self, account_id: str, record: SecretRecord, endpoint_id: str | None = None) -> None:
        values = {name: getattr(record, name) for name in record.__struct_fields__}
        self.session.run(ADD_SECRET, account_id=account_id, endpoint_id=endpoint_id, **values)

    def secrets(self, account_id: str, endpoint_id: str | None = None) -> list[SecretRecord]:
        """All secrets of an endpoint, else of the account, the oldest first, retired ones too."""
        if endpoint_id is None:
            rows = self.session.rows(SECRETS, account=account_id)
        else:
            rows = self.session.rows(ENDPOINT_SECRETS, account=account_id, endpoint=endpoint_id)
        return [SecretRecord(**dict(zip(SecretRecord.__struct_fields__, row, strict=True))) for row in rows]

    def retire_secrets(self, account_id: str, moment: int, endpoint_id: str | None = None) -> None:
        """Let the present secret sign on until `moment`, beside the next one."""
        if endpoint_id is None:
            self.session.run(RETIRE, account=account_id, moment=moment)
        else:
            self.session.run(RETIRE_ENDPOINT, account=account_id, endpoint=endpoint_id, moment=moment)


def delivery_of(row: Sequence[Any]) -> Delivery:
    """A delivery from its columns, in the order of its fields."""
    values = dict(zip(NAMES, row, strict=True))
    values["is_ordered"] = bool(values["is_ordered"])
    return Delivery(**values)


def _attempt(row: tuple[Any, ...]) -> DeliveryAttempt:
    return DeliveryAttempt(number=row[0], attempted_at=row[1], status=row[2], answer=row[3])
