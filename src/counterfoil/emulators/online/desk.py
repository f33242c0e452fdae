"""What can be done with the objects of one company, in one transaction: each request ends up here."""

from collections.abc import Mapping, Set
from typing import Any, Final

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.dates import local_moment, moment_from
from counterfoil.core.ids import random_hex
from counterfoil.emulators.online import stored
from counterfoil.emulators.online.documents import Documents
from counterfoil.emulators.online.faults import Faults
from counterfoil.emulators.online.figures import amount_of
from counterfoil.emulators.online.ledger import Ledger
from counterfoil.emulators.online.pdf import pdf_of
from counterfoil.emulators.online.queries import Queries, ledger_entity
from counterfoil.emulators.online.recurring import kept_of, told_of
from counterfoil.emulators.online.refusals import (
    REFUSALS,
    Error,
    Refused,
    business,
    fault_of,
    missing,
    not_found,
    stale,
    system_failure,
    too_many,
    unknown_property,
    unreadable,
    unsupported,
)
from counterfoil.emulators.online.shelf import Shelf
from counterfoil.emulators.online.stored import Stored
from counterfoil.emulators.online.taxes import TaxService
from counterfoil.storage.company import CompanyFile
from counterfoil.wire.qbo.maps.activities import ATTACHABLE
from counterfoil.wire.qbo.query import Condition, Query
from counterfoil.wire.qbo.table import Entity

Json = dict[str, Any]
MOST_IN_BATCH: Final = 30
SMALL: Final = frozenset({"sparse", "domain", "status", "time"})
"""Intuit's properties that begin with a small letter."""

SENT: Final = frozenset(
    {"Invoice", "Estimate", "SalesReceipt", "CreditMemo", "RefundReceipt", "PurchaseOrder", "Payment"}
)
"""Entities that can be e-mailed, and had as PDF."""

VOIDED_BY_OPERATION: Final = frozenset({"Invoice", "Payment"})
FAULTY_VOID: Final = "Bill"
"""Voiding one gives a fault that comes with 200, as public tests of Intuit's sandbox record."""

SILENT_VOID: Final = "JournalEntry"
"""Voiding one gives an empty answer, and nothing happens."""

WITH_NUMBERS: Final = frozenset({"Invoice", "CreditMemo", "SalesReceipt", "Estimate"})
RECURRING: Final = "RecurringTransaction"


