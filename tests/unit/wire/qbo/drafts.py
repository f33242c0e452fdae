"""Drafts that QuickBooks Online can hold, of every kind."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from counterfoil.model.accounts import Account
from counterfoil.model.addresses import Address
from counterfoil.model.items import NonInventoryItem, SalesAndPurchase, SalesOrPurchase, ServiceItem
from counterfoil.model.lines import CreditToApply, SalesLine, SalesLineGroup
from counterfoil.model.lists import Class, PaymentMethod
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.model.values import Ref

LETTERS = "abcXYZ 0189.,-'\"&<>éß£€日\\/#%"


def text(longest: int) -> st.SearchStrategy[str]:
    return st.text(LETTERS, min_size=1, max_size=longest).map(str.strip).filter(bool)


def money(least: str = "0.01", most: str = "99999.99") -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=2)


NUMBERS = st.integers(1, 10**18).map(str)
REF = NUMBERS.map(Ref)
DAY = st.dates(date(2000, 1, 1), date(2099, 12, 31))
CODE = st.sampled_from([Ref("TAX"), Ref("NON")])
PRICE = st.decimals(Decimal("0.00001"), Decimal(9999), places=5)
QUANTITY = st.decimals(Decimal("0.00001"), Decimal(9999), places=5)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def of(model: type[Any], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(model, **fields)


ADDRESS = of(
    Address,
    line1=text(41),
    line2=maybe(text(41)),
    line5=maybe(text(41)),
    city=maybe(text(31)),
    state=maybe(text(21)),
    postal_code=maybe(text(13)),
    country=maybe(text(31)),
)
FIGURES = st.sampled_from(["amount", "quantity and amount", "quantity and rate", "all", "rate"])


@st.composite
def sold(draw: st.DrawFn) -> SalesLine:
    figures = draw(FIGURES)
    return SalesLine(
        item=draw(REF),
        description=draw(maybe(text(100))),
        quantity=draw(QUANTITY) if figures in ("quantity and amount", "quantity and rate", "all") else None,
        rate=draw(PRICE) if figures in ("quantity and rate", "all", "rate") else None,
        amount=draw(money("0.00")) if figures in ("amount", "quantity and amount", "all") else None,
        class_=draw(maybe(REF)),
        service_date=draw(maybe(DAY)),
        sales_tax_code=draw(CODE),
    )


WORDS = of(SalesLine, description=text(200), service_date=maybe(DAY))
GROUP = of(SalesLineGroup, item_group=REF, quantity=maybe(QUANTITY), description=maybe(text(100)))
DISCOUNT = of(SalesLine, item=st.just(Ref("DISCOUNT", "DISCOUNT")), amount=money("-50.00", "-0.01")) | of(
    SalesLine, item=st.just(Ref("DISCOUNT", "DISCOUNT")), rate_percent=st.integers(1, 100).map(Decimal)
)
SHIPPING = of(SalesLine, item=st.just(Ref("SHIPPING_ITEM_ID", "SHIPPING_ITEM_ID")), amount=money())


@st.composite
def lines(draw: st.DrawFn) -> tuple[SalesLine | SalesLineGroup, ...]:
    first = draw(st.lists(sold() | WORDS | GROUP, min_size=1, max_size=6))
    last = draw(st.lists(DISCOUNT, max_size=1)) + draw(st.lists(SHIPPING, max_size=1))
    return (*first, *last)


TAX: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({"tax_mode": "none"}),
    money("0.00").map(lambda amount: {"tax_mode": "override_total", "tax_override": amount}),
)
SALE = {
    "customer": REF,
    "class_": maybe(REF),
    "transaction_date": maybe(DAY),
    "ref_number": maybe(text(21)),
    "billing_address": maybe(ADDRESS),
    "shipping_address": maybe(ADDRESS),
    "terms": maybe(REF),
    "memo": maybe(text(300)),
    "customer_note": maybe(text(300)),
    "is_queued_for_print": st.booleans(),
    "is_queued_for_email": st.booleans(),
    "lines": lines(),
}


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    fields = {
        **SALE,
        "due_date": maybe(DAY),
        "shipping_date": maybe(DAY),
        "shipping_method": maybe(text(15).map(lambda name: Ref(name, name))),
        "tracking_number": maybe(text(30)),
    }
    return Invoice(**{name: draw(strategy) for name, strategy in fields.items()}, **draw(TAX))


@st.composite
def credit_memos(draw: st.DrawFn) -> CreditMemo:
    return CreditMemo(**{name: draw(strategy) for name, strategy in SALE.items()}, **draw(TAX))


CREDIT = of(CreditToApply, credit_transaction_id=NUMBERS, applied_amount=money())
APPLICATION = of(
    Application,
    transaction_id=NUMBERS,
    payment_amount=money("0.00"),
    apply_credits=st.lists(CREDIT, max_size=2).map(tuple),
)
PAYMENTS = of(
    ReceivePayment,
    customer=REF,
    receivables_account=maybe(REF),
    transaction_date=maybe(DAY),
    ref_number=maybe(text(20)),
    total_amount=money("0.00"),
    payment_method=maybe(REF),
    memo=maybe(text(300)),
    deposit_to_account=maybe(REF),
    applications=st.lists(APPLICATION, max_size=4, unique_by=lambda each: each.transaction_id).map(tuple),
)
NAMES = {
    "name": text(41).filter(lambda name: ":" not in name),
    "company_name": maybe(text(41)),
    "salutation": maybe(text(15)),
    "first_name": maybe(text(25)),
    "middle_name": maybe(text(5)),
    "last_name": maybe(text(25)),
    "phone": maybe(text(21)),
    "alternate_phone": maybe(text(21)),
    "fax": maybe(text(21)),
    "email": maybe(text(60)),
    "billing_address": maybe(ADDRESS),
    "note": maybe(text(300)),
    "terms": maybe(REF),
    "is_active": st.booleans(),
    "currency": maybe(st.sampled_from([Ref("USD"), Ref("EUR")])),
}
CUSTOMERS = of(
    Customer,
    **NAMES,
    parent=maybe(REF),
    shipping_address=maybe(ADDRESS),
    customer_type=maybe(REF),
    sales_tax_code=maybe(CODE),
    sales_tax_item=maybe(REF),
    resale_number=maybe(text(15)),
    preferred_payment_method=maybe(REF),
    preferred_delivery_method=maybe(st.sampled_from(["email", "mail", "none"])),
)
VENDORS = of(
    Vendor,
    **NAMES,
    name_on_check=maybe(text(41)),
    account_number=maybe(text(99)),
    tax_identification_number=maybe(text(15)),
    is_eligible_for_1099=maybe(st.booleans()),
)
ITEM = {
    "name": text(31).filter(lambda name: ":" not in name),
    "parent": maybe(REF),
    "is_active": st.booleans(),
    "sales_tax_code": maybe(CODE),
}
ONLY_SOLD = of(SalesOrPurchase, description=maybe(text(200)), price=maybe(PRICE), posting_account=REF)
BOUGHT_TOO = of(
    SalesAndPurchase,
    sales_description=maybe(text(200)),
    sales_price=maybe(PRICE),
    income_account=REF,
    purchase_description=maybe(text(200)),
    purchase_cost=maybe(PRICE),
    expense_account=REF,
    preferred_vendor=maybe(REF),
)
DRAFTS: dict[str, st.SearchStrategy[Any]] = {
    "invoices": invoices(),
    "credit_memos": credit_memos(),
    "receive_payments": PAYMENTS,
    "customers": CUSTOMERS,
    "vendors": VENDORS,
    "service_items": of(ServiceItem, **ITEM, sales_or_purchase=ONLY_SOLD)
    | of(ServiceItem, **ITEM, sales_and_purchase=BOUGHT_TOO),
    "non_inventory_items": of(NonInventoryItem, **ITEM, sku=maybe(text(31)), sales_or_purchase=ONLY_SOLD),
    "standard_terms": of(
        StandardTerm,
        name=text(31),
        is_active=st.booleans(),
        due_days=maybe(st.integers(0, 999)),
        discount_days=maybe(st.integers(0, 999)),
        discount_percentage=maybe(PRICE),
    ),
    "date_driven_terms": of(
        DateDrivenTerm,
        name=text(31),
        due_day_of_month=st.integers(1, 31),
        grace_period_days=maybe(st.integers(0, 99)),
        discount_day_of_month=maybe(st.integers(1, 31)),
        discount_percentage=maybe(PRICE),
    ),
    "classes": of(Class, name=text(31), parent=maybe(REF), is_active=st.booleans()),
    "payment_methods": of(
        PaymentMethod, name=text(31), payment_method_type=st.sampled_from(["other", "other_credit_card"])
    ),
    "accounts": of(
        Account,
        name=text(31),
        parent=maybe(REF),
        account_type=st.sampled_from(["bank", "income", "expense", "other_current_asset", "equity"]),
        account_number=maybe(text(7)),
        description=maybe(text(100)),
        is_active=st.booleans(),
    ),
}
