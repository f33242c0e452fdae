"""Markup that somebody stored, in every field that a page shows: it is read as text, and runs nowhere."""

from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Page
from tests.browser.people import People, people_at
from tests.browser.test_app import text_of

from counterfoil.core.ids import random_uuid
from counterfoil.core.secrets import digest
from counterfoil.dispatch.administration import NewConnection
from counterfoil.dispatch.overview import Filter
from counterfoil.storage.connectors import ConnectorDesk, SessionRecord, SessionState
from counterfoil.storage.installation import ConnectionRecord

PROBE: Final = "<xss-probe>"
"""As short as a document's number may be."""

CORPUS: Final = (
    PROBE,
    "<img src=x onerror=ran()>",
    '"><svg onload=ran()><xss-probe>',
    "'><script>ran()</script>",
    "<i hx-get=/app hx-trigger=load hx-on::load=ran()>",
    "</pre></textarea></title><xss-probe>",
    "<a href=javascript:ran()>x</a>",
    "<style>*{display:none}</style>",
    "<meta http-equiv=refresh content=0;url=/>",
    "&lt;xss-probe&gt;<xss-probe>",
)
EVERYTHING: Final = " ".join(CORPUS)
HOOK: Final = """
window.found = [];
window.ran = (...what) => window.found.push("ran " + what);
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = () => window.found.push(name);
document.addEventListener("securitypolicyviolation", (event) => {
  window.found.push(event.violatedDirective + " " + event.blockedURI);
});
"""
PLANTED: Final = """
(() => {
  const elements = ["xss-probe", ...["img", "svg", "script", "style", "meta"].map((name) => `main ${name}`)];
  const named = document.querySelectorAll([...elements, "a[href^='javascript' i]"].join());
  const armed = [...document.querySelectorAll("*")].filter((each) =>
    each.getAttributeNames().some((name) => name.startsWith("on") || name.startsWith("hx-on")));
  return [...named, ...armed].map((each) => each.outerHTML.slice(0, 200));
})()
"""
SHOWN: Final = "document.body.innerText.includes('<xss-probe>') || document.title.includes('<xss-probe>')"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with people_at(tmp_path_factory.mktemp("markup")) as running:
        yield running


