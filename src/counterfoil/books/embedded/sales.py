"""Invoices and credit memos in the embedded books: made, changed, voided and deleted as QuickBooks Desktop would."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import structs

from counterfoil.books.embedded.accounts import special_account
from counterfoil.books.embedded.applying import apply_credits, credits_to_use, released, revalued
from counterfoil.books.embedded.built import Built, BuiltGroup, BuiltLine, each_line
from counterfoil.books.embedded.changes import merged
from counterfoil.books.embedded.identity import check_revision, missing, next_revision
from counterfoil.books.embedded.line_figures import figured
from counterfoil.books.embedded.references import References
from counterfoil.books.embedded.sale_defaults import SaleParties, parties, with_defaults
from counterfoil.books.embedded.sale_lines import LineBuilder
from counterfoil.books.embedded.sale_tax import Taxation, tax_code, taxation
from counterfoil.core.dates import today
from counterfoil.core.errors import BooksRefused
from counterfoil.core.ids import next_number, transaction_id
from counterfoil.core.money import ZERO, minor
from counterfoil.core.problems import Problem
from counterfoil.ledger.due import suggested_discount
from counterfoil.ledger.posting import ONE, Share, converted, sale_postings
from counterfoil.model.catalogue import BY_MODEL
from counterfoil.model.command import LineChange, Update
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.outcome import Done, Voided
from counterfoil.model.postings import Entry, Posting
from counterfoil.model.sales import CreditMemo, Invoice, Sale
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
    """Enter an invoice or credit memo; on an invoice, use the credits and links that came with it."""
    references = References(file)
    people = parties(references, draft)
    sale = with_defaults(file, references, draft, people)
    builder = LineBuilder(references, sale.class_, people.non_taxable)
    work = _finish(file, references, sale, people, builder.fresh(sale.lines))
    credit = credits_to_use(file, references, work.sale) if isinstance(work.sale, Invoice) else []
    _check_external_id(file, references, sale)
    references.refuse()
    made = _numbered(file, work)
    total = 0 if made.is_pending else minor(work.total)
    entry = Entry(
        thing=_kept(made),
        resource=BY_MODEL[type(made)].name,
        total=total,
        open=total,
        open_home=converted([total], made.exchange_rate or ONE)[0],
    )
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
    if old.is_void:
        raise BooksRefused(Problem("voided", ("id",), {"thing": "The " + BY_MODEL[type(old)].thing, "value": old.id}))
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
        _refuse_while_applied(file, references, entry, "is_pending" if "is_pending" in changes else "customer")
    if changed.receivables_account != old.receivables_account:
        _refuse_while_applied(file, references, entry, "receivables_account")
    work = _finish(file, references, changed, people, lines)
    due = max((0 if work.sale.is_pending else minor(work.total)) - (entry.total - entry.open), 0)
    credit = credits_to_use(file, references, work.sale, due) if isinstance(work.sale, Invoice) else []
    references.refuse()
    now, fresh = next_revision(file, old.revision)
    work.sale = structs.replace(work.sale, updated_at=now, revision=fresh)
    fresh_lines = _unnamed(work)
    made = _with_line_ids(work, file.take("transactions", fresh_lines) if fresh_lines else 0, now)
    total = 0 if made.is_pending else minor(work.total)
    entry = _replaced(file, entry, made, total, postings_of(file, work, made))
    if credit:
        entry = apply_credits(file, entry, credit)
    return entry, tuple(work.warnings)


def _replaced(file: CompanyFile, old: Entry, made: Sale, total: int, postings: tuple[Posting, ...]) -> Entry:
    """Store a changed sale. What was applied of it stays applied, as far as the new total goes.

    At a new exchange rate everything that was applied is worth something else.
    """
    rate = made.exchange_rate or ONE
    worth = converted([total], rate)[0]
    fresh = Entry(thing=_kept(made), resource=old.resource, total=total, open=total, open_home=worth)
    entry = released(file, old, down_to=total)
    applied = file.applied_to(made.id) if old.resource == "invoices" else file.applied_by(made.id)
    if not applied or (rate == ONE and _sale(old).exchange_rate in (None, ONE)):
        used = entry.total - entry.open
        fresh = structs.replace(fresh, open=total - used, open_home=worth - used)
    else:
        fresh = revalued(file, fresh)
    file.replace_entry(fresh, postings)
    return fresh


def void_sale(file: CompanyFile, resource: str, identifier: str) -> Done:
    """Keep the sale and take all its amounts away; payments and credits that it used are free again."""
    entry = found(file, resource, identifier)
    sale = _sale(entry)
    if not sale.is_void:
        now, fresh = next_revision(file, sale.revision)
        released(file, entry, down_to=0)
        memo = f"VOID: {sale.memo}" if sale.memo else "VOID:"
        sale = structs.replace(
            sale,
            is_void=True,
            memo=memo[:4095],
            updated_at=now,
            revision=fresh,
            subtotal=ZERO,
            sales_tax_total=ZERO,
            total_amount=ZERO,
            tax_components=(),
            lines=tuple(_emptied(line) for line in sale.lines),
        )
        if isinstance(sale, Invoice):
            sale = structs.replace(sale, suggested_discount_amount=None, suggested_discount_date=None)
        file.replace_entry(Entry(thing=sale, resource=resource), ())
    return Done(
        result=Voided(
            id=sale.id, ref_number=sale.ref_number or None, created_at=sale.created_at, updated_at=sale.updated_at
        )
    )


def _check_external_id(file: CompanyFile, references: References, sale: Sale) -> None:
    external = sale.external_id
    owner = file.by_external_id(BY_MODEL[type(sale)].name, external) if external is not None else None
    if owner is not None:
        values = {"value": external, "id": owner}
        references.problems.append(Problem("external_id_in_use", ("external_id",), values))


def found(file: CompanyFile, resource: str, identifier: str) -> Entry:
    entry = file.entry(identifier, resource)
    if entry is None:
        raise missing(resource.replace("_", " ").removesuffix("s"), identifier)
    return entry


def postings_of(file: CompanyFile, work: Draft, made: Sale) -> tuple[Posting, ...]:
    """A sale's journal entry; a pending one has none."""
    if made.is_pending or made.customer is None or made.receivables_account is None:
        return ()
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
    return sale_postings(
        made.receivables_account.id or "",
        made.customer.id or "",
        shares,
        made.exchange_rate or ONE,
        given_back=isinstance(made, CreditMemo),
    )


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
    now = file.clock.now()
    resource = BY_MODEL[type(work.sale)].name
    number = file.take("transaction_numbers")
    first = file.take("transactions", 1 + _unnamed(work))
    work.sale = structs.replace(
        work.sale,
        id=transaction_id(first, now),
        number=number,
        created_at=now,
        updated_at=now,
        revision=str(now),
        ref_number=_ref_number(file, resource, work.sale.ref_number),
        transaction_date=work.sale.transaction_date or today(now),
    )
    return _with_line_ids(work, first + 1, now)


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


def _refuse_while_applied(file: CompanyFile, references: References, entry: Entry, name: str) -> None:
    identifier = entry.thing.id
    if file.applied_to(identifier) or file.applied_by(identifier):
        references.problems.append(Problem("has_applications", (name,)))


def _sale(entry: Entry) -> Sale:
    if not isinstance(entry.thing, Sale):
        raise TypeError(entry.resource)
    return entry.thing
