"""Which currency a document is in, and at which rate: its customer's or vendor's, else the company's own."""

from decimal import Decimal
from typing import Any

from counterfoil.books.embedded.references import References
from counterfoil.core.problems import Problem
from counterfoil.ledger.posting import ONE
from counterfoil.model.accounts import Account
from counterfoil.model.company import Preferences
from counterfoil.model.lists import Currency
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile


def home_currency(file: CompanyFile) -> Ref | None:
    """The company's own currency, if it keeps several."""
    preferences = file.singleton("preferences")
    multi = preferences.multi_currency if isinstance(preferences, Preferences) else None
    return multi.home_currency if multi is not None else None


def foreign(file: CompanyFile, currency: Ref | None) -> Ref | None:
    """The currency, unless it is the company's own."""
    home = home_currency(file)
    return currency if currency is not None and home is not None and currency.id != home.id else None


def last_rate(file: CompanyFile, currency: Ref) -> Decimal:
    """The last known rate of a foreign currency."""
    known = file.find("currencies", currency.id or "")
    return (known.exchange_rate if isinstance(known, Currency) else None) or ONE


def new_currency(file: CompanyFile, references: References, theirs: Ref | None, rate: Decimal | None) -> dict[str, Any]:
    """Currency and rate of a new document of someone who is billed, or bills, in `theirs`."""
    home = home_currency(file)
    currency = foreign(file, theirs)
    if currency is None:
        _check_home_rate(references, rate)
        return {"currency": home, "exchange_rate": ONE if home is not None else None}
    return {"currency": currency, "exchange_rate": rate if rate is not None else last_rate(file, currency)}


def kept_currency(
    file: CompanyFile,
    references: References,
    currency: Ref | None,
    rates: tuple[Decimal | None, Decimal | None],
    who: tuple[str, Ref | None],
) -> dict[str, Any]:
    """The rate of a changed document, which stays in its currency. `rates` are the new and the old one.

    `who` is the field that names the customer or vendor, and the currency of whom it names now.
    """
    new, old = rates
    name, theirs = who[0], who[1] or home_currency(file)
    if theirs is not None and currency is not None and theirs.id != currency.id:
        values = {"found": theirs.full_name, "expected": currency.full_name}
        references.problems.append(Problem("currency_mismatch", (name,), values))
    if new is None:
        return {"exchange_rate": old}
    if foreign(file, currency) is None:
        _check_home_rate(references, new)
    return {}


def _check_home_rate(references: References, rate: Decimal | None) -> None:
    if rate not in (None, ONE):
        references.problems.append(Problem("fixed", ("exchange_rate",), {"detail": "it is in the home currency"}))


def check_account_currency(
    file: CompanyFile, references: References, account: Account, currency: Ref | None, name: str
) -> None:
    """A receivables or payables account is of the transaction's currency."""
    other = foreign(file, currency)
    if (account.currency.id if account.currency is not None else None) != (other.id if other is not None else None):
        names = {
            "found": account.currency.full_name if account.currency is not None else "the home currency",
            "expected": other.full_name if other is not None else "the home currency",
        }
        references.problems.append(Problem("currency_mismatch", (name,), names))
