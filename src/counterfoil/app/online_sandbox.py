"""The companies of the emulated QuickBooks Online: an American one like Intuit's sandbox, and a Canadian one.

The American one holds what the vendors' printed examples use (as the demo company does), and the ids and names that
public clients of Intuit's sandbox expect to find: https://developer.intuit.com, "Sandbox Company_US_1".
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from msgspec import structs

from counterfoil.app.demo_company import (
    number_canadian_company,
    number_us_company,
    open_canadian_company,
    open_us_company,
)
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.clock import Clock
from counterfoil.core.errors import Broken
from counterfoil.emulators.online.company import US_REALM, OnlineCompany
from counterfoil.emulators.online.desk import Desk
from counterfoil.emulators.online.known import furnish, number_everything
from counterfoil.emulators.online.taxes import TaxService
from counterfoil.model.company import Company, Preferences, TimeTracking
from counterfoil.model.query import Select
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

Json = dict[str, Any]
CANADIAN_REALM: Final = "9130000000000001"
US_NAME: Final = "Sandbox Company_US_1"
CANADIAN_NAME: Final = "Sandbox Company_CA_1"

ACCOUNT_NUMBERS: Final[Mapping[str, tuple[int, str]]] = {
    "Services": (1, "ServiceFeeIncome"),
    "Retained Earnings": (2, "RetainedEarnings"),
    "Undeposited Funds": (4, "UndepositedFunds"),
    "Uncategorized Income": (30, "ServiceFeeIncome"),
    "Uncategorized Expenses": (31, "OtherMiscellaneousServiceCost"),
    "Accounts Payable": (33, "AccountsPayable"),
    "Opening Balance Equity": (34, "OpeningBalanceEquity"),
    "Checking": (35, "Checking"),
    "Sales": (79, "SalesOfProductIncome"),
    "Cost of Goods Sold": (80, "SuppliesMaterialsCogs"),
    "Accounts Receivable": (84, "AccountsReceivable"),
    "Sales Tax Payable": (90, "SalesTaxPayable"),
}
"""The accounts that every company has: Intuit's ids and subtypes of those that its sandbox has too."""

ACCOUNTS: Final = (
    (6, "Other Primary Income", "Income", "OtherPrimaryIncome"),
    (7, "Advertising", "Expense", "AdvertisingPromotional"),
    (8, "Bank Charges", "Expense", "BankCharges"),
    (11, "Insurance", "Expense", "Insurance"),
    (12, "Legal & Professional Fees", "Expense", "LegalProfessionalFees"),
    (13, "Meals and Entertainment", "Expense", "EntertainmentMeals"),
    (15, "Supplies", "Expense", "SuppliesMaterials"),
    (17, "Rent or Lease", "Expense", "RentOrLeaseOfBuildings"),
    (22, "Travel", "Expense", "Travel"),
    (24, "Utilities", "Expense", "Utilities"),
    (36, "Savings", "Bank", "Savings"),
    (37, "Truck", "Fixed Asset", "Vehicles"),
    (41, "Mastercard", "Credit Card", "CreditCard"),
    (42, "Visa", "Credit Card", "CreditCard"),
    (44, "Notes Payable", "Long Term Liability", "OtherLongTermLiabilities"),
    (45, "Landscaping Services", "Income", "ServiceFeeIncome"),
    (81, "Inventory Asset", "Other Current Asset", "Inventory"),
    (82, "Pest Control Services", "Income", "ServiceFeeIncome"),
    (86, "Discounts given", "Income", "DiscountsRefundsGiven"),
    (94, "Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"),
)
CUSTOMERS: Final = (
    (1, "Amy's Bird Sanctuary", "4581 Finch St.", "Bayshore", "94326"),
    (2, "Bill's Windsurf Shop", "12 Ocean Dr.", "Half Moon Bay", "94213"),
    (3, "Cool Cars", "65 Ocean Dr.", "Half Moon Bay", "94213"),
    (5, "Dukes Basketball Camp", "25 Court St.", "Tucson", "85719"),
    (8, "0969 Ocean View Road", "370 Easy St.", "Middlefield", "94482"),
    (12, "Jeff's Jalopies", "12 Willow Rd.", "Menlo Park", "94305"),
    (15, "Kookies by Kathy", "789 Sugar Lane", "Middlefield", "94303"),
    (24, "Red Rock Diner", "500 Red Rock Rd.", "Bayshore", "94326"),
)
VENDORS: Final = (
    (30, "Books by Bessie"),
    (31, "Brosnahan Insurance Agency"),
    (33, "Chin's Gas and Oil"),
    (41, "Hicks Hardware"),
    (46, "Norton Lumber and Building Materials"),
    (56, "Tim Philip Masonry"),
)
ITEMS: Final = (
    (1, "Services", "Service", "", "1", True),
    (2, "Hours", "Service", "", "1", False),
    (3, "Concrete", "Service", "0", "45", True),
    (4, "Design", "Service", "75", "45", True),
    (6, "Gardening", "Service", "0", "45", True),
    (8, "Lighting", "Service", "0", "45", True),
    (9, "Maintenance & Repair", "Service", "0", "45", True),
    (10, "Pest Control", "Service", "35", "82", True),
    (14, "Sod", "Service", "0", "45", True),
    (16, "Sprinkler Heads", "Inventory", "2", "79", True),
    (17, "Sprinkler Pipes", "Inventory", "4", "79", True),
    (18, "Trimming", "Service", "35", "45", True),
)
"""Id, name, type, price, income account, and whether it is taxable."""

