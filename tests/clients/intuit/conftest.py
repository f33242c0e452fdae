"""One emulated Intuit for all tests of Intuit's clients; after each test its ledgers must be sound."""

from collections.abc import Iterator

import pytest
from intuitlib.client import AuthClient
from quickbooks.client import QuickBooks
from tests.clients.intuit.server import RunningIntuit, running

CALLBACK = "https://app.example/callback"


@pytest.fixture(scope="session")
def running_intuit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIntuit]:
    with running(tmp_path_factory.mktemp("intuit")) as found:
        yield found


@pytest.fixture
def intuit(running_intuit: RunningIntuit) -> Iterator[RunningIntuit]:
    yield running_intuit
    running_intuit.faults.clear()
    assert running_intuit.violations() == []


@pytest.fixture
def auth(intuit: RunningIntuit, monkeypatch: pytest.MonkeyPatch) -> Iterator[AuthClient]:
    """Intuit's own OAuth client, told where to discover everything. It insists on https but for this setting."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setattr("intuitlib.config.DISCOVERY_URL", {"sandbox": intuit.discovery, "production": intuit.discovery})
    monkeypatch.setattr("intuitlib.utils.DISCOVERY_URL", {"sandbox": intuit.discovery, "production": intuit.discovery})
    with AuthClient("any client", "any secret", CALLBACK, "sandbox") as client:
        yield client


@pytest.fixture
def qb(intuit: RunningIntuit, auth: AuthClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[QuickBooks]:
    """python-quickbooks, unmodified: it is told another address, and logs in by its refresh token."""
    monkeypatch.setattr(QuickBooks, "sandbox_api_url_v3", f"{intuit.url}/v3")
    client = QuickBooks(auth_client=auth, refresh_token="refresh", company_id=intuit.realm, minorversion=75)
    yield client
    client.session.close()
