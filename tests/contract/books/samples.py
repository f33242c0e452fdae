"""A draft of each resource that can be made in QuickBooks Desktop, with as much in it as its books can hold, and a
change of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from msgspec import structs

from counterfoil.app.demo_company import seed_id
from counterfoil.model.accounts import Account
from counterfoil.model.activities import TimeActivity
from counterfoil.model.addresses import Address, Contact, ContactField, Note, ShippingAddress
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
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.lists import (
    Class,
    Currency,
    CurrencyFormat,
    CustomerMessage,
    CustomerType,
    PaymentMethod,
    SalesRepresentative,
    SalesTaxCode,
    ShippingMethod,
)
from counterfoil.model.payables import BillPayment
from counterfoil.model.people import Customer, Employee, Vendor
from counterfoil.model.purchases import Bill, PurchaseLine, VendorCredit
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Estimate, Invoice, SalesReceipt
from counterfoil.model.shape import Resource
from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.model.values import Ref

DAY: Final = date(2026, 3, 2)
ACME: Final = Ref(id=seed_id(1))
WORK: Final = Ref(id=seed_id(2))
TEXAS: Final = Ref(id=seed_id(6))
GUID: Final = "6f1e2d3c-4b5a-4978-8c6d-5e4f3a2b1c0d"

Named = Callable[[str, str], Ref]
"""The reference to what a list has by this name, or to the transaction of this number."""


@dataclass(frozen=True, slots=True)
class Sample:
    """`draft` makes one; `changes` are None where QuickBooks has no way to change one. What it mentions and the demo
    company has not is in the samples of `after`, which are made before it."""

    draft: Callable[[Named], Resource]
    changes: Mapping[str, Any] | None = None
    after: tuple[str, ...] = ()


def _address(city: str) -> Address:
    return Address(line1="1 Main St", line2="Suite 4", city=city, state="TX", postal_code="78701", country="US")


def _sale(named: Named, *without: str) -> dict[str, Any]:
    """What sales have in common, `without` what QuickBooks has no element for in one of them."""
    found = _whole_sale(named)
    return {name: value for name, value in found.items() if name not in without}


def _whole_sale(named: Named) -> dict[str, Any]:
    return {
        "customer": ACME,
        "class_": named("classes", "Residential"),
        "transaction_date": DAY,
        "ref_number": "C-100",
        "billing_address": _address("Austin"),
        "shipping_address": _address("Round Rock"),
        "purchase_order_number": "PO 7",
        "terms": named("standard_terms", "Net 30"),
        "sales_representative": named("sales_representatives", "TC"),
        "shipment_origin": "Austin",
        "shipping_date": date(2026, 3, 4),
        "memo": "By the gate",
        "is_queued_for_print": False,
        "external_id": GUID,
        "other_custom_field": "North",
        "lines": (
            SalesLine(item=named("non_inventory_items", "Paver"), quantity=Decimal(120)),
            SalesLine(description="As agreed on site"),
            SalesLine(item=WORK, quantity=Decimal("2.5"), rate=Decimal("99.99"), service_date=date(2026, 2, 27)),
            SalesLineGroup(item_group=named("item_groups", "Irrigation kit"), quantity=Decimal(2)),
        ),
    }


def _estimate(named: Named) -> Resource:
    """QuickBooks has no days for an estimate's lines, and does not say how it is shipped or printed."""
    sale = _sale(named, "shipping_date", "is_queued_for_print")
    lines = tuple(
        structs.replace(line, service_date=None) if isinstance(line, SalesLine) else line for line in sale["lines"]
    )
    return Estimate(**{**sale, "lines": lines}, due_date=date(2026, 4, 30))


def _receipt(named: Named) -> Resource:
    """Paid at once, it has neither terms nor an order of the customer's."""
    return SalesReceipt(
        **_sale(named, "purchase_order_number", "terms"),
        payment_method=named("payment_methods", "Check"),
        payment_ref_number="CHK 31",
        deposit_to_account=named("accounts", "Checking"),
    )


