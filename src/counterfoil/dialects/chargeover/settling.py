"""Money meets invoices: payments recorded, credits and unused payments used."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.errors import BooksRefused
from counterfoil.core.money import ZERO
from counterfoil.dialects.chargeover.desk import Desk
from counterfoil.dialects.chargeover.errors import Names, NotProcessed, refused_payment
from counterfoil.dialects.chargeover.items import income_account
from counterfoil.dialects.chargeover.means import Means, method_of_books, read_means, rememberable
from counterfoil.dialects.chargeover.sale_views import INVOICES
from counterfoil.dialects.chargeover.table import Family, Given
from counterfoil.dispatch.submit import Aside
from counterfoil.model.command import Command, Create, Update
from counterfoil.model.lines import CreditToApply, SalesLine
from counterfoil.model.outcome import Done
from counterfoil.model.query import Filter, Select
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.values import Ref

INVOICE_FAMILY: Final = Family("invoice", INVOICES, "transactions")
AT_ONCE: Final = 200
MOST_OPEN: Final = 500
LARGEST: Final = Decimal("9999999999999.99")
CREDIT_TEXT: Final = "Credit"
CREDITS: Final = "credit_memos"
USES: Final = "uses"
FLAW: Final = "not_applied"
"""Under these it is kept beside a credit what of it is for which invoice, or why it can be used for none."""

NOTHING: Final[Mapping[str, Decimal]] = {}
MONEY_KINDS: Final = frozenset(
    {"over_application", "over_total", "nothing_applied", "customer_mismatch", "account_mismatch", "credit_exceeded"}
)

Use = tuple[str, str]
"""An invoice's id, and the amount of a credit that is for it."""

Wish = tuple[int, Decimal | None]
"""An invoice's number, and how much is for it; None for as much as is open."""


async def pay_invoice(desk: Desk, number: int, body: Mapping[str, Any]) -> bool:
    """Settle an invoice: with the customer's credit, or by a payment of what is open, which is recorded as received.

    False where the credit was to be used and there is none.
    """
    desk.secret(rememberable(body))
    given, means = read_means(desk, body)
    invoice: Invoice = await desk.thing(INVOICE_FAMILY, number)
    if given.get("use_customer_balance"):
        return await use_balance(desk, invoice)
    if invoice.is_void:
        raise NotProcessed("The invoice is void.")
    amount = given.get("amount")
    amount = amount if amount is not None else invoice.balance_remaining or ZERO
    await record_payment(desk, invoice, amount, means)
    return True


async def record_payment(desk: Desk, invoice: Invoice, amount: Decimal, means: Means | None) -> Done:
    draft = ReceivePayment(
        customer=invoice.customer,
        receivables_account=invoice.receivables_account,
        total_amount=amount,
        payment_method=await method_of_books(desk, means.method if means is not None else None),
        applications=(Application(transaction_id=invoice.id, payment_amount=amount),),
    )
    aside = Aside(means.aside) if means is not None else None
    return await submit_money(desk, Create(resource="receive_payments", draft=draft), aside)


async def submit_money(desk: Desk, command: Command, aside: Aside | None, *, step: int | None = None) -> Done:
    """Carry out a command that moves money; what the books refuse is told as a payment that did not go through."""
    try:
        return await desk.submit(command, aside, step=step)
    except BooksRefused as refusal:
        if any(problem.kind in MONEY_KINDS for problem in refusal.problems):
            raise refused_payment(refusal.problems, Names()) from refusal
        raise


async def use_balance(desk: Desk, invoice: Invoice) -> bool:
    """Use the customer's credits and unused payments, oldest first, as far as the invoice is open."""
    uses = await _uses(desk, invoice)
    if not uses and desk.asking.idempotency_key is None:
        return False
    done = await submit_money(desk, applied(invoice, uses), None)
    return bool(uses) or done.replayed


def applied(invoice: Invoice, uses: Sequence[CreditToApply]) -> Update:
    """The command that uses credits for an invoice."""
    changes = {"apply_credits": tuple(uses)}
    return Update(resource="invoices", id=invoice.id, revision=invoice.revision, changes=changes)


async def _uses(desk: Desk, invoice: Invoice) -> list[CreditToApply]:
    due = ZERO if invoice.is_void else invoice.balance_remaining or ZERO
    customer = invoice.customer.id if invoice.customer is not None else None
    account = invoice.receivables_account.id if invoice.receivables_account is not None else None
    uses: list[CreditToApply] = []
    for resource in ("credit_memos", "receive_payments"):
        after: int | None = 0
        while after is not None and due > 0:
            # The A/R account of a credit is compared below: as a filter it would look through all postings as well.
            filters = (Filter("customer_id", "=", customer), Filter("open", ">", 0))
            select = Select(resource=resource, filters=filters, after=after, limit=AT_ONCE)
            page = await desk.dispatcher.select(desk.connection, select)
            for thing in page.items:
                ref = thing.receivables_account if isinstance(thing, CreditMemo | ReceivePayment) else None
                amount = min(due, left(thing))
                if amount > 0 and ref is not None and ref.id == account:
                    uses.append(CreditToApply(credit_transaction_id=thing.id, applied_amount=amount))
                    due -= amount
            after = page.next
    return uses


