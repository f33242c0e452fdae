"""Sales in the embedded books: made, changed, voided and deleted as QuickBooks Desktop would."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import structs

from counterfoil.books.embedded.accounts import special_account
from counterfoil.books.embedded.applying import apply_credits, credits_to_use, refuse_while_applied, restated
from counterfoil.books.embedded.built import Built, BuiltGroup, BuiltLine, each_line
from counterfoil.books.embedded.changes import merged
from counterfoil.books.embedded.identity import (
    check_external_id,
    check_not_void,
    check_revision,
    entered,
    missing,
    next_revision,
)
from counterfoil.books.embedded.line_figures import figured
from counterfoil.books.embedded.references import References
from counterfoil.books.embedded.sale_defaults import SaleParties, parties, with_defaults
from counterfoil.books.embedded.sale_lines import LineBuilder
from counterfoil.books.embedded.sale_tax import Taxation, tax_code, taxation
from counterfoil.core.dates import today
from counterfoil.core.ids import next_number, transaction_id
from counterfoil.core.money import ZERO, minor
from counterfoil.core.problems import Problem
from counterfoil.ledger.due import suggested_discount
from counterfoil.ledger.posting import ONE, Share, converted, paid_sale_postings, sale_postings
from counterfoil.model.catalogue import BY_MODEL
from counterfoil.model.command import LineChange, Update
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.postings import Entry, Posting
from counterfoil.model.sales import CreditMemo, Invoice, OnAccount, PaidSale, RefundReceipt, Sale
from counterfoil.storage.company import CompanyFile

S = TypeVar("S", bound=Sale)
LARGEST = Decimal("9999999999999.99")


@dataclass(slots=True)
class Draft:
    """A sale on its way into the books, with everything that was looked up for it."""

    sale: Sale
    parties: SaleParties
    lines: list[Built]
    taxation: Taxation
    warnings: list[str]

    @property
    def total(self) -> Decimal:
        return self.sale.total_amount or ZERO


def create_sale(file: CompanyFile, draft: Sale) -> tuple[Entry, tuple[str, ...]]:
    """Enter a sale; on an invoice, use the credits and links that came with it."""
    references = References(file)
    people = parties(references, draft)
    sale = with_defaults(file, references, draft, people)
    builder = LineBuilder(references, sale.class_, people.non_taxable)
    work = _finish(file, references, sale, people, builder.fresh(sale.lines))
    credit = credits_to_use(file, references, work.sale) if isinstance(work.sale, Invoice) else []
    check_external_id(file, references, sale)
    references.refuse()
    made = _numbered(file, work)
    entry = _entry(made)
    file.add_entry(entry, postings_of(file, work, made))
    if credit:
        entry = apply_credits(file, entry, credit)
    return entry, tuple(work.warnings)


def update_sale(file: CompanyFile, update: Update) -> tuple[Entry, tuple[str, ...]]:
    """Change a sale. Without lines in the change its lines stay; the taxes are worked out again in any case."""
    resource, changes = update.resource, dict(update.changes)
    entry = found(file, resource, update.id)
    old = _sale(entry)
    check_revision(old, update.revision)
    check_not_void(old)
    line_changes: Sequence[LineChange] | None = changes.pop("lines", None)
    changed = merged(old, changes)
    references = References(file)
    people = parties(references, changed, changed=frozenset(changes))
    changed = with_defaults(file, references, changed, people, old=old, changed=frozenset(changes))
    builder = LineBuilder(references, changed.class_, people.non_taxable)
    lines = (
        builder.kept(old.lines) if line_changes is None else builder.merged(old.lines, line_changes, update.kept_lines)
    )
    if changed.is_pending != old.is_pending or changed.customer != old.customer:
        refuse_while_applied(file, references, entry, "is_pending" if "is_pending" in changes else "customer")
    if changed.receivables_account != old.receivables_account:
        refuse_while_applied(file, references, entry, "receivables_account")
    work = _finish(file, references, changed, people, lines)
    due = max((0 if work.sale.is_pending else minor(work.total)) - (entry.total - entry.open), 0)
    credit = credits_to_use(file, references, work.sale, due) if isinstance(work.sale, Invoice) else []
    references.refuse()
    now, fresh = next_revision(file, old.revision)
    work.sale = structs.replace(work.sale, updated_at=now, revision=fresh)
    fresh_lines = _unnamed(work)
    made = _with_line_ids(work, file.take("transactions", fresh_lines) if fresh_lines else 0, now)
    entry = _replaced(file, entry, made, postings_of(file, work, made))
    if credit:
        entry = apply_credits(file, entry, credit)
    return entry, tuple(work.warnings)


def _entry(made: Sale) -> Entry:
    """A sale that nothing is applied of: open is what is on account, and posted."""
    total = minor(made.total_amount or ZERO) if isinstance(made, OnAccount) and not made.is_pending else 0
    worth = converted([total], made.exchange_rate or ONE)[0]
    return Entry(thing=_kept(made), resource=BY_MODEL[type(made)].name, total=total, open=total, open_home=worth)


def _replaced(file: CompanyFile, old: Entry, made: Sale, postings: tuple[Posting, ...]) -> Entry:
    """Store a changed sale. At a new exchange rate everything that was applied is worth something else."""
    at_home = (made.exchange_rate or ONE) == ONE and _sale(old).exchange_rate in (None, ONE)
    fresh = restated(file, old, _entry(made), at_home=at_home)
    file.replace_entry(fresh, postings)
    return fresh


def emptied_sale(sale: Sale) -> dict[str, Any]:
    """What voiding makes of a sale's figures."""
    values: dict[str, Any] = {
        "subtotal": ZERO,
        "sales_tax_total": ZERO,
        "total_amount": ZERO,
        "tax_components": (),
        "lines": tuple(_emptied(line) for line in sale.lines),
    }
    if isinstance(sale, Invoice):
        values |= {"suggested_discount_amount": None, "suggested_discount_date": None}
    return values


