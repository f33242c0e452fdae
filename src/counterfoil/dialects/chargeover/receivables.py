"""Transactions: payments and credits, applied to invoices by name or automatically.

The books have no voided payment: `void` takes a payment out, and its invoices are open again. A credit is voided as
such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.errors import Unknown
from counterfoil.core.money import ZERO
from counterfoil.core.problems import Problem
from counterfoil.dialects.chargeover.desk import Desk, Numbers, refuse
from counterfoil.dialects.chargeover.errors import NotProcessed, Unsupported
from counterfoil.dialects.chargeover.lists import symbol
from counterfoil.dialects.chargeover.means import NAMES, STORED, Means, method_of_books, read_means, rememberable
from counterfoil.dialects.chargeover.people import NAMING, find_customer
from counterfoil.dialects.chargeover.settling import (
    LARGEST,
    NOTHING,
    Wish,
    give_credit,
    invoices_of,
    left,
    shared_out,
    submit_money,
)
from counterfoil.dialects.chargeover.table import KEY, Column, Given, ObjectType, Sent, beside, kept, missing, read
from counterfoil.dialects.chargeover.values import ID, LARGEST_ID, taken, wrong_type
from counterfoil.dialects.chargeover.values import number as told_number
from counterfoil.dispatch.submit import Aside
from counterfoil.model.command import Create, Delete, Update, Void
from counterfoil.model.kinds import Amount, Choice, Day, Flag, Many, Moment, Text, Whole
from counterfoil.model.lists import Currency
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo

PAYMENTS, CREDITS = "receive_payments", "credit_memos"
RESOURCES: Final = (PAYMENTS, CREDITS)
TYPES: Final[Mapping[str, str]] = {"pay": "Payment", "cre": "Credit", "ref": "Refund", "spl": "Split"}
MOST_APPLIED: Final = 500

Money = ReceivePayment | CreditMemo


@dataclass(frozen=True, slots=True)
class TransactionView:
    money: Money
    kept: Mapping[str, Any]
    numbers: Numbers
    currency: Currency | None
    base: str

    @property
    def number(self) -> int | None:
        return self.numbers.of("transactions", self.money.id)

    @property
    def type(self) -> str:
        return "pay" if isinstance(self.money, ReceivePayment) else "cre"

    @property
    def amount(self) -> Decimal:
        before = self.kept.get("voided_amount") if self.money.is_void else None
        return Decimal(before) if before is not None else self.money.total_amount or ZERO

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """The invoices that it pays, and how much of each."""
        if isinstance(self.money, ReceivePayment):
            return [(one.transaction_id, one.payment_amount or ZERO) for one in self.money.applications]
        return [(link.id, link.amount or ZERO) for link in self.money.linked_transactions]

    @property
    def applied_to(self) -> list[dict[str, Any]]:
        return [
            {"invoice_id": self.numbers.of("transactions", invoice), "applied": told_number(amount)}
            for invoice, amount in self.parts
        ]

    @property
    def method(self) -> str | None:
        """The vendor's word for the means, else the name that the books have for it."""
        told: str | None = self.kept.get("transaction_method")
        if told is not None or isinstance(self.money, CreditMemo):
            return told or NAMES["credit"]
        return self.money.payment_method.full_name if self.money.payment_method is not None else None

    @property
    def void_moment(self) -> int | None:
        return self.money.updated_at if self.money.is_void else None


COLUMNS: Final = (
    Column("transaction_id", ID, lambda v: v.number),
    Column("gateway_id", ID, kept("gateway_id")),
    Column("currency_id", ID, lambda v: v.numbers.of("currencies", v.money.currency), "currency_id", "currencies"),
    Column("external_key", KEY, kept("external_key")),
    Column("token", Text(), lambda v: v.numbers.token("transaction", "transactions", v.money.id)),
    Column("transaction_date", Day(), lambda v: v.money.transaction_date, "date"),
    Column("gateway_status", Whole(), lambda _: 1),
    Column("gateway_transid", Text(), kept("gateway_transid")),
    Column("gateway_msg", Text(), lambda _: ""),
    Column("gateway_err_code", Whole(), lambda _: 0),
    Column("gateway_err_detail", Text(), lambda _: None),
    Column("gateway_method", Text(), lambda v: v.kept.get("gateway_method", "credit" if v.type == "cre" else None)),
    Column("amount", Amount(), lambda v: v.amount),
    Column("fee", Amount(), lambda _: 0),
    Column("transaction_type", Choice(tuple(TYPES)), lambda v: v.type),
    Column("transaction_method", Text(), lambda v: v.method),
    Column("transaction_detail", Text(), kept("transaction_detail")),
    Column("transaction_datetime", Moment(), lambda v: v.money.created_at, "created_at"),
    Column("transaction_ipaddr", Text(), lambda _: None),
    Column("void_datetime", Moment(), lambda v: v.void_moment),
    Column("transaction_status_name", Text(), lambda v: "Void" if v.money.is_void else "Success"),
    Column("transaction_status_str", Text(), lambda v: "ok-void" if v.money.is_void else "ok-successful"),
    Column("transaction_status_state", Text(), lambda _: "o"),
    Column("transaction_type_name", Text(), lambda v: TYPES[v.type]),
    Column("applied", Amount(), lambda v: sum((amount for _, amount in v.parts), ZERO)),
    Column("brand_id", ID, lambda _: None),
    Column("currency_symbol", Text(), lambda v: symbol(v.currency)),
    Column("currency_iso4217", Text(), lambda v: v.currency.currency_code if v.currency else None),
    Column("url_self", Text(), lambda v: f"{v.base}/api/v3/transaction/{v.number}"),
    Column("customer_id", ID, lambda v: v.numbers.of("names", v.money.customer), "customer_id", "names"),
    Column("unapplied", Amount(), lambda v: left(v.money)),
    Column("applied_to", Text(), lambda v: v.applied_to),
    Column("refunds", Text(), lambda _: []),
    Column("applied_to.invoice_id", ID, lambda v: [each["invoice_id"] for each in v.applied_to], shown=False),
    Column("transaction_status.state", Text(), lambda _: "o", shown=False),
    Column("transaction_status.str", Text(), lambda v: "ok-void" if v.money.is_void else "ok-successful", shown=False),
)


