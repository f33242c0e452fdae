"""How the books tell what they hold: documents with their balances and links, lists with theirs."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import structs

from counterfoil.core.money import ZERO, from_minor
from counterfoil.model.accounts import DEBIT_TYPES, Account
from counterfoil.model.lines import LinkedTransaction, TransactionType
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.postings import Applied, Entry
from counterfoil.model.purchases import Bill, Purchase, VendorCredit
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice, Sale
from counterfoil.model.shape import ListObject, Resource
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

TYPES: Mapping[str, TransactionType] = {
    "invoices": "invoice",
    "credit_memos": "credit_memo",
    "receive_payments": "receive_payment",
    "bills": "bill",
    "vendor_credits": "vendor_credit",
    "bill_payments": "bill_payment_check",
}
PAID_BY_CARD: TransactionType = "bill_payment_credit_card"
Payment = ReceivePayment | BillPayment


def told(file: CompanyFile, entries: Sequence[Entry], *, with_links: bool) -> list[Resource]:
    """Transactions as they are told: balances always, links where asked for, a payment's applications always."""
    needs_links = [entry.thing.id for entry in entries if with_links or isinstance(entry.thing, Payment)]
    applied = file.applications_of(needs_links) if needs_links else []
    links = Links(file, applied)
    return [_one(entry, links, with_links=with_links) for entry in entries]


class Links:
    """The applications of a page of transactions, by either end."""

    def __init__(self, file: CompanyFile, applied: Iterable[Applied]) -> None:
        self.file = file
        self.by_source: dict[str, list[Applied]] = {}
        self.by_target: dict[str, list[Applied]] = {}
        self.known: dict[str, Entry | None] = {}
        for one in applied:
            self.by_source.setdefault(one.source, []).append(one)
            self.by_target.setdefault(one.target, []).append(one)

    def entry(self, identifier: str) -> Entry | None:
        if identifier not in self.known:
            self.known[identifier] = self.file.entry(identifier)
        return self.known[identifier]

    def linked(self, identifier: str, amount: int) -> LinkedTransaction | None:
        entry = self.entry(identifier)
        if entry is None:
            return None
        day, number = _day_and_number(entry)
        return LinkedTransaction(
            id=identifier,
            transaction_type=_type(entry),
            transaction_date=day,
            ref_number=number,
            link_type="amount",
            amount=from_minor(amount),
        )


def _day_and_number(entry: Entry) -> tuple[date | None, str | None]:
    thing = entry.thing
    if isinstance(thing, Sale | Purchase | Payment):
        return thing.transaction_date, thing.ref_number or None
    return None, None


def _type(entry: Entry) -> TransactionType:
    by_card = isinstance(entry.thing, BillPayment) and entry.thing.pay_type == "credit_card"
    return PAID_BY_CARD if by_card else TYPES[entry.resource]


def _one(entry: Entry, links: Links, *, with_links: bool) -> Resource:
    thing = entry.thing
    if isinstance(thing, Invoice):
        values: dict[str, Any] = {
            "applied_amount": from_minor(entry.total - entry.open),
            "balance_remaining": from_minor(entry.open),
            "balance_remaining_in_home_currency": from_minor(entry.open_home),
            "is_paid": entry.open == 0 and not thing.is_pending,
        }
        if with_links:
            pairs = [(one.source, one.of_target) for one in links.by_target.get(thing.id, [])]
            values["linked_transactions"] = _linked(links, pairs)
        return structs.replace(thing, **values)
    if isinstance(thing, Bill):
        values = {
            "balance_remaining": from_minor(entry.open),
            "balance_remaining_in_home_currency": from_minor(entry.open_home),
            "is_paid": entry.open == 0,
        }
        if with_links:
            pairs = [(one.source, one.of_target) for one in links.by_target.get(thing.id, [])]
            values["linked_transactions"] = _linked(links, pairs)
        return structs.replace(thing, **values)
    if isinstance(thing, CreditMemo | VendorCredit):
        values = {
            "credit_remaining": from_minor(entry.open),
            "credit_remaining_in_home_currency": from_minor(entry.open_home),
        }
        if with_links:
            pairs = [(one.target, one.amount) for one in links.by_source.get(thing.id, [])]
            values["linked_transactions"] = _linked(links, pairs)
        return structs.replace(thing, **values)
    if isinstance(thing, ReceivePayment):
        return structs.replace(
            thing,
            unused_payment=from_minor(entry.open),
            unused_credits=ZERO,
            applications=tuple(_application(one, links) for one in links.by_source.get(thing.id, [])),
        )
    if isinstance(thing, BillPayment):
        applied = tuple(_application(one, links) for one in links.by_source.get(thing.id, []))
        return structs.replace(thing, unused_payment=from_minor(entry.open), applications=applied)
    return thing


