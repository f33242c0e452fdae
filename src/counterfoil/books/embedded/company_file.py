"""A new company file: the chart of accounts and the lists that QuickBooks Desktop puts into every new company."""

from decimal import Decimal
from typing import Final

from msgspec import structs

from counterfoil.books.embedded.identity import stamped
from counterfoil.books.embedded.references import to
from counterfoil.model.accounts import Account
from counterfoil.model.company import Company, MultiCurrency, Preferences, SalesTax
from counterfoil.model.items import SalesTaxItem
from counterfoil.model.lists import (
    Currency,
    CustomerMessage,
    PaymentMethod,
    SalesTaxCode,
    ShippingMethod,
    Template,
)
from counterfoil.model.shape import BranchObject, ListObject
from counterfoil.model.terms import DateDrivenTerm, StandardTerm
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

ACCOUNTS: Final = (
    Account(name="Checking", account_type="bank", cash_flow_classification="not_applicable"),
    Account(name="Accounts Receivable", account_type="accounts_receivable", special_account_type="accounts_receivable"),
    Account(name="Undeposited Funds", account_type="other_current_asset", special_account_type="undeposited_funds"),
    Account(name="Accounts Payable", account_type="accounts_payable", special_account_type="accounts_payable"),
    Account(
        name="Sales Tax Payable",
        account_type="other_current_liability",
        special_account_type="sales_tax_payable",
        is_tax_account=True,
    ),
    Account(name="Opening Balance Equity", account_type="equity", special_account_type="opening_balance_equity"),
    Account(name="Retained Earnings", account_type="equity", special_account_type="retained_earnings"),
    Account(name="Sales", account_type="income"),
    Account(name="Services", account_type="income"),
    Account(name="Shipping and Delivery Income", account_type="income"),
    Account(name="Sales Discounts", account_type="income"),
    Account(name="Uncategorized Income", account_type="income", special_account_type="uncategorized_income"),
    Account(name="Cost of Goods Sold", account_type="cost_of_goods_sold", special_account_type="cost_of_goods_sold"),
    Account(name="Office Supplies", account_type="expense"),
    Account(name="Uncategorized Expenses", account_type="expense", special_account_type="uncategorized_expenses"),
    Account(name="Exchange Gain or Loss", account_type="other_expense", special_account_type="exchange_gain_loss"),
)
TERMS: Final = (
    StandardTerm(name="Due on receipt", due_days=0),
    StandardTerm(name="Net 15", due_days=15),
    StandardTerm(name="Net 30", due_days=30),
    StandardTerm(name="Net 60", due_days=60),
    StandardTerm(name="2% 10 Net 30", due_days=30, discount_days=10, discount_percentage=Decimal(2)),
    StandardTerm(name="1% 10 Net 30", due_days=30, discount_days=10, discount_percentage=Decimal(1)),
    DateDrivenTerm(name="15th of the month", due_day_of_month=15, grace_period_days=2),
)
PAYMENT_METHODS: Final = (
    PaymentMethod(name="Cash", payment_method_type="cash"),
    PaymentMethod(name="Check", payment_method_type="check"),
    PaymentMethod(name="E-Check", payment_method_type="e_check"),
    PaymentMethod(name="American Express", payment_method_type="american_express"),
    PaymentMethod(name="Discover", payment_method_type="discover"),
    PaymentMethod(name="MasterCard", payment_method_type="master_card"),
    PaymentMethod(name="Visa", payment_method_type="visa"),
)
OTHERS: Final[tuple[ListObject, ...]] = (
    *(ShippingMethod(name=name) for name in ("DHL", "Federal Express", "UPS", "US Mail")),
    CustomerMessage(name="Thank you for your business."),
    CustomerMessage(name="Please remit to above address."),
    Template(name="Intuit Product Invoice", template_type="invoice"),
    Template(name="Intuit Service Invoice", template_type="invoice"),
    Template(name="Custom Credit Memo", template_type="credit_memo"),
    Template(name="Payment Receipt", template_type="payment_receipt"),
)
CURRENCIES: Final = (
    ("US Dollar", "USD"),
    ("Canadian Dollar", "CAD"),
    ("Euro", "EUR"),
    ("British Pound Sterling", "GBP"),
    ("Australian Dollar", "AUD"),
    ("Japanese Yen", "JPY"),
)
HOME: Final = {"US": "US Dollar", "CA": "Canadian Dollar"}
CODES: Final = (
    SalesTaxCode(name="Tax", is_taxable=True, description="Taxable Sales"),
    SalesTaxCode(name="Non", is_taxable=False, description="Non-Taxable Sales"),
)


def new_company_file(file: CompanyFile, company: Company) -> None:
    """Fill an empty company file: accounts, terms, methods, tax codes, currencies, and preferences that fit them."""
    for thing in (*ACCOUNTS, *TERMS, *PAYMENT_METHODS, *OTHERS):
        enter(file, thing)
    taxable, exempt = (to(enter(file, code)) for code in CODES)
    home = _currencies(file, HOME[company.country])
    nothing = enter(file, SalesTaxItem(name="Out of State", description="Out-of-state sale", tax_rate=Decimal(0)))
    now = file.clock.now()
    file.put_singleton(structs.replace(company, created_at=now, updated_at=now, revision=str(now)))
    file.put_singleton(
        Preferences(
            created_at=now,
            updated_at=now,
            revision=str(now),
            multi_currency=MultiCurrency(is_multi_currency_enabled=True, home_currency=home),
            sales_tax=SalesTax(
                default_item_sales_tax=to(nothing),
                default_taxable_sales_tax_code=taxable,
                default_non_taxable_sales_tax_code=exempt,
            ),
        )
    )


def _currencies(file: CompanyFile, home: str) -> Ref:
    made = [
        enter(file, Currency(name=name, currency_code=code, is_user_defined_currency=False, is_active=True))
        for name, code in CURRENCIES
    ]
    return to(next(currency for currency in made if currency.label == home))


def enter(file: CompanyFile, thing: ListObject) -> ListObject:
    """Put an object into its list as it is: names and references are the writer's own affair."""
    if isinstance(thing, BranchObject) and not thing.full_name:
        thing = stamped(file, thing, full_name=thing.name)
    else:
        thing = stamped(file, thing)
    file.add_object(thing)
    return thing
