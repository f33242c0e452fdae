"""Somebody's server that post is delivered to."""

from collections.abc import Iterator

import pytest
from tests.support.receiver import Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    built = Receiver()
    yield built
    built.close()