def _purchase(named: Named) -> dict[str, Any]:
    """What bills and vendor credits have in common: expenses come before items."""
    residential = named("classes", "Residential")
    return {
        "vendor": named("vendors", "Stone & Co"),
        "payables_account": named("accounts", "Accounts Payable"),
        "transaction_date": DAY,
        "memo": "As delivered",
        "external_id": GUID,
        "lines": (
            PurchaseLine(account=named("accounts", "Office Supplies"), amount=Decimal("40.25"), description="Paper"),
            PurchaseLine(
                account=named("accounts", "Office Supplies"),
                amount=Decimal("9.75"),
                class_=residential,
                customer=ACME,
                billable_status="billable",
            ),
            PurchaseLine(item=named("non_inventory_items", "Bark"), quantity=Decimal(12)),
            PurchaseLine(
                item=named("non_inventory_items", "Bark"),
                description="Coarse",
                quantity=Decimal(2),
                rate=Decimal("3.50"),
                class_=residential,
            ),
        ),
    }


def _bill(named: Named) -> Resource:
    return Bill(
        **_purchase(named),
        vendor_address=_address("Round Rock"),
        ref_number="S-2026-0077",
        terms=named("standard_terms", "Net 30"),
        due_date=date(2026, 4, 30),
    )


def _bill_payment(named: Named) -> Resource:
    """By check. Its total is what it pays of bills: QuickBooks knows no other."""
    bill = named("bills", "S-2026-0077")
    return BillPayment(
        vendor=named("vendors", "Stone & Co"),
        payables_account=named("accounts", "Accounts Payable"),
        transaction_date=date(2026, 3, 3),
        ref_number="1007",
        total_amount=Decimal("25.00"),
        payment_account=named("accounts", "Checking"),
        memo="First half",
        external_id=GUID,
        applications=(
            Application(transaction_id=bill.id or "", payment_amount=Decimal("25.00"), transaction_type="bill"),
        ),
    )


def _employee(_: Named) -> Resource:
    """Called by the parts of the name: QuickBooks knows no other."""
    return Employee(
        name="Åse K. Søn",
        salutation="Ms.",
        first_name="Åse",
        middle_name="K.",
        last_name="Søn",
        address=_address("Austin"),
        phone="555 7788",
        mobile="555 7789",
        email="ase@example.com",
        name_on_check="Åse Søn",
        employee_number="E-4",
        ssn="XXX-XX-XXXX",
        gender="female",
        birth_date=date(1990, 5, 17),
        hired_date=date(2024, 2, 1),
        note="Prunes",
        external_id=GUID,
    )


def _time(named: Named) -> Resource:
    return TimeActivity(
        employee=named("employees", "Åse K. Søn"),
        transaction_date=DAY,
        customer=ACME,
        item=WORK,
        class_=named("classes", "Residential"),
        hours=2,
        minutes=30,
        billable_status="billable",
        description="Laid the edge",
        external_id=GUID,
    )


def _service(named: Named) -> Resource:
    details = SalesOrPurchase(
        description="An hour", price=Decimal("80.25"), posting_account=named("accounts", "Services")
    )
    return ServiceItem(name="Pruning", sales_tax_code=named("sales_tax_codes", "Non"), sales_or_purchase=details)


def _goods(named: Named) -> Resource:
    details = SalesAndPurchase(
        sales_description="Bark, a bag",
        sales_price=Decimal("7.99"),
        income_account=named("accounts", "Sales"),
        purchase_description="Bark, bulk",
        purchase_cost=Decimal("3.10"),
        expense_account=named("accounts", "Cost of Goods Sold"),
        preferred_vendor=named("vendors", "City of Austin"),
    )
    code = named("sales_tax_codes", "Tax")
    return NonInventoryItem(name="Bark", sku="BARK-40", sales_tax_code=code, sales_and_purchase=details)


