"""What a payment is to do, invoice by invoice or bill by bill: checked in full before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from counterfoil.books.embedded.accounts import check_postable
from counterfoil.books.embedded.applying import (
    PAYABLE,
    RECEIVABLE,
    CreditUse,
    Discount,
    apply_credits,
    owner,
    parties_of,
    use,
)
from counterfoil.books.embedded.references import References, article
from counterfoil.core.dates import today
from counterfoil.core.money import ZERO, from_minor, minor
from counterfoil.core.problems import Place, Problem
from counterfoil.model.accounts import Account
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.lines import CreditToApply
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Customer
from counterfoil.model.postings import Entry
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.storage.company import CompanyFile


@dataclass(frozen=True, slots=True)
class Plan:
    """What a payment does to one invoice or bill, in minor units."""

    invoice: str
    amount: int
    discount: Discount
    credits: tuple[CreditUse, ...]


def carry_out(file: CompanyFile, entry: Entry, plans: Sequence[Plan]) -> Entry:
    """Do what was planned for a payment that is in the books; gives it as it is then."""
    thing = entry.thing
    given = thing.transaction_date if isinstance(thing, ReceivePayment | BillPayment) else None
    day = given or today(file.clock.now())
    for plan in plans:
        target = file.entry(plan.invoice)
        if target is None:
            continue
        if plan.amount or plan.discount.amount:
            entry, target = use(file, entry, target, plan.amount, day=day, discount=plan.discount)
        apply_credits(file, target, plan.credits, via=entry.thing.id)
    return entry


class Planner:
    """Checks what a payment is to do before anything is done."""

    def __init__(self, file: CompanyFile, references: References, payment: ReceivePayment | BillPayment) -> None:
        self.file = file
        self.references = references
        self.payment = payment
        self.side = PAYABLE if isinstance(payment, BillPayment) else RECEIVABLE
        who, account = parties_of(payment)
        self.payer = who.id if who is not None else None
        self.account = account.id if account is not None else None
        self.due: dict[str, int] = {}
        self.left: dict[str, int] = {}

    def plans(self, applications: Sequence[Application]) -> list[Plan]:
        plans = [self._plan(one, ("applications", position)) for position, one in enumerate(applications)]
        applied = sum(plan.amount for plan in plans if plan is not None)
        total = minor(self.payment.total_amount or ZERO)
        if applied > total:
            values = {"applied": from_minor(applied), "total": from_minor(total)}
            self._problem("over_total", ("applications",), values)
        return [plan for plan in plans if plan is not None]

    def _plan(self, wish: Application, place: Place) -> Plan | None:
        invoice = self._invoice(wish.transaction_id, (*place, "transaction_id"))
        if invoice is None:
            return None
        amount = minor(wish.payment_amount or ZERO)
        discount = self._discount(wish, place)
        uses = tuple(
            self._credit(credit, (*place, "apply_credits", number)) for number, credit in enumerate(wish.apply_credits)
        )
        whole = amount + discount.amount + sum(use.amount for use in uses)
        due = self.due.get(wish.transaction_id, invoice.open)
        if amount < 0 or whole <= 0:
            self._problem("nothing_applied", (*place, "payment_amount"), {})
        elif whole > due:
            values = {"applied": from_minor(whole), "due": from_minor(due), "id": wish.transaction_id}
            self._problem("over_application", (*place, "payment_amount"), values)
        self.due[wish.transaction_id] = due - whole
        return Plan(wish.transaction_id, amount, discount, uses)

    def _invoice(self, identifier: str, place: Place) -> Entry | None:
        entry = self.file.entry(identifier)
        if entry is None:
            self._problem("reference_missing", place, {"value": identifier, "thing": self._target})
            return None
        if entry.resource != self.side.target:
            values = {"found": article(CATALOGUE[entry.resource].thing), "expected": article(self._target)}
            self._problem("reference_wrong", place, {"value": identifier, **values})
        elif not self._is_mine(entry):
            self._strange("customer_mismatch", place, entry)
        elif owner(entry)[1] != self.account:
            self._strange("account_mismatch", place, entry)
        else:
            return entry
        return None

    @property
    def _target(self) -> str:
        return CATALOGUE[self.side.target].thing

    def _strange(self, kind: Literal["customer_mismatch", "account_mismatch"], place: Place, entry: Entry) -> None:
        """It is another's, or kept in another account; of vendors that is told as a wrong reference."""
        identifier, thing = entry.thing.id, article(CATALOGUE[entry.resource].thing)
        if self.side is RECEIVABLE:
            self._problem(kind, place, {"id": identifier})
            return
        what = "vendor" if kind == "customer_mismatch" else "payables account"
        values = {"value": identifier, "found": f"{thing} of another {what}", "expected": f"one of the same {what}"}
        self._problem("reference_wrong", place, values)

    def _is_mine(self, entry: Entry) -> bool:
        """A customer may pay for their jobs."""
        identifier: str | None = owner(entry)[0]
        while identifier is not None and identifier != self.payer:
            someone = self.file.find("names", identifier)
            parent = someone.parent if isinstance(someone, Customer) else None
            identifier = parent.id if parent is not None else None
        return identifier is not None

    def _discount(self, wish: Application, place: Place) -> Discount:
        amount = minor(wish.discount_amount or ZERO)
        if amount < 0:
            self._problem("nothing_applied", (*place, "discount_amount"), {})
        account = class_ = None
        if wish.discount_account is not None:
            where: Place = (*place, "discount_account")
            account = self.references.find(wish.discount_account, ("accounts",), where)
            if isinstance(account, Account):
                check_postable(self.references, account, where)
        elif amount:
            self._problem("required", (*place, "discount_account"), {})
        if wish.discount_class is not None:
            class_ = self.references.find(wish.discount_class, ("classes",), (*place, "discount_class"))
        return Discount(amount, account.id if account else None, class_.id if class_ else None)

    def _credit(self, wish: CreditToApply, place: Place) -> CreditUse:
        """The use of a credit, if that much of it may be used; a use of nil beside a problem."""
        identifier, amount = wish.credit_transaction_id, minor(wish.applied_amount or ZERO)
        entry = self.file.entry(identifier)
        where: Place = (*place, "credit_transaction_id")
        if entry is None:
            self._problem("reference_missing", where, {"value": identifier, "thing": "transaction"})
            return CreditUse(identifier, 0)
        left = self.left.get(identifier, entry.open)
        if entry.resource not in self.side.credits or identifier == self.payment.id:
            self._no_credit(identifier, article(CATALOGUE[entry.resource].thing), where)
        elif owner(entry)[0] != self.payer:
            self._strange("customer_mismatch", where, entry)
        elif owner(entry)[1] != self.account:
            self._strange("account_mismatch", where, entry)
        elif not 0 < amount <= left:
            values = {"applied": from_minor(amount), "id": identifier, "remaining": from_minor(left)}
            self._problem("credit_exceeded", (*place, "applied_amount"), values)
        else:
            self.left[identifier] = left - amount
            return CreditUse(identifier, amount)
        return CreditUse(identifier, 0)

    def _no_credit(self, identifier: str, found: str, place: Place) -> None:
        if self.side is RECEIVABLE:
            self._problem("not_linkable", place, {"id": identifier, "found": found})
        else:
            expected = "a vendor credit or another payment to the vendor"
            self._problem("reference_wrong", place, {"value": identifier, "found": found, "expected": expected})

    def _problem(self, kind: str, place: Place, values: dict[str, Any]) -> None:
        self.references.problems.append(Problem(kind, place, values))
