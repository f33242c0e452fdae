"""Bills and vendor credits in the embedded books: what the company owes its vendors, and what they owe it back."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from msgspec import structs

from counterfoil.books.embedded.accounts import payables_account
from counterfoil.books.embedded.applying import refuse_while_applied, restated
from counterfoil.books.embedded.changes import merged
from counterfoil.books.embedded.currencies import check_account_currency, foreign, kept_currency, new_currency
from counterfoil.books.embedded.identity import (
    check_external_id,
    check_not_void,
    check_revision,
    entered,
    missing,
    next_revision,
)
from counterfoil.books.embedded.purchase_lines import BoughtLine, PurchaseLines
from counterfoil.books.embedded.references import References, article, to
from counterfoil.core.dates import today
from counterfoil.core.ids import transaction_id
from counterfoil.core.money import ZERO, minor
from counterfoil.core.problems import Problem
from counterfoil.ledger.due import due_date
from counterfoil.ledger.posting import ONE, Share, converted, purchase_postings
from counterfoil.model.accounts import Account
from counterfoil.model.catalogue import BY_MODEL, CATALOGUE
from counterfoil.model.command import LineChange, Update
from counterfoil.model.people import Vendor
from counterfoil.model.postings import Entry, Posting
from counterfoil.model.purchases import Bill, Purchase, PurchaseLine, VendorCredit
from counterfoil.model.shape import ListObject
from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.storage.company import CompanyFile

P = TypeVar("P", bound=Purchase)
LARGEST = Decimal("9999999999999.99")
PAYABLES = "payables_account"


@dataclass(slots=True)
class Draft:
    """A purchase on its way into the books."""

    purchase: Purchase
    lines: list[BoughtLine]


def create_purchase(file: CompanyFile, draft: Purchase) -> Entry:
    """Enter a bill or a vendor credit."""
    references = References(file)
    purchase = _with_defaults(references, draft, references.header(draft))
    work = _finish(references, purchase, PurchaseLines(references).fresh(purchase.lines))
    check_external_id(file, references, purchase)
    references.refuse()
    made, first_line = entered(file, work.purchase, len(work.lines))
    made = _with_line_ids(made, work.lines, first_line, made.created_at)
    entry = _entry(made)
    file.add_entry(entry, _postings(work, made))
    return entry


def update_purchase(file: CompanyFile, update: Update) -> Entry:
    """Change a bill or a vendor credit. Without lines in the change its lines stay."""
    changes = dict(update.changes)
    entry = file.entry(update.id, update.resource)
    if entry is None:
        raise missing(CATALOGUE[update.resource].thing, update.id)
    old = _purchase(entry)
    check_revision(old, update.revision)
    check_not_void(old)
    line_changes: Sequence[LineChange] | None = changes.pop("lines", None)
    changed, names = merged(old, changes), frozenset(changes)
    references = References(file)
    given = references.header(changed, changed=names)
    changed = _with_defaults(references, changed, given, old=old, changed=names)
    builder = PurchaseLines(references)
    lines = (
        builder.kept(old.lines) if line_changes is None else builder.merged(old.lines, line_changes, update.kept_lines)
    )
    for name in ("vendor", PAYABLES):
        if getattr(changed, name) != getattr(old, name):
            refuse_while_applied(file, references, entry, name)
    work = _finish(references, changed, lines)
    references.refuse()
    now, revision = next_revision(file, old.revision)
    fresh_lines = sum(not line.line.id for line in work.lines)
    first = file.take("transactions", fresh_lines) if fresh_lines else 0
    made = structs.replace(work.purchase, updated_at=now, revision=revision)
    made = _with_line_ids(made, work.lines, first, now)
    at_home = (made.exchange_rate or ONE) == ONE and old.exchange_rate in (None, ONE)
    fresh = restated(file, entry, _entry(made), at_home=at_home)
    file.replace_entry(fresh, _postings(work, made))
    return fresh


def emptied_purchase(purchase: Purchase) -> dict[str, Any]:
    """What voiding makes of a purchase's figures."""
    return {"total_amount": ZERO, "lines": tuple(_empty_line(line) for line in purchase.lines)}


def _empty_line(line: PurchaseLine) -> PurchaseLine:
    if line.amount is None:
        return line
    return structs.replace(line, amount=ZERO, quantity=Decimal(0) if line.quantity is not None else None)