class Desk:
    """One company's objects. With `warns_of_duplicates`, as people may choose, a document number is used only once."""

    def __init__(
        self,
        file: CompanyFile,
        books: EmbeddedBooks,
        faults: Faults | None = None,
        *,
        quirks: bool = False,
        warns_of_duplicates: bool = False,
    ) -> None:
        self.file = file
        self.faults = faults or Faults()
        self.warns_of_duplicates = warns_of_duplicates
        self.shelf = Shelf(file)
        self.ledger = Ledger(file, books, self.shelf, self.faults)
        self.documents = Documents(file, self.shelf)
        self.queries = Queries(self.ledger, self.documents, quirks=quirks)

    def write(self, name: str, given: Json, operation: str = "", includes: Set[str] = frozenset()) -> Json:
        """Create, update, void or delete an object, as the request says: `{"Invoice": {…}}`.

        Raises what `refusals.REFUSALS` names.
        """
        _check_properties(given)
        named = self._named(name)
        given = self._spoilt(kept_of(given) if _name_of(named) == RECURRING and not given.get("Id") else given)
        if operation == "delete":
            return self._delete(named, given)
        if operation == "void" or (operation in ("", "update") and "void" in includes):
            return self._void(named, given, by_include=operation != "void")
        if operation not in ("", "create", "update"):
            raise unsupported(operation)
        if given.get("Id") not in (None, "", 0, "0") or operation == "update" or _is_singleton(named):
            return self._update(named, given, includes)
        return self._create(named, given, includes)

    def read(self, name: str, id: str, includes: Set[str] = frozenset()) -> Json:
        named = self._named(name)
        if isinstance(named, Stored):
            return self._wrapped(named, self.documents.read(named, id))
        found = self.ledger.read(named, id)
        if "invoicelink" in includes and found.get("BillEmail") and _is_paid_online(found):
            found = {**found, "InvoiceLink": f"https://connect.intuit.example/t/{id}"}
        return {named.name: found}

    def enter(self, name: str, given: Json, number: str | None = None) -> Json:
        """Make an object, with an id of the caller's choice: how a new company is filled."""
        named = self._named(name)
        if isinstance(named, Stored):
            return self.documents.create(named, given, number)
        return self.ledger.create(named, given, number)

    def query(self, text: str) -> Json:
        return {"QueryResponse": self.queries.answer(text)}

    def changes(self, entities: str, since: str) -> Json:
        """What has changed of some entities since a moment. A `+` that came as a space is one again."""
        names = [name.strip() for name in entities.split(",") if name.strip()]
        if not names or not since:
            raise missing(*(name for name, each in (("entities", names), ("changedSince", since)) if not each))
        try:
            moment = moment_from(since.strip().replace(" ", "+"), end_of_day=False)
        except ValueError:
            raise Refused(Error("2060", "Invalid date format", f"changedSince: {since[:40]}", "changedSince")) from None
        return {"CDCResponse": [{"QueryResponse": [self.queries.changes(name, moment) for name in names]}]}

    def batch(self, given: Json) -> Json:
        """Each item for itself, one after the other; what one of them cannot does not touch the others."""
        items = given.get("BatchItemRequest")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise missing("BatchItemRequest")
        if len(items) > MOST_IN_BATCH:
            raise too_many()
        return {"BatchItemResponse": [self._item(item) for item in items]}

    def send(self, name: str, id: str, to: str) -> Json:
        """E-mail a document: nothing leaves, but the document says that it did."""
        named = self._named(name)
        if _name_of(named) not in SENT:
            raise unsupported("send")
        found = self._one(named, id)
        address = to or (found.get("BillEmail") or {}).get("Address") or self._address(found)
        if not address:
            raise business("You must specify an e-mail address to send to.")
        now = local_moment(self.file.clock.now())
        changes = {
            "BillEmail": {"Address": address},
            "EmailStatus": "EmailSent",
            "DeliveryInfo": {"DeliveryType": "Email", "DeliveryTime": now},
        }
        if isinstance(named, Stored):
            return {named.told_as: self.documents.rewrite(named, id, changes)}
        return {named.name: self.ledger.rewrite(named, id, changes)}

    def pdf(self, name: str, id: str) -> bytes:
        named = self._named(name)
        if _name_of(named) not in SENT:
            raise unsupported("pdf")
        found = self._one(named, id)
        company = self.ledger.known.company.company_name or ""
        party = (found.get("CustomerRef") or found.get("VendorRef") or {}).get("name", "")
        head = f"{_name_of(named)} {found.get('DocNumber') or found.get('PaymentRefNum') or id}"
        lines = [f"{line.get('Description') or ''}  {amount_of(line.get('Amount'))}" for line in found.get("Line", [])]
        return pdf_of(
            [
                company,
                "",
                head,
                str(party),
                str(found.get("TxnDate", "")),
                "",
                *lines,
                "",
                f"Total {amount_of(found.get('TotalAmt'))}",
            ]
        )

    def attach(self, metadata: Json, content: Mapping[str, Any]) -> Json:
        """Keep what is said of a file: `{"AttachableResponse": [{"Attachable": {…}}]}`. Its content is not kept."""
        said = {key: each for key, each in {**content, **metadata}.items() if each not in (None, "", [])}
        said |= {"Size": content.get("Size", 0), "FileAccessUri": f"/v3/company/attachables/{random_hex()}"}
        return {"AttachableResponse": [self.write(ATTACHABLE.name, said)]}

    def tax_code(self, given: Json) -> Json:
        """Make a tax code with its rates. Its answer has no name of an entity around it."""
        return TaxService(self.file, self.ledger, self.documents).create(given)

    def exchange_rate(self, currency: str, day: str) -> Json:
        row = stored.BY_NAME["exchangerate"]
        known = [each for each in self.documents.every(row) if each["SourceCurrencyCode"] == currency]
        known = [each for each in known if not day or each["AsOfDate"] <= day]
        if not known:
            raise not_found()
        return {row.entity: max(known, key=lambda each: str(each["AsOfDate"]))}

    def _item(self, item: Json) -> Json:
        told = {"bId": item["bId"]} if "bId" in item else {}
        try:
            return {**told, **self.file.session.apart(lambda: self._carried_out(item))}
        except REFUSALS as refusal:
            return {**told, "Fault": fault_of(refusal)}

    def _carried_out(self, item: Json) -> Json:
        if "Query" in item:
            return self.query(str(item["Query"]))
        names = [key for key, each in item.items() if isinstance(each, dict)]
        if len(names) != 1:
            raise unreadable()
        operation = str(item.get("operation", "")).casefold()
        options = str(item.get("optionsData", "")).casefold().replace("include=", "")
        return self.write(names[0], item[names[0]], operation, frozenset(options.split(",")) - {""})

    def _create(self, named: Entity | Stored, given: Json, includes: Set[str]) -> Json:
        if _name_of(named) == ATTACHABLE.name and not (given.get("Note") or given.get("FileName")):
            raise business("You must have at least a note string or file attachment")
        self._check_number(named, given, includes)
        if isinstance(named, Stored):
            return self._wrapped(named, self.documents.create(named, given))
        return {named.name: self.ledger.create(named, given)}

    def _update(self, named: Entity | Stored, given: Json, includes: Set[str]) -> Json:
        if self.faults.take("stale-token"):
            raise stale()
        self._check_number(named, given, includes)
        if isinstance(named, Stored):
            return self._wrapped(named, self.documents.update(named, given))
        return {named.name: self.ledger.update(named, given)}

    def _delete(self, named: Entity | Stored, given: Json) -> Json:
        if self.faults.take("stale-token"):
            raise stale()
        if isinstance(named, Stored):
            return {named.told_as: self.documents.delete(named, given)}
        return {named.name: self.ledger.delete(named, given)}

    def _void(self, named: Entity | Stored, given: Json, *, by_include: bool) -> Json:
        """Void as Intuit lets it be done: by an operation, or by an update that says so. Two entities are odd."""
        if self.faults.take("stale-token"):
            raise stale()
        name = _name_of(named)
        if name == FAULTY_VOID and not by_include:
            raise system_failure(status=200)
        if name == SILENT_VOID and not by_include:
            return {"BatchItemResponse": []}
        if isinstance(named, Stored) or not named.void or not (by_include or name in VOIDED_BY_OPERATION):
            raise unsupported("void")
        return {named.name: self.ledger.void(named, given)}

    def _one(self, named: Entity | Stored, id: str) -> Json:
        return self.documents.read(named, id) if isinstance(named, Stored) else self.ledger.read(named, id)

    def _wrapped(self, row: Stored, document: Json) -> Json:
        return {row.told_as: told_of(document) if row.entity == RECURRING else document}

    def _named(self, name: str) -> Entity | Stored:
        found = ledger_entity(name) or stored.BY_NAME.get(name.casefold())
        if found is None:
            raise unsupported(name)
        return found

    def _spoilt(self, given: Json) -> Json:
        """The request without its last line, where a fault has it that way."""
        lines = given.get("Line")
        if isinstance(lines, list) and len(lines) > 1 and self.faults.take("dropped-lines"):
            return {**given, "Line": lines[:-1]}
        return given

    def _check_number(self, named: Entity | Stored, given: Json, includes: Set[str]) -> None:
        """Refuse a document number that is taken, where the company is set so and the caller does not insist."""
        name, number = _name_of(named), given.get("DocNumber")
        if not self.warns_of_duplicates or not number or name not in WITH_NUMBERS or "allowduplicatedocnum" in includes:
            return
        asked = Query(name, where=(Condition("DocNumber", "=", (str(number),)),))
        twins = self.queries.asked(asked).get(name, [])
        twins = [each for each in twins if each["Id"] != given.get("Id")]
        if twins:
            detail = (
                "Duplicate Document Number Error : You must specify a different number. This number has already been "
                f"used. DocNumber={number} is assigned to TxnType={name} with TxnId={twins[0]['Id']}"
            )
            raise Refused(Error("6140", "Duplicate Document Number Error", detail))

    def _address(self, document: Json) -> str:
        """The e-mail address of a document's customer."""
        customer = (document.get("CustomerRef") or {}).get("value")
        entity = ledger_entity("Customer")
        if customer is None or entity is None:
            return ""
        return str((self.ledger.read(entity, str(customer)).get("PrimaryEmailAddr") or {}).get("Address") or "")


def _check_properties(given: Json) -> None:
    """Intuit's properties begin with a capital; what does not is none of them."""
    for key in given:
        if not key[:1].isupper() and key not in SMALL:
            raise unknown_property(key)


def _is_singleton(named: Entity | Stored) -> bool:
    return _name_of(named) in ("CompanyInfo", "Preferences", "ExchangeRate")


def _is_paid_online(invoice: Json) -> bool:
    return invoice.get("AllowOnlineCreditCardPayment") is True or invoice.get("AllowOnlineACHPayment") is True


def _name_of(named: Entity | Stored) -> str:
    return named.entity if isinstance(named, Stored) else named.name
