"""The demo companies: one American, one Canadian, with the ids that the vendors' printed examples use."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import structs

from counterfoil.books.embedded.company_file import enter
from counterfoil.books.embedded.references import to
from counterfoil.core.errors import Broken
from counterfoil.dispatch.protocols import Books
from counterfoil.model.addresses import Address
from counterfoil.model.command import Create
from counterfoil.model.company import Company, Preferences
from counterfoil.model.items import (
    DiscountItem,
    ItemGroup,
    ItemGroupLine,
    NonInventoryItem,
    OtherChargeItem,
    SalesOrPurchase,
    SalesTaxGroupItem,
    SalesTaxItem,
    ServiceItem,
    SubtotalItem,
)
from counterfoil.model.lines import SalesLine
from counterfoil.model.lists import Class, SalesRepresentative, SalesTaxCode
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.sales import Invoice
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.margin import Margin

US_CONNECTION: Final = "123e4567-e89b-12d3-a456-426614174000"
CANADIAN_CONNECTION: Final = "123e4567-e89b-12d3-a456-426614174001"
US_COMPANY: Final = Company(
    country="US",
    company_name="Larkspur Landscaping",
    legal_company_name="Larkspur Landscaping LLC",
    is_sample_company_file=True,
    address=Address(line1="200 Garden Way", city="Austin", state="TX", postal_code="78701", country="US"),
    fiscal_year_start_month="january",
    income_tax_year_start_month="january",
    tax_form="form_1120s",
)
CANADIAN_COMPANY: Final = Company(
    country="CA",
    company_name="Maple Ridge Supply",
    legal_company_name="Maple Ridge Supply Inc.",
    is_sample_company_file=True,
    address=Address(line1="18 Dundas Street", city="Barrie", state="ON", postal_code="L4M 1A1", country="Canada"),
    fiscal_year_start_month="january",
    income_tax_year_start_month="january",
    tax_form="form_t2",
)
US_NUMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    "names": {"CBR Tulsa 2": 59, "Bluebonnet Cafe": 322, "Acme Corporation": 1234},
    "items": {"Sprinkler": 21, "Paver": 5},
    "terms": {"Net 30": 6, "Net 15": 5},
    "classes": {"Residential": 5000000000000138237, "Commercial": 5000000000000111780},
}
CANADIAN_NUMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    "names": {"Benjamin Yeung": 3},
    "items": {"Maple planks": 12},
    "terms": {"Net 30": 3},
    "sales_tax_codes": {"H": 5, "G": 3},
}
CANADIAN_CLASS: Final = "200200000000000016356"
"""Too long for a number of ours, so that it is the class's own id."""

OPEN_NUMBERS: Final = ("5882", "6777", "INV-666666665346", "INV-9999999998")
"""Invoices that the examples of seed 004 refer to by number."""


def seed_id(number: int) -> str:
    """The ids that the printed examples use: `80000002-1234567890`."""
    return f"{0x80000000 + number:X}-1234567890"