def found(file: CompanyFile, resource: str, identifier: str) -> Entry:
    entry = file.entry(identifier, resource)
    if entry is None:
        raise missing(resource.replace("_", " ").removesuffix("s"), identifier)
    return entry


def postings_of(file: CompanyFile, work: Draft, made: Sale) -> tuple[Posting, ...]:
    """A sale's journal entry; a pending one has none, and an estimate never gets one."""
    if made.is_pending:
        return ()
    rate, given_back = made.exchange_rate or ONE, isinstance(made, CreditMemo | RefundReceipt)
    if isinstance(made, PaidSale) and made.deposit_to_account is not None:
        deposit = made.deposit_to_account.id or ""
        return paid_sale_postings(deposit, _shares(file, work), rate, given_back=given_back)
    if isinstance(made, OnAccount) and made.receivables_account is not None and made.customer is not None:
        receivables, customer = made.receivables_account.id or "", made.customer.id or ""
        return sale_postings(receivables, customer, _shares(file, work), rate, given_back=given_back)
    return ()


def _shares(file: CompanyFile, work: Draft) -> list[Share]:
    """What a sale earns, account by account."""
    shares: list[Share] = []
    taxes = [component for component in work.taxation.components if component.amount]
    if taxes:
        # Taxes come first, so that at any exchange rate they make the rounded worth of the sale's whole tax.
        payable = special_account(file, "sales_tax_payable").id
        shares = [
            Share(payable, minor(component.amount or ZERO), None, component.agency.id if component.agency else None)
            for component in taxes
        ]
    shares += [
        Share(line.account, minor(line.amount), line.line.class_.id if line.line.class_ is not None else None)
        for line in each_line(work.lines)
        if line.account is not None and line.role in ("sale", "discount") and line.amount
    ]
    return shares


