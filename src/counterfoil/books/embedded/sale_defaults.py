"""What a sale takes over from its customer and from the company where the caller was silent."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec import structs

from counterfoil.books.embedded.accounts import receivables_account, special_account
from counterfoil.books.embedded.references import References, article, to
from counterfoil.books.embedded.sale_tax import tax_code
from counterfoil.core.dates import today
from counterfoil.core.problems import Problem
from counterfoil.ledger.due import Term, due_date
from counterfoil.ledger.posting import ONE
from counterfoil.model.accounts import Account
from counterfoil.model.company import Company, Preferences, SalesTax
from counterfoil.model.lists import Currency, SalesTaxCode
from counterfoil.model.people import Customer
from counterfoil.model.sales import OnAccount, PaidSale, Sale
from counterfoil.model.shape import ListObject
from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

S = TypeVar("S", bound=Sale)
INHERITED = ("terms", "sales_representative", "sales_tax_code", "sales_tax_item", "billing_address", "shipping_address")
"""What a sale takes from its customer; a job that says nothing has it from the customer above."""

DEPOSIT_TYPES = ("bank", "other_current_asset")


@dataclass(slots=True)
class SaleParties:
    """Who and what a sale is about: found once, used throughout."""

    customer: Customer | None
    given: dict[str, ListObject]
    company: Company
    preferences: Preferences
    non_taxable: SalesTaxCode | None
    tax_item: ListObject | None = None
    term: Term | None = None

    @property
    def sales_tax(self) -> SalesTax | None:
        return self.preferences.sales_tax

    @property
    def by_line_code(self) -> bool:
        return self.company.country == "CA"


def parties(references: References, sale: Sale, *, changed: AbstractSet[str] | None = None) -> SaleParties:
    """Find what the header refers to. `changed` names what an update brings: only that must be active."""
    if sale.customer is None and not isinstance(sale, PaidSale):
        references.problems.append(Problem("required", ("customer",)))
    given = references.header(sale, changed=changed)
    someone = given.pop("customer", None)
    customer = someone if isinstance(someone, Customer) else None
    file = references.file
    company, preferences = file.singleton("company"), file.singleton("preferences")
    if not isinstance(company, Company) or not isinstance(preferences, Preferences):
        raise TypeError("a company file without company or preferences")
    tax = preferences.sales_tax
    non_taxable = tax_code(references, tax.default_non_taxable_sales_tax_code) if tax is not None else None
    return SaleParties(customer, given, company, preferences, non_taxable)


def with_defaults(
    file: CompanyFile,
    references: References,
    sale: S,
    people: SaleParties,
    *,
    old: Sale | None = None,
    changed: AbstractSet[str] = frozenset(),
) -> S:
    """The sale with its references named and, when it is new, everything filled in that it left open."""
    values: dict[str, Any] = {name: to(thing) for name, thing in people.given.items()}
    if people.customer is not None:
        values["customer"] = to(people.customer)
    day = sale.transaction_date or today(file.clock.now())
    values["transaction_date"] = day
    if old is None and (people.customer is not None or isinstance(sale, PaidSale)):
        _inherit(file, sale, people, values)
        _take_currency(file, references, sale, people, values)
        if isinstance(sale, OnAccount):
            _take_receivables(file, references, sale, people, values)
    elif old is not None:
        _check_receivables(references, sale.currency, people)
        _keep_currency(references, sale, old, people, values)
    if isinstance(sale, PaidSale):
        _take_deposit(file, references, sale, people, values)
    if sale.is_queued_for_email and (old is None or "is_queued_for_email" in changed):
        _check_email(references, people)
    if people.sales_tax is None:
        values["sales_tax_item"] = values["sales_tax_code"] = None
    people.tax_item = _object(file, "items", values.get("sales_tax_item", sale.sales_tax_item))
    term = _object(file, "terms", values.get("terms", sale.terms))
    people.term = term if isinstance(term, StandardTerm | DateDrivenTerm) else None
    if not isinstance(sale, PaidSale) and _due_again(sale, old, changed):
        values["due_date"] = due_date(day, people.term)
    return structs.replace(sale, **values)


def _check_email(references: References, people: SaleParties) -> None:
    """QuickBooks refuses to queue an e-mail that could go nowhere."""
    customer = people.customer
    if customer is not None and not customer.email:
        references.problems.append(Problem("no_email", ("is_queued_for_email",), {"customer": customer.label}))


def _due_again(sale: Sale, old: Sale | None, changed: AbstractSet[str]) -> bool:
    """A due date is computed for a new sale, and again when its terms change, unless the caller names one."""
    if old is None:
        return sale.due_date is None
    return "due_date" not in changed and "terms" in changed


def _inherit(file: CompanyFile, sale: Sale, people: SaleParties, values: dict[str, Any]) -> None:
    customer = people.customer
    at_once = isinstance(sale, PaidSale)  # and so it never falls due
    open_names = [name for name in INHERITED if getattr(sale, name) is None and not (at_once and name == "terms")]
    while customer is not None and open_names:
        for name in list(open_names):
            value = getattr(customer, name)
            if value is not None:
                values[name] = value
                open_names.remove(name)
        parent = _object(file, "names", customer.parent) if customer.parent is not None else None
        customer = parent if isinstance(parent, Customer) else None
    tax = people.sales_tax
    if tax is not None and not people.by_line_code:
        if "sales_tax_item" in open_names:
            values["sales_tax_item"] = tax.default_item_sales_tax
        if "sales_tax_code" in open_names:
            values["sales_tax_code"] = tax.default_taxable_sales_tax_code


def _take_currency(
    file: CompanyFile, references: References, sale: Sale, people: SaleParties, values: dict[str, Any]
) -> None:
    """A foreign customer is billed in their currency, at the rate given, else at the currency's last known one."""
    currency = people.customer.currency if people.customer is not None else None
    home = people.preferences.multi_currency.home_currency if people.preferences.multi_currency is not None else None
    if currency is None or (home is not None and currency.id == home.id):
        if sale.exchange_rate not in (None, ONE):
            references.problems.append(
                Problem("fixed", ("exchange_rate",), {"detail": "the customer is billed in the home currency"})
            )
        values["currency"] = home
        values["exchange_rate"] = ONE if home is not None else None
        return
    values["currency"] = currency
    if sale.exchange_rate is None:
        known = _object(file, "currencies", currency)
        values["exchange_rate"] = (known.exchange_rate if isinstance(known, Currency) else None) or ONE


