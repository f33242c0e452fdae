"""Payments received: applied by name, automatically, or left over as credit."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from msgspec import structs

from counterfoil.books.embedded.accounts import receivables_account, special_account
from counterfoil.books.embedded.applying import Discount, owner, release, revalued
from counterfoil.books.embedded.changes import merged
from counterfoil.books.embedded.currencies import check_account_currency, foreign, home_currency, last_rate
from counterfoil.books.embedded.identity import (
    check_external_id,
    check_not_void,
    check_revision,
    entered,
    missing,
    next_revision,
)
from counterfoil.books.embedded.payment_plan import Plan, Planner, carry_out
from counterfoil.books.embedded.references import References, article, to
from counterfoil.core.dates import today
from counterfoil.core.errors import BooksRefused
from counterfoil.core.money import ZERO, from_minor, minor
from counterfoil.core.problems import Problem
from counterfoil.ledger.applying import OpenInvoice, applied_automatically
from counterfoil.ledger.posting import ONE, converted, payment_postings
from counterfoil.model.accounts import Account
from counterfoil.model.command import Update
from counterfoil.model.people import Customer
from counterfoil.model.postings import Entry, Posting
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

RESOURCE = "receive_payments"
HEADER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("receivables_account", ("accounts",)),
    ("payment_method", ("payment_methods",)),
    ("deposit_to_account", ("accounts",)),
)
DEPOSIT_TYPES = ("bank", "other_current_asset")


def create_payment(file: CompanyFile, draft: ReceivePayment) -> Entry:
    """Enter a payment and apply it as asked; refused as a whole where it would pay more than is due."""
    references = References(file)
    payment = _resolved(file, references, draft)
    if draft.is_auto_apply and draft.applications:
        references.problems.append(Problem("exclusive", ("is_auto_apply",), {"other": "applications"}))
    check_external_id(file, references, draft)
    references.refuse()
    plans = Planner(file, references, payment).plans(draft.applications)
    references.refuse()
    if draft.is_auto_apply:
        plans = _automatic(file, payment)
    payment, _ = entered(file, payment)
    payment = structs.replace(payment, ref_number=payment.ref_number or None, is_auto_apply=False, applications=())
    entry = _entry(payment)
    file.add_entry(entry, _postings(file, entry))
    return carry_out(file, entry, plans)


def update_payment(file: CompanyFile, update: Update) -> Entry:
    """Change a payment. Applications in the change take the place of all earlier ones."""
    identifier, changes = update.id, dict(update.changes)
    entry = found_payment(file, identifier)
    old = _payment(entry)
    check_revision(old, update.revision)
    check_not_void(old)
    applications: Sequence[Application] | None = changes.pop("applications", None)
    references = References(file)
    payment = _resolved(file, references, merged(old, changes), old=old, changed=frozenset(changes))
    applied = file.applied_by(identifier)
    if applied and (payment.customer != old.customer or payment.receivables_account != old.receivables_account):
        name = "customer" if payment.customer != old.customer else "receivables_account"
        references.problems.append(Problem("has_applications", (name,)))
    references.refuse()
    if applications is not None:
        for one in applied:
            release(file, one)
        applied = []
    used = sum(one.amount for one in applied)
    total = minor(payment.total_amount or ZERO)
    if used > total:
        values = {"applied": from_minor(used), "total": payment.total_amount}
        raise BooksRefused(Problem("over_total", ("total_amount",), values))
    plans = Planner(file, references, payment).plans(applications or ())
    references.refuse()
    now, fresh = next_revision(file, old.revision)
    payment = structs.replace(payment, updated_at=now, revision=fresh)
    whole = _entry(payment)
    entry = revalued(file, whole)
    file.replace_entry(entry, _postings(file, whole))
    return carry_out(file, entry, plans)


def found_payment(file: CompanyFile, identifier: str) -> Entry:
    entry = file.entry(identifier, RESOURCE)
    if entry is None:
        raise missing("payment", identifier)
    return entry


def _entry(payment: ReceivePayment) -> Entry:
    total = minor(payment.total_amount or ZERO)
    home = converted([total], payment.exchange_rate or ONE)[0]
    payment = structs.replace(payment, total_amount_in_home_currency=from_minor(home))
    return Entry(thing=payment, resource=RESOURCE, total=total, open=total, open_home=home)


def _postings(file: CompanyFile, entry: Entry) -> tuple[Posting, ...]:
    payment = _payment(entry)
    customer, receivables = owner(entry)
    deposit = payment.deposit_to_account.id if payment.deposit_to_account is not None else None
    if deposit is None:
        deposit = special_account(file, "undeposited_funds").id
    return payment_postings(deposit, receivables, customer, entry.open_home)


def _resolved(
    file: CompanyFile,
    references: References,
    payment: ReceivePayment,
    *,
    old: ReceivePayment | None = None,
    changed: frozenset[str] = frozenset(),
) -> ReceivePayment:
    """The payment with its references named and its defaults filled in."""
    values: dict[str, Any] = {}
    customer = None
    if payment.customer is None:
        references.problems.append(Problem("required", ("customer",)))
    else:
        keeps = old is not None and "customer" not in changed
        someone = references.find(payment.customer, ("customers",), ("customer",), old=keeps)
        customer = someone if isinstance(someone, Customer) else None
        if customer is not None:
            values["customer"] = to(customer)
    given: dict[str, Account] = {}
    for name, resources in HEADER:
        ref: Ref | None = getattr(payment, name)
        if ref is None:
            continue
        thing = references.find(ref, resources, (name,), old=old is not None and name not in changed)
        if thing is not None:
            values[name] = to(thing)
        if isinstance(thing, Account):
            given[name] = thing
    _check_types(references, given)
    if payment.total_amount is None:
        references.problems.append(Problem("required", ("total_amount",)))
    elif payment.total_amount < 0:
        values_ = {"value": payment.total_amount, "range": "a payment is at least 0.00"}
        references.problems.append(Problem("out_of_range", ("total_amount",), values_))
    if old is None and customer is not None:
        _defaults(file, payment, customer, values)
    if old is not None:
        _refuse_cleared(file, references, payment, old, values)
    currency = values.get("currency", payment.currency)
    account = given.get("receivables_account")
    if account is not None and account.account_type == "accounts_receivable":
        check_account_currency(file, references, account, currency, "receivables_account")
    values["transaction_date"] = payment.transaction_date or today(file.clock.now())
    return structs.replace(payment, **values)


def _defaults(file: CompanyFile, payment: ReceivePayment, customer: Customer, values: dict[str, Any]) -> None:
    home = home_currency(file)
    currency = customer.currency or home
    values["currency"] = currency
    abroad = foreign(file, currency)
    if abroad is None:
        values["exchange_rate"] = ONE if home is not None else None
    elif payment.exchange_rate is None:
        values["exchange_rate"] = last_rate(file, abroad)
    if payment.receivables_account is None:
        values["receivables_account"] = to(receivables_account(file, abroad))
    if payment.deposit_to_account is None:
        values["deposit_to_account"] = to(special_account(file, "undeposited_funds"))
    if payment.payment_method is None and customer.preferred_payment_method is not None:
        values["payment_method"] = customer.preferred_payment_method


def _refuse_cleared(
    file: CompanyFile, references: References, payment: ReceivePayment, old: ReceivePayment, values: dict[str, Any]
) -> None:
    """What a payment cannot be without stays, or the change is refused."""
    if payment.receivables_account is None:
        references.problems.append(Problem("required", ("receivables_account",)))
    if payment.exchange_rate is None:
        values["exchange_rate"] = old.exchange_rate
    elif foreign(file, payment.currency) is None and payment.exchange_rate != ONE:
        references.problems.append(Problem("fixed", ("exchange_rate",), {"detail": "it is in the home currency"}))


def _check_types(references: References, given: dict[str, Account]) -> None:
    expected = {
        "receivables_account": (("accounts_receivable",), "an accounts-receivable account"),
        "deposit_to_account": (DEPOSIT_TYPES, "a bank or other current asset account"),
    }
    for name, account in given.items():
        types, words = expected[name]
        if account.account_type not in types:
            is_ = article(account.account_type.replace("_", " ") + " account")
            values = {"value": account.id, "found": is_, "expected": words}
            references.problems.append(Problem("reference_wrong", (name,), values))


def _automatic(file: CompanyFile, payment: ReceivePayment) -> list[Plan]:
    customer = payment.customer.id if payment.customer is not None else None
    account = payment.receivables_account.id if payment.receivables_account is not None else None
    entries = file.entries_open([customer or ""], "invoices", account)
    invoices = [OpenInvoice(entry.thing.id, entry.open, _day(entry)) for entry in entries]
    total = minor(payment.total_amount or ZERO)
    return [Plan(identifier, part, Discount(), ()) for identifier, part in applied_automatically(invoices, total)]


def _day(entry: Entry) -> date:
    return (entry.thing.transaction_date if isinstance(entry.thing, Invoice) else None) or date.min


def _payment(entry: Entry) -> ReceivePayment:
    if not isinstance(entry.thing, ReceivePayment):
        raise TypeError(entry.resource)
    return entry.thing
