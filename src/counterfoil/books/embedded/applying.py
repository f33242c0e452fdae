"""Money and credits meet invoices and bills, and part from them again. Each application is a journal of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from msgspec import structs

from counterfoil.books.embedded.accounts import special_account
from counterfoil.books.embedded.references import References, article
from counterfoil.core.dates import today
from counterfoil.core.money import from_minor, minor
from counterfoil.core.problems import Place, Problem
from counterfoil.ledger.applying import home_part
from counterfoil.ledger.posting import Settlement, bill_settlement_postings, settlement_postings
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.lines import SalesLine
from counterfoil.model.payables import BillPayment
from counterfoil.model.postings import Applied, Entry
from counterfoil.model.purchases import Purchase
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import Invoice, Sale
from counterfoil.model.shape import Transaction
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile


@dataclass(frozen=True, slots=True)
class Side:
    """One side of what is open: what is paid there, and what may be used to pay it."""

    target: str
    credits: tuple[str, ...]


RECEIVABLE = Side("invoices", ("credit_memos", "receive_payments"))
PAYABLE = Side("bills", ("vendor_credits", "bill_payments"))
CREDITS = RECEIVABLE.credits
TARGETS = frozenset({RECEIVABLE.target, PAYABLE.target})


@dataclass(frozen=True, slots=True)
class CreditUse:
    """So much of a credit, in minor units, is to be used for an invoice or a bill."""

    source: str
    amount: int


@dataclass(frozen=True, slots=True)
class Discount:
    """What is saved by paying early, and the account that bears or earns it."""

    amount: int = 0
    account: str | None = None
    class_: str | None = None


NO_DISCOUNT = Discount()


def journal(serial: int) -> str:
    """The id under which an application's own postings stand."""
    return f"A{serial}"


def owner(entry: Entry) -> tuple[str, str]:
    """Customer id and A/R account id of a sale or payment; of a purchase or its payment, those of vendor and A/P."""
    who, account = parties_of(entry.thing)
    return (who.id or "", account.id or "") if who is not None and account is not None else ("", "")


def parties_of(thing: Transaction) -> tuple[Ref | None, Ref | None]:
    """Who owes or is owed, and the account that says so."""
    if isinstance(thing, Sale | ReceivePayment):
        return thing.customer, thing.receivables_account
    if isinstance(thing, Purchase | BillPayment):
        return thing.vendor, thing.payables_account
    return None, None


def use(
    file: CompanyFile,
    source: Entry,
    target: Entry,
    amount: int,
    *,
    day: date,
    discount: Discount = NO_DISCOUNT,
    via: str | None = None,
) -> tuple[Entry, Entry]:
    """Use `amount` of a payment or credit, and a discount, for what it pays. Gives both entries as they are then."""
    now = file.clock.now()
    target_home = home_part(target.open_home, target.open, amount + discount.amount)
    discount_home = home_part(target.open_home, target.open, discount.amount) if discount.amount else 0
    source_home = home_part(source.open_home, source.open, amount) if amount else 0
    applied = Applied(
        source=source.thing.id,
        target=target.thing.id,
        amount=amount,
        source_home=source_home,
        target_home=target_home - discount_home,
        date=day,
        discount=discount.amount,
        discount_home=discount_home,
        discount_account=discount.account,
        discount_class=discount.class_,
        via=via,
    )
    serial = file.apply(applied)
    _post(file, structs.replace(applied, serial=serial), target)
    source = _moved(file, source, -amount, -source_home, now)
    target = _moved(file, target, -amount - discount.amount, -target_home, now)
    return source, target


def _post(file: CompanyFile, applied: Applied, target: Entry) -> None:
    difference = applied.target_home - applied.source_home
    if not difference and not applied.discount_home:
        return
    who, account = owner(target)
    settlement = Settlement(
        discount=applied.discount_home,
        discount_account=applied.discount_account,
        discount_class=applied.discount_class,
        difference=difference,
        exchange_account=special_account(file, "exchange_gain_loss").id if difference else None,
    )
    postings = bill_settlement_postings if target.resource == PAYABLE.target else settlement_postings
    file.post(journal(applied.serial), applied.date, postings(account, who, settlement))


def _moved(file: CompanyFile, entry: Entry, amount: int, home: int, now: int) -> Entry:
    moved = structs.replace(entry, open=entry.open + amount, open_home=entry.open_home + home)
    file.set_open(entry.thing.id, moved.open, moved.open_home, now)
    return moved


