"""What a transaction does to the ledger: postings in minor units of the home currency that sum to nil."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.core.money import rounded
from counterfoil.model.postings import Posting

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a sale or purchase that goes to one account: an amount of a line, or of a tax."""

    account: str
    amount: int
    class_: str | None = None
    vendor: str | None = None


def converted(amounts: Sequence[int], rate: Decimal) -> list[int]:
    """Minor units at `rate`, by cumulative rounding: they sum to the rounded conversion of their sum."""
    if rate == ONE:
        return list(amounts)
    result, running, given = [], 0, 0
    for amount in amounts:
        running += amount
        upto = int(rounded(running * rate, ONE))
        result.append(upto - given)
        given = upto
    return result


def sale_postings(
    receivables: str, customer: str, shares: Sequence[Share], rate: Decimal, *, given_back: bool = False
) -> tuple[Posting, ...]:
    """A sale on account: the customer owes what the shares earn. A credit memo is the same, given back."""
    return _against(lambda total: Posting(receivables, total, customer), shares, rate, -1 if given_back else 1)


def paid_sale_postings(
    deposit: str, shares: Sequence[Share], rate: Decimal, *, given_back: bool = False
) -> tuple[Posting, ...]:
    """A sale that is paid at once: its money is in `deposit`. A refund is the same, given back."""
    return _against(lambda total: Posting(deposit, total), shares, rate, -1 if given_back else 1)


def purchase_postings(
    payables: str, vendor: str, shares: Sequence[Share], rate: Decimal, *, given_back: bool = False
) -> tuple[Posting, ...]:
    """A purchase on account: the vendor is owed what the shares cost. A vendor credit is the same, given back."""
    return _against(lambda total: Posting(payables, total, None, vendor), shares, rate, 1 if given_back else -1)


def _against(whole: Callable[[int], Posting], shares: Sequence[Share], rate: Decimal, sign: int) -> tuple[Posting, ...]:
    """The shares' sum on one side, debited where `sign` is positive, and the shares on the other."""
    home = converted([share.amount for share in shares], rate)
    parts = merged(
        Posting(share.account, -sign * amount, None, share.vendor, share.class_)
        for share, amount in zip(shares, home, strict=True)
    )
    return tuple(posting for posting in (whole(sign * sum(home)), *parts) if posting.amount)


def payment_postings(deposit: str, receivables: str, customer: str, total_home: int) -> tuple[Posting, ...]:
    """Money in, receivables down."""
    return (Posting(deposit, total_home), Posting(receivables, -total_home, customer)) if total_home else ()


def bill_payment_postings(source: str, payables: str, vendor: str, total_home: int) -> tuple[Posting, ...]:
    """Payables down, money out of a bank account, or on the bill of a credit card."""
    return (Posting(payables, total_home, None, vendor), Posting(source, -total_home)) if total_home else ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an application does to the ledger beside using money that is there: home minor units.

    `difference` is what the invoice or bill was worth less what the payment or credit gave for it, at their own rates.
    """

    discount: int = 0
    discount_account: str | None = None
    discount_class: str | None = None
    difference: int = 0
    exchange_account: str | None = None


def settlement_postings(receivables: str, customer: str, settlement: Settlement) -> tuple[Posting, ...]:
    """An early-payment discount is an expense; a changed exchange rate is a gain (credit) or a loss (debit)."""
    return _settled(lambda amount: Posting(receivables, amount, customer), settlement, 1)


def bill_settlement_postings(payables: str, vendor: str, settlement: Settlement) -> tuple[Posting, ...]:
    """The same in a mirror: a discount that a vendor grants is earned, and a dearer bill is a gain."""
    return _settled(lambda amount: Posting(payables, amount, None, vendor), settlement, -1)


def _settled(open_account: Callable[[int], Posting], settlement: Settlement, sign: int) -> tuple[Posting, ...]:
    postings = []
    if settlement.discount and settlement.discount_account is not None:
        discount = sign * settlement.discount
        postings.append(Posting(settlement.discount_account, discount, None, None, settlement.discount_class))
        postings.append(open_account(-discount))
    if settlement.difference and settlement.exchange_account is not None:
        difference = sign * settlement.difference
        postings.append(Posting(settlement.exchange_account, difference))
        postings.append(open_account(-difference))
    return merged(postings)


def merged(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Postings to the same account, customer, vendor and class as one; those that come to nil are left out."""
    sums: dict[tuple[str, str | None, str | None, str | None], int] = {}
    for posting in postings:
        key = (posting.account, posting.customer, posting.vendor, posting.class_)
        sums[key] = sums.get(key, 0) + posting.amount
    return tuple(Posting(key[0], amount, key[1], key[2], key[3]) for key, amount in sums.items() if amount)
