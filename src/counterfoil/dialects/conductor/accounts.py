"""The chart of accounts."""

from counterfoil.dialects.conductor.parts import CUSTOM_FIELD, SUBLEVEL
from counterfoil.dialects.conductor.table import HEAD, Part, Table, part, ref, row
from counterfoil.model.accounts import Account, TaxLineDetails

TAX_LINE_DETAILS = Part(
    TaxLineDetails,
    (
        row("taxLineId", "R"),
        row("taxLineName", "r"),
    ),
)

ACCOUNTS = Table(
    path="accounts",
    object_type="qbd_account",
    resource="accounts",
    model=Account,
    verbs="LCRU",
    paging="limit",
    by_name="fullNames",
    filters=("ids", "status", "updated", "name", "account_type", "currencies"),
    rows=(
        *HEAD,
        row("name", "CuR"),
        row("fullName", "R"),
        row("isActive", "cuR"),
        ref("parent", "cur"),
        SUBLEVEL,
        row("accountType", "CuR"),
        row("specialAccountType", "r"),
        row("isTaxAccount", "r"),
        row("accountNumber", "cur"),
        row("bankAccountNumber", "cur"),
        row("description", "cur"),
        row("openingBalance", "cu"),
        row("openingBalanceDate", "cu"),
        row("balance", "r"),
        row("totalBalance", "r"),
        ref("salesTaxCode", "cur"),
        row("taxLineId", "cu"),
        part("taxLineDetails", "r", TAX_LINE_DETAILS),
        row("cashFlowClassification", "r"),
        ref("currency", "cur"),
        part("customFields", "R", CUSTOM_FIELD),
    ),
)
