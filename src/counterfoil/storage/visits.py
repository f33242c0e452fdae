"""Rows of who is signed in: links that sign somebody in once, and the browsers that have been."""

from msgspec import Struct
from sqlalchemy import delete, insert, literal_column, select, update

from counterfoil.storage.contract import Session
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.people import logins, visits


class Login(Struct, frozen=True, kw_only=True):
    """A link that signs somebody in to an account; only its secret's digest is kept."""

    account_id: str
    digest: bytes
    created_at: int
    expires_at: int
    used_at: int | None = None


class Visit(Struct, frozen=True, kw_only=True):
    """A browser that is signed in; only its cookie's digest is kept."""

    account_id: str
    digest: bytes
    created_at: int
    expires_at: int


g, v = logins.c, visits.c
ADD_LOGIN = Statement(insert(logins))
LOGIN = Statement(select(*(g[name] for name in Login.__struct_fields__)).where(g.digest == value("secret")))
USE_LOGIN = Statement(update(logins).where(g.digest == value("secret")).values(used_at=value("moment")))
ADD_VISIT = Statement(insert(visits))
VISIT = Statement(select(*(v[name] for name in Visit.__struct_fields__)).where(v.digest == value("secret")))
END_VISIT = Statement(delete(visits).where(v.digest == value("secret")))
MOST_PURGED = 1000
_old_logins = select(g.digest).where(g.expires_at < value("moment")).limit(literal_column(str(MOST_PURGED)))
_old_visits = select(v.digest).where(v.expires_at < value("moment")).limit(literal_column(str(MOST_PURGED)))
PURGE_LOGINS = Statement(delete(logins).where(g.digest.in_(_old_logins)))
PURGE_VISITS = Statement(delete(visits).where(v.digest.in_(_old_visits)))


class VisitDesk:
    """Found by the digest of a secret, whoever's it is: what it opens follows from it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def add_login(self, login: Login) -> None:
        self.session.run(ADD_LOGIN, **{name: getattr(login, name) for name in login.__struct_fields__})

    def find_login(self, digest: bytes) -> Login | None:
        row = self.session.row(LOGIN, secret=digest)
        return Login(**dict(zip(Login.__struct_fields__, row, strict=True))) if row is not None else None

    def use_login(self, digest: bytes, moment: int) -> None:
        self.session.run(USE_LOGIN, secret=digest, moment=moment)

    def add_visit(self, visit: Visit) -> None:
        self.session.run(ADD_VISIT, **{name: getattr(visit, name) for name in visit.__struct_fields__})

    def find_visit(self, digest: bytes) -> Visit | None:
        row = self.session.row(VISIT, secret=digest)
        return Visit(**dict(zip(Visit.__struct_fields__, row, strict=True))) if row is not None else None

    def end_visit(self, digest: bytes) -> None:
        self.session.run(END_VISIT, secret=digest)

    def purge(self, before: int) -> None:
        """Forget what is over, some of it at each call."""
        self.session.run(PURGE_LOGINS, moment=before)
        self.session.run(PURGE_VISITS, moment=before)