def _wishes(value: Any) -> list[Wish]:
    """Invoices to apply money to: `{invoice_id, applied}`, or bare numbers."""
    if not isinstance(value, list) or len(value) > MOST_APPLIED:
        raise wrong_type(f"a list of at most {MOST_APPLIED} invoices", value)
    found = []
    for entry in value:
        body = entry if isinstance(entry, Mapping) else {"invoice_id": entry}
        number, amount = taken(Whole(1, LARGEST_ID), body.get("invoice_id")), taken(Amount(), body.get("applied"))
        if number is None:
            raise wrong_type("entries with an `invoice_id`", entry)
        found.append((number, amount))
    return found


MONEY_ROWS: Final = (
    *NAMING,
    Sent("amount", Amount(), handled=True),
    Sent("transaction_date", Day(), handled=True, also=("date",)),
    Sent("external_key", KEY),
    Sent("gateway_id", Whole(0)),
    Sent("gateway_transid", Text(255)),
    Sent("gateway_method", Choice(tuple(NAMES))),
    Sent("transaction_method", Text(255)),
    Sent("transaction_detail", Text(255)),
    Sent("memo", Text(4095), handled=True),
    Sent("applied_to", Many((Whole(),)), handled=True, read=_wishes),
    Sent("auto_apply", Flag(), handled=True),
)
ROWS: Final = (
    *MONEY_ROWS,
    Sent("transaction_type", Choice(tuple(TYPES)), handled=True, needed=True),
    Sent("gateway_status", Whole(0, 1), handled=True),
)
CALL_ROWS: Final = (*MONEY_ROWS, Sent("paymethods", Many((Text(),)), handled=True, read=lambda value: value))


async def transaction_views(desk: Desk, things: Sequence[Any], _: bool) -> list[TransactionView]:
    kept_ = await desk.kept(things, RESOURCES)
    currencies = {each.id: each for each in await desk.listed("currencies")}
    parts = [part for thing in things for part, _ in TransactionView(thing, {}, Numbers("", {}), None, "").parts]
    numbers = await desk.numbers(
        {
            "transactions": [*(thing.id for thing in things), *parts],
            "names": [thing.customer for thing in things],
            "currencies": [thing.currency for thing in things],
        }
    )
    return [
        TransactionView(
            thing,
            kept_.get(thing.id, {}),
            numbers,
            currencies.get(thing.currency.id) if thing.currency is not None else None,
            desk.asking.base,
        )
        for thing in things
    ]


async def create_transaction(desk: Desk, body: Mapping[str, Any]) -> int:
    given, problems = read(ROWS, body, (), (column.name for column in COLUMNS))
    problems += await find_customer(desk, given)
    problems += missing((*ROWS, Sent("amount", Amount(), needed=True)), given, ())
    refuse(problems + _positive(given))
    if given["transaction_type"] not in ("pay", "cre"):
        raise Unsupported("create", f"transaction, {given['transaction_type']}")
    if given.get("gateway_status") == 0:
        raise NotProcessed("Only what succeeded can be recorded; gateway_status is 0.")
    aside = Aside(beside(MONEY_ROWS, given), given.get("external_key"))
    if given["transaction_type"] == "cre":
        return await give_credit(desk, given, aside)
    return await _receive(desk, given, given["amount"], None)


