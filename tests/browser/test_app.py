"""The pages at `/app` in a browser, as an operator uses them."""

import io
import re
from collections.abc import Iterator
from decimal import Decimal

import pypdf
import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.people import People, people_at
from tests.browser.test_page import has_stayed, stays

from counterfoil.dispatch.overview import Filter

HEAD = '<?xml version="1.0"?><?qbxml version="13.0"?>'
COMPANY_QUERY = (
    f"""{HEAD}<QBXML><QBXMLMsgsRq onError="stopOnError"><CompanyQueryRq requestID="7"/></QBXMLMsgsRq></QBXML>"""
)
WRONG_INVOICE = f"""{HEAD}<QBXML><QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq requestID="8"><InvoiceAdd>
<CustomerRef><ListID>80000099-1234567890</ListID></CustomerRef>
<InvoiceLineAdd><ItemRef><ListID>80000098-1234567890</ListID></ItemRef><Amount>1.00</Amount></InvoiceLineAdd>
</InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"""
ACME, LABOUR = "80000001-1234567890", "80000002-1234567890"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with people_at(tmp_path_factory.mktemp("people")) as running:
        running.session()  # the company proves itself once
        yield running


@pytest.fixture
def visitor(people: People, page: Page) -> Page:
    people.sign_in(page)
    return page


def test_a_stranger_is_told_how_to_sign_in_and_then_comes_to_what_was_wanted(people: People, browser: Browser) -> None:
    asked = people.queued(COMPANY_QUERY)
    context = browser.new_context()
    page = context.new_page()
    shown = page.goto(f"{people.home.url}{asked['links']['ui']}")
    assert shown is not None
    assert shown.status == 401
    expect(page.get_by_text("run: counterfoil login")).to_be_visible()
    assert asked["id"] not in page.content()

    login = people.login_url()
    page.goto(login)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="CompanyQuery")).to_be_visible()
    assert page.url.endswith(f"/app/queued_requests/{asked['id']}")
    cookies = {cookie["name"]: cookie for cookie in context.cookies()}
    assert cookies["counterfoil_visit"]["httpOnly"]
    assert cookies["counterfoil_visit"]["sameSite"] == "Lax"

    other = browser.new_context().new_page()
    again = other.goto(login)
    assert again is not None
    assert again.status == 410
    page.get_by_role("button", name="Sign out").click()
    back = page.goto(f"{people.home.url}/app")
    assert back is not None
    assert back.status == 401
    other.context.close()
    context.close()
    people.session()


def test_a_request_goes_from_waiting_to_answered_before_ones_eyes(people: People, visitor: Page) -> None:
    people.receiver.bodies.clear()
    asked = people.queued(COMPANY_QUERY)
    visitor.goto(f"{people.home.url}{asked['links']['ui']}")
    stays(visitor)
    state = visitor.locator(".lead .state")
    expect(state).to_have_text("waiting")
    expect(visitor.get_by_role("button", name="Discard")).to_be_visible()
    expect(visitor.locator("#document pre")).to_contain_text("CompanyQueryRq")
    visitor.locator("#document summary").click()

    people.session()
    expect(state).to_have_text("answered")
    expect(visitor.locator(".timeline")).to_contain_text("Webhook, try 1: answered 200")
    expect(visitor.locator(".timeline")).to_contain_text("Handed to QuickBooks Desktop")
    expect(visitor.get_by_role("button", name="Discard")).to_have_count(0)
    expect(visitor.locator("#document")).to_have_attribute("open", "")
    visitor.locator("#answer summary").click()
    expect(visitor.locator("#answer pre")).to_contain_text("<CompanyName>")
    assert has_stayed(visitor)
    assert len(people.receiver.bodies) == 1

    visitor.get_by_role("button", name="Send it again").click()
    expect(visitor.locator(".post tbody tr")).to_have_count(2)
    expect(visitor.get_by_text("answered 200")).to_have_count(2)
    expect(visitor.locator(".post")).to_have_count(1)
    assert len(people.receiver.bodies) == 2
    assert people.receiver.bodies[0] == people.receiver.bodies[1]


def test_a_webhook_that_is_not_taken_is_shown_with_its_answer(people: People, visitor: Page) -> None:
    people.receiver.status, people.receiver.answer = 503, b"we are closed"
    try:
        asked = people.queued(COMPANY_QUERY)
        people.session()
        visitor.goto(f"{people.home.url}/app/requests/{asked['id']}")
        expect(visitor.locator(".post")).to_contain_text("we are closed")
        expect(visitor.locator(".timeline .is-wrong")).to_contain_text("Webhook, try 1: answered 503")
    finally:
        people.receiver.status, people.receiver.answer = 200, b"thank you"


