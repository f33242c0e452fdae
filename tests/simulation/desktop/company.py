"""The company file of these simulations, what is done to it, and what it must hold afterwards; all sums by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct, structs

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.books.embedded.company_file import enter
from counterfoil.books.embedded.references import to
from counterfoil.model.command import Create
from counterfoil.model.company import Company as CompanyRecord
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.lines import SalesLine
from counterfoil.model.people import Customer
from counterfoil.model.query import Select, SelectDeleted
from counterfoil.model.sales import Invoice
from counterfoil.model.shape import ListObject, Resource
from counterfoil.storage.company import CompanyFile

BOOKS: Final = EmbeddedBooks()
OLD: Final = {"B-1": 100, "B-2": 200, "B-3": 300, "B-4": 400}
"""Invoices that are there from the start, in dollars: one to change, to void, to be paid, to delete."""

EVER: Final = 4_000_000_000


class Held(Struct, frozen=True, kw_only=True):
    """What a company file holds, in cents: invoices as (number, total, balance, memo), payments as (total, unused)."""

    invoices: tuple[tuple[str, int, int, str], ...]
    payments: tuple[tuple[int, int], ...] = ()
    customers: tuple[str, ...] = ("Ada",)
    deleted: tuple[str, ...] = ()
    receivable: int = 0


AT_FIRST: Final = Held(
    invoices=tuple((number, 100 * amount, 100 * amount, "") for number, amount in OLD.items()), receivable=100_000
)


@dataclass(frozen=True)
class Ids:
    """How the company file names what is in it."""

    customer: str
    item: str
    invoices: Mapping[str, str]
    revisions: Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """A request of Conductor's API."""

    method: str
    path: str
    body: dict[str, Any] | None = None


def fill(file: CompanyFile, books: EmbeddedBooks) -> None:
    books.open_company(file, CompanyRecord(company_name="Small & Sons", legal_company_name="Small & Sons"))
    account = file.find_by_name("accounts", "Services")
    assert account is not None
    details = SalesOrPurchase(price=Decimal("1.00"), posting_account=to(account))
    labour, ada = enter(file, ServiceItem(name="Labour", sales_or_purchase=details)), enter(file, Customer(name="Ada"))
    for number, amount in OLD.items():
        make_invoice(file, number, labour, ada, amount)


def make_invoice(file: CompanyFile, number: str, item: ListObject, customer: ListObject, dollars: int) -> Invoice:
    """An invoice of one line, made in QuickBooks itself."""
    line = SalesLine(item=to(item), amount=Decimal(dollars))
    draft = Invoice(customer=to(customer), ref_number=number, lines=(line,))
    made = BOOKS.execute(file, Create(resource="invoices", draft=draft)).result
    assert isinstance(made, Invoice)
    return made


def ids_of(file: CompanyFile) -> Ids:
    invoices = [each for each in _all(file, "invoices") if isinstance(each, Invoice)]
    return Ids(
        customer=_named(file, "names", "Ada"),
        item=_named(file, "items", "Labour"),
        invoices={each.ref_number or "": each.id for each in invoices},
        revisions={each.ref_number or "": each.revision for each in invoices},
    )


def held(file: CompanyFile) -> Held:
    """What the file holds now."""
    deletions = BOOKS.deletions(
        file, SelectDeleted(resources=("invoices", "receive_payments", "customers"), since=0, until=EVER)
    )
    balances = {balance.name: balance.debit - balance.credit for balance in BOOKS.trial_balance(file)}
    payments: Any = _all(file, "receive_payments")
    invoices: Any = _all(file, "invoices")
    customers: Any = _all(file, "customers")
    return Held(
        invoices=tuple(
            sorted(
                (each.ref_number or "", _cents(each.total_amount), _cents(each.balance_remaining), each.memo or "")
                for each in invoices
            )
        ),
        payments=tuple(sorted((_cents(each.total_amount), _cents(each.unused_payment)) for each in payments)),
        customers=tuple(sorted(each.full_name for each in customers)),
        deleted=tuple(sorted(each.label or "" for each in deletions)),
        receivable=balances.get("Accounts Receivable", 0),
    )


def requests(ids: Ids) -> dict[str, Request]:
    """What is done, by its name; `next` is what waits behind it."""
    return {
        "create": Request("POST", "/invoices", _invoice(ids, "N-1", "55.00")),
        "update": Request(
            "POST",
            f"/invoices/{ids.invoices['B-1']}",
            {"revisionNumber": ids.revisions["B-1"], "memo": "By the new gate"},
        ),
        "void": Request("POST", f"/invoices/{ids.invoices['B-2']}/void"),
        "payment": Request("POST", "/receive-payments", _payment(ids, "B-3", "120.00")),
        "delete": Request("DELETE", f"/invoices/{ids.invoices['B-4']}"),
        "customer": Request("POST", "/customers", {"name": "Ben"}),
        "next": Request("POST", "/invoices", _invoice(ids, "X-9", "77.00")),
    }


OPERATIONS: Final = ("create", "update", "void", "payment", "delete", "customer")


def after(name: str, before: Held = AT_FIRST) -> Held:
    """What the file must hold when a request was carried out once."""
    match name:
        case "create":
            return _with_invoice(before, ("N-1", 5_500, 5_500, ""))
        case "next":
            return _with_invoice(before, ("X-9", 7_700, 7_700, ""))
        case "update":
            return _replaced(before, ("B-1", 10_000, 10_000, "By the new gate"))
        case "void":
            return structs.replace(_replaced(before, ("B-2", 0, 0, "VOID:")), receivable=before.receivable - 20_000)
        case "payment":
            paid = _replaced(before, ("B-3", 30_000, 18_000, ""))
            return structs.replace(paid, payments=((12_000, 0),), receivable=before.receivable - 12_000)
        case "delete":
            left = tuple(each for each in before.invoices if each[0] != "B-4")
            return structs.replace(before, invoices=left, deleted=("B-4",), receivable=before.receivable - 40_000)
        case "customer":
            return structs.replace(before, customers=("Ada", "Ben"))
    raise AssertionError(name)


def _with_invoice(before: Held, made: tuple[str, int, int, str]) -> Held:
    return structs.replace(
        before, invoices=tuple(sorted((*before.invoices, made))), receivable=before.receivable + made[1]
    )


def _replaced(before: Held, changed: tuple[str, int, int, str]) -> Held:
    kept = (changed if each[0] == changed[0] else each for each in before.invoices)
    return structs.replace(before, invoices=tuple(kept))


def _invoice(ids: Ids, number: str, amount: str) -> dict[str, Any]:
    return {
        "customerId": ids.customer,
        "refNumber": number,
        "transactionDate": "2026-03-02",
        "lines": [{"itemId": ids.item, "amount": amount}],
    }


def _payment(ids: Ids, invoice: str, amount: str) -> dict[str, Any]:
    return {
        "customerId": ids.customer,
        "transactionDate": "2026-03-02",
        "totalAmount": amount,
        "applyToTransactions": [{"transactionId": ids.invoices[invoice], "paymentAmount": amount}],
    }


def _all(file: CompanyFile, resource: str) -> tuple[Resource, ...]:
    return BOOKS.select(file, Select(resource=resource)).items


def _named(file: CompanyFile, list_: str, name: str) -> str:
    found = file.find_by_name(list_, name)
    assert isinstance(found, ListObject)
    return found.id


def _cents(amount: Decimal | None) -> int:
    return int((amount or 0) * 100)