async def pay(desk: Desk, body: Mapping[str, Any]) -> dict[str, int]:
    """Record a payment of an amount, or of what is open of some invoices."""
    desk.secret(rememberable(body))
    given, problems = read(CALL_ROWS, body, (), (column.name for column in COLUMNS))
    problems += await find_customer(desk, given)
    refuse(problems + _positive(given))
    means = _means(desk, given.get("paymethods"))
    amount = given.get("amount")
    if amount is None:
        if not given.get("applied_to"):
            refuse([Problem("required", ("amount",))])
        wishes = given["applied_to"]
        amount = sum(shared_out(await invoices_of(desk, wishes), wishes, LARGEST), ZERO)
    return {"id": await _receive(desk, given, amount, means)}


def _positive(given: Given) -> list[Problem]:
    amount = given.get("amount")
    if amount is None or amount > 0:
        return []
    return [Problem("out_of_range", ("amount",), {"value": str(amount), "range": "more than 0.00"})]


def _means(desk: Desk, entries: Any) -> Means | None:
    """The first of the means that a request brings. None of those on file at the vendor is on file here."""
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping):
            if any(entry.get(name) is not None for name in STORED):
                raise NotProcessed("No payment methods are stored here; describe the means itself.")
            return read_means(desk, entry)[1]
    return None


async def _receive(desk: Desk, given: Given, amount: Decimal, means: Means | None) -> int:
    method = given.get("gateway_method") or (means.method if means is not None else None)
    draft = ReceivePayment(
        customer=given["customer_id"],
        transaction_date=given.get("transaction_date"),
        total_amount=amount,
        payment_method=await method_of_books(desk, method),
        memo=given.get("memo"),
        is_auto_apply=bool(given.get("auto_apply")) and not given.get("applied_to"),
        applications=await _applications(desk, given.get("applied_to") or [], amount),
    )
    aside = (means.aside if means is not None else {}) | beside(MONEY_ROWS, given)
    done = await submit_money(desk, Create(resource=PAYMENTS, draft=draft), Aside(aside, given.get("external_key")))
    return await desk.number("transactions", done.result.id)


async def _applications(
    desk: Desk, wishes: Sequence[Wish], amount: Decimal, freed: Mapping[str, Decimal] = NOTHING
) -> tuple[Application, ...]:
    invoices = await invoices_of(desk, wishes)
    parts = shared_out(invoices, wishes, amount, freed)
    return tuple(
        Application(transaction_id=invoice.id, payment_amount=part)
        for invoice, part in zip(invoices, parts, strict=True)
    )


async def change_applied(desk: Desk, number: int, body: Mapping[str, Any]) -> bool:
    """Apply a payment to these invoices, in the place of those that it was applied to."""
    money: Money = await desk.thing(TRANSACTION, number)
    if not isinstance(money, ReceivePayment):
        raise Unsupported("changeAppliedAmounts", f"transaction, {number}")
    rows = (Sent("applied_to", Many((Whole(),)), handled=True, needed=True, read=_wishes),)
    given, problems = read(rows, body, (), ())
    refuse(problems + missing(rows, given, ()))
    freed = {one.transaction_id: one.payment_amount or ZERO for one in money.applications}
    applications = await _applications(desk, given["applied_to"], money.total_amount or ZERO, freed)
    changes = {"applications": applications}
    await submit_money(desk, Update(resource=PAYMENTS, id=money.id, revision=money.revision, changes=changes), None)
    return True


async def void_transaction(desk: Desk, number: int, _: Mapping[str, Any]) -> bool:
    """A credit is voided; a payment is taken out of the books, which have no voided one."""
    identifier, money = await _sought(desk, number)
    if isinstance(money, CreditMemo):
        aside = None if money.is_void else Aside({"voided_amount": str(money.total_amount or ZERO)})
        await desk.submit(Void(resource=CREDITS, id=identifier), aside)
    else:
        await desk.submit(Delete(resource=PAYMENTS, id=identifier))
    return True


async def delete_transaction(desk: Desk, number: int) -> None:
    identifier, money = await _sought(desk, number)
    resource = CREDITS if isinstance(money, CreditMemo) else PAYMENTS
    await desk.submit(Delete(resource=resource, id=identifier))


async def _sought(desk: Desk, number: int) -> tuple[str, Money | None]:
    """A transaction, or None in its place where it is gone: a re-send must still find its answer."""
    identifier = await desk.id_of("transactions", number)
    if identifier is None or desk.asking.idempotency_key is None:
        money: Money = await desk.thing(TRANSACTION, number)
        return money.id, money
    try:
        return identifier, await desk.thing(TRANSACTION, number)
    except Unknown:
        return identifier, None


TRANSACTION: Final = ObjectType(
    name="transaction",
    resources=RESOURCES,
    space="transactions",
    columns=COLUMNS,
    views=transaction_views,
    children=frozenset({"applied_to", "refunds"}),
    rows=ROWS,
    create=create_transaction,
    delete=delete_transaction,
    actions={"void": void_transaction, "changeAppliedAmounts": change_applied},
    calls={"pay": pay},
)
