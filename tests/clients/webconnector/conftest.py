"""A server whose calls are held for a second only, and a connection to QuickBooks for each test."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from conductor import Conductor
from tests.support.server import Server, serving
from tests.support.stores import perform


@dataclass(frozen=True, slots=True)
class Desk:
    """A connection's name and password for the Web Connector, and what its `.qwc` file says."""

    server: Server
    id: str
    password: str
    app_url: str
    owner_id: str
    file_id: str

    def shown(self) -> dict[str, Any]:
        """What `counterfoil connection show` tells."""
        return told(self.server, "connection.show", id=self.id)

    def set_live(self, live: bool) -> None:
        told(self.server, "connection.set", id=self.id, live=live)

    def pause(self, minutes: int) -> None:
        told(self.server, "connection.pause", id=self.id, minutes=minutes)


def told(server: Server, command: str, **arguments: Any) -> dict[str, Any]:
    """What the server answers to a command; over its socket, as a process of its own for each takes long."""
    answer: dict[str, Any] = perform(server.data, command, {"account": None, **arguments})
    return answer


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("webconnector") / "data"
    with serving(data, live_hold="1") as server:
        yield server


@pytest.fixture(scope="session")
def service_key(service: Server) -> str:
    return service.new_key()


@pytest.fixture
def desk(service: Server) -> Desk:
    return new_desk(service, "Acme")


@pytest.fixture
def conductor(service: Server, service_key: str) -> Iterator[Conductor]:
    with Conductor(api_key=service_key, base_url=f"{service.url}/v1", max_retries=0, timeout=20) as client:
        yield client


def new_desk(server: Server, name: str) -> Desk:
    made = told(server, "connection.create", books="desktop", name=name)
    file = {each.tag: each.text or "" for each in ElementTree.fromstring(Path(made["qwc"]).read_bytes())}
    assert file["UserName"] == made["user_name"]
    return Desk(server, made["id"], made["password"], file["AppURL"], file["OwnerID"], file["FileID"])
