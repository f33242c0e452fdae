"""The chart of accounts."""

from counterfoil.model.accounts import Account, TaxLineDetails
from counterfoil.model.kinds import Text
from counterfoil.wire.qbxml.maps.parts import CUSTOM_FIELDS, LIST_HEAD, SUBLEVEL
from counterfoil.wire.qbxml.maps.queries import list_query
from counterfoil.wire.qbxml.table import Map, Part, part, row

TAX_LINE = Part(
    TaxLineDetails,
    (
        row("TaxLineID", "tax_line_id", "r"),
        row("TaxLineName", "tax_line_name", "r", kind=Text(256)),
    ),
)

ACCOUNTS = Map(
    "Account",
    "accounts",
    "ListID",
    "AMQD",
    Part(
        Account,
        (
            *LIST_HEAD,
            row("Name", "name", "Amr", firm=True),
            row("FullName", "full_name", "r"),
            row("IsActive", "is_active", "amr", firm=True),
            row("ParentRef", "parent", "amr"),
            SUBLEVEL,
            row("AccountType", "account_type", "Amr", firm=True),
            row("SpecialAccountType", "special_account_type", "r", since="2.1"),
            row("IsTaxAccount", "is_tax_account", "r", since="8.0"),
            row("AccountNumber", "account_number", "amr"),
            row("BankNumber", "bank_account_number", "amr"),
            row("Desc", "description", "amr"),
            row("OpenBalance", "opening_balance", "am"),
            row("OpenBalanceDate", "opening_balance_date", "am"),
            row("Balance", "balance", "r"),
            row("TotalBalance", "total_balance", "r"),
            row("SalesTaxCodeRef", "sales_tax_code", "amr", since="8.0"),
            row("TaxLineID", "tax_line_id", "am", since="7.0"),
            part("TaxLineInfoRet", "tax_line_details", "r", TAX_LINE, since="2.1"),
            row("CashFlowClassification", "cash_flow_classification", "r", since="2.1"),
            row("CurrencyRef", "currency", "amr", since="8.0"),
            CUSTOM_FIELDS,
        ),
    ),
    list_query("account_type", "currency", owners=True),
)
