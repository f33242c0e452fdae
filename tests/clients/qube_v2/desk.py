"""The vendor's second client, unmodified, as its users set it up: a key and a base URL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import qubesync
import requests
from qubesync import webhooks as vendor_webhooks
from tests.support.receiver import Receiver
from tests.support.server import Server, serving

PATIENCE: Final = 60
post: Any = vendor_webhooks


class Desk:
    """A server with books of one kind, its signing secret, and a client of it."""

    def __init__(self, server: Server, session: requests.Session) -> None:
        self.server = server
        self.key = server.new_key()
        self.secret: str = server.command("webhook", "secret")["secret"]
        self.session = session
        self.client = self.client_of()

    def client_of(self, key: str | None = None, **options: Any) -> Any:
        made: Any = qubesync.Client
        return made(api_key=key or self.key, base_url=self.server.url, session=self.session, **options)

    def read(self, receiver: Receiver) -> Any:
        """The next delivery that tells of a request, checked by the vendor's own verifier.

        The address of a connection is told of the connection as well, at its own time.
        """
        while True:
            signature, body = receiver.next()
            event = post.verify(body, signature, secrets=[self.secret])
            if event.type != "connection":
                return event

    def in_state(self, connection: str, identifier: str, *states: str) -> Any:
        """A request once it is in one of these states."""
        until = time.monotonic() + PATIENCE
        while (found := self.client.get_request(connection, identifier))["state"] not in states:
            assert time.monotonic() < until, found["state"]
            time.sleep(0.02)
        return found

    def answered(self, connection: str, queued: Any) -> Any:
        return self.in_state(connection, queued["id"], "response_received")


@contextmanager
def desk(data: Path, books: str) -> Iterator[Desk]:
    with serving(data, default_books=books, allow_private_webhooks="1") as server, requests.Session() as session:
        yield Desk(server, session)


def messages(told: Any, name: str) -> Any:
    """The answer of one message in a `response_json`."""
    return told["response_json"][0]["QBXMLMsgsRs"][name]
