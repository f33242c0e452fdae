"""Pages that stay open: what they do without a stream, where the keyboard stays, and how they stand on a phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.people import People, people_at
from tests.browser.test_app import ACME, COMPANY_QUERY, LABOUR
from tests.browser.test_page import has_stayed, stays


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with people_at(tmp_path_factory.mktemp("people")) as running:
        running.session()
        yield running


@pytest.fixture
def visitor(people: People, page: Page) -> Page:
    people.sign_in(page)
    return page


def test_the_pages_stand_in_one_row_on_a_phone(people: People, visitor: Page) -> None:
    visitor.set_viewport_size({"width": 375, "height": 800})
    for path in ("", "/connections", "/requests", "/endpoints"):
        visitor.goto(f"{people.home.url}/app{path}")
        tops = visitor.evaluate("[...document.querySelectorAll('nav a')].map((a) => a.getBoundingClientRect().top)")
        assert (len(tops), len(set(tops))) == (4, 1), path


def test_a_page_that_gets_no_stream_asks_instead_and_listens_when_it_can(people: People, browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    people.sign_in(page)
    page.route("**/app/events/**", lambda route: route.fulfill(status=503))
    page.goto(f"{people.home.url}/app/requests")
    stays(page)

    def made(number: str) -> None:
        lines = [{"itemId": LABOUR, "quantity": 1}]
        people.conductor(
            "invoices", {"customerId": ACME, "transactionDate": "2026-06-02", "refNumber": number, "lines": lines}
        )
        expect(page.get_by_role("link", name=f"Create invoice {number}")).to_be_visible(timeout=15_000)

    made("NOSTREAM-1")
    expect(page.locator("#lost")).to_be_hidden()
    page.unroute("**/app/events/**")
    with page.expect_response("**/app/events/requests**", timeout=15_000) as response:
        pass
    assert response.value.status == 200
    made("STREAM-1")
    assert has_stayed(page)
    context.close()


def test_the_keyboard_stays_at_the_same_of_several_like_buttons(people: People, visitor: Page) -> None:
    asked = people.queued(COMPANY_QUERY)
    people.session()
    visitor.goto(f"{people.home.url}/app/requests/{asked['id']}")
    again = visitor.get_by_role("button", name="Send it again")
    expect(again).to_have_count(1)
    visitor.evaluate("""() => {
      const post = document.querySelector(".post");
      post.before(post.cloneNode(true)); // as if two were told of it
      document.querySelectorAll(".post button")[1].focus();
      document.dispatchEvent(new Event("htmx:beforeSwap"));
      document.activeElement.blur();
      document.dispatchEvent(new Event("htmx:afterSettle"));
    }""")
    expect(again.nth(1)).to_be_focused()
