"""The chart of accounts."""

from typing import Annotated, Literal

from counterfoil.model.addresses import CustomField
from counterfoil.model.kinds import (
    CurrencyRef,
    Date,
    Money,
    SalesTaxCodeRef,
    Text7,
    Text25,
    Text31,
    Text200,
    To,
    Whole,
)
from counterfoil.model.shape import BranchObject
from counterfoil.model.values import Ref, Value

AccountType = Literal[
    "accounts_payable",
    "accounts_receivable",
    "bank",
    "cost_of_goods_sold",
    "credit_card",
    "equity",
    "expense",
    "fixed_asset",
    "income",
    "long_term_liability",
    "non_posting",
    "other_asset",
    "other_current_asset",
    "other_current_liability",
    "other_expense",
    "other_income",
]

DEBIT_TYPES: frozenset[str] = frozenset(
    {
        "accounts_receivable",
        "bank",
        "cost_of_goods_sold",
        "expense",
        "fixed_asset",
        "other_asset",
        "other_current_asset",
        "other_expense",
    }
)
"""Accounts whose balance is told positive when debits exceed credits."""

SpecialAccountType = Literal[
    "accounts_payable",
    "accounts_receivable",
    "condense_item_adjustment_expenses",
    "cost_of_goods_sold",
    "direct_deposit_liabilities",
    "estimates",
    "exchange_gain_loss",
    "inventory_assets",
    "item_receipt_account",
    "opening_balance_equity",
    "payroll_expenses",
    "payroll_liabilities",
    "petty_cash",
    "purchase_orders",
    "reconciliation_differences",
    "retained_earnings",
    "sales_orders",
    "sales_tax_payable",
    "uncategorized_expenses",
    "uncategorized_income",
    "undeposited_funds",
]


class TaxLineDetails(Value, frozen=True, kw_only=True, omit_defaults=True):
    tax_line_id: Annotated[int, Whole()] = 0
    tax_line_name: str | None = None


class Account(BranchObject, frozen=True, kw_only=True, omit_defaults=True):
    """A place in the ledger. `balance` is its own, `total_balance` with its children's, told on its natural side."""

    name: Text31 = ""
    parent: Annotated[Ref, To(("accounts",))] | None = None
    account_type: AccountType = "expense"
    special_account_type: SpecialAccountType | None = None
    is_tax_account: bool | None = None
    account_number: Text7 | None = None
    bank_account_number: Text25 | None = None
    description: Text200 | None = None
    opening_balance: Money | None = None
    opening_balance_date: Date | None = None
    balance: Money | None = None
    total_balance: Money | None = None
    sales_tax_code: SalesTaxCodeRef | None = None
    tax_line_id: Annotated[int, Whole()] | None = None
    tax_line_details: TaxLineDetails | None = None
    cash_flow_classification: Literal["financing", "investing", "none", "not_applicable", "operating"] | None = None
    currency: CurrencyRef | None = None
    custom_fields: tuple[CustomField, ...] = ()