def _charge(named: Named) -> Resource:
    details = SalesOrPurchase(price_percentage=Decimal(5), posting_account=named("accounts", "Services"))
    return OtherChargeItem(name="Surcharge", sales_tax_code=named("sales_tax_codes", "Tax"), sales_or_purchase=details)


def _customer(named: Named) -> Resource:
    return Customer(
        name="Zoë & Søn",
        company_name="Zoë & Søn ApS",
        salutation="Ms.",
        first_name="Zoë",
        middle_name="K.",
        last_name="Søn",
        job_title="Owner",
        billing_address=_address("Århus"),
        shipping_address=_address("Kolding"),
        alternate_shipping_addresses=(ShippingAddress(name="Back door", line1="2 Side St"),),
        phone="+45 1234",
        alternate_phone="+45 5678",
        fax="+45 9",
        email="zoe@example.com",
        cc_email="books@example.com",
        contact="Zoë",
        alternate_contact="Åse",
        custom_contact_fields=(ContactField(name="Web", value="https://example.com"),),
        additional_contacts=(Contact(first_name="Åse", job_title="Bookkeeper"),),
        terms=named("standard_terms", "Net 30"),
        sales_representative=named("sales_representatives", "TC"),
        sales_tax_code=named("sales_tax_codes", "Tax"),
        sales_tax_item=TEXAS,
        resale_number="R 12",
        account_number="K-17",
        credit_limit=Decimal("2500.00"),
        job_status="in_progress",
        job_start_date=DAY,
        job_description="A garden",
        note="Rings first",
        additional_notes=(Note(note="Prefers Tuesdays"),),
        preferred_delivery_method="email",
        external_id=GUID,
    )


def _vendor(named: Named) -> Resource:
    return Vendor(
        name="Stone & Co",
        company_name="Stone & Co LLC",
        first_name="Sam",
        last_name="Carter",
        billing_address=_address("Austin"),
        phone="555 1234",
        email="sam@example.com",
        contact="Sam",
        name_on_check="Stone",
        account_number="V-9",
        note="Delivers early",
        terms=named("standard_terms", "Net 30"),
        credit_limit=Decimal("900.00"),
        is_sales_tax_agency=False,
        external_id=GUID,
    )


def _payment(named: Named) -> Resource:
    return ReceivePayment(
        customer=ACME,
        receivables_account=named("accounts", "Accounts Receivable"),
        transaction_date=DAY,
        ref_number="CHK 12",
        total_amount=Decimal("80.00"),
        payment_method=named("payment_methods", "Check"),
        memo="In advance",
        deposit_to_account=named("accounts", "Checking"),
        external_id=GUID,
    )


def _group(named: Named) -> Resource:
    lines = (
        ItemGroupLine(item=named("non_inventory_items", "Soil"), quantity=Decimal(3)),
        ItemGroupLine(item=WORK, quantity=Decimal("0.5")),
    )
    return ItemGroup(name="Flower bed", description="A bed", should_print_items_in_group=True, lines=lines)


def _tax(named: Named) -> Resource:
    agency = named("vendors", "City of Austin")
    return SalesTaxItem(name="Stadium", description="Levy", tax_rate=Decimal("1.125"), tax_vendor=agency)


def _taxes(named: Named) -> Resource:
    return SalesTaxGroupItem(
        name="Both", description="Two", sales_tax_items=(TEXAS, named("sales_tax_items", "Austin"))
    )


def _discount(named: Named) -> Resource:
    return DiscountItem(
        name="Spring",
        description="Spring offer",
        discount_rate_percent=Decimal("12.5"),
        account=named("accounts", "Sales Discounts"),
        sales_tax_code=named("sales_tax_codes", "Tax"),
    )


def _account(named: Named) -> Resource:
    return Account(
        name="Stone",
        account_type="income",
        account_number="4010",
        description="Walls and paths",
        parent=named("accounts", "Sales"),
    )


def _agent(named: Named) -> Resource:
    return SalesRepresentative(initial="CA", entity=named("vendors", "City of Austin"))