def left(thing: Any) -> Decimal:
    """What can still be used of a payment or credit."""
    unused = thing.credit_remaining if isinstance(thing, CreditMemo) else thing.unused_payment
    return unused or ZERO


async def invoices_of(desk: Desk, wishes: Sequence[Wish]) -> list[Invoice]:
    return [await desk.thing(INVOICE_FAMILY, number) for number, _ in wishes]


def shared_out(
    invoices: Sequence[Invoice], wishes: Sequence[Wish], amount: Decimal, freed: Mapping[str, Decimal] = NOTHING
) -> list[Decimal]:
    """What of an amount is for each invoice: what was asked for, else what is open (or `freed` before) and left."""
    parts = []
    for invoice, (_, wish) in zip(invoices, wishes, strict=True):
        due = (invoice.balance_remaining or ZERO) + freed.get(invoice.id, ZERO)
        part = wish if wish is not None else min(amount, due)
        parts.append(part)
        amount -= part
    return parts


async def give_credit(desk: Desk, given: Given, aside: Aside) -> int:
    """A credit memo of one line without an item, then its use: a sequence of commands, each with a key of its own.

    What is to be used is kept beside the credit: to who looks when it is sent again, invoices are not what they were.
    """
    wishes: list[Wish] = given.get("applied_to") or []
    several = bool(wishes or given.get("auto_apply"))
    invoices = await invoices_of(desk, wishes)
    if not wishes and several:
        invoices = await _open_invoices(desk, given["customer_id"])
        wishes = [(0, None)] * len(invoices)
    parts = shared_out(invoices, wishes, given["amount"])
    flaw = _too_much(invoices, parts, given["amount"])
    if flaw is not None and desk.asking.idempotency_key is None:
        raise NotProcessed(flaw)
    uses = [(invoice.id, str(part)) for invoice, part in zip(invoices, parts, strict=True) if part]
    if several:
        aside = Aside({**aside.values, FLAW: flaw, USES: uses}, aside.external_key)
    draft = await _credit(desk, given)
    done = await submit_money(desk, Create(resource=CREDITS, draft=draft), aside, step=1 if several else None)
    number = await desk.number("transactions", done.result.id)
    if done.replayed:
        flaw, uses = await _planned(desk, done.result.id, uses)
    if flaw is not None:
        raise NotProcessed(f"Credit {number} was given, and is not applied. {flaw}")
    for step, (identifier, part) in enumerate(uses, 2):
        use = CreditToApply(credit_transaction_id=done.result.id, applied_amount=Decimal(part))
        await _use(desk, identifier, use, number, step)
    return number


async def _planned(desk: Desk, credit: str, uses: list[Use]) -> tuple[str | None, list[Use]]:
    """What was to be used of a credit when it was given; `uses`, where nothing is kept of that."""
    kept = (await desk.dispatcher.kept(desk.connection, CREDITS, [credit])).get(credit, {})
    return kept.get(FLAW), kept.get(USES, uses)


async def _credit(desk: Desk, given: Given) -> CreditMemo:
    text = given.get("transaction_detail") or given.get("memo") or CREDIT_TEXT
    account = await income_account(desk, None, discount=True)
    return CreditMemo(
        customer=given["customer_id"],
        transaction_date=given.get("transaction_date"),
        memo=given.get("memo"),
        tax_mode="none",
        lines=(SalesLine(description=text, amount=given["amount"], override_item_account=account),),
    )


async def _use(desk: Desk, identifier: str, use: CreditToApply, number: int, step: int) -> None:
    try:
        await desk.submit(applied(await desk.read("invoices", identifier), [use]), step=step)
    except BooksRefused as refusal:
        raise NotProcessed(f"Credit {number} was given, and is not applied to all invoices. {refusal}") from refusal


async def _open_invoices(desk: Desk, customer: Ref) -> list[Invoice]:
    filters = (Filter("customer_id", "=", customer.id), Filter("open", ">", 0))
    select = Select(resource="invoices", filters=filters, limit=MOST_OPEN)
    found = [each for each in await desk.select(select) if isinstance(each, Invoice)]
    return sorted(found, key=lambda each: each.transaction_date or date.min)


def _too_much(invoices: Sequence[Invoice], parts: Sequence[Decimal], amount: Decimal) -> str | None:
    """Why these parts cannot be applied; None where they can."""
    if any(part < 0 for part in parts) or sum(parts, ZERO) > amount:
        return "More would be applied than the credit comes to."
    if any(part > (invoice.balance_remaining or ZERO) for invoice, part in zip(invoices, parts, strict=True)):
        return "More would be applied than is due."
    return None
