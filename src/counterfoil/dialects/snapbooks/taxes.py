"""What callers say of tax: TAX or NON in the United States, a code's id in Canada, no tax, or a tax of their own."""

from typing import Any

from counterfoil.core.errors import Invalid
from counterfoil.core.money import ZERO
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.snapbooks.assumed import EXEMPT
from counterfoil.dialects.snapbooks.fields import InvoiceRequest, Line
from counterfoil.dialects.snapbooks.lookup import Lookup
from counterfoil.model.company import Company, SalesTax
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.sales import Sale
from counterfoil.model.values import Ref


class Taxes:
    """Reads what a request says of tax, in the books of one company."""

    def __init__(self, lookup: Lookup, company: Company, sales_tax: SalesTax | None) -> None:
        self.lookup = lookup
        self.sales_tax = sales_tax
        self.is_canadian = company.country == "CA"

    async def of_line(self, line: Line, place: Place) -> Ref | None:
        """The tax code of a line; None leaves it to its item."""
        if line.tax_code is not None:
            return await self.code(line.tax_code, (*place, "taxCodeRef"))
        return await self.code(line.taxable, (*place, "taxable")) if line.taxable is not None else None

    async def code(self, said: bool | str, place: Place) -> Ref | None:
        if self.sales_tax is None:
            return None
        if isinstance(said, bool):
            if not said:
                return self.sales_tax.default_non_taxable_sales_tax_code or await self._exempt(place)
            return None if self.is_canadian else self.sales_tax.default_taxable_sales_tax_code
        if not self.is_canadian:
            raise Invalid(Problem("not_a_choice", place, {"value": said, "choices": "TAX, NON"}))
        return await self._canadian(said, place)

    async def _exempt(self, place: Place) -> Ref:
        """The company's code without tax, where its preferences name none: one that says so of itself."""
        rates = await self.lookup.rates()
        codes = await self.lookup.tax_codes()
        free = [code for code in codes if not code.is_taxable and not any(each.tax_rate for each in rates[code.id])]
        named = [code for code in free if EXEMPT in f"{code.name} {code.description or ''}".casefold()]
        if not free:
            raise Invalid(Problem("reference_missing", place, {"thing": "tax code", "value": "NON"}))
        return Ref((named or free)[0].id)

    async def _canadian(self, number: str, place: Place) -> Ref:
        """The tax code of this number, else the only one that charges the tax rate of this number."""
        found = await self.lookup.find(
            SalesTaxCode, "sales_tax_codes", await self.lookup.id_of("sales_tax_codes", number)
        )
        if found is not None:
            return Ref(found.id)
        rate = await self.lookup.id_of("items", number)
        codes = [code for code, rates in (await self.lookup.rates()).items() if rate in [each.id for each in rates]]
        if len(codes) == 1:
            return Ref(codes[0])
        raise Invalid(Problem("reference_missing", place, {"thing": "tax code", "value": number}))

    def changes(self, request: InvoiceRequest, old: Sale | None) -> dict[str, Any]:
        """The tax mode and override that a request asks for; empty where an update leaves them alone."""
        override = request.tax_override
        if override is not None and self.is_canadian:
            feature = "a tax override for the whole invoice in a Canadian company"
            raise Invalid(Problem("not_enabled", ("totalTaxOverride",), {"feature": feature}))
        if request.disable_tax:
            if override:
                raise Invalid(Problem("exclusive", ("disableTax",), {"other": "totalTaxOverride"}))
            return {"tax_mode": "none", "tax_override": None}
        if override is not None:
            return {"tax_mode": "override_total", "tax_override": override + ZERO}
        again = request.lines is not None or request.disable_tax is False
        kept = old is not None and (request.lines is None and old.tax_mode != "none")
        return {"tax_mode": "computed", "tax_override": None} if again and not kept else {}
