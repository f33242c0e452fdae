"""One server for all client tests; for each test a company of its own, and the vendor's client to reach it."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from conductor import Conductor, DefaultHttpxClient
from tests.support.company import Company
from tests.support.line import Line
from tests.support.server import Server, serving

Connect = Callable[..., AbstractContextManager[Conductor]]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """When all tests are done, the ledger of every company that they left behind must be sound."""
    with serving(tmp_path_factory.mktemp("installation") / "data") as running:
        yield running
        report = running.command("doctor")
    assert [check for check in report["checks"] if not check["ok"]] == []


@pytest.fixture(scope="session")
def key(server: Server) -> str:
    """A key made while the server runs."""
    return server.new_key()


@pytest.fixture(scope="session")
def record() -> Path | None:
    """The file that COUNTERFOIL_RECORD names, to which every exchange is written."""
    name = os.environ.get("COUNTERFOIL_RECORD")
    return Path(name) if name else None


@pytest.fixture(scope="session")
def connect(server: Server, key: str) -> Connect:
    """Makes the vendor's client, unmodified: it checks what it gets, and tries again only where a test says so."""

    @contextmanager
    def connected(line: Line, *, api_key: str = key, max_retries: int = 0) -> Iterator[Conductor]:
        with (
            DefaultHttpxClient(transport=line) as http,
            Conductor(
                api_key=api_key,
                base_url=f"{server.url}/v1",
                max_retries=max_retries,
                http_client=http,
                _strict_response_validation=True,
            ) as client,
        ):
            yield client

    return connected


@pytest.fixture
def line(record: Path | None) -> Line:
    return Line(record)


@pytest.fixture
def client(connect: Connect, line: Line) -> Iterator[Conductor]:
    with connect(line) as connected:
        yield connected


@pytest.fixture
def user(client: Conductor, request: pytest.FixtureRequest) -> str:
    """The end-user of this test, with empty books. Made over HTTP: a command of its own for each test takes long."""
    return client.end_users.create(
        company_name=request.node.name[:40], source_id=request.node.nodeid, email="books@example.com"
    ).id


@pytest.fixture
def company(client: Conductor, user: str) -> Company:
    return Company(client, user)
