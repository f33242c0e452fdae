"""The accounts that postings need and nobody names: found by special type, made on first use as QuickBooks does."""

from typing import Literal

from counterfoil.books.embedded.identity import stamped
from counterfoil.books.embedded.references import References, article
from counterfoil.core.problems import Place, Problem
from counterfoil.model.accounts import Account, AccountType, SpecialAccountType
from counterfoil.model.lists import Currency
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

KEPT_TYPES = ("accounts_receivable", "accounts_payable", "non_posting")
SPECIAL: dict[SpecialAccountType, tuple[str, AccountType]] = {
    "accounts_receivable": ("Accounts Receivable", "accounts_receivable"),
    "accounts_payable": ("Accounts Payable", "accounts_payable"),
    "undeposited_funds": ("Undeposited Funds", "other_current_asset"),
    "sales_tax_payable": ("Sales Tax Payable", "other_current_liability"),
    "opening_balance_equity": ("Opening Balance Equity", "equity"),
    "exchange_gain_loss": ("Exchange Gain or Loss", "other_expense"),
}


def special_account(file: CompanyFile, special: SpecialAccountType) -> Account:
    """The company's account of a special type; a company that has none gets one."""
    known = file.recalled("accounts", special)
    if isinstance(known, Account):
        return known
    name, account_type = SPECIAL[special]
    found = _by_name(file, name, special) or _of_type(file, special)
    if found is None:
        return _make(file, Account(name=name, account_type=account_type, special_account_type=special))
    file.note("accounts", special, found)
    return found


def receivables_account(file: CompanyFile, currency: Ref | None) -> Account:
    """The receivables account of a currency: the home one, or one of its own for each foreign currency."""
    return _in_currency(file, "accounts_receivable", currency)


def payables_account(file: CompanyFile, currency: Ref | None) -> Account:
    """The payables account of a currency, as for receivables."""
    return _in_currency(file, "accounts_payable", currency)


def _in_currency(
    file: CompanyFile, kind: Literal["accounts_receivable", "accounts_payable"], currency: Ref | None
) -> Account:
    if currency is None:
        return special_account(file, kind)
    known = file.find("currencies", currency.id or "")
    code = known.currency_code if isinstance(known, Currency) else currency.full_name
    name = f"{SPECIAL[kind][0]} - {code}"[:31]
    found = file.find_by_name("accounts", name)
    if isinstance(found, Account) and found.account_type == kind:
        return found
    return _make(file, Account(name=name, account_type=kind, currency=currency))


def _by_name(file: CompanyFile, name: str, special: SpecialAccountType) -> Account | None:
    found = file.find_by_name("accounts", name)
    return found if isinstance(found, Account) and found.special_account_type == special else None


def _of_type(file: CompanyFile, special: SpecialAccountType) -> Account | None:
    """A renamed special account is still the special account."""
    for account in file.objects("accounts"):
        if isinstance(account, Account) and account.special_account_type == special:
            return account
    return None


def _make(file: CompanyFile, account: Account) -> Account:
    made = stamped(file, account, full_name=account.name)
    file.add_object(made)
    return made


def check_postable(references: References, account: Account, place: Place) -> None:
    """Receivables, payables and sales tax are kept by the books themselves: nothing else may post there."""
    if account.account_type in KEPT_TYPES or account.special_account_type == "sales_tax_payable":
        found = article(account.account_type.replace("_", " ") + " account")
        values = {"value": account.id, "found": found, "expected": "an account that the books do not keep themselves"}
        references.problems.append(Problem("reference_wrong", place, values))
