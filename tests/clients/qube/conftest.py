"""One server for all tests of a module, and the vendor's client configured for it."""

import warnings
from collections.abc import Iterator

import httpx
import pytest
from tests.acceptance.qube.house import House, house
from tests.support.receiver import Receiver
from tests.support.server import Server


@pytest.fixture(scope="module")
def qube(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("qube") / "data") as running:
        yield running


@pytest.fixture
def client(qube: House) -> Iterator[httpx.Client]:
    with qube.client() as connected:
        yield connected


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    built = Receiver()
    yield built
    built.close()


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    return server.new_key()


@pytest.fixture(scope="module")
def secret(server: Server) -> str:
    told: str = server.command("webhook", "secret")["secret"]
    return told


@pytest.fixture
def configured(server: Server, key: str, secret: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The client is configured by the environment alone; it leaves its sessions for the collector to close."""
    monkeypatch.setenv("QUBE_URL", f"{server.url}/api/v1")
    monkeypatch.setenv("QUBE_API_KEY", key)
    monkeypatch.setenv("QUBE_WEBHOOK_SECRET", secret)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
