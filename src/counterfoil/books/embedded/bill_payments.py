"""Payments to vendors: applied to bills by name, or left over as credit."""

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from counterfoil.books.embedded.accounts import payables_account
from counterfoil.books.embedded.applying import refuse_while_applied, release, revalued
from counterfoil.books.embedded.changes import merged
from counterfoil.books.embedded.currencies import foreign, kept_currency, new_currency
from counterfoil.books.embedded.identity import (
    check_external_id,
    check_not_void,
    check_revision,
    entered,
    missing,
    next_revision,
)
from counterfoil.books.embedded.payment_plan import Planner, carry_out
from counterfoil.books.embedded.purchases import PAYABLES, check_payables
from counterfoil.books.embedded.references import References, article, to
from counterfoil.core.dates import today
from counterfoil.core.errors import BooksRefused
from counterfoil.core.money import ZERO, from_minor, minor
from counterfoil.core.problems import Problem
from counterfoil.ledger.posting import ONE, bill_payment_postings, converted
from counterfoil.model.accounts import Account
from counterfoil.model.command import Update
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Vendor
from counterfoil.model.postings import Entry, Posting
from counterfoil.model.receivables import Application
from counterfoil.model.shape import ListObject
from counterfoil.storage.company import CompanyFile

RESOURCE = "bill_payments"
SOURCES = {"check": ("bank", "a bank account"), "credit_card": ("credit_card", "a credit card account")}
"""What a payment may be paid out of, by how it is paid."""


def create_bill_payment(file: CompanyFile, draft: BillPayment) -> Entry:
    """Enter a payment and apply it as asked; refused as a whole where it would pay more than is due."""
    references = References(file)
    payment = _with_defaults(references, draft, references.header(draft))
    check_external_id(file, references, draft)
    references.refuse()
    plans = Planner(file, references, payment).plans(draft.applications)
    references.refuse()
    payment, _ = entered(file, structs.replace(payment, applications=()))
    entry = _entry(payment)
    file.add_entry(entry, _postings(entry))
    return carry_out(file, entry, plans)


def update_bill_payment(file: CompanyFile, update: Update) -> Entry:
    """Change a payment. Applications in the change take the place of all earlier ones."""
    changes = dict(update.changes)
    entry = file.entry(update.id, RESOURCE)
    if entry is None:
        raise missing("bill payment", update.id)
    old = _payment(entry)
    check_revision(old, update.revision)
    check_not_void(old)
    applications: Sequence[Application] | None = changes.pop("applications", None)
    references = References(file)
    changed, names = merged(old, changes), frozenset(changes)
    payment = _with_defaults(references, changed, references.header(changed, changed=names), old=old)
    for name in ("vendor", PAYABLES):
        if getattr(payment, name) != getattr(old, name):
            refuse_while_applied(file, references, entry, name)
    references.refuse()
    applied = file.applied_by(update.id)
    if applications is not None:
        for one in applied:
            release(file, one)
        applied = []
    used, total = sum(one.amount for one in applied), minor(payment.total_amount or ZERO)
    if used > total:
        values = {"applied": from_minor(used), "total": payment.total_amount}
        raise BooksRefused(Problem("over_total", ("total_amount",), values))
    plans = Planner(file, references, payment).plans(applications or ())
    references.refuse()
    now, revision = next_revision(file, old.revision)
    whole = _entry(structs.replace(payment, updated_at=now, revision=revision))
    entry = revalued(file, whole)
    file.replace_entry(entry, _postings(whole))
    return carry_out(file, entry, plans)


def _with_defaults(
    references: References, payment: BillPayment, given: dict[str, ListObject], *, old: BillPayment | None = None
) -> BillPayment:
    """The payment with its references named and its defaults filled in."""
    file = references.file
    vendor = given.get("vendor")
    values: dict[str, Any] = {name: to(thing) for name, thing in given.items()}
    values["transaction_date"] = payment.transaction_date or today(file.clock.now())
    if payment.vendor is None:
        references.problems.append(Problem("required", ("vendor",)))
    if old is None and isinstance(vendor, Vendor):
        values |= new_currency(file, references, vendor.currency, payment.exchange_rate)
        if payment.payables_account is None and not references.problems:
            values[PAYABLES] = to(payables_account(file, foreign(file, values["currency"])))
    elif old is not None and isinstance(vendor, Vendor):
        rates, who = (payment.exchange_rate, old.exchange_rate), ("vendor", vendor.currency)
        values |= kept_currency(file, references, payment.currency, rates, who)
        if payment.payables_account is None:
            references.problems.append(Problem("required", (PAYABLES,)))
    account = given.get(PAYABLES)
    if isinstance(account, Account):
        check_payables(references, account, values.get("currency", payment.currency))
    _check_amount(references, payment)
    _check_source(references, payment, given.get("payment_account"))
    return structs.replace(payment, **values)


def _check_amount(references: References, payment: BillPayment) -> None:
    if payment.total_amount is None:
        references.problems.append(Problem("required", ("total_amount",)))
    elif payment.total_amount < 0:
        values = {"value": payment.total_amount, "range": "a payment is at least 0.00"}
        references.problems.append(Problem("out_of_range", ("total_amount",), values))


def _check_source(references: References, payment: BillPayment, account: ListObject | None) -> None:
    """Checks come out of a bank account, card payments go onto a credit card; one that only uses credits needs none."""
    place = ("payment_account",)
    if payment.payment_account is None:
        if payment.total_amount:
            references.problems.append(Problem("required", place))
        return
    kind, words = SOURCES[payment.pay_type]
    if isinstance(account, Account) and account.account_type != kind:
        found = article(account.account_type.replace("_", " ") + " account")
        references.problems.append(
            Problem("reference_wrong", place, {"value": account.id, "found": found, "expected": words})
        )


def _entry(payment: BillPayment) -> Entry:
    """A payment that nothing is applied of."""
    total = minor(payment.total_amount or ZERO)
    home = converted([total], payment.exchange_rate or ONE)[0]
    payment = structs.replace(payment, total_amount_in_home_currency=from_minor(home))
    return Entry(thing=payment, resource=RESOURCE, total=total, open=total, open_home=home)


def _postings(entry: Entry) -> tuple[Posting, ...]:
    payment = _payment(entry)
    if payment.payment_account is None or payment.payables_account is None or payment.vendor is None:
        return ()
    return bill_payment_postings(
        payment.payment_account.id or "", payment.payables_account.id or "", payment.vendor.id or "", entry.open_home
    )


def _payment(entry: Entry) -> BillPayment:
    if not isinstance(entry.thing, BillPayment):
        raise TypeError(entry.resource)
    return entry.thing