def test_what_is_discarded_never_leaves(people: People, visitor: Page) -> None:
    asked = people.queued(COMPANY_QUERY)
    visitor.goto(f"{people.home.url}/app/requests/{asked['id']}")
    visitor.on("dialog", lambda dialog: dialog.accept())
    visitor.get_by_role("button", name="Discard").click()
    expect(visitor.locator(".lead .state")).to_have_text("withdrawn")
    people.session()
    visitor.reload()
    expect(visitor.locator(".lead .state")).to_have_text("withdrawn")
    expect(visitor.locator(".timeline")).not_to_contain_text("Handed to")
    visitor.get_by_role("button", name="Hand it in again").click()
    expect(visitor.locator(".lead .state")).to_have_text("waiting")
    assert asked["id"] not in visitor.url
    people.session()
    expect(visitor.locator(".lead .state")).to_have_text("answered")


def test_what_failed_says_how_it_is_mended_and_who_can(people: People, visitor: Page) -> None:
    asked = people.queued(WRONG_INVOICE)
    people.session()
    visitor.goto(f"{people.home.url}/app/requests/{asked['id']}")
    expect(visitor.locator(".lead .state")).to_have_text("failed")
    trouble = visitor.locator(".trouble")
    expect(trouble).to_contain_text("Who can mend it:")
    expect(trouble).to_contain_text("Code: 3140")
    assert trouble.locator("ol li").count() >= 1
    visitor.goto(f"{people.home.url}/app")
    needs = visitor.locator(".needs")
    expect(needs.get_by_role("link", name="InvoiceAdd").first).to_be_visible()


def test_a_refusal_of_embedded_books_is_kept_with_its_reason(people: People, visitor: Page) -> None:
    answer = people.conductor(
        "invoices",
        {"customerId": "80000099-1", "transactionDate": "2026-06-02", "lines": [{"itemId": LABOUR, "quantity": 1}]},
    )
    assert answer.status_code >= 400
    visitor.goto(f"{people.home.url}/app/requests?state=failed&dialect=conductor")
    visitor.locator("#live").get_by_role("link", name="Create invoice").first.click()
    expect(visitor.locator(".lead .state")).to_have_text("refused")
    expect(visitor.locator(".trouble")).to_contain_text("80000099-1")
    expect(visitor.locator(".trouble")).to_contain_text("The developer of the program that asked")
    expect(visitor.locator("#body pre")).to_contain_text('"customerId": "80000099-1"')


def test_an_invoice_its_journal_its_proof_and_its_pdf(people: People, visitor: Page, browser: Browser) -> None:
    lines = [{"itemId": LABOUR, "quantity": 3, "rate": "19.99"}, {"itemId": LABOUR, "quantity": 0.5, "rate": "10.01"}]
    body = {"customerId": ACME, "transactionDate": "2026-06-02", "refNumber": "PDF-1", "lines": lines}
    made = people.conductor("invoices", body).json()
    subtotal = Decimal("59.97") + Decimal("5.01")  # 3 × 19.99, and 0.5 × 10.01 = 5.005, half up
    tax = Decimal(made["salesTaxTotal"])

    visitor.goto(f"{people.home.url}/app/requests?q=PDF-1")
    visitor.locator("#live").get_by_role("link", name="Create invoice PDF-1").click()
    totals = visitor.locator("section[aria-labelledby=proof] tbody tr")
    assert totals.nth(0).locator("td").all_text_contents()[:3] == [f"{subtotal}"] * 3
    assert totals.nth(2).locator("td").all_text_contents()[1:3] == [f"{subtotal + tax}"] * 2
    journal = visitor.locator("section[aria-labelledby=journal] tbody tr")
    expect(journal.filter(has_text="Accounts Receivable")).to_contain_text(f"{subtotal + tax}")
    sums = journal.last.locator("td").all_text_contents()
    assert sums[0] == sums[1] == f"{subtotal + tax}"

    visitor.get_by_role("link", name="Page and PDF").click()
    expect(visitor.get_by_role("heading", name="Invoice PDF-1")).to_be_visible()
    expect(visitor.locator(".paper-sums")).to_contain_text(f"{subtotal + tax}")
    pdf = visitor.request.get(f"{people.home.url}{visitor.get_by_role('link', name='PDF').get_attribute('href')}")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.headers["content-disposition"] == 'inline; filename="Invoice-PDF-1.pdf"'
    text = text_of(pdf.body())
    amounts = [Decimal(found) for found in re.findall(r"(?<![\d.])\d+\.\d\d(?!\d)", text)]
    assert {Decimal("59.97"), Decimal("5.01"), subtotal, subtotal + tax} <= set(amounts)
    assert "Acme Corporation" in text
    assert re.search(rf"Total\s+{subtotal + tax}", text)
    assert re.search(rf"Balance due\s+{subtotal + tax}", text)

    visitor.get_by_role("button", name="Make a link for the customer").click()
    link = visitor.get_by_label("Link for those who are not signed in").input_value()
    assert re.fullmatch(rf"{people.home.url}/i/[A-Za-z0-9_-]{{43}}", link)
    stranger = browser.new_context()
    public = stranger.new_page()
    shown = public.goto(link)
    assert shown is not None
    assert shown.headers["x-robots-tag"] == "noindex"
    expect(public.get_by_role("heading", name="Invoice PDF-1")).to_be_visible()
    expect(public.locator("a")).to_have_count(1)
    assert stranger.request.get(f"{link}/pdf").body() == pdf.body()

    visitor.on("dialog", lambda dialog: dialog.accept())
    visitor.get_by_role("button", name="Take the link back").click()
    expect(visitor.get_by_role("button", name="Make a link for the customer")).to_be_visible()
    assert stranger.request.get(link).status == 404
    stranger.close()