TERM_NUMBERS: Final = {"Due on receipt": 1, "2% 10 Net 30": 2, "1% 10 Net 30": 3, "Net 60": 4}
METHOD_NUMBERS: Final = {"Cash": 1, "Check": 2, "Visa": 3, "MasterCard": 4, "Discover": 5, "American Express": 6}
AGENCIES: Final = ((1, "Oklahoma Tax Commission"), (2, "Tulsa County"), (3, "City of Tulsa"))
RATES: Final = (("13", "Tulsa", "3.55", "3"), ("12", "Tulsa County", "1.3", "2"), ("11", "Oklahoma", "4.5", "1"))
"""The rates that SnapBooks' printed answer shows: id, name, percent, agency; in the order of its tax lines."""

TAX_CODE: Final = ("7", "Tulsa, Oklahoma")
PREFERENCES_TOLD: Final[Json] = {
    "AccountingInfoPrefs": {"TaxYearMonth": "January", "TrackDepartments": True, "DepartmentTerminology": "Location"},
    "ProductAndServicesPrefs": {"ForPurchase": True, "QuantityOnHand": True, "QuantityWithPriceAndRate": True},
    "SalesFormsPrefs": {
        "CustomTxnNumbers": False,
        "AllowDeposit": True,
        "AllowDiscount": True,
        "ETransactionPaymentEnabled": False,
        "DefaultCustomerMessage": "Thank you for your business and have a great day!",
    },
    "EmailMessagesPrefs": {
        "InvoiceMessage": {"Subject": f"Invoice from {US_NAME}", "Message": "Here is your invoice."}
    },
    "VendorAndPurchasesPrefs": {"BillableExpenseTracking": True, "TrackingByCustomer": True},
    "TimeTrackingPrefs": {"UseServices": True, "BillCustomers": True, "ShowBillRateToAll": False},
    "TaxPrefs": {"PartnerTaxEnabled": True, "UsingSalesTax": True},
    "OtherPrefs": {
        "NameValue": [
            {"Name": "SalesFormsPrefs.DefaultCustomerMessage", "Value": "Thank you for your business!"},
            {"Name": "VendorAndPurchasesPrefs.UseCustomTxnNumbers", "Value": "false"},
        ]
    },
}
EMPLOYEE: Final[Json] = {"GivenName": "Field", "FamilyName": "Worker", "DisplayName": "Field Worker"}


def sandbox(folder: Path, *, clock: Clock | None = None) -> OnlineCompany:
    """The American company, in a folder of its own."""
    return OnlineCompany(folder / US_REALM, US_REALM, fill=open_sandbox, clock=clock)