def _linked(links: Links, pairs: Iterable[tuple[str, int]]) -> tuple[LinkedTransaction, ...]:
    """One link for each transaction, however often it was used."""
    sums: dict[str, int] = {}
    for identifier, amount in pairs:
        sums[identifier] = sums.get(identifier, 0) + amount
    found = (links.linked(identifier, amount) for identifier, amount in sums.items())
    return tuple(link for link in found if link is not None)


def _application(applied: Applied, links: Links) -> Application:
    entry = links.entry(applied.target)
    day, number = _day_and_number(entry) if entry is not None else (None, None)
    account = links.file.find("accounts", applied.discount_account) if applied.discount_account else None
    class_ = links.file.find("classes", applied.discount_class) if applied.discount_class else None
    credits_ = [
        link
        for one in links.file.applied_to(applied.target)
        if one.via == applied.source and (link := links.linked(one.source, one.amount)) is not None
    ]
    return Application(
        transaction_id=applied.target,
        payment_amount=from_minor(applied.amount),
        discount_amount=from_minor(applied.discount) if applied.discount else None,
        discount_account=Ref(account.id, account.label) if account is not None else None,
        discount_class=Ref(class_.id, class_.label) if class_ is not None else None,
        transaction_type=TYPES[entry.resource] if entry is not None else "unknown",
        transaction_date=day,
        ref_number=number,
        balance_remaining=from_minor(entry.open) if entry is not None else None,
        linked_transactions=tuple(credits_),
    )


def with_balances(file: CompanyFile, things: Sequence[Resource]) -> list[Resource]:
    """List objects with what the ledger knows of them: accounts, customers and vendors have balances."""
    if any(isinstance(thing, Account) for thing in things):
        return _accounts(file, things)
    if any(isinstance(thing, Customer) for thing in things):
        return _customers(file, things)
    if any(isinstance(thing, Vendor) for thing in things):
        return _vendors(file, things)
    return list(things)


def _accounts(file: CompanyFile, things: Sequence[Resource]) -> list[Resource]:
    balances = file.balances()
    result: list[Resource] = []
    for thing in things:
        if not isinstance(thing, Account):
            result.append(thing)
            continue
        sign = 1 if thing.account_type in DEBIT_TYPES else -1
        own = balances.get(thing.id, 0)
        below = sum(balances.get(child.id, 0) for child in _branch(file, thing))
        result.append(
            structs.replace(thing, balance=from_minor(sign * own), total_balance=from_minor(sign * (own + below)))
        )
    return result


def _branch(file: CompanyFile, thing: ListObject) -> Sequence[ListObject]:
    """An object's descendants; only what has a colon in some child's name can have any."""
    return file.descendants(thing)


def _customers(file: CompanyFile, things: Sequence[Resource]) -> list[Resource]:
    customers = [thing for thing in things if isinstance(thing, Customer)]
    jobs = {customer.id: [job.id for job in _branch(file, customer)] for customer in customers}
    wanted = {identifier for branch in jobs.values() for identifier in branch} | set(jobs)
    owed = file.customer_open(sorted(wanted))
    return [
        structs.replace(
            thing,
            balance=from_minor(owed.get(thing.id, 0)),
            total_balance=from_minor(sum(owed.get(one, 0) for one in (thing.id, *jobs[thing.id]))),
        )
        if isinstance(thing, Customer)
        else thing
        for thing in things
    ]


def _vendors(file: CompanyFile, things: Sequence[Resource]) -> list[Resource]:
    """What each is owed, in whichever payables account: the home one and those of other currencies."""
    owed: Counter[str | None] = Counter()
    for account in file.objects("accounts"):
        if isinstance(account, Account) and account.account_type == "accounts_payable":
            for vendor, amount in file.vendor_postings(account.id).items():
                owed[vendor] -= amount
    return [
        structs.replace(thing, balance=from_minor(owed[thing.id])) if isinstance(thing, Vendor) else thing
        for thing in things
    ]