def released(file: CompanyFile, entry: Entry, *, down_to: int) -> Entry:
    """Free what is applied of a transaction beyond `down_to` minor units, the latest applications first."""
    identifier = entry.thing.id
    is_target = entry.resource in TARGETS
    applied = file.applied_to(identifier) if is_target else file.applied_by(identifier)
    over = sum(one.of_target if is_target else one.amount for one in applied) - down_to
    for one in reversed(applied):
        if over <= 0:
            break
        part = min(over, one.of_target if is_target else one.amount)
        release(file, one, part)
        over -= part
    return file.entry(identifier) or entry


def release(file: CompanyFile, applied: Applied, part: int | None = None) -> None:
    """Take an application back, or only `part` of it: its money first, then its discount."""
    now = file.clock.now()
    source, target = file.entry(applied.source), file.entry(applied.target)
    if part is None or part >= applied.of_target or (part >= applied.amount and not applied.discount):
        left = structs.replace(applied, amount=0, discount=0, source_home=0, target_home=0, discount_home=0)
        file.unapply(applied.serial)
    else:
        left = _lessened(applied, part)
        file.reduce_application(left)
    file.unpost(journal(applied.serial))
    if source is not None:
        _moved(file, source, applied.amount - left.amount, applied.source_home - left.source_home, now)
    if target is not None:
        _moved(file, target, applied.of_target - left.of_target, applied.of_target_home - left.of_target_home, now)
        if left.of_target:
            _post(file, left, target)


def revalued(file: CompanyFile, entry: Entry) -> Entry:
    """A transaction whose total or rate was changed: what is applied of it stays, at its new worth.

    `entry` comes with everything open, and goes with what its applications leave of it. Their order stays as it is.
    """
    identifier, is_target = entry.thing.id, entry.resource in TARGETS
    for one in file.applied_to(identifier) if is_target else file.applied_by(identifier):
        amount = one.of_target if is_target else one.amount
        home = home_part(entry.open_home, entry.open, amount) if amount else 0
        if is_target:
            discount = home_part(entry.open_home, entry.open, one.discount) if one.discount else 0
            fresh = structs.replace(one, target_home=home - discount, discount_home=discount)
        else:
            fresh = structs.replace(one, source_home=home)
        file.reduce_application(fresh)
        file.unpost(journal(one.serial))
        target = entry if is_target else file.entry(one.target)
        if target is not None:
            _post(file, fresh, target)
        entry = structs.replace(entry, open=entry.open - amount, open_home=entry.open_home - home)
    return entry


def restated(file: CompanyFile, old: Entry, fresh: Entry, *, at_home: bool) -> Entry:
    """A changed sale or purchase, which comes with all of it open: what was applied stays, as far as the total goes.

    Unless it was and is in the home currency (`at_home`), everything that stays applied is worth something else.
    """
    entry = released(file, old, down_to=fresh.total)
    identifier = fresh.thing.id
    applied = file.applied_to(identifier) if old.resource in TARGETS else file.applied_by(identifier)
    if applied and not at_home:
        return revalued(file, fresh)
    used = entry.total - entry.open
    return structs.replace(fresh, open=fresh.open - used, open_home=fresh.open_home - used)


def refuse_while_applied(file: CompanyFile, references: References, entry: Entry, name: str) -> None:
    """Some of a transaction's fields stay while anything is applied of it."""
    if file.applied_to(entry.thing.id) or file.applied_by(entry.thing.id):
        references.problems.append(Problem("has_applications", (name,)))


def _lessened(applied: Applied, part: int) -> Applied:
    amount = max(applied.amount - part, 0)
    discount = applied.discount - (part - (applied.amount - amount))
    return structs.replace(
        applied,
        amount=amount,
        discount=discount,
        source_home=home_part(applied.source_home, applied.amount, amount) if applied.amount else 0,
        target_home=home_part(applied.target_home, applied.amount, amount) if applied.amount else 0,
        discount_home=home_part(applied.discount_home, applied.discount, discount) if applied.discount else 0,
    )