def test_what_left_for_quickbooks_and_what_it_said(people: People, visitor: Page) -> None:
    body = {"name": "Hill & Dale", "companyName": "Hill & Dale Ltd"}
    assert people.conductor_on_desktop("customers", body).status_code == 200
    assert people.conductor_on_desktop("customers", body).status_code >= 400
    visitor.goto(f"{people.home.url}/app/requests?q=Hill+%26+Dale")
    links = visitor.locator("#live").get_by_role("link", name="Create customer")
    expect(links).to_have_count(2)
    links.last.click()
    expect(visitor.locator("#headline")).to_have_text("It is written in QuickBooks Desktop.")
    visitor.locator("#document summary").click()
    expect(visitor.locator("#document pre")).to_contain_text("<Name>Hill & Dale</Name>")
    expect(visitor.locator("#document pre")).to_contain_text("newMessageSetID=")
    visitor.locator("#answer summary").click()
    expect(visitor.locator("#answer pre")).to_contain_text("<FullName>Hill & Dale</FullName>")

    visitor.go_back()
    links.first.click()
    expect(visitor.locator("#headline")).to_have_text("QuickBooks Desktop refused it. Nothing was written.")
    expect(visitor.locator(".trouble")).to_contain_text("Code: 3100")
    expect(visitor.locator(".trouble q")).to_contain_text("Hill & Dale")
    expect(visitor.get_by_role("button", name="Hand it in again")).to_have_count(
        0
    )  # who asked was told, and asks again


def test_an_invoice_on_paper_is_the_invoice_alone(people: People, visitor: Page) -> None:
    body = {"customerId": ACME, "transactionDate": "2026-06-02", "lines": [{"itemId": LABOUR, "quantity": 1}]}
    made = people.conductor("invoices", body).json()
    visitor.goto(f"{people.home.url}/app/connections/{people.home.do(demo(people))}/invoices/{made['id']}")
    visitor.emulate_media(media="print")
    expect(visitor.locator(".paper")).to_be_visible()
    for hidden in (".top", ".no-print >> nth=0"):
        expect(visitor.locator(hidden)).to_be_hidden()


async def demo(people: People) -> str:
    account = await people.home.running.administration.account(None)
    found = await people.home.running.administration.connections(account.id)
    return next(each.id for each in found if each.name == "Larkspur Landscaping")


def test_requests_are_found_while_one_types(people: People, visitor: Page) -> None:
    for number in ("FIND-1", "FIND-2"):
        lines = [{"itemId": LABOUR, "quantity": 1}]
        people.conductor(
            "invoices", {"customerId": ACME, "transactionDate": "2026-06-02", "refNumber": number, "lines": lines}
        )
    visitor.goto(f"{people.home.url}/app/requests")
    stays(visitor)
    rows = visitor.locator("#live tbody tr")
    visitor.get_by_label("Number, customer, id or idempotency key").fill("find-")
    expect(rows).to_have_count(2)
    visitor.get_by_label("Number, customer, id or idempotency key").fill("FIND-2")
    expect(rows).to_have_count(1)
    expect(visitor).to_have_url(re.compile("q=FIND-2"))
    visitor.get_by_label("Asked through").select_option("QUBE Sync")
    expect(visitor.get_by_text("No request is like that.")).to_be_visible()
    assert has_stayed(visitor)


def test_new_requests_come_into_the_list_by_themselves(people: People, visitor: Page) -> None:
    visitor.goto(f"{people.home.url}/app")
    stays(visitor)
    lines = [{"itemId": LABOUR, "quantity": 1}]
    people.conductor(
        "invoices", {"customerId": ACME, "transactionDate": "2026-06-02", "refNumber": "LIVE-1", "lines": lines}
    )
    expect(visitor.get_by_role("link", name="Create invoice LIVE-1")).to_be_visible()
    assert has_stayed(visitor)


