"""What only one kind of list object must fulfil, by class; most need nothing here."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import structs

from counterfoil.books.embedded.accounts import KEPT_TYPES, check_postable
from counterfoil.books.embedded.references import References
from counterfoil.core.problems import Problem
from counterfoil.model.accounts import Account, TaxLineDetails
from counterfoil.model.catalogue import BY_MODEL
from counterfoil.model.items import (
    DiscountItem,
    NonInventoryItem,
    OtherChargeItem,
    SalesTaxGroupItem,
    ServiceItem,
    SoldItem,
)
from counterfoil.model.lists import Currency
from counterfoil.model.people import Customer, Employee, Vendor
from counterfoil.model.shape import ListObject

KEPT = frozenset(KEPT_TYPES)
MASKED = "XXX-XX-XXXX"
L = TypeVar("L", bound=ListObject)
Check = Callable[[References, Any, Any], Any]


def checked(references: References, thing: L, old: ListObject | None) -> L:
    """The object as its own kind's check leaves it; problems go to `references`."""
    check = CHECKS.get(type(thing))
    result: L = check(references, thing, old) if check is not None else thing
    external = getattr(thing, "external_id", None)
    if external is not None and old is None:
        _unique_external_id(references, thing, external)
    return result


def _unique_external_id(references: References, thing: ListObject, external: str) -> None:
    for other in references.file.objects(_resource_name(thing)):
        if getattr(other, "external_id", None) == external:
            references.problems.append(
                Problem("external_id_in_use", ("external_id",), {"value": external, "id": other.id})
            )
            return


def _sold(references: References, item: SoldItem, old: ListObject | None) -> SoldItem:
    """Exactly one of the two sets of details; a price or a percentage, not both."""
    if item.sales_or_purchase is not None and item.sales_and_purchase is not None:
        references.problems.append(Problem("exclusive", ("sales_or_purchase",), {"other": "sales_and_purchase"}))
    _check_accounts(references, item, old)
    details = item.sales_or_purchase
    if details is None:
        if item.sales_and_purchase is None:
            references.problems.append(Problem("required", ("sales_or_purchase",)))
        return item
    if details.price is not None and details.price_percentage is not None:
        if isinstance(old, SoldItem) and old.sales_or_purchase is not None:
            return structs.replace(item, sales_or_purchase=_one_price(details, old.sales_or_purchase))
        place = ("sales_or_purchase", "price")
        references.problems.append(Problem("exclusive", place, {"other": "price_percentage"}))
    return item


def _check_accounts(references: References, item: SoldItem, old: ListObject | None) -> None:
    """What an item earns goes to an account that is not one of the books' own."""
    for part, name in (("sales_or_purchase", "posting_account"), ("sales_and_purchase", "income_account")):
        ref = getattr(getattr(item, part), name, None)
        before = getattr(getattr(old, part, None), name, None)
        if ref is None or ref == before or ref.id is None:
            continue
        account = references.file.find("accounts", ref.id)
        if isinstance(account, Account):
            check_postable(references, account, (part, name))


def _one_price(details: Any, before: Any) -> Any:
    """An update that names the other kind of price takes the place of the one that was there."""
    if details.price != before.price:
        return structs.replace(details, price_percentage=None)
    return structs.replace(details, price=None)


def _discount(references: References, item: DiscountItem, old: DiscountItem | None) -> DiscountItem:
    account = references.file.find("accounts", item.account.id or "") if item.account is not None else None
    if isinstance(account, Account) and (old is None or old.account != item.account):
        check_postable(references, account, ("account",))
    if item.discount_rate is not None and item.discount_rate_percent is not None:
        if old is not None:
            name = "discount_rate_percent" if item.discount_rate != old.discount_rate else "discount_rate"
            return structs.replace(item, **{name: None})
        references.problems.append(Problem("exclusive", ("discount_rate",), {"other": "discount_rate_percent"}))
    if item.discount_rate is None and item.discount_rate_percent is None:
        return structs.replace(item, discount_rate=Decimal(0))
    return item


def _tax_group(references: References, item: SalesTaxGroupItem, _old: ListObject | None) -> SalesTaxGroupItem:
    if not item.sales_tax_items:
        references.problems.append(Problem("too_few", ("sales_tax_items",)))
    return item


def _account(references: References, account: Account, old: Account | None) -> Account:
    if old is not None and account.account_type != old.account_type and old.special_account_type is not None:
        references.problems.append(
            Problem("fixed", ("account_type",), {"detail": "the books need this account as it is"})
        )
    if (
        old is not None
        and account.account_type != old.account_type
        and KEPT.intersection((account.account_type, old.account_type))
    ):
        detail = {"detail": "what has been posted there would lose its meaning"}
        references.problems.append(Problem("fixed", ("account_type",), detail))
    if account.account_type in KEPT and account.opening_balance:
        detail = {"detail": "what is owed comes from invoices and bills, of a customer or vendor"}
        references.problems.append(Problem("fixed", ("opening_balance",), detail))
    parent = account.parent
    if parent is not None and parent.id is not None:
        above = references.file.find("accounts", parent.id)
        if isinstance(above, Account) and above.account_type != account.account_type:
            values = {"value": parent.id, "found": f"of type {above.account_type}", "expected": account.account_type}
            references.problems.append(Problem("reference_wrong", ("parent",), values))
    if account.account_number:
        _unique_number(references, account)
    if account.tax_line_id is not None:
        details = TaxLineDetails(tax_line_id=account.tax_line_id)
        account = structs.replace(account, tax_line_details=details, tax_line_id=None)
    return account


def _unique_number(references: References, account: Account) -> None:
    for other in references.file.objects("accounts"):
        if isinstance(other, Account) and other.account_number == account.account_number and other.id != account.id:
            references.problems.append(Problem("name_in_use", ("account_number",), {"value": account.account_number}))
            return


def _customer(references: References, customer: Customer, old: Customer | None) -> Customer:
    if old is not None and customer.currency != old.currency:
        references.problems.append(Problem("fixed", ("currency",), {"detail": "the customer is billed in it already"}))
    return customer


def _vendor(references: References, vendor: Vendor, old: Vendor | None) -> Vendor:
    if old is not None and vendor.currency != old.currency:
        references.problems.append(Problem("fixed", ("currency",), {"detail": "the vendor is paid in it already"}))
    return vendor


def _employee(_references: References, employee: Employee, _old: ListObject | None) -> Employee:
    """A social security number is nothing to keep: only that there is one."""
    return structs.replace(employee, ssn=MASKED) if employee.ssn else employee


def _currency(_references: References, currency: Currency, old: Currency | None) -> Currency:
    if old is None:
        return structs.replace(currency, is_user_defined_currency=True)
    return currency


def _resource_name(thing: ListObject) -> str:
    return BY_MODEL[type(thing)].name


CHECKS: Mapping[type[ListObject], Check] = {
    ServiceItem: _sold,
    NonInventoryItem: _sold,
    OtherChargeItem: _sold,
    DiscountItem: _discount,
    SalesTaxGroupItem: _tax_group,
    Account: _account,
    Customer: _customer,
    Vendor: _vendor,
    Employee: _employee,
    Currency: _currency,
}