def credits_to_use(
    file: CompanyFile, references: References, invoice: Invoice, due: int | None = None
) -> list[CreditUse]:
    """The credits and links that an invoice asks for, checked by seed 001's rules; problems go to `references`.

    `due` is what is left to pay of an invoice that exists; a new one owes its total.
    """
    wanted = Wanted(file, references, invoice, due)
    for position, credit in enumerate(invoice.apply_credits):
        place: Place = ("apply_credits", position)
        wanted.credit(credit.credit_transaction_id, minor(credit.applied_amount or Decimal(0)), place)
    for position, identifier in enumerate(invoice.link_to_transactions):
        wanted.whole(identifier, ("link_to_transactions", position))
    for position, line in enumerate(invoice.lines):
        if isinstance(line, SalesLine) and line.link_to_transaction_line is not None:
            wanted.line(line.link_to_transaction_line.transaction_id, ("lines", position, "link_to_transaction_line"))
    return wanted.uses


class Wanted:
    """Adds up what an invoice wants to use, and notes each wish that cannot be met."""

    def __init__(self, file: CompanyFile, references: References, invoice: Invoice, due: int | None = None) -> None:
        self.file = file
        self.problems = references.problems
        self.invoice = invoice
        self.uses: list[CreditUse] = []
        self.due = 0 if invoice.is_pending else minor(invoice.total_amount or Decimal(0))
        if due is not None:
            self.due = due
        self.left: dict[str, int] = {}

    def credit(self, identifier: str, amount: int, place: Place) -> None:
        entry = self._found(identifier, (*place, "credit_transaction_id"))
        if entry is None:
            return
        left = self.left.get(identifier, entry.open)
        where: Place = (*place, "applied_amount")
        if amount <= 0:
            self.problems.append(Problem("nothing_applied", where))
        elif amount > left:
            values = {"applied": from_minor(amount), "id": identifier, "remaining": from_minor(left)}
            self.problems.append(Problem("credit_exceeded", where, values))
        elif amount > self.due:
            values = {
                "applied": from_minor(amount),
                "due": from_minor(self.due),
                "id": self.invoice.id or "the invoice",
            }
            self.problems.append(Problem("over_application", where, values))
        else:
            self._take(identifier, amount, left)

    def whole(self, identifier: str, place: Place) -> None:
        """Link a transaction as a whole: as much of it as the invoice can take."""
        entry = self._found(identifier, place)
        if entry is None:
            return
        left = self.left.get(identifier, entry.open)
        amount = min(left, self.due)
        if amount <= 0:
            self.problems.append(Problem("link_closed", place, {"id": identifier}))
        else:
            self._take(identifier, amount, left)

    def line(self, identifier: str, place: Place) -> None:
        """Only orders have lines that an invoice may take over, and these books keep none yet."""
        if identifier in self.invoice.link_to_transactions:
            self.problems.append(Problem("linked_twice", place, {"id": identifier}))
            return
        entry = self.file.entry(identifier)
        where: Place = (*place, "transaction_id")
        if entry is None:
            self.problems.append(Problem("reference_missing", where, {"value": identifier, "thing": "transaction"}))
        else:
            values = {"id": identifier, "found": article(CATALOGUE[entry.resource].thing)}
            self.problems.append(Problem("not_linkable", where, values))

    def _take(self, identifier: str, amount: int, left: int) -> None:
        self.left[identifier] = left - amount
        self.due -= amount
        self.uses.append(CreditUse(identifier, amount))

    def _found(self, identifier: str, place: Place) -> Entry | None:
        entry = self.file.entry(identifier)
        if entry is None:
            self.problems.append(Problem("reference_missing", place, {"value": identifier, "thing": "transaction"}))
            return None
        customer, receivables = owner(entry)
        mine = self.invoice.customer.id if self.invoice.customer is not None else None
        account = self.invoice.receivables_account.id if self.invoice.receivables_account is not None else None
        kind = None
        if entry.resource not in CREDITS:
            kind = "not_linkable"
        elif entry.open == 0:
            kind = "link_closed"
        elif customer != mine:
            kind = "customer_mismatch"
        elif account is not None and receivables != account:
            kind = "account_mismatch"
        if kind is None:
            return entry
        found = article(CATALOGUE[entry.resource].thing)
        self.problems.append(Problem(kind, place, {"id": identifier, "found": found}))
        return None


def apply_credits(file: CompanyFile, entry: Entry, uses: Sequence[CreditUse], via: str | None = None) -> Entry:
    """Use credits for an invoice or a bill; each was checked before."""
    day = today(file.clock.now())
    for wish in uses:
        source = file.entry(wish.source)
        if source is not None:
            _, entry = use(file, source, entry, wish.amount, day=day, via=via)
    return entry
