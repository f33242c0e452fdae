"""The books looked at from outside: their trial balance, and the facts that the ledger's invariants compare."""

from collections.abc import Sequence
from decimal import Decimal

from counterfoil.core.money import ZERO, minor, rounded
from counterfoil.ledger.invariants import LedgerFacts
from counterfoil.model.accounts import Account, AccountType
from counterfoil.model.activities import Attachable, TimeActivity
from counterfoil.model.catalogue import RESOURCES
from counterfoil.model.query import Balance
from counterfoil.model.sales import CreditMemo, Estimate, RefundReceipt, Sale
from counterfoil.storage.company import CompanyFile

TRANSACTIONS = tuple(resource.name for resource in RESOURCES if resource.is_transaction)
NEVER_POSTED = (Estimate, TimeActivity, Attachable)
ONE = Decimal(1)


def trial_balance(file: CompanyFile) -> list[Balance]:
    """Every account that has a balance, in the order of the chart; debits and credits in minor units."""
    names = {account.id: account.label for account in file.objects("accounts")}
    return [
        Balance(account=account, name=names.get(account, account), debit=max(amount, 0), credit=max(-amount, 0))
        for account, amount in sorted(file.balances().items(), key=lambda pair: names.get(pair[0], ""))
        if amount
    ]


def facts(file: CompanyFile) -> LedgerFacts:
    """Reads every document once; documents, postings and applications are compared with one another afterwards."""
    accounts = [account for account in file.objects("accounts") if isinstance(account, Account)]
    open_amounts: dict[str, tuple[int, int, int]] = {}
    applied = _applied(file)
    never_posted: dict[str, int] = {}
    taxes = 0
    for resource in TRANSACTIONS:
        for entry in file.entries(resource):
            identifier = entry.thing.id
            open_amounts[identifier] = (entry.total, entry.open, applied.get(identifier, 0))
            taxes += _tax_at_home(entry.thing) if isinstance(entry.thing, Sale) else 0
            if isinstance(entry.thing, NEVER_POSTED):
                never_posted[identifier] = len(file.postings_of(identifier))
    return LedgerFacts(
        balances=file.balances(),
        receivables=_of_type(accounts, "accounts_receivable"),
        payables=_of_type(accounts, "accounts_payable"),
        tax_accounts=frozenset(
            account.id for account in accounts if account.special_account_type == "sales_tax_payable"
        ),
        open_by_account=_owed_by_account(file),
        taxes=taxes,
        unbalanced=file.unbalanced(),
        open_amounts=open_amounts,
        never_posted=never_posted,
    )


def _of_type(accounts: Sequence[Account], account_type: AccountType) -> frozenset[str]:
    return frozenset(account.id for account in accounts if account.account_type == account_type)


def _owed_by_account(file: CompanyFile) -> dict[str, int]:
    """What is open, and the vendors' opening balances of older company files, which are no documents."""
    owed = file.open_home_by_account()
    for account, amount in file.vendors_opened().items():
        owed[account] = owed.get(account, 0) + amount
    return owed


def _applied(file: CompanyFile) -> dict[str, int]:
    """What applications took of each transaction, from either end."""
    sums: dict[str, int] = {}
    for one in file.applications():
        sums[one.source] = sums.get(one.source, 0) + one.amount
        sums[one.target] = sums.get(one.target, 0) + one.of_target
    return sums


def _tax_at_home(sale: Sale) -> int:
    if sale.is_pending or isinstance(sale, Estimate):
        return 0
    tax = minor(rounded((sale.sales_tax_total or ZERO) * (sale.exchange_rate or ONE)))
    return -tax if isinstance(sale, CreditMemo | RefundReceipt) else tax