def canadian_sandbox(folder: Path, *, clock: Clock | None = None) -> OnlineCompany:
    return OnlineCompany(folder / CANADIAN_REALM, CANADIAN_REALM, fill=open_canadian_sandbox, clock=clock)


def open_canadian_sandbox(file: CompanyFile, books: EmbeddedBooks) -> None:
    """The Canadian demo company: every line is taxed by its own code."""
    open_canadian_company(file, books)
    _rename(file, CANADIAN_NAME)
    furnish(file, income="Shipping and Delivery Income", discounts="Sales Discounts")
    desk = Desk(file, books)
    number_canadian_company(desk.shelf.margin, file)
    number_everything(file, desk.shelf.margin)


def open_sandbox(file: CompanyFile, books: EmbeddedBooks) -> None:
    """The American demo company with Intuit's ids, automated sales tax, and something of every entity."""
    open_us_company(file, books)
    _rename(file, US_NAME)
    furnish(file, income="Shipping and Delivery Income", discounts="Sales Discounts")
    desk = Desk(file, books)
    number_us_company(desk.shelf.margin, file)
    _lists(file, desk)
    _taxes(file, desk)
    desk.ledger.beside(file.singleton("preferences"), PREFERENCES_TOLD)
    number_everything(file, desk.shelf.margin)
    desk = Desk(file, books)
    desk.shelf.margin.number("transactions", [invoice.id for invoice in _open_invoices(file)])
    _transactions(desk)
    file.set_last_number("invoices", "1037")


def _lists(file: CompanyFile, desk: Desk) -> None:
    margin = desk.shelf.margin
    for name, (number, subtype) in ACCOUNT_NUMBERS.items():
        account = file.find_by_name("accounts", name)
        if account is None:
            raise Broken(f"a new company has no {name}")
        margin.assign("accounts", account.id, number)
        desk.ledger.beside(account, {"AccountSubType": subtype})
    for space, numbers in (("terms", TERM_NUMBERS), ("payment_methods", METHOD_NUMBERS)):
        for name, number in numbers.items():
            thing = file.find_by_name(space, name)
            if thing is not None:
                margin.assign(space, thing.id, number)
    for number, name, type_, subtype in ACCOUNTS:
        desk.enter("Account", {"Name": name, "AccountType": type_, "AccountSubType": subtype}, str(number))
    for number, name, street, city, code in CUSTOMERS:
        address = {"Line1": street, "City": city, "CountrySubDivisionCode": "CA", "PostalCode": code}
        email = {"Address": f"customer{number}@sandbox.example"}
        customer = {"DisplayName": name, "CompanyName": name, "BillAddr": address, "PrimaryEmailAddr": email}
        desk.enter("Customer", customer, str(number))
    for number, name in VENDORS:
        desk.enter("Vendor", {"DisplayName": name, "CompanyName": name}, str(number))
    for row in ITEMS:
        desk.enter("Item", _item(*row), str(row[0]))
    desk.enter("Employee", EMPLOYEE, "54")
    for number, name in ((1, "Headquarters"), (2, "Workshop")):
        desk.enter("Department", {"Name": name}, str(number))
    desk.enter("CustomerType", {"Name": "Trade"}, "1")
    desk.enter("CompanyCurrency", {"Code": "CAD", "Name": "Canadian Dollar"}, "1")
    desk.enter("ExchangeRate", {"SourceCurrencyCode": "EUR", "Rate": Decimal("1.0891")})


def _item(number: int, name: str, type_: str, price: str, account: str, taxable: bool) -> Json:
    item: Json = {"Name": name, "Type": type_, "Taxable": taxable, "IncomeAccountRef": {"value": account}}
    if price:
        item["UnitPrice"] = Decimal(price)
    if type_ == "Inventory":
        item |= {
            "ExpenseAccountRef": {"value": "80"},
            "AssetAccountRef": {"value": "81"},
            "TrackQtyOnHand": True,
            "QtyOnHand": 25 + number,
            "InvStartDate": "2026-01-01",
        }
    return item


