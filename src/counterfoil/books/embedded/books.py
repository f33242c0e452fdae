"""The embedded books: a company file that answers at once, in the transaction that asks."""

from collections.abc import Iterator

from msgspec import structs

from counterfoil.books.embedded import activities, audit, bill_payments, lists, payments, purchases, sales, views
from counterfoil.books.embedded.applying import release, released
from counterfoil.books.embedded.company_file import new_company_file
from counterfoil.books.embedded.identity import missing
from counterfoil.books.embedded.passthrough import answer_document, answer_in_pages
from counterfoil.books.embedded.voiding import void
from counterfoil.core.errors import Broken
from counterfoil.dispatch.protocols import Answered
from counterfoil.ledger.invariants import violations
from counterfoil.model.activities import Attachable, TimeActivity
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create, Delete, Update, Void
from counterfoil.model.company import Company
from counterfoil.model.outcome import Deleted, Done
from counterfoil.model.payables import BillPayment
from counterfoil.model.postings import Entry
from counterfoil.model.purchases import Purchase
from counterfoil.model.query import Balance, Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import Sale
from counterfoil.model.shape import ListObject, Resource
from counterfoil.storage.company import CompanyFile


class EmbeddedBooks:
    """Answers commands and queries from the ledger of one connection. Raises Refusal; stores nothing when it does."""

    def open_company(self, file: CompanyFile, company: Company) -> None:
        """Fill the company file of a new connection."""
        new_company_file(file, company)

    def execute(self, file: CompanyFile, command: Command) -> Done:
        """Carry a command out, inside the caller's transaction."""
        match command:
            case Create(draft=draft):
                return self._create(file, draft)
            case Update():
                return self._update(file, command)
            case Void():
                return void(file, command.resource, command.id)
            case Delete():
                return Done(result=self._delete(file, command.resource, command.id))
        raise Broken(f"no such command: {type(command).__name__}")

    def read(self, file: CompanyFile, read: Read) -> Resource:
        """One object as it is now, with what is linked to it."""
        row = CATALOGUE[read.resource]
        if row.is_transaction:
            entry = file.entry(read.id, read.resource)
            if entry is None:
                raise missing(row.thing, read.id)
            return views.told(file, [entry], with_links=read.with_links)[0]
        if row.is_list:
            return views.with_balances(file, [lists.found_object(file, read.resource, read.id)])[0]
        return file.singleton(read.resource)

    def select(self, file: CompanyFile, select: Select) -> Page:
        """A page of a resource, completed as `read` completes one."""
        if not CATALOGUE[select.resource].is_transaction:
            page = file.select(select)
            return structs.replace(page, items=tuple(views.with_balances(file, page.items)))
        entries: list[Entry] = []

        def gather(entry: Entry) -> Resource:
            entries.append(entry)
            return entry.thing

        page = file.select(select, gather)
        return structs.replace(page, items=tuple(views.told(file, entries, with_links=select.with_links)))

    def deletions(self, file: CompanyFile, select: SelectDeleted) -> tuple[Deletion, ...]:
        return file.deletions(select)

    def answer(self, file: CompanyFile, document: bytes) -> Answered:
        """Carry out a qbXML request document. Raises Malformed or Invalid where it is none."""
        return answer_document(self, file, document)

    def answer_in_pages(self, file: CompanyFile, document: bytes) -> Iterator[Answered]:
        """The pages of one query that begins an iterator, all of them. Raises Malformed or Invalid where it is none."""
        return answer_in_pages(self, file, document)

    def trial_balance(self, file: CompanyFile) -> list[Balance]:
        return audit.trial_balance(file)

    def violations(self, file: CompanyFile) -> list[str]:
        """Every invariant of the ledger that does not hold; empty where the books are sound."""
        return violations(audit.facts(file))

    def _create(self, file: CompanyFile, draft: Resource) -> Done:
        warnings: tuple[str, ...] = ()
        match draft:
            case ListObject():
                return Done(result=views.with_balances(file, [lists.create_object(file, draft)])[0])
            case Sale():
                entry, warnings = sales.create_sale(file, draft)
            case ReceivePayment():
                entry = payments.create_payment(file, draft)
            case Purchase():
                entry = purchases.create_purchase(file, draft)
            case BillPayment():
                entry = bill_payments.create_bill_payment(file, draft)
            case TimeActivity() | Attachable():
                entry = activities.create_activity(file, draft)
            case _:
                raise Broken(f"nothing creates a {type(draft).__name__}")
        return Done(result=views.told(file, [entry], with_links=False)[0], warnings=warnings)

    def _update(self, file: CompanyFile, update: Update) -> Done:
        model = CATALOGUE[update.resource].model
        warnings: tuple[str, ...] = ()
        if issubclass(model, ListObject):
            return Done(result=views.with_balances(file, [lists.update_object(file, update)])[0])
        if issubclass(model, Sale):
            entry, warnings = sales.update_sale(file, update)
        elif issubclass(model, ReceivePayment):
            entry = payments.update_payment(file, update)
        elif issubclass(model, Purchase):
            entry = purchases.update_purchase(file, update)
        elif issubclass(model, BillPayment):
            entry = bill_payments.update_bill_payment(file, update)
        elif issubclass(model, TimeActivity | Attachable):
            entry = activities.update_activity(file, update)
        else:
            raise Broken(f"nothing changes {update.resource}")
        return Done(result=views.told(file, [entry], with_links=False)[0], warnings=warnings)

    def _delete(self, file: CompanyFile, resource: str, identifier: str) -> Deleted:
        if CATALOGUE[resource].is_list:
            return lists.delete_object(file, resource, identifier)
        entry = sales.found(file, resource, identifier)
        released(file, entry, down_to=0)
        for applied in (*file.applied_by(identifier), *file.applied_to(identifier)):
            release(file, applied)
        now = file.clock.now()
        file.remove_entry(entry, now)
        number: str | None = getattr(entry.thing, "ref_number", None)
        return Deleted(id=identifier, label=number or None, deleted_at=now)
