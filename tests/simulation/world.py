"""The companies that simulations happen in: every kind of item, customers at home and abroad, in both countries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from msgspec import structs

from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.model.accounts import Account
from counterfoil.model.catalogue import resource_of
from counterfoil.model.command import Create
from counterfoil.model.company import Company, Preferences
from counterfoil.model.items import (
    DiscountItem,
    ItemGroup,
    ItemGroupLine,
    NonInventoryItem,
    OtherChargeItem,
    SalesAndPurchase,
    SalesOrPurchase,
    SalesTaxGroupItem,
    SalesTaxItem,
    ServiceItem,
    SubtotalItem,
)
from counterfoil.model.lists import Class, SalesTaxCode
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

Country = Literal["US", "CA"]
Part = Literal["sale", "discount", "subtotal", "tax"]
NON = "Non"


@dataclass(frozen=True)
class Ware:
    """What the simulation knows of an item, apart from the books: its part in a sale and what it suggests."""

    name: str
    part: Part
    price: Fraction | None = None
    percent: Fraction | None = None
    code: str = NON


@dataclass(frozen=True)
class Person:
    """A customer: whether taxed at all, by which rates, in which currency, and below whom."""

    name: str
    taxed: bool = True
    rates: tuple[str, ...] = ("State", "City")
    currency: str | None = None
    parent: str | None = None


WARES = {
    "US": (
        Ware("Paver", "sale", Fraction("4.75"), code="Tax"),
        Ware("Soil", "sale", Fraction("6.20"), code="Tax"),
        Ware("Work", "sale", Fraction("62.50")),
        Ware("Odd", "sale", Fraction("0.33333"), code="Tax"),
        Ware("Fee", "sale"),
        Ware("Surcharge", "sale", percent=Fraction(5), code="Tax"),
        Ware("Loyal", "discount", percent=Fraction(10), code="Tax"),
        Ware("Late", "discount", percent=Fraction("3.33333")),
        Ware("Coupon", "discount", Fraction(5), code="Tax"),
        Ware("Subtotal", "subtotal"),
        Ware("State", "tax", percent=Fraction("6.25")),
        Ware("City", "tax", percent=Fraction(2)),
    ),
    "CA": (
        Ware("Paver", "sale", Fraction("4.75"), code="H"),
        Ware("Soil", "sale", Fraction("6.20"), code="G"),
        Ware("Work", "sale", Fraction("62.50")),
        Ware("Odd", "sale", Fraction("0.33333"), code="S"),
        Ware("Fee", "sale"),
        Ware("Surcharge", "sale", percent=Fraction(5), code="S"),
        Ware("Loyal", "discount", percent=Fraction(10), code="S"),
        Ware("Late", "discount", percent=Fraction("3.33333")),
        Ware("Coupon", "discount", Fraction(5), code="H"),
        Ware("Subtotal", "subtotal"),
        Ware("HST", "tax", percent=Fraction(13)),
        Ware("GST", "tax", percent=Fraction(5)),
        Ware("QST", "tax", percent=Fraction("9.975")),
    ),
}
KITS = {
    "Kit": (("Paver", Fraction(4)), ("Work", Fraction("1.5"))),
    "Deal": (("Soil", Fraction(3)), ("Subtotal", None), ("Loyal", None)),
}
CODE_RATES: Mapping[Country, Mapping[str, tuple[str, ...]]] = {
    "US": {"Tax": (), NON: ()},
    "CA": {"H": ("HST",), "G": ("GST",), "S": ("GST", "QST"), NON: ()},
}
PEOPLE = (
    Person("Anna"),
    Person("Roof", parent="Anna"),
    Person("Bert", taxed=False),
    Person("Carl", rates=("City",)),
    Person("Emil", currency="Euro"),
    Person("Fern", currency="British Pound Sterling"),
)
SELLERS = (Person("Nursery"), Person("Quarry"), Person("Gaertner", currency="Euro"))
STONE = Fraction("2.37505")
"""What one stone costs."""


@dataclass
class World:
    """One company and the ids of everything in it, by name."""

    country: Country
    connection: str
    ids: dict[str, str] = field(default_factory=dict)
    revisions: dict[str, str] = field(default_factory=dict)

    @property
    def wares(self) -> Mapping[str, Ware]:
        return {ware.name: ware for ware in WARES[self.country]}

    @property
    def code_rates(self) -> Mapping[str, tuple[str, ...]]:
        return CODE_RATES[self.country]

    def percent(self, rate: str) -> Fraction:
        return self.wares[rate].percent or Fraction(0)

    def ref(self, name: str) -> Ref:
        return Ref(id=self.ids[name])


class Founder:
    """Fills a company's lists by the same commands that a caller would send."""

    def __init__(self, file: CompanyFile, books: EmbeddedBooks, world: World) -> None:
        self.file, self.books, self.world = file, books, world

    def found(self) -> None:
        country = self.world.country
        self.books.open_company(self.file, Company(country=country, company_name="Simulated"))
        for name in (
            "Sales",
            "Services",
            "Sales Discounts",
            "Undeposited Funds",
            "Checking",
            "Office Supplies",
            "Cost of Goods Sold",
        ):
            self.know("accounts", name)
        for name in ("Euro", "British Pound Sterling"):
            self.know("currencies", name)
        for name in ("Net 30", "15th of the month", "2% 10 Net 30"):
            self.know("terms", name)
        self.know("sales_tax_codes", "Non")
        self.add("Second receivables", Account(name="Second receivables", account_type="accounts_receivable"))
        self.add("Discounts given", Account(name="Discounts given", account_type="expense"))
        self.add("East", Class(name="East"))
        self.add("Agency", Vendor(name="Agency", is_sales_tax_agency=True))
        self.taxes()
        self.items()
        self.sellers()
        self.people()

    def know(self, list_name: str, name: str) -> None:
        thing = self.file.find_by_name(list_name, name)
        assert thing is not None
        self.world.ids[name] = thing.id

    def add(self, name: str, draft: ListObject) -> None:
        done = self.books.execute(self.file, Create(resource=resource_of(draft).name, draft=draft))
        assert isinstance(done.result, ListObject)
        self.world.ids[name], self.world.revisions[name] = done.result.id, done.result.revision

    def taxes(self) -> None:
        for ware in WARES[self.world.country]:
            if ware.part == "tax":
                item = SalesTaxItem(name=ware.name, tax_rate=decimal(ware.percent), tax_vendor=self.world.ref("Agency"))
                self.add(ware.name, item)
        if self.world.country == "US":
            self.know("sales_tax_codes", "Tax")
            members = (self.world.ref("State"), self.world.ref("City"))
            self.add("State and City", SalesTaxGroupItem(name="State and City", sales_tax_items=members))
            self.default_tax(self.world.ref("State and City"))
            return
        both = SalesTaxGroupItem(name="Both", sales_tax_items=(self.world.ref("GST"), self.world.ref("QST")))
        self.add("Both", both)
        for name, behind in (("H", "HST"), ("G", "GST"), ("S", "Both")):
            self.add(name, SalesTaxCode(name=name, is_taxable=True, sales_tax_item=self.world.ref(behind)))

    def default_tax(self, item: Ref) -> None:
        preferences = self.file.singleton("preferences")
        assert isinstance(preferences, Preferences)
        assert preferences.sales_tax is not None
        tax = structs.replace(preferences.sales_tax, default_item_sales_tax=item)
        self.file.put_singleton(structs.replace(preferences, sales_tax=tax))

    def items(self) -> None:
        for ware in WARES[self.world.country]:
            if ware.part != "tax":
                self.add(ware.name, self.item(ware))
        gone = SalesOrPurchase(price=Decimal(1), posting_account=self.world.ref("Sales"))
        self.add("Gone", ServiceItem(name="Gone", is_active=False, sales_or_purchase=gone))
        for name, members in KITS.items():
            lines = tuple(
                ItemGroupLine(item=self.world.ref(member), quantity=decimal(quantity)) for member, quantity in members
            )
            self.add(name, ItemGroup(name=name, lines=lines))

    def item(self, ware: Ware) -> ListObject:
        code = self.world.ref(ware.code)
        price, percent = decimal(ware.price), decimal(ware.percent)
        if ware.part == "subtotal":
            return SubtotalItem(name=ware.name)
        if ware.part == "discount":
            return DiscountItem(
                name=ware.name,
                sales_tax_code=code,
                discount_rate=price,
                discount_rate_percent=percent,
                account=self.world.ref("Sales Discounts"),
            )
        details = SalesOrPurchase(price=price, price_percentage=percent, posting_account=self.world.ref("Sales"))
        if ware.name == "Work":
            return ServiceItem(name=ware.name, sales_tax_code=code, sales_or_purchase=details)
        if ware.price is None:
            return OtherChargeItem(name=ware.name, sales_tax_code=code, sales_or_purchase=details)
        return NonInventoryItem(name=ware.name, sales_tax_code=code, sales_or_purchase=details)

    def sellers(self) -> None:
        """Whom the company buys from, what, and the card that it pays with."""
        for seller in SELLERS:
            currency = self.world.ref(seller.currency) if seller.currency is not None else None
            self.add(seller.name, Vendor(name=seller.name, currency=currency, terms=self.world.ref("Net 30")))
        self.add("Card", Account(name="Card", account_type="credit_card"))
        details = SalesAndPurchase(
            sales_price=Decimal(4),
            income_account=self.world.ref("Sales"),
            purchase_cost=decimal(STONE),
            expense_account=self.world.ref("Cost of Goods Sold"),
        )
        self.add("Stone", NonInventoryItem(name="Stone", sales_and_purchase=details))

    def people(self) -> None:
        for person in PEOPLE:
            self.add(person.name, self.customer(person))
        self.add("Dora", Customer(name="Dora", is_active=False))

    def customer(self, person: Person) -> Customer:
        own_rate = self.world.country == "US" and person.rates != ("State", "City")
        return Customer(
            name=person.name,
            parent=self.world.ref(person.parent) if person.parent is not None else None,
            sales_tax_code=None if person.taxed else self.world.ref("Non"),
            sales_tax_item=self.world.ref(person.rates[0]) if own_rate else None,
            currency=self.world.ref(person.currency) if person.currency is not None else None,
            terms=self.world.ref("Net 30"),
        )


def decimal(value: Fraction | None) -> Decimal | None:
    """The exact decimal of a fraction that has one, to five places."""
    return None if value is None else Decimal(int(value * 10**5)).scaleb(-5).normalize() + 0