def _taxes(file: CompanyFile, desk: Desk) -> None:
    """Automated sales tax: three rates, one code for them, and the company charges it."""
    for agency, called in AGENCIES:
        desk.enter("TaxAgency", {"DisplayName": called}, str(agency))
    service = TaxService(file, desk.ledger, desk.documents)
    rates = [service.rate(name, percent, owed, number) for number, name, percent, owed in RATES]
    number, name = TAX_CODE
    service.code(name, tuple(Ref(rate.id, rate.label) for rate in rates), number)
    group = file.find_by_name("items", name)
    preferences = file.singleton("preferences")
    if group is None or not isinstance(preferences, Preferences) or preferences.sales_tax is None:
        raise Broken("a new company has no tax preferences")
    tax = structs.replace(preferences.sales_tax, default_item_sales_tax=Ref(group.id, group.label))
    file.put_singleton(structs.replace(preferences, sales_tax=tax, time_tracking=TimeTracking()))


def _transactions(desk: Desk) -> None:
    """Something of every entity that clients look for."""
    invoices = [
        desk.enter("Invoice", _invoice(customer, lines, day))
        for customer, lines, day in (
            ("1", [("10", 35, 3), ("4", 75, 2)], "2026-01-08"),
            ("2", [("18", 35, 4)], "2026-01-12"),
            ("3", [("16", 2, 12), ("17", 4, 6)], "2026-01-20"),
            ("5", [("4", 75, 5)], "2026-02-02"),
            ("12", [("10", 35, 1)], "2026-02-11"),
            ("24", [("18", 35, 2)], "2026-02-16"),
        )
    ]
    for invoice in invoices[1:]:
        desk.enter("Payment", _payment(invoice))
    desk.enter("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": Decimal("50.00"), "TxnDate": "2026-02-20"})
    desk.enter("CreditMemo", _invoice("8", [("10", 35, 1)], "2026-02-21"))
    desk.enter("Estimate", _invoice("1", [("4", 75, 3)], "2026-02-22"))
    desk.enter("SalesReceipt", _invoice("8", [("10", 35, 1)], "2026-02-23"))
    expense = [_expense("15", Decimal("88.09"))]
    desk.enter("Bill", {"VendorRef": {"value": "46"}, "Line": expense, "TxnDate": "2026-02-24"})
    cash = {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": expense}
    desk.enter("Purchase", cash)
    accounts = {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}}
    desk.enter("Transfer", {**accounts, "Amount": Decimal("120.00")})
    card = {"CreditCardAccountRef": {"value": "42"}, "BankAccountRef": {"value": "35"}}
    desk.enter("CreditCardPayment", {**card, "Amount": Decimal("75.00")})
    time = {"NameOf": "Employee", "EmployeeRef": {"value": "54", "name": EMPLOYEE["DisplayName"]}}
    desk.enter("TimeActivity", {**time, "Hours": 3, "Minutes": 0, "TxnDate": "2026-02-25"})


def _invoice(customer: str, lines: Sequence[tuple[str, int, int]], day: str) -> Json:
    """A sale: each line is an item, its price and how many of it."""
    told = [
        {
            "Amount": Decimal(price * quantity),
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item}, "UnitPrice": price, "Qty": quantity},
        }
        for item, price, quantity in lines
    ]
    return {"CustomerRef": {"value": customer}, "TxnDate": day, "Line": told}


def _payment(invoice: Json) -> Json:
    """A payment of half of an invoice."""
    half = (invoice["TotalAmt"] / 2).quantize(Decimal("0.01"))
    line = {"Amount": half, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}
    return {"CustomerRef": invoice["CustomerRef"], "TotalAmt": half, "TxnDate": "2026-02-18", "Line": [line]}


def _expense(account: str, amount: Decimal) -> Json:
    detail = {"AccountRef": {"value": account}, "BillableStatus": "NotBillable", "TaxCodeRef": {"value": "NON"}}
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": detail,
    }


def _open_invoices(file: CompanyFile) -> Sequence[Any]:
    """The invoices that the demo company brings along."""
    return EmbeddedBooks().select(file, Select(resource="invoices")).items


def _rename(file: CompanyFile, name: str) -> None:
    company = file.singleton("company")
    if not isinstance(company, Company):
        raise Broken("a new company has no name")
    file.put_singleton(structs.replace(company, company_name=name, legal_company_name=name))
