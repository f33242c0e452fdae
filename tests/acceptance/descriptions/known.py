"""What exists in the demo company: a request about records that nobody has gets no further than the door."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import httpx
from tests.acceptance.conftest import ACME, client, goods, invoice

Values = Mapping[str, Sequence[Any]]
"""Name of a field, in small letters, → values that mean something in it."""

COLLECTIONS: Final = {
    "accountid": "accounts",
    "classid": "classes",
    "currencyid": "currencies",
    "customerid": "customers",
    "itemid": "non-inventory-items",
    "itemsalestaxid": "sales-tax-items",
    "parentid": "customers",
    "paymentmethodid": "payment-methods",
    "salesrepresentativeid": "sales-representatives",
    "salestaxcodeid": "sales-tax-codes",
    "salestaxitemid": "sales-tax-items",
    "shippingmethodid": "shipping-methods",
    "taxvendorid": "vendors",
    "termsid": "standard-terms",
    "transactionid": "invoices",
}
"""End of a field's name → where Conductor's dialect lists what it refers to."""

LISTS: Final = ("customer-types", "date-driven-terms", "discount-items", "sales-tax-group-items", "service-items")
"""Lists that no field of a request refers to by a name of its own."""

NUMBER: Final = "DESCRIBED-1"
WORDS: Final[Values] = {
    "amount": (1, 10, "2.50"),
    "billamount": (1, 10, "2.50"),
    "date": ("2026-03-02",),
    "invoicenumber": (NUMBER,),
    "docnumber": (NUMBER,),
    "query": tuple(f"SELECT * FROM {each}" for each in ("Invoice", "Customer", "Item", "TaxCode", "Term")),
    "quantity": (1, "2"),
    "rate": ("10.00", "5"),
    "refnumber": (NUMBER,),
}
GOOD: Final[Mapping[str, Mapping[str, Any]]] = {
    "/api/v1/connections/{connection_id}/invoices": {"customer_list_id": "", "lines": [{"item_list_id": ""}]},
    "/api/v1/invoice": {"customerId": "", "lineItems": [{"productService": "", "billAmount": ""}]},
    "/api/v1/invoice/payment": {"invoiceNumber": "", "amount": ""},
    "/api/v3/class": {"name": "Described"},
    "/api/v3/invoice": {"customer_id": 0, "line_items": [{"item_id": 0, "line_rate": ""}]},
    "/api/v3/item": {"name": "Described", "item_type": "service"},
    "/api/v3/terms": {"name": "Described", "terms_days": 7},
    "/api/v3/transaction": {"customer_id": 0, "amount": "", "transaction_type": "pay"},
    "/api/v3/transaction/_action/pay": {"customer_id": 0, "amount": ""},
    "/v1/quickbooks-desktop/credit-memos": {"customerId": "", "transactionDate": "", "lines": [{"itemId": ""}]},
    "/v1/quickbooks-desktop/invoices": {"customerId": "", "transactionDate": "", "lines": [{"itemId": ""}]},
    "/v1/quickbooks-desktop/non-inventory-items": {
        "name": "Described",
        "salesOrPurchaseDetails": {"postingAccountId": ""},
    },
    "/v1/quickbooks-desktop/receive-payments": {
        "customerId": "",
        "transactionDate": "",
        "totalAmount": "",
        "isAutoApply": True,
    },
}
"""Address → a body for POST that does well once its fields hold things that exist; chance alone never finds one."""

CHARGEOVER: Final = ("class", "currency", "customer", "invoice", "item", "terms", "transaction")
SNAPBOOKS: Final = {
    "classref": "Class",
    "customerid": "Customer",
    "id": "Customer",
    "paymentmethodid": "PaymentMethod",
    "productservice": "Item",
    "termid": "Term",
    "vendorid": "Vendor",
}


def learned(url: str, key: str) -> dict[str, Sequence[Any]]:
    """The ids of the demo company's records, and an invoice among them that all four dialects can see."""
    with client(url, key) as caller:
        made = caller.post("/invoices", json={**invoice(goods(caller)), "refNumber": NUMBER})
        assert made.status_code == 200, made.text
        return {**WORDS, **{name: ids(caller, path) for name, path in COLLECTIONS.items()}}


