"""The story that `counterfoil demo` tells: one invoice through each of the four dialects, into one company's books."""

import asyncio
import importlib
import importlib.util
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from counterfoil.app.cli.output import console
from counterfoil.app.demo_company import US_CONNECTION, US_NUMBERS, seed_id
from counterfoil.core.errors import Broken
from counterfoil.core.ids import random_uuid
from counterfoil.core.secrets import key_id

QUICKBOOKS = "/v1/quickbooks-desktop"
TAX_OVERRIDE = Decimal("5.99")
TAXED, UNTAXED, PRICE = Decimal("5.00"), Decimal("10.00"), Decimal("4.50")
_json = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened: who was spoken to, what was done, and what it came to."""

    dialect: str
    what: str
    document: str = ""
    amount: str = ""
    open: str = ""


class Story:
    """Speaks to the server over HTTP, as its customers would, and tells each step as it happens."""

    def __init__(self, url: str, key: str, *, quiet: bool) -> None:
        self.url = url
        self.key = key
        self.quiet = quiet
        self.steps: list[Step] = []
        self.http = httpx.AsyncClient(base_url=url, timeout=30)
        self.conductor = {
            "Authorization": f"Bearer {key}",
            "Conductor-End-User-Id": f"end_usr_{US_CONNECTION.replace('-', '')}",
        }
        self.day = date.today().isoformat()  # noqa: DTZ011  it happens on the day of whoever watches it

    async def run(self) -> list[Step]:
        async with self.http:
            first = await self._through_conductor()
            await self._through_qube()
            await self._with_tax_of_its_own()
            number = await self._through_chargeover()
            await self._paid(first)
            await self._read_across(number)
        return self.steps

    async def _through_conductor(self) -> str:
        """A long invoice, by the vendor's own client library where it is installed, and once more."""
        body = await self._large_invoice()
        key = random_uuid()
        who = "Conductor" if importlib.util.find_spec("conductor") is None else "Conductor's own client"
        made = await self._create(body, key)
        self._tell(who, "goods, discount, work, a kit; two taxes", *_invoice(made))
        again = await self._create(body, key)
        if again["id"] != made["id"]:
            raise Broken("a repeated request made a second invoice")
        self._tell(who, "the same request again: no duplicate", *_invoice(again))
        identifier: str = made["id"]
        return identifier

    async def _create(self, body: dict[str, Any], key: str) -> dict[str, Any]:
        if importlib.util.find_spec("conductor") is None:
            return await self._ask("POST", f"{QUICKBOOKS}/invoices", body, {**self.conductor, "Idempotency-Key": key})
        return await asyncio.to_thread(self._create_by_client, body, key)

    def _create_by_client(self, body: dict[str, Any], key: str) -> dict[str, Any]:
        vendor = importlib.import_module("conductor")
        with vendor.Conductor(api_key=self.key, base_url=f"{self.url}/v1") as client:
            made = client.qbd.invoices.create(
                conductor_end_user_id=self.conductor["Conductor-End-User-Id"],
                customer_id=body["customerId"],
                transaction_date=body["transactionDate"],
                extra_body={name: body[name] for name in ("lines", "lineGroups")},
                extra_headers={"Idempotency-Key": key},
            )
            told: dict[str, Any] = made.to_dict(mode="json")
            return told

    async def _large_invoice(self) -> dict[str, Any]:
        goods = await self._ids("non-inventory-items")
        others = {**await self._ids("discount-items"), **await self._ids("subtotal-items")}
        kits = await self._ids("item-groups")
        return {
            "customerId": seed_id(1),
            "transactionDate": self.day,
            "lines": [
                {"itemId": goods["Paver"], "quantity": 120},
                {"itemId": goods["Soil"], "quantity": 20},
                {"itemId": others["Subtotal"]},
                {"itemId": others["Loyal customer"]},
                {"itemId": seed_id(2), "quantity": 1.5},
            ],
            "lineGroups": [{"itemGroupId": kits["Irrigation kit"], "quantity": 1}],
        }

    async def _through_qube(self) -> None:
        """A queued request, answered with the qbXML that was asked and the qbXML that came back."""
        body = {
            "customer_list_id": seed_id(1),
            "transaction_date": self.day,
            "item_sales_tax_list_id": seed_id(6),
            "customer_sales_tax_code_list_id": seed_id(7),
            "memo": "Created via pre-built endpoint",
            "lines": [{"item_list_id": seed_id(2), "quantity": 2, "rate": "150.00"}],
        }
        path = f"/api/v1/connections/{US_CONNECTION}/invoices"
        found = await self._ask("POST", path, body, auth=(self.key, ""))
        answer = found["data"]["response_json"][0]["QBXMLMsgsRs"]["InvoiceAddRs"]
        if answer["@statusCode"] != 0:
            raise Broken(answer["@statusMessage"])
        made = answer["InvoiceRet"]
        made = made[0] if isinstance(made, list) else made
        amount = Decimal(str(made["Subtotal"])) + Decimal(str(made["SalesTaxTotal"]))
        self._tell("QUBE Sync", "a queued request, settled at once", f"invoice {made['RefNumber']}", f"{amount:,.2f}")

    async def _with_tax_of_its_own(self) -> None:
        """The caller has worked the tax out: it is stored to the cent."""
        item = str(US_NUMBERS["items"]["Sprinkler"])
        line = {"productService": item, "units": 1, "description": "Electrodes, pair"}
        body = {
            "customerId": US_NUMBERS["names"]["CBR Tulsa 2"],
            "termId": US_NUMBERS["terms"]["Net 30"],
            "totalTaxOverride": TAX_OVERRIDE,
            "lineItems": [
                {**line, "billAmount": UNTAXED, "taxCodeRef": "NON"},
                {**line, "billAmount": TAXED, "taxCodeRef": "TAX"},
            ],
        }
        made = await self._ask("POST", "/api/v1/invoice", body, {"X-Api-Key": self.key})
        if Decimal(made["totalAmount"]) != TAXED + UNTAXED + TAX_OVERRIDE:
            raise Broken(f"the tax override was not kept: the total is {made['totalAmount']}")
        what = f"tax override of {TAX_OVERRIDE}, kept to the cent"
        self._tell("SnapBooks", what, f"invoice {made['docNumber']}", f"{Decimal(made['totalAmount']):,.2f}")

    async def _through_chargeover(self) -> str:
        item = US_NUMBERS["items"]["Paver"]
        body = {
            "customer_id": US_NUMBERS["names"]["Bluebonnet Cafe"],
            "line_items": [
                {"item_id": item, "descrip": "Pavers for the terrace", "line_rate": PRICE, "line_quantity": 40}
            ],
        }
        auth = (key_id(self.key) or "", self.key)
        made = await self._ask("POST", "/api/v3/invoice", body, auth=auth)
        found = await self._ask("GET", f"/api/v3/invoice/{made['response']['id']}", auth=auth)
        invoice = found["response"]
        total, balance = (f"{Decimal(str(invoice[name])):,.2f}" for name in ("total", "balance"))
        self._tell("ChargeOver", "by customer and item numbers", f"invoice {invoice['refnumber']}", total, balance)
        number: str = invoice["refnumber"]
        return number

    async def _paid(self, identifier: str) -> None:
        payment = {
            "customerId": seed_id(1),
            "transactionDate": self.day,
            "totalAmount": "500.00",
            "applyToTransactions": [{"transactionId": identifier, "paymentAmount": "500.00"}],
        }
        await self._ask("POST", f"{QUICKBOOKS}/receive-payments", payment, self.conductor)
        invoice = await self._ask("GET", f"{QUICKBOOKS}/invoices/{identifier}", headers=self.conductor)
        self._tell("Conductor", "500.00 paid on the first invoice", *_invoice(invoice))

    async def _read_across(self, number: str) -> None:
        """What one dialect wrote, another reads."""
        found = await self._ask("GET", f"{QUICKBOOKS}/invoices?refNumbers={number}", headers=self.conductor)
        self._tell("Conductor", "reads what ChargeOver wrote", *_invoice(found["data"][-1]))

    async def _ids(self, path: str) -> dict[str, str]:
        """Name → id of a list."""
        found = await self._ask("GET", f"{QUICKBOOKS}/{path}", headers=self.conductor)
        return {each.get("fullName") or each["name"]: each["id"] for each in found["data"]}

    async def _ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> dict[str, Any]:
        content = _json.encode(body) if body is not None else None
        sent = {"Content-Type": "application/json", **(headers or {})}
        answer = await self.http.request(method, path, content=content, headers=sent, auth=auth)
        if answer.status_code >= 300:
            raise Broken(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        found: dict[str, Any] = answer.json()
        return found

    def _tell(self, dialect: str, what: str, document: str = "", amount: str = "", left: str = "") -> None:
        self.steps.append(Step(dialect, what, document, amount, left))
        if not self.quiet:
            still = f"open {left}" if left else ""
            console.print(f"  {dialect:22} {what:41} {document:13} {amount:>9} {still:>14}")


def _invoice(invoice: dict[str, Any]) -> tuple[str, str, str]:
    total = Decimal(invoice["subtotal"]) + Decimal(invoice["salesTaxTotal"])
    return f"invoice {invoice['refNumber']}", f"{total:,.2f}", f"{Decimal(invoice['balanceRemaining']):,.2f}"