class Planted:
    """An account whose every text is markup."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.home = people.home
        administration = self.home.running.administration
        self.account = self.home.do(administration.create_account(EVERYTHING[:100]))
        self.key = self.home.do(administration.create_key(self.account.id, None, PROBE))[1]
        self.embedded = self._connection("embedded")
        self.desktop = self._connection("desktop")

    def _connection(self, books: str) -> ConnectionRecord:
        asked = NewConnection(name=EVERYTHING, books=books, source_id=f"{PROBE}{books}", email=f"{PROBE}@x.example")
        return self.home.do(self.home.running.administration.create_connection(self.account, asked))

    def create(self, path: str, body: dict[str, Any], *, key: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}", "Conductor-End-User-Id": self.embedded.id}
        if key is not None:
            headers["Idempotency-Key"] = key
        url = f"{self.home.url}/v1/quickbooks-desktop/{path}"
        answer = httpx.post(url, json=body, headers=headers, trust_env=False, timeout=30)
        told: dict[str, Any] = answer.json()
        return told

    def invoice(self) -> str:
        """An invoice in which every text is markup; its id."""
        account = self.ids("accounts")["Sales"]
        address = {f"line{count}": CORPUS[count] for count in range(1, 4)} | {
            "city": PROBE,
            "postalCode": PROBE,
            "country": PROBE,
        }
        customer = self.create(
            "customers",
            {"name": CORPUS[1], "companyName": PROBE, "billingAddress": address, "shippingAddress": address},
        )
        item = self.create(
            "service-items",
            {
                "name": CORPUS[3],
                "salesOrPurchaseDetails": {"price": "1.00", "postingAccountId": account, "description": EVERYTHING},
            },
        )
        assert "id" in item, item
        body = {
            "customerId": customer["id"],
            "transactionDate": "2026-06-02",
            "refNumber": PROBE,
            "memo": EVERYTHING,
            "purchaseOrderNumber": CORPUS[1],
            "lines": [{"itemId": item["id"], "quantity": 2, "description": EVERYTHING}],
        }
        made = self.create("invoices", body, key=EVERYTHING[:200])
        assert "id" in made, made
        identifier: str = made["id"]
        return identifier

    def ids(self, path: str) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.key}", "Conductor-End-User-Id": self.embedded.id}
        found = httpx.get(f"{self.home.url}/v1/quickbooks-desktop/{path}", headers=headers, trust_env=False).json()
        return {each["name"]: each["id"] for each in found["data"]}

    def refusal(self) -> None:
        told = self.create(
            "invoices", {"customerId": PROBE, "transactionDate": "2026-06-02", "lines": [{"itemId": PROBE}]}
        )
        assert "error" in told

    def document(self) -> str:
        """A document of the caller's own that fails, and whose webhook answers with markup."""
        self.people.receiver.answer = EVERYTHING.encode()
        self.people.receiver.status = 500
        number, name, escaped = (_escaped(text) for text in (CORPUS[2], " ".join(CORPUS[:6]), EVERYTHING))
        request = (
            f'<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
            f'<InvoiceAddRq requestID="{number}"><InvoiceAdd><CustomerRef><FullName>{name}</FullName></CustomerRef>'
            f"<RefNumber>&lt;xss-probe&gt;</RefNumber><Memo>{escaped}</Memo></InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"
        )
        url = f"{self.home.url}/api/v1/connections/{self.embedded.id}/queued_requests"
        webhook = f"{self.people.receiver.url}/?x={PROBE}"
        body = {"request_xml": request, "webhook_url": webhook}
        answer = httpx.post(url, json=body, auth=(self.key, ""), trust_env=False, timeout=30)
        assert answer.status_code == 201, answer.text
        identifier: str = answer.json()["data"]["id"]
        return identifier

    def connector(self) -> None:
        """Everything that a Web Connector may say of itself and of its company."""
        now = self.home.now
        texts = dict.fromkeys(
            ("connector_version", "product", "product_version", "qbxml_version", "company_name", "company_file"),
            EVERYTHING,
        )
        self.home.note(
            self.desktop,
            **texts,
            first_seen_at=now,
            last_seen_at=now,
            attention=f"{PROBE}CODE",
            attention_words=EVERYTHING,
            attention_at=now,
            zone=PROBE,
        )
        record = SessionRecord(
            connection_id=self.desktop.id,
            id=random_uuid(),
            ticket=digest(random_uuid()),
            opened_at=now,
            ended_at=now,
            state=SessionState(error=EVERYTHING),
        )
        self.home.do(self.home.running.store.write(lambda session: ConnectorDesk(session).open_session(record)))

    def requests(self) -> list[str]:
        overview = self.home.running.people.desk.overview
        return [each.row.id for each in self.home.do(overview.requests(self.account.id, Filter())).items]


def test_stored_markup_runs_nowhere(people: People, page: Page) -> None:
    planted = Planted(people)
    invoice = planted.invoice()
    planted.refusal()
    planted.document()
    planted.connector()
    page.add_init_script(HOOK)
    page.goto(people.login_url(planted.account.id))
    clean(page, "the sign-in page")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/app")
    own = f"/app/connections/{planted.embedded.id}/invoices/{invoice}"
    paths = [
        "/app",
        "/app/connections",
        f"/app/connections/{planted.embedded.id}",
        f"/app/connections/{planted.desktop.id}",
        "/app/requests",
        f"/app/requests?q={PROBE}&connection=&state={PROBE}&dialect={PROBE}&day={PROBE}",
        own,
        *(f"/app/requests/{each}" for each in planted.requests()),
    ]
    assert len(paths) >= 12  # customer, item, invoice, refusal and document each have a page
    for path in paths:
        page.goto(f"{people.home.url}{path}")
        page.wait_for_timeout(400)  # the first news has come, and the page was brought up to date once
        for folded in page.locator("summary").all():
            folded.click()
        clean(page, path)
    page.goto(f"{people.home.url}{own}")
    pdf = page.request.get(f"{people.home.url}{own}/pdf")
    assert PROBE in text_of(pdf.body())
    page.get_by_role("button", name="Make a link for the customer").click()
    page.goto(page.get_by_label("Link for those who are not signed in").input_value())
    clean(page, "the linked invoice")


def _escaped(text: str) -> str:
    """As it stands in an XML document."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def clean(page: Page, where: str) -> None:
    """Nothing ran, nothing was even hindered by the policy, and no element is there that the corpus names."""
    assert page.evaluate(SHOWN), f"{where} shows nothing of the corpus"
    assert page.evaluate("window.found") == [], where
    assert page.evaluate(PLANTED) == [], where