def learned_by_chargeover(url: str, headers: Mapping[str, str]) -> dict[str, Values]:
    """List of ChargeOver's dialect → what its `id` may be."""
    with httpx.Client(base_url=f"{url}/api/v3", headers=dict(headers)) as caller:
        found = {name: caller.get(f"/{name}").json()["response"] for name in CHARGEOVER}
    return {name: {"id": [each[f"{name}_id"] for each in rows][:5]} for name, rows in found.items()}


def learned_by_snapbooks(url: str, headers: Mapping[str, str]) -> dict[str, Sequence[Any]]:
    """The numbers of the demo company's records."""
    with httpx.Client(base_url=f"{url}/api/v1", headers=dict(headers)) as caller:
        found = {name: rows_of(caller, entity) for name, entity in SNAPBOOKS.items()}
    return {
        **WORDS,
        "taxcoderef": ("TAX", "NON"),
        **{name: [each["Id"] for each in rows] for name, rows in found.items()},
    }


def rows_of(caller: httpx.Client, entity: str) -> list[dict[str, Any]]:
    told = caller.post("/query", json={"query": f"SELECT * FROM {entity} MAXRESULTS 5"}).json()
    assert told["success"], told
    return list(told["data"])


def fresh(url: str, key: str, number: str) -> dict[str, Values]:
    """List of Conductor's dialect → an id in it, of sales made this moment: those of before may be void or gone."""
    with client(url, key) as caller:
        good = {**invoice(goods(caller)), "refNumber": number}
        payment = {"customerId": ACME, "transactionDate": "2026-03-02", "totalAmount": "5.00", "isAutoApply": True}
        bodies = {"invoices": good, "credit-memos": good, "receive-payments": payment}
        return {path: {"id": [made(caller, path, body)]} for path, body in bodies.items()}


def made(caller: httpx.Client, path: str, body: Mapping[str, Any]) -> str:
    answer = caller.post(f"/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def fresh_to_chargeover(url: str, headers: Mapping[str, str], number: str) -> dict[str, Values]:
    """The same sales as ChargeOver numbers them."""
    with httpx.Client(base_url=f"{url}/api/v3", headers=dict(headers)) as caller:
        where = {"where": f"refnumber:EQUALS:{number}"}
        invoices = caller.get("/invoice", params=where).json()["response"]
        last: dict[str, str | int] = {"order": "transaction_id:DESC", "limit": 2}
        payments = caller.get("/transaction", params=last).json()["response"]
    return {
        "invoice": {"id": [each["invoice_id"] for each in invoices]},
        "transaction": {"id": [each["transaction_id"] for each in payments]},
    }


def own(url: str, key: str) -> dict[str, Values]:
    """List of Conductor's dialect → the ids in it."""
    with client(url, key) as caller:
        return {path: {"id": ids(caller, path)} for path in {*COLLECTIONS.values(), *LISTS}}


def ids(caller: httpx.Client, path: str) -> list[str]:
    """The ids that a list of Conductor's dialect tells; a list of everything that there can be may well be empty."""
    return [each["id"] for each in caller.get(f"/{path}").json()["data"]][:5]


def grounded(value: Any, known: Values, pick: Callable[[Sequence[Any]], Any], name: str = "") -> Any:
    """A generated value with what its fields name exchanged for things that exist."""
    if isinstance(value, dict):
        return {each: grounded(inner, known, pick, each) for each, inner in value.items()}
    if isinstance(value, list):
        return [grounded(inner, known, pick, name) for inner in value]
    choices = choices_for(name, known)
    return pick(choices) if choices else value


def choices_for(name: str, known: Values) -> Sequence[Any]:
    """What goes with a field's name; `customer_list_id` is to QUBE what `customerId` is to Conductor."""
    plain = name.replace("_", "").replace("list", "").removesuffix("[]").removesuffix("s").lower()
    ends = sorted((end for end in known if plain.endswith(end)), key=len)
    return known[ends[-1]] if ends else ()
