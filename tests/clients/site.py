"""The two kinds of books behind the client tests: Counterfoil's own, and an emulated QuickBooks Desktop each."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from conductor import Conductor
from tests.support.desktop import Office, Offices
from tests.support.server import Server, serving

BOOKS: Final = ("embedded", "desktop")


class Site:
    """A server whose connections have books of one kind. With desktop books, each gets a QuickBooks of its own."""

    def __init__(self, books: str, server: Server, offices: Offices | None) -> None:
        self.books = books
        self.server = server
        self.key = server.new_key()
        self._offices = offices
        self._open: dict[str, Office] = {}

    @property
    def offices(self) -> Offices:
        assert self._offices is not None, f"{self.books} books have no QuickBooks"
        return self._offices

    def new_user(self, client: Conductor, name: str, source_id: str) -> str:
        """An end-user made over HTTP, with the books that such end-users get here."""
        made = client.end_users.create(company_name=name, source_id=source_id, email="books@example.com").id
        self.equip(made)
        return made

    def new_connection(self, name: str, *options: str) -> str:
        """A connection made by the command line."""
        made = self.server.new_connection(name, "--books", self.books, *options)
        self.equip(made, name)
        return made

    def equip(self, user: str, name: str | None = None) -> None:
        """Give a connection what its books need: a QuickBooks with a new company."""
        if self._offices is not None:
            self._open[user] = self._offices.attach(connection_of(user), name=name)

    def office(self, user: str) -> Office:
        return self._open[user]

    def close(self, user: str) -> None:
        """Nobody needs this company any more; its books must be sound."""
        office = self._open.pop(user, None)
        if office is not None:
            office.close()

    def close_all(self) -> None:
        for user in list(self._open):
            self.close(user)


@contextmanager
def sited(books: str, folder: Path) -> Iterator[Site]:
    """A site while the block runs. When it is over, the ledger of every company that is left must be sound."""
    data = folder / "data"
    with serving(data, default_books=books, timeout="20") as server:
        if books == "embedded":
            yield Site(books, server, None)
        else:
            with Offices(data, folder / "companies") as offices:
                site = Site(books, server, offices)
                yield site
                site.close_all()
        wrong = server.faults()
    assert wrong == []


def connection_of(user: str) -> str:
    """The connection's own id behind an end-user's id."""
    digits = user.removeprefix("end_usr_").replace("-", "")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
