"""Rows of outgoing post: deliveries that are owed, each attempt at one, and the secrets that sign them."""

from typing import Any

from msgspec import Struct
from sqlalchemy import insert, select, update

from counterfoil.storage.contract import Session
from counterfoil.storage.schema import attempts, deliveries, webhook_secrets
from counterfoil.storage.statements import Statement, value


class Delivery(Struct, frozen=True, kw_only=True):
    """A body that is owed to an address. States: `due`, `delivered`, `failed`."""

    connection_id: str
    id: str
    request_id: str | None
    url: str
    body: bytes
    state: str
    tries: int
    due_at: int | None
    created_at: int


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
COLUMNS = tuple(d[name] for name in Delivery.__struct_fields__)
THIS = (d.connection_id == value("connection")) & (d.id == value("identifier"))
ADD = Statement(insert(deliveries))
DUE = Statement(
    select(*COLUMNS)
    .where(d.due_at.is_not(None) & (d.due_at <= value("moment")))
    .order_by(d.due_at)
    .limit(value("most"))
)
NEXT_DUE = Statement(select(d.due_at).where(d.due_at.is_not(None)).order_by(d.due_at).limit(1))
OF_REQUEST = Statement(
    select(a.number, a.attempted_at, a.status, a.answer)
    .join(deliveries, (d.connection_id == a.connection_id) & (d.id == a.delivery_id))
    .where((d.connection_id == value("connection")) & (d.request_id == value("request")))
    .order_by(a.attempted_at, a.number)
)
SETTLE = Statement(
    update(deliveries)
    .where(THIS)
    .values(state=value("new_state"), tries=value("new_tries"), due_at=value("new_due_at"))
)
ADD_ATTEMPT = Statement(insert(attempts))
ADD_SECRET = Statement(insert(webhook_secrets))
SECRETS = Statement(
    select(s.id, s.sealed, s.created_at, s.retired_at)
    .where(s.account_id == value("account"))
    .order_by(s.created_at, s.id)
)
RETIRE = Statement(
    update(webhook_secrets)
    .where((s.account_id == value("account")) & s.retired_at.is_(None))
    .values(retired_at=value("moment"))
)


class Post:
    """Outgoing post. What is due is asked for across connections, because one sender serves them all."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def owe(self, delivery: Delivery) -> None:
        """Write a delivery down, in the transaction that it tells of."""
        self.session.run(ADD, **{name: getattr(delivery, name) for name in delivery.__struct_fields__})

    def due(self, moment: int, most: int) -> list[Delivery]:
        rows = self.session.rows(DUE, moment=moment, most=most)
        return [Delivery(**dict(zip(Delivery.__struct_fields__, row, strict=True))) for row in rows]

    def next_due(self) -> int | None:
        """When the next delivery falls due, if any is owed."""
        row = self.session.row(NEXT_DUE)
        return row[0] if row is not None else None

    def settle(self, delivery: Delivery, attempt: DeliveryAttempt, state: str, due_at: int | None) -> None:
        """Record an attempt, and when the next one is due: None where there is none."""
        self.session.run(
            ADD_ATTEMPT,
            connection_id=delivery.connection_id,
            delivery_id=delivery.id,
            **{name: getattr(attempt, name) for name in attempt.__struct_fields__},
        )
        self.session.run(
            SETTLE,
            connection=delivery.connection_id,
            identifier=delivery.id,
            new_state=state,
            new_tries=attempt.number,
            new_due_at=due_at,
        )

    def attempts(self, connection_id: str, request_id: str) -> list[DeliveryAttempt]:
        rows = self.session.rows(OF_REQUEST, connection=connection_id, request=request_id)
        return [_attempt(row) for row in rows]

    def add_secret(self, account_id: str, record: SecretRecord) -> None:
        values = {name: getattr(record, name) for name in record.__struct_fields__}
        self.session.run(ADD_SECRET, account_id=account_id, **values)

    def secrets(self, account_id: str) -> list[SecretRecord]:
        """All secrets of an account, the oldest first, retired ones too."""
        return [
            SecretRecord(id=row[0], sealed=row[1], created_at=row[2], retired_at=row[3])
            for row in self.session.rows(SECRETS, account=account_id)
        ]

    def retire_secrets(self, account_id: str, moment: int) -> None:
        """Let the present secret sign on until `moment`, beside the next one."""
        self.session.run(RETIRE, account=account_id, moment=moment)


def _attempt(row: tuple[Any, ...]) -> DeliveryAttempt:
    return DeliveryAttempt(number=row[0], attempted_at=row[1], status=row[2], answer=row[3])
