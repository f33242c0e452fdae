"""The chart of accounts."""

from typing import Final

from counterfoil.wire.qbo.forms import MONEY, TEXT, choice
from counterfoil.wire.qbo.maps.parts import BY_NAME, ENTITY, branch
from counterfoil.wire.qbo.table import Entity, row, told

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

ACCOUNT: Final = Entity(
    "Account",
    ("accounts",),
    (
        *branch("accounts", "SubAccount"),
        row("Description", "description", TEXT),
        told("Classification", lambda account, _known: CLASSIFICATIONS.get(account.account_type)),
        row("AccountType", "account_type", choice(TYPES)),
        told("AccountSubType", lambda account, _known: SUBTYPES.get(account.special_account_type or "")),
        row("AcctNum", "account_number", TEXT),
        row("CurrentBalance", "balance", MONEY),
        row("CurrentBalanceWithSubAccounts", "total_balance", MONEY),
        told("CurrencyRef", lambda account, known: {"value": known.currency(account.currency)}),
        *ENTITY,
    ),
    filters=BY_NAME,
)