def open_us_company(file: CompanyFile, books: Books) -> None:
    """Larkspur Landscaping: every kind of item, a two-agency tax group, a job, classes, and some open invoices."""
    books.open_company(file, US_COMPANY)
    _tax_code(file)
    agencies = [
        enter(file, Vendor(name=name, is_sales_tax_agency=True)) for name in ("Texas Comptroller", "City of Austin")
    ]
    sales, services = _account(file, "Sales"), _account(file, "Services")
    freight, discounts = _account(file, "Shipping and Delivery Income"), _account(file, "Sales Discounts")
    taxable, exempt = _code(file, "Tax"), _code(file, "Non")
    enter(
        file,
        ServiceItem(
            id=seed_id(2),
            name="Implementation",
            sales_tax_code=exempt,
            sales_or_purchase=SalesOrPurchase(
                description="Implementation services", price=Decimal(150), posting_account=services
            ),
        ),
    )
    goods = [
        enter(file, _goods(name, description, price, sales, taxable))
        for name, description, price in (
            ("Paver", "Concrete paver 12 x 12", Decimal("4.75")),
            ("Soil", "Garden soil, 40 lb bag", Decimal("6.20")),
            ("Sprinkler", "Pop-up sprinkler head", Decimal("18.99")),
        )
    ]
    labour = enter(
        file,
        ServiceItem(
            name="Labour",
            sales_tax_code=exempt,
            sales_or_purchase=SalesOrPurchase(
                description="Gardening by the hour", price=Decimal("62.50"), posting_account=services
            ),
        ),
    )
    enter(
        file,
        OtherChargeItem(
            name="Delivery",
            sales_tax_code=exempt,
            sales_or_purchase=SalesOrPurchase(description="Delivery", price=Decimal(35), posting_account=freight),
        ),
    )
    enter(
        file,
        DiscountItem(
            name="Loyal customer",
            description="10 % off for loyal customers",
            discount_rate_percent=Decimal(10),
            account=discounts,
            sales_tax_code=taxable,
        ),
    )
    enter(file, SubtotalItem(name="Subtotal", description="Subtotal"))
    enter(
        file,
        ItemGroup(
            name="Irrigation kit",
            description="Four sprinkler heads, installed",
            should_print_items_in_group=True,
            lines=(
                ItemGroupLine(item=to(goods[2]), quantity=Decimal(4)),
                ItemGroupLine(item=to(labour), quantity=Decimal(2)),
            ),
        ),
    )
    default = _taxes(file, agencies)
    _people(file)
    _default_tax(file, default)
    for row in (
        Class(name="Residential"),
        Class(name="Commercial"),
    ):
        enter(file, row)
    enter(file, SalesRepresentative(initial="TC", entity=to(agencies[0])))
    _shipping(file)
    _skip_seed_ids(file)
    _open_invoices(file, books)


def open_canadian_company(file: CompanyFile, books: Books) -> None:
    """Maple Ridge Supply: every line is taxed by its own code, harmonised or federal and provincial."""
    books.open_company(file, CANADIAN_COMPANY)
    agencies = [
        enter(file, Vendor(name=name, is_sales_tax_agency=True))
        for name in ("Receiver General", "Minister of Revenue Quebec")
    ]
    harmonised, federal, provincial = (
        enter(file, SalesTaxItem(name=name, description=name, tax_rate=rate, tax_vendor=to(agency)))
        for name, rate, agency in (
            ("HST ON 13%", Decimal(13), agencies[0]),
            ("GST 5%", Decimal(5), agencies[0]),
            ("QST 9.975%", Decimal("9.975"), agencies[1]),
        )
    )
    both = enter(file, SalesTaxGroupItem(name="GST/QST", sales_tax_items=(to(federal), to(provincial))))
    codes = [
        enter(file, SalesTaxCode(name=name, is_taxable=True, description=description, sales_tax_item=to(item)))
        for name, description, item in (
            ("H", "Harmonised sales tax", harmonised),
            ("G", "Federal tax only", federal),
            ("S", "Federal and Quebec tax", both),
        )
    ]
    enter(file, _goods("Maple planks", "Maple planks, bundle", Decimal("89.50"), _account(file, "Sales"), to(codes[0])))
    enter(file, Customer(name="Benjamin Yeung", company_name="Benjamin Yeung", currency=_home(file)))
    enter(file, Class(id=CANADIAN_CLASS, name="Barrie"))
    _shipping(file)


def _shipping(file: CompanyFile) -> None:
    """What freight is charged with where a dialect has an amount for it and no item."""
    freight, exempt = _account(file, "Shipping and Delivery Income"), _code(file, "Non")
    details = SalesOrPurchase(description="Shipping", price=Decimal(0), posting_account=freight)
    enter(file, OtherChargeItem(name="Shipping", sales_tax_code=exempt, sales_or_purchase=details))


def number_us_company(margin: Margin, file: CompanyFile) -> None:
    """The numbers by which printed examples know objects of the American company."""
    _number(margin, file, US_NUMBERS)


def number_canadian_company(margin: Margin, file: CompanyFile) -> None:
    _number(margin, file, CANADIAN_NUMBERS)


