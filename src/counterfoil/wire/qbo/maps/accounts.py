"""The chart of accounts."""

from typing import Any, Final

from counterfoil.wire.qbo.forms import MONEY, TEXT, choice
from counterfoil.wire.qbo.maps.parts import BY_NAME, CURRENCY, ENTITY, branch
from counterfoil.wire.qbo.table import Entity, Json, Known, Row, own, row, told

TYPES: Final = {
    "accounts_payable": "Accounts Payable",
    "accounts_receivable": "Accounts Receivable",
    "bank": "Bank",
    "cost_of_goods_sold": "Cost of Goods Sold",
    "credit_card": "Credit Card",
    "equity": "Equity",
    "expense": "Expense",
    "fixed_asset": "Fixed Asset",
    "income": "Income",
    "long_term_liability": "Long Term Liability",
    "non_posting": "Non-Posting",
    "other_asset": "Other Asset",
    "other_current_asset": "Other Current Asset",
    "other_current_liability": "Other Current Liability",
    "other_expense": "Other Expense",
    "other_income": "Other Income",
}
CLASSIFICATIONS: Final = {
    "accounts_receivable": "Asset",
    "bank": "Asset",
    "fixed_asset": "Asset",
    "other_asset": "Asset",
    "other_current_asset": "Asset",
    "equity": "Equity",
    "cost_of_goods_sold": "Expense",
    "expense": "Expense",
    "other_expense": "Expense",
    "income": "Revenue",
    "other_income": "Revenue",
    "accounts_payable": "Liability",
    "credit_card": "Liability",
    "long_term_liability": "Liability",
    "other_current_liability": "Liability",
}
SUBTYPES: Final = {
    "accounts_payable": "AccountsPayable",
    "accounts_receivable": "AccountsReceivable",
    "exchange_gain_loss": "ExchangeGainOrLoss",
    "opening_balance_equity": "OpeningBalanceEquity",
    "retained_earnings": "RetainedEarnings",
    "sales_tax_payable": "SalesTaxPayable",
    "undeposited_funds": "UndepositedFunds",
}

SPECIAL: Final = {theirs: ours for ours, theirs in SUBTYPES.items()}


def _special(given: Json, _known: Known) -> dict[str, Any]:
    special = SPECIAL.get(str(given["AccountSubType"]))
    return {"special_account_type": special} if special is not None else {}


ACCOUNT: Final = Entity(
    "Account",
    ("accounts",),
    (
        *branch("accounts", "SubAccount"),
        row("Description", "description", TEXT, most=100),
        told("Classification", lambda account, _known: CLASSIFICATIONS.get(account.account_type)),
        row("AccountType", "account_type", choice(TYPES), "kept"),
        Row(
            "AccountSubType",
            told=lambda account, _known: SUBTYPES.get(account.special_account_type or ""),
            heard=_special,
            wanted=lambda _given, _known: {},
            use="own",
        ),
        row("AcctNum", "account_number", TEXT),
        own("CurrentBalance", "balance", MONEY),
        own("CurrentBalanceWithSubAccounts", "total_balance", MONEY),
        CURRENCY,
        *ENTITY,
    ),
    filters=BY_NAME,
    made=("accounts",),
    extra=frozenset({"AccountSubType", "AccountAlias", "TaxCodeRef", "TxnLocationType", "OpeningBalance"}),
)
