"""One installation for all tests of this folder; for each test the books side by side, with new companies."""

from collections.abc import Iterator

import pytest
from tests.contract.books.bench import Bench, House, house
from tests.contract.books.online_differences import NOT_SERVED, listed


@pytest.fixture(scope="session")
def premises(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house(tmp_path_factory.mktemp("contract")) as built:
        yield built


@pytest.fixture(params=("desktop", "online"))
def bench(premises: House, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Embedded books, and the ones that a test runs on beside them."""
    with premises.bench(request.param) as built:
        built.is_unlike = request.param == "online" and listed(request.node.nodeid) is not None
        yield built


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On online books: what is listed as a difference must be one, and the test fails. What Online has not is asked
    for in one test (`test_online.py`), and left out of the others."""
    left_out = [each for each in items if _on_online(each) and _of(each) in NOT_SERVED]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each not in left_out]
    for item in items:
        row = listed(item.nodeid) if _on_online(item) else None
        if row is not None:
            wrong = (AssertionError, pytest.fail.Exception)
            item.add_marker(pytest.mark.xfail(reason=row.reason, strict=True, raises=wrong))


def _on_online(item: pytest.Item) -> bool:
    call = getattr(item, "callspec", None)
    return "tests/contract/books/" in item.nodeid and call is not None and call.params.get("bench") == "online"


def _of(item: pytest.Item) -> str:
    """The resource that a test is about."""
    return str(getattr(item, "callspec").params.get("name", ""))  # noqa: B009
