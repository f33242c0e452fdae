"""Whether the model's objects are the same in embedded books and in QuickBooks Online, but for their ids and times."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from msgspec import Struct

from counterfoil.model.values import Ref

OF_THE_BOOKS: Final = frozenset({"id", "created_at", "updated_at", "revision", "number"})
UNLIKE: Final = {
    "Account.cash_flow_classification": "Intuit has no such thing.",
    "Account.is_tax_account": "Intuit has no such thing.",
    "Account.special_account_type": "Intuit has subtypes, of which not every one is a special account of Desktop's.",
    "Account.currency": "Intuit tells the currency of everything that has one; here nothing is the company's own.",
    "Vendor.currency": "As with accounts.",
    "Vendor.name_on_check": "Intuit writes the name itself where nobody says another one.",
    "Customer.currency": "As with accounts.",
    "ServiceItem.sales_tax_code": "As of customers.",
    "Customer.sales_tax_code": "Intuit tells of every customer whether it is taxable; nothing here is the default.",
    "Customer.job_status": "Intuit's jobs have no state.",
    "Customer.job_start_date": "Intuit's jobs have no dates.",
    "PaymentMethod.payment_method_type": "Intuit knows cards and others.",
    "CreditMemo.due_date": "Intuit's credit memos are never due.",
    **{
        f"{thing}.{name}": reason
        for thing in ("Invoice", "CreditMemo", "ReceivePayment")
        for name, reason in (
            ("receivables_account", "A company of Intuit's has one account of receivables, and does not name it."),
            ("exchange_rate", "Intuit tells the rate of foreign currencies only."),
        )
    },
    **{f"{thing}.sales_tax_code": "Intuit has tax codes on lines only." for thing in ("Invoice", "CreditMemo")},
    "Invoice.sales_tax_item": "Where a sale bears no tax Intuit names no code for it.",
    "Invoice.sales_tax_percentage": "As with the code.",
    "Invoice.tax_components": "Rates that charge nothing are not told.",
    "Invoice.balance_remaining_in_home_currency": "Intuit tells it of foreign currencies only.",
    "CreditMemo.credit_remaining_in_home_currency": "As of invoices.",
    "ReceivePayment.total_amount_in_home_currency": "As of invoices.",
    "TaxComponent.agency": "Intuit's rates name a tax agency, and a sale does not.",
    "SalesLine.description": "Intuit takes nothing over from the item.",
    "LinkedTransaction.transaction_date": "Intuit tells of a link what it leads to, and no more.",
    "LinkedTransaction.link_type": "As above.",
    "LinkedTransaction.amount": "As above.",
    "Application.transaction_date": "Intuit tells of a payment's line what it pays, and how much of it.",
    "Application.ref_number": "As above.",
    "Application.balance_remaining": "As above.",
}
"""Fields in which objects may differ, each with its reason; whatever is not here is the same in both."""

CODES: Final = {"Tax": "TAX", "Non": "NON", "US Dollar": "USD", "Euro": "EUR"}
"""What Intuit calls by letters."""

Unlike = tuple[str, Any, Any]
SameId = Callable[[str, str], bool]


def unlike(one: Any, other: Any, same: SameId, place: str = "") -> Iterator[Unlike]:
    """The fields in which two values differ, as `Invoice.memo`; `same` tells whether two ids mean one object."""
    if isinstance(one, Ref) and isinstance(other, Ref):
        named = CODES.get(one.full_name or "")
        if other.id != named and not same(one.id or "", other.id or ""):
            yield place, one, other
    elif isinstance(one, Struct) and type(one) is type(other):
        for name in one.__struct_fields__:
            if name not in OF_THE_BOOKS:
                field = f"{type(one).__name__}.{name}"
                yield from _field(field, getattr(one, name), getattr(other, name), same)
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for left, right in zip(one, other, strict=True):
            yield from unlike(left, right, same, place)
    elif (one or None) != (other or None):
        yield place, one, other


def _field(field: str, one: Any, other: Any, same: SameId) -> Iterator[Unlike]:
    if field.endswith(".transaction_id"):
        if not same(one, other):
            yield field, one, other
    elif isinstance(one, Decimal) or isinstance(other, Decimal):
        if (one or Decimal(0)) != (other or Decimal(0)):
            yield field, one, other
    else:
        yield from unlike(one, other, same, field)
