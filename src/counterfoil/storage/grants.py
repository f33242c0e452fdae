"""Rows of what Intuit granted online connections, and of the consents that people are being asked for."""

from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import delete, insert, literal_column, select, update

from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, upsert, value
from counterfoil.storage.tables.work import consents, grants

MOST_LEAVING: Final = 100


class Grant(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What Intuit granted an online connection, and what was seen of its company. Tokens are sealed.

    `generation` counts the tokens that were stored. `access_until`, `refresh_until` and `final_until` are when the
    access token, the refresh token and the consent itself end. Who refreshes holds the lease `lease_by` until
    `lease_until`. `attention` is the code of what a person must mend, `throttled_until` when Intuit may be asked
    again, `throttled_since` when it first said that it was asked too often.
    """

    realm_id: str = ""
    access: bytes = b""
    refresh: bytes = b""
    generation: int = 0
    access_until: int = 0
    refresh_until: int | None = None
    final_until: int | None = None
    granted_at: int | None = None
    refreshed_at: int | None = None
    lease_by: str = ""
    lease_until: int = 0
    company_name: str | None = None
    country: str | None = None
    tax_mode: str | None = None
    last_seen_at: int | None = None
    last_success_at: int | None = None
    attention: str | None = None
    attention_words: str | None = None
    attention_at: int | None = None
    throttled_since: int | None = None
    throttled_until: int = 0
    paused_until: int = 0

    @property
    def is_granted(self) -> bool:
        return bool(self.realm_id and self.refresh)


class Consent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A consent that a person is being asked for; `redirect_url` is where the person is led afterwards."""

    connection_id: str
    account_id: str
    redirect_url: str | None = None


g, k = grants.c, consents.c
FIND: Final = Statement(select(g.body).where(g.connection_id == value("connection")))
PUT: Final = upsert(
    grants,
    {"connection_id": value("connection"), "is_leaving": value("is_leaving"), "body": value("body")},
    {"body": value("body")},
)
LEAVE: Final = Statement(
    update(grants).where(g.connection_id == value("connection")).values(is_leaving=value("is_leaving"))
)
DROP: Final = Statement(delete(grants).where(g.connection_id == value("connection")))
LEAVING: Final = Statement(
    select(g.connection_id, g.body)
    .where(g.is_leaving)
    .order_by(g.connection_id)
    .limit(literal_column(str(MOST_LEAVING)))
)
ADD_CONSENT: Final = Statement(insert(consents))
CONSENT: Final = Statement(
    select(k.expires_at, k.body).where(k.state_digest == value("digest")).limit(literal_column("1"))
)
DROP_CONSENT: Final = Statement(
    delete(consents).where((k.connection_id == value("connection")) & (k.state_digest == value("digest")))
)
PURGE_CONSENTS: Final = Statement(
    delete(consents).where((k.connection_id == value("connection")) & (k.expires_at < value("before")))
)

_encoder = msgspec.json.Encoder()
_grant = msgspec.json.Decoder(Grant)
_consent = msgspec.json.Decoder(Consent)


class GrantDesk:
    """The grants of an installation."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, connection_id: str) -> Grant | None:
        row = self.session.row(FIND, connection=connection_id)
        return _grant.decode(row[0]) if row is not None else None

    def put(self, connection_id: str, grant: Grant) -> None:
        """Write a grant; one that is to be given back is so still: what was under way may go on noting things."""
        self.session.run(PUT, connection=connection_id, is_leaving=False, body=_encoder.encode(grant))

    def leave(self, connection_id: str) -> None:
        """The grant is to be given back."""
        self.session.run(LEAVE, connection=connection_id, is_leaving=True)

    def drop(self, connection_id: str) -> None:
        self.session.run(DROP, connection=connection_id)

    def leaving(self) -> list[tuple[str, Grant]]:
        """Grants that are still to be given back, of connections that are gone; whoever's they were."""
        return [(row[0], _grant.decode(row[1])) for row in self.session.rows(LEAVING)]

    def add_consent(self, state_digest: bytes, consent: Consent, expires_at: int) -> None:
        self.session.run(
            ADD_CONSENT,
            connection_id=consent.connection_id,
            state_digest=state_digest,
            expires_at=expires_at,
            body=_encoder.encode(consent),
        )

    def take_consent(self, state_digest: bytes, now: int) -> Consent | None:
        """The consent with this state, which serves once; None where there is none or its time is over."""
        row = self.session.row(CONSENT, digest=state_digest)
        if row is not None and self.session.turn_to(_consent.decode(row[1]).connection_id):
            row = self.session.row(CONSENT, digest=state_digest)
        if row is None:
            return None
        consent = _consent.decode(row[1])
        self.session.run(DROP_CONSENT, connection=consent.connection_id, digest=state_digest)
        return consent if row[0] > now else None

    def purge_consents(self, connection_id: str, before: int) -> None:
        self.session.run(PURGE_CONSENTS, connection=connection_id, before=before)