def _keep_currency(references: References, sale: Sale, old: Sale, people: SaleParties, values: dict[str, Any]) -> None:
    """A sale stays in its currency, with a rate if that is foreign, and in some receivables account."""
    if isinstance(sale, OnAccount) and sale.receivables_account is None:
        references.problems.append(Problem("required", ("receivables_account",)))
    if sale.exchange_rate is None:
        values["exchange_rate"] = old.exchange_rate
    elif not is_foreign(people, sale.currency) and sale.exchange_rate != ONE:
        detail = {"detail": "the customer is billed in the home currency"}
        references.problems.append(Problem("fixed", ("exchange_rate",), detail))
    multi = people.preferences.multi_currency
    home = multi.home_currency if multi is not None else None
    theirs = (people.customer.currency if people.customer is not None else None) or home
    if (
        people.customer is not None
        and theirs is not None
        and sale.currency is not None
        and theirs.id != sale.currency.id
    ):
        names = {"found": theirs.full_name, "expected": sale.currency.full_name}
        references.problems.append(Problem("currency_mismatch", ("customer",), names))


def _take_receivables(
    file: CompanyFile, references: References, sale: Sale, people: SaleParties, values: dict[str, Any]
) -> None:
    currency = values["currency"]
    if sale.receivables_account is None:
        if not references.problems:
            foreign = currency if is_foreign(people, currency) else None
            values["receivables_account"] = to(receivables_account(file, foreign))
        return
    _check_receivables(references, currency, people)


def _take_deposit(
    file: CompanyFile, references: References, sale: PaidSale, people: SaleParties, values: dict[str, Any]
) -> None:
    """Where the money goes, or comes from: Undeposited Funds, unless the caller names an account that can hold it."""
    if sale.deposit_to_account is None:
        values["deposit_to_account"] = to(special_account(file, "undeposited_funds"))
    account = people.given.get("deposit_to_account")
    if isinstance(account, Account) and account.account_type not in DEPOSIT_TYPES:
        found = article(account.account_type.replace("_", " ") + " account")
        wrong = {"value": account.id, "found": found, "expected": "a bank or other current asset account"}
        references.problems.append(Problem("reference_wrong", ("deposit_to_account",), wrong))


def is_foreign(people: SaleParties, currency: Ref | None) -> bool:
    multi = people.preferences.multi_currency
    if currency is None or multi is None or multi.home_currency is None:
        return False
    return currency.id != multi.home_currency.id


def _check_receivables(references: References, currency: Ref | None, people: SaleParties) -> None:
    """The A/R account must be one, and of the transaction's currency."""
    account = people.given.get("receivables_account")
    if not isinstance(account, Account):
        return
    place = ("receivables_account",)
    if account.account_type != "accounts_receivable":
        found = article(account.account_type.replace("_", " ") + " account")
        values = {"value": account.id, "found": found, "expected": "an accounts-receivable account"}
        references.problems.append(Problem("reference_wrong", place, values))
        return
    foreign = currency if is_foreign(people, currency) else None
    if (account.currency.id if account.currency is not None else None) != (foreign.id if foreign is not None else None):
        names = {
            "found": account.currency.full_name if account.currency is not None else "the home currency",
            "expected": foreign.full_name if foreign is not None else "the home currency",
        }
        references.problems.append(Problem("currency_mismatch", place, names))


def _object(file: CompanyFile, name: str, ref: Ref | None) -> ListObject | None:
    return file.find(name, ref.id) if ref is not None and ref.id is not None else None