def _number(margin: Margin, file: CompanyFile, numbers: Mapping[str, Mapping[str, int]]) -> None:
    for space, names in numbers.items():
        for name, number in names.items():
            margin.assign(space, _named(file, space, name).id or "", number)


def _goods(name: str, description: str, price: Decimal, account: Ref, code: Ref) -> NonInventoryItem:
    details = SalesOrPurchase(description=description, price=price, posting_account=account)
    return NonInventoryItem(name=name, sales_tax_code=code, sales_or_purchase=details)


def _tax_code(file: CompanyFile) -> None:
    """The tax code that seed 000's request names."""
    enter(file, SalesTaxCode(id=seed_id(7), name="TX", is_taxable=True, description="Taxable in Texas"))


def _taxes(file: CompanyFile, agencies: Sequence[ListObject]) -> Ref:
    state = enter(
        file,
        SalesTaxItem(
            id=seed_id(6), name="Texas", description="State tax", tax_rate=Decimal("6.25"), tax_vendor=to(agencies[0])
        ),
    )
    city = enter(
        file,
        SalesTaxItem(name="Austin", description="City tax", tax_rate=Decimal(2), tax_vendor=to(agencies[1])),
    )
    group = SalesTaxGroupItem(name="Texas and Austin", description="Sales tax", sales_tax_items=(to(state), to(city)))
    return to(enter(file, group))


def _people(file: CompanyFile) -> None:
    net_30, home = _named(file, "terms", "Net 30"), _home(file)
    address = Address(line1="123 Main St", city="Austin", state="TX", postal_code="78701", country="US")
    usual = Customer(terms=net_30, currency=home, billing_address=address)
    acme = enter(file, structs.replace(_company(usual, "Acme Corporation"), id=seed_id(1), email="ap@acme.example"))
    enter(
        file,
        Customer(
            name="Roof garden",
            full_name="Acme Corporation:Roof garden",
            parent=to(acme),
            job_status="in_progress",
            job_start_date=date(2026, 3, 1),
            currency=home,
        ),
    )
    enter(file, _company(usual, "Bluebonnet Cafe"))
    enter(file, _company(usual, "CBR Tulsa 2"))
    euro = _named(file, "currencies", "Euro")
    enter(file, Customer(name="Gartenhaus GmbH", company_name="Gartenhaus GmbH", terms=net_30, currency=euro))


def _company(usual: Customer, name: str) -> Customer:
    return structs.replace(usual, name=name, company_name=name)


def _default_tax(file: CompanyFile, item: Ref) -> None:
    preferences = file.singleton("preferences")
    if not isinstance(preferences, Preferences) or preferences.sales_tax is None:
        raise Broken("a new company has no tax preferences")
    tax = structs.replace(preferences.sales_tax, default_item_sales_tax=item)
    file.put_singleton(structs.replace(preferences, sales_tax=tax))


def _skip_seed_ids(file: CompanyFile) -> None:
    """The ids taken from the examples are never made again."""
    for name in ("names", "items", "sales_tax_codes"):
        file.bump(name, 32)


def _open_invoices(file: CompanyFile, books: Books) -> None:
    for number in OPEN_NUMBERS:
        draft = Invoice(
            customer=Ref(id=seed_id(1)),
            transaction_date=date(2026, 1, 15),
            ref_number=number,
            lines=(SalesLine(item=Ref(id=seed_id(2)), quantity=Decimal(1)),),
        )
        books.execute(file, Create(resource="invoices", draft=draft))
    file.set_last_number("invoices", "1000")


def _account(file: CompanyFile, name: str) -> Ref:
    return _named(file, "accounts", name)


def _code(file: CompanyFile, name: str) -> Ref:
    return _named(file, "sales_tax_codes", name)


def _home(file: CompanyFile) -> Ref:
    preferences = file.singleton("preferences")
    multi = preferences.multi_currency if isinstance(preferences, Preferences) else None
    if multi is None or multi.home_currency is None:
        raise Broken("a new company has no home currency")
    return multi.home_currency


def _named(file: CompanyFile, name: str, full_name: str) -> Ref:
    found = file.find_by_name(name, full_name)
    if found is None:
        raise Broken(f"a new company has no {full_name}")
    return to(found)
