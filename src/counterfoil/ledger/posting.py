"""What a transaction does to the ledger: postings in minor units of the home currency that sum to nil."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from counterfoil.core.money import rounded
from counterfoil.model.postings import Posting

ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a sale that goes to one account: an amount of a line, or of a tax."""

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
    sign = -1 if given_back else 1
    home = converted([share.amount for share in shares], rate)
    earned = merged(
        Posting(share.account, -sign * amount, None, share.vendor, share.class_)
        for share, amount in zip(shares, home, strict=True)
    )
    owed = Posting(receivables, sign * sum(home), customer)
    return tuple(posting for posting in (owed, *earned) if posting.amount)


def payment_postings(deposit: str, receivables: str, customer: str, total_home: int) -> tuple[Posting, ...]:
    """Money in, receivables down."""
    return (Posting(deposit, total_home), Posting(receivables, -total_home, customer)) if total_home else ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an application does to the ledger beside using money that is there: home minor units.

    `difference` is what the invoice was worth less what the payment or credit gave for it, at their own rates.
    """

    discount: int = 0
    discount_account: str | None = None
    discount_class: str | None = None
    difference: int = 0
    exchange_account: str | None = None


def settlement_postings(receivables: str, customer: str, settlement: Settlement) -> tuple[Posting, ...]:
    """An early-payment discount is an expense; a changed exchange rate is a gain (credit) or a loss (debit)."""
    postings = []
    if settlement.discount and settlement.discount_account is not None:
        postings.append(
            Posting(settlement.discount_account, settlement.discount, None, None, settlement.discount_class)
        )
        postings.append(Posting(receivables, -settlement.discount, customer))
    if settlement.difference and settlement.exchange_account is not None:
        postings.append(Posting(settlement.exchange_account, settlement.difference))
        postings.append(Posting(receivables, -settlement.difference, customer))
    return merged(postings)


def merged(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """Postings to the same account, customer, vendor and class as one; those that come to nil are left out."""
    sums: dict[tuple[str, str | None, str | None, str | None], int] = {}
    for posting in postings:
        key = (posting.account, posting.customer, posting.vendor, posting.class_)
        sums[key] = sums.get(key, 0) + posting.amount
    return tuple(Posting(key[0], amount, key[1], key[2], key[3]) for key, amount in sums.items() if amount)
