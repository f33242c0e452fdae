"""Lists of queued requests: by state, by what became of their post, and by a phrase."""

from collections.abc import Iterator

import httpx
import pytest
from tests.acceptance.qube.house import House
from tests.support.receiver import Receiver

ADD = (
    "<QBXML><QBXMLMsgsRq onError='stopOnError'><CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd>"
    "</CustomerAddRq></QBXMLMsgsRq></QBXML>"
)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    built = Receiver()
    yield built
    built.close()


@pytest.fixture
def path(client: httpx.Client) -> str:
    """A connection's own list, with nothing in it."""
    made = client.post("/connections", json={"name": "Lists"}).json()["data"]["id"]
    return f"/connections/{made}/queued_requests"


def queued(client: httpx.Client, path: str, name: str, webhook: str | None = None) -> str:
    body = {"request_xml": ADD.format(name), "webhook_url": webhook}
    identifier: str = client.post(path, json=body).json()["data"]["id"]
    return identifier


def ids(client: httpx.Client, path: str, **parameters: str) -> set[str]:
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return {each["id"] for each in answer.json()["data"]}


def test_by_state_and_webhook(client: httpx.Client, path: str, receiver: Receiver) -> None:
    good, silent = queued(client, path, "Anders", receiver.url), queued(client, path, "Bent")
    wrong = queued(client, path, "Anders")
    assert ids(client, path, state="response_received") == {good, silent}
    assert ids(client, path, state="error") == {wrong}
    assert ids(client, path, state="waiting") == set()
    assert ids(client, path, webhook_state="not_applicable") == {silent, wrong}
    assert ids(client, path, state="error", webhook_state="succeeded") == set()
    receiver.next()


def test_pages_count_what_is_sought(client: httpx.Client, path: str) -> None:
    made = [queued(client, path, name) for name in ("One", "Two", "Three", "One", "Two")]
    first = client.get(f"{path}?state=response_received&page_size=2").json()
    assert ([each["id"] for each in first["data"]], first["total_pages"]) == ([made[2], made[1]], 2)
    assert client.get(f"{path}?state=error&page_size=1").json()["total_pages"] == 2


def test_by_a_phrase(client: httpx.Client, path: str) -> None:
    one, other = queued(client, path, "Birch and Sons"), queued(client, path, "100% Elm_wood")
    assert ids(client, path, search_phrase="birch") == {one}
    assert ids(client, path, search_phrase="0% elm_") == {other}
    assert ids(client, path, search_phrase="_") == {other}
    assert ids(client, path, search_phrase="%") == {other}
    assert ids(client, path, search_phrase=one[-12:].upper()) == {one}
    assert ids(client, path, search_phrase="customeradd") == {one, other}
    assert ids(client, path, search_phrase="' OR 1=1 --") == set()
    assert ids(client, path, search_phrase="") == {one, other}


def test_others_are_never_found(client: httpx.Client, path: str, qube: House) -> None:
    queued(client, path, "Secret Spruce")
    other = client.post("/connections", json={"name": "Other"}).json()["data"]["id"]
    assert ids(client, f"/connections/{other}/queued_requests", search_phrase="spruce") == set()
    key, theirs = qube.stranger("Neighbours")
    with qube.client(key) as stranger:
        assert ids(stranger, f"/connections/{theirs}/queued_requests", search_phrase="spruce") == set()
        assert stranger.get(path).status_code == 404


@pytest.mark.parametrize("wrong", ["state=done", "webhook_state=lost", "search_phrase=" + "x" * 101])
def test_words_that_mean_nothing_are_refused(client: httpx.Client, path: str, wrong: str) -> None:
    answer = client.get(f"{path}?{wrong}")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [wrong.partition("=")[0]])
