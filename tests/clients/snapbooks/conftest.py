"""SnapBooks' callers ask the demo companies, which the embedded books hold."""

from collections.abc import Callable

import pytest
from tests.clients.site import Site
from tests.support.server import Server


@pytest.fixture(scope="session")
def server(sites: Callable[[str], Site]) -> Server:
    return sites("embedded").server