def _currency(_: Named) -> Resource:
    form = CurrencyFormat(
        thousand_separator="comma",
        thousand_separator_grouping="xx_xxx_xxx",
        decimal_places="2",
        decimal_separator="period",
    )
    return Currency(name="Ducat", currency_code="XDU", currency_format=form)


SAMPLES: Final[Mapping[str, Sample]] = {
    "invoices": Sample(lambda named: Invoice(**_sale(named), due_date=date(2026, 4, 30)), {"memo": "Moved"}),
    "credit_memos": Sample(lambda named: CreditMemo(**_sale(named)), {"memo": "Moved", "purchase_order_number": None}),
    "receive_payments": Sample(_payment, {"memo": None, "total_amount": Decimal("90.00")}),
    "estimates": Sample(_estimate, {"memo": "Moved", "purchase_order_number": None}),
    "sales_receipts": Sample(_receipt, {"memo": "Moved", "payment_ref_number": None}),
    "bills": Sample(
        _bill, {"memo": "Moved", "due_date": date(2026, 5, 31), "terms": None}, ("vendors", "non_inventory_items")
    ),
    "vendor_credits": Sample(
        lambda named: VendorCredit(**_purchase(named), ref_number="S-2026-0078"),
        {"memo": None, "ref_number": "S-2026-0079"},
        ("vendors", "non_inventory_items"),
    ),
    "bill_payments": Sample(_bill_payment, {"memo": None, "transaction_date": date(2026, 3, 4)}, ("bills",)),
    "employees": Sample(_employee, {"mobile": None, "released_date": DAY}),
    "time_activities": Sample(_time, {"hours": 3, "description": None}, ("employees",)),
    "customers": Sample(_customer, {"name": "Zoë", "phone": None, "job_status": "closed", "is_active": False}),
    "vendors": Sample(_vendor, {"name": "Stone", "note": None, "credit_limit": Decimal("10.00")}),
    "accounts": Sample(_account, {"name": "Rock", "description": None, "is_active": False}),
    "classes": Sample(lambda _: Class(name="Gardens"), {"name": "Roofs", "is_active": False}),
    "service_items": Sample(_service, {"name": "Trimming", "is_active": False}),
    "non_inventory_items": Sample(_goods, {"name": "Mulch", "sku": None}),
    "other_charge_items": Sample(_charge, {"name": "Extra"}),
    "discount_items": Sample(_discount, {"name": "Summer", "discount_rate_percent": Decimal(8)}),
    "subtotal_items": Sample(lambda _: SubtotalItem(name="So far", description="So far"), {"description": "Till here"}),
    "item_groups": Sample(_group, {"name": "Border", "should_print_items_in_group": False}),
    "sales_tax_items": Sample(_tax, {"tax_rate": Decimal("1.25")}),
    "sales_tax_group_items": Sample(_taxes, {"name": "All", "sales_tax_items": (TEXAS,)}),
    "sales_tax_codes": Sample(
        lambda _: SalesTaxCode(name="LBR", is_taxable=False, description="Labour"), {"description": "Work"}
    ),
    "standard_terms": Sample(
        lambda _: StandardTerm(name="3/7 net 45", due_days=45, discount_days=7, discount_percentage=Decimal(3))
    ),
    "date_driven_terms": Sample(lambda _: DateDrivenTerm(name="5th", due_day_of_month=5, grace_period_days=3)),
    "payment_methods": Sample(lambda _: PaymentMethod(name="Barter", payment_method_type="other")),
    "shipping_methods": Sample(lambda _: ShippingMethod(name="Own van")),
    "sales_representatives": Sample(_agent, {"initial": "COA"}),
    "customer_messages": Sample(lambda _: CustomerMessage(name="See you in spring!")),
    "customer_types": Sample(lambda _: CustomerType(name="Retail")),
    "currencies": Sample(_currency, {"name": "Florin", "is_active": False}),
}
