"""What happened in books, to a request or to a connection, as it is told to those who asked to be told."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from counterfoil.model.catalogue import RESOURCES
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.shape import Resource


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened, named `<subject>.<what>`: `invoice.created`, `request.failed`, `connection.offline`.

    `subject_id` is the id of the resource, request, connection or endpoint that it tells of; `resource` is what the
    books hold now, or what they said of an object that is voided or gone; None where there is none. `details` are the
    plain facts beside it, such as the reason of a failure; `beside` is what callers said of objects that the books
    cannot hold, by resource and id, as far as it was looked for. `aliases` are the connection's other names, the
    oldest first.
    """

    id: str
    type: str
    account_id: str
    connection_id: str
    subject_id: str
    at: int
    resource: Resource | Voided | Deleted | None = None
    request_id: str | None = None
    details: Mapping[str, str] = {}
    beside: Mapping[str, Mapping[str, Mapping[str, Any]]] = {}
    aliases: tuple[str, ...] = ()

    def known_as(self, fits: Callable[[str], bool] = lambda _: True) -> str:
        """The connection as its account knows it: by the oldest alias that fits a dialect, else by its own id."""
        return next(filter(fits, self.aliases), self.connection_id)

    @property
    def subject(self) -> str:
        """What it is about: `invoice`, `request`, `connection` …"""
        return self.type.partition(".")[0]

    @property
    def what(self) -> str:
        """What happened to it: `created`, `failed`, `offline` …"""
        return self.type.partition(".")[2]


SUBJECTS: Final[Mapping[str, str]] = {
    resource.name: resource.thing.replace(" ", "_").replace("-", "_") for resource in RESOURCES
}
"""What an event calls each resource, by its name in the catalogue: `receive_payments` are told of as `payment`."""

RESOURCE_OF: Final[Mapping[str, str]] = {subject: resource for resource, subject in SUBJECTS.items()}
"""The resource that an event is about; requests, connections and endpoints are none."""
