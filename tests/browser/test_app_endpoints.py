"""The pages of endpoints: who sees them, what they show of what was sent, and what can be done there."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.people import People, Visitor, people_at

from counterfoil.dispatch.endpoints import NewEndpoint

MARKUP = b"<img src=x onerror=alert(1)> we are closed"
PATIENCE = 30


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with people_at(tmp_path_factory.mktemp("endpoints")) as running:
        yield running


def endpoint(people: People, *events: str) -> str:
    """The id of a new endpoint at the receiver."""
    running = people.home.running
    account = people.home.do(running.administration.account(None))
    asked = NewEndpoint(url=people.receiver.url, events=events)
    made, _ = people.home.do(running.post.endpoints.add(account.id, asked))
    return made.id


def customer(people: People, name: str) -> None:
    assert people.conductor("customers", {"name": name}).status_code == 200


def eventually(visitor: Visitor, path: str, words: str) -> str:
    until = time.monotonic() + PATIENCE
    while words not in (text := visitor.get(path).text):
        assert time.monotonic() < until, text
        time.sleep(0.05)
    return text


def test_an_endpoint_is_listed_and_shows_what_it_was_sent(people: People) -> None:
    visitor = people.visitor()
    own = f"/app/endpoints/{endpoint(people, 'customer.created')}"
    customer(people, "Shown on a page")
    page = eventually(visitor, own, "delivered")
    assert "customer.created" in page
    assert "thank you" in page
    listed = visitor.get("/app/endpoints").text
    assert people.receiver.url in listed
    assert own in listed


def test_what_a_receiver_said_is_text_and_home_tells_of_one_that_is_gone(people: People) -> None:
    visitor = people.visitor()
    own = f"/app/endpoints/{endpoint(people, 'customer.created')}"
    people.receiver.status, people.receiver.answer = 410, MARKUP
    try:
        customer(people, "Nobody wants to hear of")
        page = eventually(visitor, own, "410 Gone")
    finally:
        people.receiver.status, people.receiver.answer = 200, b"thank you"
    assert MARKUP.decode() not in page
    assert "&lt;img src=x" in page
    home = visitor.get("/app").text
    assert "endpoint is paused" in home
    assert own in home
    assert visitor.post(f"{own}/resume").status_code == 303
    eventually(visitor, own, ">delivered<")
    assert own not in visitor.get("/app").text


def test_it_is_paused_tested_and_given_a_new_secret_by_hand(people: People, tmp_path: Path) -> None:
    visitor = people.visitor()
    own = f"/app/endpoints/{endpoint(people, 'invoice.paid')}"
    assert visitor.post(f"{own}/pause").status_code == 303
    assert visitor.post(f"{own}/test").status_code == 303
    page = visitor.get(own).text
    assert "paused by hand" in page
    assert "endpoint.test" in page
    assert ">delivered<" not in page
    assert visitor.post(f"{own}/resume").status_code == 303
    eventually(visitor, own, ">delivered<")
    shown = visitor.post(f"{own}/rotate").text
    assert shown.count("whsec_") == 1
    assert "whsec_" not in visitor.get(own).text
    assert visitor.post(f"{own}/recover").status_code == 303


def test_another_accounts_endpoints_are_not_there(people: People) -> None:
    identifier = endpoint(people)
    account = people.home.do(people.home.running.administration.create_account("strangers"))
    stranger = people.visitor(account.id)
    assert identifier not in stranger.get("/app/endpoints").text
    assert stranger.get(f"/app/endpoints/{identifier}").status_code == 404
    for act in ("pause", "resume", "rotate", "test", "replay", "recover"):
        assert stranger.post(f"/app/endpoints/{identifier}/{act}", delivery="x").status_code == 404


def test_a_delivery_is_sent_again_and_seen_to_arrive(people: People, page: Page) -> None:
    identifier = endpoint(people, "customer.created")
    customer(people, "Sent twice")
    people.sign_in(page)
    page.goto(f"{people.home.url}/app/endpoints/{identifier}")
    expect(page.locator(".post .state")).to_have_text("delivered")
    before = list(people.receiver.bodies)
    page.get_by_role("button", name="Send it again").click()
    expect(page.locator(".post tbody tr")).to_have_count(2)
    assert people.receiver.bodies[len(before) :] == [before[-1]]
