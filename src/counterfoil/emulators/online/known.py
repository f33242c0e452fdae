"""What must be known of a company to tell its objects, looked up in the ledger when it is asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from counterfoil.books.embedded.company_file import enter
from counterfoil.books.embedded.references import to
from counterfoil.core.errors import Broken
from counterfoil.model.catalogue import CATALOGUE, RESOURCES
from counterfoil.model.company import Company, Preferences
from counterfoil.model.items import DiscountItem, OtherChargeItem, SalesOrPurchase
from counterfoil.model.lists import Currency, SalesTaxCode
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.margin import Margin
from counterfoil.wire.qbo.mentioned import SPACES
from counterfoil.wire.qbo.table import EXEMPT, TAXABLE, TRANSACTIONS, Known, TaxMode
from counterfoil.wire.qbo.table import SHIPPING_ITEM as NUMBER_OF_SHIPPING

LARGEST_NUMBER: Final = 2**63
SHIPPING_ITEM: Final = "Shipping"
"""The item of the ledger that stands behind Intuit's SHIPPING_ITEM_ID."""

DISCOUNT_ITEM: Final = "Discount"
"""The item of the ledger that stands behind a sale's discount."""


@dataclass(frozen=True, slots=True)
class LedgerKnown(Known):
    """Numbers come from the margin of the books, where each object got its own when it was made."""

    margin: Margin | None = field(default=None)
    shipping_id: str = ""
    """The ledger's id of the item that stands for shipping."""

    def is_shipping(self, item: Ref | None) -> bool:
        return item is not None and (
            item.id in (NUMBER_OF_SHIPPING, self.shipping_id) or item.full_name == SHIPPING_ITEM
        )

    def number(self, space: str, id: str) -> str:
        if id.isdecimal():
            return id
        found = self.margin.numbered(space, [id]) if self.margin is not None else {}
        return str(found[id]) if id in found else id

    def id(self, space: str, number: str) -> str:
        if space == "items" and number == NUMBER_OF_SHIPPING and self.shipping_id:
            return self.shipping_id
        tax = self.preferences.sales_tax
        if space == "sales_tax_codes" and tax is not None and number in (TAXABLE, EXEMPT) and not self.is_canadian:
            code = tax.default_taxable_sales_tax_code
            code = code if number == TAXABLE else tax.default_non_taxable_sales_tax_code
            return (code.id if code is not None else None) or number
        if self.margin is None or not number.isdecimal() or int(number) >= LARGEST_NUMBER:
            return number
        return self.margin.id_of(space, int(number)) or number


class Listed(Mapping[str, Resource]):
    """The objects of a list by id, each found when it is asked for."""

    def __init__(self, file: CompanyFile, name: str) -> None:
        self.file = file
        self.name = name

    def __getitem__(self, id: str) -> Resource:
        found = self.file.find(self.name, id)
        if found is None:
            raise KeyError(id)
        return found

    def __iter__(self) -> Iterator[str]:
        for each in RESOURCES:
            if each.list == self.name:
                yield from (thing.id for thing in self.file.objects(each.name))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def known_of(file: CompanyFile, margin: Margin, *, custom_numbers: bool, automated: bool) -> LedgerKnown:
    """All that Intuit's tables ask for, of one company; `automated`: Intuit works its taxes out."""
    company, preferences = file.singleton("company"), file.singleton("preferences")
    if not isinstance(company, Company) or not isinstance(preferences, Preferences):
        raise TypeError("a company file without company or preferences")
    codes = (each for each in file.objects("sales_tax_codes") if isinstance(each, SalesTaxCode))
    currencies = (each for each in file.objects("currencies") if isinstance(each, Currency))
    shipping = file.find_by_name("items", SHIPPING_ITEM)
    return LedgerKnown(
        company=company,
        preferences=preferences,
        items=Listed(file, "items"),
        tax_codes={each.id: each for each in codes},
        currencies={each.id: each.currency_code for each in currencies},
        shipping_item=SHIPPING_ITEM,
        custom_numbers=custom_numbers,
        discount_item=DISCOUNT_ITEM,
        tax=_tax_mode(company, preferences, automated=automated),
        margin=margin,
        shipping_id=shipping.id if shipping is not None else "",
    )


def _tax_mode(company: Company, preferences: Preferences, *, automated: bool) -> TaxMode:
    if preferences.sales_tax is None:
        return "none"
    if company.country != "US":
        return "global"
    return "automated" if automated else "legacy"


def furnish(file: CompanyFile, *, income: str, discounts: str) -> None:
    """The items behind shipping and discounts, for which Intuit has none; the accounts are given by their names."""
    preferences = file.singleton("preferences")
    tax = preferences.sales_tax if isinstance(preferences, Preferences) else None
    code = tax.default_non_taxable_sales_tax_code if tax is not None else None
    earned, given = (file.find_by_name("accounts", name) for name in (income, discounts))
    if earned is None or given is None:
        raise Broken(f"no account {income if earned is None else discounts}")
    details = SalesOrPurchase(description=SHIPPING_ITEM, posting_account=to(earned))
    shipping = OtherChargeItem(name=SHIPPING_ITEM, sales_tax_code=code, sales_or_purchase=details)
    for item in (shipping, DiscountItem(name=DISCOUNT_ITEM, account=to(given), sales_tax_code=code)):
        if file.find_by_name("items", item.name) is None:
            enter(file, item)


def number_everything(file: CompanyFile, margin: Margin) -> None:
    """Give every object of the lists that Intuit serves a number, where it has none."""
    for each in RESOURCES:
        if each.list in SPACES:
            margin.number(each.list, [thing.id for thing in file.objects(each.name)])


def space_of_resource(resource: str) -> str:
    return CATALOGUE[resource].list or TRANSACTIONS
