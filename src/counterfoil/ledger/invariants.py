"""What must hold of every company's books after every step. Tests, simulations and `doctor` ask the same questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LedgerFacts:
    """What the invariants compare, all in minor units of the home currency.

    `balances`: account id → debits less credits. `open_by_account`: A/R account id → what open invoices are worth less
    what open credits and payments are; A/P account id → what open credits and payments to vendors are less open bills.
    `taxes`: what the taxes of all posted sales come to, refunds taken off. `open_amounts`: transaction id → (total,
    open, applied) in its own currency.
    `never_posted`: postings of what must have none, such as estimates, by transaction id.
    """

    balances: Mapping[str, int]
    receivables: frozenset[str]
    tax_accounts: frozenset[str]
    open_by_account: Mapping[str, int]
    taxes: int
    unbalanced: Sequence[str]
    open_amounts: Mapping[str, tuple[int, int, int]]
    payables: frozenset[str] = frozenset()
    never_posted: Mapping[str, int] = field(default_factory=dict)


def violations(facts: LedgerFacts) -> list[str]:
    """Every invariant that does not hold, in a sentence each; empty where the books are sound."""
    found = [f"transaction {identifier} does not balance" for identifier in facts.unbalanced]
    if total := sum(facts.balances.values()):
        found.append(f"the trial balance is off by {total} cents")
    found += [
        f"transaction {identifier}: {open_amount} is open of {total}"
        for identifier, (total, open_amount, _) in facts.open_amounts.items()
        if not 0 <= open_amount <= total
    ]
    found += _open_accounts(facts)
    found += [
        f"transaction {identifier} must not be posted, and has {count} postings"
        for identifier, count in facts.never_posted.items()
        if count
    ]
    found += _taxes(facts)
    found += [
        f"transaction {identifier}: total {total}, applied {applied}, but open {open_amount}"
        for identifier, (total, open_amount, applied) in facts.open_amounts.items()
        if total - applied != open_amount
    ]
    return found


def _open_accounts(facts: LedgerFacts) -> list[str]:
    """Receivables are what customers owe, payables what vendors are owed: account by account, to the cent."""
    accounts = facts.receivables | facts.payables | set(facts.open_by_account)
    return [
        f"{'payables' if account in facts.payables else 'receivables'} account {account} "
        f"holds {facts.balances.get(account, 0)}, open balances make {owed}"
        for account in sorted(accounts)
        if facts.balances.get(account, 0) != (owed := facts.open_by_account.get(account, 0))
    ]


def _taxes(facts: LedgerFacts) -> list[str]:
    payable = -sum(facts.balances.get(account, 0) for account in facts.tax_accounts)
    if payable == facts.taxes:
        return []
    return [f"sales tax payable is {payable}, the taxes of all sales make {facts.taxes}"]