def _with_defaults(
    references: References,
    purchase: P,
    given: dict[str, ListObject],
    *,
    old: Purchase | None = None,
    changed: AbstractSet[str] = frozenset(),
) -> P:
    """The purchase with its references named and, when it is new, filled in from its vendor."""
    file = references.file
    vendor = given.get("vendor")
    values: dict[str, Any] = {name: to(thing) for name, thing in given.items()}
    values["transaction_date"] = day = purchase.transaction_date or today(file.clock.now())
    if purchase.vendor is None:
        references.problems.append(Problem("required", ("vendor",)))
    if old is None and isinstance(vendor, Vendor):
        values |= _from_vendor(purchase, vendor)
        values |= new_currency(file, references, vendor.currency, purchase.exchange_rate)
        if purchase.payables_account is None and not references.problems:
            values[PAYABLES] = to(payables_account(file, foreign(file, values["currency"])))
    elif old is not None and isinstance(vendor, Vendor):
        rates, who = (purchase.exchange_rate, old.exchange_rate), ("vendor", vendor.currency)
        values |= kept_currency(file, references, purchase.currency, rates, who)
        if purchase.payables_account is None:
            references.problems.append(Problem("required", (PAYABLES,)))
    account = given.get(PAYABLES)
    if isinstance(account, Account):
        check_payables(references, account, values.get("currency", purchase.currency))
    if isinstance(purchase, Bill) and _due_again(purchase, old, changed):
        terms = values.get("terms", purchase.terms)
        term = file.find("terms", terms.id or "") if terms is not None else None
        values["due_date"] = due_date(day, term if isinstance(term, StandardTerm | DateDrivenTerm) else None)
    return structs.replace(purchase, **values)


def _from_vendor(purchase: Purchase, vendor: Vendor) -> dict[str, Any]:
    """What a new purchase takes over from its vendor where the caller was silent."""
    values: dict[str, Any] = {}
    if purchase.vendor_address is None:
        values["vendor_address"] = vendor.billing_address
    if isinstance(purchase, Bill) and purchase.terms is None:
        values["terms"] = vendor.terms
    return values


def _due_again(bill: Bill, old: Purchase | None, changed: AbstractSet[str]) -> bool:
    """A due date is computed for a new bill, and again when its terms change, unless the caller names one."""
    if old is None or bill.due_date is None:
        return bill.due_date is None
    return "due_date" not in changed and "terms" in changed


def check_payables(references: References, account: Account, currency: Any) -> None:
    """The A/P account must be one, and of the transaction's currency."""
    if account.account_type == "accounts_payable":
        check_account_currency(references.file, references, account, currency, PAYABLES)
        return
    found = article(account.account_type.replace("_", " ") + " account")
    values = {"value": account.id, "found": found, "expected": "an accounts-payable account"}
    references.problems.append(Problem("reference_wrong", (PAYABLES,), values))


def _finish(references: References, purchase: Purchase, lines: list[BoughtLine]) -> Draft:
    """Work the total out; a purchase that does not add up is refused."""
    thing = BY_MODEL[type(purchase)].thing
    if not lines and not references.problems:
        references.problems.append(Problem("empty_transaction", ("lines",), {"thing": thing}))
    total = sum((line.amount for line in lines), ZERO)
    if total < 0:
        references.problems.append(Problem("negative_total", ("lines",), {"thing": thing, "total": total}))
    home = total * (purchase.exchange_rate or ONE)
    if max(total, home) > LARGEST or any(abs(line.amount) > LARGEST for line in lines):
        references.problems.append(Problem("too_much_money", ("lines",), {"total": total}))
    return Draft(structs.replace(purchase, total_amount=total), lines)


def _with_line_ids(purchase: P, lines: Sequence[BoughtLine], number: int, now: int) -> P:
    """The purchase with its lines written back; new ones are named from `number` on, as transactions are."""
    named: list[PurchaseLine] = []
    for each in lines:
        line = each.line
        if not line.id:
            line = structs.replace(line, id=transaction_id(number, now))
            number += 1
        named.append(line)
    return structs.replace(purchase, lines=tuple(named))


def _entry(made: Purchase) -> Entry:
    """A purchase that nothing is applied of."""
    total = minor(made.total_amount or ZERO)
    worth = converted([total], made.exchange_rate or ONE)[0]
    return Entry(thing=made, resource=BY_MODEL[type(made)].name, total=total, open=total, open_home=worth)


def _postings(work: Draft, made: Purchase) -> tuple[Posting, ...]:
    if made.vendor is None or made.payables_account is None:
        return ()
    shares = [
        Share(line.account, minor(line.amount), line.line.class_.id if line.line.class_ is not None else None)
        for line in work.lines
        if line.account is not None and line.amount
    ]
    return purchase_postings(
        made.payables_account.id or "",
        made.vendor.id or "",
        shares,
        made.exchange_rate or ONE,
        given_back=isinstance(made, VendorCredit),
    )


def _purchase(entry: Entry) -> Purchase:
    if not isinstance(entry.thing, Purchase):
        raise TypeError(entry.resource)
    return entry.thing
