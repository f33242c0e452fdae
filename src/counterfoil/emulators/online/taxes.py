"""Tax codes and their rates: made by a service of their own, and charged for by the ledger."""

from typing import Any, Final

from counterfoil.books.embedded.company_file import enter
from counterfoil.books.embedded.references import to
from counterfoil.emulators.online import stored
from counterfoil.emulators.online.documents import Documents
from counterfoil.emulators.online.ledger import Ledger
from counterfoil.emulators.online.refusals import Error, Refused, missing, name_in_use
from counterfoil.model.items import SalesTaxGroupItem, SalesTaxItem
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.people import Vendor
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile
from counterfoil.wire.qbo.maps.lists import TAX_RATE
from counterfoil.wire.qbo.table import decimal, space_of

Json = dict[str, Any]
AGENCIES: Final = "agencies"


class TaxService:
    """Makes tax codes and rates in the ledger of one company."""

    def __init__(self, file: CompanyFile, ledger: Ledger, documents: Documents) -> None:
        self.file = file
        self.ledger = ledger
        self.documents = documents

    def create(self, given: Json) -> Json:
        """`{TaxCode, TaxRateDetails: [{TaxRateName, RateValue, TaxAgencyId} or {TaxRateId}]}`, with the ids of both."""
        absent = [name for name in ("TaxCode", "TaxRateDetails") if not given.get(name)]
        if absent:
            raise missing(*absent)
        name = str(given["TaxCode"])
        if any(self.file.find_by_name(each, name) is not None for each in ("items", "sales_tax_codes")):
            raise name_in_use()
        details = [self._rate(each) for each in given["TaxRateDetails"]]
        rates = tuple(Ref(item.id, item.label) for item, _ in details)
        code = self.code(name, rates)
        return {"TaxCode": name, "TaxCodeId": code, "TaxRateDetails": [told for _, told in details]}

    def rate(self, name: str, value: Any, agency: str, number: str | None = None) -> ListObject:
        """A rate that is owed to an agency."""
        if self.file.find_by_name("items", name) is not None:
            raise name_in_use()
        item = SalesTaxItem(name=name, description=name, tax_rate=decimal(value), tax_vendor=to(self.agency(agency)))
        made = enter(self.file, item)
        self._numbered(made, number)
        self.ledger.beside(made, {"AgencyRef": {"value": agency}})
        return made

    def code(self, name: str, rates: tuple[Ref, ...], number: str | None = None) -> str:
        """The id of a new code that charges these rates."""
        if not self.ledger.known.is_canadian:
            return self._numbered(enter(self.file, SalesTaxGroupItem(name=name, sales_tax_items=rates)), number)
        behind = rates[0] if len(rates) == 1 else self._group(name, rates)
        code = SalesTaxCode(name=name, is_taxable=True, description=name, sales_tax_item=behind)
        return self._numbered(enter(self.file, code), number)

    def agency(self, number: str) -> ListObject:
        """The vendor that stands for a tax agency in the ledger. Raises Refused where there is no such agency."""
        known = self.ledger.shelf.get(AGENCIES, number)
        found = self.file.find("names", known["vendor"]) if known is not None else None
        if found is not None:
            return found
        name = self.documents.read(stored.BY_NAME["taxagency"], number)["DisplayName"]
        made = enter(self.file, Vendor(name=name, is_sales_tax_agency=True))
        self.ledger.shelf.put(AGENCIES, number, {"vendor": made.id})
        return made

    def _rate(self, detail: Json) -> tuple[ListObject, Json]:
        if detail.get("TaxRateId"):
            item = self.ledger.find(TAX_RATE, str(detail["TaxRateId"]))
            if not isinstance(item, ListObject):
                raise TypeError(type(item).__name__)
            return item, {**detail, "TaxRateId": str(detail["TaxRateId"])}
        absent = [name for name in ("TaxRateName", "RateValue", "TaxAgencyId") if detail.get(name) in (None, "")]
        if absent:
            raise missing(*absent)
        try:
            made = self.rate(str(detail["TaxRateName"]), detail["RateValue"], str(detail["TaxAgencyId"]))
        except ArithmeticError:
            raise Refused(Error("2090", "Invalid Number", f"RateValue:{detail['RateValue']}", "RateValue")) from None
        number = self.ledger.known.number(space_of(made), made.id)
        return made, {**detail, "TaxAgencyId": str(detail["TaxAgencyId"]), "TaxRateId": number}

    def _group(self, name: str, rates: tuple[Ref, ...]) -> Ref:
        made = enter(self.file, SalesTaxGroupItem(name=name, sales_tax_items=rates))
        self._numbered(made, None)
        return to(made)

    def _numbered(self, made: ListObject, number: str | None) -> str:
        self.ledger.number(made, number)
        return self.ledger.known.number(space_of(made), made.id)