def test_a_connection_is_paused_resumed_set_up_anew_and_configured(people: People, visitor: Page) -> None:
    visitor.goto(f"{people.home.url}/app/connections")
    visitor.get_by_role("link", name="Cedar & Sons").click()
    expect(visitor.locator(".facts")).to_contain_text("Cedar")
    expect(visitor.get_by_role("heading", name="Calls of the Web Connector")).to_be_visible()
    assert visitor.locator(".heat td:not(.heat-0)").count() >= 1

    visitor.get_by_role("button", name="1 hour").click()
    expect(visitor.locator(".lead .state")).to_have_text("paused")
    visitor.get_by_role("button", name="Resume now").click()
    expect(visitor.locator(".lead .state")).not_to_have_text("paused")

    with visitor.expect_download() as download:
        visitor.get_by_role("link", name="Download the .qwc file").click()
    assert download.value.suggested_filename == "Cedar & Sons - Counterfoil.qwc"
    visitor.on("dialog", lambda dialog: dialog.accept())
    visitor.get_by_role("button", name="Make a new password").click()
    password = visitor.get_by_label("The new password").input_value()
    opened = people.home.do(people.home.running.conversation.authenticate(people.desktop.id, password, "2.3.0.198"))
    assert opened[1] != "nvu"
    people._password = password
    visitor.get_by_role("button", name="Make a connect link").click()
    connect = visitor.get_by_label("The connect link").input_value()
    assert connect.startswith(f"{people.home.url}/connect/auth_sess_client_secret_")

    visitor.get_by_label("Time zone of QuickBooks").fill("Nowhere/Land")
    visitor.get_by_role("button", name="Save").click()
    expect(visitor.get_by_role("alert")).to_contain_text("Nowhere/Land is no time zone")
    visitor.get_by_label("Time zone of QuickBooks").fill("America/Chicago")
    visitor.get_by_label("from").fill("08:00")
    visitor.get_by_label("to", exact=True).fill("18:00")
    visitor.get_by_role("button", name="Save").click()
    expect(visitor.get_by_label("from")).to_have_value("08:00")
    connector = people.home.do(people.home.running.connectors.condition(people.desktop)).connector
    assert connector.zone == "America/Chicago"
    assert connector.hours is not None
    assert (connector.hours.start, connector.hours.end, connector.hours.zone) == ("08:00", "18:00", "America/Chicago")
    visitor.get_by_label("from").fill("")
    visitor.get_by_label("to", exact=True).fill("")
    visitor.get_by_role("button", name="Save").click()
    expect(visitor.get_by_label("from")).to_have_value("")
    assert people.home.do(people.home.running.connectors.condition(people.desktop)).connector.hours is None


def test_it_can_be_worked_by_the_keyboard(people: People, visitor: Page) -> None:
    asked = people.queued(COMPANY_QUERY)
    visitor.goto(f"{people.home.url}/app/requests/{asked['id']}")
    expect(visitor.locator("time").first).to_contain_text(re.compile("just now|ago"))
    reached = []
    for _ in range(10):
        visitor.keyboard.press("Tab")
        reached.append(visitor.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
    assert reached == [
        "Go to the content",
        "Counterfoil",
        "Home",
        "Connections",
        "Requests",
        "Endpoints",
        "find",
        "Sign out",
        "Discard",
        "Cedar & Sons",
    ]
    visitor.on("dialog", lambda dialog: dialog.accept())
    visitor.get_by_role("button", name="Discard").focus()
    visitor.keyboard.press("Enter")
    expect(visitor.locator(".lead .state")).to_have_text("withdrawn")


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_runs_over_the_edge(people: People, visitor: Page, width: int) -> None:
    visitor.set_viewport_size({"width": width, "height": 800})
    lines = [{"itemId": LABOUR, "quantity": 1, "description": "W" * 200}]
    made = people.conductor(
        "invoices", {"customerId": ACME, "transactionDate": "2026-06-02", "refNumber": f"W{width}", "lines": lines}
    ).json()
    asked = people.queued(COMPANY_QUERY)
    request = found_id(people, f"W{width}")
    demo_id = people.home.do(demo(people))
    for path in (
        "/app",
        "/app/connections",
        f"/app/connections/{people.desktop.id}",
        f"/app/connections/{demo_id}",
        "/app/requests",
        f"/app/requests/{request}",
        f"/app/requests/{asked['id']}",
        f"/app/connections/{demo_id}/invoices/{made['id']}",
    ):
        visitor.goto(f"{people.home.url}{path}")
        assert visitor.evaluate("document.documentElement.scrollWidth") <= width, path
    people.session()


def found_id(people: People, number: str) -> str:
    """The id of the request that made the invoice with this number."""

    async def look() -> str:
        account = await people.home.running.administration.account(None)
        listing = await people.home.running.people.desk.overview.requests(account.id, Filter(text=number))
        return listing.items[0].row.id

    return people.home.do(look())


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