def _finish(file: CompanyFile, references: References, sale: Sale, people: SaleParties, lines: list[Built]) -> Draft:
    """Work out figures, taxes and totals. Nothing is stored yet; a sale that does not add up is refused."""
    thing = BY_MODEL[type(sale)].thing
    if not lines and not references.problems:
        references.problems.append(Problem("empty_transaction", ("lines",), {"thing": thing}))
    references.refuse()
    warnings: list[str] = []
    figured(lines, warnings)
    flat = list(each_line(lines))
    taxes = taxation(
        file,
        sale,
        people.tax_item,
        tax_code(references, sale.sales_tax_code),
        flat,
        people.sales_tax,
        by_line_code=people.by_line_code,
    )
    subtotal = sum((line.amount for line in flat if line.role in ("sale", "discount")), ZERO)
    total = subtotal + taxes.total
    if total < 0:
        references.problems.append(Problem("negative_total", ("lines",), {"thing": thing, "total": total}))
    home = total * (sale.exchange_rate or ONE)
    if max(total, home) > LARGEST or any(abs(line.amount) > LARGEST for line in flat):
        references.problems.append(Problem("too_much_money", ("lines",), {"total": total}))
    values: dict[str, Any] = {
        "subtotal": subtotal,
        "sales_tax_percentage": taxes.percentage,
        "sales_tax_total": taxes.total,
        "total_amount": total,
        "tax_components": taxes.components,
    }
    if isinstance(sale, Invoice):
        discount = suggested_discount(sale.transaction_date or date.min, total, people.term)
        values["suggested_discount_amount"] = discount[0] if discount else None
        values["suggested_discount_date"] = discount[1] if discount else None
    return Draft(structs.replace(sale, **values), people, lines, taxes, warnings)


def _numbered(file: CompanyFile, work: Draft) -> Sale:
    """Id, times, transaction number, document number and line ids of a new sale."""
    number = _ref_number(file, BY_MODEL[type(work.sale)].name, work.sale.ref_number)
    made, first_line = entered(file, structs.replace(work.sale, ref_number=number), _unnamed(work))
    work.sale = structs.replace(made, transaction_date=made.transaction_date or today(made.created_at))
    return _with_line_ids(work, first_line, made.created_at)


def _ref_number(file: CompanyFile, resource: str, given: str | None) -> str | None:
    """Absent: the last one counts on. Empty: none. Anything else stands, and the next count goes on from it."""
    if given is None:
        given = next_number(file.last_number(resource) or "0")
    if given:
        file.set_last_number(resource, given)
    return given


def _unnamed(work: Draft) -> int:
    """How many lines and groups have no id yet."""
    groups = sum(isinstance(built, BuiltGroup) and not built.group.id for built in work.lines)
    return groups + sum(not line.line.id for line in each_line(work.lines))


def _with_line_ids(work: Draft, number: int, now: int) -> Sale:
    """The sale with its lines written back; new ones are named from `number` on, as transactions are."""
    lines: list[SalesLine | SalesLineGroup] = []

    def named(line: BuiltLine) -> SalesLine:
        nonlocal number
        if line.line.id:
            return line.line
        number += 1
        return structs.replace(line.line, id=transaction_id(number - 1, now))

    for built in work.lines:
        if isinstance(built, BuiltLine):
            lines.append(named(built))
            continue
        identifier = built.group.id
        if not identifier:
            identifier = transaction_id(number, now)
            number += 1
        members = tuple(named(member) for member in built.members)
        total = sum((member.amount for member in built.members if member.role != "subtotal"), ZERO)
        lines.append(structs.replace(built.group, id=identifier, lines=members, total_amount=total))
    return structs.replace(work.sale, lines=tuple(lines))


def _kept(sale: S) -> S:
    """What is stored of a sale: not what it asked to have applied, which is kept as applications."""
    if isinstance(sale, Invoice) and (sale.apply_credits or sale.link_to_transactions):
        return structs.replace(sale, apply_credits=(), link_to_transactions=())
    return sale


def _emptied(line: SalesLine | SalesLineGroup) -> SalesLine | SalesLineGroup:
    if isinstance(line, SalesLineGroup):
        members = tuple(_empty_line(member) for member in line.lines)
        return structs.replace(line, lines=members, total_amount=ZERO)
    return _empty_line(line)


def _empty_line(line: SalesLine) -> SalesLine:
    if line.amount is None:
        return line
    quantity = Decimal(0) if line.quantity is not None else None
    return structs.replace(line, amount=ZERO, quantity=quantity, tax_override=None)


def _sale(entry: Entry) -> Sale:
    if not isinstance(entry.thing, Sale):
        raise TypeError(entry.resource)
    return entry.thing
